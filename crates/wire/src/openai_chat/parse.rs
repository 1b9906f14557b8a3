//! What stands where in a request.
//!
//! The table names what is structure and what needs more than a look (JSON in strings, opaque content, names of tools).
//! What it does not name is scanned. Conversation ids, user ids and cache keys are text: applications put e-mail addresses
//! there.

use types::{DataClass, Role};

use crate::Endpoint;
use crate::facts::RequestFacts;
use crate::json::{Kind, NodeId, Tape};
use crate::malformed::{MalformedReason, Wrong};
use crate::needs;
use crate::shape::{
    ARGUMENTS, ENCRYPTED, FILE_ID, FREE, ID, Leaf, MODEL, NAMED, NUMBER, SCHEMA, SIGNATURE, Shape, TEXT,
    TEXTS, TOOL_NAME,
};

/// The shape of a request body.
pub(super) fn shape(endpoint: Endpoint) -> Option<&'static Shape> {
    match endpoint {
        Endpoint::ChatCompletions | Endpoint::Completions => Some(&REQUEST),
        Endpoint::Models | Endpoint::Model | Endpoint::Messages | Endpoint::CountTokens => None,
    }
}

static REQUEST: Shape = Shape::object(&[
    ("model", &MODEL),
    ("messages", &MESSAGES),
    ("prompt", &PROMPT),
    ("suffix", &SUFFIX),
    ("tools", &TOOLS),
    ("functions", &FUNCTIONS),
    ("tool_choice", &TOOL_CHOICE),
    ("function_call", &FUNCTION_CHOICE),
    ("response_format", &RESPONSE_FORMAT),
    ("stop", &TEXTS),
    ("prediction", &PREDICTION),
    ("web_search_options", &WEB_SEARCH),
    ("user", &NAMED),
    ("safety_identifier", &NAMED),
    ("prompt_cache_key", &NAMED),
    ("metadata", &FREE),
    ("modalities", &MODALITIES),
    ("audio", &AUDIO_OUT),
    ("service_tier", &TIER),
    ("reasoning_effort", &EFFORT),
    ("reasoning", &REASONING),
    ("verbosity", &EFFORT),
    ("prompt_cache_retention", &RETENTION),
    ("logit_bias", &LOGIT_BIAS),
    ("stream_options", &STREAM_OPTIONS),
    ("seed", &NUMBER),
    ("n", &NUMBER),
    ("best_of", &NUMBER),
    ("max_tokens", &NUMBER),
    ("max_completion_tokens", &NUMBER),
    ("temperature", &NUMBER),
    ("top_p", &NUMBER),
    ("top_k", &NUMBER),
    ("min_p", &NUMBER),
    ("presence_penalty", &NUMBER),
    ("frequency_penalty", &NUMBER),
    ("repetition_penalty", &NUMBER),
    ("logprobs", &NUMBER),
    ("top_logprobs", &NUMBER),
    ("stream", &NUMBER),
    ("store", &NUMBER),
    ("echo", &NUMBER),
    ("parallel_tool_calls", &NUMBER),
]);

static MESSAGES: Shape = Shape::array(&MESSAGE);
static MESSAGE: Shape = Shape::object(&[
    ("role", &ROLE),
    ("content", &CONTENT),
    ("name", &NAMED),
    ("refusal", &TEXT),
    ("tool_calls", &TOOL_CALLS),
    ("tool_call_id", &ID),
    ("function_call", &FUNCTION_CALL),
    ("reasoning_content", &TEXT),
    ("reasoning", &TEXT),
    ("reasoning_details", &REASONING_DETAILS),
    ("audio", &AUDIO_BEFORE),
    ("annotations", &ANNOTATIONS),
])
.by("role", &[("tool", &TOOL_MESSAGE), ("function", &TOOL_MESSAGE)])
.turn();
/// The name of such a message is that of its tool.
static TOOL_MESSAGE: Shape = Shape::object(&[("name", &TOOL_NAME)]);
static ROLE: Shape =
    Shape::leaf(Leaf::Word(&["system", "developer", "user", "assistant", "tool", "function"]));

