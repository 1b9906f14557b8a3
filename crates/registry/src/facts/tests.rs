//! Loading and resolving, with a vocabulary and facts of the tests' own; and that what ships is whole.

use super::*;
use crate::{Asked, Doubt};

const SCHEMA: &str = r#"
schema = "cordon.provider-schema/2"
[[group]]
id = "all"
title = "All"
[[key]]
name = "training.default"
group = "all"
label = "Trains"
type = "enum"
values = ["no", "opt_in", "opt_out", "yes"]
fail_closed = "yes"
max_age_days = 90
decides = true
about = "whether content trains models"
[[key]]
name = "retention.default_days"
group = "all"
label = "Kept for"
type = "number"
worse = "more"
conflict = "worse"
fail_closed = -1
max_age_days = 90
about = "days"
[[key]]
name = "location.storage"
group = "all"
label = "Stored in"
type = "places"
worse = "more"
fail_closed = ["GLOBAL"]
max_age_days = 90
about = "where content rests"
[[key]]
name = "location.remote_access"
group = "all"
label = "Reachable from"
type = "places"
worse = "more"
fail_closed = ["GLOBAL"]
fail_closed_as = "entity.hq_country"
about = "who can read"
[[key]]
name = "entity.hq_country"
group = "all"
label = "Headquarters"
type = "place"
fail_closed = "GLOBAL"
about = "where the group sits"
[[key]]
name = "endpoint.hosts"
group = "all"
label = "Hosts"
type = "hosts"
worse = "fewer"
fail_closed = []
about = "hosts"
[[key]]
name = "endpoint.lookalikes"
group = "all"
label = "Look-alikes"
type = "hosts"
worse = "more"
fail_closed = []
about = "hosts that imitate"
"#;

const REGIONS: &str = "EU = [\"DE\", \"FR\"]\nEEA = [\"DE\", \"FR\", \"NO\"]\n";

/// What stands above the facts of every test: lines 1 to 18.
const HEAD: &str = r#"schema = "cordon.provider/1"
retrieved = "2026-11-01"

[provider]
id = "acme"
name = "Acme"
summary = "A provider of the tests."
domains = ["acme.example"]

[[source]]
id = "terms"
title = "Terms"
url = "https://www.acme.example/terms"
kind = "primary"
[[source]]
id = "blog"
title = "A blog"
kind = "secondary"
"#;

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn loaded(facts: &str) -> Result<Facts, FileProblems> {
    let text = format!("{HEAD}{facts}");
    Facts::load(
        RegistryFile { name: "schema.toml", text: SCHEMA },
        RegistryFile { name: "regions.toml", text: REGIONS },
        RegistryFile {
            name: "models.toml",
            text: "schema = \"cordon.models/1\"\nretrieved = \"2026-11-01\"\n",
        },
        &[RegistryFile { name: "acme.toml", text: &text }],
        Some(day("2026-11-29")),
    )
}

fn check_refused(facts: &str, expected: &str) {
    let error = loaded(facts).expect_err(expected).to_string();
    assert!(error.contains(expected), "expected: {expected}\ngot: {error}");
}

const KNOWN: &str = "status = \"known\"\nbasis = \"read\"\nsources = [\"terms\"]\n";

