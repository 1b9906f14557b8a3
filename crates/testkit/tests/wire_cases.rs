//! The exchanges of `cases/wire/exchanges.jsonl`, run against the real binary with a mock provider.
//!
//! Cases of dialects that the product does not speak yet are counted and named, not run.

use std::path::Path;

use cordon_testkit::script::{Case, cases};
use cordon_testkit::wire_case::{self, Stage};
use cordon_testkit::{Cordon, CordonSpec, MockProvider, Trouble};

/// Dialects that are built, and the routes of theirs that are.
fn is_built(case: &Case) -> bool {
    match case.dialect.as_str() {
        "openai.chat" | "anthropic.messages" => true,
        // MiniMax on the route that it shares with everybody; its native route comes with its dialect.
        "minimax.chat" => case.route == "POST /v1/chat/completions",
        _ => false,
    }
}

#[tokio::test]
async fn every_exchange_of_a_built_dialect_holds() -> Result<(), Trouble> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/wire/exchanges.jsonl");
    let (built, later): (Vec<Case>, Vec<Case>) = cases(&file)?.into_iter().partition(is_built);
    for case in &later {
        println!("comes with its dialect: {} {} ({})", case.id, case.kind, case.dialect);
    }
    let mock = MockProvider::start()?;
    let spec = CordonSpec {
        apps: built.iter().map(wire_case::app).collect(),
        server: "body_bytes_max = \"4 MiB\"\n".to_owned(),
        ..CordonSpec::new("wire-cases", mock.address())
    };
    let mut cordon = Cordon::start(spec)?;
    let mut broken = Vec::new();
    for case in &built {
        let mut stage = Stage { mock: &mock, cordon: &mut cordon, body_bytes_max: 4 << 20 };
        match wire_case::run(case, &mut stage).await {
            Ok(failures) if failures.is_empty() => println!("holds: {} {}", case.id, case.kind),
            Ok(failures) => {
                broken.push(format!("{} {}\n    {}", case.id, case.kind, failures.join("\n    ")));
            }
            Err(trouble) => broken.push(format!("{} {}\n    cannot be run: {trouble}", case.id, case.kind)),
        }
    }
    cordon.records()?;
    println!(
        "{} hold, {} do not, {} come with their dialect",
        built.len() - broken.len(),
        broken.len(),
        later.len()
    );
    let ended_well = cordon.stop()?;
    if !broken.is_empty() {
        panic!("{} of {} exchanges do not hold:\n{}", broken.len(), built.len(), broken.join("\n"));
    }
    assert!(ended_well, "the gateway did not end well");
    Ok(())
}
