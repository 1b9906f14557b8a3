//! `exchange`: one request from bytes to bytes.
