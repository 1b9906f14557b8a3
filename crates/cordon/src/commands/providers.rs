//! `cordon providers`: what providers do with data, on which evidence; and what has to be asked.

mod ask;
mod compare;
mod list;
pub(crate) mod page;
mod review;
mod show;

use clap::{Args, Subcommand};
use registry::{Day, Facts, Profile};

use crate::config::load::Loaded;
use crate::config::plan::Plan;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// See what providers do with data, and ask them for what they do not say.
///
/// Every statement has a status, a source and a date. What is unknown, too old or contradictory counts as the worst case. Your own
/// evidence ([registry] facts) and recorded answers stand on top of what ships.
#[derive(Debug, Args)]
pub(crate) struct Providers {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    List(list::List),
    Show(show::Show),
    Compare(compare::Compare),
    Review(review::Review),
    Ask(ask::Ask),
}

impl Providers {
    /// Does it.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let loaded = context.loaded()?;
        let plan = context.planned(&loaded)?;
        let known = Known { loaded: &loaded, plan: &plan };
        match self.action {
            Action::List(command) => Ok(command.run(context, &known)),
            Action::Show(command) => command.run(context, &known),
            Action::Compare(command) => command.run(context, &known),
            Action::Review(command) => command.run(context, &known),
            Action::Ask(command) => command.run(context, &known),
        }
    }
}

/// What the commands start from.
struct Known<'a> {
    loaded: &'a Loaded,
    plan: &'a Plan,
}

impl Known<'_> {
    fn facts(&self) -> &Facts {
        &self.plan.facts
    }

    fn today(&self) -> Day {
        self.plan.today
    }

    /// The profile of an id.
    fn profile(&self, id: &str) -> Result<&Profile, Failure> {
        self.facts().profile(id).ok_or_else(|| {
            let known: Vec<&str> = self.facts().profiles().map(|profile| profile.id.as_str()).collect();
            Failure::Usage(format!("there is no provider `{id}`; known: {}", known.join(", ")))
        })
    }

    /// The ids that were named, checked; all where none was.
    fn ids<'i>(&'i self, named: &'i [String]) -> Result<Vec<&'i str>, Failure> {
        for id in named {
            self.profile(id)?;
        }
        Ok(if named.is_empty() {
            self.facts().profiles().map(|profile| profile.id.as_str()).collect()
        } else {
            named.iter().map(String::as_str).collect()
        })
    }
}

/// Columns that a terminal has; 100 where there is none.
pub(crate) fn width() -> usize {
    comfy_table::Table::new().width().map_or(100, usize::from)
}
