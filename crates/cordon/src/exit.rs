//! Exit codes: one table.

use std::process::ExitCode;

/// How a command ended. `docs/cli.md` shows the same table (test `the_exit_codes_are_documented`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done; nothing was found, every check passed.
    Done,
    /// Something was found, or a check failed.
    Found,
    /// The command line or the configuration is wrong.
    Usage,
    /// Policy refuses.
    Refused,
    /// Something that is needed is not there: a file, the store, a port.
    Unavailable,
    /// `cordon run`: that of the command.
    Child(u8),
}

impl Exit {
    /// The number.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Found => 1,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::Unavailable => 4,
            Self::Child(number) => number,
        }
    }

    /// One line for the documentation.
    pub(crate) const fn about(self) -> &'static str {
        match self {
            Self::Done => "done; nothing found, every check passed",
            Self::Found => "something was found, or a check failed",
            Self::Usage => "the command line or the configuration is wrong",
            Self::Refused => "policy refuses",
            Self::Unavailable => "something that is needed is not there: a file, the store, a port",
            Self::Child(_) => "`cordon run`: that of the command",
        }
    }

    /// The codes with a number of their own.
    pub(crate) const ALL: [Self; 5] =
        [Self::Done, Self::Found, Self::Usage, Self::Refused, Self::Unavailable];
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_codes_are_documented() {
        let page = include_str!("../../../docs/cli.md");
        for exit in Exit::ALL {
            let row = format!("| {} | {} |", exit.number(), exit.about());
            assert!(page.contains(&row), "docs/cli.md lacks: {row}");
        }
    }
}
