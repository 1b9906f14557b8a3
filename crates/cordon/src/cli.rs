//! What can be typed.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::commands::{
    apps, assess, audit, check, demo, doctor, explain, init, keys, meters, policy, providers, recognizers,
    redact, run, scan, serve, terms,
};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::{log_lines, variables};

/// One door through which your applications' requests leave for AI providers, protected.
///
/// Change the base URL of an application and nothing else: Cordon finds personal data and secrets in what is about to leave,
/// replaces them by surrogates, and puts the real values back in the answer. `cordon demo` shows it, `cordon run -- COMMAND`
/// does it for one command, `cordon serve` for everybody.
#[derive(Debug, Parser)]
#[command(name = "cordon", version, max_term_width = 100, after_help = exit_codes())]
struct Cli {
    /// The configuration file.
    ///
    /// Default: the file that CORDON_CONFIG names, else ./cordon.toml, else the defaults. Example: --config /etc/cordon.toml
    #[arg(long, short = 'c', global = true, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Print JSON for programs.
    ///
    /// One document, or one object a line where there are many. Default: text for people. Example: cordon keys list --json
    #[arg(long, global = true)]
    json: bool,

    /// Leave remarks out.
    ///
    /// Errors and what was asked for are printed all the same. Default: off. Example: cordon scan --quiet notes.txt
    #[arg(long, short = 'q', global = true)]
    quiet: bool,

    #[command(subcommand)]
    command: Command,
}

fn exit_codes() -> String {
    let rows = Exit::ALL.map(|exit| format!("  {}  {}", exit.number(), exit.about()));
    format!("Exit codes:\n{}", rows.join("\n"))
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Run(run::Run),
    Demo(demo::Demo),
    Init(init::Init),
    Check(check::Check),
    Scan(scan::Scan),
    Redact(redact::Redact),
    Explain(explain::Explain),
    Assess(assess::Assess),
    Doctor(doctor::Doctor),
    Keys(keys::Keys),
    Terms(terms::Terms),
    Providers(providers::Providers),
    Recognizers(recognizers::Recognizers),
    Policy(policy::Policy),
    Meters(meters::Meters),
    Apps(apps::Apps),
    Audit(audit::Audit),
}

/// Reads the command line, runs the command, prints what went wrong.
pub(crate) fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output and are no fault; the rest is usage.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() };
        }
    };
    let output = Output::new(cli.json, cli.quiet, variables::no_colour());
    let context = Context { output: output.clone(), config: cli.config };
    let ended = cli.command.run(&context);
    log_lines::flush();
    match ended {
        Ok(_) if output.has_failed() => {
            output.say("error: standard output took no more: what was printed is not whole");
            Exit::Unavailable.into()
        }
        Ok(exit) => exit.into(),
        Err(failure) => {
            output.failure(&failure);
            failure.exit().into()
        }
    }
}

impl Command {
    fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self {
            Self::Serve(command) => command.run(context),
            Self::Run(command) => command.run(context),
            Self::Demo(command) => command.run(context),
            Self::Init(command) => command.run(context),
            Self::Check(command) => command.run(context),
            Self::Scan(command) => command.run(context),
            Self::Redact(command) => command.run(context),
            Self::Explain(command) => command.run(context),
            Self::Assess(command) => command.run(context),
            Self::Doctor(command) => command.run(context),
            Self::Keys(command) => command.run(context),
            Self::Terms(command) => command.run(context),
            Self::Providers(command) => command.run(context),
            Self::Recognizers(command) => command.run(context),
            Self::Policy(command) => command.run(context),
            Self::Meters(command) => command.run(context),
            Self::Apps(command) => command.run(context),
            Self::Audit(command) => command.run(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent_and_every_flag_has_help() {
        let mut command = Cli::command();
        command.build();
        command.clone().debug_assert();
        let mut all = vec![command];
        while let Some(command) = all.pop() {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
                assert!(argument.get_help().is_some(), "{} {}", command.get_name(), argument.get_id());
            }
            all.extend(command.get_subcommands().cloned());
        }
    }
}
