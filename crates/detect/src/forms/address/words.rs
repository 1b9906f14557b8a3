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
    ("[a]", Word),
    ("(a)", Word),
    ("[ät]", Strong),
    ("(ät)", Strong),
    ("**@**", Strong),
    ("`@`", Strong),
    ("_at_", Word),
    ("-at-", Word),
    ("*at*", Word),
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

/// Endings of countries (RFC 1591 takes them from ISO 3166-1) that are words as well: behind a word for the dot they are told by
/// the rest of the address only.
pub(super) const COMMON_WORDS: &[&str] = &[
    "ad", "ai", "am", "as", "at", "be", "by", "de", "do", "es", "et", "in", "is", "it", "la", "me", "mu",
    "my", "no", "pa", "sa", "se", "si", "so", "su", "to", "us", "va",
];

/// Endings of countries that hardly any word is.
pub(super) const COUNTRIES: &str = "ac ae af ag al ao ar au az ba bb bd bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg ch ci cl cm cn co cr cu cv cy cz dj dk dm dz ec ee eg er eu fi fj fm fo fr ga gb gd ge gh gi gl gm gn gq gr gt gu gw gy hk hn hr ht hu id ie il iq ir je jm jo jp ke kg kh ki km kn kp kr kw ky kz lb lc li lk lr ls lt lu lv ly ma mc md mg mh mk ml mm mn mo mq mr ms mt mv mw mx mz na nc ne nf ng ni nl np nr nu nz om pe pf pg ph pk pl pm pr ps pt pw py qa re ro rs ru rw sb sc sd sg sh sk sl sm sn sr ss st sv sy sz tc td tg th tj tk tl tm tn tr tt tv tw tz ua ug uk uy uz vc ve vg vi vn vu wf ws ye yt za zm zw io";

/// Endings of addresses that are longer than two letters.
pub(super) const ENDINGS: &[&str] = &[
    "com", "org", "net", "edu", "gov", "info", "biz", "dev", "app", "example", "mail", "online", "email",
    "cloud", "shop", "site", "tech", "int", "mil", "name", "pro", "xyz", "swiss", "berlin", "paris",
];
