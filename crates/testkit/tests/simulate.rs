//! `cordon policy simulate` over a ledger that the gateway wrote: what was decided is decided again, and a changed configuration shows
//! the differences that are written here by hand.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail anywhere")]

use std::fs;
use std::path::{Path, PathBuf};

use cordon_testkit::client::{self, Got};
use cordon_testkit::dialect::DIALECTS;
use cordon_testkit::script::Attempt;
use cordon_testkit::{Answers, AppSpec, Cordon, CordonSpec, MockProvider, Trouble};
use serde_json::{Value, json};

const WRITE: &str = "Please write to Anna Weber, anna.weber@tidewick.org, and thank her.";
const HEALTH: &str = "The patient Anna Weber was diagnosed with HIV last week. Draft a note.";
const POEM: &str = "Write four lines about a river that has never seen the sea.";

const HOUSE: &str = "[[deployments]]\nid = \"house\"\nprovider = \"openai\"\nbase_url = \"HOUSE\"\ndialects = [\"openai.chat\"]\nmodels = [\"house-1\"]\nkeyless = true\non_premises = true\n";

fn deployment(id: &str, provider: &str, model: &str, mock: &MockProvider) -> String {
    format!(
        "[[deployments]]\nid = \"{id}\"\nprovider = \"{provider}\"\nbase_url = \"{}\"\ndialects = [\"openai.chat\"]\nmodels = [\"{model}\"]\nkeyless = true\n\n",
        mock.origin()
    )
}

fn app(name: &str, settings: &str) -> AppSpec {
    AppSpec { settings: settings.to_owned(), ..AppSpec::named(name) }
}

async fn ask(
    cordon: &Cordon,
    app: &str,
    content: Value,
    model: &str,
    subjects: &str,
) -> Result<Got, Trouble> {
    let body = json!({"model": model, "messages": [{"role": "user", "content": content}]}).to_string();
    let mut ask = DIALECTS[0].ask(cordon.key(app), body);
    if !subjects.is_empty() {
        ask.headers.push(("x-cordon-subjects".to_owned(), subjects.to_owned()));
    }
    client::ask(cordon.address(), &ask).await
}

/// A configuration beside that of the gateway, changed.
fn changed(cordon: &Cordon, name: &str, change: impl Fn(String) -> String) -> Result<PathBuf, Trouble> {
    let path = cordon.folder().join(format!("{name}.toml"));
    let text = fs::read_to_string(cordon.configuration())?;
    let other = change(text.clone());
    assert_ne!(other, text, "{name} changes nothing");
    fs::write(&path, other)?;
    Ok(path)
}

/// What it says under a configuration; and that it ends with 1 exactly where something differs.
fn simulated(cordon: &Cordon, configuration: &Path, further: &[&str]) -> Result<Value, Trouble> {
    let arguments = [&["policy", "simulate", "--json"], further].concat();
    let output = cordon.command_with(configuration, &arguments)?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let said: Value = serde_json::from_str(&text)
        .map_err(|_| Trouble::new(format!("{text} {}", String::from_utf8_lossy(&output.stderr))))?;
    assert_eq!(output.status.code(), Some(i32::from(said["differ"] != 0)), "{said:#}");
    Ok(said)
}

/// How often a difference occurs, however many causes it has; each must name `because`.
fn count(said: &Value, like: &Value, because: &str) -> u64 {
    let is_like = |difference: &&Value| {
        like.as_object().unwrap().iter().all(|(member, value)| difference[member] == *value)
    };
    let all = said["differences"].as_array().unwrap().iter().filter(is_like);
    all.map(|difference| {
        let causes = format!("{}{}", difference["because"], difference["no_longer"]);
        assert!(causes.contains(because), "{because}: {difference:#}");
        difference["count"].as_u64().unwrap()
    })
    .sum()
}

fn treatment(class: &str, deployment: &str, from: &str, to: &str) -> Value {
    json!({"what": "treatment", "class": class, "deployment": deployment, "from": from, "to": to})
}

