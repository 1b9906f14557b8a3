//! Recognizers: from their files to compiled form.
//!
//! [`mod@format`] says what a file may hold, [`load`] checks and compiles it, [`bounds`] keeps own ones cheap,
//! [`mod@about`] shows what a file says, [`error`] says where it is wrong, [`builtin`] holds the files that are shipped.

pub(crate) mod about;
pub(crate) mod automata;
pub(crate) mod bounds;
pub(crate) mod builtin;
pub(crate) mod compiled;
pub(crate) mod error;
pub(crate) mod format;
pub(crate) mod load;
pub(crate) mod matcher;
pub(crate) mod place;

pub use about::{About, AboutExample, AboutPattern, about};
pub use builtin::BUILTIN;
pub use error::RuleError;

/// A recognizer file: its name for error messages, and its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleFile<'a> {
    /// The name that errors show, e.g. `recognizers/contact.toml`.
    pub name: &'a str,
    /// The content, TOML.
    pub text: &'a str,
}
