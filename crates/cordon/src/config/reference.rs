//! The reference page of the configuration, `docs/configuration.md`, made from the schema.
//!
//! `cordon check --reference` prints it, `--reference --write FILE` writes it, and a test compares it with the file in the
//! repository, so that it cannot grow old.

use std::fmt::Write as _;

use serde_json::Value;

use super::schema::{Member, Shape, members};
use super::template::toml_of;

const INTRODUCTION: &str = "\
<!-- Made by `cordon check --reference --write docs/configuration.md` from the doc comments in crates/cordon/src/config. \
Do not edit. -->

# Configuration

Cordon reads one file, `cordon.toml`: the one that `--config` or `CORDON_CONFIG` names, else the one in the working
directory. Without a file the defaults hold. `cordon init` writes a commented one, `cordon check` validates it with file,
line and column, `cordon check --schema` prints a JSON schema for editors.

- An unknown key is an error. So is a secret: keys come from environment variables or files, and the message names how.
- Relative paths start at the directory of the file.
- Sizes are texts such as `\"16 MiB\"` or plain numbers of bytes; times are whole numbers with the unit in the name.
- `cordon serve` reads the file, its recognizer and fact files again on SIGHUP and when they change: whole, or not at all. What needs a
  restart: `[server]` (of a changed certificate file the new content is used without one), `[state]`, `[log]`,
  `ledger.durability`, `limits.connect_seconds`.

## Environment variables

| variable | means |
|---|---|
| `CORDON_CONFIG` | the configuration file |
| `CORDON_ENVIRONMENT` | `dev`, `staging` or `prod`; overrides `environment` |
| `CORDON_ROOT_KEY` | the root key: 64 hexadecimal characters. `openssl rand -hex 32` makes one |
| `CORDON_ROOT_KEY_FILE` | a file with the root key (mode 0600 or 0400) |
| `OPENAI_API_KEY`, `ANTHROPIC_API_KEY`, `MINIMAX_API_KEY`, `MINIMAX_CN_API_KEY`, `MISTRAL_API_KEY`, `DEEPSEEK_API_KEY`, `DASHSCOPE_API_KEY` | provider keys, where no `[[provider_keys]]` says \
otherwise |
| `ORT_DYLIB_PATH` | the library of the ONNX runtime, where `[detection.model]` names a model and no library |
| `NO_COLOR` | no colours |
";

/// The page.
pub(crate) fn reference() -> String {
    let mut out = String::from(INTRODUCTION);
    let all = members();
    out.push_str("\n## At the top of the file\n\n");
    let top = all.iter().filter(|member| matches!(member.shape, Shape::Leaf(_)) && !is_map(member));
    rows(&mut out, top);
    for member in &all {
        match &member.shape {
            Shape::Leaf(_) if !is_map(member) => {}
            Shape::Leaf(kind) => {
                heading(&mut out, &format!("[{}]", member.name), &member.about);
                let _ = writeln!(out, "{kind}. {}", example(member));
            }
            Shape::Table(members) => {
                heading(&mut out, &format!("[{}]", member.name), &member.about);
                rows(&mut out, members.iter());
                for inner in members {
                    if let Shape::Table(members) = &inner.shape {
                        heading(&mut out, &format!("[{}.{}]", member.name, inner.name), &inner.about);
                        rows(&mut out, members.iter());
                    }
                }
            }
            Shape::Tables(members) => {
                heading(&mut out, &format!("[{}.NAME]", member.name), &member.about);
                rows(&mut out, members.iter());
                nested(&mut out, members);
            }
            Shape::List(members) => {
                heading(&mut out, &format!("[[{}]]", member.name), &member.about);
                rows(&mut out, members.iter());
                nested(&mut out, members);
            }
        }
    }
    out
}

fn is_map(member: &Member) -> bool {
    matches!(member.default, Some(Value::Object(_)))
}

fn heading(out: &mut String, name: &str, about: &str) {
    let _ = write!(out, "\n## `{name}`\n\n{}\n\n", one_line(about));
}

fn rows<'a>(out: &mut String, members: impl Iterator<Item = &'a Member>) {
    out.push_str("| key | type | default | |\n|---|---|---|---|\n");
    for member in members {
        let kind = match &member.shape {
            Shape::Leaf(kind) => kind.clone(),
            Shape::Table(_) => "table, see there".to_owned(),
            Shape::Tables(_) => "table of tables, see below".to_owned(),
            Shape::List(_) => "list of tables".to_owned(),
        };
        let default = match (&member.shape, &member.default) {
            (Shape::Leaf(_), Some(default)) => format!("`{}`", toml_of(default)),
            _ if member.is_required => "must be given".to_owned(),
            _ => "left out".to_owned(),
        };
        let about = [one_line(&member.about), example(member)].join(" ");
        let _ = writeln!(
            out,
            "| `{}` | {} | {default} | {} |",
            member.name,
            kind.replace('|', "\\|"),
            about.trim()
        );
    }
}

/// Tables inside a table, where they are not a repetition of `[treatments]`.
fn nested(out: &mut String, members: &[Member]) {
    for member in members {
        if let Shape::Tables(inner) = &member.shape {
            let _ = write!(out, "\nEach entry of `{}`:\n\n", member.name);
            rows(out, inner.iter());
        }
    }
}

fn example(member: &Member) -> String {
    match &member.example {
        Some(value) if member.default.as_ref() != Some(value) => {
            format!("Example: `{} = {}`", member.name, toml_of(value))
        }
        _ => String::new(),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
