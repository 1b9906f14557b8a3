//! The face of the crate: what callers may rely on.
#![expect(clippy::unwrap_used, reason = "test helpers fail by panicking")]

use std::sync::{Arc, LazyLock};

use cordon_detect::{
    BUILTIN, Cache, DetectError, Detector, ExactTerms, Input, RuleError, RuleFile, exact_term_entity,
};
use proptest::prelude::*;
use types::{DataClass, Entity, Original, Role};

static DETECTOR: LazyLock<Detector> = LazyLock::new(|| Detector::builtin().unwrap());

#[test]
fn the_examples_of_the_shipped_recognizers_hold() {
    Detector::new(BUILTIN).unwrap();
}

/// What is found in a text: entity and value.
fn found(text: &str) -> Vec<(String, String)> {
    found_in(&Input::of(text))
}

fn found_in(input: &Input<'_>) -> Vec<(String, String)> {
    let findings = DETECTOR.findings(input).unwrap();
    findings.iter().map(|f| (f.entity.name().to_owned(), f.span.of(input.text).unwrap().to_owned())).collect()
}

fn check(text: &str, expected: &[(&str, &str)]) {
    let expected: Vec<(String, String)> =
        expected.iter().map(|(entity, value)| ((*entity).to_owned(), (*value).to_owned())).collect();
    assert_eq!(found(text), expected, "{text}");
}

fn terms(list: &[(&str, &str)]) -> ExactTerms {
    ExactTerms::new(list.iter().map(|(label, term)| (exact_term_entity(Some(label)), Original::new(*term))))
        .unwrap()
}

fn error_of(text: &str) -> RuleError {
    let mut files = BUILTIN.to_vec();
    files.push(RuleFile { name: "own.toml", text });
    Detector::new(&files).unwrap_err()
}

#[test]
fn ordinary_sentences_give_what_they_hold() {
    check(
        "Mail joe@tidewick.org or ring +44 20 7946 0412.",
        &[("EMAIL_ADDRESS", "joe@tidewick.org"), ("PHONE_NUMBER", "+44 20 7946 0412")],
    );
    check("Charge 4111 1111 1111 1111 12/27, thanks", &[("CREDIT_CARD", "4111 1111 1111 1111")]);
    check("我叫王小明，手机13661110943。", &[("PERSON", "王小明"), ("PHONE_NUMBER", "13661110943")]);
    check(
        "Dear John Smith,\nyour password is kT7#pWq2 now.\n\nRegards,\nJörg Müller",
        &[("PERSON", "John Smith"), ("PASSWORD", "kT7#pWq2"), ("PERSON", "Jörg Müller")],
    );
    check("fn main() { let x = 42; println!(\"{x}\"); }", &[]);
}

#[test]
fn hidden_characters_and_other_digits_hide_nothing() {
    check(
        "card ４１１１ １１１１ １１１１ １１１１ ok",
        &[("CREDIT_CARD", "４１１１ １１１１ １１１１ １１１１")],
    );
    check("joe\u{200B}@tide\u{AD}wick.org", &[("EMAIL_ADDRESS", "joe\u{200B}@tide\u{AD}wick.org")]);
    check("SSN 899\u{2011}41\u{2011}7726", &[("US_SSN", "899\u{2011}41\u{2011}7726")]);
    check("tel ٠٢٠ ٧٩٤٦ ٠٩٥٨", &[("PHONE_NUMBER", "٠٢٠ ٧٩٤٦ ٠٩٥٨")]);
}

