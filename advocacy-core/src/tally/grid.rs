//! Cells of equal width under whole-number keys, and sets of things by cell.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::model::column::{list, ones};

use super::table::overflow;

/// Values kept as one flat run when there are no more than this, or than four
/// for every row counted; beyond it only cells in use are kept.
const FLAT: u64 = 1 << 22;

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
    lanes: Option<Vec<Weighted>>,
    /// The grid's lanes they are made of: a cell is in use where one is not 0.
    /// Those that are a lane by themselves come first: mostly one of them counts
    /// rows, and says so at once.
    read: Vec<usize>,
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
            read: Vec::new(),
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
            lanes: Some(lanes),
            read,
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
        self.lanes.as_ref().map_or(self.grid.stride(), Vec::len)
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
            .filter_map(|(into, _)| into.lanes.as_ref());
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
    /// One bit per cell and member, a run of words per cell: where time is
    /// sorted, one run at a time is in use.
    Bits { words: usize, bits: Vec<u64> },
    /// `member · cells + cell` of those that are.
    Hashed(FxHashSet<u64>),
    /// The first few of each cell: for how many more of `most` there is room,
    /// and who they are, the last first.
    First {
        most: u8,
        room: Vec<u8>,
        who: Vec<u32>,
    },
}

/// The first few members of each cell, one cell after the other.
pub(crate) struct FirstFew<'s> {
    most: u8,
    room: &'s mut [u8],
    who: &'s mut [u32],
}

