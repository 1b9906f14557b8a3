//! Model name → candidate deployments, in order.
//!
//! Values in, values out: no policy, no HTTP, no clock. [`Router::candidates`] says who could answer, [`order()`] in which
//! order the app would have them; what may be sent where is decided by `policy`, which picks among them. [`Health`] keeps
//! how deployments fare.
//!
//! Invariants:
//! - A candidate always speaks the dialect of the request (test `a_deployment_of_another_dialect_is_no_candidate`).
//! - An alias never leads in a circle (test `circles_holes_and_flights_are_refused_with_their_way`).

mod alias;
mod health;
mod order;
mod pattern;

use std::collections::BTreeMap;

use types::DeploymentId;

pub use alias::{AliasError, AliasTarget, Aliases, TARGETS_MAX};
pub use health::{Availability, Health, is_trouble};
pub use order::{Strategy, by_price, order};
pub use pattern::ModelPattern;

/// One deployment as the router sees it.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// Its id.
    pub id: DeploymentId,
    /// The provider that runs it.
    pub provider: String,
    /// True when it runs on the operator's own premises.
    pub on_premises: bool,
    /// Names of the dialects it speaks.
    pub dialects: Vec<String>,
    /// The models it serves.
    pub models: Vec<ModelPattern>,
    /// Model names that `/v1/models` shows for it.
    pub listed: Vec<String>,
    /// Other names for models: what the app asks for → what is sent.
    pub aliases: BTreeMap<String, String>,
    /// Its share under [`Strategy::Weighted`].
    pub weight: u32,
    /// What models cost, in millionths of a US dollar for a million tokens; the first pattern that fits counts.
    pub prices: Vec<(ModelPattern, u64)>,
}

/// A deployment that could answer a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The deployment.
    pub deployment: DeploymentId,
    /// Its provider.
    pub provider: String,
    /// True when it runs on the operator's own premises.
    pub on_premises: bool,
    /// The model name to send; differs from the name asked for when that was an alias.
    pub model: String,
    /// Its share under [`Strategy::Weighted`].
    pub weight: u32,
    /// What it costs, in millionths of a US dollar for a million tokens, where that is known.
    pub price: Option<u64>,
}

impl Deployment {
    fn serves(&self, model: &str) -> bool {
        self.models.iter().any(|pattern| pattern.matches(model))
    }

    fn candidate(&self, model: &str) -> Candidate {
        let price = self.prices.iter().find(|(pattern, _)| pattern.matches(model)).map(|(_, price)| *price);
        Candidate {
            deployment: self.id.clone(),
            provider: self.provider.clone(),
            on_premises: self.on_premises,
            model: model.to_owned(),
            weight: self.weight,
            price,
        }
    }
}

/// All deployments, in the order of the configuration.
#[derive(Debug, Clone, Default)]
pub struct Router {
    deployments: Vec<Deployment>,
}

impl Router {
    /// A router over these deployments, in this order.
    pub fn new(deployments: Vec<Deployment>) -> Self {
        Self { deployments }
    }

    /// The deployments that could answer, in order. `allowed` limits them to those of the app; empty means all. A name among
    /// `aliases` stands for its targets, and for nothing else.
    pub fn candidates(
        &self,
        dialect: &str,
        model: &str,
        allowed: &[DeploymentId],
        aliases: &Aliases,
    ) -> Vec<Candidate> {
        if let Some(targets) = aliases.targets(model) {
            let usable: Vec<&Deployment> = self.usable(dialect, allowed).collect();
            let serving = |target: &AliasTarget| {
                let deployment = usable.iter().find(|deployment| deployment.id == target.deployment)?;
                Some(deployment.candidate(&target.model))
            };
            return targets.iter().filter_map(serving).collect();
        }
        self.usable(dialect, allowed)
            .filter_map(|deployment| match deployment.aliases.get(model) {
                Some(sent) => Some(deployment.candidate(sent)),
                None => deployment.serves(model).then(|| deployment.candidate(model)),
            })
            .collect()
    }

