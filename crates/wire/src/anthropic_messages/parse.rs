//! What stands where in a request.
//!
//! The table names what is structure and what needs more than a look (opaque content, signatures, names of tools). What it
//! does not name is scanned: block types of tomorrow, results of hosted tools, fields of betas.

use types::{DataClass, Role};

use crate::Endpoint;
use crate::facts::RequestFacts;
use crate::json::{Kind, NodeId, Tape};
use crate::malformed::Wrong;
use crate::needs;
use crate::shape::{
    ENCRYPTED, FILE_ID, FREE, ID, Leaf, MEDIA_TYPE, MODEL, NAMED, NUMBER, SCHEMA, SIGNATURE, Shape, TEXT,
    TEXTS, TOOL_NAME,
};

/// The shape of a request body.
pub(super) fn shape(endpoint: Endpoint) -> Option<&'static Shape> {
    match endpoint {
        Endpoint::Messages | Endpoint::CountTokens => Some(&REQUEST),
        Endpoint::ChatCompletions | Endpoint::Completions | Endpoint::Models | Endpoint::Model => None,
    }
}

static REQUEST: Shape = Shape::object(&[
    ("model", &MODEL),
    ("messages", &MESSAGES),
    ("system", &SYSTEM),
    ("tools", &TOOLS),
    ("tool_choice", &TOOL_CHOICE),
    ("stop_sequences", &TEXTS),
    ("metadata", &METADATA),
    ("user_profile_id", &NAMED),
    ("thinking", &THINKING_SETTING),
    ("output_config", &OUTPUT_CONFIG),
    ("output_format", &OUTPUT_FORMAT),
    ("mcp_servers", &FREE),
    ("service_tier", &TIER),
    ("speed", &SPEED),
    ("inference_geo", &GEO),
    ("workspace_id", &ID),
    ("container", &CONTAINER),
    ("diagnostics", &DIAGNOSTICS),
    ("cache_control", &CACHE_CONTROL),
    ("max_tokens", &NUMBER),
    ("temperature", &NUMBER),
    ("top_p", &NUMBER),
    ("top_k", &NUMBER),
    ("stream", &NUMBER),
]);

static MESSAGES: Shape = Shape::array(&MESSAGE);
static MESSAGE: Shape = Shape::object(&[("role", &ROLE), ("content", &CONTENT)]).turn();
static ROLE: Shape = Shape::leaf(Leaf::Word(&["user", "assistant", "system"]));
static SYSTEM: Shape = Shape::leaf(Leaf::Text).or_array(&BLOCK).role(Role::System);

static CONTENT: Shape = Shape::leaf(Leaf::Text).or_array(&BLOCK);
static BLOCK: Shape = Shape::object(&[
    ("cache_control", &CACHE_CONTROL),
    ("citations", &CITATIONS),
    ("encrypted_content", &ENCRYPTED),
    ("encrypted_stdout", &ENCRYPTED),
    ("encrypted_index", &ENCRYPTED),
    ("file_id", &FILE_ID),
])
.by(
    "type",
    &[
        ("text", &TEXT_BLOCK),
        ("thinking", &THINKING_BLOCK),
        ("redacted_thinking", &REDACTED_BLOCK),
        ("tool_use", &TOOL_USE),
        ("server_tool_use", &TOOL_USE),
        ("mcp_tool_use", &TOOL_USE),
        ("tool_result", &TOOL_RESULT),
        ("mcp_tool_result", &TOOL_RESULT),
        ("web_search_tool_result", &HOSTED_RESULT),
        ("web_fetch_tool_result", &HOSTED_RESULT),
        ("code_execution_tool_result", &HOSTED_RESULT),
        ("bash_code_execution_tool_result", &HOSTED_RESULT),
        ("text_editor_code_execution_tool_result", &HOSTED_RESULT),
        ("tool_search_tool_result", &HOSTED_RESULT),
        ("image", &IMAGE_BLOCK),
        ("document", &DOCUMENT_BLOCK),
        ("search_result", &SEARCH_RESULT),
        ("container_upload", &CONTAINER_UPLOAD),
        ("tool_reference", &TOOL_REFERENCE),
        ("compaction", &TEXT_LIKE),
    ],
)
.part();

