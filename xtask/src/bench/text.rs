//! Texts to send: prose with the findings of real prompts, made from a few sentences and a counter. No randomness, so two
//! runs send the same bytes. All values are invented; check digits are true.

const SENTENCES: [&str; 12] = [
    "The meeting of last week went well and most of the open points could be closed.",
    "Please summarise the following notes in three bullet points and keep the tone friendly.",
    "Our warehouse reported a delay of four days because the carrier changed its schedule.",
    "fn main() { let total: u64 = (0..100).map(|n| n * n).sum(); println!(\"{total}\"); }",
    "Contact {mail} if the figures of the second quarter do not match the ledger.",
    "The customer, reachable at {phone}, asked for a refund to IBAN DE89 3704 0044 0532 0130 00.",
    "Das Angebot gilt bis Ende des Monats; bitte antworten Sie an {mail}.",
    "Sincerely, Ilse Van Rompaey",
    "{\"id\": 4711, \"status\": \"open\", \"path\": \"/var/lib/orders/2026/11\", \"retries\": 3}",
    "The card 5425 2334 3010 9903 was declined twice, then the order was cancelled.",
    "None of this changes the plan: ship on Thursday, invoice on Friday, review on Monday.",
    "2026-11-20T08:15:00Z INFO worker-7 finished batch 0193af in 8123 ms with 0 errors",
];

/// About `bytes` of text; `seed` makes texts that differ.
pub(crate) fn prose(bytes: usize, seed: usize) -> String {
    let mut text = String::with_capacity(bytes.saturating_add(128));
    let mut at = seed;
    while text.len() < bytes {
        let sentence = SENTENCES.get(at.wrapping_mul(7) % SENTENCES.len()).copied().unwrap_or_default();
        let mail = format!("reader{at}@quillfen.org");
        let phone = format!("+1 212 555 01{:02}", at % 100);
        text.push_str(&sentence.replace("{mail}", &mail).replace("{phone}", &phone));
        text.push(if at.is_multiple_of(3) { '\n' } else { ' ' });
        at = at.wrapping_add(1);
    }
    text
}

/// A chat of one user message of about `bytes`; `more` are further members, last in the body.
pub(crate) fn chat(bytes: usize, more: &str) -> String {
    let content = serde_json::Value::from(prose(bytes, 1));
    format!(r#"{{"model":"m-test","messages":[{{"role":"user","content":{content}}}]{more}}}"#)
}

/// The body of turn `turn` of an agent's session whose history has about `bytes`.
pub(crate) fn session(bytes: usize, turn: usize) -> String {
    let mut messages = vec![r#"{"role":"system","content":"You are a coding agent."}"#.to_owned()];
    let mut length = 0_usize;
    let mut at = 0_usize;
    while length < bytes.saturating_add(turn.saturating_mul(1024)) {
        let content = serde_json::Value::from(prose(2048, at.wrapping_mul(31)));
        let role = if at.is_multiple_of(2) { "user" } else { "assistant" };
        let message = format!(r#"{{"role":"{role}","content":{content}}}"#);
        length = length.saturating_add(message.len());
        messages.push(message);
        at = at.wrapping_add(1);
    }
    let newest = serde_json::Value::from(prose(512, turn.wrapping_add(1_000_003)));
    messages.push(format!(r#"{{"role":"user","content":{newest}}}"#));
    format!(r#"{{"model":"m-test","messages":[{}]}}"#, messages.join(","))
}
