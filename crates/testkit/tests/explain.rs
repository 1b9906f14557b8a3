//! `cordon explain` as a data protection officer reads it, for a file and for what was recorded; and what `cordon doctor` reminds of.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail anywhere, and asks for the day"
)]

use std::fs;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cordon_testkit::client;
use cordon_testkit::dialect::DIALECTS;
use cordon_testkit::{Answers, AppSpec, Cordon, CordonSpec, MockProvider, Trouble};
use serde_json::{Value, json};

const HEALTH: &str = "The patient Anna Weber was diagnosed with HIV last week. Draft a note.";

/// A provider of which nothing is known, so that nothing here depends on the day; and a model in the house.
fn settings(mock: &MockProvider) -> String {
    let origin = mock.origin();
    format!(
        r#"
[[providers]]
id = "vendor"
models = ["v-1"]
surfaces = {{ "openai.chat" = {{ base_url = "{origin}", key = "none" }} }}

[[providers]]
id = "house"
on_premises = true
models = ["house-1"]
surfaces = {{ "openai.chat" = {{ base_url = "{origin}", key = "none" }} }}

[[deployments]]
id = "vendor"

[[deployments]]
id = "house"

[[deployments]]
id = "dear"
provider = "openai"
base_url = "{origin}"
keyless = true
models = ["gpt-4.1"]

[[deployments]]
id = "cheap"
provider = "openai"
base_url = "{origin}"
keyless = true
models = ["gpt-4.1-mini"]

[aliases]
care = ["vendor/v-1", "house/house-1"]
far = ["vendor/v-1"]
any = ["vendor/v-1", "dear/gpt-4.1", "cheap/gpt-4.1-mini"]
"#
    )
}

fn start(name: &str, mock: &MockProvider, further: &str) -> Result<Cordon, Trouble> {
    mock.answer(Answers::Echo { piece_chars: 9 });
    let app = |name: &str, settings: &str| AppSpec { settings: settings.to_owned(), ..AppSpec::named(name) };
    Cordon::start(CordonSpec {
        apps: vec![app("default", "subjects = [\"EU\"]"), app("thrifty", "strategy = \"cost\"")],
        settings: format!("{}{further}", settings(mock)),
        ..CordonSpec::new(name, mock.address())
    })
}

/// What it prints, with nothing at the ends of lines.
fn text(cordon: &Cordon, arguments: &[&str]) -> Result<String, Trouble> {
    let output = cordon.command(arguments)?;
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(!text.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n"))
}

/// The part of an explanation that is about the verdict: what comes before is about recognizers, and behind it about weights.
fn verdict(text: &str) -> String {
    let lines = text.lines().skip_while(|line| !line.starts_with("It would go"));
    let lines: Vec<&str> = lines.take_while(|line| !line.starts_with("Names in free text")).collect();
    lines.join("\n").trim_end().to_owned()
}

fn json(cordon: &Cordon, arguments: &[&str]) -> Result<Value, Trouble> {
    Ok(serde_json::from_str(&text(cordon, arguments)?)?)
}

#[tokio::test]
async fn an_explanation_goes_class_by_class_then_to_facts_then_to_who_is_next() -> Result<(), Trouble> {
    let mock = MockProvider::start()?;
    let cordon = start("explain", &mock, "")?;
    let file = cordon.folder().join("note.txt");
    fs::write(&file, HEALTH)?;
    let file = file.display().to_string();

    let care = text(&cordon, &["explain", &file, "--model", "care"])?;
    assert_eq!(verdict(&care), include_str!("explain/care.txt").trim_end(), "{care}");
    let far = text(&cordon, &["explain", &file, "--model", "far"])?;
    assert_eq!(verdict(&far), include_str!("explain/far.txt").trim_end(), "{far}");
    let far = json(&cordon, &["explain", &file, "--model", "far", "--json"])?;
    assert_eq!(far["candidates"][0]["treatments"], json!({"health": "redact", "person": "pseudonymise"}));
    let trains = far["facts"].as_array().unwrap().iter().find(|fact| fact["key"] == "training.default");
    assert_eq!(trains.unwrap()["doubt"], "unknown", "{far:#}");

    // By cost: what has no price comes last.
    let note = cordon.folder().join("poem.txt");
    fs::write(&note, "Write four lines about a river.")?;
    let note = note.display().to_string();
    let order = |app: &str| -> Result<Vec<(String, Value)>, Trouble> {
        let said = json(&cordon, &["explain", &note, "--model", "any", "--app", app, "--json"])?;
        let all = said["candidates"].as_array().unwrap().iter();
        Ok(all
            .map(|one| (one["deployment"].as_str().unwrap().to_owned(), one["price_usd"].clone()))
            .collect())
    };
    let named = |all: &[(&str, Value)]| {
        all.iter().map(|(name, price)| ((*name).to_owned(), price.clone())).collect::<Vec<_>>()
    };
    let prices = [("vendor", Value::Null), ("dear", json!(3.5)), ("cheap", json!(0.7))];
    assert_eq!(order("default")?, named(&prices));
    let [vendor, dear, cheap] = prices;
    assert_eq!(order("thrifty")?, named(&[cheap, dear, vendor]));
    Ok(())
}

#[tokio::test]
async fn what_was_recorded_is_explained_by_its_record_and_by_the_configuration_of_now() -> Result<(), Trouble>
{
    let mock = MockProvider::start()?;
    let mut cordon = start("explain-record", &mock, "")?;
    let body = json!({"model": "far", "messages": [{"role": "user", "content": HEALTH}]}).to_string();
    let got = client::ask(cordon.address(), &DIALECTS[0].ask(cordon.key("default"), body)).await?;
    assert_eq!(got.status(), 200, "{}", got.text());
    let id = got.head.header("x-cordon-request-id").unwrap().to_owned();
    assert!(cordon.stop()?, "the gateway did not end well");
    for which in [id.as_str(), "0"] {
        let said = text(&cordon, &["explain", "--record", which])?;
        for part in [
            "default asked, vendor (vendor) got it.",
            "done: health redact, person pseudonymise",
            "This configuration says the same:",
            "health: 1 found",
            "not keep: ",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(!said.contains("Weber"));
    }
    let said = json(&cordon, &["explain", "--record", "0", "--json"])?;
    assert_eq!(said[0]["record"]["exchange"], id.as_str());
    assert_eq!((&said[0]["asked_again"], &said[0]["differences"]), (&json!(true), &json!([])));

    let changed = cordon.folder().join("changed.toml");
    let now = fs::read_to_string(cordon.configuration())?;
    fs::write(&changed, now.replace("far = [\"vendor/v-1\"]", "far = [\"vendor/v-1\", \"house/house-1\"]"))?;
    let output = cordon.command_with(&changed, &["explain", "--record", "0"])?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("something else:\n  goes to house instead of vendor\n"), "{said}");
    for (which, why) in
        [("1", "policy was not asked"), ("9999", "no exchange and no record"), ("nobody", "no exchange")]
    {
        let output = cordon.command(&["explain", "--record", which])?;
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).contains(why), "{which}");
    }
    Ok(())
}

