//! Recognizer files, checked and compiled.
//!
//! Promises: every mistake is named with file, line and column; every example is found and every counter-example is not, by
//! the recognizers as they will run. Nothing is half used: one mistake refuses the whole set.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use regex_automata::MatchKind;
use regex_automata::nfa::thompson::WhichCaptures;
use types::{DataClass, Entity, EntityDef};

use super::automata::{compile, length_max, set};
use super::bounds::{self, WINDOW_BEFORE_BYTES, WINDOW_BYTES};
use super::compiled::{Anywhere, Pattern, Recognizer, Rules};
use super::format::{EntityRow, FileRows, PatternRow, RecognizerRow};
use super::matcher::Matcher;
use super::place::Placed;
use super::{BUILTIN, RuleError, RuleFile};
use crate::check;
use crate::context::{ContextWordsBuilder, Reach, Says};
use crate::edges::{self, Edge};
use crate::known::position::Cues;
use crate::named::address::AddressLists;
use crate::named::company::CompanyForms;
use crate::named::cued::CueWords;
use crate::named::eponym::Eponyms;
use crate::named::fields::label::FieldWords;
use crate::named::gathered::ListLabels;
use crate::named::public::PublicNames;
use crate::normal::Normal;
use crate::read::Reader;
use crate::read::names::NameWords;
use crate::scan::{self, Scanners};
use crate::triggers::{Kind, TriggersBuilder};
use crate::vocabulary::Vocabulary;

/// The furthest that a pattern may ask for.
const WINDOW_BYTES_MAX: usize = 64 * 1024;
/// The longest match of a pattern that may stand anywhere: together with the length of the text it bounds the time.
const ANYWHERE_BYTES_MAX: usize = 1024;
/// The furthest that a context word may stand from a value, in bytes.
const CONTEXT_BYTES_MAX: usize = 256;

