//! The sheet in Markdown: a table per group, a row per provider.

use std::fmt::Write as _;

use registry::Standard;

use super::{Entry, Evidence, Sheet};

/// What the signs mean.
pub(crate) fn legend() -> String {
    let mut out = String::from("| sign | |\n|---|---|\n");
    for standard in Standard::ALL {
        let _ = writeln!(out, "| {} | {}: {} |", standard.sign(), standard.name(), standard.about());
    }
    out
}

/// The tables, under headings of a level.
pub(crate) fn tables(sheet: &Sheet, level: usize) -> String {
    let mut out = String::new();
    let hashes = "#".repeat(level);
    for group in &sheet.groups {
        let _ = write!(out, "\n{hashes} {}\n\n|  |", group.title);
        for row in &group.rows {
            let _ = write!(out, " {} |", row.label);
        }
        out.push_str("\n|---|");
        out.push_str(&"---|".repeat(group.rows.len()));
        out.push('\n');
        for (index, provider) in sheet.providers.iter().enumerate() {
            let _ = write!(out, "| **{}** |", escaped(&provider.id));
            for row in &group.rows {
                let cell = row.cells.get(index).map_or(&[][..], Vec::as_slice);
                let entries: Vec<String> = cell.iter().map(entry).collect();
                let _ = write!(out, " {} |", entries.join("<br>"));
            }
            out.push('\n');
        }
    }
    out
}

/// One provider, a row per thing that is said, with all sources and remarks.
pub(crate) fn section(sheet: &Sheet, index: usize) -> String {
    let mut out = String::from("| | | source | read |\n|---|---|---|---|\n");
    for row in sheet.groups.iter().flat_map(|group| &group.rows) {
        for entry in row.cells.get(index).into_iter().flatten().filter(|entry| !entry.retrieved.is_empty()) {
            let sources: Vec<String> =
                entry.sources.iter().map(|one| format!("{} ({})", link(one), escaped(&one.id))).collect();
            let note =
                if entry.note.is_empty() { String::new() } else { format!("<br>*{}*", escaped(&entry.note)) };
            let _ = writeln!(
                out,
                "| {} | {}{note} | {} | {} |",
                row.label,
                said(entry),
                sources.join("<br>"),
                entry.retrieved
            );
        }
    }
    out
}

fn said(entry: &Entry) -> String {
    let scope = if entry.scope.is_empty() { String::new() } else { format!(" ({})", escaped(&entry.scope)) };
    format!("{} {}{scope}", entry.standard.sign(), escaped(&entry.value))
}

fn entry(entry: &Entry) -> String {
    if entry.retrieved.is_empty() {
        return said(entry);
    }
    // Ids keep a table readable; the section of the provider has the titles.
    let id = |source: &Evidence| match &source.url {
        Some(url) => format!("[{}](<{url}>)", escaped(&source.id)),
        None => escaped(&source.id),
    };
    let sources: Vec<String> = entry.sources.iter().map(id).chain([entry.retrieved.clone()]).collect();
    format!("{}<br><sub>{}</sub>", said(entry), sources.join(", "))
}

fn link(source: &Evidence) -> String {
    let title = escaped(&source.title);
    let mut out = match &source.url {
        Some(url) => format!("[{title}](<{url}>)"),
        None => title,
    };
    out.push_str(&source.dates());
    if source.is_unread {
        out.push_str(" (text not seen)");
    }
    if let Some(who) = &source.who {
        let _ = write!(out, " ({})", escaped(who));
    }
    out
}

/// Text that means nothing in a table of Markdown.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' | '#' => out.extend(['\\', c]),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_source_cannot_break_out_of_its_cell() {
        assert_eq!(escaped("a|b <i> [x](y) *z*\n# t"), "a\\|b &lt;i&gt; \\[x\\](y) \\*z\\* \\# t");
    }
}
