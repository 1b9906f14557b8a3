//! Fuzz target: the normal form and its map back.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cordon_detect::properties::normal(data));
