//! `cordon providers ask`: the letter to a provider, and its answer.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use registry::{Answers, Language, Questions, RegistryFile};
use serde_json::json;

use super::Known;
use crate::config::own_facts::{ANSWERS_FOLDER, digest};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::letter::Letter;

/// Largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: u64 = 1 << 20;

/// Most answers of one provider and day.
const SAME_DAY_MAX: u32 = 99;

/// Write the letter that asks a provider for what its documents do not say; record its answer.
///
/// The letter asks for exactly what is unknown, contradictory or too old, and has others' reports confirmed. `--import` reads the answer
/// form back: what was answered becomes dated evidence that counts, what was left empty stays unknown.
#[derive(Debug, Args)]
pub(crate) struct Ask {
    /// The provider.
    ///
    /// Example: cordon providers ask minimax-intl > letter.md
    #[arg(value_name = "ID", required_unless_present = "import")]
    id: Option<String>,

    /// Record an answer instead: the file with the filled-in form, as it came.
    ///
    /// Example: cordon providers ask --import answer.txt
    #[arg(long, value_name = "FILE", conflicts_with_all = ["id", "plain", "company", "contact", "uses", "data"])]
    import: Option<PathBuf>,

    /// Where the recorded facts go, with the answer beside them.
    ///
    /// Default: the folder `facts` of the state directory, which is read with the configuration. Name another file under [registry]
    /// facts. Example: --to own-facts/minimax.toml
    #[arg(long, value_name = "FILE", requires = "import")]
    to: Option<PathBuf>,

    /// The language of the letter.
    ///
    /// Default: en. Example: --language zh
    #[arg(long, value_name = "LANGUAGE", value_enum, default_value = "en", hide_default_value = true)]
    language: LanguageName,

    /// Plain text, without marks of Markdown.
    ///
    /// Default: Markdown. Example: cordon providers ask minimax-intl --plain
    #[arg(long)]
    plain: bool,

    /// Your company's name.
    ///
    /// Default: company.name of the configuration. Example: --company "Tidewick GmbH"
    #[arg(long, value_name = "NAME")]
    company: Option<String>,

    /// Who gets the answer: name, function, e-mail address.
    ///
    /// Default: company.contact of the configuration. Example: --contact "Ida Brandt, Data Protection Officer, privacy@tidewick.org"
    #[arg(long, value_name = "TEXT")]
    contact: Option<String>,

    /// What you use the provider for; may be given several times.
    ///
    /// Default: not said. Example: --use "drafting answers to customers"
    #[arg(long = "use", value_name = "TEXT")]
    uses: Vec<String>,

    /// Which personal data requests may hold; may be given several times.
    ///
    /// Default: not said. Example: --data "names and e-mail addresses of customers"
    #[arg(long, value_name = "TEXT")]
    data: Vec<String>,
}

/// A language of letters.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum LanguageName {
    /// English.
    En,
    /// Chinese.
    Zh,
}

impl Ask {
    /// Writes the letter, or records the answer.
    pub(super) fn run(self, context: &Context, known: &Known<'_>) -> Result<Exit, Failure> {
        let questions = Questions::builtin(&known.facts().schema)
            .map_err(|error| Failure::Unavailable(error.to_string()))?;
        match &self.import {
            Some(path) => self.record(path, &questions, context, known),
            None => self.write(&questions, context, known),
        }
    }

    fn write(&self, questions: &Questions, context: &Context, known: &Known<'_>) -> Result<Exit, Failure> {
        let profile = known.profile(self.id.as_deref().unwrap_or_default())?;
        let key = known.plan.keys.iter().find(|key| key.provider == profile.id && key.is_active);
        let account = key.map(|key| key.account.clone()).unwrap_or_default();
        let settings = account.settings_on(known.today());
        let asked =
            registry::Asked { customer_region: known.plan.country.as_deref(), ..account.asked(&settings) };
        let open = questions.open(known.facts(), &profile.id, &asked, known.today());
        if open.is_empty() {
            context.output.note(&format!("Nothing is open for {}.", profile.name));
            return Ok(Exit::Done);
        }
        let company = &known.loaded.config.company;
        let given = |flag: &Option<String>, configured: &Option<String>, what: &str, flag_name: &str| {
            flag.clone().or_else(|| configured.clone()).unwrap_or_else(|| {
                context.output.note(&format!("Fill in the {what}: the letter has a gap for it (--{flag_name}, or [company] in the configuration)."));
                format!("[{what}]")
            })
        };
        let entity = known.facts().resolve(&profile.id, "entity.legal_entity", &asked, known.today());
        let letter = Letter {
            recipient: entity.counts.text().filter(|_| entity.doubt.is_none()),
            language: match self.language {
                LanguageName::En => Language::English,
                LanguageName::Zh => Language::Chinese,
            },
            is_plain: self.plain,
            provider: &profile.id,
            tier: account.tier.as_deref(),
            product: &profile.name,
            company: &given(&self.company, &company.name, "name of your company", "company"),
            contact: &given(&self.contact, &company.contact, "name, function and e-mail address", "contact"),
            uses: &self.uses,
            data: &self.data,
            today: known.today(),
            open: &open,
        };
        let text = letter.text(known.facts());
        if context.output.is_json() {
            let codes = open.iter().flat_map(|(_, open)| open).map(|open| {
                json!({ "code": open.question.code, "key": open.question.key, "why": format!("{:?}", open.why).to_lowercase() })
            });
            context.output.document(
                &json!({ "provider": profile.id, "letter": text, "questions": codes.collect::<Vec<_>>() }),
            );
        } else {
            context.output.bytes(text.as_bytes());
        }
        Ok(Exit::Done)
    }

