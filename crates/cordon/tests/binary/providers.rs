//! `cordon providers`: facts as people see them, own evidence, and the way of a question to a provider and back.

use serde_json::Value;

use crate::home::Home;

const OWN: &str = r#"schema = "cordon.own-facts/1"

[[source]]
id = "dpa"
title = "Data processing agreement of 3 November 2026"
who = "Ida Brandt, DPO"
document_date = "2026-11-03"
file = "dpa.txt"

[[fact]]
provider = "minimax-intl"
key = "dpa.role"
value = "processor"
status = "known"
basis = "read"
sources = ["dpa"]

[[model]]
provider = "minimax-intl"
name = "MiniMax-House"
status = "known"
source = "dpa"
"#;

fn facts<'v>(document: &'v Value, provider: &str, key: &str) -> &'v [Value] {
    let all = document["providers"].as_array().unwrap();
    let one = all.iter().find(|one| one["id"] == provider).unwrap();
    one["facts"][key].as_array().unwrap()
}

#[test]
fn a_comparison_shows_status_source_and_date_of_every_cell() {
    let home = Home::new();
    let document = home.json(&["providers", "compare", "minimax-intl", "openai"]);
    let training = &facts(&document, "minimax-intl", "training.default")[0];
    assert_eq!(
        (training["status"].as_str(), training["value"].as_str()),
        (Some("conflict"), Some("permitted by terms"))
    );
    assert!(training["sources"].as_array().unwrap().len() > 2);
    assert_eq!(training["retrieved"], "2026-11-24");
    assert_eq!(facts(&document, "openai", "training.default")[0]["value"], "no");
    let text = home.done(&["providers", "compare", "minimax-intl", "openai"]);
    assert!(
        text.contains("≠ permitted by terms")
            && text.contains("Trains on content")
            && !text.contains('\u{1b}')
    );
    let html = home.done(&["providers", "compare", "--html"]);
    assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>\n"));
    // One page that needs nothing else: no script, nothing loaded from elsewhere.
    assert!(!html.contains("<script") && !html.contains("<link") && !html.contains("src="));
    for id in ["minimax-cn", "mistral", "self-hosted"] {
        assert!(html.contains(&format!("<small>{id}</small>")), "{id}");
    }
    let markdown = home.done(&["providers", "compare", "openai", "--markdown"]);
    assert!(markdown.contains("| **openai** |"));
    home.run(&["providers", "compare", "opnai"])
        .check(2, "there is no provider `opnai`; known: alibaba-model-studio");
}

#[test]
fn evidence_of_ones_own_counts_and_has_to_be_there() {
    let home = Home::new();
    home.write("facts.toml", OWN);
    home.write("cordon.toml", "[registry]\nfacts = [\"facts.toml\"]\n");
    home.run(&["check"]).check(2, "the evidence `dpa.txt` cannot be read");
    home.write("dpa.txt", "signed");
    assert!(home.done(&["check"]).contains("is valid"));
    let document = home.json(&["providers", "show", "minimax-intl"]);
    let role = &facts(&document, "minimax-intl", "dpa.role")[0];
    assert_eq!((role["value"].as_str(), role["own"].as_bool()), (Some("processor"), Some(true)));
    assert_eq!(role["sources"][0]["who"], "Ida Brandt, DPO");
    let models = document["models"].as_array().unwrap();
    assert!(models.iter().any(|model| model["name"] == "MiniMax-House"));
    // Evidence that was exchanged is not evidence.
    let hash = "0".repeat(64);
    home.write(
        "facts.toml",
        &OWN.replace("file = \"dpa.txt\"", &format!("file = \"dpa.txt\"\nsha256 = \"{hash}\"")),
    );
    home.run(&["check"]).check(2, "the evidence `dpa.txt` is not what it was");
}

#[test]
fn a_grant_counts_with_its_evidence_until_it_runs_out() {
    let home = Home::new().with("OPENAI_API_KEY", "made-up");
    home.write("zdr.pdf", "granted");
    let configured = |expires: &str| {
        home.write(
            "cordon.toml",
            &format!(
                "[company]\ncountry = \"DE\"\n[[provider_keys]]\nprovider = \"openai\"\nfrom_env = \"OPENAI_API_KEY\"\n\
                 grants = {{ zero_retention = {{ id = \"ZDR-1\", evidence = \"zdr.pdf\", expires = \"{expires}\" }} }}\n"
            ),
        );
    };
    configured("2999-12-31");
    let shown = home.done(&["providers", "show", "openai"]);
    assert!(shown.contains("kept 0 days, zero retention yes, handling B"), "{shown}");
    assert!(shown.contains("clauses yes"), "{shown}");
    assert!(!home.run(&["check"]).err.contains("run out"));
    configured("2026-01-31");
    let shown = home.done(&["providers", "show", "openai"]);
    assert!(shown.contains("zero retention no") && shown.contains("account.zero_retention"), "{shown}");
    home.run(&["check"]).check(0, "`zero_retention` of provider `openai` has run out and does not count");
    let review = home.run(&["providers", "review", "--strict"]);
    assert_eq!(review.code, 1);
    assert!(review.out.contains("zero_retention ZDR-1 ran out on 2026-01-31"), "{}", review.out);
}

