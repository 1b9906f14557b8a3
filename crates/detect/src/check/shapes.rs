//! Shapes of text that names a thing and opens nothing: identifiers of objects, public keys, links of services.
//!
//! The lists hold what vendors document as identifiers or as public; a key of the same look would begin otherwise.

use super::Checks;
use super::randomness;
use crate::any_of::begins;

/// The validators of this file by the names that recognizer files use.
pub(crate) const CHECKS: Checks = &[("uuid", is_uuid), ("random_end", has_random_end)];

/// Beginnings of public keys and of identifiers of objects. Stripe, OpenAI, Anthropic, Slack and others document theirs in the
/// reference of their API; most write the kind, an underscore and random characters.
const NAMING: &[&str] = &[
    // Public keys and pictures, fonts and archives in base 64.
    "AAAAB3Nza",
    "AAAAC3Nza",
    "AAAAE2VjZHNh",
    "MIIBIjANBgkqhkiG",
    "LS0tLS1CRUdJTiBDRVJU",
    "LS0tLS1CRUdJTiBQVUJM",
    "MFkwEwYHKoZIzj0C",
    "iVBORw0KGgo",
    "R0lGOD",
    "d09GMg",
    "UklGR",
    "JVBERi0",
    "H4sIA",
    "eyJ2ZXJzaW9uIjoz",
    "pk_live_",
    "pk_test_",
    "pk.",
    "pub_",
    "public_",
    "pub-",
    "sb_publishable_",
    "phc_",
    "age1",
    "ssh-",
    "ecdsa-",
    "cus_",
    "pi_",
    "ch_",
    "sub_",
    "price_",
    "evt_",
    "req_",
    "seti_",
    "pm_",
    "txn_",
    "acct_",
    "plink_",
    "promo_",
    "chatcmpl-",
    "cmpl-",
    "call_",
    "msg_",
    "toolu_",
    "srvtoolu_",
    "thread_",
    "asst_",
    "file-",
    "batch_",
    "resp_",
    "ftjob-",
    "modr-",
    "arn:",
    "http://",
    "https://",
];

/// Beginnings that many use for identifiers: they count where no label says that the text is a key.
const NAMING_VAGUELY: &[&str] = &[
    "prod_",
    "in_",
    "card_",
    "ba_",
    "src_",
    "re_",
    "po_",
    "cs_",
    "si_",
    "il_",
    "ii_",
    "cn_",
    "dp_",
    "tr_",
    "py_",
    "mandate_",
    "fr_",
    "we_",
    "file_",
    "link_",
    "txr_",
    "tax_",
    "billing_",
    "order_",
    "pay_",
    "inv_",
    "invoice_",
    "plan_",
    "coupon_",
    "run_",
    "step_",
    "rs_",
    "fc_",
    "ft-",
    "org-",
    "org_",
    "proj_",
    "vs_",
    "gen-",
    "ws_",
    "workspace_",
    "conv_",
    "item_",
    "sess_",
    "session_",
    "user-",
    "user_",
    "usr_",
    "req-",
    "request_",
    "trace_",
    "span_",
    "event_",
    "job_",
    "task_",
    "doc_",
    "img_",
    "image_",
    "node_",
    "team_",
    "tenant_",
    "account_",
    "app_",
    "obj_",
    "id_",
    "uid_",
    "chunk_",
    "hash_",
    "sha_",
    "sha1-",
    "sha256_",
    "sha256-",
    "sha384-",
    "sha512-",
    "md5_",
    "md5-",
    "etag_",
    "cache_",
    "build_",
    "dpl_",
    "env_",
    "snapshot_",
    "rev_",
    "commit_",
    "vpc-",
    "subnet-",
    "sg-",
    "ami-",
    "snap-",
    "vol-",
    "eni-",
    "rtb-",
    "igw-",
    "eipalloc-",
    "vpce-",
    "nonce-",
    "css-",
    "jsx-",
    "sc-",
    "svelte-",
    "data-",
    "chunk-",
    "index-",
    "main-",
    "vendor-",
    "assets-",
    "bundle-",
    "polyfills-",
    "runtime-",
    "module_",
    "class_",
    "tmp_",
    "tmp-",
    "temp_",
    "test_",
    "lib",
    "crate-",
    "target-",
    "output-",
    "out-",
];

