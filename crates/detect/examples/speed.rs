//! How fast text is searched, on ordinary and on hostile text.
//!
//! `cargo run --release -p cordon-detect --example speed -- [FILE…]` prints megabytes a second on one core, the best of five
//! runs, for made-up prose, code, JSON, Chinese and logs, for documents as dense with values as the development data, of the same
//! kinds and with one of every recognizer in turn, for the first documents after a start, which compile what they need, for
//! texts made to be slow, and for each file named; then how the time grows from 1 KB to 100 MB, what a hundred rules more
//! cost, and what a long conversation costs in which one message is new; then the same ordinary texts with names asked for, how
//! long the weights take to load, and what it costs to look for all names of a long conversation in each turn of it. `--only NAME` takes the one text of this name.
//!
//! Time is that for which the thread had a processor (Linux), so that a busy machine measures nearly as a quiet one.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a tool for developers: it measures time and prints"
)]

#[path = "speed/mix.rs"]
mod mix;

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;

use cordon_detect::tagger::{Knob, Tagger, Weights};
use cordon_detect::{BUILTIN, Cache, Detector, Input, RuleFile, about};
use sha2::{Digest as _, Sha256};

/// Ordinary text between the values of the dense documents: prose, code, logs, tables of many kinds.
const ORDINARY: &str = include_str!("../../../recognizers/ordinary.txt");
/// So much of it stands for each value: the development data have a value in about three hundred bytes.
const ORDINARY_BYTES: usize = 220;
/// Length of a dense document.
const DOCUMENT_BYTES: usize = 2 << 10;

const PROSE: &str = "The committee met again in the spring to look at the plans for the old harbour. Most members agreed that the quay \
    should be widened before winter, although the cost was higher than expected, and nobody wanted to wait for another year. \
    A short report will be sent round next week; it explains which parts can be built first and why the crane has to move. ";

const CODE: &str = "pub fn parse(input: &str) -> Result<Vec<Token>, ParseError> {\n    let mut tokens = Vec::with_capacity(input.len() / 4);\n    \
    for (index, line) in input.lines().enumerate() {\n        if line.trim().is_empty() { continue; }\n        let key = line.split(':').next().unwrap_or_default();\n        \
    tokens.push(Token { index, kind: Kind::from(key), width: 16 });\n    }\n    Ok(tokens)\n}\n\n";

const JSON: &str = "{\"id\":\"70c1e2ab-0415-4415-9020-7946095817d2\",\"type\":\"event\",\"created\":1719837460215,\"tags\":[\"alpha\",\"beta\"],\"ratio\":0.8125,\
    \"nested\":{\"enabled\":true,\"limit\":250,\"path\":\"/var/lib/app/cache\"},\"message\":\"worker restarted after timeout\"}\n";

const CHINESE: &str = "委员会在春天再次开会，讨论旧港口的改造计划。大多数成员同意在冬天之前拓宽码头，尽管费用比预期高。下周将发送一份简短的报告，说明哪些部分可以先建。";

const LOG: &str = "2026-01-14T10:03:11Z INFO worker-7 request_id=21d823df-0b77-4f02-a126-da182a7810fe status=200 duration=12ms bytes=48213 path=/api/v2/items/88213\n";

const MIXED: &str = "Dear Ms Silvestre, thank you for your call. We have noted your new address maren.silvestre@tidewick.org and the number \
    +44 20 7946 0958. The order will be charged to card 4111 1111 1111 1111 as agreed, and the old account stays open until the end of the month. \
    If anything is unclear, write to us at any time; the team answers within two working days, usually much faster than that. ";

const CHAT: &str = "hi, Marta Quillfeather here from Brandlehner Maschinenbau in Ulm. can you tell Rajesh that the parcel goes to 14 Gullhaven Terrace, \
    Marrowick MW4 2QT? Tomasz said he would call Mrs Okonjo on Tuesday, but nobody has heard from either of them since they left for Lisbon. thanks, Marta\n";

/// Nothing that the first pass of the tagger stops at.
const QUIET: &str = "it is not clear why the second part takes so long, and nobody has said when the rest of it will be done; we should \
    look at the numbers again before we change anything, because the last time that we did so it became slower than it was.\n\n";

const ORDINARY_TEXTS: [(&str, &str); 8] = [
    ("prose", PROSE),
    ("code", CODE),
    ("json", JSON),
    ("chinese", CHINESE),
    ("log", LOG),
    ("with values", MIXED),
    ("chat about people", CHAT),
    ("lower case, no names", QUIET),
];

