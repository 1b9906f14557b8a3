//! `cordon demo`: five exchanges with made-up data, seen from three sides.

use std::io::{self, BufRead, IsTerminal};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use serde_json::json;
use store_sql::Access;
use types::AppName;

use crate::config::detection::Names;
use crate::config::keeping::{Durability, LogLevel};
use crate::config::load::Loaded;
use crate::config::plan::{DEFAULT_APP, ECHO, Plan};
use crate::config::providers::Deployment;
use crate::context::{Context, serving};
use crate::demo::caller::Caller;
use crate::demo::scenes::{Scene, scenes, typed};
use crate::demo::views::Views;
use crate::door::{Door, Means};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, Tone};
use crate::private_dir::PrivateDir;
use crate::state::State;
use crate::telemetry;

/// Show what Cordon does, with made-up data and no provider.
///
/// Starts the gateway with its built-in echo, sends two chats about people, a chat, a stream and a tool call through it, and shows side by side what the
/// application sent, what the provider saw and what came back. On a terminal you can then try lines of your own. State lies in
/// a temporary directory that goes with it.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// End after the five exchanges; 0 only if nothing leaked and everything came back.
    ///
    /// For scripts. Default: off on a terminal. Example: cordon demo --once
    #[arg(long)]
    once: bool,
}

/// What the provider saw so far.
type Seen = Arc<Mutex<Vec<Vec<u8>>>>;

impl Demo {
    /// Shows it.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let mut loaded = Loaded::defaults();
        let loopback = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
        loaded.config.server.listen = loopback;
        loaded.config.server.admin_listen = loopback;
        loaded.config.ledger.durability = Durability::Process;
        loaded.config.log.level = LogLevel::Warn;
        loaded.config.detection.names = Names::Balanced;
        // Named, so that no provider key of the environment is looked at.
        loaded.config.deployments = vec![Deployment::named(ECHO)];
        telemetry::log(&loaded.config.log)?;
        let plan = context.planned(&loaded)?;
        let dir = PrivateDir::new()?;
        serving(self.shown(context, &loaded, &plan, &dir))
    }

    async fn shown(
        &self,
        context: &Context,
        loaded: &Loaded,
        plan: &Plan,
        dir: &PrivateDir,
    ) -> Result<Exit, Failure> {
        let seen = Seen::default();
        let tap = Arc::clone(&seen);
        let observer = Arc::new(move |body: &[u8]| {
            tap.lock().unwrap_or_else(PoisonError::into_inner).push(body.to_vec());
        });
        let state = State::open(dir.path(), Access::Write, loaded.config.ledger.durability.of_store())?;
        let door = Door::open(loaded, plan, state, Means::new()?, Some(observer)).await?;
        let (key, _) = door.minted(AppName::new(DEFAULT_APP), plan.environment, None).await?;
        let caller = Caller::new(door.running.address(), &key)?;
        let mut all = Vec::new();
        for scene in scenes() {
            let views = played(&caller, &scene, &seen).await?;
            print(&context.output, &views);
            all.push(views);
        }
        let is_proof = all.iter().all(Views::is_proof);
        let count = |of: fn(&Views) -> usize| all.iter().map(of).sum::<usize>();
        let (values, leaked, restored) =
            (count(|views| views.values), count(|views| views.leaked), count(|views| views.restored));
        context.output.document(&json!({
            "values": values, "leaked": leaked, "restored": restored, "proof": is_proof,
            "exchanges": all.iter().map(Views::json).collect::<Vec<_>>(),
        }));
        let tone = if is_proof { Tone::Good } else { Tone::Bad };
        let summary = format!("{values} values: {leaked} leaked, {restored} restored.");
        context.output.line(&context.output.toned(tone, &summary));
        if !self.once && !context.output.is_json() && io::stdin().is_terminal() {
            converse(&context.output, &caller, &seen).await?;
        }
        door.close().await?;
        Ok(if is_proof { Exit::Done } else { Exit::Found })
    }
}

/// Sends a scene and gives its views.
async fn played(caller: &Caller, scene: &Scene, seen: &Seen) -> Result<Views, Failure> {
    let before = seen.lock().unwrap_or_else(PoisonError::into_inner).len();
    let back = caller.send(scene).await?;
    let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(Views::of(scene, seen.get(before..).unwrap_or_default(), back))
}

fn print(output: &Output, views: &Views) {
    output.line(&output.toned(Tone::Strong, views.title));
    output.line(&views.table());
    output.line("");
}

/// Lines of the reader's own, until an empty one.
async fn converse(output: &Output, caller: &Caller, seen: &Seen) -> Result<(), Failure> {
    output.note("Now you: type a message with made-up data. An empty line ends.");
    loop {
        let line = tokio::task::spawn_blocking(|| {
            let mut line = String::new();
            io::stdin().lock().read_line(&mut line).map(|_| line)
        });
        let line = match line.await {
            Ok(Ok(line)) => line,
            _ => return Ok(()),
        };
        if line.trim().is_empty() {
            return Ok(());
        }
        match played(caller, &typed(line.trim()), seen).await {
            Ok(views) => print(output, &views),
            Err(failure) => output.failure(&failure),
        }
    }
}
