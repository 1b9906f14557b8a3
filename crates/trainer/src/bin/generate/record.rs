//! Records: the same facts as JSON, CSV, YAML, a form, a log line and other shapes that programs write.

use super::Marked;
use super::fill::Filler;
use super::random::Random;

/// What a column may hold, and how often.
const KINDS: &[(&str, usize)] = &[
    ("person", 5),
    ("first", 2),
    ("last", 2),
    ("city", 3),
    ("org", 3),
    ("address", 2),
    ("email", 2),
    ("phone", 1),
    ("id", 2),
    ("date", 1),
    ("n", 1),
    ("pair", 7),
];

/// A way to write records down.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Json,
    JsonLines,
    Csv(&'static str),
    Yaml,
    Toml,
    Xml,
    Form,
    Log,
    Table,
    Values,
    Query,
}

/// Each with the name that stands in the identifier of the template.
const SHAPES: &[(&str, Shape)] = &[
    ("json", Shape::Json),
    ("json", Shape::Json),
    ("jsonl", Shape::JsonLines),
    ("csv", Shape::Csv(",")),
    ("csv", Shape::Csv(";")),
    ("tsv", Shape::Csv("\t")),
    ("yaml", Shape::Yaml),
    ("toml", Shape::Toml),
    ("xml", Shape::Xml),
    ("form", Shape::Form),
    ("form", Shape::Form),
    ("log", Shape::Log),
    ("table", Shape::Table),
    ("sql", Shape::Values),
    ("query", Shape::Query),
];

/// A column: its key, and for a plain pair its value.
struct Column {
    key: String,
    kind: &'static str,
    value: String,
}

/// A few records of the same columns in one shape, with the shape's name.
pub(super) fn record(filler: &Filler<'_>, random: &mut Random) -> (&'static str, Marked) {
    let Some(&(name, shape)) = random.pick(SHAPES) else { return ("none", Marked::default()) };
    let columns: Vec<Column> = (0..2 + random.below(5)).map(|_| column(filler, random)).collect();
    let many = matches!(shape, Shape::Csv(_) | Shape::Table | Shape::JsonLines | Shape::Values);
    let count = if many { 1 + random.below(4) } else { 1 + random.below(2) };
    let rows: Vec<Vec<Marked>> =
        (0..count).map(|_| columns.iter().map(|c| value(filler, c, random)).collect()).collect();
    (name, write(shape, &columns, rows, random))
}

fn column(filler: &Filler<'_>, random: &mut Random) -> Column {
    let mut left = random.below(KINDS.iter().map(|k| k.1).sum());
    let kind = KINDS.iter().find(|k| {
        let here = left < k.1;
        left = left.saturating_sub(k.1);
        here
    });
    let kind = kind.map_or("pair", |k| k.0);
    if kind == "pair" {
        let pair = filler.key("pair", random).unwrap_or_else(|| "status=active".into());
        let (key, value) = pair.split_once('=').unwrap_or((&pair, ""));
        return Column { key: key.to_owned(), kind, value: value.to_owned() };
    }
    let key = filler.key(&format!("key_{kind}"), random).unwrap_or_else(|| kind.to_owned());
    Column { key, kind, value: String::new() }
}

fn value(filler: &Filler<'_>, column: &Column, random: &mut Random) -> Marked {
    if column.kind == "pair" {
        let mut marked = Marked::default();
        marked.push(&column.value);
        return marked;
    }
    let kind = match column.kind {
        "person" if random.percent(12) => "rev",
        "person" if random.percent(8) => "first",
        "person" => "full",
        kind => kind,
    };
    let mut marked = filler.one(kind, random);
    for (c, _) in &mut marked.chars {
        if *c == '\n' {
            *c = ' ';
        }
    }
    marked
}

