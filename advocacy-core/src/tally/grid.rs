//! Cells of equal width under whole-number keys.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::error::Result;

use super::table::overflow;

/// Values kept as one flat run when there are no more than this, or than four
/// for every row counted; beyond it only cells in use are kept.
pub(super) const FLAT: u64 = 1 << 22;

/// Whether that many values are kept flat when that many rows are counted.
pub(crate) const fn is_flat(values: u64, rows: u64) -> bool {
    values <= FLAT || values <= rows.saturating_mul(4)
}

/// `stride` values per cell; cells not in use hold `blank`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(into = "Entries<T>", from = "Entries<T>")]
#[serde(bound(
    serialize = "T: Copy + PartialEq + Serialize",
    deserialize = "T: Copy + PartialEq + Deserialize<'de>"
))]
pub(crate) struct Grid<T> {
    cells: u64,
    stride: usize,
    blank: T,
    /// Cell → place in `data`; empty while the grid is flat.
    places: FxHashMap<u64, usize>,
    flat: bool,
    data: Vec<T>,
}

/// The cells in use, in order: how a grid is written and compared.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entries<T> {
    cells: u64,
    stride: usize,
    blank: T,
    used: Vec<(u64, Vec<T>)>,
}

impl<T: Copy + PartialEq> From<Grid<T>> for Entries<T> {
    fn from(grid: Grid<T>) -> Self {
        Self {
            cells: grid.cells,
            stride: grid.stride,
            blank: grid.blank,
            used: grid
                .iter()
                .map(|(cell, values)| (cell, values.to_vec()))
                .collect(),
        }
    }
}

impl<T: Copy + PartialEq> From<Entries<T>> for Grid<T> {
    fn from(entries: Entries<T>) -> Self {
        // Never flat: what is read may claim any number of cells, and must not
        // make us allocate them.
        let mut grid = Self::sparse(entries.cells, entries.stride, entries.blank);
        for (cell, values) in entries.used {
            if values.len() == grid.stride {
                grid.slot(cell).copy_from_slice(&values);
            }
        }
        grid
    }
}

impl<T: Copy + PartialEq> Grid<T> {
    /// A grid to count `rows` rows in.
    pub(crate) fn new(cells: u64, stride: usize, blank: T, rows: u64) -> Self {
        let values = cells.saturating_mul(stride as u64);
        let flat = is_flat(values, rows);
        let data = if flat {
            vec![blank; usize::try_from(values).unwrap_or(0)]
        } else {
            Vec::new()
        };
        Self {
            cells,
            stride,
            blank,
            places: FxHashMap::default(),
            flat,
            data,
        }
    }

    /// A grid that only ever holds cells in use.
    pub(crate) fn sparse(cells: u64, stride: usize, blank: T) -> Self {
        Self {
            cells,
            stride,
            blank,
            places: FxHashMap::default(),
            flat: false,
            data: Vec::new(),
        }
    }

    pub(crate) fn cells(&self) -> u64 {
        self.cells
    }

    pub(crate) fn stride(&self) -> usize {
        self.stride
    }

    /// Has all cells side by side, unless they are too many for it.
    pub(super) fn lay_flat(&mut self) {
        if self.flat || !is_flat(self.cells.saturating_mul(self.stride as u64), 0) {
            return;
        }
        let mut flat = Self::new(self.cells, self.stride, self.blank, 0);
        for (cell, values) in self.iter() {
            flat.slot(cell).copy_from_slice(values);
        }
        *self = flat;
    }

    /// The values of a cell, to change; the cell must be below `cells()`.
    #[inline]
    pub(crate) fn slot(&mut self, cell: u64) -> &mut [T] {
        let start = if self.flat {
            usize::try_from(cell).unwrap_or(usize::MAX) * self.stride
        } else {
            let next = self.data.len();
            let start = *self.places.entry(cell).or_insert(next);
            if start == next {
                self.data.resize(next + self.stride, self.blank);
            }
            start
        };
        &mut self.data[start..start + self.stride]
    }

    pub(crate) fn is_flat(&self) -> bool {
        self.flat
    }

    /// All values, `stride` a cell, where they are kept flat.
    pub(crate) fn as_flat(&self) -> Option<&[T]> {
        self.flat.then_some(&self.data)
    }

    /// The same, to change.
    pub(crate) fn flat(&mut self) -> Option<&mut [T]> {
        self.flat.then_some(&mut self.data)
    }

    /// The values of a cell; `None` when it was never touched.
    pub(crate) fn get(&self, cell: u64) -> Option<&[T]> {
        let values = self.values(cell)?;
        let is_used = values.iter().any(|value| *value != self.blank);
        is_used.then_some(values)
    }

    /// The same, perhaps all blank.
    fn values(&self, cell: u64) -> Option<&[T]> {
        let start = if self.flat {
            usize::try_from(cell).ok()?.checked_mul(self.stride)?
        } else {
            *self.places.get(&cell)?
        };
        self.data.get(start..start + self.stride)
    }

