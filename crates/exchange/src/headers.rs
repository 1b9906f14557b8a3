//! Headers of the answer, and the scan of headers that the caller wants forwarded.
//!
//! Which request headers may be forwarded at all is decided in front of the exchange; here their values are scanned: a
//! header in which something is found is not forwarded.

use detect::Input;
use types::{Reason, Role, Treatment, Verdict};

use crate::{AppVault, Finder, Refused};

/// Response headers of a provider that reach the caller: exact names, and prefixes that end in `-`.
const PASSED: &[&str] = &[
    "request-id",
    "x-request-id",
    "retry-after",
    "retry-after-ms",
    "x-should-retry",
    "openai-processing-ms",
    "openai-version",
    "openai-organization",
    "ratelimit-",
    "x-ratelimit-",
    "anthropic-ratelimit-",
    "anthropic-priority-",
    "anthropic-fast-",
    "anthropic-organization-id",
];

/// Request headers whose values are words of the protocol.
const PROTOCOL: &[&str] = &["accept", "content-type", "anthropic-version"];

/// The headers of a provider's answer that the caller gets.
pub(crate) fn passed(headers: &[(String, Vec<u8>)]) -> Vec<(String, String)> {
    headers
        .iter()
        .filter(|(name, _)| {
            PASSED.iter().any(|known| name == known || (known.ends_with('-') && name.starts_with(known)))
        })
        .filter_map(|(name, value)| Some((name.clone(), String::from_utf8(value.clone()).ok()?)))
        .collect()
}

/// The value of a header, lossily; empty when missing.
pub(crate) fn value(headers: &[(String, Vec<u8>)], wanted: &str) -> String {
    headers
        .iter()
        .find(|(name, _)| name == wanted)
        .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
        .unwrap_or_default()
}

/// The request headers in which nothing was found.
pub(crate) fn screened(
    headers: Vec<(String, Vec<u8>)>,
    finder: &dyn Finder,
    vault: &AppVault,
) -> Result<Vec<(String, Vec<u8>)>, Refused> {
    let mut kept = Vec::with_capacity(headers.len());
    for (name, value) in headers {
        if PROTOCOL.contains(&name.as_str()) {
            kept.push((name, value));
            continue;
        }
        let Ok(text) = std::str::from_utf8(&value) else { continue };
        let input = Input { text, key: Some(&name), role: Role::Metadata, terms: vault.terms.as_deref() };
        if finder.findings(&input).map_err(Refused::Detection)?.is_empty() {
            kept.push((name, value));
        }
    }
    Ok(kept)
}

/// What Cordon knows of an exchange and says in its answer.
pub(crate) struct Own<'a> {
    pub(crate) id: &'a types::ExchangeId,
    pub(crate) policy: &'a [u8; 32],
    pub(crate) receipt: Option<&'a ledger::Receipt>,
    pub(crate) treated: &'a [(Treatment, u32)],
    pub(crate) verdict: Option<&'a Verdict>,
    pub(crate) observed: bool,
}

/// What Cordon says of an exchange: who got it, how each class was treated and by which law, in names and counts.
pub(crate) fn own(known: &Own<'_>) -> Vec<(String, String)> {
    let Own { id, policy, receipt, treated, verdict, observed } = known;
    let mut headers = vec![
        ("x-cordon-request-id".to_owned(), id.as_str().to_owned()),
        ("x-cordon-policy".to_owned(), hex(policy.get(..8).unwrap_or_default())),
        ("x-cordon-mode".to_owned(), if *observed { "observe" } else { "protect" }.to_owned()),
    ];
    if let Some(verdict) = verdict {
        headers.push(("x-cordon-deployment".to_owned(), verdict.deployment.as_str().to_owned()));
        let treatments: Vec<String> =
            verdict.treatments.iter().map(|(class, treatment)| format!("{class}={treatment}")).collect();
        if !treatments.is_empty() {
            headers.push(("x-cordon-treatments".to_owned(), treatments.join(",")));
        }
        headers.extend(reasons(&verdict.reasons));
    }
    if let Some(receipt) = receipt {
        headers.push(("x-cordon-record".to_owned(), format!("{}:{}", receipt.index, receipt.leaf_hash)));
    }
    let counts: Vec<String> =
        treated.iter().map(|(treatment, count)| format!("{treatment}={count}")).collect();
    if !counts.is_empty() {
        headers.push(("x-cordon-treated".to_owned(), counts.join(",")));
    }
    headers
}

/// Longest `x-cordon-reasons`, in bytes: what is left out stands in the record.
const REASONS_BYTES_MAX: usize = 2048;

/// Which policy led to which treatment, with the law it cites, e.g. `health=redact;L3;"GDPR art. 6, 28(10)"`.
pub(crate) fn reasons(reasons: &[Reason]) -> Option<(String, String)> {
    let mut all = String::new();
    for reason in reasons {
        let Some(class) = reason.class else { continue };
        let law = reason.law.as_ref().map(|law| format!(";\"{law}\"")).unwrap_or_default();
        let one = format!("{class}={};{}{law}", reason.treatment, reason.policy);
        let is_plain = one.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
        if is_plain && all.len() + one.len() + 2 <= REASONS_BYTES_MAX {
            if !all.is_empty() {
                all.push_str(", ");
            }
            all.push_str(&one);
        }
    }
    (!all.is_empty()).then(|| ("x-cordon-reasons".to_owned(), all))
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.filter_map(|nibble| char::from_digit(nibble.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    use types::DataClass;

    use super::*;

    fn reason(class: DataClass, policy: &str, law: Option<&str>) -> Reason {
        Reason {
            policy: policy.to_owned(),
            class: Some(class),
            treatment: Treatment::Redact,
            denied: None,
            law: law.map(str::to_owned),
            facts: Vec::new(),
            text: String::new(),
        }
    }

    #[test]
    fn reasons_name_class_treatment_policy_and_law() {
        let all = [
            reason(DataClass::Health, "preset:standard", None),
            reason(DataClass::Health, "L3", Some("GDPR art. 6, 28(10)")),
        ];
        let (name, value) = reasons(&all).unwrap();
        assert_eq!(name, "x-cordon-reasons");
        assert_eq!(value, "health=redact;preset:standard, health=redact;L3;\"GDPR art. 6, 28(10)\"");
        assert_eq!(reasons(&[]), None);
    }

    #[test]
    fn reasons_are_bounded_and_hold_nothing_that_a_header_cannot() {
        let many = vec![reason(DataClass::Person, &"x".repeat(60), None); 100];
        assert!(reasons(&many).unwrap().1.len() <= REASONS_BYTES_MAX);
        assert_eq!(reasons(&[reason(DataClass::Person, "a\r\nb", None)]), None);
    }
}
