//! Model name → candidate deployments, in order.
//!
//! Values in, values out: no policy, no HTTP, no clock. The order of the candidates is the app's own (the order of the
//! configuration); what may be sent where is decided by `policy`, which picks among them.
//!
//! Invariant: a candidate always speaks the dialect of the request (test `a_deployment_of_another_dialect_is_no_candidate`).

mod pattern;

use std::collections::BTreeMap;

use types::DeploymentId;

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

    /// The deployments that could answer, in order. `allowed` limits them to those of the app; empty means all.
    pub fn candidates(&self, dialect: &str, model: &str, allowed: &[DeploymentId]) -> Vec<Candidate> {
        self.usable(dialect, allowed)
            .filter_map(|deployment| {
                let sent = match deployment.aliases.get(model) {
                    Some(sent) => sent.as_str(),
                    None if deployment.models.iter().any(|pattern| pattern.matches(model)) => model,
                    None => return None,
                };
                Some(Candidate {
                    deployment: deployment.id.clone(),
                    provider: deployment.provider.clone(),
                    on_premises: deployment.on_premises,
                    model: sent.to_owned(),
                })
            })
            .collect()
    }

    /// Names that `/v1/models` shows: `(model, provider)`, aliases first, each name once.
    pub fn models(&self, dialect: &str, allowed: &[DeploymentId]) -> Vec<(String, String)> {
        let mut seen = BTreeMap::new();
        let mut names = Vec::new();
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
        }
    }

    #[test]
    fn a_deployment_of_another_dialect_is_no_candidate() {
        let router = Router::new(vec![
            deployment("a", "openai.chat", &["*"]),
            deployment("b", "anthropic.messages", &["*"]),
        ]);
        let found = router.candidates("anthropic.messages", "m", &[]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].deployment.as_str(), "b");
    }

    #[test]
    fn an_alias_names_the_model_to_send() {
        let mut one = deployment("a", "openai.chat", &["gpt-*"]);
        one.aliases.insert("quality".to_owned(), "gpt-5".to_owned());
        let router = Router::new(vec![one]);
        assert_eq!(router.candidates("openai.chat", "quality", &[])[0].model, "gpt-5");
        assert!(router.candidates("openai.chat", "llama", &[]).is_empty());
    }
}
