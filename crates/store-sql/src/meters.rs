//! The meters of a [`Sqlite`] store.

use rusqlite::Connection;
use store::{MeterMonth, MeterStore, Pending, StoreError};

use crate::errors::while_trying;
use crate::options::{METER_BYTES_MAX, METER_MONTHS_MAX, METER_ROWS_MAX};
use crate::sqlite::{Failure, Sqlite};

impl MeterStore for Sqlite {
    fn keep_meters(&self, months: Vec<MeterMonth>) -> Pending<'_, ()> {
        self.change("keep meters", move |transaction| {
            let mut put = transaction.prepare_cached(
                "INSERT INTO meter (name, month, bits) VALUES (?1, ?2, ?3)
                 ON CONFLICT (name, month) DO UPDATE SET bits = ?3",
            )?;
            for MeterMonth { meter, month, bits } in &months {
                if bits.len() > METER_BYTES_MAX {
                    let (what, bytes_max) = ("meter", METER_BYTES_MAX);
                    return Err(Failure::Store(StoreError::TooLong { what, bytes_max }));
                }
                put.execute((meter, month, bits))?;
            }
            // The oldest months go by their number, not by the clock: one that jumps ahead and back must lose nothing.
            let mut prune = transaction.prepare_cached(
                "DELETE FROM meter WHERE name = ?1 AND month NOT IN
                 (SELECT month FROM meter WHERE name = ?1 ORDER BY month DESC LIMIT ?2)",
            )?;
            for MeterMonth { meter, .. } in &months {
                prune.execute((meter, METER_MONTHS_MAX))?;
            }
            let rows: u32 = transaction.query_row("SELECT count(*) FROM meter", (), |row| row.get(0))?;
            if rows > METER_ROWS_MAX {
                // All of them are read at start: without an end they would grow with every provider and month.
                let (what, bytes_max) = ("table of meters", METER_ROWS_MAX as usize * METER_BYTES_MAX);
                return Err(Failure::Store(StoreError::TooLong { what, bytes_max }));
            }
            Ok(())
        })
    }

    fn meters(&self) -> Pending<'_, Vec<MeterMonth>> {
        self.readers.ask(meters)
    }
}

fn meters(connection: &Connection) -> Result<Vec<MeterMonth>, StoreError> {
    let failed = while_trying("read the meters");
    let mut select = connection
        .prepare_cached("SELECT name, month, bits FROM meter ORDER BY name, month LIMIT ?1")
        .map_err(&failed)?;
    let months = select
        .query_map((METER_ROWS_MAX,), |row| {
            Ok(MeterMonth { meter: row.get(0)?, month: row.get(1)?, bits: row.get(2)? })
        })
        .map_err(&failed)?;
    months.collect::<Result<_, _>>().map_err(&failed)
}
