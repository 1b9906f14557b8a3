//! Names of people, where an introduction says that one follows.
//!
//! Promises: capitalised words only, none from the stop list, never a surrogate or an identifier, never across a line.
//! Leaves to others: names in running text without an introduction (the tagger's duty).

use std::collections::HashSet;

use types::ByteSpan;

use crate::edges;

/// Most words of a name, particles not counted.
const WORDS_MAX: usize = 5;

/// Word lists that tell names from ordinary words; they come from the recognizer files.
#[derive(Debug, Default)]
pub(crate) struct NameWords {
    /// Capitalised words that are no names, in lower case.
    pub(crate) stop: HashSet<String>,
    /// Small words inside names, in lower case.
    pub(crate) particles: HashSet<String>,
    /// Chinese family names.
    pub(crate) han_surnames: HashSet<String>,
    /// Chinese characters that do not stand in given names: where a name without space behind it ends.
    pub(crate) han_stop: HashSet<char>,
}

impl NameWords {
    fn is_stopped(&self, word: &str) -> bool {
        self.stop.contains(word.to_lowercase().trim_end_matches('.'))
    }
}

/// A name that begins at `at`, of at least `words_min` words.
pub(crate) fn name_at(text: &str, at: usize, words_min: usize, words: &NameWords) -> Option<ByteSpan> {
    if edges::after(text, at).is_some_and(edges::is_han) {
        return han_name_at(text, at, words);
    }
    let (end, count) = words_from(text, at, words);
    (count >= words_min).then_some(ByteSpan::new(at, end))
}

/// A name of two words, or `Doe, Jane`, that begins at `at`.
pub(crate) fn labelled_name_at(text: &str, at: usize, words: &NameWords) -> Option<ByteSpan> {
    if is_label_of_thing(text, at) {
        return None;
    }
    let first = name_at(text, at, 1, words)?;
    let given =
        text.get(first.end..)?.strip_prefix(", ").and_then(|_| name_at(text, first.end + 2, 1, words));
    match given {
        Some(given) => Some(ByteSpan::new(at, given.end)),
        None => name_at(text, at, 2, words),
    }
}

/// Words before `name` in the labels of things, as in `currency_name` and `host name`.
const THINGS: &[&str] = &[
    "inverted",
    "reference",
    "currency",
    "official",
    "common",
    "file",
    "host",
    "domain",
    "class",
    "function",
    "method",
    "table",
    "column",
    "field",
    "product",
    "package",
    "project",
    "repository",
    "repo",
    "branch",
    "brand",
    "model",
    "module",
    "service",
    "event",
    "group",
    "font",
    "game",
    "city",
    "country",
    "region",
    "state",
    "street",
    "language",
    "script",
    "job",
    "step",
    "workflow",
    "task",
    "tag",
    "theme",
    "plugin",
    "policy",
    "device",
    "network",
    "cluster",
    "database",
    "server",
    "bucket",
    "queue",
    "topic",
    "source",
    "company",
    "business",
    "organization",
    "organisation",
    "room",
    "building",
    "drug",
    "species",
    "org",
    "db",
    "image",
    "tool",
    "app",
    "application",
];

/// True when what stands before `at` is a label such as `currency_name = "`.
pub(crate) fn is_label_of_thing(text: &str, at: usize) -> bool {
    let before = text.get(edges::floor(text, at.saturating_sub(48))..at).unwrap_or_default();
    let label = before.trim_end_matches([' ', '"', '\'', ':', '=', '\\']);
    let Some(name) = label.len().checked_sub(4).and_then(|cut| label.get(cut..)) else { return false };
    let rest = label.strip_suffix(name).unwrap_or_default();
    let is_hump = name.starts_with('N') && rest.ends_with(|c: char| c.is_ascii_lowercase());
    let Some(first) = rest.strip_suffix(['_', '-', ' ', '.']).or(is_hump.then_some(rest)) else {
        return false;
    };
    let word = first.rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let hump = word.rfind(|c: char| c.is_ascii_uppercase()).unwrap_or(0);
    name.eq_ignore_ascii_case("name")
        && [Some(word), word.get(hump..)]
            .iter()
            .flatten()
            .any(|word| THINGS.contains(&word.to_ascii_lowercase().as_str()))
}