fn main() {
    let start = cpu_seconds();
    let detector = Detector::builtin().unwrap();
    println!("recognizers loaded in {:.0} ms", (cpu_seconds() - start) * 1e3);
    let size = 4 << 20;
    println!("{:<28} {:>10} {:>10}", "text", "MB/s", "findings");
    for (name, piece) in ORDINARY_TEXTS {
        report(&detector, name, &piece.repeat(size / piece.len()));
    }
    let dense = dense_documents();
    with_names(&detector, &dense);
    let mixed = mix::documents(ORDINARY);
    let mixed: Vec<&str> = mixed.iter().map(String::as_str).collect();
    if is_wanted("dense as the data") {
        row("dense as the data", &mixed, &detector);
    }
    if is_wanted("first documents") {
        first_documents(&mixed);
    }
    if is_wanted("dense documents") {
        // Time is told in steps of some milliseconds.
        let texts: Vec<&str> = dense.iter().cycle().take(dense.len() * 8).map(String::as_str).collect();
        row("dense documents", &texts, &detector);
        growth(&detector, &dense.concat());
        own_rules(&texts);
        conversation(&detector, &dense);
    }
    for piece in [
        "a",
        "1",
        "1 ",
        "12-",
        "555 1234 ",
        "0123 456 789 ",
        "+1 212 555 ",
        "4111 1111 1111 1111 ",
        "@",
        "a@",
        "a.b@c.d ",
        ":",
        "a:b:",
        "eyJ",
        "eyJ-",
        "eyJ.",
        "sk-",
        "password=",
        "password is ",
        "-----BEGIN PRIVATE KEY-----",
        "Dear A ",
        "Dear Abc ",
        "name: A ",
        "token=a",
        "王先生",
        "密码",
        "e\u{301}",
        "１",
        "\u{200B}",
        "DE89 1",
        "_",
        "A1 ",
        "tel 1234567 ",
    ] {
        report(&detector, &format!("{piece:?}"), &piece.repeat((1 << 20) / piece.len()));
    }
    for path in std::env::args().skip(1).take_while(|argument| argument != "--only") {
        report(&detector, &path, &std::fs::read_to_string(&path).unwrap());
    }
}

/// The ordinary and dense texts with names asked for.
fn with_names(detector: &Detector, dense: &[String]) {
    let bytes = ["latin", "cjk"].map(|script| {
        std::fs::read(format!("{}/../../models/{script}/weights.bin", env!("CARGO_MANIFEST_DIR"))).unwrap()
    });
    let start = cpu_seconds();
    let [spaced, cjk] = bytes.map(|bytes| Weights::from_bytes(&bytes).unwrap());
    let tagger = Arc::new(Tagger::new(spaced, Some(cjk)));
    println!("{:<28} {:>8.0}ms", "weights loaded in", (cpu_seconds() - start) * 1e3);
    let asking = detector.clone().with_tagger(tagger, Knob::Balanced);
    for (name, piece) in ORDINARY_TEXTS {
        report(&asking, &format!("{name}, names asked for"), &piece.repeat((2 << 20) / piece.len()));
    }
    if is_wanted("names of 800 KB") {
        names_again(&asking);
    }
    let name = "dense documents, names asked for";
    if is_wanted(name) {
        let texts: Vec<&str> = dense.iter().map(String::as_str).collect();
        row(name, &texts, &asking);
    }
    let prompt = &MIXED.repeat(3)[..1024];
    if is_wanted("a prompt, names asked for") {
        let (seconds, _) = best(&asking, &[prompt; 500]);
        println!("{:<28} {:>8.3}ms", "a prompt of 1 KB, all asked", seconds * 1e3 / 500.0);
    }
}

