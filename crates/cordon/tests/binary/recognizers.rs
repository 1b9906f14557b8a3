//! Recognizers of one's own: loaded, shown, tried, reloaded; thresholds and allowed values.

use serde_json::Value;

use crate::home::Home;
use crate::served::Served;

/// The file of `docs/how-to/add-a-recognizer.md`.
fn how_to(which: usize) -> String {
    let page = include_str!("../../../../docs/how-to/add-a-recognizer.md");
    let block = page.split("```toml\n").nth(which).unwrap().split("```").next().unwrap();
    block.to_owned()
}

/// A home with the recognizers of the how-to.
fn home() -> Home {
    let home = Home::new();
    std::fs::create_dir(home.path("rules")).unwrap();
    home.write("rules/staff.toml", &how_to(1));
    home.write("cordon.toml", &how_to(2));
    home
}

/// Entities that `scan` finds in a text.
fn entities(home: &Home, text: &str, more: &[&str]) -> Vec<String> {
    let ended = home.run_with(&[&["scan", "--json"], more].concat(), text);
    assert!(ended.code < 2, "{}", ended.err);
    let each = ended.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    each.map(|finding| finding["entity"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn recognizers_of_the_how_to_find_what_it_says() {
    let home = home();
    let text = "staff number E-20417 works on Project Kestrel, write to joe@tidewick.org";
    assert_eq!(entities(&home, text, &[]), ["STAFF_NUMBER", "PROJECT_NAME", "EMAIL_ADDRESS"]);
    assert_eq!(entities(&Home::new(), text, &[]), ["MEMBER_ID", "EMAIL_ADDRESS"]);
    assert!(home.done(&["check"]).contains("is valid"));
    let redacted = home.run_with(&["redact"], text).out;
    assert_eq!(redacted, "staff number [STAFF] works on [PROJECT], write to [EMAIL]");
}

#[test]
fn recognizers_are_listed_with_what_they_find_and_where_they_come_from() {
    let home = home();
    let listed = home.done(&["recognizers", "list"]);
    let row = listed.lines().find(|line| line.starts_with("staff_number ")).unwrap();
    let cells: Vec<&str> = row.split_whitespace().collect();
    assert_eq!(cells, ["staff_number", "STAFF_NUMBER", "person", "rules/staff.toml", "1"]);
    let rows = home.done(&["recognizers", "list", "--json"]);
    let rows: Vec<Value> = rows.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let email = rows.iter().find(|row| row["id"] == "email").unwrap();
    assert_eq!(
        (email["file"].as_str(), email["class"].as_str()),
        (Some("recognizers/contact.toml"), Some("contact"))
    );
    assert!(rows.len() > 250 && rows.iter().any(|row| row["id"] == "project_name"));
}

#[test]
fn a_recognizer_is_shown_with_patterns_checks_context_and_examples() {
    let home = home();
    let shown = home.done(&["recognizers", "show", "staff_number"]);
    for part in
        ["STAFF_NUMBER (person)", "rules/staff.toml:", "staff, employee", "E-[0-9]{5}", "counter-example"]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let card = home.json(&["recognizers", "show", "project_name"]);
    assert_eq!(card["patterns"][0]["looks_at"], "exact");
    assert_eq!(card["patterns"][0]["texts"][0], "Project Kestrel");
    assert!(home.json(&["recognizers", "show", "email"])["context"].as_array().unwrap().len() > 3);
    home.run(&["recognizers", "show", "nothing"]).check(1, "cordon recognizers list");
}

#[test]
fn test_says_per_file_and_line_what_does_not_hold_and_ends_with_1() {
    let home = home();
    let held = home.done(&["recognizers", "test"]);
    assert!(held.contains("rules/staff.toml: 2 recognizers") && held.contains("all hold"), "{held}");
    home.write("bad.toml", &how_to(1).replace("staff number E-20417\", find", "staff number E-2041\", find"));
    home.write("worse.toml", "version = 2\n");
    let ended = home.run(&["recognizers", "test", "bad.toml", "worse.toml"]);
    assert_eq!(ended.code, 1, "{}", ended.err);
    assert!(
        ended.out.contains("bad.toml:") && ended.out.contains("does not find the value"),
        "{}",
        ended.out
    );
    assert!(
        ended.out.contains("worse.toml:1:11") && ended.out.contains("version 2 is not known"),
        "{}",
        ended.out
    );
    let ended = home.run(&["recognizers", "test", "bad.toml", "--json"]);
    let told: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((ended.code, told["holds"].as_bool()), (1, Some(false)));
    assert!(told["problems"][0]["line"].as_u64().unwrap() > 1, "{told}");
    assert_eq!(home.run(&["recognizers", "test", "none.toml"]).code, 4);
    Home::new().run(&["recognizers", "test"]).check(0, "no recognizers of your own");
}

#[test]
fn thresholds_and_allowed_values_hold_for_all_apps_or_one() {
    let home = Home::new();
    let text = "Desk: 259.735.7502x459, write to joe@tidewick.org or help@tidewick.org";
    assert_eq!(entities(&home, text, &[]), ["PHONE_NUMBER", "EMAIL_ADDRESS", "EMAIL_ADDRESS"]);
    home.write("cordon.toml", "[detection.thresholds]\nPHONE_NUMBER = 0.99\n\n[apps.billing]\n");
    assert_eq!(entities(&home, text, &[]), ["EMAIL_ADDRESS", "EMAIL_ADDRESS"]);
    home.write("cordon.toml", "[apps.default.detection]\nthresholds = { PHONE_NUMBER = 0.99 }\nallow = { EMAIL_ADDRESS = [\"/h.*@tidewick\\\\.org/\"] }\n");
    assert_eq!(entities(&home, text, &[]), ["EMAIL_ADDRESS"]);
    home.write("cordon.toml", "[detection.thresholds]\nPASSWORD = 0.9\n");
    home.run(&["check"]).check(0, "leave as they are");
}

#[test]
fn recognizers_are_reloaded_whole_or_not_at_all_and_stand_in_the_records() {
    let home = home();
    home.write("rules/staff.toml", &how_to(1).replace("E-[0-9]{5}", "E-20417"));
    let key = home.json(&["keys", "create", "--app", "default", "--env", "dev"])["key"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut served = Served::start(&home);
    served.wait_for("ready");
    let texts = ["staff number E-20417", "staff number E-20418", "staff number E-20419"];
    assert_eq!(served.chat(&key, "echo", texts[0]).0, 200);
    home.write("rules/staff.toml", &how_to(1));
    served.signal("-HUP");
    served.wait_for("configuration reloaded");
    assert_eq!(served.chat(&key, "echo", texts[1]).0, 200);
    home.write("rules/staff.toml", "version = 1\nwrong = true\n");
    served.signal("-HUP");
    served.wait_for("was not reloaded");
    assert_eq!(served.chat(&key, "echo", texts[2]).0, 200);
    assert_eq!(served.stop().0, 0);
    let export = home.done(&["audit", "export"]);
    let intents: Vec<Value> = export
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["leaf"].clone())
        .filter(|leaf| leaf["kind"] == "intent")
        .collect();
    let found: Vec<u64> =
        intents.iter().map(|leaf| leaf["entities"]["STAFF_NUMBER"].as_u64().unwrap_or(0)).collect();
    assert_eq!(found, [1, 1, 1], "{export}");
    assert_ne!(intents[0]["configuration"], intents[1]["configuration"]);
    assert_eq!(intents[1]["configuration"], intents[2]["configuration"]);
}
