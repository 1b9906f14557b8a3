//! Ids of a request: ours, and the one that the caller may have given it.
//!
//! Ours names the exchange in the ledger and stands in every answer as `x-cordon-request-id`. An id of the caller is taken
//! where it is a UUID, for the log and as `x-request-id` of the answer; anything else could hold a value and is left
//! alone. Where the provider sent an id of its own, clients want that one, and it stays.

use http::header::HeaderName;
use http::{HeaderMap, HeaderValue};
use types::ExchangeId;

const CORDON: HeaderName = HeaderName::from_static("x-cordon-request-id");

/// Names under which clients look for the id of a request.
const REQUEST: [HeaderName; 2] =
    [HeaderName::from_static("x-request-id"), HeaderName::from_static("request-id")];

/// The groups of a UUID, in hexadecimal digits.
const UUID_GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

/// The ids of a request.
pub(crate) struct Ids {
    /// Ours.
    pub(crate) own: ExchangeId,
    /// The caller's.
    pub(crate) client: Option<String>,
}

impl Ids {
    pub(crate) fn of(own: ExchangeId, headers: &HeaderMap) -> Self {
        let sent = headers.get("x-request-id").and_then(|value| value.to_str().ok());
        Self { own, client: sent.filter(|text| is_uuid(text)).map(str::to_owned) }
    }

    /// Puts the ids where clients look for them.
    pub(crate) fn put(&self, headers: &mut HeaderMap) {
        let Ok(own) = HeaderValue::from_str(self.own.as_str()) else { return };
        headers.insert(CORDON, own.clone());
        let client = self.client.as_deref().and_then(|id| HeaderValue::from_str(id).ok());
        let id = client.unwrap_or_else(|| own.clone());
        for name in REQUEST {
            // A refusal puts ours there; the caller knows it by its own.
            let is_own = headers.get(&name).is_none_or(|value| *value == own);
            if is_own {
                headers.insert(name, id.clone());
            }
        }
    }
}

fn is_uuid(text: &str) -> bool {
    let mut groups = text.split('-');
    let fits = UUID_GROUPS.iter().all(|length| {
        groups
            .next()
            .is_some_and(|group| group.len() == *length && group.bytes().all(|byte| byte.is_ascii_hexdigit()))
    });
    fits && groups.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(sent: Option<&'static str>, provider: Option<&'static str>) -> [String; 3] {
        let mut request = HeaderMap::new();
        if let Some(sent) = sent {
            request.insert("x-request-id", HeaderValue::from_static(sent));
        }
        let mut answer = HeaderMap::new();
        if let Some(provider) = provider {
            answer.insert("x-request-id", HeaderValue::from_static(provider));
        }
        Ids::of(ExchangeId::new("own"), &request).put(&mut answer);
        ["x-cordon-request-id", "x-request-id", "request-id"]
            .map(|name| answer[name].to_str().unwrap().to_owned())
    }

    #[test]
    fn the_providers_id_comes_before_the_callers_and_that_before_ours() {
        const UUID: &str = "0193e3a0-7b1c-7cc2-9f3e-0a1b2c3d4e5f";
        assert_eq!(put(None, None), ["own", "own", "own"]);
        assert_eq!(put(Some(UUID), None), ["own", UUID, UUID]);
        assert_eq!(put(Some(UUID), Some("req_1")), ["own", "req_1", UUID]);
        assert_eq!(put(None, Some("own")), ["own", "own", "own"]);
    }

    #[test]
    fn an_id_that_is_no_uuid_is_left_alone() {
        for sent in [
            "jan.k",
            "4111111111111111",
            "",
            "0193e3a0-7b1c-7cc2-9f3e-0a1b2c3d4e5",
            "0193e3a07b1c7cc29f3e0a1b2c3d4e5f",
        ] {
            assert!(!is_uuid(sent), "{sent}");
        }
        assert_eq!(put(Some("jan.k"), None), ["own", "own", "own"]);
    }
}
