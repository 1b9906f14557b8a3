//! The scenario of docs/decision.md, with the real binary: who gets a request, in which form, and why.

use std::fs;
use std::path::PathBuf;

use cordon_testkit::client::{self, Got};
use cordon_testkit::dialect::DIALECTS;
use cordon_testkit::{Answers, AppSpec, Cordon, CordonSpec, MockProvider, Trouble};
use serde_json::{Value, json};

const WRITE: &str = "Please write to Anna Weber, anna.weber@tidewick.org, and thank her.";
const HEALTH: &str = "The patient Anna Weber was diagnosed with HIV last week. Draft a note.";
const POEM: &str = "Write four lines about a river that has never seen the sea.";

/// A gateway towards MiniMax (international), OpenAI and, if asked for, a model in the house.
struct Scene {
    cordon: Cordon,
    minimax: MockProvider,
    openai: MockProvider,
    house: MockProvider,
}

impl Scene {
    fn start(name: &str, subjects: &str, with_house: bool, further: &str) -> Result<Self, Trouble> {
        let mocks = [MockProvider::start()?, MockProvider::start()?, MockProvider::start()?];
        for mock in &mocks {
            mock.answer(Answers::Echo { piece_chars: 9 });
        }
        let [minimax, openai, house] = mocks;
        let deployment = |id: &str, provider: &str, model: &str, mock: &MockProvider, more: &str| {
            format!(
                "[[deployments]]\nid = \"{id}\"\nprovider = \"{provider}\"\nbase_url = \"{}\"\ndialects = [\"openai.chat\"]\nmodels = [\"{model}\"]\nkeyless = true\n{more}\n",
                mock.origin()
            )
        };
        let mut settings = format!("{further}\n");
        let mut care = vec!["\"minimax/MiniMax-M2\""];
        settings.push_str(&deployment("minimax", "minimax-intl", "MiniMax-M2", &minimax, ""));
        settings.push_str(&deployment("other", "openai", "gpt-4.1", &openai, ""));
        if with_house {
            settings.push_str(&deployment("house", "openai", "house-1", &house, "on_premises = true\n"));
            care.push("\"house/house-1\"");
        }
        settings.push_str(&format!(
            "[aliases]\nchat = [\"minimax/MiniMax-M2\", \"other/gpt-4.1\"]\ncare = [{}]\nfar = [\"minimax/MiniMax-M2\"]\n",
            care.join(", ")
        ));
        let app = AppSpec { settings: format!("subjects = [{subjects}]"), ..AppSpec::named("default") };
        let spec = CordonSpec { apps: vec![app], settings, ..CordonSpec::new(name, minimax.address()) };
        Ok(Self { cordon: Cordon::start(spec)?, minimax, openai, house })
    }

    async fn ask(&self, model: &str, text: &str) -> Result<Got, Trouble> {
        let body = json!({"model": model, "messages": [{"role": "user", "content": text}]}).to_string();
        client::ask(self.cordon.address(), &DIALECTS[0].ask(self.cordon.key("default"), body)).await
    }
}

fn header(got: &Got, name: &str) -> String {
    got.head.header(name).unwrap_or_default().to_owned()
}

