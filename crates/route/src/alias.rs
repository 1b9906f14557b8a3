//! Names of an operator's own for models: `quality`, `cheap`, `vision`, each a list of what may answer to it.

use std::collections::{BTreeMap, BTreeSet};

use types::DeploymentId;

/// Most targets of one alias, after other aliases in it are replaced by theirs.
pub const TARGETS_MAX: usize = 64;

/// What an alias stands for: a model of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AliasTarget {
    /// The deployment.
    pub deployment: DeploymentId,
    /// The model name to send.
    pub model: String,
}

/// Why aliases were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AliasError {
    /// Following the names comes back to the first.
    #[error("alias `{0}` leads back to itself: {1}")]
    Circle(String, String),
    /// Neither `deployment/model` nor another alias.
    #[error(
        "alias `{alias}`: `{entry}` is neither DEPLOYMENT/MODEL nor another alias; deployments are: {deployments}"
    )]
    NoTarget {
        /// The alias.
        alias: String,
        /// The entry of its list.
        entry: String,
        /// What there is.
        deployments: String,
    },
    /// Nothing stands behind it.
    #[error("alias `{0}` has no entry")]
    Empty(String),
    /// More than [`TARGETS_MAX`].
    #[error("alias `{0}` stands for more than {TARGETS_MAX} models")]
    TooMany(String),
}

impl AliasError {
    /// The alias that is at fault.
    pub fn alias(&self) -> &str {
        match self {
            Self::Circle(alias, _)
            | Self::Empty(alias)
            | Self::TooMany(alias)
            | Self::NoTarget { alias, .. } => alias,
        }
    }
}

/// Aliases with their targets, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aliases(BTreeMap<String, Vec<AliasTarget>>);

impl Aliases {
    /// Resolves lists of `DEPLOYMENT/MODEL` and of other aliases' names.
    ///
    /// # Errors
    /// [`AliasError`] for a circle, an entry that is nothing, an empty or too long list.
    pub fn resolved(
        lists: &BTreeMap<String, Vec<String>>,
        deployments: &BTreeSet<DeploymentId>,
    ) -> Result<Self, AliasError> {
        let mut resolved = BTreeMap::new();
        for alias in lists.keys() {
            let mut targets = Vec::new();
            let mut walk = Walk { lists, deployments, way: Vec::new(), done: BTreeSet::new() };
            walk.follow(alias, &mut targets)?;
            if targets.is_empty() {
                return Err(AliasError::Empty(alias.clone()));
            }
            resolved.insert(alias.clone(), targets);
        }
        Ok(Self(resolved))
    }

    /// What an alias stands for.
    pub fn targets(&self, alias: &str) -> Option<&[AliasTarget]> {
        self.0.get(alias).map(Vec::as_slice)
    }

    /// The names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// A walk from one alias through all that it names.
struct Walk<'l> {
    lists: &'l BTreeMap<String, Vec<String>>,
    deployments: &'l BTreeSet<DeploymentId>,
    /// The aliases that led here, so the depth is at most their number.
    way: Vec<&'l str>,
    /// Aliases whose targets are all there: a second visit would add none.
    done: BTreeSet<&'l str>,
}

impl<'l> Walk<'l> {
    /// Adds the targets of an alias.
    fn follow(&mut self, alias: &'l str, targets: &mut Vec<AliasTarget>) -> Result<(), AliasError> {
        let first = self.way.first().copied().unwrap_or(alias);
        self.way.push(alias);
        if self.way.iter().filter(|passed| **passed == alias).count() > 1 {
            return Err(AliasError::Circle(first.to_owned(), self.way.join(" → ")));
        }
        for entry in self.lists.get(alias).into_iter().flatten() {
            if let Some(target) = self.target(entry) {
                if !targets.contains(&target) {
                    targets.push(target);
                }
            } else if let Some((name, _)) = self.lists.get_key_value(entry) {
                if !self.done.contains(name.as_str()) {
                    self.follow(name, targets)?;
                }
            } else {
                let deployments = self.deployments.iter().map(DeploymentId::as_str).collect::<Vec<_>>();
                return Err(AliasError::NoTarget {
                    alias: alias.to_owned(),
                    entry: entry.clone(),
                    deployments: deployments.join(", "),
                });
            }
            if targets.len() > TARGETS_MAX {
                return Err(AliasError::TooMany(first.to_owned()));
            }
        }
        self.way.pop();
        self.done.insert(alias);
        Ok(())
    }

    fn target(&self, entry: &str) -> Option<AliasTarget> {
        let (deployment, model) = entry.split_once('/')?;
        let deployment = DeploymentId::new(deployment);
        (self.deployments.contains(&deployment) && !model.is_empty())
            .then(|| AliasTarget { deployment, model: model.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(lists: &[(&str, &[&str])]) -> Result<Aliases, AliasError> {
        let lists = lists
            .iter()
            .map(|(alias, list)| {
                ((*alias).to_owned(), list.iter().map(|entry| (*entry).to_owned()).collect())
            })
            .collect();
        let deployments = ["own", "openai"].into_iter().map(DeploymentId::new).collect();
        Aliases::resolved(&lists, &deployments)
    }

    #[test]
    fn an_alias_lists_models_and_other_aliases_each_target_once() {
        let aliases = resolve(&[
            ("cheap", &["own/llama-3", "openai/gpt-5-mini"]),
            ("quality", &["openai/gpt-5", "cheap", "own/llama-3"]),
        ])
        .expect("resolves");
        let models: Vec<_> =
            aliases.targets("quality").expect("there").iter().map(|t| t.model.as_str()).collect();
        assert_eq!(models, ["gpt-5", "llama-3", "gpt-5-mini"]);
        assert_eq!(aliases.targets("gpt-5"), None);
    }

    #[test]
    fn circles_holes_and_flights_are_refused_with_their_way() {
        let circle = resolve(&[("a", &["b"]), ("b", &["own/x", "c"]), ("c", &["a"])]).expect_err("circle");
        assert_eq!(circle.to_string(), "alias `a` leads back to itself: a → b → c → a");
        let none = resolve(&[("a", &["opnai/gpt-5"])]).expect_err("no deployment").to_string();
        assert!(none.contains("opnai/gpt-5") && none.contains("openai, own"), "{none}");
        assert!(matches!(resolve(&[("a", &[])]), Err(AliasError::Empty(_))));
        let many: Vec<String> = (0..100).map(|n| format!("own/m{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(matches!(resolve(&[("a", &many)]), Err(AliasError::TooMany(_))));
    }

    #[test]
    fn a_ladder_of_aliases_ends_soon() {
        // Each alias names the next one twice: without an end at TARGETS_MAX or a memory this would take 2^30 steps.
        let names: Vec<String> = (0..30).map(|n| format!("a{n}")).collect();
        let mut lists: BTreeMap<String, Vec<String>> =
            names.windows(2).map(|pair| (pair[0].clone(), vec![pair[1].clone(), pair[1].clone()])).collect();
        lists.insert("a29".to_owned(), vec!["own/x".to_owned()]);
        let deployments = BTreeSet::from([DeploymentId::new("own")]);
        let aliases = Aliases::resolved(&lists, &deployments).expect("resolves");
        assert_eq!(aliases.targets("a0").map(<[_]>::len), Some(1));
    }
}
