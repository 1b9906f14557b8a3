//! `cordon assess`: logs in, classes, recipients and questions out; never a value.

use std::io::Write as _;

use serde_json::{Value, json};

use crate::home::{Home, holds};

const SAMPLE: &str = include_str!("../../../../docs/samples/requests.jsonl");

/// Values of the sample, and of `canaries`.
const VALUES: [&str; 16] = [
    "Marlowe",
    "alice.marlowe",
    "3704",
    "Albrecht",
    "metformin",
    "Lindqvist",
    "901820",
    "Zielinski",
    "4111 1111",
    "Brandt",
    "Kowalczyk",
    "Tr0ub4dor",
    "Harbour",
    "Wojtowicz",
    "wojtowicz",
    "Oyelaran",
];

fn assessed(home: &Home, arguments: &[&str], code: i32) -> Value {
    let ended = home.run(&[&["assess"], arguments, &["--json"]].concat());
    assert_eq!(ended.code, code, "{}{}", ended.out, ended.err);
    serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {}", ended.out))
}

fn recipient<'a>(report: &'a Value, id: &str) -> &'a Value {
    let all = report["recipients"].as_array().unwrap();
    all.iter().find(|to| to["id"] == id).unwrap_or_else(|| panic!("no {id} in {report:#}"))
}

fn class<'a>(to: &'a Value, name: &str) -> &'a Value {
    let all = to["classes"].as_array().unwrap();
    all.iter().find(|class| class["class"] == name).unwrap_or_else(|| panic!("no {name} in {to:#}"))
}

fn open<'a>(report: &'a Value, about: &str) -> Vec<&'a str> {
    let all = report["open"].as_array().unwrap();
    all.iter().filter(|open| open["about"] == about).filter_map(|open| open["what"].as_str()).collect()
}

