//! Reads an answer form back, and makes dated facts of what was answered. What was left empty stays as unknown as it was.
//!
//! The form survives e-mail: quoting marks, blank lines and whatever stands around it are passed over. A line `[T1]: …` answers the
//! question of that code; lines that follow without a mark belong to it.

use std::fmt::Write as _;
use std::ops::Range;

use crate::fact::{Asked, Value};
use crate::problem::{FileProblems, Finder};
use crate::questions::{Question, Questions};
use crate::schema::{Key, Type};
use crate::{Day, Facts, RegistryFile};

/// Longest answer that is kept, in characters.
const ANSWER_CHARS_MAX: usize = 2000;

/// Mark of the form's line for the provider.
pub const REFERENCE: &str = "REF";
/// Mark of the form's line for the date.
pub const DATE: &str = "DATE";
/// Mark of the form's line for the person who answers.
pub const SIGNER: &str = "SIGNER";

/// Says that what we were told is right.
const CONFIRMED: [&str; 8] = ["yes", "confirmed", "correct", "ok", "是", "确认", "正确", "属实"];
/// Says that there is no number.
const NO_NUMBER: [&str; 7] = ["none", "no number", "not stated", "-", "无", "未规定", "没有"];

/// What a provider answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// Registry id of the provider.
    pub provider: String,
    /// The tier that the letter was about.
    pub tier: Option<String>,
    /// The day of the answer.
    pub date: Day,
    /// Who answers.
    pub signer: String,
    /// What was answered: key and value.
    pub facts: Vec<(String, Value)>,
    /// Codes that were left empty.
    pub empty: Vec<String>,
}

impl Answers {
    /// Reads a form that came back by `today`.
    ///
    /// # Errors
    /// With file, line and column: no provider, date or signer, a date that is yet to come, a code that is not there, a value that
    /// does not fit its question, or no answer at all.
    pub fn read(
        file: RegistryFile<'_>,
        facts: &Facts,
        questions: &Questions,
        today: Day,
    ) -> Result<Self, FileProblems> {
        let mut problems = Finder::new(file.name, file.text);
        let lines = marked(file.text);
        let answer = |mark: &str| lines.iter().find(|line| line.mark == mark && !line.text.is_empty());
        let whole = 0..0;

        let mut reference = String::new();
        match answer(REFERENCE) {
            None => problems.add(
                whole.clone(),
                "the form names no provider ([REF])",
                "take the form of the letter as it is",
            ),
            Some(line) => reference.clone_from(&line.text),
        }
        let (provider, tier) = match reference.split_once('/') {
            Some((provider, tier)) => (provider.trim().to_owned(), Some(tier.trim().to_owned())),
            None => (reference.clone(), None),
        };
        if !reference.is_empty() && facts.profile(&provider).is_none() {
            problems.add(whole.clone(), format!("there is no provider `{provider}`"), "");
        }
        let mut date = None;
        match answer(DATE) {
            None => problems.add(
                whole.clone(),
                "the answer has no date ([DATE])",
                "an answer without a date proves nothing",
            ),
            Some(line) => match Day::parse(&line.text) {
                None => problems.add(line.span.clone(), "a date is written as 2026-12-03", ""),
                Some(day) if day > today => {
                    problems.add(line.span.clone(), format!("{day} is yet to come"), "")
                }
                Some(day) => date = Some(day),
            },
        }
        let signer = answer(SIGNER).map(|line| line.text.clone()).unwrap_or_default();
        if signer.is_empty() {
            problems.add(
                whole.clone(),
                "nobody signed the answer ([SIGNER])",
                "name and function of the person who answers",
            );
        }

        let mut read = Self {
            provider,
            tier,
            date: date.unwrap_or(today),
            signer,
            facts: Vec::new(),
            empty: Vec::new(),
        };
        for line in lines.iter().filter(|line| ![REFERENCE, DATE, SIGNER].contains(&line.mark.as_str())) {
            let Some((question, key)) = questions
                .question(&line.mark)
                .and_then(|question| Some((question, facts.schema.key(&question.key)?)))
            else {
                problems.add(line.span.clone(), format!("there is no question `{}`", line.mark), "");
                continue;
            };
            if line.text.is_empty() {
                read.empty.push(line.mark.clone());
                continue;
            }
            if read.facts.iter().any(|(known, _)| *known == key.name) {
                problems.add(
                    line.span.clone(),
                    format!("`{}` is answered twice", line.mark),
                    "keep one of the lines",
                );
                continue;
            }
            match value(&line.text, question, key, facts, &read, today) {
                Ok(value) => read.facts.push((key.name.clone(), value)),
                Err(fault) => {
                    problems.add(line.span.clone(), format!("the answer to `{}` {fault}", line.mark), "")
                }
            }
        }
        if read.facts.is_empty() {
            problems.add(whole, "nothing is answered", "");
        }
        problems.finish(read).map_err(FileProblems)
    }