static CACHE_CONTROL: Shape = Shape::object(&[("type", &CACHE_TYPE), ("ttl", &CACHE_TTL)]);
static CACHE_TYPE: Shape = Shape::leaf(Leaf::Word(&["ephemeral"]));
static CACHE_TTL: Shape = Shape::leaf(Leaf::Word(&["5m", "1h"]));
static TEXT_BLOCK: Shape = Shape::object(&[("text", &TEXT)]);
static TEXT_LIKE: Shape = Shape::object(&[("content", &CONTENT)]);
static THINKING_BLOCK: Shape = Shape::object(&[("thinking", &TEXT), ("signature", &SIGNATURE)]).signed();
static REDACTED_BLOCK: Shape = Shape::object(&[("data", &ENCRYPTED_BLOCK)]).opaque(DataClass::Encrypted);
/// The block around it is the part that would go.
static ENCRYPTED_BLOCK: Shape = Shape::leaf(Leaf::Data(DataClass::Encrypted));

static TOOL_USE: Shape = Shape::object(&[
    ("id", &ID),
    ("name", &TOOL_NAME),
    ("input", &FREE),
    ("server_name", &TOOL_NAME),
    ("caller", &CALLER),
]);
static CALLER: Shape = Shape::object(&[("type", &CALLER_TYPE), ("tool_id", &ID)]);
static CALLER_TYPE: Shape = Shape::leaf(Leaf::HostedTool(&["direct"]));
static TOOL_RESULT: Shape =
    Shape::object(&[("tool_use_id", &ID), ("content", &CONTENT), ("is_error", &NUMBER)]).role(Role::Tool);

/// What a tool that the provider ran gave: free, with what is encrypted or kept at the provider named.
static HOSTED_RESULT: Shape =
    Shape::object(&[("tool_use_id", &ID), ("content", &HOSTED_CONTENT), ("caller", &CALLER)])
        .role(Role::Tool)
        .any_content();
static HOSTED_CONTENT: Shape =
    Shape::leaf(Leaf::Text).or_array(&HOSTED_ITEM).or_object(&HOSTED_MEMBERS).rest(&FREE);
static HOSTED_ITEM: Shape = Shape::object(&HOSTED_MEMBERS);
static HOSTED_MEMBERS: [(&str, &Shape); 9] = [
    ("type", &HOSTED_TYPE),
    ("encrypted_content", &ENCRYPTED),
    ("encrypted_stdout", &ENCRYPTED),
    ("encrypted_index", &ENCRYPTED),
    ("file_id", &ID),
    ("tool_name", &TOOL_NAME),
    ("return_code", &NUMBER),
    ("content", &HOSTED_INNER),
    ("tool_references", &TOOL_REFERENCES),
];
/// A fetched page is a document; the output of a program is a list of files.
static HOSTED_INNER: Shape = Shape::leaf(Leaf::Text).or_array(&HOSTED_ITEM).or_object(&DOCUMENT_MEMBERS);
static HOSTED_TYPE: Shape = Shape::leaf(Leaf::Word(&[
    "web_search_result",
    "web_fetch_result",
    "web_search_tool_result_error",
    "web_fetch_tool_result_error",
    "code_execution_result",
    "code_execution_tool_result_error",
    "bash_code_execution_tool_result_error",
    "text_editor_code_execution_tool_result_error",
    "tool_search_tool_result_error",
    "encrypted_code_execution_result",
    "code_execution_output",
    "bash_code_execution_result",
    "bash_code_execution_output",
    "text_editor_code_execution_view_result",
    "text_editor_code_execution_create_result",
    "text_editor_code_execution_str_replace_result",
    "tool_search_tool_search_result",
    "tool_reference",
]));
static TOOL_REFERENCES: Shape = Shape::array(&TOOL_REFERENCE_ITEM);
static TOOL_REFERENCE_ITEM: Shape = Shape::object(&[("type", &HOSTED_TYPE), ("tool_name", &TOOL_NAME)]);
static TOOL_REFERENCE: Shape = Shape::object(&[("tool_name", &TOOL_NAME)]);

