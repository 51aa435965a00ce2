//! Cells of equal width under whole-number keys, and sets of things by cell.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

/// Values kept as one flat run when there are no more than this; beyond it
/// only cells in use are kept.
const FLAT: u64 = 1 << 22;

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
    pub(crate) fn new(cells: u64, stride: usize, blank: T) -> Self {
        let values = cells.saturating_mul(stride as u64);
        let flat = values <= FLAT;
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

    /// The same cells with only these of their values, in this order.
    pub(crate) fn columns(&self, places: &[usize]) -> Self {
        let mut columns = Self {
            cells: self.cells,
            stride: places.len(),
            blank: self.blank,
            places: FxHashMap::default(),
            flat: self.flat,
            data: Vec::with_capacity(self.data.len() / self.stride.max(1) * places.len()),
        };
        for values in self.data.chunks_exact(self.stride.max(1)) {
            columns
                .data
                .extend(places.iter().map(|&place| values[place]));
        }
        for (&cell, &start) in &self.places {
            columns
                .places
                .insert(cell, start / self.stride.max(1) * places.len());
        }
        columns
    }

    /// The values of a cell; `None` when it was never touched.
    pub(crate) fn get(&self, cell: u64) -> Option<&[T]> {
        let start = if self.flat {
            usize::try_from(cell).ok()?.checked_mul(self.stride)?
        } else {
            *self.places.get(&cell)?
        };
        let values = self.data.get(start..start + self.stride)?;
        values
            .iter()
            .any(|value| *value != self.blank)
            .then_some(values)
    }

    /// The cells in use, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &[T])> {
        let mut cells: Vec<(u64, usize)> = if self.flat {
            (0..self.cells)
                .zip((0..).step_by(self.stride.max(1)))
                .collect()
        } else {
            self.places
                .iter()
                .map(|(&cell, &start)| (cell, start))
                .collect()
        };
        cells.sort_unstable();
        cells.into_iter().filter_map(|(cell, start)| {
            let values = self.data.get(start..start + self.stride)?;
            values
                .iter()
                .any(|value| *value != self.blank)
                .then_some((cell, values))
        })
    }
}

/// Which members are in which cells.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(into = "Listed", from = "Listed")]
pub(crate) struct Sets {
    members: u64,
    cells: u64,
    held: Held,
}

#[derive(Clone, Debug)]
enum Held {
    /// One bit per member and cell, a run of words per member.
    Bits { words: usize, bits: Vec<u64> },
    /// `member · cells + cell` of those that are.
    Hashed(FxHashSet<u64>),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Listed {
    members: u64,
    cells: u64,
    held: Vec<u64>,
}

/// Bits kept flat when there are no more than this (32 MB).
const FLAT_BITS: u64 = 1 << 28;

impl Sets {
    pub(crate) fn new(members: u64, cells: u64) -> Self {
        let words = cells.div_ceil(64);
        let total = members.saturating_mul(words);
        let held = match (usize::try_from(total), usize::try_from(words)) {
            (Ok(total), Ok(words)) if total as u64 <= FLAT_BITS / 64 => Held::Bits {
                words,
                bits: vec![0; total],
            },
            _ => Held::Hashed(FxHashSet::default()),
        };
        Self {
            members,
            cells,
            held,
        }
    }

    /// Sets that only ever hold members in use.
    pub(crate) fn sparse(members: u64, cells: u64) -> Self {
        Self {
            members,
            cells,
            held: Held::Hashed(FxHashSet::default()),
        }
    }

    pub(crate) fn members(&self) -> u64 {
        self.members
    }

    pub(crate) fn cells(&self) -> u64 {
        self.cells
    }

    #[inline]
    pub(crate) fn insert(&mut self, member: u32, cell: u64) {
        match &mut self.held {
            Held::Bits { words, bits } => {
                let word = usize::try_from(cell / 64).unwrap_or(usize::MAX);
                bits[member as usize * *words + word] |= 1 << (cell % 64);
            }
            Held::Hashed(set) => {
                set.insert(u64::from(member) * self.cells + cell);
            }
        }
    }

    /// Every (cell, member) held, members in order, cells in order within.
    pub(crate) fn iter(&self) -> Box<dyn Iterator<Item = (u64, u32)> + '_> {
        match &self.held {
            Held::Bits { words, bits } => {
                let words = (*words).max(1);
                Box::new(
                    bits.iter()
                        .enumerate()
                        .filter(|(_, word)| **word != 0)
                        .flat_map(move |(at, &word)| {
                            let member = u32::try_from(at / words).unwrap_or(u32::MAX);
                            let first = (at % words) as u64 * 64;
                            OnesOf(word).map(move |bit| (first + u64::from(bit), member))
                        }),
                )
            }
            Held::Hashed(set) => {
                let mut all: Vec<u64> = set.iter().copied().collect();
                all.sort_unstable();
                let cells = self.cells.max(1);
                Box::new(
                    all.into_iter()
                        .map(move |at| (at % cells, u32::try_from(at / cells).unwrap_or(u32::MAX))),
                )
            }
        }
    }
}

/// The set bits of a word, lowest first.
struct OnesOf(u64);

impl Iterator for OnesOf {
    type Item = u32;
    fn next(&mut self) -> Option<u32> {
        if self.0 == 0 {
            return None;
        }
        let bit = self.0.trailing_zeros();
        self.0 &= self.0 - 1;
        Some(bit)
    }
}

impl From<Sets> for Listed {
    fn from(sets: Sets) -> Self {
        let held = sets
            .iter()
            .map(|(cell, member)| u64::from(member) * sets.cells + cell)
            .collect();
        Self {
            members: sets.members,
            cells: sets.cells,
            held,
        }
    }
}

impl From<Listed> for Sets {
    fn from(listed: Listed) -> Self {
        // Never flat, for the same reason as a grid.
        let within = |at: &u64| listed.cells > 0 && at / listed.cells < listed.members;
        let held = listed.held.iter().copied().filter(within).collect();
        Self {
            members: listed.members,
            cells: listed.cells,
            held: Held::Hashed(held),
        }
    }
}

/// How often each value occurs, by cell.
pub(crate) type Multisets<V> = BTreeMap<u64, BTreeMap<V, u64>>;