    /// The answers as a file of facts of one's own. `evidence` names the file of the answer, and its SHA-256.
    pub fn own_facts(&self, provider_name: &str, evidence: (&str, &str)) -> String {
        let text = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let mut out = format!(
            "# What {provider_name} answered on {}. Questions that were left empty are not here.\n\
             schema = \"cordon.own-facts/1\"\n\n[[source]]\nid = \"answer\"\ntitle = {}\nwho = {}\ndocument_date = \"{}\"\n\
             file = {}\nsha256 = {}\n",
            self.date,
            text(&format!("Answer of {provider_name} of {}", self.date)),
            text(&self.signer),
            self.date,
            text(evidence.0),
            text(evidence.1),
        );
        for (key, value) in &self.facts {
            let value = match value {
                Value::Text(one) => text(one),
                Value::Number(number) => number.to_string(),
                Value::List(all) => {
                    format!("[{}]", all.iter().map(|one| text(one)).collect::<Vec<_>>().join(", "))
                }
            };
            let _ = write!(
                out,
                "\n[[fact]]\nprovider = {}\nkey = {}\nvalue = {value}\nstatus = \"known\"\nbasis = \"read\"\nsources = [\"answer\"]\n",
                text(&self.provider),
                text(key),
            );
            if let Some(tier) = &self.tier {
                let _ = writeln!(out, "scope = {{ tier = {} }}", text(tier));
            }
        }
        out
    }
}

/// A line of the form, with those that belong to it.
struct Marked {
    mark: String,
    text: String,
    span: Range<usize>,
}

fn marked(text: &str) -> Vec<Marked> {
    let mut all: Vec<Marked> = Vec::new();
    let mut is_open = false;
    let mut at = 0;
    for raw in text.split_inclusive('\n') {
        let span = at..at + raw.len();
        at += raw.len();
        let line = raw.trim_matches(|c: char| c.is_whitespace() || c == '>' || c == '\u{feff}');
        let mark = line.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        match mark {
            Some((mark, rest)) if is_mark(mark) => {
                let rest = rest.trim_start().trim_start_matches([':', '：']).trim();
                all.push(Marked { mark: mark.to_owned(), text: rest.to_owned(), span });
                is_open = true;
            }
            // What the form says by itself, and its end.
            _ if line.is_empty() || line.starts_with(['#', '=', '`']) => is_open = false,
            _ => {
                if let Some(last) = all.last_mut().filter(|_| is_open) {
                    if !last.text.is_empty() {
                        last.text.push(' ');
                    }
                    last.text.push_str(line);
                }
            }
        }
    }
    all
}

