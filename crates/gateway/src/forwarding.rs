//! Which headers and query parameters of a request go on to the provider.
//!
//! Everything goes on except what would hurt: hop-by-hop headers, credentials, what tells who and where the caller is, and
//! what Cordon sets itself. The values of what is left are scanned by the exchange.

use std::sync::Arc;

use exchange::App;
use http::HeaderMap;
use http::header::CONNECTION;

use policy::Narrowing;

use crate::refusal::Refusal;

/// Longest value of a forwarded query parameter, in bytes.
const PARAMETER_BYTES_MAX: usize = 64;

/// Longest conversation id, in bytes.
const CONVERSATION_BYTES_MAX: usize = 128;

/// Headers that stay here. Names that end in `-` are prefixes.
const KEPT_BACK: &[&str] = &[
    // Of this connection only (RFC 9110, 7.6.1).
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "expect",
    "max-forwards",
    // Set anew.
    "host",
    "content-length",
    "content-encoding",
    "accept-encoding",
    "user-agent",
    // Credentials.
    "authorization",
    "x-api-key",
    "api-key",
    "x-goog-api-key",
    "cookie",
    "set-cookie",
    "proxy-",
    // Who and where the caller is.
    "forwarded",
    "x-forwarded-",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-original-",
    "x-envoy-",
    "true-client-ip",
    "fastly-client-ip",
    "fly-client-ip",
    "via",
    "cf-",
    "from",
    "referer",
    "origin",
    "sec-",
    "baggage",
    "x-stainless-",
    // Ours.
    "x-cordon-",
    "x-request-id",
];

/// The headers that go on, names in lower case.
pub(crate) fn headers(all: &HeaderMap) -> Vec<(String, Vec<u8>)> {
    let mut listed: Vec<String> = Vec::new();
    for value in all.get_all(CONNECTION) {
        if let Ok(text) = value.to_str() {
            listed.extend(text.split(',').map(|name| name.trim().to_ascii_lowercase()));
        }
    }
    all.iter()
        .filter(|(name, _)| {
            !is_kept_back(name.as_str()) && !listed.iter().any(|listed| listed == name.as_str())
        })
        .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
        .collect()
}

fn is_kept_back(name: &str) -> bool {
    KEPT_BACK.iter().any(|kept| if kept.ends_with('-') { name.starts_with(kept) } else { name == *kept })
}

/// The query that goes on: `beta`, where it is a plain word. Everything else stays here.
pub(crate) fn query(all: Option<&str>) -> String {
    let is_plain = |value: &str| {
        (1..=PARAMETER_BYTES_MAX).contains(&value.len())
            && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    all.unwrap_or_default()
        .split('&')
        .find_map(|pair| pair.strip_prefix("beta=").filter(|value| is_plain(value)))
        .map(|value| format!("beta={value}"))
        .unwrap_or_default()
}

/// The conversation that the app says this request belongs to.
pub(crate) fn conversation(all: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut values = all.get_all("x-cordon-conversation").iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Refusal::HeaderTwice("x-cordon-conversation"));
    }
    let is_plain = (1..=CONVERSATION_BYTES_MAX).contains(&value.len())
        && value.as_bytes().iter().all(|byte| byte.is_ascii_graphic());
    match value.to_str() {
        Ok(id) if is_plain => Ok(Some(id.to_owned())),
        _ => Err(Refusal::ConversationId),
    }
}

