//! `cordon doctor`: whether what should not leave leaves, with the settings that hold.

mod duties;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use self::duties::Duties;
use super::inspecting::Inspecting;
use crate::context::{Context, wait};
use crate::dry::Dry;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::leak_test::{self, ByDesign, Outcome, Row, Sample};
use crate::model;
use crate::output::{Output, Tone};
use crate::table::aligned;

/// Most values of the user's own text that are tried.
const OWN_VALUES_MAX: usize = 200;

/// Check what your configuration rests on, and that what should not leave does not leave.
///
/// Without a flag: grants of accounts and exceptions that ran out or run out within 30 days, and facts that decide and are too old or
/// contradictory, or soon will be. Ends with 1 when there is any. Evidence that is not there is an error of the configuration.
///
/// The leak test sends one value of each entity, in every carrier and encoding, through the steps of the gateway with the settings of
/// the app, to a provider that is not there and repeats what it gets; and says what was caught, what was missed and what cannot
/// be caught by design. Nothing is sent. Ends with 1 when something was missed that should be caught.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Run the leak test; with a file, the values found in it are tried too.
    ///
    /// `-` is standard input. What is not found in the file as it stands is not tried: look at it with `cordon scan`. Example: cordon
    /// doctor --leak-test notes.txt
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    leak_test: Option<Option<PathBuf>>,

    #[command(flatten)]
    inspecting: Inspecting,
}

impl Doctor {
    /// Checks.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        if self.leak_test.is_none() {
            let plan = context.planned(&context.loaded()?)?;
            let duties = Duties::of(&plan);
            context.output.document(&json!({ "good": duties.is_empty(), "look_at": duties.json() }));
            duties.print(&context.output);
            return Ok(if duties.is_empty() { Exit::Done } else { Exit::Found });
        }
        let unreadable =
            |error: toml::de::Error| Failure::Unavailable(format!("a shipped file cannot be read: {error}"));
        let by_design = ByDesign::shipped().map_err(unreadable)?;
        let samples = leak_test::shipped().map_err(unreadable)?;
        let dry = Dry::repeating(self.inspecting.app_question(context)?)?;
        let own = match self.leak_test.flatten() {
            Some(path) => {
                let source = self.inspecting.source(context, &path)?;
                if !source.is_text {
                    return Err(Failure::Usage(
                        "the leak test takes a text, not a request: say --as text".to_owned(),
                    ));
                }
                let found = wait(dry.found(&source, source.body(None)))?;
                let whole = source.is_whole(&source.body(None));
                let mut own = if whole { leak_test::of_text(&source.text, &found) } else { Vec::new() };
                own.truncate(OWN_VALUES_MAX);
                Some((found.len(), own))
            }
            None => None,
        };
        let model = model::about(&context.loaded()?)?;
        let report = Report::of(&dry, &by_design, &samples, own)?;
        if context.output.is_json() {
            let mut document = report.json(&by_design);
            if let (Some(model), Some(document)) = (&model, document.as_object_mut()) {
                document.insert("detection_model".to_owned(), model.json());
            }
            context.output.document(&document);
        } else {
            report.print(&context.output, &by_design);
            if let Some(model) = &model {
                context.output.line(&format!("Read with the model {}.", model.line()));
            }
        }
        Ok(if report.is_good() { Exit::Done } else { Exit::Found })
    }
}

/// What came of it.
struct Report {
    shipped: Vec<Row>,
    /// Number of values found in the user's text, and what came of those that were tried.
    own: Option<(usize, Vec<Row>)>,
    /// Pairs of the user's own and of the shipped values that went wrong and should not have.
    missed: Vec<(bool, String, &'static str, Outcome)>,
}

impl Report {
    fn of(
        dry: &Dry,
        by_design: &ByDesign,
        samples: &[Sample],
        own: Option<(usize, Vec<Sample>)>,
    ) -> Result<Self, Failure> {
        let shipped = wait(leak_test::run(dry, samples))?;
        let own = match own {
            Some((found, samples)) => Some((found, wait(leak_test::run(dry, &samples))?)),
            None => None,
        };
        let own_rows = own.iter().flat_map(|(_, rows)| rows).map(|row| (true, row));
        let missed = shipped
            .iter()
            .map(|row| (false, row))
            .chain(own_rows)
            .filter(|(_, row)| row.outcome.is_wrong() && by_design.reason(row).is_none())
            .map(|(is_own, row)| (is_own, row.entity.clone(), row.carrier, row.outcome))
            .collect();
        Ok(Self { shipped, own, missed })
    }

