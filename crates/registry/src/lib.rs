//! `registry`: provider facts in first form.
