//! `[detection.model]`: a bigger model beside the tagger.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::limits::Limits;
use super::problem::Problems;
use super::size::ByteSize;

/// Longest time for a text, in milliseconds; most threads for one model, and most texts that wait for it.
const TIME_MS_MAX: u32 = 600_000;
const THREADS_MAX: u32 = 256;
const QUEUE_MAX: u32 = 4096;

/// A bigger model of your own for names, places and whatever else it marks, beside everything else that is found. Only in a build
/// with the feature `onnx`; what it needs and what it costs: `docs/how-to/add-a-model.md`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Model {
    /// The directory with `model.onnx`, `tokenizer.json`, `labels.json` and the text of its licence. Empty: there is no model. It
    /// is read at start and on reload, and one that does not fit refuses the configuration, with the reason.
    #[schemars(example = &"models/names")]
    pub(crate) path: String,
    /// The library of the ONNX runtime, 1.17 or later (`libonnxruntime.so`). Empty: the one that `ORT_DYLIB_PATH` names. A change
    /// needs a restart.
    #[schemars(example = &"/usr/lib/libonnxruntime.so")]
    pub(crate) library: String,
    /// What it reads: `always` everything; `unsure` the lines in which the tagger in the binary is not sure, and those with personal
    /// data; `off` nothing, it is not even loaded.
    #[schemars(example = &"always")]
    pub(crate) run: Run,
    /// Milliseconds that one text may take it, the time in the queue included. What takes longer is refused, never passed unread:
    /// with 400 where it was reading, with 503 where others were before it. The whole request is bounded by `limits.detect_ms`.
    #[schemars(range(min = 1), example = 5000)]
    pub(crate) time_ms: u32,
    /// Threads for each run.
    #[schemars(range(min = 1), example = 4)]
    pub(crate) threads: u32,
    /// Most texts that wait for it. Beyond it a request is refused with 503 and `retry-after`.
    #[schemars(range(min = 1), example = 64)]
    pub(crate) queue_max: u32,
    /// Most memory that it may take when it is loaded and reads its longest window; more refuses the configuration. Measured on
    /// Linux; elsewhere it bounds the file alone.
    #[schemars(example = &"2 GiB")]
    pub(crate) memory_max: ByteSize,
    /// Entities that are taken from it, of those that its labels stand for. Empty: all.
    #[schemars(example = ["PERSON", "LOCATION"])]
    pub(crate) entities: Vec<String>,
}

/// What a bigger model reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Run {
    /// Everything.
    Always,
    /// Where the tagger is not sure, and around personal data.
    #[default]
    Unsure,
    /// Nothing.
    Off,
}

impl Run {
    /// As the configuration says it.
    #[cfg(feature = "onnx")]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Unsure => "unsure",
            Self::Off => "off",
        }
    }
}

impl Default for Model {
    fn default() -> Self {
        Self {
            path: String::new(),
            library: String::new(),
            run: Run::default(),
            time_ms: 1500,
            threads: 1,
            queue_max: 32,
            memory_max: ByteSize(1 << 30),
            entities: Vec::new(),
        }
    }
}

impl Model {
    /// True where there is one to read with.
    pub(crate) fn is_on(&self) -> bool {
        !self.path.is_empty() && self.run != Run::Off
    }

    /// Numbers that would refuse everything.
    pub(super) fn check(&self, limits: &Limits, problems: &mut Problems<'_>) {
        let path = |name: &str| ["detection".into(), "model".into(), name.into()];
        for (name, number, most) in [
            ("time_ms", self.time_ms, TIME_MS_MAX),
            ("threads", self.threads, THREADS_MAX),
            ("queue_max", self.queue_max, QUEUE_MAX),
        ] {
            if number == 0 || number > most {
                problems.error(
                    &path(name),
                    format!("`{name} = {number}` cannot be"),
                    "out of range",
                    format!("use 1 to {most}"),
                );
            }
        }
        if self.is_on() && self.time_ms > limits.detect_ms {
            problems.warning(
                &path("time_ms"),
                format!("`time_ms` is more than the {} ms of limits.detect_ms", limits.detect_ms),
                "one text may take longer than a whole request",
                "raise limits.detect_ms too",
            );
        }
    }
}