#[test]
fn a_log_says_what_went_to_whom_and_what_cordon_would_have_done() {
    let home = Home::new();
    home.write("log.jsonl", SAMPLE);
    let report = assessed(&home, &["log.jsonl"], 0);
    assert_eq!((&report["requests"], &report["answers_skipped"]), (&json!(11), &json!(1)));
    let ids: Vec<&str> =
        report["recipients"].as_array().unwrap().iter().map(|to| to["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["openai", "anthropic", "minimax-intl", "azure-openai", "self-hosted", "unknown"]);

    // The first conversation is logged twice, the second time with its history: one person in two requests, an IBAN in one.
    let openai = recipient(&report, "openai");
    assert_eq!((&openai["requests"], &openai["share_percent"]), (&json!(4), &json!(36)));
    assert_eq!(class(openai, "financial")["requests"], 1);
    assert_eq!(class(openai, "financial")["entities"], json!({ "IBAN_CODE": 1 }));
    assert_eq!(
        (&class(openai, "person")["requests"], &class(openai, "contact")["requests"]),
        (&json!(3), &json!(2))
    );

    let health = class(recipient(&report, "anthropic"), "health");
    assert_eq!(health["would_be"], json!({ "redact": 1 }));
    assert!(health["reasons"].to_string().contains("GDPR art. 9"), "{health:#}");
    assert_eq!(class(recipient(&report, "minimax-intl"), "person")["people"], 2);
    assert_eq!(recipient(&report, "self-hosted")["own_premises"], true);
    assert_eq!(recipient(&report, "self-hosted")["handling"], "A");
    let unknown = recipient(&report, "unknown");
    assert_eq!(class(unknown, "credential")["requests"], 1);
    assert_eq!(report["strangers"], json!([{ "name": "….northgate.example", "requests": 1 }]));

    assert!(open(&report, "fact").iter().any(|text| text.contains("MiniMax")), "{report:#}");
    let declaration = open(&report, "declaration").join("; ");
    for missing in
        ["where the people live", "what the data are used for", "who the people are", "legal basis"]
    {
        assert!(declaration.contains(missing), "{declaration}");
    }
    assert_eq!(report["risk"]["level"], "higher");
    assert_eq!(report["risk"]["dpia"]["due"], "due");
    let keys: Vec<&String> =
        report["providers"]["providers"][0]["facts"].as_object().unwrap().keys().collect();
    assert!(keys.iter().any(|key| *key == "training.default") && !keys.iter().any(|key| *key == "cert.soc2"));
}

#[test]
fn no_output_holds_a_value_of_the_log() {
    let home = Home::new();
    home.write("log.jsonl", SAMPLE);
    // Values where a log has names: model, provider, host, keys, broken lines, unknown shapes.
    let canaries = [
        json!({ "model": "ft:gpt-4o:wojtowicz@tidewick.example", "messages": [{ "role": "user", "content": "hi" }] }),
        json!({ "model": "Oyelaran", "provider": "wojtowicz@tidewick.example", "messages": [{ "role": "user", "content": "hi" }] }),
        json!({ "model": "m", "url": "https://wojtowicz:secret@oyelaran.wojtowicz@tidewick.example/v1", "messages": [{ "role": "user", "content": "hi" }] }),
        json!({ "Anna Wojtowicz": 1 }),
        json!({ "model": "m", "messages": "x", "user": { "Wojtowicz": { "Oyelaran": [] } } }),
        json!({ "model": "m", "messages": [{ "role": "Wojtowicz", "content": { "Oyelaran": 1 } }, 7] }),
    ];
    let mut lines: Vec<String> = canaries.iter().map(Value::to_string).collect();
    lines.push("Wojtowicz {\"a\"".to_owned());
    lines.push("{\"model\": \"Wojtowicz".to_owned());
    home.write("canaries.jsonl", &lines.join("\n"));
    for arguments in [
        &["assess", "log.jsonl", "canaries.jsonl"][..],
        &["assess", "log.jsonl", "canaries.jsonl", "--json"],
        &["assess", "log.jsonl", "canaries.jsonl", "--html", "-"],
        &["assess", "canaries.jsonl", "--provider", "openai"],
    ] {
        let ended = home.run(arguments);
        assert_eq!(ended.code, 1, "{}", ended.err);
        for value in VALUES {
            let shown = [&ended.out, &ended.err].into_iter().find(|text| text.contains(value));
            assert!(shown.is_none(), "{value} in {arguments:?}:\n{}", shown.unwrap());
        }
        assert!(ended.out.contains("PERSON") || arguments.len() == 4, "{}", ended.out);
    }
}

#[test]
fn nothing_is_kept_and_no_state_directory_is_made() {
    let home = Home::new();
    home.write("log.jsonl", SAMPLE);
    let before = home.everything().len();
    home.done(&["assess", "log.jsonl"]);
    assert_eq!(home.everything().len(), before);
}

#[test]
fn a_page_is_written_once_and_never_over_another() {
    let home = Home::new();
    home.write("log.jsonl", SAMPLE);
    home.run(&["assess", "log.jsonl", "--html", "report.html"]).check(0, "report.html");
    let page = std::fs::read(home.path("report.html")).unwrap();
    assert!(holds(&page, "<h2>What went to whom</h2>") && holds(&page, "</html>"));
    assert!(!holds(&page, "<script") && !holds(&page, "http-equiv"));
    for value in VALUES {
        assert!(!holds(&page, value), "{value}");
    }
    home.run(&["assess", "log.jsonl", "--html", "report.html"]).check(4, "report.html");
    assert_eq!(std::fs::read(home.path("report.html")).unwrap(), page);
    home.run(&["assess", "log.jsonl", "--html", "-", "--json"]).check(2, "standard output");
}

#[test]
fn what_is_broken_is_named_by_its_line_and_the_rest_is_assessed() {
    let home = Home::new();
    let good =
        "{\"model\":\"gpt-4.1\",\"messages\":[{\"role\":\"user\",\"content\":\"mail joe@tidewick.org\"}]}";
    let lines: Vec<String> = (1..=30)
        .map(|number| match number {
            2..=14 => "{\"model\":".to_owned(),
            20 => String::new(),
            21 => "{\"contents\":[]}".to_owned(),
            _ => good.to_owned(),
        })
        .collect();
    home.write("log.jsonl", &lines.join("\n"));
    let report = assessed(&home, &["log.jsonl"], 1);
    assert_eq!((&report["requests"], &report["not_assessed"]), (&json!(15), &json!(14)));
    let places: Vec<&str> = report["first_not_assessed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["place"].as_str().unwrap())
        .collect();
    let expected: Vec<String> = (2..=11).map(|line| format!("log.jsonl:{line}")).collect();
    assert_eq!(places, expected);
    assert!(report["first_not_assessed"][0]["why"].as_str().unwrap().contains("cut off"));
    assert_eq!(class(recipient(&report, "openai"), "contact")["requests"], 15);
}

#[test]
fn files_that_are_no_logs_are_named_and_the_others_are_read() {
    let home = Home::new();
    home.write("good.jsonl", SAMPLE);
    home.write("empty.jsonl", "");
    home.write("answers.jsonl", "{\"choices\":[]}\n");
    std::fs::write(home.path("bytes.jsonl"), [0, 159, 146, 150]).unwrap();
    let report = assessed(&home, &["good.jsonl", "empty.jsonl", "bytes.jsonl", "answers.jsonl"], 4);
    assert_eq!(report["requests"], 11);
    let unread = report["files"]["unread"].to_string();
    assert!(unread.contains("it is empty") && unread.contains("it is binary"), "{unread}");
    assert_eq!(report["files"]["without_requests"], 1);
    home.run(&["assess", "missing.jsonl"]).check(4, "missing.jsonl");
    std::fs::create_dir(home.path("nothing")).unwrap();
    home.run(&["assess", "nothing"]).check(4, "no log in this directory");
    assert_eq!(home.run(&["assess"]).code, 2);
    home.run(&["assess", "good.jsonl", "--provider", "nobody"]).check(2, "openai");
    let nothing = home.run(&["assess", "answers.jsonl"]);
    assert_eq!(nothing.code, 1);
    assert!(nothing.out.contains("0 requests"), "{}", nothing.out);
}

#[test]
fn a_directory_packed_files_and_an_array_give_the_same_as_lines() {
    let home = Home::new();
    home.write("lines.jsonl", SAMPLE);
    let lines = assessed(&home, &["lines.jsonl"], 0);
    let values: Vec<Value> = SAMPLE.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    std::fs::create_dir_all(home.path("a/deep")).unwrap();
    home.write("a/deep/array.json", &serde_json::to_string_pretty(&values).unwrap());
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(SAMPLE.as_bytes()).unwrap();
    std::fs::write(home.path("a/log.jsonl.gz"), packed.finish().unwrap()).unwrap();
    for (argument, times) in [("a/deep", 1), ("a/log.jsonl.gz", 1), ("a", 2)] {
        let report = assessed(&home, &[argument], 0);
        assert_eq!(report["requests"], json!(11 * times), "{argument}");
        assert_eq!(report["people"], lines["people"], "{argument}");
        let found =
            |report: &Value| class(recipient(report, "openai"), "person")["findings"].as_u64().unwrap();
        assert_eq!(found(&report), found(&lines) * times, "{argument}");
    }
    let input = home.run_with(&["assess", "-", "--json"], SAMPLE);
    let input: Value = serde_json::from_str(&input.out).unwrap();
    assert_eq!(input["recipients"], lines["recipients"]);
}

#[test]
fn the_provider_is_told_where_the_log_does_not_say_and_never_against_it() {
    let home = Home::new();
    home.write("log.jsonl", SAMPLE);
    let report = assessed(&home, &["log.jsonl", "--provider", "azure-openai"], 0);
    // What the log says stays; the bare body of a model that Azure may serve, and the host of nobody, follow.
    assert_eq!(recipient(&report, "minimax-intl")["requests"], 2);
    assert_eq!(recipient(&report, "azure-openai")["requests"], json!(1 + 1 + 1 + 2));
    let told = assessed(&home, &["log.jsonl", "--provider", "openai"], 0);
    assert_eq!(recipient(&told, "anthropic")["requests"], 2, "a model that OpenAI does not serve");
}

#[test]
fn the_configuration_decides_and_declares() {
    let home = Home::new();
    home.write("log.jsonl", SAMPLE);
    home.write(
        "cordon.toml",
        "[apps.crm]\npreset = \"open\"\nsubjects = [\"EU\"]\npurpose = [\"customer_support\"]\naudience = [\"customers\"]\n\
         legal_basis = \"contract\"\n[apps.crm.detection]\nnames = \"off\"\n",
    );
    let report = assessed(&home, &["log.jsonl", "--app", "crm"], 0);
    assert_eq!((&report["app"], &report["names"]), (&json!("crm"), &json!("off")));
    assert!(!open(&report, "declaration").join("; ").contains("legal basis"));
    assert!(open(&report, "unread").iter().any(|text| text.contains("names")), "{report:#}");
    assert_eq!(report["risk"]["pipia"]["due"], "not this law");
    let criterion = &report["risk"]["dpia"]["criteria"][0];
    assert_eq!(criterion["answer"], "not met");
}

#[test]
fn the_page_in_the_documentation_shows_what_the_sample_gives() {
    let home = Home::new();
    home.write("requests.jsonl", SAMPLE);
    let out = home.done(&["assess", "requests.jsonl"]);
    let page = include_str!("../../../../docs/assess.md");
    let block = page.split("```console\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let shown = block.lines().filter(|line| !line.starts_with('$') && line.trim() != "…");
    let missing: Vec<&str> = shown.filter(|line| !out.lines().any(|one| one == *line)).collect();
    assert!(missing.is_empty(), "{missing:#?}\n{out}");
}
