//! Words and signs that stand in addresses, in the languages of the recognizers and a few more.

/// How much a way to write a sign tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strength {
    /// The sign itself.
    Sign,
    /// Nothing but a sign.
    Strong,
    /// Also an ordinary word.
    Word,
}

use Strength::{Sign, Strong, Word};

/// Ways to write the sign between local part and domain.
pub(super) const ATS: &[(&str, Strength)] = &[
    ("@", Sign),
    ("[at]", Strong),
    ("(at)", Strong),
    ("{at}", Strong),
    ("<at>", Strong),
    ("[ at ]", Strong),
    ("( at )", Strong),
    ("[@]", Strong),
    ("(@)", Strong),
    ("{@}", Strong),
    ("[a]", Strong),
    ("(a)", Strong),
    ("[ät]", Strong),
    ("(ät)", Strong),
    ("**@**", Strong),
    ("`@`", Strong),
    ("_at_", Strong),
    ("-at-", Strong),
    ("*at*", Strong),
    ("arroba", Strong),
    ("(arroba)", Strong),
    ("[arroba]", Strong),
    ("arobase", Strong),
    ("arobas", Strong),
    ("klammeraffe", Strong),
    ("klammeraff", Strong),
    ("chiocciola", Strong),
    ("apenstaartje", Strong),
    ("małpa", Strong),
    ("at-sign", Strong),
    ("at sign", Strong),
    ("小老鼠", Strong),
    ("艾特", Strong),
    ("圈a", Strong),
    ("アットマーク", Strong),
    ("アット", Strong),
    ("골뱅이", Strong),
    ("собака", Strong),
    ("at", Word),
    ("ät", Word),
    ("chez", Word),
];

/// Ways to write the dot.
pub(super) const DOTS: &[(&str, Strength)] = &[
    (".", Sign),
    ("[.]", Strong),
    ("(.)", Strong),
    ("{.}", Strong),
    ("[dot]", Strong),
    ("(dot)", Strong),
    ("{dot}", Strong),
    ("<dot>", Strong),
    ("[ dot ]", Strong),
    ("( dot )", Strong),
    ("[punkt]", Strong),
    ("(punkt)", Strong),
    ("[point]", Strong),
    ("(point)", Strong),
    ("[punto]", Strong),
    ("(punto)", Strong),
    ("_dot_", Strong),
    ("-dot-", Strong),
    ("。", Strong),
    ("点", Strong),
    ("點", Strong),
    ("ドット", Strong),
    ("점", Strong),
    ("닷", Strong),
    ("dot", Word),
    ("punkt", Word),
    ("point", Word),
    ("punto", Word),
    ("ponto", Word),
    ("punt", Word),
    ("kropka", Word),
    ("точка", Word),
];

/// Words for signs inside the local part.
pub(super) const LOCAL_SIGNS: &[(&str, &str)] = &[
    ("underscore", "_"),
    ("unterstrich", "_"),
    ("guion bajo", "_"),
    ("guión bajo", "_"),
    ("tiret bas", "_"),
    ("下划线", "_"),
    ("dash", "-"),
    ("hyphen", "-"),
    ("bindestrich", "-"),
    ("guion", "-"),
    ("tiret", "-"),
];

/// Words by which one sees that an address may follow.
pub(super) const MAIL_WORDS: &[&str] = &[
    "mail",
    "correo",
    "courriel",
    "adresse",
    "address",
    "contact",
    "邮箱",
    "邮件",
    "郵",
    "メール",
    "메일",
    "write to",
];

/// Endings that sentences have too, behind `dot`.
pub(super) const COMMON_WORDS: &[&str] = &[
    "in", "is", "it", "at", "to", "no", "so", "my", "me", "us", "be", "am", "as", "an", "by", "do", "on",
    "of", "or", "de", "la", "le", "es", "et", "com",
];

/// Endings of addresses that are longer than two letters.
pub(super) const ENDINGS: &[&str] = &[
    "com", "org", "net", "edu", "gov", "info", "biz", "dev", "app", "example", "mail", "online", "email",
    "cloud", "shop", "site", "tech", "int", "mil", "name", "pro", "xyz", "swiss", "berlin", "paris",
];
