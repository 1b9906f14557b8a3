//! Keeping meters: what changed on the board is in the store before the data that changed it leaves.
//!
//! Many requests change meters at the same time; one of them writes for all, the others find theirs written. A write that
//! fails, or whose request goes away, leaves everything marked, and the next one writes it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use policy::{Board, MeterId, Month};
use store::{MeterMonth, MeterStore, StoreError};

/// Keeps the meters of a board.
pub(crate) struct MeterKeeper {
    board: Arc<Board>,
    store: Arc<dyn MeterStore>,
    /// What changed since it was written, and how often.
    changed: Mutex<BTreeMap<(MeterId, Month), u64>>,
    /// Whoever has it writes.
    pen: tokio::sync::Mutex<()>,
}

impl MeterKeeper {
    /// A keeper of what `store` holds, after it was taken onto the board.
    ///
    /// # Errors
    /// A store that cannot be read, or bits that are none: counting from nought would come too late to an alarm.
    pub(crate) async fn open(board: Arc<Board>, store: Arc<dyn MeterStore>) -> Result<Self, StoreError> {
        for MeterMonth { meter, month, bits } in store.meters().await? {
            // A meter that no law counts any more stays where it is.
            board
                .restore(&meter, Month::from_number(month), &bits)
                .map_err(|error| StoreError::Damaged { what: format!("meter `{meter}`: {error}") })?;
        }
        Ok(Self { board, store, changed: Mutex::default(), pen: tokio::sync::Mutex::default() })
    }

    /// Keeps what changed. Resolves when that is durable.
    pub(crate) async fn keep(
        &self,
        changed: impl IntoIterator<Item = (MeterId, Month)>,
    ) -> Result<(), StoreError> {
        {
            let mut all = self.changed();
            for meter in changed {
                *all.entry(meter).or_default() += 1;
            }
        }
        // What is being written stays here until it is durable.
        if self.changed().is_empty() {
            return Ok(());
        }
        let _pen = self.pen.lock().await;
        let taken = self.changed().clone();
        if taken.is_empty() {
            return Ok(());
        }
        let months = taken.keys().filter_map(|(id, month)| {
            let bits = self.board.bits(id, *month)?;
            Some(MeterMonth { meter: id.to_string(), month: month.number(), bits })
        });
        self.store.keep_meters(months.collect()).await?;
        // What changed again while it was written is written again.
        self.changed().retain(|meter, times| taken.get(meter) != Some(times));
        Ok(())
    }

    fn changed(&self) -> MutexGuard<'_, BTreeMap<(MeterId, Month), u64>> {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use policy::{Counted, MeterKind, Per, Window};
    use registry::Day;
    use store::Pending;
    use types::DataClass;

    use super::*;

    #[derive(Default)]
    struct Kept {
        rows: Mutex<BTreeMap<(String, i32), Vec<u8>>>,
        writes: AtomicUsize,
        is_down: AtomicBool,
    }

    impl MeterStore for Kept {
        fn keep_meters(&self, months: Vec<MeterMonth>) -> Pending<'_, ()> {
            Box::pin(async move {
                tokio::task::yield_now().await;
                if self.is_down.load(Ordering::Relaxed) {
                    return Err(StoreError::Full);
                }
                self.writes.fetch_add(1, Ordering::Relaxed);
                let rows = months.into_iter().map(|month| ((month.meter, month.month), month.bits));
                self.rows.lock().unwrap_or_else(PoisonError::into_inner).extend(rows);
                Ok(())
            })
        }

        fn meters(&self) -> Pending<'_, Vec<MeterMonth>> {
            let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let month = |((meter, month), bits)| MeterMonth { meter, month, bits };
            Box::pin(async move { Ok(rows.into_iter().map(month).collect()) })
        }
    }

    fn board() -> Arc<Board> {
        Arc::new(Board::new(vec![MeterKind {
            name: "m".to_owned(),
            per: Per::Recipient,
            region: "US".to_owned(),
            classes: BTreeSet::from([DataClass::Health]),
            window: Window::TwelveMonths,
            threshold: 100,
            law: String::new(),
        }]))
    }

    fn count(board: &Board, subject: u8) -> Vec<(MeterId, Month)> {
        let classes = BTreeSet::from([DataClass::Health]);
        let changed = board.count(&Counted {
            app: "desk",
            recipient: Some("a"),
            day: Day(20_786),
            found: &classes,
            leaving: &classes,
            regions: None,
            subjects: &[[subject; 32]],
        });
        changed.into_iter().map(|change| (change.id, change.month)).collect()
    }

    #[tokio::test]
    async fn many_at_once_are_all_kept_by_few_writes() {
        let (board, store) = (board(), Arc::new(Kept::default()));
        let keeper = MeterKeeper::open(Arc::clone(&board), Arc::clone(&store) as _).await.expect("opens");
        let all = (0..50).map(|subject| {
            let (keeper, board) = (&keeper, &board);
            async move { keeper.keep(count(board, subject)).await }
        });
        for kept in futures_util::future::join_all(all).await {
            kept.expect("kept");
        }
        assert!(store.writes.load(Ordering::Relaxed) < 5, "{:?}", store.writes);
        let again = self::board();
        MeterKeeper::open(Arc::clone(&again), store as _).await.expect("opens");
        assert_eq!(again.view(Day(20_786)), board.view(Day(20_786)));
        assert_eq!(again.view(Day(20_786)).first().map(|view| view.count), Some(51), "50, rather too many");
    }

    #[tokio::test]
    async fn what_could_not_be_kept_is_an_error_and_is_kept_the_next_time() {
        let (board, store) = (board(), Arc::new(Kept::default()));
        let keeper = MeterKeeper::open(Arc::clone(&board), Arc::clone(&store) as _).await.expect("opens");
        store.is_down.store(true, Ordering::Relaxed);
        assert!(keeper.keep(count(&board, 1)).await.is_err());
        // A request that goes away while it writes.
        assert!(futures_util::FutureExt::now_or_never(keeper.keep(count(&board, 2))).is_none());
        // The same people again: nothing changes on the board, and nothing may leave all the same.
        assert_eq!(count(&board, 1), Vec::new());
        assert!(keeper.keep(count(&board, 1)).await.is_err());
        store.is_down.store(false, Ordering::Relaxed);
        keeper.keep(Vec::new()).await.expect("kept");
        let again = self::board();
        MeterKeeper::open(Arc::clone(&again), store as _).await.expect("opens");
        assert_eq!(again.view(Day(20_786)), board.view(Day(20_786)));
    }
}
