//! The engine against cases, facts at their worst, broken policies, and slices against the whole set.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use registry::{Day, Doubt, Handling, RegistryFile, Standing};
use types::{DeploymentId, Environment, Treatment};

use super::*;
use crate::{Declared, Level, Meters, cases};

fn policies(preset: &str) -> Policies {
    Policies {
        law: Law::builtin().expect("loads"),
        tables: BTreeMap::new(),
        other_apps: Table::preset(preset).expect("loads"),
        denied: BTreeSet::new(),
        files: Vec::new(),
        exceptions: Vec::new(),
    }
}

fn with_file(text: &str) -> Policies {
    let file = OwnFile { name: "own.cedar".to_owned(), text: text.to_owned() };
    Policies { files: vec![file], ..policies("standard") }
}

fn refused(policies: &Policies) -> String {
    CedarEngine::new(policies).expect_err("refused").to_string()
}

fn exception(what: &str) -> Exception {
    Exception {
        name: "x".to_owned(),
        who: "w".to_owned(),
        why: "y".to_owned(),
        until: Day(10),
        what: [what.to_owned()].into(),
        apps: BTreeSet::new(),
        classes: BTreeSet::new(),
        deployments: BTreeSet::new(),
    }
}

#[test]
fn the_cases_of_the_law_are_decided_as_written() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases/policy");
    let base = policies("standard");
    let base = cases::Base { policies: &base, declared: &|_| Declared::default() };
    let mut wrong = Vec::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("there") {
        let path = entry.expect("reads").path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let name = path.file_stem().expect("named").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("reads");
        let outcomes = cases::run(&text, &base).unwrap_or_else(|why| panic!("{name}: {why}"));
        counts.insert(name.clone(), outcomes.len());
        for outcome in outcomes.iter().filter(|outcome| !outcome.wrong.is_empty()) {
            wrong.push(format!("{name}: {}: {}", outcome.name, outcome.wrong.join("; ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for law in ["L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8", "L9", "L10", "L11", "L12"] {
        assert!(counts.get(law).is_some_and(|count| *count >= 8), "{law}: {:?}", counts.get(law));
    }
}

#[test]
fn every_generated_policy_fits_the_schema_and_cites_its_law() {
    let mut all = policies("standard");
    all.denied.insert("CN".to_owned());
    let engine = CedarEngine::new(&all).expect("loads");
    let set = slices::whole(engine.known.iter().chain(&engine.permits)).expect("one id each");
    let validator = cedar_policy::Validator::new(engine.words.schema.clone());
    let result = validator.validate(&set, cedar_policy::ValidationMode::Strict);
    assert!(result.validation_passed(), "{result}");
    for known in &engine.known {
        for key in ["id", "law", "article", "table_version", "source", "because"] {
            let said = known.policy.annotation(key).unwrap_or_default();
            assert!(!said.is_empty(), "{} has no @{key}", known.id);
        }
    }
}

#[test]
fn a_policy_of_ones_own_is_refused_with_its_place() {
    for (text, place, what) in [
        ("forbid (", "own.cedar:1:", "no Cedar policy"),
        (
            "@id(\"a\")\nforbid (principal, action, resource)\n  when { resource.trains };",
            "own.cedar:3:",
            "trains",
        ),
        (
            "@id(\"a\")\nforbid (principal, action, resource)\n  when { context.class == 1 };",
            "own.cedar:3:",
            "schema",
        ),
        ("\nforbid (principal, action, resource);", "own.cedar:2:1", "@id"),
        ("@id(\"L3\") forbid (principal, action, resource);", "own.cedar:1:1", "taken"),
        ("@id(\"a\") permit (principal, action, resource);", "own.cedar:1:1", "only make stricter"),
        (
            "@id(\"a\") @exception(\"x\") permit (principal, action, resource);",
            "own.cedar:1:1",
            "no exception `x`",
        ),
        ("@id(\"a\") forbid (principal == ?principal, action, resource);", "own.cedar:1:", "template"),
        (
            "@id(\"a\") forbid (principal, action, resource);\n@id(\"a\") forbid (principal, action == Action::\"keep\", resource);",
            "own.cedar:2:1",
            "two policies",
        ),
        ("@id(\"a\") forbid (principal, action == Action::\"send\", resource);", "own.cedar:1:", "schema"),
    ] {
        let said = refused(&with_file(text));
        assert!(said.starts_with(place) && said.contains(what), "{text}\n{said}");
    }
}

#[test]
fn an_exception_lifts_only_what_may_be_lifted() {
    for what in ["L3", "L4", "L7", "L8", "L9", "L12", "jurisdictions", "quarantine", "nothing"] {
        let said = refused(&Policies { exceptions: vec![exception(what)], ..policies("open") });
        assert!(said.contains("cannot lift") && said.contains(what), "{said}");
    }
    for what in ["L1", "L2", "L5", "L6", "L10"] {
        CedarEngine::new(&Policies { exceptions: vec![exception(what)], ..policies("open") }).expect(what);
    }
    let mut own = with_file("@id(\"a\") @exception(\"x\") permit (principal, action, resource);");
    own.exceptions = vec![exception("L1")];
    assert!(refused(&own).contains("does not cover"));
}

#[test]
fn a_set_that_breaks_an_invariant_is_refused_with_the_counterexample() {
    let without = |rule: &str| {
        let texts: Vec<(String, String)> = registry::law::LAW
            .iter()
            .map(|file| {
                let cut: Vec<&str> = file
                    .text
                    .split("\n[[rule]]\n")
                    .filter(|part| !part.starts_with(&format!("id = \"{rule}\"")))
                    .collect();
                (file.name.to_owned(), cut.join("\n[[rule]]\n"))
            })
            .collect();
        let files: Vec<RegistryFile<'_>> =
            texts.iter().map(|(name, text)| RegistryFile { name, text }).collect();
        let mut all = policies("open");
        if rule == "jurisdictions" {
            all.denied.insert("CN".to_owned());
        }
        all.law = Law::load(&files).expect("loads");
        CedarEngine::new(&all)
    };
    for (rule, invariant, example) in [
        ("L8", "invariant 1", "`credential`"),
        ("L3", "invariant 2", "may decide itself yes"),
        ("L9", "invariant 2", "reach unknown yes"),
        ("jurisdictions", "invariant 3", "reach: CN"),
    ] {
        let said = without(rule).expect_err(rule).to_string();
        assert!(said.contains(invariant) && said.contains(example), "{rule}: {said}");
    }
    without("L1").expect("no invariant rests on L1");
}

#[test]
fn a_policy_that_fails_refuses() {
    // The sum overflows, which only shows when it is evaluated. Cedar would skip the policy.
    let engine = CedarEngine::new(&with_file(
        "@id(\"a\") forbid (principal, action, resource)\n  when { context.handling_floor + 9223372036854775807 > 0 };",
    ));
    let said = engine.expect_err("refused at load already").to_string();
    assert!(said.contains("could not be evaluated"), "{said}");
}

#[test]
fn the_digest_tells_all_that_decides_apart() {
    let digest = |policies: &Policies| CedarEngine::new(policies).expect("loads").digest();
    let base = policies("standard");
    let mut all = vec![digest(&base), digest(&policies("open"))];
    all.push(digest(&Policies { denied: ["CN".to_owned()].into(), ..base.clone() }));
    all.push(digest(&Policies { exceptions: vec![exception("L1")], ..base.clone() }));
    all.push(digest(&with_file("@id(\"a\") forbid (principal, action, resource);")));
    let table = Table::preset("standard").expect("loads").changed("contact", "redact").expect("changes");
    all.push(digest(&Policies { tables: [(AppName::new("a"), table)].into(), ..base.clone() }));
    let distinct: BTreeSet<_> = all.iter().collect();
    assert_eq!(distinct.len(), all.len());
    assert_eq!(digest(&base), digest(&base));
}

fn ask(engine: &CedarEngine, classes: &[DataClass], candidate: Candidate, declared: Declared) -> Verdict {
    let app = AppName::new("a");
    let classes: BTreeMap<DataClass, u32> = classes.iter().map(|class| (*class, 1)).collect();
    let question = Question {
        app: &app,
        environment: Environment::Prod,
        classes: &classes,
        candidates: &[candidate],
        declared: &Arc::new(declared),
        day: Day(0),
        handling_floor: Handling::D,
        stream: false,
        tools: false,
    };
    let verdict = engine.ruling(&question, &question.candidates[0], &mut None).expect("answers");
    verdict.as_ref().clone()
}

#[test]
fn a_reason_names_policy_law_and_the_fact_in_doubt() {
    let engine = CedarEngine::new(&policies("open")).expect("loads");
    let mut standing = Standing { on_premises: false, ..Standing::own("acme") };
    standing.reach = ["US".to_owned()].into();
    standing.may_train = true;
    standing.doubtful.insert("training.default".to_owned(), Doubt::Conflict);
    let declared = Declared { subjects: Some(["OTHER".to_owned()].into()), ..Declared::default() };
    let candidate = Candidate::new(DeploymentId::new("there"), Arc::new(standing));
    let verdict = ask(&engine, &[DataClass::Person], candidate, declared);
    let law = verdict.reasons.iter().find(|reason| reason.policy == "L3").expect("names it");
    assert_eq!(law.law.as_deref(), Some("GDPR art. 6, 28(10)"));
    assert_eq!(law.facts, ["training.default is in conflict"]);
    assert!(law.text.starts_with("person towards there: pseudonymise, not keep, because"), "{}", law.text);
    assert!(!law.text.ends_with('.') && law.text.contains("(training.default is in conflict)"));
}

fn any_standing() -> impl Strategy<Value = Standing> {
    let flags = prop::collection::vec(any::<bool>(), 10);
    let reach = prop::sample::subsequence(vec!["US", "CN", "DE", "GLOBAL"], 0..=4);
    (flags, reach, prop::sample::select(DataClass::ALL.to_vec())).prop_map(|(flags, reach, forbidden)| {
        Standing {
            on_premises: flags[0],
            may_train: flags[1],
            may_control: flags[2],
            dpa: flags[3],
            clauses: flags[4],
            assessed_transfer: flags[5],
            baa: flags[6],
            covered_person: flags[7],
            adequate: flags[8],
            quarantined: flags[9],
            reach: reach.into_iter().map(str::to_owned).collect(),
            forbidden: [forbidden].into(),
            ..Standing::own("acme")
        }
    })
}

fn any_declared() -> impl Strategy<Value = Declared> {
    let subjects = prop::option::of(prop::sample::subsequence(vec!["EU", "US", "CN", "OTHER"], 1..=4));
    let programmes =
        prop::sample::subsequence(vec!["pipia", "cisa_programme", "cn_standard_contract"], 0..=3);
    (subjects, programmes, any::<[bool; 3]>()).prop_map(|(subjects, programmes, [consent, art9, dpia])| {
        Declared {
            subjects: subjects.map(|all| all.into_iter().map(str::to_owned).collect()),
            programmes: programmes.into_iter().map(str::to_owned).collect(),
            consent: consent.then(|| "on file".to_owned()),
            art9_exception: art9.then(|| "health_care".to_owned()),
            dpia_approved: dpia,
            ..Declared::default()
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn a_slice_decides_as_the_whole_set_does(
        standing in any_standing(),
        declared in any_declared(),
        classes in prop::sample::subsequence(DataClass::ALL.to_vec(), 1..6),
        level in prop::sample::select(Level::ALL.to_vec()),
    ) {
        thread_local! {
            static ENGINES: (CedarEngine, CedarEngine) = {
                let own = r#"
                    @id("a") forbid (principal, action == Action::"keep", resource)
                      when { context.class == "contact" && resource.may_train };
                    @id("b") forbid (principal, action, resource)
                      when { ["person", "location"].contains(context.class) && context.clear.contains("health") };
                    @id("c") forbid (principal, action == Action::"keep", resource)
                      unless { context.class == "technical" || resource.dpa };
                "#;
                let all = Policies { files: with_file(own).files, ..policies("open") };
                let sliced = CedarEngine::new(&all).expect("loads");
                let mut whole = CedarEngine::new(&all).expect("loads");
                for known in whole.known.iter_mut().chain(&mut whole.permits) {
                    known.classes.clear();
                    known.treatments = known::ASKED.to_vec();
                }
                let slices = Slices::of(whole.known.iter().chain(&whole.permits)).expect("cuts");
                whole.tables[0].1 = slices;
                (sliced, whole)
            };
        }
        ENGINES.with(|(sliced, whole)| {
            let meters = Meters(sliced.law.meters().into_iter().map(|meter| (meter, level)).collect());
            let candidate = Candidate {
                deployment: DeploymentId::new("there"),
                standing: Arc::new(standing.clone()),
                meters: Arc::new(meters),
            };
            let one = ask(sliced, &classes, candidate.clone(), declared.clone());
            let other = ask(whole, &classes, candidate, declared.clone());
            prop_assert_eq!(&one, &other);
            // And from the cache.
            prop_assert_eq!(one.treatments.get(&DataClass::Credential) == Some(&Treatment::Keep), false);
            Ok(())
        })?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn what_the_invariants_leave_out_forbids_nothing_there(
        standing in any_standing(),
        declared in any_declared(),
        classes in prop::sample::subsequence(DataClass::ALL.to_vec(), 1..6),
        on_premises in any::<bool>(),
    ) {
        thread_local! {
            static ENGINE: CedarEngine =
                CedarEngine::new(&Policies { denied: ["CN".to_owned()].into(), ..policies("open") }).expect("loads");
        }
        ENGINE.with(|engine| {
            let left_out = engine.known.iter().filter(|known| {
                if on_premises { known.is_elsewhere } else { known.is_regional }
            });
            let everything = "permit (principal, action, resource);".to_owned();
            let everything = Known::generated("all", ("all", ""), &[], &known::ASKED, everything).expect("reads");
            let slices = Slices::of(left_out.chain([&everything])).expect("cuts");
            let meters = engine.law.meters().into_iter().map(|meter| (meter, Level::Full)).collect();
            let candidate = Candidate {
                deployment: DeploymentId::new("there"),
                standing: Arc::new(Standing { on_premises, ..standing.clone() }),
                meters: Arc::new(Meters(meters)),
            };
            let subjects = if on_premises { declared.subjects.clone() } else { Some(BTreeSet::new()) };
            let classes: BTreeMap<DataClass, u32> = classes.iter().map(|class| (*class, 1)).collect();
            let question = Question {
                app: &AppName::new("a"),
                environment: Environment::Prod,
                classes: &classes,
                candidates: &[],
                declared: &Arc::new(Declared { subjects, ..declared.clone() }),
                day: Day(0),
                handling_floor: Handling::D,
                stream: false,
                tools: false,
            };
            let judge = Judge {
                facts: engine.facts(),
                table: &engine.tables[0].0,
                slices: &slices,
                exceptions: Vec::new(),
                has_own_permits: true,
            };
            let mut spoken = Spoken::of(&engine.facts(), &question).expect("speaks");
            let verdict = judge.ruling(&question, &candidate, &mut spoken).expect("answers");
            for (class, treatment) in verdict.treatments {
                prop_assert_eq!(treatment, Treatment::Keep, "{}", class);
            }
            Ok(())
        })?;
    }
}

#[test]
fn a_ruling_that_was_made_before_is_the_same_and_another_question_is_not_answered_by_it() {
    let engine = CedarEngine::new(&policies("open")).expect("loads");
    let there = |standing: Standing| Candidate::new(DeploymentId::new("there"), Arc::new(standing));
    let good = Standing { on_premises: false, reach: ["DE".to_owned()].into(), ..Standing::own("acme") };
    let bad = Standing { may_train: true, ..good.clone() };
    let declared = Declared { subjects: Some(["OTHER".to_owned()].into()), ..Declared::default() };
    let treatment = |standing: &Standing, declared: &Declared| {
        ask(&engine, &[DataClass::Person], there(standing.clone()), declared.clone())
            .treatment(DataClass::Person)
    };
    for _ in 0..2 {
        assert_eq!(treatment(&good, &declared), Treatment::Keep);
        assert_eq!(treatment(&bad, &declared), Treatment::Pseudonymise);
        assert_eq!(treatment(&good, &Declared::default()), Treatment::Pseudonymise);
    }
}
