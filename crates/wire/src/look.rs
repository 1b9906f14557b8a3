//! What a string looks like. A place may be structure, but only a value that looks like structure is left unscanned:
//! otherwise `role`, `type` or an id would be a way past the detectors.

use types::DataClass;

/// Longest structural value, bytes.
const STRUCTURE_BYTES_MAX: usize = 128;

/// Digits in a row, separators aside, from which on a value may be a number of a person or an account.
const DIGITS_MIN: usize = 9;

/// True for the name of a model: letters, digits and `._:/+-`, at least one letter, no long number.
pub(crate) fn like_a_model(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._:/+-".contains(&byte);
    !text.is_empty()
        && text.len() <= STRUCTURE_BYTES_MAX
        && text.bytes().all(fits)
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !text.as_bytes().chunk_by(|one, other| one.is_ascii_digit() == other.is_ascii_digit()).any(|run| {
            // Versions and dates stand side by side in names of models, so that separators end a number here.
            run.len() >= DIGITS_MIN && run.iter().all(u8::is_ascii_digit)
        })
}

/// True for an id of the kinds that providers make: a known start, then letters, digits, `_` and `-`, no long number.
pub(crate) fn like_an_id(text: &str) -> bool {
    const STARTS: [&str; 18] = [
        "call_",
        "toolu_",
        "tooluse_",
        "srvtoolu_",
        "mcptoolu_",
        "fc_",
        "ctc_",
        "msg_",
        "req_",
        "resp_",
        "cmpl-",
        "chatcmpl-",
        "file-",
        "file_",
        "audio_",
        "container_",
        "wrkspc_",
        "fp_",
    ];
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    text.len() <= STRUCTURE_BYTES_MAX
        && STARTS.iter().any(|start| text.strip_prefix(start).is_some_and(|rest| rest.bytes().all(fits)))
        && !has_long_number(text)
}

/// True for the type of a hosted tool: lower-case words and figures, then a date of this century without separators.
pub(crate) fn like_a_hosted_tool(text: &str) -> bool {
    text.rsplit_once('_').is_some_and(|(name, date)| {
        !name.is_empty()
            && name.len() <= 64
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
            && !has_long_number(name)
            && date.len() == 8
            && date.starts_with("20")
            && date.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// True for a member name that may be shown in a path: short, plain, with a letter and without a long number.
pub(crate) fn like_a_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$');
    !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(fits)
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !has_long_number(text)
}

/// True when the text holds a number of nine digits or more, `-`, `_` and `.` inside it aside.
fn has_long_number(text: &str) -> bool {
    let mut digits = 0;
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'-' | b'_' | b'.' => {}
            _ => digits = 0,
        }
        if digits >= DIGITS_MIN {
            return true;
        }
    }
    false
}

/// Shortest base64 that is taken for bytes and nothing else, bytes. A shorter one is looked at as text too: a name or a number
/// can be base64 as well.
const BASE64_BYTES_MIN: usize = 64;

/// True for base64 of either alphabet that holds nothing to read: long enough, and of more than digits or one case.
pub(crate) fn like_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let fits =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'\r' | b'\n');
    text.len() >= BASE64_BYTES_MIN
        && text.len() - body.len() <= 2
        && body.bytes().all(fits)
        && body.bytes().take(BLOB_BYTES_MIN).any(|byte| byte.is_ascii_uppercase())
        && body.bytes().take(BLOB_BYTES_MIN).any(|byte| byte.is_ascii_lowercase())
}

/// Shortest base64 in a part of unknown type that counts as content which cannot be read, bytes.
const BLOB_BYTES_MIN: usize = 256;

/// True for base64 that is so long that it must be content of its own.
pub(crate) fn like_a_blob(text: &str) -> bool {
    text.len() >= BLOB_BYTES_MIN && like_base64(text)
}

/// True for a link and nothing else.
pub(crate) fn like_a_link(text: &str) -> bool {
    let starts =
        |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    ["http://", "https://", "gs://", "s3://", "file://"].into_iter().any(starts)
        && !text.contains(char::is_whitespace)
}

