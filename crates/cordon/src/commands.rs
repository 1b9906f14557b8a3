//! The commands, one file each: arguments, what they do, what they print.

pub(crate) mod apps;
pub(crate) mod assess;
pub(crate) mod audit;
pub(crate) mod check;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod inspecting;
pub(crate) mod keys;
pub(crate) mod meters;
pub(crate) mod policy;
pub(crate) mod providers;
pub(crate) mod recognizers;
pub(crate) mod redact;
pub(crate) mod run;
pub(crate) mod scan;
pub(crate) mod serve;
pub(crate) mod terms;
