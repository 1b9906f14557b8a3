//! The three views side by side, and what they prove.

use comfy_table::{ContentArrangement, Table, presets};
use serde_json::{Value, json};

use super::scenes::Scene;

/// Width where there is no terminal, and the least and the greatest, in columns.
const WIDTH: u16 = 110;

/// What was seen of one exchange.
pub(crate) struct Views {
    /// What it shows.
    pub(crate) title: &'static str,
    /// What the application sent.
    pub(crate) sent: String,
    /// What the provider saw.
    pub(crate) provider: String,
    /// What came back.
    pub(crate) back: String,
    /// How many values there were.
    pub(crate) values: usize,
    /// How many of them the provider saw.
    pub(crate) leaked: usize,
    /// How many of them came back.
    pub(crate) restored: usize,
}

impl Views {
    /// The views of a scene. `bodies` are all bodies that the provider got.
    pub(crate) fn of(scene: &Scene, bodies: &[Vec<u8>], back: String) -> Self {
        let seen: Vec<String> =
            bodies.iter().map(|body| String::from_utf8_lossy(body).into_owned()).collect();
        let is_leaked = |value: &&String| seen.iter().any(|body| body.contains(value.as_str()));
        Self {
            title: scene.title,
            sent: scene.said.clone(),
            provider: bodies.last().map(|body| last_message(body)).unwrap_or_default(),
            values: scene.values.len(),
            leaked: scene.values.iter().filter(is_leaked).count(),
            restored: scene.values.iter().filter(|value| back.contains(value.as_str())).count(),
            back,
        }
    }

    /// True when nothing leaked and everything came back. A scene of which the provider saw nothing proves nothing.
    pub(crate) const fn is_proof(&self) -> bool {
        self.leaked == 0 && self.restored == self.values && !self.provider.is_empty()
    }

    /// For people.
    pub(crate) fn table(&self) -> String {
        let mut table = Table::new();
        table
            .load_style(presets::UTF8_FULL_CONDENSED)
            .set_content_arrangement(ContentArrangement::DynamicFullWidth);
        table.set_width(WIDTH);
        table.set_header(["the application sent", "the provider saw", "the application got back"]);
        table.add_row([&self.sent, &self.provider, &self.back]);
        table.to_string()
    }

    /// For programs.
    pub(crate) fn json(&self) -> Value {
        json!({
            "title": self.title,
            "sent": self.sent,
            "provider_saw": self.provider,
            "came_back": self.back,
            "values": self.values,
            "leaked": self.leaked,
            "restored": self.restored,
        })
    }
}

/// The text of the last message of a request.
fn last_message(body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let message = body.get("messages").and_then(Value::as_array).and_then(|messages| messages.last());
    match message.and_then(|message| message.get("content")) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}
