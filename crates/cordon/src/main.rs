//! `cordon`: the binary: commands, configuration, wiring, output.
fn main() {}
