//! `cordon redact`: a file without its personal data and secrets.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::inspecting::Inspecting;
use crate::context::{Context, wait};
use crate::dry::Dry;
use crate::exit::Exit;
use crate::failure::Failure;

/// Write a file without its personal data and secrets.
///
/// Each value becomes a type word such as `[EMAIL]`; everything else stays byte for byte. Requests stay valid requests; images,
/// audio and documents in them are taken out.
#[derive(Debug, Args)]
pub(crate) struct Redact {
    /// The file; `-` is standard input.
    ///
    /// Default: standard input. Example: cordon redact ticket.txt
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    file: PathBuf,

    #[command(flatten)]
    inspecting: Inspecting,

    /// Treat values as the app would on their way out: surrogates instead of type words, by its treatments.
    ///
    /// The surrogates are of this one call: nothing can restore them. Default: off. Example: --surrogates --app billing
    #[arg(long)]
    surrogates: bool,

    /// The file to write.
    ///
    /// Default: standard output. Example: --output clean.txt
    #[arg(long, short = 'o', value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Redact {
    /// Redacts.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let question = if self.surrogates {
            self.inspecting.app_question(context)?
        } else {
            self.inspecting.redacting_question(context)?
        };
        let source = self.inspecting.source(context, &self.file)?;
        let dry = Dry::new(question)?;
        let source = wait(dry.without_hidden(source))?;
        let sent = wait(dry.sent(source.route, source.body(None)))?;
        let text = source
            .back(&sent)
            .ok_or_else(|| Failure::Unavailable("what came out cannot be read back".to_owned()))?;
        match self.output {
            Some(path) => {
                fs::write(&path, &text).map_err(|source| Failure::File {
                    what: "cannot write",
                    path: path.clone(),
                    source: match source.kind() {
                        ErrorKind::IsADirectory => io::Error::other("it is a directory; name a file in it"),
                        ErrorKind::NotFound => io::Error::other("its directory is not there; make it first"),
                        _ => source,
                    },
                })?;
                context
                    .output
                    .document(&json!({ "written": path.display().to_string(), "bytes": text.len() }));
                context.output.note(&format!("Wrote {}.", path.display()));
            }
            None => {
                context.output.bytes(&text);
            }
        }
        Ok(Exit::Done)
    }
}
