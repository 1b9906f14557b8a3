//! People, by the habits of a language: order, spaces, particles, double names, foreign names among the local ones.

use super::Part;
use super::library::Library;
use super::random::Random;

/// Someone who does not exist.
#[derive(Debug, Clone)]
pub(super) struct Person {
    /// Given name or names.
    pub(super) first: String,
    /// Family name or names, particle included.
    pub(super) last: String,
    /// Both as the language puts them.
    pub(super) full: String,
}

/// Languages in Latin script: their names turn up in each other's texts.
const LATIN: &[&str] = &["en", "de", "fr", "es", "it", "nl", "pt", "pl"];

/// Particles that stand before a family name.
const PARTICLES: &[(&str, &[&str])] = &[
    ("de", &["von ", "von der ", "zu ", "vom "]),
    ("nl", &["van ", "van der ", "van den ", "de ", "ter ", "van 't "]),
    ("fr", &["de ", "de la ", "du ", "d'", "Le "]),
    ("es", &["de la ", "del ", "de los "]),
    ("pt", &["da ", "dos ", "de ", "do "]),
    ("it", &["di ", "De ", "Della ", "Lo "]),
    ("en", &["O'", "Mc", "St. ", "Fitz"]),
    ("any", &["al-", "El ", "bin ", "ben ", "Abu "]),
];

/// Halves of family names that no list holds.
const HEADS: &[&str] = &[
    "Ash", "Bram", "Carl", "Dun", "Eller", "Fen", "Gar", "Hol", "Ister", "Jor", "Kel", "Lor", "Mar", "Nor",
    "Os", "Pren", "Quen", "Rav", "Sel", "Tarn", "Um", "Ver", "Wes", "Yar", "Zan", "Bel", "Cor", "Dra", "Fal",
    "Mon",
];
const TAILS: &[&str] = &[
    "bury", "combe", "den", "erby", "field", "gate", "hurst", "ick", "kin", "ley", "mont", "nough", "over",
    "pool", "ridge", "sby", "tarsi", "ulo", "vane", "worth", "etti", "anov", "ström", "inger", "ensen",
    "ado", "eira", "owicz",
];

/// Makes people of a language and a part.
#[derive(Debug)]
pub(super) struct People<'a> {
    pub(super) library: &'a Library,
    pub(super) language: &'a str,
    pub(super) part: Part,
}

