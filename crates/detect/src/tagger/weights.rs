//! Weights as they are stored: one file per family of scripts.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `CORDTAG` and the version |
//! | 4 | bits of the row number |
//! | 4 | bytes of the table of lists |
//! | 2 × 4 | bytes of the tables of classes |
//! | 4 | how much of the scores is one, in units of the natural logarithm of odds |
//! | 4 | what a one in a row is worth |
//! | 2 × 17 × 17 | what a tag adds after another; `-32768` where it cannot follow |
//! | 2 × 3 × 4 × 4 | what each knob adds to a label: strict, balanced, precise; Latin, Han, Kana, Hangul; the labels |
//! | 4 × 32 | what each hidden unit begins with |
//! | 4 × 32 × 16 | what each hidden unit adds to each tag but the outside tag, which is the measure and stays at nought |
//! | 32 × 2^bits | rows: what a feature adds to each hidden unit |
//! | … | the table of lists |
//! | … | the tables of classes of words |
//! | 32 | SHA-256 of all before |
//!
//! Numbers are little-endian; those of four bytes from `what a one in a row is worth` on, the hidden units included, are IEEE 754.
//!
//! Rows and tables are nearly all of a file. They are bytes that are read where they stand, so that weights which are a part of the
//! program are not in memory a second time.

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};

use super::features::SETS;
use super::gazetteer::Gazetteer;
use super::table::Table;

/// Version of the format and of the features.
pub const VERSION: u8 = 2;

/// Tags: outside; then begin, inside, end, single for each label.
pub const TAGS: usize = 17;

/// Tags but the outside tag.
pub const LANES: usize = 16;

/// Bits of the row number at most: 64 MB.
const BITS_MAX: u32 = 22;

/// Bytes of the lists at most.
const LISTS_MAX: usize = 16 << 20;

const MAGIC: &[u8; 7] = b"CORDTAG";
const HEAD: usize = 32;
const TRANSITIONS: usize = TAGS * TAGS * 2;
const BIASES: usize = KNOBS * SCRIPTS * LABELS * 2;
const UNITS: usize = WIDTH * 4 + WIDTH * LANES * 4;
const DIGEST: usize = 32;

/// Hidden units.
pub const WIDTH: usize = 32;

/// Knobs, scripts and labels of the table of biases.
pub const KNOBS: usize = 3;
/// See [`KNOBS`].
pub const SCRIPTS: usize = 4;
/// See [`KNOBS`].
pub const LABELS: usize = 4;

/// Cannot follow.
pub const NEVER: i16 = i16::MIN;

/// The weights of a tagger.
#[derive(Debug, Clone)]
pub struct Weights {
    /// Checksum of the file that they were read from; zeros where they come from none.
    pub checksum: [u8; 32],
    /// Bits of the row number.
    pub bits: u32,
    /// Scores are logarithms of odds, times this.
    pub unit: u32,
    /// What a tag adds after another: `transitions[before][tag]`.
    pub transitions: [[i16; TAGS]; TAGS],
    /// What a knob adds: `biases[knob][script][label]`.
    pub biases: [[[i16; LABELS]; SCRIPTS]; KNOBS],
    /// What a one in a row is worth.
    pub row_worth: f32,
    /// What each hidden unit begins with.
    pub hidden: [f32; WIDTH],
    /// What each hidden unit adds to each tag but the outside tag.
    pub outer: [[f32; LANES]; WIDTH],
    /// What a feature adds to each hidden unit: [`WIDTH`] signed bytes for each row, see [`Weights::row`].
    pub rows: Cow<'static, [u8]>,
    /// Names and places.
    pub gazetteer: Gazetteer,
    /// Classes of words that are used alike, by the hash of the word.
    pub classes: [Table; SETS],
}

/// Why weights are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeightsError {
    /// No file of ours.
    #[error("the tagger's weights do not begin with CORDTAG")]
    NoWeights,
    /// Of another version.
    #[error("the tagger's weights have version {0}, this program reads version {VERSION}")]
    Version(u8),
    /// A size in the head is beyond its bound.
    #[error("the tagger's weights name a size beyond the bound: {0}")]
    Size(&'static str),
    /// Shorter or longer than its head says.
    #[error("the tagger's weights have {found} bytes where their head says {expected}")]
    Length {
        /// Bytes there are.
        found: usize,
        /// Bytes there should be.
        expected: usize,
    },
    /// A number is infinite or none.
    #[error("the tagger's weights hold a number that is none")]
    Number,
    /// The checksum is wrong.
    #[error("the tagger's weights are damaged: the checksum is another")]
    Checksum,
}

