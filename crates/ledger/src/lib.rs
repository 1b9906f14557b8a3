//! `ledger`: record to leaf to tree to proof.
