//! The certificate of the application listener: read from files, used by every handshake, replaced when the files change.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::settings::TlsFiles;

/// Why certificate or key cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {setting} `{}`: {source}", path.display())]
    Read {
        /// The setting that names it.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Others can read the key.
    #[error("others can read server.tls_key `{}`: chmod 600 it", path.display())]
    KeyIsShared {
        /// The file.
        path: PathBuf,
    },
    /// There is no certificate in the file.
    #[error("server.tls_certificate `{}` holds no certificate in PEM", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// There is no key in the file.
    #[error("server.tls_key `{}` holds no private key in PEM that can be used", path.display())]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// The key is not that of the certificate.
    #[error("server.tls_key is not the key of server.tls_certificate")]
    Mismatch,
    /// The TLS library refuses.
    #[error("TLS cannot be set up")]
    Library,
}

/// The certificate in use.
pub(crate) struct Certificates {
    files: TlsFiles,
    current: ArcSwap<CertifiedKey>,
    stamps: Mutex<Stamps>,
}

type Stamps = [Option<(SystemTime, u64)>; 2];

impl Certificates {
    pub(crate) fn load(files: TlsFiles) -> Result<Arc<Self>, TlsError> {
        let stamps = stamps(&files);
        let current = ArcSwap::from_pointee(certified(&files)?);
        Ok(Arc::new(Self { files, current, stamps: Mutex::new(stamps) }))
    }

    /// Reads the files again where they changed. True where a new certificate is in use.
    ///
    /// # Errors
    /// Files that cannot be used; the certificate before them stays. Said once for each change.
    pub(crate) fn refresh(&self) -> Result<bool, TlsError> {
        let now = stamps(&self.files);
        let before = std::mem::replace(&mut *self.stamps.lock().unwrap_or_else(PoisonError::into_inner), now);
        if before == now {
            return Ok(false);
        }
        self.current.store(Arc::new(certified(&self.files)?));
        Ok(true)
    }

    /// The configuration of a listener that uses this certificate.
    pub(crate) fn server_config(self: &Arc<Self>) -> Result<ServerConfig, TlsError> {
        let mut config = ServerConfig::builder_with_provider(aws_lc_rs::default_provider().into())
            .with_safe_default_protocol_versions()
            .map_err(|_| TlsError::Library)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.load_full())
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Certificates(..)")
    }
}

fn stamps(files: &TlsFiles) -> Stamps {
    [&files.certificate, &files.key].map(|path| {
        let about = fs::metadata(path).ok()?;
        Some((about.modified().ok()?, about.len()))
    })
}

fn certified(files: &TlsFiles) -> Result<CertifiedKey, TlsError> {
    let no_certificate = || TlsError::NoCertificate { path: files.certificate.clone() };
    let text = read("server.tls_certificate", &files.certificate)?;
    let chain: Vec<CertificateDer<'static>> =
        CertificateDer::pem_slice_iter(&text).collect::<Result<_, _>>().map_err(|_| no_certificate())?;
    if chain.is_empty() {
        return Err(no_certificate());
    }
    let no_key = || TlsError::NoKey { path: files.key.clone() };
    check_is_private(&files.key)?;
    let text = read("server.tls_key", &files.key)?;
    let key = PrivateKeyDer::from_pem_slice(&text).map_err(|_| no_key())?;
    let signing = aws_lc_rs::default_provider().key_provider.load_private_key(key).map_err(|_| no_key())?;
    let certified = CertifiedKey::new(chain, signing);
    match certified.keys_match() {
        Ok(()) | Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => Ok(certified),
        Err(_) => Err(TlsError::Mismatch),
    }
}

fn read(setting: &'static str, path: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(path).map_err(|source| TlsError::Read { setting, path: path.to_owned(), source })
}

#[cfg(unix)]
fn check_is_private(path: &Path) -> Result<(), TlsError> {
    use std::os::unix::fs::PermissionsExt;
    let about = fs::metadata(path).map_err(|source| TlsError::Read {
        setting: "server.tls_key",
        path: path.to_owned(),
        source,
    })?;
    if about.permissions().mode() & 0o077 == 0 {
        Ok(())
    } else {
        Err(TlsError::KeyIsShared { path: path.to_owned() })
    }
}

#[cfg(not(unix))]
fn check_is_private(_: &Path) -> Result<(), TlsError> {
    Ok(())
}
