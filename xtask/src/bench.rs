//! `cargo xtask bench`: the numbers, direct and through Cordon in one run.
//!
//! The gateway is pinned to one core, mock and load generator to another; so ratios mean something on a small machine.
//! Everything runs in release builds: started from a debug build, the command builds itself anew and runs that.

mod logs;
mod machine;
mod report;
mod scenarios;
mod stage;
mod text;

use std::time::Duration;

use clap::Args;
use testkit::Trouble;

use self::report::Report;
use self::stage::Stage;
use crate::workspace::Workspace;
use crate::{output, run};

/// What to measure.
#[derive(Args)]
pub(crate) struct Options {
    /// Write the results to docs/benchmarks.md.
    #[arg(long)]
    write: bool,
    /// Seconds of each load.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Only these: latency, throughput, stream, session, memory, start, detect, assess.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

impl Options {
    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }
}

/// Measures and prints a table.
pub(crate) fn run(options: &Options) -> Result<bool, Trouble> {
    let workspace = Workspace::load()?;
    if cfg!(debug_assertions) {
        return in_release(&workspace, options);
    }
    output::heading("building in release");
    let build = ["build", "--release", "--locked", "-p", "cordon", "-p", "cordon-testkit", "--bins"];
    if !run::watched(workspace.cargo(&build), |line| line.contains("error"))?.is_good {
        return Err(Trouble::new("the release build failed"));
    }
    let machine = machine::prepare()?;
    output::line(&machine.description);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut stage = Stage::new(&workspace, machine, Duration::from_secs(options.seconds))?;
    let mut report = Report::new(&stage.machine.description, options.seconds);
    let scenarios: [(&str, scenarios::Scenario); 8] = [
        ("start", scenarios::start),
        ("latency", scenarios::latency),
        ("throughput", scenarios::throughput),
        ("stream", scenarios::stream),
        ("session", scenarios::session),
        ("memory", scenarios::memory),
        ("detect", scenarios::detect),
        ("assess", logs::assess),
    ];
    for (name, scenario) in scenarios {
        if options.wants(name) {
            output::heading(name);
            // One that cannot be measured must not hide the others.
            if let Err(trouble) = scenario(&mut stage, &runtime, &mut report) {
                report.failed(name, &trouble);
            }
        }
    }
    let page = report.page();
    output::line(&page);
    if options.write {
        std::fs::write(workspace.root().join("docs/benchmarks.md"), &page)?;
    }
    Ok(report.is_whole())
}

fn in_release(workspace: &Workspace, options: &Options) -> Result<bool, Trouble> {
    let seconds = options.seconds.to_string();
    let mut command =
        workspace.cargo(&["run", "--quiet", "--release", "--locked", "--package", "xtask", "--"]);
    command.args(["bench", "--seconds", &seconds]);
    if options.write {
        command.arg("--write");
    }
    if !options.only.is_empty() {
        command.arg("--only").arg(options.only.join(","));
    }
    Ok(run::watched(command, |_| true)?.is_good)
}
