//! Names, places, organisations and addresses: what the tagger finds and what stands in fields that say so, as findings beside
//! those of the recognizers.
//!
//! Patterns know values by their form; the tagger knows names by how sentences are made, and labels of records by what they
//! say ([`fields`]). What lies within a finding of a pattern keeps its kind. What reaches beyond one, as an address does beyond
//! its postal code, is united with it (`merge`): nothing that either saw stays uncovered.

pub(crate) mod address;
pub(crate) mod code;
pub(crate) mod company;
mod contact;
pub(crate) mod cued;
pub(crate) mod dense;
pub(crate) mod eponym;
pub(crate) mod fields;
pub(crate) mod gathered;
pub(crate) mod lists;
pub(crate) mod public;

use std::sync::Arc;

use types::{ByteSpan, Entity, Evidence, Finding, Role};

use self::fields::label::Holds;
use self::fields::{InFields, Lists, Valued};
use self::public::PublicNames;
use crate::rules::compiled::Rules;
use crate::tables::Tables;
use crate::tagger::{Knob, Label, TaggedSpan, Tagger};

/// The recognizers that evidence names.
pub(crate) const RECOGNIZER: &str = "tagger";
const FIELD: &str = "field";
const FORM: &str = "form";
const CUE: &str = "cue";

/// What is asked of names, places, organisations and addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamesAsked {
    /// How readily something is taken for a name; `None`: they are not asked for.
    pub knob: Option<Knob>,
    /// Organisations are reported, too.
    pub organizations: bool,
    /// Public figures and well-known organisations stay in running text.
    pub keeps_public: bool,
}

impl NamesAsked {
    /// Names are not asked for.
    pub const OFF: Self = Self { knob: None, organizations: false, keeps_public: true };

    /// The word of the configuration for how readily something is taken for a name.
    pub const fn word(self) -> &'static str {
        match self.knob {
            None => "off",
            Some(Knob::Precise) => "precise",
            Some(Knob::Balanced) => "balanced",
            Some(Knob::Strict) => "strict",
        }
    }
}

/// People, places and addresses; public figures stay.
impl From<Knob> for NamesAsked {
    fn from(knob: Knob) -> Self {
        Self { knob: Some(knob), ..Self::OFF }
    }
}

/// A tagger, how readily it takes something for a name, and what it finds.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    tagger: Arc<Tagger>,
    knob: Knob,
    pub(crate) asked: NamesAsked,
    recognizer: Arc<str>,
    field: Arc<str>,
    form: Arc<str>,
    cue: Arc<str>,
    label: Arc<str>,
    patterns: [Arc<str>; 4],
    entities: [Option<Entity>; 4],
}

impl Names {
    /// Findings are of the entities of these rules that answer to the labels; a label without one is passed over. `None` where names
    /// are not asked for.
    pub(crate) fn of(tagger: Arc<Tagger>, asked: NamesAsked, rules: &Rules) -> Option<Self> {
        let entity = |label: Label| {
            let name = entity_name(label);
            let is_asked = label != Label::Organisation || asked.organizations;
            let index = rules.labels.get(name).filter(|_| is_asked)?;
            rules.entities.get(*index).cloned()
        };
        Some(Self {
            tagger,
            knob: asked.knob?,
            asked,
            recognizer: RECOGNIZER.into(),
            field: FIELD.into(),
            form: FORM.into(),
            cue: CUE.into(),
            label: "label".into(),
            patterns: Label::ALL.map(|label| label.name().to_ascii_lowercase().into()),
            entities: Label::ALL.map(entity),
        })
    }

    /// Digest of the weights.
    pub(crate) fn model(&self) -> [u8; 32] {
        self.tagger.version()
    }

