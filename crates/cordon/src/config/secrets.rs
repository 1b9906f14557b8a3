//! Secrets in a configuration file: found, refused, and never shown.
//!
//! Two looks at the file, because they answer different questions. The strict one walks the values and refuses the file
//! ([`found`]). The wide one works on the bare text, also where it is not TOML, and blots out whatever could be a secret
//! before any of it is shown in a message ([`blotted`]); it may blot too much, never too little.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// Names of members that hold secrets wherever they stand.
const NAMES: [&str; 13] = [
    "key",
    "api_key",
    "apikey",
    "app_key",
    "secret",
    "client_secret",
    "password",
    "passwd",
    "passphrase",
    "token",
    "access_token",
    "private_key",
    "root_key",
];

/// How well-known keys begin.
const STARTS: [&str; 22] = [
    "sk-",
    "sk_live",
    "sk_test",
    "rk_live",
    "pk_live",
    "cdn_dev_",
    "cdn_staging_",
    "cdn_prod_",
    "AKIA",
    "ASIA",
    "ghp_",
    "gho_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "AIza",
    "hf_",
    "eyJ",
    "-----BEGIN",
    "Bearer ",
];

/// Shortest text after a well-known start that counts.
const START_REST_MIN: usize = 8;

/// The secrets in a document: where they stand, and what holds them, for the message. Empty where it is not TOML.
pub(crate) fn found(text: &str) -> Vec<(Range<usize>, String)> {
    let mut all = Vec::new();
    if let Ok(table) = DeTable::parse(text) {
        walk_table(table.get_ref(), &mut Vec::new(), &mut all);
    }
    all
}

fn walk_table(table: &DeTable<'_>, path: &mut Vec<String>, all: &mut Vec<(Range<usize>, String)>) {
    for (name, value) in table {
        if looks_secret(name.get_ref()) {
            all.push((name.span(), "a key of this file".to_owned()));
        }
        path.push(name.get_ref().to_string());
        walk(value.span(), value.get_ref(), path, all);
        path.pop();
    }
}

fn walk(
    span: Range<usize>,
    value: &DeValue<'_>,
    path: &mut Vec<String>,
    all: &mut Vec<(Range<usize>, String)>,
) {
    match value {
        DeValue::String(text) => {
            let name = path.last().map(String::as_str).unwrap_or_default();
            let is_named = NAMES.contains(&name) && !text.is_empty() && !is_key_header(path);
            if is_named || looks_secret(text) {
                let shown = if looks_secret(name) { String::new() } else { format!("`{name}`") };
                all.push((
                    span,
                    Some(shown).filter(|shown| !shown.is_empty()).unwrap_or_else(|| "a value".to_owned()),
                ));
            }
        }
        DeValue::Array(elements) => {
            for element in elements.iter() {
                walk(element.span(), element.get_ref(), path, all);
            }
        }
        DeValue::Table(table) => walk_table(table, path, all),
        _ => {}
    }
}

/// `surfaces.DIALECT.key` names a header.
fn is_key_header(path: &[String]) -> bool {
    matches!(path, [.., surfaces, _, key] if surfaces == "surfaces" && key == "key")
}

/// True for texts that are built like a key: a well-known start, or a long run without order.
pub(crate) fn looks_secret(text: &str) -> bool {
    let text = text.trim();
    let is_known =
        STARTS.iter().any(|start| text.strip_prefix(start).is_some_and(|rest| rest.len() >= START_REST_MIN));
    is_known || text.split(|c: char| !is_key_char(c)).any(is_disordered)
}

fn is_key_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '=' | '_' | '-')
}

/// At least 24 characters of upper case, lower case and digits mixed, or 32 hexadecimal ones.
fn is_disordered(run: &str) -> bool {
    let has = |test: fn(&u8) -> bool| run.bytes().filter(test).count();
    let (upper, lower, digits) =
        (has(u8::is_ascii_uppercase), has(u8::is_ascii_lowercase), has(u8::is_ascii_digit));
    let is_mixed = run.len() >= 24 && upper >= 3 && lower >= 3 && digits >= 3;
    let is_hex = run.len() >= 32 && digits >= 4 && run.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_mixed || is_hex
}

