//! Work on many segments, shared between threads.
//!
//! A request of megabytes has many segments, and each is looked at by itself. Promises: the results are those of one thread, in
//! order, and of several errors the one of the first segment counts; no thread outlives the call; all calls that share them together
//! have at most so many helpers as each allows, so that a busy gateway works as if there were none. Who calls works too, so that
//! nothing waits for a helper to be free.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The helpers of all calls that share them: how many are at work.
#[derive(Debug, Default)]
pub(crate) struct Helpers(AtomicUsize);

impl Helpers {
    /// None at work.
    pub(crate) const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }
}

/// The results of `work` on each of `items`, with as many helpers as may be at work at once.
///
/// # Errors
/// The first error in the order of the items. What follows it is not begun any more.
pub(crate) fn each<I: Sync, T: Send + Sync, E: Send + Sync>(
    items: &[I],
    (helpers, most): (&Helpers, usize),
    work: impl Fn(&I) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    let helpers: Vec<Helper<'_>> =
        (1..items.len()).take(most).map_while(|_| Helper::take(helpers, most)).collect();
    if helpers.is_empty() {
        return items.iter().map(work).collect();
    }
    let results: Vec<OnceLock<Result<T, E>>> = items.iter().map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    let run = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some((item, slot)) = items.get(at).zip(results.get(at)) else { break };
            let result = work(item);
            if result.is_err() {
                // All before this one have been begun, and one of them may fail too.
                next.store(items.len(), Ordering::Relaxed);
            }
            let _ = slot.set(result);
        }
    };
    std::thread::scope(|scope| {
        for helper in helpers {
            // Where no thread is to be had, the others do its part.
            let _ = std::thread::Builder::new().name("finding".to_owned()).spawn_scoped(scope, || {
                run();
                drop(helper);
            });
        }
        run();
    });
    // What was not begun stands behind an error, or is done here: nothing is taken for looked at that was not.
    items.iter().zip(results).map(|(item, slot)| slot.into_inner().unwrap_or_else(|| work(item))).collect()
}

/// One of the helpers that may be at work at once.
struct Helper<'h>(&'h Helpers);

impl<'h> Helper<'h> {
    /// One more, unless so many are at work already.
    fn take(helpers: &'h Helpers, most: usize) -> Option<Self> {
        let one_more = |busy: usize| (busy < most).then_some(busy + 1);
        helpers.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).ok().map(|_| Self(helpers))
    }
}

impl Drop for Helper<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::{Barrier, Mutex};

    use super::*;

    #[test]
    fn results_come_in_order_from_several_threads() {
        let items: Vec<usize> = (0..500).collect();
        let (threads, both) = (Mutex::new(HashSet::new()), Barrier::new(2));
        let result = each(&items, (&Helpers::new(), 1), |item| {
            if *item < 2 {
                both.wait();
            }
            threads.lock().unwrap().insert(std::thread::current().id());
            Ok::<_, ()>(item * 2)
        });
        assert_eq!(result, Ok(items.iter().map(|item| item * 2).collect()));
        assert_eq!(threads.lock().unwrap().len(), 2);
    }

    #[test]
    fn the_first_error_counts_and_ends_the_work() {
        let items: Vec<usize> = (0..10_000).collect();
        let begun = AtomicUsize::new(0);
        let both = Barrier::new(2);
        let result = each(&items, (&Helpers::new(), 1), |item| {
            begun.fetch_add(1, Ordering::Relaxed);
            if *item < 2 {
                both.wait();
                return Err(*item);
            }
            Ok(())
        });
        assert_eq!(result, Err(0));
        assert!(begun.into_inner() <= 3);
    }

    #[test]
    fn without_helpers_one_thread_does_all() {
        let caller = std::thread::current().id();
        let result = each(&[1, 2, 3], (&Helpers::new(), 0), |item| {
            assert_eq!(std::thread::current().id(), caller);
            Ok::<i32, ()>(*item)
        });
        assert_eq!(result, Ok(vec![1, 2, 3]));
    }
}
