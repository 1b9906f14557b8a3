//! `cordon recognizers`: what finds values, and whether recognizers of one's own hold.

mod test;

use clap::{Args, Subcommand};
use detect::{About, AboutExample, AboutPattern, about};
use serde_json::{Value, json};

use self::test::Test;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, Tone};
use crate::recognizers::{refused, with_shipped};
use crate::table::aligned;

/// Most texts of a pattern that are shown to people.
const TEXTS_SHOWN_MAX: usize = 12;

/// Show recognizers, and try your own.
///
/// The shipped ones and those of the files in `[detection] recognizers`.
#[derive(Debug, Args)]
pub(crate) struct Recognizers {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List all recognizers: entity, data class, file, number of patterns.
    List,
    Show(Show),
    Test(Test),
}

/// Show one recognizer: patterns, checks, context, examples.
#[derive(Debug, Args)]
struct Show {
    /// Its id, as `cordon recognizers list` and `cordon explain` show it.
    ///
    /// Example: cordon recognizers show email
    #[arg(value_name = "ID")]
    id: String,
}

impl Recognizers {
    /// Does it.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self.action {
            Action::List => list(context),
            Action::Show(show) => show.run(context),
            Action::Test(test) => test.run(context),
        }
    }
}

/// All recognizers of the configuration.
fn all(context: &Context) -> Result<Vec<About>, Failure> {
    let loaded = context.loaded()?;
    about(&with_shipped(&loaded.rules)).map_err(|error| refused(&loaded.rules, &[error]))
}

fn list(context: &Context) -> Result<Exit, Failure> {
    let all = all(context)?;
    for about in &all {
        context.output.object(&json!({
            "id": about.id,
            "entity": about.entity,
            "class": about.class.name(),
            "file": about.file,
            "line": about.line,
            "patterns": about.patterns.len(),
        }));
    }
    let rows = all.iter().map(|about| {
        let patterns = about.patterns.len().to_string();
        vec![about.id.clone(), about.entity.clone(), about.class.to_string(), about.file.clone(), patterns]
    });
    context.output.line(&aligned(&["ID", "ENTITY", "CLASS", "FROM", "PATTERNS"], rows));
    Ok(Exit::Done)
}

impl Show {
    fn run(self, context: &Context) -> Result<Exit, Failure> {
        let all = all(context)?;
        let Some(about) = all.iter().find(|about| about.id == self.id) else {
            return Err(Failure::Found(format!(
                "there is no recognizer `{}`: `cordon recognizers list` shows all",
                self.id.escape_default()
            )));
        };
        context.output.document(&document(about));
        print(&context.output, about);
        Ok(Exit::Done)
    }
}

fn document(about: &About) -> Value {
    let patterns = about.patterns.iter().map(|pattern| {
        json!({
            "name": pattern.name,
            "looks_at": pattern.looks_at,
            "texts": pattern.texts,
            "regex": pattern.regex,
            "reader": pattern.reader,
            "check": pattern.check,
            "score": rounded(pattern.score),
            "context_required": pattern.context_required,
        })
    });
    let examples = |examples: &[AboutExample]| -> Vec<Value> {
        let each = examples.iter();
        each.map(|example| json!({ "text": example.text, "find": example.find, "key": example.key }))
            .collect()
    };
    json!({
        "id": about.id,
        "entity": about.entity,
        "class": about.class.name(),
        "file": about.file,
        "line": about.line,
        "context": about.context,
        "context_required": about.context_required,
        "against": about.against,
        "score_min": rounded(about.score_min),
        "patterns": patterns.collect::<Vec<_>>(),
        "examples": examples(&about.examples),
        "counter_examples": examples(&about.counter_examples),
    })
}

fn rounded(score: f32) -> f64 {
    (f64::from(score) * 100.0).round() / 100.0
}

fn print(output: &Output, about: &About) {
    output.line(&output.toned(Tone::Strong, &about.id));
    output.line(&format!("  finds     {} ({})", about.entity, about.class));
    output.line(&format!("  from      {}:{}", about.file, about.line));
    if !about.context.is_empty() {
        let needed = if about.context_required { " (needed)" } else { "" };
        output.line(&format!("  context   {}{needed}", shortened(&about.context)));
    }
    if !about.against.is_empty() {
        output.line(&format!("  against   {}", shortened(&about.against)));
    }
    output.line(&format!("  reported  from score {:.2}", about.score_min));
    for pattern in &about.patterns {
        output.line(&format!("  pattern {}: {}", pattern.name, said(pattern)));
        if let Some(regex) = &pattern.regex {
            output.line(&format!("    regex   {regex}"));
        }
    }
    for example in &about.examples {
        let value = example.find.as_deref().unwrap_or_default();
        output.line(&format!("  example          {:?} → {value:?}{}", example.text, under(example)));
    }
    for example in &about.counter_examples {
        output.line(&format!("  counter-example  {:?}{}", example.text, under(example)));
    }
}

fn under(example: &AboutExample) -> String {
    example.key.as_ref().map_or_else(String::new, |key| format!(" under {key:?}"))
}

fn said(pattern: &AboutPattern) -> String {
    let mut parts = vec![match pattern.texts.is_empty() {
        true => format!("looks at {}", pattern.looks_at),
        false => format!("looks at {} {}", pattern.looks_at, shortened(&pattern.texts)),
    }];
    parts.extend(pattern.reader.as_ref().map(|reader| format!("reader {reader}")));
    parts.extend(pattern.check.as_ref().map(|check| format!("check {check}")));
    parts.push(format!("score {:.2}", pattern.score));
    if pattern.context_required {
        parts.push("context needed".to_owned());
    }
    parts.join(" · ")
}

fn shortened(texts: &[String]) -> String {
    let shown = texts.iter().take(TEXTS_SHOWN_MAX).cloned().collect::<Vec<_>>().join(", ");
    match texts.len().saturating_sub(TEXTS_SHOWN_MAX) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
