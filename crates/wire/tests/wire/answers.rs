//! What becomes of a whole answer, and how refusals look.

use cordon_wire::{
    AnswerFacts, DialectId, Endpoint, ErrorKind, ErrorShape, Limits, MalformedReason, Usage, error_body,
    error_event, rewrite_answer,
};
use serde_json::{Value, json};
use types::Sink;

use crate::words::Words;

const WORDS: [(&str, &str); 3] =
    [("PERSON_7KQ2", "Jané \"J\" Doe"), ("EMAIL_9XZT", "jane@example.com"), ("SECRET_4MNP", "open sesame")];

fn restored(dialect: DialectId, endpoint: Endpoint, body: &str) -> (String, AnswerFacts, Words) {
    let mut words = Words::new(&WORDS);
    let answer = rewrite_answer(dialect, endpoint, body.as_bytes(), &Limits::default(), &mut words).unwrap();
    (String::from_utf8(answer.body).unwrap(), answer.facts, words)
}

fn chat(body: &Value) -> (Value, AnswerFacts, Words) {
    let (body, facts, words) = restored(DialectId::OpenAiChat, Endpoint::ChatCompletions, &body.to_string());
    (serde_json::from_str(&body).unwrap(), facts, words)
}

fn messages(body: &Value) -> (Value, AnswerFacts, Words) {
    let (body, facts, words) = restored(DialectId::AnthropicMessages, Endpoint::Messages, &body.to_string());
    (serde_json::from_str(&body).unwrap(), facts, words)
}

#[test]
fn every_text_of_a_chat_answer_is_restored_in_its_sink() {
    let (body, facts, words) = chat(&json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1_764_000_000, "model": "gpt-4.1-mini",
        "choices": [
            {"index": 0, "finish_reason": "tool_calls", "logprobs": {"content": [{"token": "PERSON"}]}, "message": {
                "role": "assistant", "content": "Hi PERSON_7KQ2", "refusal": "EMAIL_9XZT?", "reasoning_content": "PERSON_7KQ2",
                "annotations": [{"type": "url_citation", "url_citation": {"title": "PERSON_7KQ2", "url": "https://e"}}],
                "audio": {"id": "audio_1", "data": "UERERg==", "transcript": "PERSON_7KQ2"},
                "tool_calls": [
                    {"id": "call_1", "type": "function", "function": {"name": "mail",
                        "arguments": "{\"to\": \"EMAIL_9XZT\", \"who\": \"PERSON_7KQ2\", \"key\": \"SECRET_4MNP\"}"}},
                    {"id": "call_2", "type": "custom", "custom": {"name": "note", "input": "PERSON_7KQ2"}}],
                "function_call": {"name": "mail", "arguments": "{\"to\":\"EMAIL_9XZT\"}"}}},
            {"index": 1, "finish_reason": "stop", "logprobs": null, "message": {"role": "assistant", "content": null}}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}}));
    let message = &body["choices"][0]["message"];
    assert_eq!(message["content"], "Hi Jané \"J\" Doe");
    assert_eq!(message["refusal"], "jane@example.com?");
    assert_eq!(message["reasoning_content"], "Jané \"J\" Doe");
    assert_eq!(message["annotations"][0]["url_citation"]["title"], "Jané \"J\" Doe");
    assert_eq!(
        message["audio"],
        json!({"id": "audio_1", "data": "UERERg==", "transcript": "Jané \"J\" Doe"})
    );
    let arguments: Value =
        serde_json::from_str(message["tool_calls"][0]["function"]["arguments"].as_str().unwrap()).unwrap();
    assert_eq!(arguments, json!({"to": "jane@example.com", "who": "Jané \"J\" Doe", "key": "open sesame"}));
    assert_eq!(message["tool_calls"][1]["custom"]["input"], "Jané \"J\" Doe");
    assert_eq!(message["function_call"]["arguments"], "{\"to\":\"jane@example.com\"}");
    assert_eq!(body["choices"][0]["logprobs"], Value::Null);
    assert_eq!(body["choices"][1]["message"]["content"], Value::Null);
    assert_eq!(facts.usage, Some(Usage { input: 5, output: 7 }));
    assert_eq!(facts.finish.as_deref(), Some("tool_calls"));
    assert!(!facts.is_error && facts.text_bytes > 0);
    assert!(words.heard_by(Sink::ClientTool).contains("SECRET_4MNP"));
    assert!(!words.heard_by(Sink::Reader).contains("SECRET_4MNP"));
}

