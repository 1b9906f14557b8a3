//! `veil`: findings and treatments to surrogates and a restore map, and back on a lane.
