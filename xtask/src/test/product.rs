//! The product: its real binary, sockets on loopback, official clients; and the search of all that was written.

use std::path::PathBuf;
use std::process::Command;

use testkit::{Trouble, evidence};

use super::checks::is_worth_showing;
use super::suites::suite;
use super::tally::Tally;
use super::{Options, model, python};
use crate::workspace::Workspace;
use crate::{output, run};

/// Steps that can be asked for by name.
pub(super) const STEPS: [&str; 3] = ["demo", "model", "python"];

/// What the product tests need.
pub(super) struct Product {
    /// The binary.
    pub(super) binary: PathBuf,
    /// Folder of everything that is written.
    pub(super) evidence: PathBuf,
}

/// Builds the binary and runs all of them.
pub(super) fn run(workspace: &Workspace, tally: &mut Tally, options: &Options) -> Result<(), Trouble> {
    output::heading("product: cargo build --package cordon");
    let built =
        run::watched(workspace.cargo(&["build", "--locked", "--package", "cordon"]), is_worth_showing)?;
    tally.count("product: build", built.is_good);
    if !built.is_good {
        tally.skip("product tests", "the binary could not be built");
        return Ok(());
    }
    let product = Product {
        binary: workspace.target().join("debug/cordon"),
        evidence: workspace.target().join("evidence"),
    };
    if product.evidence.exists() {
        std::fs::remove_dir_all(&product.evidence)?;
    }
    std::fs::create_dir_all(&product.evidence)?;
    let filter = options.filter.as_deref();
    let environment = [
        ("CORDON_BIN", product.binary.display().to_string()),
        ("CORDON_EVIDENCE", product.evidence.display().to_string()),
    ];
    let which = ["-p", "cordon-testkit", "--test", "*"];
    if !options.is_one_step() {
        suite(workspace, tally, "product tests", &which, filter, &environment)?;
    }
    let is_wanted = |name: &str| filter.is_none_or(|filter| filter == name);
    if is_wanted("demo") {
        demo(workspace, tally, &product)?;
    }
    if options.quick {
        tally.skip("official clients", "--quick");
    } else if is_wanted("python") {
        python::run(workspace, tally, &product)?;
    }
    // Last: the binary with the feature takes the place of the one without.
    if options.quick {
        tally.skip("bigger model", "--quick");
    } else if filter.is_none_or(|filter| filter == "model") {
        model::run(workspace, tally, &product)?;
    }
    search(tally, &product)
}

/// `cordon demo --once` ends with 0 only when nothing leaked and all was restored.
fn demo(workspace: &Workspace, tally: &mut Tally, product: &Product) -> Result<(), Trouble> {
    output::heading("product: cordon demo --once");
    let mut command = Command::new(&product.binary);
    command.args(["demo", "--once"]).current_dir(workspace.target()).env("NO_COLOR", "1");
    let done = run::quiet(command)?;
    let holds = done.is_good && done.lines.len() > 5;
    if !holds {
        done.lines.iter().for_each(|line| output::line(line));
    }
    output::line(&format!("{} demo ({:.1} s)", if holds { "ok  " } else { "FAIL" }, done.seconds));
    tally.count("product: demo --once", holds);
    Ok(())
}

/// Nothing that was written holds a value or a key.
fn search(tally: &mut Tally, product: &Product) -> Result<(), Trouble> {
    output::heading("product: values and keys in logs, databases, metrics, exports and error bodies");
    let found = evidence::search(&product.evidence)?;
    for hit in found.hits.iter().take(50) {
        output::line(&format!("   {}: secret {}, {}", hit.file.display(), hit.line, hit.spelling));
    }
    let holds = found.hits.is_empty() && found.files > 0 && found.secrets > 0;
    output::line(&format!(
        "{} {} secrets searched in {} files of {:.1} MB: {} found",
        if holds { "ok  " } else { "FAIL" },
        found.secrets,
        found.files,
        found.bytes as f64 / 1e6,
        found.hits.len()
    ));
    tally.count("product: nothing written holds a value or a key", holds);
    Ok(())
}
