//! What the shipped facts make of a deployment, field by field. Expected values are those of the providers' documents and of the
//! laws that ask (GDPR art. 28, 44-46; 28 CFR 202.211; 45 CFR 164.504(e)), not of the code.

use super::*;
use crate::RegistryFile;

/// A day on which every shipped fact is fresh.
const TODAY: &str = "2026-11-29";

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

fn grant(expires: Option<&str>) -> Option<Grant> {
    Some(Grant { id: "A-1".to_owned(), expires: expires.map(day) })
}

/// Adequate for the tests: some countries of the EEA, the United Kingdom, and the United States for certified companies.
fn adequacy() -> Adequacy {
    let facts = Facts::builtin().expect("facts load");
    let mut countries = facts.regions.countries(["EEA"]);
    countries.extend(["GB", "CH", "JP"].map(str::to_owned));
    Adequacy { countries, certified: BTreeSet::from(["US".to_owned()]) }
}

fn recipient<'a>(provider: &'a str, model: &'a str, account: &'a Account) -> Recipient<'a> {
    Recipient { provider, on_premises: false, model, host: None, customer_region: Some("DE"), account }
}

fn standing_of(provider: &str, model: &str, account: &Account, today: &str) -> Standing {
    Facts::builtin().expect("facts load").standing(
        &recipient(provider, model, account),
        &adequacy(),
        day(today),
    )
}

fn standing(provider: &str, model: &str) -> Standing {
    standing_of(provider, model, &Account::default(), TODAY)
}

fn reach(standing: &Standing) -> Vec<&str> {
    standing.reach.iter().map(String::as_str).collect()
}

#[test]
fn minimax_international_may_train_may_control_is_covered_and_is_reached_from_anywhere() {
    let standing = standing("minimax-intl", "MiniMax-M2");
    assert!(standing.may_train && standing.may_control && standing.covered_person);
    assert!(
        !standing.dpa && !standing.clauses && !standing.baa && !standing.zero_retention && !standing.adequate
    );
    // Storage US, staff in China and Singapore, and no word on where inference runs.
    assert_eq!(reach(&standing), ["CN", "GLOBAL", "SG", "US"]);
    assert_eq!((standing.retention_days, standing.handling), (None, Handling::D));
    assert_eq!(standing.doubtful.get("training.default"), Some(&Doubt::Conflict));
    assert_eq!(standing.doubtful.get("location.processing"), Some(&Doubt::Unknown));
    // What is likely counts: it is no doubt.
    assert!(!standing.doubtful.contains_key("entity.us_covered_person"));
}

#[test]
fn the_two_minimax_platforms_are_two_recipients() {
    let mainland = standing("minimax-cn", "MiniMax-M2");
    assert_eq!(reach(&mainland), ["CN"]);
    assert!(mainland.covered_person && mainland.may_train && mainland.may_control);
}

#[test]
fn openai_is_a_processor_that_does_not_train_and_keeps_content_for_thirty_days() {
    let standing = standing("openai", "gpt-5");
    assert!(!standing.may_train && !standing.may_control && standing.dpa && standing.clauses);
    assert!(
        !standing.covered_person && !standing.zero_retention && !standing.baa && !standing.assessed_transfer
    );
    assert_eq!((standing.retention_days, standing.handling), (Some(30), Handling::C));
    assert!(standing.reach.contains("GLOBAL") && !standing.adequate);
    // Its terms forbid health information without the healthcare addendum.
    assert_eq!(standing.forbidden, BTreeSet::from([types::DataClass::Health]));
}

#[test]
fn clauses_of_a_contract_hold_for_the_customers_that_it_names() {
    let account = Account::default();
    let facts = Facts::builtin().expect("facts load");
    let of = |customer_region| Recipient { customer_region, ..recipient("openai", "gpt-5", &account) };
    let clauses = |region| facts.standing(&of(region), &adequacy(), day(TODAY)).clauses;
    assert!(clauses(Some("DE")) && clauses(Some("CH")) && clauses(Some("GB")));
    // The agreement says nothing on customers elsewhere, nor on one that does not say where it is.
    assert!(!clauses(Some("BR")) && !clauses(None));
}

