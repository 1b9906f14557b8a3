//! Slots to text: who, where, which organisation, and the plain numbers and words around them.

use std::collections::BTreeMap;

use super::inflect::inflect;
use super::korean;
use super::library::Library;
use super::people::{People, Person};
use super::random::Random;
use super::template::{Piece, Template};
use super::{Marked, Part};

/// Domains of addresses: reserved ones only.
const DOMAINS: &[&str] =
    &["example.com", "example.org", "example.net", "mail.example", "post.example", "firm.example"];

/// Fills templates of one language.
#[derive(Debug)]
pub(super) struct Filler<'a> {
    people: People<'a>,
}

impl<'a> Filler<'a> {
    /// For a language and a part.
    pub(super) fn new(library: &'a Library, language: &'a str, part: Part) -> Self {
        Self { people: People { library, language, part } }
    }

    /// Whether sentences follow each other without a space.
    pub(super) fn wide(&self) -> bool {
        matches!(self.people.language, "zh" | "ja")
    }

    /// A single slot.
    pub(super) fn one(&self, kind: &str, random: &mut Random) -> Marked {
        let mut marked = Marked::default();
        let who = self.someone(kind, random);
        self.slot(&mut marked, kind, &who, None, random);
        marked
    }

    /// A key of a record: this language's own, or, half of the time, one that is used everywhere.
    pub(super) fn key(&self, kind: &str, random: &mut Random) -> Option<String> {
        let People { library, part, .. } = self.people;
        let everywhere = random.percent(50).then(|| library.entry("any", kind, part, random)).flatten();
        everywhere.map(str::to_owned).or_else(|| self.list(kind, random))
    }

    fn family_first(&self) -> bool {
        matches!(self.people.language, "zh" | "ja" | "ko")
    }

    /// One template, filled.
    pub(super) fn fill(&self, template: &Template, random: &mut Random) -> Marked {
        let mut marked = Marked::default();
        // What friends call somebody is kept apart from the name.
        let mut known: BTreeMap<(bool, char), Person> = BTreeMap::new();
        for piece in &template.pieces {
            match piece {
                Piece::Text(text) => marked.push(&korean::agree(&marked, text)),
                Piece::Slot { kind, person, form } => {
                    let who = match person {
                        Some(name) => {
                            let known = known.entry((kind == "nick", *name));
                            known.or_insert_with(|| self.someone(kind, random)).clone()
                        }
                        None => self.someone(kind, random),
                    };
                    self.slot(&mut marked, kind, &who, form.as_deref(), random);
                }
            }
        }
        marked
    }

    fn someone(&self, kind: &str, random: &mut Random) -> Person {
        match kind {
            "foreign" => self.people.foreign(random),
            "nick" => {
                let nick = self.people.nick(random);
                Person { first: nick.clone(), last: nick.clone(), full: nick }
            }
            _ => self.people.person(random),
        }
    }

    fn slot(&self, marked: &mut Marked, kind: &str, who: &Person, form: Option<&str>, random: &mut Random) {
        let inflected = |text: String| match form {
            Some(form) => inflect(self.people.language, form, &text),
            None => text,
        };
        if let Some(name) = self.name(kind, who, random) {
            marked.push_labelled(&inflected(name), "PERSON");
        } else if let Some((text, label)) = self.place(kind, random) {
            marked.push_labelled(&inflected(text), label);
        } else {
            marked.push(&self.plain(kind, who, random));
        }
    }

    fn name(&self, kind: &str, who: &Person, random: &mut Random) -> Option<String> {
        Some(match kind {
            "full" | "nick" | "foreign" => who.full.clone(),
            "first" | "given" => who.first.clone(),
            "last" => who.last.clone(),
            "person" => match random.below(10) {
                0..=5 => who.full.clone(),
                6..=8 => who.first.clone(),
                _ => who.last.clone(),
            },
            "rev" if self.family_first() => who.full.clone(),
            "rev" => format!("{}, {}", who.last, who.first),
            "upper" => who.full.to_uppercase(),
            "initfull" => {
                let initial = who.first.chars().next()?;
                if self.family_first() { who.full.clone() } else { format!("{initial}. {}", who.last) }
            }
            "xiao" => format!("小{}", who.last),
            "lao" => format!("老{}", who.last),
            "spell" => who.last.to_uppercase().chars().map(String::from).collect::<Vec<_>>().join("-"),
            "latin" => {
                let person = self.people.latin(random);
                if random.percent(60) { person.first } else { person.full }
            }
            "kana" => self.list("kana", random)?,
            _ => return None,
        })
    }

