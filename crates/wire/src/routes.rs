//! Which paths are served, and what each of them is.
//!
//! One table, matched exactly: no folding of case, no `//`, no percent-decoding, no trailing slash. A path that is not in
//! the table is refused, so that no way exists past the parsers. Documentation of the routes is made from this table.

use crate::{DialectId, Endpoint};

/// One spelling of one endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteSpec {
    /// HTTP method, upper case.
    pub method: &'static str,
    /// Path at the gateway; may hold `{id}`, which stands for one path segment or the part of one before a fixed end.
    pub path: &'static str,
    /// The dialect that is spoken there.
    pub dialect: DialectId,
    /// What it does.
    pub endpoint: Endpoint,
    /// Path below the provider's host; may hold `{id}`.
    pub upstream_path: &'static str,
    /// One line for the reference.
    pub about: &'static str,
}

use DialectId::{AnthropicMessages, OpenAiChat};
use Endpoint::{ChatCompletions, Completions, CountTokens, Messages, Model, Models};

const fn route(
    method: &'static str,
    path: &'static str,
    dialect: DialectId,
    endpoint: Endpoint,
    upstream_path: &'static str,
) -> RouteSpec {
    let about = match endpoint {
        ChatCompletions => "chat completion, streamed or whole",
        Completions => "text completion of the older kind, streamed or whole",
        Models => "the models that this app may use",
        Model => "one model",
        Messages => "messages, streamed or whole",
        CountTokens => "tokens of a message, counted on what the provider would get",
    };
    RouteSpec { method, path, dialect, endpoint, upstream_path, about }
}

const CHAT: &str = "/v1/chat/completions";
const TEXT: &str = "/v1/completions";
const MESSAGES: &str = "/v1/messages";
const COUNT: &str = "/v1/messages/count_tokens";
const MODELS: &str = "/v1/models";
const MODEL: &str = "/v1/models/{id}";

/// Every route that is served, with all its spellings.
///
/// `/v1/models` stands in the table once per dialect: clients of both ask there, and the header `anthropic-version`
/// tells which answer they understand.
pub const ROUTES: &[RouteSpec] = &[
    route("POST", "/v1/chat/completions", OpenAiChat, ChatCompletions, CHAT),
    route("POST", "/openai/v1/chat/completions", OpenAiChat, ChatCompletions, CHAT),
    route("POST", "/v1/completions", OpenAiChat, Completions, TEXT),
    route("POST", "/openai/v1/completions", OpenAiChat, Completions, TEXT),
    route("GET", "/v1/models", OpenAiChat, Models, MODELS),
    route("GET", "/openai/v1/models", OpenAiChat, Models, MODELS),
    route("GET", "/v1/models/{id}", OpenAiChat, Model, MODEL),
    route("GET", "/openai/v1/models/{id}", OpenAiChat, Model, MODEL),
    route("POST", "/v1/messages", AnthropicMessages, Messages, MESSAGES),
    route("POST", "/anthropic/v1/messages", AnthropicMessages, Messages, MESSAGES),
    route("POST", "/v1/v1/messages", AnthropicMessages, Messages, MESSAGES),
    route("POST", "/v1/messages/count_tokens", AnthropicMessages, CountTokens, COUNT),
    route("POST", "/anthropic/v1/messages/count_tokens", AnthropicMessages, CountTokens, COUNT),
    route("POST", "/v1/v1/messages/count_tokens", AnthropicMessages, CountTokens, COUNT),
    route("GET", "/v1/models", AnthropicMessages, Models, MODELS),
    route("GET", "/anthropic/v1/models", AnthropicMessages, Models, MODELS),
    route("GET", "/v1/models/{id}", AnthropicMessages, Model, MODEL),
    route("GET", "/anthropic/v1/models/{id}", AnthropicMessages, Model, MODEL),
];

/// Longest `{id}` in a path, bytes.
const ID_BYTES_MAX: usize = 256;

/// Why no route answers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoRoute {
    /// Nothing is served under this path.
    #[error("nothing is served under this path; `ROUTES` lists what is")]
    UnknownPath {
        /// The dialect whose error shape the caller most likely understands.
        shape: DialectId,
    },
    /// The path is served with other methods.
    #[error("this path takes {}", allowed.join(", "))]
    WrongMethod {
        /// The methods that the path takes.
        allowed: Vec<&'static str>,
        /// The dialect whose error shape the caller understands.
        shape: DialectId,
    },
}

impl NoRoute {
    /// The dialect whose error shape fits the caller best.
    pub const fn shape(&self) -> DialectId {
        match self {
            Self::UnknownPath { shape } | Self::WrongMethod { shape, .. } => *shape,
        }
    }
}

/// The route of a request, and the `{id}` of its path where it has one.
///
/// `path` is the path without the query. `anthropic` says whether the request carries an `anthropic-version` header: it
/// decides where one path stands for two dialects. The match is exact; an `{id}` is one segment of letters, digits and
/// `-._~:@+`, so that nothing in it can name another path at the provider.
///
/// # Errors
/// [`NoRoute`] when nothing is served under the path, or not with this method.
pub fn resolve<'p>(
    method: &str,
    path: &'p str,
    anthropic: bool,
) -> Result<(&'static RouteSpec, Option<&'p str>), NoRoute> {
    let preferred = if anthropic { AnthropicMessages } else { OpenAiChat };
    let mut best: Option<(&'static RouteSpec, Option<&'p str>)> = None;
    let mut allowed = Vec::new();
    let mut shape = None;
    for spec in ROUTES {
        let Some(id) = matched(spec.path, path) else { continue };
        if shape != Some(preferred) {
            shape = Some(spec.dialect);
        }
        if spec.method != method {
            if !allowed.contains(&spec.method) {
                allowed.push(spec.method);
            }
        } else if best.is_none() || spec.dialect == preferred {
            best = Some((spec, id));
        }
    }
    match (best, shape) {
        (Some(found), _) => Ok(found),
        (None, Some(shape)) => Err(NoRoute::WrongMethod { allowed, shape }),
        (None, None) => Err(NoRoute::UnknownPath { shape: likely_shape(path, preferred) }),
    }
}

