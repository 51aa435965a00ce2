//! Tables kept flat, filled in tight loops.
//!
//! Sums, largest values and moments grow in few bits near the processor, for as
//! long as they provably fit, and are emptied into the table when they might
//! not, and in the end.

use std::ops::BitOr;

use crate::error::Result;
use crate::model::index::to_u32;
use crate::wide::wide;

use super::ahead::Ahead;
use super::block::Block;
use super::fill::{Cells, Each};
use super::gather::Gathered;
use super::grid::Grid;
use super::pairs::Summed;
use super::scan::Pass;
use super::sets::FirstFew;
use super::table::{Table, overflow};
use super::words::Slot;

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

/// Some words of every cell, side by side.
#[derive(Clone, Debug)]
struct Words {
    each: Vec<Word>,
    /// A sum a word, for each turn of a cell.
    sums: Vec<u64>,
    /// Words of cells, taken out when one of them was full.
    full: Vec<(u32, [u64; Words::MOST])>,
}

/// Values of rows, and the largest of each cell so far, one up.
#[derive(Debug, Default)]
struct Values<'b> {
    most: &'b mut [u64],
    of_rows: &'b [u32],
}

#[derive(Clone, Debug)]
struct Word {
    /// Which of a row's.
    at: usize,
    guards: u64,
    /// The table's lanes in it, and where.
    lanes: Vec<(usize, Slot)>,
}

impl Words {
    /// Most words that lie side by side.
    const MOST: usize = 3;

    /// Full ones that are kept before they are emptied into the table, which may be
    /// far off.
    const FULL: usize = 1 << 14;

