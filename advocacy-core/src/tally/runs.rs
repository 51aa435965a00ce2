//! Stretches of time by cell: when something went on, and when it paused.
//!
//! Of the instants of a cell, a run holds those of which none comes later than
//! a limit after the one before; only its first and last are kept. That says
//! all about pauses longer than the limit, and merges exactly: the runs of two
//! sets of instants together are those of the set of both.

use serde::{Deserialize, Serialize};

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
}

impl Runs {
    pub(crate) fn new(limit: u64) -> Self {
        Self {
            limit,
            held: Vec::new(),
        }
    }

    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    /// All of them, by cell and in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Run> {
        self.held.iter().copied()
    }

    /// To go through them cell by cell.
    pub(crate) fn walk(&self) -> Walk<'_> {
        Walk { rest: &self.held }
    }

    /// Adds others, in any order.
    pub(crate) fn extend(&mut self, others: impl IntoIterator<Item = Run>) {
        let mut others: Vec<Run> = others.into_iter().collect();
        settle(&mut others, self.limit);
        if self.held.is_empty() {
            self.held = others;
            return;
        }
        let (held, limit) = (&mut self.held, self.limit);
        let mut at = 0;
        // Most go on with one that is held; of the rest, before which they come.
        let mut new = Vec::new();
        for run in others {
            let before =
                |held: &&Run| held.0 < run.0 || held.0 == run.0 && is_apart(held, &run, limit);
            at += held[at..].iter().take_while(before).count();
            match held.get_mut(at) {
                Some(own) if own.0 == run.0 && !is_apart(&run, own, limit) => {
                    (own.1, own.2) = (own.1.min(run.1), own.2.max(run.2));
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
        join(held, limit);
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

/// The runs of cells that are asked for in their order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Walk<'r> {
    rest: &'r [Run],
}

impl<'r> Walk<'r> {
    /// Those of a cell, in order.
    pub(crate) fn of(&mut self, cell: u64) -> &'r [Run] {
        let before = self.rest.iter().take_while(|&&(at, ..)| at < cell).count();
        let rest = &self.rest[before..];
        let own = rest.iter().take_while(|&&(at, ..)| at == cell).count();
        let (own, rest) = rest.split_at(own);
        self.rest = rest;
        own
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
    fn cells_asked_for_in_order_are_found_each() {
        let mut runs = Runs::new(5);
        runs.extend(RUNS.into_iter().chain([(3, 7, 8)]));
        let mut walk = runs.walk();
        assert_eq!(walk.of(0), RUNS);
        assert_eq!(walk.of(1), []);
        assert_eq!(walk.of(3), [(3, 7, 8)]);
        assert_eq!(walk.of(4), []);
    }
}
