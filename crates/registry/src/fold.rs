//! From facts and a declared account to the [`Standing`] of a deployment, field by field.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::places::GLOBAL;
use crate::schema::class;
use crate::{Account, Asked, Day, Doubt, Facts, Grant, Handling, HostStanding, Standing, Value};

/// Instruments under which data may go from a controller, or its processor, to the provider. The other modules of the clauses
/// run the other way.
const CLAUSES: [&str; 2] = ["SCC-M2", "SCC-M3"];

/// Who would get the data of a request.
#[derive(Debug, Clone, Copy)]
pub struct Recipient<'a> {
    /// Registry id of the provider whose facts hold.
    pub provider: &'a str,
    /// True where the operator runs it, or where nothing leaves the process.
    pub on_premises: bool,
    /// The model, by the name that is sent.
    pub model: &'a str,
    /// The host that it goes to; `None` where that is not to be judged.
    pub host: Option<&'a str>,
    /// The country in which the operator is established.
    pub customer_region: Option<&'a str>,
    /// What is declared of the account.
    pub account: &'a Account,
}

/// Where personal data from the EEA may go without a further instrument (GDPR art. 45), as the law tables say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Adequacy {
    /// Countries of the EEA and countries with a decision.
    pub countries: BTreeSet<String>,
    /// Countries whose decision covers certified recipients only.
    pub certified: BTreeSet<String>,
}

impl Facts {
    /// How a deployment stands on a day. Whatever is unknown, too old or in conflict stands at its fail-closed value and is named
    /// in [`Standing::doubtful`]; a grant that has run out is named as `account.…`.
    pub fn standing(&self, of: &Recipient<'_>, adequacy: &Adequacy, today: Day) -> Standing {
        if of.on_premises {
            return Standing::own(of.provider);
        }
        let mut standing = Standing::unknown(of.provider);
        if self.profile(of.provider).is_none() {
            standing.doubtful.insert("provider".to_owned(), Doubt::Unknown);
            return standing;
        }
        // Facts are about the provider's own hosts. What stands behind another one nobody has said.
        if let Some(host) = of.host
            && self.host(of.provider, host) != HostStanding::Own
        {
            standing.doubtful.insert("endpoint.hosts".to_owned(), Doubt::Unknown);
            return standing;
        }
        let settings = of.account.settings_on(today);
        let asked = Asked {
            model: Some(of.model),
            endpoint: of.host,
            customer_region: of.customer_region,
            ..of.account.asked(&settings)
        };
        let mut look = Look { facts: self, of, asked, today, standing: &mut standing };
        look.contract();
        look.retention();
        look.places(adequacy);
        standing.quarantined = self.model(of.provider, of.model).is_none();
        standing.handling = match standing.retention_days {
            _ if standing.may_control || standing.may_train => Handling::D,
            Some(0) => Handling::B,
            Some(_) => Handling::C,
            None => Handling::D,
        };
        standing
    }
}

/// One look at the facts of a deployment.
struct Look<'a> {
    facts: &'a Facts,
    of: &'a Recipient<'a>,
    asked: Asked<'a>,
    today: Day,
    standing: &'a mut Standing,
}

impl Look<'_> {
    fn contract(&mut self) {
        self.standing.may_train = !matches!(self.word("training.default").as_str(), "no" | "opt_in");
        let signed = self.holds("dpa", self.of.account.dpa.as_ref());
        self.standing.dpa = signed || self.word("dpa.available") == "incorporated";
        // The role that a provider claims binds it where a contract says so.
        self.standing.may_control = !(self.word("dpa.role") == "processor" && self.standing.dpa);
        let on_file = self.holds("clauses", self.of.account.clauses.as_ref());
        self.standing.clauses = on_file
            || self.list("transfer.mechanism").iter().any(|one| CLAUSES.contains(&one.as_str()))
                && self.standing.dpa;
        self.standing.assessed_transfer = self.holds("assessment", self.of.account.assessment.as_ref());
        // An agreement that the provider does not make was not made with it.
        self.standing.baa = self.holds("baa", self.of.account.baa.as_ref())
            && matches!(self.word("hipaa.baa").as_str(), "yes" | "by_request");
        self.standing.covered_person = self.word("entity.us_covered_person") != "no";
        let forbidden = self.facts.resolve(self.of.provider, "restrict.classes", &self.asked, self.today);
        self.standing.forbidden = match forbidden.doubt {
            // A ban that was read long ago, or that two sources tell differently, is still a ban.
            Some(Doubt::Stale | Doubt::Conflict) => forbidden
                .facts
                .iter()
                .filter_map(|fact| fact.value.as_ref())
                .flat_map(Value::texts)
                .filter_map(class)
                .collect(),
            _ => forbidden.counts.texts().into_iter().filter_map(class).collect(),
        };
    }

    fn retention(&mut self) {
        let granted = self.holds("zero_retention", self.of.account.zero_retention.as_ref());
        self.standing.zero_retention = match self.word("zdr.available").as_str() {
            "default" => true,
            "self_serve" | "by_approval" => granted,
            _ => false,
        };
        if self.standing.zero_retention {
            self.standing.retention_days = Some(0);
        } else {
            let days = self.count("retention.default_days");
            self.standing.retention_days = days.number().and_then(|days| u32::try_from(days).ok());
        }
    }

    fn places(&mut self, adequacy: &Adequacy) {
        let mut places = Vec::new();
        for key in ["location.storage", "location.processing", "location.remote_access", "entity.hq_country"]
        {
            places.extend(self.list(key));
        }
        let reach = self.facts.regions.countries(places.iter().map(String::as_str));
        let is_certified = self.word("transfer.dpf_certified") == "yes";
        self.standing.adequate = !reach.is_empty()
            && reach.iter().all(|place| {
                place != GLOBAL
                    && (adequacy.countries.contains(place)
                        || is_certified && adequacy.certified.contains(place))
            });
        self.standing.reach = reach;
    }

    /// The value that counts; a doubt about it is written down.
    fn count(&mut self, key: &str) -> Value {
        let resolved = self.facts.resolve(self.of.provider, key, &self.asked, self.today);
        if let Some(doubt) = resolved.doubt {
            self.standing.doubtful.insert(key.to_owned(), doubt);
        }
        resolved.counts
    }

    fn word(&mut self, key: &str) -> String {
        self.count(key).text().unwrap_or_default().to_owned()
    }

    fn list(&mut self, key: &str) -> Vec<String> {
        self.count(key).texts().into_iter().map(str::to_owned).collect()
    }

    /// True for a grant that is in force; one that has run out is written down.
    fn holds(&mut self, name: &str, grant: Option<&Grant>) -> bool {
        let Some(grant) = grant else { return false };
        let holds = grant.is_in_force(self.today);
        if !holds {
            self.standing.doubtful.insert(format!("account.{name}"), Doubt::Stale);
        }
        holds
    }
}
