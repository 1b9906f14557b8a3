//! What the operator declares of the account behind a provider key: tier, region, and what was agreed on in writing.
//!
//! A grant counts until its last day. Without a declaration the fail-closed values of the facts hold.

use crate::{Asked, Day};

/// Something agreed on with the provider, for this account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Number or name of the agreement.
    pub id: String,
    /// The last day on which it counts; `None`: until it is ended.
    pub expires: Option<Day>,
}

impl Grant {
    /// True on a day on which it counts.
    pub fn is_in_force(&self, today: Day) -> bool {
        self.expires.is_none_or(|last| today <= last)
    }
}

/// What is declared of an account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// The tier: `paid`.
    pub tier: Option<String>,
    /// The region of the project or account: `eu`. Facts name it as the setting `region=eu`.
    pub region: Option<String>,
    /// Settings that facts tell apart: `inference_geo=us`.
    pub settings: Vec<String>,
    /// Zero retention was granted.
    pub zero_retention: Option<Grant>,
    /// A business associate agreement was signed.
    pub baa: Option<Grant>,
    /// A data processing agreement was signed.
    pub dpa: Option<Grant>,
    /// Standard contractual clauses, or an equal instrument, are on file.
    pub clauses: Option<Grant>,
    /// A transfer impact assessment is on file.
    pub assessment: Option<Grant>,
}

impl Account {
    /// The grants, with the names that configuration gives them.
    pub fn grants(&self) -> impl Iterator<Item = (&'static str, &Grant)> {
        [
            ("zero_retention", &self.zero_retention),
            ("baa", &self.baa),
            ("dpa", &self.dpa),
            ("clauses", &self.clauses),
            ("assessment", &self.assessment),
        ]
        .into_iter()
        .filter_map(|(name, grant)| Some((name, grant.as_ref()?)))
    }

    /// The settings that facts may be limited to, on a day: those declared, the region, and `baa` while one is in force.
    pub fn settings_on(&self, today: Day) -> Vec<String> {
        let mut settings = self.settings.clone();
        settings.extend(self.region.as_ref().map(|region| format!("region={region}")));
        settings.extend(
            self.grants().filter(|(_, grant)| grant.is_in_force(today)).map(|(name, _)| name.to_owned()),
        );
        settings
    }

    /// The question that the account asks of facts.
    pub fn asked<'a>(&'a self, settings: &'a [String]) -> Asked<'a> {
        Asked { tier: self.tier.as_deref(), settings, ..Asked::default() }
    }
}
