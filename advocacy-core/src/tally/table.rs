//! The counts of one table: filled row by row, merged exactly in any order.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::threads::both_of;

use super::grid::{Grid, SameGrid, Sums};
use super::keys::OUTSIDE;
use super::runs::Runs;
use super::sets::{Multisets, Sets};
use super::spec::What;

/// Blank of a grid of firsts: nothing happened.
const NOTHING: i64 = i64::MIN;

/// What one table holds; the variants follow [`What`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Table {
    Sums(Sums),
    Moments(Grid<u128>),
    Values(Multisets<u64>),
    Pairs(Multisets<(u64, u64)>),
    /// Largest value; `None` without rows.
    Most(Grid<Option<u64>>),
    Distinct(Sets),
    /// Distinct shares, and shares of nothing in the content table: each of
    /// those is one of its own.
    DistinctShares(BTreeMap<u64, (BTreeSet<[u32; 3]>, u64)>),
    /// −first, so that they merge by the larger.
    First(Grid<i64>),
    Runs(Runs),
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
    /// An empty table of `cells` cells, to count `rows` rows in; `members` of a
    /// distinct one.
    pub(crate) fn new(what: &What, cells: u64, members: u64, rows: u64) -> Self {
        match what {
            What::Sums(lanes) => Self::Sums(Grid::new(cells, lanes.len(), 0, rows).into()),
            What::Moments(..) => Self::Moments(Grid::new(cells, 3, 0, rows)),
            What::Most(_) => Self::Most(Grid::new(cells, 1, None, rows)),
            What::Distinct(_) => Self::Distinct(Sets::new(members, cells, rows)),
            What::Few(_, most) => Self::Distinct(Sets::few(members, cells, *most)),
            What::First => Self::First(Grid::new(cells, 1, NOTHING, rows)),
            _ => Self::sparse(what, cells, members),
        }
    }

    /// The same, holding only cells in use.
    pub(crate) fn sparse(what: &What, cells: u64, members: u64) -> Self {
        match what {
            What::Sums(lanes) => Self::Sums(Grid::sparse(cells, lanes.len(), 0).into()),
            What::Moments(..) => Self::Moments(Grid::sparse(cells, 3, 0)),
            What::Values(_) => Self::Values(BTreeMap::new()),
            What::Pairs(..) => Self::Pairs(BTreeMap::new()),
            What::Most(_) => Self::Most(Grid::sparse(cells, 1, None)),
            What::Distinct(_) | What::Few(..) => Self::Distinct(Sets::sparse(members, cells)),
            What::DistinctShares => Self::DistinctShares(BTreeMap::new()),
            What::First => Self::First(Grid::sparse(cells, 1, NOTHING)),
            &What::Runs(limit) => Self::Runs(Runs::new(limit)),
        }
    }

    /// Whether its values lie side by side, all of them in memory.
    pub(crate) fn is_flat(&self) -> bool {
        match self {
            Self::Sums(sums) => sums.has_flat_cells(),
            Self::Moments(grid) => grid.is_flat(),
            Self::Most(grid) => grid.is_flat(),
            Self::First(grid) => grid.is_flat(),
            Self::Distinct(sets) => sets.words(0).is_some(),
            _ => false,
        }
    }

    /// How many cells it has, in use or not.
    pub(crate) fn cells(&self) -> u64 {
        match self {
            Self::Sums(sums) => sums.cells(),
            Self::Moments(grid) => grid.cells(),
            Self::Most(grid) => grid.cells(),
            Self::First(grid) => grid.cells(),
            Self::Distinct(sets) => sets.cells(),
            _ => 0,
        }
    }

    /// How many members it tells apart within a cell.
    pub(crate) fn members(&self) -> u64 {
        match self {
            Self::Distinct(sets) => sets.members(),
            _ => 0,
        }
    }

    /// Adds another table of the same kind, its cells and members where they are
    /// in this one.
    ///
    /// # Errors
    /// `overflow`, or `incompatible_tally` for a table of another kind.
    pub(crate) fn merge(&mut self, other: &Self, places: &dyn Places) -> Result<()> {
        let mut cells = Vec::new();
        if places.is_in_place() && self.merge_flat(other)? {
            return Ok(());
        }
        match (self, other) {
            (Self::Sums(into), Self::Sums(from)) => merge_sums(into, from, places)?,
            (Self::Moments(into), Self::Moments(from)) => {
                for (at, values) in from.iter() {
                    for &cell in places.of(at, None, &mut cells) {
                        for (sum, value) in into.slot(cell).iter_mut().zip(values) {
                            *sum = sum.checked_add(*value).ok_or_else(overflow)?;
                        }
                    }
                }
            }
            (Self::Values(into), Self::Values(from)) => merge_multisets(into, from, places)?,
            (Self::Pairs(into), Self::Pairs(from)) => merge_multisets(into, from, places)?,
            (Self::Most(into), Self::Most(from)) => {
                for (at, values) in from.iter() {
                    for &cell in places.of(at, None, &mut cells) {
                        for (most, value) in into.slot(cell).iter_mut().zip(values) {
                            *most = (*most).max(*value);
                        }
                    }
                }
            }
            (Self::Distinct(into), Self::Distinct(from)) => merge_sets(into, from, places),
            (Self::DistinctShares(into), Self::DistinctShares(from)) => {
                for (&at, (shares, loose)) in from {
                    for &cell in places.of(at, None, &mut cells) {
                        let into = into.entry(cell).or_default();
                        into.0.extend(shares);
                        into.1 = into.1.checked_add(*loose).ok_or_else(overflow)?;
                    }
                }
            }
            (Self::First(into), Self::First(from)) => {
                for (at, values) in from.iter() {
                    for &cell in places.of(at, None, &mut cells) {
                        for (first, value) in into.slot(cell).iter_mut().zip(values) {
                            *first = (*first).max(*value);
                        }
                    }
                }
            }
            (Self::Runs(into), Self::Runs(from)) if into.limit() == from.limit() => {
                let mut moved = Vec::new();
                for (at, first, last) in from.iter() {
                    let cells = places.of(at, None, &mut cells).iter();
                    moved.extend(cells.map(|&cell| (cell, first, last)));
                }
                into.extend(moved);
            }
            _ => return Err(incompatible()),
        }
        Ok(())
    }

    /// Adds another table whose cells lie side by side as this one's do; false
    /// where they do not.
    fn merge_flat(&mut self, other: &Self) -> Result<bool> {
        match (self, other) {
            (Self::Sums(into), Self::Sums(from)) => {
                let (Some(into), Some(from)) = (into.grid().flat(), from.flat()) else {
                    return Ok(false);
                };
                for (sum, more) in into.iter_mut().zip(from) {
                    *sum = sum.checked_add(*more).ok_or_else(overflow)?;
                }
            }
            (Self::First(into), Self::First(from)) => {
                let (Some(into), Some(from)) = (into.flat(), from.as_flat()) else {
                    return Ok(false);
                };
                for (first, other) in into.iter_mut().zip(from) {
                    *first = (*first).max(*other);
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The first instant in a cell of a table of firsts.
    pub(crate) fn first(&self, cell: u64) -> Option<i64> {
        let Self::First(grid) = self else { return None };
        first(grid, grid.as_flat(), cell)
    }

    /// The same of one cell after the other; none where there is no such table.
    pub(crate) fn firsts(table: Option<&Self>) -> impl Fn(u64) -> Option<i64> {
        let grid = match table {
            Some(Self::First(grid)) => Some(grid),
            _ => None,
        };
        let flat = grid.and_then(Grid::as_flat);
        move |cell| first(grid?, flat, cell)
    }

    /// Notes an instant in a cell of a table of firsts.
    #[inline]
    pub(crate) fn note_first(grid: &mut Grid<i64>, cell: u64, micros: i64) {
        if let [minus_first] = grid.slot(cell) {
            *minus_first = (*minus_first).max(-micros);
        }
    }

    /// The cells in use, in order.
    pub(crate) fn cells_in_use(&self) -> Vec<u64> {
        let mut cells: Vec<u64> = match self {
            Self::Sums(sums) => sums.cells_in_use(),
            Self::Most(grid) => grid.iter().map(|(cell, _)| cell).collect(),
            Self::Moments(grid) => grid.iter().map(|(cell, _)| cell).collect(),
            Self::First(grid) => grid.iter().map(|(cell, _)| cell).collect(),
            Self::Values(sets) => sets.keys().copied().collect(),
            Self::Pairs(sets) => sets.keys().copied().collect(),
            Self::Distinct(sets) => sets.counts().into_iter().map(|(cell, _)| cell).collect(),
            Self::DistinctShares(sets) => sets.keys().copied().collect(),
            Self::Runs(runs) => runs.iter().map(|(cell, ..)| cell).collect(),
        };
        cells.sort_unstable();
        cells.dedup();
        cells
    }
}

/// Adds to each table another of the same kind and shape; those that are read
/// from one grid stay so where they can.
///
/// # Errors
/// Those of [`Table::merge`].
pub(super) fn merge_all<'t>(
    tables: impl IntoIterator<Item = (&'t mut Table, &'t Table)>,
) -> Result<()> {
    let (mut sums, mut others) = (Vec::new(), Vec::new());
    for (table, more) in tables {
        match (table, more) {
            (Table::Sums(into), Table::Sums(from)) => sums.push((into, from)),
            other => others.push(other),
        }
    }
    let cells = sums.iter().map(|(into, _)| into.cells()).max();
    let merge_others = || {
        let mut others = others.into_iter();
        others.try_for_each(|(table, more)| table.merge(more, &InPlace))
    };
    let merge_sums = || {
        for group in SameGrid::groups(sums) {
            for (into, from) in group.merge()? {
                merge_sums(into, from, &InPlace)?;
            }
        }
        Ok(())
    };
    let (sums, others) = both_of(cells.unwrap_or(0), merge_sums, merge_others);
    others.and(sums)
}

/// Where the cells and members of one table are in another.
pub(crate) trait Places {
    /// The cells a cell is part of; `cells` is room for them. What depends on
    /// the member is asked once per member.
    fn of<'c>(&self, cell: u64, member: Option<u32>, cells: &'c mut Vec<u64>) -> &'c [u64];

    /// The member there.
    fn member(&self, member: u32) -> u32 {
        member
    }

    /// Whether members stay who they are, and cells do not depend on them.
    fn keeps_members(&self) -> bool;

    /// Where the cell alone says which one it is part of, if any: of each, that cell
    /// or [`OUTSIDE`].
    fn by_cell(&self) -> Option<&[u32]> {
        None
    }

    /// Where the member alone says which cell of a table of one cell it goes to:
    /// of each, that cell or [`OUTSIDE`].
    fn by_member(&self) -> Option<&[u32]> {
        None
    }

    /// Whether both tables are of one shape, and everything stays in its place.
    fn is_in_place(&self) -> bool {
        false
    }
}

/// Everything stays where it is.
pub(crate) struct InPlace;

impl Places for InPlace {
    fn of<'c>(&self, cell: u64, _: Option<u32>, cells: &'c mut Vec<u64>) -> &'c [u64] {
        cells.clear();
        cells.push(cell);
        cells
    }

    fn keeps_members(&self) -> bool {
        true
    }

    fn is_in_place(&self) -> bool {
        true
    }
}

