//! Fuzz target: every set of recognizers alone, chosen by the first byte.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| cordon_detect::properties::recognizers(data));
