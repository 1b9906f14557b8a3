//! What the default must do (preset `standard`, nothing declared), with the real binary, towards MiniMax, OpenAI and Anthropic:
//! identifiers go as surrogates and come back, a poem goes as it is, health is redacted unless a contract or the house takes it,
//! a password never leaves, and what cannot be read is refused.

use std::fs;
use std::path::PathBuf;

use cordon_testkit::client::{self, Got};
use cordon_testkit::dialect::{DIALECTS, Dialect};
use cordon_testkit::{Answers, AppSpec, Cordon, CordonSpec, MockProvider, Trouble};
use serde_json::{Value, json};

const CARD: &str = "4539 1488 0343 6467";
const WRITE: &str =
    "Please write to Anna Weber, anna.weber@tidewick.org: her card 4539 1488 0343 6467 was charged twice.";
const POEM: &str =
    "Write four lines about a river that has never seen the sea, as an old ferryman would tell it.";
const HEALTH: &str = "The patient Anna Weber was diagnosed with HIV last week. Draft a note.";
const PASSWORD: &str = "Why can't I log in? My password is Tidewick-77-Lantern! and it worked yesterday.";

/// Who is asked, in which dialect, for which model.
#[derive(Clone, Copy)]
struct Lane {
    deployment: &'static str,
    dialect: Dialect,
    model: &'static str,
}

const LANES: [Lane; 4] = [
    Lane { deployment: "minimax", dialect: DIALECTS[0], model: "to-minimax" },
    Lane { deployment: "minimax", dialect: DIALECTS[1], model: "to-minimax" },
    Lane { deployment: "openai", dialect: DIALECTS[0], model: "to-openai" },
    Lane { deployment: "anthropic", dialect: DIALECTS[1], model: "to-anthropic" },
];

/// The gateway and the one mock that all deployments lead to.
struct Scene {
    cordon: Cordon,
    mock: MockProvider,
}

impl Scene {
    fn start(name: &str, app: &str, accounts: &str, further: &str) -> Result<Self, Trouble> {
        let mock = MockProvider::start()?;
        mock.answer(Answers::Echo { piece_chars: 7 });
        let minimax = format!(
            "[[deployments]]\nid = \"minimax\"\nprovider = \"minimax-intl\"\nbase_url = \"{}\"\ndialects = [\"openai.chat\", \"anthropic.messages\"]\nmodels = [\"MiniMax-M2\"]\nkeyless = true\n",
            mock.origin()
        );
        let aliases = "[aliases]\nto-minimax = [\"minimax/MiniMax-M2\"]\nto-openai = [\"openai/gpt-4.1\"]\nto-anthropic = [\"anthropic/claude-haiku-4-5\"]\n";
        let spec = CordonSpec {
            apps: vec![AppSpec { settings: app.to_owned(), ..AppSpec::named("default") }],
            settings: format!("{minimax}\n{aliases}{}", further.replace("MOCK", &mock.origin())),
            accounts: accounts.to_owned(),
            ..CordonSpec::new(name, mock.address())
        };
        Ok(Self { cordon: Cordon::start(spec)?, mock })
    }

    async fn ask(&self, lane: Lane, content: &Value, stream: bool) -> Result<Got, Trouble> {
        let body = json!({
            "model": lane.model, "max_tokens": 90, "stream": stream,
            "messages": [{"role": "user", "content": content}]
        });
        let ask = lane.dialect.ask(self.cordon.key("default"), body.to_string());
        client::ask(self.cordon.address(), &ask).await
    }

    async fn say(&self, lane: Lane, text: &str) -> Result<Got, Trouble> {
        self.ask(lane, &json!(text), false).await
    }

    /// The text that the provider saw last.
    fn seen(&self) -> String {
        let body = self.mock.calls().last().and_then(|call| call.json()).unwrap_or_default();
        body.pointer("/messages/0/content").and_then(Value::as_str).unwrap_or_default().to_owned()
    }
}

fn header<'a>(got: &'a Got, name: &str) -> &'a str {
    got.head.header(name).unwrap_or_default()
}

