//! What a document is taken for, and that nothing else of it is looked into.
//!
//! The lines of LiteLLM have the members that its own tests expect of it (BerriAI/litellm, tests/logging_callback_tests/gcs_pub_sub_body, standard_logging_payload.json
//! and spend_logs_payload.json, read 2026-11-29), with contents made up here.

use serde_json::{Value, json};

use super::*;

/// The route and the body of a request, or what else it is.
fn check(line: &Value, route: &str, body: &Value, hints: (Option<&str>, Option<&str>, Option<&str>)) {
    let text = line.to_string();
    let read = read(text.as_bytes());
    let Line::Request(logged) = read else { panic!("{read:?}\n{text}") };
    assert_eq!(logged.route.path, route, "{text}");
    assert_eq!(serde_json::from_str::<Value>(&logged.body).unwrap(), *body, "{text}");
    let Hints { provider, url, model } = &logged.hints;
    assert_eq!((provider.as_deref(), url.as_deref(), model.as_deref()), hints, "{text}");
}

fn said(text: &[u8]) -> String {
    match read(text) {
        Line::Request(_) => "request".to_owned(),
        Line::Answer => "answer".to_owned(),
        Line::Empty(why) => format!("empty: {why}"),
        Line::Unknown(why) => format!("unknown: {why}"),
    }
}

const CHAT: &str = "/v1/chat/completions";

#[test]
fn bare_bodies_stay_as_they_are() {
    let messages = json!([{ "role": "user", "content": "hi" }]);
    let chat = json!({ "model": "gpt-4o", "messages": messages, "metadata": { "a": "b" } });
    check(&chat, CHAT, &chat, (None, None, Some("gpt-4o")));
    let blocks = json!({ "model": "c", "max_tokens": 9, "system": "s", "messages": messages });
    check(&blocks, "/v1/messages", &blocks, (None, None, Some("c")));
    let result = json!({ "model": "c", "messages": [{ "role": "user", "content": [{ "type": "tool_result", "content": "x" }] }] });
    check(&result, "/v1/messages", &result, (None, None, Some("c")));
    let said =
        json!({ "model": "g", "messages": [{ "role": "user", "content": "what is a \"tool_result\"?" }] });
    check(&said, CHAT, &said, (None, None, Some("g")));
    let prompt = json!({ "model": "g", "prompt": "once" });
    check(&prompt, "/v1/completions", &prompt, (None, None, Some("g")));
}

#[test]
fn embeddings_and_responses_are_read_by_the_shapes_that_there_are() {
    let embedding = json!({ "model": "e", "input": ["one", "two"], "encoding_format": "float" });
    let expected = json!({ "model": "e", "prompt": ["one", "two"], "encoding_format": "float" });
    check(&embedding, "/v1/completions", &expected, (None, None, Some("e")));
    let response =
        json!({ "model": "g", "instructions": "be brief", "input": [{ "role": "user", "content": "hi" }] });
    let expected = json!({ "model": "g", "instructions": "be brief", "messages": [{ "role": "user", "content": "hi" }] });
    check(&response, CHAT, &expected, (None, None, Some("g")));
}

#[test]
fn an_envelope_tells_who_got_it_and_is_not_looked_into() {
    let body = json!({ "model": "gpt-4o", "messages": [{ "role": "user", "content": "hi" }] });
    let url = "https://api.openai.com/v1/chat/completions";
    let hints = (Some("openai"), Some(url), Some("gpt-4o"));
    for name in ["request", "body", "request_body"] {
        let line = json!({ "user": "ida", "provider": "openai", "url": url, name: body, "response": { "choices": [] } });
        check(&line, CHAT, &body, hints);
        let line = json!({ "provider": "openai", "url": url, name: body.to_string() });
        check(&line, CHAT, &body, hints);
    }
    let nested = json!({ "request": { "url": url, "provider": "openai", "method": "POST", "body": body }, "metadata": { "user": "ida" } });
    check(&nested, CHAT, &body, hints);
    let batch = json!({ "custom_id": "1", "method": "POST", "url": "/v1/messages", "body": body });
    check(&batch, "/v1/messages", &body, (None, Some("/v1/messages"), Some("gpt-4o")));
    let beside = json!({ "model": "gpt-4o", "messages": body["messages"], "provider": "openai", "url": url, "response": "no",
                         "latency_ms": 3 });
    check(&beside, CHAT, &body, hints);
}