fn write(shape: Shape, columns: &[Column], rows: Vec<Vec<Marked>>, random: &mut Random) -> Marked {
    let mut out = Marked::default();
    let pretty = random.percent(50);
    let keys = |joint: &str| columns.iter().map(|c| c.key.as_str()).collect::<Vec<_>>().join(joint);
    match shape {
        Shape::Csv(joint) => out.push(&(keys(joint) + "\n")),
        Shape::Table => out.push(&format!("| {} |\n|{}\n", keys(" | "), "---|".repeat(columns.len()))),
        Shape::Values => out.push(&format!("INSERT INTO t ({}) VALUES\n", keys(", "))),
        Shape::Json if rows.len() > 1 => out.push("["),
        _ => {}
    }
    let last = rows.len().saturating_sub(1);
    for (number, row) in rows.into_iter().enumerate() {
        let (open, close) = match shape {
            Shape::Json | Shape::JsonLines if pretty => ("{\n  ", "\n}"),
            Shape::Json | Shape::JsonLines => ("{", "}"),
            Shape::Yaml => ("- ", "\n"),
            Shape::Toml => ("[[entry]]\n", "\n"),
            Shape::Xml => ("<entry>", "</entry>\n"),
            Shape::Log => ("2026-02-11T10:04:07Z INFO ", "\n"),
            Shape::Table => ("| ", " |\n"),
            Shape::Values => ("(", if number == last { ");" } else { "),\n" }),
            Shape::Query => ("?", "\n"),
            Shape::Csv(_) | Shape::Form => ("", "\n"),
        };
        out.push(open);
        for (at, (column, value)) in columns.iter().zip(row).enumerate() {
            if at > 0 {
                out.push(match shape {
                    Shape::Json | Shape::JsonLines if pretty => ",\n  ",
                    Shape::Json | Shape::JsonLines => ",",
                    Shape::Csv(joint) => joint,
                    Shape::Yaml => "\n  ",
                    Shape::Toml | Shape::Form => "\n",
                    Shape::Xml => "",
                    Shape::Log => " ",
                    Shape::Table => " | ",
                    Shape::Values => ", ",
                    Shape::Query => "&",
                });
            }
            field(&mut out, shape, &column.key, value);
        }
        out.push(close);
        if number < last {
            out.push(match shape {
                Shape::Json => ",\n",
                Shape::JsonLines => "\n",
                _ => "",
            });
        } else if last > 0 && matches!(shape, Shape::Json) {
            out.push("]");
        }
    }
    out
}

/// A key and its value, as the shape writes them.
fn field(out: &mut Marked, shape: Shape, key: &str, value: Marked) {
    let comma = value.chars.iter().any(|&(c, _)| c == ',' || c == ';');
    let (before, after) = match shape {
        Shape::Json | Shape::JsonLines => (format!("\"{key}\":\""), "\"".to_owned()),
        Shape::Csv(_) if comma => ("\"".to_owned(), "\"".to_owned()),
        Shape::Csv(_) | Shape::Table => (String::new(), String::new()),
        Shape::Yaml | Shape::Form => (format!("{key}: "), String::new()),
        Shape::Toml => (format!("{key} = \""), "\"".to_owned()),
        Shape::Xml => (format!("<{key}>"), format!("</{key}>")),
        Shape::Log => (format!("{key}=\""), "\"".to_owned()),
        Shape::Values => ("'".to_owned(), "'".to_owned()),
        Shape::Query => (format!("{key}="), String::new()),
    };
    out.push(&before);
    out.append(value);
    out.push(&after);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Part;
    use crate::library::Library;

    #[test]
    fn names_are_marked_and_keys_are_not() {
        let mut library = Library::default();
        library.add_list(
            "en",
            "first\tAda\nlast\tSorrel\nkey_person\tpatient\ncity\tPenholt\norg\tLumora Ltd\n",
        );
        let filler = Filler::new(&library, "en", Part::Train);
        for seed in 0..300 {
            let (_, marked) = record(&filler, &mut Random::of(seed, "record"));
            let (text, spans) = marked.finish();
            for span in spans {
                let word: String = text.chars().skip(span.start).take(span.end - span.start).collect();
                assert!(
                    !word.contains("patient") && !word.contains(['"', '<', '=', '|']),
                    "{word} in {text}"
                );
            }
        }
    }
}
