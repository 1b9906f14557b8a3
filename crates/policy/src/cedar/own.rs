//! The operator's own policies: parsed, held against the schema, and only ever stricter.
//!
//! A `forbid` may say what it likes. A `permit` loosens the treatments table, so it must stand under a named exception, which ends; it
//! never reaches credentials, and no forbid of law or facts gives way to it.

use std::collections::BTreeSet;
use std::ops::Range;

use cedar_policy::{ActionConstraint, Effect, Policy, PolicyId, PolicySet, ValidationMode, Validator};
use miette::Diagnostic;
use types::Treatment;

use super::classes::classes;
use super::known::{ASKED, Known, quoted};
use super::schema::Vocabulary;
use super::{OwnFile, PolicyFault};
use crate::Exception;

/// Most policies in all files.
const POLICIES_MAX: usize = 500;

/// The policies of the operator's files, checked.
pub(super) fn policies(
    files: &[OwnFile],
    exceptions: &[Exception],
    taken: &BTreeSet<String>,
    words: &Vocabulary,
) -> Result<Vec<Known>, PolicyFault> {
    let mut all: Vec<Known> = Vec::new();
    let validator = Validator::new(words.schema.clone());
    for file in files {
        for policy in read(file, &validator)? {
            let known = checked(file, policy, exceptions, taken)?;
            if all.iter().any(|had| had.id == known.id) {
                let what = format!("there are two policies `{}`", known.id);
                return Err(at_policy(file, &known.text, &what, "give each its own @id(\"…\")"));
            }
            all.push(known);
        }
        if all.len() > POLICIES_MAX {
            let what = format!("there are more than {POLICIES_MAX} policies");
            return Err(PolicyFault::at(
                file,
                None,
                &what,
                "a condition on sets does the work of many policies",
            ));
        }
    }
    Ok(all)
}

fn read(file: &OwnFile, validator: &Validator) -> Result<Vec<Policy>, PolicyFault> {
    let set: PolicySet = file
        .text
        .parse()
        .map_err(|errors: cedar_policy::ParseErrors| diagnosed(file, &errors, "this is no Cedar policy"))?;
    if set.num_of_templates() > 0 {
        let what = "a policy with ?principal or ?resource is a template, and nothing fills it";
        return Err(PolicyFault::at(file, file.text.find('?'), what, "name the app or deployment"));
    }
    let result = validator.validate(&set, ValidationMode::Strict);
    if let Some(error) = result.validation_errors().next() {
        return Err(diagnosed(file, error, "it does not fit the schema"));
    }
    let mut policies: Vec<Policy> = set.policies().cloned().collect();
    policies.sort_by_key(|policy| place(&file.text, policy));
    Ok(policies)
}

fn checked(
    file: &OwnFile,
    policy: Policy,
    exceptions: &[Exception],
    taken: &BTreeSet<String>,
) -> Result<Known, PolicyFault> {
    let text = policy.to_cedar().unwrap_or_default();
    let wrong = |what: &str, help: &str| at_policy(file, &text, what, help);
    let id = match policy.annotation("id") {
        Some(id) if is_plain(id) => id.to_owned(),
        _ => {
            let help = "letters, digits, `-`, `_` and `.`; verdicts and records name it";
            return Err(wrong("a policy has an id of its own: @id(\"no-images-at-night\")", help));
        }
    };
    if taken.contains(&id)
        || id.starts_with("preset")
        || id.starts_with("treatments")
        || id.starts_with("exception")
    {
        return Err(wrong(&format!("the id `{id}` is taken"), "choose another"));
    }
    let policy = match policy.effect() {
        Effect::Forbid => policy,
        Effect::Permit => {
            under_exception(&policy, &id, exceptions).map_err(|(what, help)| wrong(&what, &help))?
        }
    };
    Ok(Known {
        from: file.name.clone(),
        classes: classes(&policy),
        treatments: treatments(&policy),
        is_regional: false,
        is_elsewhere: false,
        policy: policy.new_id(PolicyId::new(format!("{}/{id}", file.name))),
        id,
        text,
    })
}

/// A permit that counts only while its exception is in force, and never for a credential.
fn under_exception(policy: &Policy, id: &str, exceptions: &[Exception]) -> Result<Policy, (String, String)> {
    let Some(name) = policy.annotation("exception") else {
        return Err((
            format!("`{id}` is a permit: policies of your own can only make stricter"),
            "write it as a forbid, or put it under a named exception: @exception(\"NAME\") and [[exceptions]]".to_owned(),
        ));
    };
    let Some(exception) = exceptions.iter().find(|exception| exception.name == name) else {
        let known: Vec<&str> = exceptions.iter().map(|exception| exception.name.as_str()).collect();
        return Err((format!("there is no exception `{name}`"), format!("there are: {}", known.join(", "))));
    };
    if !exception.what.contains(id) {
        return Err((
            format!("the exception `{name}` does not cover `{id}`"),
            format!("add \"{id}\" to its `what`"),
        ));
    }
    let bound = format!(
        "permit (principal, action, resource) when {{ context.exceptions.contains({}) && context.class != \"credential\" }};",
        quoted(name)
    );
    let failed = || (format!("`{id}` cannot be bound to its exception"), String::new());
    let bound = Policy::parse(None, bound).map_err(|_| failed())?.to_json().map_err(|_| failed())?;
    let mut json = policy.to_json().map_err(|_| failed())?;
    let condition = bound.pointer("/conditions/0").ok_or_else(failed)?;
    let conditions = json.get_mut("conditions").and_then(|all| all.as_array_mut()).ok_or_else(failed)?;
    conditions.push(condition.clone());
    Policy::from_json(Some(policy.id().clone()), json).map_err(|_| failed())
}

fn treatments(policy: &Policy) -> Vec<Treatment> {
    let named = |uid: &cedar_policy::EntityUid| Treatment::from_name(uid.id().unescaped());
    match policy.action_constraint() {
        ActionConstraint::Any => ASKED.to_vec(),
        ActionConstraint::Eq(one) => named(&one).into_iter().collect(),
        ActionConstraint::In(many) => many.iter().filter_map(named).collect(),
    }
}

fn is_plain(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

fn place(text: &str, policy: &Policy) -> usize {
    policy.to_cedar().and_then(|own| text.find(own.trim())).unwrap_or(usize::MAX)
}

fn at_policy(file: &OwnFile, policy: &str, what: &str, help: &str) -> PolicyFault {
    PolicyFault::at(file, file.text.find(policy.trim()), what, help)
}

/// What Cedar says, with its place.
fn diagnosed(file: &OwnFile, said: &dyn Diagnostic, what: &str) -> PolicyFault {
    let span = first_label(said);
    // Cedar names policies that have no id yet by number, which nobody wrote.
    let message = said.to_string();
    let message = match message.strip_prefix("for policy `").and_then(|rest| rest.split_once("`, ")) {
        Some((_, rest)) => rest.to_owned(),
        None => message,
    };
    let help = said.help().map(|help| help.to_string()).unwrap_or_default();
    PolicyFault::at(
        file,
        span.map(|span| span.start),
        &format!("{what}: {}", one_line(&message)),
        &one_line(&help),
    )
}

fn first_label(said: &dyn Diagnostic) -> Option<Range<usize>> {
    let own = said
        .labels()
        .and_then(|mut labels| labels.next())
        .map(|label| label.offset()..label.offset() + label.len());
    own.or_else(|| said.related().and_then(|mut related| related.find_map(first_label)))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
