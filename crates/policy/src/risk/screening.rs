//! Is an impact assessment due? The nine criteria of WP248 rev.01, the cases of GDPR art. 35(3), and PIPL art. 55.

use std::collections::BTreeSet;

use registry::law::{Law, Row};

use super::{Evidence, Metered};

/// What can be said of a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// It is met.
    Met,
    /// It cannot be told from here.
    Open,
    /// It is not met.
    NotMet,
}

impl Answer {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Open => "open",
            Self::NotMet => "not met",
        }
    }
}

/// One of the nine criteria.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    /// Its number in WP248.
    pub number: i64,
    /// Its id in the table.
    pub id: String,
    /// What it is, in a few words.
    pub name: String,
    /// What can be said of it.
    pub answer: Answer,
    /// On what that rests.
    pub evidence: Vec<String>,
}

/// A case of GDPR art. 35(3), or of PIPL art. 55.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// Its id in the table.
    pub id: String,
    /// The provision.
    pub law: String,
    /// What it is.
    pub name: String,
    /// What can be said of it.
    pub answer: Answer,
}

/// Whether an assessment is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Due {
    /// It is.
    Due,
    /// It is if what is open turns out to be so.
    Open,
    /// It is not.
    NotDue,
    /// The app says that none of its people live where that law holds.
    OtherLaw,
}

impl Due {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Open => "open",
            Self::NotDue => "not due",
            Self::OtherLaw => "not this law",
        }
    }
}

/// The screening of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screening {
    /// Whether the impact assessment of GDPR art. 35 is due.
    pub dpia: Due,
    /// True where the app says that one is approved.
    pub approved: bool,
    /// The nine criteria.
    pub criteria: Vec<Criterion>,
    /// The cases of art. 35(3).
    pub mandatory: Vec<Trigger>,
    /// The law and the guideline.
    pub law: String,
    /// Whether the assessment of PIPL art. 55 is due.
    pub pipia: Due,
    /// True where the app says that one is on file.
    pub pipia_on_file: bool,
    /// The cases of PIPL art. 55.
    pub pipia_cases: Vec<Trigger>,
}

impl Screening {
    pub(super) fn of(law: &Law, evidence: &Evidence<'_>) -> Self {
        let screen = Screen { law, evidence };
        let criteria: Vec<Criterion> = law.rows("dpia_criterion").map(|row| screen.criterion(row)).collect();
        let mandatory: Vec<Trigger> =
            law.rows("dpia_mandatory").map(|row| screen.mandatory(row, &criteria)).collect();
        let rule = law.rows("dpia_rule").next();
        let (region, needed) = rule.map_or(("EU", 2), |rule| {
            let needed = rule.number("threshold").and_then(|number| usize::try_from(number).ok());
            (rule.text("region"), needed.unwrap_or(2))
        });
        let count = |answer: Answer| criteria.iter().filter(|one| one.answer == answer).count();
        let is_mandatory = mandatory.iter().any(|one| one.answer == Answer::Met);
        let holds_people = evidence.holds_people(law);
        let dpia = if !evidence.binds(region) {
            Due::OtherLaw
        } else if evidence.requests > 0 && !holds_people {
            // No personal data, no processing of them: whatever the app is for.
            Due::NotDue
        } else if is_mandatory || count(Answer::Met) >= needed {
            Due::Due
        } else if count(Answer::Met) + count(Answer::Open) >= needed {
            Due::Open
        } else {
            Due::NotDue
        };
        let pipia_cases: Vec<Trigger> = law.rows("pipia_trigger").map(|row| screen.pipia(row)).collect();
        let has = |answer: Answer| pipia_cases.iter().any(|one| one.answer == answer);
        let pipia = if !evidence.binds("CN") {
            Due::OtherLaw
        } else if evidence.requests > 0 && !holds_people {
            Due::NotDue
        } else if has(Answer::Met) {
            Due::Due
        } else if has(Answer::Open) {
            Due::Open
        } else {
            Due::NotDue
        };
        let programme = law.rows("pipia_rule").map(|row| row.text("programme")).next().unwrap_or_default();
        Self {
            dpia,
            approved: evidence.declared.dpia_approved,
            criteria,
            mandatory,
            law: rule.map(|rule| rule.text("law").to_owned()).unwrap_or_default(),
            pipia,
            pipia_on_file: evidence.declared.programmes.contains(programme),
            pipia_cases,
        }
    }
}