static TRANSFORMATIONS: Shape = Shape::object(&[("oversized_image", &OVERSIZED)]);
static OVERSIZED: Shape = Shape::leaf(Leaf::Word(&["downsize", "error"]));
static IMAGE_BLOCK: Shape =
    Shape::object(&[("source", &IMAGE_SOURCE), ("transformations", &TRANSFORMATIONS)])
        .opaque(DataClass::Image);
static IMAGE_SOURCE: Shape = Shape::object(&[("media_type", &MEDIA_TYPE)])
    .by("type", &[("base64", &IMAGE_DATA), ("url", &IMAGE_URL), ("file", &SOURCE_FILE)]);
static IMAGE_DATA: Shape = Shape::object(&[("data", &IMAGE_BYTES)]);
static IMAGE_BYTES: Shape = Shape::leaf(Leaf::Data(DataClass::Image));
static IMAGE_URL: Shape = Shape::object(&[("url", &IMAGE_LINK)]);
static IMAGE_LINK: Shape = Shape::leaf(Leaf::Url(DataClass::Image));
static SOURCE_FILE: Shape = Shape::object(&[("file_id", &FILE_ID)]);

static DOCUMENT_BLOCK: Shape = Shape::object(&DOCUMENT_MEMBERS);
static DOCUMENT_MEMBERS: [(&str, &Shape); 6] = [
    ("type", &DOCUMENT_TYPE),
    ("source", &DOCUMENT_SOURCE),
    ("title", &TEXT),
    ("context", &TEXT),
    ("citations", &CITATIONS),
    ("cache_control", &CACHE_CONTROL),
];
static DOCUMENT_TYPE: Shape = Shape::leaf(Leaf::Word(&["document"]));
/// A source of unknown type is taken for text.
static DOCUMENT_SOURCE: Shape = Shape::object(&[("media_type", &MEDIA_TYPE)]).by(
    "type",
    &[
        ("text", &SOURCE_TEXT),
        ("content", &TEXT_LIKE),
        ("base64", &DOCUMENT_DATA),
        ("url", &DOCUMENT_URL),
        ("file", &DOCUMENT_FILE),
    ],
);
static SOURCE_TEXT: Shape = Shape::object(&[("data", &TEXT)]);
static DOCUMENT_DATA: Shape = Shape::object(&[("data", &DOCUMENT_BYTES)]).opaque(DataClass::Document);
static DOCUMENT_BYTES: Shape = Shape::leaf(Leaf::Data(DataClass::Document));
static DOCUMENT_URL: Shape = Shape::object(&[("url", &DOCUMENT_LINK)]).opaque(DataClass::Document);
static DOCUMENT_LINK: Shape = Shape::leaf(Leaf::Url(DataClass::Document));
static DOCUMENT_FILE: Shape = Shape::object(&[("file_id", &FILE_ID)]).opaque(DataClass::Document);
static CONTAINER_UPLOAD: Shape = Shape::object(&[("file_id", &FILE_ID)]).opaque(DataClass::Document);
static SEARCH_RESULT: Shape =
    Shape::object(&[("source", &TEXT), ("title", &TEXT), ("content", &CONTENT), ("citations", &CITATIONS)]);

/// In a document a setting, in a text a list.
static CITATIONS: Shape = Shape::object(&[("enabled", &NUMBER)]).or_array(&CITATION);
static CITATION: Shape = Shape::object(&[
    ("type", &CITATION_TYPE),
    ("cited_text", &TEXT),
    ("document_title", &TEXT),
    ("title", &TEXT),
    ("url", &TEXT),
    ("source", &TEXT),
    ("file_id", &ID),
    ("encrypted_index", &ENCRYPTED),
    ("document_index", &NUMBER),
    ("search_result_index", &NUMBER),
    ("start_char_index", &NUMBER),
    ("end_char_index", &NUMBER),
    ("start_page_number", &NUMBER),
    ("end_page_number", &NUMBER),
    ("start_block_index", &NUMBER),
    ("end_block_index", &NUMBER),
]);
static CITATION_TYPE: Shape = Shape::leaf(Leaf::Word(&[
    "char_location",
    "page_location",
    "content_block_location",
    "web_search_result_location",
    "search_result_location",
]));

