//! `[treatments]` and `[surrogates]`: what happens to the values of each data class, and what stands in for them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::{DataClass, Treatment};

/// What happens to the values of one data class on their way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TreatmentName {
    /// The value goes as it is.
    Keep,
    /// A surrogate goes; the answer gets the value back.
    Pseudonymise,
    /// A type word goes, one way.
    Redact,
    /// The request is refused.
    Refuse,
}

impl TreatmentName {
    /// The treatment.
    pub(crate) const fn treatment(self) -> Treatment {
        match self {
            Self::Keep => Treatment::Keep,
            Self::Pseudonymise => Treatment::Pseudonymise,
            Self::Redact => Treatment::Redact,
            Self::Refuse => Treatment::Refuse,
        }
    }
}

/// Both tables of lines have one member per data class, so that the schema knows them and a misspelt one is found.
macro_rules! lines {
    ($(#[$doc:meta])* $name:ident { $($(#[$more:meta])* $extra:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        pub(crate) struct $name {
            $($(#[$more])* pub(crate) $extra: $kind,)*
            /// Passwords, keys and other secrets: what opens something. Cannot be kept.
            #[schemars(example = &"refuse")]
            pub(crate) credential: Option<TreatmentName>,
            /// Numbers that a state gave to a person.
            #[schemars(example = &"redact")]
            pub(crate) government_id: Option<TreatmentName>,
            /// Accounts, cards, wallets.
            #[schemars(example = &"redact")]
            pub(crate) financial: Option<TreatmentName>,
            /// Anything about the health of a person.
            #[schemars(example = &"refuse")]
            pub(crate) health: Option<TreatmentName>,
            /// Measurements of a body that identify a person.
            #[schemars(example = &"refuse")]
            pub(crate) biometric: Option<TreatmentName>,
            /// Beliefs, origin, orientation and the like.
            #[schemars(example = &"refuse")]
            pub(crate) special: Option<TreatmentName>,
            /// Data about children.
            #[schemars(example = &"refuse")]
            pub(crate) child: Option<TreatmentName>,
            /// Names of people.
            #[schemars(example = &"redact")]
            pub(crate) person: Option<TreatmentName>,
            /// E-mail addresses, telephone numbers, handles.
            #[schemars(example = &"redact")]
            pub(crate) contact: Option<TreatmentName>,
            /// Where somebody is or lives.
            #[schemars(example = &"keep")]
            pub(crate) location: Option<TreatmentName>,
            /// Addresses of machines and identifiers of devices.
            #[schemars(example = &"keep")]
            pub(crate) technical: Option<TreatmentName>,
            /// What the company itself calls confidential: exact terms.
            #[schemars(example = &"refuse")]
            pub(crate) confidential: Option<TreatmentName>,
            /// Pictures. Detectors cannot read them, so there is no surrogate: `keep`, `redact` (a note stays) or `refuse`.
            #[schemars(example = &"redact")]
            pub(crate) image: Option<TreatmentName>,
            /// Sound, like `image`.
            #[schemars(example = &"redact")]
            pub(crate) audio: Option<TreatmentName>,
            /// Files, like `image`.
            #[schemars(example = &"redact")]
            pub(crate) document: Option<TreatmentName>,
            /// What the provider encrypted and wants back, like `image`.
            #[schemars(example = &"refuse")]
            pub(crate) encrypted: Option<TreatmentName>,
        }

        impl $name {
            /// The lines that are set.
            pub(crate) fn lines(&self) -> impl Iterator<Item = (DataClass, TreatmentName)> {
                [
                    (DataClass::Credential, self.credential),
                    (DataClass::GovernmentId, self.government_id),
                    (DataClass::Financial, self.financial),
                    (DataClass::Health, self.health),
                    (DataClass::Biometric, self.biometric),
                    (DataClass::Special, self.special),
                    (DataClass::Child, self.child),
                    (DataClass::Person, self.person),
                    (DataClass::Contact, self.contact),
                    (DataClass::Location, self.location),
                    (DataClass::Technical, self.technical),
                    (DataClass::Confidential, self.confidential),
                    (DataClass::Image, self.image),
                    (DataClass::Audio, self.audio),
                    (DataClass::Document, self.document),
                    (DataClass::Encrypted, self.encrypted),
                ]
                .into_iter()
                .filter_map(|(class, line)| Some((class, line?)))
            }
        }
    };
}

lines! {
    /// What happens to the values of each data class, for all apps: a preset, changed line by line.
    Treatments {
        /// The preset to start from: `standard` (identifiers and secrets as surrogates, sensitive categories redacted, opaque
        /// parts refused), `eu`, `us`, `cn`, `health`, `finance`, `coding-agent` (paths, identifiers and code stay; secrets and people
        /// do not) or `open` (only secrets and exact terms are replaced, unless law or facts say more). `docs/policies.md` tells what each
        /// is for.
        #[schemars(example = &"coding-agent")]
        preset: String,
    }
}

lines! {
    /// Lines of one app, on top of its preset or of `[treatments]`.
    #[derive(Default)]
    AppTreatments {}
}

impl Default for Treatments {
    fn default() -> Self {
        Self {
            preset: "standard".to_owned(),
            credential: None,
            government_id: None,
            financial: None,
            health: None,
            biometric: None,
            special: None,
            child: None,
            person: None,
            contact: None,
            location: None,
            technical: None,
            confidential: None,
            image: None,
            audio: None,
            document: None,
            encrypted: None,
        }
    }
}

/// What stands in for a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FormName {
    /// A type word and a short code: `EMAIL_7KQ2`.
    Word,
    /// A made-up value of the same kind: an address under a reserved domain, a number of a fictional range.
    Class,
}
