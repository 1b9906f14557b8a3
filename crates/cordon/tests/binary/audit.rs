//! `cordon audit` on an empty and on a damaged ledger; a ledger with records is tested with the gateway.

use crate::home::Home;

#[test]
fn an_empty_ledger_verifies_and_exports_a_head() {
    let home = Home::new();
    home.done(&["keys", "create", "--app", "a"]);
    let verified = home.json(&["audit", "verify"]);
    assert_eq!((verified["verified"].as_bool(), verified["size"].as_u64()), (Some(true), Some(0)));
    assert!(home.done(&["audit", "list"]).contains("No records"));
    home.done(&["audit", "export", "--output", "ledger.jsonl"]);
    home.done(&["audit", "verify", "--file", "ledger.jsonl"]);
    home.run(&["audit", "export", "--output", "ledger.jsonl"]).check(4, "ledger.jsonl");
    home.run(&["audit", "show", "nothing"]).check(1, "no exchange");
}

#[test]
fn a_head_that_does_not_fit_and_a_cut_export_are_found() {
    let home = Home::new();
    home.done(&["keys", "create", "--app", "a"]);
    let head = format!("3:{}", "0".repeat(64));
    let ended = home.run(&["audit", "verify", "--head", &head]);
    assert_eq!(ended.code, 1);
    assert!(ended.out.contains("had 3 records"), "{}", ended.out);
    home.write("cut.jsonl", "");
    home.run(&["audit", "verify", "--file", "cut.jsonl"]).check(1, "it was cut");
    home.write("other.jsonl", "{\"a\":1}\n");
    home.run(&["audit", "verify", "--file", "other.jsonl"]).check(1, "line 1");
    home.run(&["audit", "verify", "--head", "3:x"]).check(2, "SIZE:ROOT");
    home.run(&["audit", "list", "--since", "lately"]).check(2, "24h");
}
