//! Values that are written so that they are not seen: each way in which they are found all the same, what is covered, and
//! what stays as it is.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers fail by panicking")]

use std::sync::LazyLock;

use cordon_detect::{DetectError, Detector, ExactTerms, Input, exact_term_entity};
use proptest::prelude::*;
use types::{Finding, Original};

static DETECTOR: LazyLock<Detector> = LazyLock::new(|| Detector::builtin().unwrap());

fn findings(text: &str) -> Vec<Finding> {
    DETECTOR.findings(&Input::of(text)).unwrap()
}

/// One finding of this entity covers exactly `covered`.
fn check(text: &str, entity: &str, covered: &str) {
    let findings = findings(text);
    let found: Vec<_> = findings.iter().map(|f| (f.entity.name(), f.span.of(text).unwrap())).collect();
    assert!(found.contains(&(entity, covered)), "{text:?}: {found:?}, not {entity} {covered:?}");
}

fn nothing(text: &str) {
    let findings = findings(text);
    let found: Vec<_> =
        findings.iter().map(|f| (f.entity.name(), f.span.of(text).unwrap(), &f.evidence)).collect();
    assert!(found.is_empty(), "{text:?}: {found:?}");
}

#[test]
fn ip_addresses_that_nobody_shall_click_on() {
    for text in
        ["203[.]0[.]113[.]44", "203.0.113[.]44", "203 [.] 0 [.] 113 [.] 44", "203(dot)0(dot)113(dot)44"]
    {
        check(&format!("seen from {text} today"), "IP_ADDRESS", text);
    }
    nothing("see table 3 [.] 4 and 2(.)5");
}

fn base64(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in text.as_bytes().chunks(3) {
        let bits = group.iter().fold(0u32, |bits, b| bits << 8 | u32::from(*b)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let value = usize::try_from(bits >> (18 - 6 * place) & 63).unwrap();
            out.push(if place <= group.len() { char::from(ALPHABET[value]) } else { '=' });
        }
    }
    out
}

fn hex(text: &str, before: &str) -> String {
    text.bytes().map(|b| format!("{before}{b:02x}")).collect()
}

const MAIL: &str = "joe.miller@tidewick.org";
const CARD: &str = "4111111111111111";

#[test]
fn an_address_is_found_however_its_signs_are_written() {
    for written in [
        "joe.miller [at] tidewick [dot] org",
        "joe.miller(at)tidewick(dot)org",
        "joe.miller at tidewick dot org",
        "joe.miller AT tidewick DOT org",
        "joe dot miller at tidewick dot org",
        "joe.miller @ tidewick.org",
        "joe.miller@tidewick[.]org",
        "joe.miller@tidewick dot org",
        "joe.miller arroba tidewick punto org",
        "joe.miller arobase tidewick point org",
        "joe.miller at tidewick punkt org",
        "joe.miller小老鼠tidewick点org",
        "joe.miller@tidewick。org",
        "joe.miller@\ntidewick.org",
        "joe.miller**@**tidewick.org",
        "joe.miller at tidewick.org",
        "joe\u{301}.miller\u{200B}@tidewick.org",
        "jое.millеr@tidewick.org",
        "ｊｏｅ.miller＠tidewick.org",
        "j o e . m i l l e r @ t i d e w i c k . o r g",
    ] {
        check(&format!("Mail an {written}, danke."), "EMAIL_ADDRESS", written);
    }
}

