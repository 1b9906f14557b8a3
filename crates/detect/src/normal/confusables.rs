//! Letters of other scripts that look like Latin ones.
//!
//! Promises: only letters that a reader takes for the Latin letter at first sight; the caller decides where they count (in
//! words that hold Latin letters as well). Source: Unicode Technical Standard 39, "Unicode Security Mechanisms", section 4,
//! and its data file `confusables.txt`, version 16.0; of it the letters that fonts in daily use have.

/// Pairs of a look-alike and the Latin letter, sorted by look-alike.
const LOOK_ALIKES: &[(char, char)] = &[
    ('ɑ', 'a'),
    ('ɡ', 'g'),
    ('ɢ', 'g'),
    ('ɩ', 'i'),
    ('ɪ', 'i'),
    ('ɴ', 'n'),
    ('ʀ', 'r'),
    ('ʏ', 'y'),
    ('ʙ', 'b'),
    ('ʜ', 'h'),
    ('ʟ', 'l'),
    ('Α', 'A'),
    ('Β', 'B'),
    ('Ε', 'E'),
    ('Ζ', 'Z'),
    ('Η', 'H'),
    ('Ι', 'I'),
    ('Κ', 'K'),
    ('Μ', 'M'),
    ('Ν', 'N'),
    ('Ο', 'O'),
    ('Ρ', 'P'),
    ('Τ', 'T'),
    ('Υ', 'Y'),
    ('Χ', 'X'),
    ('α', 'a'),
    ('γ', 'y'),
    ('η', 'n'),
    ('ι', 'i'),
    ('κ', 'k'),
    ('ν', 'v'),
    ('ο', 'o'),
    ('ρ', 'p'),
    ('τ', 't'),
    ('υ', 'u'),
    ('χ', 'x'),
    ('ϲ', 'c'),
    ('ϳ', 'j'),
    ('Ѕ', 'S'),
    ('І', 'I'),
    ('Ј', 'J'),
    ('А', 'A'),
    ('В', 'B'),
    ('Е', 'E'),
    ('К', 'K'),
    ('М', 'M'),
    ('Н', 'H'),
    ('О', 'O'),
    ('Р', 'P'),
    ('С', 'C'),
    ('Т', 'T'),
    ('У', 'Y'),
    ('Х', 'X'),
    ('а', 'a'),
    ('е', 'e'),
    ('к', 'k'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('у', 'y'),
    ('х', 'x'),
    ('ѕ', 's'),
    ('і', 'i'),
    ('ј', 'j'),
    ('ѵ', 'v'),
    ('Ү', 'Y'),
    ('ү', 'y'),
    ('һ', 'h'),
    ('Ӏ', 'I'),
    ('ӏ', 'l'),
    ('ԁ', 'd'),
    ('Ԍ', 'G'),
    ('Ԛ', 'Q'),
    ('ԛ', 'q'),
    ('Ԝ', 'W'),
    ('ԝ', 'w'),
    ('Տ', 'S'),
    ('Օ', 'O'),
    ('զ', 'q'),
    ('հ', 'h'),
    ('յ', 'j'),
    ('ո', 'n'),
    ('ս', 'u'),
    ('ց', 'g'),
    ('օ', 'o'),
    ('Ꭰ', 'D'),
    ('Ꭱ', 'R'),
    ('Ꭲ', 'T'),
    ('Ꭺ', 'A'),
    ('Ꭻ', 'J'),
    ('Ꭼ', 'E'),
    ('Ꮃ', 'W'),
    ('Ꮇ', 'M'),
    ('Ꮋ', 'H'),
    ('Ꮐ', 'G'),
    ('Ꮓ', 'Z'),
    ('Ꮩ', 'V'),
    ('Ꮪ', 'S'),
    ('Ꮯ', 'C'),
    ('Ꮲ', 'P'),
    ('Ꮶ', 'K'),
    ('Ᏼ', 'B'),
    ('ᴀ', 'a'),
    ('ᴄ', 'c'),
    ('ᴅ', 'd'),
    ('ᴇ', 'e'),
    ('ᴊ', 'j'),
    ('ᴋ', 'k'),
    ('ᴍ', 'm'),
    ('ᴏ', 'o'),
    ('ᴘ', 'p'),
    ('ᴛ', 't'),
    ('ᴜ', 'u'),
    ('ᴠ', 'v'),
    ('ᴡ', 'w'),
    ('ᴢ', 'z'),
    ('ꓐ', 'B'),
    ('ꓑ', 'P'),
    ('ꓓ', 'D'),
    ('ꓔ', 'T'),
    ('ꓖ', 'G'),
    ('ꓗ', 'K'),
    ('ꓙ', 'J'),
    ('ꓚ', 'C'),
    ('ꓜ', 'Z'),
    ('ꓝ', 'F'),
    ('ꓟ', 'M'),
    ('ꓠ', 'N'),
    ('ꓡ', 'L'),
    ('ꓢ', 'S'),
    ('ꓣ', 'R'),
    ('ꓦ', 'V'),
    ('ꓧ', 'H'),
    ('ꓪ', 'W'),
    ('ꓫ', 'X'),
    ('ꓬ', 'Y'),
    ('ꓮ', 'A'),
    ('ꓰ', 'E'),
    ('ꓲ', 'I'),
    ('ꓳ', 'O'),
    ('ꓴ', 'U'),
    ('ꜰ', 'f'),
    ('ꜱ', 's'),
];

/// The Latin letter that a reader takes this one for.
pub(crate) fn latin(character: char) -> Option<char> {
    if !may_look_alike(character) {
        return None;
    }
    let at = LOOK_ALIKES.binary_search_by_key(&character, |(look_alike, _)| *look_alike).ok()?;
    LOOK_ALIKES.get(at).map(|(_, latin)| *latin)
}

/// True for the blocks that have look-alikes: IPA and phonetic letters, Greek, Cyrillic, Armenian, Cherokee, Lisu.
pub(crate) const fn may_look_alike(character: char) -> bool {
    matches!(character, '\u{0250}'..='\u{02AF}' | '\u{0370}'..='\u{058F}' | '\u{13A0}'..='\u{13FF}' | '\u{1D00}'..='\u{1D2B}'
        | '\u{A4D0}'..='\u{A4FF}' | '\u{A730}'..='\u{A731}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_look_alike_is_found() {
        let mut sorted = LOOK_ALIKES.to_vec();
        sorted.sort_unstable();
        for ((other, letter), known) in sorted.iter().zip(LOOK_ALIKES) {
            assert_eq!((other, letter), (&known.0, &known.1), "sort the table");
            assert_eq!(latin(*other), Some(*letter), "{other}");
        }
    }
}
