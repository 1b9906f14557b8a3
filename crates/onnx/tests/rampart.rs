//! A real model: "Rampart" (National Design Studio, weights CC BY 4.0), as the test command fetches it. Without it and the ONNX
//! runtime these tests say so and do nothing.
//!
//! `CORDON_ONNX_MODEL` names a directory with its `model.onnx`, `tokenizer.json` and `LICENSE`; `ORT_DYLIB_PATH` the library.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may fail anywhere, and says when it is skipped"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cordon_onnx::{LoadError, OnnxModel, Settings};
use detect::tagger::{Knob, Tagger, Weights};
use detect::{DetectError, Detector, Input, Model as _, ModelFault, Reads};
use types::ByteSpan;

const LABELS: &str = include_str!("rampart.json");

/// A private directory with the model; `None` where it was not fetched.
struct Fixture {
    directory: tempfile::TempDir,
    library: PathBuf,
}

impl Fixture {
    #[expect(clippy::disallowed_methods, reason = "the test command says where the files are")]
    fn found() -> Option<Self> {
        let (Some(model), Some(library)) =
            (std::env::var_os("CORDON_ONNX_MODEL"), std::env::var_os("ORT_DYLIB_PATH"))
        else {
            println!("skipped: CORDON_ONNX_MODEL and ORT_DYLIB_PATH are not set");
            return None;
        };
        let directory = tempfile::tempdir().unwrap();
        for file in ["model.onnx", "tokenizer.json", "LICENSE"] {
            fs::copy(Path::new(&model).join(file), directory.path().join(file)).unwrap();
        }
        let fixture = Self { directory, library: library.into() };
        fixture.write("labels.json", LABELS);
        Some(fixture)
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.directory.path().join(file), text).unwrap();
    }

    fn settings(&self) -> Settings {
        Settings {
            directory: self.directory.path().to_owned(),
            library: self.library.clone(),
            entities: Vec::new(),
            time: Duration::from_secs(120),
            threads: 1,
            queue_max: 8,
            memory_bytes_max: 1 << 30,
        }
    }

    fn load(&self) -> Result<OnnxModel, LoadError> {
        load(&self.settings())
    }

    /// Why the model is refused with these labels.
    fn refused(&self, labels: &str) -> String {
        self.write("labels.json", labels);
        let refused = self.load().err().map(|error| error.to_string());
        self.write("labels.json", LABELS);
        refused.expect("it was taken")
    }
}

fn load(settings: &Settings) -> Result<OnnxModel, LoadError> {
    OnnxModel::load(settings, Arc::new(|wait: &mut dyn FnMut()| wait()))
}

fn with_model(fixture: &Fixture, reads: Reads) -> Detector {
    let model = Arc::new(fixture.load().unwrap());
    Detector::builtin().unwrap().with_model(model, reads).unwrap()
}

fn tagger() -> Arc<Tagger> {
    let weights = |bytes: &[u8]| Weights::from_bytes(bytes).unwrap();
    let spaced = weights(include_bytes!("../../../models/latin/weights.bin"));
    let dense = weights(include_bytes!("../../../models/cjk/weights.bin"));
    Arc::new(Tagger::new(spaced, Some(dense)))
}

/// Each `value` of an entity lies within a finding of that entity.
fn check(detector: &Detector, text: &str, expected: &[(&str, &str)]) {
    let found = detector.findings(&Input::of(text)).unwrap();
    for (entity, value) in expected {
        let start = text.find(value).unwrap();
        let span = ByteSpan::new(start, start + value.len());
        let is_it = found.iter().any(|found| found.entity.name() == *entity && found.span.contains(span));
        assert!(is_it, "{entity} {value} in {text}: {found:?}");
    }
}

/// A name without title, greeting or label, of a form that no pattern of the detector knows.
const ONLY_THE_MODEL: &str = "then marta kowalczyk called and asked for her keys";

#[test]
fn names_addresses_and_mail_are_found_with_emoji_and_chinese_around_them() {
    let Some(fixture) = Fixture::found() else { return };
    let detector = with_model(&fixture, Reads::Always);
    check(
        &detector,
        "👩🏽‍💻 王小明说：then Marta Kowalczyk called 🎉 from Seattle",
        &[("PERSON", "Marta Kowalczyk"), ("LOCATION", "Seattle")],
    );
    check(
        &detector,
        "發貨到 ship it to 742 Evergreen Terrace, Springfield 📦 谢谢",
        &[("ADDRESS", "742 Evergreen Terrace"), ("LOCATION", "Springfield")],
    );
    check(
        &detector,
        "“É” — Rajesh Kumar🇮🇳<rajesh.kumar@tidewick.org>",
        &[("PERSON", "Rajesh Kumar"), ("EMAIL_ADDRESS", "rajesh.kumar@tidewick.org")],
    );
}

