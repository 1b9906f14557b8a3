//! Keys of vendors that carry something to check.

use super::Checks;
use super::randomness;
use crate::any_of::AnyOf;
use crate::edges;
use crate::read::stand_ins;

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[
    ("github_crc", is_github_key),
    ("gitlab_token", is_gitlab_token),
    ("grafana_token", is_grafana_token),
    ("key_body", has_key_body),
    ("jwt", is_jwt),
    ("not_template", is_not_template),
    ("not_prose", is_not_prose),
    ("option_value", is_option_value),
    ("typed_password", is_typed_password),
    ("mixed_code", is_mixed_code),
    ("username", is_username),
];

/// A GitHub key: 30 random characters and 6 that are the CRC-32 of them in base 62 (GitHub engineering blog, "Behind GitHub's
/// new authentication token formats", 2021). Keys whose check fails are still keys to whoever made them up with the same
/// shape, so randomness passes as well.
pub(crate) fn is_github_key(text: &str) -> bool {
    let Some(random) = text.rsplit('_').next() else { return false };
    randomness::is_random(random) || crc_holds(random)
}

fn crc_holds(random: &str) -> bool {
    let Some((body, check)) = random.split_at_checked(30) else { return false };
    base62(crc32(body.as_bytes())).as_slice() == check.as_bytes()
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(
            sum ^ u32::from(*byte),
            |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 },
        )
    })
}

fn base62(mut number: u32) -> [u8; 6] {
    let mut out = [b'0'; 6];
    for place in out.iter_mut().rev() {
        let digit = u8::try_from(number % 62).unwrap_or(0);
        *place = match digit {
            0..=9 => b'0' + digit,
            10..=35 => b'A' + digit - 10,
            _ => b'a' + digit - 36,
        };
        number /= 62;
    }
    out
}

/// A GitLab token. The routable form (GitLab documentation, "Token overview", and `Authn::TokenField::Generator::RoutableToken`)
/// ends with a dot, the length of its payload and the CRC-32 of all before it, both in base 36; the older form has no check.
/// As for GitHub, a token that only has the shape passes if it is random.
pub(crate) fn is_gitlab_token(text: &str) -> bool {
    let crc_holds = text.split_at_checked(text.len().saturating_sub(7)).is_some_and(|(body, check)| {
        text.contains('.') && u32::from_str_radix(check, 36).is_ok_and(|sum| sum == crc32(body.as_bytes()))
    });
    crc_holds || has_key_body(text)
}

/// A token of a Grafana service account: `glsa_`, 32 random characters and the CRC-32 of what stands before the last `_`, in
/// hexadecimal (Grafana source, package `satokengen`); one that only has the shape passes if it is random.
pub(crate) fn is_grafana_token(text: &str) -> bool {
    let crc_holds = text.rsplit_once('_').is_some_and(|(body, check)| {
        u32::from_str_radix(check, 16).is_ok_and(|sum| {
            let body = body.as_bytes();
            sum == crc32(body) || sum.swap_bytes() == crc32(body)
        })
    });
    crc_holds || has_key_body(text)
}

/// Least entropy of a key with a known beginning, in bits a character: hexadecimal digits reach 3.2 in 24 characters.
const BODY_ENTROPY_MIN: f64 = 2.8;

