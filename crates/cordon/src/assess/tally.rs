//! What is counted over a log: sums and sets only, so that threads may count in any order and give the same.

use std::collections::{BTreeMap, BTreeSet};

use exchange::Surveyed;
use types::DataClass;

use super::people::People;
use super::recipient::{Bases, Recipient};

/// Most places of troubles that are shown.
pub(crate) const TROUBLES_MAX: usize = 10;
/// Most strange recipients that are told apart.
const STRANGE_MAX: usize = 256;
/// Most different destinations, far more than there are models; beyond it hosts are left out.
const WAYS_MAX: usize = 4096;

/// Where requests went, and with which classes: requests of one way are decided alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Way {
    /// Registry id, or that of whoever is not known.
    pub(crate) recipient: String,
    /// True for a server of one's own.
    pub(crate) is_own: bool,
    /// The host, where facts speak of it.
    pub(crate) host: Option<String>,
    /// The model by the catalogue.
    pub(crate) model: Option<String>,
    /// The classes that were found.
    pub(crate) classes: BTreeSet<DataClass>,
    /// True when the answer was streamed.
    pub(crate) stream: bool,
    /// True when tools were offered.
    pub(crate) tools: bool,
}

/// One class towards one recipient.
#[derive(Debug, Clone, Default)]
pub(crate) struct OfClass {
    /// Requests that held it.
    pub(crate) requests: u64,
    /// Findings, or parts that cannot be read.
    pub(crate) findings: u64,
    /// People in the requests that held it.
    pub(crate) people: People,
    /// Entity → findings.
    pub(crate) entities: BTreeMap<String, u64>,
}

/// One recipient.
#[derive(Debug, Clone, Default)]
pub(crate) struct OfRecipient {
    /// Requests.
    pub(crate) requests: u64,
    /// Requests in which something was found.
    pub(crate) with_findings: u64,
    /// Files and other parts that cannot be read.
    pub(crate) documents: u64,
    /// Bytes of text.
    pub(crate) text_bytes: u64,
    /// People.
    pub(crate) people: People,
    /// Class → what was found.
    pub(crate) classes: BTreeMap<DataClass, OfClass>,
    /// Model → requests; those that the catalogue does not know under no name.
    pub(crate) models: BTreeMap<Option<String>, u64>,
}

/// Something that could not be assessed: number of the file, line, why.
pub(crate) type Trouble = (usize, u64, String);

/// Everything that is counted.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Requests that were assessed.
    pub(crate) requests: u64,
    /// Answers that were passed over.
    pub(crate) answers: u64,
    /// Requests of which the log holds no text.
    pub(crate) empty: u64,
    /// Documents that could not be read, or are nothing that is known.
    pub(crate) broken: u64,
    /// The first of those, and of requests without text.
    pub(crate) troubles: BTreeSet<Trouble>,
    /// How recipients are known.
    pub(crate) bases: Bases,
    /// What stood where a recipient is not known. The log's own text.
    pub(crate) strange: BTreeMap<String, u64>,
    /// By recipient.
    pub(crate) recipients: BTreeMap<String, OfRecipient>,
    /// Way → requests.
    pub(crate) ways: BTreeMap<Way, u64>,
    /// Entity → findings, over all.
    pub(crate) entities: BTreeMap<String, u64>,
    /// Everybody.
    pub(crate) people: People,
    /// Number of a file → requests in it.
    pub(crate) files: BTreeMap<usize, u64>,
}

impl Tally {
    /// Counts a request.
    pub(crate) fn request(&mut self, file: usize, to: Recipient, found: &Surveyed) {
        self.requests += 1;
        *self.files.entry(file).or_default() += 1;
        *self.bases.entry(to.basis).or_default() += 1;
        if let Some(strange) = to.strange
            && (self.strange.len() < STRANGE_MAX || self.strange.contains_key(&strange))
        {
            *self.strange.entry(strange).or_default() += 1;
        }
        self.people.add(&found.subjects);
        let of = self.recipients.entry(to.id.clone()).or_default();
        of.requests += 1;
        of.with_findings += u64::from(!found.classes.is_empty());
        of.documents += u64::from(found.opaque);
        of.text_bytes += found.text_bytes;
        of.people.add(&found.subjects);
        *of.models.entry(to.model.clone()).or_default() += 1;
        for (class, findings) in &found.classes {
            let class = of.classes.entry(*class).or_default();
            class.requests += 1;
            class.findings += u64::from(*findings);
            class.people.add(&found.subjects);
        }
        for (entity, (class, findings)) in &found.entities {
            let findings = u64::from(*findings);
            let class = of.classes.entry(*class).or_default();
            *class.entities.entry(entity.clone()).or_default() += findings;
            *self.entities.entry(entity.clone()).or_default() += findings;
        }
        let mut way = Way {
            recipient: to.id,
            is_own: to.is_own,
            host: to.host,
            model: to.model,
            classes: found.classes.keys().copied().collect(),
            stream: found.stream,
            tools: found.tools,
        };
        if self.ways.len() >= WAYS_MAX && !self.ways.contains_key(&way) {
            way.host = None;
        }
        *self.ways.entry(way).or_default() += 1;
    }

    /// Counts an answer.
    pub(crate) fn answer(&mut self) {
        self.answers += 1;
    }

    /// Counts a request without text.
    pub(crate) fn empty(&mut self, file: usize, line: u64, why: &str) {
        self.empty += 1;
        self.note((file, line, why.to_owned()));
    }

    /// Counts what could not be assessed.
    pub(crate) fn broken(&mut self, file: usize, line: u64, why: String) {
        self.broken += 1;
        self.note((file, line, why));
    }

    fn note(&mut self, trouble: Trouble) {
        self.troubles.insert(trouble);
        if self.troubles.len() > TROUBLES_MAX {
            self.troubles.pop_last();
        }
    }

    /// Takes in what another has counted.
    pub(crate) fn join(&mut self, other: Self) {
        self.requests += other.requests;
        self.answers += other.answers;
        self.empty += other.empty;
        self.broken += other.broken;
        for trouble in other.troubles {
            self.note(trouble);
        }
        add(&mut self.bases, other.bases);
        add(&mut self.strange, other.strange);
        add(&mut self.ways, other.ways);
        add(&mut self.entities, other.entities);
        add(&mut self.files, other.files);
        self.people.join(&other.people);
        for (id, others) in other.recipients {
            let own = self.recipients.entry(id).or_default();
            own.requests += others.requests;
            own.with_findings += others.with_findings;
            own.documents += others.documents;
            own.text_bytes += others.text_bytes;
            own.people.join(&others.people);
            add(&mut own.models, others.models);
            for (class, others) in others.classes {
                let own = own.classes.entry(class).or_default();
                own.requests += others.requests;
                own.findings += others.findings;
                own.people.join(&others.people);
                add(&mut own.entities, others.entities);
            }
        }
    }

    /// Class → findings, over all recipients.
    pub(crate) fn found(&self) -> BTreeMap<DataClass, u64> {
        let mut found = BTreeMap::new();
        for (class, of) in self.recipients.values().flat_map(|of| &of.classes) {
            *found.entry(*class).or_default() += of.findings;
        }
        found
    }
}

fn add<K: Ord>(own: &mut BTreeMap<K, u64>, others: BTreeMap<K, u64>) {
    for (key, count) in others {
        *own.entry(key).or_default() += count;
    }
}
