//! What is known of providers as a sheet: groups of keys, a cell per provider, every cell with how sure it is, its source and its date.
//!
//! The sheet is made once; terminal, Markdown, HTML and JSON show the same.

pub(crate) mod html;
pub(crate) mod markdown;
pub(crate) mod terminal;

use registry::{Day, Facts, Key, Said, Scope, SourceKind, Standard, Type, Value};
use serde_json::{Value as Json, json};

/// Keys that say how to work with a provider's documents, not what it does with data.
const ASIDE: [&str; 3] = ["endpoint.lookalikes", "terms.watch", "terms.render"];

/// What is shown where nobody says anything.
const NOT_KNOWN: &str = "not known";

/// A sheet.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// The providers, in the order of the columns.
    pub(crate) providers: Vec<Column>,
    /// The groups.
    pub(crate) groups: Vec<Group>,
    /// The day on which ages were counted; `None`: they were not.
    pub(crate) today: Option<Day>,
}

/// A provider.
#[derive(Debug)]
pub(crate) struct Column {
    /// Registry id.
    pub(crate) id: String,
    /// Name for people.
    pub(crate) name: String,
    /// What matters most.
    pub(crate) summary: String,
}

/// Keys on one subject.
#[derive(Debug)]
pub(crate) struct Group {
    /// The subject.
    pub(crate) title: String,
    /// Its keys.
    pub(crate) rows: Vec<Row>,
}

/// One key.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its name.
    pub(crate) key: String,
    /// What people call it.
    pub(crate) label: String,
    /// What it means.
    pub(crate) about: String,
    /// The law that asks for it.
    pub(crate) law: String,
    /// A cell per provider.
    pub(crate) cells: Vec<Vec<Entry>>,
}

/// One thing that is said in a cell.
#[derive(Debug)]
pub(crate) struct Entry {
    /// How sure it is.
    pub(crate) standard: Standard,
    /// The value in words.
    pub(crate) value: String,
    /// What it is limited to, in words; empty for what holds in general.
    pub(crate) scope: String,
    /// The evidence.
    pub(crate) sources: Vec<Evidence>,
    /// When it was read; empty where nobody says anything.
    pub(crate) retrieved: String,
    /// A remark.
    pub(crate) note: String,
    /// True for a fact of the operator's own.
    pub(crate) is_own: bool,
}

/// One source of a fact.
#[derive(Debug)]
pub(crate) struct Evidence {
    /// Its id in the fact file.
    pub(crate) id: String,
    /// Its title.
    pub(crate) title: String,
    /// Where it stands.
    pub(crate) url: Option<String>,
    /// Date of the document.
    pub(crate) date: Option<String>,
    /// Date of the copy that was read.
    pub(crate) copy: Option<String>,
    /// Who vouches for it.
    pub(crate) who: Option<String>,
    /// True where nobody saw its text.
    pub(crate) is_unread: bool,
}

impl Evidence {
    /// The dates, as they follow the title: ` of 2026-01-01, copy of 2026-06-29`.
    pub(crate) fn dates(&self) -> String {
        match (&self.date, &self.copy) {
            (Some(date), Some(copy)) => format!(" of {date}, copy of {copy}"),
            (Some(date), None) => format!(" of {date}"),
            (None, Some(copy)) => format!(", copy of {copy}"),
            (None, None) => String::new(),
        }
    }
}

impl Sheet {
    /// The sheet of these providers; with all keys, or with those that compare what is done with data.
    pub(crate) fn of(facts: &Facts, ids: &[&str], whole: bool, today: Option<Day>) -> Self {
        let profiles: Vec<_> = ids.iter().filter_map(|id| facts.profile(id)).collect();
        let providers = profiles
            .iter()
            .map(|profile| Column {
                id: profile.id.clone(),
                name: profile.name.clone(),
                summary: profile.summary.clone(),
            })
            .collect();
        let row = |key: &Key| Row {
            key: key.name.clone(),
            label: key.label.clone(),
            about: key.about.clone(),
            law: key.law.clone(),
            cells: profiles.iter().map(|profile| cell(facts, &profile.id, key, today)).collect(),
        };
        let of_group = |(id, title): &(String, String)| Group {
            title: title.clone(),
            rows: facts
                .schema
                .keys
                .iter()
                .filter(|key| key.group == *id && (whole || !ASIDE.contains(&key.name.as_str())))
                .map(row)
                .collect(),
        };
        let groups =
            facts.schema.groups.iter().map(of_group).filter(|group| !group.rows.is_empty()).collect();
        Self { providers, groups, today }
    }

