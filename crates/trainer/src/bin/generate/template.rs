//! A line of text with slots.

use super::random::hash;

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// As it stands.
    Text(String),
    /// Something to fill in.
    Slot {
        /// `full`, `city`, `org`, …
        kind: String,
        /// The person that several slots of a template speak of.
        person: Option<char>,
        /// A grammatical form of the name: `gen`, `dat`, …
        form: Option<String>,
    },
}

/// A parsed template.
#[derive(Debug, Clone)]
pub(super) struct Template {
    /// `<language>/<group>/<hash>`.
    pub(super) id: String,
    /// Its pieces in order.
    pub(super) pieces: Vec<Piece>,
}

impl Template {
    /// Reads a line. `{name}`, `{name2}` (another one), `{name:a}` (of person a) and `{name:a.gen}` (in the genitive) are slots, `\n`
    /// is a line break; any other brace stands for itself, so that code and JSON can be written as they are.
    pub(super) fn parse(group: &str, line: &str) -> Self {
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut rest = line;
        while let Some(character) = rest.chars().next() {
            if let Some(after) = rest.strip_prefix("\\n") {
                text.push('\n');
                rest = after;
                continue;
            }
            if let Some((slot, after)) = rest.strip_prefix('{').and_then(|r| r.split_once('}'))
                && let Some(piece) = slot_of(slot)
            {
                if !text.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut text)));
                }
                pieces.push(piece);
                rest = after;
                continue;
            }
            text.push(character);
            rest = rest.strip_prefix(character).unwrap_or_default();
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        Self { id: format!("{group}/{:08x}", hash(line) & 0xffff_ffff), pieces }
    }
}

fn slot_of(slot: &str) -> Option<Piece> {
    let (head, form) = slot.split_once('.').map_or((slot, None), |(head, form)| (head, Some(form)));
    let (name, person) = head.split_once(':').map_or((head, None), |(name, person)| (name, Some(person)));
    let kind = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let lower = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_lowercase());
    if !lower(kind) || !form.is_none_or(lower) {
        return None;
    }
    let person = match person {
        None => None,
        Some(person) if lower(person) => person.chars().next(),
        Some(_) => return None,
    };
    Some(Piece::Slot { kind: kind.to_owned(), person, form: form.map(str::to_owned) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(kind: &str, person: Option<char>, form: Option<&str>) -> Piece {
        Piece::Slot { kind: kind.into(), person, form: form.map(Into::into) }
    }

    #[test]
    fn slots_and_text() {
        let template = Template::parse("pl/chat", "Do {full:a.gen}\\nod {city2}.");
        assert_eq!(
            template.pieces,
            [
                Piece::Text("Do ".into()),
                slot("full", Some('a'), Some("gen")),
                Piece::Text("\nod ".into()),
                slot("city", None, None),
                Piece::Text(".".into()),
            ]
        );
    }

    #[test]
    fn other_braces_stand_for_themselves() {
        let template = Template::parse("en/code", r#"{"name": "{full}", "f": {:?}}"#);
        assert_eq!(
            template.pieces,
            [
                Piece::Text("{\"name\": \"".into()),
                slot("full", None, None),
                Piece::Text("\", \"f\": {:?}}".into()),
            ]
        );
    }
}