/// The first instant in a cell, whose values may be kept flat.
fn first(grid: &Grid<i64>, flat: Option<&[i64]>, cell: u64) -> Option<i64> {
    let minus_first = match flat {
        Some(firsts) => firsts.get(usize::try_from(cell).ok()?)?,
        None => grid.get(cell)?.first()?,
    };
    (*minus_first != NOTHING).then(|| minus_first.saturating_neg())
}

fn merge_sums(into: &mut Sums, from: &Sums, places: &dyn Places) -> Result<()> {
    if into.stride() != from.stride() {
        return Err(incompatible());
    }
    let (into, mut cells) = (into.grid(), Vec::new());
    let stride = into.stride();
    if let (Some(by), Some(from), Some(into)) = (places.by_cell(), from.flat(), into.flat()) {
        let mut is_over = false;
        let from = by.iter().zip(from.chunks_exact(stride.max(1)));
        for (&cell, sums) in from.filter(|(cell, _)| **cell != OUTSIDE) {
            let start = cell as usize * stride;
            for (sum, &more) in into[start..start + stride].iter_mut().zip(sums) {
                let (all, is_beyond) = sum.overflowing_add(more);
                (*sum, is_over) = (all, is_over | is_beyond);
            }
        }
        return if is_over { Err(overflow()) } else { Ok(()) };
    }
    for (at, sums) in from.iter() {
        for &cell in places.of(at, None, &mut cells) {
            for (sum, more) in into.slot(cell).iter_mut().zip(sums.iter()) {
                *sum = sum.checked_add(more).ok_or_else(overflow)?;
            }
        }
    }
    Ok(())
}

