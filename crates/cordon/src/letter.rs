//! The letter that asks a provider for what its documents do not say, with a form that its answer can be read back from.
//!
//! It is written for a data protection officer to send: no word of ours, only what the recipient needs to answer.

mod phrases;

use std::fmt::Write as _;

use registry::{DATE, Day, Facts, Key, Language, Open, REFERENCE, SIGNER, Section, Value, Why};

use self::phrases::Phrases;

/// Days that a provider is given to answer.
const ANSWER_DAYS: i32 = 21;

/// Width of plain text, in characters.
const WIDTH: usize = 78;

/// What a letter is made of.
pub(crate) struct Letter<'a> {
    /// Its language.
    pub(crate) language: Language,
    /// True for text without marks of Markdown.
    pub(crate) is_plain: bool,
    /// Registry id of the provider.
    pub(crate) provider: &'a str,
    /// The tier that is asked about.
    pub(crate) tier: Option<&'a str>,
    /// Name of the product.
    pub(crate) product: &'a str,
    /// The contracting entity, as far as it is known.
    pub(crate) recipient: Option<&'a str>,
    /// Who writes.
    pub(crate) company: &'a str,
    /// Who gets the answer.
    pub(crate) contact: &'a str,
    /// What the product is used for; may be empty.
    pub(crate) uses: &'a [String],
    /// Which personal data requests may hold; may be empty.
    pub(crate) data: &'a [String],
    /// The day.
    pub(crate) today: Day,
    /// What is asked, by subject.
    pub(crate) open: &'a [(&'a Section, Vec<Open<'a>>)],
}

impl Letter<'_> {
    /// The letter, in Markdown or as plain text.
    pub(crate) fn text(&self, facts: &Facts) -> String {
        let words = Phrases::of(self.language);
        let mut out = String::new();
        let due = Day(self.today.0.saturating_add(ANSWER_DAYS));
        self.paragraph(&mut out, &format!("{}\n{}", self.company, self.contact));
        self.paragraph(&mut out, &words.to(self.recipient.unwrap_or(self.product)));
        self.paragraph(&mut out, &words.date(self.today));
        self.heading(&mut out, 1, &words.subject(self.product));
        self.paragraph(&mut out, words.greeting);
        self.paragraph(&mut out, &words.opening(self.product, self.tier, self.uses, self.data));
        self.paragraph(&mut out, &words.request(due));
        self.heading(&mut out, 2, words.questions);
        for (number, (section, open)) in self.open.iter().enumerate() {
            self.heading(&mut out, 3, &format!("{}. {}", number + 1, section.title.of(self.language)));
            for (index, one) in open.iter().enumerate() {
                let Some(key) = facts.schema.key(&one.question.key) else { continue };
                let mut text = format!(
                    "{}.{} [{}] {}",
                    number + 1,
                    index + 1,
                    one.question.code,
                    one.question.text.of(self.language)
                );
                if let Some(remark) = self.remark(&words, one, key) {
                    text.push(if self.language == Language::Chinese { '\u{3000}' } else { ' ' });
                    text.push_str(&remark);
                }
                self.paragraph(&mut out, &text);
            }
        }
        self.paragraph(&mut out, words.closing);
        self.paragraph(&mut out, &format!("{}\n\n{}\n{}", words.regards, self.contact, self.company));
        self.heading(&mut out, 2, words.form_title);
        self.paragraph(&mut out, words.form_help);
        self.form(&mut out, &words, facts);
        out
    }

    /// What is said so far, where it is worth saying.
    fn remark(&self, words: &Phrases, open: &Open<'_>, key: &Key) -> Option<String> {
        let told: Vec<String> = open.told.iter().map(|value| self.said(value, open, key)).collect();
        match open.why {
            Why::Unknown => None,
            Why::NoNumber => Some(words.no_number.to_owned()),
            Why::Reported if !told.is_empty() => {
                Some(words.reported(&told.join(words.or), !open.question.choices.is_empty()))
            }
            Why::Conflict => Some(words.conflict.to_owned()),
            Why::Stale if !told.is_empty() => Some(words.stale(&told.join(words.or))),
            Why::Reported | Why::Stale | Why::Follows => None,
        }
    }

    fn said(&self, value: &Value, open: &Open<'_>, key: &Key) -> String {
        let choice = |text: &str| {
            let index = key.values.iter().position(|value| value == text);
            let words = index.and_then(|index| open.question.choices.get(index));
            words.map_or_else(|| text.to_owned(), |words| words.of(self.language).to_owned())
        };
        match value {
            Value::Number(number) => number.to_string(),
            Value::Text(text) => choice(text),
            Value::List(all) => all.iter().map(|text| choice(text)).collect::<Vec<_>>().join(", "),
        }
    }

    /// The form: a line per answer, marked so that it survives e-mail.
    fn form(&self, out: &mut String, words: &Phrases, facts: &Facts) {
        if !self.is_plain {
            out.push_str("```text\n");
        }
        let reference = match self.tier {
            Some(tier) => format!("{}/{tier}", self.provider),
            None => self.provider.to_owned(),
        };
        let _ = writeln!(out, "===== {} =====", words.form_title);
        let _ = writeln!(out, "# {}\n[{REFERENCE}]: {reference}", words.reference);
        let _ = writeln!(out, "# {}\n[{DATE}]:", words.form_date);
        let _ = writeln!(out, "# {}\n[{SIGNER}]:", words.form_signer);
        for (number, (_, open)) in self.open.iter().enumerate() {
            for (index, one) in open.iter().enumerate() {
                let Some(key) = facts.schema.key(&one.question.key) else { continue };
                let choices: Vec<String> = ('a'..='z')
                    .zip(&one.question.choices)
                    .map(|(letter, words)| format!("{letter} = {}", words.of(self.language)))
                    .collect();
                let how =
                    words.how(key, one.why == Why::Reported && choices.is_empty() && !one.told.is_empty());
                let help = if choices.is_empty() { how } else { format!("{how} {}", choices.join("; ")) };
                let _ = writeln!(out, "# {}.{} {help}\n[{}]:", number + 1, index + 1, one.question.code);
            }
        }
        let _ = writeln!(out, "===== {} =====", words.form_end);
        if !self.is_plain {
            out.push_str("```\n");
        }
    }

    fn heading(&self, out: &mut String, level: usize, text: &str) {
        if self.is_plain {
            let _ = writeln!(out, "{}\n", if level == 2 { text.to_uppercase() } else { text.to_owned() });
        } else {
            let _ = writeln!(out, "{} {text}\n", "#".repeat(level));
        }
    }

    fn paragraph(&self, out: &mut String, text: &str) {
        for (index, line) in text.lines().enumerate() {
            if self.is_plain && self.language == Language::English {
                for line in crate::sheet::terminal::wrapped(line, WIDTH) {
                    let _ = writeln!(out, "{line}");
                }
            } else {
                // Two blanks keep the lines of an address apart.
                let last = index + 1 == text.lines().count();
                let tail = if self.is_plain || last || line.is_empty() { "" } else { "  " };
                let _ = writeln!(out, "{line}{tail}");
            }
        }
        out.push('\n');
    }
}