/// True for what stands behind the beginning of a vendor's key unless it is a sample: no filling, no run along the alphabet, no
/// template. The beginning speaks for itself, so that this is less than [`randomness::is_random`].
pub(crate) fn has_key_body(text: &str) -> bool {
    let rest = text
        .find(['_', '-', '.', ':', '/'])
        .and_then(|at| text.get(at + 1..))
        .filter(|rest| rest.len() >= 12);
    let body = rest.unwrap_or(text);
    let longest =
        body.split(|c: char| !c.is_ascii_alphanumeric()).max_by_key(|part| part.len()).unwrap_or_default();
    randomness::entropy(body) >= BODY_ENTROPY_MIN
        && !randomness::is_filler(longest)
        && !is_example(text)
        && !stand_ins::stands_for_nothing(text)
        && body.bytes().any(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

/// A JSON web token: its first part is the base64url of a JSON object (RFC 7519). `eyJ` has shown that already; what is left
/// is that it is long enough to hold a name and a value.
pub(crate) fn is_jwt(text: &str) -> bool {
    let mut parts = text.split('.');
    let (Some(header), Some(payload)) = (parts.next(), parts.next()) else { return false };
    header.len() >= 12 && (payload.len() >= 8 || payload.is_empty()) && !is_example(text)
}

/// True unless the value is a template, a sample from documentation or a word that stands for a value.
pub(crate) fn is_not_template(text: &str) -> bool {
    let secret = text.split_once(':').map_or(text, |(_, secret)| secret);
    !is_example(text) && !stand_ins::stands_for_nothing(text) && !stand_ins::stands_for_nothing(secret)
}

/// True for a value that stands where a sentence could go on as well: no template, and no plain word.
pub(crate) fn is_not_prose(text: &str) -> bool {
    is_not_template(text) && !text.chars().all(|c| c.is_lowercase() || matches!(c, '-' | '.' | ',' | '/'))
}

/// True for what can be the value of an option such as `--password`: no plain word, and no word in capitals, which stands for a
/// value in the help of a command, in whatever language.
fn is_option_value(text: &str) -> bool {
    let is_word = |c: char| c.is_lowercase() || edges::is_unspaced(c) || "-.,/\\`".contains(c);
    let is_placeholder = |c: char| c.is_uppercase() || matches!(c, '_' | '-' | '.' | ',');
    is_not_template(text) && !text.chars().all(is_word) && !text.chars().all(is_placeholder)
}

/// A word and digits that are no numbered thing of a test or a build.
fn is_typed_password(text: &str) -> bool {
    const NUMBERED: &[&str] = &[
        "test", "case", "suite", "spec", "step", "check", "stage", "build", "run", "job", "phase", "task",
        "item", "ticket", "issue", "unit", "part", "section", "chapter", "sample", "example", "vers",
        "block", "round",
    ];
    let word = text.trim_end_matches(|c: char| !c.is_alphabetic()).to_ascii_lowercase();
    is_not_template(text) && !NUMBERED.iter().any(|thing| word.starts_with(thing))
}

/// True for a code of groups in which letters and digits are mixed, as recovery codes are and dates and numbers are not.
pub(crate) fn is_mixed_code(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    digits >= 2
        && letters >= 2
        && text.split('-').filter(|part| part.bytes().any(|b| b.is_ascii_digit())).count() >= 2
}

/// A name somebody logs in with: with a digit, dot or underscore like most, and no expression of a program.
pub(crate) fn is_username(text: &str) -> bool {
    let parts: Vec<&str> = text.trim_start_matches('@').split(['.', '_']).collect();
    let expression = [
        "request", "self", "this", "user", "config", "env", "os", "process", "ctx", "req", "params", "args",
        "data", "db", "app",
    ];
    !is_example(text)
        && !stand_ins::stands_for_nothing(text)
        && !parts.first().is_some_and(|first| expression.contains(first))
        && !text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_' || b.is_ascii_digit())
}

static SAMPLES: AnyOf = AnyOf::new(&[
    "EXAMPLE",
    "YOUR_",
    "YOUR-",
    "_HERE",
    "-HERE",
    "PLACEHOLDER",
    "REDACTED",
    "CHANGEME",
    "XXXXX",
    "*****",
    "00000000000",
    "1234567890ABCDEF",
]);

/// Values that documentation marks as samples.
pub(crate) fn is_example(text: &str) -> bool {
    SAMPLES.is_in(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_of_github_keys_is_a_crc() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        let body = "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ";
        let check = base62(crc32(body.as_bytes()));
        let key = format!("{body}{}", String::from_utf8(check.to_vec()).unwrap());
        assert!(crc_holds(&key));
        assert!(!crc_holds(&key.replace('z', "y")));
    }

    #[test]
    fn samples_of_documentation_are_no_keys() {
        assert!(!is_not_template(concat!("AKIA", "IOSFODNN7EXAMPLE")));
        assert!(!is_not_template("YOUR_API_KEY_HERE"));
    }
}
