//! Where things are: the binary, the folder of evidence, free ports; and a plain GET.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use crate::Trouble;

/// A port that nobody has at this moment.
pub(super) fn free_port() -> Result<u16, Trouble> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// The binary under test: `CORDON_BIN`, else `cordon` in the folder of the build that runs this.
#[expect(clippy::disallowed_methods, reason = "the test command says which binary is meant")]
pub fn binary() -> Result<PathBuf, Trouble> {
    if let Some(path) = std::env::var_os("CORDON_BIN") {
        return Ok(PathBuf::from(path));
    }
    std::env::current_exe()?
        .ancestors()
        .map(|folder| folder.join("cordon"))
        .find(|path| path.is_file())
        .ok_or_else(|| Trouble::new("there is no `cordon` binary: run `cargo build -p cordon` first"))
}

/// The folder of all evidence: `CORDON_EVIDENCE`, else `evidence` beside the build's folder.
#[expect(clippy::disallowed_methods, reason = "the test command says where evidence goes")]
pub fn evidence_root() -> Result<PathBuf, Trouble> {
    if let Some(path) = std::env::var_os("CORDON_EVIDENCE") {
        return Ok(PathBuf::from(path));
    }
    let program = std::env::current_exe()?;
    let target = program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    target
        .map(|folder| folder.join("evidence"))
        .ok_or_else(|| Trouble::new("the folder of the build is not known: set CORDON_EVIDENCE"))
}

/// A GET request, answered with status and body; waits two seconds at most.
pub(crate) fn get(address: SocketAddr, path: &str) -> Result<(u16, String), Trouble> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let Some((head, at)) = crate::http1::Head::parse(&bytes)? else {
        return Err(Trouble::new("the answer has no head"));
    };
    let mut body = Vec::new();
    crate::http1::BodyReader::of_answer(&head).push(bytes.get(at..).unwrap_or_default(), &mut body)?;
    Ok((head.word(1).parse().unwrap_or_default(), String::from_utf8_lossy(&body).into_owned()))
}