/// `Some` when the path fits the pattern; inside it the `{id}`.
fn matched<'p>(pattern: &str, path: &'p str) -> Option<Option<&'p str>> {
    match pattern.split_once("{id}") {
        None => (pattern == path).then_some(None),
        Some((before, behind)) => {
            let id = path.strip_prefix(before)?.strip_suffix(behind)?;
            let plain = |byte: u8| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':' | b'@' | b'+')
            };
            let fits = !id.is_empty()
                && id.len() <= ID_BYTES_MAX
                && id.bytes().all(plain)
                && id.bytes().any(|byte| byte.is_ascii_alphanumeric());
            fits.then_some(Some(id))
        }
    }
}

fn likely_shape(path: &str, preferred: DialectId) -> DialectId {
    let anthropic = ["/anthropic/", "/v1/messages", "/v1/v1/", "/v1/complete/"];
    if path.starts_with("/openai/") {
        OpenAiChat
    } else if path == "/v1/complete" || anthropic.iter().any(|start| path.starts_with(start)) {
        AnthropicMessages
    } else {
        preferred
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(method: &str, path: &str, anthropic: bool) -> (DialectId, Endpoint, Option<String>) {
        let (spec, id) = resolve(method, path, anthropic).unwrap();
        (spec.dialect, spec.endpoint, id.map(str::to_owned))
    }

    #[test]
    fn every_row_of_the_table_is_found() {
        for spec in ROUTES {
            let path = spec.path.replace("{id}", "gpt-4.1-mini");
            let (found, _) = resolve(spec.method, &path, spec.dialect == AnthropicMessages).unwrap();
            assert_eq!(found, spec);
        }
    }

    #[test]
    fn an_id_may_stand_before_a_fixed_end() {
        let id = |path| matched("/v1/models/{id}:answer", path);
        assert_eq!(id("/v1/models/m-1:answer"), Some(Some("m-1")));
        for path in ["/v1/models/m-1", "/v1/models/:answer", "/v1/models/a/b:answer", "/v1/models/m:answer:x"]
        {
            assert_eq!(id(path), None, "{path}");
        }
    }

    #[test]
    fn a_path_that_is_spelled_differently_is_no_route() {
        for path in [
            "/v1//chat/completions",
            "/v1/chat/completions/",
            "/V1/chat/completions",
            "/v1/chat%2fcompletions",
            "/v1/%63hat/completions",
            "/v1/./chat/completions",
            "/v1/chat/completions;x",
            "/v1/x/../messages",
            "/v1/messages ",
            "/v1/models/",
            "/v1/models/a/b",
            "/v1/models/..",
            "/v1/models/a%2e",
            "/v1/models/a;b",
            "/v1/embeddings",
            "v1/messages",
            "",
            "/",
        ] {
            assert!(matches!(resolve("POST", path, false), Err(NoRoute::UnknownPath { .. })), "{path}");
            assert!(matches!(resolve("GET", path, true), Err(NoRoute::UnknownPath { .. })), "{path}");
        }
    }

    #[test]
    fn another_method_names_the_ones_that_are_taken() {
        let refused = resolve("DELETE", "/v1/messages", false).unwrap_err();
        assert_eq!(refused, NoRoute::WrongMethod { allowed: vec!["POST"], shape: AnthropicMessages });
        assert_eq!(refused.to_string(), "this path takes POST");
        assert!(matches!(resolve("post", "/v1/messages", false), Err(NoRoute::WrongMethod { .. })));
    }

    #[test]
    fn the_version_header_decides_whose_models_are_asked_for() {
        assert_eq!(endpoint("GET", "/v1/models", false), (OpenAiChat, Models, None));
        assert_eq!(endpoint("GET", "/v1/models", true), (AnthropicMessages, Models, None));
        assert_eq!(endpoint("GET", "/v1/models/m-1", true), (AnthropicMessages, Model, Some("m-1".into())));
        assert_eq!(endpoint("GET", "/openai/v1/models", true), (OpenAiChat, Models, None));
        assert_eq!(endpoint("POST", "/v1/messages", false), (AnthropicMessages, Messages, None));
    }

    #[test]
    fn an_unknown_path_is_refused_in_the_shape_that_fits_it() {
        let shape = |path, anthropic| resolve("POST", path, anthropic).unwrap_err().shape();
        assert_eq!(shape("/v1/embeddings", false), OpenAiChat);
        assert_eq!(shape("/v1/embeddings", true), AnthropicMessages);
        assert_eq!(shape("/v1/messages/batches", false), AnthropicMessages);
        assert_eq!(shape("/openai/v1/files", true), OpenAiChat);
        assert_eq!(resolve("POST", "/v1/models", true).unwrap_err().shape(), AnthropicMessages);
    }
}