impl Weights {
    /// Reads weights from a file; rows and tables are copied.
    ///
    /// # Errors
    /// Refuses what is no such file, of another version, beyond the bounds, cut, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WeightsError> {
        Self::read(bytes, |bytes| Cow::Owned(bytes.to_vec()))
    }

    /// Reads weights that are a part of the program; rows and tables stay where they are.
    ///
    /// # Errors
    /// As [`Weights::from_bytes`].
    pub fn from_static(bytes: &'static [u8]) -> Result<Self, WeightsError> {
        Self::read(bytes, Cow::Borrowed)
    }

    /// A row: what a feature adds to each hidden unit, each byte a signed number.
    #[inline]
    pub fn row(&self, row: u32) -> Option<&[u8; WIDTH]> {
        self.rows.as_chunks().0.get(row as usize)
    }

    fn read<'b>(bytes: &'b [u8], hold: fn(&'b [u8]) -> Cow<'static, [u8]>) -> Result<Self, WeightsError> {
        let (magic, rest) = bytes.split_at_checked(MAGIC.len()).ok_or(WeightsError::NoWeights)?;
        if magic != MAGIC {
            return Err(WeightsError::NoWeights);
        }
        let (version, rest) = rest.split_first().ok_or(WeightsError::NoWeights)?;
        if *version != VERSION {
            return Err(WeightsError::Version(*version));
        }
        let cut = |expected| WeightsError::Length { found: bytes.len(), expected };
        let (&bits, rest) = rest.split_first_chunk::<4>().ok_or(cut(HEAD))?;
        let (&lists, rest) = rest.split_first_chunk::<4>().ok_or(cut(HEAD))?;
        let (&classes, rest) = rest.split_first_chunk::<4>().ok_or(cut(HEAD))?;
        let (&others, rest) = rest.split_first_chunk::<4>().ok_or(cut(HEAD))?;
        let (&unit, rest) = rest.split_first_chunk::<4>().ok_or(cut(HEAD))?;
        let (&row_worth, _) = rest.split_first_chunk::<4>().ok_or(cut(HEAD))?;
        let (bits, lists) = (u32::from_le_bytes(bits), u32::from_le_bytes(lists) as usize);
        let (classes, others) = (u32::from_le_bytes(classes) as usize, u32::from_le_bytes(others) as usize);
        if bits > BITS_MAX {
            return Err(WeightsError::Size("rows"));
        }
        if [lists, classes, others].iter().any(|size| *size > LISTS_MAX || size % 4 != 0) {
            return Err(WeightsError::Size("lists"));
        }
        let rows = WIDTH << bits;
        let expected = HEAD + TRANSITIONS + BIASES + UNITS + rows + lists + classes + others + DIGEST;
        if bytes.len() != expected {
            return Err(cut(expected));
        }
        let (body, digest) = bytes.split_at_checked(expected - DIGEST).ok_or(cut(expected))?;
        if Sha256::digest(body).as_slice() != digest {
            return Err(WeightsError::Checksum);
        }
        let (_, body) = body.split_at_checked(HEAD).ok_or(cut(expected))?;
        let (transitions, body) = body.split_at_checked(TRANSITIONS).ok_or(cut(expected))?;
        let (biases, body) = body.split_at_checked(BIASES).ok_or(cut(expected))?;
        let (units, body) = body.split_at_checked(UNITS).ok_or(cut(expected))?;
        let (rows, body) = body.split_at_checked(rows).ok_or(cut(expected))?;
        let (lists, body) = body.split_at_checked(lists).ok_or(cut(expected))?;
        let (classes, others) = body.split_at_checked(classes).ok_or(cut(expected))?;
        let mut weights = Self {
            checksum: digest.try_into().unwrap_or_default(),
            bits,
            unit: u32::from_le_bytes(unit),
            transitions: [[0; TAGS]; TAGS],
            biases: [[[0; LABELS]; SCRIPTS]; KNOBS],
            row_worth: f32::from_le_bytes(row_worth),
            hidden: [0.0; WIDTH],
            outer: [[0.0; LANES]; WIDTH],
            rows: hold(rows),
            gazetteer: Gazetteer::from_bytes(hold(lists)),
            classes: [Table::from_bytes(hold(classes)), Table::from_bytes(hold(others))],
        };
        fill(weights.transitions.as_flattened_mut(), transitions);
        fill(weights.biases.as_flattened_mut().as_flattened_mut(), biases);
        let numbers = units.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
        let places = weights.hidden.iter_mut().chain(weights.outer.as_flattened_mut());
        for (place, number) in places.zip(numbers) {
            *place = number;
        }
        let mut numbers = weights.hidden.iter().chain(weights.outer.as_flattened());
        if !weights.row_worth.is_finite() || numbers.any(|number| !number.is_finite()) {
            return Err(WeightsError::Number);
        }
        Ok(weights)
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let lists = self.gazetteer.bytes();
        let mut bytes =
            Vec::with_capacity(HEAD + TRANSITIONS + BIASES + UNITS + self.rows.len() + lists.len());
        bytes.extend_from_slice(MAGIC);
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.bits.to_le_bytes());
        bytes.extend_from_slice(&(lists.len() as u32).to_le_bytes());
        for classes in &self.classes {
            bytes.extend_from_slice(&(classes.bytes().len() as u32).to_le_bytes());
        }
        bytes.extend_from_slice(&self.unit.to_le_bytes());
        bytes.extend_from_slice(&self.row_worth.to_le_bytes());
        for value in self.transitions.as_flattened() {
            bytes.extend_from_slice(&value.to_le_bytes());
        }
        for value in self.biases.as_flattened().as_flattened() {
            bytes.extend_from_slice(&value.to_le_bytes());
        }
        for number in self.hidden.iter().chain(self.outer.as_flattened()) {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&self.rows);
        bytes.extend_from_slice(lists);
        for classes in &self.classes {
            bytes.extend_from_slice(classes.bytes());
        }
        let digest = Sha256::digest(&bytes);
        bytes.extend_from_slice(&digest);
        bytes
    }
}