    fn is_good(&self) -> bool {
        self.missed.is_empty()
    }

    fn counts<'r>(&'r self, by_design: &ByDesign) -> Vec<(&'static str, Counts)> {
        let rows = || self.shipped.iter().chain(self.own.iter().flat_map(|(_, rows)| rows));
        let count = |carrier: &str| {
            rows().filter(|row| row.carrier == carrier).fold(Counts::default(), |mut counts, row: &'r Row| {
                let is_expected = by_design.reason(row).is_some();
                match row.outcome {
                    Outcome::Caught | Outcome::Refused => counts.caught += 1,
                    Outcome::Kept => counts.kept += 1,
                    _ if is_expected => counts.by_design += 1,
                    _ => counts.missed += 1,
                }
                counts
            })
        };
        leak_test::carriers().iter().map(|carrier| (carrier.name, count(carrier.name))).collect()
    }

    fn json(&self, by_design: &ByDesign) -> Value {
        let carriers = self.counts(by_design).into_iter().map(|(carrier, counts)| {
            json!({ "carrier": carrier, "caught": counts.caught, "kept_by_settings": counts.kept,
                    "missed": counts.missed, "by_design": counts.by_design })
        });
        let missed = self.missed.iter().map(|(is_own, entity, carrier, outcome)| {
            json!({ "entity": entity, "carrier": carrier, "outcome": outcome.name(), "own_text": is_own })
        });
        let expected = self.shipped.iter().filter(|row| row.outcome.is_wrong()).filter_map(|row| {
            let reason = by_design.reason(row)?;
            Some(json!({ "entity": row.entity, "carrier": row.carrier, "reason": reason }))
        });
        json!({
            "good": self.is_good(),
            "carriers": carriers.collect::<Vec<_>>(),
            "missed": missed.collect::<Vec<_>>(),
            "by_design": expected.collect::<Vec<_>>(),
            "own_text_values_found": self.own.as_ref().map(|(found, _)| found),
        })
    }

    fn print(&self, output: &Output, by_design: &ByDesign) {
        let rows = self.counts(by_design).into_iter().map(|(carrier, counts)| {
            let numbers = [counts.caught, counts.kept, counts.missed, counts.by_design];
            std::iter::once(carrier.to_owned()).chain(numbers.iter().map(u32::to_string)).collect()
        });
        output.line(&aligned(&["CARRIER", "CAUGHT", "KEPT", "MISSED", "BY DESIGN"], rows));
        if let Some((found, _)) = &self.own {
            output.line(&format!(
                "\nValues found in your text: {found}. What is not found there as it stands was not tried."
            ));
        }
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        for row in self.shipped.iter().filter(|row| row.outcome.is_wrong()) {
            if let Some(reason) = by_design.reason(row) {
                *reasons.entry(reason).or_default() += 1;
            }
        }
        if !reasons.is_empty() {
            output.line(&format!("\n{}", output.toned(Tone::Strong, "Not caught by design")));
        }
        for (reason, count) in reasons {
            output.line(&format!("  {count}: {reason}"));
        }
        output.line("");
        if self.is_good() {
            output.line(&output.toned(Tone::Good, "Nothing that should be caught leaves."));
        }
        for (is_own, entity, carrier, outcome) in &self.missed {
            let whose = if *is_own { " of your text" } else { "" };
            let line = format!("{entity}{whose} in {carrier}: {}", outcome.name());
            output.line(&output.toned(Tone::Bad, &line));
        }
    }
}

#[derive(Default)]
struct Counts {
    caught: u32,
    kept: u32,
    missed: u32,
    by_design: u32,
}
