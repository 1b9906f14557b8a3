//! Reads fact files: one of a provider that ships, or one of the operator's own.
//!
//! A file is checked whole, and every problem is told with line and column: unknown keys, wrong types, values out of range, `known`
//! without proof, sources that are not there, addresses that imitate the provider, days that are yet to come.

mod form;
mod hosts;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::fact::{Fact, Source, SourceKind, Status};
use crate::models::Model;
use crate::problem::{FileProblem, Finder};
use crate::schema::Schema;
use crate::{Day, RegistryFile, Value};

pub(crate) use form::SourceForm;
use form::{FactForm, OwnForm, ProviderForm};
use hosts::{check_domain, check_hosts, refuse_lookalike};

/// What is known of one provider product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Registry id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What matters most, in a sentence or two.
    pub summary: String,
    /// The tier that counts for an account that declares none.
    pub tier_undeclared: Option<String>,
    /// What its documents, and others, say.
    pub facts: Vec<Fact>,
}

/// What a file of the operator's says: facts by provider, and models.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct OwnFile {
    pub(crate) facts: Vec<(String, Fact)>,
    pub(crate) models: Vec<Model>,
}

/// What a file is checked against.
pub(crate) struct Against<'a> {
    pub(crate) schema: &'a Schema,
    /// The day; no date may lie after it. `None`: it is not known.
    pub(crate) today: Option<Day>,
}

/// Reads the file of a provider.
pub(crate) fn provider(file: RegistryFile<'_>, against: &Against<'_>) -> Result<Profile, Vec<FileProblem>> {
    let mut problems = Finder::new(file.name, file.text);
    let form: ProviderForm = match toml::from_str(file.text) {
        Ok(form) => form,
        Err(error) => {
            problems.syntax(&error);
            return Err(problems.finish(()).err().unwrap_or_default());
        }
    };
    let read = day(&form.retrieved, against, &mut problems);
    let about = form.provider;
    for source in &form.source {
        if let Some(url) = &source.url {
            check_domain(url, source.kind, &about.domains, &mut problems);
        }
    }
    let sources = sources(form.source, read, against, &mut problems);
    let mut facts = Vec::new();
    let mut places = Vec::new();
    for spanned in form.fact {
        let span = spanned.span();
        let form = spanned.into_inner();
        if let Some(provider) = &form.provider {
            problems.add(
                provider.span(),
                "a fact in the file of a provider is about that provider",
                "leave `provider` out",
            );
        }
        places.push(form.value.as_ref().map_or(span, toml::Spanned::span));
        facts.extend(fact(form, read, &sources, against, &mut problems));
    }
    check_hosts(&facts, &places, &sources, &mut problems);
    problems.finish(Profile {
        id: about.id,
        name: about.name,
        summary: about.summary,
        tier_undeclared: about.tier_undeclared,
        facts,
    })
}

