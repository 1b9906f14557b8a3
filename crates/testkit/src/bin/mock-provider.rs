//! The mock provider for benchmarks as a process of its own, so that it can be pinned to a core.
//!
//! `mock-provider ADDRESS` serves fast answers there until it is killed.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(address) = std::env::args().nth(1) else { return ExitCode::from(2) };
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return ExitCode::FAILURE;
    };
    let served = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address).await?;
        cordon_testkit::fast::serve(listener).await
    });
    if served.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
