//! `/v1/models`: what an app may use, answered by Cordon itself in the shape of the dialect. No provider is asked.

use exchange::App;
use http::HeaderValue;
use http::Response;
use http::header::CONTENT_TYPE;
use route::Router;
use serde_json::{Value, json};
use wire::DialectId;

use crate::refusal::Refusal;
use crate::reply::ReplyBody;

/// The list of models, or one of them.
///
/// # Errors
/// A model that the app may not use.
pub(crate) fn answer(
    router: &Router,
    dialect: DialectId,
    app: &App,
    id: Option<&str>,
) -> Result<Response<ReplyBody>, Refusal> {
    let listed = router.models(dialect.name(), &app.deployments, &app.aliases);
    let body = match id {
        None => list(dialect, &listed),
        Some(id) => {
            let by_name = listed.into_iter().find(|(name, _)| name == id);
            let by_pattern = || {
                let candidates = router.candidates(dialect.name(), id, &app.deployments, &app.aliases);
                candidates.into_iter().next().map(|candidate| (id.to_owned(), candidate.provider))
            };
            let (name, provider) = by_name.or_else(by_pattern).ok_or(Refusal::UnknownModel)?;
            one(dialect, &name, &provider)
        }
    };
    let mut response = Response::new(ReplyBody::whole(body.to_string()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

fn list(dialect: DialectId, listed: &[(String, String)]) -> Value {
    let data: Vec<Value> = listed.iter().map(|(name, provider)| one(dialect, name, provider)).collect();
    match dialect {
        DialectId::OpenAiChat => json!({"object": "list", "data": data}),
        DialectId::AnthropicMessages => {
            let name = |found: Option<&(String, String)>| found.map(|(name, _)| name.clone());
            json!({"data": data, "has_more": false, "first_id": name(listed.first()), "last_id": name(listed.last())})
        }
    }
}

fn one(dialect: DialectId, name: &str, provider: &str) -> Value {
    match dialect {
        DialectId::OpenAiChat => json!({"id": name, "object": "model", "created": 0, "owned_by": provider}),
        DialectId::AnthropicMessages => {
            json!({"type": "model", "id": name, "display_name": name, "created_at": "1970-01-01T00:00:00Z"})
        }
    }
}
