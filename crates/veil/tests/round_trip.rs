//! Replace, let a model repeat it, restore: the text comes back, in every scope its own, at every depth of JSON, however the
//! stream was cut.

#![expect(clippy::unwrap_used, reason = "tests say what must hold")]

use std::collections::HashSet;
use std::sync::Arc;

use cordon_veil::{Foreign, Form, Forms, RestoreOptions, Restorer, Veil, looks_like_surrogate, scope_from};
use proptest::prelude::*;
use types::{DataClass, Entity, EntityDef, Lane, LaneFormat, LaneId, ScopeKey, Sink};

const READER: Lane = lane(Sink::Reader, LaneFormat::Plain);
const TOOL: Lane = lane(Sink::ClientTool, LaneFormat::Json);

const fn lane(sink: Sink, format: LaneFormat) -> Lane {
    Lane { id: LaneId { part: 0, channel: 0, index: 0 }, sink, format }
}

fn entity(name: &str, word: &str) -> Entity {
    Entity::new(EntityDef { name: name.to_owned(), word: word.to_owned(), class: DataClass::Person })
}

fn entities() -> [Entity; 6] {
    [
        entity("PERSON", "PERSON"),
        entity("EMAIL_ADDRESS", "EMAIL"),
        entity("PHONE_NUMBER", "PHONE"),
        entity("CREDIT_CARD", "CARD"),
        entity("IBAN_CODE", "IBAN"),
        entity("IP_ADDRESS", "IP"),
    ]
}

fn forms(form: Form) -> Forms {
    entities().iter().fold(Forms::default(), |forms, entity| forms.with(entity.name(), form))
}

/// Parts of a text: what stands around, and values.
#[derive(Debug, Clone)]
enum Part {
    Around(String),
    Value(usize, String),
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![
        "[ -~\\n]{0,12}|\\PC{0,6}|[PERSON_ 7KQ2\\\\-]{0,10}|[\\[\\]()<>:/.a =\"'{}!,\\\\\\n-]{0,12}"
            .prop_map(Part::Around),
        (0..6_usize, "[A-Za-z]{1,8}( [A-Za-z]{1,8})?|\\PC{1,10}")
            .prop_map(|(entity, value)| Part::Value(entity, value)),
        (0..1_usize, "[a-z]{2,8}@kestrelmoor\\.org").prop_map(|(_, value)| Part::Value(1, value)),
        "\\+44 20 7[0-9]{3} [0-9]{4}".prop_map(|value| Part::Value(2, value)),
        "10\\.2[0-9]\\.[1-9]\\.[1-9]".prop_map(|value| Part::Value(5, value)),
    ]
}

/// The text as the caller wrote it and as it leaves. Values stand between blanks, as words do.
fn replaced(parts: &[Part], form: Form, key: &ScopeKey) -> (String, String, Arc<cordon_veil::RestoreMap>) {
    let text: String = parts
        .iter()
        .map(|part| match part {
            Part::Around(around) => around.clone(),
            Part::Value(_, value) => format!(" {value} "),
        })
        .collect();
    let forms = forms(form);
    let foreign = Foreign::of([text.as_str()]);
    let mut veil = Veil::new(key, scope_from(key, &[b"turn"]), &forms, &foreign);
    let entities = entities();
    let mut first = std::collections::HashMap::new();
    let mut wanted = String::new();
    let mut sent = String::new();
    for part in parts {
        match part {
            Part::Around(around) => {
                wanted.push_str(around);
                sent.push_str(around);
            }
            Part::Value(index, value) => {
                let surrogate = veil.surrogate(entities.get(*index).unwrap(), value).unwrap();
                let written = first.entry(surrogate.clone()).or_insert_with(|| value.clone());
                wanted.push_str(&format!(" {written} "));
                sent.push_str(&format!(" {surrogate} "));
            }
        }
    }
    (wanted, sent, Arc::new(veil.into_map()))
}

fn restored<'p>(
    map: &Arc<cordon_veil::RestoreMap>,
    lane: Lane,
    pieces: impl IntoIterator<Item = &'p str>,
) -> String {
    let mut restorer = Restorer::new(Arc::clone(map), RestoreOptions::default());
    let mut out: String = pieces.into_iter().map(|piece| restorer.push(lane, piece)).collect();
    out.push_str(&restorer.close(lane));
    out
}

