//! Logs and metrics: where they go and in which form. What is said stands in the crates that say it.

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::keeping::{Log, LogFormat};
use crate::failure::Failure;
use crate::log_lines::LogLines;

/// Bounds of the buckets of all histograms, in seconds: from a memory look-up to a slow answer of a model.
const BUCKETS: [f64; 14] =
    [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0, 30.0, 120.0];

/// Sends log lines of Cordon's own crates to standard error; of libraries only what is wrong. Once per process; later calls do
/// nothing.
///
/// # Errors
/// Where no thread can be started for them.
pub(crate) fn log(log: &Log) -> Result<(), Failure> {
    // Libraries below `warn` could tell of headers and paths.
    let filter = EnvFilter::new(format!("warn,cordon={}", log.level.name()));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(LogLines::start(log.format)?);
    let _ = match log.format {
        LogFormat::Json => {
            lines.json().flatten_event(true).with_current_span(false).with_span_list(false).try_init()
        }
        LogFormat::Human => lines.with_target(false).with_ansi(false).compact().try_init(),
    };
    Ok(())
}

/// Takes in the metrics of all crates, for `/metrics`.
///
/// # Errors
/// Where something else takes them in already.
pub(crate) fn metrics() -> Result<PrometheusHandle, Failure> {
    let failed = |error: String| Failure::Unavailable(format!("metrics cannot be set up: {error}"));
    let recorder = PrometheusBuilder::new()
        .set_buckets(&BUCKETS)
        .map_err(|error| failed(error.to_string()))?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|error| failed(error.to_string()))?;
    Ok(handle)
}