/// The recognizers of these files.
pub(crate) fn load(files: &[RuleFile<'_>]) -> Result<Rules, RuleError> {
    let mut loading = Loading::default();
    let mut parsed = Vec::new();
    for file in files {
        parsed.push((file, parse(file)?));
    }
    for (file, rows) in &parsed {
        for entity in &rows.entity {
            loading.entity(file, entity)?;
        }
        for list in &rows.list {
            loading.list(file, &list.place(), &list.value().name, &list.value().words)?;
        }
    }
    for (file, rows) in &parsed {
        for recognizer in &rows.recognizer {
            loading.recognizer(file, recognizer)?;
        }
    }
    loading.finish()
}

/// True for the files that are shipped: a test proves them, so that no start has to.
pub(crate) fn is_shipped(file: &RuleFile<'_>) -> bool {
    BUILTIN.contains(file)
}

/// True for one character that stands in every text; one of a script without spaces may be a word.
fn is_one_letter(text: &str) -> bool {
    let mut chars = text.chars();
    matches!((chars.next(), chars.next()), (Some(only), None) if !edges::is_unspaced(only))
}

/// The content of a file.
pub(crate) fn parse(file: &RuleFile<'_>) -> Result<FileRows, RuleError> {
    let rows: FileRows = toml::from_str(file.text).map_err(|error| {
        let place = error.span().unwrap_or(0..0);
        RuleError::at(file, &place, error.message(), "see the keys on the page of the crate `detect`")
    })?;
    if *rows.version.value() != 1 {
        return Err(RuleError::at(
            file,
            &rows.version.place(),
            format!("version {} is not known", rows.version.value()),
            "write version = 1",
        ));
    }
    Ok(rows)
}

#[derive(Default)]
struct Loading {
    entities: Vec<Entity>,
    words: HashSet<String>,
    labels: HashMap<String, usize>,
    ids: HashSet<String>,
    recognizers: Vec<Recognizer>,
    patterns: Vec<Pattern>,
    triggers: TriggersBuilder,
    context: ContextWordsBuilder,
    numbers: Vec<(String, usize)>,
    anywhere: Vec<Anywhere>,
    /// How many of them are not shipped.
    own_anywhere: usize,
    scanners: Scanners,
    names: NameWords,
    fields: FieldWords,
    cues: Cues,
    public: PublicNames,
    cued: CueWords,
    gathered: ListLabels,
    eponyms: Eponyms,
    addresses: AddressLists,
    companies: CompanyForms,
}

/// The texts of an exact list in normal form, longest first, so that of two that begin alike the longer counts.
struct Exact(Vec<String>);

impl Exact {
    fn of(texts: &[String]) -> Self {
        let mut texts: Vec<String> = texts.iter().map(|text| Normal::of(text).text().to_owned()).collect();
        texts.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        texts.dedup();
        Self(texts)
    }

    fn regex(&self) -> Option<String> {
        let escaped: Vec<String> = self.0.iter().map(|text| escaped(text)).collect();
        (!escaped.is_empty()).then(|| escaped.join("|"))
    }
}

/// A text as a regex that matches it and nothing else.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

impl Loading {
    fn entity(&mut self, file: &RuleFile<'_>, row: &Placed<EntityRow>) -> Result<(), RuleError> {
        let EntityRow { name, word, class, labels } = row.value();
        let fail = |what: String, hint: &str| Err(RuleError::at(file, &row.place(), what, hint));
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        {
            return fail(
                format!("entity name `{name}` is not of the form EMAIL_ADDRESS"),
                "use upper-case letters, digits and underscores",
            );
        }
        if !(2..=24).contains(&word.len()) || !word.bytes().all(|b| b.is_ascii_uppercase()) {
            return fail(
                format!("word `{word}` of entity {name} is not made of 2 to 24 letters A-Z"),
                "write a word such as EMAIL: surrogates begin with it",
            );
        }
        let Some(class) = DataClass::from_name(class) else {
            return fail(
                format!("data class `{class}` of entity {name} is not known"),
                "use one of the names that the treatments table uses",
            );
        };
        if !self.words.insert(word.clone()) {
            return fail(
                format!("word `{word}` of entity {name} is taken"),
                "give each entity a word of its own",
            );
        }
        let index = self.entities.len();
        for label in std::iter::once(name).chain(labels) {
            if self.labels.insert(label.clone(), index).is_some() {
                return fail(
                    format!("name or label `{label}` stands twice"),
                    "name each entity once and use each label once",
                );
            }
        }
        self.labels.entry(word.clone()).or_insert(index);
        self.entities.push(Entity::new(EntityDef { name: name.clone(), word: word.clone(), class }));
        Ok(())
    }

    fn list(
        &mut self,
        file: &RuleFile<'_>,
        place: &Range<usize>,
        name: &str,
        words: &[String],
    ) -> Result<(), RuleError> {
        let lower = words.iter().map(|word| word.to_lowercase());
        match name {
            "name_stop" => self.names.stop.extend(lower),
            "name_particles" => self.names.particles.extend(lower),
            "han_surnames" => self.names.han_surnames.extend(words.iter().cloned()),
            "han_stop" => self.names.han_stop.extend(words.iter().flat_map(|word| word.chars())),
            _ if self.fields.add(name, words)
                || self.cues.add(name, words)
                || self.public.add(name, words)
                || self.cued.add(name, words)
                || self.gathered.add(name, words)
                || self.eponyms.add(name, words)
                || self.addresses.add(name, words)
                || self.companies.add(name, words) => {}
            _ => {
                return Err(RuleError::at(
                    file,
                    place,
                    format!("list `{name}` is not known"),
                    format!(
                        "use name_stop, name_particles, han_surnames, han_stop, {}, {}, {}, {}, {}, {}, {}, {}",
                        FieldWords::LISTS,
                        Cues::LISTS,
                        PublicNames::LISTS,
                        CueWords::LISTS,
                        ListLabels::LISTS,
                        Eponyms::LISTS,
                        AddressLists::LISTS,
                        CompanyForms::LISTS
                    ),
                ));
            }
        }
        Ok(())
    }

    fn recognizer(&mut self, file: &RuleFile<'_>, row: &Placed<RecognizerRow>) -> Result<(), RuleError> {
        let recognizer = row.value();
        let fail = |what: String, hint: &str| RuleError::at(file, &row.place(), what, hint);
        if !self.ids.insert(recognizer.id.clone()) {
            return Err(fail(
                format!("recognizer id `{}` stands twice", recognizer.id),
                "give each recognizer an id of its own",
            ));
        }
        let entity =
            self.labels.get(recognizer.entity.value()).and_then(|index| self.entities.get(*index)).cloned();
        let Some(entity) = entity else {
            let what = format!(
                "entity `{}` of recognizer {} is not defined",
                recognizer.entity.value(),
                recognizer.id
            );
            return Err(RuleError::at(
                file,
                &recognizer.entity.place(),
                what,
                "add an [[entity]] with this name",
            ));
        };
        if recognizer.pattern.is_empty() || recognizer.examples.is_empty() {
            return Err(fail(
                format!("recognizer {} has no pattern or no example", recognizer.id),
                "give at least one [[recognizer.pattern]] and one example that is found",
            ));
        }
        if recognizer.context_required && recognizer.context.is_empty() {
            return Err(fail(
                format!("recognizer {} requires context but lists no word", recognizer.id),
                "list words in context",
            ));
        }
        let reach =
            recognizer.context_bytes.map_or_else(Reach::default, |(before_bytes, after_bytes)| Reach {
                before_bytes: before_bytes.min(CONTEXT_BYTES_MAX),
                after_bytes: after_bytes.min(CONTEXT_BYTES_MAX),
            });
        let compiled = Recognizer {
            id: recognizer.id.as_str().into(),
            entity,
            has_context: !recognizer.context.is_empty(),
            reach,
            has_against: !recognizer.against.is_empty(),
            score_min: recognizer.score_min,
        };
        let index = self.recognizers.len();
        for word in &recognizer.context {
            self.context.add(word, Says::For(index));
        }
        for word in &recognizer.against {
            self.context.add(word, Says::Against(index));
        }
        self.recognizers.push(compiled);
        for pattern in &recognizer.pattern {
            self.pattern(file, recognizer, index, pattern)?;
        }
        Ok(())
    }

    fn pattern(
        &mut self,
        file: &RuleFile<'_>,
        recognizer: &RecognizerRow,
        recognizer_index: usize,
        row: &Placed<PatternRow>,
    ) -> Result<(), RuleError> {
        let pattern = row.value();
        let place = row.place();
        let fail = |place: &Range<usize>, what: String, hint: &str| {
            RuleError::at(
                file,
                place,
                format!("pattern {} of recognizer {}: {what}", pattern.name, recognizer.id),
                hint,
            )
        };
        let ways = [
            !pattern.literals.is_empty(),
            !pattern.keywords.is_empty(),
            !pattern.words.is_empty(),
            !pattern.exact.is_empty(),
            !pattern.endings.is_empty(),
            pattern.numbers,
            pattern.anywhere,
            pattern.scanner.is_some(),
        ];
        if ways.iter().filter(|way| **way).count() != 1 {
            return Err(fail(
                &place,
                "says in no way or in several where to look".to_owned(),
                "use exactly one of literals, keywords, words, exact, endings, numbers, anywhere, scanner",
            ));
        }
        let texts = || {
            let (first, second) = (pattern.literals.iter().chain(&pattern.keywords), &pattern.words);
            first.chain(second).chain(&pattern.exact).chain(&pattern.endings)
        };
        if texts().any(|text| text.trim().is_empty() || is_one_letter(text)) {
            return Err(fail(
                &place,
                "has a literal, keyword, word, exact text or ending that is empty or of one character"
                    .to_owned(),
                "use at least two characters, or one of a script without spaces",
            ));
        }
        let mut seen = HashSet::new();
        let twice =
            pattern.words.iter().chain(&pattern.endings).find(|word| !seen.insert(word.to_lowercase()));
        if let Some(word) = twice {
            return Err(fail(
                &place,
                format!("lists `{word}` twice"),
                "list each word once; case does not count",
            ));
        }
        let reads_on = pattern.reader.is_some();
        let is_list = !pattern.words.is_empty() || !pattern.exact.is_empty();
        if is_list && (pattern.regex.is_some() || reads_on) || !pattern.endings.is_empty() && reads_on {
            return Err(fail(
                &place,
                "has a regex beside words or exact texts, or a reader beside words, exact texts or endings"
                    .to_owned(),
                "words and exact texts are the values, endings end them; to read on from a word use keywords",
            ));
        }
        if pattern.regex.is_none() && pattern.scanner.is_none() && !is_list {
            return Err(fail(
                &place,
                "has no regex".to_owned(),
                "give a regex; only scanners, words and exact texts do without",
            ));
        }
        let leads = !pattern.keywords.is_empty() || !pattern.endings.is_empty();
        if pattern.reader.is_none() && leads && pattern.group == 0 {
            return Err(fail(
                &place,
                "does not say what its value is".to_owned(),
                "put the value into a group of the regex and name it with group, or use a reader",
            ));
        }
        if !(0.0..=1.0).contains(&pattern.score)
            || pattern.window_bytes.is_some_and(|bytes| bytes > WINDOW_BYTES_MAX)
        {
            return Err(fail(
                &place,
                "has a score outside 0 to 1, or too wide a window".to_owned(),
                "a window is at most 65536 bytes",
            ));
        }
        if !is_shipped(file)
            && let Some((what, hint)) = bounds::fault(pattern)
        {
            return Err(fail(&place, what, hint));
        }
        let named =
            |name: &Option<Placed<String>>| name.as_ref().map(|name| (name.value().clone(), name.place()));
        let check = match named(&pattern.check) {
            None => None,
            Some((name, place)) => Some(check::by_name(&name).ok_or_else(|| {
                fail(
                    &place,
                    format!("check `{name}` is not known"),
                    &format!("use one of {}", check::names()),
                )
            })?),
        };
        let reader = match named(&pattern.reader) {
            None => None,
            Some((name, place)) => Some(Reader::by_name(&name).ok_or_else(|| {
                fail(
                    &place,
                    format!("reader `{name}` is not known"),
                    &format!("use one of {}", Reader::names()),
                )
            })?),
        };
        let edge = match named(&pattern.edge).as_ref().map(|(name, place)| (name.as_str(), place)) {
            None => {
                if pattern.numbers {
                    Edge::Number
                } else {
                    Edge::Word
                }
            }
            Some(("word", _)) => Edge::Word,
            Some(("number", _)) => Edge::Number,
            Some(("group", _)) => Edge::Group,
            Some(("address", _)) => Edge::Address,
            Some(("key", _)) => Edge::Key,
            Some(("none", _)) => Edge::None,
            Some((name, place)) => {
                return Err(fail(
                    place,
                    format!("edge `{name}` is not known"),
                    "use word, number, group, address, key or none",
                ));
            }
        };
        let exact = Exact::of(&pattern.exact);
        let regex = match named(&pattern.regex) {
            None => match exact.regex() {
                None => None,
                Some(text) => Some(Matcher::now(&text, 0).map_err(|what| {
                    fail(
                        &place,
                        format!("lists too much: {what}"),
                        "keep long lists as exact terms of an app",
                    )
                })?),
            },
            Some((text, place)) => {
                let bad = |what: String| {
                    fail(&place, what, "correct the regex; the syntax is that of the Rust crate regex")
                };
                if pattern.anywhere && length_max(&text).is_none_or(|max| max > ANYWHERE_BYTES_MAX) {
                    return Err(fail(
                        &place,
                        format!("can match more than {ANYWHERE_BYTES_MAX} bytes"),
                        "bound every repetition, or look from a literal or keyword",
                    ));
                }
                if pattern.anywhere && !is_shipped(file) {
                    self.own_anywhere += 1;
                    if self.own_anywhere > bounds::ANYWHERE_MAX {
                        return Err(fail(
                            &place,
                            format!("is one more than the {} that may look anywhere", bounds::ANYWHERE_MAX),
                            "each reads all of every text; look from a literal, keyword or number",
                        ));
                    }
                }
                if pattern.anywhere {
                    let regex = compile(&[text.as_str()], MatchKind::LeftmostFirst, WhichCaptures::All, true)
                        .map_err(bad)?;
                    self.anywhere.push(Anywhere {
                        regex,
                        group: pattern.group,
                        pattern: self.patterns.len(),
                    });
                }
                // A reader goes on behind the whole match.
                let group = if pattern.reader.is_some() { 0 } else { pattern.group };
                // Up to an ending the regex is to match, from wherever it can.
                let text = if pattern.endings.is_empty() { text } else { format!(r"(?s:.*?)(?:{text})\z") };
                if is_shipped(file) {
                    Some(Matcher::later(&text, group))
                } else {
                    Some(Matcher::now(&text, group).map_err(bad)?)
                }
            }
        };
        let index = self.patterns.len();
        let literal = if edge == Edge::None { Kind::Inner } else { Kind::Literal };
        for (kind, texts) in [
            (literal, &pattern.literals),
            (literal, &exact.0),
            (Kind::Keyword, &pattern.keywords),
            (Kind::Word, &pattern.words),
            (Kind::Ending, &pattern.endings),
        ] {
            for text in texts {
                self.triggers.add(text, kind, index);
            }
        }
        if pattern.numbers
            && let Some(text) = pattern.regex.as_ref().map(Placed::value)
        {
            self.numbers.push((text.clone(), index));
        }
        if let Some((name, place)) = named(&pattern.scanner) {
            let kind = scan::by_name(&name).and_then(|scanner| {
                Some((scanner, *scanner.kinds.iter().find(|kind| **kind == pattern.name)?))
            });
            let Some((scanner, kind)) = kind else {
                return Err(fail(
                    &place,
                    format!("scanner `{name}` is not known or reports no kind of this name"),
                    &format!("name the pattern after a kind: {}", scan::names()),
                ));
            };
            self.scanners.add(scanner, kind, index);
        }
        self.patterns.push(Pattern {
            recognizer: recognizer_index,
            name: pattern.name.as_str().into(),
            regex,
            reader,
            check,
            edge,
            score: pattern.score,
            context_required: pattern.context_required || recognizer.context_required,
            from_key: pattern.from_key,
            has_keywords: !pattern.keywords.is_empty(),
            window_bytes: pattern.window_bytes.unwrap_or(if pattern.endings.is_empty() {
                WINDOW_BYTES
            } else {
                WINDOW_BEFORE_BYTES
            }),
        });
        Ok(())
    }

    fn finish(self) -> Result<Rules, RuleError> {
        let vocabulary = Vocabulary::of(self.triggers, self.context).map_err(|error| {
            RuleError::of_set(
                format!("literals and keywords make no automaton: {error}"),
                "use fewer or shorter ones",
            )
        })?;
        let addresses = self.addresses.reader().map_err(|error| {
            RuleError::of_set(format!("the words of addresses make no automaton: {error}"), "use fewer ones")
        })?;
        Ok(Rules {
            entities: self.entities,
            labels: self.labels,
            recognizers: self.recognizers,
            patterns: self.patterns,
            vocabulary,
            numbers: set(self.numbers)?,
            anywhere: self.anywhere,
            scanners: self.scanners,
            names: self.names,
            fields: self.fields,
            cues: self.cues,
            public: self.public,
            cued: self.cued,
            gathered: self.gathered,
            eponyms: self.eponyms,
            addresses,
            companies: self.companies,
        })
    }
}
