//! Fields of forms (URL Standard, `application/x-www-form-urlencoded`), in which a plus stands for a space.

use types::ByteSpan;

use super::percent;
use crate::edges;
use crate::forms::build::{FormBuilder, Trust};

/// Longest name of a field, in bytes.
const NAME_BYTES_MAX: usize = 64;

/// The plus signs and escapes of a field of a form, where a plus stands for a space: `note=card+4111+1111&x=1`. Gives the end
/// of the field.
pub(super) fn form_field(form: &mut FormBuilder<'_>, equals: usize) -> Option<usize> {
    let text = form.text();
    let rest = text.as_bytes().get(equals + 1..)?;
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'*' | b'-' | b'.' | b'_' | b'%' | b'+');
    let value = rest.iter().take_while(|b| is_part(b));
    let (length, signs) =
        value.fold((0, 0), |(length, signs), b| (length + 1, signs + usize::from(*b == b'+')));
    if signs == 0 {
        return None;
    }
    let end = equals + 1 + length;
    let before = text.as_bytes().get(equals.saturating_sub(NAME_BYTES_MAX)..equals)?;
    let is_name = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'[' | b']' | b'%');
    let before = before.iter().rev().find(|b| !is_name(b)).copied();
    if !matches!(before, Some(b'&' | b'?')) && edges::byte(text, end) != b'&' {
        return None;
    }
    let mut at = equals + 1;
    while at < end {
        let escape = match edges::byte(text, at) {
            b'+' => Some((at + 1, Some(' '), "form field")),
            b'%' => percent(text, at),
            _ => None,
        };
        match escape {
            Some((next, Some(c), kind)) if !c.is_control() || c.is_whitespace() => {
                if form.is_new(ByteSpan::new(at, next)) {
                    form.change(ByteSpan::new(at, next), c.encode_utf8(&mut [0; 4]), kind, Trust::Any);
                }
                at = next;
            }
            _ => at += 1,
        }
    }
    Some(at)
}

/// In the encoding of forms a space is a plus, and a plus is escaped: `%2B44+20+7946+0958`.
pub(super) fn plus_as_space(form: &mut FormBuilder<'_>, from: usize) {
    let text = form.text();
    let mut at = from;
    loop {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        at += rest.iter().take(20).take_while(|b| b.is_ascii_digit()).count();
        if edges::byte(text, at) != b'+' || !edges::byte(text, at + 1).is_ascii_digit() || at > from + 40 {
            return;
        }
        form.change(ByteSpan::new(at, at + 1), " ", "percent", Trust::Any);
        at += 1;
    }
}
