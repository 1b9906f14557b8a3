//! What a provider has to be asked: questions as data (`registry/questions.toml`), and which of them are open.

use serde::Deserialize;
use toml::Spanned;

use crate::fact::{Asked, Basis, Status, Value};
use crate::problem::{FileProblem, FileProblems, Finder};
use crate::schema::Schema;
use crate::{Day, Doubt, Facts, RegistryFile};

const BUILTIN: RegistryFile<'static> =
    RegistryFile { name: "registry/questions.toml", text: include_str!("../../../registry/questions.toml") };

/// A language that letters are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Chinese, in simplified characters.
    Chinese,
}

/// The same words in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    en: String,
    zh: String,
}

impl Words {
    /// The words in a language.
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Chinese => &self.zh,
        }
    }

    /// True where a text is these words in either language, whatever the case.
    pub(crate) fn are(&self, text: &str) -> bool {
        self.en.eq_ignore_ascii_case(text) || self.zh == text
    }
}

/// One question, about one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What the answer form calls it; it never changes.
    pub code: String,
    /// The key that the answer is about.
    pub key: String,
    /// True where it is asked also of what the provider itself does not say.
    pub confirm: bool,
    /// The question that it belongs to: where that is open, it is asked too.
    pub with: Option<String>,
    /// The question.
    pub text: Words,
    /// Words for the values of an enumeration, in the order of the vocabulary.
    pub choices: Vec<Words>,
}

/// Questions on one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The subject.
    pub title: Words,
    /// The questions.
    pub questions: Vec<Question>,
}

/// All questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Questions {
    /// By subject, in the order of a letter.
    pub sections: Vec<Section>,
}

/// Why a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Nobody says so.
    Unknown,
    /// It was read too long ago.
    Stale,
    /// Sources disagree.
    Conflict,
    /// A number is missing.
    NoNumber,
    /// Others report it, or it follows from other facts; the provider does not say so.
    Reported,
    /// The question that it belongs to is open.
    Follows,
}

/// A question that is open for a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open<'q> {
    /// The question.
    pub question: &'q Question,
    /// Why it is asked.
    pub why: Why,
    /// What documents and reports say so far; guesses are not among it.
    pub told: Vec<Value>,
}

impl Questions {
    /// The questions that ship with Cordon.
    ///
    /// # Errors
    /// Only if the shipped file is damaged; a test keeps it whole.
    pub fn builtin(schema: &Schema) -> Result<Self, FileProblems> {
        Self::load(BUILTIN, schema).map_err(FileProblems)
    }

    fn load(file: RegistryFile<'_>, schema: &Schema) -> Result<Self, Vec<FileProblem>> {
        let mut problems = Finder::new(file.name, file.text);
        let form: Form = match toml::from_str(file.text) {
            Ok(form) => form,
            Err(error) => {
                problems.syntax(&error);
                return problems.finish(Self { sections: Vec::new() });
            }
        };
        let mut codes: Vec<String> = Vec::new();
        let mut sections = Vec::new();
        for section in form.section {
            let mut questions = Vec::new();
            for form in section.question {
                let span = form.code.span();
                let values = match schema.key(&form.key) {
                    Some(key) => key.values.len(),
                    None => {
                        problems.add(span.clone(), format!("there is no key `{}`", form.key), "");
                        0
                    }
                };
                let (en, zh) = form.choices.map(|choices| (choices.en, choices.zh)).unwrap_or_default();
                if en.len() != values || zh.len() != values {
                    problems.add(
                        span.clone(),
                        format!("`{}` has {values} values, so it needs as many choices", form.key),
                        "",
                    );
                }
                let code = form.code.into_inner();
                if codes.contains(&code) {
                    problems.add(span, format!("there are two questions `{code}`"), "");
                }
                codes.push(code.clone());
                questions.push(Question {
                    code,
                    key: form.key,
                    confirm: form.confirm,
                    with: form.with,
                    text: Words { en: form.en, zh: form.zh },
                    choices: en.into_iter().zip(zh).map(|(en, zh)| Words { en, zh }).collect(),
                });
            }
            sections.push(Section { title: Words { en: section.en, zh: section.zh }, questions });
        }
        problems.finish(Self { sections })
    }

