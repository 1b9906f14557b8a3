//! Telephone numbers that regulators set aside for fiction, for numbers in international form.
//!
//! Sources: NANPA (line numbers 0100 to 0199 of 555 in any area), Ofcom (numbers for drama use), Bundesnetzagentur
//! (Rufnummern für Film und Fernsehen), ARCEP (décision 2018-0881, numbers for audiovisual works), ACMA (numbers for use
//! in radio, books, film and TV), PTS (telefonnummer för fiktion). Countries that publish none (China and India among
//! them) get the word form, and so do numbers in national form, whose country is not certain.

use super::digits_of;

const DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

/// A country and the separator between the groups of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Style {
    plan: &'static Plan,
    separator: Option<char>,
}

impl Style {
    /// The country code.
    pub(crate) const fn country(&self) -> &'static str {
        self.plan.country
    }
}

/// The numbers of one country. In a block `N` is a free digit, and a blank stands between groups.
#[derive(Debug, PartialEq, Eq)]
struct Plan {
    country: &'static str,
    blocks: &'static [&'static str],
}

const PLANS: [Plan; 6] = [
    Plan {
        country: "1",
        blocks: &[
            "202 555 01NN",
            "212 555 01NN",
            "213 555 01NN",
            "305 555 01NN",
            "312 555 01NN",
            "404 555 01NN",
            "415 555 01NN",
            "503 555 01NN",
            "512 555 01NN",
            "602 555 01NN",
            "614 555 01NN",
            "617 555 01NN",
            "702 555 01NN",
            "713 555 01NN",
            "720 555 01NN",
            "801 555 01NN",
            "808 555 01NN",
            "813 555 01NN",
            "901 555 01NN",
            "907 555 01NN",
        ],
    },
    Plan {
        country: "33",
        blocks: &[
            "1 99 00 NN NN",
            "2 61 91 NN NN",
            "3 53 01 NN NN",
            "4 65 71 NN NN",
            "5 36 49 NN NN",
            "6 39 98 NN NN",
        ],
    },
    Plan {
        country: "44",
        blocks: &["7700 900 NNN", "20 7946 0NNN", "161 496 0NNN", "121 496 0NNN", "1632 960 NNN"],
    },
    Plan { country: "46", blocks: &["8 465 004 NN", "31 390 06 NN", "40 628 04 NN"] },
    Plan {
        country: "49",
        blocks: &["30 23125 NNN", "69 90009 NNN", "40 66969 NNN", "221 4710 NNN", "89 99998 NNN"],
    },
    Plan {
        country: "61",
        blocks: &[
            "2 5550 NNNN",
            "3 5550 NNNN",
            "7 5550 NNNN",
            "8 5550 NNNN",
            "2 7010 NNNN",
            "3 7010 NNNN",
            "7 7010 NNNN",
            "8 7010 NNNN",
        ],
    },
];

pub(crate) fn style_of(value: &str) -> Option<Style> {
    let number = value.strip_prefix('+')?;
    let fits = number.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '(' | ')' | '/'));
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let plan = PLANS.iter().find(|plan| number.starts_with(plan.country))?;
    let separator = number.chars().find(|c| matches!(c, ' ' | '-' | '.'));
    (fits && DIGITS.contains(&digits)).then_some(Style { plan, separator })
}

pub(crate) fn size(style: &Style) -> u64 {
    style.plan.blocks.iter().map(|block| block_size(block)).sum()
}

pub(crate) fn value(style: &Style, index: u64) -> Option<String> {
    let mut rest = index;
    let block = style.plan.blocks.iter().find(|block| {
        let here = rest < block_size(block);
        if !here {
            rest -= block_size(block);
        }
        here
    })?;
    let mut free = digits_of(rest, free(block)).into_iter();
    let mut number = format!("+{}", style.plan.country);
    number.extend(style.separator);
    for c in block.chars() {
        match c {
            'N' => number.push(free.next()?),
            ' ' => number.extend(style.separator),
            _ => number.push(c),
        }
    }
    Some(number)
}

pub(crate) fn is_of_ours(text: &str) -> bool {
    let Some(style) = style_of(text) else { return false };
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    style.plan.blocks.iter().any(|block| {
        let pattern: Vec<char> =
            style.plan.country.chars().chain(block.chars().filter(|c| *c != ' ')).collect();
        pattern.len() == digits.len()
            && pattern.iter().zip(&digits).all(|(want, have)| *want == 'N' || want == have)
    })
}

fn block_size(block: &str) -> u64 {
    10_u64.pow(u32::try_from(free(block)).unwrap_or_default())
}

fn free(block: &str) -> usize {
    block.bytes().filter(|byte| *byte == b'N').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_of_writing_is_kept() {
        let cases = [
            ("+44 20 7183 8750", 7, "+44 7700 900 007"),
            ("+442071838750", 7, "+447700900007"),
            ("+1-212-456-7890", 101, "+1-212-555-0101"),
            ("+33 1 42 68 53 00", 1234, "+33 1 99 00 12 34"),
        ];
        for (original, index, expected) in cases {
            assert_eq!(value(&style_of(original).unwrap(), index).as_deref(), Some(expected));
        }
    }
}
