//! The schema of all policies, and the names that questions use.

use std::collections::BTreeSet;

use cedar_policy::{EntityId, EntityTypeName, EntityUid, Schema};
use types::Treatment;

use super::PolicyFault;

const TEXT: &str = include_str!("../../../../policies/schema.cedarschema");

/// Where the members of the meters go.
const METERS: &str = "@METERS@";

/// The schema, and the names that stand in every question.
#[derive(Debug)]
pub(super) struct Vocabulary {
    /// The schema as text.
    pub(super) text: String,
    /// The schema.
    pub(super) schema: Schema,
    app: EntityTypeName,
    env: EntityTypeName,
    provider: EntityTypeName,
    deployment: EntityTypeName,
    actions: [EntityUid; 3],
}

impl Vocabulary {
    /// The vocabulary with these meters.
    pub(super) fn new(meters: &BTreeSet<String>) -> Result<Self, PolicyFault> {
        let members: Vec<String> = meters.iter().map(|meter| format!("{meter}: Long")).collect();
        let text = TEXT.replace(METERS, &members.join(", "));
        let (schema, _) = Schema::from_cedarschema_str(&text)
            .map_err(|error| PolicyFault::internal(&format!("the schema cannot be read: {error}")))?;
        let name = |name: &str| -> Result<EntityTypeName, PolicyFault> {
            name.parse().map_err(|_| PolicyFault::internal("a name of the schema cannot be read"))
        };
        let action = name("Action")?;
        let actions = [Treatment::Keep, Treatment::Pseudonymise, Treatment::Redact]
            .map(|treatment| uid(&action, treatment.name()));
        Ok(Self {
            text,
            schema,
            app: name("App")?,
            env: name("Env")?,
            provider: name("Provider")?,
            deployment: name("Deployment")?,
            actions,
        })
    }

    pub(super) fn app(&self, name: &str) -> EntityUid {
        uid(&self.app, name)
    }

    pub(super) fn env(&self, name: &str) -> EntityUid {
        uid(&self.env, name)
    }

    pub(super) fn provider(&self, name: &str) -> EntityUid {
        uid(&self.provider, name)
    }

    pub(super) fn deployment(&self, name: &str) -> EntityUid {
        uid(&self.deployment, name)
    }

    /// The action of a treatment; `None` for `refuse`, which nobody asks for.
    pub(super) fn action(&self, treatment: Treatment) -> Option<&EntityUid> {
        let [keep, pseudonymise, redact] = &self.actions;
        match treatment {
            Treatment::Keep => Some(keep),
            Treatment::Pseudonymise => Some(pseudonymise),
            Treatment::Redact => Some(redact),
            Treatment::Refuse => None,
        }
    }
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}
