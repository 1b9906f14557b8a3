//! Fuzz target: values replaced within JSON, percent-encoding, entities and CSV.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cordon_detect::properties::carriers(data));
