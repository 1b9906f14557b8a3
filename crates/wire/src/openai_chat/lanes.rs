//! What stands where in an answer and in the chunks of a stream.
//!
//! A lane is choice × channel × index. Strings directly in `delta` that are named like text are lanes, known or not: reasoning has
//! had four names so far. A choice ends with its `finish_reason`, everything with `[DONE]` or the end of the body. Calls of tools are not closed
//! when the next index appears: servers may send them interleaved, and what is held back is never more than the beginning
//! of a surrogate.

use std::fmt::Write;

use types::{DataClass, Lane, LaneFormat, LaneId, Sink};

use crate::Endpoint;
use crate::dialect::{Ended, Ends, Events};
use crate::facts::{AnswerFacts, Usage};
use crate::json::text::quoted;
use crate::json::{Kind, NodeId, Tape};
use crate::look;
use crate::shape::{
    Channel, Counted, ENCRYPTED, FREE, ID, Leaf, MODEL, NUMBER, SIGNATURE, Shape, TEXT, TOOL_NAME,
};

const CONTENT: u16 = 1;
const REFUSAL: u16 = 2;
const REASONING_CONTENT: u16 = 3;
const REASONING: u16 = 4;
const ARGUMENTS: u16 = 5;
const CUSTOM_INPUT: u16 = 6;
const FUNCTION_CALL: u16 = 7;
const TRANSCRIPT: u16 = 8;
const TEXT_OF_COMPLETION: u16 = 9;
const CONTENT_PART: u16 = 10;
const DETAIL_TEXT: u16 = 11;
const DETAIL_SUMMARY: u16 = 12;
const THINKING_PART: u16 = 13;

const fn lane(number: u16) -> Shape {
    Shape::leaf(Leaf::Lane(Channel { number, format: LaneFormat::Plain }))
}

const fn json_lane(number: u16) -> Shape {
    Shape::leaf(Leaf::Lane(Channel { number, format: LaneFormat::Json })).sink(Sink::ClientTool)
}

/// A whole answer or a chunk of a stream; an error; a list of models.
pub(super) static ANSWER: Shape = Shape::object(&[
    ("choices", &CHOICES),
    ("id", &ID),
    ("object", &OBJECT),
    ("model", &MODEL),
    ("created", &NUMBER),
    ("system_fingerprint", &ID),
    ("service_tier", &TIER),
    ("usage", &FREE),
    ("error", &FREE),
    ("obfuscation", &OBFUSCATION),
    ("data", &MODELS),
]);
static OBJECT: Shape = Shape::leaf(Leaf::Word(&[
    "chat.completion",
    "chat.completion.chunk",
    "text_completion",
    "list",
    "model",
]));
static TIER: Shape = Shape::leaf(Leaf::Word(&["auto", "default", "flex", "scale", "priority", "standard"]));
/// Padding without meaning.
static OBFUSCATION: Shape = Shape::leaf(Leaf::Data(DataClass::Encrypted));
static MODELS: Shape = Shape::array(&MODEL_ENTRY);
static MODEL_ENTRY: Shape = Shape::object(&[("id", &MODEL), ("object", &OBJECT), ("owned_by", &TEXT)]);

static CHOICES: Shape = Shape::array(&CHOICE);
static CHOICE: Shape = Shape::object(&[
    ("index", &NUMBER),
    ("message", &MESSAGE),
    ("delta", &MESSAGE),
    ("text", &COMPLETION_TEXT),
    ("finish_reason", &FINISH),
    ("native_finish_reason", &TEXT),
    ("logprobs", &LOGPROBS),
])
.counted(&[(Counted::Part, "index")]);
static COMPLETION_TEXT: Shape = lane(TEXT_OF_COMPLETION);
static FINISH: Shape =
    Shape::leaf(Leaf::Word(&["stop", "length", "tool_calls", "content_filter", "function_call", "error"]));
static LOGPROBS: Shape = Shape::logprobs();

static MESSAGE: Shape = Shape::object(&[
    ("role", &ROLE),
    ("content", &MESSAGE_CONTENT),
    ("refusal", &REFUSAL_LANE),
    ("reasoning_content", &REASONING_CONTENT_LANE),
    ("reasoning", &REASONING_LANE),
    ("reasoning_details", &REASONING_DETAILS),
    ("tool_calls", &TOOL_CALLS),
    ("function_call", &FUNCTION_CALL_SHAPE),
    ("audio", &AUDIO),
    ("annotations", &FREE),
    ("id", &ID),
    ("name", &TEXT),
])
.rest(&NAMED_LANE);
static ROLE: Shape = Shape::leaf(Leaf::Word(&["assistant", "system", "user", "tool", "developer"]));
/// Words by which a member of tomorrow is known as text in pieces. What has none of them is restored whole: a status in one
/// piece must not arrive in two.
static NAMED_LANE: Shape = Shape::leaf(Leaf::NamedLane(&[
    "content",
    "text",
    "reason",
    "think",
    "thought",
    "summary",
    "refusal",
    "analysis",
    "transcript",
    "message",
]));
static REFUSAL_LANE: Shape = lane(REFUSAL);
static REASONING_CONTENT_LANE: Shape = lane(REASONING_CONTENT);
static REASONING_LANE: Shape = lane(REASONING);

