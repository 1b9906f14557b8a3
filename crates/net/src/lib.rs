//! `net`: outgoing HTTP, the only place.
