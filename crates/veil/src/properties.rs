//! What holds for any input, as a function of bytes: the fuzz target `veil` in `fuzz/` calls it with what a fuzzer makes up, and
//! a test below with what fuzzers kept (`fuzz/corpus`). It panics when the property does not hold; nothing else does.
//!
//! Only in tests and with the feature `properties`, which no product crate turns on.
#![expect(clippy::expect_used, reason = "four values of four entities have surrogates, which a test shows")]

use std::sync::{Arc, LazyLock};

use types::{DataClass, Entity, EntityDef, Lane, LaneFormat, LaneId, ScopeKey, Sink};

use crate::{Foreign, Forms, RestoreMap, RestoreOptions, Restorer, Veil, scope_from};

const VALUES: [(&str, &str, DataClass); 4] = [
    ("PERSON", "Ilse \"Van\" Rompaey", DataClass::Person),
    ("EMAIL_ADDRESS", "ilse@kestrelmoor.org", DataClass::Contact),
    ("PHONE_NUMBER", "+44 20 7946 0412", DataClass::Contact),
    ("PASSWORD", "kT7#p\\Wq2", DataClass::Credential),
];

static BUILT: LazyLock<([String; 4], Arc<RestoreMap>)> = LazyLock::new(|| {
    let key = ScopeKey::new([7; 32]);
    let (forms, foreign) = (Forms::default(), Foreign::of([""]));
    let mut veil = Veil::new(&key, scope_from(&key, &[b"fuzz"]), &forms, &foreign);
    let surrogates = VALUES.map(|(name, value, class)| {
        let word = name.split('_').next().unwrap_or(name).to_owned();
        let entity = Entity::new(EntityDef { name: name.to_owned(), word, class });
        veil.surrogate(&entity, value).expect("few values have surrogates")
    });
    (surrogates, Arc::new(veil.into_map()))
});

/// A text with surrogates in it is restored the same however it is cut. The first byte chooses the lane, the second how long
/// the pieces are; in the text the bytes 1 to 4 stand for surrogates.
pub fn veil(data: &[u8]) {
    let [choice, length, text @ ..] = data else { return };
    let answer = with_surrogates(text);
    let whole = restored(*choice, std::iter::once(answer.as_str()));
    for length in [1, usize::from(*length).max(2)] {
        let (mut pieces, mut rest) = (Vec::new(), answer.as_str());
        while let Some((at, _)) = rest.char_indices().nth(length) {
            let (piece, other) = rest.split_at(at);
            pieces.push(piece);
            rest = other;
        }
        pieces.push(rest);
        let is_same = restored(*choice, pieces.into_iter()) == whole;
        assert!(is_same, "pieces of {length} characters give another text");
    }
}

fn with_surrogates(text: &[u8]) -> String {
    let mut answer = String::new();
    for c in String::from_utf8_lossy(text).chars() {
        match usize::try_from(u32::from(c)).ok().and_then(|code| BUILT.0.get(code.wrapping_sub(1))) {
            Some(surrogate) => answer.push_str(surrogate),
            None => answer.push(c),
        }
    }
    answer
}

fn restored<'t>(choice: u8, pieces: impl Iterator<Item = &'t str>) -> String {
    let sink = match choice & 3 {
        0 => Sink::Reader,
        1 => Sink::ClientTool,
        2 => Sink::ProviderTool,
        _ => Sink::Signed,
    };
    let format = if choice & 4 == 0 { LaneFormat::Plain } else { LaneFormat::Json };
    let lane = Lane { id: LaneId { part: 0, channel: 0, index: 0 }, sink, format };
    let options = RestoreOptions { secrets_to_reader: choice & 8 != 0 };
    let mut restorer = Restorer::new(Arc::clone(&BUILT.1), options);
    let mut out: String = pieces.map(|piece| restorer.push(lane, piece)).collect();
    out += &restorer.close(lane);
    out
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn the_corpus_of_answers_holds() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/veil");
        let mut count = 0;
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let data = std::fs::read(&path).unwrap();
            let held = std::panic::catch_unwind(|| veil(&data));
            assert!(held.is_ok(), "{} does not hold", path.display());
            count += 1;
        }
        assert!(count > 0, "no corpus in {}", folder.display());
    }

    #[test]
    fn surrogates_of_the_property_are_restored() {
        let answer = with_surrogates(b"to \x02, please");
        let pieces: Vec<String> = answer.chars().map(|c| c.to_string()).collect();
        assert_eq!(restored(1, pieces.iter().map(String::as_str)), "to ilse@kestrelmoor.org, please");
    }
}
