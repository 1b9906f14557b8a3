//! Fuzz target: a request body is parsed, given back and rewritten.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cordon_wire::properties::wire(data));
