//! What stands where in an answer and in the events of a stream.
//!
//! A lane is content block × channel; it ends with `content_block_stop`. Whether the JSON of a tool's input is for a tool that
//! the client runs stands in the `content_block_start`; a block that never started is taken for the provider's own, so that
//! nothing is restored into it. Thinking is signed: it stays as the model wrote it, and goes back byte for byte in the next turn.

use std::collections::BTreeMap;

use types::{DataClass, Lane, LaneFormat, LaneId, Sink};

use crate::dialect::{Ended, Ends, Events};
use crate::facts::{AnswerFacts, Usage};
use crate::json::text::quoted;
use crate::json::{Kind, NodeId, Tape};
use crate::look;
use crate::shape::{
    Channel, Counted, ENCRYPTED, FREE, ID, Leaf, MODEL, NUMBER, SIGNATURE, Shape, TEXT, TOOL_NAME,
};

const TEXT_CHANNEL: u16 = 1;
const INPUT_CHANNEL: u16 = 2;
const THINKING_CHANNEL: u16 = 3;
const COMPACTION_CHANNEL: u16 = 4;

const fn lane(number: u16) -> Shape {
    Shape::leaf(Leaf::Lane(Channel { number, format: LaneFormat::Plain }))
}

/// A whole answer, an event of a stream, an error, a count of tokens, a list of models.
pub(super) static ANSWER: Shape = Shape::object(&[
    ("type", &TYPE),
    ("id", &ID),
    ("role", &ROLE),
    ("model", &MODEL),
    ("content", &CONTENT),
    ("stop_reason", &STOP_REASON),
    ("stop_sequence", &TEXT),
    ("usage", &FREE),
    ("request_id", &ID),
    ("index", &NUMBER),
    ("message", &ANSWER),
    ("content_block", &BLOCK),
])
.by(
    "type",
    &[
        ("content_block_start", &BLOCK_EVENT),
        ("content_block_delta", &DELTA_EVENT),
        ("content_block_stop", &BLOCK_EVENT),
        ("message_delta", &MESSAGE_DELTA_EVENT),
    ],
);
static TYPE: Shape =
    Shape::leaf(Leaf::Word(&["message", "message_start", "message_stop", "ping", "error", "model"]));
static ROLE: Shape = Shape::leaf(Leaf::Word(&["assistant", "user"]));
static STOP_REASON: Shape = Shape::leaf(Leaf::Word(&[
    "end_turn",
    "max_tokens",
    "stop_sequence",
    "tool_use",
    "pause_turn",
    "refusal",
    "compaction",
    "model_context_window_exceeded",
]));
static BLOCK_EVENT: Shape = Shape::object(&[]).counted(&[(Counted::Part, "index")]);
static DELTA_EVENT: Shape = Shape::object(&[("delta", &DELTA)]).counted(&[(Counted::Part, "index")]);
static MESSAGE_DELTA_EVENT: Shape = Shape::object(&[("delta", &MESSAGE_DELTA)]);
static MESSAGE_DELTA: Shape =
    Shape::object(&[("stop_reason", &STOP_REASON), ("stop_sequence", &TEXT), ("container", &CONTAINER)]);
static CONTAINER: Shape = Shape::object(&[("id", &ID)]);

static CONTENT: Shape = Shape::leaf(Leaf::Text).or_array(&BLOCK);
static BLOCK: Shape = Shape::object(&[
    ("citations", &CITATIONS),
    ("encrypted_content", &ENCRYPTED),
    ("encrypted_stdout", &ENCRYPTED),
    ("tool_use_id", &ID),
    ("content", &PROVIDERS),
])
.by(
    "type",
    &[
        ("text", &TEXT_BLOCK),
        ("thinking", &THINKING_BLOCK),
        ("redacted_thinking", &REDACTED_BLOCK),
        ("tool_use", &TOOL_USE),
        ("server_tool_use", &SERVER_TOOL_USE),
        ("mcp_tool_use", &SERVER_TOOL_USE),
        ("mcp_tool_result", &PROVIDER_BLOCK),
        ("web_search_tool_result", &PROVIDER_BLOCK),
        ("web_fetch_tool_result", &PROVIDER_BLOCK),
        ("code_execution_tool_result", &PROVIDER_BLOCK),
        ("bash_code_execution_tool_result", &PROVIDER_BLOCK),
        ("text_editor_code_execution_tool_result", &PROVIDER_BLOCK),
        ("tool_search_tool_result", &PROVIDER_BLOCK),
        ("container_upload", &PROVIDER_BLOCK),
        ("compaction", &COMPACTION),
    ],
)
.counted(&[(Counted::Part, "index")]);
static TEXT_BLOCK: Shape = Shape::object(&[("text", &TEXT_LANE)]);
static TEXT_LANE: Shape = lane(TEXT_CHANNEL);
static THINKING_BLOCK: Shape =
    Shape::object(&[("thinking", &THINKING_LANE), ("signature", &SIGNATURE)]).sink(Sink::Signed);