fn payload(messages: &Value) -> Value {
    json!({
        "id": "chatcmpl-1", "trace_id": null, "call_type": "acompletion", "cache_hit": null, "stream": true, "status": "success",
        "custom_llm_provider": "openai", "startTime": "2026-11-02 09:20:46.847371", "model": "gpt-4o",
        "metadata": { "user_api_key_user_email": "jan@kestrelmoor.example", "requester_ip_address": "203.0.113.9" },
        "end_user": "jan", "api_base": "", "model_group": "", "messages": messages,
        "response": { "object": "chat.completion", "choices": [{ "message": { "role": "assistant", "content": "hello Jan" } }] },
        "model_parameters": { "tools": [{ "type": "function", "function": { "name": "f" } }], "temperature": 0 },
        "hidden_params": { "api_base": "https://api.openai.com", "litellm_model_name": "gpt-4o" },
        "model_map_information": { "model_map_key": "gpt-4o" }
    })
}

#[test]
fn of_a_line_of_litellm_only_what_left_is_looked_into() {
    let messages = json!([{ "role": "user", "content": "hi" }]);
    let tools = json!([{ "type": "function", "function": { "name": "f" } }]);
    let expected = json!({ "messages": messages, "model": "gpt-4o", "tools": tools, "temperature": 0 });
    let hints = (Some("openai"), Some("https://api.openai.com"), Some("gpt-4o"));
    check(&payload(&messages), CHAT, &expected, hints);
    check(&json!({ "standard_logging_object": payload(&messages) }), CHAT, &expected, hints);
    check(&payload(&json!(messages.to_string())), CHAT, &expected, hints);
    let text = json!({ "prompt": "hi there", "model": "gpt-4o", "tools": tools, "temperature": 0 });
    check(&payload(&json!("hi there")), "/v1/completions", &text, hints);
}

#[test]
fn what_litellm_did_not_keep_is_said() {
    for messages in
        [json!("{}"), json!([]), json!({}), json!([{ "role": "user", "content": "redacted-by-litellm" }])]
    {
        let text = payload(&messages).to_string();
        assert!(said(text.as_bytes()).starts_with("empty: the log holds no text"), "{text}");
    }
    // A spend log whose messages are empty, with the body of the request beside.
    let body = json!({ "model": "gpt-4o", "messages": [{ "role": "user", "content": "hi" }] });
    let mut spend = payload(&json!("{}"));
    spend["proxy_server_request"] = json!(body.to_string());
    check(&spend, CHAT, &body, (Some("openai"), Some("https://api.openai.com"), Some("gpt-4o")));
    spend["proxy_server_request"] = json!("{}");
    assert!(said(spend.to_string().as_bytes()).starts_with("empty"));
}

#[test]
fn everything_else_is_named_and_never_shown() {
    for (text, expected) in [
        ("{\"choices\":[]}", "answer"),
        ("{\"object\":\"chat.completion\"}", "answer"),
        ("{\"type\":\"message\",\"role\":\"assistant\",\"content\":[]}", "answer"),
        ("{\"model\":\"g\",\"prompt\":[1,2]}", "empty: its text is written in tokens, which cannot be read"),
        ("{\"model\":\"g\",\"input\":[[1,2]]}", "empty: its text is written in tokens, which cannot be read"),
        (
            "{\"contents\":[{\"parts\":[]}]}",
            "unknown: it holds no messages, prompt or input, so it is no request that is known",
        ),
        ("[1]", "unknown: it is a list"),
        ("INFO Anna Weber logged in", "unknown: it is no JSON object"),
        ("{\"model\":\"Anna Weber", "unknown: it is cut off: its JSON does not end (column 20)"),
        ("{\"Anna Weber\" 1}", "unknown: its JSON is broken (column 15)"),
    ] {
        assert_eq!(said(text.as_bytes()), expected, "{text}");
    }
    assert_eq!(said(b"{\"a\":\"\xff\"}"), "unknown: it is not UTF-8");
    let deep = format!("{}{}", "{\"request\":".repeat(300), "}".repeat(300));
    assert!(said(deep.as_bytes()).starts_with("unknown"));
}
