//! Fuzz target: an answer with surrogates in it is restored, whole and in pieces.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cordon_veil::properties::veil(data));
