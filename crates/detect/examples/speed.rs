//! How fast text is searched, on ordinary and on hostile text.
//!
//! `cargo run --release -p cordon-detect --example speed -- [FILE…]` prints megabytes a second on one core, the best of five
//! runs, for made-up prose, code, JSON, Chinese and logs, for texts made to be slow, and for each file named. `--only NAME`
//! takes the one text of this name.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool for developers: it measures time and prints"
)]

use std::time::Instant;

use cordon_detect::{Detector, Input};

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

fn main() {
    let start = Instant::now();
    let detector = Detector::builtin().unwrap();
    println!("recognizers loaded and proven in {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    let size = 4 << 20;
    println!("{:<28} {:>10} {:>10}", "text", "MB/s", "findings");
    for (name, piece) in [
        ("prose", PROSE),
        ("code", CODE),
        ("json", JSON),
        ("chinese", CHINESE),
        ("log", LOG),
        ("with values", MIXED),
    ] {
        report(&detector, name, &piece.repeat(size / piece.len()));
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

fn report(detector: &Detector, name: &str, text: &str) {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--only").skip(1);
    if arguments.next().is_some_and(|only| only != name) {
        return;
    }
    let mut best = f64::INFINITY;
    let mut count = 0;
    for _ in 0..5 {
        let start = Instant::now();
        count = detector.findings(&Input::of(text)).unwrap().len();
        best = best.min(start.elapsed().as_secs_f64());
        if best > 1.0 {
            break;
        }
    }
    println!("{name:<28} {:>10.1} {count:>10}", text.len() as f64 / 1e6 / best);
}