fn merge_sets(into: &mut Sets, from: &Sets, places: &dyn Places) {
    let mut cells = Vec::new();
    let alike = places.keeps_members() && into.members() == from.members();
    if alike && let Some((width, bits)) = into.bits().filter(|_| from.words(0).is_some()) {
        for at in 0..from.cells() {
            // Seen without a branch for each word.
            let has_any = |words: &&[u64]| words.iter().fold(0, |all, word| all | word) != 0;
            let Some(words) = from.words(at).filter(has_any) else {
                continue;
            };
            for &cell in places.of(at, None, &mut cells) {
                let start = usize::try_from(cell).unwrap_or(usize::MAX) * width;
                for (into, from) in bits[start..start + width].iter_mut().zip(words) {
                    *into |= from;
                }
            }
        }
        return;
    }
    if let Some(of) = places.by_member().filter(|_| from.cells() == 1) {
        let cell_of = |who: u32| of.get(who as usize).filter(|&&cell| cell != OUTSIDE);
        from.each(|_, members| {
            members.each(|who| {
                if let Some(&cell) = cell_of(who) {
                    into.insert(who, cell.into());
                }
            });
        });
        return;
    }
    from.each(|at, members| {
        members.each(|who| {
            for &cell in places.of(at, Some(who), &mut cells) {
                into.insert(places.member(who), cell);
            }
        });
    });
}

fn merge_multisets<V: Ord + Copy>(
    into: &mut Multisets<V>,
    from: &Multisets<V>,
    places: &dyn Places,
) -> Result<()> {
    let mut cells = Vec::new();
    for (&at, values) in from {
        for &cell in places.of(at, None, &mut cells) {
            let all = into.entry(cell).or_default();
            for (&value, &times) in values {
                let count = all.entry(value).or_default();
                *count = count.checked_add(times).ok_or_else(overflow)?;
            }
        }
    }
    Ok(())
}
