//! The ways to write a name that was found.

use std::collections::{HashMap, HashSet};

use types::{ByteSpan, Finding};

use super::words::{HANDLE_CHARS_MIN, folded};
use crate::edges;
use crate::named::Names;
use crate::named::lists::Word;
use crate::rules::compiled::Rules;

/// Titles and degrees that stand beside a name and are none, in lower case without full stops.
const TITLES: [&str; 24] = [
    "mr", "mrs", "ms", "miss", "dr", "prof", "sir", "herr", "frau", "mme", "mlle", "monsieur", "madame",
    "señor", "señora", "sr", "sra", "jr", "phd", "md", "bsc", "msc", "ii", "iii",
];

/// Shortest part of a name that is looked for alone, in characters.
const PART_CHARS_MIN: usize = 3;
/// Shortest word that no list knows and that is looked for in lower case.
const UNKNOWN_CHARS_MIN: usize = 7;
/// From this score on a name of words that no list knows is taken apart.
const SURE: f32 = 0.85;

/// What follows a family name that stands alone, in Chinese.
const HAN_ENDINGS: [&str; 16] = [
    "总", "工", "哥", "姐", "老师", "先生", "女士", "小姐", "经理", "主任", "医生", "教授", "同学", "律师",
    "师傅", "阿姨",
];
/// What stands before one, and what then must not follow.
const HAN_STARTS: [&str; 3] = ["小", "老", "阿"];
/// What follows a Japanese name.
const JAPANESE_ENDINGS: [&str; 16] = [
    "さん",
    "様",
    "さま",
    "氏",
    "くん",
    "君",
    "ちゃん",
    "先生",
    "部長",
    "課長",
    "社長",
    "係長",
    "主任",
    "専務",
    "店長",
    "殿",
];
/// What follows a Korean name.
const KOREAN_ENDINGS: [&str; 24] = [
    "씨", "님", "이", "가", "은", "는", "을", "를", "아", "야", "에게", "한테", "와", "과", "의", "도", "랑",
    "이랑", "하고", "께", "이는", "이가", " 씨", " 님",
];

/// A way to write a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// All of it. Ordinary: each of its words is a word of its own.
    Full { is_ordinary: bool },
    /// With initials.
    Abbreviated,
    /// Initials alone.
    Initials,
    /// One of its words.
    Part {
        /// A list knows it as a name.
        is_name: bool,
        /// It is also an ordinary word, a month or a big city.
        needs_cue: bool,
    },
}

impl Way {
    /// Its name in evidence.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Full { .. } => "written_otherwise",
            Self::Abbreviated => "abbreviated",
            Self::Initials => "initials",
            Self::Part { .. } => "part",
        }
    }
}

/// A way to write a name in a script without spaces between words. Has no `Debug`: the name is the caller's.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Dense {
    /// What is looked for.
    pub(super) text: String,
    /// So many bytes of it are the name.
    pub(super) name_bytes: usize,
    /// It stands at the start of a word only.
    starts_word: bool,
    /// And nothing of a word follows.
    ends_word: bool,
}

impl Dense {
    /// All that it looks for, to tell it from others.
    pub(super) fn identity(&self) -> String {
        format!("{} {} {} {}", self.name_bytes, self.starts_word, self.ends_word, self.text)
    }

    pub(super) fn stands(&self, text: &str, span: ByteSpan) -> bool {
        let goes_on = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric());
        let is_cut = self.starts_word && goes_on(edges::before(text, span.start));
        let is_longer = self.ends_word && goes_on(edges::after(text, span.end));
        !is_cut && !is_longer
    }
}

/// The ways of all names.
#[derive(Default)]
pub(super) struct Collected {
    pub(super) phrases: HashMap<String, Way>,
    pub(super) handles: HashSet<String>,
    pub(super) dense: Vec<Dense>,
    seen: HashSet<String>,
}

impl Collected {
    pub(super) fn is_empty(&self) -> bool {
        self.phrases.is_empty() && self.dense.is_empty()
    }

