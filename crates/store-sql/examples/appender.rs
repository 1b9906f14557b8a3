//! Appends records as fast as it can and prints the place of each as soon as its receipt is there. The tests of crashes
//! and of faults kill it or break its system calls: what it printed must be in the ledger.
//!
//! `appender PATH disk|process TASKS ROUNDS`: in each task ROUNDS intents and outcomes, 0 for without end. Prints
//! `ready`, then for each intent `INDEX LEAF_HASH` or `refused REASON`. Ends with 1 where the store does not open.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a program for tests: it speaks through its output and ends where it cannot go on"
)]

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use cordon_store_sql::{Options, Sqlite};
use ledger::{Destination, Ending, Intent, Name, Outcome, Record};
use store::{Durability, LedgerStore, RootKey};
use types::{AppName, DeploymentId, Environment, ExchangeId};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let durability = Durability::from_name(&arguments[1]).unwrap();
    let tasks: u64 = arguments[2].parse().unwrap();
    let rounds = arguments[3].parse().ok().filter(|rounds| *rounds > 0).unwrap_or(u64::MAX);
    let options = Options { durability, ..Options::default() };
    let store = match Sqlite::open(Path::new(&arguments[0]), &RootKey::new([7; 32]), options) {
        Ok(store) => store,
        Err(error) => {
            println!("refused {error}");
            return ExitCode::FAILURE;
        }
    };
    println!("ready");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        let mut set = tokio::task::JoinSet::new();
        for task in 0..tasks {
            set.spawn(append(Arc::clone(&store), task, rounds));
        }
        set.join_all().await;
        if let Err(error) = store.flush().await {
            println!("refused {error}");
        }
    });
    ExitCode::SUCCESS
}

async fn append(store: Arc<Sqlite>, task: u64, rounds: u64) {
    for round in 0..rounds {
        let exchange = ExchangeId::new(format!("0199a8f0-0000-7000-8000-{task:04}{round:08}"));
        match store.append(intent(exchange.clone(), round)).await {
            Ok(receipt) => println!("{} {}", receipt.index, receipt.leaf_hash),
            Err(error) => println!("refused {error}"),
        }
        if let Err(error) = store.append_later(outcome(exchange, round)) {
            println!("refused {error}");
        }
    }
}

fn intent(exchange: ExchangeId, round: u64) -> Record {
    let to = Destination {
        dialect: Name::new("openai.chat"),
        route: Name::new("/v1/chat/completions"),
        provider: Name::new("openai"),
        deployment: DeploymentId::new("openai-eu"),
    };
    let time_ms = 1_780_000_000_000 + round;
    let mut intent = Intent::new(exchange, time_ms, AppName::new("billing"), Environment::Prod, to);
    intent.model_asked = Some(Name::from_caller("gpt-4o-mini"));
    intent.entities.insert(Name::new("EMAIL_ADDRESS"), 2);
    intent.entities.insert(Name::new("PERSON"), 1);
    intent.reasons.push(Name::new("preset:standard"));
    Record::Intent(intent)
}

fn outcome(exchange: ExchangeId, round: u64) -> Record {
    let time_ms = 1_780_000_000_000 + round;
    Record::Outcome(Outcome::new(exchange, time_ms, AppName::new("billing"), Ending::Complete))
}