fn pieces<'t>(text: &'t str, lengths: &[usize]) -> Vec<&'t str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    for length in lengths.iter().cycle().take(text.len() * 2) {
        let bytes = rest.char_indices().nth(*length).map_or(rest.len(), |(at, _)| at);
        let (piece, behind) = rest.split_at(bytes);
        pieces.push(piece);
        rest = behind;
    }
    pieces.push(rest);
    pieces
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 1500 } else { 4000 }))]

    #[test]
    fn what_was_replaced_comes_back(parts in prop::collection::vec(part(), 0..12), class: bool) {
        let form = if class { Form::Class } else { Form::Word };
        let (wanted, sent, map) = replaced(&parts, form, &ScopeKey::new([1; 32]));
        let tool = lane(Sink::ClientTool, LaneFormat::Plain);
        // Text that looks like JSON has its values escaped: another test.
        let sent = format!("text: {sent}");
        let wanted = format!("text: {wanted}");
        prop_assert_eq!(restored(&map, tool, [sent.as_str()]), wanted);
    }

    #[test]
    fn the_result_does_not_depend_on_cuts(
        parts in prop::collection::vec(part(), 0..10),
        class: bool,
        json: bool,
        reader: bool,
        lengths in prop::collection::vec(0..7_usize, 1..20).prop_filter("goes on", |lengths| lengths.iter().any(|length| *length > 0)),
    ) {
        let form = if class { Form::Class } else { Form::Word };
        let (_, sent, map) = replaced(&parts, form, &ScopeKey::new([1; 32]));
        let lane = lane(if reader { Sink::Reader } else { Sink::ClientTool }, if json { LaneFormat::Json } else { LaneFormat::Plain });
        let whole = restored(&map, lane, [sent.as_str()]);
        prop_assert_eq!(&restored(&map, lane, pieces(&sent, &lengths)), &whole);
        prop_assert_eq!(&restored(&map, lane, pieces(&sent, &[1])), &whole);
    }

    #[test]
    fn text_without_surrogates_of_the_scope_stays(text in "\\PC*|[PERSON_ 7KQ2\\\\\"{}:\\[\\](https/.=<>)-]*", json: bool, reader: bool) {
        let (_, _, map) = replaced(&[Part::Value(0, "Ilse".into()), Part::Value(1, "a@b.org".into())], Form::Class, &ScopeKey::new([1; 32]));
        let lane = lane(if reader { Sink::Reader } else { Sink::ClientTool }, if json { LaneFormat::Json } else { LaneFormat::Plain });
        prop_assert_eq!(restored(&map, lane, [text.as_str()]), text);
    }

    #[test]
    fn json_parses_to_the_original_at_every_depth(
        value in "\\PC{1,12}|[\"\\\\\\n\\t\\x00-\\x1f😀{}\\[\\]]{1,12}",
        around in "[a-z \"\\\\\\n]{0,8}",
        depth in 0..4_usize,
        class: bool,
        lengths in prop::collection::vec(1..7_usize, 1..20),
    ) {
        let form = if class { Form::Class } else { Form::Word };
        let (_, sent, map) = replaced(&[Part::Value(0, value.clone())], form, &ScopeKey::new([1; 32]));
        let surrogate = sent.trim();
        let nest = |inner: &str| {
            let mut text = serde_json::json!([format!("{around} {inner} "), { inner: 1 }]).to_string();
            for _ in 0..depth {
                text = serde_json::json!({ "n": [text, inner] }).to_string();
            }
            text
        };
        let out = restored(&map, TOOL, pieces(&nest(surrogate), &lengths));
        let mut parsed: serde_json::Value = serde_json::from_str(&out).map_err(|e| TestCaseError::fail(format!("{e}: {out}")))?;
        for _ in 0..depth {
            prop_assert_eq!(parsed.pointer("/n/1").and_then(|inner| inner.as_str()), Some(value.as_str()));
            parsed = serde_json::from_str(parsed.pointer("/n/0").and_then(|inner| inner.as_str()).unwrap()).map_err(|e| TestCaseError::fail(format!("{e}: {out}")))?;
        }
        let expected = format!("{around} {value} ");
        prop_assert_eq!(parsed.pointer("/0").and_then(|text| text.as_str()), Some(expected.as_str()));
        prop_assert!(parsed.pointer("/1").is_some_and(|object| object.get(&value).is_some()));
    }

    #[test]
    fn surrogates_look_like_surrogates_and_none_begins_another(values in prop::collection::hash_set("\\PC{1,8}", 1..60), class: bool) {
        let forms = forms(if class { Form::Class } else { Form::Word });
        let foreign = Foreign::of(values.iter().map(String::as_str));
        let key = ScopeKey::new([1; 32]);
        let mut veil = Veil::new(&key, scope_from(&key, &[b"turn"]), &forms, &foreign);
        let mut given = HashSet::new();
        for (index, value) in values.iter().enumerate() {
            given.insert(veil.surrogate(entities().get(index % 6).unwrap(), value).unwrap());
        }
        let map = veil.into_map();
        prop_assert_eq!(map.len(), given.len());
        for one in &given {
            prop_assert!(looks_like_surrogate(one));
            prop_assert!(map.contains_surrogate(one));
            prop_assert!(given.iter().all(|other| one == other || !other.starts_with(one.as_str())));
        }
    }
}

