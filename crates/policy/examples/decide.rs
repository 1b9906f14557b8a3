//! What a decision costs, cold and from the cache, and what loading a set costs.
//!
//! `cargo run --release -p cordon-policy --example decide` prints the median and the 99th percentile for a request with four classes:
//! one deployment and twelve, each ruled on anew, then the same from the cache. The set is that of the preset `standard` with as many
//! policies of an operator's own as make sixty hold for the app. Loading is measured in time for which the thread had a processor
//! (Linux); single decisions are too short for that, so a busy machine shows in their 99th percentile.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a tool for developers: it measures time and prints"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cordon_policy::{
    Candidate, CedarEngine, Day, Declared, OwnFile, Policies, PolicyEngine, Question, Table,
};
use registry::law::Law;
use registry::{Handling, Standing};
use types::{AppName, DataClass, DeploymentId, Environment};

/// Policies that hold for the app, as the bar asks.
const POLICIES: usize = 60;

fn main() {
    let engine = engine(POLICIES);
    let app = AppName::new("bench");
    println!("{} policies", engine.count(&app));
    let policies = policies(POLICIES);
    let started = cpu();
    std::hint::black_box(CedarEngine::new(&policies).unwrap());
    println!("load and invariants: {:.1} ms", ms(cpu() - started));
    for deployments in [1, 12] {
        cold(&engine, &app, deployments);
    }
    cached(&engine, &app);
}

fn engine(number: usize) -> CedarEngine {
    CedarEngine::new(&policies(number)).unwrap()
}

fn policies(number: usize) -> Policies {
    let mut all = Policies {
        law: Law::builtin().unwrap(),
        tables: BTreeMap::new(),
        other_apps: Table::preset("standard").unwrap(),
        denied: BTreeSet::from(["RU".to_owned()]),
        files: Vec::new(),
        exceptions: Vec::new(),
    };
    let app = AppName::new("bench");
    let missing = number.saturating_sub(CedarEngine::new(&all).unwrap().count(&app));
    let mut text = String::new();
    for number in 0..missing {
        // A condition that always runs and never holds, as most policies of an operator do.
        writeln!(
            text,
            "@id(\"own-{number}\") forbid (principal, action, resource) when {{ context.class == \"person\" && principal.purpose.contains(\"p{number}\") }};"
        )
        .unwrap();
    }
    all.files.push(OwnFile { name: "own.cedar".to_owned(), text });
    all
}

fn candidates(number: usize, round: u32) -> Vec<Candidate> {
    (0..number)
        .map(|place| {
            let mut standing = Standing::unknown(&format!("provider-{place}"));
            // Another fact each time, so that nothing comes from the cache.
            standing.retention_days = Some(round);
            Candidate::new(DeploymentId::new(format!("deployment-{place}")), Arc::new(standing))
        })
        .collect()
}

fn cold(engine: &CedarEngine, app: &AppName, deployments: usize) {
    let mut times = Vec::new();
    for round in 0..400 {
        let candidates = candidates(deployments, round);
        times.push(timed(engine, app, &candidates, &Arc::default()));
    }
    report(&format!("cold, 4 classes, {deployments} deployment(s)"), times);
}

fn cached(engine: &CedarEngine, app: &AppName) {
    let candidates = candidates(1, 0);
    let declared = Arc::default();
    let times = (0..20_000).map(|_| timed(engine, app, &candidates, &declared)).collect();
    report("cached, 4 classes, 1 deployment", times);
}

fn timed(
    engine: &CedarEngine,
    app: &AppName,
    candidates: &[Candidate],
    declared: &Arc<Declared>,
) -> Duration {
    let classes = [DataClass::Person, DataClass::Contact, DataClass::Financial, DataClass::Health];
    let classes = classes.into_iter().map(|class| (class, 2)).collect();
    let question = Question {
        app,
        environment: Environment::Prod,
        classes: &classes,
        candidates,
        declared,
        day: Day(20_000),
        handling_floor: Handling::D,
        stream: true,
        tools: false,
    };
    let started = Instant::now();
    std::hint::black_box(engine.decide(&question).unwrap());
    started.elapsed()
}

/// Time for which this thread had a processor.
fn cpu() -> Duration {
    let said = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(said.split(' ').next().unwrap().parse().unwrap())
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| ms(times[(times.len() * share / 100).min(times.len() - 1)]) * 1000.0;
    println!("{what}: p50 {:.1} us, p99 {:.1} us", at(50), at(99));
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