    /// The sheet of these providers with the keys that law or routing rests on.
    pub(crate) fn deciding(facts: &Facts, ids: &[&str], today: Option<Day>) -> Self {
        let mut sheet = Self::of(facts, ids, false, today);
        for group in &mut sheet.groups {
            group.rows.retain(|row| facts.schema.key(&row.key).is_some_and(|key| key.decides));
        }
        sheet.groups.retain(|group| !group.rows.is_empty());
        sheet
    }

    /// The sheet for programs.
    pub(crate) fn json(&self) -> Json {
        let entry = |entry: &Entry| {
            let sources = entry.sources.iter().map(|source| {
                json!({ "title": source.title, "url": source.url, "date": source.date, "copy_date": source.copy, "who": source.who,
                        "unread": source.is_unread })
            });
            json!({ "status": entry.standard.name(), "value": entry.value, "scope": entry.scope,
                    "sources": sources.collect::<Vec<_>>(), "retrieved": entry.retrieved, "note": entry.note,
                    "own": entry.is_own })
        };
        let providers = self.providers.iter().enumerate().map(|(index, provider)| {
            let rows = self.groups.iter().flat_map(|group| &group.rows);
            let facts: serde_json::Map<String, Json> = rows
                .map(|row| {
                    let cell = row.cells.get(index).into_iter().flatten().map(entry);
                    (row.key.clone(), Json::Array(cell.collect()))
                })
                .collect();
            json!({ "id": provider.id, "name": provider.name, "summary": provider.summary, "facts": facts })
        });
        json!({ "day": self.today.map(|day| day.to_string()), "providers": providers.collect::<Vec<_>>() })
    }
}

fn cell(facts: &Facts, provider: &str, key: &Key, today: Option<Day>) -> Vec<Entry> {
    let said = facts.said(provider, &key.name, today);
    if said.is_empty() {
        return vec![Entry {
            standard: Standard::Unknown,
            value: NOT_KNOWN.to_owned(),
            scope: String::new(),
            sources: Vec::new(),
            retrieved: String::new(),
            note: String::new(),
            is_own: false,
        }];
    }
    said.iter().map(|said| entry(said, key)).collect()
}

fn entry(said: &Said<'_>, key: &Key) -> Entry {
    let fact = said.fact;
    Entry {
        standard: said.standard,
        value: fact.value.as_ref().map_or_else(|| NOT_KNOWN.to_owned(), |value| words(value, key)),
        scope: scope(&fact.scope),
        sources: fact
            .sources
            .iter()
            .map(|source| Evidence {
                id: source.id.clone(),
                title: source.title.clone(),
                url: source.url.clone(),
                date: source.document_date.clone(),
                copy: source.copy_date.clone(),
                who: source.who.clone(),
                is_unread: source.kind == SourceKind::Unread,
            })
            .collect(),
        retrieved: fact.retrieved.to_string(),
        note: fact.note.clone(),
        is_own: fact.is_own,
    }
}

/// A value in words.
pub(crate) fn words(value: &Value, key: &Key) -> String {
    match (value, key.kind) {
        (Value::Number(number), _) if *number < 0 => "no number stated".to_owned(),
        (Value::Number(1), _) => format!("1 {}", key.unit.trim_end_matches('s')),
        (Value::Number(number), _) => format!("{number} {}", key.unit),
        (Value::Text(text), Type::Enum) => text.replace('_', " "),
        (Value::Text(text), _) if text.is_empty() => "none".to_owned(),
        (Value::Text(text), _) => text.clone(),
        (Value::List(all), _) if all.is_empty() => "none".to_owned(),
        (Value::List(all), Type::Texts) => all.join("; "),
        (Value::List(all), Type::Enums | Type::Classes) => all.join(", ").replace('_', " "),
        (Value::List(all), Type::Places) => all.join(", ").replace("GLOBAL", "anywhere"),
        (Value::List(all), _) => all.join(", "),
    }
}

fn scope(scope: &Scope) -> String {
    let dimension = |(name, value): (&str, &str)| match name {
        "tier" => format!("{value} tier"),
        "model" => format!("models {}", value.replace('+', ", ")),
        "customer_region" => format!("customers in {}", value.replace('+', ", ")),
        "endpoint" => format!("at {value}"),
        "account_setting" if value == "baa" => "with a BAA".to_owned(),
        "account_setting" => format!("with {value}"),
        _ => format!("{name} {value}"),
    };
    scope.dimensions().map(dimension).collect::<Vec<_>>().join(", ")
}
