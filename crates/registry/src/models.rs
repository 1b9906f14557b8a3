//! The model catalogue: what is known of each model by name, and which names nobody has classified.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use crate::fact::{Source, Status};
use crate::problem::{FileProblem, Finder};
use crate::read::{self, Against, SourceForm};
use crate::{RegistryFile, pattern};

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
    /// How sure this is.
    pub status: Status,
    /// Who says so.
    pub source: Arc<Source>,
    /// A remark.
    pub note: String,
}

// INVARIANT: a price is finite, so that equality is total (test `a_price_is_a_number_from_zero`).
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
    let read = read::day(&form.retrieved, against, &mut problems);
    let sources = read::sources(form.source, read, against, &mut problems);
    let models = checked(form.model, &sources, &mut problems);
    problems.finish(models)
}

pub(crate) fn checked(
    forms: Vec<Spanned<ModelForm>>,
    sources: &BTreeMap<String, Arc<Source>>,
    problems: &mut Finder<'_>,
) -> Vec<Model> {
    let mut models: Vec<Model> = Vec::new();
    for spanned in forms {
        let span = spanned.span();
        let form = spanned.into_inner();
        let Some(source) = sources.get(form.source.get_ref()) else {
            let what = format!("there is no source `{}`", form.source.get_ref());
            problems.add(form.source.span(), what, "add it as [[source]]");
            continue;
        };
        if form.status == Status::Known && !source.kind.proves() {
            let what = format!("`{}` is called known without a source that proves it", form.name);
            problems.add(
                form.source.span(),
                what,
                "name a document of the provider itself, or say status = \"likely\"",
            );
        }
        if models.iter().any(|other| other.provider == form.provider && other.name == form.name) {
            problems.add(span, format!("there are two models `{}` of `{}`", form.name, form.provider), "");
            continue;
        }
        let price =
            form.price.map(|price| Price { input_usd: price.input_usd, output_usd: price.output_usd });
        let is_price = |usd: f64| usd.is_finite() && usd >= 0.0;
        if price.is_some_and(|price| !is_price(price.input_usd) || !is_price(price.output_usd)) {
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
            status: form.status,
            source: Arc::clone(source),
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
    retrieved: Spanned<String>,
    #[serde(default)]
    source: Vec<SourceForm>,
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
    status: Status,
    source: Spanned<String>,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceForm {
    input_usd: f64,
    output_usd: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Schema;

    fn loaded(model: &str) -> Result<Vec<Model>, String> {
        let text = format!(
            "schema = \"cordon.models/1\"\nretrieved = \"2026-11-29\"\n[[source]]\nid = \"x\"\ntitle = \"X\"\nkind = \"secondary\"\n\
             [[model]]\nprovider = \"acme\"\nname = \"fine-1\"\nstatus = \"likely\"\nsource = \"x\"\n{model}"
        );
        let schema = Schema::default();
        let against = Against { schema: &schema, today: None };
        load(RegistryFile { name: "models.toml", text: &text }, &against)
            .map_err(|found| found.into_iter().map(|problem| problem.to_string()).collect())
    }

    #[test]
    fn a_price_is_a_number_from_zero() {
        assert!(loaded("price = { input_usd = 0.5, output_usd = 2.0 }").is_ok());
        for price in ["nan", "inf", "-1.0"] {
            let error =
                loaded(&format!("price = {{ input_usd = {price}, output_usd = 2.0 }}")).expect_err(price);
            assert!(error.contains("models.toml:7:1: the price of `fine-1` is no price"), "{error}");
        }
    }

    #[test]
    fn a_model_answers_to_its_name_and_to_its_patterns_whatever_the_case() {
        let models = loaded("also = [\"fine-1-2*\"]").expect("loads");
        for (name, is_called) in
            [("fine-1", true), ("Fine-1", true), ("fine-1-20260801", true), ("fine-1-mini", false)]
        {
            assert_eq!(models[0].is_called(name), is_called, "{name}");
        }
    }

    #[test]
    fn a_model_needs_a_source_that_is_there() {
        let error =
            loaded("[[model]]\nprovider = \"acme\"\nname = \"y\"\nstatus = \"known\"\nsource = \"x\"\n")
                .expect_err("refused");
        assert!(error.contains("`y` is called known without a source that proves it"), "{error}");
        let error =
            loaded("[[model]]\nprovider = \"acme\"\nname = \"y\"\nstatus = \"likely\"\nsource = \"z\"\n")
                .expect_err("refused");
        assert!(error.contains("models.toml:16:10: there is no source `z`"), "{error}");
    }
}
