//! Sums of cells kept in words, while rows are added to them.

use crate::model::index::to_u32;

use super::ahead::Ahead;
use super::fill::Each;
use super::grid::Grid;
use super::words::Slot;

/// Some words of every cell, side by side.
#[derive(Clone, Debug)]
pub(super) struct Words {
    each: Vec<Word>,
    /// A sum a word, for each turn of a cell.
    sums: Vec<u64>,
    /// Words of cells, taken out when one of them was full.
    full: Vec<(u32, [u64; Words::MOST])>,
}

/// Values of rows, and the largest of each cell so far, one up.
#[derive(Debug, Default)]
pub(super) struct Values<'b> {
    pub(super) most: &'b mut [u64],
    pub(super) of_rows: &'b [u32],
}

/// One of those words.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// Which of a row's.
    pub(super) at: usize,
    pub(super) guards: u64,
    /// The table's lanes in it, and where.
    pub(super) lanes: Vec<(usize, Slot)>,
}

impl Words {
    /// Most words that lie side by side.
    pub(super) const MOST: usize = 3;

    /// Full ones that are kept before they are emptied into the table, which may be
    /// far off.
    const FULL: usize = 1 << 14;

    /// None yet, of so many.
    pub(super) fn new(each: &[Word]) -> Self {
        Self {
            each: each.to_vec(),
            sums: Vec::new(),
            full: Vec::new(),
        }
    }

    /// Whether so many were full that they are better emptied.
    pub(super) fn are_many_full(&self) -> bool {
        self.full.len() >= Self::FULL
    }

    /// Adds the words of rows to flat sums of so many cells.
    pub(super) fn add(&mut self, cells: Each<'_>, rows: &[Vec<u64>], all: usize) {
        let turns = turns(all as u64);
        self.sums.resize(all * turns * self.each.len(), 0);
        let none = Values::default();
        match (self.each.len(), turns) {
            (1, 1) => self.add_to::<1, 1, false>(cells, rows, none),
            (1, _) => self.add_to::<1, TURNS, false>(cells, rows, none),
            (2, 1) => self.add_to::<2, 1, false>(cells, rows, none),
            (2, _) => self.add_to::<2, TURNS, false>(cells, rows, none),
            (_, 1) => self.add_to::<{ Self::MOST }, 1, false>(cells, rows, none),
            _ => self.add_to::<{ Self::MOST }, TURNS, false>(cells, rows, none),
        }
    }

    /// The same of cells that take no turns, and values to the largest of each.
    pub(super) fn add_with(&mut self, cells: Each<'_>, rows: &[Vec<u64>], values: Values<'_>) {
        self.sums.resize(values.most.len() * self.each.len(), 0);
        match self.each.len() {
            1 => self.add_to::<1, 1, true>(cells, rows, values),
            2 => self.add_to::<2, 1, true>(cells, rows, values),
            _ => self.add_to::<{ Self::MOST }, 1, true>(cells, rows, values),
        }
    }

    /// Adds what another thread's have grown by, of so many cells. Neither has a
    /// guard set, so that no sum of both reaches the next one.
    pub(super) fn take_in(&mut self, other: &mut Self, all: usize) {
        self.full.append(&mut other.full);
        let sums = std::mem::take(&mut other.sums);
        if self.sums.is_empty() {
            self.sums = sums;
            return;
        }
        let (turns, width) = (turns(all as u64), self.each.len());
        let cells = self
            .sums
            .chunks_exact_mut(width)
            .zip(sums.chunks_exact(width));
        for (at, (own, more)) in cells.enumerate() {
            let mut full = 0;
            for ((sum, more), word) in own.iter_mut().zip(more).zip(&self.each) {
                *sum = sum.wrapping_add(*more);
                full |= *sum & word.guards;
            }
            if full != 0 {
                take_out(own, at / turns, &mut self.full);
            }
        }
    }

    /// Empties those that were full into the table.
    pub(super) fn empty_full(&mut self, grid: &mut Grid<u64>) {
        for (cell, mut sums) in self.full.drain(..) {
            let cell = grid.slot(cell.into());
            for (sum, word) in sums.iter_mut().zip(&self.each) {
                empty(sum, &word.lanes, cell);
            }
        }
    }

