//! The gateway in a build with a bigger model: a name that only the model finds leaves as a surrogate and comes back; a text that
//! takes too long and a model that does not fit are refused.
//!
//! `CORDON_ONNX_BIN` names that build, `CORDON_ONNX_MODEL` the model, `ORT_DYLIB_PATH` the runtime, as the test command sets them.
//! Without them these tests say so and do nothing.
#![expect(clippy::unwrap_used, reason = "a test may fail anywhere")]
#![expect(clippy::print_stdout, reason = "it says when it is skipped")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cordon_testkit::dialect::DIALECTS;
use cordon_testkit::{Answers, Cordon, CordonSpec, MockProvider, Trouble, client, evidence_root};

/// No title, no greeting, no capital: nothing but the model takes it for a name.
const NAME: &str = "marta kowalczyk";

struct Fixture {
    binary: PathBuf,
    model: PathBuf,
    library: PathBuf,
}

impl Fixture {
    #[expect(clippy::disallowed_methods, reason = "the test command says where the files are")]
    fn found() -> Option<Self> {
        let named = |variable: &str| std::env::var_os(variable).map(PathBuf::from);
        let found = (named("CORDON_ONNX_BIN"), named("CORDON_ONNX_MODEL"), named("ORT_DYLIB_PATH"));
        let (Some(binary), Some(model), Some(library)) = found else {
            println!("skipped: CORDON_ONNX_BIN, CORDON_ONNX_MODEL and ORT_DYLIB_PATH are not set");
            return None;
        };
        Some(Self { binary, model, library })
    }

    /// A directory of its own with the model, beside that of the test command.
    fn directory(&self, name: &str) -> PathBuf {
        let directory = self.model.with_file_name(name);
        fs::create_dir_all(&directory).unwrap();
        for file in ["model.onnx", "tokenizer.json", "labels.json", "LICENSE"] {
            fs::copy(self.model.join(file), directory.join(file)).unwrap();
        }
        directory
    }

    fn settings(&self, directory: &Path, more: &str) -> String {
        format!(
            "[limits]\ndetect_ms = 60000\n[detection]\nnames = \"off\"\n[detection.model]\npath = \"{}\"\nlibrary = \"{}\"\nrun = \"always\"\n{more}\n",
            directory.display(),
            self.library.display()
        )
    }

    fn started(&self, name: &str, mock: &MockProvider, more: &str) -> Result<Cordon, Trouble> {
        let settings = self.settings(&self.model, more);
        let spec = CordonSpec { settings, ..CordonSpec::new(name, mock.address()) };
        Cordon::start_with(spec, &self.binary, &evidence_root()?)
    }
}

#[tokio::test]
async fn a_name_that_only_the_model_finds_leaves_as_a_surrogate_and_comes_back() -> Result<(), Trouble> {
    let Some(fixture) = Fixture::found() else { return Ok(()) };
    let mock = MockProvider::start()?;
    mock.answer(Answers::Echo { piece_chars: 7 });
    let mut cordon = fixture.started("model-names", &mock, "time_ms = 60000")?;
    let key = cordon.key("default").to_owned();
    for dialect in &DIALECTS {
        let text = format!("👩🏽‍💻 王 then {NAME} called and asked for her keys");
        let got = client::ask(cordon.address(), &dialect.ask(&key, dialect.body(&text).to_string())).await?;
        assert_eq!(got.status(), 200, "{}", got.text());
        assert!(got.text().contains(NAME), "{}: it did not come back: {}", dialect.name, got.text());
    }
    assert_eq!(mock.count(), DIALECTS.len());
    for call in mock.calls() {
        let sent = call.json().unwrap().to_string();
        assert!(!sent.contains("kowalczyk") && sent.contains("PERSON_"), "{sent}");
    }
    assert!(cordon.stop()?, "the gateway did not end well");
    Ok(())
}

#[tokio::test]
async fn what_takes_too_long_is_refused_and_nothing_leaves() -> Result<(), Trouble> {
    let Some(fixture) = Fixture::found() else { return Ok(()) };
    let mock = MockProvider::start()?;
    mock.answer(Answers::Plain);
    let mut cordon = fixture.started("model-late", &mock, "time_ms = 5000")?;
    let key = cordon.key("default").to_owned();
    for dialect in &DIALECTS {
        // A minute of reading; the short text with which the gateway tries itself at its start is read in time.
        let text = format!("then {NAME} called and asked for her keys ").repeat(20_000);
        let got = client::ask(cordon.address(), &dialect.ask(&key, dialect.body(&text).to_string())).await?;
        assert!([400, 503].contains(&got.status()), "{}", got.text());
        dialect.check_refusal(&got, &[400, 503], &[NAME])?;
    }
    assert_eq!(mock.count(), 0, "something left");
    assert!(cordon.stop()?, "the gateway did not end well");
    Ok(())
}

#[test]
fn check_and_explain_name_the_model_and_one_that_does_not_fit_is_refused_with_file_and_line()
-> Result<(), Trouble> {
    let Some(fixture) = Fixture::found() else { return Ok(()) };
    let directory = fixture.directory("model-check");
    let configuration = directory.join("cordon.toml");
    fs::write(&configuration, fixture.settings(&directory, "time_ms = 60000"))?;
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&fixture.binary);
        command.args(arguments).arg("--config").arg(&configuration).env("NO_COLOR", "1");
        command.current_dir(&directory);
        let done = command.output().unwrap();
        let text = if done.status.success() { done.stdout } else { done.stderr };
        (done.status.code(), String::from_utf8_lossy(&text).into_owned())
    };
    let (code, text) = run(&["check"]);
    assert!(code == Some(0) && text.contains("Rampart (CC-BY-4.0), reads everything, sha256 "), "{text}");
    fs::write(directory.join("note.txt"), format!("then {NAME} called"))?;
    let (code, text) = run(&["explain", "note.txt", "--json"]);
    assert_eq!(code, Some(0), "{text}");
    let said: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(said["detection_model"]["name"], "Rampart");
    assert_eq!(said["findings"][0]["evidence"]["recognizer"], "model", "{text}");
    let labels = fs::read_to_string(directory.join("labels.json"))?;
    fs::write(directory.join("labels.json"), labels.replace("\"B-STATE\", ", ""))?;
    let (code, text) = run(&["check"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(
        text.contains("35 outputs") && text.contains("34 labels") && text.contains("cordon.toml:6"),
        "{text}"
    );
    Ok(())
}