/// Tables and evidence, side by side.
struct Screen<'a> {
    law: &'a Law,
    evidence: &'a Evidence<'a>,
}

/// What one way to tell a criterion says, and on what that rests.
type Told = (Answer, Vec<String>);

impl Screen<'_> {
    fn criterion(&self, row: &Row) -> Criterion {
        let id = row.text("id");
        let mut told: Vec<Told> = Vec::new();
        if row.flag("always") {
            told.push((Answer::Met, vec![row.text("signal").to_owned()]));
        }
        if row.classes().next().is_some() || row.texts("entities").next().is_some() {
            told.push(self.by_findings(row));
        }
        if row.texts("audiences").next().is_some() {
            told.push(self.by_audience(row));
        }
        if row.flag("scale") {
            told.push(self.by_scale(None));
        }
        if row.flag("by_purpose") {
            told.push(self.by_purpose("criteria", id));
        }
        // The strongest counts, with everything that speaks for it.
        let answer = told.iter().map(|(answer, _)| *answer).min().unwrap_or(Answer::Open);
        let evidence =
            told.into_iter().filter(|(one, _)| *one == answer).flat_map(|(_, evidence)| evidence).collect();
        Criterion {
            number: row.number("n").unwrap_or_default(),
            id: id.to_owned(),
            name: row.text("name").to_owned(),
            answer,
            evidence,
        }
    }

    fn by_findings(&self, row: &Row) -> Told {
        let classes = row.classes().filter_map(|class| match self.evidence.times(class) {
            0 => None,
            times => Some(format!("{class} found {times}×")),
        });
        let entities = row.texts("entities").filter_map(|entity| {
            self.evidence.entities.get(entity).map(|times| format!("{entity} found {times}×"))
        });
        let found: Vec<String> = classes.chain(entities).collect();
        if !found.is_empty() {
            (Answer::Met, found)
        } else if self.evidence.requests == 0 {
            (Answer::Open, vec!["no traffic yet".to_owned()])
        } else if self.evidence.is_unread(self.law) {
            (Answer::Open, vec!["there are files that cannot be looked into".to_owned()])
        } else {
            (Answer::NotMet, vec![format!("not found in {} requests", self.evidence.requests)])
        }
    }

    fn by_audience(&self, row: &Row) -> Told {
        let Some(declared) = &self.evidence.declared.audience else {
            return (Answer::Open, vec!["no audience is declared".to_owned()]);
        };
        let named: Vec<String> = row
            .texts("audiences")
            .filter(|audience| declared.contains(*audience))
            .map(|audience| format!("declared audience {audience}"))
            .collect();
        if named.is_empty() {
            (Answer::NotMet, vec![format!("declared audience {}", listed(declared))])
        } else {
            (Answer::Met, named)
        }
    }

    /// By one row of the scale, or by all.
    fn by_scale(&self, only: Option<&str>) -> Told {
        let mut counted = Vec::new();
        let mut answer = Answer::NotMet;
        for row in self.law.rows("dpia_scale").filter(|row| only.is_none_or(|id| row.text("id") == id)) {
            let meter = self.meter(row.text("meter"));
            let people = meter.map(|meter| meter.people).unwrap_or_default();
            let is_found = row.classes().any(|class| self.evidence.times(class) > 0);
            let threshold = row.number("people_min").and_then(|least| u64::try_from(least).ok());
            let threshold = threshold.unwrap_or(u64::MAX);
            let told = if people >= threshold {
                Answer::Met
            } else if people == 0 && (is_found || self.evidence.requests == 0) {
                Answer::Open
            } else {
                Answer::NotMet
            };
            answer = answer.min(told);
            let what = row.text("id").replace('_', " ");
            counted.push((
                told,
                match told {
                    Answer::Open if self.evidence.requests == 0 => format!("{what}: no traffic yet"),
                    Answer::Open => format!("{what}: nobody was counted, though data were found"),
                    _ => format!("{what}: about {people} of {threshold} people"),
                },
            ));
        }
        if answer == Answer::NotMet && self.evidence.is_unread(self.law) {
            answer = Answer::Open;
            counted = vec![(answer, "people in files that cannot be looked into are not counted".to_owned())];
        }
        (answer, counted.into_iter().filter(|(told, _)| *told == answer).map(|(_, text)| text).collect())
    }

    fn meter(&self, kind: &str) -> Option<&Metered> {
        self.evidence.meters.iter().find(|meter| meter.kind == kind && meter.recipient.is_none())
    }

    fn by_purpose(&self, list: &str, id: &str) -> Told {
        let Some(declared) = self.evidence.declared.purpose.as_ref().filter(|all| !all.is_empty()) else {
            return (Answer::Open, vec!["no purpose is declared".to_owned()]);
        };
        let (mut speaking, mut unknown) = (Vec::new(), Vec::new());
        for purpose in declared {
            match self.law.rows("purpose").find(|row| row.text("id") == purpose) {
                Some(row) if row.texts(list).any(|one| one == id) => {
                    speaking.push(format!("declared purpose {purpose}"));
                }
                Some(_) => {}
                None => unknown.push(format!("the table does not know the purpose {purpose}")),
            }
        }
        if !speaking.is_empty() {
            (Answer::Met, speaking)
        } else if !unknown.is_empty() {
            (Answer::Open, unknown)
        } else {
            (Answer::NotMet, vec![format!("declared purpose {}", listed(declared))])
        }
    }

    /// A case of art. 35(3): everything that its row names has to hold.
    fn mandatory(&self, row: &Row, criteria: &[Criterion]) -> Trigger {
        let mut answers: Vec<Answer> = row
            .texts("criteria")
            .map(|id| criteria.iter().find(|one| one.id == id).map_or(Answer::Open, |one| one.answer))
            .collect();
        let scale = row.text("scale");
        if !scale.is_empty() {
            answers.push(self.by_scale(Some(scale)).0);
        }
        if row.texts("purposes").next().is_some() {
            answers.push(match &self.evidence.declared.purpose {
                None => Answer::Open,
                Some(all) if row.texts("purposes").any(|one| all.contains(one)) => Answer::Met,
                Some(_) => Answer::NotMet,
            });
        }
        let id = row.text("id").to_owned();
        Trigger {
            law: format!("GDPR art. {id}"),
            id,
            name: row.text("what").to_owned(),
            answer: answers.into_iter().max().unwrap_or(Answer::Open),
        }
    }

    fn pipia(&self, row: &Row) -> Trigger {
        let id = row.text("id");
        let answer = match row.text("by") {
            "classes" => {
                let sensitive = self.law.classes("sensitive_pi");
                if sensitive.iter().any(|class| self.evidence.times(*class) > 0) {
                    Answer::Met
                } else if self.evidence.requests == 0 || self.evidence.is_unread(self.law) {
                    Answer::Open
                } else {
                    Answer::NotMet
                }
            }
            "purpose" => self.by_purpose("pipia", id).0,
            "recipient" => self.sent(|_| true),
            "abroad" => self.sent(|reach| reach.iter().any(|place| place != "CN")),
            _ => Answer::Open,
        };
        Trigger {
            id: id.to_owned(),
            law: row.text("article").replace("PIPL ", "PIPL art. "),
            name: row.text("name").to_owned(),
            answer,
        }
    }

    /// Whether personal data go to a third party whose reach fits.
    fn sent(&self, fits: impl Fn(&BTreeSet<String>) -> bool) -> Answer {
        if self.evidence.requests == 0 {
            return Answer::Open;
        }
        let goes = self.evidence.recipients.iter().any(|sent| {
            !sent.standing.on_premises
                && fits(&sent.standing.reach)
                && sent.leaving(self.law).next().is_some()
        });
        if goes { Answer::Met } else { Answer::NotMet }
    }
}

/// Words with commas between.
pub(super) fn listed(all: &BTreeSet<String>) -> String {
    all.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}