    /// Adds what stands in `text`, which is in normal form, to the findings there. `key` is the name of the JSON member around it.
    pub(crate) fn find(
        &self,
        text: &str,
        (key, role): (Option<&str>, Role),
        rules: &Rules,
        found: &mut Vec<Finding>,
    ) {
        let mut tables = Tables::of(text);
        let lists = Lists {
            fields: &rules.fields,
            names: &rules.names,
            known: &|word| self.word(word),
            organizations: self.asked.organizations,
        };
        // The names in definitions of tools are names of things.
        let fields = match role {
            Role::Definition => InFields::default(),
            _ => fields::values(text, key, &tables, lists),
        };
        let owners = contact::owners(text, found, &|word| self.word(word));
        let mut formed = self.formed(text, rules);
        formed.extend(owners.into_iter().map(|span| (span, Label::Person)));
        formed.retain(|(span, _)| !code::is_code(text, *span));
        let addresses: Vec<ByteSpan> =
            formed.iter().filter(|(_, label)| *label == Label::Address).map(|(span, _)| *span).collect();
        let taken =
            Taken::by(found.iter().map(|finding| finding.span).chain(formed.iter().map(|(span, _)| *span)));
        let known = Taken::by(found.iter().map(|finding| finding.span));
        let things = Taken::by(fields.things.iter().copied());
        let counts = |tagged: &TaggedSpan| {
            let is_known = taken.holds(tagged.span) || things.holds(tagged.span);
            let is_public = self.asked.keeps_public && is_public(text, tagged, &rules.public);
            let is_thing = match tagged.label {
                Label::Person => rules.eponyms.is_thing(text, tagged.span, &|word| self.word(word)),
                Label::Location => rules.eponyms.is_thing_of_place(text, tagged.span),
                Label::Organisation | Label::Address => false,
            };
            !is_known
                && !is_public
                && !is_thing
                && is_shaped(text, tagged)
                && !code::is_code(text, tagged.span)
        };
        for mut whole in self.tagger.spans(text, self.knob) {
            whole.span = dense::whole_address(text, &whole);
            whole.span = dense::whole_person(text, &whole, &|word| self.word(word));
            for tagged in parts(text, whole, &addresses).into_iter().flatten() {
                each_in_cell(text, &mut tables, tagged, &mut |tagged| {
                    found.extend(Some(tagged).filter(counts).and_then(|tagged| self.tagged(&tagged)));
                });
            }
        }
        let formed = formed.iter().filter(|(span, _)| !known.holds(*span) && !things.holds(*span));
        found.extend(
            formed.filter_map(|(span, label)| self.finding(*span, *label, FORMED, (FORM, &self.form, None))),
        );
        let valued = fields.values.iter().filter(|valued| !taken.holds(valued.span));
        found.extend(valued.filter_map(|valued| self.valued(valued)));
        if role != Role::Definition {
            self.cued(text, (rules, &things), found);
        }
    }

    /// Adds the people that the words around them tell, where nothing else was found.
    fn cued(&self, text: &str, (rules, things): (&Rules, &Taken), found: &mut Vec<Finding>) {
        let known = |word: &str| self.word(word);
        let mut spans = rules.cued.people(text, &rules.names, &known);
        spans.extend(rules.gathered.people(text, &rules.names, &known));
        let people: Vec<ByteSpan> =
            found.iter().filter(|finding| self.is_person(finding)).map(|finding| finding.span).collect();
        spans.extend(gathered::pairs(text, &people, &known));
        let people = Taken::by(people.into_iter());
        let is_person = |span: ByteSpan| people.holds(span);
        spans.extend(gathered::speakers(text, &rules.fields, &rules.names, &known, &is_person));
        let taken = Taken::by(found.iter().map(|finding| finding.span));
        spans.retain(|span| !taken.holds(*span) && !things.holds(*span) && !code::is_code(text, *span));
        let cue = (CUE, &self.cue, None);
        found.extend(spans.into_iter().filter_map(|span| self.finding(span, Label::Person, CUED, cue)));
    }

    fn is_person(&self, finding: &Finding) -> bool {
        self.entities.first().and_then(Option::as_ref).is_some_and(|person| *person == finding.entity)
    }