/// Reads a file of the operator's. `known` are the providers that it may speak of, with the hosts that imitate them.
pub(crate) fn own(
    file: RegistryFile<'_>,
    known: &BTreeMap<&str, Vec<&str>>,
    against: &Against<'_>,
) -> Result<OwnFile, Vec<FileProblem>> {
    let mut problems = Finder::new(file.name, file.text);
    let form: OwnForm = match toml::from_str(file.text) {
        Ok(form) => form,
        Err(error) => {
            problems.syntax(&error);
            return Err(problems.finish(()).err().unwrap_or_default());
        }
    };
    let lookalikes: Vec<&str> = known.values().flatten().copied().collect();
    let mut sources = BTreeMap::new();
    for source in form.source {
        let id = source.id.clone();
        let span = source.id.span();
        if source.kind.as_ref().is_some_and(|kind| *kind != SourceKind::Own) {
            problems.add(span.clone(), "a source of your own is of the kind `own`", "leave `kind` out");
        }
        for (is_missing, what) in [
            (source.who.is_none(), "`who`, the person who vouches for it"),
            (source.document_date.is_none(), "`document_date`, the date of the document"),
        ] {
            if is_missing {
                problems.add(span.clone(), format!("evidence of your own names {what}"), "");
            }
        }
        if let Some(url) = &source.url {
            refuse_lookalike(url, &lookalikes, &mut problems);
        }
        let dated = source.document_date.as_ref().and_then(|date| Day::first_of(date.get_ref()));
        let source = of_source(source, SourceKind::Own, dated, against, &mut problems);
        keep(&mut sources, id, source, &mut problems);
    }
    let mut facts = Vec::new();
    for spanned in form.fact {
        let span = spanned.span();
        let form = spanned.into_inner();
        let Some(provider) = form.provider.clone() else {
            problems.add(span, "a fact of your own names its `provider`", known_ids(known));
            continue;
        };
        if !known.contains_key(provider.get_ref().as_str()) {
            problems.add(
                provider.span(),
                format!("there is no provider `{}`", provider.get_ref()),
                known_ids(known),
            );
        }
        let named = form.sources.iter().filter_map(|id| sources.get(id.get_ref()));
        let confirmed = named.map(|source: &Arc<Source>| source.retrieved).min();
        let at = form.value.as_ref().map_or(span, toml::Spanned::span);
        if let Some(mut fact) = fact(form, confirmed, &sources, against, &mut problems) {
            fact.is_own = true;
            if fact.key == "endpoint.hosts" {
                for host in fact.value.iter().flat_map(Value::texts).filter(|host| lookalikes.contains(host))
                {
                    problems.add(
                        at.clone(),
                        format!("`{host}` imitates the provider"),
                        "a key may not be sent there",
                    );
                }
            }
            facts.push((provider.into_inner(), fact));
        }
    }
    let models = crate::models::checked(form.model, &sources, &mut problems);
    problems.finish(OwnFile { facts, models })
}

fn known_ids(known: &BTreeMap<&str, Vec<&str>>) -> String {
    format!("known: {}", known.keys().copied().collect::<Vec<_>>().join(", "))
}

/// The sources of a shipped file, by id.
pub(crate) fn sources(
    forms: Vec<SourceForm>,
    read: Option<Day>,
    against: &Against<'_>,
    problems: &mut Finder<'_>,
) -> BTreeMap<String, Arc<Source>> {
    let mut sources = BTreeMap::new();
    for form in forms {
        let id = form.id.clone();
        let kind = form.kind.unwrap_or(SourceKind::Secondary);
        let source = of_source(form, kind, read, against, problems);
        keep(&mut sources, id, source, problems);
    }
    sources
}

fn keep(
    sources: &mut BTreeMap<String, Arc<Source>>,
    id: toml::Spanned<String>,
    source: Option<Source>,
    problems: &mut Finder<'_>,
) {
    let span = id.span();
    let Some(source) = source else { return };
    let again = format!("there are two sources `{}`", id.get_ref());
    if sources.insert(id.into_inner(), Arc::new(source)).is_some() {
        problems.add(span, again, "give each its own id");
    }
}

fn of_source(
    form: SourceForm,
    kind: SourceKind,
    read: Option<Day>,
    against: &Against<'_>,
    problems: &mut Finder<'_>,
) -> Option<Source> {
    for date in [&form.document_date, &form.copy_date].into_iter().flatten() {
        match Day::first_of(date.get_ref()) {
            None => problems.add(
                date.span(),
                "a date is a year, a month or a day: 2026, 2026-03 or 2026-03-30",
                "",
            ),
            Some(first) => refuse_future(first, date.span(), against, problems),
        }
    }
    if let Some(url) = &form.url
        && !(url.get_ref().starts_with("https://") || url.get_ref().starts_with("http://"))
    {
        problems.add(url.span(), "the `url` of a source begins with https:// or http://", "");
    }
    let retrieved = match &form.retrieved {
        Some(text) => day(text, against, problems)?,
        None => read?,
    };
    if let Some(hash) = &form.sha256
        && !(hash.get_ref().len() == 64 && hash.get_ref().bytes().all(|byte| byte.is_ascii_hexdigit()))
    {
        problems.add(hash.span(), "`sha256` is 64 hexadecimal digits", "sha256sum FILE prints it");
    }
    if form.file.is_none()
        && let Some(hash) = &form.sha256
    {
        problems.add(hash.span(), "`sha256` is that of a `file`, and none is named", "");
    }
    let hash = form.sha256.map(toml::Spanned::into_inner);
    Some(Source {
        id: form.id.into_inner(),
        title: form.title,
        url: form.url.map(toml::Spanned::into_inner),
        kind,
        document_date: form.document_date.map(toml::Spanned::into_inner),
        copy_date: form.copy_date.map(toml::Spanned::into_inner),
        retrieved,
        who: form.who,
        evidence: form.file.map(|file| (file, hash)),
        note: form.note,
    })
}

