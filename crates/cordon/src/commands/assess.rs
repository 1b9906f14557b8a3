//! `cordon assess`: what went to whom, by request logs that a company already has.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use policy::{Board, MeterKind};
use registry::LogNames;
use store_sql::Access;
use types::AppName;

use super::inspecting::forms;
use super::keys::app_name;
use super::providers::width;
use crate::assess::decided::Deciding;
use crate::assess::inputs::inputs;
use crate::assess::recipient::Recipients;
use crate::assess::report::{Made, Report};
use crate::assess::work::{self, Bench};
use crate::assess::{html, json, terminal};
use crate::config::plan::{DEFAULT_APP, Plan};
use crate::context::{Context, wait};
use crate::dry::{Dry, Means, Question};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::standings::PlanStandings;
use crate::{policies, recognizers, setup, terms};

/// Memory of the findings cache, in bytes: conversations are logged again whole with each turn.
const CACHE_BYTES_MAX: u64 = 128 << 20;

/// Say what went to whom, by request logs that you already have, and what Cordon would have done.
///
/// Reads JSON lines of requests to OpenAI or Anthropic, bare or in an envelope with URL, provider or model beside, and logs of LiteLLM. Which
/// classes of data went to whom, how many people they are about, what policy and law say to it, what is known of the providers, and what is
/// open. Nothing is kept or sent, and no value of a log is shown. Ends with 1 when something could not be assessed.
#[derive(Debug, Args)]
pub(crate) struct Assess {
    /// Logs, or directories of logs; `-` is standard input.
    ///
    /// In a directory: files that end with .jsonl, .ndjson, .json or .log, also with .gz behind. Example: cordon assess logs/
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// The provider of requests of which the log does not say who got them.
    ///
    /// Default: by the model's name where that is clear, else not known and read strictly. Example: --provider azure-openai
    #[arg(long, value_name = "ID")]
    provider: Option<String>,

    /// Read the requests as those of this app: its declaration, treatments and exact terms.
    ///
    /// Default: the app `default`, without exact terms. Example: --app billing
    #[arg(long, value_name = "NAME")]
    app: Option<String>,

    /// Write the report as one HTML page that needs nothing else; `-` is standard output.
    ///
    /// A file that is there already is left alone. Default: none. Example: --html report.html
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

impl Assess {
    /// Assesses.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let output = &context.output;
        let to_output = self.html.as_deref().is_some_and(|path| path.as_os_str() == "-");
        if to_output && output.is_json() {
            return Err(Failure::Usage(
                "--html - and --json both go to standard output: name a file".to_owned(),
            ));
        }
        let loaded = context.loaded()?;
        let plan = context.planned(&loaded)?;
        let app = self.app.as_deref().map_or_else(|| Ok(AppName::new(DEFAULT_APP)), app_name)?;
        let told = self.provider.as_deref().map(|id| known(&plan, id)).transpose()?;
        let inputs = inputs(&self.files)?;
        // A page that could not be written is no reason to read for an hour.
        let mut page = match self.html.as_deref().filter(|_| !to_output) {
            Some(path) => Some((path, created(path)?)),
            None => None,
        };

        let settings = plan.app(&app);
        let detector = recognizers::asking(&recognizers::detector(&loaded)?.0, settings.names)?;
        let engine = policies::engine(&loaded, &plan)?;
        let question = Question {
            app: app.clone(),
            environment: plan.environment,
            policy: Arc::clone(&engine) as _,
            standings: Arc::new(PlanStandings::of(&plan)),
            declared: Arc::clone(&settings.declared),
            forms: forms(settings),
            terms: self.terms(context, &plan, &app)?,
            sieve: Arc::clone(&settings.sieve),
            detector: Arc::clone(&detector),
            candidates: None,
            aliases: Arc::default(),
            strategy: settings.strategy.strategy(),
        };
        let means = Means { json: setup::json_limits(&loaded), cache_bytes_max: CACHE_BYTES_MAX };
        let dry = Dry::surveying(question, means)?;
        let names = LogNames::builtin().map_err(|error| Failure::Unavailable(error.to_string()))?;
        let recipients = Recipients::new(&plan, names, told);
        let board = Board::new(MeterKind::all(&plan.policies.law));
        let bench = Bench {
            dry: &dry,
            recipients: &recipients,
            board: &board,
            app: &app,
            declared: &settings.declared,
            day: plan.today,
            document_bytes_max: loaded.config.server.body_bytes_max.as_usize(),
        };
        let done = work::all(&inputs, &bench, output);
        if !done.is_whole {
            return Err(Failure::Unavailable(
                "a part of the counts was lost, so there is no report: please report the place above"
                    .to_owned(),
            ));
        }
        let deciding = Deciding {
            plan: &plan,
            engine: engine.as_ref(),
            app: &app,
            declared: &settings.declared,
            day: plan.today,
        };
        let decided = deciding
            .all(&done.tally.ways, &board)
            .map_err(|error| Failure::Unavailable(error.to_string()))?;
        let is_short = done.tally.broken + done.tally.empty > 0 || done.tally.requests == 0;
        let exit = done.exit.unwrap_or(if is_short { Exit::Found } else { Exit::Done });
        let report = Report::of(Made {
            plan: &plan,
            inputs: &inputs,
            done,
            decided: &decided,
            board: &board,
            app: app.as_str(),
            declared: &settings.declared,
            names: settings.names.word(),
            detector: &detector,
        });
        output.document(&json::document(&report));
        if to_output {
            output.bytes(html::page(&report, &plan.policies.law).as_bytes());
        } else {
            terminal::print(output, &report, width());
        }
        if let Some((path, file)) = &mut page {
            let text = html::page(&report, &plan.policies.law);
            let failed = |source| Failure::File { what: "cannot write", path: (*path).to_owned(), source };
            file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
            output.note(&format!("The page is in {}.", path.display()));
        }
        Ok(exit)
    }

    /// The exact terms of the app that was named, where there is a state directory.
    fn terms(
        &self,
        context: &Context,
        plan: &Plan,
        app: &AppName,
    ) -> Result<Option<Arc<exchange::ExactTerms>>, Failure> {
        if self.app.is_none() || !plan.state_dir.exists() {
            return Ok(None);
        }
        let (_, state) = context.state(Access::Read)?;
        let terms = wait(terms::exact(state.store.as_ref(), &state.root, app))?;
        Ok(terms.map(Arc::new))
    }
}

/// A provider that the registry or the facts know.
fn known(plan: &Plan, id: &str) -> Result<String, Failure> {
    if plan.registry.provider(id).is_some() || plan.facts.profile(id).is_some() {
        return Ok(id.to_owned());
    }
    let ids: Vec<&str> = plan.facts.profiles().map(|profile| profile.id.as_str()).collect();
    Err(Failure::Usage(format!("there is no provider `{id}`; known: {}", ids.join(", "))))
}

/// A new file.
fn created(path: &Path) -> Result<std::fs::File, Failure> {
    std::fs::File::create_new(path).map_err(|source| Failure::File {
        what: "cannot write",
        path: path.to_owned(),
        source,
    })
}
