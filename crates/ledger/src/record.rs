//! Records: one statement each about one exchange, and their one spelling as bytes.
//!
//! An exchange that left has an [`Intent`] (durable before the first byte goes upstream) and an [`Outcome`]; one that
//! did not leave has a [`Refusal`]. They are tied by the exchange id. Members stand in the files of the kinds; here is
//! what all kinds share: the version, the limit, spelling and parsing.
//!
//! A record of a kind or version that this program does not know is kept whole ([`Other`]): an older program can still
//! verify, show and export what a newer one wrote.

mod members;

pub(crate) mod intent;
pub(crate) mod outcome;
pub(crate) mod question;
pub(crate) mod refusal;

use serde_json::{Map, Value};
use types::{AppName, ExchangeId};

use self::intent::Intent;
use self::members::{MemberReader, MemberWriter};
use self::outcome::Outcome;
use self::refusal::Refusal;
use crate::canonical::canonical;

/// The version of the record format that this program writes.
pub const VERSION: u64 = 1;

/// Most bytes of a leaf: the length field of a C2SP entry bundle has 16 bits.
pub const LEAF_BYTES_MAX: usize = 65_535;

/// What cannot be written or read as a record. Holds names of members, never their values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The leaf would be longer than a leaf may be.
    #[error("the record has {bytes} bytes, more than the {LEAF_BYTES_MAX} that a leaf may have")]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// A number beyond 2^53 - 1.
    #[error("the number in `{member}` is larger than 2^53 - 1, which JSON readers do not keep exactly")]
    Number {
        /// Name of the member.
        member: &'static str,
    },
    /// A name that is empty, longer than 128 characters, or holds control characters.
    #[error("`{member}` is not a name of 1 to 128 characters without control characters")]
    Name {
        /// Name of the member.
        member: &'static str,
    },
    /// The bytes are not JSON.
    #[error("the leaf is not JSON")]
    NotJson,
    /// The bytes are JSON, spelled in another way than RFC 8785 says.
    #[error("the leaf is not canonical JSON (RFC 8785 with integers only)")]
    NotCanonical,
    /// No object with a version and a kind.
    #[error("the leaf is not a record: it has no version `v` and `kind`")]
    NotARecord,
    /// A member is missing or is not what its kind says.
    #[error("the member `{member}` of the record is missing or not of its type")]
    Member {
        /// Name of the member.
        member: &'static str,
    },
    /// Members that version 1 of this kind does not have.
    #[error("the record has {count} members that version 1 of its kind does not have")]
    UnknownMembers {
        /// How many.
        count: usize,
    },
}

/// Whether treatments were applied or only recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Treatments were applied.
    Protect,
    /// Observe mode: treatments are what would have been applied; the request went as it was.
    Observe,
}

impl Mode {
    /// Both modes.
    pub const ALL: [Self; 2] = [Self::Protect, Self::Observe];

    /// The name used in records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Protect => "protect",
            Self::Observe => "observe",
        }
    }
}

/// The kinds of records that this program writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Something is about to leave.
    Intent,
    /// How it ended.
    Outcome,
    /// Nothing left.
    Refusal,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Intent, Self::Outcome, Self::Refusal];

    /// The name used in records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Outcome => "outcome",
            Self::Refusal => "refusal",
        }
    }

    /// The kind of this name, or `None`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One statement of the ledger.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Record {
    /// Something is about to leave.
    Intent(Intent),
    /// How it ended.
    Outcome(Outcome),
    /// Nothing left.
    Refusal(Refusal),
    /// A record of a version or kind that this program does not know.
    Other(Other),
}

/// A record that a newer program wrote: whole, as canonical JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Other {
    members: Map<String, Value>,
}

impl Other {
    /// All members.
    pub const fn members(&self) -> &Map<String, Value> {
        &self.members
    }
}