/// The class of a `data:` URL in base64, and whether nothing but its content is opaque: its head is a plain media type and
/// its body is base64.
pub(crate) fn data_url(text: &str) -> Option<(DataClass, bool)> {
    const HEAD_BYTES_MAX: usize = 100;
    let start = text.get(..5).filter(|start| start.eq_ignore_ascii_case("data:"))?;
    let rest = text.get(start.len()..)?;
    let comma = rest.bytes().take(4 * HEAD_BYTES_MAX).position(|byte| byte == b',')?;
    let (head, body) = rest.split_at_checked(comma)?;
    let head = head.strip_suffix(";base64")?;
    let class = match head.split('/').next() {
        Some("image") => DataClass::Image,
        Some("audio") => DataClass::Audio,
        _ => DataClass::Document,
    };
    let body = body.strip_prefix(',')?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/.+-".contains(&byte);
    let (media, parameter) = head.split_once(';').unwrap_or((head, ""));
    let head_is_plain = head.len() <= HEAD_BYTES_MAX
        && media.bytes().all(plain)
        && !has_long_number(media)
        && (parameter.is_empty() || parameter.eq_ignore_ascii_case("charset=utf-8"));
    Some((class, head_is_plain && (body.is_empty() || like_base64(body))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_people_do_not_look_like_structure() {
        let values = [
            "jane@example.com",
            "Jane Doe",
            "4111111111111111",
            "4111-1111-1111-1111",
            "DE89370400440532013000",
            "123-45-6789",
            "10.1.2.3",
            "+4915112345678",
            "call_4111111111111111",
            "call_Jané",
            "",
        ];
        for value in values {
            assert!(!like_a_model(value), "{value}");
            assert!(!like_an_id(value), "{value}");
            assert!(!like_a_hosted_tool(value), "{value}");
        }
        assert!(!like_an_id("call_123-45-6789"));
    }

    #[test]
    fn models_and_ids_of_providers_look_like_structure() {
        for model in
            ["gpt-4.1-mini-2026-04-14", "claude-sonnet-4-20250514", "ft:gpt-4o:acme::AbC12", "meta/llama-3.1"]
        {
            assert!(like_a_model(model), "{model}");
        }
        for id in
            ["call_abc123", "toolu_01A09q90qw90lq917835lq9", "chatcmpl-9x", "msg_01XFDUDYJgAACzvnptvVoYEL"]
        {
            assert!(like_an_id(id), "{id}");
        }
    }

    #[test]
    fn a_data_url_is_opaque_only_where_it_is_nothing_else() {
        let bytes = "iVBORw0KGgo".repeat(8);
        let url = |start: &str| data_url(&format!("{start},{bytes}"));
        assert_eq!(url("data:image/png;base64"), Some((DataClass::Image, true)));
        assert_eq!(url("DATA:audio/wav;base64"), Some((DataClass::Audio, true)));
        assert_eq!(url("data:application/pdf;base64"), Some((DataClass::Document, true)));
        assert_eq!(url("data:image/png;charset=utf-8;base64"), Some((DataClass::Image, true)));
        assert_eq!(url("data:image/png;name=jane;base64"), Some((DataClass::Image, false)));
        assert_eq!(data_url("data:image/png;base64,jane@example.com"), Some((DataClass::Image, false)));
        assert_eq!(data_url("data:image/png;base64,Jane"), Some((DataClass::Image, false)));
        assert_eq!(data_url("data:text/plain,hello Jane"), None);
        assert_eq!(data_url("https://example.com/a.png"), None);
        assert_eq!(data_url("daté:"), None);
        assert!(like_a_link("HTTPS://example.com/a") && !like_a_link("https://example.com is down"));
    }

    #[test]
    fn what_can_be_read_is_not_taken_for_bytes() {
        assert!(like_base64(&"iVBORw0KGgo".repeat(8)));
        for text in
            ["JaneDoe", "4111111111111111", "123-45-6789", &"4111111111111111".repeat(9), &"jane".repeat(30)]
        {
            assert!(!like_base64(text), "{text}");
        }
    }
}
