//! Members of a record, written and read by type.
//!
//! [`MemberWriter`] remembers the first member that has no spelling, so that a kind can list its members without a
//! question mark on each line. [`MemberReader`] takes members out one by one; what is left at the end is unknown.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use types::{AppName, DataClass, DeploymentId, Environment, ExchangeId, Treatment};

use super::RecordError;
use crate::canonical::{INTEGER_MAX, ObjectWriter, Put, name_order};
use crate::name::is_name;
use crate::{Digest, Name};

/// Writes the members of a record. The kind gives them in the order of their names.
pub(crate) struct MemberWriter<'a> {
    object: ObjectWriter<'a>,
    error: Option<RecordError>,
}

impl<'a> MemberWriter<'a> {
    pub(crate) fn open(out: &'a mut Vec<u8>) -> Self {
        Self { object: ObjectWriter::open(out), error: None }
    }

    /// Writes one member.
    pub(crate) fn put<T: Spelled>(&mut self, member: &'static str, value: &T) -> &mut Self {
        if self.error.is_none() {
            self.error = value.fault(member);
        }
        self.object.member(member, &Spelling(value));
        self
    }

    /// Writes one member where there is one.
    pub(crate) fn put_if_any<T: Spelled>(&mut self, member: &'static str, value: Option<&T>) -> &mut Self {
        if let Some(value) = value {
            self.put(member, value);
        }
        self
    }

    pub(crate) fn close(mut self) -> Result<(), RecordError> {
        self.object.close();
        self.error.map_or(Ok(()), Err)
    }
}

/// A value as it is spelled.
pub(crate) struct Spelling<'a, T>(pub(crate) &'a T);

impl<T: Spelled> Put for Spelling<'_, T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.spell(out);
    }
}

/// A type that members have: how it is spelled, what of it has no spelling, and how it is read.
pub(crate) trait Spelled: Sized {
    fn spell(&self, out: &mut Vec<u8>);

    fn fault(&self, _member: &'static str) -> Option<RecordError> {
        None
    }

    fn read(value: &Value) -> Option<Self>;
}

/// Takes the members of a record out one by one.
pub(crate) struct MemberReader {
    members: Map<String, Value>,
}

impl MemberReader {
    pub(crate) fn new(mut members: Map<String, Value>) -> Self {
        members.swap_remove("v");
        members.swap_remove("kind");
        Self { members }
    }

    pub(crate) fn take<T: Spelled>(&mut self, member: &'static str) -> Result<T, RecordError> {
        let value = self.members.swap_remove(member);
        value.as_ref().and_then(T::read).ok_or(RecordError::Member { member })
    }

    /// A member that may be absent.
    pub(crate) fn take_if_any<T: Spelled>(&mut self, member: &'static str) -> Result<Option<T>, RecordError> {
        if self.members.contains_key(member) { self.take(member).map(Some) } else { Ok(None) }
    }

    pub(crate) fn finish(self) -> Result<(), RecordError> {
        let count = self.members.len();
        if count > 0 { Err(RecordError::UnknownMembers { count }) } else { Ok(()) }
    }
}

impl Spelled for u64 {
    fn spell(&self, out: &mut Vec<u8>) {
        self.put(out);
    }

    fn fault(&self, member: &'static str) -> Option<RecordError> {
        (*self > INTEGER_MAX).then_some(RecordError::Number { member })
    }

    fn read(value: &Value) -> Option<Self> {
        value.as_u64()
    }
}

macro_rules! small_number {
    ($($number:ty),*) => {$(
        impl Spelled for $number {
            fn spell(&self, out: &mut Vec<u8>) {
                u64::from(*self).put(out);
            }

            fn read(value: &Value) -> Option<Self> {
                value.as_u64().and_then(|number| number.try_into().ok())
            }
        }
    )*};
}

small_number!(u32, u16);

/// A word that the program itself chose: no fault possible.
impl Spelled for &'static str {
    fn spell(&self, out: &mut Vec<u8>) {
        (*self).put(out);
    }

    fn read(_: &Value) -> Option<Self> {
        None
    }
}