    /// The question of this code.
    pub fn question(&self, code: &str) -> Option<&Question> {
        self.sections.iter().flat_map(|section| &section.questions).find(|question| question.code == code)
    }

    /// The questions that are open for a provider on a day, by subject.
    pub fn open<'q>(
        &'q self,
        facts: &Facts,
        provider: &str,
        asked: &Asked<'_>,
        today: Day,
    ) -> Vec<(&'q Section, Vec<Open<'q>>)> {
        let alone = |question: &'q Question| open(facts, provider, question, asked, today, false);
        let of = |section: &'q Section| {
            let is_open = |code: &str| self.question(code).and_then(alone).is_some();
            let open = section.questions.iter().filter_map(|question| {
                let follows = question.with.as_deref().is_some_and(is_open);
                open(facts, provider, question, asked, today, follows)
            });
            (section, open.collect::<Vec<_>>())
        };
        self.sections.iter().map(of).filter(|(_, open)| !open.is_empty()).collect()
    }
}

fn open<'q>(
    facts: &Facts,
    provider: &str,
    question: &'q Question,
    asked: &Asked<'_>,
    today: Day,
    follows: bool,
) -> Option<Open<'q>> {
    let resolved = facts.resolve(provider, &question.key, asked, today);
    let is_all =
        |status| !resolved.facts.is_empty() && resolved.facts.iter().all(|fact| fact.status == status);
    let why = match resolved.doubt {
        Some(Doubt::Unknown) => Why::Unknown,
        Some(Doubt::Stale) => Why::Stale,
        Some(Doubt::Conflict) => Why::Conflict,
        None if resolved.counts == Value::Number(-1) && !is_all(Status::Known) => Why::NoNumber,
        None if question.confirm && is_all(Status::Likely) => Why::Reported,
        None if follows && !is_all(Status::Known) => Why::Follows,
        None => return None,
    };
    let is_told = |basis: Option<Basis>| matches!(basis, Some(Basis::Read | Basis::Reported));
    let facts = resolved.facts.iter().filter(|fact| is_told(fact.basis));
    let told = facts.filter_map(|fact| fact.value.clone()).collect();
    Some(Open { question, why, told })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(rename = "schema")]
    _schema: Format,
    section: Vec<SectionForm>,
}

#[derive(Deserialize)]
enum Format {
    #[serde(rename = "cordon.questions/1")]
    One,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionForm {
    en: String,
    zh: String,
    question: Vec<QuestionForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionForm {
    code: Spanned<String>,
    key: String,
    #[serde(default)]
    confirm: bool,
    with: Option<String>,
    en: String,
    zh: String,
    choices: Option<ChoicesForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChoicesForm {
    en: Vec<String>,
    zh: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(provider: &str, today: &str) -> Vec<String> {
        let facts = Facts::builtin().expect("facts load");
        let questions = Questions::builtin(&facts.schema).expect("questions load");
        let asked = Asked { customer_region: Some("DE"), ..Asked::default() };
        let open = questions.open(&facts, provider, &asked, Day::parse(today).expect("a day"));
        open.into_iter().flat_map(|(_, open)| open).map(|open| open.question.code.clone()).collect()
    }

    #[test]
    fn minimax_is_asked_what_nobody_knows_and_openai_not_what_its_contract_says() {
        let minimax = codes("minimax-intl", "2026-11-29");
        for code in [
            "T1", "T2", "T3", "Z1", "Z2", "O1", "L1", "L2", "L3", "D1", "D3", "D4", "X1", "S1", "S2", "R1",
            "A1", "A2", "B1", "V2", "E1",
        ] {
            assert!(minimax.iter().any(|one| one == code), "{code} is open");
        }
        let openai = codes("openai", "2026-11-29");
        for code in ["T1", "R1", "D1", "D3", "X1", "S2", "B2", "E1"] {
            assert!(!openai.iter().any(|one| one == code), "{code} is answered by the contract");
        }
        // What was read long ago has to be asked again.
        assert!(codes("openai", "2027-11-29").iter().any(|one| one == "T1"));
    }
}
