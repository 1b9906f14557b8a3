//! What is counted of refusals that have no record, and that every metric is documented.

use metrics_exporter_prometheus::PrometheusBuilder;

use super::*;

#[test]
fn a_refusal_without_a_record_is_counted_here_and_one_with_a_record_there() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let shown = recorder.handle();
    metrics::with_local_recorder(&recorder, || {
        let events = Events::new();
        let id = ExchangeId::new("x1");
        events.refused(&id, &Refusal::HeadMalformed, None, false);
        events.refused(&id, &Refusal::Overloaded, None, false);
        events.refused(&id, &Refusal::Overloaded, None, true);
    });
    let shown = shown.render();
    for line in [
        "cordon_refusals_unrecorded_total{code=\"head_malformed\"} 1",
        "cordon_refusals_unrecorded_total{code=\"overloaded\"} 1",
        "cordon_requests_refused_total{code=\"overloaded\"} 1",
        "cordon_requests_shed_total 2",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}\n{shown}");
    }
}

#[test]
fn every_metric_is_documented() {
    let page = include_str!("../../../../docs/monitoring.md");
    let kinds = [" | counter | ", " | gauge | ", " | histogram | "];
    let is_row = |line: &&str| line.starts_with("| `cordon_") && kinds.iter().any(|kind| line.contains(kind));
    let rows: Vec<&str> = page.lines().filter(is_row).collect();
    for metric in &METRICS {
        let kind = format!("{:?}", metric.kind).to_lowercase();
        let row = rows.iter().find(|row| row.starts_with(&format!("| `{}` | {kind} |", metric.name)));
        let row = row.unwrap_or_else(|| panic!("docs/monitoring.md has no row `{}` | {kind}", metric.name));
        assert!(row.contains(metric.says.trim_end_matches('.')), "{row}\n{}", metric.says);
    }
    assert_eq!(rows.len(), METRICS.len(), "a row of a metric that is none");
}
