//! Postal addresses by their form: street and number, flat, postal code, town, in the order of the main countries.
//!
//! Promises: spans begin with the street or what stands before its number, and reach to the last part that belongs to the
//! address; words that are ordinary ones too (`Park`, `Place`, `Ring`) count only where a postal code follows. Any case.
//! Leaves to others: addresses without a number, in lower case, or in scripts without spaces (the tagger's duty).
//!
//! The words come from `recognizers/addresses.toml`, how they are put together from [`grammar`].

mod grammar;

use regex_automata::Input;
use regex_automata::meta::{BuildError, Regex};
use types::ByteSpan;

/// Lines that an address goes on over.
const LINES_MAX: usize = 3;

/// Longest address, in bytes: what is longer is a list.
const BYTES_MAX: usize = 160;

/// Lines are searched up to so many bytes behind their end.
const AHEAD_BYTES: usize = 256;

/// Lists of words, as they are read from the recognizer files.
#[derive(Debug, Default)]
pub(crate) struct AddressLists {
    before: Vec<String>,
    before_maybe: Vec<String>,
    end: Vec<String>,
    end_maybe: Vec<String>,
    after: Vec<String>,
    after_maybe: Vec<String>,
    units: Vec<String>,
    particles: Vec<String>,
    none: Vec<String>,
}

impl AddressLists {
    /// The names of the lists.
    pub(crate) const LISTS: &str = "street_before, street_before_maybe, street_end, street_end_maybe, street_after, \
        street_after_maybe, street_not, address_unit, address_particles";

    /// Takes a list; false when none is called so.
    pub(crate) fn add(&mut self, list: &str, words: &[String]) -> bool {
        let own = match list {
            "street_before" => &mut self.before,
            "street_before_maybe" => &mut self.before_maybe,
            "street_end" => &mut self.end,
            "street_end_maybe" => &mut self.end_maybe,
            "street_after" => &mut self.after,
            "street_after_maybe" => &mut self.after_maybe,
            "address_unit" => &mut self.units,
            "address_particles" => &mut self.particles,
            "street_not" => &mut self.none,
            _ => return false,
        };
        own.extend(words.iter().cloned());
        true
    }

    /// What finds addresses; nothing where a list is empty.
    pub(crate) fn reader(&self) -> Result<Addresses, Box<BuildError>> {
        let pattern = grammar::pattern(self);
        let config = regex_automata::util::syntax::Config::new().unicode(false).utf8(false);
        let regex = pattern
            .map(|pattern| Regex::builder().syntax(config).build(&pattern).map_err(Box::new))
            .transpose()?;
        Ok(Addresses { regex, none: self.none.iter().map(|words| words.to_lowercase()).collect() })
    }
}

/// Finds addresses.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    regex: Option<Regex>,
    none: Vec<String>,
}

impl Addresses {
    /// The addresses in a text, in order.
    pub(crate) fn find(&self, text: &str) -> Vec<ByteSpan> {
        let mut found: Vec<ByteSpan> = Vec::new();
        let Some(regex) = &self.regex else { return found };
        let (mut start, mut done) = (0, 0);
        for line in text.split_inclusive('\n') {
            let (from, end) = (start.max(done), start + line.len());
            start = end;
            if from >= end || !is_worth_reading(line) {
                continue;
            }
            let to = end_of_lines(text, end);
            let mut at = from;
            while let Some(span) = next(regex, text, at, to).filter(|span| span.start < end) {
                at = span.end;
                if span.len() <= BYTES_MAX && !self.is_none(text, span) {
                    found.push(span);
                    done = span.end;
                }
            }
        }
        found
    }
}

impl Addresses {
    /// True for what reads like a street and is none.
    fn is_none(&self, text: &str, span: ByteSpan) -> bool {
        let value = span.of(text).unwrap_or_default().to_lowercase();
        self.none.iter().any(|words| value.ends_with(words.as_str()))
    }
}

fn next(regex: &Regex, text: &str, at: usize, to: usize) -> Option<ByteSpan> {
    let found = regex.find(Input::new(text).range(at..to))?;
    let span = ByteSpan::new(found.start(), found.end());
    let is_whole = text.is_char_boundary(span.start) && text.is_char_boundary(span.end) && !span.is_empty();
    is_whole.then_some(span)
}

/// A house number and a word: all addresses that are read here have both in their first line.
fn is_worth_reading(line: &str) -> bool {
    let bytes = line.as_bytes();
    bytes.iter().any(u8::is_ascii_digit)
        && bytes.contains(&b' ')
        && bytes.iter().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii())
}