static TOOLS: Shape = Shape::array(&TOOL).role(Role::Definition);
/// Hosted tools come in dated types; a type that nobody knows is scanned like everything else.
static TOOL: Shape = Shape::object(&[
    ("type", &TOOL_TYPE),
    ("name", &TOOL_NAME),
    ("description", &TEXT),
    ("input_schema", &SCHEMA),
    ("input_examples", &FREE),
    ("cache_control", &CACHE_CONTROL),
    ("mcp_server_name", &TOOL_NAME),
    ("allowed_callers", &CALLERS),
    ("defer_loading", &NUMBER),
    ("strict", &NUMBER),
    ("eager_input_streaming", &NUMBER),
    ("max_uses", &NUMBER),
    ("max_characters", &NUMBER),
    ("max_content_tokens", &NUMBER),
    ("display_width_px", &NUMBER),
    ("display_height_px", &NUMBER),
    ("display_number", &NUMBER),
]);
static CALLERS: Shape = Shape::array(&CALLER_TYPE);
static TOOL_TYPE: Shape = Shape::leaf(Leaf::HostedTool(&[
    "custom",
    "mcp_toolset",
    "tool_search_tool_bm25",
    "tool_search_tool_regex",
]));
static TOOL_CHOICE: Shape =
    Shape::object(&[("type", &TOOL_CHOICE_TYPE), ("name", &TOOL_NAME)]).role(Role::Definition);
static TOOL_CHOICE_TYPE: Shape = Shape::leaf(Leaf::Word(&["auto", "any", "tool", "none"]));

static METADATA: Shape = Shape::object(&[("user_id", &NAMED)]);
static THINKING_SETTING: Shape =
    Shape::object(&[("type", &THINKING_TYPE), ("budget_tokens", &NUMBER), ("display", &DISPLAY)]);
static THINKING_TYPE: Shape = Shape::leaf(Leaf::Word(&["enabled", "disabled", "adaptive", "between_tools"]));
static DISPLAY: Shape = Shape::leaf(Leaf::Word(&["summarized", "omitted", "full"]));
static OUTPUT_CONFIG: Shape =
    Shape::object(&[("effort", &EFFORT), ("format", &OUTPUT_FORMAT)]).role(Role::Definition);
static OUTPUT_FORMAT: Shape =
    Shape::object(&[("type", &OUTPUT_FORMAT_TYPE), ("schema", &SCHEMA)]).role(Role::Definition);
static OUTPUT_FORMAT_TYPE: Shape = Shape::leaf(Leaf::Word(&["json_schema", "text"]));
static EFFORT: Shape = Shape::leaf(Leaf::Word(&["low", "medium", "high", "xhigh", "max"]));
static TIER: Shape = Shape::leaf(Leaf::Word(&["auto", "standard_only", "priority", "standard", "batch"]));
static SPEED: Shape = Shape::leaf(Leaf::Word(&["standard", "fast"]));
static GEO: Shape = Shape::leaf(Leaf::Word(&["global", "us", "eu", "uk", "jp", "apac", "not_available"]));
static CONTAINER: Shape = Shape::leaf(Leaf::Id).or_object(&[("id", &ID), ("skills", &SKILLS)]);
static DIAGNOSTICS: Shape = Shape::object(&[("previous_message_id", &ID)]);
static SKILLS: Shape = Shape::array(&SKILL);
static SKILL: Shape = Shape::object(&[("type", &SKILL_TYPE), ("skill_id", &TEXT), ("version", &TEXT)]);
static SKILL_TYPE: Shape = Shape::leaf(Leaf::Word(&["anthropic", "custom"]));

/// What a request asks for, and whether it is of the types that the endpoint needs.
pub(super) fn facts(text: &str, tape: &Tape) -> Result<RequestFacts, Wrong> {
    let root = NodeId::ROOT;
    needs::object(tape)?;
    let member = |name: &str| tape.member(text, root, name);
    needs::messages(text, tape)?;
    let model = needs::model(text, tape)?;
    let stream = needs::flag(text, tape, "stream", "/stream")?;
    let container = member("container").filter(|value| tape.kind(*value) != Kind::Null);
    Ok(RequestFacts {
        model,
        stream,
        turns: Vec::new(),
        keeps_state: container.is_some(),
        choices: 1,
        output_tokens_max: member("max_tokens").and_then(|value| tape.whole(text, value)),
        wants_usage: true,
        wants_logprobs: false,
    })
}
