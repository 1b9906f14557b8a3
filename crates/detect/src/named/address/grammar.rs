//! How the parts of an address follow each other, as one pattern over bytes.
//!
//! Over bytes, because letters by Unicode's tables would make the automaton many times larger: Latin letters outside ASCII are
//! named by their bytes, each whole.

use super::AddressLists;

/// A Latin letter outside ASCII, the typographic apostrophe included; and one that may begin a word with a capital.
const OTHER: &str = r"[\xC3-\xCA][\x80-\xBF]|\xCC[\x80-\xBF]|\xE1[\xB8-\xBB][\x80-\xBF]|\xE2\x80\x99";
const OTHER_UPPER: &str = r"\xC3[\x80-\x9E]|[\xC4-\xC8][\x80-\xBF]|\xE1[\xB8-\xBB][\x80-\xBF]";

/// Numbers of houses: `12`, `12a`, `12/4`, `8-10`, `4 bis`.
const HOUSE: &str = r"[0-9]{1,5}(?:[A-Za-z]\b)?(?:[/-][0-9]{1,4}(?:[A-Za-z]\b)?){0,2}(?: ?(?i:bis|ter|[a-d])\b)?(?:-I{1,3}\b)?";

/// Postal codes, the most telling first.
const CODE: &str = concat!(
    r"(?:[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}",
    r"|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]",
    r"|[0-9]{4} ?[A-Z]{2}",
    r"|[0-9]{5}-[0-9]{3,4}|[0-9]{4}-[0-9]{3}|[0-9]{2}-[0-9]{3}|[0-9]{8}",
    r"|(?:(?i:C\.?P\.?|CEP|[A-Z]{1,2}-) ?)?[0-9]{4,6})\b",
);

/// Postal codes that nothing else looks like: of the United Kingdom and Canada, and those behind the states of Australia.
const TELLING: &str = concat!(
    r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]",
    r"|(?:NSW|VIC|QLD|TAS|ACT|SA|WA|NT),? [0-9]{4}",
);

/// What stands between parts.
const GAP: &str = r"(?: ?,\n? ?|\n| - |-| )";

/// The pattern; `None` where a list is empty.
pub(super) fn pattern(lists: &AddressLists) -> Option<String> {
    let any = |words: &[String]| {
        let mut words: Vec<String> = words.iter().map(|word| any_case(word)).collect();
        words.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        (!words.is_empty()).then(|| words.join("|"))
    };
    let (before, before_maybe) = (any(&lists.before)?, any(&lists.before_maybe)?);
    let (end, end_maybe) = (any(&lists.end)?, any(&lists.end_maybe)?);
    let (after, after_maybe) = (any(&lists.after)?, any(&lists.after_maybe)?);
    let (units, particles) = (any(&lists.units)?, any(&lists.particles)?);

    let letter = format!("(?:[A-Za-z]|{OTHER})");
    // `Weber`, `Jean-Luc`, `O'Neil`, `d'Or`, `St.`
    let word = format!(
        "(?:(?:[dDlL]'|'s-)?(?:[A-Z]|{OTHER_UPPER})(?:{letter}{{0,2}}\\.|{letter}*(?:['-]{letter}+)*))"
    );
    // The last word of a name: a full stop behind it ends a sentence.
    let plain = format!("(?:(?:[dDlL]'|'s-)?(?:[A-Z]|{OTHER_UPPER}){letter}*(?:['-]{letter}+)*)");
    let small = format!("(?:(?:{particles})\\b)");
    let name = format!("(?:{small} |{word} |[0-9]{{1,2}}\\.? ){{0,4}}{plain}");
    let town = format!("(?:{word}[ /-](?:{small} )?){{0,4}}{plain}");
    let number = format!("(?:,? (?:n\\.?(?:\\xC2[\\xBA\\xB0]|o)\\.? ?|nr\\.? ?)?{HOUSE})");
    let prefix = |types: &str| format!("(?:{types})\\.? {name}");
    let suffix = |types: &str| {
        let joined = format!("(?:{word}-)?(?:[A-Z]|{OTHER_UPPER})(?:{letter}|-)*?(?:{types})\\.?");
        let apart = format!("(?:{word} ){{1,2}}(?:{types})\\.?");
        format!("(?:{apart}|{joined})")
    };
    let unit = format!("(?:(?:{units})\\.? ?[0-9]{{1,4}}[A-Za-z]?\\b)");
    let floor = concat!(
        r"[0-9]{1,2}(?:\.?\xC2[\xBA\xAA\xB0](?: (?i:andar|esq|dto)\b)?(?: [A-Z]\b)?\.?",
        r"|\.? (?i:andar|og|stock|floor|etage)\b)",
    );
    let behind = |types: &str| format!("(?:{unit},? )?{HOUSE}(?:,)? (?:{word} ){{1,4}}(?:{types})\\b");
    let flat = format!("{unit}, (?:{word} ){{1,3}}(?:{after}|{after_maybe})\\b");
    let french = |types: &str| format!("{HOUSE},? (?:{types})\\.? {name}");

    let extra = format!("(?:(?: ?,)? (?:{unit}|{floor}))");
    let region = r"(?: ?/ ?[A-Z]{2}\b| \([A-Z]{2}\)|,? [A-Z]{2}\b)";
    let behind_code = format!("(?:{small} )?{town}");
    // In a block of lines the town may have a line of its own.
    let first_code =
        format!("(?:\\n{CODE}\\n{town}|(?:,\\n? ?| ?, ?|\\n| - |-| ){CODE},? {behind_code}{region}?)");
    let code_last = format!("(?:{GAP}{town}){{1,3}}{GAP}{CODE}(?: {behind_code}{region}|{region})?");
    let tail = format!("(?: ?(?:{first_code}|{code_last}))");
    // Codes that nothing else looks like make an address of any words.
    let telling = format!("{HOUSE} {word}(?: {word}){{1,3}}(?:{GAP}{town}){{1,2}}{GAP}(?:{TELLING})\\b");
    let sure = [
        format!("{}{number}", prefix(&before)),
        format!("{} {HOUSE}", suffix(&end)),
        french(&before),
        behind(&after),
    ];
    let maybe = [
        format!("{}{number}", prefix(&before_maybe)),
        format!("{} {HOUSE}", suffix(&end_maybe)),
        french(&before_maybe),
        behind(&after_maybe),
        flat,
        prefix(&before),
    ];
    Some(format!(
        "\\b(?:(?:{}){extra}{{0,3}}{tail}|{telling}|(?:{}){extra}{{0,2}})",
        sure.iter().chain(&maybe).cloned().collect::<Vec<_>>().join("|"),
        sure.join("|")
    ))
}

/// A word in any case, as a pattern; one with a capital needs one. Of letters outside ASCII both cases are written out: the pattern is
/// one over bytes.
fn any_case(word: &str) -> String {
    if word.starts_with(char::is_uppercase) {
        return format!("{}|{}", escaped(word), escaped(&word.to_uppercase()));
    }
    let mut pattern = String::new();
    for c in word.chars() {
        let (lower, upper) = (c.to_lowercase().to_string(), c.to_uppercase().to_string());
        if lower == upper {
            pattern.push_str(&escaped(&lower));
        } else {
            pattern.push_str(&format!("(?:{}|{})", escaped(&lower), escaped(&upper)));
        }
    }
    pattern
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b' ' {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("\\x{byte:02X}"));
        }
    }
    out
}
