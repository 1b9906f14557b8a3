//! Names of companies that end with their legal form: `BRACKENRIDGE 88 LLC`, `Müller & Söhne GmbH`.
//!
//! Promises: capitalised words and numbers of one line before a legal form, the form included; at least one word. A form of
//! two letters (`AG`, `SE`) is taken only in capitals and behind a word that is not all capitals. Read only where organisations
//! are asked for.

use std::collections::HashSet;

use types::ByteSpan;

/// Most words before the legal form.
const WORDS_MAX: usize = 5;

/// The legal forms, in lower case.
#[derive(Debug, Default)]
pub(crate) struct CompanyForms {
    forms: HashSet<String>,
}

impl CompanyForms {
    /// The name of the list.
    pub(crate) const LISTS: &str = "company_form";

    /// Takes a list; false when it is called otherwise.
    pub(crate) fn add(&mut self, list: &str, words: &[String]) -> bool {
        if list != Self::LISTS {
            return false;
        }
        self.forms.extend(words.iter().map(|word| word.to_lowercase()));
        true
    }

    /// The companies in a text, in order.
    pub(crate) fn find(&self, text: &str) -> Vec<ByteSpan> {
        let mut found = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            self.find_in(line, at, &mut found);
            at += line.len();
        }
        found
    }

    fn find_in(&self, line: &str, from: usize, found: &mut Vec<ByteSpan>) {
        // Words of the name so far: where they begin, whether one is a word, whether all letters are capitals.
        let mut name: Vec<(usize, &str)> = Vec::new();
        let mut at = 0;
        for piece in line.split_inclusive([' ', '\n']) {
            let start = at;
            at += piece.len();
            let whole = piece.trim_end();
            let word = whole.trim_end_matches([',', ';', ':', ')', '"', '.']);
            if let Some(end) = self.form(whole, word, &name) {
                if let Some((first, _)) = name.first() {
                    found.push(ByteSpan::new(from + first, from + start + end));
                }
                name.clear();
                continue;
            }
            let opened = word.trim_start_matches(['(', '"', '\'']);
            if opened.len() < word.len() {
                name.clear();
            }
            let is_joint = matches!(opened, "&" | "+" | "und" | "and" | "et" | "y" | "e") && !name.is_empty();
            if !is_joint && !is_part(opened) {
                name.clear();
                continue;
            }
            name.push((start + word.len() - opened.len(), opened));
            if name.len() > WORDS_MAX {
                name.remove(0);
            }
            // A comma may stand only before the legal form.
            if whole.len() > word.len() && whole.get(word.len()..) != Some(",") {
                name.clear();
            }
        }
    }

    /// Where the legal form ends in its word, behind the words of a name.
    fn form(&self, whole: &str, word: &str, name: &[(usize, &str)]) -> Option<usize> {
        let is_named = name.iter().any(|(_, word)| word.chars().filter(|c| c.is_alphabetic()).count() > 1);
        let dotted = whole.trim_end_matches([',', ';', ':', ')', '"']);
        let form = [dotted, word].into_iter().find(|form| self.forms.contains(&form.to_lowercase()))?;
        let letters = form.chars().filter(char::is_ascii_alphabetic).count();
        let is_upper = !form.chars().any(char::is_lowercase);
        let is_shouted = name.iter().all(|(_, word)| !word.chars().any(char::is_lowercase));
        let is_clear = if letters <= 2 {
            is_upper && !is_shouted
        } else {
            form.starts_with(char::is_uppercase) || form.contains('.')
        };
        (is_named && is_clear).then_some(form.len())
    }
}

/// A word or number of a company's name.
fn is_part(word: &str) -> bool {
    let first = word.chars().next();
    first.is_some_and(|c| c.is_uppercase() || c.is_ascii_digit())
        && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '\'' | '’' | '.' | '&'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut forms = CompanyForms::default();
        forms.add("company_form", &["LLC", "GmbH", "Ltd", "AG", "S.A.", "Inc", "SE"].map(str::to_owned));
        forms.find(text).into_iter().map(|span| span.of(text).unwrap()).collect()
    }

    #[test]
    fn names_before_a_legal_form_are_found() {
        for (text, name) in [
            ("BRACKENRIDGE 88 LLC - DAYTIME TEL", "BRACKENRIDGE 88 LLC"),
            ("die Müller & Söhne GmbH, Ulm", "Müller & Söhne GmbH"),
            ("we met Tidewick Mills, Inc. there", "Tidewick Mills, Inc"),
            ("der Brandlehner AG\n", "Brandlehner AG"),
            ("para Olmedo Vidal S.A.", "Olmedo Vidal S.A."),
        ] {
            assert_eq!(found(text), [name], "{text}");
        }
    }

    #[test]
    fn a_legal_form_alone_or_in_a_word_is_no_company() {
        for text in ["an LLC is cheap", "LLC", "the Inc file", "NO AG", "AS SE SAYS", "ltd", "my ltd"] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
