//! TLS of the application listener, and a certificate that changes.

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use cordon_gateway::{ServerSettings, TlsFiles};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use rustls_pki_types::{CertificateDer, ServerName};

use crate::client::{connected, parsed, request, rest};
use crate::world::{Spec, World};

pub(crate) fn write(folder: &Path, names: &[&str]) -> CertificateDer<'static> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
    fs::write(folder.join("cert.pem"), cert.pem()).unwrap();
    let key = folder.join("key.pem");
    fs::write(&key, signing_key.serialize_pem()).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    cert.der().clone()
}

fn files(folder: &Path) -> TlsFiles {
    TlsFiles { certificate: folder.join("cert.pem"), key: folder.join("key.pem") }
}

pub(crate) fn config(trusted: &CertificateDer<'static>) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    ClientConfig::builder_with_provider(aws_lc_rs::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

fn connect(
    world: &World,
    trusted: &CertificateDer<'static>,
) -> Result<StreamOwned<ClientConnection, TcpStream>, std::io::Error> {
    let name = ServerName::try_from("localhost").unwrap();
    let connection = ClientConnection::new(Arc::new(config(trusted)), name).unwrap();
    let mut stream = StreamOwned::new(connection, connected(world.address()));
    stream.conn.complete_io(&mut stream.sock)?;
    Ok(stream)
}

pub(crate) fn world(folder: &Path) -> World {
    World::with(Spec {
        server: ServerSettings { tls: Some(files(folder)), ..ServerSettings::default() },
        ..Spec::default()
    })
}

#[test]
fn a_chat_works_over_tls() {
    let folder = tempfile::tempdir().unwrap();
    let trusted = write(folder.path(), &["localhost"]);
    let world = world(folder.path());
    let body = br#"{"model":"echo","messages":[{"role":"user","content":"hi"}]}"#;
    let bytes = request("POST", "/v1/chat/completions", &[("x-api-key", &world.key)], body);
    let mut stream = connect(&world, &trusted).unwrap();
    stream.write_all(&bytes).unwrap();
    assert_eq!(parsed(&rest(&mut stream)).status, 200);
}

#[test]
fn a_changed_certificate_is_used_without_a_restart_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let first = write(folder.path(), &["localhost"]);
    let world = world(folder.path());
    assert!(connect(&world, &first).is_ok());
    let second = write(folder.path(), &["localhost", "second.example"]);
    world.runtime.block_on(world.running().certificate_changed()).unwrap();
    assert!(connect(&world, &first).is_err());
    assert!(connect(&world, &second).is_ok());
    fs::write(folder.path().join("cert.pem"), "broken").unwrap();
    assert!(world.runtime.block_on(world.running().certificate_changed()).is_err());
    assert!(connect(&world, &second).is_ok());
}

#[test]
fn certificate_and_key_are_checked_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &["localhost"]);
    let key = folder.path().join("key.pem");
    let started = |folder: &Path| std::panic::catch_unwind(|| drop(world(folder))).is_ok();
    assert!(started(folder.path()));
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(!started(folder.path()), "a key that others can read");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let other = generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    fs::write(folder.path().join("cert.pem"), other.cert.pem()).unwrap();
    assert!(!started(folder.path()), "the certificate of another key");
    fs::write(folder.path().join("cert.pem"), "").unwrap();
    assert!(!started(folder.path()), "no certificate");
}