static CONTENT: Shape = Shape::leaf(Leaf::Text).or_array(&PART);
static PART: Shape = Shape::object(&[
    ("cache_control", &CACHE_CONTROL),
    ("prompt_cache_breakpoint", &BREAKPOINT),
    ("file_id", &FILE_ID),
])
.by(
    "type",
    &[
        ("text", &TEXT_PART),
        ("refusal", &REFUSAL_PART),
        ("image_url", &IMAGE_PART),
        ("input_audio", &AUDIO_PART),
        ("audio_url", &AUDIO_URL_PART),
        ("video_url", &VIDEO_PART),
        ("file", &FILE_PART),
        ("thinking", &THINKING_PART),
    ],
)
.part();
static CACHE_CONTROL: Shape = Shape::object(&[("type", &CACHE_TYPE), ("ttl", &CACHE_TTL)]);
static BREAKPOINT: Shape = Shape::object(&[("mode", &BREAKPOINT_MODE), ("ttl", &CACHE_TTL)]);
static BREAKPOINT_MODE: Shape = Shape::leaf(Leaf::Word(&["explicit"]));
static CACHE_TYPE: Shape = Shape::leaf(Leaf::Word(&["ephemeral"]));
static CACHE_TTL: Shape = Shape::leaf(Leaf::Word(&["5m", "30m", "1h", "12h"]));
static TEXT_PART: Shape = Shape::object(&[("text", &TEXT), ("annotations", &ANNOTATIONS)]);
static REFUSAL_PART: Shape = Shape::object(&[("refusal", &TEXT)]);
static IMAGE_PART: Shape = Shape::object(&[("image_url", &IMAGE)]).opaque(DataClass::Image);
static IMAGE: Shape =
    Shape::leaf(Leaf::Url(DataClass::Image)).or_object(&[("url", &IMAGE_URL), ("detail", &DETAIL)]);
static IMAGE_URL: Shape = Shape::leaf(Leaf::Url(DataClass::Image));
static DETAIL: Shape = Shape::leaf(Leaf::Word(&["auto", "low", "high", "original"]));
static AUDIO_PART: Shape = Shape::object(&[("input_audio", &AUDIO)]).opaque(DataClass::Audio);
static AUDIO: Shape = Shape::object(&[("data", &AUDIO_DATA), ("format", &AUDIO_FORMAT)]);
static AUDIO_DATA: Shape = Shape::leaf(Leaf::Data(DataClass::Audio));
static AUDIO_FORMAT: Shape =
    Shape::leaf(Leaf::Word(&["wav", "mp3", "flac", "opus", "aac", "pcm16", "pcm", "ogg", "m4a", "webm"]));
static AUDIO_URL_PART: Shape = Shape::object(&[("audio_url", &AUDIO_URL)]).opaque(DataClass::Audio);
static AUDIO_URL: Shape = Shape::leaf(Leaf::Url(DataClass::Audio)).or_object(&[("url", &AUDIO_LINK)]);
static AUDIO_LINK: Shape = Shape::leaf(Leaf::Url(DataClass::Audio));
/// A film is pictures: the class of pictures decides.
static VIDEO_PART: Shape = Shape::object(&[("video_url", &IMAGE)]).opaque(DataClass::Image);
static FILE_PART: Shape = Shape::object(&[("file", &FILE)]).opaque(DataClass::Document);
static FILE: Shape = Shape::object(&[
    ("file_data", &FILE_DATA),
    ("file_id", &FILE_ID),
    ("filename", &NAMED),
    ("file_url", &FILE_URL),
]);
static FILE_DATA: Shape = Shape::leaf(Leaf::Data(DataClass::Document));
static FILE_URL: Shape = Shape::leaf(Leaf::Url(DataClass::Document));
static THINKING_PART: Shape = Shape::object(&[("thinking", &CONTENT), ("signature", &SIGNATURE)]).signed();

static TOOL_CALLS: Shape = Shape::array(&TOOL_CALL);
static TOOL_CALL: Shape = Shape::object(&[
    ("id", &ID),
    ("type", &TOOL_TYPE),
    ("function", &FUNCTION_CALL),
    ("custom", &CUSTOM_CALL),
    ("index", &NUMBER),
    ("extra_content", &EXTRA),
]);
static TOOL_TYPE: Shape = Shape::leaf(Leaf::Word(&["function", "custom"]));
static FUNCTION_CALL: Shape = Shape::object(&[("name", &TOOL_NAME), ("arguments", &ARGUMENTS)]);
static CUSTOM_CALL: Shape = Shape::object(&[("name", &TOOL_NAME), ("input", &TEXT)]);
/// Gemini's signature of a thought, which its own surface of this dialect asks to get back.
static EXTRA: Shape = Shape::object(&[("google", &EXTRA_GOOGLE)]);
static EXTRA_GOOGLE: Shape = Shape::object(&[("thought_signature", &SIGNATURE)]);

