//! The shipped tables load, and what no form names is refused with its place.

use types::DataClass;

use super::*;

fn refused(text: &str) -> String {
    Law::load(&[RegistryFile { name: "own.toml", text }]).expect_err("refused").to_string()
}

#[test]
fn every_class_has_one_kind() {
    let law = Law::builtin().expect("loads");
    let counted: usize = Kind::ALL.iter().map(|kind| law.of_kind(*kind).len()).sum();
    assert_eq!(counted, DataClass::ALL.len());
    assert_eq!(law.kind(DataClass::Credential), Kind::Secret);
    let house = LAW.iter().find(|file| file.name == "law/house.toml").expect("there");
    let twice = format!("{}\n[[class]]\nname = \"health\"\nkind = \"company\"\n", house.text);
    assert!(refused(&twice).contains("two kinds"));
    assert!(refused("schema = \"cordon.law/1\"").contains("no kind"));
}

#[test]
fn what_no_form_names_is_refused_with_its_place() {
    let head = "schema = \"cordon.law/1\"\n";
    for (text, place, what) in [
        ("[[colour]]\n", "own.toml:2:3", "no section `colour`"),
        ("[[law]]\nid = \"x\"\ncolour = 1\n", "own.toml:4:1", "no key `colour`"),
        ("[[law]]\nid = \"x\"\n", "own.toml:2:1", "no `effective`"),
        ("[[law]]\nid = 1\n", "own.toml:3:6", "is a text"),
        ("[[sensitive_pi]]\nclasses = [\"helth\"]\n", "own.toml:3:11", "helth"),
        ("[law]\n", "own.toml:2:1", "[[law]]"),
        ("[[law]\n", "own.toml:2", ""),
        ("[[class]]\nname = \"health\"\nkind = \"odd\"\n", "own.toml:4:8", "no kind `odd`"),
    ] {
        let said = refused(&format!("{head}{text}"));
        assert!(said.starts_with(place) && said.contains(what), "{said}");
    }
    assert!(refused("schema = \"cordon.law/2\"\n").contains("cordon.law/1"));
    assert!(refused("").contains("is missing"));
}

// The numbers below were taken from the laws, not from the tables: 28 CFR 202.205, the 2024 provisions of the CAC, 45 CFR 164.514(b)(2).
#[test]
fn the_tables_hold_the_numbers_of_the_laws() {
    let law = Law::builtin().expect("loads");
    let bulk = |category: &str| {
        law.rows("threshold")
            .find(|row| row.text("category") == category)
            .and_then(|row| row.number("us_persons_more_than"))
    };
    assert_eq!(bulk("human_genomic"), Some(100));
    assert_eq!(bulk("biometric_identifiers"), Some(1_000));
    assert_eq!(bulk("precise_geolocation"), Some(1_000));
    assert_eq!(bulk("personal_health"), Some(10_000));
    assert_eq!(bulk("personal_financial"), Some(10_000));
    assert_eq!(bulk("covered_personal_identifiers"), Some(100_000));
    assert_eq!(law.rows("hipaa_safe_harbor").count(), 18);
    assert_eq!(law.eea().count(), 30);
    let routes: Vec<_> = law.rows("export_route").filter_map(|row| row.number("pi_min")).collect();
    assert!(routes.contains(&100_000) && routes.contains(&1_000_000));
    assert_eq!(
        law.rows("breach_clock")
            .find(|row| row.text("article") == "33(1)")
            .and_then(|row| row.number("hours")),
        Some(72)
    );
}

#[test]
fn a_country_is_as_adequate_as_the_commission_says() {
    let law = Law::builtin().expect("loads");
    for (country, expected) in [
        ("DE", Adequacy::Eea),
        ("NO", Adequacy::Eea),
        ("GB", Adequacy::Full),
        ("CH", Adequacy::Full),
        ("US", Adequacy::Conditional),
        ("CA", Adequacy::Conditional),
        ("CN", Adequacy::None),
        ("SG", Adequacy::None),
        ("GLOBAL", Adequacy::None),
        ("", Adequacy::None),
    ] {
        assert_eq!(law.adequacy(country), expected, "{country}");
    }
}

#[test]
fn a_changed_table_has_another_version() {
    let law = Law::builtin().expect("loads");
    let one = &law.tables()[0];
    let file = RegistryFile { name: "a", text: "schema = \"cordon.law/1\"\n" };
    assert_eq!(one.version.len(), 12);
    assert_ne!(read::table(&file).expect("reads").version, one.version);
}

#[test]
fn every_rule_says_why_and_whence() {
    let law = Law::builtin().expect("loads");
    let ids: BTreeSet<&str> = law.rules().iter().map(|rule| rule.id.as_str()).collect();
    for id in ["L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8", "L9", "L10", "L12"] {
        assert!(ids.contains(id), "{id}");
    }
    for rule in law.rules() {
        assert!(
            !rule.text.ends_with('.') && rule.text.chars().next().is_some_and(char::is_lowercase),
            "{}",
            rule.text
        );
    }
    assert_eq!(law.bound_regions().into_iter().collect::<Vec<_>>(), ["CH", "CN", "EU", "GB", "US"]);
}