#[test]
fn the_name_of_the_json_member_is_context() {
    let keyed = |key, text| found_in(&Input { key: Some(key), ..Input::of(text) });
    let one = |entity: &str, value: &str| vec![(entity.to_owned(), value.to_owned())];
    assert_eq!(keyed("db_password", "correct horse"), one("PASSWORD", "correct horse"));
    assert_eq!(keyed("ssn", "536228745"), one("US_SSN", "536228745"));
    assert_eq!(keyed("phoneNumber", "416 555 0142"), one("PHONE_NUMBER", "416 555 0142"));
    assert_eq!(keyed("dob", "1985-03-14"), one("DATE_OF_BIRTH", "1985-03-14"));
    assert_eq!(keyed("patient_name", "Maren Silvestre"), one("PERSON", "Maren Silvestre"));
    for (key, text) in [
        ("password", "string"),
        ("password", "${DB}"),
        ("api_key", "null"),
        ("name", "get_weather"),
        ("token", "hello"),
    ] {
        assert_eq!(keyed(key, text), [], "{key}: {text}");
    }
}

#[test]
fn the_header_of_a_column_is_context() {
    let one = |text: &str, entity: &str, value: &str| {
        let found = found(text);
        assert!(found.contains(&(entity.to_owned(), value.to_owned())), "{text}: {found:?}");
    };
    let filler = "1,Harbour,ok,x\n".repeat(40);
    one(&format!("id,place,note,phone\n{filler}2,Quay,no,9859695564\n"), "PHONE_NUMBER", "9859695564");
    one(
        &format!("id;ort;ok;Telefon\n{}9;Kai;no;030 4781940\n", filler.replace(',', ";")),
        "PHONE_NUMBER",
        "030 4781940",
    );
    one("| id | Geburtsdatum |\n|---|---|\n| 7 | 1985-03-14 |\n", "DATE_OF_BIRTH", "1985-03-14");
    one("id\t身份证号\t备注\n1\t33010619870914231X\t无\n", "CN_RESIDENT_ID", "33010619870914231X");
    one(
        "INSERT INTO users (id, note, full_name, ssn) VALUES (1, 'a long remark that pushes the names away', 'Ann', '536228745');",
        "US_SSN",
        "536228745",
    );
    // In a table only the own header speaks.
    check("order,phone\n9859695564,none\n9859695565,none\n", &[]);
}

#[test]
fn labels_in_every_carrier_are_context() {
    for text in [
        "Phone:\n9859695564",
        "Téléphone ........ 9859695564",
        "telefono: 9859695564",
        "- mobile: \"9859695564\"",
        "<phone>9859695564</phone>",
        "<entry phone=\"9859695564\"/>",
        "X-Phone: 9859695564",
        "https://tidewick.org/call?phone=9859695564&x=1",
        "電話番号：9859695564",
    ] {
        check(text, &[("PHONE_NUMBER", "9859695564")]);
    }
}

#[test]
fn statements_about_a_person_are_told_from_topics() {
    check("She was diagnosed with lung cancer.", &[("HEALTH_CONDITION", "lung cancer")]);
    check("他被诊断为抑郁症。", &[("HEALTH_CONDITION", "抑郁症")]);
    check("Il est membre de la CGT.", &[("UNION_MEMBERSHIP", "CGT")]);
    for topic in [
        "Lung cancer is a leading cause of death; Islam and Hinduism are religions; gay marriage is legal.",
        "Die SPD gewann die Wahl. Die Katholische Kirche hat viele Schulen. Diabetes ist heilbar?",
        "糖尿病的治疗方法有哪些？佛教的历史很长。",
    ] {
        check(topic, &[]);
    }
}

#[test]
fn names_of_things_in_tool_definitions_are_no_names() {
    let input = Input { key: Some("name"), role: Role::Definition, ..Input::of("Maren Silvestre") };
    assert_eq!(found_in(&input), []);
}

