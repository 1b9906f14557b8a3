//! What an app says of itself, checked against the law tables.

use std::collections::BTreeSet;

use policy::{AUDIENCES, Declared};
use registry::law::Law;
use types::DataClass;

use super::app::below;
use crate::config::apps::App;
use crate::config::document::Step;
use crate::config::problem::Problems;

/// Longest free text, in bytes.
const TEXT_BYTES_MAX: usize = 200;

/// The declaration of an app.
pub(super) fn declared(app: &App, law: &Law, at: &[Step], problems: &mut Problems<'_>) -> Declared {
    let ids = |section: &str| -> BTreeSet<String> {
        law.rows(section).map(|row| row.text("id").to_owned()).collect()
    };
    let regions: BTreeSet<String> = law.regions().into_iter().chain(law.eea().map(str::to_owned)).collect();
    let audiences = AUDIENCES.map(str::to_owned).into();
    let mut check = Check { at, problems };
    Declared {
        subjects: check.known_list("subjects", app.subjects.as_deref(), &regions).map(|codes| {
            // A member of the European Economic Area is the EU to the law.
            let is_eea = |code: &String| law.eea().any(|member| member == code);
            codes.into_iter().map(|code| if is_eea(&code) { "EU".to_owned() } else { code }).collect()
        }),
        purpose: check.words("purpose", app.purpose.as_deref()),
        audience: check.known_list("audience", app.audience.as_deref(), &audiences),
        legal_basis: check.known("legal_basis", app.legal_basis.as_deref(), &ids("legal_basis")),
        consent: check.text("consent", app.consent.as_deref()),
        art9_exception: check.known("art9_exception", app.art9_exception.as_deref(), &ids("art9_exception")),
        dpia_approved: app.dpia_approved,
        programmes: check
            .known_list("programmes", Some(&app.programmes), &law.programmes())
            .unwrap_or_default(),
        important: classes(&app.important_data, &below(at, "important_data"), check.problems),
    }
}

struct Check<'a, 'd> {
    at: &'a [Step],
    problems: &'a mut Problems<'d>,
}

impl Check<'_, '_> {
    fn known(&mut self, name: &str, value: Option<&str>, known: &BTreeSet<String>) -> Option<String> {
        let value = value?;
        if !known.contains(value) {
            self.unknown(&below(self.at, name), name, value, known);
        }
        Some(value.to_owned())
    }

    fn known_list(
        &mut self,
        name: &str,
        values: Option<&[String]>,
        known: &BTreeSet<String>,
    ) -> Option<BTreeSet<String>> {
        let values = values?;
        for (index, value) in values.iter().enumerate() {
            if !known.contains(value) {
                let path = [below(self.at, name).as_slice(), &[index.into()]].concat();
                self.unknown(&path, name, value, known);
            }
        }
        if values.is_empty() && name == "subjects" {
            self.problems.error(
                &below(self.at, name),
                "an empty `subjects` would switch off the law of every region",
                "empty",
                "leave it out for the strict reading, or name the regions; OTHER is one",
            );
        }
        Some(values.iter().cloned().collect())
    }

    fn words(&mut self, name: &str, values: Option<&[String]>) -> Option<BTreeSet<String>> {
        let values = values?;
        for (index, value) in values.iter().enumerate() {
            if super::app_name_fault(value).is_some() {
                let path = [below(self.at, name).as_slice(), &[index.into()]].concat();
                let what = format!("a {name} is one word of letters, digits, `-`, `_` and `.`");
                self.problems.error(&path, what, "this", "e.g. customer_support");
            }
        }
        Some(values.iter().cloned().collect())
    }

    fn text(&mut self, name: &str, value: Option<&str>) -> Option<String> {
        let value = value?;
        if value.trim().is_empty() || value.len() > TEXT_BYTES_MAX {
            let what = format!("`{name}` has 1 to {TEXT_BYTES_MAX} bytes");
            self.problems.error(&below(self.at, name), what, "this", "say where it is on file");
        }
        Some(value.to_owned())
    }

    fn unknown(&mut self, path: &[Step], name: &str, value: &str, known: &BTreeSet<String>) {
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        self.problems.error(
            path,
            format!("`{name}` knows no `{value}`"),
            "unknown",
            format!("there are: {}", known.join(", ")),
        );
    }
}

/// Data classes by name.
pub(super) fn classes(names: &[String], at: &[Step], problems: &mut Problems<'_>) -> BTreeSet<DataClass> {
    let mut all = BTreeSet::new();
    for (index, name) in names.iter().enumerate() {
        match DataClass::from_name(name) {
            Some(class) => {
                all.insert(class);
            }
            None => {
                let known: Vec<&str> = DataClass::ALL.iter().map(|class| class.name()).collect();
                problems.error(
                    &[at, &[index.into()]].concat(),
                    format!("there is no data class `{name}`"),
                    "unknown",
                    format!("there are: {}", known.join(", ")),
                );
            }
        }
    }
    all
}
