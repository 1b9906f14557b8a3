//! `detect`: text to findings.