#[test]
fn surrogates_are_never_found() {
    for surrogate in
        ["PERSON_7KQ2", "KEY_9XWZ", "PASSWORD_7KQ2", "EMAIL_B4DFG7HJ", "PROJECT_X7K2", "PERSON_4482"]
    {
        for frame in [
            "Dear {},",
            "my name is {}",
            "password={}",
            "password: \"{}\"",
            "my password is {}",
            "Authorization: Bearer {}",
            "api_key = '{}'",
            "https://joe:{}@host/x",
            "postgres://{}:{}@db/x",
            "{} <a@tidewick.org>",
            "SSN {}",
            "tel {}",
            "token {}",
            "Mr {} called",
            "Regards,\n{}",
            "user {}",
            "born {}",
            "passport {}",
        ] {
            let text = frame.replace("{}", surrogate);
            for finding in DETECTOR.findings(&Input::of(&text)).unwrap() {
                assert!(!finding.span.of(&text).unwrap().contains(surrogate), "{text}: {finding:?}");
            }
        }
        for key in ["password", "api_key", "name", "full_name", "phone", "ssn", "token", "email"] {
            assert_eq!(found_in(&Input { key: Some(key), ..Input::of(surrogate) }), [], "{key}");
        }
    }
}

#[test]
fn what_was_found_once_is_found_again_in_the_same_text() {
    check(
        "Dear Thalia Yarrowby, hello. Then Thalia Yarrowby left.",
        &[("PERSON", "Thalia Yarrowby"), ("PERSON", "Thalia Yarrowby")],
    );
    check(
        "password: kT7#pWq2vL\nrun: login kT7#pWq2vL",
        &[("PASSWORD", "kT7#pWq2vL"), ("PASSWORD", "kT7#pWq2vL")],
    );
}

#[test]
fn exact_terms_are_whole_words_in_their_script() {
    let terms = terms(&[("PERSON", "May"), ("PROJECT", "Blue Heron"), ("ORG", "星河"), ("ORG", "Acme")]);
    let with = |text| {
        found_in(&Input { terms: Some(&terms), ..Input::of(text) })
            .into_iter()
            .map(|(_, value)| value)
            .collect::<Vec<_>>()
    };
    assert_eq!(with("Maybe May may come"), ["May"]);
    assert_eq!(with("the BLUE HERON and Blue\n  Heron files"), ["BLUE HERON", "Blue\n  Heron"]);
    assert_eq!(with("去星河公司"), ["星河"]);
    assert_eq!(with("acme_internal Acme's ACME"), ["Acme", "ACME"]);
    assert_eq!(with("PERSON_7KQ2 and MAY_7KQ2"), Vec::<String>::new());
}

#[test]
fn an_exact_term_that_holds_another_value_names_it() {
    let terms = terms(&[("VAULT", "box joe@tidewick.org east")]);
    let findings = DETECTOR
        .findings(&Input { terms: Some(&terms), ..Input::of("see box joe@tidewick.org east now") })
        .unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].entity.word(), "VAULT");
}

#[test]
fn exact_terms_that_cannot_work_are_refused_by_position() {
    let entity = || exact_term_entity(None);
    let short =
        ExactTerms::new([(entity(), Original::new("fine")), (entity(), Original::new("x"))]).unwrap_err();
    assert_eq!(short, DetectError::TermTooShort { index: 2, chars: 1, chars_min: 2 });
    let long = ExactTerms::new([(entity(), Original::new("x".repeat(5000)))]).unwrap_err();
    assert!(matches!(long, DetectError::TermTooLong { index: 1, .. }));
}

#[test]
fn labels_of_exact_terms_become_entities() {
    assert_eq!(exact_term_entity(None).word(), "TERM");
    assert_eq!(exact_term_entity(Some("EMAIL")).name(), "EMAIL_ADDRESS");
    assert_eq!(exact_term_entity(Some("person")).class(), DataClass::Person);
    let own = exact_term_entity(Some("project-x 9"));
    assert_eq!((own.word(), own.class()), ("PROJECTX", DataClass::Confidential));
}

#[test]
fn words_of_entities_are_distinct() {
    let mut words: Vec<&str> = DETECTOR.entities().iter().map(Entity::word).collect();
    words.sort_unstable();
    let count = words.len();
    words.dedup();
    assert_eq!(words.len(), count);
}

