//! Stretches of time by cell: when something went on, and when it paused.
//!
//! Of the instants of a cell, a run holds those of which none comes later than
//! a limit after the one before; only its first and last are kept. That says
//! all about pauses longer than the limit, and merges exactly: the runs of two
//! sets of instants together are those of the set of both.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::model::column::list;
use crate::model::index::to_u32;

use super::fill::Cells;
use super::grid::{Grid, is_flat};
use super::keys::OUTSIDE;
use super::scan::Pass;

/// A cell, and the first and the last instant of a run in it.
pub(crate) type Run = (u64, i64, i64);

/// The runs of every cell.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Runs {
    /// No pause within a run is longer.
    limit: u64,
    /// In order, none within the limit of the next.
    held: Vec<Run>,
    /// None begins before.
    #[serde(skip, default = "at_any_time")]
    earliest: i64,
}

/// When the first of runs begins that nobody has looked at.
const fn at_any_time() -> i64 {
    i64::MIN
}

impl Runs {
    pub(crate) fn new(limit: u64) -> Self {
        Self {
            limit,
            held: Vec::new(),
            earliest: i64::MAX,
        }
    }

    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    /// Whether any may begin before an instant.
    pub(crate) fn may_begin_before(&self, end: i64) -> bool {
        self.earliest < end
    }

    /// All of them, by cell and in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Run> {
        self.held.iter().copied()
    }

    /// Those of the first cells, by cell and in order.
    pub(crate) fn of_cells_below(&self, end: u64) -> &[Run] {
        &self.held[..self.held.partition_point(|run| run.0 < end)]
    }

    /// Adds others, in any order.
    pub(crate) fn extend(&mut self, others: impl IntoIterator<Item = Run>) {
        let mut others: Vec<Run> = others.into_iter().collect();
        settle(&mut others, self.limit);
        let begin = others.iter().map(|run| run.1);
        self.earliest = begin.fold(self.earliest, i64::min);
        if self.held.is_empty() {
            self.held = others;
            return;
        }
        let (held, limit) = (&mut self.held, self.limit);
        let (mut at, mut is_joined) = (0, false);
        // Most go on with one that is held; of the rest, before which they come.
        let mut new = Vec::new();
        for run in others {
            at += held[at..].iter().take_while(|own| own.0 < run.0).count();
            let before = |own: &&Run| own.0 == run.0 && is_apart(own, &run, limit);
            at += held[at..].iter().take_while(before).count();
            match &mut held[at..] {
                [own, rest @ ..] if own.0 == run.0 && !is_apart(&run, own, limit) => {
                    (own.1, own.2) = (own.1.min(run.1), own.2.max(run.2));
                    let next = rest.first().filter(|next| next.0 == run.0);
                    is_joined |= next.is_some_and(|next| !is_apart(own, next, limit));
                }
                _ => new.push((at, run)),
            }
        }
        // From the last on each takes its place, and what is beyond moves up.
        let mut end = held.len();
        held.resize(end + new.len(), (0, 0, 0));
        for (more, (at, run)) in new.into_iter().enumerate().rev() {
            held.copy_within(at..end, at + more + 1);
            held[at + more] = run;
            end = at;
        }
        if is_joined {
            join(held, limit);
        }
    }

    /// Whether they are in order and apart, each from its first to its last.
    pub(crate) fn is_settled(&self) -> bool {
        let apart = |pair: &[Run]| {
            let (run, next) = (&pair[0], &pair[1]);
            run.0 < next.0 || run.0 == next.0 && is_apart(run, next, self.limit)
        };
        self.held.windows(2).all(apart) && self.held.iter().all(|&(_, first, last)| first <= last)
    }
}

/// A run, and those beside it, which may be another cell's. What is asked of them
/// takes no branch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Around<'r> {
    two_before: &'r Run,
    pub(crate) before: &'r Run,
    pub(crate) this: &'r Run,
    pub(crate) after: &'r Run,
}

impl Around<'_> {
    /// Whether it is the first of its cell.
    pub(crate) fn is_first(&self) -> bool {
        self.before.0 != self.this.0
    }

    /// Whether it is the second of its cell.
    #[expect(clippy::needless_bitwise_bool, reason = "no branch")]
    pub(crate) fn is_second(&self) -> bool {
        !self.is_first() & (self.two_before.0 != self.this.0)
    }

    /// Whether it is the last of its cell.
    pub(crate) fn is_last(&self) -> bool {
        self.after.0 != self.this.0
    }
}

/// Runs that are looked at before anything is done with those found.
const AHEAD: usize = 1 << 10;

/// Some runs after each other, with the two before them and the one after them.
pub(crate) struct Stretch<'r>(Cow<'r, [Run]>);