/// A name that begins at `at` and ends its line.
pub(crate) fn name_line_at(text: &str, at: usize, words: &NameWords) -> Option<ByteSpan> {
    let name = name_at(text, at, 1, words)?;
    let rest = text.get(name.end..)?;
    let rest = rest.trim_start_matches([' ', '\t', '*', '_', '.', ',']);
    (rest.is_empty() || rest.starts_with(['\n', '\r', '"', '\\', '<', '|', '('])).then_some(name)
}

/// Most words with a capital before an address that a name may begin with.
const NAME_STARTS_MAX: usize = 6;

/// The name that ends at `end`, read backwards: as before an address in angle brackets.
pub(crate) fn name_before(text: &str, end: usize, words: &NameWords) -> Option<ByteSpan> {
    let line_start = text
        .get(..end)?
        .rfind(['\n', '\r', ':', ',', ';', '"', '<', '>', '|', '(', '：', '，', '；'])
        .map_or(0, |at| at + edges::after(text, at).map_or(1, char::len_utf8));
    let from = line_start.max(edges::floor(text, end.saturating_sub(80)));
    let before = text.get(from..end)?;
    // A word may stand before it, as in `customer Nadia Brandt <`.
    let starts = before.char_indices().filter(|(at, c)| {
        c.is_uppercase() && edges::before(before, *at).is_none_or(|c| c == ' ' || c == '\t')
    });
    starts
        .take(NAME_STARTS_MAX)
        .find_map(|(at, _)| name_at(text, from + at, 2, words).filter(|name| name.end == end))
}

/// End of the name words from `at` on, and how many there are.
fn words_from(text: &str, at: usize, words: &NameWords) -> (usize, usize) {
    let mut end = at;
    let mut count = 0;
    let mut next = at;
    while count < WORDS_MAX {
        let Some(word_end) = name_word_end(text, next) else { break };
        let Some(word) = text.get(next..word_end) else { break };
        if words.is_stopped(word) {
            break;
        }
        count += 1;
        end = word_end;
        let Some(after_space) = after_one_space(text, word_end) else { break };
        next = after_particles(text, after_space, words);
    }
    // An initial alone is no name, and one at the end is kept only behind a name.
    let single = text.get(at..end).is_some_and(|name| name.chars().filter(|c| c.is_alphabetic()).count() < 2);
    if single { (at, 0) } else { (end, count) }
}

fn after_one_space(text: &str, at: usize) -> Option<usize> {
    (edges::byte(text, at) == b' ' && edges::byte(text, at + 1) != b' ').then_some(at + 1)
}

/// Steps over particles such as `van der`, if a name word follows them.
fn after_particles(text: &str, at: usize, words: &NameWords) -> usize {
    let mut next = at;
    for _ in 0..4 {
        let rest = text.get(next..).unwrap_or_default();
        let length = rest.find([' ', '\n', ',', '.']).unwrap_or(0);
        let Some(word) = rest.get(..length) else { break };
        if word.len() > 6 || !words.particles.contains(&word.to_lowercase()) {
            break;
        }
        let Some(after) = after_one_space(text, next + length) else { break };
        next = after;
    }
    next
}

