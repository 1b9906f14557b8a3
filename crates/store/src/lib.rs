//! `store`: what is kept: narrow traits and their records, encryption at rest.
