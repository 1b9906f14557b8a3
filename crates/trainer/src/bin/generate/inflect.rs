//! Grammatical forms of names: Polish cases, German genitive. Rules by ending, right for most names and good enough to learn from.

/// A name in a grammatical form, word by word.
pub(super) fn inflect(language: &str, form: &str, name: &str) -> String {
    let words: Vec<String> = name.split(' ').map(|word| word_form(language, form, word)).collect();
    if language == "de" {
        // Only the last word takes the ending: "Anna Webers".
        let (last, rest) = name.rsplit_once(' ').map_or((name, ""), |(rest, last)| (last, rest));
        let last = word_form(language, form, last);
        return if rest.is_empty() { last } else { format!("{rest} {last}") };
    }
    words.join(" ")
}

/// Endings and what they become, first match wins; the last entry of a form is for consonants.
const POLISH: &[(&str, &[(&str, &str)])] = &[
    (
        "gen",
        &[
            ("ska", "skiej"),
            ("cka", "ckiej"),
            ("dzka", "dzkiej"),
            ("ski", "skiego"),
            ("cki", "ckiego"),
            ("dzki", "dzkiego"),
            ("ia", "ii"),
            ("ja", "i"),
            ("ka", "ki"),
            ("ga", "gi"),
            ("la", "li"),
            ("a", "y"),
            ("ek", "ka"),
            ("eł", "ła"),
            ("y", "ego"),
            ("", "a"),
        ],
    ),
    (
        "dat",
        &[
            ("ska", "skiej"),
            ("cka", "ckiej"),
            ("dzka", "dzkiej"),
            ("ski", "skiemu"),
            ("cki", "ckiemu"),
            ("dzki", "dzkiemu"),
            ("ia", "ii"),
            ("ja", "i"),
            ("ka", "ce"),
            ("ga", "dze"),
            ("ra", "rze"),
            ("ła", "le"),
            ("la", "li"),
            ("ta", "cie"),
            ("da", "dzie"),
            ("a", "ie"),
            ("ek", "kowi"),
            ("eł", "łowi"),
            ("y", "emu"),
            ("", "owi"),
        ],
    ),
    (
        "ins",
        &[
            ("ska", "ską"),
            ("cka", "cką"),
            ("dzka", "dzką"),
            ("ski", "skim"),
            ("cki", "ckim"),
            ("dzki", "dzkim"),
            ("a", "ą"),
            ("ek", "kiem"),
            ("eł", "łem"),
            ("k", "kiem"),
            ("g", "giem"),
            ("y", "ym"),
            ("", "em"),
        ],
    ),
];

fn word_form(language: &str, form: &str, word: &str) -> String {
    let endings: &[(&str, &str)] = match (language, form) {
        ("de", "s") => &[("s", "s'"), ("ß", "ß'"), ("x", "x'"), ("z", "z'"), ("", "s")],
        ("pl", form) => POLISH.iter().find(|p| p.0 == form).map_or(&[], |p| p.1),
        _ => &[],
    };
    // What ends in another vowel, and what is no Polish word, stays as it is.
    let stays =
        language == "pl" && word.ends_with(['e', 'o', 'u', 'é', 'i', '.', '\'']) && !word.ends_with("ki");
    if stays {
        return word.to_owned();
    }
    for (ending, becomes) in endings {
        if let Some(stem) = word.strip_suffix(ending) {
            return format!("{stem}{becomes}");
        }
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::inflect;

    #[test]
    fn polish_names_take_their_cases() {
        assert_eq!(inflect("pl", "gen", "Anna Kowalska"), "Anny Kowalskiej");
        assert_eq!(inflect("pl", "gen", "Marek Nowak"), "Marka Nowaka");
        assert_eq!(inflect("pl", "dat", "Monika Lis"), "Monice Lisowi");
        assert_eq!(inflect("pl", "ins", "Jan Wiśniewski"), "Janem Wiśniewskim");
    }

    #[test]
    fn german_genitive_goes_to_the_last_word() {
        assert_eq!(inflect("de", "s", "Anna Weber"), "Anna Webers");
        assert_eq!(inflect("de", "s", "Max"), "Max'");
    }
}