static MESSAGE_CONTENT: Shape = lane(CONTENT).or_array(&PART);
static PART: Shape = Shape::object(&[("type", &PART_TYPE), ("text", &PART_TEXT), ("thinking", &THINKING)])
    .counted(&[(Counted::Index, "index")]);
static PART_TYPE: Shape = Shape::leaf(Leaf::Word(&["text", "thinking", "refusal", "reference", "image_url"]));
static PART_TEXT: Shape = lane(CONTENT_PART);
static THINKING: Shape = lane(THINKING_PART).or_array(&THINKING_ITEM);
static THINKING_ITEM: Shape = Shape::object(&[("type", &PART_TYPE), ("text", &THINKING_TEXT)]);
static THINKING_TEXT: Shape = lane(THINKING_PART);

static REASONING_DETAILS: Shape = Shape::array(&REASONING_DETAIL);
static REASONING_DETAIL: Shape = Shape::object(&[
    ("type", &DETAIL_TYPE),
    ("text", &DETAIL_TEXT_LANE),
    ("summary", &DETAIL_SUMMARY_LANE),
    ("data", &ENCRYPTED),
    ("signature", &SIGNATURE),
    ("id", &ID),
    ("index", &NUMBER),
])
.counted(&[(Counted::Index, "index")]);
static DETAIL_TYPE: Shape =
    Shape::leaf(Leaf::Word(&["reasoning.text", "reasoning.summary", "reasoning.encrypted"]));
static DETAIL_TEXT_LANE: Shape = lane(DETAIL_TEXT);
static DETAIL_SUMMARY_LANE: Shape = lane(DETAIL_SUMMARY);

static TOOL_CALLS: Shape = Shape::array(&TOOL_CALL).sink(Sink::ClientTool);
static TOOL_CALL: Shape = Shape::object(&[
    ("index", &NUMBER),
    ("id", &ID),
    ("type", &TOOL_TYPE),
    ("function", &FUNCTION),
    ("custom", &CUSTOM),
    ("extra_content", &EXTRA),
])
.counted(&[(Counted::Index, "index")]);
static TOOL_TYPE: Shape = Shape::leaf(Leaf::Word(&["function", "custom"]));
static FUNCTION: Shape = Shape::object(&[("name", &TOOL_NAME), ("arguments", &ARGUMENTS_LANE)]);
static ARGUMENTS_LANE: Shape = json_lane(ARGUMENTS);
static CUSTOM: Shape = Shape::object(&[("name", &TOOL_NAME), ("input", &CUSTOM_LANE)]);
static CUSTOM_LANE: Shape = lane(CUSTOM_INPUT);
static EXTRA: Shape = Shape::object(&[("google", &EXTRA_GOOGLE)]);
static EXTRA_GOOGLE: Shape = Shape::object(&[("thought_signature", &SIGNATURE)]);
static FUNCTION_CALL_SHAPE: Shape =
    Shape::object(&[("name", &TOOL_NAME), ("arguments", &FUNCTION_CALL_LANE)]).sink(Sink::ClientTool);
static FUNCTION_CALL_LANE: Shape = json_lane(FUNCTION_CALL);

static AUDIO: Shape = Shape::object(&[
    ("id", &ID),
    ("data", &AUDIO_DATA),
    ("transcript", &TRANSCRIPT_LANE),
    ("expires_at", &NUMBER),
]);
static AUDIO_DATA: Shape = Shape::leaf(Leaf::Data(DataClass::Audio));
static TRANSCRIPT_LANE: Shape = lane(TRANSCRIPT);

/// Notes what an answer or a chunk says about itself.
pub(super) fn note(text: &str, tape: &Tape, facts: &mut AnswerFacts) {
    let root = NodeId::ROOT;
    let whole = |object: NodeId, name: &str| {
        tape.member(text, object, name).and_then(|value| tape.whole(text, value))
    };
    if tape.member(text, root, "error").is_some_and(|error| tape.kind(error) != Kind::Null) {
        facts.is_error = true;
    }
    let usage = tape.member(text, root, "usage").filter(|usage| tape.kind(*usage) == Kind::Object);
    if let Some(usage) = usage {
        let input = whole(usage, "prompt_tokens");
        let output = whole(usage, "completion_tokens");
        if input.is_some() || output.is_some() {
            facts.usage = Some(Usage { input: input.unwrap_or(0), output: output.unwrap_or(0) });
        }
    }
    if facts.finish.is_none() {
        let reason = choices(text, tape).find_map(|choice| tape.member_text(text, choice, "finish_reason"));
        facts.finish = reason.filter(|reason| look::like_a_name(reason)).map(std::borrow::Cow::into_owned);
    }
}

fn choices<'t>(text: &'t str, tape: &'t Tape) -> impl Iterator<Item = NodeId> + 't {
    tape.member(text, NodeId::ROOT, "choices").into_iter().flat_map(|choices| tape.items(choices))
}

