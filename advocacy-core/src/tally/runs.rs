//! Stretches of time by cell: when something went on, and when it paused.
//!
//! Of the instants of a cell, a run holds those of which none comes later than
//! a limit after the one before; only its first and last are kept. That says
//! all about pauses longer than the limit, and merges exactly: the runs of two
//! sets of instants together are those of the set of both.

use serde::{Deserialize, Serialize};

use super::grid::Grid;

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
        self.held.extend(others);
        settle(&mut self.held, self.limit);
    }

    /// Whether they are in order and apart, each from its first to its last.
    pub(crate) fn is_settled(&self) -> bool {
        let apart = |pair: &[Run]| {
            let ((a, _, last), (b, first, _)) = (pair[0], pair[1]);
            a < b || a == b && last < first && last.abs_diff(first) > self.limit
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
    runs.dedup_by(|next, run| {
        let is_one = next.0 == run.0 && (next.1 <= run.2 || next.1.abs_diff(run.2) <= limit);
        if is_one {
            run.2 = run.2.max(next.2);
        }
        is_one
    });
}

/// The first and last instant of a run that has none.
const NO_RUN: (i64, i64) = (i64::MAX, i64::MIN);

/// Runs that grow, instant by instant.
#[derive(Clone, Debug)]
pub(super) struct Growing {
    limit: u64,
    /// Of each cell, the run noted last.
    open: Grid<(i64, i64)>,
    /// Others, and how many of them were left when they were last settled.
    others: Vec<Run>,
    settled: usize,
}

impl Growing {
    /// Others are settled when there are twice as many, and this many more.
    const MORE: usize = 1 << 16;

    pub(super) fn new(limit: u64, cells: u64, rows: u64) -> Self {
        Self {
            limit,
            open: Grid::new(cells, 1, NO_RUN, rows),
            others: Vec::new(),
            settled: 0,
        }
    }

    /// Notes an instant of a cell.
    #[inline]
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

    /// All runs noted so far, which are forgotten.
    pub(super) fn take(&mut self) -> Vec<Run> {
        let mut runs = std::mem::take(&mut self.others);
        let open = std::mem::replace(&mut self.open, Grid::sparse(0, 1, NO_RUN));
        let open = open.iter().filter_map(|(cell, run)| match *run {
            [(first, last)] => Some((cell, first, last)),
            _ => None,
        });
        runs.extend(open);
        self.settled = 0;
        runs
    }
}