    /// Empties all of them into the table.
    pub(super) fn empty(&mut self, grid: &mut Grid<u64>) {
        self.empty_full(grid);
        let turns = turns(grid.cells());
        let cells = self.sums.chunks_exact_mut(turns * self.each.len());
        for (cell, sums) in (0..).zip(cells) {
            for (sum, word) in sums.iter_mut().zip(self.each.iter().cycle()) {
                if *sum != 0 {
                    empty(sum, &word.lanes, grid.slot(cell));
                }
            }
        }
    }

    /// Rows take turns with as many sums of a cell, so that in a small table few
    /// wait for the row before.
    #[inline(never)] // so that its few values stay in registers
    fn add_to<const WORDS: usize, const TURNS: usize, const LARGEST: bool>(
        &mut self,
        cells: Each<'_>,
        rows: &[Vec<u64>],
        Values { most, of_rows }: Values<'_>,
    ) {
        let (sums, _) = self.sums.as_chunks_mut::<WORDS>();
        let Some(words) = self.each.first_chunk::<WORDS>() else {
            return;
        };
        let all = cells.codes.len();
        // Each for itself, so that all are known to be as long as the codes.
        let a = &rows[words[0].at][..all];
        let b = if WORDS > 1 {
            &rows[words[1 % WORDS].at][..all]
        } else {
            a
        };
        let c = if WORDS > 2 {
            &rows[words[2 % WORDS].at][..all]
        } else {
            a
        };
        let guards = words.each_ref().map(|word| word.guards);
        let (base, step) = (cells.base as usize * TURNS, cells.stride as usize * TURNS);
        let Some(sums) = sums.get_mut(base..) else {
            return;
        };
        // Of one length, so that a place in one is a place in the other.
        let (most, of_rows) = if LARGEST {
            (&mut most[base..][..sums.len()], &of_rows[..all])
        } else {
            (most, of_rows)
        };
        let (ahead, other) = (Ahead::of(sums), Ahead::of(most));
        let cell = |row: usize| Some((*cells.codes.get(row)? as usize).wrapping_mul(step));
        for (row, &code) in cells.codes.iter().enumerate() {
            if TURNS == 1 {
                ahead.fetch(sums, row, cell);
                other.fetch(most, row, cell);
            }
            let place = (code as usize).wrapping_mul(step) + row % TURNS;
            let Some(sums) = sums.get_mut(place) else {
                continue;
            };
            if LARGEST && most[place] <= of_rows[row].into() {
                most[place] = u64::from(of_rows[row]) + 1;
            }
            // Not as a loop, which where code is to be small takes longer than they do.
            let is_full = if let (2, Some(sums)) = (WORDS, sums.first_chunk_mut()) {
                add_both(sums, [a[row], b[row]], [guards[0], guards[1 % WORDS]])
            } else {
                let mut is_full = add_one(&mut sums[0], a[row], guards[0]);
                if WORDS > 1 {
                    is_full |= add_one(&mut sums[1], b[row], guards[1]);
                }
                if WORDS > 2 {
                    is_full |= add_one(&mut sums[2], c[row], guards[2]);
                }
                is_full
            };
            if is_full {
                take_out(sums, cells.cell(code) as usize, &mut self.full);
            }
        }
    }
}

/// Adds words to two sums; gives whether any guard is set.
#[cfg(target_arch = "x86_64")]
#[inline]
fn add_both(sums: &mut [u64; 2], words: [u64; 2], guards: [u64; 2]) -> bool {
    use safe_arch::{add_i64_m128i, cmp_eq_mask_i8_m128i, m128i, move_mask_i8_m128i};
    const ALL: i32 = 0xFFFF;
    let sum = add_i64_m128i(m128i::from(*sums), m128i::from(words));
    *sums = sum.into();
    let none = cmp_eq_mask_i8_m128i(sum & m128i::from(guards), m128i::default());
    move_mask_i8_m128i(none) != ALL
}

