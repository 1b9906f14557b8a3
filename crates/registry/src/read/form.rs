//! Fact files as they are written.

use serde::Deserialize;
use toml::Spanned;

use crate::fact::{Basis, Scope, SourceKind, Status};
use crate::models::ModelForm;

/// A file of a provider.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProviderForm {
    #[serde(rename = "schema")]
    _schema: ProviderFormat,
    pub(super) retrieved: Spanned<String>,
    pub(super) provider: AboutForm,
    #[serde(default)]
    pub(super) source: Vec<SourceForm>,
    #[serde(default)]
    pub(super) fact: Vec<Spanned<FactForm>>,
}

#[derive(Deserialize)]
enum ProviderFormat {
    #[serde(rename = "cordon.provider/1")]
    One,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AboutForm {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) summary: String,
    #[serde(default)]
    pub(super) domains: Vec<String>,
    pub(super) tier_undeclared: Option<String>,
}

/// A file of the operator's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnForm {
    #[serde(rename = "schema")]
    _schema: OwnFormat,
    #[serde(default)]
    pub(super) source: Vec<SourceForm>,
    #[serde(default)]
    pub(super) fact: Vec<Spanned<FactForm>>,
    #[serde(default)]
    pub(super) model: Vec<Spanned<ModelForm>>,
}

#[derive(Deserialize)]
enum OwnFormat {
    #[serde(rename = "cordon.own-facts/1")]
    One,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceForm {
    pub(super) id: Spanned<String>,
    pub(super) title: String,
    pub(super) url: Option<Spanned<String>>,
    pub(super) kind: Option<SourceKind>,
    pub(super) document_date: Option<Spanned<String>>,
    pub(super) copy_date: Option<Spanned<String>>,
    pub(super) retrieved: Option<Spanned<String>>,
    pub(super) who: Option<String>,
    pub(super) file: Option<String>,
    pub(super) sha256: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FactForm {
    pub(super) provider: Option<Spanned<String>>,
    pub(super) key: Spanned<String>,
    pub(super) value: Option<Spanned<toml::Value>>,
    pub(super) status: Status,
    pub(super) basis: Option<Basis>,
    #[serde(default)]
    pub(super) sources: Vec<Spanned<String>>,
    pub(super) retrieved: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) scope: Scope,
    #[serde(default)]
    pub(super) note: String,
}
