//! `cordon providers compare`.

use clap::Args;

use super::{Known, page, width};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::sheet::{Sheet, html, markdown, terminal};

/// Compare what providers do with data: a cell for each, with status, source and date.
#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// The providers, in the order of the columns.
    ///
    /// Default: all. Example: cordon providers compare minimax-intl openai anthropic
    #[arg(value_name = "ID")]
    ids: Vec<String>,

    /// Print Markdown.
    ///
    /// Default: text for a terminal. Example: cordon providers compare --markdown > providers.md
    #[arg(long, conflicts_with = "html")]
    markdown: bool,

    /// Print one HTML page that needs nothing else, to read or to print.
    ///
    /// Default: text for a terminal. Example: cordon providers compare --html > providers.html
    #[arg(long)]
    html: bool,

    /// Print the reference page: what ships, without facts of your own and without ages.
    ///
    /// It is docs/providers.md. Default: off.
    #[arg(long, hide = true, conflicts_with_all = ["html", "markdown", "ids"])]
    reference: bool,
}

impl Compare {
    /// Compares.
    pub(super) fn run(self, context: &Context, known: &Known<'_>) -> Result<Exit, Failure> {
        let output = &context.output;
        if self.reference {
            output.bytes(page::page()?.as_bytes());
            return Ok(Exit::Done);
        }
        let sheet = Sheet::of(known.facts(), &known.ids(&self.ids)?, false, Some(known.today()));
        if output.is_json() {
            output.document(&sheet.json());
        } else if self.html {
            output.bytes(html::page(&sheet, "What AI providers do with data").as_bytes());
        } else if self.markdown {
            let text = format!(
                "# What AI providers do with data\n\nAges are those of {}. Not legal advice.\n\n{}{}",
                known.today(),
                markdown::legend(),
                markdown::tables(&sheet, 2)
            );
            output.bytes(text.as_bytes());
        } else {
            terminal::print(output, &sheet, terminal::Detail::Proven, width());
        }
        Ok(Exit::Done)
    }
}