#[test]
fn the_model_finds_what_nothing_else_does_and_is_joined_with_the_tagger() {
    let Some(fixture) = Fixture::found() else { return };
    let alone = Detector::builtin().unwrap();
    assert_eq!(alone.findings(&Input::of(ONLY_THE_MODEL)), Ok(Vec::new()));
    check(&with_model(&fixture, Reads::Always), ONLY_THE_MODEL, &[("PERSON", "marta kowalczyk")]);
    let model = Arc::new(fixture.load().unwrap());
    let joined = Detector::builtin()
        .unwrap()
        .with_tagger(tagger(), Knob::Balanced)
        .with_model(model, Reads::Always)
        .unwrap();
    // The model knows no Chinese names, the tagger does.
    check(
        &joined,
        "王小明在北京工作。 then marta kowalczyk called",
        &[("PERSON", "王小明"), ("PERSON", "marta kowalczyk")],
    );
}

#[test]
fn lines_around_personal_data_are_read_and_plain_ones_are_not() {
    let Some(fixture) = Fixture::found() else { return };
    let detector = with_model(&fixture, Reads::Unsure(tagger()));
    let text = format!("{ONLY_THE_MODEL}, write to mk@tidewick.org");
    check(&detector, &text, &[("PERSON", "marta kowalczyk"), ("EMAIL_ADDRESS", "mk@tidewick.org")]);
}

#[test]
fn a_name_is_found_wherever_windows_are_cut() {
    let Some(fixture) = Fixture::found() else { return };
    // Short windows, so that the text goes over several of them.
    fixture.write("labels.json", &LABELS.replace("\"window_tokens\": 254", "\"window_tokens\": 128"));
    let model = fixture.load().unwrap();
    for filler in (0..24).map(|count| count * 7) {
        let text = format!(
            "{}Yesterday my colleague Marta Kowalczyk from Seattle signed the lease. {}",
            "the parcel was sent on time and it came ".repeat(filler / 4),
            "nothing else was said about it ".repeat(20)
        );
        let found = model.spans(&text, &[ByteSpan::new(0, text.len())]).unwrap();
        let start = text.find("Marta").unwrap();
        let name = ByteSpan::new(start, start + "Marta Kowalczyk".len());
        assert!(found.iter().any(|found| found.span.contains(name)), "{filler}: {found:?}");
    }
}

#[test]
fn what_takes_too_long_is_an_error() {
    let Some(fixture) = Fixture::found() else { return };
    let settings = Settings { time: Duration::from_millis(1), ..fixture.settings() };
    let model = Arc::new(load(&settings).unwrap());
    let detector = Detector::builtin().unwrap().with_model(model, Reads::Always).unwrap();
    let text = "then marta called ".repeat(2000);
    let error = detector.findings(&Input::of(&text)).unwrap_err();
    assert!(
        matches!(error, DetectError::Model(ModelFault::Late { .. } | ModelFault::Busy { .. })),
        "{error:?}"
    );
}

#[test]
fn megabytes_without_a_boundary_are_an_error_before_they_are_read() {
    let Some(fixture) = Fixture::found() else { return };
    let detector = with_model(&fixture, Reads::Always);
    let error = detector.findings(&Input::of(&"a".repeat(3 << 20))).unwrap_err();
    assert!(matches!(error, DetectError::Model(ModelFault::TooLong { .. })), "{error:?}");
}

#[test]
fn hostile_texts_are_read_to_the_end() {
    let Some(fixture) = Fixture::found() else { return };
    let model = fixture.load().unwrap();
    for unit in ["a", "7", ".", " ", "\n", "é", "王", "가", "\u{301}", "\u{200b}", "👩🏽‍💻", "[SEP]", "аbв"]
    {
        let text = unit.repeat(1500 / unit.len());
        let found = model.spans(&text, &[ByteSpan::new(0, text.len())]).unwrap();
        assert!(found.iter().all(|found| found.span.of(&text).is_some()), "{unit:?}");
    }
}

#[test]
fn labels_that_do_not_fit_are_refused_with_the_reason() {
    let Some(fixture) = Fixture::found() else { return };
    let without = LABELS
        .replace(", \"B-ZIP_CODE\", \"I-ZIP_CODE\"", "")
        .replace("    \"ZIP_CODE\": { \"entity\": \"ADDRESS\" },\n", "");
    let reason = fixture.refused(&without);
    assert!(reason.contains("35 outputs") && reason.contains("33 labels"), "{reason}");
    // As many labels, in another order.
    let swapped = LABELS
        .replace("\"B-SURNAME\"", "\"B-X\"")
        .replace("\"I-SURNAME\"", "\"I-X\"")
        .replace("\"B-ZIP_CODE\"", "\"B-SURNAME\"")
        .replace("\"I-ZIP_CODE\"", "\"I-SURNAME\"")
        .replace("\"B-X\"", "\"B-ZIP_CODE\"")
        .replace("\"I-X\"", "\"I-ZIP_CODE\"");
    assert!(fixture.refused(&swapped).starts_with("example 1 "), "{}", fixture.refused(&swapped));
    let long = LABELS.replace("\"window_tokens\": 254", "\"window_tokens\": 2048");
    let reason = fixture.refused(&long);
    assert!(reason.contains("windows of 2050 tokens"), "{reason}");
}

