//! One row of a law table.

use std::collections::BTreeMap;

use types::DataClass;

/// What stands under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// Texts.
    Texts(Vec<String>),
    /// A whole number.
    Number(i64),
    /// True or false.
    Flag(bool),
    /// Data classes.
    Classes(Vec<DataClass>),
}

/// A row: key → value, of the form of its section.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row(pub(super) BTreeMap<String, Value>);

impl Row {
    /// The text under a key; empty where the row has none.
    pub fn text(&self, key: &str) -> &str {
        match self.0.get(key) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// The texts under a key; none where the row has none.
    pub fn texts(&self, key: &str) -> impl Iterator<Item = &str> {
        let texts: &[String] = match self.0.get(key) {
            Some(Value::Texts(texts)) => texts,
            _ => &[],
        };
        texts.iter().map(String::as_str)
    }

    /// The number under a key.
    pub fn number(&self, key: &str) -> Option<i64> {
        match self.0.get(key) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// True where the row says so.
    pub fn flag(&self, key: &str) -> bool {
        matches!(self.0.get(key), Some(Value::Flag(true)))
    }

    /// The data classes that the row names.
    pub fn classes(&self) -> impl Iterator<Item = DataClass> {
        let classes: &[DataClass] = match self.0.get("classes") {
            Some(Value::Classes(classes)) => classes,
            _ => &[],
        };
        classes.iter().copied()
    }
}