#[test]
fn every_text_of_a_messages_answer_is_restored_in_its_sink() {
    let sent = json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-20250514",
        "content": [
            {"type": "thinking", "thinking": "PERSON_7KQ2 asks", "signature": "EqoB"},
            {"type": "redacted_thinking", "data": "PERSON_7KQ2"},
            {"type": "text", "text": "Hi PERSON_7KQ2", "citations": [{"type": "char_location", "cited_text": "PERSON_7KQ2"}]},
            {"type": "tool_use", "id": "toolu_1", "name": "mail",
                "input": {"to": ["EMAIL_9XZT"], "PERSON_7KQ2": {"x": "SECRET_4MNP"}, "n": 3}},
            {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "PERSON_7KQ2"}},
            {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [{"type": "web_search_result", "title": "PERSON_7KQ2"}]},
            {"type": "brand_new", "words": "PERSON_7KQ2"}],
        "stop_reason": "stop_sequence", "stop_sequence": "PERSON_7KQ2",
        "usage": {"input_tokens": 5, "cache_creation_input_tokens": 2, "output_tokens": 7}});
    let (body, facts, words) = messages(&sent);
    let content = &body["content"];
    assert_eq!(content[0], sent["content"][0]);
    assert_eq!(content[1], sent["content"][1]);
    assert_eq!(content[2]["text"], "Hi Jané \"J\" Doe");
    assert_eq!(content[2]["citations"][0]["cited_text"], "Jané \"J\" Doe");
    assert_eq!(
        content[3]["input"],
        json!({"to": ["jane@example.com"], "Jané \"J\" Doe": {"x": "open sesame"}, "n": 3})
    );
    assert_eq!(content[4], sent["content"][4]);
    assert_eq!(content[5], sent["content"][5]);
    assert_eq!(content[6]["words"], "Jané \"J\" Doe");
    assert_eq!(body["stop_sequence"], "Jané \"J\" Doe");
    assert_eq!(facts.usage, Some(Usage { input: 7, output: 7 }));
    assert_eq!(facts.finish.as_deref(), Some("stop_sequence"));
    assert!(words.heard_by(Sink::ClientTool).contains("SECRET_4MNP"));
    assert!(words.heard_by(Sink::Signed).contains("PERSON_7KQ2 asks"));
    assert!(words.heard_by(Sink::ProviderTool).contains("PERSON_7KQ2"));
}

#[test]
fn what_is_not_restored_is_the_same_to_the_byte() {
    for (dialect, body) in [
        (
            DialectId::OpenAiChat,
            "{ \"id\":\"x\",\n\"choices\":[{\"message\":{\"content\":\"caf\\u00e9 \\/ PERSON_7\"},\"logprobs\":{\"content\":[]}}], \"n\":1e0 }\n",
        ),
        (
            DialectId::AnthropicMessages,
            " {\"content\":[{\"type\":\"text\",\"text\":\"\\ud83d\\ude89\"}],\"usage\":{\"output_tokens\":1.0}}",
        ),
        (DialectId::AnthropicMessages, "[]"),
        (DialectId::OpenAiChat, "null"),
    ] {
        for endpoint in [Endpoint::ChatCompletions, Endpoint::Messages, Endpoint::Models] {
            assert_eq!(restored(dialect, endpoint, body).0, body);
        }
    }
}

#[test]
fn errors_of_the_provider_are_restored_and_known_as_errors() {
    let (body, facts, _) =
        chat(&json!({"error": {"message": "EMAIL_9XZT is bad", "type": "x", "param": null, "code": "c"}}));
    assert_eq!(body["error"]["message"], "jane@example.com is bad");
    assert!(facts.is_error);
    let (body, facts, _) =
        messages(&json!({"type": "error", "error": {"type": "api_error", "message": "EMAIL_9XZT is bad"}}));
    assert_eq!(body["error"]["message"], "jane@example.com is bad");
    assert!(facts.is_error);
    assert!(!chat(&json!({"error": null, "choices": []})).1.is_error);
}

