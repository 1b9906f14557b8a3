//! What an app says of itself: whose data, what for, on which ground. A request may say less, never more.

use std::collections::BTreeSet;

use types::DataClass;

/// Audiences that an app may declare.
pub const AUDIENCES: [&str; 5] = ["employees", "customers", "patients", "children", "public"];

/// Most values in one header.
const VALUES_MAX: usize = 16;

/// What an app says of itself. What it leaves out is read strictly.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Declared {
    /// Regions whose people the data may be about; `None`: every region whose law could bind.
    pub subjects: Option<BTreeSet<String>>,
    /// What the data are used for; `None`: not said.
    pub purpose: Option<BTreeSet<String>>,
    /// Who the people are; `None`: anybody.
    pub audience: Option<BTreeSet<String>>,
    /// Legal basis, e.g. `contract` (GDPR art. 6).
    pub legal_basis: Option<String>,
    /// Where the consent is on file.
    pub consent: Option<String>,
    /// Exception of GDPR art. 9(2), e.g. `health_care`.
    pub art9_exception: Option<String>,
    /// True where an impact assessment of this app is approved.
    pub dpia_approved: bool,
    /// Programmes that are in place, e.g. `cisa_programme`, `pipia`.
    pub programmes: BTreeSet<String>,
    /// Classes that hold important or core data in the sense of the Chinese Data Security Law.
    pub important: BTreeSet<DataClass>,
}

/// What a request may say about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Narrowing {
    /// Whose data: `x-cordon-subjects`.
    Subjects,
    /// What for: `x-cordon-purpose`.
    Purpose,
    /// Who the people are: `x-cordon-audience`.
    Audience,
}

impl Narrowing {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Subjects, Self::Purpose, Self::Audience];

    /// The request header that says it.
    pub const fn header(self) -> &'static str {
        match self {
            Self::Subjects => "x-cordon-subjects",
            Self::Purpose => "x-cordon-purpose",
            Self::Audience => "x-cordon-audience",
        }
    }

    /// What it narrows, as the configuration names it.
    pub const fn member(self) -> &'static str {
        match self {
            Self::Subjects => "subjects",
            Self::Purpose => "purpose",
            Self::Audience => "audience",
        }
    }
}

/// Why a request may not say that. Names headers and settings, never what the header said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NarrowError {
    /// Not a list of words.
    #[error("`{}` holds 1 to 16 words of letters, digits, `-`, `_` and `.`, separated by commas", .0.header())]
    Form(Narrowing),
    /// The app declares nothing that could be narrowed.
    #[error("`{}` can only narrow what the app declares, and it declares no `{}`", .0.header(), .0.member())]
    NothingDeclared(Narrowing),
    /// It would widen.
    #[error("`{}` names something that the app does not declare under `{}`: a request may narrow, never widen", .0.header(), .0.member())]
    Widens(Narrowing),
}

impl Declared {
    /// The same, narrowed to what a header says.
    ///
    /// # Errors
    /// [`NarrowError`] where the header would widen, or says nothing that can be read.
    pub fn narrowed(mut self, by: Narrowing, header: &str) -> Result<Self, NarrowError> {
        let words = words(header).ok_or(NarrowError::Form(by))?;
        let declared = match by {
            Narrowing::Subjects => &mut self.subjects,
            Narrowing::Purpose => &mut self.purpose,
            Narrowing::Audience => &mut self.audience,
        };
        let Some(declared) = declared else { return Err(NarrowError::NothingDeclared(by)) };
        if !words.is_subset(declared) {
            return Err(NarrowError::Widens(by));
        }
        *declared = words;
        Ok(self)
    }
}

fn words(header: &str) -> Option<BTreeSet<String>> {
    let words: BTreeSet<String> = header.split(',').map(|word| word.trim().to_owned()).collect();
    let is_plain = |word: &String| {
        (1..=64).contains(&word.len())
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    ((1..=VALUES_MAX).contains(&words.len()) && words.iter().all(is_plain)).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared() -> Declared {
        Declared {
            subjects: Some(["EU", "US"].map(str::to_owned).into()),
            purpose: Some(["support".to_owned()].into()),
            ..Declared::default()
        }
    }

    #[test]
    fn a_request_narrows_and_never_widens() {
        let narrowed = declared().narrowed(Narrowing::Subjects, "US").expect("narrows");
        assert_eq!(narrowed.subjects, Some(["US".to_owned()].into()));
        assert_eq!(narrowed.purpose, declared().purpose);
        assert_eq!(declared().narrowed(Narrowing::Subjects, " EU , US").expect("the same"), declared());
        for header in ["CN", "EU,CN", "OTHER"] {
            let error = declared().narrowed(Narrowing::Subjects, header);
            assert_eq!(error, Err(NarrowError::Widens(Narrowing::Subjects)), "{header}");
        }
    }

    #[test]
    fn what_is_not_declared_cannot_be_narrowed() {
        let error = Declared::default().narrowed(Narrowing::Subjects, "OTHER").expect_err("refused");
        assert_eq!(error, NarrowError::NothingDeclared(Narrowing::Subjects));
        assert!(error.to_string().contains("x-cordon-subjects"));
    }

    #[test]
    fn a_header_that_is_no_list_of_words_is_refused_and_not_repeated() {
        for header in ["", ",", "EU,", "two words", "jan@kestrelmoor.org", &"x,".repeat(40)] {
            let error = declared().narrowed(Narrowing::Subjects, header).expect_err("refused");
            assert!(header.is_empty() || !error.to_string().contains("kestrelmoor"), "{error}");
        }
    }
}
