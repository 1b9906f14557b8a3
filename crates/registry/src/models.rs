//! The model catalogue: what is known of each model by name, and which names nobody has classified.

use serde::Deserialize;
use toml::Spanned;

use crate::pattern;
use crate::problem::Finder;
use crate::read::Against;
use crate::{Day, RegistryFile, problem::FileProblem};

/// What a model takes or gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Modality {
    /// Text.
    Text,
    /// Pictures.
    Image,
    /// Sound.
    Audio,
    /// Moving pictures.
    Video,
    /// Files, such as PDF.
    Document,
}

impl Modality {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Audio => "audio",
            Self::Video => "video",
            Self::Document => "document",
        }
    }
}

/// What a model can do beside writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Capability {
    /// It calls tools.
    Tools,
    /// It thinks before it answers.
    Reasoning,
    /// It keeps to a JSON schema.
    Structured,
}

impl Capability {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Reasoning => "reasoning",
            Self::Structured => "structured",
        }
    }
}

/// A price as its source states it, in US dollars for a million tokens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Price {
    /// Of what is sent.
    pub input_usd: f64,
    /// Of what comes back.
    pub output_usd: f64,
}

/// One model of one provider. What no source says is left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Registry id of the provider.
    pub provider: String,
    /// The name that requests use.
    pub name: String,
    /// Other names of it: patterns with `*`.
    pub also: Vec<String>,
    /// Longest input and output together, in tokens.
    pub context_tokens: Option<u64>,
    /// Longest output, in tokens.
    pub output_tokens_max: Option<u64>,
    /// What it takes.
    pub takes: Vec<Modality>,
    /// What it gives.
    pub gives: Vec<Modality>,
    /// What it can do.
    pub can: Vec<Capability>,
    /// What it costs.
    pub price: Option<Price>,
    /// Where it runs, if that is not where the provider runs.
    pub regions: Vec<String>,
    /// Web address of the document that says so, or its name.
    pub source: String,
    /// When that was read.
    pub retrieved: Day,
    /// A remark.
    pub note: String,
}

impl Eq for Model {}

impl Model {
    /// True where a request that names `name` means this model.
    pub fn is_called(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name) || self.also.iter().any(|one| pattern::is_like(name, one))
    }
}

pub(crate) fn load(file: RegistryFile<'_>, against: &Against<'_>) -> Result<Vec<Model>, Vec<FileProblem>> {
    let mut problems = Finder::new(file.name, file.text);
    let form: CatalogueForm = match toml::from_str(file.text) {
        Ok(form) => form,
        Err(error) => {
            problems.syntax(&error);
            return problems.finish(Vec::new());
        }
    };
    let models = checked(form.model, against, &mut problems);
    problems.finish(models)
}

pub(crate) fn checked(
    forms: Vec<Spanned<ModelForm>>,
    against: &Against<'_>,
    problems: &mut Finder<'_>,
) -> Vec<Model> {
    let mut models: Vec<Model> = Vec::new();
    for spanned in forms {
        let span = spanned.span();
        let form = spanned.into_inner();
        let Some(retrieved) = crate::read::day(&form.retrieved, against, problems) else { continue };
        if models.iter().any(|other| other.provider == form.provider && other.name == form.name) {
            problems.add(span, format!("there are two models `{}` of `{}`", form.name, form.provider), "");
            continue;
        }
        let price =
            form.price.map(|price| Price { input_usd: price.input_usd, output_usd: price.output_usd });
        if price.is_some_and(|price| {
            ![price.input_usd, price.output_usd].iter().all(|usd| usd.is_finite() && *usd >= 0.0)
        }) {
            problems.add(
                span,
                format!("the price of `{}` is no price", form.name),
                "US dollars for a million tokens",
            );
            continue;
        }
        models.push(Model {
            provider: form.provider,
            name: form.name,
            also: form.also,
            context_tokens: form.context_tokens,
            output_tokens_max: form.output_tokens_max,
            takes: form.takes,
            gives: form.gives,
            can: form.can,
            price,
            regions: form.regions,
            source: form.source,
            retrieved,
            note: form.note,
        });
    }
    models
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogueForm {
    #[serde(rename = "schema")]
    _schema: Format,
    #[serde(default)]
    model: Vec<Spanned<ModelForm>>,
}

#[derive(Deserialize)]
enum Format {
    #[serde(rename = "cordon.models/1")]
    One,
}

/// A model as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelForm {
    provider: String,
    name: String,
    #[serde(default)]
    also: Vec<String>,
    context_tokens: Option<u64>,
    output_tokens_max: Option<u64>,
    #[serde(default)]
    takes: Vec<Modality>,
    #[serde(default)]
    gives: Vec<Modality>,
    #[serde(default)]
    can: Vec<Capability>,
    price: Option<PriceForm>,
    #[serde(default)]
    regions: Vec<String>,
    source: String,
    retrieved: Spanned<String>,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceForm {
    input_usd: f64,
    output_usd: f64,
}
