//! Everything that decides: treatments of all apps, denied jurisdictions, exceptions, policies of one's own, and the law.

use std::collections::{BTreeMap, BTreeSet};

use policy::{Day, Exception, OwnFile, Policies, Table};
use registry::law::Law;
use types::{AppName, DeploymentId};

use super::declaration::classes;
use super::{AppPlan, app_name_fault};
use crate::config::Config;
use crate::config::document::Step;
use crate::config::load::Loaded;
use crate::config::problem::Problems;

/// Longest `who` and `why`, in bytes.
const TEXT_BYTES_MAX: usize = 500;

/// Everything that decides.
pub(super) fn planned(
    loaded: &Loaded,
    law: Law,
    (apps, other_apps): (&BTreeMap<AppName, AppPlan>, &Table),
    now_unix_ms: u64,
    problems: &mut Problems<'_>,
) -> Policies {
    let config = &loaded.config;
    Policies {
        law,
        tables: apps.iter().map(|(name, app)| (name.clone(), app.table.clone())).collect(),
        other_apps: other_apps.clone(),
        denied: denied(config, problems),
        files: loaded
            .policies
            .iter()
            .map(|file| OwnFile { name: file.name.clone(), text: file.text.clone() })
            .collect(),
        exceptions: exceptions(config, now_unix_ms, problems),
    }
}

fn denied(config: &Config, problems: &mut Problems<'_>) -> BTreeSet<String> {
    for (index, code) in config.jurisdictions.deny.iter().enumerate() {
        if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            problems.error(
                &["jurisdictions".into(), "deny".into(), index.into()],
                format!("`{code}` is no country"),
                "two capital letters",
                "ISO 3166, e.g. \"CN\"",
            );
        }
    }
    config.jurisdictions.deny.iter().cloned().collect()
}

fn exceptions(config: &Config, now_unix_ms: u64, problems: &mut Problems<'_>) -> Vec<Exception> {
    let mut names = BTreeSet::new();
    let mut all = Vec::new();
    for (index, form) in config.exceptions.iter().enumerate() {
        let at = |name: &str| -> Vec<Step> { vec!["exceptions".into(), index.into(), name.into()] };
        if let Some(fault) = app_name_fault(&form.name) {
            problems.error(&at("name"), format!("the name of an exception {fault}"), "this name", "");
        }
        if !names.insert(form.name.clone()) {
            let what = format!("there are two exceptions `{}`", form.name);
            problems.error(&at("name"), what, "again", "give each its own name");
        }
        for (name, text) in [("who", &form.who), ("why", &form.why)] {
            if text.trim().is_empty() || text.len() > TEXT_BYTES_MAX {
                let what = format!("`{name}` of an exception has 1 to {TEXT_BYTES_MAX} bytes");
                problems.error(&at(name), what, "this", "somebody will ask");
            }
        }
        if form.what.is_empty() {
            let help = "name rules (L1, L2, L5, L6, L10) or permits of your policy files";
            problems.error(&at("what"), "an exception that lifts nothing", "empty", help);
        }
        let end = form.until.end_unix_ms();
        if end <= now_unix_ms {
            problems.warning(
                &at("until"),
                format!("the exception `{}` ended on {} and counts no more", form.name, form.until),
                "over",
                "take it out, or choose a later day",
            );
        }
        all.push(Exception {
            name: form.name.clone(),
            who: form.who.clone(),
            why: form.why.clone(),
            until: last_day(end),
            what: form.what.iter().cloned().collect(),
            apps: form.apps.iter().flatten().map(AppName::new).collect(),
            classes: classes(form.classes.as_deref().unwrap_or_default(), &at("classes"), problems),
            deployments: form.deployments.iter().flatten().map(DeploymentId::new).collect(),
        });
        for (name, list) in
            [("apps", &form.apps), ("classes", &form.classes), ("deployments", &form.deployments)]
        {
            if list.as_ref().is_some_and(Vec::is_empty) {
                let help = "leave it out for all";
                problems.error(&at(name), format!("an empty `{name}` would mean nothing"), "empty", help);
            }
        }
    }
    all
}

/// The day that ends at a moment.
fn last_day(end_unix_ms: u64) -> Day {
    Day(Day::of_unix_ms(end_unix_ms).0.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_counts_until_the_end_of_its_last_day() {
        // The 20th of December 2026 is day 20 807 and ends at 1 797 811 200 000 ms.
        assert_eq!(last_day(1_797_811_200_000), Day(20_807));
        assert_eq!(last_day(0), Day(-1));
    }
}