static THINKING_LANE: Shape = lane(THINKING_CHANNEL).sink(Sink::Signed);
static REDACTED_BLOCK: Shape = Shape::object(&[("data", &REDACTED)]).sink(Sink::Signed);
static REDACTED: Shape = Shape::leaf(Leaf::Data(DataClass::Encrypted));
static TOOL_USE: Shape =
    Shape::object(&[("id", &ID), ("name", &TOOL_NAME), ("input", &FREE), ("caller", &CALLER)])
        .sink(Sink::ClientTool);
static SERVER_TOOL_USE: Shape =
    Shape::object(&[("id", &ID), ("name", &PROVIDERS), ("input", &PROVIDERS), ("server_name", &PROVIDERS)])
        .sink(Sink::ProviderTool);
static CALLER: Shape = Shape::object(&[("type", &CALLER_TYPE), ("tool_id", &ID)]);
static CALLER_TYPE: Shape = Shape::leaf(Leaf::HostedTool(&["direct"]));
static PROVIDER_BLOCK: Shape = Shape::object(&[]).sink(Sink::ProviderTool);
/// What the provider's own tools were given and gave.
static PROVIDERS: Shape = FREE.sink(Sink::ProviderTool);
static COMPACTION: Shape = Shape::object(&[("content", &COMPACTION_LANE)]);
static COMPACTION_LANE: Shape = lane(COMPACTION_CHANNEL);
static CITATIONS: Shape = Shape::array(&CITATION);
static CITATION: Shape = Shape::object(&[
    ("type", &CITATION_TYPE),
    ("cited_text", &TEXT),
    ("document_title", &TEXT),
    ("title", &TEXT),
    ("url", &TEXT),
    ("source", &TEXT),
    ("file_id", &ID),
    ("encrypted_index", &ENCRYPTED),
]);
static CITATION_TYPE: Shape = Shape::leaf(Leaf::Word(&[
    "char_location",
    "page_location",
    "content_block_location",
    "web_search_result_location",
    "search_result_location",
]));

static DELTA: Shape = Shape::object(&[]).by(
    "type",
    &[
        ("text_delta", &TEXT_DELTA),
        ("input_json_delta", &INPUT_DELTA),
        ("thinking_delta", &THINKING_DELTA),
        ("signature_delta", &SIGNATURE_DELTA),
        ("citations_delta", &CITATIONS_DELTA),
        ("compaction_delta", &COMPACTION_DELTA),
    ],
);
static TEXT_DELTA: Shape = Shape::object(&[("text", &TEXT_LANE)]);
static INPUT_DELTA: Shape = Shape::object(&[("partial_json", &INPUT_LANE)]);
static INPUT_LANE: Shape =
    Shape::leaf(Leaf::Lane(Channel { number: INPUT_CHANNEL, format: LaneFormat::Json }))
        .sink(Sink::ProviderTool);
static THINKING_DELTA: Shape = Shape::object(&[("thinking", &THINKING_LANE)]);
static SIGNATURE_DELTA: Shape = Shape::object(&[("signature", &SIGNATURE)]).sink(Sink::Signed);
static CITATIONS_DELTA: Shape = Shape::object(&[("citation", &CITATION)]);
static COMPACTION_DELTA: Shape = Shape::object(&[("content", &COMPACTION_LANE)]);

/// Notes what a whole answer says about itself.
pub(super) fn note(text: &str, tape: &Tape, facts: &mut AnswerFacts) {
    let root = NodeId::ROOT;
    if tape.member_text(text, root, "type").is_some_and(|word| word == "error") {
        facts.is_error = true;
    }
    note_usage(text, tape, root, facts);
    note_finish(text, tape, root, facts);
    let counted = tape.member(text, root, "input_tokens").and_then(|count| tape.whole(text, count));
    if let Some(input) = counted {
        facts.usage = Some(Usage { input, output: 0 });
    }
}