#[test]
fn findings_do_not_depend_on_what_came_before() {
    let texts = ["joe@tidewick.org", "Dear John Smith, call 415-555-0199", "x".repeat(5000).leak()];
    let first: Vec<_> = texts.iter().map(|text| found(text)).collect();
    let again: Vec<_> = texts.iter().rev().map(|text| found(text)).collect();
    assert!(first.iter().eq(again.iter().rev()));
}

#[test]
fn the_cache_gives_what_a_search_gives() {
    let cache = Cache::new([7; 32], 1 << 20);
    let text = format!("{} Dear John Smith, mail joe@tidewick.org", "filler ".repeat(60));
    let terms = terms(&[("PROJECT", "filler filler")]);
    for input in [
        Input::of(&text),
        Input { key: Some("name"), ..Input::of(&text) },
        Input { terms: Some(&terms), ..Input::of(&text) },
    ] {
        let searched: Arc<[_]> = DETECTOR.findings(&input).unwrap().into();
        for _ in 0..2 {
            assert_eq!(cache.findings(&DETECTOR, &input).unwrap(), searched);
        }
    }
}

#[test]
fn a_wrong_recognizer_file_is_refused_with_its_place() {
    let recognizer = |pattern: &str| {
        format!(
            "version = 1\n[[recognizer]]\nid = \"own\"\nentity = \"PERSON\"\nexamples = [{{ text = \"x E-1\", find = \"E-1\" }}]\ncounter_examples = []\n[[recognizer.pattern]]\nname = \"p\"\nscore = 0.9\n{pattern}\n"
        )
    };
    for (text, line, column, part) in [
        ("version = 1\nsurprise = 2\n".to_owned(), 2, 1, "unknown field"),
        ("version = 2\n".to_owned(), 1, 11, "version 2"),
        (
            "version = 1\n[[entity]]\nname = \"X\"\nword = \"EMAIL\"\nclass = \"person\"\n".to_owned(),
            2,
            1,
            "taken",
        ),
        (recognizer("numbers = true\nregex = '''E-[0-9'''"), 11, 9, "unclosed character class"),
        (recognizer("numbers = true\nregex = '''E-[0-9]'''\ncheck = \"lunh\""), 12, 9, "lunh"),
        (recognizer("regex = '''E-[0-9]'''"), 7, 1, "where to look"),
        (recognizer("words = []"), 7, 1, "where to look"),
        (recognizer("words = [\"E-1\", \" \"]"), 7, 1, "empty"),
        (recognizer("words = [\"E-1\", \"e-1\"]"), 7, 1, "twice"),
        (recognizer("words = [\"E-1\"]\nregex = '''E'''"), 7, 1, "beside words"),
        (recognizer("endings = [\"E-1\"]"), 7, 1, "has no regex"),
        (recognizer("anywhere = true\nregex = '''E-[0-9]*'''"), 11, 9, "bytes"),
        (recognizer("literals = [\"E-\"]\nregex = '''E-[5-9]'''"), 5, 13, "does not find"),
    ] {
        let error = error_of(&text);
        assert_eq!((error.line, error.column), (line, column), "{error}");
        assert!(error.what.contains(part), "{error}");
        assert_eq!(error.file, "own.toml");
    }
}

#[test]
fn operators_add_recognizers_of_their_own() {
    let own = "version = 1\n[[entity]]\nname = \"STAFF_NUMBER\"\nword = \"STAFF\"\nclass = \"confidential\"\n[[recognizer]]\nid = \"staff\"\nentity = \"STAFF_NUMBER\"\n\
        examples = [{ text = \"ask E-20417 x\", find = \"E-20417\" }]\ncounter_examples = [\"E-204171\"]\n[[recognizer.pattern]]\nname = \"number\"\nanywhere = true\nregex = '''E-[0-9]{5}'''\nscore = 0.6\n";
    let mut files = BUILTIN.to_vec();
    files.push(RuleFile { name: "own.toml", text: own });
    let detector = Detector::new(&files).unwrap();
    let findings = detector.findings(&Input::of("E-20417 and E-20418")).unwrap();
    assert_eq!(findings.len(), 2);
    assert_ne!(detector.version(), DETECTOR.version());
}