/// The text of an answer, whole or streamed.
fn answer(got: &Got) -> String {
    let of = |body: &Value| {
        let places =
            ["/choices/0/message/content", "/choices/0/delta/content", "/content/0/text", "/delta/text"];
        places.iter().find_map(|place| body.pointer(place)).and_then(Value::as_str).map(str::to_owned)
    };
    if let Some(body) = got.json() {
        return of(&body).unwrap_or_default();
    }
    let events = got.text();
    let data = events.lines().filter_map(|line| line.strip_prefix("data: "));
    data.filter_map(|data| serde_json::from_str(data).ok()).filter_map(|body: Value| of(&body)).collect()
}

#[tokio::test]
async fn identifiers_go_as_surrogates_and_come_back_and_a_poem_goes_as_it_is() -> Result<(), Trouble> {
    let scene = Scene::start("defaults", "", "", "")?;
    for lane in LANES {
        for stream in [false, true] {
            let got = scene.ask(lane, &json!(WRITE), stream).await?;
            let seen = scene.seen();
            assert_eq!(
                (got.status(), header(&got, "x-cordon-deployment")),
                (200, lane.deployment),
                "{}",
                got.text()
            );
            for value in ["Weber", "anna.weber", "tidewick", CARD, "6467"] {
                assert!(!seen.contains(value), "{}: {value} left: {seen}", lane.model);
            }
            assert!(seen.ends_with("was charged twice."), "{seen}");
            assert_eq!(answer(&got), WRITE, "{} stream {stream}", lane.model);
        }
        let got = scene.say(lane, POEM).await?;
        assert_eq!((scene.seen().as_str(), answer(&got).as_str()), (POEM, POEM));
        assert_eq!(header(&got, "x-cordon-treatments"), "");
    }
    Ok(())
}

#[tokio::test]
async fn health_is_redacted_with_the_reason_in_a_header() -> Result<(), Trouble> {
    let scene = Scene::start("defaults-health", "", "", "")?;
    for lane in LANES {
        let got = scene.say(lane, HEALTH).await?;
        let seen = scene.seen();
        assert_eq!(got.status(), 200, "{}", got.text());
        assert!(!seen.contains("HIV") && !seen.contains("Weber"), "{}: {seen}", lane.model);
        assert!(header(&got, "x-cordon-treatments").contains("health=redact"));
        assert!(
            header(&got, "x-cordon-reasons").contains("health=redact;"),
            "{}",
            header(&got, "x-cordon-reasons")
        );
    }
    Ok(())
}

#[tokio::test]
async fn health_goes_to_the_house_where_there_is_one() -> Result<(), Trouble> {
    let house = "[[providers]]\nid = \"house\"\non_premises = true\nmodels = [\"house-1\"]\nsurfaces = { \"openai.chat\" = { base_url = \"MOCK\", key = \"none\" }, \"anthropic.messages\" = { base_url = \"MOCK\", key = \"none\" } }\n\n[[deployments]]\nid = \"house\"\nprovider = \"house\"\nmodels = [\"house-1\"]\nkeyless = true\n";
    let or_house = ["minimax", "openai", "anthropic"]
        .map(|to| format!("{to}-or-house = [\"to-{to}\", \"house/house-1\"]\n"))
        .concat();
    let scene = Scene::start("defaults-house", "", "", &format!("{or_house}\n{house}"))?;
    let models = ["minimax-or-house", "minimax-or-house", "openai-or-house", "anthropic-or-house"];
    for (lane, model) in LANES.into_iter().zip(models) {
        let got = scene.say(Lane { model, ..lane }, HEALTH).await?;
        assert_eq!(header(&got, "x-cordon-deployment"), "house", "{model}: {}", got.text());
        assert_eq!(scene.seen(), HEALTH, "on the own premises it stays as it is");
        let got = scene.say(Lane { model, ..lane }, POEM).await?;
        assert_eq!(
            header(&got, "x-cordon-deployment"),
            lane.deployment,
            "the app's own order, where nothing is lost"
        );
    }
    Ok(())
}