fn fact(
    form: FactForm,
    read: Option<Day>,
    sources: &BTreeMap<String, Arc<Source>>,
    against: &Against<'_>,
    problems: &mut Finder<'_>,
) -> Option<Fact> {
    let span = form.key.span();
    let name = form.key.into_inner();
    let Some(key) = against.schema.key(&name) else {
        problems.add(span, format!("there is no key `{name}`"), nearest(&name, against.schema));
        return None;
    };
    let value = match (form.value, form.status) {
        (Some(value), Status::Unknown) => {
            problems.add(
                value.span(),
                format!("`{name}` is unknown, so it has no value"),
                "leave `value` out",
            );
            None
        }
        (Some(value), _) => match key.value(value.get_ref()) {
            Ok(value) => Some(value),
            Err(fault) => {
                problems.add(value.span(), format!("`{name}` {fault}"), key.about.clone());
                None
            }
        },
        (None, Status::Unknown) => None,
        (None, _) => {
            problems.add(
                span.clone(),
                format!("`{name}` has no value"),
                "say `value`, or status = \"unknown\"",
            );
            None
        }
    };
    let mut named = Vec::new();
    for id in form.sources {
        match sources.get(id.get_ref()) {
            Some(source) => named.push(Arc::clone(source)),
            None => problems.add(
                id.span(),
                format!("there is no source `{}`", id.get_ref()),
                "add it as [[source]]",
            ),
        }
    }
    if form.status == Status::Known && !named.iter().any(|source| source.kind.proves()) {
        let help =
            "name a document of the provider itself or of a public register, or say status = \"likely\"";
        problems.add(span.clone(), format!("`{name}` is called known without a source that proves it"), help);
    }
    if form.status != Status::Unknown && form.basis.is_none() {
        problems.add(
            span.clone(),
            format!("`{name}` does not say its `basis`"),
            "read, reported, inferred or recalled",
        );
    }
    let retrieved = match &form.retrieved {
        Some(text) => day(text, against, problems)?,
        None => match read {
            Some(read) => read,
            None => {
                problems.add(
                    span,
                    format!("`{name}` has no day"),
                    "say `retrieved`, or name a source with a date",
                );
                return None;
            }
        },
    };
    Some(Fact {
        key: name,
        value,
        status: form.status,
        basis: form.basis,
        sources: named,
        retrieved,
        scope: form.scope,
        note: form.note,
        is_own: false,
    })
}

pub(crate) fn day(
    text: &toml::Spanned<String>,
    against: &Against<'_>,
    problems: &mut Finder<'_>,
) -> Option<Day> {
    let day = Day::parse(text.get_ref());
    match day {
        None => problems.add(text.span(), "a day is written as 2026-11-24", ""),
        Some(day) => refuse_future(day, text.span(), against, problems),
    }
    day
}

fn refuse_future(day: Day, span: Range<usize>, against: &Against<'_>, problems: &mut Finder<'_>) {
    if against.today.is_some_and(|today| day > today) {
        problems.add(span, format!("{day} is yet to come"), "evidence is of the past");
    }
}

/// Keys of the same group, for who mistyped one.
fn nearest(name: &str, schema: &Schema) -> String {
    let group = name.split('.').next().unwrap_or_default();
    let near: Vec<&str> = schema
        .keys
        .iter()
        .map(|key| key.name.as_str())
        .filter(|key| key.split('.').next() == Some(group))
        .collect();
    if near.is_empty() {
        "registry/schema.toml lists all keys".to_owned()
    } else {
        format!("there are: {}", near.join(", "))
    }
}
