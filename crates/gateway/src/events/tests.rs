//! What is counted of refusals that have no record.

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
