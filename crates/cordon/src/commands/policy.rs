//! `cordon policy`: what decides, and whether it decides as it should.

mod simulate;

pub(super) use self::simulate::{difference, differs};

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use policy::cases::{Base, Outcome, run};
use policy::{CedarEngine, Declared, PolicyEngine as _};
use serde_json::json;
use types::AppName;

use crate::config::plan::Plan;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Tone;
use crate::policies::engine;
use crate::table::aligned;

/// Largest file of cases, in bytes.
const CASES_BYTES_MAX: u64 = 4 << 20;

/// Check, show, test and try what decides.
///
/// The treatments of `[treatments]` and of each app, the law tables, `[jurisdictions]`, `[[exceptions]]`, and your own policies in
/// `[policy] files`.
#[derive(Debug, Args)]
pub(crate) struct Policy {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Load everything that decides, and hold it against the invariants.
    ///
    /// Errors show file, line and column. Nothing is sent.
    Check,
    Show(Show),
    Test(Test),
    Simulate(simulate::Simulate),
}

/// Show policies as Cedar: those of the law, your own, and the permits that follow from the treatments.
#[derive(Debug, Args)]
struct Show {
    /// Only the policies of this id.
    ///
    /// Ids are those of `cordon explain` and of records. Default: all. Example: cordon policy show L3
    #[arg(value_name = "ID")]
    id: Option<String>,

    /// Print the schema that policies are written against instead.
    ///
    /// Default: off. Example: cordon policy show --schema > cordon.cedarschema
    #[arg(long, conflicts_with = "id")]
    schema: bool,
}

/// Run table tests: question → expected verdict.
///
/// A file holds cases in TOML; docs/policies.md shows the form. Cases are decided by your configuration; a file may bring treatments,
/// denied jurisdictions, exceptions and policies of its own. Ends with 1 when a case fails.
#[derive(Debug, Args)]
struct Test {
    /// The files.
    ///
    /// Example: cordon policy test cases/*.toml
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

impl Policy {
    /// Does it.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let loaded = context.loaded()?;
        let plan = context.planned(&loaded)?;
        match self.action {
            Action::Check => Ok(check(context, engine(&loaded, &plan)?.as_ref(), &plan)),
            Action::Show(show) => show.run(context, engine(&loaded, &plan)?.as_ref()),
            Action::Test(test) => test.run(context, &plan),
            Action::Simulate(simulate) => simulate.run(context, &loaded, &plan),
        }
    }
}

fn check(context: &Context, engine: &CedarEngine, plan: &Plan) -> Exit {
    let digest: String = engine.digest().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let policies = &plan.policies;
    let tables = policies.law.tables().iter();
    context.output.document(&json!({
        "valid": true,
        "digest": digest,
        "policies": engine.texts().len(),
        "files": policies.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(),
        "exceptions": policies.exceptions.iter().map(|exception| exception.name.as_str()).collect::<Vec<_>>(),
        "denied_jurisdictions": policies.denied,
        "law_tables": tables.map(|table| json!({ "name": table.name, "version": table.version })).collect::<Vec<_>>(),
    }));
    context.output.line("The policies are valid, and no combination of facts breaks an invariant.");
    let rows = [
        ("policies", format!("{} (digest {digest})", engine.texts().len())),
        ("your files", names(policies.files.iter().map(|file| file.name.as_str()))),
        ("exceptions", names(policies.exceptions.iter().map(|exception| exception.name.as_str()))),
        ("denied", names(policies.denied.iter().map(String::as_str))),
        ("law tables", names(policies.law.tables().iter().map(|table| table.name.as_str()))),
    ];
    for (what, said) in rows {
        context.output.line(&format!("  {what:<11}  {said}"));
    }
    Exit::Done
}

fn names<'a>(all: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<&str> = all.collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}

impl Show {
    fn run(self, context: &Context, engine: &CedarEngine) -> Result<Exit, Failure> {
        if self.schema {
            context.output.document(&json!({ "schema": engine.schema() }));
            context.output.line(engine.schema().trim_end());
            return Ok(Exit::Done);
        }
        let mut texts = engine.texts();
        texts.retain(|text| self.id.as_ref().is_none_or(|id| *id == text.id));
        if texts.is_empty() {
            let id = self.id.unwrap_or_default();
            return Err(Failure::Found(format!(
                "there is no policy `{}`: `cordon policy show` shows all",
                id.escape_default()
            )));
        }
        for text in texts {
            context.output.object(&json!({ "id": text.id, "from": text.from, "cedar": text.text }));
            context.output.line(&format!("// {}\n{}\n", text.from, text.text.trim()));
        }
        Ok(Exit::Done)
    }
}

impl Test {
    fn run(self, context: &Context, plan: &Plan) -> Result<Exit, Failure> {
        let declared = |app: &AppName| -> Declared { plan.app(app).declared.as_ref().clone() };
        let base = Base { policies: &plan.policies, declared: &declared };
        let mut failed = 0;
        let mut rows = Vec::new();
        for path in &self.files {
            let outcomes = run(&read(path)?, &base)
                .map_err(|why| Failure::Usage(format!("{}: {why}", path.display())))?;
            let wrong = outcomes.iter().filter(|outcome| !outcome.wrong.is_empty()).count();
            failed += wrong;
            report(context, path, &outcomes);
            rows.push(vec![path.display().to_string(), outcomes.len().to_string(), wrong.to_string()]);
        }
        context.output.line(&aligned(&["FILE", "CASES", "FAILED"], rows));
        Ok(if failed == 0 { Exit::Done } else { Exit::Found })
    }
}

fn report(context: &Context, path: &Path, outcomes: &[Outcome]) {
    for outcome in outcomes {
        context.output.object(&json!({
            "file": path.display().to_string(),
            "case": outcome.name,
            "passes": outcome.wrong.is_empty(),
            "wrong": outcome.wrong,
        }));
        if !outcome.wrong.is_empty() {
            let name = format!("{}: {}", path.display(), outcome.name);
            context.output.line(&context.output.toned(Tone::Bad, &name));
            outcome.wrong.iter().for_each(|wrong| context.output.line(&format!("    {wrong}")));
        }
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    let failed = |source| Failure::File { what: "cannot read", path: path.to_owned(), source };
    let mut text = String::new();
    let read = fs::File::open(path)
        .and_then(|file| file.take(CASES_BYTES_MAX + 1).read_to_string(&mut text))
        .map_err(failed)?;
    if read as u64 > CASES_BYTES_MAX {
        return Err(failed(std::io::Error::other(format!("it is larger than {CASES_BYTES_MAX} bytes"))));
    }
    Ok(text)
}
