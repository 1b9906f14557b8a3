//! Official clients in private virtual environments, one of each generation: smoke scripts, the canary matrix over their
//! own request types, and `cordon run` with an unmodified script.
//!
//! Scripts print `PASS name`, `FAIL name: why` and `SKIP name: why`; everything else they print is shown as it is.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use testkit::{AppSpec, Cordon, CordonSpec, Term, Trouble};

use super::product::Product;
use super::tally::Tally;
use crate::workspace::Workspace;
use crate::{output, run};

/// The generations: one requirements file each.
const GENERATIONS: [&str; 2] = ["older", "newer"];

/// Runs all scripts with all generations.
pub(super) fn run(workspace: &Workspace, tally: &mut Tally, product: &Product) -> Result<(), Trouble> {
    for generation in GENERATIONS {
        output::heading(&format!("official clients, {generation} generation"));
        match environment(workspace, generation)? {
            None => tally.skip(
                &format!("official clients, {generation} generation"),
                "no virtual environment could be made (are python3 with venv and a network there?)",
            ),
            Some(python) => {
                for script in ["smoke", "canaries"] {
                    with_gateway(workspace, tally, product, &python, (generation, script))?;
                }
                with_run(workspace, tally, product, &python, generation)?;
            }
        }
    }
    Ok(())
}

/// The interpreter of the virtual environment, made when it is not there or its requirements changed.
fn environment(workspace: &Workspace, generation: &str) -> Result<Option<PathBuf>, Trouble> {
    let requirements = workspace.root().join(format!("tests/python/requirements-{generation}.txt"));
    let wanted = std::fs::read_to_string(&requirements)?;
    let folder = workspace.target().join("venvs").join(generation);
    let (python, stamp) = (folder.join("bin/python"), folder.join("requirements.txt"));
    if std::fs::read_to_string(&stamp).is_ok_and(|had| had == wanted) {
        return Ok(Some(python));
    }
    output::line(&format!("making {}", folder.display()));
    let mut make = Command::new("python3");
    make.args(["-m", "venv", "--clear"]).arg(&folder);
    if !run::watched(make, |_| true).is_ok_and(|done| done.is_good) {
        return Ok(None);
    }
    let mut install = Command::new(&python);
    install
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"])
        .arg("--requirement")
        .arg(&requirements);
    if !run::watched(install, |_| true)?.is_good {
        return Ok(None);
    }
    std::fs::write(stamp, wanted)?;
    Ok(Some(python))
}

/// Runs a script against a gateway whose providers are on the port that the script serves.
fn with_gateway(
    workspace: &Workspace,
    tally: &mut Tally,
    product: &Product,
    python: &Path,
    (generation, script): (&str, &str),
) -> Result<(), Trouble> {
    let upstream = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
    let term = Term { label: "PROJECT".to_owned(), value: "Halcyon Ferry".to_owned() };
    let open_parts =
        "treatments = { image = \"keep\", audio = \"keep\", document = \"keep\", encrypted = \"keep\" }\n";
    let spec = CordonSpec {
        apps: vec![
            AppSpec { terms: vec![term.clone()], ..AppSpec::named("default") },
            AppSpec { terms: vec![term], settings: open_parts.to_owned(), ..AppSpec::named("open-parts") },
        ],
        log_level: "info",
        ..CordonSpec::new(&format!("python-{generation}-{script}"), upstream)
    };
    let mut cordon = start(product, spec)?;
    let mut command = Command::new(python);
    command
        .arg(format!("tests/python/{script}.py"))
        .current_dir(workspace.root())
        .env("CORDON_URL", format!("http://{}", cordon.address()))
        .env("CORDON_APP_KEY", cordon.key("default"))
        .env("CORDON_OPEN_APP_KEY", cordon.key("open-parts"))
        .env("CORDON_UPSTREAM_PORT", upstream.port().to_string())
        .env("CORDON_EVIDENCE_FOLDER", cordon.folder())
        .env("PYTHONDONTWRITEBYTECODE", "1");
    let done = run::watched(command, |line| !line.starts_with("PASS "))?;
    count(tally, &format!("{script}, {generation} generation"), &done);
    cordon.records()?;
    let verified = cordon.run(&["audit", "verify"]).is_ok();
    tally.count(&format!("{script}, {generation} generation: the ledger verifies"), verified);
    tally.count(&format!("{script}, {generation} generation: the gateway ends well"), cordon.stop()?);
    Ok(())
}

/// `cordon run -- python script.py` with a script that knows nothing of Cordon.
fn with_run(
    workspace: &Workspace,
    tally: &mut Tally,
    product: &Product,
    python: &Path,
    generation: &str,
) -> Result<(), Trouble> {
    let folder = product.evidence.join(format!("run-{generation}"));
    std::fs::create_dir_all(folder.join("written"))?;
    let mut command = Command::new(&product.binary);
    command
        .args(["run", "--"])
        .arg(python)
        .arg(workspace.root().join("tests/python/unmodified.py"))
        .current_dir(folder.join("written"))
        .env("NO_COLOR", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1");
    for variable in ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "MINIMAX_API_KEY"] {
        command.env_remove(variable);
    }
    let done = run::watched(command, |line| !line.starts_with("PASS "))?;
    count(tally, &format!("cordon run, {generation} generation"), &done);
    Ok(())
}

fn count(tally: &mut Tally, name: &str, done: &run::Done) {
    let mut seen = 0_u64;
    for line in &done.lines {
        if let Some(test) = line.strip_prefix("PASS ") {
            tally.count(&format!("{name}: {test}"), true);
        } else if let Some(test) = line.strip_prefix("FAIL ") {
            tally.count(&format!("{name}: {test}"), false);
        } else if let Some(test) = line.strip_prefix("SKIP ") {
            tally.skip(name, test);
        } else {
            continue;
        }
        seen = seen.saturating_add(1);
    }
    let has_failure = done.lines.iter().any(|line| line.starts_with("FAIL "));
    if seen == 0 || (!done.is_good && !has_failure) {
        tally.count(&format!("{name}: the script ended with {:?}", done.code), false);
    }
    output::line(&format!(
        "{} {name} ({seen} tests, {:.0} s)",
        if done.is_good { "ok  " } else { "FAIL" },
        done.seconds
    ));
}

/// Starts a gateway with the binary and the evidence folder of this run.
fn start(product: &Product, spec: CordonSpec) -> Result<Cordon, Trouble> {
    Cordon::start_with(spec, &product.binary, &product.evidence)
}
