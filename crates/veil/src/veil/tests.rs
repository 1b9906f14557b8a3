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

/// Letters for a number, so that each number gives another name.
fn letters(alphabet: &str, mut n: usize, length: usize) -> String {
    let alphabet: Vec<char> = alphabet.chars().collect();
    (0..length)
        .map(|_| {
            let letter = alphabet[n % alphabet.len()];
            n /= alphabet.len();
            letter
        })
        .collect()
}

#[test]
fn a_range_gives_each_value_once_and_then_the_word_form_follows() {
    type Original = fn(usize) -> String;
    let cases: [(&str, usize, Original); 11] = [
        ("IP_ADDRESS", 465, |n| format!("10.0.{}.{}", n / 256, n % 256)),
        ("PHONE_NUMBER", 2000, |n| format!("+1 212 456 {n:04}")),
        ("PHONE_NUMBER", 5000, |n| format!("+4420718{n:05}")),
        ("PHONE_NUMBER", 5000, |n| format!("+49-30-9018{n:05}")),
        ("PHONE_NUMBER", 300, |n| format!("+46 8 508 {n:05}")),
        ("PERSON", 1600, |n| format!("Ilse {}", letters("abcdefgh", n, 6))),
        ("PERSON", 40, |n| letters("abcdefgh", n, 6)),
        ("PERSON", 720, |n| letters("王李张刘陈杨", n, 4)),
        ("PERSON", 256, |n| letters("アイウエオカキ", n, 5)),
        ("PERSON", 320, |n| letters("김이박최정강", n, 4)),
        ("CREDIT_CARD", 1000, |n| format!("4556737{n:05}")),
    ];
    for (name, size, original) in cases {
        let forms = Forms::default().with(name, Form::Class);
        let foreign = Foreign::of([]);
        let entity = entity(name, "WORD", DataClass::Contact);
        let mut veil = Veil::new(&key(), SCOPE, &forms, &foreign);
        let given: Vec<String> =
            (0..size + 3).map(|n| veil.surrogate(&entity, &original(n)).unwrap()).collect();
        let (of_class, words) = given.split_at(size);
        assert!(of_class.iter().all(|surrogate| crate::class::is_of_ours(surrogate)), "{name} {size}");
        assert!(words.iter().all(|surrogate| surrogate.starts_with("WORD_")), "{name} {size}");
        assert_eq!(given.iter().collect::<HashSet<_>>().len(), size + 3, "{name}");
        assert_eq!(veil.surrogate(&entity, &original(0)).unwrap(), given[0]);
    }
}

#[test]
fn what_the_caller_wrote_is_left_out_of_a_range() {
    let forms = Forms::default().with("IP_ADDRESS", Form::Class);
    let foreign = Foreign::of(["our own host is 198.51.100.200"]);
    let ip = entity("IP_ADDRESS", "IP", DataClass::Technical);
    let mut veil = Veil::new(&key(), SCOPE, &forms, &foreign);
    let given: Vec<String> =
        (0..466).map(|n| veil.surrogate(&ip, &format!("10.0.{}.{}", n / 256, n % 256)).unwrap()).collect();
    assert!(given.iter().all(|surrogate| surrogate != "198.51.100.200"));
    assert_eq!(given.iter().filter(|surrogate| surrogate.starts_with("IP_")).count(), 2);
}

#[test]
fn what_the_caller_wrote_in_another_case_is_left_out_too() {
    let forms = Forms::default().with("PERSON", Form::Class);
    let foreign = Foreign::of(["at AVENOR and brisgard"]);
    let mut veil = Veil::new(&key(), SCOPE, &forms, &foreign);
    let given: Vec<String> =
        (0..40).map(|n| veil.surrogate(&person(), &letters("abcdefgh", n, 6)).unwrap()).collect();
    assert!(!given.contains(&"Avenor".to_owned()) && !given.contains(&"Brisgard".to_owned()));
    assert_eq!(given.iter().filter(|surrogate| surrogate.starts_with("PERSON_")).count(), 2);
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
