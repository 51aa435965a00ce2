//! Work on several threads, where the `threads` feature allows it.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::Result;

/// Runs `work` on as many threads as there are processors, `most` at most, and
/// gives each one's result. Which thread does what is up to `work`.
#[cfg(feature = "threads")]
pub(crate) fn each<T: Send>(most: usize, work: impl Fn() -> T + Sync) -> Vec<T> {
    if most <= 1 {
        return vec![work()];
    }
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let others = processors.min(most).saturating_sub(1);
    std::thread::scope(|scope| {
        let started: Vec<_> = (0..others).map(|_| scope.spawn(&work)).collect();
        let own = work();
        let joined = started.into_iter().map(|thread| match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        [own].into_iter().chain(joined).collect()
    })
}

/// Runs `work`, once.
#[cfg(not(feature = "threads"))]
pub(crate) fn each<T>(_most: usize, work: impl Fn() -> T) -> Vec<T> {
    vec![work()]
}

/// Hands out `rows` part by part: each thread starts with something of its own
/// and adds to it what it makes of the parts it takes.
pub(crate) fn share<T: Send>(
    rows: usize,
    start: impl Fn() -> T + Sync,
    work: impl Fn(&mut T, Range<usize>) + Sync,
) -> Vec<T> {
    /// Rows taken at a time: enough to be worth a thread.
    const PART: usize = 1 << 16;
    let next = AtomicUsize::new(0);
    each(rows.div_ceil(PART).max(1), || {
        let mut own = start();
        loop {
            let from = next.fetch_add(1, Ordering::Relaxed).saturating_mul(PART);
            if from >= rows {
                return own;
            }
            work(&mut own, from..from.saturating_add(PART).min(rows));
        }
    })
}

/// What `work` makes of parts of the rows, in their order; nothing of none.
pub(crate) fn in_parts<T: Send>(rows: usize, work: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    let done = share(rows, Vec::new, |done, rows| {
        done.push((rows.start, work(rows)));
    });
    let mut done: Vec<(usize, T)> = done.into_iter().flatten().collect();
    done.sort_by_key(|&(start, _)| start);
    done.into_iter().map(|(_, result)| result).collect()
}

/// What `work` makes of parts of the values, in their order; nothing of none.
pub(crate) fn over<V: Sync, T: Send>(values: &[V], work: impl Fn(&[V]) -> T + Sync) -> Vec<T> {
    in_parts(values.len(), |rows| work(&values[rows]))
}

/// The results of work that may be done in any order, or the first error.
pub(crate) fn in_order<T: Send>(
    count: usize,
    work: impl Fn(usize) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let next = AtomicUsize::new(0);
    let done = each(count.max(1), || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return done;
            }
            done.push((at, work(at)));
        }
    });
    let mut done: Vec<(usize, Result<T>)> = done.into_iter().flatten().collect();
    done.sort_by_key(|&(at, _)| at);
    done.into_iter().map(|(_, result)| result).collect()
}
