//! One value of each shipped entity in each carrier, through the steps of the gateway.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use policy::{PolicyEngine, Table, TableEngine};
use types::{AppName, Environment};

use super::*;
use crate::context::wait;
use crate::dry::Question;

fn preset(name: &str) -> Arc<dyn PolicyEngine> {
    let table = Table::preset(name).unwrap();
    Arc::new(TableEngine::new([(AppName::new("app"), table)].into()))
}

fn standard() -> Question {
    Question {
        app: AppName::new("app"),
        environment: Environment::Dev,
        policy: preset("standard"),
        standings: Arc::new(exchange::NothingKnown),
        declared: Arc::default(),
        forms: veil::Forms::default(),
        terms: None,
        sieve: Arc::default(),
        detector: Arc::new(detect::Detector::builtin().unwrap()),
        candidates: None,
        aliases: Arc::default(),
        strategy: route::Strategy::default(),
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
        let (carrier, entity, outcome) = (row.carrier, &row.entity, row.outcome.name());
        match (row.outcome.is_wrong(), by_design.reason(row)) {
            (true, None) => writeln!(wrong, "{carrier}: {entity}: {outcome}").unwrap(),
            (false, _) if by_design.names(row) => {
                writeln!(wrong, "{carrier}: {entity}: listed, but {outcome}").unwrap();
            }
            _ => {}
        }
    }
    let tried: BTreeSet<_> = rows.iter().map(|row| (row.carrier, row.entity.as_str())).collect();
    for (carrier, entity, outcome) in by_design.pairs() {
        let is_tried = if entity == "*" {
            outcome == Outcome::NotRestored.name()
                && rows.iter().any(|row| row.carrier == carrier && row.outcome == Outcome::NotRestored)
        } else {
            tried.contains(&(carrier, entity))
        };
        if !is_tried {
            writeln!(wrong, "{carrier}: {entity}: listed, but never tried").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{} pairs tried\n{wrong}", rows.len());
}

#[test]
fn a_value_that_nothing_finds_leaves_also_beside_one_that_is_kept_or_redacted() {
    // `coding-agent` keeps paths, addresses of machines and code, and redacts health.
    let question = Question { policy: preset("coding-agent"), ..standard() };
    let dry = Dry::repeating(question).unwrap();
    let sample = |value: &str| Sample {
        entity: "IP_ADDRESS".to_owned(),
        before: "the host at 203.0.113.77, HIV positive, said: ".to_owned(),
        value: value.to_owned(),
        after: ".".to_owned(),
    };
    let outcome = |value: &str| {
        let rows = wait(run(&dry, &[sample(value)])).unwrap();
        rows.iter().find(|row| row.carrier == carriers::ALL[0].name).unwrap().outcome
    };
    assert_eq!(outcome("the weather is nice"), Outcome::Leaves);
    assert_eq!(outcome("198.51.100.23"), Outcome::Kept);
}
