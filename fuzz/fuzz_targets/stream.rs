//! Fuzz target: a streamed answer is rewritten, whole and in pieces.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cordon_wire::properties::stream(data));
