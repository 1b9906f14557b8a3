//! Sentences made from templates and name lists: labelled text about people who do not exist.
//!
//! A template is one line of `models/data/templates/<language>.txt`; its slots (`{full:a}`, `{city}`, `{org}`) are filled from
//! `models/data/names/<language>.txt` and from the gazetteers that are read beside it. What a slot of a person, place,
//! organisation or address puts into the text is a span; everything else is plain. Then noise is laid over the whole: other cases,
//! lost marks, typing errors, and the wrappings that text has on its way to a model (JSON, CSV, a log line, a quoted mail).
//!
//! The same library, seed and part give the same documents. The validation part uses templates, names and places that the training
//! part never uses, chosen by the hash of each, so that a new template moves no other.
//!
//! ```text
//! generate models/data --gazetteers LISTS --part train --count 6500 --seed 11 --out generated-train.jsonl
//! ```

mod fill;
mod inflect;
mod korean;
mod library;
mod noise;
mod people;
mod random;
mod record;
mod template;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use serde::Serialize;

use self::fill::Filler;
use self::library::{Library, LibraryError};
use self::random::Random;

/// Makes labelled sentences from templates and names.
#[derive(Parser)]
struct Arguments {
    /// The folder with `templates/` and `names/`.
    data: PathBuf,
    /// More lists, as `build_gazetteers.py` writes them.
    #[arg(long)]
    gazetteers: Option<PathBuf>,
    /// What the text is for.
    #[arg(long, value_enum)]
    part: Part,
    /// Documents in each language; half as many where a language has fewer than 150 templates.
    #[arg(long)]
    count: usize,
    /// The same seed makes the same text.
    #[arg(long)]
    seed: u64,
    /// Where the lines go.
    #[arg(long)]
    out: PathBuf,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Library(#[from] LibraryError),
    #[error("{}: {}", .0.display(), .1)]
    Out(PathBuf, std::io::Error),
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            let _ = writeln!(std::io::stderr(), "error: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Trouble> {
    let trouble = |error| Trouble::Out(arguments.out.clone(), error);
    let library = Library::load(&arguments.data, arguments.gazetteers.as_deref())?;
    let mut out = std::io::BufWriter::new(std::fs::File::create(&arguments.out).map_err(trouble)?);
    for language in library.languages() {
        let count = if library.size(language) < 150 { arguments.count / 2 } else { arguments.count };
        for document in documents(&library, language, arguments.part, arguments.seed, count) {
            serde_json::to_writer(&mut out, &document).map_err(|error| trouble(error.into()))?;
            out.write_all(b"\n").map_err(trouble)?;
        }
    }
    out.flush().map_err(trouble)
}

/// Which half of the templates and names a document is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// To learn from.
    Train,
    /// To choose by: one template in eight, one list entry in ten.
    Validate,
}

/// A labelled stretch, in code points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Span {
    /// First code point.
    start: usize,
    /// One past the last.
    end: usize,
    /// `PERSON`, `LOCATION`, `ORG` or `ADDRESS`.
    label: &'static str,
}

/// A made document, in the form of the other corpora.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Made {
    /// `generated:<language>:<number>`.
    id: String,
    /// Always `generated`.
    source: &'static str,
    /// Language of the templates.
    lang: String,
    /// Templates are ours, names are facts.
    licence: &'static str,
    /// The templates used, joined by `+`.
    template: String,
    /// The text.
    text: String,
    /// What is marked.
    spans: Vec<Span>,
}

/// Text with the span, if any, that each character belongs to. Noise works on this form, so that no offset has to be moved by hand.
#[derive(Debug, Clone, Default)]
struct Marked {
    chars: Vec<(char, u16)>,
    labels: Vec<&'static str>,
}

impl Marked {
    fn push(&mut self, text: &str) {
        self.chars.extend(text.chars().map(|c| (c, 0)));
    }

    fn push_labelled(&mut self, text: &str, label: &'static str) {
        self.labels.push(label);
        let mark = u16::try_from(self.labels.len()).unwrap_or(u16::MAX);
        self.chars.extend(text.chars().map(|c| (c, mark)));
    }

    fn append(&mut self, other: Self) {
        let shift = u16::try_from(self.labels.len()).unwrap_or(u16::MAX);
        self.labels.extend(other.labels);
        self.chars
            .extend(other.chars.into_iter().map(|(c, mark)| (c, if mark == 0 { 0 } else { mark + shift })));
    }

    fn finish(self) -> (String, Vec<Span>) {
        let mut spans: Vec<Span> = Vec::new();
        let mut last = 0;
        for (at, &(_, mark)) in self.chars.iter().enumerate() {
            if mark == last && mark != 0 {
                if let Some(span) = spans.last_mut() {
                    span.end = at + 1;
                }
            } else if let Some(&label) = self.labels.get(usize::from(mark).wrapping_sub(1)) {
                spans.push(Span { start: at, end: at + 1, label });
            }
            last = mark;
        }
        (self.chars.into_iter().map(|(c, _)| c).collect(), spans)
    }
}

