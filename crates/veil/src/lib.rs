//! Findings and treatments to surrogates and a restore map, and back on a lane.

mod class;
mod code;
mod error;
mod foreign;
mod forms;
mod json;
mod lane;
mod mac;
mod map;
mod normal;
mod restorer;
mod shape;
mod spelling;
mod url;
mod veil;

pub use error::VeilError;
pub use foreign::Foreign;
pub use forms::{Form, Forms};
pub use mac::scope_from;
pub use map::RestoreMap;
pub use normal::normal_form;
pub use restorer::{RestoreCounts, RestoreOptions, Restorer};
pub use shape::{looks_like_surrogate, redaction};
pub use veil::Veil;