/// Facts by which it is known from where the other provider can be reached.
fn facts(folder: &Path) -> Result<PathBuf, Trouble> {
    let path = folder.join("facts.toml");
    let mut text = "schema = \"cordon.own-facts/1\"\n\n[[source]]\nid = \"contract\"\ntitle = \"Contract with the provider\"\nwho = \"Ida Brandt, DPO\"\ndocument_date = \"2026-11-03\"\n".to_owned();
    for key in ["location.storage", "location.processing", "location.remote_access"] {
        text.push_str(&format!(
            "\n[[fact]]\nprovider = \"openai\"\nkey = \"{key}\"\nvalue = [\"US\"]\nstatus = \"known\"\nbasis = \"read\"\nsources = [\"contract\"]\nretrieved = \"2026-11-03\"\n"
        ));
    }
    fs::write(&path, text)?;
    Ok(path)
}

#[tokio::test]
async fn a_changed_configuration_shows_what_would_differ_and_an_unchanged_one_nothing() -> Result<(), Trouble>
{
    let [minimax, other, house] = [MockProvider::start()?, MockProvider::start()?, MockProvider::start()?];
    let echo = || Answers::Echo { piece_chars: 9 };
    for mock in [&minimax, &other, &house] {
        mock.answer(echo());
    }
    let settings = [
        deployment("minimax", "minimax-intl", "MiniMax-M2", &minimax),
        deployment("other", "openai", "gpt-4.1", &other),
        HOUSE.replace("HOUSE", &house.origin()),
        "[aliases]\nchat = [\"minimax/MiniMax-M2\", \"other/gpt-4.1\"]\ncare = [\"minimax/MiniMax-M2\", \"house/house-1\"]\nfar = [\"minimax/MiniMax-M2\"]\n".to_owned(),
    ];
    let mut cordon = Cordon::start(CordonSpec {
        apps: vec![
            app("default", "subjects = [\"EU\"]"),
            app("crm", "subjects = [\"EU\", \"US\"]"),
            app("dice", "strategy = \"weighted\""),
            app("fast", "strategy = \"latency\""),
        ],
        settings: settings.concat(),
        ..CordonSpec::new("simulate", minimax.address())
    })?;

    let image = json!([{"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}]);
    for (app, content, model, subjects, status) in [
        ("default", json!(WRITE), "chat", "", 200),
        ("crm", json!(WRITE), "chat", "US", 200),
        ("default", json!(HEALTH), "care", "", 200),
        ("default", json!(HEALTH), "far", "", 200),
        ("default", json!(POEM), "chat", "", 200),
        ("default", image, "far", "", 403),
    ] {
        let got = ask(&cordon, app, content, model, subjects).await?;
        assert_eq!(got.status(), status, "{app} {model}: {}", got.text());
    }
    for app in ["dice", "fast"] {
        for _ in 0..5 {
            assert_eq!(ask(&cordon, app, json!(POEM), "chat", "").await?.status(), 200);
        }
    }
    // One that the first deployment does not answer: an attempt at each.
    let trouble: Attempt = serde_json::from_value(
        json!({"status": 503, "headers": {"content-type": "application/json"}, "body": "{}"}),
    )?;
    minimax.answer(Answers::Always(Box::new(trouble)));
    assert_eq!(ask(&cordon, "default", json!(WRITE), "chat", "").await?.status(), 200);
    minimax.answer(echo());
    // The first also says what everybody may know: nothing below needs a running gateway.
    assert!(cordon.stop()?, "the gateway did not end well");

    // Unchanged: five by the default app, one by crm, ten with an order of their own, two attempts, one refusal.
    let same = simulated(&cordon, &cordon.configuration(), &[])?;
    assert_eq!((same["asked"].as_u64(), same["differ"].as_u64()), (Some(18), Some(0)), "{same:#}");
    assert_eq!(same["under_other_policies"], 0);
    assert_eq!(same["without_question"], 0);
    assert_eq!(same["damaged"]["count"], 0);
    let text = cordon.command(&["policy", "simulate"])?;
    assert!(
        String::from_utf8_lossy(&text.stdout).contains("18 questions asked again.\nNothing would differ.")
    );

    // Nobody from China may reach it, and from where the other one can be reached is not known: both get less.
    let denied = "[jurisdictions]\ndeny = [\"CN\"]\n";
    let stricter = changed(&cordon, "denied", |text| format!("{text}\n{denied}"))?;
    let said = simulated(&cordon, &stricter, &[])?;
    let by = "\"policy\":\"jurisdictions\"";
    let pseudonymised = |class: &str, at: &str| treatment(class, at, "pseudonymise", "redact");
    assert_eq!(count(&said, &pseudonymised("person", "minimax"), by), 4, "{said:#}");
    assert_eq!(count(&said, &pseudonymised("contact", "minimax"), by), 3, "{said:#}");
    assert_eq!(count(&said, &pseudonymised("person", "other"), by), 1, "{said:#}");
    assert_eq!(count(&said, &pseudonymised("contact", "other"), by), 1, "{said:#}");
    assert_eq!((said["differ"].as_u64(), count(&said, &json!({}), "")), (Some(5), 9), "{said:#}");
    assert_eq!(said["under_other_policies"], 18);
    let of_crm = simulated(&cordon, &stricter, &["--app", "crm"])?;
    assert_eq!((of_crm["asked"].as_u64(), of_crm["differ"].as_u64()), (Some(1), Some(1)), "{of_crm:#}");
    assert_eq!(of_crm["differences"][0]["apps"], json!(["crm"]));
    let index = of_crm["differences"][0]["first"].to_string();
    let one = simulated(&cordon, &stricter, &["--from", &index, "--to", &index])?;
    assert_eq!(one["differences"], of_crm["differences"]);

    // With facts on the other one it loses less, and what went to the first goes there.
    let facts = facts(cordon.folder())?;
    let known = changed(&cordon, "denied-with-facts", |text| {
        format!("{text}\n{denied}\n[registry]\nfacts = [\"{}\"]\n", facts.display())
    })?;
    let said = simulated(&cordon, &known, &[])?;
    let moved = json!({"what": "deployment", "from": "minimax", "to": "other"});
    assert_eq!(count(&said, &moved, by), 3, "{said:#}");
    assert_eq!(count(&said, &pseudonymised("person", "minimax"), by), 1, "{said:#}");
    assert_eq!(said["differ"], 4, "{said:#}");

    // A line of the table.
    let table = changed(&cordon, "table", |text| {
        format!("{text}\n[treatments]\nhealth = \"refuse\"\nimage = \"keep\"\n")
    })?;
    let said = simulated(&cordon, &table, &[])?;
    let refused = |at: &str| json!({"what": "refused", "class": "health", "deployment": at});
    assert_eq!(count(&said, &refused("house"), "treatments.health"), 1, "{said:#}");
    assert_eq!(count(&said, &refused("minimax"), "treatments.health"), 1, "{said:#}");
    assert_eq!(count(&said, &json!({"what": "allowed", "deployment": "minimax"}), "image"), 1, "{said:#}");
    assert_eq!(said["differ"], 3, "{said:#}");

    // A stricter line: what denies only what is looser than what went makes no difference.
    let strict = changed(&cordon, "strict", |text| format!("{text}\n[treatments]\nperson = \"redact\"\n"))?;
    let said = simulated(&cordon, &strict, &[])?;
    let redacted = pseudonymised("person", "minimax");
    assert!(count(&said, &redacted, "treatments.person") > 0, "{said:#}");
    for difference in said["differences"].as_array().unwrap() {
        if difference["deployment"] == "minimax" && difference["class"] == "person" {
            assert_eq!(difference["because"][0]["policy"], "treatments.person", "{difference:#}");
            assert_eq!(difference["because"].as_array().unwrap().len(), 1, "{difference:#}");
        }
    }

    // The model in the house goes: its request goes to the other candidate, and loses what the law says.
    let without = changed(&cordon, "no-house", |text| {
        text.replace(&HOUSE.replace("HOUSE", &house.origin()), "").replace(", \"house/house-1\"", "")
    })?;
    let said = simulated(&cordon, &without, &[])?;
    let moved = json!({"what": "deployment", "from": "house", "to": "minimax"});
    assert_eq!(count(&said, &moved, "{\"cannot_answer\":\"house\"}"), 1, "{said:#}");
    assert_eq!(count(&said, &treatment("health", "minimax", "keep", "redact"), "GDPR art. 9"), 1, "{said:#}");
    assert_eq!(count(&said, &treatment("person", "minimax", "keep", "pseudonymise"), ""), 1, "{said:#}");
    assert_eq!(said["differ"], 1, "{said:#}");

    // The app declares less, so the header of its request would be refused; and where it is not named at all.
    let narrower = changed(&cordon, "narrower", |text| {
        text.replace("subjects = [\"EU\", \"US\"]", "subjects = [\"EU\"]")
    })?;
    let said = simulated(&cordon, &narrower, &[])?;
    assert_eq!(count(&said, &json!({"what": "not_narrowed", "member": "subjects"}), ""), 1, "{said:#}");
    assert_eq!(said["differ"], 1, "{said:#}");
    let unnamed =
        changed(&cordon, "unnamed", |text| text.replace("[apps.crm]\nsubjects = [\"EU\", \"US\"]\n", ""))?;
    assert_eq!(simulated(&cordon, &unnamed, &[])?["apps_not_named"], json!({"crm": 1}));

    // Nothing to ask.
    for further in [&["--from", "2020-01-01", "--to", "2020-01-02"][..], &["--app", "nobody"]] {
        let none = cordon.command(&[&["policy", "simulate"], further].concat())?;
        assert_eq!(none.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&none.stderr).contains("no records in this range"));
    }
    let nowhere = cordon.command(&["policy", "simulate", "--state-dir", "/nowhere/at/all"])?;
    assert_eq!(nowhere.status.code(), Some(4), "{}", String::from_utf8_lossy(&nowhere.stderr));

    // A record that somebody changed is left out and named.
    let database = cordon.folder().join("written/state/cordon.db");
    let mut bytes = fs::read(&database)?;
    let needle = b"\"dialect\":\"openai.chat\"";
    let at = bytes.windows(needle.len()).position(|window| window == needle).unwrap();
    bytes[at + needle.len() - 2] = b'T';
    fs::write(&database, bytes)?;
    let damaged = cordon.command(&["policy", "simulate", "--json"])?;
    let said: Value = serde_json::from_slice(&damaged.stdout)?;
    assert_eq!((damaged.status.code(), &said["damaged"]["count"]), (Some(1), &json!(1)), "{said:#}");
    Ok(())
}

#[tokio::test]
async fn the_levels_of_meters_are_those_of_then() -> Result<(), Trouble> {
    let minimax = MockProvider::start()?;
    minimax.answer(Answers::Echo { piece_chars: 9 });
    let mut cordon = Cordon::start(CordonSpec {
        apps: vec![app("default", "subjects = [\"US\"]")],
        settings: format!(
            "{}[aliases]\nfar = [\"minimax/MiniMax-M2\"]\n",
            deployment("minimax", "minimax-intl", "MiniMax-M2", &minimax)
        ),
        ..CordonSpec::new("simulate-meters", minimax.address())
    })?;
    // 28 CFR 202: precise locations of more than 1 000 US persons to a covered person.
    for (from, to) in [(0, 600), (600, 1_100), (0, 3)] {
        let people = (from..to).map(|n| format!("visitor{n}@tidewick.org")).collect::<Vec<_>>().join(", ");
        let text = format!("GPS coordinates: 37.774929, -122.419416. Seen there: {people}");
        assert_eq!(ask(&cordon, "default", json!(text), "far", "").await?.status(), 200);
    }
    assert!(cordon.stop()?, "the gateway did not end well");
    // Today the meter is full, and the first two were asked before it was.
    let same = simulated(&cordon, &cordon.configuration(), &[])?;
    assert_eq!((same["asked"].as_u64(), same["differ"].as_u64()), (Some(3), Some(0)), "{same:#}");
    let programme = changed(&cordon, "programme", |text| {
        text.replace("subjects = [\"US\"]", "subjects = [\"US\"]\nprogrammes = [\"cisa_programme\"]")
    })?;
    let said = simulated(&cordon, &programme, &[])?;
    let looser = treatment("location", "minimax", "redact", "pseudonymise");
    assert_eq!(count(&said, &looser, "{\"declared\":\"programmes\"}"), 1, "{said:#}");
    assert_eq!(count(&said, &looser, "L4"), 1, "{said:#}");
    Ok(())
}
