//! What the echo saw of a request: the last thing said, the first tool offered, whether a stream is wanted.

use serde_json::{Map, Value};

use super::tokens_in;

/// What the echo saw.
pub(super) struct Saw {
    /// Name of the model.
    pub(super) model: String,
    /// What it answers.
    pub(super) text: String,
    /// The tool it calls, with arguments as JSON.
    pub(super) tool: Option<(String, Value)>,
    /// True for a stream.
    pub(super) wants_stream: bool,
    /// True where the stream ends with a usage chunk.
    pub(super) wants_usage: bool,
    /// Size of the request.
    pub(super) input_tokens: u64,
}

impl Saw {
    pub(super) fn of(request: &Value, is_anthropic: bool) -> Self {
        let last = request.get("messages").and_then(Value::as_array).and_then(|messages| messages.last());
        let from_tool = last.is_some_and(is_tool_result);
        let said = match last {
            Some(message) => text_of(message.get("content").unwrap_or(&Value::Null)),
            None => text_of(request.get("prompt").unwrap_or(&Value::Null)),
        };
        let tool = if from_tool { None } else { first_tool(request, is_anthropic, &said) };
        let flag = |value: Option<&Value>| value.and_then(Value::as_bool).unwrap_or_default();
        Self {
            model: request.get("model").and_then(Value::as_str).unwrap_or("echo").to_owned(),
            text: format!("{}{said}", if from_tool { "The tool said: " } else { "You said: " }),
            tool,
            wants_stream: flag(request.get("stream")),
            wants_usage: flag(request.get("stream_options").and_then(|options| options.get("include_usage"))),
            input_tokens: tokens_in(&request.to_string()),
        }
    }

    /// Size of the answer.
    pub(super) fn output_tokens(&self) -> u64 {
        match &self.tool {
            Some((_, arguments)) => tokens_in(&arguments.to_string()),
            None => tokens_in(&self.text),
        }
    }
}

fn is_tool_result(message: &Value) -> bool {
    let is_role = message.get("role").and_then(Value::as_str) == Some("tool");
    let is_block = |block: &Value| block.get("type").and_then(Value::as_str) == Some("tool_result");
    is_role
        || message.get("content").and_then(Value::as_array).is_some_and(|blocks| blocks.iter().any(is_block))
}

/// All text of a content, in order: a string, parts with `text`, tool results with `content`.
fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts: Vec<String> = parts.iter().map(text_of).filter(|text| !text.is_empty()).collect();
            texts.join("\n")
        }
        Value::Object(part) => match (part.get("text"), part.get("content")) {
            (Some(text), _) => text_of(text),
            (None, Some(content)) => text_of(content),
            (None, None) => String::new(),
        },
        _ => String::new(),
    }
}

fn first_tool(request: &Value, is_anthropic: bool, said: &str) -> Option<(String, Value)> {
    let choice = request.get("tool_choice");
    let kind = choice.and_then(|choice| choice.get("type").unwrap_or(choice).as_str());
    if kind == Some("none") {
        return None;
    }
    let tool = request.get("tools")?.as_array()?.first()?;
    let tool = if is_anthropic { tool } else { tool.get("function")? };
    let schema = tool.get(if is_anthropic { "input_schema" } else { "parameters" });
    let name = tool.get("name")?.as_str()?.to_owned();
    Some((name, Value::Object(arguments(schema, said))))
}

/// Arguments that fit a schema: strings are what was said, everything else is the simplest value of its type.
fn arguments(schema: Option<&Value>, said: &str) -> Map<String, Value> {
    let Some(properties) = schema.and_then(|schema| schema.get("properties")).and_then(Value::as_object)
    else {
        return Map::new();
    };
    properties
        .iter()
        .map(|(name, property)| {
            let first =
                property.get("enum").and_then(Value::as_array).and_then(|values| values.first()).cloned();
            let value = first.unwrap_or_else(|| match property.get("type").and_then(Value::as_str) {
                Some("integer" | "number") => Value::from(1),
                Some("boolean") => Value::from(true),
                Some("array") => Value::Array(vec![Value::from(said)]),
                Some("object") => Value::Object(Map::new()),
                _ => Value::from(said),
            });
            (name.clone(), value)
        })
        .collect()
}