fn is_mark(text: &str) -> bool {
    (2..=8).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn value(
    text: &str,
    question: &Question,
    key: &Key,
    facts: &Facts,
    read: &Answers,
    today: Day,
) -> Result<Value, String> {
    if text.chars().count() > ANSWER_CHARS_MAX {
        return Err(format!("is longer than {ANSWER_CHARS_MAX} characters"));
    }
    let is =
        |all: &[&str]| all.iter().any(|one| text.trim_end_matches(['.', '。']).eq_ignore_ascii_case(one));
    if question.confirm && question.choices.is_empty() && is(&CONFIRMED) {
        let asked = Asked { tier: read.tier.as_deref(), ..Asked::default() };
        let told = facts.resolve(&read.provider, &key.name, &asked, today);
        return match told.doubt {
            None => Ok(told.counts),
            Some(_) => Err("confirms what nobody has said: write it out".to_owned()),
        };
    }
    let string = |text: &str| toml::Value::String(text.to_owned());
    let list = |all: Vec<&str>| toml::Value::Array(all.into_iter().map(string).collect());
    let given = match key.kind {
        Type::Text | Type::Url => string(text),
        Type::Place => string(&text.to_ascii_uppercase()),
        Type::Places => {
            let upper = text.to_ascii_uppercase();
            return key.value(&list(parts(&upper, &[',', ';', '、', '，', '；', ' '])));
        }
        Type::Number if is(&NO_NUMBER) => toml::Value::Integer(-1),
        Type::Number => {
            let digits = text.split(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty());
            let number = digits.and_then(|digits| digits.parse().ok());
            let is_alone = text.chars().filter(|c| c.is_ascii_digit()).count() == digits.map_or(0, str::len);
            match number.filter(|_| is_alone) {
                Some(number) => toml::Value::Integer(number),
                None => return Err(format!("is one whole number of {}, or `none`", key.unit)),
            }
        }
        Type::Enum => string(choice(text, question, key).ok_or_else(|| expected(question))?),
        Type::Enums => {
            let chosen = parts(text, &[',', ';', '、', '，', '；', ' ']);
            let all: Option<Vec<&str>> = chosen.into_iter().map(|one| choice(one, question, key)).collect();
            list(all.ok_or_else(|| expected(question))?)
        }
        Type::Texts | Type::Urls | Type::Hosts | Type::Classes => list(parts(text, &[';', '；'])),
    };
    key.value(&given)
}

fn parts<'t>(text: &'t str, at: &[char]) -> Vec<&'t str> {
    text.split(at).map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// The value that a letter, or the words of a choice, stand for.
fn choice<'k>(text: &str, question: &Question, key: &'k Key) -> Option<&'k str> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || ".()。（）".contains(c));
    let index = match text.as_bytes() {
        [letter] if letter.is_ascii_alphabetic() => usize::from(letter.to_ascii_lowercase() - b'a'),
        _ => question.choices.iter().position(|words| words.are(text))?,
    };
    key.values.get(index).map(String::as_str)
}

