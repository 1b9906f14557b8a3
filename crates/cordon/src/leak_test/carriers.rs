//! The carriers of a leak test: how a value may be written or packed, and whether what came out is still well formed.
//!
//! A file, a page or a record holds a sentence, so the carriers that pack (base64, hex, JSON, CSV, …) hold the value with what
//! stands around it; the carriers that spell (escapes, invisible characters, …) change the value alone.

mod encoded;
mod packed;
mod spelled;
mod well_formed;

use super::values::Sample;
use encoded::{STANDARD, URL, base64, base64_in_json, data_of_text, each_byte, form_encoded, run};
use packed::{cdata, csv, in_cells, in_code, in_table, in_two, json, packed, sql, xml, xml_attribute, yaml};
use spelled::{
    Words, at_and_dot, between, between_tags, bidi, combined, digit_words, each_char, each_unit, look_alikes,
    marked_up, other_digits, separated, spelled,
};
use well_formed::{
    any, is_attribute, is_cdata, is_code, is_code_block, is_csv, is_form, is_in_literal, is_insert,
    is_joined, is_json, is_json_in_csv, is_json_in_json, is_marked_up, is_table, is_xml, is_yaml,
};

/// A way to write or pack a value.
pub(crate) struct Carrier {
    /// Its name.
    pub(crate) name: &'static str,
    /// The messages, each with its parts; `None` where the value cannot be written like this.
    pub(crate) write: fn(&Sample) -> Option<Written>,
    /// True for a part that is well formed.
    pub(crate) is_well_formed: fn(&str) -> bool,
}

/// A value in its carrier.
pub(crate) struct Written {
    /// Messages of the user, each with its content parts.
    pub(crate) messages: Vec<Vec<String>>,
    /// The value as it stands there, in one piece or several: nothing of it may leave.
    pub(crate) pieces: Vec<String>,
}

macro_rules! carriers {
    ($($name:literal $write:expr, $is_well_formed:expr;)*) => {
        /// All carriers.
        pub(crate) const ALL: &[Carrier] = &[$(Carrier { name: $name, write: $write, is_well_formed: $is_well_formed }),*];
    };
}