static REASONING_DETAILS: Shape = Shape::leaf(Leaf::Text).or_array(&REASONING_DETAIL);
static REASONING_DETAIL: Shape = Shape::object(&[
    ("id", &ID),
    ("format", &REASONING_FORMAT),
    ("index", &NUMBER),
    ("signature", &SIGNATURE),
])
.by(
    "type",
    &[
        ("reasoning.text", &REASONING_TEXT),
        ("reasoning.summary", &REASONING_SUMMARY),
        ("reasoning.encrypted", &REASONING_ENCRYPTED),
    ],
);
static REASONING_TEXT: Shape = Shape::object(&[("text", &TEXT)]).signed();
static REASONING_SUMMARY: Shape = Shape::object(&[("summary", &TEXT)]);
static REASONING_ENCRYPTED: Shape = Shape::object(&[("data", &ENCRYPTED)]);
static REASONING_FORMAT: Shape = Shape::leaf(Leaf::Word(&[
    "unknown",
    "openai-responses-v1",
    "anthropic-claude-v1",
    "google-gemini-v1",
    "xai-responses-v1",
    "MiniMax-response-v1",
]));

/// An earlier spoken answer, which the provider keeps.
static AUDIO_BEFORE: Shape = Shape::object(&[("id", &ID), ("data", &AUDIO_DATA)]).opaque(DataClass::Audio);
static ANNOTATIONS: Shape = Shape::array(&ANNOTATION);
static ANNOTATION: Shape = Shape::object(&[("type", &ANNOTATION_TYPE), ("url_citation", &CITATION)]);
static ANNOTATION_TYPE: Shape = Shape::leaf(Leaf::Word(&["url_citation", "file_citation", "file"]));
static CITATION: Shape = Shape::object(&[
    ("url", &TEXT),
    ("title", &TEXT),
    ("content", &TEXT),
    ("start_index", &NUMBER),
    ("end_index", &NUMBER),
]);

static PROMPT: Shape = Shape::leaf(Leaf::Text).or_array(&TEXT).role(Role::User).turn();
static SUFFIX: Shape = Shape::leaf(Leaf::Text).role(Role::User);

static TOOLS: Shape = Shape::array(&TOOL).role(Role::Definition);
static TOOL: Shape = Shape::object(&[
    ("type", &TOOL_TYPE),
    ("function", &FUNCTION),
    ("custom", &CUSTOM),
    ("cache_control", &CACHE_CONTROL),
]);
static FUNCTIONS: Shape = Shape::array(&FUNCTION).role(Role::Definition);
static FUNCTION: Shape = Shape::object(&[
    ("name", &TOOL_NAME),
    ("description", &TEXT),
    ("parameters", &SCHEMA),
    ("strict", &NUMBER),
]);
static CUSTOM: Shape =
    Shape::object(&[("name", &TOOL_NAME), ("description", &TEXT), ("format", &CUSTOM_FORMAT)]);
static CUSTOM_FORMAT: Shape = Shape::object(&[("type", &CUSTOM_FORMAT_TYPE), ("grammar", &GRAMMAR)]);
static CUSTOM_FORMAT_TYPE: Shape = Shape::leaf(Leaf::Word(&["text", "grammar"]));
static GRAMMAR: Shape = Shape::object(&[("syntax", &GRAMMAR_SYNTAX), ("definition", &TEXT)]);
static GRAMMAR_SYNTAX: Shape = Shape::leaf(Leaf::Word(&["lark", "regex"]));

static TOOL_CHOICE: Shape = Shape::leaf(TOOL_CHOICE_WORD).role(Role::Definition).or_object(&[
    ("type", &TOOL_CHOICE_TYPE),
    ("function", &NAME_ONLY),
    ("custom", &NAME_ONLY),
    ("allowed_tools", &ALLOWED_TOOLS),
]);
const TOOL_CHOICE_WORD: Leaf = Leaf::Word(&["none", "auto", "required", "any"]);
static TOOL_CHOICE_MODE: Shape = Shape::leaf(TOOL_CHOICE_WORD);
static TOOL_CHOICE_TYPE: Shape = Shape::leaf(Leaf::Word(&["function", "custom", "allowed_tools"]));
static NAME_ONLY: Shape = Shape::object(&[("name", &TOOL_NAME)]);
static ALLOWED_TOOLS: Shape = Shape::object(&[("mode", &TOOL_CHOICE_MODE), ("tools", &ALLOWED_TOOL_LIST)]);
static ALLOWED_TOOL_LIST: Shape = Shape::array(&ALLOWED_TOOL);
static ALLOWED_TOOL: Shape =
    Shape::object(&[("type", &TOOL_TYPE), ("function", &NAME_ONLY), ("custom", &NAME_ONLY)]);
static FUNCTION_CHOICE: Shape =
    Shape::leaf(TOOL_CHOICE_WORD).role(Role::Definition).or_object(&[("name", &TOOL_NAME)]);

static RESPONSE_FORMAT: Shape =
    Shape::object(&[("type", &RESPONSE_FORMAT_TYPE), ("json_schema", &JSON_SCHEMA)]).role(Role::Definition);