/// Where the capitalised word at `at` ends; `None` when there is none or it goes on as an identifier.
fn name_word_end(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let mut chars = rest.char_indices().peekable();
    let (_, first) = chars.next()?;
    if !first.is_uppercase() || edges::is_unspaced(first) {
        return None;
    }
    let mut end = first.len_utf8();
    let mut letters = 1;
    let mut humps = 0;
    let mut upper_run_broken = false;
    let mut previous = first;
    while let Some((index, c)) = chars.next() {
        if c.is_alphabetic() && !edges::is_unspaced(c) || is_mark(c) {
            if c.is_uppercase() {
                if previous.is_lowercase() {
                    humps += 1;
                }
            } else {
                upper_run_broken = true;
            }
            letters += 1;
            end = index + c.len_utf8();
            previous = c;
            if letters > 40 {
                return None;
            }
            continue;
        }
        let joins = matches!(c, '\'' | '’' | '-' | '‐');
        let next = chars.peek().map(|(_, next)| *next);
        if joins && next.is_some_and(|n| n.is_alphabetic() && !edges::is_unspaced(n)) {
            let after = rest.get(index + c.len_utf8()..).unwrap_or_default();
            let possessive = after.starts_with('s') && !after.chars().nth(1).is_some_and(char::is_alphabetic);
            if c != '-' && possessive {
                break;
            }
            previous = c;
            continue;
        }
        if c == '.' && letters == 1 {
            end = index + 1;
            break;
        }
        if c == '_' || c.is_ascii_digit() || c == '@' {
            return None;
        }
        let is_expression = matches!(c, '<' | '(' | '[' | '=')
            || (c == ':' && next == Some(':'))
            || (c == '.' && next.is_some_and(|n| n.is_alphabetic() || n == '_'));
        if is_expression {
            return None;
        }
        break;
    }
    let word = rest.get(..end)?;
    let is_mixed = humps > 0 && !has_name_prefix(word);
    let too_long_upper = !upper_run_broken && letters > 20;
    (!is_mixed && !too_long_upper && humps <= 2).then_some(at + end)
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Prefixes behind which a capital may stand inside a name.
pub(crate) fn has_name_prefix(word: &str) -> bool {
    [
        "Mc", "Mac", "O'", "O’", "D'", "D’", "L'", "L’", "De", "Di", "Da", "La", "Le", "Fitz", "Van", "Von",
        "Del", "Du", "St",
    ]
    .iter()
    .any(|prefix| {
        word.strip_prefix(prefix).is_some_and(|rest| rest.chars().next().is_some_and(char::is_uppercase))
    }) || word.contains(['\'', '’', '-'])
}

/// A Chinese name at `at`: a known family name and one or two more characters.
pub(crate) fn han_name_at(text: &str, at: usize, words: &NameWords) -> Option<ByteSpan> {
    let rest = text.get(at..)?;
    let run: Vec<char> = rest.chars().take_while(|c| edges::is_han(*c) || *c == '·').take(8).collect();
    if run.contains(&'·') {
        return None;
    }
    let two: String = run.iter().take(2).collect();
    let surname = if run.len() > 2 && words.han_surnames.contains(&two) {
        2
    } else if run.first().is_some_and(|c| words.han_surnames.contains(&c.to_string())) {
        1
    } else {
        return None;
    };
    let mut length = surname;
    for c in run.iter().skip(surname).take(2) {
        if words.han_stop.contains(c) {
            break;
        }
        length += 1;
    }
    let name: String = run.iter().take(length).collect();
    if length <= surname || words.stop.contains(&name) {
        return None;
    }
    Some(ByteSpan::new(at, at + name.len()))
}

/// A Chinese name that ends at `end`, as before `先生`: the longest that begins with a family name.
pub(crate) fn han_name_before(text: &str, end: usize, words: &NameWords) -> Option<ByteSpan> {
    let before = text.get(..end)?;
    let mut start = end;
    let mut best = None;
    let mut run = Vec::new();
    for c in before.chars().rev().take(4).take_while(|c| edges::is_han(*c)) {
        start -= c.len_utf8();
        run.insert(0, c);
        let first = c.to_string();
        let two: String = run.iter().take(2).collect();
        let given = run.iter().skip(1).all(|c| !words.han_stop.contains(c));
        if given && run.len() <= 3 && words.han_surnames.contains(&first)
            || run.len() <= 4 && words.han_surnames.contains(&two)
        {
            best = Some(ByteSpan::new(start, end));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> NameWords {
        let set = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        NameWords {
            stop: set(&["monday", "team", "please", "马上"]),
            particles: set(&["van", "der", "de", "la", "dos"]),
            han_surnames: set(&["裴", "王", "欧阳"]),
            han_stop: ['是', '的', '今'].into_iter().collect(),
        }
    }

    fn name(text: &str) -> Option<&str> {
        name_at(text, 0, 1, &words()).and_then(|span| span.of(text))
    }

    #[test]
    fn names_are_read_whole() {
        for (text, expected) in [
            ("John Smith, please", "John Smith"),
            ("Joost van der Meulenbeek;", "Joost van der Meulenbeek"),
            ("Seán O'Tarpey paid", "Seán O'Tarpey"),
            ("J. R. R. Tolkien", "J. R. R. Tolkien"),
            ("Smith's dog", "Smith"),
            ("Anna-Lena McDonald\nnext", "Anna-Lena McDonald"),
            ("裴若衡。", "裴若衡"),
            ("王明是", "王明"),
            ("欧阳修今天", "欧阳修"),
        ] {
            assert_eq!(name(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_words_are_no_names() {
        for text in
            ["Team", "Monday", "john", "PERSON_7KQ2", "JavaScript", "Foo::Bar", "Build42", "马上", "J. and"]
        {
            assert_eq!(name(text), None, "{text}");
        }
    }
}
