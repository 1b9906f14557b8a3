//! The commands, one file each: arguments, what they do, what they print.

pub(crate) mod apps;
pub(crate) mod audit;
pub(crate) mod check;
pub(crate) mod init;
pub(crate) mod keys;
pub(crate) mod terms;
