//! What `scan`, `redact` and `explain` have in common: how a file is read, and whose terms and treatments hold.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::sync::Arc;

use clap::Args;
use policy::{PolicyEngine, Table, TableEngine};
use store_sql::Access;
use types::{AppName, DataClass};

use super::keys::app_name;
use crate::config::load::Loaded;
use crate::config::plan::{AppPlan, DEFAULT_APP, Plan};
use crate::config::treatments::FormName;
use crate::context::{Context, wait};
use crate::dry::Question;
use crate::failure::Failure;
use crate::output::Tone;
use crate::source::{Kind, Source};
use crate::standings::PlanStandings;
use crate::{policies, recognizers, terms};

/// How files are looked into.
#[derive(Debug, Args)]
pub(super) struct Inspecting {
    /// What the files are.
    ///
    /// `auto` takes a JSON object with `model` and `messages` (or `prompt`) for a request, everything else for text. Default:
    /// auto. Example: --as text
    #[arg(long = "as", value_name = "KIND", value_enum, default_value_t = Kind::Auto, hide_default_value = true)]
    pub(super) kind: Kind,

    /// Look for the exact terms of this app too, and apply its settings.
    ///
    /// Needs the state directory where the app has terms. Default: no terms, settings of the app `default`. Example: --app
    /// billing
    #[arg(long, value_name = "NAME")]
    pub(super) app: Option<String>,
}

impl Inspecting {
    /// Reads a file, and says what its reader should know about how it was taken.
    pub(super) fn source(&self, context: &Context, path: &Path) -> Result<Source, Failure> {
        if path.as_os_str() == "-" && io::stdin().is_terminal() {
            context.output.note("Reading what you type; Ctrl-D ends it.");
        }
        let source = Source::read(path, self.kind)?;
        for remark in source.remarks() {
            context.output.note(&context.output.toned_note(Tone::Doubtful, &remark));
        }
        Ok(source)
    }

    /// The question of who only wants findings: every class may go, to a deployment that takes everything.
    pub(super) fn finding_question(&self, context: &Context) -> Result<Question, Failure> {
        self.question(context, |_, _, app| {
            table(app, |class| if class == DataClass::Credential { "redact" } else { "keep" })
        })
    }

    /// The question of who wants everything redacted: encrypted parts stay, because nobody can put them back.
    pub(super) fn redacting_question(&self, context: &Context) -> Result<Question, Failure> {
        self.question(context, |_, _, app| {
            table(app, |class| if class == DataClass::Encrypted { "keep" } else { "redact" })
        })
    }

    /// The question as the app would ask it.
    pub(super) fn app_question(&self, context: &Context) -> Result<Question, Failure> {
        self.question(context, |loaded, plan, _| Ok(policies::engine(loaded, plan)?))
    }

    fn question(
        &self,
        context: &Context,
        policy: impl Fn(&Loaded, &Plan, &AppName) -> Result<Arc<dyn PolicyEngine>, Failure>,
    ) -> Result<Question, Failure> {
        let loaded = context.loaded()?;
        let plan = context.planned(&loaded)?;
        let app = self.app.as_deref().map_or_else(|| Ok(AppName::new(DEFAULT_APP)), app_name)?;
        let terms = match self.app {
            None => None,
            Some(_) => {
                let (_, state) = context.state(Access::Read)?;
                wait(terms::exact(state.store.as_ref(), &state.root, &app))?
            }
        };
        Ok(Question {
            environment: plan.environment,
            policy: policy(&loaded, &plan, &app)?,
            standings: Arc::new(PlanStandings::of(&plan)),
            declared: Arc::clone(&plan.app(&app).declared),
            forms: forms(plan.app(&app)),
            terms: terms.map(Arc::new),
            sieve: Arc::clone(&plan.app(&app).sieve),
            detector: recognizers::asking(&recognizers::detector(&loaded)?.0, plan.app(&app).names)?,
            candidates: None,
            aliases: Arc::default(),
            strategy: plan.app(&app).strategy.strategy(),
            app,
        })
    }
}

/// The forms of an app's surrogates.
pub(crate) fn forms(app: &AppPlan) -> veil::Forms {
    app.forms.iter().fold(veil::Forms::default(), |forms, (entity, form)| {
        let form = match form {
            FormName::Word => veil::Form::Word,
            FormName::Class => veil::Form::Class,
        };
        forms.with(entity, form)
    })
}

/// A policy in which each class has the treatment that `treatment` names, whatever the law says: nothing leaves.
fn table(
    app: &AppName,
    treatment: impl Fn(DataClass) -> &'static str,
) -> Result<Arc<dyn PolicyEngine>, Failure> {
    let unfit = |error: policy::TableError| Failure::Unavailable(error.to_string());
    let open = Table::preset("open").map_err(unfit)?;
    let table = DataClass::ALL
        .into_iter()
        .try_fold(open, |table, class| table.changed(class.name(), treatment(class)).map_err(unfit))?;
    Ok(Arc::new(TableEngine::new([(app.clone(), table)].into())))
}
