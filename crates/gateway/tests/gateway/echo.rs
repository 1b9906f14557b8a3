//! A whole exchange with the built-in echo, in both dialects.

use serde_json::{Value, json};
use store::{TermRecord, TermStore};
use types::AppName;

use crate::world::{EMAIL, NOW_MS, World};

const JSON: (&str, &str) = ("content-type", "application/json");

#[test]
fn a_chat_goes_out_with_surrogates_and_comes_back_whole_in_both_dialects() {
    let world = World::new();
    for (path, pointer) in
        [("/v1/chat/completions", "/choices/0/message/content"), ("/v1/messages", "/content/0/text")]
    {
        let body = json!({"model": "echo", "max_tokens": 9, "messages": [{"role": "user", "content": format!("mail {EMAIL}")}]});
        let reply = world.ask("POST", path, &[JSON], body.to_string().as_bytes());
        assert_eq!(reply.status, 200, "{reply:?}");
        assert_eq!(reply.json().pointer(pointer), Some(&json!(format!("You said: mail {EMAIL}"))));
        assert_eq!(reply.header("x-cordon-mode"), Some("protect"));
    }
    for saw in world.echo_saw() {
        assert!(!saw.contains(EMAIL) && saw.contains("EMAIL_"), "{saw}");
    }
    assert_eq!(world.store.intents(), 2);
}

#[test]
fn a_stream_comes_back_whole_in_both_dialects() {
    let world = World::new();
    let body = json!({"model": "echo", "max_tokens": 9, "stream": true,
        "messages": [{"role": "user", "content": format!("mail {EMAIL} now")}]});
    for (path, member) in [("/v1/chat/completions", "content"), ("/v1/messages", "text")] {
        let reply = world.ask("POST", path, &[JSON], body.to_string().as_bytes());
        assert_eq!(reply.header("content-type"), Some("text/event-stream; charset=utf-8"));
        let said: String = events(&reply.body)
            .iter()
            .filter_map(|event| {
                let delta = event.pointer("/choices/0/delta").or_else(|| event.pointer("/delta"))?;
                Some(delta.get(member)?.as_str()?.to_owned())
            })
            .collect();
        assert_eq!(said, format!("You said: mail {EMAIL} now"), "{}", reply.body);
    }
}

#[test]
fn a_tool_call_comes_back_with_real_arguments() {
    let world = World::new();
    let schema = json!({"type": "object", "properties": {"to": {"type": "string"}}});
    let body = json!({"model": "echo", "messages": [{"role": "user", "content": EMAIL}],
        "tools": [{"type": "function", "function": {"name": "send", "parameters": schema}}]});
    let reply = world.ask("POST", "/v1/chat/completions", &[JSON], body.to_string().as_bytes());
    let arguments = reply.json()["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"].clone();
    assert_eq!(arguments, json!(format!("{{\"to\":\"{EMAIL}\"}}")));
}

#[test]
fn an_exact_term_acts_as_soon_as_the_store_has_it() {
    let world = World::new();
    world.chat("echo", "The project is called Quillon Harbour.");
    assert!(world.echo_saw()[0].contains("Quillon Harbour"));
    let term = TermRecord {
        id: "t1".to_owned(),
        app: AppName::new("billing"),
        label: String::new(),
        sealed: b"Quillon Harbour".to_vec(),
        created_ms: NOW_MS,
    };
    world.runtime.block_on(world.store.put(term)).unwrap();
    world.refresh();
    let reply = world.chat("echo", "The project is called Quillon Harbour.");
    assert!(!world.echo_saw()[1].contains("Quillon"), "{}", world.echo_saw()[1]);
    assert!(reply.body.contains("Quillon Harbour"));
}

#[test]
fn tokens_are_counted_on_what_the_provider_would_see() {
    let world = World::new();
    let body = json!({"model": "echo", "messages": [{"role": "user", "content": EMAIL}]});
    let reply = world.ask("POST", "/v1/messages/count_tokens", &[JSON], body.to_string().as_bytes());
    assert!(reply.json()["input_tokens"].as_u64().unwrap() > 0);
    assert!(!world.echo_saw()[0].contains(EMAIL));
}

fn events(body: &str) -> Vec<Value> {
    body.lines().filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok()).collect()
}