#[test]
fn what_is_wrong_with_a_fact_is_told_with_file_line_and_column() {
    check_refused(
        &format!("[[fact]]\nkey = \"training.defualt\"\nvalue = \"no\"\n{KNOWN}"),
        "acme.toml:20:7: there is no key `training.defualt` (there are: training.default)",
    );
    check_refused(
        &format!("[[fact]]\nkey = \"training.default\"\nvalue = \"never\"\n{KNOWN}"),
        "acme.toml:21:9: `training.default` is one of `no`, `opt_in`, `opt_out`, `yes`; `never` is not",
    );
    check_refused(
        &format!("[[fact]]\nkey = \"retention.default_days\"\nvalue = \"30\"\n{KNOWN}"),
        "acme.toml:21:9: `retention.default_days` is a whole number from 0, or -1",
    );
    check_refused(
        &format!("[[fact]]\nkey = \"location.storage\"\nvalue = [\"UK\"]\n{KNOWN}"),
        "acme.toml:21:9: `location.storage` is a list of countries",
    );
    check_refused(
        &format!("[[fact]]\nkey = \"training.default\"\nvalue = \"no\"\ncolour = 1\n{KNOWN}"),
        "acme.toml:22:1: unknown key `colour`",
    );
    check_refused(
        "[[fact]]\nkey = \"training.default\"\nvalue = \"no\"\nstatus = \"sure\"\n",
        "acme.toml:22:10: unknown value `sure`",
    );
    check_refused(
        "[[fact]]\nkey = \"training.default\"\nvalue = \"no\"\nstatus = \"known\"\nbasis = \"read\"\n",
        "acme.toml:20:7: `training.default` is called known without a source that proves it",
    );
    check_refused(
        "[[fact]]\nkey = \"training.default\"\nvalue = \"no\"\nstatus = \"known\"\nbasis = \"read\"\nsources = [\"blog\"]\n",
        "is called known without a source that proves it",
    );
    check_refused(
        "[[fact]]\nkey = \"training.default\"\nvalue = \"no\"\nstatus = \"likely\"\nbasis = \"read\"\nsources = [\"hearsay\"]\n",
        "acme.toml:24:12: there is no source `hearsay`",
    );
    check_refused(
        "[[fact]]\nkey = \"training.default\"\nvalue = \"no\"\nstatus = \"unknown\"\n",
        "acme.toml:21:9: `training.default` is unknown, so it has no value",
    );
    check_refused(
        &format!("[[fact]]\nkey = \"training.default\"\nvalue = \"no\"\nretrieved = \"2026-12-01\"\n{KNOWN}"),
        "acme.toml:22:13: 2026-12-01 is yet to come",
    );
    check_refused(
        &format!(
            "[[fact]]\nkey = \"training.default\"\nvalue = \"no\"\nscope = {{ planet = \"x\" }}\n{KNOWN}"
        ),
        "unknown key `planet`",
    );
}

#[test]
fn an_address_that_imitates_the_provider_is_neither_host_nor_source() {
    let lookalikes =
        format!("[[fact]]\nkey = \"endpoint.lookalikes\"\nvalue = [\"acme-ai.example\"]\n{KNOWN}");
    check_refused(
        &format!("{lookalikes}[[fact]]\nkey = \"endpoint.hosts\"\nvalue = [\"acme-ai.example\"]\n{KNOWN}"),
        "`acme-ai.example` is listed as a look-alike",
    );
    check_refused(
        &format!(
            "{lookalikes}[[source]]\nid = \"x\"\ntitle = \"x\"\nkind = \"secondary\"\nurl = \"https://www.acme-ai.example/p\"\n"
        ),
        "source `x` stands on the look-alike host `acme-ai.example`",
    );
    check_refused(
        "[[source]]\nid = \"x\"\ntitle = \"x\"\nkind = \"primary\"\nurl = \"https://acme.example.evil.example/p\"\n",
        "`acme.example.evil.example` is no domain of the provider",
    );
}

fn fact(value: &str, rest: &str) -> String {
    format!(
        "[[fact]]\nkey = \"training.default\"\nvalue = \"{value}\"\nstatus = \"likely\"\nbasis = \"read\"\n{rest}\n"
    )
}

fn check_training(facts: &str, asked: Asked<'_>, today: &str, expected: (&str, Option<Doubt>)) {
    let facts = loaded(facts).expect("loads");
    let resolved = facts.resolve("acme", "training.default", &asked, day(today));
    assert_eq!((resolved.counts.text().unwrap_or_default(), resolved.doubt), expected);
}

#[test]
fn the_most_specific_scope_wins_and_a_dimension_that_is_not_known_fits_none() {
    let facts = fact("opt_out", "")
        + &fact("no", "scope = { tier = \"paid\" }")
        + &fact("yes", "scope = { tier = \"paid\", model = \"labs*\" }");
    let paid = Asked { tier: Some("paid"), model: Some("fine-1"), ..Asked::default() };
    check_training(&facts, Asked::default(), "2026-11-29", ("opt_out", None));
    check_training(&facts, paid, "2026-11-29", ("no", None));
    check_training(&facts, Asked { model: Some("labs-2"), ..paid }, "2026-11-29", ("yes", None));
    // A model alone is not the paid tier.
    check_training(
        &facts,
        Asked { tier: None, model: Some("labs-2"), ..paid },
        "2026-11-29",
        ("opt_out", None),
    );
    let region = fact("no", "scope = { customer_region = \"EEA+CH\" }");
    for (country, expected) in [("NO", "no"), ("DE", "no"), ("CH", "no"), ("GB", "yes")] {
        let doubt = (expected == "yes").then_some(Doubt::Unknown);
        check_training(
            &region,
            Asked { customer_region: Some(country), ..Asked::default() },
            "2026-11-29",
            (expected, doubt),
        );
    }
}

