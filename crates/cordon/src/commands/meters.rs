//! `cordon meters`: how many people's data went to whom, against the thresholds of the law.

use clap::Args;
use policy::{Board, Level, MeterKind, MeterView, Month};
use registry::Day;
use registry::law::Law;
use serde_json::{Value, json};
use store::{MeterStore, StoreError};
use store_sql::Access;

use crate::context::{Context, wait};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::state::{State, StateError};
use crate::table::aligned;
use crate::world;

/// Show how many people's data went to whom, against the thresholds of the law.
///
/// Counted are people whose data left in clear or as surrogates, for each provider, kind of data and region, over the time that the
/// law counts; and for each app, whether it is of large scale (GDPR art. 35). The counts are estimates that err upwards by at most one in a hundred up to 100 000; who was counted cannot be told.
#[derive(Debug, Args)]
pub(crate) struct Meters {}

impl Meters {
    /// Does it.
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let (plan, state) = context.state(Access::Read)?;
        let board = wait(board(&plan.policies.law, &state))?;
        let today = Day::of_unix_ms(world::now_unix_ms());
        let views = board.view(today);
        context.output.document(&Value::Array(views.iter().map(as_json).collect()));
        if views.is_empty() {
            context
                .output
                .line("Nothing was counted: no personal data has left, or to your own premises only.");
            return Ok(Exit::Done);
        }
        let rows = views.iter().map(|view| {
            vec![
                view.id.kind.clone(),
                view.id.app().map_or_else(|| view.id.recipient.clone(), |app| format!("any, app {app}")),
                view.count.to_string(),
                view.threshold.to_string(),
                shown(view.level, view.id.app().is_some()),
                view.law.clone(),
            ]
        });
        let headings = ["METER", "RECIPIENT", "PEOPLE, ABOUT", "THRESHOLD", "USED UP", "LAW"];
        context.output.line(&aligned(&headings, rows));
        Ok(Exit::Done)
    }
}

/// The meters of a state directory.
///
/// # Errors
/// A store that cannot be read, or bits that are none.
pub(super) async fn board(law: &Law, state: &State) -> Result<Board, Failure> {
    let board = Board::new(MeterKind::all(law));
    for kept in state.store.meters().await.map_err(StateError::Store)? {
        let month = Month::from_number(kept.month);
        board.restore(&kept.meter, month, &kept.bits).map_err(|error| {
            StateError::Store(StoreError::Damaged { what: format!("meter `{}`: {error}", kept.meter) })
        })?;
    }
    Ok(board)
}

fn shown(level: Level, is_of_app: bool) -> String {
    match level {
        Level::Full if is_of_app => "all: large scale".to_owned(),
        Level::Low => "less than half".to_owned(),
        Level::Half | Level::Most => format!("{} %", level.percent()),
        Level::Full => "all: the law binds".to_owned(),
    }
}

fn as_json(view: &MeterView) -> Value {
    json!({
        "meter": view.id.kind,
        "recipient": Some(&view.id.recipient).filter(|_| view.id.app().is_none()),
        "app": view.id.app(),
        "people": view.count,
        "threshold": view.threshold,
        "level": view.level.percent(),
        "law": view.law,
    })
}