/// The chunks of one stream.
pub(super) struct Chunks {
    endpoint: Endpoint,
    /// The members that every chunk repeats, as the latest one has them.
    head: String,
    /// Choices that have begun and not finished.
    unfinished: Vec<u32>,
    any_finished: bool,
    done: bool,
}

impl Chunks {
    pub(super) fn new(endpoint: Endpoint) -> Self {
        Self { endpoint, head: String::new(), unfinished: Vec::new(), any_finished: false, done: false }
    }

    fn remember_head(&mut self, text: &str, tape: &Tape) {
        self.head.clear();
        for (name, value) in tape.members(NodeId::ROOT) {
            let says = tape.content(text, name);
            if ["id", "object", "created", "model", "system_fingerprint", "service_tier", "provider"]
                .contains(&says)
                && !matches!(tape.kind(value), Kind::Object | Kind::Array)
            {
                self.head.push_str(tape.raw(text, name));
                self.head.push(':');
                self.head.push_str(tape.raw(text, value));
                self.head.push(',');
            }
        }
    }
}

impl Events for Chunks {
    fn shape(&self) -> &'static Shape {
        &ANSWER
    }

    fn is_last(&self, data: &str) -> bool {
        data.trim() == "[DONE]"
    }

    fn note_last(&mut self) {
        self.done = true;
    }

    fn note(&mut self, text: &str, tape: &Tape, facts: &mut AnswerFacts) -> Ends {
        note(text, tape, facts);
        if facts.is_error {
            return Ends::All;
        }
        let mut ended = Vec::new();
        let mut any = false;
        for (place, choice) in choices(text, tape).enumerate() {
            any = true;
            let index = tape.member(text, choice, "index").and_then(|index| tape.whole(text, index));
            let part = index.and_then(|index| u32::try_from(index).ok());
            let part = part.unwrap_or(u32::try_from(place).unwrap_or(u32::MAX));
            let reason = tape.member(text, choice, "finish_reason");
            if reason.is_some_and(|reason| tape.kind(reason) != Kind::Null) {
                self.any_finished = true;
                self.unfinished.retain(|other| *other != part);
                ended.push(Ended::part(part));
            } else if !self.unfinished.contains(&part) && self.unfinished.len() < CHOICES_MAX {
                self.unfinished.push(part);
            }
        }
        if any {
            self.remember_head(text, tape);
        }
        if ended.is_empty() { Ends::NONE } else { Ends::Some(ended) }
    }

    fn sink(&self, lane: Lane) -> Sink {
        lane.sink
    }

    fn rest_of(&self, lane: Lane, name: Option<&str>, text: &str) -> String {
        let LaneId { part, channel, index } = lane.id;
        let text = quoted(text);
        let mut event = format!("data: {{{}\"choices\":[{{\"index\":{part},", self.head);
        let delta = match channel {
            REFUSAL => format!(r#"{{"refusal":{text}}}"#),
            REASONING_CONTENT => format!(r#"{{"reasoning_content":{text}}}"#),
            REASONING => format!(r#"{{"reasoning":{text}}}"#),
            ARGUMENTS => {
                format!(r#"{{"tool_calls":[{{"index":{index},"function":{{"arguments":{text}}}}}]}}"#)
            }
            CUSTOM_INPUT => format!(r#"{{"tool_calls":[{{"index":{index},"custom":{{"input":{text}}}}}]}}"#),
            FUNCTION_CALL => format!(r#"{{"function_call":{{"arguments":{text}}}}}"#),
            TRANSCRIPT => format!(r#"{{"audio":{{"transcript":{text}}}}}"#),
            CONTENT_PART => format!(r#"{{"content":[{{"type":"text","text":{text}}}]}}"#),
            THINKING_PART => {
                format!(
                    r#"{{"content":[{{"type":"thinking","thinking":[{{"type":"text","text":{text}}}]}}]}}"#
                )
            }
            DETAIL_TEXT => {
                format!(
                    r#"{{"reasoning_details":[{{"type":"reasoning.text","index":{index},"text":{text}}}]}}"#
                )
            }
            DETAIL_SUMMARY => {
                format!(
                    r#"{{"reasoning_details":[{{"type":"reasoning.summary","index":{index},"summary":{text}}}]}}"#
                )
            }
            _ => format!("{{{}:{text}}}", quoted(name.unwrap_or("content"))),
        };
        // Writing to a string does not fail.
        let _ = match self.endpoint {
            Endpoint::Completions => {
                write!(event, r#""text":{text},"logprobs":null,"finish_reason":null}}]}}"#)
            }
            _ => write!(event, r#""delta":{delta},"finish_reason":null}}]}}"#),
        };
        event.push_str("\n\n");
        event
    }

    /// With `[DONE]`, or, where a server leaves it out, with the end of every choice.
    fn is_complete(&self) -> bool {
        self.done || (self.any_finished && self.unfinished.is_empty())
    }
}

/// Most choices whose end is waited for.
const CHOICES_MAX: usize = 4096;
