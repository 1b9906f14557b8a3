//! `cordon check`: validates the configuration; prints its schema and its reference.

pub(super) mod tls;

use std::fs;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::config::own_facts;
use crate::config::plan::Plan;
use crate::config::problem::ConfigError;
use crate::config::{reference::reference, schema};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::model::{self, About};
use crate::{keyring, policies, recognizers, setup, terms, world};

/// Validate the configuration.
///
/// Everything is checked that can be without a connection: form and sense, recognizers of your own, key files and their permissions, the certificate and
/// its key. Errors show file, line and column.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Print the JSON schema of the configuration instead.
    ///
    /// For editors that complete and check TOML. Default: off. Example: cordon check --schema > cordon.schema.json
    #[arg(long, conflicts_with = "reference")]
    schema: bool,

    /// Print the reference page of the configuration instead.
    ///
    /// It is docs/configuration.md. Default: off. Example: cordon check --reference
    #[arg(long)]
    reference: bool,

    /// Write the reference page to a file.
    ///
    /// Default: standard output. Example: cordon check --reference --write docs/configuration.md
    #[arg(long, value_name = "FILE", requires = "reference")]
    write: Option<PathBuf>,
}

impl Check {
    /// Checks, or prints what was asked for.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        if self.schema {
            context.output.bytes(format!("{:#}\n", schema()).as_bytes());
            return Ok(Exit::Done);
        }
        if self.reference {
            match self.write {
                Some(path) => fs::write(&path, reference()).map_err(|source| Failure::File {
                    what: "cannot write",
                    path,
                    source,
                })?,
                None => {
                    context.output.bytes(reference().as_bytes());
                }
            }
            return Ok(Exit::Done);
        }
        let loaded = context.loaded()?;
        let plan = context.planned(&loaded)?;
        let mut warnings = plan.warnings.clone();
        warnings.problems.extend(tls::look(&loaded, world::now_unix_ms())?.problems);
        warnings.problems.extend(recognizers::detector(&loaded)?.1.problems);
        policies::engine(&loaded, &plan)?;
        keyring::read(&plan)?;
        setup::server_settings(&loaded)?;
        own_facts::check_evidence(&loaded.facts, loaded.base_dir())?;
        for path in plan.apps.values().filter_map(|app| app.terms_file.as_deref()) {
            terms::read_file(path)?;
        }
        let model = model::about(&loaded)?;
        report(context, &loaded.document.name, &plan, (&warnings, model.as_ref()));
        Ok(Exit::Done)
    }
}

fn report(context: &Context, name: &str, plan: &Plan, (warnings, model): (&ConfigError, Option<&About>)) {
    let output = &context.output;
    output.warnings(warnings);
    let deployments: Vec<&str> =
        plan.deployments.iter().map(|deployment| deployment.route.id.as_str()).collect();
    let apps: Vec<&str> = plan.apps.keys().map(types::AppName::as_str).collect();
    output.document(&json!({
        "file": name,
        "valid": true,
        "environment": plan.environment.name(),
        "state_dir": plan.state_dir.display().to_string(),
        "apps": apps,
        "deployments": deployments,
        "detection_model": model.map(About::json),
        "warnings": warnings.json(),
    }));
    output.line(&format!("{name} is valid."));
    output.line(&format!("  environment  {}", plan.environment));
    output.line(&format!("  state        {}", plan.state_dir.display()));
    output.line(&format!("  apps         {}", apps.join(", ")));
    output.line(&format!("  deployments  {}", deployments.join(", ")));
    if let Some(model) = model {
        output.line(&format!("  model        {}", model.line()));
    }
}
