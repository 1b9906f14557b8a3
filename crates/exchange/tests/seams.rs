//! Values split over content parts and over messages: nothing of them leaves, each part comes back, and joining alone
//! makes no value.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test driver")]

#[path = "conversations/quiet.rs"]
#[expect(dead_code, reason = "shared by test files, none of which needs all of it")]
mod quiet;

use serde_json::{Value, json};

use quiet::Quiet;

fn parts(texts: &[&str]) -> Value {
    let blocks: Vec<Value> = texts.iter().map(|text| json!({"type": "text", "text": text})).collect();
    json!({"model": "m-1", "max_tokens": 9, "messages": [{"role": "user", "content": blocks}]})
}

fn messages(texts: &[&str]) -> Value {
    let turns: Vec<Value> = texts.iter().map(|text| json!({"role": "user", "content": text})).collect();
    json!({"model": "m-1", "max_tokens": 9, "messages": turns})
}

fn turns(texts: &[&str]) -> Value {
    let turns = texts.iter().flat_map(|text| {
        [json!({"role": "user", "content": text}), json!({"role": "assistant", "content": "Go on."})]
    });
    json!({"model": "m-1", "max_tokens": 9, "messages": turns.collect::<Vec<_>>()})
}

/// None of the pieces leaves, and they come back where the provider repeats what it got.
fn check(texts: &[&str], pieces: &[&str]) {
    for body in [parts(texts), messages(texts), turns(texts)] {
        let mut quiet = Quiet::with_terms(&["Ilse Van Rompaey"]);
        quiet.app.secrets_to_reader = true;
        let sent = quiet.send("/v1/messages", &body);
        for piece in pieces {
            assert!(!sent.to_string().contains(piece), "{piece} leaves in {sent}");
        }
        let said: Vec<String> = sent["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| {
                message["content"].as_str().map_or_else(|| message["content"].to_string(), str::to_owned)
            })
            .collect();
        quiet.answer_with(&said.join("\n"));
        let (_, answer) = quiet.send_for_answer("/v1/messages", &body);
        for piece in pieces {
            assert!(answer.to_string().contains(piece), "{piece} does not come back in {answer}");
        }
    }
}

fn unchanged(texts: &[&str]) {
    for body in [parts(texts), messages(texts), turns(texts)] {
        assert_eq!(Quiet::with_terms(&[]).send("/v1/messages", &body), body);
    }
}

#[test]
fn a_value_in_two_parts_leaves_in_neither() {
    check(&["My card is 4111 1111", "1111 1111, thanks"], &["4111 1111", "1111 1111"]);
    check(&["My card is 41111111 ", " 11111111, thanks"], &["41111111", "11111111"]);
    check(&["write to joe.miller@tide", "wick.org please"], &["joe.miller", "wick.org"]);
    check(&["write to joe.miller", "@tidewick.org please"], &["joe.miller", "tidewick.org"]);
    check(&["pay to DE89 3704 0044", "0532 0130 00 today"], &["DE89 3704 0044", "0532 0130 00"]);
    check(&["Ask Ilse Van", "Rompaey about it"], &["Ilse Van", "Rompaey"]);
    let (head, tail) = (["gh", "p_wWPw5k4aXcaT4f"].concat(), "NP0UcnZwJUVFk6LO0pINUx");
    check(&[&format!("the key is {head}"), &format!("{tail} ok")], &[&head, tail]);
}

#[test]
fn a_value_in_more_than_two_parts_leaves_in_none() {
    check(&["card 4111", "1111", "1111", "1111 now"], &["4111", "1111"]);
}

#[test]
fn an_encoded_value_in_two_parts_leaves_in_neither() {
    check(&["the mail is am9lLm1pbGxlckB0", "aWRld2ljay5vcmc= ok"], &["am9lLm1pbGxlckB0", "aWRld2ljay5vcmc"]);
}

#[test]
fn a_number_without_a_check_is_found_by_its_label() {
    let quiet = Quiet::with_terms(&[]);
    for body in [
        parts(&["Driver's licence B064-2689", "-3627 was shown"]),
        messages(&["my passport number is M410", "3314 by the way"]),
    ] {
        let sent = quiet.send("/v1/messages", &body).to_string();
        assert!(!sent.contains("3627") && !sent.contains("3314"), "{sent}");
    }
}

