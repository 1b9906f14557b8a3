//! Collisions, ranges that run out, and words of the caller.

use types::EntityDef;

use super::*;

fn entity(name: &str, word: &str, class: DataClass) -> Entity {
    Entity::new(EntityDef { name: name.to_owned(), word: word.to_owned(), class })
}

fn person() -> Entity {
    entity("PERSON", "PERSON", DataClass::Person)
}

fn key() -> ScopeKey {
    ScopeKey::new([3; 32])
}

const SCOPE: Scope = Scope([5; 32]);

#[test]
fn codes_that_collide_grow_and_never_begin_each_other() {
    let (forms, foreign) = (Forms::default(), Foreign::of([]));
    let coding = Coding { alphabet: b"CD23", length_min: 2, length_max: 8, attempts_max: 64 };
    let mut veil = Veil::with_coding(&key(), SCOPE, &forms, &foreign, coding);
    let surrogates: Vec<String> =
        (0..40).map(|n| veil.surrogate(&person(), &format!("p{n}")).unwrap()).collect();
    for (n, one) in surrogates.iter().enumerate() {
        assert!(surrogates.iter().enumerate().all(|(m, other)| n == m || !other.starts_with(one.as_str())));
        assert_eq!(&veil.surrogate(&person(), &format!("p{n}")).unwrap(), one);
    }
    assert!(surrogates.iter().any(|surrogate| surrogate.len() > "PERSON_23".len()));
    assert_eq!(surrogates.first().map(String::len), Some("PERSON_23".len()));
}

#[test]
fn when_codes_run_out_the_value_is_refused() {
    let (forms, foreign) = (Forms::default(), Foreign::of([]));
    let coding = Coding { alphabet: b"C2", length_min: 2, length_max: 3, attempts_max: 200 };
    let mut veil = Veil::with_coding(&key(), SCOPE, &forms, &foreign, coding);
    let given = (0..20).map_while(|n| veil.surrogate(&person(), &format!("p{n}")).ok()).count();
    assert!((2..=4).contains(&given), "{given}");
    let refused = (0..20).find_map(|n| veil.surrogate(&person(), &format!("p{n}")).err());
    assert!(matches!(refused, Some(VeilError::CodesExhausted { .. })));
}

#[test]
fn a_code_that_the_caller_wrote_is_not_given() {
    let forms = Forms::default();
    let nothing = Foreign::of([]);
    let first = Veil::new(&key(), SCOPE, &forms, &nothing).surrogate(&person(), "Ilse").unwrap();
    for spelling in [
        first.clone(),
        first.to_lowercase(),
        first.replace('_', " "),
        first.replace('_', "\\_"),
        first.replace('_', ""),
    ] {
        let text = format!("words of my template: {spelling}X, and more");
        let foreign = Foreign::of([text.as_str()]);
        let second = Veil::new(&key(), SCOPE, &forms, &foreign).surrogate(&person(), "Ilse").unwrap();
        assert_ne!(first, second, "{spelling}");
        assert!(!second.starts_with(&first));
    }
    let unrelated = Foreign::of(["PERSON_1 ORG_1 EMAIL_1 are words of my template"]);
    assert_eq!(Veil::new(&key(), SCOPE, &forms, &unrelated).surrogate(&person(), "Ilse").unwrap(), first);
}

#[test]
fn a_range_gives_each_value_once_and_then_the_word_form_follows() {
    let forms = Forms::default().with("IP_ADDRESS", Form::Class);
    let foreign = Foreign::of(["our own host is 198.51.100.200"]);
    let ip = entity("IP_ADDRESS", "IP", DataClass::Technical);
    let mut veil = Veil::new(&key(), SCOPE, &forms, &foreign);
    // 3 × 155 addresses, less the one that the caller wrote.
    let size = 464;
    let mut given = BTreeSet::new();
    for n in 0..size {
        let surrogate = veil.surrogate(&ip, &format!("10.0.{}.{}", n / 256, n % 256)).unwrap();
        assert!(surrogate.parse::<std::net::Ipv4Addr>().is_ok() && surrogate != "198.51.100.200");
        assert!(given.insert(surrogate));
    }
    for n in 0..3 {
        assert!(veil.surrogate(&ip, &format!("10.1.0.{n}")).unwrap().starts_with("IP_"));
    }
    assert!(given.contains(&veil.surrogate(&ip, "10.0.0.0").unwrap()));
}

#[test]
fn a_class_preserving_value_is_no_original_of_the_scope() {
    let forms = Forms::default().with("IP_ADDRESS", Form::Class);
    let foreign = Foreign::of([]);
    let ip = entity("IP_ADDRESS", "IP", DataClass::Technical);
    let first = Veil::new(&key(), SCOPE, &forms, &foreign).surrogate(&ip, "10.0.0.1").unwrap();
    let mut veil = Veil::new(&key(), SCOPE, &forms, &foreign);
    veil.surrogate(&ip, &first).unwrap();
    assert_ne!(veil.surrogate(&ip, "10.0.0.1").unwrap(), first);
}

#[test]
fn ways_of_writing_one_number_count_as_one() {
    let forms = Forms::default().with("PHONE_NUMBER", Form::Class);
    let foreign = Foreign::of([]);
    let phone = entity("PHONE_NUMBER", "PHONE", DataClass::Contact);
    let mut veil = Veil::new(&key(), SCOPE, &forms, &foreign);
    let mut seen = HashSet::new();
    for n in 0..400 {
        let original = if n % 2 == 0 { format!("+46850{n:05}") } else { format!("+46 8 50{n:05}") };
        let digits: String =
            veil.surrogate(&phone, &original).unwrap().chars().filter(char::is_ascii_digit).collect();
        assert!(seen.insert(digits) || n >= 300);
    }
}

#[test]
fn what_cannot_be_given_is_an_error() {
    let (forms, foreign) = (Forms::default(), Foreign::of([]));
    let mut veil = Veil::new(&key(), SCOPE, &forms, &foreign);
    assert!(matches!(veil.surrogate(&person(), ""), Err(VeilError::ValueEmpty { .. })));
    for word in ["", "Person", "PER_SON", "PERSON1", "ÄRZTIN"] {
        let unfit = veil.surrogate(&entity("X", word, DataClass::Person), "v");
        assert!(matches!(unfit, Err(VeilError::WordUnfit { .. })), "{word}");
    }
}