    /// Adds the words of rows to flat sums of so many cells.
    fn add(&mut self, cells: Each<'_>, rows: &[Vec<u64>], all: usize) {
        let turns = turns(all);
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
    fn add_with(&mut self, cells: Each<'_>, rows: &[Vec<u64>], values: Values<'_>) {
        self.sums.resize(values.most.len() * self.each.len(), 0);
        match self.each.len() {
            1 => self.add_to::<1, 1, true>(cells, rows, values),
            2 => self.add_to::<2, 1, true>(cells, rows, values),
            _ => self.add_to::<{ Self::MOST }, 1, true>(cells, rows, values),
        }
    }

    /// Adds what another thread's have grown by, of so many cells. Neither has a
    /// guard set, so that no sum of both reaches the next one.
    fn take_in(&mut self, other: &mut Self, all: usize) {
        self.full.append(&mut other.full);
        let sums = std::mem::take(&mut other.sums);
        if self.sums.is_empty() {
            self.sums = sums;
            return;
        }
        let (turns, width) = (turns(all), self.each.len());
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
    fn empty_full(&mut self, grid: &mut Grid<u64>) {
        for (cell, mut sums) in self.full.drain(..) {
            let cell = grid.slot(cell.into());
            for (sum, word) in sums.iter_mut().zip(&self.each) {
                empty(sum, &word.lanes, cell);
            }
        }
    }

    /// Rows take turns with as many sums of a cell, so that in a small table few
    /// wait for the row before.
    #[inline(never)] // so that its few values stay in registers
    fn add_to<const WORDS: usize, const TURNS: usize, const MOST: bool>(
        &mut self,
        cells: Each<'_>,
        rows: &[Vec<u64>],
        Values { most, of_rows }: Values<'_>,
    ) {
        let (sums, _) = self.sums.as_chunks_mut::<WORDS>();
        let Some(words) = self.each.first_chunk::<WORDS>() else {
            return;
        };
        let [a, b, c] = [0, 1, 2].map(|at| {
            let word = words
                .get(at)
                .map(|word| &rows[word.at][..cells.codes.len()]);
            word.unwrap_or_default()
        });
        let guards = words.each_ref().map(|word| word.guards);
        let (base, step) = (cells.base as usize * TURNS, cells.stride as usize * TURNS);
        let Some(sums) = sums.get_mut(base..) else {
            return;
        };
        // Of one length, so that a place in one is a place in the other.
        let (most, of_rows) = if MOST {
            (
                &mut most[base..][..sums.len()],
                &of_rows[..cells.codes.len()],
            )
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
            if MOST && most[place] <= of_rows[row].into() {
                most[place] = u64::from(of_rows[row]) + 1;
            }
            // Not as a loop, which where code is to be small takes longer than they do.
            sums[0] = sums[0].wrapping_add(a[row]);
            let mut full = sums[0] & guards[0];
            if WORDS > 1 {
                sums[1] = sums[1].wrapping_add(b[row]);
                full |= sums[1] & guards[1];
            }
            if WORDS > 2 {
                sums[2] = sums[2].wrapping_add(c[row]);
                full |= sums[2] & guards[2];
            }
            if full != 0 {
                take_out(sums, cells.cell(code) as usize, &mut self.full);
            }
        }
    }
}

/// How many sums a cell has of each word; one where code is to be small.
const TURNS: usize = if cfg!(target_arch = "wasm32") { 1 } else { 4 };

/// Cells up to which they have so many.
const SMALL: usize = 512;

/// How many sums each of so many cells has.
const fn turns(cells: usize) -> usize {
    if cells <= SMALL { TURNS } else { 1 }
}

/// Whether it has several.
pub(super) const fn takes_turns(cells: u64) -> bool {
    cells <= SMALL as u64
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
        self.words
            .extend(words.chunks(Words::MOST).map(|words| Words {
                each: words.to_vec(),
                sums: Vec::new(),
                full: Vec::new(),
            }));
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
            Cells::Each(cells) => {
                self.add_words(block, cells, grid, None);
            }
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
            if words.full.len() >= Words::FULL {
                self.touched = true;
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
            Some(values) => add_most(&mut self.most, cells, values),
            None => add_most(&mut self.most, cells, &block.values[lane]),
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
                let turns = turns(usize::try_from(grid.cells()).unwrap_or(0));
                for own in &mut self.words {
                    own.empty_full(grid);
                    let Words { each, sums, .. } = own;
                    let cells = sums.chunks_exact_mut(turns * each.len());
                    for (cell, sums) in (0..).zip(cells) {
                        for (sum, word) in sums.iter_mut().zip(each.iter().cycle()) {
                            if *sum != 0 {
                                empty(sum, &word.lanes, grid.slot(cell));
                            }
                        }
                    }
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
fn add_most<V: Copy + Ord + Into<u64>>(most: &mut [u64], cells: Cells<'_>, values: &[V]) {
    match cells {
        Cells::None => {}
        Cells::One(cell) => {
            let largest = wide(
                #[inline(always)]
                || values.iter().copied().reduce(V::max),
            );
            if let (Some(most), Some(value)) = (most.get_mut(cell as usize), largest) {
                *most = (*most).max(value.into() + 1);
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

/// Adds the members of rows, of whom the last is none, to cells of bits.
#[inline(never)]
pub(super) fn add_members(
    (words, bits): (usize, &mut [u64]),
    cells: Cells<'_>,
    (members, radix): (&[u32], u32),
) {
    let none = radix.saturating_sub(1);
    let add = |bits: &mut [u64], member: u32| {
        if member != none
            && let Some(word) = bits.get_mut((member >> 6) as usize)
        {
            *word |= 1 << (member & 63);
        }
    };
    match cells {
        Cells::None => {}
        Cells::One(cell) => {
            let start = cell as usize * words;
            if let Some(bits) = bits.get_mut(start..start + words) {
                for &member in members {
                    add(bits, member);
                }
            }
        }
        Cells::Each(cells) => {
            for (cell, &member) in cells.iter().zip(members) {
                if let Some(bits) = bits.get_mut(cell as usize * words..) {
                    add(bits, member);
                }
            }
        }
    }
}

/// Cells with room up to which rows are searched for each of them.
const OPEN: usize = 4;

/// Adds members to the cells that have few.
pub(super) fn add_few(mut few: FirstFew<'_>, cells: Cells<'_>, (members, radix): (&[u32], u32)) {
    let none = radix.saturating_sub(1);
    match cells {
        Cells::None => {}
        Cells::One(cell) => {
            let known = members.iter().filter(|&&member| member != none);
            known.for_each(|&member| few.insert(cell as usize, member));
        }
        Cells::Each(cells) => {
            if few.open(OPEN).is_some_and(|open| !cells.hold_any(&open)) {
                return;
            }
            for (codes, members) in cells.codes.chunks(16).zip(members.chunks(16)) {
                let places = codes.iter().map(|&code| cells.cell(code) as usize);
                if !few.have_room(places.clone()) {
                    continue;
                }
                let known = places.zip(members).filter(|&(_, &member)| member != none);
                known.for_each(|(cell, &member)| few.insert(cell, member));
            }
        }
    }
}

/// Notes the earliest instant of each member in each cell.
#[inline(never)] // so that its few values stay in registers
fn add_firsts(
    firsts: &mut [i64],
    cells: Cells<'_>,
    (members, radix): (&[u32], u32),
    instants: &[i64],
) {
    let note = |firsts: &mut [i64], place: usize, instant: i64| {
        if let Some(first) = firsts.get_mut(place) {
            *first = (*first).max(-instant);
        }
    };
    // That of a row in no cell lies beyond all.
    let place = |cell: u32| (cell as usize).saturating_mul(radix as usize);
    let ahead = Ahead::of(firsts);
    let rows = members.iter().zip(instants);
    match cells {
        Cells::None => {}
        Cells::One(cell) => {
            if let Some(firsts) = firsts.get_mut(place(cell)..) {
                for (row, (&member, &at)) in rows.enumerate() {
                    ahead.fetch(firsts, row, |row| Some(*members.get(row)? as usize));
                    note(firsts, member as usize, at);
                }
            }
        }
        Cells::Each(cells) => {
            for (cell, (&member, &at)) in cells.iter().zip(rows) {
                note(firsts, place(cell).saturating_add(member as usize), at);
            }
        }
    }
}

/// The same of rows in the order of time, of which only the first of each
/// counts, a bit for each that was seen.
pub(super) fn add_first_rows(
    firsts: &mut [i64],
    seen: &mut [u64],
    cells: Cells<'_>,
    (members, radix): (&[u32], u32),
    instant: impl Fn(usize) -> i64,
) {
    // That of a row in no cell lies beyond all.
    let place = |cell: u32| (cell as usize).saturating_mul(radix as usize);
    // Noted first and looked up after, so that no row waits for another's.
    let found = match cells {
        Cells::None => Vec::new(),
        Cells::One(cell) => {
            let start = place(cell);
            unseen(
                seen,
                members
                    .iter()
                    .map(|&member| start.saturating_add(member as usize)),
            )
        }
        Cells::Each(cells) => {
            let rows = cells.iter().zip(members);
            let place = |(cell, &member): (u32, &u32)| place(cell).saturating_add(member as usize);
            unseen(seen, rows.map(place))
        }
    };
    note_first_rows(firsts, found, instant);
}

/// Notes the instants of first rows, each by its place.
fn note_first_rows(firsts: &mut [i64], found: Vec<(usize, usize)>, instant: impl Fn(usize) -> i64) {
    for (place, at) in found {
        if let Some(first) = firsts.get_mut(place) {
            *first = -instant(at);
        }
    }
}

/// The same of all members in one cell, who are added to a cell of bits as well,
/// the last of whom is none: each row is looked at once for both.
pub(super) fn add_members_and_first_rows(
    bits: &mut [u64],
    firsts: &mut [i64],
    seen: &mut [u64],
    (members, radix): (&[u32], u32),
    instant: impl Fn(usize) -> i64,
) {
    note_first_rows(firsts, add_and_see(bits, seen, members), instant);
    let none = radix.saturating_sub(1);
    if let Some(word) = bits.get_mut((none >> 6) as usize) {
        *word &= !(1 << (none & 63));
    }
}

/// Adds members to bits; gives those seen for the first time, as [`unseen`].
#[inline(never)] // so that its few values stay in registers
fn add_and_see(bits: &mut [u64], seen: &mut [u64], members: &[u32]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    // Of one length, so that a place in one is a place in the other.
    let words = bits.len().min(seen.len());
    let (bits, seen) = (&mut bits[..words], &mut seen[..words]);
    for (at, &member) in members.iter().enumerate() {
        let (place, bit) = ((member >> 6) as usize, 1 << (member & 63));
        if place < words {
            bits[place] |= bit;
            if seen[place] & bit == 0 {
                seen[place] |= bit;
                found.push((member as usize, at));
            }
        }
    }
    found
}

/// The places that are seen for the first time, each with where it is among all.
#[inline(never)]
fn unseen(seen: &mut [u64], places: impl Iterator<Item = usize>) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (at, place) in places.enumerate() {
        if let Some(word) = seen.get_mut(place >> 6)
            && *word >> (place & 63) & 1 == 0
        {
            *word |= 1 << (place & 63);
            found.push((place, at));
        }
    }
    found
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
    fn what_one_thread_alone_added_is_taken_as_it_is() {
        let (mut own, mut other) = (words([0; TURNS]), words([5, 6, 7, 8]));
        own.sums.clear();
        other.full.push((0, [9, 0, 0]));
        own.take_in(&mut other, 1);
        assert_eq!(own.sums, [5, 6, 7, 8]);
        assert_eq!(own.full, [(0, [9, 0, 0])]);
    }
}