#[test]
fn hostile_texts_are_searched_whole() {
    let size = 200_000;
    for piece in [
        "a",
        "1",
        "@",
        ":",
        "_",
        "-",
        "=",
        "\"",
        "1 ",
        "12-",
        "a@",
        "eyJ",
        "eyJ.",
        "eyJ-",
        "sk-",
        "password=",
        "password is ",
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY-----",
        "Dear ",
        "Dear A ",
        "4111 1111 1111 1111 ",
        "+1 ",
        "+",
        "(1",
        "a:b:",
        "DE89 ",
        "王",
        "王先生",
        "密码",
        "é",
        "e\u{301}",
        "\u{200B}",
        "１",
        "Mr A. ",
        "http://a:b",
        "://",
        "PERSON_7KQ2 ",
        "\\n",
        "token ",
        "0x",
        "name: A ",
        "0123 456 789 ",
        "token=a",
        "basic ",
        "password=your_",
        "key=your_",
        "key=“",
        "password=“your_",
        "sid=",
        "sid=a",
        "curl -u a",
        "mysql ",
        "born ",
        "Private-Lines: 1\n",
        "ssn 1234 ",
        "tel 555 1234 ",
        "<a@b.org> ",
        "A B <a@b.org>",
        "a.b@c.d ",
        "born 1 ",
    ] {
        let text = piece.repeat(size / piece.len());
        let findings = DETECTOR.findings(&Input::of(&text)).unwrap();
        assert!(findings.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{piece:?}");
    }
}

/// Pieces that make candidates, glue that joins or parts them.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z]{1,8} ",
        "[A-Z][a-z]{2,8} ",
        "[0-9]{1,12}",
        "\\PC{1,4}",
        Just("password=".to_owned()),
        Just("Dear ".to_owned()),
        Just("@tidewick.org".to_owned()),
        Just("4111 1111 1111 1111".to_owned()),
        Just("+44 20 7946 0412".to_owned()),
        Just("https://a:".to_owned()),
        Just("\u{200B}".to_owned()),
        Just("e\u{301}".to_owned()),
        Just("姓名：王小明".to_owned()),
        Just("-----BEGIN PRIVATE KEY-----".to_owned()),
        Just("PERSON_7KQ2".to_owned()),
        Just("\\\"".to_owned()),
        Just("\"".to_owned()),
        Just("\n".to_owned()),
        Just("eyJ".to_owned()),
        Just("my name is ".to_owned()),
        Just("：".to_owned()),
        Just("ﬁ".to_owned()),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn findings_are_sorted_apart_and_on_character_boundaries(text in texts(), key in proptest::option::of(prop_oneof![Just("password"), Just("name"), Just("phone"), Just("x")])) {
        let findings = DETECTOR.findings(&Input { key, ..Input::of(&text) }).unwrap();
        let mut end = 0;
        for finding in &findings {
            prop_assert!(finding.span.start >= end && finding.span.end > finding.span.start);
            prop_assert!(finding.span.of(&text).is_some());
            prop_assert!((0.0..=1.0).contains(&finding.score));
            end = finding.span.end;
        }
    }

    #[test]
    fn an_address_is_found_wherever_it_stands(before in "[a-z ]{0,20}", after in "[ ,.;)][a-z ]{0,20}") {
        let text = format!("{before} maren.silvestre@tidewick.org{after}");
        prop_assert!(found(&text).iter().any(|(_, value)| value.contains("maren.silvestre@tidewick.org")));
    }
}