carriers! {
    "plain" |s| spelled(s, s.value.clone()), any;
    // Structures.
    "json" |s| packed(s, |text| format!("{{\"note\":{}}}", json(text))), is_json;
    "json in json" |s| packed(s, |text| {
        format!("{{\"log\":{}}}", json(&format!("{{\"note\":{}}}", json(text))))
    }), is_json_in_json;
    "csv" |s| packed(s, csv), is_csv;
    "json in csv" |s| packed(s, |text| csv(&format!("{{\"note\":{}}}", json(text)))), is_json_in_csv;
    "csv in code" |s| packed(s, |text| format!("data = {};", json(&csv(text)))), |text| is_in_literal(text, is_csv);
    "xml" |s| packed(s, xml), is_xml;
    "xml attribute" |s| packed(s, xml_attribute), is_attribute;
    "xml cdata" |s| packed(s, cdata), is_cdata;
    "xml in code" |s| packed(s, |text| format!("data = {};", json(&xml(text)))), |text| is_in_literal(text, is_xml);
    "yaml" |s| packed(s, yaml), is_yaml;
    "yaml in code" |s| packed(s, |text| format!("data = {};", json(&yaml(text)))), |text| is_in_literal(text, is_yaml);
    "sql insert" |s| packed(s, sql), is_insert;
    "code block" |s| packed(s, |text| format!("see\n```text\n{text}\n```\nthere")), is_code_block;
    "table" in_table, is_table;
    "table cells" in_cells, is_table;
    // Encodings.
    "base64" |s| run(s, "file: ", base64(s.text().as_bytes(), STANDARD), ""), any;
    "base64url" |s| run(s, "file: ", base64(s.text().as_bytes(), URL).trim_end_matches('=').to_owned(), ""), any;
    "hex" |s| run(s, "file: ", each_byte(&s.text(), ""), ""), any;
    "hex dump" |s| run(s, "bytes: ", each_byte(&s.text(), " ").to_lowercase().trim().to_owned(), ""), any;
    "hex array" |s| run(s, "[", each_byte(&s.text(), ", 0x").trim_start_matches(", ").to_owned(), "]"), any;
    "data url" |s| run(s, "see data:text/plain;base64,", base64(s.text().as_bytes(), STANDARD), " there"), any;
    "data url of text" data_of_text, any;
    "form data" form_encoded, is_form;
    "base64 twice" |s| run(s, "file: ", base64(base64(s.text().as_bytes(), STANDARD).as_bytes(), STANDARD), ""), any;
    "base64 of hex of percent" |s| {
        let hex = each_byte(&each_byte(&s.text(), "%"), "");
        run(s, "file: ", base64(hex.as_bytes(), URL), "")
    }, any;
    "base64 in json in json" base64_in_json, is_json_in_json;
    // Spellings of the value alone.
    "percent" |s| spelled(s, each_byte(&s.value, "%")), any;
    "html entities" |s| spelled(s, each_char(&s.value, |c| format!("&#{};", u32::from(c)))), any;
    "html hex entities" |s| spelled(s, each_char(&s.value, |c| format!("&#x{:X};", u32::from(c)))), any;
    "unicode escapes" |s| spelled(s, each_unit(&s.value)), any;
    "byte escapes" |s| spelled(s, each_byte(&s.value, "\\x")), any;
    "quoted-printable" |s| spelled(s, each_byte(&s.value, "=")), any;
    "zero-width" |s| spelled(s, each_char(&s.value, |c| format!("{c}\u{200b}"))), any;
    "bidi" bidi, any;
    "combining marks" combined, any;
    "look-alike letters" look_alikes, any;
    "full-width digits" |s| other_digits(s, '０'), any;
    "arabic digits" |s| other_digits(s, '٠'), any;
    "persian digits" |s| other_digits(s, '۰'), any;
    "devanagari digits" |s| other_digits(s, '०'), any;
    "bengali digits" |s| other_digits(s, '০'), any;
    "thai digits" |s| other_digits(s, '๐'), any;
    "spaced digits" |s| separated(s, " "), any;
    "dashed digits" |s| separated(s, "-"), any;
    "english digit words" |s| digit_words(s, Words::English), any;
    "german digit words" |s| digit_words(s, Words::German), any;
    "french digit words" |s| digit_words(s, Words::French), any;
    "spanish digit words" |s| digit_words(s, Words::Spanish), any;
    "chinese digit words" |s| digit_words(s, Words::Chinese), any;
    "english at and dot" |s| at_and_dot(s, " at ", " dot "), any;
    "german at and dot" |s| at_and_dot(s, " (ät) ", " Punkt "), any;
    "french at and dot" |s| at_and_dot(s, " arobase ", " point "), any;
    "spanish at and dot" |s| at_and_dot(s, " arroba ", " punto "), any;
    "chinese at and dot" |s| at_and_dot(s, "艾特", "点"), any;
    "markup" |s| marked_up(s, "<b>", "</b>"), is_marked_up;
    "markup around" |s| between_tags(s, "<strong>", "</strong>"), any;
    "emphasis" |s| between(s, "**"), any;
    "backticks" |s| between(s, "`"), any;
    // Pieces that a program joins.
    "code" |s| in_code(s, '"', " + "), is_code;
    "code in lines" |s| in_code(s, '"', " +\n        "), |text| is_joined(text, '"', "+");
    "adjacent literals" |s| in_code(s, '"', " "), |text| is_joined(text, '"', "");
    "dots" |s| in_code(s, '\'', " . "), |text| is_joined(text, '\'', ".");
    "two dots" |s| in_code(s, '"', " .. "), |text| is_joined(text, '"', "..");
    "ampersands" |s| in_code(s, '"', " & "), |text| is_joined(text, '"', "&");
    "bars" |s| in_code(s, '\'', " || "), |text| is_joined(text, '\'', "||");
    "angles" |s| in_code(s, '"', " <> "), |text| is_joined(text, '"', "<>");
    // Pieces in several texts.
    "two parts" |s| in_two(s, |head, tail| vec![vec![head, tail]]), any;
    "two messages" |s| in_two(s, |head, tail| vec![vec![head], vec![tail]]), any;
}

fn one(text: String, pieces: Vec<String>) -> Option<Written> {
    Some(Written { messages: vec![vec![text]], pieces })
}