#[test]
fn a_number_is_found_however_its_digits_are_written() {
    for written in [
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1",
        "4111.1111.1111.1111",
        "4111_1111_1111_1111",
        "4111 - 1111 - 1111 - 1111",
        "4111·1111·1111·1111",
        "4lll 1111 1111 11l1",
        "four one one one one one one one one one one one one one one one",
        "Four-One-One-One-One-One-One-One-One-One-One-One-One-One-One-One",
        "four triple one, triple one, triple one, triple one, triple one",
        "vier eins eins eins eins eins eins eins eins eins eins eins eins eins eins eins",
        "quatre un un un un un un un un un un un un un un un",
        "cuatro uno uno uno uno uno uno uno uno uno uno uno uno uno uno uno",
        "四一一一一一一一一一一一一一一一",
        "４１１１ １１１１ １１１１ １１１１",
        "٤١١١ ١١١١ ١١١١ ١١١١",
        "4\u{FE0F}\u{20E3}1\u{FE0F}\u{20E3}11 1111 1111 1111",
        "4\u{336}1\u{336}1\u{336}1 1111 1111 1111",
        "④①①① 1111 1111 1111",
        "4111\u{200B}1111\u{2060}1111\u{AD}1111",
    ] {
        check(&format!("Card {written} please"), "CREDIT_CARD", written);
    }
    check(
        "ring plus four four, two zero, seven nine four six, zero four one two now",
        "PHONE_NUMBER",
        "plus four four, two zero, seven nine four six, zero four one two",
    );
    check(
        "tel null zwei null sieben neun vier sechs null vier eins zwei!",
        "PHONE_NUMBER",
        "null zwei null sieben neun vier sechs null vier eins zwei",
    );
    check(
        "téléphone : zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit.",
        "PHONE_NUMBER",
        "zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit",
    );
    check("手机一三六六一一一零九四三。", "PHONE_NUMBER", "一三六六一一一零九四三");
    check("手机 幺三六-六一一一-〇九四三。", "PHONE_NUMBER", "幺三六-六一一一-〇九四三");
    check(
        "IBAN D E 8 9 3 7 0 4 0 0 4 4 0 5 3 2 0 1 3 0 0 0.",
        "IBAN_CODE",
        "D E 8 9 3 7 0 4 0 0 4 4 0 5 3 2 0 1 3 0 0 0",
    );
    check("IBAN DЕ89 3704 0044 0532 0130 00.", "IBAN_CODE", "DЕ89 3704 0044 0532 0130 00");
    check("IBAN ВЕ68 5390 0754 7034.", "IBAN_CODE", "ВЕ68 5390 0754 7034");
    check("the card | 4111 | 1111 | 1111 | 1111 | was", "CREDIT_CARD", "4111 | 1111 | 1111 | 1111");
    check("card: 4111 1111\n1111 1111 ok", "CREDIT_CARD", "4111 1111\n1111 1111");
}

#[test]
fn a_number_over_cells_is_found_beside_its_label_and_with_its_check() {
    check("| Steuer-ID | 86 | 095 | 742 | 719 | ok |", "DE_TAX_ID", "86 | 095 | 742 | 719");
    check("| NIP | 123 | 456 | 32 | 18 |", "PL_NIP", "123 | 456 | 32 | 18");
    check("| RNC: | 1 | 01 | 85004 | 3 |", "DO_RNC", "1 | 01 | 85004 | 3");
    check("| pay to | NL09 | TRBW | 0520 | 8839 | 17 |", "IBAN_CODE", "NL09 | TRBW | 0520 | 8839 | 17");
    nothing("| units | 123 | 456 | 32 | 18 |");
    nothing("| NIP | 123 | 456 | 32 | 19 |");
    nothing("| tax paid | 86 | 095 | 742 | 719 |");
}