/// `count` documents in `language`, the same for the same seed.
fn documents(
    library: &Library,
    language: &str,
    part: Part,
    seed: u64,
    count: usize,
) -> impl Iterator<Item = Made> {
    let templates = library.templates(language, part);
    let language = language.to_owned();
    (0..count).filter_map(move |number| {
        let mut random = Random::of(seed, &format!("{language}:{part:?}:{number}"));
        let filler = Filler::new(library, &language, part);
        if library.has(&language, "org") && random.percent(15) {
            let (shape, marked) = record::record(&filler, &mut random);
            return Some(made(&language, number, format!("{language}/record/{shape}"), marked, &mut random));
        }
        let sentences = match random.below(10) {
            0..=4 => 1,
            5..=7 => 2,
            8 => 3,
            _ => 4,
        };
        let joint = *random.pick(&[" ", " ", "\n", "\n", "\n\n", "\n- "])?;
        let joint = if joint == " " && filler.wide() { "" } else { joint };
        let (mut marked, mut names) = (Marked::default(), Vec::new());
        for sentence in 0..sentences {
            let template = random.pick(&templates)?;
            let next = filler.fill(template, &mut random);
            if sentence > 0 {
                marked.push(if joint.trim().is_empty() && !runs_on(&marked, &next) { "\n" } else { joint });
            }
            marked.append(next);
            names.push(template.id.as_str());
        }
        Some(made(&language, number, names.join("+"), marked, &mut random))
    })
}

fn made(language: &str, number: usize, template: String, marked: Marked, random: &mut Random) -> Made {
    let (text, spans) = noise::lay(marked, random).finish();
    Made {
        id: format!("generated:{language}:{number}"),
        source: "generated",
        lang: language.to_owned(),
        licence: "Apache-2.0",
        template,
        text,
        spans,
    }
}

/// Whether two texts may stand in one paragraph: a form, a table or code keeps its lines to itself.
fn runs_on(before: &Marked, after: &Marked) -> bool {
    let lines = |text: &Marked| text.chars.iter().any(|&(c, _)| c == '\n');
    let ended = before.chars.last().is_some_and(|&(c, _)| ".!?。！？…\"”".contains(c));
    ended && !lines(before) && !lines(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library() -> Library {
        let mut library = Library::default();
        library.add_templates(
            "en",
            "## chat\nI am {full:a}, {first:a} to you, from {city}.\nMail {full} at {org}, {address}.\n\
             Call {person} back.\n{upper:a} and {rev:a} met {last:b}.\nI, {initfull}, saw {full2}.\n\
             {first} wrote.\nAsk {first} or {first2}.\nIt was {full}.\nHere is {full}.\nWho is {full}?\n\
             ## negative\nNothing to see {n} times.\nMay I mark the bill?\n",
        );
        let names = (0..40)
            .map(|n| format!("first\tAda{n}\nlast\tSorrel{n}\ncity\tPenholt{n}\nstreet\tLow Road {n}\n"))
            .collect::<String>();
        library.add_list("en", &(names + "org\t{last} Ltd\naddress\t{n} {street}, {city}\nstem\tLumora\n"));
        library
    }

    fn made(part: Part, seed: u64) -> Vec<Made> {
        documents(&library(), "en", part, seed, 300).collect()
    }

    #[test]
    fn same_seed_same_documents() {
        assert_eq!(made(Part::Train, 7), made(Part::Train, 7));
        assert_ne!(made(Part::Train, 7), made(Part::Train, 8));
    }

    #[test]
    fn spans_lie_inside_the_text_and_do_not_overlap() {
        for document in made(Part::Train, 1) {
            let length = document.text.chars().count();
            let mut end = 0;
            for span in &document.spans {
                assert!(span.start >= end && span.start < span.end && span.end <= length, "{document:?}");
                end = span.end;
            }
        }
    }

    #[test]
    fn names_are_marked_and_nothing_else_is() {
        for document in made(Part::Train, 2) {
            let marked: usize = document.spans.iter().map(|s| s.end - s.start).sum();
            if document.template.split('+').all(|t| t.starts_with("en/negative")) {
                assert_eq!(marked, 0, "{document:?}");
            } else if !document.template.contains("/record/") {
                assert!(marked > 0, "{document:?}");
            }
        }
    }

    #[test]
    fn parts_share_no_template() {
        let used = |part| {
            made(part, 3)
                .iter()
                .flat_map(|d| d.template.split('+').map(str::to_owned).collect::<Vec<_>>())
                .filter(|t| !t.contains("/record/"))
                .collect::<std::collections::BTreeSet<_>>()
        };
        assert!(used(Part::Train).is_disjoint(&used(Part::Validate)));
    }

    #[test]
    fn a_bound_person_keeps_the_name() {
        let library = library();
        let template = template::Template::parse("en/chat", "{full:a} {first:a} {last:a}");
        let filler = Filler::new(&library, "en", Part::Train);
        for seed in 0..50 {
            let (text, spans) = filler.fill(&template, &mut Random::of(seed, "person")).finish();
            let word =
                |span: &Span| text.chars().skip(span.start).take(span.end - span.start).collect::<String>();
            let [full, first, last] = spans.as_slice() else { panic!("{text}") };
            assert!(word(full).contains(&word(first)) && word(full).contains(&word(last)), "{text}");
        }
    }
}