/// All of some runs, by cell and in order.
pub(crate) fn stretches(runs: &[Run]) -> impl Iterator<Item = Stretch<'_>> {
    /// Of no cell there is.
    const NONE: Run = (u64::MAX, 0, 0);
    let beside = |at: usize| runs.get(at).copied().unwrap_or(NONE);
    (0..runs.len()).step_by(AHEAD).map(move |first| {
        let end = first.saturating_add(AHEAD).min(runs.len());
        let (from, next) = (first.wrapping_sub(2), first.wrapping_sub(1));
        // There is nothing before the first ones, nor after the last ones.
        let lacking = || {
            let mut all = vec![beside(from), beside(next)];
            all.extend_from_slice(&runs[first..end]);
            all.push(beside(end));
            Cow::Owned(all)
        };
        Stretch(runs.get(from..=end).map_or_else(lacking, Cow::Borrowed))
    })
}

impl Stretch<'_> {
    /// Those of which something holds: found without a branch for each.
    pub(crate) fn each(&self, holds: impl Fn(Around<'_>) -> bool, mut each: impl FnMut(&Run)) {
        let around = self.0.windows(4).map(|runs| match runs {
            [two_before, before, this, after] => holds(Around {
                two_before,
                before,
                this,
                after,
            }),
            _ => false,
        });
        let mut places = [0; AHEAD];
        let found = list(&mut places, around);
        for &at in &places[..found] {
            each(&self.0[2 + at as usize]);
        }
    }
}

/// Puts runs in order, and those together that are within the limit.
pub(crate) fn settle(runs: &mut Vec<Run>, limit: u64) {
    #[expect(
        clippy::stable_sort_primitive,
        reason = "quicker for what is in order in two or three long pieces"
    )]
    runs.sort();
    join(runs, limit);
}

/// Whether a run of a cell is over before another of it, by more than the limit.
fn is_apart(run: &Run, next: &Run, limit: u64) -> bool {
    run.2 < next.1 && run.2.abs_diff(next.1) > limit
}

/// Puts those together, of runs in order, that are within the limit.
fn join(runs: &mut Vec<Run>, limit: u64) {
    runs.dedup_by(|next, run| {
        let is_one = next.0 == run.0 && !is_apart(run, next, limit);
        if is_one {
            run.2 = run.2.max(next.2);
        }
        is_one
    });
}

/// The first and last instant of a run that has none.
const NO_RUN: (i64, i64) = (i64::MAX, i64::MIN);

/// Runs that grow, row by row.
#[derive(Clone, Debug)]
pub(super) enum Growing {
    /// By rows in the order of time.
    InOrder(InOrder),
    /// By instants in any.
    AnyHow(AnyHow),
}

impl Growing {
    pub(super) fn new(limit: u64, cells: u64, rows: u64, in_order: bool) -> Self {
        match usize::try_from(cells) {
            Ok(all) if in_order && is_flat(cells, rows) => Self::InOrder(InOrder {
                limit,
                last: vec![0; all],
                first: vec![0; all],
                closed: Vec::new(),
            }),
            _ => Self::AnyHow(AnyHow {
                limit,
                open: Grid::new(cells, 1, NO_RUN, rows),
                others: Vec::new(),
                settled: 0,
            }),
        }
    }

    /// All of them, by the instants of rows.
    pub(super) fn into_runs(self, instant: impl Fn(u32) -> i64) -> Vec<Run> {
        match self {
            Self::InOrder(runs) => {
                let open = (0..).zip(runs.first.iter().zip(&runs.last));
                let open = open.filter_map(|(cell, (&first, last))| {
                    Some((cell, first, instant(last.checked_sub(1)?)))
                });
                runs.closed.iter().copied().chain(open).collect()
            }
            Self::AnyHow(AnyHow {
                open, mut others, ..
            }) => {
                others.extend(open.iter().filter_map(|(cell, run)| match *run {
                    [(first, last)] => Some((cell, first, last)),
                    _ => None,
                }));
                others
            }
        }
    }
}

/// By rows in the order of time: of most rows nothing is noted but which it is.
#[derive(Clone, Debug)]
pub(super) struct InOrder {
    limit: u64,
    /// Of each cell, one past the row noted last, and when its run began.
    last: Vec<u32>,
    first: Vec<i64>,
    /// Runs that are over.
    closed: Vec<Run>,
}

impl InOrder {
    /// Notes rows, by cell and member.
    pub(super) fn add(
        &mut self,
        pass: &Pass<'_>,
        rows: &[u32],
        cells: Cells<'_>,
        (members, radix): (&[u32], u32),
    ) {
        let at = &pass.known.facts.at;
        let instant = |row: u32| at.micros(row as usize);
        let Some(&latest) = rows.last() else { return };
        // No row from this one on is further from any of these than the limit.
        let earliest = instant(latest).saturating_sub_unsigned(self.limit);
        let earliest = at.tick_at(earliest);
        let recent = to_u32(at.values.partition_point(|&tick| tick < earliest));
        let mut found = Vec::new();
        let mut note = |row: u32, cell: u32, member: u32| {
            let place = cell as usize * radix as usize + member as usize;
            if let Some(last) = self.last.get_mut(place) {
                let before = std::mem::replace(last, row.saturating_add(1));
                if before <= recent {
                    found.push((place, before, row));
                }
            }
        };
        let members = rows.iter().zip(members);
        match cells {
            Cells::None => {}
            Cells::One(cell) => members.for_each(|(&row, &member)| note(row, cell, member)),
            Cells::Each(cells) => {
                let rows = cells.iter().zip(members);
                let rows = rows.filter(|&(cell, _)| cell != OUTSIDE);
                rows.for_each(|(cell, (&row, &member))| note(row, cell, member));
            }
        }
        for (place, before, row) in found {
            let now = instant(row);
            match before.checked_sub(1).map(instant) {
                Some(last) if now.abs_diff(last) <= self.limit => {}
                Some(last) => {
                    self.closed.push((place as u64, self.first[place], last));
                    self.first[place] = now;
                }
                None => self.first[place] = now,
            }
        }
    }
}

