//! What is open after an assessment: who got what, what nobody knows of them, what the app does not say; each with what to do.

use std::collections::BTreeMap;

use policy::Declared;
use policy::risk::{Due, Risk};
use registry::Doubt;
use registry::law::{Kind, Law};
use types::DataClass;

use super::recipient::{Bases, Basis, UNKNOWN};
use super::report::ToRecipient;

/// One thing that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Open {
    /// What it is about: `recipient`, `fact`, `declaration`, `assessment`, `unread`.
    pub(crate) about: &'static str,
    /// What is open.
    pub(crate) text: String,
    /// What to do.
    pub(crate) todo: String,
}

/// What questions follow from.
pub(crate) struct Asked<'a> {
    /// The tables.
    pub(crate) law: &'a Law,
    /// What the app declares.
    pub(crate) declared: &'a Declared,
    /// The app.
    pub(crate) app: &'a str,
    /// What was asked of names.
    pub(crate) names: &'a str,
    /// Class → findings.
    pub(crate) found: &'a BTreeMap<DataClass, u64>,
    /// How recipients are known.
    pub(crate) bases: &'a Bases,
    /// Recipients.
    pub(crate) recipients: &'a [ToRecipient],
    /// The risk, as it went.
    pub(crate) risk: &'a Risk,
}

/// All of them.
pub(crate) fn all(asked: &Asked<'_>) -> Vec<Open> {
    let mut open = Vec::new();
    asked.recipients(&mut open);
    asked.facts(&mut open);
    asked.declaration(&mut open);
    asked.assessments(&mut open);
    asked.unread(&mut open);
    open
}

impl Asked<'_> {
    fn recipients(&self, open: &mut Vec<Open>) {
        let count = |basis: Basis| self.bases.get(&basis).copied().unwrap_or_default();
        if count(Basis::Unknown) > 0 {
            open.push(Open {
                about: "recipient",
                text: format!("who got {}", requests(count(Basis::Unknown))),
                todo: "say --provider ID if it was one and the same; cordon providers list shows the ids"
                    .to_owned(),
            });
        }
        if count(Basis::Model) > 0 {
            open.push(Open {
                about: "recipient",
                text: format!(
                    "whether {} went to whom the model's name suggests",
                    requests(count(Basis::Model))
                ),
                todo: "a reseller or a cloud may serve the same model: say --provider ID where it does"
                    .to_owned(),
            });
        }
    }

    fn facts(&self, open: &mut Vec<Open>) {
        for to in self.recipients.iter().filter(|to| to.id != UNKNOWN && !to.is_own && !to.doubts.is_empty())
        {
            let of = |doubt: Doubt| -> Vec<&str> {
                to.doubts
                    .iter()
                    .filter(|(_, _, one)| *one == doubt)
                    .map(|(_, label, _)| label.as_str())
                    .collect()
            };
            let mut parts = Vec::new();
            for (doubt, word) in
                [(Doubt::Unknown, "unknown"), (Doubt::Conflict, "contradictory"), (Doubt::Stale, "too old")]
            {
                let labels = of(doubt);
                if !labels.is_empty() {
                    parts.push(format!("{word}: {}", labels.join(", ")));
                }
            }
            open.push(Open {
                about: "fact",
                text: format!("{}: {}; the worst case counts", to.name, parts.join("; ")),
                todo: format!("cordon providers ask {} writes the letter that asks for it", to.id),
            });
        }
    }

    fn declaration(&self, open: &mut Vec<Open>) {
        let declared = self.declared;
        let is_personal = |class: &DataClass| {
            matches!(self.law.kind(*class), Kind::Identifier | Kind::Attribute | Kind::Sensitive)
        };
        if !self.found.keys().any(is_personal) {
            return;
        }
        let binds = |region: &str| declared.subjects.as_ref().is_none_or(|all| all.contains(region));
        let special = self.law.classes("special_category");
        let has_special = self.found.keys().any(|class| special.contains(class));
        let at = format!("[apps.{}]", self.app);
        for (is_missing, text, key) in [
            (declared.subjects.is_none(), "where the people live: every region's law counts", "subjects"),
            (declared.purpose.is_none(), "what the data are used for", "purpose"),
            (declared.audience.is_none(), "who the people are", "audience"),
            (declared.legal_basis.is_none() && binds("EU"), "the legal basis (GDPR art. 6)", "legal_basis"),
            (
                declared.art9_exception.is_none() && binds("EU") && has_special,
                "the exception of GDPR art. 9(2) for special categories",
                "art9_exception",
            ),
            (
                declared.consent.is_none() && binds("CN"),
                "separate consent of people in China (PIPL art. 23, 29, 39)",
                "consent",
            ),
        ] {
            if is_missing {
                open.push(Open {
                    about: "declaration",
                    text: text.to_owned(),
                    todo: format!("{at} {key} = …"),
                });
            }
        }
    }

    fn assessments(&self, open: &mut Vec<Open>) {
        let screening = &self.risk.screening;
        if matches!(screening.dpia, Due::Due | Due::Open) && !screening.approved {
            let is_due = if screening.dpia == Due::Due { "is due" } else { "may be due" };
            open.push(Open {
                about: "assessment",
                text: format!("an impact assessment {is_due} ({}); none is recorded", screening.law),
                todo: format!("once it is approved: [apps.{}] dpia_approved = true", self.app),
            });
        }
        if screening.pipia == Due::Due && !screening.pipia_on_file {
            open.push(Open {
                about: "assessment",
                text: "an impact assessment for people in China is due (PIPL art. 55); none is recorded"
                    .to_owned(),
                todo: format!("once it is on file: [apps.{}] programmes = [\"pipia\"]", self.app),
            });
        }
    }

    fn unread(&self, open: &mut Vec<Open>) {
        let documents: u64 = self.recipients.iter().map(|to| to.documents).sum();
        if documents > 0 {
            open.push(Open {
                about: "unread",
                text: format!("what stands in {documents} images, sounds, documents or encrypted parts"),
                todo: "nobody looked into them; the table treats them as classes of their own".to_owned(),
            });
        }
        if self.names == "off" {
            open.push(Open {
                about: "unread",
                text: "names, places and addresses in free text".to_owned(),
                todo: "[detection] names is off: nobody looked for them".to_owned(),
            });
        }
    }
}

fn requests(count: u64) -> String {
    if count == 1 { "1 request".to_owned() } else { format!("{count} requests") }
}