    /// Takes a name.
    pub(super) fn add(
        &mut self,
        name: &str,
        initials: Option<&str>,
        finding: &Finding,
        names: &Names,
        rules: &Rules,
    ) {
        if name.chars().any(|c| c.is_numeric() || matches!(c, '@' | '/' | '\\' | '_' | '<' | '{')) {
            return;
        }
        if name.chars().any(edges::is_unspaced) {
            self.add_dense(name, names, rules);
            return;
        }
        let (given, family) = parts(name, rules);
        let all: Vec<&str> = given.iter().chain(&family).copied().collect();
        if all.is_empty() || !all.iter().all(|word| is_word(word)) {
            return;
        }
        let known: Vec<Word> = all.iter().map(|word| names.word(word)).collect();
        let is_sure = &*finding.evidence.recognizer != crate::named::RECOGNIZER || finding.score >= SURE;
        if !is_sure && !known.iter().any(|word| word.is_name()) {
            return;
        }
        // In a name without a capital a word that no list knows is taken for one only beside one that a list does.
        let has_capital = name.chars().any(char::is_uppercase);
        let is_rule = is_sure && all.len() > 1 && (has_capital || known.iter().any(|word| word.is_name()));
        for (word, known) in all.iter().zip(&known) {
            if !rules.names.particles.contains(&word.to_lowercase()) {
                self.add_part(word, *known, is_rule, rules);
            }
        }
        let (Some(first), Some(last)) = (given.first(), family.last()) else { return };
        let is_ordinary = known.iter().all(|word| word.is_ordinary);
        let full = Way::Full { is_ordinary };
        let (given_all, family_all) = (given.join(" "), family.join(" "));
        self.phrase(&format!("{given_all} {family_all}"), full);
        self.phrase(&format!("{family_all} {given_all}"), full);
        self.phrase(&format!("{first} {last}"), full);
        self.phrase(&format!("{last} {first}"), full);
        let initial = |word: &str| word.chars().next().map(String::from).unwrap_or_default();
        let all_initials: Vec<String> = given.iter().map(|word| initial(word)).collect();
        self.phrase(&format!("{} {family_all}", initial(first)), Way::Abbreviated);
        self.phrase(&format!("{} {last}", initial(first)), Way::Abbreviated);
        self.phrase(&format!("{} {family_all}", all_initials.join(" ")), Way::Abbreviated);
        self.phrase(&format!("{family_all} {}", initial(first)), Way::Abbreviated);
        let letters: String = all.iter().filter_map(|word| word.chars().next()).collect();
        if initials.is_some_and(|initials| initials == letters.to_uppercase()) {
            self.phrase(&letters, Way::Initials);
        }
        self.add_handles(first, last);
    }

    fn phrase(&mut self, text: &str, way: Way) {
        let key = text.split(' ').map(folded).collect::<Vec<_>>().join(" ");
        self.phrases.entry(key).or_insert(way);
    }

    fn add_part(&mut self, word: &str, known: Word, is_sure: bool, rules: &Rules) {
        if word.chars().count() < PART_CHARS_MIN {
            return;
        }
        let lower = word.to_lowercase();
        let is_word = known.is_ordinary || rules.names.stop.contains(&lower) || rules.cues.is_word(&lower);
        // A long word that nobody knows is the name in lower case, too.
        let is_name =
            known.is_first || known.is_last || (is_sure && word.chars().count() >= UNKNOWN_CHARS_MIN);
        self.phrase(word, Way::Part { is_name, needs_cue: is_word || known.is_city });
    }

    /// User names that people are given: `anna.weber`, `aweber`, `weber_a`.
    fn add_handles(&mut self, first: &str, last: &str) {
        for (first, last) in latin(first).into_iter().zip(latin(last)) {
            let Some(initial) = first.chars().next() else { continue };
            let made = [
                format!("{first}{last}"),
                format!("{last}{first}"),
                format!("{initial}{last}"),
                format!("{last}{initial}"),
                format!("{first}.{last}"),
                format!("{first}_{last}"),
                format!("{first}-{last}"),
                format!("{last}.{first}"),
                format!("{last}_{first}"),
                format!("{initial}.{last}"),
                format!("{initial}_{last}"),
            ];
            let fits = |handle: &String| handle.len() >= HANDLE_CHARS_MIN && handle.is_ascii();
            self.handles.extend(made.into_iter().filter(fits));
        }
    }

