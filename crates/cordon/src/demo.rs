//! The demonstration: five exchanges with made-up data, seen from three sides.

pub(crate) mod caller;
pub(crate) mod scenes;
pub(crate) mod views;