/// By instants in any order.
#[derive(Clone, Debug)]
pub(super) struct AnyHow {
    limit: u64,
    /// Of each cell, the run noted last.
    open: Grid<(i64, i64)>,
    /// Others, and how many of them were left when they were last settled.
    others: Vec<Run>,
    settled: usize,
}

impl AnyHow {
    /// Others are settled when there are twice as many, and this many more.
    const MORE: usize = 1 << 16;

    /// Notes an instant of a cell.
    pub(super) fn note(&mut self, cell: u64, instant: i64) {
        let [(first, last)] = self.open.slot(cell) else {
            return;
        };
        if *first > *last {
            (*first, *last) = (instant, instant);
        } else if instant >= *last && instant.abs_diff(*last) <= self.limit {
            *last = instant;
        } else if instant <= *first && instant.abs_diff(*first) <= self.limit {
            *first = instant;
        } else if instant < *first || instant > *last {
            self.others.push((cell, *first, *last));
            (*first, *last) = (instant, instant);
            if self.others.len() > 2 * self.settled + Self::MORE {
                settle(&mut self.others, self.limit);
                self.settled = self.others.len();
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// Instants 0, 10, 14 and 30 of one cell, with pauses up to 5: a pause of 10
    /// and one of 16 between three runs.
    const RUNS: [Run; 3] = [(0, 0, 0), (0, 10, 14), (0, 30, 30)];

    #[test]
    fn instants_in_any_order_are_the_same_runs() {
        for instants in [[0, 10, 14, 30], [30, 14, 10, 0], [14, 0, 30, 10]] {
            let mut growing = Growing::new(5, 1, 4, false);
            for instant in instants {
                if let Growing::AnyHow(runs) = &mut growing {
                    runs.note(0, instant);
                }
            }
            let mut runs = Runs::new(5);
            runs.extend(growing.into_runs(i64::from));
            assert_eq!(runs.iter().collect::<Vec<_>>(), RUNS);
            assert!(runs.is_settled());
        }
    }

    #[test]
    fn runs_of_two_batches_are_those_of_both() {
        let mut runs = Runs::new(5);
        runs.extend([(1, 0, 0), (0, 14, 14), (0, 0, 0)]);
        runs.extend([(0, 30, 30), (0, 10, 10)]);
        let all: Vec<Run> = RUNS.into_iter().chain([(1, 0, 0)]).collect();
        assert_eq!(runs.iter().collect::<Vec<_>>(), all);
        // What lies between joins two of them.
        runs.extend([(0, 5, 5)]);
        let joined = [(0, 0, 14), (0, 30, 30), (1, 0, 0)];
        assert_eq!(runs.iter().collect::<Vec<_>>(), joined);
    }

    #[test]
    fn runs_are_found_by_what_is_beside_them() {
        let mut runs = Runs::new(5);
        let many = (0..3_000).map(|at| (7, at * 10, at * 10));
        let others = [(2, 0, 0), (9, 1, 1), (12, 0, 0)];
        runs.extend(RUNS.into_iter().chain(many).chain(others));
        let runs = runs.of_cells_below(12);
        let found = |holds: fn(Around<'_>) -> bool| {
            let mut found = Vec::new();
            let mut add = |&(cell, first, _): &Run| found.push((cell, first));
            stretches(runs).for_each(|some| some.each(holds, &mut add));
            found
        };
        let firsts = found(|runs| runs.is_first());
        assert_eq!(firsts, [(0, 0), (2, 0), (7, 0), (9, 1)]);
        let seconds = found(|runs| runs.is_second());
        assert_eq!(seconds, [(0, 10), (7, 10)]);
        let lasts = found(|runs| runs.is_last());
        assert_eq!(lasts, [(0, 30), (2, 0), (7, 29_990), (9, 1)]);
    }

    #[test]
    fn a_period_before_all_runs_is_known() {
        let mut runs = Runs::new(5);
        assert!(!runs.may_begin_before(i64::MAX));
        runs.extend(RUNS);
        runs.extend([(1, -3, 2)]);
        assert!(!runs.may_begin_before(-3) && runs.may_begin_before(-2));
        // Those that were read may begin at any time.
        let read: Runs = serde_json::from_str(&serde_json::to_string(&runs).unwrap()).unwrap();
        assert!(read.may_begin_before(-3));
    }
}
