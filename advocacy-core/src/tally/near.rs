//! Tables kept flat, filled in tight loops.
//!
//! Sums, largest values and moments grow in few bits near the processor, for as
//! long as they provably fit, and are emptied into the table when they might
//! not, and in the end.

use std::ops::BitOr;

use crate::error::Result;
use crate::wide::largest;

use super::ahead::Ahead;
use super::block::Block;
use super::cell_words::{Values, Word, Words};
use super::fill::{Cells, Each};
use super::gather::Gathered;
use super::grid::Grid;
use super::members::add_firsts;
use super::pairs::Summed;
use super::scan::Pass;
use super::table::{Table, overflow};

/// What a table has grown by since it was last emptied into it.
#[derive(Clone, Debug, Default)]
pub(super) struct Near {
    /// Of sums that are kept in words.
    in_words: bool,
    /// Of those: whether the table has anything that words had not.
    touched: bool,
    /// The lanes, by their places among the pass's.
    lanes: Vec<usize>,
    words: Vec<Words>,
    /// Lanes that are listed: their places in the table and among the pass's,
    /// and a sum a cell.
    listed: Vec<(usize, usize, Vec<u64>)>,
    /// One up, so that 0 is none.
    most: Vec<u64>,
    /// By cell.
    moments: Vec<[u64; 3]>,
    /// No moment is larger.
    largest: u64,
    /// Of firsts: a bit for each that is found.
    seen: Vec<u64>,
    /// Of firsts: when the rows of a block were.
    instants: Vec<i64>,
    /// Of members that are gathered.
    gathered: Option<Gathered>,
}

/// Where a table is kept while it is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    InTable,
    /// But for words that were full.
    InWords,
    Gathered,
}

impl Near {
    pub(super) fn new(in_words: bool, gathered: Option<Gathered>) -> Self {
        Self {
            in_words,
            gathered,
            ..Self::default()
        }
    }

    /// Where most of the table is kept while it is filled.
    pub(super) fn kept(&self) -> Kept {
        match &self.gathered {
            Some(_) => Kept::Gathered,
            None if self.in_words => Kept::InWords,
            None => Kept::InTable,
        }
    }

    /// The members that are gathered, if they are.
    pub(super) fn gathered(&mut self) -> Option<&mut Gathered> {
        self.gathered.as_mut()
    }

    pub(super) fn find_words(&mut self, pass: &Pass<'_>, lanes: &[usize]) {
        if !self.in_words {
            return;
        }
        self.lanes = lanes.to_vec();
        let words = pass.guards.iter().enumerate().map(|(at, &guards)| {
            let slot = |&lane: &usize| pass.quantities[lane].slot.filter(|slot| slot.word == at);
            let lanes = lanes.iter().enumerate();
            let lanes = lanes.filter_map(|(place, lane)| Some((place, slot(lane)?)));
            Word {
                at,
                guards,
                lanes: lanes.collect(),
            }
        });
        let words: Vec<Word> = words.filter(|word| !word.lanes.is_empty()).collect();
        self.words.extend(words.chunks(Words::MOST).map(Words::new));
        let lanes = self.lanes.iter().enumerate();
        let listed = lanes.map(|(place, &lane)| (place, lane, Vec::new()));
        self.listed = listed.collect();
    }

    /// Adds the block to flat sums; false where they are not kept in words.
    pub(super) fn add_sums(
        &mut self,
        pass: &Pass<'_>,
        block: &Block,
        cells: Cells<'_>,
        grid: &mut Grid<u64>,
    ) -> bool {
        if !self.in_words {
            return false;
        }
        match cells {
            Cells::None => {}
            Cells::One(cell) => {
                self.touched = true;
                for (sum, &lane) in grid.slot(cell.into()).iter_mut().zip(&self.lanes) {
                    *sum = sum.wrapping_add(pass.quantities[lane].total(lane, block));
                }
            }
            Cells::Each(cells) => self.add_words(block, cells, grid, None),
        }
        true
    }

    /// Adds the block's words to the sums of cells; values, too, to the largest of
    /// the same cells.
    fn add_words(
        &mut self,
        block: &Block,
        cells: Each<'_>,
        grid: &mut Grid<u64>,
        mut values: Option<Values<'_>>,
    ) {
        let all = usize::try_from(grid.cells()).unwrap_or(0);
        for words in &mut self.words {
            match values.take() {
                Some(values) => words.add_with(cells, &block.words, values),
                None => words.add(cells, &block.words, all),
            }
            if words.are_many_full() {
                self.touched = true;
                grid.lay_flat();
                words.empty_full(grid);
            }
        }
        for (_, lane, sums) in &mut self.listed {
            let listed = &block.listed[*lane];
            if !listed.is_empty() {
                sums.resize(all, 0);
            }
            for &(row, value) in listed {
                let cell = cells.cell(cells.codes[row as usize]);
                if let Some(sum) = sums.get_mut(cell as usize) {
                    *sum = sum.wrapping_add(value);
                }
            }
        }
    }

