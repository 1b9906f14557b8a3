//! `cordon run -- COMMAND`: a gateway for one command.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use clap::Args;
use store::{LedgerStore, StoreError};
use store_sql::Access;

use super::keys::app_name;
use crate::child::ChildEnvironment;
use crate::config::keeping::{Durability, LogLevel};
use crate::config::load::Loaded;
use crate::config::plan::{DEFAULT_APP, KeySource, Plan};
use crate::context::{Context, serving};
use crate::door::{Door, Means};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Tone;
use crate::private_dir::PrivateDir;
use crate::signals::{Asked, Signals, forward};
use crate::state::{State, StateError};
use crate::tally::Tally;
use crate::{telemetry, world};

/// App keys of this command are valid for a day at most, should it not end as it should.
const KEY_MS: u64 = 24 * 60 * 60 * 1000;

/// Run one command behind a gateway of its own.
///
/// The command changes nothing: Cordon takes the provider keys that it finds in the environment, and gives the command an app key
/// and base URLs for the OpenAI and Anthropic clients instead. At the end it says what was protected, what was refused and why. The
/// exit code is that of the command.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The app as which the command runs.
    ///
    /// Default: default. Example: cordon run --app agent -- python agent.py
    #[arg(long, value_name = "NAME", default_value = DEFAULT_APP, hide_default_value = true)]
    app: String,

    /// Keep the state in this directory.
    ///
    /// Default: state.dir where there is a configuration file or the directory exists; else a temporary directory that goes with
    /// the command. Example: --state-dir ./cordon-data
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,

    /// The command and its arguments.
    ///
    /// Example: cordon run -- python script.py
    #[arg(value_name = "COMMAND", required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
}

impl Run {
    /// Runs it.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let mut loaded = context.loaded()?;
        let loopback = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
        loaded.config.server.listen = loopback;
        loaded.config.server.admin_listen = loopback;
        loaded.config.server.tls_certificate.clear();
        loaded.config.server.tls_key.clear();
        // What the command prints comes first: only what is wrong is said in between.
        if loaded.path.is_none() {
            loaded.config.log.level = LogLevel::Warn;
        }
        let plan = context.planned(&loaded)?;
        context.output.warnings(&plan.warnings);
        telemetry::log(&loaded.config.log)?;
        let temporary = self.temporary(&mut loaded, &plan)?;
        serving(self.behind(context, &loaded, &plan, temporary.as_ref()))
    }

    /// The temporary state directory, where there is no other.
    fn temporary(&self, loaded: &mut Loaded, plan: &Plan) -> Result<Option<PrivateDir>, Failure> {
        if self.state_dir.is_some() || loaded.path.is_some() || plan.state_dir.exists() {
            return Ok(None);
        }
        loaded.config.ledger.durability = Durability::Process;
        PrivateDir::new().map(Some)
    }

    async fn behind(
        &self,
        context: &Context,
        loaded: &Loaded,
        plan: &Plan,
        temporary: Option<&PrivateDir>,
    ) -> Result<Exit, Failure> {
        let app = app_name(&self.app)?;
        let mut signals = Signals::listen()?;
        let dir = temporary.map(PrivateDir::path).or(self.state_dir.as_deref()).unwrap_or(&plan.state_dir);
        let state = State::open(dir, Access::Write, loaded.config.ledger.durability.of_store())
            .map_err(|failure| beside_another(failure, dir))?;
        let from = state.store.head().await.map_err(StateError::Store)?.size;
        let door = Door::open(loaded, plan, state, Means::new()?, None).await?;
        let expires_ms = world::now_unix_ms().saturating_add(KEY_MS);
        let (key, record) = door.minted(app, plan.environment, Some(expires_ms)).await?;

        let sources: Vec<String> = plan
            .keys
            .iter()
            .filter_map(|key| match &key.source {
                KeySource::Variable(name) => Some(name.clone()),
                KeySource::File(_) => None,
            })
            .collect();
        let output = &context.output;
        if plan.deployments.iter().all(|deployment| deployment.is_built_in) {
            output.note("cordon: no provider key was found in the environment: the model `echo` answers what it was told");
        }
        let environment = ChildEnvironment::new(door.running.address(), &key, &plan.registry, &sources);
        let ended = self.child(&environment, &mut signals).await;
        store::KeyStore::revoke(door.state.store.as_ref(), record.id, world::now_unix_ms())
            .await
            .map_err(StateError::Store)?;
        let state = door.close().await?;
        let tally = Tally::of(state.store.as_ref(), from).await?;
        if output.is_json() {
            output.say(&tally.json().to_string());
        } else {
            output.note("");
            output.note(&output.toned_note(Tone::Strong, "cordon"));
            tally.lines().iter().for_each(|line| output.note(&format!("  {line}")));
            match temporary {
                None => output.note(&format!("  records    {} (cordon audit list)", state.dir.display())),
                Some(_) => output.note("  records    gone with this command; keep them with --state-dir DIR"),
            }
        }
        Ok(exit_of(ended?))
    }

    /// Starts the command, hands signals on, waits.
    async fn child(
        &self,
        environment: &ChildEnvironment,
        signals: &mut Signals,
    ) -> Result<ExitStatus, Failure> {
        let (program, arguments) = self
            .command
            .split_first()
            .ok_or_else(|| Failure::Usage("name the command to run: cordon run -- COMMAND".to_owned()))?;
        let mut command = tokio::process::Command::new(program);
        command.args(arguments).kill_on_drop(true);
        for name in &environment.removed {
            command.env_remove(name);
        }
        command.envs(environment.set.iter().map(|(name, value)| (name, value)));
        let mut child = command.spawn().map_err(|source| Failure::File {
            what: "cannot start",
            path: PathBuf::from(program),
            source,
        })?;
        // A terminal sends SIGINT to the child itself; a second one would mean something else to it.
        let is_terminal = io::stdin().is_terminal();
        loop {
            tokio::select! {
                status = child.wait() => {
                    return status.map_err(|error| Failure::Unavailable(format!("lost sight of the command: {error}")));
                }
                asked = signals.next() => {
                    if !(is_terminal && asked == Asked::Interrupt) {
                        forward(child.id(), asked);
                    }
                }
            }
        }
    }
}

/// Two gateways cannot write one ledger; who has `cordon serve` running needs no other.
fn beside_another(failure: Failure, dir: &Path) -> Failure {
    match failure {
        Failure::State(StateError::Store(StoreError::Locked { .. })) => Failure::Unavailable(format!(
            "a gateway uses the state directory `{}` already: point your command at it (its base URL and an app key), or give \
             this one a state of its own: cordon run --state-dir DIR -- COMMAND",
            dir.display()
        )),
        other => other,
    }
}

/// The exit code of the command; as shells say it where a signal ended it.
fn exit_of(status: ExitStatus) -> Exit {
    let number = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    Exit::Child(u8::try_from(number).unwrap_or(1))
}
