//! Which app key a request brings.
//!
//! Clients send it in one of two headers, some in both. Where both stand there they must be the same, and none may
//! stand there twice: two readers must not see two different callers.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use types::AppKey;

use crate::refusal::Refusal;

/// Longest text that can be a key, in bytes.
const KEY_BYTES_MAX: usize = 512;

/// The app key of a request.
pub(crate) fn app_key(headers: &HeaderMap) -> Result<AppKey, Refusal> {
    let bearer = one(headers, AUTHORIZATION.as_str(), "authorization")?.map(bearer).transpose()?;
    let plain = one(headers, "x-api-key", "x-api-key")?.map(key).transpose()?;
    match (bearer, plain) {
        (None, None) => Err(Refusal::KeyMissing),
        (Some(key), None) | (None, Some(key)) => Ok(key),
        (Some(bearer), Some(plain)) if bearer == plain => Ok(bearer),
        (Some(_), Some(_)) => Err(Refusal::KeysDiffer),
    }
}

fn one<'a>(headers: &'a HeaderMap, name: &str, shown: &'static str) -> Result<Option<&'a [u8]>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(Refusal::HeaderTwice(shown));
    }
    Ok(first.map(|value| value.as_bytes()))
}

fn bearer(value: &[u8]) -> Result<AppKey, Refusal> {
    let (scheme, rest) = value.split_at_checked(7).ok_or(Refusal::KeyForeign)?;
    if !scheme.eq_ignore_ascii_case(b"bearer ") {
        return Err(Refusal::KeyForeign);
    }
    key(rest.trim_ascii())
}

fn key(value: &[u8]) -> Result<AppKey, Refusal> {
    if value.is_empty() {
        return Err(Refusal::KeyMissing);
    }
    if value.len() > KEY_BYTES_MAX {
        return Err(Refusal::KeyForeign);
    }
    std::str::from_utf8(value).map(AppKey::new).map_err(|_| Refusal::KeyForeign)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn check(sent: &[(&'static str, &'static [u8])], expected: Result<&str, Refusal>) {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.append(*name, HeaderValue::from_bytes(value).unwrap());
        }
        let key = app_key(&headers);
        assert_eq!(key.as_ref().map(AppKey::expose), expected.as_ref().copied(), "{}", sent.len());
    }

    #[test]
    fn a_key_comes_in_either_header_or_twice_the_same() {
        check(&[("authorization", b"Bearer k1")], Ok("k1"));
        check(&[("authorization", b"bearer  k1 ")], Ok("k1"));
        check(&[("x-api-key", b"k1")], Ok("k1"));
        check(&[("authorization", b"Bearer k1"), ("x-api-key", b"k1")], Ok("k1"));
    }

    #[test]
    fn anything_else_is_refused() {
        check(&[], Err(Refusal::KeyMissing));
        check(&[("authorization", b"Bearer ")], Err(Refusal::KeyMissing));
        check(&[("x-api-key", b"")], Err(Refusal::KeyMissing));
        check(&[("authorization", b"Basic azox")], Err(Refusal::KeyForeign));
        check(&[("authorization", b"k1")], Err(Refusal::KeyForeign));
        check(&[("x-api-key", b"\xff\xfe")], Err(Refusal::KeyForeign));
        check(&[("authorization", b"Bearer k1"), ("x-api-key", b"k2")], Err(Refusal::KeysDiffer));
        check(
            &[("authorization", b"Bearer k1"), ("authorization", b"Bearer k1")],
            Err(Refusal::HeaderTwice("authorization")),
        );
        check(&[("x-api-key", b"k1"), ("x-api-key", b"k2")], Err(Refusal::HeaderTwice("x-api-key")));
    }
}
