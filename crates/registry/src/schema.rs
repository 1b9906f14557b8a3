//! The vocabulary of facts: which keys there are, of which type, what counts where nobody knows, and which of two is worse.
//!
//! It is data (`registry/schema.toml`), so that "less favourable" is read and changed there, not here.

use serde::Deserialize;
use types::DataClass;

use crate::fact::Value;
use crate::places;
use crate::problem::{FileProblem, Finder};

/// What the value of a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Type {
    /// Words.
    Text,
    /// A list of words.
    Texts,
    /// A jurisdiction: ISO 3166-1 alpha-2, `EU`, `EEA` or `GLOBAL`.
    Place,
    /// Jurisdictions.
    Places,
    /// Host names; `*` stands for one label or a part of one.
    Hosts,
    /// A web address, or nothing.
    Url,
    /// Web addresses.
    Urls,
    /// A whole number; -1 = no number is stated.
    Number,
    /// One of the key's values.
    Enum,
    /// Some of the key's values.
    Enums,
    /// Data classes.
    Classes,
}

/// Which of two values is less favourable, where the type alone does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Worse {
    /// The greater number; all elements of both lists.
    More,
    /// Only the elements that both lists have.
    Fewer,
    /// The smaller number.
    Less,
}

/// What counts where two facts disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InConflict {
    /// The fail-closed value.
    #[default]
    FailClosed,
    /// The less favourable of the two.
    Worse,
}

/// One key of the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its name: `training.default`.
    pub name: String,
    /// The group that it is shown in.
    pub group: String,
    /// What a table calls it.
    pub label: String,
    /// What its value is.
    pub kind: Type,
    /// The values of an enumeration, the most favourable first.
    pub values: Vec<String>,
    /// Unit of a number: `days` or `hours`.
    pub unit: String,
    /// Which of two is less favourable; `None`: the order of `values`, or none at all.
    pub worse: Option<Worse>,
    /// What counts where two facts disagree.
    pub in_conflict: InConflict,
    /// What counts where nobody says so, or where a fact is too old.
    pub fail_closed: Value,
    /// The key whose value counts instead of `fail_closed`.
    pub fail_closed_as: Option<String>,
    /// Days after which a fact counts as unknown; `None`: never.
    pub max_age_days: Option<u32>,
    /// True where law or routing rests on it.
    pub decides: bool,
    /// What it means.
    pub about: String,
    /// The law that asks for it; may be empty.
    pub law: String,
}

/// All keys, in the order of the file, and the groups that they are shown in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schema {
    /// Id and title of each group, in their order.
    pub groups: Vec<(String, String)>,
    /// The keys, in their order.
    pub keys: Vec<Key>,
}

impl Schema {
    /// The key of this name.
    pub fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// Reads the vocabulary.
    pub(crate) fn load(file: &str, text: &str) -> Result<Self, Vec<FileProblem>> {
        let mut problems = Finder::new(file, text);
        let form: Form = match toml::from_str(text) {
            Ok(form) => form,
            Err(error) => {
                problems.syntax(&error);
                return problems.finish(Self::default());
            }
        };
        let groups: Vec<_> = form.group.into_iter().map(|group| (group.id, group.title)).collect();
        let mut keys: Vec<Key> = Vec::new();
        for spanned in form.key {
            let span = spanned.span();
            let form = spanned.into_inner();
            let mut key = Key {
                name: form.name,
                group: form.group,
                label: form.label,
                kind: form.kind,
                values: form.values,
                unit: form.unit,
                worse: form.worse,
                in_conflict: form.conflict,
                fail_closed: Value::default(),
                fail_closed_as: form.fail_closed_as,
                max_age_days: form.max_age_days,
                decides: form.decides,
                about: form.about,
                law: form.law,
            };
            match key.value(&form.fail_closed) {
                Ok(value) => key.fail_closed = value,
                Err(fault) => {
                    problems.add(span.clone(), format!("`fail_closed` of `{}` {fault}", key.name), "")
                }
            }
            if !groups.iter().any(|(id, _)| *id == key.group) {
                problems.add(span.clone(), format!("there is no group `{}`", key.group), "");
            }
            if keys.iter().any(|other| other.name == key.name) {
                problems.add(span, format!("there are two keys `{}`", key.name), "");
            }
            keys.push(key);
        }
        problems.finish(Self { groups, keys })
    }
}

