//! All facts: those that ship and those of the operator, and what counts for a question on a day.

mod resolve;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::models::{self, Model};
use crate::places::Regions;
use crate::problem::{FileProblem, FileProblems};
use crate::read::{self, Against, Profile};
use crate::schema::Schema;
use crate::{Day, Fact, RegistryFile, Value, pattern};

pub use resolve::Resolved;

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        [$(RegistryFile { name: concat!("registry/", $name), text: include_str!(concat!("../../../registry/", $name)) }),+]
    };
}

/// The shipped facts, a file for each provider.
const PROVIDERS: &[RegistryFile<'static>] = &shipped![
    "facts/alibaba-model-studio.toml",
    "facts/anthropic.toml",
    "facts/aws-bedrock.toml",
    "facts/azure-openai.toml",
    "facts/deepseek.toml",
    "facts/google-gemini-api.toml",
    "facts/google-vertex.toml",
    "facts/minimax-cn.toml",
    "facts/minimax-intl.toml",
    "facts/mistral.toml",
    "facts/openai.toml",
    "facts/self-hosted.toml",
];

/// Vocabulary, regions and models, which every fact is read with.
const GROUND: [RegistryFile<'static>; 3] = shipped!["schema.toml", "regions.toml", "models.toml"];

/// All facts, checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The vocabulary.
    pub schema: Schema,
    /// Regions and their countries.
    pub regions: Regions,
    profiles: BTreeMap<String, Profile>,
    models: Vec<Model>,
}

impl Facts {
    /// The facts that ship with Cordon.
    ///
    /// # Errors
    /// Only if a shipped file is damaged; a test keeps them whole. Their dates are not held against a day, so that a clock that is
    /// wrong makes facts old and not the start impossible.
    pub fn builtin() -> Result<Self, FileProblems> {
        let [schema, regions, models] = GROUND;
        Self::load(schema, regions, models, PROVIDERS, None)
    }

    fn load(
        schema: RegistryFile<'_>,
        regions: RegistryFile<'_>,
        catalogue: RegistryFile<'_>,
        providers: &[RegistryFile<'_>],
        today: Option<Day>,
    ) -> Result<Self, FileProblems> {
        let schema = Schema::load(schema.name, schema.text).map_err(FileProblems)?;
        let regions = Regions::load(regions.name, regions.text).map_err(FileProblems)?;
        let against = Against { schema: &schema, today };
        let mut problems = Vec::new();
        let mut profiles = BTreeMap::new();
        for file in providers {
            match read::provider(*file, &against) {
                Ok(profile) => {
                    profiles.insert(profile.id.clone(), profile);
                }
                Err(found) => problems.extend(found),
            }
        }
        let models = models::load(catalogue, &against).unwrap_or_else(|found| {
            problems.extend(found);
            Vec::new()
        });
        finish(problems, Self { schema, regions, profiles, models })
    }

    /// The same with what files of the operator's say on top. A fact of theirs takes the place of shipped ones in the same scope;
    /// where a shipped one is more specific, that one holds.
    ///
    /// # Errors
    /// Everything that is wrong with the files.
    pub fn with_own(mut self, files: &[RegistryFile<'_>], today: Day) -> Result<Self, FileProblems> {
        let mut problems = Vec::new();
        let mut facts: Vec<(String, Fact)> = Vec::new();
        for file in files {
            let known = self.profiles.keys().map(|id| (id.as_str(), self.lookalikes(id))).collect();
            let against = Against { schema: &self.schema, today: Some(today) };
            match read::own(*file, &known, &against) {
                Ok(own) => {
                    facts.extend(own.facts);
                    // A model of the operator's is looked at first.
                    self.models.splice(0..0, own.models);
                }
                Err(found) => problems.extend(found),
            }
        }
        for (provider, fact) in facts {
            if let Some(profile) = self.profiles.get_mut(&provider) {
                profile.facts.push(fact);
            }
        }
        finish(problems, self)
    }

    /// Makes room for facts on a provider of the operator's, of which nothing ships.
    pub fn add_provider(&mut self, id: &str, name: &str) {
        self.profiles.entry(id.to_owned()).or_insert_with(|| Profile {
            id: id.to_owned(),
            name: name.to_owned(),
            summary: String::new(),
            tier_undeclared: None,
            facts: Vec::new(),
        });
    }

    /// What is known of a provider.
    pub fn profile(&self, id: &str) -> Option<&Profile> {
        self.profiles.get(id)
    }

    /// All providers of which something is known, by id.
    pub fn profiles(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.values()
    }

    /// The models of a provider, those of the operator's files first.
    pub fn models<'a>(&'a self, provider: &'a str) -> impl Iterator<Item = &'a Model> {
        self.models.iter().filter(move |model| model.provider == provider)
    }

    /// The catalogue's entry for a model name. `None`: nobody has classified it.
    pub fn model(&self, provider: &str, name: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.provider == provider && model.is_called(name))
    }

    /// What a key is, for people.
    pub fn label(&self, key: &str) -> Option<&str> {
        self.schema.key(key).map(|key| key.label.as_str())
    }

    /// Hosts of a provider, as facts name them.
    pub fn hosts(&self, provider: &str) -> Vec<&str> {
        self.values(provider, "endpoint.hosts")
    }

    /// Hosts that imitate a provider.
    pub fn lookalikes(&self, provider: &str) -> Vec<&str> {
        self.values(provider, "endpoint.lookalikes")
    }

    /// What the facts on hosts, however old, say of a host.
    pub fn host(&self, provider: &str, host: &str) -> HostStanding {
        let has = |key| self.values(provider, key).iter().any(|one| pattern::is_host_like(host, one));
        let is_below = |one: &&str| host.strip_suffix(*one).is_some_and(|front| front.ends_with('.'));
        if has("endpoint.lookalikes") || self.lookalikes(provider).iter().any(is_below) {
            HostStanding::Lookalike
        } else if has("endpoint.hosts") {
            HostStanding::Own
        } else {
            HostStanding::Other
        }
    }

    fn values(&self, provider: &str, key: &str) -> Vec<&str> {
        let facts = self.profile(provider).map_or(&[][..], |profile| &profile.facts);
        facts
            .iter()
            .filter(|fact| fact.key == key)
            .filter_map(|fact| fact.value.as_ref())
            .flat_map(Value::texts)
            .collect()
    }
}

/// What facts say of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostStanding {
    /// It is one of the provider's.
    Own,
    /// It imitates the provider.
    Lookalike,
    /// Nothing.
    Other,
}

fn finish<T>(problems: Vec<FileProblem>, value: T) -> Result<T, FileProblems> {
    if problems.is_empty() { Ok(value) } else { Err(FileProblems(problems)) }
}