#[test]
fn a_code_of_capitals_is_found_by_its_label() {
    let quiet = Quiet::with_terms(&[]);
    for body in [parts(&["My car has plate MM42", "PMJ."]), messages(&["postcode SW1A", "1AA please"])] {
        let sent = quiet.send("/v1/messages", &body).to_string();
        assert!(!sent.contains("MM42") && !sent.contains("SW1A") && !sent.contains("1AA"), "{sent}");
    }
}

#[test]
fn a_private_key_longer_than_other_values_leaves_in_no_part() {
    let line = "qKeRxPd4nFyc9XhcpxuostN74HRab8sLw3Zt0mVb5uJe7iGdKk2TfYpQrCx1Wv6z";
    let key = |lines: usize| {
        let (kind, body) = ("RSA PRIVATE KEY", format!("{line}\n").repeat(lines));
        format!("-----BEGIN {kind}-----\n{body}-----END {kind}-----\n")
    };
    let key = key(50);
    for (first, second) in [(900, 2400), (1630, 1634), (9, 1000), (20, 3200)] {
        let (head, rest) = key.split_at(first);
        let (middle, tail) = rest.split_at(second - first);
        let texts = [format!("my key:\n{head}"), middle.to_owned(), format!("{tail}\nthanks")];
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        for body in [parts(&texts), messages(&texts), turns(&texts)] {
            let sent = Quiet::with_terms(&[]).send("/v1/messages", &body).to_string();
            for piece in ["nFyc9Xhcpx", "KeRxPd4n", "stN74HRab8", "w3Zt0mVb5u"] {
                assert!(!sent.contains(piece), "{first} {second}: {piece} in {sent}");
            }
            assert!(sent.contains("my key:") && sent.contains("thanks"), "{sent}");
        }
    }
}

#[test]
fn words_of_a_passphrase_in_two_parts_leave_in_neither() {
    let words =
        ["seed phrase: ozone drill grab fiber curtain grace", "pudding thank cruise elder eight picnic\n"];
    check(&words, &["ozone drill", "elder eight"]);
}

#[test]
fn a_label_before_the_seam_counts_for_the_value_behind_it() {
    let quiet = Quiet::with_terms(&[]);
    for body in
        [parts(&["my password is:", "hunter2-blue-42"]), messages(&["my password is:", "hunter2-blue-42"])]
    {
        let sent = quiet.send("/v1/messages", &body);
        assert!(!sent.to_string().contains("hunter2-blue-42"), "{sent}");
    }
}

#[test]
fn joining_alone_makes_no_value() {
    unchanged(&["The sum is 12", "34 apples were sold"]);
    unchanged(&["Version 1.2.", "3.4 is out"]);
    unchanged(&["See figure 4111", "1111 cases in 2019"]);
    unchanged(&["ping @joe", "tidewick.org is down"]);
    unchanged(&["The meeting is on 12.04", "1987 was a good year"]);
    unchanged(&["the hash is 9f86d081884c7d65", "9a2feaa0c55ad015 is another"]);
    unchanged(&["It was May", "Day one went well"]);
    unchanged(&["My account is with branch 12", "34 people work there"]);
    unchanged(&["the invoice has number 2024", "17 people got it"]);
    unchanged(&["call me in 2024", "5551234 units were made"]);
    unchanged(&["see the part about the key", "and the one about the lock then"]);
    unchanged(&["its plate number is on file", "42 PM is not a time"]);
    unchanged(&["We moved to postcode area SW", "1 of 4 is there"]);
}

#[test]
fn what_a_part_shows_alone_ends_where_it_ends() {
    let quiet = Quiet::with_terms(&[]);
    let body = parts(&["write to joe.miller@tidewick.org", "please answer 12"]);
    assert!(quiet.send("/v1/messages", &body).to_string().contains("\"please answer 12\""));
    let body = parts(&["card 4111 1111 1111 1111", "12 pieces"]);
    assert!(quiet.send("/v1/messages", &body).to_string().contains("\"12 pieces\""));
}

#[test]
fn many_short_parts_cost_what_they_are_long() {
    let quiet = Quiet::with_terms(&[]);
    let texts: Vec<String> = (0..20_000).map(|at| format!("line {at}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let body = parts(&texts);
    let _ = quiet.send("/v1/messages", &body);
}