    /// The cells in use, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &[T])> {
        let mut places: Vec<(u64, usize)> = self
            .places
            .iter()
            .map(|(&cell, &start)| (cell, start))
            .collect();
        places.sort_unstable();
        let sparse = places.into_iter().filter_map(|(cell, start)| {
            let values = self.data.get(start..start + self.stride)?;
            Some((cell, values))
        });
        let flat: &[T] = if self.flat { &self.data } else { &[] };
        (0..)
            .zip(flat.chunks_exact(self.stride.max(1)))
            .chain(sparse)
            .filter(|(_, values)| values.iter().any(|value| *value != self.blank))
    }
}

/// A lane of a table of sums: weighted values of the grid it is read from.
pub(crate) type Weighted = Vec<(usize, u32)>;

/// Sums by cell: some lanes of a grid that several tables may share.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(into = "Grid<u64>", from = "Grid<u64>")]
pub(crate) struct Sums {
    grid: Arc<Grid<u64>>,
    /// `None` is the grid's own.
    lanes: Option<Arc<[Weighted]>>,
    /// The grid's lanes they are made of: a cell is in use where one is not 0.
    /// Those that are a lane by themselves come first: mostly one of them counts
    /// rows, and says so at once.
    read: Arc<[usize]>,
}

/// The sums of one cell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SumsOf<'g> {
    values: &'g [u64],
    lanes: Option<&'g [Weighted]>,
}

impl SumsOf<'_> {
    fn len(self) -> usize {
        self.lanes.map_or(self.values.len(), <[_]>::len)
    }

    /// The sum of a lane; 0 beyond the last.
    #[inline]
    pub(crate) fn at(self, lane: usize) -> u64 {
        let value = |at: usize| self.values.get(at).copied().unwrap_or(0);
        match self.lanes {
            None => value(lane),
            // Only sums that cannot overflow are put together.
            Some(lanes) => lanes.get(lane).map_or(0, |terms| {
                terms.iter().fold(0, |sum, &(at, weight)| {
                    sum.wrapping_add(value(at).wrapping_mul(weight.into()))
                })
            }),
        }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = u64> {
        (0..self.len()).map(move |lane| self.at(lane))
    }
}

impl Sums {
    pub(crate) fn new(grid: Grid<u64>) -> Self {
        Self {
            grid: Arc::new(grid),
            lanes: None,
            read: Arc::default(),
        }
    }

    /// Lanes put together of this table's own.
    pub(crate) fn view(&self, lanes: Vec<Weighted>) -> Self {
        let mut by_terms: Vec<&Weighted> = lanes.iter().collect();
        by_terms.sort_by_key(|terms| terms.len());
        let mut read = Vec::new();
        for &(at, weight) in by_terms.into_iter().flatten() {
            if weight > 0 && !read.contains(&at) {
                read.push(at);
            }
        }
        Self {
            grid: Arc::clone(&self.grid),
            lanes: Some(lanes.into()),
            read: read.into(),
        }
    }

    /// Whether a cell of these values is in use.
    fn is_used(&self, values: &[u64]) -> bool {
        let is_filled = |&at: &usize| values.get(at).is_some_and(|&value| value != 0);
        match self.lanes {
            None => values.iter().any(|&value| value != 0),
            Some(_) => self.read.iter().any(is_filled),
        }
    }

    pub(crate) fn cells(&self) -> u64 {
        self.grid.cells()
    }

    pub(crate) fn stride(&self) -> usize {
        let lanes = self.lanes.as_deref();
        lanes.map_or(self.grid.stride(), <[_]>::len)
    }

    /// What a lane is put together of.
    fn terms(&self, lane: usize) -> Cow<'_, [(usize, u32)]> {
        match &self.lanes {
            None => Cow::Owned(vec![(lane, 1)]),
            Some(lanes) => Cow::Borrowed(lanes.get(lane).map_or(&[], Vec::as_slice)),
        }
    }

    /// All values, where they lie side by side in a grid of its own.
    pub(crate) fn flat(&self) -> Option<&[u64]> {
        self.grid.as_flat().filter(|_| self.lanes.is_none())
    }

    /// Whether all cells lie side by side, in whatever grid.
    pub(crate) fn has_flat_cells(&self) -> bool {
        self.grid.flat
    }

    /// The grid, to change; a view gets one of its own.
    pub(crate) fn grid(&mut self) -> &mut Grid<u64> {
        if self.lanes.is_some() {
            // As flat as the one it views, which is in memory already.
            let rows = if self.grid.flat { u64::MAX } else { 0 };
            let mut grid = Grid::new(self.cells(), self.stride(), 0, rows);
            self.copy_to(&mut grid);
            *self = Self::new(grid);
        }
        Arc::make_mut(&mut self.grid)
    }

    fn copy_to(&self, grid: &mut Grid<u64>) {
        for (cell, of_cell) in self.iter() {
            for (value, sum) in grid.slot(cell).iter_mut().zip(of_cell.iter()) {
                *value = sum;
            }
        }
    }

    /// The sums of a cell; `None` when it was never touched.
    pub(crate) fn get(&self, cell: u64) -> Option<SumsOf<'_>> {
        let values = self.grid.values(cell)?;
        let lanes = self.lanes.as_deref();
        self.is_used(values).then_some(SumsOf { values, lanes })
    }

    /// The cells in use, in order, whatever their sums.
    pub(crate) fn cells_in_use(&self) -> Vec<u64> {
        let Some(flat) = self.grid.as_flat() else {
            return self.iter().map(|(cell, _)| cell).collect();
        };
        let cells = (0..).zip(flat.chunks_exact(self.grid.stride.max(1)));
        let mut used = Vec::new();
        used.extend(
            cells
                .filter(|(_, values)| self.is_used(values))
                .map(|(cell, _)| cell),
        );
        used
    }

    /// The cells in use, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, SumsOf<'_>)> {
        let lanes = self.lanes.as_deref();
        self.grid
            .iter()
            .filter(|(_, values)| self.lanes.is_none() || self.is_used(values))
            .map(move |(cell, values)| (cell, SumsOf { values, lanes }))
    }
}

