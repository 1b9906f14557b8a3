//! Appends records as fast as it can and prints the index of each as soon as its receipt is there. The crash test kills
//! it: what it printed must be in the ledger.
//!
//! `appender PATH disk|process TASKS COUNT`: COUNT records, 0 for without end; prints `ready` first.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a program for tests: it speaks through its output and ends where it cannot go on"
)]

use std::io::Write as _;
use std::path::Path;

use cordon_store_sql::{Options, Sqlite};
use ledger::{Destination, Ending, Intent, Name, Outcome, Record};
use store::{Durability, LedgerStore, RootKey};
use types::{AppName, DeploymentId, Environment, ExchangeId};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let durability = Durability::from_name(&arguments[1]).unwrap();
    let tasks: u64 = arguments[2].parse().unwrap();
    let count: u64 = arguments[3].parse().unwrap();
    let options = Options { durability, ..Options::default() };
    let store = Sqlite::open(Path::new(&arguments[0]), &RootKey::new([7; 32]), options).unwrap();
    println!("ready");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        let mut set = tokio::task::JoinSet::new();
        for task in 0..tasks {
            let store = store.clone();
            set.spawn(async move {
                let mut round = 0;
                while count == 0 || round < count / tasks {
                    let exchange = ExchangeId::new(format!("0199a8f0-0000-7000-8000-{task:04}{round:08}"));
                    let receipt = store.append(intent(exchange.clone(), round)).await.unwrap();
                    if count == 0 {
                        writeln!(std::io::stdout().lock(), "{} {}", receipt.index, receipt.leaf_hash)
                            .unwrap();
                    }
                    store.append_later(outcome(exchange, round)).unwrap();
                    round += 1;
                }
            });
        }
        set.join_all().await;
        store.flush().await.unwrap();
    });
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
