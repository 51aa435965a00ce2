//! Work on several threads, where the `threads` feature allows it.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::error::Result;

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
    *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
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

/// Runs `work` on as many threads as there are processors, `most` at most, and
/// gives each one's result. Which thread does what is up to `work`.
pub(crate) fn each<T: Send>(most: usize, work: impl Fn() -> T + Sync) -> Vec<T> {
    let (own, mut others) = with_others(most.saturating_sub(1), &work, &work);
    others.insert(0, own);
    others
}

/// Hands out the numbers below `count`, each once: a thread starts with something
/// of its own and adds to it what it makes of the numbers it takes.
pub(crate) fn share<T: Send>(
    count: usize,
    start: impl Fn() -> T + Sync,
    work: impl Fn(&mut T, usize) + Sync,
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    each(count.max(1), || {
        let mut own = start();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                return own;
            }
            work(&mut own, at);
        }
    })
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

/// The same with `rows`, handed out part by part: larger parts of more rows, for
/// memory is read ahead within one.
pub(crate) fn share_rows<T: Send>(
    rows: usize,
    start: impl Fn() -> T + Sync,
    work: impl Fn(&mut T, Range<usize>) + Sync,
) -> Vec<T> {
    let size = (rows / 128).clamp(PART, 1 << 18);
    share(rows.div_ceil(size), start, |own, part| {
        work(own, part_of(rows, part, size));
    })
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
        let numbers = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
        let numbers = numbers.take_while(|&at| at < count);
        numbers.map(|at| (at, work(at))).collect::<Vec<_>>()
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

/// So few rows that a thread is started later than what they came to is done.
const FEW: usize = 1 << 12;

/// Hands out the numbers below `count`, each once, to threads of which each starts
/// with something of its own; what those came to is put together to things, and
/// what `finish` makes of each is given, in their order. For more than few rows.
///
/// # Errors
/// Those of a thread at work, or else the first of a thing.
pub(crate) fn share_then_finish<T: Send, V: Send + Sync, R: Send>(
    (rows, count): (usize, usize),
    start: impl Fn() -> T + Sync,
    work: impl Fn(&mut T, usize) -> Result<()> + Sync,
    put_together: impl Fn(Vec<T>) -> Vec<V> + Sync,
    finish: impl Fn(usize, V) -> Result<R> + Sync,
) -> Result<Vec<R>> {
    let (next, turn) = (AtomicUsize::new(0), AtomicUsize::new(0));
    // How many threads are at work, and what those came to that are done.
    let at_work = Mutex::new((1_usize, Vec::new()));
    let at_work = || at_work.lock().unwrap_or_else(PoisonError::into_inner);
    let things: OnceLock<Result<Vec<Mutex<Option<V>>>>> = OnceLock::new();
    let is_joined = || {
        let mut at_work = at_work();
        let is_needed = next.load(Ordering::Relaxed) < count;
        at_work.0 += usize::from(is_needed);
        is_needed
    };
    let share = || {
        let take = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|&at| at < count);
        let own = catch_unwind(AssertUnwindSafe(|| {
            let mut own = start();
            std::iter::from_fn(take).try_for_each(|at| work(&mut own, at))?;
            Ok(own)
        }));
        let (own, panic) = match own {
            Ok(own) => (Some(own), None),
            Err(panic) => (None, Some(panic)),
        };
        let mut at_work = at_work();
        at_work.0 -= 1;
        at_work.1.extend(own);
        if at_work.0 == 0 {
            let all: Result<Vec<T>> = at_work.1.drain(..).collect();
            let all = all.map(|all| put_together(all).into_iter());
            things.get_or_init(|| Ok(all?.map(|thing| Mutex::new(Some(thing))).collect()));
        }
        // Others wait for the things, not for who cannot do any.
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    };
    let finish = || {
        let things = things.wait().as_deref().unwrap_or_default();
        let turns = std::iter::repeat_with(|| turn.fetch_add(1, Ordering::Relaxed));
        let things = turns.map_while(|at| Some((at, taken(things.get(at)?))));
        let things = things.filter_map(|(at, thing)| Some((at, finish(at, thing?))));
        things.collect::<Vec<_>>()
    };
    let others = if rows > FEW { usize::MAX } else { 0 };
    let own = || {
        share();
        finish()
    };
    let other = || {
        if is_joined() {
            share();
        }
        finish()
    };
    let (own, others) = with_others(others, own, other);
    let count = match things.into_inner() {
        Some(Err(error)) => return Err(error),
        things => things.map_or(0, |things| things.map_or(0, |things| things.len())),
    };
    let made = others.into_iter().flatten().chain(own);
    in_places(count, made).into_iter().collect()
}

/// What is in a place, which then is empty.
fn taken<T>(place: &Mutex<Option<T>>) -> Option<T> {
    place.lock().unwrap_or_else(PoisonError::into_inner).take()
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