#[test]
fn a_tokenizer_that_does_not_fit_is_refused() {
    let Some(fixture) = Fixture::found() else { return };
    let path = fixture.directory.path().join("tokenizer.json");
    let text = fs::read_to_string(&path).unwrap();
    let mut tokenizer: serde_json::Value = serde_json::from_str(&text).unwrap();
    // One word more than the model has rows.
    tokenizer["model"]["vocab"]["quorvex"] = serde_json::json!(40_000);
    fixture.write("tokenizer.json", &tokenizer.to_string());
    let error = fixture.load().unwrap_err();
    assert!(matches!(error, LoadError::Vocabulary { id: 40_000, .. }), "{error}");
    // As many words, in another order.
    let mut tokenizer: serde_json::Value = serde_json::from_str(&text).unwrap();
    for id in tokenizer["model"]["vocab"].as_object_mut().unwrap().values_mut() {
        let old = id.as_u64().unwrap();
        *id = if old < 5 { old } else { 19_734 - old }.into();
    }
    fixture.write("tokenizer.json", &tokenizer.to_string());
    let error = fixture.load().unwrap_err();
    assert!(matches!(error, LoadError::Example { .. }), "{error}");
    fixture.write("tokenizer.json", "{");
    assert!(matches!(fixture.load(), Err(LoadError::Tokenizer { .. })));
}

#[test]
fn files_that_are_missing_cut_or_too_large_are_refused() {
    let Some(fixture) = Fixture::found() else { return };
    let model = fs::read(fixture.directory.path().join("model.onnx")).unwrap();
    for cut in [0, 1000, model.len() / 2, model.len() - 1] {
        fs::write(fixture.directory.path().join("model.onnx"), &model[..cut]).unwrap();
        assert!(matches!(fixture.load(), Err(LoadError::Model { .. })), "{cut}");
    }
    fs::write(fixture.directory.path().join("model.onnx"), &model).unwrap();
    let small = Settings { memory_bytes_max: 1 << 20, ..fixture.settings() };
    assert!(matches!(load(&small), Err(LoadError::TooLarge { .. })));
    fixture.write("LICENSE", " \n");
    assert!(matches!(fixture.load(), Err(LoadError::NoLicence { .. })));
    fs::remove_file(fixture.directory.path().join("LICENSE")).unwrap();
    assert!(matches!(fixture.load(), Err(LoadError::Unreadable { .. })));
    fs::remove_file(fixture.directory.path().join("tokenizer.json")).unwrap();
    assert!(matches!(fixture.load(), Err(LoadError::Unreadable { .. })));
}

#[test]
fn an_operator_that_the_runtime_does_not_have_is_refused() {
    let Some(fixture) = Fixture::found() else { return };
    let path = fixture.directory.path().join("model.onnx");
    let model = fs::read(&path).unwrap();
    // Another name of the same length for the operator of quantised weights.
    let (from, to) = (b"MatMulNBits", b"MatMulNBots");
    let at = model.windows(from.len()).position(|window| window == from).unwrap();
    let mut changed = model;
    changed[at..at + to.len()].copy_from_slice(to);
    fs::write(&path, changed).unwrap();
    let error = fixture.load().unwrap_err();
    assert!(matches!(error, LoadError::Model { .. }) && error.to_string().contains("MatMulNBots"), "{error}");
}

#[test]
fn a_model_says_what_it_is_and_only_wanted_entities_are_taken() {
    let Some(fixture) = Fixture::found() else { return };
    let model = fixture.load().unwrap();
    let about = model.about();
    assert_eq!((about.name.as_str(), about.licence.as_str()), ("Rampart", "CC-BY-4.0"));
    assert_eq!(model.version(), about.digest);
    assert_eq!(cordon_onnx::digest(fixture.directory.path(), 1 << 30).unwrap(), about.digest);
    let settings = Settings { entities: vec!["PERSON".to_owned()], ..fixture.settings() };
    let only = load(&settings).unwrap();
    assert!(only.labels().iter().all(|label| &*label.entity == "PERSON"));
    let text = "Marta Kowalczyk lives in Seattle.";
    let found = only.spans(text, &[ByteSpan::new(0, text.len())]).unwrap();
    assert_eq!(
        found.iter().map(|found| found.span.of(text).unwrap()).collect::<Vec<_>>(),
        ["Marta Kowalczyk"]
    );
    let settings = Settings { entities: vec!["IBAN_CODE".to_owned()], ..fixture.settings() };
    assert!(matches!(load(&settings), Err(LoadError::Labels { .. })));
}

#[test]
fn a_library_that_is_none_is_refused() {
    let Some(fixture) = Fixture::found() else { return };
    let settings =
        Settings { library: fixture.directory.path().join("tokenizer.json"), ..fixture.settings() };
    assert!(matches!(load(&settings), Err(LoadError::Library { .. })));
}
