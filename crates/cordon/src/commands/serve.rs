//! `cordon serve`: the gateway for everybody.

use std::net::SocketAddr;

use clap::Args;
use serde_json::json;
use store_sql::Access;
use types::AppName;

use super::check::tls;
use super::keys::is_old;
use crate::changes::Changes;
use crate::config::Config;
use crate::config::load::Loaded;
use crate::config::plan::{DEFAULT_APP, ECHO, Plan};
use crate::context::{Context, serving};
use crate::door::{Door, Means, has_no_key};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::model::{self, About};
use crate::output::Tone;
use crate::signals::{Asked, Signals};
use crate::state::{State, StateError};
use crate::{moment, telemetry, world};

/// Start the gateway.
///
/// Without configuration and provider keys it offers the built-in model `echo`. The first start makes a first app key and shows it,
/// once. SIGHUP or a changed file reloads the configuration, whole or not at all; SIGTERM lets open answers end.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Address and port for applications.
    ///
    /// Default: server.listen. Example: --listen 127.0.0.1:9000
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,

    /// Address and port for health and metrics.
    ///
    /// Default: server.admin_listen. Example: --admin-listen 127.0.0.1:9001
    #[arg(long, value_name = "ADDRESS")]
    admin_listen: Option<SocketAddr>,
}

impl Serve {
    /// Serves until a signal ends it.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let loaded = self.applied(context.loaded()?);
        telemetry::log(&loaded.config.log)?;
        let plan = context.planned(&loaded)?;
        context.output.warnings(&plan.warnings);
        serving(self.serve(context, loaded, plan))
    }

    /// The configuration with what the command line says on top.
    fn applied(&self, mut loaded: Loaded) -> Loaded {
        let server = &mut loaded.config.server;
        server.listen = self.listen.unwrap_or(server.listen);
        server.admin_listen = self.admin_listen.unwrap_or(server.admin_listen);
        loaded
    }

    async fn serve(&self, context: &Context, loaded: Loaded, plan: Plan) -> Result<Exit, Failure> {
        // Before anything else, so that no change and no signal is missed.
        let mut changes = Changes::of(&loaded);
        let mut signals = Signals::listen()?;
        let means = Means::new()?;
        let state = State::open(&plan.state_dir, Access::Write, loaded.config.ledger.durability.of_store())?;
        let is_first = has_no_key(&state).await?;
        let door = Door::open(&loaded, &plan, state, means, None).await?;
        let model = model::about(&loaded)?;
        greet(context, (&loaded, model.as_ref()), &plan, &door);
        if is_first {
            first_key(context, &loaded, &plan, &door).await?;
        }
        warn_of_certificate(&loaded);
        warn_of_old_keys(&loaded, &door).await?;
        loop {
            tokio::select! {
                asked = signals.next() => match asked {
                    Asked::HangUp => self.reload(context, &door, &loaded).await,
                    Asked::Terminate | Asked::Interrupt => break,
                },
                () = changes.next() => self.reload(context, &door, &loaded).await,
            }
        }
        context.output.note("Stopping: open answers may end. A second signal cuts them.");
        tokio::select! {
            closed = door.close() => drop(closed?),
            _ = signals.next() => context.output.note("Stopped at once."),
        }
        Ok(Exit::Done)
    }

    /// Takes in the configuration anew; one that cannot be used changes nothing.
    async fn reload(&self, context: &Context, door: &Door, started: &Loaded) {
        let taken = async {
            let loaded = self.applied(context.loaded()?);
            let plan = context.planned(&loaded)?;
            door.reload(&loaded, &plan).await?;
            warn_of_certificate(&loaded);
            if needs_restart(&started.config, &loaded.config) {
                tracing::warn!(
                    "what stands in [server], [state], [ledger] durability, [log] and limits.connect_seconds needs a restart"
                );
            }
            Ok::<_, Failure>(plan)
        };
        match taken.await {
            Ok(plan) => {
                tracing::info!(
                    apps = plan.apps.len(),
                    deployments = plan.deployments.len(),
                    "configuration reloaded"
                );
            }
            Err(failure) => {
                tracing::error!("the configuration was not reloaded, the one before stays");
                context.output.failure(&failure);
            }
        }
    }
}

/// True where something changed that a reload cannot change.
fn needs_restart(started: &Config, now: &Config) -> bool {
    started.server != now.server
        || started.state != now.state
        || started.ledger.durability != now.ledger.durability
        || started.log != now.log
        || started.limits.connect_seconds != now.limits.connect_seconds
}

