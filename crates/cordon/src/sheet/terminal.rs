//! The sheet on a terminal: a paragraph per key, a line per provider, so that it reads well at any width.

use registry::Standard;

use super::{Entry, Sheet};
use crate::output::{Output, Tone};

/// Least and greatest width that is used, in columns.
const WIDTH_MIN: usize = 60;
const WIDTH_MAX: usize = 150;

/// How much of a cell is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// The value, its source and its date.
    Proven,
    /// The value.
    Value,
}

/// Prints the sheet, `width` columns wide.
pub(crate) fn print(output: &Output, sheet: &Sheet, detail: Detail, width: usize) {
    let width = width.clamp(WIDTH_MIN, WIDTH_MAX);
    let is_one = sheet.providers.len() == 1;
    let indent = if is_one {
        2
    } else {
        sheet.providers.iter().map(|provider| provider.id.len()).max().unwrap_or(0) + 4
    };
    for group in &sheet.groups {
        output.line(&format!("\n{}", output.toned(Tone::Strong, &group.title.to_uppercase())));
        for row in &group.rows {
            output.line(&output.toned(Tone::Strong, &row.label));
            for (provider, cell) in sheet.providers.iter().zip(&row.cells) {
                for (index, entry) in cell.iter().enumerate() {
                    let name = if is_one || index > 0 { "" } else { provider.id.as_str() };
                    let room = indent - 2;
                    let head = format!("  {name:<room$}");
                    print_entry(output, (entry, detail), &head, indent, width);
                }
            }
        }
    }
    output.line("");
    for standard in Standard::ALL {
        output.line(&format!("{} {:<9} {}", mark(output, standard), standard.name(), standard.about()));
    }
}

fn print_entry(output: &Output, (entry, detail): (&Entry, Detail), head: &str, indent: usize, width: usize) {
    let value = if entry.scope.is_empty() {
        entry.value.clone()
    } else {
        format!("{} ({})", entry.value, entry.scope)
    };
    let room = width.saturating_sub(indent + 2).max(20);
    let proof = if detail == Detail::Proven { proof(entry) } else { String::new() };
    let mut lines = wrapped(&value, room);
    // The proof stands at the end of a short line, or on one of its own.
    let fits = lines.len() == 1
        && lines.first().is_some_and(|line| line.chars().count() + proof.chars().count() + 3 <= room);
    if !proof.is_empty() && fits {
        if let Some(line) = lines.first_mut() {
            line.push_str(&format!("  · {proof}"));
        }
    } else if !proof.is_empty() {
        lines.extend(wrapped(&format!("· {proof}"), room));
    }
    for (index, line) in lines.iter().enumerate() {
        if index == 0 {
            output.line(&format!("{head}{} {line}", mark(output, entry.standard)));
        } else {
            output.line(&format!("{:indent$}  {line}", ""));
        }
    }
}

/// First source and date.
fn proof(entry: &Entry) -> String {
    if entry.retrieved.is_empty() {
        return String::new();
    }
    let more = entry.sources.len().saturating_sub(1);
    let source = match entry.sources.first() {
        Some(source) if more > 0 => format!("{} +{more}, ", source.title),
        Some(source) => format!("{}, ", source.title),
        None if entry.standard == Standard::Unknown => "looked for, ".to_owned(),
        None => "no source, ".to_owned(),
    };
    format!("{source}{}", entry.retrieved)
}

/// The sign of a standard, in its colour.
pub(crate) fn mark(output: &Output, standard: Standard) -> String {
    let tone = match standard {
        Standard::Known => Tone::Good,
        Standard::Likely | Standard::Stale => Tone::Doubtful,
        Standard::Conflict | Standard::Unknown => Tone::Bad,
    };
    output.toned(tone, standard.sign())
}

/// Text in lines of at most `width` characters, broken at blanks where there are any.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let mut word: Vec<char> = word.chars().collect();
        loop {
            let gap = usize::from(!line.is_empty());
            let used = line.chars().count();
            if used + gap + word.len() <= width {
                if gap == 1 {
                    line.push(' ');
                }
                line.extend(&word);
                break;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                continue;
            }
            let rest = word.split_off(width.min(word.len()));
            lines.push(word.iter().collect());
            word = rest;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_never_longer_than_asked_and_lose_nothing() {
        for width in [1, 5, 11, 40] {
            let text = "no training by default, see https://a.example/very/long/address é漢字";
            let lines = wrapped(text, width);
            assert!(lines.iter().all(|line| line.chars().count() <= width), "{width}: {lines:?}");
            let joined: String = lines.concat().split_whitespace().collect();
            assert_eq!(joined, text.split_whitespace().collect::<String>());
        }
        assert_eq!(wrapped("", 10), [""]);
    }
}
