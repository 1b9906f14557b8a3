//! Scanners: values whose search no pattern file can describe well, in code.
//!
//! A scanner looks either at the whole text (`email`, `colon`) or at each word that holds a digit (`phone`, `card`,
//! `iban`, `coordinates`, `plate`, `long_word`).
//! It reports kinds; a pattern of a recognizer file takes a kind up by naming scanner and kind. Promises: linear time,
//! candidates on character boundaries; score, context and edges that are the recognizer's are judged later.

pub(crate) mod card;
pub(crate) mod colon;
pub(crate) mod email;
pub(crate) mod iban;
pub(crate) mod long_word;
pub(crate) mod manifest;
pub(crate) mod people;
pub(crate) mod phone;
pub(crate) mod place;
pub(crate) mod token;

use types::ByteSpan;

use crate::read::names::NameWords;

/// Takes a candidate: kind and span.
pub(crate) type Emit<'e> = dyn FnMut(&'static str, ByteSpan) + 'e;

/// Looks at one word that holds a digit; says from where on words are to be looked at again.
pub(crate) type AtNumber = fn(&str, ByteSpan, &mut Budget, &mut Emit<'_>) -> usize;

/// How often the numbering plans may still be asked in one text. Each question costs microseconds; a text made of millions of
/// numbers would take minutes. When the budget is spent the shape decides alone: more is found then, not less.
#[derive(Debug)]
pub(crate) struct Budget {
    questions: usize,
}

impl Budget {
    /// The budget of a text: enough for any letter, table or log, and growing with the text.
    pub(crate) fn of(text: &str) -> Self {
        Self { questions: 20_000 + text.len() / 512 }
    }

    /// Takes one question; false when there is none left.
    pub(crate) fn take(&mut self) -> bool {
        let is_left = self.questions > 0;
        self.questions = self.questions.saturating_sub(1);
        is_left
    }
}

/// Looks at a whole text.
pub(crate) type OverText = fn(&str, &NameWords, &mut Emit<'_>);

/// How a scanner runs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Run {
    /// At each word that holds a digit.
    AtNumber(AtNumber),
    /// Over the whole text.
    OverText(OverText),
}

/// A scanner: name, kinds that it reports, how it runs.
#[derive(Debug)]
pub(crate) struct Scanner {
    pub(crate) name: &'static str,
    pub(crate) kinds: &'static [&'static str],
    run: Run,
}

const SCANNERS: &[Scanner] = &[
    Scanner { name: "email", kinds: &["address", "handle"], run: Run::OverText(email::scan) },
    Scanner { name: "colon", kinds: &["mac", "ipv6"], run: Run::OverText(colon::scan) },
    Scanner {
        name: "people",
        kinds: &["before_address", "before_han_title"],
        run: Run::OverText(people::scan),
    },
    Scanner { name: "card", kinds: &["card"], run: Run::AtNumber(card::at) },
    Scanner {
        name: "coordinates",
        kinds: &["marked_pair", "pair"],
        run: Run::AtNumber(place::coordinates_at),
    },
    Scanner {
        name: "long_word",
        kinds: &["bitcoin", "base58", "account", "stellar", "algorand", "monero", "vin"],
        run: Run::AtNumber(long_word::at),
    },
    Scanner { name: "plate", kinds: &["plate"], run: Run::AtNumber(place::plate_at) },
    Scanner { name: "iban", kinds: &["iban"], run: Run::AtNumber(iban::at) },
    Scanner {
        name: "phone",
        kinds: &["international", "international_shape", "national", "loose"],
        run: Run::AtNumber(phone::at),
    },
    Scanner { name: "manifest", kinds: &["value"], run: Run::OverText(manifest::scan) },
    Scanner { name: "token", kinds: &["token", "random"], run: Run::AtNumber(token::at) },
];

/// The scanner of this name.
pub(crate) fn by_name(name: &str) -> Option<&'static Scanner> {
    SCANNERS.iter().find(|scanner| scanner.name == name)
}

/// The names of all scanners and their kinds, for the hint of an error.
pub(crate) fn names() -> String {
    SCANNERS.iter().map(|s| format!("{} ({})", s.name, s.kinds.join(", "))).collect::<Vec<_>>().join(", ")
}

/// Which patterns take up which kinds.
#[derive(Debug, Default)]
pub(crate) struct Scanners {
    uses: Vec<(&'static Scanner, Vec<(&'static str, usize)>)>,
}

impl Scanners {
    /// `pattern` takes up a kind of a scanner.
    pub(crate) fn add(&mut self, scanner: &'static Scanner, kind: &'static str, pattern: usize) {
        match self.uses.iter_mut().find(|(known, _)| known.name == scanner.name) {
            Some((_, kinds)) => kinds.push((kind, pattern)),
            None => self.uses.push((scanner, vec![(kind, pattern)])),
        }
    }

    /// The scanners in use: how each runs, and which pattern takes up each kind.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Run, &[(&'static str, usize)])> {
        self.uses.iter().map(|(scanner, kinds)| (scanner.run, kinds.as_slice()))
    }
}
