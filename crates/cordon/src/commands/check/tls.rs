//! The certificate and the key of the listener, looked into before anything starts.
//!
//! The same steps as those of the gateway when it starts, and two that it does not take: each problem is shown at the setting
//! that names the file, and the certificates must be valid today.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::{CertifiedKey, SigningKey};
use rustls::{CertificateError, Error, InconsistentKeys, RootCertStore};

use crate::config::document::Step;
use crate::config::load::Loaded;
use crate::config::plan::Plan;
use crate::config::problem::{ConfigError, Problems};
use crate::files::{self, FileFault};
use crate::moment;

/// Largest certificate file, in bytes.
const FILE_BYTES_MAX: u64 = 16 << 20;

const CHECK_THE_NAME: &str = "check the name; a relative one starts at the directory of the configuration";

/// What is wrong with a file: the message, words for the place, what to do.
struct Fault(String, &'static str, String);

/// Looks into the files of `server.tls_certificate` and `server.tls_key`. Gives what deserves a look.
///
/// # Errors
/// What is wrong with them, where they stand in the configuration.
pub(in crate::commands) fn look(loaded: &Loaded, now_unix_ms: u64) -> Result<ConfigError, ConfigError> {
    let server = &loaded.config.server;
    let mut problems = Problems::new(&loaded.document);
    if server.tls_certificate.is_empty() {
        return problems.finish();
    }
    let provider = aws_lc_rs::default_provider();
    let chain = chain(&Plan::path(loaded, server.tls_certificate.as_ref()));
    let key = key(&Plan::path(loaded, server.tls_key.as_ref()), &provider);
    if let Ok(chain) = &chain {
        dates(chain, &provider, now_unix_ms, &mut problems);
    }
    let faults = match (chain, key) {
        (Ok(chain), Ok(key)) => [None, fits(&chain, key).err()],
        (chain, key) => [chain.err(), key.err()],
    };
    for (setting, fault) in ["tls_certificate", "tls_key"].into_iter().zip(faults) {
        if let Some(Fault(message, label, help)) = fault {
            problems.error(&path(setting), message, label, help);
        }
    }
    problems.finish()
}

fn path(setting: &str) -> [Step; 2] {
    ["server".into(), setting.into()]
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let shown = path.display();
    let bytes = read(path).map_err(|error| {
        let help = CHECK_THE_NAME.to_owned();
        Fault(format!("the certificate `{shown}` cannot be read: {error}"), "cannot be read", help)
    })?;
    let unfit = |what: &str| {
        let help = "it holds the certificate of this server in PEM (-----BEGIN CERTIFICATE-----), then those in between up to \
                    the root";
        Fault(format!("the certificate `{shown}` {what}"), "no certificate", help.to_owned())
    };
    if bytes.is_empty() {
        return Err(unfit("is empty"));
    }
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&bytes)
        .collect::<Result<_, pem::Error>>()
        .map_err(|_| unfit("is damaged: it is not PEM to its end"))?;
    if chain.is_empty() {
        return Err(unfit("holds no certificate in PEM"));
    }
    match chain.iter().position(|certificate| ParsedCertificate::try_from(certificate).is_err()) {
        Some(index) => Err(unfit(&format!("is damaged: certificate {} in it cannot be parsed", index + 1))),
        None => Ok(chain),
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn key(path: &Path, provider: &CryptoProvider) -> Result<Arc<dyn SigningKey>, Fault> {
    let text = files::read_secret("the TLS key", path).map_err(|fault| {
        let help = if matches!(fault, FileFault::Unreadable { .. }) { CHECK_THE_NAME } else { "" };
        Fault(fault.to_string(), "not read", help.to_owned())
    })?;
    let unfit = |what: &str| {
        let help = "it holds one private key in PEM without a passphrase (-----BEGIN PRIVATE KEY-----)";
        Fault(format!("the TLS key `{}` {what}", path.display()), "no key", help.to_owned())
    };
    if text.trim().is_empty() {
        return Err(unfit("is empty"));
    }
    if text.contains("ENCRYPTED") {
        return Err(unfit("has a passphrase, which nobody could type when the gateway starts"));
    }
    let key =
        PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| unfit("holds no private key in PEM"))?;
    provider
        .key_provider
        .load_private_key(key)
        .map_err(|_| unfit("is damaged, or of a kind that TLS here cannot use"))
}

/// The key is that of the first certificate.
fn fits(chain: &[CertificateDer<'static>], key: Arc<dyn SigningKey>) -> Result<(), Fault> {
    match CertifiedKey::new(chain.to_vec(), key).keys_match() {
        // A key that cannot tell its public half is taken by the gateway too.
        Ok(()) | Err(Error::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(()),
        Err(_) => Err(Fault(
            "`tls_key` is not the key of `tls_certificate`".to_owned(),
            "another key",
            "the certificate of this server stands first in its file, before those in between; name the key that it was made with"
                .to_owned(),
        )),
    }
}

/// Certificates that are not valid today: no client takes one that has expired.
fn dates(
    chain: &[CertificateDer<'static>],
    provider: &CryptoProvider,
    now_unix_ms: u64,
    problems: &mut Problems<'_>,
) {
    let now = UnixTime::since_unix_epoch(Duration::from_millis(now_unix_ms));
    let nobody = RootCertStore::empty();
    let algorithms = provider.signature_verification_algorithms.all;
    for (certificate, number) in chain.iter().zip(1_u32..) {
        let Ok(parsed) = ParsedCertificate::try_from(certificate) else { continue };
        let which = if chain.len() == 1 { String::new() } else { format!("number {number} of ") };
        let shown = |time: UnixTime| moment::shown(time.as_secs().saturating_mul(1000));
        // Nobody is trusted here, so it always fails: with the dates first, which is what is asked for (test
        // `a_certificate_that_has_expired_or_is_not_valid_yet_is_named_with_its_day`).
        match verify_server_cert_signed_by_trust_anchor(&parsed, &nobody, &[], now, algorithms) {
            Err(Error::InvalidCertificate(CertificateError::ExpiredContext { not_after, .. })) => problems
                .error(
                    &path("tls_certificate"),
                    format!("{which}`tls_certificate` expired on {}", shown(not_after)),
                    "expired",
                    "clients refuse it: renew it; a running gateway takes the new file without a restart",
                ),
            Err(Error::InvalidCertificate(CertificateError::NotValidYetContext { not_before, .. })) => {
                problems.warning(
                    &path("tls_certificate"),
                    format!("{which}`tls_certificate` is not valid before {}", shown(not_before)),
                    "not valid yet",
                    "clients refuse it until then; check the clock of this machine",
                )
            }
            _ => {}
        }
    }
}
