//! The classes that a policy of the operator's can match, read off its first condition.
//!
//! Only the leftmost operand counts: Cedar evaluates from left to right, so that where it is false nothing else of the policy is
//! evaluated and nothing else can fail. Whatever is written otherwise can match every class.

use cedar_policy::Policy;
use serde_json::Value;
use types::DataClass;

/// The classes; empty means all. A condition that no class meets gives all too: then nothing is saved, and nothing is at risk.
pub(super) fn classes(policy: &Policy) -> Vec<DataClass> {
    let Ok(json) = policy.to_json() else { return Vec::new() };
    let Some(first) = json.pointer("/conditions/0") else { return Vec::new() };
    let is_when = first.get("kind").and_then(Value::as_str) == Some("when");
    first.get("body").filter(|_| is_when).map(named).unwrap_or_default()
}

fn named(mut body: &Value) -> Vec<DataClass> {
    while let Some(left) = body.pointer("/&&/left") {
        body = left;
    }
    let names: Vec<&str> = if let Some(equal) = body.get("==") {
        match (equal.get("left"), equal.get("right")) {
            (Some(class), Some(name)) | (Some(name), Some(class)) if is_class(class) => {
                name.get("Value").and_then(Value::as_str).into_iter().collect()
            }
            _ => Vec::new(),
        }
    } else if body.pointer("/contains/right").is_some_and(is_class) {
        let elements = body.pointer("/contains/left/Set").and_then(Value::as_array);
        let names =
            elements.map(|all| all.iter().map(|one| one.get("Value").and_then(Value::as_str)).collect());
        names.unwrap_or(Some(Vec::new())).unwrap_or_default()
    } else {
        Vec::new()
    };
    names.into_iter().filter_map(DataClass::from_name).collect()
}

/// True for `context.class`.
fn is_class(expression: &Value) -> bool {
    expression.pointer("/./attr").and_then(Value::as_str) == Some("class")
        && expression.pointer("/./left/Var").and_then(Value::as_str) == Some("context")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(condition: &str) -> Vec<DataClass> {
        let text = format!("forbid (principal, action, resource) {condition};");
        classes(&Policy::parse(None, text).unwrap())
    }

    #[test]
    fn a_class_counts_where_it_is_asked_first() {
        assert_eq!(of("when { context.class == \"person\" }"), [DataClass::Person]);
        assert_eq!(of("when { \"health\" == context.class && context.stream }"), [DataClass::Health]);
        assert_eq!(
            of(
                "when { context.class == \"person\" && context.stream && context.tools } unless { context.tools }"
            ),
            [DataClass::Person]
        );
        assert_eq!(
            of("when { [\"person\", \"contact\"].contains(context.class) && context.stream }"),
            [DataClass::Person, DataClass::Contact]
        );
    }

    #[test]
    fn everything_else_can_match_every_class() {
        for condition in [
            "",
            "unless { context.class == \"person\" }",
            "when { context.stream && context.class == \"person\" }",
            "when { context.stream } when { context.class == \"person\" }",
            "when { context.class != \"person\" }",
            "when { context.class == \"person\" || context.stream }",
            "when { !(context.class == \"person\") }",
            "when { context.kind == \"person\" }",
            "when { context.found.contains(\"person\") }",
            "when { [\"person\", context.kind].contains(context.class) }",
            "when { if context.stream then context.class == \"person\" else true }",
            "when { context.class == context.kind }",
            "when { context.class like \"person\" }",
        ] {
            assert_eq!(of(condition), [], "{condition}");
        }
    }
}