/// Says where everything is.
fn greet(context: &Context, (loaded, model): (&Loaded, Option<&About>), plan: &Plan, door: &Door) {
    let output = &context.output;
    let deployments: Vec<&str> =
        plan.deployments.iter().map(|deployment| deployment.route.id.as_str()).collect();
    let url = base_url(loaded, door);
    output.object(&json!({
        "base_url": url,
        "applications": door.running.address().to_string(),
        "administration": door.running.admin_address().to_string(),
        "state_dir": door.state.dir.display().to_string(),
        "durability": loaded.config.ledger.durability.of_store().name(),
        "deployments": deployments,
        "detection_model": model.map(About::json),
        "configuration": loaded.path.as_ref().map(|path| path.display().to_string()),
    }));
    if let Some(path) = &door.state.new_root_key {
        output.note(&format!("Made a root key: {}. Keep a copy of it in a safe place.", path.display()));
    }
    output.note(&format!(
        "Cordon {} serves at {}",
        env!("CARGO_PKG_VERSION"),
        output.toned_note(Tone::Strong, &url)
    ));
    output.note(&format!(
        "  state        {} (ledger durability: {})",
        door.state.dir.display(),
        loaded.config.ledger.durability.of_store().name()
    ));
    output.note(&format!("  deployments  {}", deployments.join(", ")));
    if let Some(model) = model {
        output.note(&format!("  model        {}", model.line()));
    }
    output.note(&format!("  health       http://{}/readyz, /metrics", door.running.admin_address()));
    if deployments == [ECHO] {
        output.note("  No provider key was found: the model `echo` answers what it was told. Set OPENAI_API_KEY or ANTHROPIC_API_KEY and start again.");
    }
}

fn base_url(loaded: &Loaded, door: &Door) -> String {
    let server = &loaded.config.server;
    if !server.base_url.is_empty() {
        return server.base_url.trim_end_matches('/').to_owned();
    }
    let scheme = if server.tls_certificate.is_empty() { "http" } else { "https" };
    format!("{scheme}://{}", door.running.address())
}

/// Makes the first app key, and shows it with a line to copy.
async fn first_key(context: &Context, loaded: &Loaded, plan: &Plan, door: &Door) -> Result<(), Failure> {
    let app = AppName::new(DEFAULT_APP);
    let (key, record) = door.minted(app, plan.environment, None).await?;
    let output = &context.output;
    let url = base_url(loaded, door);
    let Trial { path, model } = trial(plan);
    let mut json_body = json!({ "model": model, "messages": [{ "role": "user", "content": "My name is Alice Marlowe. Who am I?" }] });
    if path == MESSAGES
        && let Some(body) = json_body.as_object_mut()
    {
        // Required there, and refused by some models elsewhere.
        body.insert("max_tokens".to_owned(), json!(256));
    }
    output.object(&json!({ "first_app_key": key.expose(), "id": record.id.as_str(), "app": DEFAULT_APP, "environment": plan.environment.name() }));
    output.line("");
    output.line(&format!("First app key, of app `{DEFAULT_APP}` for {}, shown this once:", plan.environment));
    output.line("");
    output.line(&format!("  {}", key.expose()));
    output.line("");
    output.line("Try it:");
    output.line("");
    output.line(&format!("  curl {url}{path} \\"));
    output.line(&format!("    -H 'authorization: Bearer {}' \\", key.expose()));
    output.line("    -H 'content-type: application/json' \\");
    output.line(&format!("    -d '{json_body}'"));
    output.line("");
    Ok(())
}

const MESSAGES: &str = "/v1/messages";

/// A model to try, and the path of a dialect that its deployment speaks.
struct Trial {
    path: &'static str,
    model: String,
}

fn trial(plan: &Plan) -> Trial {
    let first = |dialect: &str| {
        let speaks = plan
            .deployments
            .iter()
            .filter(|deployment| deployment.route.dialects.iter().any(|spoken| spoken == dialect));
        let mut models = speaks.filter_map(|deployment| {
            deployment.route.aliases.keys().chain(&deployment.route.listed).next().cloned()
        });
        models.next()
    };
    match (first("openai.chat"), first("anthropic.messages")) {
        (None, Some(model)) => Trial { path: MESSAGES, model },
        (model, _) => Trial { path: "/v1/chat/completions", model: model.unwrap_or_else(|| ECHO.to_owned()) },
    }
}

/// A certificate that clients refuse today does not keep the gateway from starting: a new file is taken while it runs.
fn warn_of_certificate(loaded: &Loaded) {
    let (Ok(found) | Err(found)) = tls::look(loaded, world::now_unix_ms());
    for problem in &found.problems {
        tracing::warn!(to_do = problem.help.as_deref().unwrap_or_default(), "{}", problem.message);
    }
}

async fn warn_of_old_keys(loaded: &Loaded, door: &Door) -> Result<(), Failure> {
    let now = world::now_unix_ms();
    let age_days_max = u64::from(loaded.config.keys.age_days_max);
    let keys = store::KeyStore::list(door.state.store.as_ref()).await.map_err(StateError::Store)?;
    for key in keys.iter().filter(|key| is_old(key, now, age_days_max)) {
        tracing::warn!(id = %key.id, app = %key.app, days = moment::days(key.created_ms, now), "app key is old: make a new one, then revoke it");
    }
    Ok(())
}