impl Record {
    /// The canonical bytes: what is hashed, kept and exported.
    ///
    /// Fails where a name is none, a number is too large for JSON, or the leaf is longer than [`LEAF_BYTES_MAX`].
    pub fn leaf(&self) -> Result<Vec<u8>, RecordError> {
        let mut leaf = Vec::with_capacity(1024);
        let mut writer = MemberWriter::open(&mut leaf);
        match self {
            Self::Intent(intent) => intent.write(&mut writer),
            Self::Outcome(outcome) => outcome.write(&mut writer),
            Self::Refusal(refusal) => refusal.write(&mut writer),
            Self::Other(other) => {
                let members = Value::Object(other.members.clone());
                return canonical(&members).ok_or(RecordError::NotCanonical).and_then(bounded);
            }
        }
        writer.close()?;
        bounded(leaf)
    }

    /// The record of which `leaf` is the spelling.
    ///
    /// Strict: every byte must be as [`leaf`](Self::leaf) would write it. Records of other versions or kinds must be
    /// canonical JSON with `v` and `kind`, and become [`Record::Other`].
    pub fn parse(leaf: &[u8]) -> Result<Self, RecordError> {
        if leaf.len() > LEAF_BYTES_MAX {
            return Err(RecordError::TooLarge { bytes: leaf.len() });
        }
        let value: Value = serde_json::from_slice(leaf).map_err(|_| RecordError::NotJson)?;
        if canonical(&value).as_deref() != Some(leaf) {
            return Err(RecordError::NotCanonical);
        }
        let Value::Object(members) = value else { return Err(RecordError::NotARecord) };
        let version = members.get("v").and_then(Value::as_u64).filter(|version| *version >= 1);
        let kind = members.get("kind").and_then(Value::as_str);
        let (Some(version), Some(kind)) = (version, kind) else { return Err(RecordError::NotARecord) };
        let kind = if version == VERSION { Kind::from_name(kind) } else { None };
        let Some(kind) = kind else { return Ok(Self::Other(Other { members })) };

        let mut reader = MemberReader::new(members);
        let record = match kind {
            Kind::Intent => Self::Intent(Intent::read(&mut reader)?),
            Kind::Outcome => Self::Outcome(Outcome::read(&mut reader)?),
            Kind::Refusal => Self::Refusal(Refusal::read(&mut reader)?),
        };
        reader.finish()?;
        Ok(record)
    }

    /// The name of the kind, e.g. `intent`.
    pub fn kind(&self) -> &str {
        match self {
            Self::Intent(_) => Kind::Intent.name(),
            Self::Outcome(_) => Kind::Outcome.name(),
            Self::Refusal(_) => Kind::Refusal.name(),
            Self::Other(other) => other.text("kind").unwrap_or_default(),
        }
    }

    /// The exchange it speaks of, where it speaks of one.
    pub fn exchange(&self) -> Option<ExchangeId> {
        match self {
            Self::Intent(intent) => Some(intent.exchange.clone()),
            Self::Outcome(outcome) => Some(outcome.exchange.clone()),
            Self::Refusal(refusal) => Some(refusal.exchange.clone()),
            Self::Other(other) => other.text("exchange").map(ExchangeId::new),
        }
    }

    /// The app it speaks of, where it is known.
    pub fn app(&self) -> Option<AppName> {
        match self {
            Self::Intent(intent) => Some(intent.app.clone()),
            Self::Outcome(outcome) => Some(outcome.app.clone()),
            Self::Refusal(refusal) => refusal.app.clone(),
            Self::Other(other) => other.text("app").map(AppName::new),
        }
    }

    /// When it was made, in milliseconds since 1970 (UTC).
    pub fn time_ms(&self) -> Option<u64> {
        match self {
            Self::Intent(intent) => Some(intent.time_ms),
            Self::Outcome(outcome) => Some(outcome.time_ms),
            Self::Refusal(refusal) => Some(refusal.time_ms),
            Self::Other(other) => other.members.get("time_ms").and_then(Value::as_u64),
        }
    }
}

impl Other {
    fn text(&self, member: &str) -> Option<&str> {
        self.members.get(member).and_then(Value::as_str)
    }
}

fn bounded(leaf: Vec<u8>) -> Result<Vec<u8>, RecordError> {
    if leaf.len() > LEAF_BYTES_MAX {
        return Err(RecordError::TooLarge { bytes: leaf.len() });
    }
    Ok(leaf)
}
