//! The question that policy was asked, as far as it does not follow from the other members and the configuration: so that the same
//! question can be asked again, of other policies.
//!
//! Spelled as an object that leaves out what is not so: no flag that is false, no list that is empty. Lists are cut at a bound, and
//! say so, because a leaf has one.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::RecordError;
use super::members::{Spelled, Spelling};
use crate::Name;
use crate::canonical::ObjectWriter;

/// Most names in one list of a question, and most meters.
const NAMES_MAX: usize = 32;

/// What policy was asked, beside the app, the environment, the day and the classes that were found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    /// Ids of the deployments that could answer, in the order in which the app would have them.
    pub candidates: Vec<Name>,
    /// Those of them that stood behind the others because they failed lately.
    pub behind: Vec<Name>,
    /// Ids of the deployments that were tried before this attempt.
    pub tried: Vec<Name>,
    /// The worst data handling that was good enough, where something was tried before: `a` to `c`.
    pub handling_floor: Option<Name>,
    /// `METER/RECIPIENT` → percent of its threshold, for the providers of the candidates; those below half are left out.
    pub meters: BTreeMap<Name, u64>,
    /// What the app said of itself, narrowed by what the request said.
    pub declared: Declaration,
    /// What of it the request narrowed: `subjects`, `purpose`, `audience`.
    pub narrowed: Vec<Name>,
    /// True where the answer was to be streamed.
    pub stream: bool,
    /// True where the request offered tools.
    pub tools: bool,
    /// True where a list was longer than a record holds.
    pub is_cut: bool,
}

/// What an app says of itself. A list that is `None` was not declared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Declaration {
    /// Regions whose people the data may be about.
    pub subjects: Option<Vec<Name>>,
    /// What the data are used for.
    pub purpose: Option<Vec<Name>>,
    /// Who the people are.
    pub audience: Option<Vec<Name>>,
    /// Legal basis.
    pub legal_basis: Option<Name>,
    /// True where a consent is on file.
    pub consent: bool,
    /// Exception for special categories.
    pub art9_exception: Option<Name>,
    /// True where the impact assessment is approved.
    pub dpia_approved: bool,
    /// Programmes that are in place.
    pub programmes: Vec<Name>,
    /// Data classes that hold important or core data.
    pub important: Vec<Name>,
}

impl Question {
    /// The same, short enough for a record.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        let Self { candidates, behind, tried, declared, meters, .. } = &mut self;
        let Declaration { subjects, purpose, audience, programmes, important, .. } = declared;
        let lists = [candidates, behind, tried, programmes, important];
        let mut is_cut = false;
        for list in lists.into_iter().chain([subjects, purpose, audience].into_iter().flatten()) {
            is_cut |= list.len() > NAMES_MAX;
            list.truncate(NAMES_MAX);
        }
        while meters.len() > NAMES_MAX {
            is_cut = true;
            meters.pop_last();
        }
        self.is_cut |= is_cut;
        self
    }
}

impl Spelled for Question {
    fn spell(&self, out: &mut Vec<u8>) {
        Members::open(out)
            .list("behind", &self.behind)
            .list("candidates", &self.candidates)
            .flag("cut", self.is_cut)
            .some("declared", (self.declared != Declaration::default()).then_some(&self.declared))
            .some("handling_floor", self.handling_floor.as_ref())
            .some("meters", Some(&self.meters).filter(|meters| !meters.is_empty()))
            .list("narrowed", &self.narrowed)
            .flag("stream", self.stream)
            .flag("tools", self.tools)
            .list("tried", &self.tried)
            .close();
    }

    fn fault(&self, member: &'static str) -> Option<RecordError> {
        self.meters.fault(member)
    }

    fn read(value: &Value) -> Option<Self> {
        let mut left = Left(value.as_object()?.clone());
        let question = Self {
            behind: left.list("behind")?,
            candidates: left.list("candidates")?,
            is_cut: left.flag("cut")?,
            declared: left.some("declared")?.unwrap_or_default(),
            handling_floor: left.some("handling_floor")?,
            meters: left.some("meters")?.unwrap_or_default(),
            narrowed: left.list("narrowed")?,
            stream: left.flag("stream")?,
            tools: left.flag("tools")?,
            tried: left.list("tried")?,
        };
        // What could be left out and was not would have two spellings.
        let has_empty = |name: &str| value.get(name).and_then(Value::as_object).is_some_and(Map::is_empty);
        (left.is_empty() && !has_empty("declared") && !has_empty("meters")).then_some(question)
    }
}

impl Spelled for Declaration {
    fn spell(&self, out: &mut Vec<u8>) {
        Members::open(out)
            .some("art9_exception", self.art9_exception.as_ref())
            .some("audience", self.audience.as_ref())
            .flag("consent", self.consent)
            .flag("dpia_approved", self.dpia_approved)
            .list("important", &self.important)
            .some("legal_basis", self.legal_basis.as_ref())
            .list("programmes", &self.programmes)
            .some("purpose", self.purpose.as_ref())
            .some("subjects", self.subjects.as_ref())
            .close();
    }

    fn read(value: &Value) -> Option<Self> {
        let mut left = Left(value.as_object()?.clone());
        let declared = Self {
            art9_exception: left.some("art9_exception")?,
            audience: left.some("audience")?,
            consent: left.flag("consent")?,
            dpia_approved: left.flag("dpia_approved")?,
            important: left.list("important")?,
            legal_basis: left.some("legal_basis")?,
            programmes: left.list("programmes")?,
            purpose: left.some("purpose")?,
            subjects: left.some("subjects")?,
        };
        left.is_empty().then_some(declared)
    }
}

/// Writes members where there is something to say, in the order of their names.
struct Members<'a>(ObjectWriter<'a>);

impl<'a> Members<'a> {
    fn open(out: &'a mut Vec<u8>) -> Self {
        Self(ObjectWriter::open(out))
    }

    fn some<T: Spelled>(&mut self, name: &str, value: Option<&T>) -> &mut Self {
        if let Some(value) = value {
            self.0.member(name, &Spelling(value));
        }
        self
    }

    fn list(&mut self, name: &str, list: &Vec<Name>) -> &mut Self {
        self.some(name, Some(list).filter(|list| !list.is_empty()))
    }

    fn flag(&mut self, name: &str, flag: bool) -> &mut Self {
        if flag {
            self.0.member(name, &true);
        }
        self
    }

    fn close(&mut self) {
        self.0.close();
    }
}

/// Members that were not read yet. Each reader gives `None` for what has no such spelling.
struct Left(Map<String, Value>);

impl Left {
    fn some<T: Spelled>(&mut self, name: &str) -> Option<Option<T>> {
        match self.0.swap_remove(name) {
            None => Some(None),
            Some(Value::Null) => None,
            Some(value) => T::read(&value).map(Some),
        }
    }

    fn list(&mut self, name: &str) -> Option<Vec<Name>> {
        match self.some::<Vec<Name>>(name)? {
            Some(list) if list.is_empty() => None,
            list => Some(list.unwrap_or_default()),
        }
    }

    fn flag(&mut self, name: &str) -> Option<bool> {
        match self.0.swap_remove(name) {
            None => Some(false),
            Some(value) => value.as_bool().filter(|flag| *flag),
        }
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
