//! `cordon apps risk`: from the ledger, the meters and the declaration.

use serde_json::{Value, json};

use crate::home::Home;
use crate::served::Served;

const CONFIG: &str = r#"
[apps.crm]
subjects = ["EU"]
purpose = ["customer_support"]
audience = ["customers"]

[apps.clinic]
subjects = ["EU"]
purpose = ["drafting"]
audience = ["patients"]

[apps.silent]
"#;

fn key_of(home: &Home, app: &str) -> String {
    home.json(&["keys", "create", "--app", app, "--env", "dev"])["key"].as_str().unwrap().to_owned()
}

fn reasons(verdict: &Value) -> Vec<&str> {
    verdict["reasons"].as_array().unwrap().iter().map(|reason| reason["id"].as_str().unwrap()).collect()
}

#[test]
fn each_app_has_its_verdict_from_what_it_sent_and_what_it_declares() {
    let home = Home::new();
    home.write("cordon.toml", CONFIG);
    let (crm, clinic) = (key_of(&home, "crm"), key_of(&home, "clinic"));
    let served = Served::start(&home);
    for text in ["mail joe@tidewick.org", "mail ann@tidewick.org", "Write four lines about a river."] {
        assert_eq!(served.chat(&crm, "echo", text).0, 200);
    }
    let diagnosis = "The patient joe@tidewick.org was diagnosed with type 2 diabetes and takes metformin.";
    assert_eq!(served.chat(&clinic, "echo", diagnosis).0, 200);
    assert_eq!(served.stop().0, 0);

    let support = home.json(&["apps", "risk", "crm"]);
    assert_eq!((&support["requests"], &support["found"]), (&json!(3), &json!({ "contact": 2 })));
    assert_eq!(support["risk"]["level"], "lower", "{support:#}");
    assert_eq!(support["risk"]["dpia"]["due"], "not due");
    assert!(reasons(&support["risk"]).contains(&"replaced"), "{support:#}");
    let scale = support["meters"].as_array().unwrap().iter().find(|meter| meter["meter"] == "eu_people_50k");
    assert_eq!(scale.unwrap()["people"], 2);

    let letters = home.json(&["apps", "risk", "clinic"]);
    assert_eq!(letters["risk"]["level"], "higher");
    assert_eq!(letters["risk"]["dpia"]["due"], "due");
    let met: Vec<u64> = letters["risk"]["dpia"]["criteria"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["answer"] == "met")
        .map(|one| one["number"].as_u64().unwrap())
        .collect();
    assert_eq!(met, [4, 7, 8]);

    // The app that declares nothing and sent nothing: open, and so higher.
    let all = home.json(&["apps", "risk"]);
    let levels: Vec<(&str, &str)> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["app"].as_str().unwrap(), one["risk"]["level"].as_str().unwrap()))
        .collect();
    assert_eq!(levels, [("clinic", "higher"), ("crm", "lower"), ("default", "higher"), ("silent", "higher")]);
    assert_eq!(all[3]["risk"]["dpia"]["due"], "open");

    for shown in [home.done(&["apps", "risk"]), home.done(&["apps", "risk", "clinic"])] {
        assert!(shown.contains("clinic") && shown.contains("due"), "{shown}");
        for value in ["joe", "ann@", "diabetes", "metformin"] {
            assert!(!shown.contains(value), "{value}: {shown}");
        }
    }
    home.run(&["apps", "risk", "nobody"]).check(2, "there are: clinic, crm, default, silent");
    assert_eq!(home.json(&["apps", "risk", "crm", "--days", "0"])["requests"], 0);
}
