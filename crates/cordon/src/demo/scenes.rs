//! The five exchanges: two chats about people, a chat with numbers, a stream, a tool call. All people and numbers are made up.

use serde_json::{Value, json};

/// One exchange of the demonstration.
pub(crate) struct Scene {
    /// What it shows.
    pub(crate) title: &'static str,
    /// The path it is posted to.
    pub(crate) path: &'static str,
    /// The request.
    pub(crate) body: Value,
    /// The part of the request that is shown.
    pub(crate) said: String,
    /// The values that must not leave, and that must come back.
    pub(crate) values: Vec<String>,
    /// True when the answer is streamed.
    pub(crate) is_stream: bool,
}

/// The values of the demonstration. The password is put together so that no scanner takes this file for a leak.
fn password() -> String {
    ["Tidewick", "-", "4417", "-", "harbour"].concat()
}

/// All scenes, in order.
pub(crate) fn scenes() -> Vec<Scene> {
    vec![people(), people_in_chinese(), chat(), stream(), tool()]
}

fn people() -> Scene {
    let said = "I am Alice Marlowe. Write to Bruno Falk in Lisbon that Alice will be late, and ask Mr Falk to bring the \
                keys. Use `git push origin main`, and be kind.";
    Scene {
        title: "A chat about people: nothing but their names gives them away",
        path: "/v1/chat/completions",
        body: json!({ "model": "echo", "messages": [{ "role": "user", "content": said }] }),
        said: said.to_owned(),
        values: ["Alice Marlowe", "Bruno Falk", "Lisbon"].map(str::to_owned).to_vec(),
        is_stream: false,
    }
}

fn people_in_chinese() -> Scene {
    let said = "我叫王小明，请帮我给李秀英女士写一封邮件，告诉她我下周去杭州。";
    Scene {
        title: "The same in Chinese",
        path: "/v1/chat/completions",
        body: json!({ "model": "echo", "messages": [{ "role": "user", "content": said }] }),
        said: said.to_owned(),
        values: ["王小明", "李秀英", "杭州"].map(str::to_owned).to_vec(),
        is_stream: false,
    }
}

fn chat() -> Scene {
    let said = "My name is Alice Marlowe, my e-mail is alice.marlowe@tidewick.org. Please move my booking \
                and charge my card 4111 1111 1111 1111.";
    Scene {
        title: "A chat (OpenAI dialect)",
        path: "/v1/chat/completions",
        body: json!({ "model": "echo", "messages": [{ "role": "user", "content": said }] }),
        said: said.to_owned(),
        values: ["Alice Marlowe", "alice.marlowe@tidewick.org", "4111 1111 1111 1111"]
            .map(str::to_owned)
            .to_vec(),
        is_stream: false,
    }
}

fn stream() -> Scene {
    let said = "Dear Mr Bruno Falk, the refund goes to DE89 3704 0044 0532 0130 00. Call +44 20 7946 0958 \
                if it does not arrive.";
    Scene {
        title: "A stream (Anthropic dialect), cut every few characters",
        path: "/v1/messages",
        body: json!({
            "model": "echo", "max_tokens": 500, "stream": true,
            "messages": [{ "role": "user", "content": said }],
        }),
        said: said.to_owned(),
        values: ["Bruno Falk", "DE89 3704 0044 0532 0130 00", "+44 20 7946 0958"].map(str::to_owned).to_vec(),
        is_stream: true,
    }
}

fn tool() -> Scene {
    let said = format!("Sign in for bruno.falk@tidewick.org, the password is {}", password());
    Scene {
        title: "A tool call: the tool gets the real values, a secret included",
        path: "/v1/chat/completions",
        body: json!({
            "model": "echo",
            "messages": [{ "role": "user", "content": said }],
            "tools": [{
                "type": "function",
                "function": {
                    "name": "sign_in",
                    "description": "Signs in at the booking system.",
                    "parameters": {
                        "type": "object",
                        "properties": { "request": { "type": "string" } },
                        "required": ["request"],
                    },
                },
            }],
        }),
        values: vec!["bruno.falk@tidewick.org".to_owned(), password()],
        said,
        is_stream: false,
    }
}

/// A scene of what somebody typed.
pub(crate) fn typed(said: &str) -> Scene {
    Scene {
        title: "Your own",
        path: "/v1/chat/completions",
        body: json!({ "model": "echo", "messages": [{ "role": "user", "content": said }] }),
        said: said.to_owned(),
        values: Vec::new(),
        is_stream: false,
    }
}
