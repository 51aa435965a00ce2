//! The counts of one table: filled row by row, merged exactly in any order.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};

use super::grid::{Grid, Multisets, Sets};
use super::spec::What;

/// Blank of a first-and-last grid: nothing happened.
const NOTHING: i64 = i64::MIN;

/// What one table holds; the variants follow [`What`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Table {
    Sums(Grid<u64>),
    Moments(Grid<u128>),
    Values(Multisets<u64>),
    Pairs(Multisets<(u64, u64)>),
    /// Largest value, and rows seen.
    Most(Grid<u64>),
    Distinct(Sets),
    /// Distinct shares, and shares of nothing in the content table: each of
    /// those is one of its own.
    DistinctShares(BTreeMap<u64, (BTreeSet<[u32; 3]>, u64)>),
    /// −first and last, so that both merge by the larger.
    Edges(Grid<i64>),
    Instants(BTreeMap<u64, Vec<i64>>),
}

#[cold]
pub(crate) fn overflow() -> Error {
    Error::new(ErrorKind::Overflow, "a sum of counts is beyond 64 bits")
}

#[cold]
fn incompatible() -> Error {
    Error::new(
        ErrorKind::IncompatibleTally,
        "the two tallies count different things",
    )
}

impl Table {
    /// An empty table of `cells` cells; `members` of a distinct one.
    pub(crate) fn new(what: &What, cells: u64, members: u64) -> Self {
        match what {
            What::Sums(lanes) => Self::Sums(Grid::new(cells, lanes.len(), 0)),
            What::Moments(..) => Self::Moments(Grid::new(cells, 3, 0)),
            What::Most(_) => Self::Most(Grid::new(cells, 2, 0)),
            What::Distinct(_) => Self::Distinct(Sets::new(members, cells)),
            What::Edges => Self::Edges(Grid::new(cells, 2, NOTHING)),
            _ => Self::sparse(what, cells, members),
        }
    }

    /// The same, holding only cells in use.
    pub(crate) fn sparse(what: &What, cells: u64, members: u64) -> Self {
        match what {
            What::Sums(lanes) => Self::Sums(Grid::sparse(cells, lanes.len(), 0)),
            What::Moments(..) => Self::Moments(Grid::sparse(cells, 3, 0)),
            What::Values(_) => Self::Values(BTreeMap::new()),
            What::Pairs(..) => Self::Pairs(BTreeMap::new()),
            What::Most(_) => Self::Most(Grid::sparse(cells, 2, 0)),
            What::Distinct(_) => Self::Distinct(Sets::sparse(members, cells)),
            What::DistinctShares => Self::DistinctShares(BTreeMap::new()),
            What::Edges => Self::Edges(Grid::sparse(cells, 2, NOTHING)),
            What::Instants => Self::Instants(BTreeMap::new()),
        }
    }

    /// Adds another table of the same kind, its cells renamed by `cell` and its
    /// members by `member`.
    ///
    /// # Errors
    /// `overflow`, or `incompatible_tally` for a table of another kind.
    pub(crate) fn merge(
        &mut self,
        other: &Self,
        cell: &dyn Fn(u64) -> u64,
        member: &dyn Fn(u32) -> u32,
    ) -> Result<()> {
        match (self, other) {
            (Self::Sums(into), Self::Sums(from)) if into.stride() == from.stride() => {
                for (at, values) in from.iter() {
                    for (sum, value) in into.slot(cell(at)).iter_mut().zip(values) {
                        *sum = sum.checked_add(*value).ok_or_else(overflow)?;
                    }
                }
            }
            (Self::Moments(into), Self::Moments(from)) => {
                for (at, values) in from.iter() {
                    for (sum, value) in into.slot(cell(at)).iter_mut().zip(values) {
                        *sum = sum.checked_add(*value).ok_or_else(overflow)?;
                    }
                }
            }
            (Self::Values(into), Self::Values(from)) => merge_multisets(into, from, cell)?,
            (Self::Pairs(into), Self::Pairs(from)) => merge_multisets(into, from, cell)?,
            (Self::Most(into), Self::Most(from)) => {
                for (at, values) in from.iter() {
                    let slot = into.slot(cell(at));
                    if let ([most, rows], [other, more]) = (slot, values) {
                        *most = (*most).max(*other);
                        *rows = rows.checked_add(*more).ok_or_else(overflow)?;
                    }
                }
            }
            (Self::Distinct(into), Self::Distinct(from)) => {
                for (at, who) in from.iter() {
                    into.insert(member(who), cell(at));
                }
            }
            (Self::DistinctShares(into), Self::DistinctShares(from)) => {
                for (&at, (shares, loose)) in from {
                    let into = into.entry(cell(at)).or_default();
                    into.0.extend(shares);
                    into.1 = into.1.checked_add(*loose).ok_or_else(overflow)?;
                }
            }
            (Self::Edges(into), Self::Edges(from)) => {
                for (at, values) in from.iter() {
                    for (edge, value) in into.slot(cell(at)).iter_mut().zip(values) {
                        *edge = (*edge).max(*value);
                    }
                }
            }
            (Self::Instants(into), Self::Instants(from)) => {
                for (&at, instants) in from {
                    let all = into.entry(cell(at)).or_default();
                    all.extend(instants);
                    all.sort_unstable();
                }
            }
            _ => return Err(incompatible()),
        }
        Ok(())
    }

    /// First and last instant in a cell of an edges table.
    pub(crate) fn edges(&self, cell: u64) -> Option<(i64, i64)> {
        match self {
            Self::Edges(grid) => match grid.get(cell)? {
                [minus_first, last] => Some((minus_first.saturating_neg(), *last)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Notes an instant in a cell of an edges table.
    #[inline]
    pub(crate) fn note_edge(grid: &mut Grid<i64>, cell: u64, micros: i64) {
        if let [minus_first, last] = grid.slot(cell) {
            *minus_first = (*minus_first).max(-micros);
            *last = (*last).max(micros);
        }
    }

    /// The cells in use, in order.
    pub(crate) fn cells_in_use(&self) -> Vec<u64> {
        let mut cells: Vec<u64> = match self {
            Self::Sums(grid) | Self::Most(grid) => grid.iter().map(|(cell, _)| cell).collect(),
            Self::Moments(grid) => grid.iter().map(|(cell, _)| cell).collect(),
            Self::Edges(grid) => grid.iter().map(|(cell, _)| cell).collect(),
            Self::Values(sets) => sets.keys().copied().collect(),
            Self::Pairs(sets) => sets.keys().copied().collect(),
            Self::Distinct(sets) => sets.iter().map(|(cell, _)| cell).collect(),
            Self::DistinctShares(sets) => sets.keys().copied().collect(),
            Self::Instants(instants) => instants.keys().copied().collect(),
        };
        cells.sort_unstable();
        cells.dedup();
        cells
    }
}

fn merge_multisets<V: Ord + Copy>(
    into: &mut Multisets<V>,
    from: &Multisets<V>,
    cell: &dyn Fn(u64) -> u64,
) -> Result<()> {
    for (&at, values) in from {
        let all = into.entry(cell(at)).or_default();
        for (&value, &times) in values {
            let count = all.entry(value).or_default();
            *count = count.checked_add(times).ok_or_else(overflow)?;
        }
    }
    Ok(())
}
