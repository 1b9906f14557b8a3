//! The form of each section of a law table: its keys and their types.
//!
//! A form is data, because the sections are many and a reader of a table needs one place that says what may stand there. What a form
//! does not name is refused.

use self::Type::{Classes, Flag, Maybe, Number, Text, Texts};

/// What may stand under a key.
#[derive(Debug, Clone, Copy)]
pub(super) enum Type {
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// A whole number.
    Number,
    /// True or false.
    Flag,
    /// A list of names of data classes.
    Classes,
    /// The same, or nothing.
    Maybe(&'static Type),
}

/// The form of one section.
#[derive(Debug)]
pub(super) struct Form {
    /// Name of the section.
    pub(super) name: &'static str,
    /// True where it is a list of tables.
    pub(super) is_list: bool,
    /// Its keys.
    pub(super) keys: &'static [(&'static str, Type)],
}

const fn rows(name: &'static str, keys: &'static [(&'static str, Type)]) -> Form {
    Form { name, is_list: true, keys }
}

const fn one(name: &'static str, keys: &'static [(&'static str, Type)]) -> Form {
    Form { name, is_list: false, keys }
}

/// The form of a section, or `None`.
pub(super) fn form(name: &str) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.name == name)
}

/// The names of all sections.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FORMS.iter().map(|form| form.name)
}

const FORMS: &[Form] = &[
    // Every table
    rows(
        "rule",
        &[
            ("id", Text),
            ("region", Text),
            ("law", Text),
            ("adequacy_counts", Flag),
            ("may_be_lifted", Flag),
            ("facts", Texts),
            ("text", Text),
            ("source", Text),
        ],
    ),
    // European Union
    rows("special_category", &[("id", Text), ("article", Text), ("values", Texts), ("classes", Classes)]),
    rows("legal_basis", &[("id", Text), ("article", Text)]),
    rows("art9_exception", &[("id", Text), ("article", Text)]),
    rows("transfer_tool", &[("id", Text), ("what", Text), ("source", Text)]),
    one("scc_needs", &[("tia", Flag), ("clauses", Text), ("supplementary_measures", Text), ("basis", Text)]),
    one(
        "pseudonymisation",
        &[("cjeu", Text), ("edpb", Text), ("digital_omnibus", Text), ("source", Text), ("basis", Text)],
    ),
    rows(
        "breach_clock",
        &[
            ("who", Text),
            ("hours", Number),
            ("start", Text),
            ("article", Text),
            ("exception", Text),
            ("content", Texts),
        ],
    ),
    rows(
        "dpia_mandatory",
        &[
            ("id", Text),
            ("what", Text),
            ("criteria", Maybe(&Texts)),
            ("scale", Maybe(&Text)),
            ("purposes", Maybe(&Texts)),
        ],
    ),
    rows(
        "dpia_criterion",
        &[
            ("n", Number),
            ("id", Text),
            ("name", Text),
            ("auto", Flag),
            ("signal", Text),
            ("always", Maybe(&Flag)),
            ("by_purpose", Maybe(&Flag)),
            ("scale", Maybe(&Flag)),
            ("classes", Maybe(&Classes)),
            ("entities", Maybe(&Texts)),
            ("audiences", Maybe(&Texts)),
        ],
    ),
    one(
        "dpia_rule",
        &[("threshold", Number), ("region", Text), ("law", Text), ("source", Text), ("basis", Text)],
    ),
    rows(
        "dpia_scale",
        &[
            ("id", Text),
            ("meter", Text),
            ("people_min", Number),
            ("classes", Classes),
            ("law", Text),
            ("source", Text),
            ("basis", Text),
        ],
    ),
    rows("dpia_min_content", &[("article", Text), ("what", Text)]),
    rows("dpa_clause", &[("article", Text), ("id", Text), ("registry_key", Text)]),
    rows("ropa_field_controller", &[("article", Text), ("id", Text), ("auto", Flag)]),
    rows("ropa_field_processor", &[("article", Text), ("id", Text), ("auto", Flag)]),
    rows("dsr_clock", &[("right", Text), ("days", Number), ("extension_days", Number)]),
    one(
        "adequacy_rule",
        &[
            ("rule", Text),
            ("remote_access_source", Text),
            ("eea", Texts),
            ("not_adequate_of_note", Texts),
            ("dates_basis", Text),
            ("volatility", Text),
        ],
    ),
    rows(
        "adequate",
        &[
            ("code", Text),
            ("name", Text),
            ("scope", Text),
            ("date", Text),
            ("source", Text),
            ("basis", Text),
            ("conditional", Flag),
            ("certificate", Maybe(&Text)),
        ],
    ),
    // China
    rows("law", &[("id", Text), ("effective", Text), ("note", Text)]),
    rows("sensitive_pi", &[("id", Text), ("values", Texts), ("classes", Classes), ("article", Text)]),
    rows(
        "export_route",
        &[
            ("id", Text),
            ("who", Text),
            ("pi_min", Number),
            ("sensitive_min", Number),
            ("pi_meter", Maybe(&Text)),
            ("sensitive_meter", Maybe(&Text)),
            ("programmes", Maybe(&Texts)),
        ],
    ),
    rows("export_exemption", &[("id", Text)]),
    one("export_sources", &[("source", Text), ("basis", Text)]),
    rows(
        "pipia_trigger",
        &[("article", Text), ("id", Text), ("name", Text), ("by", Text), ("gateway_signal", Text)],
    ),
    rows("pipia_content", &[("article", Text), ("id", Text)]),
    one("pipia_rule", &[("programme", Text), ("keep_years", Number), ("source", Text), ("basis", Text)]),
    rows("separate_consent", &[("article", Text), ("when", Text)]),
    one(
        "important_data_hint",
        &[("rule", Text), ("source", Text), ("basis", Text), ("classification_standard", Text)],
    ),
    rows("incident_clock", &[("who", Text), ("hours", Number)]),
    one("incident_source", &[("source", Text), ("basis", Text)]),
    // United States
    one(
        "bulk_rule",
        &[
            ("effective", Text),
            ("due_diligence_from", Text),
            ("codified", Text),
            ("binding_on", Text),
            ("counting_window", Text),
            ("format_blind", Flag),
            ("format_blind_note", Text),
            ("source", Text),
            ("basis", Text),
        ],
    ),
    rows("country_of_concern", &[("code", Text)]),
    rows("covered_person", &[("id", Text)]),
    rows(
        "threshold",
        &[
            ("category", Text),
            ("meter", Text),
            ("programme", Text),
            ("us_persons_more_than", Number),
            ("values", Texts),
            ("classes", Classes),
        ],
    ),
    one("threshold_note", &[("combined", Text), ("identifiers", Text), ("basis", Text)]),
    rows("no_threshold", &[("category", Text), ("what", Text)]),
    rows("transaction_class", &[("id", Text), ("what", Text)]),
    one("gateway_reading", &[("ai_api", Text), ("duty", Text), ("basis", Text)]),
    rows("cisa_data_level", &[("id", Text)]),
    rows("exemption", &[("section", Text), ("id", Text)]),
    rows(
        "hipaa_safe_harbor",
        &[("n", Number), ("letter", Text), ("identifier", Text), ("values", Texts), ("classes", Classes)],
    ),
    one(
        "hipaa_rule",
        &[
            ("section", Text),
            ("also", Text),
            ("voice", Text),
            ("baa", Text),
            ("breach", Text),
            ("source", Text),
            ("basis", Text),
        ],
    ),
    rows("ccpa_sensitive", &[("id", Text), ("values", Texts), ("classes", Classes)]),
    one(
        "ccpa_rule",
        &[
            ("service_provider", Text),
            ("risk_assessment", Text),
            ("deidentified", Text),
            ("source", Text),
            ("basis", Text),
        ],
    ),
    one(
        "padfaa",
        &[
            ("effective", Text),
            ("who", Text),
            ("recipient", Text),
            ("threshold", Number),
            ("penalty_usd_per_violation", Number),
            ("ftc", Text),
            ("source", Text),
            ("basis", Text),
        ],
    ),
    rows("sector", &[("id", Text), ("area", Text), ("limit", Text), ("basis", Text)]),
    one("state_laws", &[("note", Text), ("basis", Text)]),
    rows("nist", &[("id", Text), ("use", Text)]),
    // Elsewhere
    rows(
        "jurisdiction",
        &[
            ("code", Text),
            ("law", Text),
            ("transfer", Texts),
            ("test", Text),
            ("us", Text),
            ("breach_hours", Number),
            ("assessment", Text),
            ("source", Text),
            ("basis", Text),
        ],
    ),
    rows("eu_act", &[("id", Text), ("duty", Text), ("basis", Text)]),
    // Of the house
    rows("class", &[("name", Text), ("kind", Text)]),
    rows("purpose", &[("id", Text), ("criteria", Texts), ("pipia", Texts)]),
    rows("risk", &[("id", Text), ("raises", Flag), ("law", Text), ("text", Text)]),
    one("regions", &[("others", Texts)]),
];