impl People<'_> {
    fn entry(&self, language: &str, kind: &str, random: &mut Random) -> Option<String> {
        self.library.entry(language, kind, self.part, random).map(str::to_owned)
    }

    /// An entry of this language, or of the lists for any.
    fn own(&self, kind: &str, random: &mut Random) -> Option<String> {
        self.entry(self.language, kind, random).or_else(|| self.entry("any", kind, random))
    }

    /// A person as this language speaks of them.
    pub(super) fn person(&self, random: &mut Random) -> Person {
        match self.language {
            "zh" => self.chinese(random),
            "ja" => self.japanese(random),
            "ko" => self.korean(random),
            _ => self.latin(random),
        }
    }

    /// A person with a name in Latin script.
    pub(super) fn latin(&self, random: &mut Random) -> Person {
        let own = if LATIN.contains(&self.language) { self.language } else { "en" };
        let from = match random.below(100) {
            0..=75 => own,
            76..=84 => random.pick(LATIN).copied().unwrap_or(own),
            85..=90 => "any",
            91..=95 => return self.romanised(random),
            _ => own,
        };
        let mut first = self.given(from, random);
        if random.percent(7)
            && let Some(second) = self.entry(from, "first", random)
            && !first.contains(' ')
        {
            let joint = if random.percent(50) { "-" } else { " " };
            first = format!("{first}{joint}{second}");
        }
        let mut last = self.family(from, random);
        if random.percent(if matches!(from, "es" | "pt") { 45 } else { 5 }) && !last.contains(' ') {
            let joint = if matches!(from, "es" | "pt") { " " } else { "-" };
            last = format!("{last}{joint}{}", self.family(from, random));
        }
        if random.percent(5)
            && let Some((_, particles)) = PARTICLES.iter().find(|p| p.0 == from)
        {
            last = format!("{}{last}", random.pick(particles).copied().unwrap_or_default());
        }
        let middle =
            if from == "en" && random.percent(8) { self.initial("en", random) } else { String::new() };
        Person { full: format!("{first} {middle}{last}"), first, last }
    }

    fn initial(&self, from: &str, random: &mut Random) -> String {
        let name = self.entry(from, "first", random).unwrap_or_default();
        name.chars().next().map(|c| format!("{c}. ")).unwrap_or_default()
    }

    fn given(&self, from: &str, random: &mut Random) -> String {
        self.entry(from, "first", random)
            .or_else(|| self.own("first", random))
            .unwrap_or_else(|| "Alex".into())
    }

    fn family(&self, from: &str, random: &mut Random) -> String {
        if random.percent(8) {
            let half = |halves: &[&str], random: &mut Random| {
                random.pick(halves).copied().unwrap_or_default().to_owned()
            };
            return half(HEADS, random) + &half(TAILS, random);
        }
        self.entry(from, "last", random)
            .or_else(|| self.own("last", random))
            .unwrap_or_else(|| "Marlowe".into())
    }

    fn romanised(&self, random: &mut Random) -> Person {
        let first = self.entry("any", "roman_first", random).unwrap_or_else(|| "Mei".into());
        let last = self.entry("any", "roman_last", random).unwrap_or_else(|| "Lin".into());
        let full = if random.percent(35) { format!("{last} {first}") } else { format!("{first} {last}") };
        Person { first, last, full }
    }

    fn chinese(&self, random: &mut Random) -> Person {
        let kind = match random.below(100) {
            0..=59 => "common",
            60..=95 => "last",
            _ => "double",
        };
        let last = self.own(kind, random).unwrap_or_else(|| "王".into());
        let first = if random.percent(45) {
            self.own("first", random).unwrap_or_else(|| "伟".into())
        } else {
            let count = if random.percent(30) { 1 } else { 2 };
            (0..count).filter_map(|_| self.own("given_char", random)).collect()
        };
        if random.percent(7) {
            return self.foreign(random);
        }
        Person { full: format!("{last}{first}"), first, last }
    }

    fn japanese(&self, random: &mut Random) -> Person {
        if random.percent(8) {
            return self.foreign(random);
        }
        let last = self.own("last", random).unwrap_or_else(|| "佐藤".into());
        let first = self.own("first", random).unwrap_or_else(|| "花子".into());
        let joint = match random.below(20) {
            0..=11 => "",
            12..=17 => " ",
            _ => "\u{3000}",
        };
        Person { full: format!("{last}{joint}{first}"), first, last }
    }

    fn korean(&self, random: &mut Random) -> Person {
        if random.percent(5) {
            return self.foreign(random);
        }
        let last = match random.below(100) {
            0..=96 => self.own("last", random),
            _ => self.own("double", random),
        };
        let (last, mut first) =
            (last.unwrap_or_else(|| "김".into()), self.own("first", random).unwrap_or_else(|| "민준".into()));
        if random.percent(35)
            && let Some(whole) = self.own("whole", random)
            && whole.chars().count() == 3
        {
            // The dictionary does not say where the family name ends; of three syllables it is the first.
            first = whole.chars().skip(1).collect();
        }
        let joint = if random.percent(6) { " " } else { "" };
        Person { full: format!("{last}{joint}{first}"), first, last }
    }

    /// A foreigner in the script of this language: from the lists, or put together from the pieces that such names are written with.
    pub(super) fn foreign(&self, random: &mut Random) -> Person {
        // Names as dictionaries have them, most of one part.
        if random.percent(35)
            && let Some(name) = self.entry(self.language, "abroad", random)
        {
            return Person { first: name.clone(), last: name.clone(), full: name };
        }
        let composed = random.percent(60);
        let mut part = |kind: &str, pieces: usize| -> Option<String> {
            if !composed {
                return self.own(kind, random);
            }
            let pieces = pieces + random.below(2);
            (0..pieces).map(|_| self.own("foreign_part", random)).collect()
        };
        let pieces = if self.language == "ja" { 1 } else { 2 };
        let first = part("foreign_first", pieces);
        let last = part("foreign_last", pieces + 1);
        let (Some(first), Some(last)) = (first, last) else { return self.latin(random) };
        let joint = match self.language {
            "zh" => "·",
            "ja" => "・",
            _ => " ",
        };
        Person { full: format!("{first}{joint}{last}"), first, last }
    }

    /// What friends say.
    pub(super) fn nick(&self, random: &mut Random) -> String {
        if self.language == "zh" {
            let family = self.own("common", random).unwrap_or_else(|| "王".into());
            let given = self.own("given_char", random).unwrap_or_else(|| "强".into());
            return match random.below(6) {
                0 | 1 => format!("小{family}"),
                2 | 3 => format!("老{family}"),
                4 => format!("阿{given}"),
                _ => format!("{given}{given}"),
            };
        }
        self.own("nick", random).unwrap_or_else(|| self.person(random).first)
    }
}
