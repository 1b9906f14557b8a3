//! Ages, log-in names, what a field says of a person.

use super::digits::{digits, number};
use super::{Checks, keys};
use crate::read::stand_ins;

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks =
    &[("age", is_age), ("login", is_login), ("stated", is_stated), ("member", is_member)];

/// An age that somebody can have, in digits or words.
fn is_age(text: &str) -> bool {
    let digits = digits(text);
    digits.is_empty() || (1..=120).contains(&number(&digits))
}

/// A log-in name that may be a person's: no expression of a program and no account of a machine.
fn is_login(text: &str) -> bool {
    const OTHERS: &[&str] = &[
        "user",
        "users",
        "username",
        "current",
        "auth",
        "admin",
        "root",
        "test",
        "tests",
        "name",
        "names",
        "id",
        "ids",
        "get",
        "set",
        "new",
        "my",
        "default",
        "service",
        "system",
        "svc",
        "bot",
        "null",
        "none",
        "self",
        "obj",
        "object",
        "model",
        "instance",
        "data",
        "value",
        "key",
        "token",
        "guest",
        "anonymous",
        "postgres",
        "mysql",
        "www",
        "other",
        "param",
        "arg",
        "str",
        "int",
        "string",
        "tuple",
        "dict",
        "list",
        "option",
        "options",
        "builtins",
        "models",
        "packet",
        "document",
        "input",
        "exports",
        "module",
        "owner",
        "html",
        "java",
        "property",
        "comment",
        "keyword",
        "symbol",
        "target",
        "message",
        "body",
        "query",
        "params",
        "props",
        "state",
        "detail",
        "event",
        "error",
        "response",
        "result",
        "config",
        "context",
        "args",
        "field",
        "fields",
        "length",
        "email",
        "login",
        "account",
        "uid",
        "gid",
        "uname",
        "gname",
        "size",
        "path",
        "mode",
    ];
    let name = text.trim_start_matches('@').to_ascii_lowercase();
    let is_other = name
        .split(['.', '_', '-'])
        .any(|part| OTHERS.contains(&part.trim_end_matches(|c: char| c.is_ascii_digit())));
    keys::is_username(text) && !is_other
}

/// A number with letters that no public register has given out: not of a weakness, standard, request for comments or book.
fn is_member(text: &str) -> bool {
    let letters = text.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
    let letters = letters.split('-').next().unwrap_or(letters);
    !["CVE", "CWE", "RFC", "ISO", "IEC", "DIN", "ISBN", "GHSA", "HTTP", "UTF", "PR", "PEP", "JIRA"]
        .contains(&letters)
}

/// What a field says: no type, no template, no "none".
fn is_stated(text: &str) -> bool {
    const NOTHING: [&str; 12] = [
        "unknown",
        "not",
        "other",
        "yes",
        "unbekannt",
        "keine",
        "inconnu",
        "aucune",
        "ninguna",
        "无",
        "不详",
        "未知",
    ];
    let lower = text.to_lowercase();
    !stand_ins::stands_for_nothing(text)
        && !keys::is_example(text)
        && !lower.split(' ').next().is_some_and(|first| NOTHING.contains(&first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_in_names_of_people_are_told_from_those_of_programs() {
        for name in ["allen_jennifer", "karen31", "@madison_668", "corin.v"] {
            assert!(is_login(name), "{name}");
        }
        for name in ["current_user", "request.user", "test_user1", "user123", "www_data", "svc_orders"] {
            assert!(!is_login(name), "{name}");
        }
    }

    #[test]
    fn ages_end_where_lives_do() {
        assert!(is_age("45") && is_age("120") && is_age("forty-five"));
        assert!(!is_age("600") && !is_age("0"));
    }
}