#[test]
fn signs_around_and_in_a_value_are_left_out() {
    check("She is **74** years old.", "AGE", "74");
    check("She is <b>74</b> years old.", "AGE", "74");
    check("She is `74` years old.", "AGE", "74");
    check("card 4111 11<b>11 1111 1111</b> ok", "CREDIT_CARD", "4111 11<b>11 1111 1111</b>");
    check("id=1&note=card+4111+1111+1111+1111&x=2", "CREDIT_CARD", "4111+1111+1111+1111");
    check(r#"1,"{""username"":""corin.v"",""n"":""""}",x"#, "USERNAME", "corin.v");
    check(r#"s = "{\"username\":\"corin.v\"}""#, "USERNAME", "corin.v");
    check("<r note=\"{&quot;username&quot;:&quot;corin.v&quot;}\"/>", "USERNAME", "corin.v");
    nothing("let area = 74 ** years; f(\"\", \"\"); x = a+b&c=d+e; // `74`");
}

#[test]
fn escapes_are_undone_and_covered_to_their_ends() {
    for written in [
        "joe.miller%40tidewick.org",
        "joe%2Emiller%2540tidewick%2Eorg",
        "joe.miller&#64;tidewick.org",
        "joe.miller&#x40;tidewick&period;org",
        "joe.miller&commat;tidewick.org",
        "joe.miller&amp;#64;tidewick.org",
        "joe.miller\\u0040tidewick.org",
        "joe.miller\\\\u0040tidewick.org",
        "joe.miller\\x40tidewick.org",
        "joe.miller\\100tidewick.org",
        "joe.miller\\u{40}tidewick.org",
        "joe.miller=40tidewick.org",
        "joe.mil=\nler@tidewick.org",
        "joe.miller<b>@</b>tidewick.org",
        "joe.miller<!-- no -->@tidewick.org",
        "joe.mil\" + \"ler@tidewick.org",
        "joe.mil' . 'ler@tidewick.org",
        "joe.mil\" \"ler@tidewick.org",
        "joe.mil\\\" + \\\"ler@tidewick.org",
        "joe.mil\" +\n    \"ler@tidewick.org",
        "joe.mil\\\nler@tidewick.org",
    ] {
        check(&format!("to: \"{written}\" ok"), "EMAIL_ADDRESS", written);
    }
    let all = hex(MAIL, "%");
    check(&format!("https://x.example/?q={all}&b=1"), "EMAIL_ADDRESS", &all);
    let all = hex(MAIL, "\\x");
    check(&format!("s = '{all}';"), "EMAIL_ADDRESS", &all);
    let all: String = MAIL.chars().map(|c| format!("&#{};", u32::from(c))).collect();
    check(&format!("<a href=\"mailto:{all}\">"), "EMAIL_ADDRESS", &all);
    check("p=%2B44+20+7946+0412&x", "PHONE_NUMBER", "%2B44+20+7946+0412");
}

#[test]
fn encoded_runs_are_covered_whole() {
    let plain = format!("write to {MAIL} soon");
    let run = base64(&plain);
    check(&format!("body: {run} end"), "EMAIL_ADDRESS", &run);
    check(&format!("data:text/plain;base64,{run}"), "EMAIL_ADDRESS", &run);
    check(&format!("mail/{run}"), "EMAIL_ADDRESS", &run);
    let safe = base64(&format!("{plain}?>~")).replace('+', "-").replace('/', "_");
    let safe = safe.trim_end_matches('=');
    check(&format!("{{\"b\":\"{safe}\"}}"), "EMAIL_ADDRESS", safe);
    let short = base64(CARD);
    check(&format!("card {short}"), "CREDIT_CARD", &short);
    let run = hex(MAIL, "");
    check(&format!("x'{run}'"), "EMAIL_ADDRESS", &run);
    let spaced = hex(MAIL, " ");
    check(&format!("bytes:{spaced} ."), "EMAIL_ADDRESS", spaced.trim());
    let listed = hex(MAIL, ", 0x");
    check(
        &format!("[{}]", listed.trim_start_matches(", ")),
        "EMAIL_ADDRESS",
        listed.trim_start_matches(", "),
    );
    let wide: String = MAIL.chars().flat_map(|c| [c, '\0']).collect();
    let run = base64(&wide);
    check(&format!("powershell -e {run}"), "EMAIL_ADDRESS", &run);
    let long = base64(&format!("{}{plain}", "Nothing of note here. ".repeat(9)));
    let lines: Vec<&str> =
        long.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let lines = lines.join("\r\n");
    check(&format!("Content-Transfer-Encoding: base64\r\n\r\n{lines}\r\n"), "EMAIL_ADDRESS", &lines);
}

#[test]
fn carriers_within_carriers_are_undone() {
    let inner = base64(&format!("{{\"mail\":\"{}\"}}", MAIL.replace('@', "\\u0040")));
    check(&format!("x {inner} y"), "EMAIL_ADDRESS", &inner);
    let twice = base64(&base64(&format!("my address: {MAIL}")));
    check(&format!("x {twice} y"), "EMAIL_ADDRESS", &twice);
    let escaped = base64(MAIL).replace('=', "%3D");
    check(&format!("?q={escaped}&z"), "EMAIL_ADDRESS", &escaped);
    check(
        "Card four%20one%20one%20one%20one%20one%20one%20one%20one%20one%20one%20one%20one%20one%20one%20one.",
        "CREDIT_CARD",
        "four%20one%20one%20one%20one%20one%20one%20one%20one%20one%20one%20one%20one%20one%20one%20one",
    );
    let hidden: String = MAIL.chars().map(|c| char::from_u32(0xE0000 + u32::from(c)).unwrap()).collect();
    check(&format!("Hello{hidden} there"), "EMAIL_ADDRESS", &hidden);
}

#[test]
fn exact_terms_are_found_in_carriers() {
    let terms = ExactTerms::new([(exact_term_entity(Some("PROJECT")), Original::new("Blue Heron"))]).unwrap();
    for written in [
        "Blue%20Heron",
        "Blue&#32;Heron",
        "Bl\u{200B}ue Heron",
        "Вlue Неron",
        "B l u e  H e r o n",
        "Qmx1ZSBIZXJvbg==",
    ] {
        let text = format!("about {written} again");
        let found = DETECTOR.findings(&Input { terms: Some(&terms), ..Input::of(&text) }).unwrap();
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].span.of(&text), Some(written));
    }
}