#[test]
fn scopes_in_parallel_never_cross() {
    // All scopes hold the same surrogates, for different values: the same key, scope and values in normal form, written
    // differently by each.
    let outs: Vec<(String, String)> = std::thread::scope(|threads| {
        let running: Vec<_> = (1..=64_usize)
            .map(|n| {
                threads.spawn(move || {
                    let own = format!("Ilse{}Rompaey", " ".repeat(n));
                    let (_, sent, map) =
                        replaced(&[Part::Value(0, own.clone())], Form::Word, &ScopeKey::new([1; 32]));
                    let text = sent.repeat(50);
                    let out = restored(&map, READER, pieces(&text, &[n % 5 + 1]));
                    assert_eq!(out, format!(" {own} ").repeat(50));
                    (sent, own)
                })
            })
            .collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let surrogates: HashSet<&String> = outs.iter().map(|(sent, _)| sent).collect();
    let originals: HashSet<&String> = outs.iter().map(|(_, own)| own).collect();
    assert_eq!((surrogates.len(), originals.len()), (1, 64));
}

#[test]
fn two_scopes_share_no_code_for_a_value() {
    let key = ScopeKey::new([1; 32]);
    let (forms, foreign) = (Forms::default(), Foreign::of([]));
    let person = entity("PERSON", "PERSON");
    let given = |part: &[u8], value: &str| {
        Veil::new(&key, scope_from(&key, &[part]), &forms, &foreign).surrogate(&person, value).unwrap()
    };
    let same = (0..500).filter(|n| given(b"one", &n.to_string()) == given(b"two", &n.to_string())).count();
    // One in 166 000 is expected to.
    assert!(same <= 1, "{same}");
}

#[test]
fn values_in_the_same_order_get_the_same_surrogates_and_order_matters_only_on_collision() {
    let key = ScopeKey::new([1; 32]);
    let (forms, foreign) = (Forms::default(), Foreign::of([]));
    let person = entity("PERSON", "PERSON");
    let all = |values: &mut dyn Iterator<Item = u32>| -> std::collections::BTreeMap<u32, String> {
        let mut veil = Veil::new(&key, scope_from(&key, &[b"turn"]), &forms, &foreign);
        values.map(|n| (n, veil.surrogate(&person, &format!("p{n}")).unwrap())).collect()
    };
    let forward = all(&mut (0..200));
    assert_eq!(forward, all(&mut (0..200)));
    let backward = all(&mut (0..200).rev());
    let moved = forward.iter().filter(|(n, surrogate)| backward.get(n) != Some(surrogate)).count();
    assert!(moved <= 2, "{moved}");
}

#[test]
fn two_spellings_of_a_value_share_a_surrogate_and_entities_do_not() {
    let key = ScopeKey::new([1; 32]);
    let (forms, foreign) = (Forms::default(), Foreign::of([]));
    let mut veil = Veil::new(&key, scope_from(&key, &[b"turn"]), &forms, &foreign);
    let [person, mail, ..] = entities();
    let first = veil.surrogate(&person, "Ilse\u{a0}Van  Rompaey").unwrap();
    assert_eq!(veil.surrogate(&person, "Ilse Van Rompaey").unwrap(), first);
    assert_ne!(veil.surrogate(&person, "ilse van rompaey").unwrap(), first);
    assert_ne!(veil.surrogate(&mail, "Ilse Van Rompaey").unwrap(), first);
    let map = Arc::new(veil.into_map());
    assert_eq!(restored(&map, READER, [first.as_str()]), "Ilse\u{a0}Van  Rompaey");
    assert_eq!(format!("{map:?}"), "RestoreMap(3 surrogates)");
}

#[test]
fn very_many_values_get_surrogates() {
    let key = ScopeKey::new([1; 32]);
    let (forms, foreign) = (Forms::default(), Foreign::of([]));
    let person = entity("PERSON", "PERSON");
    let mut veil = Veil::new(&key, scope_from(&key, &[b"turn"]), &forms, &foreign);
    let surrogates: HashSet<String> =
        (0..60_000).map(|n| veil.surrogate(&person, &format!("p{n}")).unwrap()).collect();
    assert_eq!(surrogates.len(), 60_000);
}
