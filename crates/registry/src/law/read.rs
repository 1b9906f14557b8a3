//! Reading one law table against its forms.

use std::collections::BTreeMap;
use std::ops::Range;

use sha2::{Digest, Sha256};
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use types::DataClass;

use super::forms::{Form, Type, form, names};
use super::{Kind, LawTable, Row, Value};
use crate::RegistryFile;

/// The form that all tables have.
const SCHEMA: &str = "cordon.law/1";

/// Digits of a version.
const VERSION_DIGITS: usize = 12;

/// Why a law table is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {detail}")]
pub struct LawError {
    /// The table.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong, in one line.
    pub detail: String,
}

impl LawError {
    /// Something is wrong with all tables together.
    pub(super) fn whole(detail: &str) -> Self {
        Self { file: "law".to_owned(), line: 1, column: 1, detail: detail.to_owned() }
    }
}

type Entry<'a, 'i> = (&'a Spanned<std::borrow::Cow<'i, str>>, &'a Spanned<DeValue<'i>>);

/// One table, checked.
pub(super) fn table(file: &RegistryFile<'_>) -> Result<LawTable, LawError> {
    let at = |span: Option<Range<usize>>, detail: String| {
        let (line, column) = line_column(file.text, span.map_or(0, |span| span.start));
        LawError { file: file.name.to_owned(), line, column, detail }
    };
    let parsed = DeTable::parse(file.text).map_err(|error| {
        let message = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
        at(error.span(), message)
    })?;
    let mut sections: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    let mut has_schema = false;
    for entry in parsed.get_ref() {
        let (key, value) = entry;
        let name: &str = key.get_ref();
        match (name, value.get_ref()) {
            ("schema", DeValue::String(text)) if text == SCHEMA => has_schema = true,
            ("schema", _) => return Err(at(Some(value.span()), format!("the schema is \"{SCHEMA}\""))),
            ("retrieved", DeValue::String(_)) => {}
            _ => {
                let rows = section(entry, &at)?;
                sections.insert(name.to_owned(), rows);
            }
        }
    }
    if !has_schema {
        return Err(at(None, format!("schema = \"{SCHEMA}\" is missing")));
    }
    let hash: String = Sha256::digest(file.text).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(LawTable {
        name: file.name.to_owned(),
        version: hash.chars().take(VERSION_DIGITS).collect(),
        sections,
    })
}

fn section<'i>(
    (key, value): Entry<'_, 'i>,
    at: &dyn Fn(Option<Range<usize>>, String) -> LawError,
) -> Result<Vec<Row>, LawError> {
    let name: &str = key.get_ref();
    let form = form(name).ok_or_else(|| {
        let known: Vec<&str> = names().collect();
        at(Some(key.span()), format!("there is no section `{name}`; there are: {}", known.join(", ")))
    })?;
    match (form.is_list, value.get_ref()) {
        (true, DeValue::Array(rows)) => rows
            .iter()
            .map(|row| match row.get_ref() {
                DeValue::Table(members) => self::row(form, members, row.span(), at),
                _ => Err(at(Some(row.span()), format!("`{name}` is a list of tables"))),
            })
            .collect(),
        (false, DeValue::Table(members)) => Ok(vec![row(form, members, value.span(), at)?]),
        (true, _) => Err(at(Some(value.span()), format!("`{name}` is a list of tables: [[{name}]]"))),
        (false, _) => Err(at(Some(value.span()), format!("`{name}` is one table: [{name}]"))),
    }
}

fn row<'i>(
    form: &Form,
    members: &DeTable<'i>,
    span: Range<usize>,
    at: &dyn Fn(Option<Range<usize>>, String) -> LawError,
) -> Result<Row, LawError> {
    let mut row = Row::default();
    for (key, value) in members {
        let name: &str = key.get_ref();
        let Some((_, kind)) = form.keys.iter().find(|(known, _)| *known == name) else {
            let known: Vec<&str> = form.keys.iter().map(|(known, _)| *known).collect();
            let detail = format!("`{}` has no key `{name}`; it has: {}", form.name, known.join(", "));
            return Err(at(Some(key.span()), detail));
        };
        let read = read(*kind, value.get_ref())
            .map_err(|what| at(Some(value.span()), format!("`{name}` {what}")))?;
        check(form.name, name, &read).map_err(|what| at(Some(value.span()), what))?;
        row.0.insert(name.to_owned(), read);
    }
    match form.keys.iter().find(|(key, kind)| !matches!(kind, Type::Maybe(_)) && !row.0.contains_key(*key)) {
        Some((missing, _)) => Err(at(Some(span), format!("this `{}` has no `{missing}`", form.name))),
        None => Ok(row),
    }
}

fn read(kind: Type, value: &DeValue<'_>) -> Result<Value, String> {
    match (kind, value) {
        (Type::Maybe(kind), value) => read(*kind, value),
        (Type::Text, DeValue::String(text)) => Ok(Value::Text(text.to_string())),
        (Type::Flag, DeValue::Boolean(flag)) => Ok(Value::Flag(*flag)),
        (Type::Number, DeValue::Integer(number)) => {
            let parsed = i64::from_str_radix(number.as_str(), number.radix());
            parsed.map(Value::Number).map_err(|_| "is a whole number".to_owned())
        }
        (Type::Texts, DeValue::Array(texts)) => texts
            .iter()
            .map(|text| text.get_ref().as_str().map(str::to_owned))
            .collect::<Option<Vec<_>>>()
            .map(Value::Texts)
            .ok_or_else(|| "is a list of texts".to_owned()),
        (Type::Classes, DeValue::Array(names)) => names
            .iter()
            .map(|name| {
                let name = name.get_ref().as_str().unwrap_or_default();
                DataClass::from_name(name).ok_or_else(|| format!("names no data class: `{name}`"))
            })
            .collect::<Result<Vec<_>, _>>()
            .map(Value::Classes),
        (Type::Text, _) => Err("is a text".to_owned()),
        (Type::Flag, _) => Err("is true or false".to_owned()),
        (Type::Number, _) => Err("is a whole number".to_owned()),
        (Type::Texts, _) => Err("is a list of texts".to_owned()),
        (Type::Classes, _) => Err("is a list of data classes".to_owned()),
    }
}

/// What a type cannot say.
fn check(section: &str, key: &str, value: &Value) -> Result<(), String> {
    let Value::Text(text) = value else { return Ok(()) };
    match (section, key) {
        ("class", "name") if DataClass::from_name(text).is_none() => Err(format!("no data class `{text}`")),
        ("class", "kind") if Kind::from_name(text).is_none() => Err(format!("no kind `{text}`")),
        ("rule", "id" | "law" | "text" | "source") if text.is_empty() => {
            Err(format!("`{key}` of a rule cannot be empty"))
        }
        _ => Ok(()),
    }
}

/// Line and column of a byte offset, both from 1; columns count characters.
fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before.get(start..).unwrap_or_default().chars().count() + 1;
    (line, column)
}
