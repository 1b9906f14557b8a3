//! Korean particles, which follow the sound that the word before them ends in: a template writes one form, the name decides.

use super::Marked;

/// After a consonant, after a vowel. Longer ones first.
const PARTICLES: &[(&str, &str)] = &[
    ("이에요", "예요"),
    ("이네", "네"),
    ("이랑", "랑"),
    ("이가", "가"),
    ("으로", "로"),
    ("은", "는"),
    ("이", "가"),
    ("을", "를"),
    ("과", "와"),
    ("아", "야"),
];

/// `text` as it has to stand behind what is there already.
pub(super) fn agree(before: &Marked, text: &str) -> String {
    let Some(&(last, mark)) = before.chars.last() else { return text.to_owned() };
    if mark == 0 || !('가'..='힣').contains(&last) {
        return text.to_owned();
    }
    let coda = (u32::from(last) - u32::from('가')) % 28;
    for &(consonant, vowel) in PARTICLES {
        for written in [consonant, vowel] {
            let Some(rest) = text.strip_prefix(written) else { continue };
            if rest.chars().next().is_some_and(|c| ('가'..='힣').contains(&c)) {
                continue;
            }
            // A word that ends in the liquid takes the vowel form of this one particle.
            let open = coda == 0 || (vowel == "로" && coda == 8);
            return format!("{}{rest}", if open { vowel } else { consonant });
        }
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(name: &str, text: &str) -> String {
        let mut marked = Marked::default();
        marked.push_labelled(name, "PERSON");
        agree(&marked, text)
    }

    #[test]
    fn particles_follow_the_last_sound() {
        assert_eq!(after("민준", "는 왔다"), "은 왔다");
        assert_eq!(after("지우", "은 왔다"), "는 왔다");
        assert_eq!(after("지우", "을"), "를");
        assert_eq!(after("서울", "으로 갔다"), "로 갔다");
        assert_eq!(after("수빈", "야!"), "아!");
    }

    #[test]
    fn longer_words_stay() {
        assert_eq!(after("민준", "이사님"), "이사님");
        assert_eq!(after("민준", "에게"), "에게");
    }
}