#[test]
fn absent_unknown_old_and_contradicting_facts_count_as_the_worst() {
    let unknown = "[[fact]]\nkey = \"training.default\"\nstatus = \"unknown\"\n";
    check_training("", Asked::default(), "2026-11-29", ("yes", Some(Doubt::Unknown)));
    check_training(unknown, Asked::default(), "2026-11-29", ("yes", Some(Doubt::Unknown)));
    // Read on 2026-11-01; good for 90 days, up to 2027-01-30.
    check_training(&fact("no", ""), Asked::default(), "2027-01-30", ("no", None));
    check_training(&fact("no", ""), Asked::default(), "2027-01-31", ("yes", Some(Doubt::Stale)));
    // A clock before the day of reading is wrong, so that no age can be told.
    check_training(&fact("no", ""), Asked::default(), "2020-01-01", ("yes", Some(Doubt::Stale)));
    let both = fact("no", "") + &fact("opt_in", "");
    check_training(&both, Asked::default(), "2026-11-29", ("yes", Some(Doubt::Conflict)));
    let agreeing = fact("no", "") + &fact("no", "note = \"again\"");
    check_training(&agreeing, Asked::default(), "2026-11-29", ("no", None));
    let told = fact("no", "").replace("likely", "conflict");
    check_training(&told, Asked::default(), "2026-11-29", ("yes", Some(Doubt::Conflict)));
}

#[test]
fn of_two_values_the_less_favourable_is_the_one_that_the_vocabulary_calls_worse() {
    let facts = loaded("").expect("loads");
    let worse =
        |key: &str, one: Value, other: Value| facts.schema.key(key).expect("a key").worse_of(one, other);
    let text = |text: &str| Value::Text(text.to_owned());
    let list = |all: &[&str]| Value::List(all.iter().map(|one| (*one).to_owned()).collect());
    assert_eq!(worse("training.default", text("opt_out"), text("no")), Some(text("opt_out")));
    assert_eq!(worse("retention.default_days", Value::Number(30), Value::Number(0)), Some(Value::Number(30)));
    assert_eq!(
        worse("retention.default_days", Value::Number(30), Value::Number(-1)),
        Some(Value::Number(-1))
    );
    assert_eq!(worse("location.storage", list(&["US"]), list(&["SG", "US"])), Some(list(&["US", "SG"])));
    assert_eq!(
        worse("endpoint.hosts", list(&["a.example", "b.example"]), list(&["b.example"])),
        Some(list(&["b.example"]))
    );
    assert_eq!(worse("entity.hq_country", text("US"), text("CN")), None);
}

#[test]
fn a_number_in_conflict_counts_as_the_worse_and_staff_sits_where_the_group_does() {
    let number = |value: i64| {
        format!(
            "[[fact]]\nkey = \"retention.default_days\"\nvalue = {value}\nstatus = \"likely\"\nbasis = \"read\"\n"
        )
    };
    let facts = loaded(
        &(number(0) + &number(30) + "[[fact]]\nkey = \"entity.hq_country\"\nvalue = \"CN\"\nstatus = \"likely\"\nbasis = \"reported\"\n"),
    )
    .expect("loads");
    let ask = |key| facts.resolve("acme", key, &Asked::default(), day("2026-11-29"));
    assert_eq!(
        (ask("retention.default_days").counts, ask("retention.default_days").doubt),
        (Value::Number(30), Some(Doubt::Conflict))
    );
    let remote = ask("location.remote_access");
    assert_eq!((remote.counts.texts(), remote.doubt), (vec!["CN"], Some(Doubt::Unknown)));
}

const OWN: &str = r#"schema = "cordon.own-facts/1"
[[source]]
id = "dpa"
title = "Data processing agreement of 3 November 2026"
who = "Ida Brandt, DPO"
document_date = "2026-11-03"
file = "evidence/dpa.pdf"
[[fact]]
provider = "acme"
key = "training.default"
value = "no"
status = "known"
basis = "read"
sources = ["dpa"]
"#;

fn with_own(shipped: &str, own: &str) -> Result<Facts, FileProblems> {
    loaded(shipped)
        .expect("loads")
        .with_own(&[RegistryFile { name: "own.toml", text: own }], day("2026-11-29"))
}