/// Looking for all names of a conversation of 800 KB in each turn: every text searched anew, and as the cache does it; with the
/// same names in each turn, and with one more.
fn names_again(asking: &Detector) {
    const NEW: [&str; 8] = [
        "Ingrid Haugland",
        "Bence Szalai",
        "Oriol Puigdomenech",
        "Tadeusz Wrona",
        "Saskia Vermeulen",
        "Pelle Lindqvist",
        "Aoife Brannigan",
        "Radek Novotny",
    ];
    let texts: Vec<String> = (0..400).map(|turn| format!("{turn} {CHAT}{}", PROSE.repeat(4))).collect();
    let texts: Vec<&str> = texts.iter().map(|text| &text[..text.floor_char_boundary(2048)]).collect();
    let found: Vec<_> = texts.iter().map(|text| asking.findings(&Input::of(text)).unwrap()).collect();
    let new: Vec<(String, _)> = NEW
        .iter()
        .map(|name| {
            (
                format!("my name is {name}"),
                asking.findings(&Input::of(&format!("my name is {name}"))).unwrap(),
            )
        })
        .collect();
    let cache = Cache::new([7; 32], 64 << 20);
    let row = |name: &str, turn: &mut dyn FnMut(usize)| {
        turn(0);
        let start = cpu_seconds();
        (1..=new.len()).for_each(&mut *turn);
        println!("{name:<28} {:>8.2}ms", (cpu_seconds() - start) * 1e3 / new.len() as f64);
    };
    let known = |turn: usize| {
        let old =
            texts.iter().zip(&found).flat_map(|(text, found)| found.iter().map(move |one| (*text, one)));
        let new =
            new.iter().take(turn).flat_map(|(text, found)| found.iter().map(move |one| (text.as_str(), one)));
        asking.known_names(old.chain(new)).unwrap()
    };
    row("names of 800 KB, anew", &mut |turn| {
        let known = known(turn);
        for (text, found) in texts.iter().zip(&found) {
            black_box(known.beside(text, found));
        }
    });
    let mut again = |turn| {
        let known = known(turn);
        for (text, found) in texts.iter().zip(&found) {
            let mut seen = cache.seen(text);
            black_box(known.again(&mut seen, text, found));
            cache.keep(&seen);
        }
    };
    row("names of 800 KB, one is new", &mut again);
    row("names of 800 KB, the same", &mut |_| again(0));
}

fn is_wanted(name: &str) -> bool {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--only").skip(1);
    arguments.next().is_none_or(|only| only == name)
}

fn report(detector: &Detector, name: &str, text: &str) {
    if is_wanted(name) {
        row(name, &[text], detector);
    }
}

fn row(name: &str, texts: &[&str], detector: &Detector) {
    let (seconds, findings) = best(detector, texts);
    println!("{name:<28} {:>10.1} {findings:>10}", bytes_of(texts) as f64 / 1e6 / seconds);
}

fn bytes_of(texts: &[&str]) -> usize {
    texts.iter().map(|text| text.len()).sum()
}

/// The shortest of five searches of these texts, and how much they found.
fn best(detector: &Detector, texts: &[&str]) -> (f64, usize) {
    let mut best = f64::INFINITY;
    let mut findings = 0;
    for _ in 0..5 {
        let start = cpu_seconds();
        findings = texts.iter().map(|text| detector.findings(&Input::of(text)).unwrap().len()).sum();
        best = best.min(cpu_seconds() - start);
        if best > 1.0 {
            break;
        }
    }
    (best, findings)
}

