//! Finding and reading the configuration file.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::Config;
use super::document::Document;
use super::own_facts;
use super::problem::{ConfigError, Problem};
use super::rule_files::{self, OwnRules};
use super::secrets;

/// Name of the file that is looked for in the working directory.
pub(crate) const FILE_NAME: &str = "cordon.toml";

/// Largest configuration file, in bytes.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// A configuration, and where it came from.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    /// What it says.
    pub(crate) config: Config,
    /// Its text; empty where there is no file.
    pub(crate) document: Document,
    /// The file; `None` where there is none and the defaults hold.
    pub(crate) path: Option<PathBuf>,
    /// The recognizer files that it names.
    pub(crate) rules: Vec<OwnRules>,
    /// The fact files that it names, and the recorded answers of its state directory.
    pub(crate) facts: Vec<OwnRules>,
    /// The policy files that it names.
    pub(crate) policies: Vec<OwnRules>,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    /// The file cannot be read.
    #[error("the configuration `{}` cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Its content is refused.
    #[error(transparent)]
    Refused(#[from] ConfigError),
}

impl Loaded {
    /// The defaults, without a file.
    pub(crate) fn defaults() -> Self {
        Self {
            config: Config::default(),
            document: Document::new("(defaults)", ""),
            path: None,
            rules: Vec::new(),
            facts: Vec::new(),
            policies: Vec::new(),
        }
    }

    /// The directory at which relative paths of the file start.
    pub(crate) fn base_dir(&self) -> &Path {
        self.path.as_deref().and_then(Path::parent).unwrap_or(Path::new(""))
    }
}

/// The file to read: `named` (by flag or variable) whether it exists or not, else `cordon.toml` in the working directory
/// if it exists.
pub(crate) fn find(named: Option<&Path>) -> Option<PathBuf> {
    match named {
        Some(path) => Some(path.to_owned()),
        None => Some(PathBuf::from(FILE_NAME)).filter(|path| path.exists()),
    }
}

/// Reads a file, or gives the defaults where there is none.
///
/// # Errors
/// [`LoadError`].
pub(crate) fn load(path: Option<PathBuf>) -> Result<Loaded, LoadError> {
    let Some(path) = path else {
        let mut loaded = Loaded::defaults();
        loaded.facts = own_facts::read(&loaded.config, Path::new(""), &loaded.document)?;
        return Ok(loaded);
    };
    let unreadable = |source| LoadError::Unreadable { path: path.clone(), source };
    let file = fs::File::open(&path).map_err(unreadable)?;
    let mut text = String::new();
    let read = file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text).map_err(unreadable)?;
    if read as u64 > FILE_BYTES_MAX {
        return Err(unreadable(io::Error::other(format!("it is larger than {FILE_BYTES_MAX} bytes"))));
    }
    let document = Document::new(path.display().to_string(), text);
    let config = parse(&document)?;
    let base = path.parent().unwrap_or(Path::new(""));
    let rules = rule_files::read(&config.detection.recognizers, base, &document, &rule_files::RECOGNIZERS)?;
    let facts = own_facts::read(&config, base, &document)?;
    let policies = rule_files::read(&config.policy.files, base, &document, &rule_files::POLICIES)?;
    Ok(Loaded { config, document, path: Some(path), rules, facts, policies })
}

/// Reads the text of a configuration.
///
/// # Errors
/// What is wrong with it; secrets first, and then nothing else, so that no other message can show one.
pub(crate) fn parse(document: &Document) -> Result<Config, ConfigError> {
    let secrets = secrets::found(document.text());
    if !secrets.is_empty() {
        return Err(ConfigError::new(
            document,
            secrets.into_iter().map(|(span, holder)| secret(span, &holder)).collect(),
        ));
    }
    toml::from_str(document.text()).map_err(|error| {
        let (message, help) = plain(error.message());
        let problem = Problem {
            span: error.span(),
            message: secrets::blotted(&message),
            label: "here".to_owned(),
            help,
            is_warning: false,
        };
        ConfigError::new(document, vec![problem])
    })
}

fn secret(span: std::ops::Range<usize>, holder: &str) -> Problem {
    Problem {
        span: Some(span),
        message: format!("{holder} holds a secret, and a configuration file is no place for one"),
        label: "not shown".to_owned(),
        help: Some(
            "keep the secret in an environment variable or in a file that only you can read, and name it: from_env = \
             \"OPENAI_API_KEY\" or from_file = \"/run/secrets/openai\" under [[provider_keys]]. If this file was shared, \
             the secret is spent: make a new one"
                .to_owned(),
        ),
        is_warning: false,
    }
}

/// What the TOML reader says, in one line, with the list of what is possible apart.
fn plain(message: &str) -> (String, Option<String>) {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    if line == "invalid socket address syntax" {
        let help = "e.g. 127.0.0.1:8787 for this machine only, 0.0.0.0:8787 for all";
        return ("this is not an IP address with a port".to_owned(), Some(help.to_owned()));
    }
    match line.split_once(", expected ") {
        Some((what, expected)) if what.starts_with("unknown") => {
            let expected = expected.trim_start_matches("one of ");
            let what = what.replacen("unknown field", "unknown key", 1).replacen(
                "unknown variant",
                "unknown value",
                1,
            );
            (what, Some(format!("possible here: {expected}")))
        }
        _ => (line, None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_with_a_message(text in "(\\[?[a-z_.]{1,12}\\]? ?=? ?[\"'\\[{]?[ -~\\n\u{e9}]{0,12}[\"'\\]}]?\\n){0,6}") {
            if let Err(error) = parse(&Document::new("x.toml", text)) {
                prop_assert!(!error.render(false).is_empty() && error.json().is_array());
            }
        }
    }
}