impl Key {
    /// Reads a value of this key's type.
    ///
    /// # Errors
    /// What is expected: words that follow the name of what holds the value.
    pub fn value(&self, value: &toml::Value) -> Result<Value, String> {
        match self.kind {
            Type::Text => one(value, "is a text").map(Value::Text),
            Type::Texts => many(value, "is a list of texts").map(Value::List),
            Type::Number => match value.as_integer() {
                Some(number) if number >= -1 => Ok(Value::Number(number)),
                _ => Err("is a whole number from 0, or -1 where no number is stated".to_owned()),
            },
            Type::Place => self.checked(vec![one(value, PLACE)?], places::is_place, PLACE).map(first),
            Type::Places => self.checked(many(value, PLACES)?, places::is_place, PLACES).map(Value::List),
            Type::Hosts => self.checked(many(value, HOSTS)?, is_host_pattern, HOSTS).map(Value::List),
            Type::Url => {
                self.checked(vec![one(value, URL)?], |url| url.is_empty() || is_url(url), URL).map(first)
            }
            Type::Urls => self.checked(many(value, URLS)?, is_url, URLS).map(Value::List),
            Type::Enum => {
                let expected = self.expected("is");
                self.checked(vec![one(value, &expected)?], |text| self.has(text), &expected).map(first)
            }
            Type::Enums => {
                let expected = self.expected("is a list of");
                self.checked(many(value, &expected)?, |text| self.has(text), &expected).map(Value::List)
            }
            Type::Classes => {
                self.checked(many(value, CLASSES)?, |text| class(text).is_some(), CLASSES).map(Value::List)
            }
        }
    }

    fn checked(
        &self,
        all: Vec<String>,
        fits: impl Fn(&str) -> bool,
        expected: &str,
    ) -> Result<Vec<String>, String> {
        match all.iter().find(|one| !fits(one)) {
            Some(one) => Err(format!("{expected}; `{one}` is not")),
            None => Ok(all),
        }
    }

    fn has(&self, text: &str) -> bool {
        self.values.iter().any(|value| value == text)
    }

    fn expected(&self, verb: &str) -> String {
        let values: Vec<String> = self.values.iter().map(|value| format!("`{value}`")).collect();
        format!("{verb} one of {}", values.join(", "))
    }
}

const PLACE: &str = "is a country (two capital letters of ISO 3166-1), `EU`, `EEA` or `GLOBAL`";
const PLACES: &str = "is a list of countries (two capital letters of ISO 3166-1), `EU`, `EEA` or `GLOBAL`";
const HOSTS: &str = "is a list of host names in lower case, where * stands for a part between dots";
const URL: &str = "is a web address that begins with https:// or http://";
const URLS: &str = "is a list of web addresses that begin with https:// or http://";
const CLASSES: &str = "is a list of data classes, such as `health` or `person`";

fn first(all: Vec<String>) -> Value {
    Value::Text(all.into_iter().next().unwrap_or_default())
}

fn one(value: &toml::Value, expected: &str) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| expected.to_owned())
}

fn many(value: &toml::Value, expected: &str) -> Result<Vec<String>, String> {
    let all = value.as_array().ok_or_else(|| expected.to_owned())?;
    all.iter()
        .map(|one| one.as_str().map(str::to_owned))
        .collect::<Option<_>>()
        .ok_or_else(|| expected.to_owned())
}

/// The data class of this name.
pub(crate) fn class(name: &str) -> Option<DataClass> {
    DataClass::ALL.into_iter().find(|class| class.name() == name)
}

fn is_url(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://")) && !url.contains(char::is_whitespace)
}

fn is_host_pattern(host: &str) -> bool {
    host.contains('.')
        && host.split('.').all(|label| !label.is_empty())
        && host
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.*".contains(&byte))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(rename = "schema")]
    _schema: FormatName,
    group: Vec<GroupForm>,
    key: Vec<toml::Spanned<KeyForm>>,
}

#[derive(Deserialize)]
enum FormatName {
    #[serde(rename = "cordon.provider-schema/2")]
    Two,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupForm {
    id: String,
    title: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyForm {
    name: String,
    group: String,
    label: String,
    #[serde(rename = "type")]
    kind: Type,
    #[serde(default)]
    values: Vec<String>,
    #[serde(default)]
    unit: String,
    worse: Option<Worse>,
    #[serde(default)]
    conflict: InConflict,
    fail_closed: toml::Value,
    fail_closed_as: Option<String>,
    max_age_days: Option<u32>,
    #[serde(default)]
    decides: bool,
    about: String,
    #[serde(default)]
    law: String,
}
