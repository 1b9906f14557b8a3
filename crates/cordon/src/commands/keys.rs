//! `cordon keys`: app keys, made, listed and revoked.

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use store::{AppKeyHasher, AppKeyId, AppKeyRecord, KeyState, KeyStore, mint_app_key};
use store_sql::Access;
use types::{AppName, Environment};

use crate::config::plan::app_name_fault;
use crate::context::{Context, wait};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Tone;
use crate::state::{State, StateError};
use crate::table::aligned;
use crate::{moment, world};

/// Make, list and revoke app keys.
///
/// An app key is what an application authenticates with, instead of a provider key. It is shown once and kept as a keyed hash.
#[derive(Debug, Args)]
pub(crate) struct Keys {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Create(Create),
    List(List),
    Revoke(Revoke),
}

/// Make an app key and show it, once.
#[derive(Debug, Args)]
struct Create {
    /// The app that it is for.
    ///
    /// Letters, digits, `-`, `_` and `.`. The app need not stand in the configuration. Example: --app billing
    #[arg(long, value_name = "NAME")]
    app: String,

    /// The environment: dev, staging or prod.
    ///
    /// A key of one environment never uses provider keys of another. Default: `environment` of the configuration. Example:
    /// --env prod
    #[arg(long, value_name = "ENVIRONMENT", value_parser = environment)]
    env: Option<Environment>,

    /// How long it is valid, e.g. 90d or 12h.
    ///
    /// Default: until it is revoked. Example: --expires 90d
    #[arg(long, value_name = "TIME", value_parser = length)]
    expires: Option<u64>,
}

/// List app keys: state, age, last use. Never the key.
#[derive(Debug, Args)]
struct List {
    /// Of this app only.
    ///
    /// Default: of all. Example: --app billing
    #[arg(long, value_name = "NAME")]
    app: Option<String>,
}

/// Revoke an app key for good; running gateways refuse it within a second.
#[derive(Debug, Args)]
struct Revoke {
    /// Its id, as `cordon keys list` shows it.
    ///
    /// Example: cordon keys revoke key_0123456789abcdef
    #[arg(value_name = "ID")]
    id: String,
}

/// Reads an environment, for clap.
pub(crate) fn environment(text: &str) -> Result<Environment, String> {
    Environment::from_name(text).ok_or_else(|| "it is dev, staging or prod".to_owned())
}

/// Reads an app name, for clap and others.
pub(crate) fn app_name(text: &str) -> Result<AppName, Failure> {
    match app_name_fault(text) {
        Some(fault) => Err(Failure::Usage(format!("the name of an app {fault}"))),
        None => Ok(AppName::new(text)),
    }
}

fn length(text: &str) -> Result<u64, String> {
    moment::length(text)
        .filter(|length| *length > 0)
        .ok_or_else(|| "a time is written as 90d, 12h or 30m".to_owned())
}

impl Keys {
    /// Does it.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self.action {
            Action::Create(create) => create.run(context),
            Action::List(list) => list.run(context),
            Action::Revoke(revoke) => revoke.run(context),
        }
    }
}

/// Makes a key and keeps its hash.
///
/// # Errors
/// No randomness, or a store that does not take it.
pub(crate) async fn minted(
    state: &State,
    app: AppName,
    environment: Environment,
    expires_ms: Option<u64>,
) -> Result<(types::AppKey, AppKeyRecord), Failure> {
    let key = mint_app_key(environment, world::random()?);
    let record = AppKeyHasher::new(&state.root)
        .record(&key, app, world::now_unix_ms(), expires_ms)
        .map_err(|error| Failure::Unavailable(error.to_string()))?;
    state.store.create(record.clone()).await.map_err(StateError::Store)?;
    Ok((key, record))
}

impl Create {
    fn run(self, context: &Context) -> Result<Exit, Failure> {
        let app = app_name(&self.app)?;
        let (plan, state) = context.state(Access::Manage)?;
        let environment = self.env.unwrap_or(plan.environment);
        let expires_ms = self.expires.map(|length| world::now_unix_ms().saturating_add(length));
        let (key, record) = wait(minted(&state, app, environment, expires_ms))?;
        let output = &context.output;
        let mut document = shown(&record, world::now_unix_ms(), u64::MAX);
        if let Some(members) = document.as_object_mut() {
            members.insert("key".to_owned(), Value::from(key.expose()));
        }
        output.document(&document);
        output.line(key.expose());
        output.note(&format!(
            "An app key of `{}` for {environment}, id {}. It is shown this once: keep it where the app reads its secrets.",
            record.app, record.id
        ));
        Ok(Exit::Done)
    }
}