#[test]
fn a_grant_of_zero_retention_counts_until_its_last_day() {
    let account = Account { zero_retention: grant(Some("2026-11-29")), ..Account::default() };
    let on = |today| standing_of("openai", "gpt-5", &account, today);
    let last = on("2026-11-29");
    assert!(
        last.zero_retention && last.doubtful.is_empty()
            || !last.doubtful.contains_key("account.zero_retention")
    );
    assert_eq!((last.retention_days, last.handling), (Some(0), Handling::B));
    let after = on("2026-11-30");
    assert!(!after.zero_retention);
    assert_eq!((after.retention_days, after.handling), (Some(30), Handling::C));
    assert_eq!(after.doubtful.get("account.zero_retention"), Some(&Doubt::Stale));
}

#[test]
fn a_covered_model_keeps_thirty_days_whatever_was_granted() {
    let account = Account { zero_retention: grant(None), ..Account::default() };
    let covered = standing_of("anthropic", "claude-fable-5", &account, TODAY);
    assert!(!covered.zero_retention);
    assert_eq!(covered.retention_days, Some(30));
    assert!(standing_of("anthropic", "claude-sonnet-4-5", &account, TODAY).zero_retention);
    let elsewhere = standing_of("aws-bedrock", "us.anthropic.claude-fable-5-v1:0", &account, TODAY);
    assert_eq!((elsewhere.zero_retention, elsewhere.retention_days), (false, Some(30)));
    assert!(standing_of("aws-bedrock", "openai.gpt-oss-120b-1:0", &account, TODAY).zero_retention);
}

#[test]
fn a_grant_that_the_provider_is_not_known_to_make_does_not_count() {
    let account = Account { zero_retention: grant(None), baa: grant(None), ..Account::default() };
    let standing = standing_of("minimax-intl", "MiniMax-M2", &account, TODAY);
    assert!(!standing.zero_retention && !standing.baa);
}

#[test]
fn anthropics_schedule_forbids_special_categories_and_an_agreement_on_health_lifts_health_alone() {
    use types::DataClass::{Biometric, Health, Special};
    assert_eq!(
        standing("anthropic", "claude-sonnet-4-5").forbidden,
        BTreeSet::from([Health, Biometric, Special])
    );
    let account = Account { baa: grant(Some("2027-06-30")), ..Account::default() };
    let with = standing_of("anthropic", "claude-sonnet-4-5", &account, TODAY);
    assert!(with.baa);
    assert_eq!(with.forbidden, BTreeSet::from([Biometric, Special]));
    let expired = Account { baa: grant(Some("2026-06-30")), ..Account::default() };
    let without = standing_of("anthropic", "claude-sonnet-4-5", &expired, TODAY);
    assert!(!without.baa && without.forbidden.contains(&Health));
}

#[test]
fn a_gemini_key_that_declares_no_tier_is_unpaid() {
    let undeclared = standing("google-gemini-api", "gemini-2.5-flash");
    assert!(undeclared.may_train && undeclared.may_control && !undeclared.dpa);
    assert!(undeclared.forbidden.contains(&types::DataClass::Person));
    let account = Account { tier: Some("paid".to_owned()), ..Account::default() };
    let paid = standing_of("google-gemini-api", "gemini-2.5-flash", &account, TODAY);
    assert!(!paid.may_train && !paid.may_control && paid.dpa && paid.forbidden.is_empty());
    assert_eq!((paid.retention_days, paid.handling), (Some(55), Handling::C));
}

#[test]
fn mistrals_labs_models_train_even_on_a_paid_account() {
    let account = Account { tier: Some("paid".to_owned()), ..Account::default() };
    assert!(!standing_of("mistral", "mistral-large-latest", &account, TODAY).may_train);
    assert!(standing_of("mistral", "labs-leanstral", &account, TODAY).may_train);
    // The free tier trains unless somebody objects.
    assert!(standing("mistral", "mistral-large-latest").may_train);
}

#[test]
fn a_region_counts_where_the_account_declares_it() {
    let account = Account { settings: vec!["inference_geo=us".to_owned()], ..Account::default() };
    assert_eq!(reach(&standing_of("anthropic", "claude-sonnet-4-5", &account, TODAY)), ["US"]);
    assert!(standing("anthropic", "claude-sonnet-4-5").reach.contains("GLOBAL"));
    let frankfurt = Account {
        region: Some("Frankfurt".to_owned()),
        settings: vec!["scope=EU".to_owned()],
        ..Account::default()
    };
    let standing = standing_of("alibaba-model-studio", "qwen-plus", &frankfurt, TODAY);
    // Frankfurt and the EU, and the group's own country, which may reach it.
    assert!(
        standing.reach.contains("CN") && standing.reach.contains("DE") && !standing.reach.contains("GLOBAL")
    );
    assert!(!standing.adequate);
}