#[tokio::test]
async fn health_goes_in_clear_under_a_contract_while_names_do_not() -> Result<(), Trouble> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let evidence = folder.join("defaults-agreement.pdf");
    fs::write(&evidence, "signed")?;
    let agreed = |id: &str| format!("{id} = {{ id = \"A-1\", evidence = \"{}\" }}", evidence.display());
    let grants = ["zero_retention", "baa", "dpa", "clauses", "assessment"].map(agreed).join(", ");
    let mut facts = "schema = \"cordon.own-facts/1\"\n\n[[source]]\nid = \"contract\"\ntitle = \"Contract with the provider\"\nwho = \"Ida Brandt, DPO\"\ndocument_date = \"2026-11-03\"\n".to_owned();
    for provider in ["openai", "anthropic"] {
        for key in ["location.storage", "location.processing", "location.remote_access"] {
            facts.push_str(&format!(
                "\n[[fact]]\nprovider = \"{provider}\"\nkey = \"{key}\"\nvalue = [\"US\"]\nstatus = \"known\"\nbasis = \"read\"\nsources = [\"contract\"]\nretrieved = \"2026-11-03\"\n"
            ));
        }
    }
    let own_facts = folder.join("defaults-facts.toml");
    fs::write(&own_facts, facts)?;
    let app = "subjects = [\"EU\", \"US\"]\npurpose = [\"care\"]\nlegal_basis = \"contract\"\ndpia_approved = true\nart9_exception = \"health_care\"\n";
    let registry = format!("[registry]\nfacts = [\"{}\"]\n", own_facts.display());
    let scene = Scene::start("defaults-contract", app, &format!("grants = {{ {grants} }}\n"), &registry)?;
    for lane in LANES {
        let got = scene.say(lane, HEALTH).await?;
        let seen = scene.seen();
        assert_eq!(got.status(), 200, "{}", got.text());
        assert!(!seen.contains("Weber"), "{}: {seen}", lane.model);
        // What MiniMax publishes permits it to train on content, and no contract of its own says otherwise.
        let is_covered = lane.deployment != "minimax";
        assert_eq!(
            seen.contains("HIV"),
            is_covered,
            "{}: {seen} {}",
            lane.model,
            header(&got, "x-cordon-reasons")
        );
        assert!(answer(&got).contains("Anna Weber"));
    }
    Ok(())
}

#[tokio::test]
async fn a_password_never_leaves_and_what_cannot_be_read_is_refused() -> Result<(), Trouble> {
    let scene = Scene::start("defaults-refused", "", "", "")?;
    // A picture of one pixel, a file and a sound, as the dialects carry them.
    let pixel =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    let chat = [
        (
            "image",
            json!({"type": "image_url", "image_url": {"url": format!("data:image/png;base64,{pixel}")}}),
        ),
        (
            "audio",
            json!({"type": "input_audio", "input_audio": {"data": "UklGRiQAAABXQVZF", "format": "wav"}}),
        ),
        (
            "document",
            json!({"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERi0xLjQK"}}),
        ),
    ];
    let messages = [
        (
            "image",
            json!({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": pixel}}),
        ),
        (
            "document",
            json!({"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0xLjQK"}}),
        ),
    ];
    for lane in LANES {
        let got = scene.say(lane, PASSWORD).await?;
        assert_eq!(got.status(), 200, "{}", got.text());
        assert!(!scene.seen().contains("Lantern"), "{}: {}", lane.model, scene.seen());

        let parts: &[(&str, Value)] = if lane.dialect.name == "openai" { &chat } else { &messages };
        for (class, part) in parts {
            let before = scene.mock.count();
            let got =
                scene.ask(lane, &json!([{"type": "text", "text": "What is this?"}, part]), false).await?;
            lane.dialect.check_refusal(&got, &[400, 403, 422], &[])?;
            assert!(
                got.text().contains(&format!("[treatments] {class}\"")),
                "names the setting: {}",
                got.text()
            );
            assert_eq!(scene.mock.count(), before, "nothing left");
        }
    }
    Ok(())
}
