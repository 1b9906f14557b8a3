//! `cordon init`: writes a commented configuration.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::config::load::FILE_NAME;
use crate::config::template::template;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// Write a commented configuration.
///
/// Every line of it says the default, so any of them can go.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The file to write.
    ///
    /// `-` prints it. An existing file is left alone unless --force is given. Default: cordon.toml. Example: cordon init
    /// /etc/cordon.toml
    #[arg(value_name = "FILE")]
    path: Option<PathBuf>,

    /// Replace an existing file.
    ///
    /// Default: off. Example: cordon init --force
    #[arg(long)]
    force: bool,
}

impl Init {
    /// Writes it.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let path = self.path.or_else(|| context.config.clone()).unwrap_or_else(|| PathBuf::from(FILE_NAME));
        if path.as_os_str() == "-" {
            context.output.bytes(template().as_bytes());
            return Ok(Exit::Done);
        }
        let mut options = OpenOptions::new();
        options.write(true).truncate(self.force).create(self.force).create_new(!self.force);
        let failed = |source: std::io::Error| match source.kind() {
            std::io::ErrorKind::AlreadyExists => Failure::Usage(format!(
                "`{}` exists already: name another file, or replace it with --force",
                path.display()
            )),
            _ => Failure::File { what: "cannot write", path: path.clone(), source },
        };
        let mut file = options.open(&path).map_err(failed)?;
        file.write_all(template().as_bytes()).map_err(failed)?;
        context.output.document(&json!({ "written": path.display().to_string() }));
        context.output.line(&format!("Wrote {}. Next: cordon check, then cordon serve.", path.display()));
        Ok(Exit::Done)
    }
}