    fn place(&self, kind: &str, random: &mut Random) -> Option<(String, &'static str)> {
        let text = match kind {
            "city" => match random.below(100) {
                0..=61 => self.list("city", random)?,
                // No list holds all towns: some are made up.
                62..=73 => match self.list("made", random) {
                    Some(pattern) => self.expand(&pattern, random),
                    None => self.list("city", random)?,
                },
                74..=81 => self.list("capital", random).or_else(|| self.list("city", random))?,
                82..=93 => self.list("place", random).or_else(|| self.list("city", random))?,
                _ => {
                    let anywhere = self.people.library.entry("any", "place", self.people.part, random);
                    anywhere.map(str::to_owned).or_else(|| self.list("city", random))?
                }
            },
            "country" | "region" | "town" => self.list(kind, random)?,
            // `org`, and lists of their own for courts and the like: `orgcourt`.
            kind if kind.starts_with("org") => {
                let known =
                    (kind == "org" && random.percent(15)).then(|| self.list("known", random)).flatten();
                let text = known.or_else(|| self.list(kind, random))?;
                return Some((self.expand(&text, random), "ORG"));
            }
            "address" => {
                let pattern = self.list("address", random)?;
                return Some((self.expand(&pattern, random), "ADDRESS"));
            }
            _ => return None,
        };
        Some((text, "LOCATION"))
    }

    fn plain(&self, kind: &str, who: &Person, random: &mut Random) -> String {
        match kind {
            "n" => {
                let bound = if random.percent(70) { 60 } else { 2000 };
                (1 + random.below(bound)).to_string()
            }
            "day" => (1 + random.below(28)).to_string(),
            "mon" => format!("{:02}", 1 + random.below(12)),
            "year" => (1950 + random.below(77)).to_string(),
            "time" => format!("{}:{:02}", 7 + random.below(14), random.below(60)),
            "handle" => handle(who, random, ""),
            "email" => {
                let domain = random.pick(DOMAINS).copied().unwrap_or("example.com");
                format!("{}@{domain}", handle(who, random, "."))
            }
            // An ordinary word as a sentence or a line begins with it.
            "cap" => {
                let word = self.list("word", random).unwrap_or_default();
                let mut chars = word.chars();
                chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
            }
            _ => match self.list(kind, random) {
                Some(pattern) => self.expand(&pattern, random),
                None => format!("{{{kind}}}"),
            },
        }
    }

    /// An entry in this language, or in the lists for any.
    fn list(&self, kind: &str, random: &mut Random) -> Option<String> {
        let People { library, language, part } = self.people;
        let own = library.entry(language, kind, part, random);
        own.or_else(|| library.entry("any", kind, part, random)).map(str::to_owned)
    }

    /// A pattern of a list: its slots filled, each `#` a digit.
    fn expand(&self, pattern: &str, random: &mut Random) -> String {
        let mut text = String::new();
        for piece in Template::parse("", pattern).pieces {
            match piece {
                Piece::Text(part) => text.push_str(&part),
                Piece::Slot { kind, .. } => {
                    let who = self.people.person(random);
                    let filled = match kind.as_str() {
                        "last" => who.last,
                        "first" => who.first,
                        "city" => self.list("city", random).unwrap_or_default(),
                        _ => self.plain(&kind, &who, random),
                    };
                    text.push_str(&filled);
                }
            }
        }
        let mut digits = String::new();
        for c in text.chars() {
            // No number begins with a zero, unless the pattern says so.
            let least = usize::from(!digits.ends_with(|c: char| c.is_ascii_digit() || c == '.' || c == ','));
            match c {
                '#' => digits
                    .push(char::from(b'0' + u8::try_from(least + random.below(10 - least)).unwrap_or(1))),
                _ => digits.push(c),
            }
        }
        digits
    }
}

/// A user name: letters of the name where they are ASCII, otherwise something that looks like one.
fn handle(who: &Person, random: &mut Random, joint: &str) -> String {
    let ascii =
        |name: &str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let (first, last) = (ascii(&who.first), ascii(&who.last));
    if first.len() < 2 || last.len() < 2 {
        return format!("u{}", 1000 + random.below(90_000));
    }
    match random.below(4) {
        0 => format!("{first}{}", random.below(100)),
        1 => format!("{}{joint}{last}", first.chars().next().unwrap_or('x')),
        2 => format!("{last}{joint}{first}"),
        _ => format!("{first}{joint}{last}"),
    }
}
