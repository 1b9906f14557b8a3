//! When keys were last used: remembered in memory, written with a group now and then.
//!
//! A key is used with each request. Writing that each time would put one more page into each commit; once in ten seconds
//! is what people need to see.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use store::AppKeyId;

use crate::options::{TOUCH_MS, TOUCHES_MAX};

/// When keys were last used.
#[derive(Debug, Default)]
pub(crate) struct Touches {
    uses: Mutex<HashMap<AppKeyId, Use>>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Use {
    last_ms: u64,
    written_ms: u64,
}

impl Touches {
    /// Remembers a use.
    pub(crate) fn remember(&self, id: &AppKeyId, at_ms: u64) {
        let mut uses = self.uses();
        if let Some(known) = uses.get_mut(id) {
            known.last_ms = known.last_ms.max(at_ms);
        } else if uses.len() < TOUCHES_MAX {
            uses.insert(id.clone(), Use { last_ms: at_ms, written_ms: 0 });
        }
    }

    /// The uses that are to be written now; with `all`, those too that are written already but for some seconds.
    pub(crate) fn due(&self, all: bool) -> Vec<(AppKeyId, u64)> {
        let least_ms = if all { 1 } else { TOUCH_MS };
        let uses = self.uses();
        let due = uses.iter().filter(|(_, used)| used.last_ms >= used.written_ms.saturating_add(least_ms));
        due.map(|(id, used)| (id.clone(), used.last_ms)).collect()
    }

    /// Remembers that these uses were written.
    pub(crate) fn written(&self, due: &[(AppKeyId, u64)]) {
        let mut uses = self.uses();
        for (id, at_ms) in due {
            if let Some(known) = uses.get_mut(id) {
                known.written_ms = known.written_ms.max(*at_ms);
            }
        }
    }

    fn uses(&self) -> MutexGuard<'_, HashMap<AppKeyId, Use>> {
        self.uses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes uses, in the transaction of the caller.
pub(crate) fn write(connection: &Connection, due: &[(AppKeyId, u64)]) -> rusqlite::Result<()> {
    if due.is_empty() {
        return Ok(());
    }
    let mut update = connection.prepare_cached(
        "UPDATE app_key SET last_used_ms = ?2 WHERE id = ?1 AND coalesce(last_used_ms, 0) < ?2",
    )?;
    for (id, at_ms) in due {
        update.execute((id.as_str(), i64::try_from(*at_ms).unwrap_or(i64::MAX)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_due_again_only_after_a_while() {
        let touches = Touches::default();
        let id = AppKeyId::new("key_1");
        touches.remember(&id, 50_000);
        assert_eq!(touches.due(false), [(id.clone(), 50_000)]);
        touches.written(&touches.due(false));
        touches.remember(&id, 50_001);
        touches.remember(&id, 40_000);
        assert_eq!(touches.due(false), []);
        assert_eq!(touches.due(true), [(id.clone(), 50_001)]);
        touches.remember(&id, 50_000 + TOUCH_MS);
        assert_eq!(touches.due(false), [(id, 50_000 + TOUCH_MS)]);
    }
}