    fn record(
        &self,
        path: &Path,
        questions: &Questions,
        context: &Context,
        known: &Known<'_>,
    ) -> Result<Exit, Failure> {
        let failed = |what: &'static str, path: &Path| {
            let path = path.to_owned();
            move |source| Failure::File { what, path, source }
        };
        let mut text = String::new();
        let file = fs::File::open(path).map_err(failed("cannot read", path))?;
        let read =
            file.take(ANSWER_BYTES_MAX + 1).read_to_string(&mut text).map_err(failed("cannot read", path))?;
        if read as u64 > ANSWER_BYTES_MAX {
            return Err(Failure::Usage(format!(
                "`{}` is larger than {ANSWER_BYTES_MAX} bytes",
                path.display()
            )));
        }
        let name = path.display().to_string();
        let form = RegistryFile { name: &name, text: &text };
        let answers = Answers::read(form, known.facts(), questions, known.today())
            .map_err(|problems| Failure::Usage(problems.to_string()))?;
        let profile = known.profile(&answers.provider)?;
        let (facts_file, answer_file) = self.places(&answers, known)?;
        let answer_name =
            answer_file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let facts = answers.own_facts(&profile.name, (&answer_name, &digest(text.as_bytes())));
        // Nothing is written that the next start would refuse.
        let form = RegistryFile { name: "the answers", text: &facts };
        known
            .facts()
            .clone()
            .with_own(&[form], known.today())
            .map_err(|problems| Failure::Usage(problems.to_string()))?;
        write_new(&answer_file, text.as_bytes()).map_err(failed("cannot write", &answer_file))?;
        write_new(&facts_file, facts.as_bytes()).map_err(failed("cannot write", &facts_file))?;
        let keys: Vec<&str> = answers.facts.iter().map(|(key, _)| key.as_str()).collect();
        context.output.document(&json!({
            "provider": answers.provider, "date": answers.date.to_string(), "signer": answers.signer,
            "answered": keys, "empty": answers.empty, "facts_file": facts_file.display().to_string(),
            "answer_file": answer_file.display().to_string(),
        }));
        context.output.line(&format!(
            "Recorded {} answers of {} of {}, signed by {}.",
            keys.len(),
            profile.name,
            answers.date,
            answers.signer
        ));
        context.output.line(&format!("  facts   {}", facts_file.display()));
        context.output.line(&format!("  answer  {}", answer_file.display()));
        if !answers.empty.is_empty() {
            context
                .output
                .line(&format!("  left empty, and as unknown as before: {}", answers.empty.join(", ")));
        }
        context.output.note(if self.to.is_some() {
            "They count once [registry] facts names the file."
        } else {
            "They count from the next start or reload on."
        });
        Ok(Exit::Done)
    }

    /// Where facts and answer go.
    fn places(&self, answers: &Answers, known: &Known<'_>) -> Result<(PathBuf, PathBuf), Failure> {
        if let Some(to) = &self.to {
            return Ok((to.clone(), to.with_extension("answer.txt")));
        }
        let folder = known.plan.state_dir.join(ANSWERS_FOLDER);
        DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(|source| Failure::File {
            what: "cannot make",
            path: folder.clone(),
            source,
        })?;
        let base = format!("{}-{}", answers.provider, answers.date);
        let free = (1..=SAME_DAY_MAX)
            .map(|number| if number == 1 { base.clone() } else { format!("{base}-{number}") })
            .find(|name| {
                !folder.join(format!("{name}.toml")).exists()
                    && !folder.join(format!("{name}.answer.txt")).exists()
            });
        let name = free
            .ok_or_else(|| Failure::Usage(format!("there are {SAME_DAY_MAX} answers of that day already")))?;
        Ok((folder.join(format!("{name}.toml")), folder.join(format!("{name}.answer.txt"))))
    }
}

/// A file that was not there before, for its owner alone.
fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