/// Where the lines end that an address may go on over.
fn end_of_lines(text: &str, end: usize) -> usize {
    let most = crate::edges::floor(text, end.saturating_add(AHEAD_BYTES));
    let ahead = text.get(end..most).unwrap_or_default();
    end + ahead.split_inclusive('\n').take(LINES_MAX - 1).map(str::len).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        static ADDRESSES: std::sync::LazyLock<Addresses> = std::sync::LazyLock::new(|| {
            let file: toml::Table = include_str!("../../../../recognizers/addresses.toml").parse().unwrap();
            let mut lists = AddressLists::default();
            for list in file["list"].as_array().unwrap() {
                let words: Vec<String> = list["words"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|word| word.as_str().unwrap().to_owned())
                    .collect();
                lists.add(list["name"].as_str().unwrap(), &words);
            }
            lists.reader().unwrap()
        });
        ADDRESSES.find(text).into_iter().map(|span| span.of(text).unwrap()).collect()
    }

    #[test]
    fn addresses_of_many_countries_are_found_whole() {
        for address in [
            "14 Gullhaven Terrace, Marrowick MW4 2QT",
            "9 PENHOLT ST",
            "1218 Okonjo Via Apt. 727\nNew Bramfield, NM 43215",
            "Flat 66, Tarrow Court, Wexbridge, FY4 9DE",
            "741 Orla Harbor, Cantumouth, ON K3E2P2",
            "Lindenstraße 14, 50674 Köln",
            "Jäkelring 8/5, 74125 Gotha",
            "Cengiz-Otto-Ring 96, 00043 Meiningen",
            "Sauergasse 7/3, 2026 Spittal an der Drau",
            "Alte Gasse 3",
            "Dylanopad 477, 9863 BT, Epen",
            "Benthestraat 46, 9328IC Elp",
            "Lizzyring 311\n8070 FX\nReuver",
            "7 Oduya Beam, Tarrowborough, E7 9DR",
            "Campo de Farias, 7, Palmares, 35501306 da Conceição / AC",
            "352, chemin Bouvier, 97661 Valletdan",
            "18 bis rue des Tanneurs, 37000 Vaubourg",
            "rue Léon Gérard, 36658 Gaudin",
            "Calle del Olmo 9, 3.º B, 28990 Torreluz",
            "Acceso de Joel Roma 28 Puerta 5 , Soria, 02459",
            "Via Carina Palazzi 99, 20121 Montecora (MI)",
            "Rua das Amoras, 12, 4400-123 Vilarinho",
            "Recanto Leão, 219, Vila Antena, 20975-329 Guerra / SC",
            "ul. Wierzbowa 12/4, 00-950 Brzozów",
            "aleja Śląska 47/97, 86-611 Elbląg",
        ] {
            for text in
                [address.to_owned(), format!("Bring it to {address}.\nThanks"), format!("({address})")]
            {
                assert_eq!(found(&text), [address], "{text}");
            }
        }
    }

    #[test]
    fn numbers_beside_words_are_no_addresses() {
        for text in [
            "Chapter 14 Gullhaven went on.",
            "See Section 3, Table 12, 2024.",
            "Version 3.1.4, Ring 2 of the rollout, 12 Points",
            "I have 3 Windows and 12 Views open, 4 Parks to see, Way 2 go.",
            "Park 7, Place 3, Hof 2, Markt 5",
            "via API 2, par voie 3, via Port 8080",
            "12 Angry Men, Paris, 1957",
            "HTTP 404, St 5, Dr 3",
            "let x = a[12]; // Route 66",
            "Room 12, 10115 users",
            "I have 2 Google Drive accounts and 3 Flash Drive sticks; the 9 Supreme Court judges",
            "os Windows 11, al Dente 9, pl SQL 2",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn what_follows_an_address_stays() {
        assert_eq!(
            found("Livrer au 83, chemin Julien Giraud, 53299 Saint Maggie-les-Bains. Ma carte est perdue."),
            ["83, chemin Julien Giraud, 53299 Saint Maggie-les-Bains"]
        );
        assert_eq!(
            found("Enviar a Calle Mayor 9, Soria, 02459, y nada más."),
            ["Calle Mayor 9, Soria, 02459"]
        );
        assert_eq!(found("From 9 Penholt Street to 14 Low Road today"), ["9 Penholt Street", "14 Low Road"]);
    }

    #[test]
    fn hostile_texts_are_read_to_the_end() {
        for unit in ["1 A ", "Via A ", "Straße 1, ", "9 A, ", "é1 ", "Weg 1\n"] {
            found(&unit.repeat(50_000));
        }
    }
}
