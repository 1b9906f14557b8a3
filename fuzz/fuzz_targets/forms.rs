//! Fuzz target: encodings undone, forms of forms, and their maps back.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cordon_detect::properties::forms(data));
