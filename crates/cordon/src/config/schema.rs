//! The JSON schema of the configuration, and the same as a tree that the reference and the template walk.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::Config;

/// The JSON schema, for editors.
pub(crate) fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<Config>();
    schema.insert("title".to_owned(), Value::from("cordon.toml"));
    schema.to_value()
}

/// A member of the configuration.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// Its name.
    pub(crate) name: String,
    /// Its documentation: the doc comment.
    pub(crate) about: String,
    /// What it holds.
    pub(crate) shape: Shape,
    /// Its default; `None` where there is none or it is left out by default.
    pub(crate) default: Option<Value>,
    /// An example.
    pub(crate) example: Option<Value>,
    /// True where it must be given.
    pub(crate) is_required: bool,
}

/// What a member holds.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    /// A value; the text says of which type.
    Leaf(String),
    /// A table with these members.
    Table(Vec<Member>),
    /// A table per name (`[apps.NAME]`), each with these members.
    Tables(Vec<Member>),
    /// A list of tables (`[[deployments]]`), each with these members.
    List(Vec<Member>),
}

/// The members of the configuration, in the order in which they are declared.
pub(crate) fn members() -> Vec<Member> {
    members_of(&schema())
}

fn members_of(schema: &Value) -> Vec<Member> {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return Vec::new() };
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    properties
        .iter()
        .map(|(name, schema)| Member {
            name: name.clone(),
            about: text(schema, "description"),
            shape: shape(schema),
            default: schema.get("default").filter(|value| !value.is_null()).cloned(),
            example: schema.get("examples").and_then(|examples| examples.get(0)).cloned(),
            is_required: required.contains(&name.as_str()),
        })
        .collect()
}

fn text(schema: &Value, name: &str) -> String {
    schema.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn shape(schema: &Value) -> Shape {
    if schema.get("properties").is_some() {
        return Shape::Table(members_of(schema));
    }
    let of_each =
        |name: &str| schema.get(name).filter(|each| each.get("properties").is_some()).map(members_of);
    if let Some(members) = of_each("additionalProperties") {
        return Shape::Tables(members);
    }
    match of_each("items") {
        Some(members) => Shape::List(members),
        None => Shape::Leaf(leaf(schema)),
    }
}

/// The type of a value in words.
fn leaf(schema: &Value) -> String {
    if let Some(title) = schema.get("title").and_then(Value::as_str) {
        return title.to_owned();
    }
    let choices = choices(schema);
    if !choices.is_empty() {
        return choices.iter().map(|choice| format!("\"{choice}\"")).collect::<Vec<_>>().join(" or ");
    }
    let kinds: Vec<&str> = match schema.get("type") {
        Some(Value::String(kind)) => vec![kind.as_str()],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    match kinds.iter().find(|kind| **kind != "null") {
        Some(&"string") => "text".to_owned(),
        Some(&"number") => "number".to_owned(),
        Some(&"integer") => "whole number".to_owned(),
        Some(&"boolean") => "true or false".to_owned(),
        Some(&"array") => "list of texts".to_owned(),
        Some(&"object") => match schema.get("additionalProperties") {
            Some(each) => format!("table: name = {}", leaf(each)),
            None => "table".to_owned(),
        },
        _ => "value".to_owned(),
    }
}

/// The values that an enumeration may have.
fn choices(schema: &Value) -> Vec<&str> {
    let here = schema.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let constant = schema.get("const").and_then(Value::as_str);
    let below = ["oneOf", "anyOf"]
        .iter()
        .filter_map(|name| schema.get(*name).and_then(Value::as_array))
        .flatten()
        .flat_map(choices);
    here.chain(constant).chain(below).collect()
}