    fn add_dense(&mut self, name: &str, names: &Names, rules: &Rules) {
        let chars: Vec<char> = name.chars().filter(|c| !matches!(c, ' ' | '·' | '・')).collect();
        let text = |range: std::ops::Range<usize>| {
            chars.get(range).map(|part| part.iter().collect::<String>()).unwrap_or_default()
        };
        let count = chars.len();
        if chars.iter().all(|c| matches!(c, '\u{AC00}'..='\u{D7AF}')) {
            if count == 3 {
                let given = text(1..3);
                for ending in KOREAN_ENDINGS {
                    self.take_dense((&given, ending), (true, true));
                }
            }
            return;
        }
        if !chars.iter().all(|c| edges::is_han(*c)) || !(2..=6).contains(&count) {
            return;
        }
        // A Japanese family name and what follows it.
        for length in (1..=3.min(count - 1)).rev() {
            let family = text(0..length);
            let known = names.word(&family);
            if known.is_last && length > 1 {
                for ending in JAPANESE_ENDINGS {
                    self.take_dense((&family, ending), (false, false));
                }
                if !known.is_place && !known.is_city {
                    self.take_dense((&family, ""), (false, false));
                }
                break;
            }
        }
        let is_double = rules.names.han_surnames.contains(&text(0..2)) && count > 2;
        let length = if is_double { 2 } else { 1 };
        let family = text(0..length);
        if !rules.names.han_surnames.contains(&family) || count > length + 2 {
            return;
        }
        for ending in HAN_ENDINGS {
            self.take_dense((&family, ending), (false, false));
        }
        if !is_double {
            for start in HAN_STARTS {
                let called = format!("{start}{family}");
                self.take_dense((&called, ""), (false, false));
            }
        }
        let given = text(length..count);
        if count == length + 2 && !rules.names.stop.contains(&given) {
            self.take_dense((&given, ""), (false, false));
        }
        if let Some(latin) = rules.cues.latin(&family) {
            let known = names.word(latin);
            self.phrase(latin, Way::Part { is_name: false, needs_cue: known.is_ordinary || latin.len() < 4 });
        }
    }

    fn take_dense(&mut self, (name, ending): (&str, &str), (starts_word, ends_word): (bool, bool)) {
        let text = format!("{name}{ending}");
        if self.seen.insert(text.clone()) {
            self.dense.push(Dense { text, name_bytes: name.len(), starts_word, ends_word });
        }
    }
}

/// A word of letters, as names are made of.
fn is_word(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    letters > 0
        && word.chars().all(|c| {
            c.is_alphabetic()
                || matches!(c, '\'' | '’' | '-' | '.')
                || unicode_normalization::char::is_combining_mark(c)
        })
}

/// Given names and family name; of one word alone it is the family name's part.
fn parts<'n>(name: &'n str, rules: &Rules) -> (Vec<&'n str>, Vec<&'n str>) {
    let is_title = |word: &&str| TITLES.contains(&word.replace('.', "").to_lowercase().as_str());
    if let Some((family, given)) = name.split_once(", ") {
        let words = |part: &'n str| {
            part.split(' ').filter(|word| !word.is_empty() && !is_title(word)).collect::<Vec<_>>()
        };
        return (words(given), words(family));
    }
    let words: Vec<&str> = name.split_whitespace().filter(|word| !is_title(word)).collect();
    // `Anna van der Berg`: the small words belong to the family name.
    let particle = |word: &&str| rules.names.particles.contains(&word.to_lowercase());
    let at = words.iter().skip(1).position(particle).map_or(words.len().saturating_sub(1), |at| at + 1);
    let (given, family) = words.split_at_checked(at).unwrap_or_default();
    (given.to_vec(), family.to_vec())
}

/// A word in letters of ASCII, as user names write it: `Müller` is `mueller` and `muller`.
fn latin(word: &str) -> [String; 2] {
    let lower = word.to_lowercase();
    let long = lower.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss");
    let bare =
        |text: &str| folded(text).chars().filter(|c| !matches!(c, '\'' | '-' | '.')).collect::<String>();
    [bare(&long), bare(&lower.replace('ß', "ss"))]
}