    /// What is told by its form alone: addresses and, where they are asked for, companies.
    fn formed(&self, text: &str, rules: &Rules) -> Vec<(ByteSpan, Label)> {
        let addresses = rules.addresses.find(text).into_iter().map(|span| (span, Label::Address));
        let companies =
            if self.asked.organizations { rules.companies.find(text) } else { Vec::new() }.into_iter();
        addresses.chain(companies.map(|span| (span, Label::Organisation))).collect()
    }

    /// What the lists of the tagger know about a word.
    pub(crate) fn word(&self, word: &str) -> lists::Word {
        lists::word(&self.tagger, word)
    }

    fn tagged(&self, tagged: &TaggedSpan) -> Option<Finding> {
        self.finding(tagged.span, tagged.label, tagged.score, (RECOGNIZER, &self.recognizer, None))
    }

    fn valued(&self, valued: &Valued) -> Option<Finding> {
        let label = match valued.holds {
            Holds::Person | Holds::PersonMaybe => Label::Person,
            Holds::Place | Holds::PlaceMaybe => Label::Location,
            Holds::Organization => Label::Organisation,
            Holds::Address => Label::Address,
        };
        self.finding(valued.span, label, valued.score, (FIELD, &self.field, Some(&self.label)))
    }

    fn finding(
        &self,
        span: ByteSpan,
        label: Label,
        score: f32,
        (step, recognizer, context): (&'static str, &Arc<str>, Option<&Arc<str>>),
    ) -> Option<Finding> {
        Some(Finding {
            span,
            entity: self.entities.get(label as usize)?.clone()?,
            score,
            evidence: Evidence {
                recognizer: Arc::clone(recognizer),
                pattern: Arc::clone(self.patterns.get(label as usize)?),
                validator: None,
                context: context.cloned(),
                steps: vec![(step.into(), score)],
            },
        })
    }
}

/// How sure a person is that the words around tell.
const CUED: f32 = 0.7;

/// How sure an address or company by its form is.
const FORMED: f32 = 0.85;

/// A span of the tagger; where it takes a person and the address behind a comma for one address, both.
fn parts(text: &str, tagged: TaggedSpan, addresses: &[ByteSpan]) -> [Option<TaggedSpan>; 2] {
    let whole = [Some(tagged), None];
    if tagged.label != Label::Address {
        return whole;
    }
    let inside = addresses.partition_point(|address| address.start <= tagged.span.start);
    let Some(address) = addresses.get(inside).filter(|address| address.start < tagged.span.end) else {
        return whole;
    };
    let head = text.get(tagged.span.start..address.start).unwrap_or_default();
    let Some(name) = head.trim_end().strip_suffix([',', ';', ':']).map(str::trim_end) else { return whole };
    let is_name = name.split(' ').all(|word| {
        word.starts_with(char::is_uppercase) && word.chars().all(|c| c.is_alphabetic() || "'’-.".contains(c))
    });
    if !is_name || !(2..=4).contains(&name.split(' ').count()) {
        return whole;
    }
    let name = ByteSpan::new(tagged.span.start, tagged.span.start + name.len());
    // A name right before an address is one.
    [
        Some(TaggedSpan { span: name, label: Label::Person, score: tagged.score.max(FORMED) }),
        Some(TaggedSpan { span: ByteSpan::new(address.start, tagged.span.end), ..tagged }),
    ]
}

/// Most cells that a span of the tagger is cut into.
const CELLS_MAX: usize = 64;

/// Gives a span of the tagger, cut at the cells of what is surely a table: a row is no address.
fn each_in_cell(text: &str, tables: &mut Tables<'_>, tagged: TaggedSpan, give: &mut dyn FnMut(TaggedSpan)) {
    let mut at = tagged.span.start;
    for _ in 0..CELLS_MAX {
        let cell = tables.cell_at(at).filter(|cell| tables.is_sure(cell.table));
        let Some(cell) = cell.filter(|cell| cell.span.end < tagged.span.end) else { break };
        let piece = trimmed(text, at, cell.span.end);
        if piece.of(text).is_some_and(|piece| piece.chars().any(char::is_alphabetic)) {
            give(TaggedSpan { span: piece, ..tagged });
        }
        at = cell.span.end + 1;
    }
    let rest = trimmed(text, at, tagged.span.end);
    if at == tagged.span.start || rest.of(text).is_some_and(|rest| rest.chars().any(char::is_alphabetic)) {
        give(TaggedSpan { span: rest, ..tagged });
    }
}

/// A span without the white space and quotation marks at its ends.
fn trimmed(text: &str, start: usize, end: usize) -> ByteSpan {
    let piece = text.get(start..end).unwrap_or_default();
    let is_outside = |c: char| c.is_whitespace() || c == '"';
    let inner = piece.trim_start_matches(is_outside);
    let start = start + piece.len() - inner.len();
    ByteSpan::new(start, start + inner.trim_end_matches(is_outside).len())
}

/// False for an address that holds signs no address has, and for a person under a label of things, as in `currency_name = "…"`.
fn is_shaped(text: &str, tagged: &TaggedSpan) -> bool {
    if tagged.label == Label::Person && crate::read::names::is_label_of_thing(text, tagged.span.start) {
        return false;
    }
    tagged.label != Label::Address || tagged.span.of(text).is_some_and(is_address)
}

/// Longest address in one word of a script that puts no spaces between words, and of another, in characters.
const DENSE_CHARS_MAX: usize = 60;
const WORD_CHARS_MAX: usize = 24;

/// False for what holds signs that no address has, for identifiers (`loc1`), and for ranges of characters in programs.
fn is_address(value: &str) -> bool {
    if value.contains(['{', '}', '<', '>', '=', '[', ']', '_', '|', '$']) {
        return false;
    }
    if value.trim().contains(char::is_whitespace) {
        return true;
    }
    let chars = value.chars().count();
    let dense = value.chars().filter(|c| crate::edges::is_unspaced(*c)).count();
    if dense > 0 {
        return dense * 2 >= chars && chars <= DENSE_CHARS_MAX;
    }
    let is_mixed =
        value.contains(|c: char| c.is_ascii_digit()) && value.contains(|c: char| c.is_ascii_alphabetic());
    !is_mixed && chars <= WORD_CHARS_MAX
}

fn is_public(text: &str, tagged: &TaggedSpan, public: &PublicNames) -> bool {
    tagged.span.of(text).is_some_and(|name| public.holds(tagged.label, name))
}

/// What findings cover.
struct Taken(Vec<(usize, usize)>);

impl Taken {
    fn by(spans: impl Iterator<Item = ByteSpan>) -> Self {
        let mut known: Vec<(usize, usize)> = spans.map(|span| (span.start, span.end)).collect();
        known.sort_unstable();
        // How far the findings up to each one reach.
        let mut furthest = 0;
        for (_, end) in &mut known {
            furthest = furthest.max(*end);
            *end = furthest;
        }
        Self(known)
    }