fn fill(values: &mut [i16], bytes: &[u8]) {
    for (value, bytes) in values.iter_mut().zip(bytes.as_chunks::<2>().0) {
        *value = i16::from_le_bytes(*bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::key;
    use super::*;

    fn small() -> Weights {
        Weights {
            checksum: [0; 32],
            bits: 2,
            unit: 16,
            transitions: [[-3; TAGS]; TAGS],
            biases: [[[5; LABELS]; SCRIPTS]; KNOBS],
            row_worth: 0.5,
            hidden: [0.25; WIDTH],
            outer: [[-1.5; LANES]; WIDTH],
            rows: Cow::Owned(vec![0xF9; WIDTH * 4]),
            gazetteer: Gazetteer::build([(0, "anna")]),
            classes: [Table::build([(key(7), 3)].into_iter()), Table::default()],
        }
    }

    #[test]
    fn what_was_written_is_read() {
        let bytes = small().bytes();
        assert_eq!(Weights::from_bytes(&bytes).unwrap().bytes(), bytes);
        assert_eq!(Weights::from_static(bytes.clone().leak()).unwrap().bytes(), bytes);
    }

    #[test]
    fn what_is_cut_damaged_or_of_another_version_is_refused_with_the_reason() {
        let refused = |bytes: &[u8]| {
            let error = Weights::from_bytes(bytes).unwrap_err();
            assert_eq!(Weights::from_static(bytes.to_vec().leak()).unwrap_err(), error);
            error
        };
        let good = small().bytes();
        assert_eq!(refused(b"GIF89a"), WeightsError::NoWeights);
        for length in 8..good.len() {
            assert!(matches!(refused(&good[..length]), WeightsError::Length { .. }), "{length}");
        }
        let mut other = good.clone();
        other[7] = VERSION + 1;
        assert_eq!(refused(&other), WeightsError::Version(VERSION + 1));
        let mut large = good.clone();
        large[8..12].copy_from_slice(&40_u32.to_le_bytes());
        assert_eq!(refused(&large), WeightsError::Size("rows"));
        let mut damaged = good;
        damaged[100] ^= 1;
        assert_eq!(refused(&damaged), WeightsError::Checksum);
    }
}
