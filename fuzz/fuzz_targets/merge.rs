//! Fuzz target: overlapping findings made one, surrogates left out.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cordon_detect::properties::merge(data));
