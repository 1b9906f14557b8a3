//! `cordon terms`: exact strings of an app that never leave, kept sealed.

use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use store::TermStore;
use store_sql::Access;
use types::Original;
use zeroize::Zeroizing;

use super::keys::app_name;
use crate::context::{Context, wait};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::state::StateError;
use crate::table::aligned;
use crate::terms::{self, Origin, Term};
use crate::{files, moment};

/// Largest list on standard input, in bytes.
const INPUT_BYTES_MAX: u64 = 16 << 20;

/// Keep exact strings of an app that never leave.
///
/// Project names, customers, code words: they are replaced wherever they stand as a whole, and kept encrypted.
#[derive(Debug, Args)]
pub(crate) struct Terms {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Add(Add),
    List(List),
    Remove(Remove),
    Import(Import),
}

/// Which app is meant.
#[derive(Debug, Args)]
struct Of {
    /// The app.
    ///
    /// Default: default. Example: --app billing
    #[arg(long, value_name = "NAME", default_value = "default", hide_default_value = true)]
    app: String,
}

/// Add terms.
#[derive(Debug, Args)]
struct Add {
    #[command(flatten)]
    of: Of,

    /// What they are.
    ///
    /// The name of an entity (PERSON, EMAIL, ORG, …) makes them values of it; any other word becomes the word of their surrogates.
    /// Default: an exact term of the class `confidential`. Example: --label PROJECT
    #[arg(long, value_name = "LABEL")]
    label: Option<String>,

    /// The terms; `-` reads them from standard input, one a line.
    ///
    /// A term on the command line may stay in the history of your shell; standard input leaves none. Example: cordon terms add
    /// --label PROJECT "Blue Kite"
    #[arg(value_name = "TERM", required = true)]
    terms: Vec<String>,
}

/// List terms: id, label, length. The term itself only with --show-values.
#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    of: Of,

    /// Show the terms too; on a terminal only.
    ///
    /// Default: off. Example: cordon terms list --show-values
    #[arg(long)]
    show_values: bool,
}

/// Remove terms for good.
#[derive(Debug, Args)]
struct Remove {
    #[command(flatten)]
    of: Of,

    /// Their ids, as `cordon terms list` shows them.
    ///
    /// Example: cordon terms remove term_0123456789abcdef01234567
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
}

/// Add the terms of a file.
#[derive(Debug, Args)]
struct Import {
    #[command(flatten)]
    of: Of,

    /// Label of lines without one.
    ///
    /// Default: none. Example: --label CUSTOMER
    #[arg(long, value_name = "LABEL")]
    label: Option<String>,

    /// The file: one term a line, `LABEL<TAB>TERM` or just the term.
    ///
    /// It must be readable by you alone (mode 0600 or 0400). Example: cordon terms import customers.txt
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Terms {
    /// Does it.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self.action {
            Action::Add(add) => {
                let label = label(add.label)?;
                let mut terms = Vec::new();
                for text in add.terms.into_iter().map(Zeroizing::new) {
                    if text.as_str() == "-" {
                        terms.extend(terms::parse_list(&standard_input()?, Some(&label)));
                    } else {
                        terms.push(Term { label: label.clone(), text: Original::new(text.as_str()) });
                    }
                }
                keep(context, &add.of, &terms)
            }
            Action::Import(import) => {
                let label = label(import.label)?;
                let text = files::read_secret("the terms file", &import.file)?;
                keep(context, &import.of, &terms::parse_list(&text, Some(&label)))
            }
            Action::List(list) => list.run(context),
            Action::Remove(remove) => remove.run(context),
        }
    }
}

/// A label is shown and becomes part of surrogates, so it is a short word.
fn label(label: Option<String>) -> Result<String, Failure> {
    let label = label.unwrap_or_default();
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.');
    if label.chars().count() > 64 || !label.chars().all(is_plain) {
        return Err(Failure::Usage(
            "a label has at most 64 letters, digits, blanks, `_`, `-` and `.`".to_owned(),
        ));
    }
    Ok(label)
}

fn standard_input() -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::new());
    io::stdin()
        .lock()
        .take(INPUT_BYTES_MAX)
        .read_to_string(&mut text)
        .map_err(|error| Failure::Unavailable(format!("cannot read standard input: {error}")))?;
    Ok(text)
}

fn keep(context: &Context, of: &Of, terms: &[Term]) -> Result<Exit, Failure> {
    let app = app_name(&of.app)?;
    let (_, state) = context.state(Access::Manage)?;
    let ids = wait(terms::keep(state.store.as_ref(), &state.root, &app, terms, Origin::Added))?;
    context.output.document(&json!({ "app": app.as_str(), "ids": ids }));
    let noun = if ids.len() == 1 { "term" } else { "terms" };
    context.output.line(&format!("Kept {} {noun} of `{app}`, sealed: {}", ids.len(), first_few(&ids)));
    Ok(Exit::Done)
}

fn first_few(ids: &[String]) -> String {
    let shown: Vec<&str> = ids.iter().take(3).map(String::as_str).collect();
    let more = if ids.len() > 3 { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

impl List {
    fn run(self, context: &Context) -> Result<Exit, Failure> {
        if self.show_values && !io::stdout().is_terminal() {
            return Err(Failure::Usage("--show-values works on a terminal only".to_owned()));
        }
        let app = app_name(&self.of.app)?;
        let (_, state) = context.state(Access::Read)?;
        let records = wait(async { Ok(state.store.terms(app.clone()).await.map_err(StateError::Store)?) })?;
        let mut rows = Vec::with_capacity(records.len());
        let mut documents = Vec::with_capacity(records.len());
        for record in &records {
            let term = terms::opened(&state.root, record)?;
            let characters = term.expose().chars().count();
            let origin = if Origin::of(&record.id) == Origin::File { "terms_file" } else { "added" };
            documents.push(json!({
                "id": record.id, "app": app.as_str(), "label": record.label, "characters": characters,
                "origin": origin, "created": moment::rfc3339(record.created_ms),
            }));
            let mut row =
                vec![record.id.clone(), record.label.clone(), characters.to_string(), origin.to_owned()];
            row.push(moment::shown(record.created_ms));
            if self.show_values {
                row.push(term.expose().to_owned());
            }
            rows.push(row);
        }
        context.output.document(&Value::Array(documents));
        let mut headings = vec!["ID", "LABEL", "CHARACTERS", "ORIGIN", "CREATED"];
        if self.show_values {
            headings.push("TERM");
        }
        if rows.is_empty() {
            context.output.line(&format!("No terms of `{app}`. Add some: cordon terms add --app {app} TERM"));
        } else {
            context.output.line(&aligned(&headings, rows));
        }
        Ok(Exit::Done)
    }
}

impl Remove {
    fn run(self, context: &Context) -> Result<Exit, Failure> {
        let app = app_name(&self.of.app)?;
        let (_, state) = context.state(Access::Manage)?;
        let mut removed = Vec::new();
        let mut missing = Vec::new();
        for id in self.ids {
            let was_there = wait(async {
                Ok(state.store.remove(app.clone(), id.clone()).await.map_err(StateError::Store)?)
            })?;
            if was_there { removed.push(id) } else { missing.push(id) }
        }
        context.output.document(&json!({ "app": app.as_str(), "removed": removed, "missing": missing }));
        if !removed.is_empty() {
            context.output.line(&format!("Removed {} of `{app}`.", removed.join(", ")));
        }
        if missing.is_empty() {
            return Ok(Exit::Done);
        }
        Err(Failure::Found(format!("`{app}` has no term {}", missing.join(", ").escape_default())))
    }
}