    /// Adds the block to flat sums, and to largest values of the same cells: each row
    /// is looked at once for both.
    pub(super) fn add_sums_and_most(
        &mut self,
        block: &Block,
        cells: Each<'_>,
        grid: &mut Grid<u64>,
        (other, of_rows): (&mut Self, &[u32]),
    ) {
        let most = &mut other.most;
        most.resize(usize::try_from(grid.cells()).unwrap_or(0), 0);
        self.add_words(block, cells, grid, Some(Values { most, of_rows }));
    }

    /// Adds the block to flat largest values.
    pub(super) fn add_most(
        &mut self,
        pass: &Pass<'_>,
        block: &Block,
        cells: Cells<'_>,
        lane: usize,
        size: usize,
    ) {
        self.most.resize(size, 0);
        match pass.quantities[lane].short(lane, block) {
            Some(values) => add_most(&mut self.most, cells, values, largest),
            None => add_most(&mut self.most, cells, &block.values[lane], |values| {
                values.iter().copied().max().unwrap_or(0)
            }),
        }
    }

    /// Adds what the block's pairs summed up to.
    pub(super) fn add_paired(
        &mut self,
        (bits, rows): (u64, usize),
        sums: &[(u32, Summed)],
        table: &mut Table,
    ) -> Result<bool> {
        let fits = self.make_room(bits, rows, table)?;
        for &(cell, Summed { products, .. }) in sums.iter().filter(|_| fits) {
            if let Some(sums) = self.moments.get_mut(cell as usize) {
                let sums = sums.iter_mut().zip(products);
                sums.for_each(|(sum, more)| *sum = sum.wrapping_add(more));
            }
        }
        Ok(fits)
    }

    /// Adds the block to a flat table of moments, which are kept in 64 bits for
    /// as long as they provably fit; false where they do not.
    pub(super) fn add_moments(
        &mut self,
        pass: &Pass<'_>,
        block: &Block,
        cells: Cells<'_>,
        lanes: &[usize],
        table: &mut Table,
    ) -> Result<bool> {
        let &[n, d, known] = lanes else {
            return Ok(false);
        };
        if !pass.quantities[known].counts_rows() {
            return Ok(false);
        }
        let short = |lane: usize| pass.quantities[lane].short(lane, block);
        if let Some(pair) = short(n).zip(short(d)) {
            return self.add_products(pair, cells, table);
        }
        // In 64 bits are those that always are, or have to be in this block.
        let is_long = |lane: usize| pass.quantities[lane].alone || short(lane).is_none();
        if !(is_long(n) && is_long(d)) {
            return Ok(false);
        }
        let rows = block.rows.len();
        let pair = (&block.values[n][..rows], &block.values[d][..rows]);
        self.add_products(pair, cells, table)
    }

    /// Makes room for the moments of so many rows whose values have no other bits
    /// than these; false where they might not fit.
    fn make_room(&mut self, bits: u64, rows: usize, table: &mut Table) -> Result<bool> {
        let Table::Moments(grid) = &mut *table else {
            return Ok(false);
        };
        let Some(size) = grid.flat().map(|grid| grid.len() / 3) else {
            return Ok(false);
        };
        let largest = u128::from(bits).saturating_mul(bits.into());
        let Ok(largest) = u64::try_from(largest.saturating_mul(rows as u128)) else {
            return Ok(false);
        };
        if self.largest.checked_add(largest).is_none() {
            self.empty(table)?;
        }
        self.largest = self.largest.saturating_add(largest);
        self.moments.resize(size, [0; 3]);
        Ok(true)
    }

    /// Adds the products of values; false where they might not fit.
    #[inline(never)] // so that its few values stay in registers
    fn add_products<V>(
        &mut self,
        (above, below): (&[V], &[V]),
        cells: Cells<'_>,
        table: &mut Table,
    ) -> Result<bool>
    where
        V: Copy + Default + BitOr<Output = V> + Into<u64>,
    {
        let all = |values: &[V]| values.iter().fold(V::default(), |all, &value| all | value);
        let bits = (all(above) | all(below)).into();
        if !self.make_room(bits, above.len(), table)? {
            return Ok(false);
        }
        let add = |[squares, mixed, others]: [u64; 3], n: V, d: V| {
            let (n, d) = (n.into(), d.into());
            [
                squares.wrapping_add(n.wrapping_mul(n)),
                mixed.wrapping_add(n.wrapping_mul(d)),
                others.wrapping_add(d.wrapping_mul(d)),
            ]
        };
        let pairs = above.iter().zip(below);
        match cells {
            Cells::None => {}
            Cells::One(cell) => {
                if let Some(sums) = self.moments.get_mut(cell as usize) {
                    *sums = pairs.fold(*sums, |sums, (&n, &d)| add(sums, n, d));
                }
            }
            Cells::Each(cells) => {
                for (cell, (&n, &d)) in cells.iter().zip(pairs) {
                    if let Some(sums) = self.moments.get_mut(cell as usize) {
                        *sums = add(*sums, n, d);
                    }
                }
            }
        }
        Ok(true)
    }

