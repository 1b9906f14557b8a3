//! The commented configuration that `cordon init` writes: every member with its documentation and its default.
//!
//! Made from the schema, so it cannot say anything else than the reference. It means exactly the defaults; what has no
//! default stands in it as a comment that can be switched on (tests `the_template_means_the_defaults`,
//! `the_template_with_everything_switched_on_is_valid`).

use serde_json::Value;

use super::schema::{Member, Shape, members};

/// Width of comments, in columns.
const WIDTH: usize = 110;

/// Text of the template.
pub(crate) fn template() -> String {
    let mut out = String::from(
        "# Configuration of Cordon. Every line that is not a comment says the default, so any of them can go.\n# Check it \
         with `cordon check`; the reference is docs/configuration.md.\n",
    );
    let all = members();
    let (leaves, tables): (Vec<&Member>, Vec<&Member>) =
        all.iter().partition(|member| matches!(member.shape, Shape::Leaf(_)) && !is_map(member));
    for member in leaves {
        out.push('\n');
        line(&mut out, member, "");
    }
    for member in tables {
        section(&mut out, member);
    }
    out
}

/// `surrogates` is a leaf in the schema (a map of values), but a section in a file.
fn is_map(member: &Member) -> bool {
    matches!(member.default, Some(Value::Object(_)))
}

fn section(out: &mut String, member: &Member) {
    out.push('\n');
    comment(out, &member.about);
    match &member.shape {
        Shape::Table(members) => {
            out.push_str(&format!("[{}]\n", member.name));
            let (inner, leaves): (Vec<&Member>, Vec<&Member>) =
                members.iter().partition(|member| matches!(member.shape, Shape::Table(_)));
            for (index, member) in leaves.into_iter().enumerate() {
                if index > 0 && !member.about.is_empty() {
                    out.push('\n');
                }
                line(out, member, "");
            }
            for table in inner {
                section(out, &Member { name: format!("{}.{}", member.name, table.name), ..table.clone() });
            }
        }
        Shape::Tables(members) => {
            out.push_str(&format!("# [{}.billing]\n", member.name));
            members.iter().for_each(|member| line(out, member, "# "));
        }
        Shape::List(members) => {
            out.push_str(&format!("# [[{}]]\n", member.name));
            members.iter().for_each(|member| line(out, member, "# "));
        }
        Shape::Leaf(_) => {
            out.push_str(&format!("[{}]\n", member.name));
            for (name, value) in member.example.iter().filter_map(Value::as_object).flatten() {
                out.push_str(&format!("# {name} = {}\n", toml_of(value)));
            }
        }
    }
}

/// A member with its comment; commented out where it has no default, or where its whole section is.
fn line(out: &mut String, member: &Member, prefix: &str) {
    comment(out, &member.about);
    let (off, value) = match (prefix, &member.default, &member.example) {
        ("", Some(default), _) => ("", Some(default)),
        (_, default, example) => ("# ", example.as_ref().or(default.as_ref())),
    };
    if let Some(value) = value {
        out.push_str(&format!("{off}{} = {}\n", member.name, toml_of(value)));
    } else if let Shape::Leaf(kind) = &member.shape {
        let first = kind.split(" or ").next().unwrap_or_default();
        out.push_str(&format!("# {} = {first}\n", member.name));
    }
}

/// Comment lines of a text, wrapped. They begin with `#:`-free plain `#`; switched-off lines look like `# name = value`.
fn comment(out: &mut String, text: &str) {
    let mut width = 0;
    for word in text.split_whitespace() {
        if width == 0 {
            out.push('#');
            width = 1;
        } else if width + 1 + word.chars().count() > WIDTH {
            out.push_str("\n#");
            width = 1;
        }
        out.push(' ');
        out.push_str(word);
        width += 1 + word.chars().count();
    }
    if width > 0 {
        out.push('\n');
    }
}

/// A value as TOML writes it on one line.
pub(crate) fn toml_of(value: &Value) -> String {
    match value {
        Value::Array(elements) => {
            format!("[{}]", elements.iter().map(toml_of).collect::<Vec<_>>().join(", "))
        }
        Value::Object(members) if members.is_empty() => "{}".to_owned(),
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{} = {}", key_of(name), toml_of(value)))
                .collect();
            format!("{{ {} }}", members.join(", "))
        }
        // JSON and TOML basic strings share their escapes.
        other => other.to_string(),
    }
}

fn key_of(name: &str) -> String {
    let is_bare = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if is_bare { name.to_owned() } else { format!("\"{name}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::config::document::Document;
    use crate::config::load::parse;

    fn check(text: &str) -> Config {
        parse(&Document::new("cordon.toml", text))
            .unwrap_or_else(|error| panic!("{}\n{text}", error.render(false)))
    }

    #[test]
    fn the_template_means_the_defaults() {
        assert_eq!(check(&template()), Config::default());
    }

    #[test]
    fn the_template_with_everything_switched_on_is_valid() {
        let is_off = |line: &&str| {
            let rest = line.trim_start_matches("# ");
            rest.starts_with('[')
                || rest.split_once(" = ").is_some_and(|(name, _)| {
                    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                })
        };
        let on: Vec<String> = template()
            .lines()
            .map(
                |line| if is_off(&line) { line.trim_start_matches("# ").to_owned() } else { line.to_owned() },
            )
            .collect();
        let config = check(&on.join("\n"));
        assert_eq!((config.apps.len(), config.providers.len()), (1, 1));
        assert_eq!(
            (config.deployments.len(), config.provider_keys.len(), config.surrogates.len()),
            (1, 1, 1)
        );
    }
}
