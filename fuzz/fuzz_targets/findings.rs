//! Fuzz target: the whole detector.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cordon_detect::properties::findings(data));