/// Elsewhere one after the other.
#[cfg(not(target_arch = "x86_64"))]
#[inline]
fn add_both(sums: &mut [u64; 2], words: [u64; 2], guards: [u64; 2]) -> bool {
    let one = add_one(&mut sums[0], words[0], guards[0]);
    let other = add_one(&mut sums[1], words[1], guards[1]);
    one | other
}

/// The same of one sum.
#[inline]
fn add_one(sum: &mut u64, word: u64, guards: u64) -> bool {
    *sum = sum.wrapping_add(word);
    *sum & guards != 0
}

/// How many sums a cell has of each word; one where code is to be small.
const TURNS: usize = if cfg!(target_arch = "wasm32") { 1 } else { 4 };

/// Cells up to which they have so many.
const SMALL: u64 = 512;

/// How many sums of a word each of so many cells has.
pub(super) const fn turns(cells: u64) -> usize {
    if cells <= SMALL { TURNS } else { 1 }
}

/// Empties a word into its cell of the table; sums of all rows are proved to
/// fit there.
#[inline]
fn empty(word: &mut u64, lanes: &[(usize, Slot)], cell: &mut [u64]) {
    if *word == 0 {
        return;
    }
    for &(at, slot) in lanes {
        cell[at] = cell[at].wrapping_add(slot.of(*word));
    }
    *word = 0;
}

/// Takes the words of a cell out, of which one is full.
#[cold]
fn take_out(sums: &mut [u64], cell: usize, full: &mut Vec<(u32, [u64; Words::MOST])>) {
    let mut words = [0; Words::MOST];
    for (word, sum) in words.iter_mut().zip(sums) {
        *word = std::mem::take(sum);
    }
    full.push((to_u32(cell), words));
}

#[cfg(test)]
mod tests {
    use super::super::words::lay_out;
    use super::*;

    /// Two lanes of a word, 32 bits each, in tables of one cell, which takes turns.
    fn words(sums: [u64; TURNS]) -> Words {
        let lanes: Vec<(usize, Slot)> = lay_out(&[32, 32]).into_iter().enumerate().collect();
        Words {
            each: vec![Word {
                at: 0,
                guards: lanes.iter().fold(0, |all, (_, slot)| all | slot.guard()),
                lanes,
            }],
            sums: sums.to_vec(),
            full: Vec::new(),
        }
    }

    #[test]
    fn what_two_threads_added_is_one_sum_even_where_it_is_full() {
        let most = u64::from(u32::MAX / 2);
        let (low, both) = (most, most << 32 | most);
        let (mut own, mut other) = (words([low, 1, 0, both]), words([low, 2, 3, both]));
        own.take_in(&mut other, 1);
        // The first and the last turn are full: 2 · (2^31 - 1) passes 2^31.
        assert_eq!(own.sums, [0, 3, 3, 0]);
        assert_eq!(own.full, [(0, [2 * low, 0, 0]), (0, [2 * both, 0, 0])]);
        assert!(other.sums.is_empty());
        let mut grid = Grid::new(1, 2, 0, 1);
        own.empty_full(&mut grid);
        assert_eq!(grid.get(0), Some(&[4 * most, 2 * most][..]));
        assert!(own.full.is_empty());
    }

    #[test]
    fn two_sums_at_once_are_as_one_by_one() {
        let guards = [1 << 63 | 1 << 31, 1 << 40];
        let words = [0, 1, u64::MAX, 1 << 31, 1 << 39, u64::MAX / 3];
        for (at, &a) in words.iter().enumerate() {
            for &b in &words[at..] {
                let (mut both, mut each) = ([a, b], [a, b]);
                let is_full = add_both(&mut both, [b, a], guards);
                let one = add_one(&mut each[0], b, guards[0]);
                let other = add_one(&mut each[1], a, guards[1]);
                assert_eq!((is_full, both), (one || other, each));
            }
        }
    }

    #[test]
    fn what_one_thread_alone_added_is_taken_as_it_is() {
        let (mut own, mut other) = (words([0; TURNS]), words([5, 6, 7, 8]));
        own.sums.clear();
        other.full.push((0, [9, 0, 0]));
        own.take_in(&mut other, 1);
        assert_eq!(own.sums, [5, 6, 7, 8]);
        assert_eq!(own.full, [(0, [9, 0, 0])]);
    }
}
