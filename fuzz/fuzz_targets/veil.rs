//! Fuzz target: an answer with surrogates in it is restored, and however it is cut, the same text comes out.
//!
//! The first byte chooses the lane, the second how long the pieces are. In the text the bytes 1 to 4 stand for surrogates.
#![no_main]

use std::sync::{Arc, LazyLock};

use cordon_types::{DataClass, Entity, EntityDef, Lane, LaneFormat, LaneId, ScopeKey, Sink};
use cordon_veil::{Foreign, Forms, RestoreMap, RestoreOptions, Restorer, Veil, scope_from};

const VALUES: [(&str, &str, DataClass); 4] = [
    ("PERSON", "Ilse \"Van\" Rompaey", DataClass::Person),
    ("EMAIL_ADDRESS", "ilse@kestrelmoor.org", DataClass::Contact),
    ("PHONE_NUMBER", "+44 20 7946 0412", DataClass::Contact),
    ("PASSWORD", "kT7#p\\Wq2", DataClass::Credential),
];

static BUILT: LazyLock<(Vec<String>, Arc<RestoreMap>)> = LazyLock::new(|| {
    let key = ScopeKey::new([7; 32]);
    let (forms, foreign) = (Forms::default(), Foreign::of([""]));
    let mut veil = Veil::new(&key, scope_from(&key, &[b"fuzz"]), &forms, &foreign);
    let surrogates = VALUES.map(|(name, value, class)| {
        let word = name.split('_').next().unwrap_or(name).to_owned();
        let entity = Entity::new(EntityDef { name: name.to_owned(), word, class });
        veil.surrogate(&entity, value).expect("few values have surrogates")
    });
    (surrogates.to_vec(), Arc::new(veil.into_map()))
});

fn restored<'t>(choice: u8, pieces: impl Iterator<Item = &'t str>) -> String {
    let sinks = [Sink::Reader, Sink::ClientTool, Sink::ProviderTool, Sink::Signed];
    let sink = sinks[usize::from(choice & 3)];
    let format = if choice & 4 == 0 { LaneFormat::Plain } else { LaneFormat::Json };
    let lane = Lane { id: LaneId { part: 0, channel: 0, index: 0 }, sink, format };
    let options = RestoreOptions { secrets_to_reader: choice & 8 != 0 };
    let mut restorer = Restorer::new(Arc::clone(&BUILT.1), options);
    let mut out: String = pieces.map(|piece| restorer.push(lane, piece)).collect();
    out += &restorer.close(lane);
    out
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let [choice, length, text @ ..] = data else { return };
    let mut answer = String::new();
    for c in String::from_utf8_lossy(text).chars() {
        match usize::try_from(u32::from(c)).ok().and_then(|code| BUILT.0.get(code.wrapping_sub(1))) {
            Some(surrogate) => answer.push_str(surrogate),
            None => answer.push(c),
        }
    }
    let whole = restored(*choice, std::iter::once(answer.as_str()));
    for length in [1, usize::from(*length).max(2)] {
        let (mut pieces, mut rest) = (Vec::new(), answer.as_str());
        while let Some((at, _)) = rest.char_indices().nth(length) {
            let (piece, other) = rest.split_at(at);
            pieces.push(piece);
            rest = other;
        }
        pieces.push(rest);
        assert!(
            restored(*choice, pieces.into_iter()) == whole,
            "pieces of {length} characters give another text"
        );
    }
});