/// The text that the provider saw last.
fn seen(mock: &MockProvider) -> String {
    let body = mock.calls().last().and_then(|call| call.json()).unwrap_or_default();
    body.pointer("/messages/0/content").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn answer(got: &Got) -> String {
    let body = got.json().unwrap_or_default();
    body.pointer("/choices/0/message/content").and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn names_go_as_surrogates_health_stays_in_the_house_and_a_poem_goes_as_it_is() -> Result<(), Trouble> {
    let scene = Scene::start("decisions", "\"EU\"", true, "")?;
    // (a) A name and an address to MiniMax: surrogates there, values here.
    let got = scene.ask("chat", WRITE).await?;
    assert_eq!(
        (got.status(), header(&got, "x-cordon-deployment").as_str()),
        (200, "minimax"),
        "{}",
        got.text()
    );
    assert!(!seen(&scene.minimax).contains("Weber") && !seen(&scene.minimax).contains("tidewick"));
    assert!(answer(&got).contains("Anna Weber") && answer(&got).contains("anna.weber@tidewick.org"));
    assert_eq!(header(&got, "x-cordon-treatments"), "person=pseudonymise,contact=pseudonymise");

    // (b) Health of somebody in the EU: the model in the house gets it, whole.
    let got = scene.ask("care", HEALTH).await?;
    assert_eq!(header(&got, "x-cordon-deployment"), "house", "{}", got.text());
    assert_eq!(seen(&scene.house), HEALTH);
    // Without one it is redacted, with the law.
    let got = scene.ask("far", HEALTH).await?;
    assert_eq!(header(&got, "x-cordon-deployment"), "minimax");
    assert!(!seen(&scene.minimax).contains("HIV"), "{}", seen(&scene.minimax));
    assert!(header(&got, "x-cordon-treatments").contains("health=redact"));
    let reasons = header(&got, "x-cordon-reasons");
    assert!(reasons.contains("health=redact;L2;\"GDPR art. 9, 10\""), "{reasons}");
    let records = scene.cordon.records()?;
    let intent = records.iter().rev().find(|record| record["kind"] == "intent").unwrap();
    assert_eq!(intent["treatments"]["health"], "redact");
    assert!(intent["reasons"].to_string().contains("L2"), "{intent}");

    // (c) Nothing was found: nothing binds, whatever is unknown.
    let got = scene.ask("chat", POEM).await?;
    assert_eq!(
        (seen(&scene.minimax).as_str(), header(&got, "x-cordon-deployment").as_str()),
        (POEM, "minimax")
    );
    assert_eq!(header(&got, "x-cordon-reasons"), "");
    Ok(())
}

#[tokio::test]
async fn a_denied_jurisdiction_moves_the_request() -> Result<(), Trouble> {
    // What is known of the other provider must be enough: its reach without a gap.
    let facts = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("decisions-facts.toml");
    let mut text = "schema = \"cordon.own-facts/1\"\n\n[[source]]\nid = \"contract\"\ntitle = \"Contract with the provider\"\nwho = \"Ida Brandt, DPO\"\ndocument_date = \"2026-11-03\"\n".to_owned();
    for key in ["location.storage", "location.processing", "location.remote_access"] {
        text.push_str(&format!(
            "\n[[fact]]\nprovider = \"openai\"\nkey = \"{key}\"\nvalue = [\"US\"]\nstatus = \"known\"\nbasis = \"read\"\nsources = [\"contract\"]\nretrieved = \"2026-11-03\"\n"
        ));
    }
    fs::write(&facts, text)?;
    let further =
        format!("[jurisdictions]\ndeny = [\"CN\"]\n\n[registry]\nfacts = [\"{}\"]\n", facts.display());
    let scene = Scene::start("decisions-denied", "\"EU\"", false, &further)?;
    // (d) MiniMax would get less than surrogates, so the other one gets them.
    let got = scene.ask("chat", WRITE).await?;
    assert_eq!(
        header(&got, "x-cordon-deployment"),
        "other",
        "{} {}",
        got.text(),
        header(&got, "x-cordon-reasons")
    );
    assert!(!seen(&scene.openai).contains("Weber") && answer(&got).contains("Anna Weber"));
    assert_eq!(scene.minimax.count(), 0);
    let got = scene.ask("far", WRITE).await?;
    assert!(
        header(&got, "x-cordon-reasons").contains("jurisdictions"),
        "{}",
        header(&got, "x-cordon-reasons")
    );
    assert!(header(&got, "x-cordon-treatments").contains("contact=redact"));
    Ok(())
}

#[tokio::test]
async fn a_threshold_of_the_law_is_announced_and_binds() -> Result<(), Trouble> {
    let scene = Scene::start("decisions-meters", "\"US\"", false, "")?;
    // (e) 28 CFR 202: precise locations of more than 1 000 US persons to a covered person.
    let batch = |from: u32, to: u32| {
        let people = (from..to).map(|n| format!("visitor{n}@tidewick.org"));
        format!(
            "GPS coordinates: 37.774929, -122.419416. Seen there: {}",
            people.collect::<Vec<_>>().join(", ")
        )
    };
    let treated = |got: &Got| header(got, "x-cordon-treatments");
    for (from, to) in [(0, 450), (450, 560), (560, 850)] {
        let got = scene.ask("far", &batch(from, to)).await?;
        assert!(treated(&got).contains("location=pseudonymise"), "{} {}", treated(&got), got.status());
    }
    let got = scene.ask("far", &batch(850, 1_050)).await?;
    assert!(treated(&got).contains("location=pseudonymise"), "below the threshold when it was asked");
    let got = scene.ask("far", &batch(0, 3)).await?;
    assert!(treated(&got).contains("location=redact"), "{}", treated(&got));
    assert!(header(&got, "x-cordon-reasons").contains("L4"), "{}", header(&got, "x-cordon-reasons"));
    let log = scene.cordon.log();
    for percent in ["50", "80", "100"] {
        assert!(
            log.lines().any(|line| line.contains("us_location/minimax-intl")
                && line.contains(&format!("\"percent\":{percent}"))),
            "no alarm at {percent} %"
        );
    }
    let meters: Value = serde_json::from_str(&scene.cordon.run(&["meters", "--json"])?)?;
    let meter = meters.as_array().unwrap().iter().find(|meter| meter["meter"] == "us_location").unwrap();
    assert_eq!(
        (meter["recipient"].as_str(), meter["level"].as_u64()),
        (Some("minimax-intl"), Some(100)),
        "{meter}"
    );
    // The bits are chosen under a key of this run: an estimate for reading, five standard deviations to either side.
    let people = meter["people"].as_u64().unwrap();
    assert!((1_040..=1_066).contains(&people), "{people}");
    Ok(())
}