#[test]
fn evidence_names_the_form_and_holds_no_text() {
    let text = format!("body: {}", base64(MAIL));
    let finding = findings(&text).remove(0);
    assert!(finding.evidence.steps.iter().any(|(step, _)| step == "form: base64"), "{finding:?}");
    assert!(!format!("{finding:?}").contains("tidewick"));
}

#[test]
fn ordinary_text_stays() {
    for text in [
        "Meet me at noon. Look at this dot in the corner at example.com.",
        "We met at the point of no return, at last dot by dot.",
        "one two three, four five and six; a one, a two",
        "Answers: 1. a 2. b 3. c 4. d 5. e 6. f 7. g 8. h",
        "A B C D E F G H I J K L M N O P",
        "[0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1, 0, 1, 1, 0]",
        "2001, 2002, 2003, 2004, 2005, 2006\n5100,5200,5300,5400",
        "git rev 9fceb02d0ae598e95dc970b74767f19372d61af8 and 3f786850e387550fdab836ed7e6dc881de23001b",
        "integrity=\"sha512-8vNEOvlDROWIi9LecQMEZJmUL16I3qZcjIOitjy68dghWjLfCDaZRt6PqtF955y0TBZbb06O0TV+KbkHtTaVcA==\"",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
        "const a = \"x\" + b + 'y' + `z`; let s = 'a' + \"b\"; f(\"\", '', \"\")",
        "<td>4111</td><td>1111</td><td>1111</td><td>1111</td>",
        "width=400&height=40&offset=4096&q=%20a%2Fb",
        "1.3.6.1.4.1.311.21.20 and 10.0.19041.4170",
        "三三两两，七上八下，一九九八年，二〇二四年十一月",
        "for (i=0;i<9;i++){a[i]=b[i]+c;d=e-f;g/h*j}",
        "x y z 1 2 3; p q r",
        "tuple_impls! { 10 => (0 T0 1 T1) } (0 1 2 3 4 5 6 7 8 9 10)",
        "call one two three four five six seven eight nine ten",
        "oid 1.3.6.1.5.5.7.48.1.5 and 1.3.36.3.3.2.8.1.1.7",
        "If at some point we go, and at this point is it; at that dot in time",
        "self.scheduled_at_delta.get() if(a)a.path self.set(a)\n  self.stack.append",
        "key 5897.0020.0002 8005.0000.0000 and path 396.135.067.06.105",
        "Apache @project.name",
        "C:\\users\\x64\\bin \\d+\\.\\d+ \\u \\x \\100 % & = %zz &# \\",
    ] {
        nothing(text);
    }
}