/// Counts of a stream are cumulative; what a later event leaves out stays as it was.
fn note_usage(text: &str, tape: &Tape, object: NodeId, facts: &mut AnswerFacts) {
    let usage = tape.member(text, object, "usage").filter(|usage| tape.kind(*usage) == Kind::Object);
    let Some(usage) = usage else { return };
    if let Some(place) =
        tape.member_text(text, usage, "inference_geo").filter(|place| look::like_a_name(place))
    {
        facts.made_in = Some(("usage.inference_geo", place.into_owned()));
    }
    let whole = |name: &str| tape.member(text, usage, name).and_then(|value| tape.whole(text, value));
    let before = facts.usage.unwrap_or_default();
    let cached =
        ["cache_creation_input_tokens", "cache_read_input_tokens"].iter().filter_map(|name| whole(name));
    let input = whole("input_tokens").map(|input| cached.fold(input, u64::saturating_add));
    facts.usage = Some(Usage {
        input: input.unwrap_or(before.input),
        output: whole("output_tokens").unwrap_or(before.output),
    });
}

fn note_finish(text: &str, tape: &Tape, object: NodeId, facts: &mut AnswerFacts) {
    let reason = tape.member_text(text, object, "stop_reason").filter(|reason| look::like_a_name(reason));
    if let Some(reason) = reason {
        facts.finish = Some(reason.into_owned());
    }
}

/// The events of one stream.
#[derive(Default)]
pub(super) struct Blocks {
    /// Who runs the tool of a block, for blocks that have one.
    tools: BTreeMap<u32, Sink>,
    stopped: bool,
}

/// Most blocks whose tools are remembered; later ones count as the provider's.
const BLOCKS_MAX: usize = 4096;

impl Events for Blocks {
    fn shape(&self) -> &'static Shape {
        &ANSWER
    }

    fn is_last(&self, _data: &str) -> bool {
        false
    }

    fn note_last(&mut self) {}

    fn note(&mut self, text: &str, tape: &Tape, facts: &mut AnswerFacts) -> Ends {
        let root = NodeId::ROOT;
        let word = tape.member_text(text, root, "type");
        let index = tape.member(text, root, "index").and_then(|index| tape.whole(text, index));
        let part = index.and_then(|index| u32::try_from(index).ok()).unwrap_or(0);
        match word.as_deref() {
            Some("message_start") => {
                if let Some(message) = tape.member(text, root, "message") {
                    note_usage(text, tape, message, facts);
                }
                Ends::NONE
            }
            Some("content_block_start") => {
                let block = tape.member(text, root, "content_block");
                let word = block.and_then(|block| tape.member_text(text, block, "type"));
                let runs =
                    if word.as_deref() == Some("tool_use") { Sink::ClientTool } else { Sink::ProviderTool };
                if self.tools.len() < BLOCKS_MAX || self.tools.contains_key(&part) {
                    self.tools.insert(part, runs);
                }
                Ends::NONE
            }
            Some("content_block_stop") => Ends::Some(vec![Ended::part(part)]),
            Some("message_delta") => {
                note_usage(text, tape, root, facts);
                if let Some(delta) = tape.member(text, root, "delta") {
                    note_finish(text, tape, delta, facts);
                }
                Ends::All
            }
            Some("message_stop") => {
                self.stopped = true;
                Ends::All
            }
            Some("error") => {
                facts.is_error = true;
                Ends::All
            }
            _ => Ends::NONE,
        }
    }

    fn sink(&self, lane: Lane) -> Sink {
        match lane.id.channel {
            INPUT_CHANNEL => self.tools.get(&lane.id.part).copied().unwrap_or(Sink::ProviderTool),
            _ => lane.sink,
        }
    }

    fn rest_of(&self, lane: Lane, _name: Option<&str>, text: &str) -> String {
        let LaneId { part, channel, .. } = lane.id;
        let (word, member) = match channel {
            INPUT_CHANNEL => ("input_json_delta", "partial_json"),
            THINKING_CHANNEL => ("thinking_delta", "thinking"),
            COMPACTION_CHANNEL => ("compaction_delta", "content"),
            _ => ("text_delta", "text"),
        };
        format!(
            "event: content_block_delta\ndata: {{\"type\":\"content_block_delta\",\"index\":{part},\
             \"delta\":{{\"type\":\"{word}\",\"{member}\":{}}}}}\n\n",
            quoted(text)
        )
    }

    fn is_complete(&self) -> bool {
        self.stopped
    }
}