#[test]
fn counts_and_lists_are_answers_too() {
    let (_, facts, _) = messages(&json!({"input_tokens": 42}));
    assert_eq!(facts.usage, Some(Usage { input: 42, output: 0 }));
    let list =
        r#"{"object":"list","data":[{"id":"gpt-4.1","object":"model","created":1,"owned_by":"EMAIL_9XZT"}]}"#;
    let (body, facts, _) = restored(DialectId::OpenAiChat, Endpoint::Models, list);
    assert_eq!(body, list.replace("EMAIL_9XZT", "jane@example.com"));
    assert_eq!((facts.usage, facts.finish, facts.is_error), (None, None, false));
}

#[test]
fn an_answer_that_is_not_json_is_not_passed_on() {
    for body in [b"<html>PERSON_7KQ2</html>".as_slice(), b"", b"{\"a\":\"\xff\"}", b"{} x"] {
        let mut words = Words::new(&WORDS);
        let refused = rewrite_answer(
            DialectId::OpenAiChat,
            Endpoint::ChatCompletions,
            body,
            &Limits::default(),
            &mut words,
        );
        assert!(refused.is_err());
    }
    let deep = "[".repeat(100_000);
    let refused = rewrite_answer(
        DialectId::AnthropicMessages,
        Endpoint::Messages,
        deep.as_bytes(),
        &Limits::default(),
        &mut Words::default(),
    );
    assert_eq!(refused.unwrap_err().reason, MalformedReason::TooDeep { max: 128 });
}

#[test]
fn refusals_have_the_shape_of_the_dialect() {
    let error = ErrorShape {
        status: 403,
        kind: ErrorKind::Permission,
        message: "class \"image\" may not leave".to_owned(),
        param: Some("messages[0]".to_owned()),
        code: Some("policy_refused".to_owned()),
        request_id: "x-1".to_owned(),
    };
    let openai = r#"{"error":{"message":"class \"image\" may not leave","type":"permission_error","param":"messages[0]","code":"policy_refused"}}"#;
    let anthropic = r#"{"type":"error","error":{"type":"permission_error","message":"messages[0]: class \"image\" may not leave"},"request_id":"x-1"}"#;
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    assert_eq!(text(error_body(DialectId::OpenAiChat, &error)), openai);
    assert_eq!(text(error_event(DialectId::OpenAiChat, &error)), format!("data: {openai}\n\n"));
    assert_eq!(text(error_body(DialectId::AnthropicMessages, &error)), anthropic);
    assert_eq!(
        text(error_event(DialectId::AnthropicMessages, &error)),
        format!("event: error\ndata: {anthropic}\n\n")
    );
    let bare = ErrorShape { param: None, code: None, ..error };
    assert!(text(error_body(DialectId::OpenAiChat, &bare)).contains(r#""param":null,"code":null"#));
}

#[test]
fn every_kind_of_error_has_a_word_in_every_dialect() {
    let kinds = [
        (ErrorKind::InvalidRequest, "invalid_request_error", "invalid_request_error"),
        (ErrorKind::Authentication, "authentication_error", "authentication_error"),
        (ErrorKind::Permission, "permission_error", "permission_error"),
        (ErrorKind::NotFound, "invalid_request_error", "not_found_error"),
        (ErrorKind::TooLarge, "invalid_request_error", "request_too_large"),
        (ErrorKind::RateLimit, "rate_limit_error", "rate_limit_error"),
        (ErrorKind::Overloaded, "overloaded_error", "overloaded_error"),
        (ErrorKind::Timeout, "timeout_error", "timeout_error"),
        (ErrorKind::Upstream, "server_error", "api_error"),
    ];
    for (kind, openai, anthropic) in kinds {
        let error = ErrorShape {
            status: 400,
            kind,
            message: String::new(),
            param: None,
            code: None,
            request_id: String::new(),
        };
        for (dialect, word) in [(DialectId::OpenAiChat, openai), (DialectId::AnthropicMessages, anthropic)] {
            let body: Value = serde_json::from_slice(&error_body(dialect, &error)).unwrap();
            assert_eq!(body["error"]["type"], word);
        }
    }
}