/// The app as it speaks in this request: `x-cordon-subjects`, `x-cordon-purpose` and `x-cordon-audience` narrow what it declares. And
/// what was said, for the record.
pub(crate) fn narrowed(all: &HeaderMap, app: Arc<App>) -> Result<(Arc<App>, Vec<String>), Refusal> {
    let mut declared = None;
    let mut said = Vec::new();
    for by in Narrowing::ALL {
        let mut values = all.get_all(by.header()).iter();
        let Some(value) = values.next() else { continue };
        if values.next().is_some() {
            return Err(Refusal::HeaderTwice(by.header()));
        }
        let value = value.to_str().unwrap_or_default();
        let before = declared.take().unwrap_or_else(|| app.declared.as_ref().clone());
        declared = Some(before.narrowed(by, value).map_err(Refusal::Narrowing)?);
        said.push(format!("{}={}", by.header(), value.replace(' ', "")));
    }
    match declared {
        None => Ok((app, said)),
        Some(declared) => Ok((Arc::new(App { declared: Arc::new(declared), ..app.as_ref().clone() }), said)),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn passed(sent: &[(&'static str, &'static str)]) -> Vec<String> {
        let mut all = HeaderMap::new();
        for (name, value) in sent {
            all.append(*name, HeaderValue::from_static(value));
        }
        headers(&all).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn what_tells_of_the_caller_or_the_connection_stays_here() {
        for name in [
            "authorization",
            "x-api-key",
            "api-key",
            "x-goog-api-key",
            "cookie",
            "proxy-authorization",
            "host",
            "content-length",
            "content-encoding",
            "accept-encoding",
            "transfer-encoding",
            "te",
            "upgrade",
            "keep-alive",
            "expect",
            "user-agent",
            "referer",
            "origin",
            "sec-fetch-mode",
            "forwarded",
            "x-forwarded-for",
            "x-real-ip",
            "via",
            "cf-connecting-ip",
            "true-client-ip",
            "x-stainless-os",
            "x-cordon-conversation",
            "x-cordon-anything",
            "x-request-id",
            "from",
        ] {
            assert!(passed(&[(name, "v")]).is_empty(), "{name}");
        }
    }

    #[test]
    fn what_the_protocol_needs_and_what_is_not_known_goes_on() {
        for name in [
            "anthropic-version",
            "anthropic-beta",
            "openai-organization",
            "openai-project",
            "openai-beta",
            "idempotency-key",
            "accept",
            "content-type",
            "x-something-new",
        ] {
            assert_eq!(passed(&[(name, "v")]), [name]);
        }
        assert_eq!(passed(&[("anthropic-beta", "a"), ("anthropic-beta", "b")]).len(), 2);
    }

    #[test]
    fn a_header_that_connection_lists_stays_here() {
        assert_eq!(
            passed(&[("connection", "close, X-Trick"), ("x-trick", "v"), ("x-other", "v")]),
            ["x-other"]
        );
    }

    #[test]
    fn of_a_query_only_a_plain_beta_goes_on() {
        let cases = [
            (None, ""),
            (Some(""), ""),
            (Some("beta=true"), "beta=true"),
            (Some("a=1&beta=true&b=2"), "beta=true"),
            (Some("beta=jan%40kestrelmoor.org"), ""),
            (Some("beta="), ""),
            (Some("xbeta=true"), ""),
            (Some("key=cdn_dev_x"), ""),
        ];
        for (all, expected) in cases {
            assert_eq!(query(all), expected, "{all:?}");
        }
    }

    #[test]
    fn a_header_narrows_what_the_app_declares_and_never_widens_it() {
        let declared = policy::Declared {
            subjects: Some(["EU", "US"].map(str::to_owned).into()),
            ..policy::Declared::default()
        };
        let app = App {
            name: types::AppName::new("a"),
            environment: types::Environment::Dev,
            mode: exchange::Mode::Protect,
            forms: Arc::default(),
            deployments: Arc::from([]),
            secrets_to_reader: false,
            aliases: Arc::default(),
            strategy: route::Strategy::default(),
            guard: exchange::Guard::Flag,
            sieve: Arc::default(),
            declared: Arc::new(declared),
        };
        let with = |sent: &[(&'static str, &'static str)]| {
            let mut all = HeaderMap::new();
            for (name, value) in sent {
                all.append(*name, HeaderValue::from_static(value));
            }
            narrowed(&all, Arc::new(app.clone()))
        };
        let (same, said) = with(&[]).expect("goes");
        assert!(same.declared == app.declared && said.is_empty());
        let (narrow, said) = with(&[("x-cordon-subjects", "US")]).expect("narrows");
        assert_eq!(narrow.declared.subjects, Some(["US".to_owned()].into()));
        assert_eq!(said, ["x-cordon-subjects=US"]);
        for (sent, name) in [
            (&[("x-cordon-subjects", "CN")][..], "x-cordon-subjects"),
            (&[("x-cordon-purpose", "support")][..], "x-cordon-purpose"),
            (&[("x-cordon-audience", "two words")][..], "x-cordon-audience"),
            (&[("x-cordon-subjects", "US"), ("x-cordon-subjects", "EU")][..], "x-cordon-subjects"),
        ] {
            let refusal = with(sent).expect_err("refused");
            assert!(
                refusal.to_string().contains(name)
                    && refusal.shape(&types::ExchangeId::new("x")).status == 400
            );
        }
    }

    #[test]
    fn a_conversation_id_is_one_plain_word() {
        let with = |value: &'static str| {
            let mut all = HeaderMap::new();
            all.append("x-cordon-conversation", HeaderValue::from_static(value));
            conversation(&all)
        };
        assert_eq!(with("chat-17"), Ok(Some("chat-17".to_owned())));
        assert_eq!(with(""), Err(Refusal::ConversationId));
        assert_eq!(with("two words"), Err(Refusal::ConversationId));
        assert_eq!(conversation(&HeaderMap::new()), Ok(None));
    }
}