/// Seconds for which this thread had a processor.
fn cpu_seconds() -> f64 {
    let of_thread = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    of_thread.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

/// Documents in which an example of each recognizer stands in turn between ordinary text.
fn dense_documents() -> Vec<String> {
    let examples = about(BUILTIN).unwrap().into_iter().flat_map(|about| about.examples);
    let mut examples: Vec<String> = examples
        .filter(|example| example.find.is_some() && example.key.is_none())
        .map(|example| example.text)
        .collect();
    // One file of recognizers stands behind the other: a stride puts their examples beside each other.
    let count = examples.len();
    examples = (0..count).map(|at| examples[at * 397 % count].clone()).collect();
    let pieces: Vec<usize> = (0..ORDINARY.len()).step_by(ORDINARY_BYTES).collect();
    let mut documents = vec![String::new()];
    for (example, piece) in examples.iter().zip(pieces.iter().cycle()) {
        let from = ORDINARY.floor_char_boundary(*piece);
        let to = ORDINARY.floor_char_boundary(from + ORDINARY_BYTES);
        let document = documents.last_mut().unwrap();
        writeln!(document, "{example}\n{}", &ORDINARY[from..to]).unwrap();
        if document.len() > DOCUMENT_BYTES {
            documents.push(String::new());
        }
    }
    documents
}

/// What a first prompt costs after a start, and the first documents: they compile the regexes that they need.
fn first_documents(texts: &[&str]) {
    let fresh = |texts: &[&str]| {
        let detector = Detector::builtin().unwrap();
        let start = cpu_seconds();
        let findings: usize =
            texts.iter().map(|text| detector.findings(&Input::of(text)).unwrap().len()).sum();
        (cpu_seconds() - start, findings)
    };
    let first = texts.get(..1).unwrap();
    let best = |texts: &[&str]| (0..5).map(|_| fresh(texts)).min_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
    let (seconds, findings) = best(texts);
    println!(
        "{:<28} {:>10.1} {findings:>10}",
        "dense as the data, cold",
        bytes_of(texts) as f64 / 1e6 / seconds
    );
    println!("{:<28} {:>8.1}ms", "a first prompt of 1.6 KB", best(first).0 * 1e3);
}

/// How the time grows with the length of one text.
fn growth(detector: &Detector, dense: &str) {
    for power in 3..=8 {
        let bytes = 10_usize.pow(power);
        let mut text = dense.repeat(bytes / dense.len() + 1);
        text.truncate(text.floor_char_boundary(bytes));
        let times = 10_000_000_usize.div_ceil(bytes).min(2_000);
        row(&format!("one text of {bytes} bytes"), &vec![text.as_str(); times], detector);
    }
}

/// What a hundred rules of an operator cost on top.
fn own_rules(texts: &[&str]) {
    let mut own =
        "version = 1\n[[entity]]\nname = \"OWN\"\nword = \"OWN\"\nclass = \"confidential\"\n".to_owned();
    for number in 0..100 {
        let way = match number % 3 {
            0 => format!("literals = ['PRJ{number:02}-']\nregex = '''PRJ{number:02}-[0-9]{{5}}'''"),
            1 => format!(
                "keywords = ['project code {number}']\nregex = '''\\s*[:=]?\\s*([A-Z]{{3}}-[0-9]{{4}})'''\ngroup = 1"
            ),
            _ => format!("numbers = true\nregex = '''{number:02}Q[0-9]{{6}}'''"),
        };
        write!(own, "[[recognizer]]\nid = \"own_{number}\"\nentity = \"OWN\"\nexamples = [{{ text = 'PRJ00-12345', find = 'PRJ00-12345' }}]\ncounter_examples = ['none']\n[[recognizer.pattern]]\nname = \"own\"\nscore = 0.6\n{way}\n").unwrap();
    }
    let mut files = BUILTIN.to_vec();
    files.push(RuleFile { name: "own.toml", text: &own });
    let with = Detector::unproven(&files).unwrap();
    let (without, with) = (best(&Detector::builtin().unwrap(), texts).0, best(&with, texts).0);
    println!("{:<28} {:>9.1}%", "100 own rules more cost", (with / without - 1.0) * 100.0);
}

/// What a conversation of 800 KB costs in which one message is new, against reading and hashing it.
fn conversation(detector: &Detector, dense: &[String]) {
    let messages: Vec<serde_json::Value> = dense
        .iter()
        .cycle()
        .take(800_000 / DOCUMENT_BYTES)
        .enumerate()
        .map(|(turn, text)| serde_json::json!({ "role": "user", "content": format!("{turn} {text}") }))
        .collect();
    let cache = Cache::new([7; 32], 64 << 20);
    let content = |message: &serde_json::Value| message["content"].as_str().unwrap().to_owned();
    let mut turns = 0;
    let (mut reading, mut searching) = (0.0, 0.0);
    for message in &messages {
        cache.findings(detector, &Input::of(&content(message))).unwrap();
    }
    while turns < 40 {
        let new = serde_json::json!({ "role": "user", "content": format!("turn {turns}: {}", dense[turns % dense.len()]) });
        let body = serde_json::to_string(&[messages.as_slice(), &[new]].concat()).unwrap();
        let start = cpu_seconds();
        let read: Vec<serde_json::Value> = serde_json::from_str(&body).unwrap();
        for message in &read {
            black_box(Sha256::digest(message["content"].as_str().unwrap()));
        }
        reading += cpu_seconds() - start;
        let start = cpu_seconds();
        for message in &read {
            black_box(cache.findings(detector, &Input::of(message["content"].as_str().unwrap())).unwrap());
        }
        searching += cpu_seconds() - start;
        turns += 1;
    }
    println!("{:<28} {:>9.1}x", "800 KB, one message is new", searching / reading);
}