/// True for identifiers of objects and for public keys: `cus_…`, `pk_live_…`.
pub(crate) fn names_a_thing(text: &str) -> bool {
    begins(text, NAMING) || text.ends_with(".apps.googleusercontent.com")
}

/// True for an address whose last part is random.
fn has_random_end(url: &str) -> bool {
    url.rsplit('/').next().is_some_and(|end| randomness::is_random(end) && !super::keys::is_example(end))
}

/// True for a UUID (RFC 9562).
pub(crate) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
        && text.bytes().filter(|b| *b != b'0').count() > 8
}

/// Words in the beginning of a token that say it opens something.
const OPENING: &[&str] = &[
    "sk", "rk", "pat", "api", "apikey", "key", "tok", "token", "secret", "sec", "live", "prod", "priv",
    "private", "admin", "auth", "access", "refresh", "svc", "sat", "oat", "ak", "pw", "user", "personal",
    "service", "org",
];

/// A token that stands without a label: words that say it opens something and a long random rest behind them, as
/// `acme_live_…` or `sk-acme-…`; or a short word and a rest that is longer and mixes capitals, small letters and digits.
pub(crate) fn is_unlabelled_key(text: &str) -> bool {
    let Some(cut) = body_start(text) else { return false };
    let (Some(head), Some(body)) = (text.get(..cut), text.get(cut..)) else { return false };
    let is_mixed = has_all_kinds(body);
    let opens = head.split(['_', '-', '.']).any(|word| OPENING.contains(&word));
    !names_a_thing(text)
        && !begins(text, NAMING_VAGUELY)
        && !super::keys::is_example(text)
        && randomness::is_random(body)
        && (opens
            || (is_mixed
                && body.len() >= UNKNOWN_CHARS_MIN
                && body.bytes().all(|b| b.is_ascii_alphanumeric())))
}

/// True for text with capitals, small letters and two digits or more.
pub(crate) fn has_all_kinds(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_uppercase())
        && text.bytes().any(|b| b.is_ascii_lowercase())
        && text.bytes().filter(u8::is_ascii_digit).count() >= 2
}

/// Shortest random rest behind a beginning that says nothing.
const UNKNOWN_CHARS_MIN: usize = 30;

/// Where the random rest begins: behind one to three short words of small letters, each with its `_` or `-`.
fn body_start(text: &str) -> Option<usize> {
    let mut start = 0;
    for _ in 0..3 {
        let rest = text.get(start..)?;
        let length = rest.find(['_', '-', '.'])?;
        let word = rest.get(..length)?;
        let is_word = (2..=10).contains(&word.len())
            && word.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            && word.bytes().filter(u8::is_ascii_digit).count() <= 2;
        if !is_word {
            break;
        }
        start += length + 1;
        if !rest.get(length + 1..)?.contains(['_', '-', '.']) {
            break;
        }
    }
    (start > 0).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_without_a_label_are_told_from_identifiers() {
        for key in [
            concat!("acme_", "live_8dKq2LmZp0RtYvXw4NbC7sJh"),
            concat!("zpl_", "V7kQ2mXr9TbL4wNc8ZyPd3HsJf6GuAe1"),
            concat!("sk-", "acme-V7kQ2mXr9TbL4wNc8ZyPd3HsJf6GuAe1"),
        ] {
            assert!(is_unlabelled_key(key), "{key}");
        }
        for name in [
            "cus_V7kQ2mXr9TbL4w",
            "chatcmpl-V7kQ2mXr9TbL4wNc8ZyPd3HsJf6G",
            "get_user_session_configuration_value_by_identifier",
            "node-modules-2e0ba11774b60d68598c9831fb78740c",
            "acme_V7kQ2mXr",
        ] {
            assert!(!is_unlabelled_key(name), "{name}");
        }
    }
}
