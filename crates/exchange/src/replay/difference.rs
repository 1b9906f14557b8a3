//! What differs between a recorded verdict and that of now.

use types::{DataClass, DeploymentId, Treatment};

use super::Cause;

/// One difference, and what makes it. Equal ones are counted together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Difference {
    /// What differs.
    pub what: What,
    /// What makes it so now.
    pub because: Vec<Cause>,
    /// Policies of the record that bind no more, with the law they cite: `L2 (GDPR art. 9, 10)`.
    pub no_longer: Vec<String>,
}

impl Difference {
    /// A difference that needs no further cause.
    pub(super) const fn of(what: What) -> Self {
        Self { what, because: Vec::new(), no_longer: Vec::new() }
    }
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// It left, and would be refused.
    Refused {
        /// The class that may not leave; `None` where policy names none.
        class: Option<DataClass>,
        /// Who got it.
        deployment: DeploymentId,
    },
    /// It was refused, and would go.
    Allowed {
        /// Who would get it.
        deployment: DeploymentId,
    },
    /// No deployment serves the model.
    NoDeployment {
        /// The model that was asked for.
        model: String,
        /// Who got it; `None` where it was refused.
        deployment: Option<DeploymentId>,
    },
    /// The request would say more of itself than the app declares, and be refused.
    NotNarrowed {
        /// What it narrows: `subjects`, `purpose` or `audience`.
        said: &'static str,
    },
    /// Another deployment would get it.
    Deployment {
        /// Who got it.
        from: DeploymentId,
        /// Who would get it.
        to: DeploymentId,
    },
    /// A class would be treated in another way.
    Treatment {
        /// The class.
        class: DataClass,
        /// Who would get it.
        deployment: DeploymentId,
        /// How it was treated.
        from: Treatment,
        /// How it would be.
        to: Treatment,
    },
}
