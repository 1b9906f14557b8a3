//! What happens to text between a head and a model: cases, missing marks, slips of the finger, line breaks, wrappings.

use super::Marked;
use super::random::Random;

/// Lays noise over a document. About half of all documents stay as they are.
pub(super) fn lay(mut text: Marked, random: &mut Random) -> Marked {
    match random.below(100) {
        0..=8 => each(&mut text, |c| c.to_lowercase().collect()),
        9..=12 => each(&mut text, |c| c.to_uppercase().collect()),
        13..=14 => titles(&mut text),
        _ => {}
    }
    match random.below(100) {
        0..=4 => drop_marks(&mut text),
        5..=9 => slips(&mut text, random),
        10..=13 => breaks(&mut text, random),
        14 => double_spaces(&mut text, random),
        _ => {}
    }
    if random.percent(14) { wrap(text, random) } else { text }
}

fn each(text: &mut Marked, change: impl Fn(char) -> Vec<char>) {
    text.chars =
        text.chars.iter().flat_map(|&(c, mark)| change(c).into_iter().map(move |c| (c, mark))).collect();
}

/// Every Word With A Capital.
fn titles(text: &mut Marked) {
    let mut start = true;
    let mut chars = Vec::with_capacity(text.chars.len());
    for &(c, mark) in &text.chars {
        if start {
            chars.extend(c.to_uppercase().map(|c| (c, mark)));
        } else {
            chars.push((c, mark));
        }
        start = c.is_whitespace();
    }
    text.chars = chars;
}

/// Commas, full stops, question marks and the like go; marks inside a name, a number or code stay.
fn drop_marks(text: &mut Marked) {
    let after: Vec<bool> =
        text.chars.iter().skip(1).map(|&(c, _)| c.is_whitespace() || c == '"').chain([true]).collect();
    let mut ends = after.into_iter();
    text.chars.retain(|&(c, mark)| {
        let end = ends.next().unwrap_or(true);
        mark != 0 || !((".,;:!?".contains(c) && end) || "，。；：！？、".contains(c))
    });
}

/// One to three letters lost, doubled or swapped, in names as anywhere.
fn slips(text: &mut Marked, random: &mut Random) {
    for _ in 0..=random.below(3) {
        let at = random.below(text.chars.len());
        let Some(&(c, mark)) = text.chars.get(at) else { return };
        let inside = at > 0
            && text.chars.get(at + 1).is_some_and(|next| next.1 == mark)
            && text.chars.get(at - 1).is_some_and(|before| before.1 == mark);
        if !c.is_ascii_lowercase() || !inside {
            continue;
        }
        match random.below(3) {
            0 => {
                text.chars.remove(at);
            }
            1 => text.chars.insert(at, (c, mark)),
            _ => text.chars.swap(at, at + 1),
        }
    }
}

/// Lines wrapped at a width, as mail programs and terminals do; names break too.
fn breaks(text: &mut Marked, random: &mut Random) {
    let width = 30 + random.below(60);
    let mut column = 0;
    for (c, _) in &mut text.chars {
        column = if *c == '\n' { 0 } else { column + 1 };
        if *c == ' ' && column > width {
            *c = '\n';
            column = 0;
        }
    }
}

fn double_spaces(text: &mut Marked, random: &mut Random) {
    let mut chars = Vec::with_capacity(text.chars.len() + 8);
    for &(c, mark) in &text.chars {
        chars.push((c, mark));
        if c == ' ' && random.percent(20) {
            chars.push((' ', mark));
        }
    }
    text.chars = chars;
}

/// How the inner text changes inside a wrapping.
#[derive(Debug, Clone, Copy)]
enum Inner {
    Same,
    Json,
    Quoted,
    Csv,
}

/// Around the text, and what happens to it inside.
const WRAPPINGS: &[(&str, &str, Inner)] = &[
    ("{\"role\":\"user\",\"content\":\"", "\"}", Inner::Json),
    ("{\n  \"message\": \"", "\",\n  \"priority\": 2\n}", Inner::Json),
    ("[{\"id\": 17, \"text\": \"", "\", \"read\": false}]", Inner::Json),
    ("data: {\"delta\":{\"text\":\"", "\"}}\n\n", Inner::Json),
    ("> ", "\n\nWhat should I answer?", Inner::Quoted),
    ("On Monday someone wrote:\n> ", "\n", Inner::Quoted),
    ("id,text,done\n4,\"", "\",no\n", Inner::Csv),
    ("```\n", "\n```", Inner::Same),
    ("**Note:** ", "", Inner::Same),
    ("## Summary\n\n", "\n", Inner::Same),
    ("<p>", "</p>", Inner::Same),
    ("<message lang=\"xx\">", "</message>", Inner::Same),
    ("2026-03-14T08:15:30Z INFO worker[2231]: ", "", Inner::Same),
    ("[WARN] note=\"", "\" code=7", Inner::Json),
    ("comment: |\n  ", "\n", Inner::Same),
    ("You are a helpful assistant.\n\nUser: ", "\nAssistant:", Inner::Same),
    ("\"\"\"", "\"\"\"", Inner::Same),
    ("/* ", " */", Inner::Same),
    ("Summarise:\n\n", "", Inner::Same),
    ("... ", " ...", Inner::Same),
];

fn wrap(mut text: Marked, random: &mut Random) -> Marked {
    let Some(&(before, after, inner)) = random.pick(WRAPPINGS) else { return text };
    match inner {
        Inner::Same => {}
        Inner::Json => each(&mut text, |c| match c {
            '"' => vec!['\\', '"'],
            '\\' => vec!['\\', '\\'],
            '\n' => vec!['\\', 'n'],
            c => vec![c],
        }),
        Inner::Quoted => each(&mut text, |c| if c == '\n' { vec!['\n', '>', ' '] } else { vec![c] }),
        Inner::Csv => each(&mut text, |c| if c == '"' { vec!['"', '"'] } else { vec![c] }),
    }
    let mut whole = Marked::default();
    whole.push(before);
    whole.append(text);
    whole.push(after);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked() -> Marked {
        let mut marked = Marked::default();
        marked.push("Ask \"");
        marked.push_labelled("Ada Sorrel", "PERSON");
        marked.push("\", today.");
        marked
    }

    fn name(text: Marked) -> String {
        let (text, spans) = text.finish();
        let [span] = spans.as_slice() else { panic!("{spans:?}") };
        text.chars().skip(span.start).take(span.end - span.start).collect()
    }

    #[test]
    fn every_wrapping_keeps_the_name() {
        for seed in 0..200 {
            assert_eq!(name(wrap(marked(), &mut Random::of(seed, "wrap"))), "Ada Sorrel");
        }
    }

    #[test]
    fn cases_keep_the_span() {
        let mut upper = marked();
        each(&mut upper, |c| c.to_uppercase().collect());
        assert_eq!(name(upper), "ADA SORREL");
    }

    #[test]
    fn marks_go_only_outside() {
        let mut text = marked();
        drop_marks(&mut text);
        assert_eq!(text.finish().0, "Ask \"Ada Sorrel\" today");
    }
}
