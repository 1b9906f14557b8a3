//! Further forms of a text: what it says when encodings are undone and values written in another way are written plainly.
//!
//! Each pass looks for one way to write values differently and gives a [`Form`]: excerpts of the text around what it changed,
//! with a map back. The same recognizers run on it, on forms of it in turn, and their findings go back to the span of the text
//! as given. Promises: linear time; no form is longer than its text; a text in which nothing is hidden costs prefilters only;
//! a finding covers what it was decoded from as a whole: the run of base64 or hex, the escapes from the first to the last,
//! the words for digits, so that a surrogate in its place leaves the carrier well formed.
//! Leaves to others: ciphers (rot13, Caesar, Morse), compressed data, pictures of text. They are another language, not another
//! spelling: nothing tells them from ordinary text, and who wants to smuggle has better ways.
//!
//! Excerpts, because a text of megabytes may hold one escape. They reach as far as context words do.

mod address;
mod build;
mod digit_words;
mod encoded;
mod escapes;
mod grouped;
mod hidden;
mod joined;
mod spelled;
mod spelled_run;
mod whole;

use types::{ByteSpan, Finding};

use crate::error::DetectError;
use crate::normal::Normal;
pub(crate) use build::Form;
use build::FormBuilder;
pub(crate) use whole::keep_carriers_whole;

/// Most decoders that are undone one in another. Entities of entities and the like count once.
pub(crate) const DEPTH_MAX: usize = 3;

/// Most bytes of all forms of a text together: this many times its length, and room for small texts.
const FORMS_TIMES: usize = 8;
const FORMS_ROOM_BYTES: usize = 256 * 1024;

/// A way of writing that a pass undoes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Characters without shape that stand for others.
    Hidden,
    /// Percent, entities, escapes of source text, quoted-printable.
    Escapes,
    /// Base64 and hex.
    Encoded,
    /// Literals that are joined, markup within a value.
    Joined,
    /// `at` and `dot`.
    Address,
    /// Words for digits, characters with spaces between them.
    Spelled,
    /// Groups with unusual separators, look-alike digits.
    Grouped,
}

impl Way {
    const ALL: [Self; 7] = [
        Self::Hidden,
        Self::Escapes,
        Self::Encoded,
        Self::Joined,
        Self::Address,
        Self::Spelled,
        Self::Grouped,
    ];

    /// True for what may be wrapped around itself or another; the others are undone once.
    const fn is_decoder(self) -> bool {
        matches!(self, Self::Hidden | Self::Escapes | Self::Encoded)
    }
}

/// A text of which forms are made.
#[derive(Clone, Copy)]
pub(crate) struct Source<'t> {
    /// As given.
    pub(crate) text: &'t str,
    /// In normal form.
    pub(crate) normal: &'t Normal<'t>,
}

/// Which forms may still be made of a text, given those that it came from.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Path {
    decoders: usize,
    done: [bool; Way::ALL.len()],
}

impl Path {
    fn then(mut self, way: Way) -> Self {
        if way.is_decoder() {
            self.decoders += 1;
        } else if let Some(done) = self.done.get_mut(way as usize) {
            *done = true;
        }
        self
    }

    fn allows(&self, way: Way) -> bool {
        way.is_decoder() || !self.done.get(way as usize).is_some_and(|done| *done)
    }
}

/// How many bytes of forms may still be made of a text.
#[derive(Debug)]
pub(crate) struct Budget {
    left: usize,
    bytes_max: usize,
}

impl Budget {
    /// The budget of a text of this length.
    pub(crate) const fn of(bytes: usize) -> Self {
        let bytes_max = bytes.saturating_mul(FORMS_TIMES).saturating_add(FORMS_ROOM_BYTES);
        Self { left: bytes_max, bytes_max }
    }

    fn take(&mut self, bytes: usize) -> Result<(), DetectError> {
        self.left =
            self.left.checked_sub(bytes).ok_or(DetectError::FormsTooLarge { bytes_max: self.bytes_max })?;
        Ok(())
    }
}

/// Takes a form, what may be made of it, and the budget.
type Take<'e> = dyn FnMut(Made<'_>, &mut Budget) -> Result<(), DetectError> + 'e;

/// A form and where it comes from.
pub(crate) struct Made<'m> {
    pub(crate) form: &'m Form,
    pub(crate) path: Path,
    source: Source<'m>,
    way: Way,
}

/// Calls `take` with every form of `source`. `is_new` tells which spans of the text as given are not as they stand in the text
/// that it is a form of: only there can a form hold what was not seen before.
pub(crate) fn each(
    source: Source<'_>,
    path: Path,
    is_new: &dyn Fn(ByteSpan) -> bool,
    budget: &mut Budget,
    take: &mut Take<'_>,
) -> Result<(), DetectError> {
    let is_new_in_normal = |span: ByteSpan| is_new(source.normal.original(span));
    for way in Way::ALL.into_iter().filter(|way| path.allows(*way)) {
        let mut builder = match way {
            Way::Hidden => FormBuilder::of(source.text, is_new),
            _ => FormBuilder::of(source.normal.text(), &is_new_in_normal),
        };
        match way {
            Way::Hidden => hidden::undo(&mut builder),
            Way::Escapes => escapes::undo(&mut builder),
            Way::Encoded => encoded::undo(&mut builder),
            Way::Joined => joined::undo(&mut builder),
            Way::Address => address::undo(&mut builder),
            Way::Spelled => spelled::undo(&mut builder),
            Way::Grouped => grouped::undo(&mut builder),
        }
        let Some(form) = builder.finish() else { continue };
        let path = path.then(way);
        if path.decoders > DEPTH_MAX {
            return Err(DetectError::FormsTooDeep { depth_max: DEPTH_MAX });
        }
        budget.take(form.text().len())?;
        take(Made { form: &form, path, source, way }, budget)?;
    }
    Ok(())
}

impl Made<'_> {
    /// True where escapes were undone: percent, entities, those of source text, quoted-printable.
    pub(crate) fn is_escaped(&self) -> bool {
        self.way == Way::Escapes
    }

    /// A finding of the form as one of the text as given; `None` when it is none there.
    pub(crate) fn taken_back(&self, mut finding: Finding) -> Option<Finding> {
        let kind = self.form.kind_of(finding.span, &finding)?;
        let span = self.form.original(finding.span);
        finding.span = if self.way == Way::Hidden { span } else { self.source.normal.original(span) };
        finding.evidence.steps.push((format!("form: {kind}").into(), finding.score));
        Some(finding)
    }
}
