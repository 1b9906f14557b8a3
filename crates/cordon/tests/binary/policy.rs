//! `cordon policy` and what a configuration of policies does to `explain`.

use crate::home::Home;

/// A deployment of a provider, under a model name of the test.
const DEPLOYMENTS: &str = r#"
[[deployments]]
id = "far"
provider = "openai"
models = ["m"]
"#;

#[test]
fn a_set_is_checked_and_shown() {
    let home = Home::new();
    home.write("cordon.toml", "[policy]\nfiles = [\"own.cedar\"]\n[jurisdictions]\ndeny = [\"CN\"]\n");
    home.write("own.cedar", "@id(\"mine\") forbid (principal, action == Action::\"keep\", resource);\n");
    let checked = home.run(&["policy", "check", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&checked.out).unwrap();
    assert_eq!((checked.code, document["valid"].as_bool()), (0, Some(true)));
    assert_eq!(document["files"][0], "own.cedar");
    let shown = home.run(&["policy", "show", "jurisdictions"]);
    assert!(shown.out.contains("resource.reach.containsAny([\"CN\"])"), "{}", shown.out);
    assert!(home.run(&["policy", "show", "mine"]).out.contains("own.cedar"));
    assert!(home.run(&["policy", "show", "--schema"]).out.contains("us_health: Long"));
    assert_eq!(home.run(&["policy", "show", "L99"]).code, 1);
}

#[test]
fn table_tests_say_what_differs() {
    let home = Home::new();
    home.write("cordon.toml", "[apps.crm]\nsubjects = [\"OTHER\"]\npreset = \"open\"\n");
    let case = |expected: &str| {
        format!(
            "[[case]]\nname = \"names\"\napp = \"crm\"\nfound = {{ person = 1 }}\nto = [{{ like = \"processor\" }}]\n\
             expect = {{ person = \"{expected}\" }}\n"
        )
    };
    home.write("good.toml", &case("keep"));
    home.write("bad.toml", &case("redact"));
    assert_eq!(home.run(&["policy", "test", "good.toml"]).code, 0);
    let failed = home.run(&["policy", "test", "good.toml", "bad.toml"]);
    assert_eq!(failed.code, 1);
    assert!(failed.out.contains("person: expected redact, got keep"), "{}", failed.out);
    home.write("odd.toml", "[[case]]\nname = 1\n");
    let odd = home.run(&["policy", "test", "odd.toml"]);
    assert_eq!(odd.code, 2);
    assert!(odd.err.contains("odd.toml") && odd.err.contains("line 2"), "{}", odd.err);
}

#[test]
fn explain_names_policy_law_and_fact() {
    let home = Home::new();
    home.write("cordon.toml", &format!("{DEPLOYMENTS}\n[apps.default]\nsubjects = [\"EU\"]\n"));
    home.write("text.txt", "The patient was diagnosed with HIV positive status.\n");
    let explained = home.run(&["explain", "text.txt", "--model", "m", "--json"]);
    let document: serde_json::Value =
        serde_json::from_str(&explained.out).unwrap_or_else(|_| panic!("{}", explained.err));
    let reasons = document["reasons"].as_array().unwrap();
    let of = |id: &str| reasons.iter().find(|reason| reason["policy"] == id);
    assert_eq!(of("L1").unwrap()["law"], "GDPR art. 44-46", "{document}");
    let special = of("L2").unwrap();
    assert_eq!(special["treatment"], "redact");
    assert!(special["text"].as_str().unwrap().starts_with("health towards far: redact, not keep, because"));
    // Its facts say that it trains on nothing and is a processor.
    assert!(of("L3").is_none(), "{document}");
}

#[test]
fn an_unknown_reach_does_not_stop_what_holds_nothing() {
    let home = Home::new();
    home.write("cordon.toml", &format!("{DEPLOYMENTS}\n[jurisdictions]\ndeny = [\"CN\"]\n"));
    home.write("text.txt", "Once upon a time a boat crossed the harbour.\n");
    let explained = home.run(&["explain", "text.txt", "--model", "m", "--json"]);
    let document: serde_json::Value =
        serde_json::from_str(&explained.out).unwrap_or_else(|_| panic!("{}", explained.err));
    assert_eq!(document["deployment"], "far");
}
