//! The real binary, from outside: what people type, what they read, how it ends.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops where its surroundings are broken, and shows where"
)]

mod apps_risk;
mod assess;
mod audit;
mod config_errors;
mod files;
mod first_contact;
mod home;
mod inspection;
mod keys_and_terms;
mod pages;
mod policy;
mod providers;
mod recognizers;
mod served;
mod serving;
mod tls;
