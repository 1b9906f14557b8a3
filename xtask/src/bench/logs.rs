//! `cordon assess` over logs that are made here: conversations whose history repeats, and requests in which everything is new.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use testkit::Trouble;
use tokio::runtime::Runtime;

use super::report::Report;
use super::stage::Stage;
use super::text;
use crate::run;

/// About so long are the logs, in bytes.
const LOG_BYTES: usize = 64 << 20;
/// Turns of a conversation; each is logged whole, with all turns before it.
const TURNS: usize = 12;

/// The time that a log takes, with all processors.
pub(crate) fn assess(stage: &mut Stage, _: &Runtime, report: &mut Report) -> Result<(), Trouble> {
    let folder = stage.folder.join("assess");
    std::fs::create_dir_all(&folder)?;
    let mut rows = Vec::new();
    for (name, about, turns) in [
        ("conversations.jsonl", "conversations of 12 turns, each logged whole", TURNS),
        ("single.jsonl", "single requests, nothing repeats", 1),
    ] {
        let log = folder.join(name);
        let bytes = write(&log, turns)?;
        for names in ["balanced", "off"] {
            let config = folder.join("cordon.toml");
            std::fs::write(&config, format!("[detection]\nnames = \"{names}\"\n"))?;
            let mut command = Command::new(&stage.binary);
            command.arg("--config").arg(&config).arg("assess").arg(&log).arg("--json").current_dir(&folder);
            let begun = run::now();
            let done = run::quiet(command)?;
            let seconds = run::now().duration_since(begun).as_secs_f64();
            if !done.is_good {
                return Err(Trouble::new("`cordon assess` could not assess all of the log"));
            }
            #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
            let rate = bytes as f64 / 1e6 / seconds;
            rows.push(vec![about.to_owned(), names.to_owned(), format!("{rate:.0} MB/s")]);
        }
        std::fs::remove_file(log)?;
    }
    report.section(
        "Assessing logs",
        "`cordon assess` over JSON lines of about 64 MB (messages of 200 to 2 000 bytes, values in five of twelve sentences, each line with an answer beside), start \
         included, on all processors. Goal: ≥ 20 MB/s on conversations.",
    );
    report.table(&["log", "names", "speed"], &rows);
    Ok(())
}

/// Writes a log; gives its length.
fn write(path: &Path, turns: usize) -> Result<usize, Trouble> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    let (mut bytes, mut at) = (0_usize, 0_usize);
    while bytes < LOG_BYTES {
        let mut messages =
            vec![r#"{"role":"system","content":"You help the customers of a shop."}"#.to_owned()];
        for _ in 0..turns {
            messages.push(message("user", &mut at));
            let line = format!(
                r#"{{"timestamp":"2026-11-02T09:20:46Z","url":"https://api.openai.com/v1/chat/completions","request":{{"model":"gpt-4.1","messages":[{}]}},"response":{{"choices":[{{"message":{{"role":"assistant","content":"fine"}}}}]}}}}"#,
                messages.join(",")
            );
            bytes = bytes.saturating_add(line.len() + 1);
            writeln!(file, "{line}")?;
            messages.push(message("assistant", &mut at));
        }
    }
    file.flush()?;
    Ok(bytes)
}

/// A message of 200 to 2 000 bytes; no two of a log are alike.
fn message(role: &str, at: &mut usize) -> String {
    let length = 200 + at.wrapping_mul(7919) % 1800;
    let content = serde_json::Value::from(text::prose(length, at.wrapping_mul(31)));
    *at = at.wrapping_add(1);
    format!(r#"{{"role":"{role}","content":{content}}}"#)
}
