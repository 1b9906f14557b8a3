//! `policy`: data classes and candidates to a verdict with reasons.