#[test]
fn a_fact_of_the_operators_takes_the_place_of_a_shipped_one_in_the_same_scope() {
    let shipped = fact("yes", "") + &fact("opt_out", "scope = { model = \"labs*\" }");
    let facts = with_own(&shipped, OWN).expect("loads");
    let training = |asked| facts.resolve("acme", "training.default", &asked, day("2026-11-29"));
    let general = training(Asked::default());
    assert_eq!((general.counts.text(), general.doubt), (Some("no"), None));
    assert_eq!(general.facts[0].sources[0].who.as_deref(), Some("Ida Brandt, DPO"));
    // The shipped fact on a model is more specific than what was agreed on in general.
    assert_eq!(training(Asked { model: Some("labs-1"), ..Asked::default() }).counts.text(), Some("opt_out"));
    // It ages from the date of its evidence.
    let late = facts.resolve("acme", "training.default", &Asked::default(), day("2027-02-02"));
    assert_eq!(late.doubt, Some(Doubt::Stale));
}

#[test]
fn evidence_of_the_operators_needs_a_name_a_date_and_a_provider() {
    for (from, to, expected) in [
        ("who = \"Ida Brandt, DPO\"\n", "", "own.toml:3:6: evidence of your own names `who`"),
        ("document_date = \"2026-11-03\"\n", "", "evidence of your own names `document_date`"),
        ("\"2026-11-03\"", "\"2026-11-30\"", "2026-11-30 is yet to come"),
        (
            "provider = \"acme\"",
            "provider = \"acmee\"",
            "own.toml:9:12: there is no provider `acmee` (known: acme)",
        ),
        ("provider = \"acme\"\n", "", "a fact of your own names its `provider`"),
        (
            "file = ",
            "url = \"javascript:x\"\nfile = ",
            "own.toml:7:7: the `url` of a source begins with https://",
        ),
        ("file = ", "sha256 = \"12\"\nfile = ", "`sha256` is 64 hexadecimal digits"),
        ("sources = [\"dpa\"]", "sources = []", "is called known without a source"),
        ("cordon.own-facts/1", "cordon.own-facts/2", "own.toml:1:10: unknown value `cordon.own-facts/2`"),
    ] {
        assert!(OWN.contains(from), "{from}");
        let error = with_own("", &OWN.replace(from, to)).expect_err(expected).to_string();
        assert!(error.contains(expected), "expected: {expected}\ngot: {error}");
    }
}

#[test]
fn what_ships_is_whole_and_of_the_past() {
    let facts = Facts::builtin().expect("the shipped facts load");
    assert_eq!(facts.profiles().count(), 12);
    let [schema, regions, models] = GROUND;
    // No shipped date lies after the day on which the files were last looked through.
    Facts::load(schema, regions, models, PROVIDERS, Some(day("2026-11-29"))).expect("no date is yet to come");
    for model in &facts.models {
        assert!(facts.profile(&model.provider).is_some(), "{}", model.provider);
    }
}

#[test]
fn every_host_that_a_shipped_key_goes_to_is_one_that_the_facts_name() {
    let facts = Facts::builtin().expect("facts load");
    let registry = crate::Registry::builtin().expect("registry loads");
    for provider in registry.providers() {
        for origin in provider.surfaces.values().filter_map(|surface| surface.origin.as_ref()) {
            assert_eq!(
                facts.host(&provider.id, &origin.host),
                HostStanding::Own,
                "{} {}",
                provider.id,
                origin.host
            );
        }
    }
}

#[test]
fn every_model_that_a_shipped_provider_lists_is_classified() {
    let facts = Facts::builtin().expect("facts load");
    let registry = crate::Registry::builtin().expect("registry loads");
    for provider in registry.providers().filter(|provider| !provider.built_in) {
        for name in &provider.listed {
            assert!(facts.model(&provider.id, name).is_some(), "{} {name}", provider.id);
        }
    }
}

#[test]
fn a_host_is_the_providers_own_an_imitation_or_unknown() {
    let facts = Facts::builtin().expect("facts load");
    for (provider, host, expected) in [
        ("minimax-intl", "api.minimax.io", HostStanding::Own),
        ("minimax-intl", "minimaxm2.io", HostStanding::Lookalike),
        ("minimax-intl", "api.minimaxm2.io", HostStanding::Lookalike),
        ("minimax-intl", "api.minimaxi.com", HostStanding::Other),
        ("openai", "eu.api.openai.com", HostStanding::Own),
        ("openai", "api.openai.com.example", HostStanding::Other),
    ] {
        assert_eq!(facts.host(provider, host), expected, "{host}");
    }
}