impl List {
    fn run(self, context: &Context) -> Result<Exit, Failure> {
        let age_days_max = u64::from(context.loaded()?.config.keys.age_days_max);
        let (_, state) = context.state(Access::Read)?;
        let now = world::now_unix_ms();
        let mut keys = wait(async { Ok(state.store.list().await.map_err(StateError::Store)?) })?;
        keys.retain(|key| self.app.as_deref().is_none_or(|app| key.app.as_str() == app));
        let output = &context.output;
        output.document(&Value::Array(keys.iter().map(|key| shown(key, now, age_days_max)).collect()));
        let rows = keys.iter().map(|key| {
            vec![
                key.id.to_string(),
                key.app.to_string(),
                key.environment.to_string(),
                key.hint.clone(),
                state_name(key.state(now)).to_owned(),
                moment::ago(key.created_ms, now),
                key.last_used_ms
                    .map_or_else(|| "never".to_owned(), |at| format!("{} ago", moment::ago(at, now))),
                key.expires_ms.map_or_else(|| "-".to_owned(), moment::shown),
            ]
        });
        if keys.is_empty() {
            output.line("No app keys yet. Make one: cordon keys create --app NAME");
        } else {
            output.line(&aligned(&["ID", "APP", "ENV", "KEY", "STATE", "AGE", "LAST USED", "EXPIRES"], rows));
        }
        for key in keys.iter().filter(|key| is_old(key, now, age_days_max)) {
            output.note(&format!(
                "{} {} of `{}` is {} days old (keys.age_days_max = {age_days_max}): make a new one, then revoke it",
                output.toned_note(Tone::Doubtful, "warning:"),
                key.id,
                key.app,
                moment::days(key.created_ms, now)
            ));
        }
        Ok(Exit::Done)
    }
}

impl Revoke {
    fn run(self, context: &Context) -> Result<Exit, Failure> {
        let (_, state) = context.state(Access::Manage)?;
        let id = AppKeyId::new(&self.id);
        let (known, revoked) = wait(async {
            let known = state.store.find(id.clone()).await.map_err(StateError::Store)?;
            let revoked = state.store.revoke(id, world::now_unix_ms()).await.map_err(StateError::Store)?;
            Ok((known, revoked))
        })?;
        let Some(key) = known else {
            return Err(Failure::Found(format!(
                "there is no app key with the id `{}`: cordon keys list shows them",
                self.id.escape_default()
            )));
        };
        context.output.document(&json!({ "id": key.id.as_str(), "revoked": revoked }));
        context.output.line(&if revoked {
            format!("Revoked {} of `{}` ({}).", key.id, key.app, key.environment)
        } else {
            format!("{} was revoked already.", key.id)
        });
        Ok(Exit::Done)
    }
}

const fn state_name(state: KeyState) -> &'static str {
    match state {
        KeyState::Active => "active",
        KeyState::Expired => "expired",
        KeyState::Revoked => "revoked",
    }
}

/// True for an active key past the age at which keys are changed.
pub(crate) fn is_old(key: &AppKeyRecord, now_unix_ms: u64, age_days_max: u64) -> bool {
    key.state(now_unix_ms) == KeyState::Active && moment::days(key.created_ms, now_unix_ms) >= age_days_max
}

fn shown(key: &AppKeyRecord, now_unix_ms: u64, age_days_max: u64) -> Value {
    json!({
        "id": key.id.as_str(),
        "app": key.app.as_str(),
        "environment": key.environment.name(),
        "hint": key.hint,
        "state": state_name(key.state(now_unix_ms)),
        "created": moment::rfc3339(key.created_ms),
        "age_days": moment::days(key.created_ms, now_unix_ms),
        "is_old": is_old(key, now_unix_ms, age_days_max),
        "last_used": key.last_used_ms.map(moment::rfc3339),
        "expires": key.expires_ms.map(moment::rfc3339),
        "revoked": key.revoked_ms.map(moment::rfc3339),
    })
}