/// Tables of sums that are read from one grid, each with another of its kind:
/// those are read from one grid as well.
pub(super) struct SameGrid<'t> {
    tables: Vec<(&'t mut Sums, &'t Sums)>,
}

impl<'t> SameGrid<'t> {
    /// The tables by the grids they are read from.
    pub(super) fn groups(tables: Vec<(&'t mut Sums, &'t Sums)>) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for (into, from) in tables {
            let is_same = |group: &&mut Self| {
                let mut tables = group.tables.iter();
                tables.next().is_some_and(|(ours, theirs)| {
                    Arc::ptr_eq(&ours.grid, &into.grid) && Arc::ptr_eq(&theirs.grid, &from.grid)
                })
            };
            match groups.iter_mut().find(is_same) {
                Some(group) => group.tables.push((into, from)),
                None => groups.push(Self {
                    tables: vec![(into, from)],
                }),
            }
        }
        groups
    }

    /// Adds the others' grid to the own one, so that it stays shared; gives the
    /// tables back where they are put together of the two in different ways.
    ///
    /// # Errors
    /// `overflow`.
    pub(super) fn merge(mut self) -> Result<Vec<(&'t mut Sums, &'t Sums)>> {
        let (Some(places), Some((first, from))) = (self.places(), self.tables.first()) else {
            return Ok(self.tables);
        };
        let (mut grid, from) = (Arc::clone(&first.grid), Arc::clone(&from.grid));
        let together = self.put_together();
        let none = Arc::new(Grid::sparse(0, 0, 0));
        for (into, _) in &mut self.tables {
            into.grid = Arc::clone(&none);
        }
        let sums = Arc::make_mut(&mut grid);
        for (cell, more) in from.iter() {
            let sums = sums.slot(cell);
            for &(to, at) in &places {
                sums[to] = sums[to].checked_add(more[at]).ok_or_else(overflow)?;
            }
            for terms in &together {
                let add = |sum: u64, &(at, weight): &(usize, u32)| {
                    sum.checked_add(sums[at].checked_mul(weight.into())?)
                };
                terms.iter().try_fold(0, add).ok_or_else(overflow)?;
            }
        }
        for (into, _) in &mut self.tables {
            into.grid = Arc::clone(&grid);
        }
        Ok(Vec::new())
    }

    /// Where in the own grid each of the others' lanes is.
    fn places(&self) -> Option<Vec<(usize, usize)>> {
        let mut places: Vec<(usize, usize)> = Vec::new();
        for (into, from) in &self.tables {
            if into.stride() != from.stride() {
                return None;
            }
            for lane in 0..into.stride() {
                let (ours, theirs) = (into.terms(lane), from.terms(lane));
                if ours.len() != theirs.len() {
                    return None;
                }
                for (&(to, weight), &(at, other)) in ours.iter().zip(&*theirs) {
                    let known = places.iter().find(|known| known.0 == to || known.1 == at);
                    match known {
                        _ if weight != other => return None,
                        Some(&known) if known != (to, at) => return None,
                        Some(_) => {}
                        None => places.push((to, at)),
                    }
                }
            }
        }
        Some(places)
    }

    /// The lanes that are of more than one of the grid's.
    fn put_together(&self) -> Vec<Weighted> {
        let mut all = Vec::new();
        let lanes = self
            .tables
            .iter()
            .filter_map(|(into, _)| into.lanes.as_deref());
        for terms in lanes.flatten() {
            let is_one = matches!(terms[..], [] | [(_, 1)]);
            if !is_one && !all.contains(terms) {
                all.push(terms.clone());
            }
        }
        all
    }
}

impl From<Grid<u64>> for Sums {
    fn from(grid: Grid<u64>) -> Self {
        Self::new(grid)
    }
}

impl From<Sums> for Grid<u64> {
    fn from(sums: Sums) -> Self {
        if sums.lanes.is_none() {
            return Arc::unwrap_or_clone(sums.grid);
        }
        let mut grid = Self::sparse(sums.cells(), sums.stride(), 0);
        sums.copy_to(&mut grid);
        grid
    }
}
