//! The commands, one file each: arguments, what they do, what they print.

pub(crate) mod check;
pub(crate) mod init;