    /// Adds the words of another thread's of the same table, of so many cells.
    pub(super) fn take_in(&mut self, other: &mut Self, cells: u64) {
        let cells = usize::try_from(cells).unwrap_or(0);
        for (own, theirs) in self.words.iter_mut().zip(&mut other.words) {
            own.take_in(theirs, cells);
        }
    }

    /// Notes that something was added to the table itself.
    pub(super) fn touch(&mut self) {
        self.touched = true;
    }

    /// Whether nothing is left of the table, for another took in all its words.
    pub(super) fn is_spent(&self) -> bool {
        self.in_words && !self.touched && self.listed.iter().all(|(.., sums)| sums.is_empty())
    }

    /// Whether sums are kept in words.
    pub(super) fn is_in_words(&self) -> bool {
        self.in_words
    }

    /// Whether any of them are, and not listed one by one.
    pub(super) fn has_words(&self) -> bool {
        !self.words.is_empty()
    }

    /// A bit for each of `firsts` that is found.
    pub(super) fn seen(&mut self, firsts: usize) -> &mut [u64] {
        self.seen.resize(firsts.div_ceil(64), 0);
        &mut self.seen
    }

    /// Notes the earliest instants of members in flat cells, by rows in any order.
    pub(super) fn add_firsts(
        &mut self,
        pass: &Pass<'_>,
        block: &Block,
        cells: Cells<'_>,
        members: (&[u32], u32),
        firsts: &mut [i64],
    ) {
        pass.instants(block, &mut self.instants);
        add_firsts(firsts, cells, members, &self.instants);
    }

    /// Empties everything into the table.
    pub(super) fn empty(&mut self, table: &mut Table) -> Result<()> {
        match table {
            Table::Sums(sums) => {
                let grid = sums.grid();
                for words in &mut self.words {
                    words.empty(grid);
                }
                for (at, _, sums) in &mut self.listed {
                    let filled = (0..).zip(sums).filter(|(_, sum)| **sum != 0);
                    for (cell, sum) in filled {
                        let value = &mut grid.slot(cell)[*at];
                        *value = value.wrapping_add(std::mem::take(sum));
                    }
                }
            }
            Table::Distinct(sets) => {
                if let (Some(gathered), Some((_, bits))) = (self.gathered.take(), sets.bits()) {
                    gathered.add_to(bits);
                }
            }
            Table::Most(grid) => {
                for (most, near) in grid.flat().into_iter().flatten().zip(&self.most) {
                    *most = (*most).max(near.checked_sub(1));
                }
            }
            Table::Moments(grid) => {
                let cells = grid
                    .flat()
                    .into_iter()
                    .flat_map(|grid| grid.chunks_exact_mut(3));
                for (cell, near) in cells.zip(&mut self.moments) {
                    for (sum, more) in cell.iter_mut().zip(std::mem::take(near)) {
                        *sum = sum.checked_add(more.into()).ok_or_else(overflow)?;
                    }
                }
                self.largest = 0;
            }
            _ => {}
        }
        Ok(())
    }
}

/// Adds values to the largest of each cell, which are one up.
#[inline(never)]
fn add_most<V: Copy + Into<u64>>(
    most: &mut [u64],
    cells: Cells<'_>,
    values: &[V],
    largest: impl Fn(&[V]) -> V,
) {
    match cells {
        Cells::None => {}
        Cells::One(cell) => {
            if let (Some(most), false) = (most.get_mut(cell as usize), values.is_empty()) {
                *most = (*most).max(largest(values).into() + 1);
            }
        }
        Cells::Each(cells) => {
            let ahead = Ahead::of(most);
            let place = |row: usize| Some(cells.cell(*cells.codes.get(row)?) as usize);
            for (row, (cell, &value)) in cells.iter().zip(values).enumerate() {
                ahead.fetch(most, row, place);
                if let Some(most) = most.get_mut(cell as usize)
                    && *most <= value.into()
                {
                    *most = value.into() + 1;
                }
            }
        }
    }
}