#[test]
fn the_united_states_are_adequate_for_a_certified_company_only() {
    // Microsoft states its certification; nothing of the kind is known of Anthropic.
    let account = Account { settings: vec!["deployment=DataZone(US)".to_owned()], ..Account::default() };
    let own = RegistryFile {
        name: "own.toml",
        text: "schema = \"cordon.own-facts/1\"\n[[source]]\nid = \"portal\"\ntitle = \"Resource overview\"\nwho = \"Ida Brandt\"\n\
               document_date = \"2026-11-20\"\n[[fact]]\nprovider = \"azure-openai\"\nkey = \"location.storage\"\nvalue = [\"US\"]\n\
               status = \"known\"\nbasis = \"read\"\nsources = [\"portal\"]\n",
    };
    let facts = Facts::builtin().expect("loads").with_own(&[own], day(TODAY)).expect("loads");
    let azure = facts.standing(&recipient("azure-openai", "gpt-5", &account), &adequacy(), day(TODAY));
    assert_eq!((reach(&azure), azure.adequate), (vec!["US"], true));
    let account = Account { settings: vec!["inference_geo=us".to_owned()], ..Account::default() };
    assert!(!standing_of("anthropic", "claude-sonnet-4-5", &account, TODAY).adequate);
}

#[test]
fn facts_that_are_too_old_stand_at_their_worst_and_say_so() {
    let old = standing_of("openai", "gpt-5", &Account::default(), "2027-11-29");
    assert!(old.may_train && old.may_control && !old.dpa && old.covered_person);
    assert_eq!((old.retention_days, old.handling), (None, Handling::D));
    assert_eq!(old.doubtful.get("training.default"), Some(&Doubt::Stale));
    // A ban does not lapse because nobody read it again.
    assert!(old.forbidden.contains(&types::DataClass::Health));
    // A clock that is wrong makes nothing better.
    let early = standing_of("openai", "gpt-5", &Account::default(), "2001-01-01");
    assert!(early.may_train && early.may_control);
}

#[test]
fn a_signed_agreement_and_an_assessment_count_while_they_are_in_force() {
    let account = Account {
        dpa: grant(Some("2027-01-31")),
        clauses: grant(None),
        assessment: grant(Some("2026-12-31")),
        ..Account::default()
    };
    let standing = standing_of("minimax-intl", "MiniMax-M2", &account, TODAY);
    assert!(standing.dpa && standing.clauses && standing.assessed_transfer);
    // The policy of the API still calls the company a controller: an agreement that says otherwise is stated as a fact.
    assert!(standing.may_control && standing.may_train);
    let later = standing_of("minimax-intl", "MiniMax-M2", &account, "2027-02-01");
    assert!(!later.dpa && later.clauses && !later.assessed_transfer);
}

#[test]
fn another_host_than_the_providers_own_stands_as_if_nothing_were_known() {
    let account = Account::default();
    let facts = Facts::builtin().expect("facts load");
    let of = |host| Recipient { host: Some(host), ..recipient("openai", "gpt-5", &account) };
    assert!(!facts.standing(&of("eu.api.openai.com"), &adequacy(), day(TODAY)).may_train);
    let relay = facts.standing(&of("relay.example"), &adequacy(), day(TODAY));
    assert!(relay.may_train && relay.may_control && relay.covered_person && relay.quarantined);
    assert_eq!(relay.doubtful.get("endpoint.hosts"), Some(&Doubt::Unknown));
}

#[test]
fn on_premises_is_own_and_a_provider_without_facts_is_unknown() {
    let account = Account::default();
    let facts = Facts::builtin().expect("facts load");
    let own = Recipient { on_premises: true, ..recipient("self-hosted", "llama-4", &account) };
    assert_eq!(facts.standing(&own, &adequacy(), day(TODAY)), Standing::own("self-hosted"));
    let house = facts.standing(&recipient("house", "llama-4", &account), &adequacy(), day(TODAY));
    assert_eq!(house.doubtful.get("provider"), Some(&Doubt::Unknown));
    assert_eq!(Standing { doubtful: Default::default(), ..house }, Standing::unknown("house"));
}

#[test]
fn a_model_that_nobody_classified_is_quarantined() {
    assert!(!standing("openai", "gpt-5").quarantined);
    assert!(!standing("minimax-intl", "MiniMax-M2").quarantined);
    assert!(standing("openai", "gpt-99-surprise").quarantined);
}