    /// True for what lies within what is covered.
    fn holds(&self, span: ByteSpan) -> bool {
        let before = self.0.partition_point(|(start, _)| *start <= span.start);
        before.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|(_, end)| *end >= span.end)
    }
}

/// The entity of what a label marks.
const fn entity_name(label: Label) -> &'static str {
    match label {
        Label::Person => "PERSON",
        Label::Location => "LOCATION",
        Label::Address => "ADDRESS",
        Label::Organisation => "ORGANIZATION",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tagger::Weights;
    use crate::{Detector, Input};

    fn detector() -> Detector {
        let weights = |bytes: &[u8]| Weights::from_bytes(bytes).unwrap();
        let spaced = weights(include_bytes!("../../../models/latin/weights.bin"));
        let dense = weights(include_bytes!("../../../models/cjk/weights.bin"));
        Detector::builtin().unwrap().with_tagger(Arc::new(Tagger::new(spaced, Some(dense))), Knob::Balanced)
    }

    #[test]
    fn names_without_a_cue_are_found_and_values_of_patterns_keep_their_kind() {
        let text = "Yesterday Marta Kowalczyk and Rajesh met in Lisbon; write to marta.kowalczyk@tidewick.org about it.";
        let found = detector().findings(&Input::of(text)).unwrap();
        let found: Vec<_> =
            found.iter().map(|finding| (finding.entity.name(), finding.span.of(text).unwrap())).collect();
        assert!(found.contains(&("PERSON", "Marta Kowalczyk")), "{found:?}");
        assert!(found.contains(&("LOCATION", "Lisbon")), "{found:?}");
        assert!(found.contains(&("EMAIL_ADDRESS", "marta.kowalczyk@tidewick.org")), "{found:?}");
    }

    #[test]
    fn people_whom_the_words_around_them_tell_are_found() {
        let detector = detector();
        for (text, names) in [
            ("Her husband Pádraig and I rowed together for years.", vec!["Pádraig"]),
            ("SPOKE TO MRS HUTCHINGS. SAYS HER HUSBAND DEREK HANDLES PAYMENTS.", vec!["HUTCHINGS", "DEREK"]),
            ("Mi cuñado Plácido llegó con el doctor Sanabria.", vec!["Plácido", "Sanabria"]),
            ("Present: R. Okonjo (chair), P. van der Linden.", vec!["R. Okonjo", "P. van der Linden"]),
            ("Nele: Salat. Arne: Grill. Fatma: Brot.", vec!["Nele", "Arne", "Fatma"]),
            ("Name;Vorname;Betrag\nBektaş;Nurcan;12,00\nVossberg;Ottokar;9,00", vec!["Bektaş", "Vossberg"]),
            ("{\"family\":\"Echeverría\",\"given\":[\"Lourdes\",\"Ana\"]}", vec!["Lourdes", "Ana"]),
        ] {
            let found = detector.findings(&Input::of(text)).unwrap();
            for name in names {
                let start = text.find(name).unwrap();
                let span = ByteSpan::new(start, start + name.len());
                assert!(
                    found.iter().any(|finding| finding.span.contains(span)),
                    "{name} in {text}: {found:?}"
                );
            }
        }
    }

    #[test]
    fn things_called_after_people_and_words_behind_kinship_stay() {
        let detector = detector();
        for text in [
            "Wilson's disease and Kayser-Fleischer rings",
            "First a Hough transform, then Otsu thresholding.",
            "syndrome de Raynaud, maladie de Crohn",
            "a Waldorf salad with Maldon salt",
            "Roommate Hygiene Rules Formulation Meeting",
            "la paciente. Durante el primer día",
            "It took 631 ms. May I ask you",
        ] {
            let found = detector.findings(&Input::of(text)).unwrap();
            assert!(found.is_empty(), "{text}: {found:?}");
        }
    }

    #[test]
    fn an_address_is_covered_whole_also_around_a_value_that_a_pattern_finds() {
        let text = "Er wohnt in der Lindenstraße 14, PLZ 50674 Köln.";
        let with = detector().findings(&Input::of(text)).unwrap();
        let covers = |part: &str| {
            let at = text.find(part).unwrap();
            with.iter().any(|finding| finding.span.start <= at && finding.span.end >= at + part.len())
        };
        assert!(covers("Lindenstraße 14") && covers("50674") && covers("Köln"), "{with:?}");
    }

    fn found(text: &str) -> Vec<(String, String)> {
        let found = detector().findings(&Input::of(text)).unwrap();
        found
            .iter()
            .map(|finding| (finding.entity.name().to_owned(), finding.span.of(text).unwrap().to_owned()))
            .collect()
    }

    fn has(text: &str, entity: &str, value: &str) {
        let all = found(text);
        assert!(all.iter().any(|(name, text)| name == entity && text == value), "{text}: {all:?}");
    }

    #[test]
    fn values_of_fields_are_found_whatever_they_are_called() {
        for (text, value) in [
            (r#"{"first_name": "qwxzy", "phone": "x"}"#, "qwxzy"),
            ("Nachname: Ächzel\nTelefon: -", "Ächzel"),
            ("<person><firstName>Qwuri</firstName></person>", "Qwuri"),
            ("full_name,email\nqwuri brandl,a@tidewick.org\n", "qwuri brandl"),
            ("INSERT INTO users (id, full_name) VALUES (1, 'bob qwxyz');", "bob qwxyz"),
            ("first_name: Qwuri\nemail: a@tidewick.org", "Qwuri"),
            (r#"level=info user="Anna Weber" ip=10.0.0.1"#, "Anna Weber"),
            ("姓名：裴若衡", "裴若衡"),
            ("氏名：ペレス・カルロス", "ペレス・カルロス"),
            ("이름: 남궁민수", "남궁민수"),
            (r#"{\"first_name\": \"Qwuri\"}"#, "Qwuri"),
        ] {
            has(text, "PERSON", value);
        }
        has("Wohnort: Qrstadt\nAlter: 9", "LOCATION", "Qrstadt");
        has(r#"{"city": "Xyzzyville"}"#, "LOCATION", "Xyzzyville");
        has(
            "Adresse : 18 bis rue des Tanneurs, 37000 Vaubourg",
            "ADDRESS",
            "18 bis rue des Tanneurs, 37000 Vaubourg",
        );
    }

    #[test]
    fn identifiers_and_ranges_of_characters_are_no_addresses() {
        for value in [
            "loc1,",
            "C901",
            "Butterfly4",
            "map[K1]",
            "\u{1f60}-\u{1f67}\u{2c00}-\u{2c2e}ĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨ",
        ] {
            assert!(!is_address(value), "{value}");
        }
        for value in ["Lindenstraße 14, 50674 Köln", "東京都千代田区千代田1-1", "50674", "ul. Wierzbowa 12/4"]
        {
            assert!(is_address(value), "{value}");
        }
    }

    #[test]
    fn a_row_of_a_table_is_no_address() {
        let text = "id,first_name,last_name,city\n2,Nguyễn,Văn An,Đà Nẵng\n3,Ola,Nordmann,Oslo\n";
        for (entity, value) in found(text) {
            assert!(!value.contains(',') && value != "2", "{entity} {value}");
        }
        has(text, "PERSON", "Văn An");
    }

    #[test]
    fn things_have_names_too() {
        for text in [
            r#"{"name": "eslint", "version": "1.2.3", "description": "linter"}"#,
            "[package]\nname = \"serde\"\nversion = \"1.0\"",
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: my-pod\n  namespace: default",
            r#"{"name": "get_weather", "description": "Get it", "parameters": {"type": "object"}}"#,
            "firstName: string;\nlastName: String,",
            "first_name = models.CharField(max_length=30)",
            "filename: report.pdf\nhostname: db7\nusername: svc-orders",
            "- name: Install Rust\n  run: cargo build",
            "containers:\n- name: grace\n  image: registry/grace:1.0",
            r#"{"name": "victoria-charts", "version": "1.2.0", "license": "MIT"}"#,
            r#"<input name="city" placeholder="First name">"#,
            r#""author": "facebook""#,
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
        let definition = Input { role: Role::Definition, ..Input::of(r#"{"first_name": "qwxzy"}"#) };
        let found = detector().findings(&definition).unwrap();
        assert!(found.iter().all(|finding| &*finding.evidence.recognizer != FIELD), "{found:?}");
    }

    #[test]
    fn a_detector_with_another_knob_has_another_version() {
        let plain = Detector::builtin().unwrap();
        let with = detector();
        assert_ne!(plain.version(), with.version());
    }
}