#[test]
fn a_setting_that_no_fact_knows_and_a_host_that_is_not_the_providers_are_remarked() {
    let home = Home::new().with("KEY", "made-up");
    home.write(
        "cordon.toml",
        "[[provider_keys]]\nprovider = \"google\"\nfrom_env = \"KEY\"\ntier = \"payed\"\n[[providers]]\nid = \"google\"\n\
         facts = \"google-gemini-api\"\nmodels = [\"gemini-*\"]\nsurfaces = { \"openai.chat\" = { base_url = \"https://relay.example\", \
         key = \"bearer\" } }\n",
    );
    let ended = home.run(&["check"]);
    ended.check(0, "no fact on provider `google` knows the tier `payed`");
    ended.check(0, "known: paid, unpaid");
    ended.check(0, "no fact names `relay.example` as a host of provider `google-gemini-api`");
}

#[test]
fn review_walks_what_is_open_and_says_so_to_scripts_on_request() {
    let home = Home::new();
    let review = home.run(&["providers", "review", "minimax-intl"]);
    assert_eq!(review.code, 0);
    assert!(
        review.out.contains("Trains on content: conflict, permitted by terms, 2026-11-24 [decides]"),
        "{}",
        review.out
    );
    assert!(review.out.contains("ask: cordon providers ask minimax-intl"));
    assert_eq!(home.run(&["providers", "review", "minimax-intl", "--strict"]).code, 1);
    let lines = home.done(&["providers", "review", "minimax-intl", "--deciding", "--json"]);
    let keys: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(keys.iter().all(|line| line["decides"] == true));
    assert!(keys.iter().any(|line| line["key"] == "location.processing" && line["status"] == "unknown"));
}

#[test]
fn a_question_goes_out_as_a_letter_and_its_answer_counts_as_far_as_it_goes() {
    let home = Home::new();
    home.write(
        "cordon.toml",
        "[company]\nname = \"Tidewick GmbH\"\ncountry = \"DE\"\ncontact = \"Ida Brandt, Data Protection Officer\"\n",
    );
    let letter = home.done(&["providers", "ask", "minimax-intl", "--plain", "--use", "answers to customers"]);
    for words in [
        "Tidewick GmbH",
        "Nanonoble Pte. Ltd.",
        "answers to customers",
        "[T1]",
        "Article 28(3) GDPR",
        "[SIGNER]:",
    ] {
        assert!(letter.contains(words), "{words} is not in {letter}");
    }
    for word in ["fail", "registry", "cordon", "Cordon", "training.default", "likely"] {
        assert!(!letter.contains(word), "{word} is a word of ours");
    }
    let chinese = home.done(&["providers", "ask", "minimax-intl", "--language", "zh"]);
    assert!(chinese.contains("尊敬的先生/女士") && chinese.contains("[T1]:"));

    // The provider answers some of it, on the form of the letter.
    let answered = letter
        .replace("[DATE]:", "[DATE]: 2026-11-28")
        .replace("[SIGNER]:", "[SIGNER]: Li Wei, Legal Counsel")
        .replace("[T1]:", "[T1]: a")
        .replace("[L2]:", "[L2]: US, SG")
        .replace("[R1]:", "[R1]: 30 days");
    home.write("answer.txt", &answered.replace("2026-11-28", ""));
    home.run(&["providers", "ask", "--import", "answer.txt"]).check(2, "the answer has no date");
    home.write("answer.txt", &answered.replace(" 30 days", " some days"));
    let refused = home.run(&["providers", "ask", "--import", "answer.txt"]);
    let line = answered.lines().position(|line| line.starts_with("[R1]")).unwrap() + 1;
    refused.check(2, &format!("answer.txt:{line}:1: the answer to `R1` is one whole number of days"));
    assert!(!home.path("cordon-data").exists(), "nothing is kept of an answer that is refused");

    home.write("answer.txt", &answered);
    let recorded = home.json(&["providers", "ask", "--import", "answer.txt"]);
    assert_eq!(recorded["answered"].as_array().unwrap().len(), 3);
    assert!(recorded["empty"].as_array().unwrap().contains(&Value::from("D4")));
    let document = home.json(&["providers", "show", "minimax-intl"]);
    let training = &facts(&document, "minimax-intl", "training.default")[0];
    assert_eq!((training["value"].as_str(), training["status"].as_str()), (Some("no"), Some("known")));
    assert_eq!(training["sources"][0]["who"], "Li Wei, Legal Counsel");
    // What was left empty is as unknown as before.
    assert_eq!(facts(&document, "minimax-intl", "dpa.covers")[0]["status"], "unknown");
    assert!(home.done(&["check"]).contains("is valid"));
    let again = home.done(&["providers", "ask", "minimax-intl", "--plain"]);
    assert!(!again.contains("[T1]") && !again.contains("[L2]") && again.contains("[D4]"));

    // The answer itself is evidence: whoever changes it is found out.
    let kept = home.path("cordon-data/facts/minimax-intl-2026-11-28.answer.txt");
    std::fs::write(&kept, answered.replace("[T1]: a", "[T1]: f")).unwrap();
    home.run(&["check"]).check(2, "is not what it was");
}

#[test]
fn an_answer_is_found_wherever_the_configuration_lies() {
    let home = Home::new();
    std::fs::create_dir(home.path("etc")).unwrap();
    home.write("etc/cordon.toml", "[state]\ndir = \"state\"\n");
    home.write("answer.txt", "[REF]: minimax-cn\n[DATE]: 2026-11-28\n[SIGNER]: Li Wei\n[R1]: 7\n");
    home.done(&["providers", "ask", "--import", "answer.txt", "--config", "etc/cordon.toml"]);
    assert!(home.path("etc/state/facts/minimax-cn-2026-11-28.toml").exists());
    let document = home.json(&["providers", "show", "minimax-cn", "--config", "etc/cordon.toml"]);
    assert_eq!(facts(&document, "minimax-cn", "retention.default_days")[0]["value"], "7 days");
}