static RESPONSE_FORMAT_TYPE: Shape =
    Shape::leaf(Leaf::Word(&["text", "json_object", "json_schema", "grammar", "python"]));
static JSON_SCHEMA: Shape =
    Shape::object(&[("name", &TOOL_NAME), ("description", &TEXT), ("schema", &SCHEMA), ("strict", &NUMBER)]);

static PREDICTION: Shape =
    Shape::object(&[("type", &PREDICTION_TYPE), ("content", &CONTENT)]).role(Role::Assistant);
static PREDICTION_TYPE: Shape = Shape::leaf(Leaf::Word(&["content"]));
static WEB_SEARCH: Shape = Shape::object(&[("search_context_size", &EFFORT), ("user_location", &LOCATION)]);
static LOCATION: Shape = Shape::object(&[("type", &LOCATION_TYPE), ("approximate", &FREE)]);
static LOCATION_TYPE: Shape = Shape::leaf(Leaf::Word(&["approximate"]));
static MODALITIES: Shape = Shape::array(&MODALITY);
static MODALITY: Shape = Shape::leaf(Leaf::Word(&["text", "audio", "image"]));
static AUDIO_OUT: Shape = Shape::object(&[("format", &AUDIO_FORMAT), ("voice", &VOICE)]);
static VOICE: Shape = Shape::leaf(Leaf::Word(&[
    "alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer", "verse", "marin",
    "cedar",
]))
.or_object(&[("id", &ID)]);
static TIER: Shape =
    Shape::leaf(Leaf::Word(&["auto", "default", "flex", "scale", "priority", "standard", "fast"]));
static EFFORT: Shape = Shape::leaf(EFFORT_WORD);
const EFFORT_WORD: Leaf = Leaf::Word(&["none", "minimal", "low", "medium", "high", "xhigh", "max", "auto"]);
static REASONING: Shape =
    Shape::object(&[("effort", &EFFORT), ("summary", &SUMMARY), ("max_tokens", &NUMBER)]);
static SUMMARY: Shape = Shape::leaf(Leaf::Word(&["auto", "concise", "detailed"]));
static RETENTION: Shape = Shape::leaf(Leaf::Word(&["in_memory", "in-memory", "24h"]));
/// Names are token ids.
static LOGIT_BIAS: Shape = Shape::object(&[]).rest(&NUMBER);
static STREAM_OPTIONS: Shape = Shape::object(&[("include_usage", &NUMBER), ("include_obfuscation", &NUMBER)]);

/// What a request asks for, and whether it is of the types that the endpoint needs.
pub(super) fn facts(endpoint: Endpoint, text: &str, tape: &Tape) -> Result<RequestFacts, Wrong> {
    let root = NodeId::ROOT;
    needs::object(tape)?;
    let member = |name: &str| tape.member(text, root, name);
    let whole = |name: &str| member(name).and_then(|value| tape.whole(text, value));
    match endpoint {
        Endpoint::Completions => check_prompt(tape, member("prompt"))?,
        _ => needs::messages(text, tape)?,
    }
    let options = member("stream_options");
    let wants_usage = options
        .and_then(|options| tape.member(text, options, "include_usage"))
        .is_some_and(|value| tape.kind(value) == Kind::True);
    let wants_logprobs = ["logprobs", "top_logprobs"]
        .iter()
        .filter_map(|name| member(name))
        .any(|value| !matches!(tape.kind(value), Kind::False | Kind::Null));
    Ok(RequestFacts {
        model: needs::model(text, tape)?,
        stream: needs::flag(text, tape, "stream", "/stream")?,
        turns: Vec::new(),
        keeps_state: needs::flag(text, tape, "store", "/store")?,
        choices: whole("n").and_then(|n| u32::try_from(n).ok()).unwrap_or(1).max(1),
        output_tokens_max: whole("max_completion_tokens").or_else(|| whole("max_tokens")),
        wants_usage,
        wants_logprobs,
    })
}

/// Refuses token ids: nobody can scan them.
fn check_prompt(tape: &Tape, prompt: Option<NodeId>) -> Result<(), Wrong> {
    let Some(prompt) = prompt else { return Ok(()) };
    match tape.kind(prompt) {
        Kind::Text | Kind::Null => Ok(()),
        Kind::Array => match tape.items(prompt).find(|item| tape.kind(*item) != Kind::Text) {
            None => Ok(()),
            Some(item) if matches!(tape.kind(item), Kind::Number | Kind::Array) => {
                Err(Wrong { reason: MalformedReason::TokenIds, path: "/prompt".to_owned(), node: item })
            }
            Some(item) => Err(Wrong::expected("a string", "/prompt", item)),
        },
        _ => Err(Wrong::expected("a string or an array of strings", "/prompt", prompt)),
    }
}
