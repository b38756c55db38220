//! Metrics in the Prometheus text format.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts collecting, once per process.
pub fn install_metrics() {
    RECORDER.get_or_init(|| {
        let recorder = PrometheusBuilder::new().install_recorder();
        recorder
            .inspect_err(|error| {
                tracing::warn!(error = error as &dyn std::error::Error, "No metrics will be kept.")
            })
            .ok()
    });
}

/// Lets go of measurements that nobody scraped; to be called every few seconds.
pub fn tidy_metrics() {
    if let Some(recorder) = RECORDER.get().and_then(Option::as_ref) {
        recorder.run_upkeep();
    }
}

/// All metrics as Prometheus text; empty before [`install_metrics`].
#[must_use]
pub fn render_metrics() -> String {
    RECORDER.get().and_then(Option::as_ref).map(PrometheusHandle::render).unwrap_or_default()
}
