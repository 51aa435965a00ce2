//! Work on several threads, where the `threads` feature allows it.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
#[cfg(feature = "threads")]
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::Result;

#[cfg(feature = "threads")]
mod finish;
#[cfg(feature = "threads")]
pub(crate) use finish::share_then_finish;

/// How many processors there are: asked once, for the answer is read from files.
#[cfg(feature = "threads")]
static PROCESSORS: std::sync::LazyLock<usize> =
    std::sync::LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));

/// Runs `own` here and `work` on as many threads as there are further processors,
/// `most` at most; gives each one's result. Which does what is up to them.
#[cfg(feature = "threads")]
fn with_others<A, T: Send>(
    most: usize,
    own: impl FnOnce() -> A,
    work: impl Fn() -> T + Sync,
) -> (A, Vec<T>) {
    if most == 0 {
        return (own(), Vec::new());
    }
    let others = most.min(PROCESSORS.saturating_sub(1));
    let results: Vec<Mutex<Option<T>>> = (0..others).map(|_| Mutex::new(None)).collect();
    let own = std::thread::scope(|scope| {
        for result in &results {
            scope.spawn(|| keep(result, work()));
        }
        own()
    });
    (own, results.into_iter().filter_map(kept).collect())
}

/// Leaves a thread's result where it is found without waiting for the thread to be
/// cleared away, which takes longer than starting one.
#[cfg(feature = "threads")]
fn keep<T>(place: &Mutex<Option<T>>, result: T) {
    *locked(place) = Some(result);
}

/// What is in a place, whether or not a thread panicked that had it.
#[cfg(feature = "threads")]
fn locked<T>(place: &Mutex<T>) -> MutexGuard<'_, T> {
    place.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(feature = "threads")]
fn kept<T>(place: Mutex<Option<T>>) -> Option<T> {
    place.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `own`: there are no others.
#[cfg(not(feature = "threads"))]
fn with_others<A, T>(_: usize, own: impl FnOnce() -> A, _: impl Fn() -> T) -> (A, Vec<T>) {
    (own(), Vec::new())
}

/// The numbers below `count` that no thread has taken yet, each taken as it comes.
fn numbers(next: &AtomicUsize, count: usize) -> impl Iterator<Item = usize> {
    let numbers = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
    numbers.take_while(move |&at| at < count)
}

/// Rows taken at a time: enough to be worth a thread.
const PART: usize = 1 << 16;

/// Bytes taken at a time where they are only looked at: nearly so many are seen
/// before another thread is there to help.
const GLANCE: usize = 1 << 22;

/// The rows of a part of so many.
fn part_of(rows: usize, part: usize, size: usize) -> Range<usize> {
    let from = part * size;
    from..from.saturating_add(size).min(rows)
}

/// Hands out the rows part by part: a thread starts with something of its own and
/// adds to it what it makes of the parts it takes. Parts of more rows are larger, for
/// memory is read ahead within one.
pub(crate) fn share_rows<T: Send>(
    rows: usize,
    start: impl Fn() -> T + Sync,
    work: impl Fn(&mut T, Range<usize>) + Sync,
) -> Vec<T> {
    let size = (rows / 128).clamp(PART, 1 << 18);
    let (next, parts) = (AtomicUsize::new(0), rows.div_ceil(size));
    let take = || {
        let mut own = start();
        numbers(&next, parts).for_each(|part| work(&mut own, part_of(rows, part, size)));
        own
    };
    let (own, mut others) = with_others(parts.saturating_sub(1), take, take);
    others.insert(0, own);
    others
}

/// The results of work that may be done in any order, in the order of its
/// numbers.
fn ordered<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    numbered(count.saturating_sub(1), || (), count, work).1
}

/// The result of `own`, which is done here, and those of work that may be done in
/// any order, in the order of its numbers: others begin with that, and `own` done
/// it is helped with.
pub(crate) fn beside<A, T: Send>(
    own: impl FnOnce() -> A,
    count: usize,
    work: impl Fn(usize) -> T + Sync,
) -> (A, Vec<T>) {
    numbered(count, own, count, work)
}

fn numbered<A, T: Send>(
    others: usize,
    own: impl FnOnce() -> A,
    count: usize,
    work: impl Fn(usize) -> T + Sync,
) -> (A, Vec<T>) {
    let next = AtomicUsize::new(0);
    let take = || {
        let made = numbers(&next, count).map(|at| (at, work(at)));
        made.collect::<Vec<_>>()
    };
    let ((own, helped), others) = with_others(others, || (own(), take()), take);
    let results = others.into_iter().flatten().chain(helped);
    (own, in_places(count, results))
}

/// What was made, by its places below `count`.
pub(crate) fn in_places<T>(count: usize, made: impl Iterator<Item = (usize, T)>) -> Vec<T> {
    let mut results: Vec<Option<T>> = (0..count).map(|_| None).collect();
    for (at, result) in made {
        results[at] = Some(result);
    }
    results.into_iter().flatten().collect()
}

/// What `work` makes of parts of the rows, in their order; nothing of none.
pub(crate) fn in_parts<T: Send>(rows: usize, work: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    ordered(rows.div_ceil(PART), |part| work(part_of(rows, part, PART)))
}

/// What `work` sees in parts of the values, in their order; nothing in none.
pub(crate) fn over<V: Sync, T: Send>(values: &[V], work: impl Fn(&[V]) -> T + Sync) -> Vec<T> {
    let size = GLANCE / size_of::<V>().max(1);
    let parts = values.len().div_ceil(size);
    ordered(parts, |part| {
        work(&values[part_of(values.len(), part, size)])
    })
}

/// What `finish` makes of each of the things that numbers below `count` come to: on
/// one thread, without what it takes to wait for others, for it is downloaded.
#[cfg(not(feature = "threads"))]
pub(crate) fn share_then_finish<T, V, R>(
    (_, count): (usize, usize),
    start: impl Fn() -> T,
    work: impl Fn(&mut T, usize) -> Result<()>,
    put_together: impl Fn(Vec<T>) -> Vec<V>,
    finish: impl Fn(usize, V) -> Result<R>,
) -> Result<Vec<R>> {
    let mut own = start();
    (0..count).try_for_each(|at| work(&mut own, at))?;
    let things = put_together(vec![own]).into_iter().enumerate();
    things.map(|(at, thing)| finish(at, thing)).collect()
}

/// The results of work that may be done in any order, or the first error.
pub(crate) fn in_order<T: Send>(
    count: usize,
    work: impl Fn(usize) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    ordered(count, work).into_iter().collect()
}

/// The results of two pieces of work that may be done in any order.
#[cfg(feature = "threads")]
fn both<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    if *PROCESSORS > 1 {
        return std::thread::scope(|scope| {
            let one = scope.spawn(one);
            let other = other();
            match one.join() {
                Ok(one) => (one, other),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        });
    }
    (one(), other())
}

/// The same of work on so many things: few are not worth a thread.
pub(crate) fn both_of<A: Send, B>(
    things: u64,
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B,
) -> (A, B) {
    if things > PART as u64 {
        both(one, other)
    } else {
        (one(), other())
    }
}

/// The results of two pieces of work.
#[cfg(not(feature = "threads"))]
fn both<A, B>(one: impl FnOnce() -> A, other: impl FnOnce() -> B) -> (A, B) {
    (one(), other())
}