impl Spelled for Name {
    fn spell(&self, out: &mut Vec<u8>) {
        self.as_str().put(out);
    }

    fn read(value: &Value) -> Option<Self> {
        value.as_str().filter(|name| is_name(name)).map(Self::new)
    }
}

macro_rules! names {
    ($($name:ty),*) => {$(
        impl Spelled for $name {
            fn spell(&self, out: &mut Vec<u8>) {
                self.as_str().put(out);
            }

            fn fault(&self, member: &'static str) -> Option<RecordError> {
                (!is_name(self.as_str())).then_some(RecordError::Name { member })
            }

            fn read(value: &Value) -> Option<Self> {
                value.as_str().filter(|name| is_name(name)).map(Self::new)
            }
        }
    )*};
}

names!(AppName, DeploymentId, ExchangeId);

/// For enums whose `name()` is their spelling and whose `ALL` is all of them.
macro_rules! words {
    ($($word:ty),*) => {$(
        impl $crate::record::members::Spelled for $word {
            fn spell(&self, out: &mut Vec<u8>) {
                $crate::canonical::Put::put(self.name(), out);
            }

            fn read(value: &serde_json::Value) -> Option<Self> {
                let name = value.as_str()?;
                Self::ALL.into_iter().find(|word| word.name() == name)
            }
        }
    )*};
}

pub(crate) use words;

words!(Environment, Treatment, super::Mode);

impl Spelled for Digest {
    fn spell(&self, out: &mut Vec<u8>) {
        self.hex().as_str().put(out);
    }

    fn read(value: &Value) -> Option<Self> {
        value.as_str().and_then(Self::from_hex)
    }
}

impl<T: Spelled> Spelled for Option<T> {
    fn spell(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.spell(out),
            None => out.extend_from_slice(b"null"),
        }
    }

    fn fault(&self, member: &'static str) -> Option<RecordError> {
        self.as_ref().and_then(|value| value.fault(member))
    }

    fn read(value: &Value) -> Option<Self> {
        if value.is_null() { Some(None) } else { T::read(value).map(Some) }
    }
}

impl<T: Spelled> Spelled for Vec<T> {
    fn spell(&self, out: &mut Vec<u8>) {
        let items: Vec<_> = self.iter().map(Spelling).collect();
        items.as_slice().put(out);
    }

    fn fault(&self, member: &'static str) -> Option<RecordError> {
        self.iter().find_map(|value| value.fault(member))
    }

    fn read(value: &Value) -> Option<Self> {
        value.as_array()?.iter().map(T::read).collect()
    }
}

/// What the names of an object's members can be.
pub(crate) trait MemberName: Ord + Sized {
    fn text(&self) -> &str;
    fn named(name: &str) -> Option<Self>;
}

impl MemberName for Name {
    fn text(&self) -> &str {
        self.as_str()
    }

    fn named(name: &str) -> Option<Self> {
        is_name(name).then(|| Self::new(name))
    }
}

impl MemberName for DataClass {
    fn text(&self) -> &str {
        self.name()
    }

    fn named(name: &str) -> Option<Self> {
        Self::from_name(name)
    }
}

impl<K: MemberName, V: Spelled> Spelled for BTreeMap<K, V> {
    fn spell(&self, out: &mut Vec<u8>) {
        let mut sorted: Vec<_> = self.iter().map(|(name, value)| (name.text(), value)).collect();
        sorted.sort_by(|left, right| name_order(left.0, right.0));
        let mut object = ObjectWriter::open(out);
        for (name, value) in sorted {
            object.member(name, &Spelling(value));
        }
        object.close();
    }

    fn fault(&self, member: &'static str) -> Option<RecordError> {
        self.values().find_map(|value| value.fault(member))
    }

    fn read(value: &Value) -> Option<Self> {
        value.as_object()?.iter().map(|(name, value)| Some((K::named(name)?, V::read(value)?))).collect()
    }
}
