//! `cordon apps`: the apps, what holds for each, and how risky each is.

mod risk;
mod traffic;

use std::collections::{BTreeMap, BTreeSet};

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use store::{KeyState, KeyStore, TermStore};
use store_sql::Access;
use types::AppName;

use crate::config::plan::{AppPlan, ModePlan};
use crate::context::{Context, wait};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::state::StateError;
use crate::table::aligned;
use crate::{moment, world};

/// Show the apps, what holds for each, and how risky each is.
#[derive(Debug, Args)]
pub(crate) struct Apps {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the apps of the configuration and those that have a key.
    List,
    Risk(risk::Risk),
}

impl Apps {
    /// Does it.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        match self.action {
            Action::List => Self::list(context),
            Action::Risk(command) => command.run(context),
        }
    }

    fn list(context: &Context) -> Result<Exit, Failure> {
        let (plan, state) = context.state(Access::Read)?;
        let now = world::now_unix_ms();
        let (keys, terms) = wait(async {
            let mut keys: BTreeMap<AppName, usize> = BTreeMap::new();
            for key in state.store.list().await.map_err(StateError::Store)? {
                *keys.entry(key.app.clone()).or_default() += usize::from(key.state(now) == KeyState::Active);
            }
            let names: BTreeSet<AppName> = plan.apps.keys().chain(keys.keys()).cloned().collect();
            let mut terms = Vec::new();
            for app in names {
                let count = state.store.terms(app.clone()).await.map_err(StateError::Store)?.len();
                terms.push((app, count));
            }
            Ok((keys, terms))
        })?;
        let mut rows = Vec::new();
        let mut documents = Vec::new();
        for (app, terms) in terms {
            let settings = plan.app(&app);
            let keys = keys.get(&app).copied().unwrap_or_default();
            documents.push(json!({
                "app": app.as_str(),
                "mode": mode(settings, now).0,
                "observed_until": mode(settings, now).1.map(moment::rfc3339),
                "preset": settings.preset,
                "names": settings.names.word(),
                "deployments": deployments(settings),
                "active_keys": keys,
                "terms": terms,
            }));
            let (mode, until) = mode(settings, now);
            let mode = until
                .map_or_else(|| mode.to_owned(), |until| format!("OBSERVED until {}", moment::shown(until)));
            let deployments = if settings.deployments.is_empty() {
                "all".to_owned()
            } else {
                deployments(settings).join(", ")
            };
            rows.push(vec![
                app.to_string(),
                mode,
                settings.preset.clone(),
                settings.names.word().to_owned(),
                deployments,
                keys.to_string(),
                terms.to_string(),
            ]);
        }
        context.output.document(&Value::Array(documents));
        context
            .output
            .line(&aligned(&["APP", "MODE", "PRESET", "NAMES", "DEPLOYMENTS", "ACTIVE KEYS", "TERMS"], rows));
        Ok(Exit::Done)
    }
}

fn mode(app: &AppPlan, now_unix_ms: u64) -> (&'static str, Option<u64>) {
    match app.mode {
        ModePlan::Observe { until_unix_ms } if now_unix_ms < until_unix_ms => {
            ("observe", Some(until_unix_ms))
        }
        ModePlan::Observe { .. } | ModePlan::Protect => ("protect", None),
    }
}

fn deployments(app: &AppPlan) -> Vec<&str> {
    app.deployments.iter().map(types::DeploymentId::as_str).collect()
}