/// The day so many days from now (UTC), as a configuration writes it. By the civil calendar from days since 1970.
fn day(from_now: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs();
    let days = i64::try_from(now / 86_400).unwrap() + from_now + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{:02}", of_year - (153 * shifted + 2) / 5 + 1)
}

#[tokio::test]
async fn the_doctor_reminds_of_what_runs_out() -> Result<(), Trouble> {
    let mock = MockProvider::start()?;
    let grant = |name: &str, expires: &str| {
        format!("{name} = {{ id = \"{name}-1\", evidence = \"EVIDENCE\", expires = \"{expires}\" }}")
    };
    let grants =
        [grant("zero_retention", &day(-1)), grant("baa", &day(12)), grant("dpa", &day(200))].join(", ");
    let further = format!(
        "\n[[provider_keys]]\nprovider = \"openai\"\nenvironment = \"dev\"\nfrom_env = \"TESTKIT_OPENAI_KEY\"\ngrants = {{ {grants} }}\n\n[[exceptions]]\nname = \"transfer\"\nwho = \"Dana Okafor, data protection officer\"\nwhy = \"clauses signed\"\nuntil = \"{}\"\nwhat = [\"L1\"]\n",
        day(30)
    );
    let evidence = std::env::temp_dir().join(format!("cordon-doctor-{}.pdf", std::process::id()));
    fs::write(&evidence, "signed")?;
    let cordon = start("doctor", &mock, &further.replace("EVIDENCE", &evidence.display().to_string()))?;
    let output = cordon.command(&["doctor", "--json"])?;
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let said: Value = serde_json::from_slice(&output.stdout)?;
    let of = |kind: &str| -> Vec<(String, bool)> {
        let all = said["look_at"].as_array().unwrap().iter().filter(|duty| duty["kind"] == kind);
        all.map(|duty| (duty["name"].as_str().unwrap().to_owned(), duty["over"] == true)).collect()
    };
    assert_eq!(of("grant"), [("zero_retention".to_owned(), true), ("baa".to_owned(), false)], "{said:#}");
    assert_eq!(of("exception"), [("transfer".to_owned(), false)], "{said:#}");
    let text = cordon.command(&["doctor"])?;
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    assert!(text.contains("openai (dev): zero_retention zero_retention-1 ran out on"), "{text}");
    assert!(text.contains("in 12 days") && !text.contains("dpa-1"), "{text}");

    // Evidence that is gone is an error of the configuration, with its place.
    fs::remove_file(&evidence)?;
    let output = cordon.command(&["doctor"])?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains("is not there"), "{said}");
    Ok(())
}
