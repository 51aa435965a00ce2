//! Work on several threads, where the `threads` feature allows it.

use std::sync::atomic::{AtomicUsize, Ordering};

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

/// What `work` makes of parts of the values, in their order; nothing of none.
pub(crate) fn over<V: Sync, T: Send>(values: &[V], work: impl Fn(&[V]) -> T + Sync) -> Vec<T> {
    /// Values taken at a time: enough to be worth a thread.
    const PART: usize = 1 << 16;
    let next = AtomicUsize::new(0);
    let done = each(values.len().div_ceil(PART).max(1), || {
        let mut done = Vec::new();
        loop {
            let part = next.fetch_add(1, Ordering::Relaxed);
            match values.chunks(PART).nth(part) {
                Some(values) => done.push((part, work(values))),
                None => return done,
            }
        }
    });
    let mut done: Vec<(usize, T)> = done.into_iter().flatten().collect();
    done.sort_by_key(|&(part, _)| part);
    done.into_iter().map(|(_, result)| result).collect()
}
