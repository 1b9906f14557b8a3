//! A value together with where it stands in its file.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

/// A value and the bytes of the file that hold it.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Placed<T>(Spanned<T>);

impl<T> Placed<T> {
    /// The value.
    pub(crate) fn value(&self) -> &T {
        self.0.get_ref()
    }

    /// The bytes of the file that hold it.
    pub(crate) fn place(&self) -> Range<usize> {
        self.0.span()
    }
}
