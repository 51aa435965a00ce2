//! Work of two stages, by the same threads.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use crate::error::Result;

use super::{in_places, locked, numbers, with_others};

/// So few rows that a thread is started later than what they came to is done.
const FEW: usize = 1 << 12;

/// Looks at whether others are done, before a thread sleeps: they mostly are sooner
/// than it would be woken.
const SPINS: usize = 2_000;

/// Hands out the numbers below `count`, each once, to threads of which each starts
/// with something of its own; what those came to is put together to things, and
/// what `finish` makes of each is given, in their order. What few rows come to is made
/// here alone.
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
    let things: OnceLock<Result<Vec<Mutex<Option<V>>>>> = OnceLock::new();
    let is_joined = || {
        let mut at_work = locked(&at_work);
        let is_needed = next.load(Ordering::Relaxed) < count;
        at_work.0 += usize::from(is_needed);
        is_needed
    };
    let share = || {
        let own = catch_unwind(AssertUnwindSafe(|| {
            let mut own = start();
            numbers(&next, count).try_for_each(|at| work(&mut own, at))?;
            Ok(own)
        }));
        let (own, panic) = match own {
            Ok(own) => (Some(own), None),
            Err(panic) => (None, Some(panic)),
        };
        let mut at_work = locked(&at_work);
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
        let wait = (0..SPINS).take_while(|_| things.get().is_none());
        wait.for_each(|_| std::hint::spin_loop());
        let things = things.wait().as_deref().unwrap_or_default();
        let turns = numbers(&turn, things.len());
        let made = turns.filter_map(|at| Some((at, finish(at, locked(&things[at]).take()?))));
        made.collect::<Vec<_>>()
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
    let things = things.into_inner().transpose()?;
    let count = things.map_or(0, |things| things.len());
    let made = others.into_iter().flatten().chain(own);
    in_places(count, made).into_iter().collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use super::*;
    use crate::error::{Error, ErrorKind};

    const ROWS: usize = 1 << 20;

    /// Numbers below 1,000, doubled; what `work` says of each counts.
    fn doubled(rows: usize, work: impl Fn(usize) -> Result<()> + Sync) -> Result<Vec<usize>> {
        let add = |own: &mut Vec<usize>, at: usize| {
            own.push(at);
            work(at)
        };
        let put_together = |all: Vec<Vec<usize>>| {
            let mut all = all.concat();
            all.sort_unstable();
            all
        };
        share_then_finish((rows, 1_000), Vec::new, add, put_together, |at, thing| {
            assert_eq!(at, thing);
            Ok(2 * thing)
        })
    }

    #[test]
    fn every_number_is_counted_once_and_things_are_in_order() {
        let expected: Vec<usize> = (0..1_000).map(|at| 2 * at).collect();
        for rows in [0, FEW, ROWS] {
            assert_eq!(doubled(rows, |_| Ok(())).unwrap(), expected);
        }
    }

    #[test]
    fn an_error_at_work_is_given_and_nothing_is_finished() {
        let bad = |at: usize| match at {
            700 => Err(Error::new(ErrorKind::OutOfRange, "700")),
            _ => Ok(()),
        };
        assert_eq!(
            doubled(ROWS, bad).unwrap_err().kind(),
            ErrorKind::OutOfRange
        );
    }

    #[test]
    fn a_panic_is_passed_on_and_nobody_waits_for_ever() {
        let panics = |at: usize| {
            assert!(at != 700, "700");
            Ok(())
        };
        for _ in 0..20 {
            assert!(catch_unwind(|| doubled(ROWS, panics)).is_err());
        }
    }
}