fn expected(question: &Question) -> String {
    let letters: Vec<String> =
        ('a'..='z').take(question.choices.len()).map(|letter| letter.to_string()).collect();
    format!("is one of the letters {}", letters.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "Dear Ms Brandt,\nplease find our answers below.\n\n> ===== Answer form =====\n> [REF]: minimax-intl\n\
        > [DATE]: 2026-12-03\n> [SIGNER]: Li Wei, Legal Counsel\n> # 3. training: a never, b only if agreed\n> [T1]: b\n\
        > [L1]: US, SG\n> [L2]:\n> [R1]: 30 days\n> [D4]: a, b, c, g\n> [B1]: none\n\
        > [A1]: By e-mail to privacy@minimax.example,\n> within ten days.\n> [E1]: yes\n> ===== end =====\nKind regards\n";

    fn read(form: &str) -> Result<Answers, String> {
        let facts = Facts::builtin().expect("facts load");
        let questions = Questions::builtin(&facts.schema).expect("questions load");
        let file = RegistryFile { name: "answer.txt", text: form };
        Answers::read(file, &facts, &questions, Day::parse("2026-12-05").expect("a day"))
            .map_err(|problems| problems.to_string())
    }

    #[test]
    fn a_form_that_went_through_e_mail_is_read() {
        let answers = read(FORM).expect("reads");
        assert_eq!(
            (answers.provider.as_str(), answers.signer.as_str()),
            ("minimax-intl", "Li Wei, Legal Counsel")
        );
        assert_eq!(answers.date.to_string(), "2026-12-03");
        let told =
            |key: &str| answers.facts.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone());
        assert_eq!(told("training.default"), Some(Value::Text("opt_in".to_owned())));
        assert_eq!(told("location.storage"), Some(Value::List(vec!["US".to_owned(), "SG".to_owned()])));
        assert_eq!(told("retention.default_days"), Some(Value::Number(30)));
        assert_eq!(told("breach.notice_hours"), Some(Value::Number(-1)));
        let covers = ["instructions", "confidentiality", "security", "deletion"].map(str::to_owned).to_vec();
        assert_eq!(told("dpa.covers"), Some(Value::List(covers)));
        let how = "By e-mail to privacy@minimax.example, within ten days.".to_owned();
        assert_eq!(told("deletion.ad_hoc"), Some(Value::Text(how)));
        let Some(Value::Text(entity)) = told("entity.legal_entity") else { panic!("confirmed") };
        assert!(entity.starts_with("Nanonoble"), "{entity}");
        // What was left empty is no answer.
        assert_eq!((told("location.processing"), answers.empty), (None, vec!["L2".to_owned()]));
    }

    #[test]
    fn what_was_answered_loads_as_facts_and_counts() {
        let answers = read(FORM).expect("reads");
        let text = answers.own_facts("MiniMax", ("minimax-intl.txt", &"0".repeat(64)));
        let today = Day::parse("2026-12-05").expect("a day");
        let facts = Facts::builtin()
            .expect("facts load")
            .with_own(&[RegistryFile { name: "answer.toml", text: &text }], today)
            .unwrap_or_else(|problems| panic!("{problems}\n{text}"));
        let training = facts.resolve("minimax-intl", "training.default", &Asked::default(), today);
        assert_eq!((training.counts.text(), training.doubt), (Some("opt_in"), None));
        let processing = facts.resolve("minimax-intl", "location.processing", &Asked::default(), today);
        assert_eq!(processing.doubt, Some(crate::Doubt::Unknown));
    }

    #[test]
    fn an_answer_without_date_or_signer_or_with_a_wrong_value_is_refused_with_its_line() {
        for (from, to, expected) in [
            ("> [DATE]: 2026-12-03\n", "> [DATE]:\n", "the answer has no date ([DATE])"),
            ("2026-12-03", "3 December", "answer.txt:6:1: a date is written as 2026-12-03"),
            ("2026-12-03", "2026-12-06", "answer.txt:6:1: 2026-12-06 is yet to come"),
            ("Li Wei, Legal Counsel", "", "nobody signed the answer ([SIGNER])"),
            ("[REF]: minimax-intl", "[REF]: minimaxx", "there is no provider `minimaxx`"),
            ("[REF]: minimax-intl", "", "the form names no provider ([REF])"),
            (
                "[T1]: b",
                "[T1]: sometimes",
                "answer.txt:9:1: the answer to `T1` is one of the letters a, b, c, d, e, f",
            ),
            (
                "[L1]: US, SG",
                "[L1]: the States",
                "answer.txt:10:1: the answer to `L1` is a list of countries",
            ),
            (
                "[R1]: 30 days",
                "[R1]: 30 to 60 days",
                "answer.txt:12:1: the answer to `R1` is one whole number of days",
            ),
            (
                "[R1]: 30 days",
                "[R1]: a while",
                "answer.txt:12:1: the answer to `R1` is one whole number of days",
            ),
            ("[L2]:", "[Q9]: x", "answer.txt:11:1: there is no question `Q9`"),
            ("[L2]:", "[T1]: a", "answer.txt:11:1: `T1` is answered twice"),
        ] {
            assert!(FORM.contains(from), "{from}");
            let error = read(&FORM.replace(from, to)).expect_err(expected);
            assert!(error.contains(expected), "expected: {expected}\ngot: {error}");
        }
        let nothing = "[REF]: minimax-intl\n[DATE]: 2026-12-03\n[SIGNER]: Li Wei\n[T1]:\n";
        assert!(read(nothing).expect_err("refused").contains("nothing is answered"));
    }

    #[test]
    fn a_chinese_form_is_read() {
        let form = "[REF]：minimax-cn\n[DATE]：2026-12-03\n[SIGNER]：李伟，法务\n[T1]：绝不\n[L1]：CN、SG\n[R1]：30 天\n";
        let answers = read(form).expect("reads");
        assert_eq!(answers.signer, "李伟，法务");
        assert_eq!(answers.facts[0].1, Value::Text("no".to_owned()));
        assert_eq!(answers.facts[1].1, Value::List(vec!["CN".to_owned(), "SG".to_owned()]));
        assert_eq!(answers.facts[2].1, Value::Number(30));
    }
}