impl FirstFew<'_> {
    /// The cells that may have more members, if they are no more than so many.
    pub(crate) fn open(&self, most: usize) -> Option<Vec<u32>> {
        const WIDTH: usize = 64;
        let chunks = (0_u32..).step_by(WIDTH).zip(self.room.chunks(WIDTH));
        // Without a look at each: mostly all are full.
        let chunks = chunks.filter(|(_, room)| room.iter().fold(0, |all, room| all | room) > 0);
        let cells = chunks.flat_map(|(first, room)| {
            let cells = (first..).zip(room).filter(|&(_, &room)| room > 0);
            cells.map(|(cell, _)| cell)
        });
        let open: Vec<u32> = cells.take(most + 1).collect();
        (open.len() <= most).then_some(open)
    }

    /// Whether any of some cells may have more members; those beyond the last
    /// have none.
    #[inline]
    pub(crate) fn have_room(&self, cells: impl Iterator<Item = usize>) -> bool {
        // Without a branch for each: hardly ever is there any.
        let room = |cell: usize| self.room.get(cell).copied().unwrap_or(0);
        cells.fold(0, |all, cell| all | room(cell)) > 0
    }

    /// Adds a member where there is room.
    pub(crate) fn insert(&mut self, cell: usize, member: u32) {
        let Some(room) = self.room.get_mut(cell).filter(|room| **room > 0) else {
            return;
        };
        let most = usize::from(self.most);
        let who = &mut self.who[cell * most..(cell + 1) * most];
        let free = usize::from(*room);
        if !who[free..].contains(&member) {
            who[free - 1] = member;
            *room -= 1;
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Listed {
    members: u64,
    cells: u64,
    held: Vec<u64>,
}

/// Bits kept flat when there are no more than this (32 MB), or than 64 for
/// every row counted.
const FLAT_BITS: u64 = 1 << 28;

/// Words of bits that sets have, where they are kept as such when that many rows
/// are counted.
pub(crate) fn flat_words(members: u64, cells: u64, rows: u64) -> Option<u64> {
    let words = cells.saturating_mul(members.div_ceil(64));
    (words <= rows.max(FLAT_BITS / 64)).then_some(words)
}

impl Sets {
    /// Sets to count `rows` rows in.
    pub(crate) fn new(members: u64, cells: u64, rows: u64) -> Self {
        let total = flat_words(members, cells, rows).and_then(|all| usize::try_from(all).ok());
        let held = match (total, usize::try_from(members.div_ceil(64))) {
            (Some(size), Ok(words)) => Held::Bits {
                words,
                bits: vec![0; size],
            },
            _ => Held::Hashed(FxHashSet::default()),
        };
        Self {
            members,
            cells,
            held,
        }
    }

    /// Sets of no more than `most` members each, whichever they are; of all
    /// where even those are too many to lie side by side.
    pub(crate) fn few(members: u64, cells: u64, most: u8) -> Self {
        let values = cells.saturating_mul(most.into());
        let held = match (usize::try_from(cells), usize::try_from(values)) {
            (Ok(cells), Ok(size)) if values <= FLAT => Held::First {
                most,
                room: vec![most; cells],
                who: vec![0; size],
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
                let cell = usize::try_from(cell).unwrap_or(usize::MAX);
                bits[cell * *words + (member >> 6) as usize] |= 1 << (member & 63);
            }
            Held::Hashed(set) => {
                set.insert(u64::from(member) * self.cells + cell);
            }
            Held::First { .. } => {
                let cell = usize::try_from(cell).unwrap_or(usize::MAX);
                if let Some(mut few) = self.first_few() {
                    few.insert(cell, member);
                }
            }
        }
    }

    /// Where no more than a few of each cell are kept.
    pub(crate) fn first_few(&mut self) -> Option<FirstFew<'_>> {
        match &mut self.held {
            Held::First { most, room, who } => Some(FirstFew {
                most: *most,
                room,
                who,
            }),
            _ => None,
        }
    }

    /// The bits of every cell, and how many words of them a cell has, where
    /// there are such.
    pub(crate) fn bits(&mut self) -> Option<(usize, &mut [u64])> {
        match &mut self.held {
            Held::Bits { words, bits } => Some((*words, bits)),
            _ => None,
        }
    }

    /// The members of a cell as bits, 64 a word, where they are kept so.
    pub(crate) fn words(&self, cell: u64) -> Option<&[u64]> {
        match &self.held {
            Held::Bits { words, bits } => {
                let cell = usize::try_from(cell).ok()?;
                bits.get(cell * words..(cell + 1) * words)
            }
            _ => None,
        }
    }

    /// How many members every cell has; cells without any are left out.
    pub(crate) fn counts(&self) -> Vec<(u64, u64)> {
        match &self.held {
            Held::Bits { words, bits } => {
                let ones = |word: &u64| u64::from(word.count_ones());
                let cells = bits.chunks_exact((*words).max(1));
                let counts = cells.map(|words| words.iter().map(ones).sum());
                let counts = (0..).zip(counts);
                counts.filter(|&(_, count)| count > 0).collect()
            }
            Held::Hashed(set) => {
                let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
                for at in set {
                    *counts.entry(at % self.cells.max(1)).or_default() += 1;
                }
                counts.into_iter().collect()
            }
            Held::First { most, room, .. } => {
                let counts = (0..).zip(room.iter().map(|&room| u64::from(most - room)));
                counts.filter(|&(_, count)| count > 0).collect()
            }
        }
    }

    /// The members of every cell, in order; cells without any are left out.
    pub(crate) fn each(&self, mut each: impl FnMut(u64, Members<'_>)) {
        match &self.held {
            Held::Bits { words, bits } => {
                for (cell, bits) in (0..).zip(bits.chunks_exact((*words).max(1))) {
                    if bits.iter().any(|&word| word != 0) {
                        each(cell, Members::Bits(bits));
                    }
                }
            }
            Held::Hashed(_) | Held::First { .. } => {
                let all: Vec<(u64, u32)> = self.iter().collect();
                for of_cell in all.chunk_by(|a, b| a.0 == b.0) {
                    if let Some(&(cell, _)) = of_cell.first() {
                        each(cell, Members::Listed(of_cell));
                    }
                }
            }
        }
    }

    /// Every (cell, member) held, in order.
    pub(crate) fn iter(&self) -> Box<dyn Iterator<Item = (u64, u32)> + '_> {
        match &self.held {
            Held::Bits { words, bits } => {
                let words = (*words).max(1);
                Box::new(
                    bits.iter()
                        .enumerate()
                        .filter(|(_, word)| **word != 0)
                        .flat_map(move |(at, &word)| {
                            let first = u32::try_from(at % words * 64).unwrap_or(u32::MAX);
                            ones(word).map(move |bit| ((at / words) as u64, first + bit))
                        }),
                )
            }
            Held::Hashed(set) => {
                let cells = self.cells.max(1);
                let mut all: Vec<(u64, u32)> = set
                    .iter()
                    .map(|at| (at % cells, u32::try_from(at / cells).unwrap_or(u32::MAX)))
                    .collect();
                all.sort_unstable();
                Box::new(all.into_iter())
            }
            Held::First { most, room, who } => {
                let of_cells = room.iter().zip(who.chunks_exact(usize::from(*most)));
                Box::new((0..).zip(of_cells).flat_map(|(cell, (&room, who))| {
                    let mut who = who[usize::from(room)..].to_vec();
                    who.sort_unstable();
                    who.into_iter().map(move |member| (cell, member))
                }))
            }
        }
    }
}

/// The members of a cell.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Members<'s> {
    /// A bit each, 64 a word.
    Bits(&'s [u64]),
    /// The cell and each of them, in order.
    Listed(&'s [(u64, u32)]),
}

impl Members<'_> {
    /// How many there are.
    pub(crate) fn len(self) -> u64 {
        match self {
            Self::Bits(bits) => size(bits.iter().copied()),
            Self::Listed(all) => all.len() as u64,
        }
    }

    /// How many of them are among others, a bit each.
    pub(crate) fn within(self, others: &[u64]) -> u64 {
        match self {
            Self::Bits(bits) => size(bits.iter().zip(others).map(|(a, b)| a & b)),
            Self::Listed(all) => all.iter().filter(|(_, who)| holds(others, *who)).count() as u64,
        }
    }

    /// Adds them to others.
    pub(crate) fn add_to(self, others: &mut [u64]) {
        match self {
            Self::Bits(bits) => others.iter_mut().zip(bits).for_each(|(a, b)| *a |= b),
            Self::Listed(all) => {
                for &(_, who) in all {
                    if let Some(word) = others.get_mut(who as usize / 64) {
                        *word |= 1 << (who % 64);
                    }
                }
            }
        }
    }

    /// Goes through them, in order.
    pub(crate) fn each(self, mut each: impl FnMut(u32)) {
        match self {
            Self::Bits(bits) => each_bit(bits.len(), |at| bits[at], each),
            Self::Listed(all) => all.iter().for_each(|&(_, who)| each(who)),
        }
    }

    /// Goes through those who are among others, a bit each, in order.
    pub(crate) fn each_within(self, others: &[u64], mut each: impl FnMut(u32)) {
        match self {
            Self::Bits(bits) => each_bit(
                bits.len().min(others.len()),
                |at| bits[at] & others[at],
                each,
            ),
            Self::Listed(all) => {
                let within = all.iter().filter(|(_, who)| holds(others, *who));
                within.for_each(|&(_, who)| each(who));
            }
        }
    }
}

/// Goes through the bits of some words, in order.
fn each_bit(words: usize, word: impl Fn(usize) -> u64, mut each: impl FnMut(u32)) {
    // Of most sets few words have any: those are found first, without a branch.
    let mut filled = vec![0; words];
    let count = list(&mut filled, (0..words).map(|at| word(at) != 0));
    for &at in &filled[..count] {
        ones(word(at as usize)).for_each(|bit| each(at * 64 + bit));
    }
}

/// Whether a member is among others, a bit each.
pub(crate) fn holds(bits: &[u64], member: u32) -> bool {
    let word = bits.get(member as usize / 64);
    word.is_some_and(|word| word >> (member % 64) & 1 == 1)
}

/// How many bits words have.
pub(crate) fn size(words: impl Iterator<Item = u64>) -> u64 {
    words.map(|word| u64::from(word.count_ones())).sum()
}

impl From<Sets> for Listed {
    fn from(sets: Sets) -> Self {
        let mut held: Vec<u64> = sets
            .iter()
            .map(|(cell, member)| u64::from(member) * sets.cells + cell)
            .collect();
        held.sort_unstable();
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