    /// Names that `/v1/models` shows: `(model, provider)`, aliases first, each name once.
    pub fn models(
        &self,
        dialect: &str,
        allowed: &[DeploymentId],
        aliases: &Aliases,
    ) -> Vec<(String, String)> {
        let mut seen = BTreeMap::new();
        let mut names = Vec::new();
        for alias in aliases.names() {
            if let Some(first) = self.candidates(dialect, alias, allowed, aliases).into_iter().next() {
                seen.insert(alias.to_owned(), ());
                names.push((alias.to_owned(), first.provider));
            }
        }
        for deployment in self.usable(dialect, allowed) {
            for name in deployment.aliases.keys().chain(&deployment.listed) {
                if seen.insert(name.clone(), ()).is_none() {
                    names.push((name.clone(), deployment.provider.clone()));
                }
            }
        }
        names
    }

    /// All deployments.
    pub fn deployments(&self) -> &[Deployment] {
        &self.deployments
    }

    fn usable<'a>(
        &'a self,
        dialect: &'a str,
        allowed: &'a [DeploymentId],
    ) -> impl Iterator<Item = &'a Deployment> {
        self.deployments
            .iter()
            .filter(move |deployment| deployment.dialects.iter().any(|spoken| spoken == dialect))
            .filter(move |deployment| allowed.is_empty() || allowed.contains(&deployment.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployment(id: &str, dialect: &str, models: &[&str]) -> Deployment {
        Deployment {
            id: DeploymentId::new(id),
            provider: id.to_owned(),
            on_premises: false,
            dialects: vec![dialect.to_owned()],
            models: models.iter().map(|text| ModelPattern::new(text)).collect(),
            listed: Vec::new(),
            aliases: BTreeMap::new(),
            weight: 1,
            prices: Vec::new(),
        }
    }

    #[test]
    fn a_deployment_of_another_dialect_is_no_candidate() {
        let router = Router::new(vec![
            deployment("a", "openai.chat", &["*"]),
            deployment("b", "anthropic.messages", &["*"]),
        ]);
        let found = router.candidates("anthropic.messages", "m", &[], &Aliases::default());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].deployment.as_str(), "b");
    }

    #[test]
    fn an_alias_names_the_model_to_send() {
        let mut one = deployment("a", "openai.chat", &["gpt-*"]);
        one.aliases.insert("quality".to_owned(), "gpt-5".to_owned());
        let router = Router::new(vec![one]);
        let none = Aliases::default();
        assert_eq!(router.candidates("openai.chat", "quality", &[], &none)[0].model, "gpt-5");
        assert!(router.candidates("openai.chat", "llama", &[], &none).is_empty());
    }

    #[test]
    fn a_list_of_ones_own_stands_for_its_targets_in_its_order() {
        let router = Router::new(vec![
            deployment("a", "openai.chat", &["gpt-*"]),
            deployment("b", "openai.chat", &["llama-*"]),
            deployment("c", "anthropic.messages", &["claude-*"]),
        ]);
        let lists = BTreeMap::from([(
            "best".to_owned(),
            vec!["b/llama-4".to_owned(), "c/claude-5".to_owned(), "a/gpt-5".to_owned()],
        )]);
        let known = router.deployments().iter().map(|deployment| deployment.id.clone()).collect();
        let aliases = Aliases::resolved(&lists, &known).expect("resolves");
        let found = router.candidates("openai.chat", "best", &[], &aliases);
        let models: Vec<&str> = found.iter().map(|candidate| candidate.model.as_str()).collect();
        assert_eq!(models, ["llama-4", "gpt-5"], "the other dialect's model is no candidate");
        assert_eq!(router.candidates("openai.chat", "best", &[DeploymentId::new("a")], &aliases).len(), 1);
        assert_eq!(router.models("openai.chat", &[], &aliases)[0].0, "best");
    }
}
