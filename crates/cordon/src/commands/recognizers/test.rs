//! `cordon recognizers test`.

use std::path::PathBuf;

use clap::Args;
use detect::{About, Detector, RuleError, about};
use serde_json::{Value, json};

use crate::config::rule_files::OwnRules;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Tone;
use crate::recognizers::{shown, with_shipped};

/// Try recognizers of your own: their examples, what they cost, ordinary text.
///
/// Runs them together with the shipped ones, says per file and line what does not hold, and ends with 1 if anything does not. It is what
/// every start and reload does, but shows all of it.
#[derive(Debug, Args)]
pub(super) struct Test {
    /// The recognizer files.
    ///
    /// Default: those of `[detection] recognizers`. Example: cordon recognizers test rules/staff.toml
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

impl Test {
    pub(super) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let own = self.own(context)?;
        let output = &context.output;
        if own.is_empty() {
            output.note(
                "There are no recognizers of your own: name files, or list them in [detection] recognizers.",
            );
        }
        let errors = mistakes(&own)?;
        for rules in &own {
            let wrong: Vec<RuleError> =
                errors.iter().filter(|error| error.file == rules.name).cloned().collect();
            let (recognizers, examples) = sizes(&own, rules);
            output.object(&json!({
                "file": rules.name,
                "holds": wrong.is_empty(),
                "recognizers": recognizers,
                "examples": examples,
                "problems": wrong.iter().map(problem).collect::<Vec<_>>(),
            }));
            if wrong.is_empty() {
                let held =
                    format!("{}: {recognizers} recognizers, {examples} examples: all hold", rules.name);
                output.line(&output.toned(Tone::Good, &held));
            } else {
                output.line(&output.toned(Tone::Bad, &format!("{}: {} wrong", rules.name, wrong.len())));
                output.line(shown(rules, &wrong).render(false).trim_end());
            }
        }
        // What is wrong with the set as a whole belongs to no file.
        let of_all = errors.iter().filter(|error| !own.iter().any(|rules| rules.name == error.file));
        for error in of_all {
            output.object(&json!({ "file": null, "holds": false, "problems": [problem(error)] }));
            output.line(&error.to_string());
        }
        Ok(if errors.is_empty() { Exit::Done } else { Exit::Found })
    }

    fn own(&self, context: &Context) -> Result<Vec<OwnRules>, Failure> {
        if self.files.is_empty() {
            return Ok(context.loaded()?.rules);
        }
        let read = |path: &PathBuf| {
            OwnRules::read(path, path.display().to_string()).map_err(|source| Failure::File {
                what: "cannot read",
                path: path.clone(),
                source,
            })
        };
        self.files.iter().map(read).collect()
    }
}

/// Everything that does not hold. A file that is wrong in its form keeps only itself from being tried.
fn mistakes(own: &[OwnRules]) -> Result<Vec<RuleError>, Failure> {
    let unfit = |error: RuleError| Failure::Unavailable(error.to_string());
    let mut wrong = Vec::new();
    let mut left = own.to_vec();
    loop {
        match Detector::unproven(&with_shipped(&left)) {
            Ok(detector) => {
                wrong.extend(detector.failures(&with_shipped(&left)).map_err(unfit)?);
                return Ok(wrong);
            }
            Err(error) => {
                let before = left.len();
                left.retain(|rules| rules.name != error.file);
                wrong.push(error);
                if left.len() == before {
                    return Ok(wrong);
                }
            }
        }
    }
}

/// Number of recognizers and of examples with counter-examples; nothing where the file cannot be read.
fn sizes(own: &[OwnRules], rules: &OwnRules) -> (usize, usize) {
    // A file may use entities of another; where that one is wrong, it may still do alone.
    let all = about(&with_shipped(own)).or_else(|_| about(&with_shipped(std::slice::from_ref(rules))));
    let of_file = |about: &About| about.file == rules.name;
    let own: Vec<About> = all.unwrap_or_default().into_iter().filter(of_file).collect();
    (own.len(), own.iter().map(|about| about.examples.len() + about.counter_examples.len()).sum())
}

fn problem(error: &RuleError) -> Value {
    json!({ "line": error.line, "column": error.column, "message": error.what, "help": error.hint })
}