#[test]
fn encodings_that_are_nested_too_deep_are_refused() {
    let mut text = format!("mail {MAIL}");
    for _ in 0..5 {
        text = base64(&text);
    }
    let error = DETECTOR.findings(&Input::of(&text)).unwrap_err();
    assert!(matches!(error, DetectError::FormsTooDeep { .. }), "{error}");
    assert_eq!(error.fault(), types::Fault::Caller);
}

#[test]
fn hostile_encodings_are_searched_whole_or_refused() {
    let size = 300_000;
    let mut texts: Vec<String> = [
        "%25",
        "%41",
        "%",
        "&amp;",
        "&#64;",
        "&",
        "\\",
        "\\u0041",
        "\\x41",
        "\\\\",
        "=",
        "=41",
        "=\n",
        "\"+\"",
        "a\"+\"",
        "\"a\" ",
        "'",
        "<b>",
        "a<b>",
        "<!--",
        "a<!-- -->",
        "QUFB",
        "YWFh",
        "41",
        "41 ",
        "0x41, ",
        "41:",
        "one ",
        "double ",
        "one-",
        "plus ",
        "vingt et ",
        "a ",
        "1 ",
        "1-",
        "1.",
        "@ ",
        " @ ",
        "a at b dot c ",
        "[at]",
        "a[at]b[.]c",
        " at ",
        " dot ",
        "(",
        "点",
        "a点",
        "一",
        "一1",
        "O1 ",
        "l1",
        "4111|",
        "4111\n",
        "1_1_",
        "а1 ",
        "аa",
        "\u{E0041}",
        "e\u{336}",
        "\u{20E3}",
        "A1,",
        "joe dot ",
        "x underscore ",
        "<at>",
    ]
    .iter()
    .map(|piece| piece.repeat(size / piece.len()))
    .collect();
    texts.push(base64(&base64(&"%41".repeat(50_000))));
    texts.push(base64(&"\\u0041&#64; =40x one two a [at] b [dot] c \" + \" ".repeat(5_000)));
    texts.push((0..size).map(|n| char::from(u8::try_from(n * 7919 % 251 % 128).unwrap())).collect());
    texts.push(format!("{}{MAIL}", "k%4".repeat(size / 3)));
    for text in texts {
        if let Ok(findings) = DETECTOR.findings(&Input::of(&text)) {
            assert!(findings.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
        }
    }
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z]{1,6}",
        "[0-9]{1,6}",
        "\\PC{1,3}",
        prop_oneof![
            Just("%40"),
            Just("&#64;"),
            Just("\\u0040"),
            Just("\\xC3\\xBC"),
            Just("=40"),
            Just("=\n"),
            Just("\" + \""),
            Just("<b>"),
            Just(" one"),
            Just(" two two two two "),
            Just(" 4 1 1 1"),
            Just("[at]"),
            Just(" at "),
            Just(" dot org "),
            Just("@tidewick.org"),
            Just("am9lQHRpZGV3aWNrLm9yZw=="),
            Just("6a6f65407469646577"),
            Just("一三八"),
            Just("\u{E006A}\u{E006F}\u{E0065}"),
            Just("а"),
            Just("e\u{301}"),
            Just(" "),
            Just("\n"),
            Just("4111.1111.1111.1111"),
            Just(" PERSON_7KQ2 "),
            Just("ﬁ"),
        ]
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn findings_in_forms_are_sorted_apart_and_on_character_boundaries(text in pieces()) {
        if let Ok(findings) = DETECTOR.findings(&Input::of(&text)) {
            let mut end = 0;
            for finding in &findings {
                prop_assert!(finding.span.start >= end && finding.span.end > finding.span.start);
                prop_assert!(finding.span.of(&text).is_some());
                prop_assert!(!finding.span.of(&text).unwrap().contains("PERSON_7KQ2"));
                end = finding.span.end;
            }
        }
    }

    #[test]
    fn a_value_in_base64_is_found_at_any_offset(before in "[a-z ,.\n]{0,40}", after in "[ ,.;)][a-z ]{0,20}") {
        let run = base64(&format!("{before} {MAIL}{after}"));
        let text = format!("a {run} b");
        let findings = findings(&text);
        prop_assert!(findings.iter().any(|f| f.span.of(&text) == Some(run.as_str())));
    }
}