/// The text with everything that could be a secret replaced by `*`, byte for byte.
pub(crate) fn blotted(text: &str) -> String {
    let mut spans: Vec<Range<usize>> = found(text).into_iter().map(|(span, _)| span).collect();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        spans.extend(in_line(line).map(|span| span.start + start..span.end + start));
        start += line.len();
    }
    if let Some(key) = text.find("-----BEGIN") {
        let end = text.rfind("-----END").and_then(|end| Some(end + text.get(end..)?.find('\n')?));
        spans.push(key..end.filter(|end| *end > key).unwrap_or(text.len()));
    }
    spans.sort_by_key(|span| span.start);
    let mut shown = String::with_capacity(text.len());
    let mut spans = spans.into_iter().peekable();
    let mut end = 0;
    for (at, c) in text.char_indices() {
        while let Some(span) = spans.next_if(|span| span.start <= at) {
            end = end.max(span.end);
        }
        if c == '\n' || c == '"' || c == '\'' || at >= end {
            shown.push(c);
        } else {
            shown.extend(std::iter::repeat_n('*', c.len_utf8()));
        }
    }
    shown
}

/// What of a line could be a secret: what follows a telling name, and runs that are built like a key.
fn in_line(line: &str) -> impl Iterator<Item = Range<usize>> {
    let named = line.split_once('=').filter(|(name, _)| {
        let name = name.trim().trim_matches(['"', '\'']).rsplit('.').next().unwrap_or_default();
        NAMES.contains(&name)
    });
    let after = named.map(|(_, value)| line.len() - value.trim_start().len()..line.len());
    let mut at = 0;
    let mut runs = Vec::new();
    for run in line.split(|c: char| !is_key_char(c)) {
        let start = at;
        at += run.len();
        let is_known =
            STARTS.iter().any(|known| run.starts_with(known.trim_end()) && run.len() > known.len());
        if is_known || is_disordered(run) {
            runs.push(start..at);
        }
        at += line.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    after.into_iter().chain(runs)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_blotted_to_the_same_length_and_hides_a_key_wherever_it_stands(
            before in "[ -~\n\t\u{e9}\u{4e2d}=\"']{0,40}",
            after in "[ -~\n\u{1f600}=\"']{0,40}",
        ) {
            let text = format!("{before} {} {after}", fake_key());
            let shown = blotted(&text);
            prop_assert_eq!(shown.len(), text.len());
            prop_assert!(!shown.contains(&fake_key()));
        }
    }

    /// Built from parts, so that no scanner takes this file for a leak.
    fn fake_key() -> String {
        ["sk-", "proj", "-", "Ab12Cd34Ef56Gh78Ij90Kl12"].concat()
    }

    #[test]
    fn keys_are_found_by_their_name_and_by_their_look() {
        for text in [
            format!("[a]\nopenai = \"{}\"\n", fake_key()),
            "[[provider_keys]]\nkey = \"short\"\n".to_owned(),
            "deployments = [{ id = \"x\", password = \"p\" }]\n".to_owned(),
            format!("x = [[\"{}\"]]\n", "0123456789abcdef".repeat(4)),
            format!("x = \"\"\"-----BEGIN {} KEY-----\nMIIabc\n\"\"\"\n", "PRIVATE"),
        ] {
            assert_eq!(found(&text).len(), 1, "{text}");
        }
    }

    #[test]
    fn ordinary_values_are_not_taken_for_keys() {
        for value in [
            "/run/secrets/openai",
            "OPENAI_API_KEY",
            "claude-sonnet-4-5-20250929",
            "https://eu.api.openai.example/some/longer/path/to/a/model",
            "3f2a1b0c-1111-2222-3333-444455556666",
            "sk-",
            "2026-12-20",
            "MiniMax-Text-01",
            "The model in our own house",
        ] {
            assert!(!looks_secret(value), "{value}");
        }
        assert!(found("[providers.surfaces.\"openai.chat\"]\nkey = \"bearer\"\n").is_empty());
    }

    #[test]
    fn nothing_that_could_be_a_secret_is_shown_even_where_the_text_is_no_toml() {
        let key = fake_key();
        for text in [
            format!("a = \"{key}\"\n"),
            format!("a = \"{key}\n[broken"),
            format!("# é {key} é\nb = = 3"),
            "[x]\nkey = \"hunter2\" oops\n".to_owned(),
            "api_key = 'hunter2\n".to_owned(),
            format!("k = \"\"\"\n-----BEGIN {} KEY-----\nhunter2\n", "PRIVATE"),
        ] {
            let shown = blotted(&text);
            assert_eq!(shown.len(), text.len());
            assert!(!shown.contains(&key) && !shown.contains("hunter2"), "{shown}");
        }
        assert_eq!(blotted("listen = \"127.0.0.1:8787\"\n"), "listen = \"127.0.0.1:8787\"\n");
    }
}
