//! One value of each shipped entity in each carrier, through the steps of the gateway.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use policy::Table;
use types::{AppName, Environment};

use super::*;
use crate::context::wait;
use crate::dry::Question;

fn standard() -> Question {
    Question {
        app: AppName::new("app"),
        environment: Environment::Dev,
        table: Table::preset("standard").unwrap(),
        forms: veil::Forms::default(),
        terms: None,
        sieve: Arc::default(),
        detector: Arc::new(detect::Detector::builtin().unwrap()),
        candidates: None,
    }
}

#[test]
fn one_value_of_each_entity_in_each_carrier_leaves_without_it_and_comes_back_whole_but_for_the_list() {
    let dry = Dry::repeating(standard()).unwrap();
    let samples = shipped().unwrap();
    let rows = wait(run(&dry, &samples)).unwrap();
    let by_design = ByDesign::shipped().unwrap();
    let mut wrong = String::new();
    for row in &rows {
        match (row.outcome.is_wrong(), by_design.reason(row.carrier, &row.entity)) {
            (true, None) => {
                writeln!(wrong, "{}: {}: {}", row.carrier, row.entity, row.outcome.name()).unwrap()
            }
            (false, Some(_)) => {
                writeln!(wrong, "{}: {}: listed, but {}", row.carrier, row.entity, row.outcome.name())
                    .unwrap();
            }
            _ => {}
        }
    }
    let tried: BTreeSet<_> = rows.iter().map(|row| (row.carrier, row.entity.as_str())).collect();
    for (carrier, entity) in by_design.pairs().filter(|pair| !tried.contains(pair)) {
        writeln!(wrong, "{carrier}: {entity}: listed, but never tried").unwrap();
    }
    assert!(wrong.is_empty(), "{} pairs tried\n{wrong}", rows.len());
}
