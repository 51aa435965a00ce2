//! A block of rows added to a table.
//!
//! Tables kept flat, in which every row has one cell, are filled in tight
//! loops ([`near`](super::near)); the rest row by row.

use std::borrow::Cow;

use crate::error::Result;
use crate::wide::put_codes;

use super::block::Block;
use super::cell_words::turns;
use super::gather::Gathered;
use super::grid::is_flat;
use super::keys::OUTSIDE;
use super::members::{add_few, add_first_rows, add_members, add_members_and_first_rows};
use super::near::{Kept, Near};
use super::runs::Growing;
use super::scan::Pass;
use super::spec::{Key, Lane, Spec, What};
use super::table::{InPlace, Table, overflow};

/// The cell of a row that is in none.
const NOWHERE: u64 = u64::MAX;

/// One table being filled.
#[derive(Clone, Debug)]
pub(super) struct Filling {
    /// Places of its keys among the pass's.
    keys: Vec<usize>,
    /// Places of its lanes among the pass's.
    lanes: Vec<usize>,
    /// Place, among the pass's keys, of what is distinct or whose instants.
    member: Option<usize>,
    /// Places of advocate, content and network, of distinct shares.
    share: [usize; 3],
    /// Every row has one cell, and all cells are numbered within 32 bits.
    single: bool,
    near: Near,
    extent: Extent,
    /// Of runs, as they grow.
    runs: Option<Growing>,
    /// What is not kept otherwise.
    table: Table,
    /// Whether the block is in it.
    pub(super) done: bool,
}

/// What a table holds, and how much.
#[derive(Clone, Debug)]
struct Extent {
    what: What,
    cells: u64,
    members: u64,
    rows: u64,
}

impl Extent {
    /// An empty table, to count so many rows in.
    fn table(&self, rows: u64) -> Table {
        Table::new(&self.what, self.cells, self.members, rows)
    }

    /// Whether rows are so few that most of its cells are of none.
    fn is_scant(&self) -> bool {
        self.cells / 4 > self.rows
    }

    /// Whether its cells, of so many values each, lie side by side.
    fn is_flat(&self, values: u64) -> bool {
        is_flat(self.cells.saturating_mul(values), self.rows)
    }
}

/// The cells of a block's rows.
#[derive(Clone, Copy)]
pub(super) enum Cells<'b> {
    /// No row is in any.
    None,
    /// All rows are in this one.
    One(u32),
    /// Row by row; beyond the last for rows in none.
    Each(Each<'b>),
}

/// A cell for each row, by its code.
#[derive(Clone, Copy)]
pub(super) struct Each<'b> {
    pub(super) codes: &'b [u32],
    /// That of code 0, and how far those of codes lie apart.
    pub(super) base: u32,
    pub(super) stride: u32,
    /// Codes are below this.
    pub(super) radix: u32,
}

impl<'b> Each<'b> {
    /// Of rows whose cells are known.
    pub(super) const fn of(cells: &'b [u32]) -> Self {
        Self {
            codes: cells,
            base: 0,
            stride: 1,
            radix: u32::MAX,
        }
    }

    #[inline]
    pub(super) fn cell(self, code: u32) -> u32 {
        let cell = code.wrapping_mul(self.stride);
        cell.wrapping_add(self.base)
    }

    /// Whether a row is in one of some cells.
    pub(super) fn hold_any(self, cells: &[u32]) -> bool {
        let code = |&cell: &u32| {
            let above = cell.checked_sub(self.base)?;
            above
                .is_multiple_of(self.stride)
                .then_some(above / self.stride)
        };
        // To the end, without a branch for each: hardly ever is there any.
        let times = |wanted: u32| {
            let codes = self.codes.iter();
            codes.fold(0, |times, &code| times + u32::from(code == wanted))
        };
        cells
            .iter()
            .filter_map(code)
            .any(|wanted| times(wanted) > 0)
    }

    #[inline]
    pub(super) fn iter(self) -> impl Iterator<Item = u32> {
        self.codes.iter().map(move |&code| self.cell(code))
    }
}

impl Filling {
    pub(super) fn new(pass: &mut Pass<'_>, spec: &Spec) -> Result<Self> {
        let known = |lane: &Lane| Lane {
            terms: Cow::default(),
            ..lane.clone()
        };
        // The last says in which rows the others are known.
        let lanes: Vec<Lane> = match &spec.what {
            What::Sums(lanes) => lanes.clone(),
            What::Moments(a, b) | What::Pairs(a, b) => vec![a.clone(), b.clone(), known(a)],
            What::Values(lane) | What::Most(lane) => vec![lane.clone(), known(lane)],
            What::Distinct(_)
            | What::Few(..)
            | What::DistinctShares
            | What::First
            | What::Runs(_) => Vec::new(),
        };
        let keys: Vec<usize> = spec.keys.iter().map(|key| pass.key(key)).collect();
        let lanes: Vec<usize> = lanes.iter().map(|lane| pass.lane(lane)).collect();
        let member = spec.what.member().map(|key| pass.key(&key));
        let share = match spec.what {
            What::DistinctShares => {
                [Key::Advocate, Key::Content, Key::Network].map(|key| pass.key(&key))
            }
            _ => [0; 3],
        };
        let radix = |at: &usize| u64::from(pass.keys[*at].radix).max(1);
        let cells = keys
            .iter()
            .try_fold(1_u64, |cells, at| cells.checked_mul(radix(at)))
            .ok_or_else(too_many)?;
        let members = member.as_ref().map_or(0, radix);
        let all = cells.checked_mul(members.max(1)).ok_or_else(too_many)?;
        let rows = pass.known.facts.rows as u64;
        let of_members = matches!(spec.what, What::First | What::Runs(_));
        let extent = Extent {
            what: spec.what.clone(),
            cells: if of_members { all } else { cells },
            members,
            rows,
        };
        let many = keys.iter().any(|&at| pass.keys[at].is_many());
        let numbered = match spec.what {
            What::Few(..) => cells,
            _ => all,
        };
        let single = !many && numbered < u64::from(u32::MAX);
        let fits = |lane: &usize| {
            pass.quantities[*lane].most.saturating_mul(rows.into()) <= u64::MAX.into()
        };
        let in_words = single
            && matches!(spec.what, What::Sums(_))
            && extent.is_flat(lanes.len() as u64)
            && lanes.iter().all(fits);
        let compared = match (&spec.what, &lanes[..]) {
            (What::Most(_), &[value, known]) if single && extent.is_flat(1) => {
                let most = pass.quantities[value].most;
                most < u64::MAX.into() && pass.quantities[known].counts_rows()
            }
            (What::Moments(..), &[above, below, known]) if single && extent.is_flat(3) => {
                let in_32_bits = |lane: usize| !pass.quantities[lane].short.is_empty();
                let counts_rows = pass.quantities[known].counts_rows();
                in_32_bits(above) && in_32_bits(below) && counts_rows
            }
            _ => false,
        };
        let gathered = match spec.what {
            What::Distinct(_) if single && !pass.in_order => Gathered::of(members, cells, rows),
            _ => None,
        };
        for &lane in &lanes {
            let quantity = &mut pass.quantities[lane];
            quantity.in_words |= in_words;
            quantity.compared |= compared && !quantity.counts_rows();
            quantity.alone |= !(in_words || compared);
        }
        Ok(Self {
            keys,
            lanes,
            member,
            share,
            single,
            near: Near::new(in_words, gathered),
            runs: None,
            done: false,
            table: Table::sparse(&extent.what, extent.cells, extent.members),
            extent,
        })
    }

    /// The same to be filled on a thread of its own.
    pub(super) fn begin(&self, pass: &Pass<'_>) -> Self {
        let mut own = self.clone();
        let Extent {
            what, cells, rows, ..
        } = &self.extent;
        if let &What::Runs(limit) = what {
            let in_order = pass.in_order && self.single;
            own.runs = Some(Growing::new(limit, *cells, *rows, in_order));
        }
        // Of others, what little gets there before the end may be anywhere.
        if self.near.kept() == Kept::InTable {
            own.table = self.extent.table(*rows);
        }
        own
    }

    /// Finds its lanes in the words of a row.
    pub(super) fn find_words(&mut self, pass: &Pass<'_>) {
        self.near.find_words(pass, &self.lanes);
    }

    /// The places of all keys it reads, among the pass's.
    pub(super) fn keys(&self) -> impl Iterator<Item = usize> {
        let of_share = matches!(self.table, Table::DistinctShares(_)).then_some(self.share);
        let of_share = of_share.into_iter().flatten();
        self.keys.iter().copied().chain(self.member).chain(of_share)
    }

    /// The keys' places, each with how far its codes lie apart; the last key's
    /// lie next to each other.
    fn strides(&self, pass: &Pass<'_>) -> Vec<(usize, u64)> {
        let mut stride = 1_u64;
        let mut strides = Vec::with_capacity(self.keys.len());
        for &key in self.keys.iter().rev() {
            strides.push((key, stride));
            stride *= u64::from(pass.keys[key].radix.max(1));
        }
        strides
    }

    /// Whether the block's rows may be in several of its cells.
    pub(super) fn divides(&self, block: &Block) -> bool {
        self.keys.iter().any(|&key| block.same[key].is_none())
    }

    /// Whether it is of moments, which give sums as well.
    pub(super) fn is_of_moments(&self) -> bool {
        matches!(self.table, Table::Moments(_))
    }

    /// Whether it adds the block's words, row by row.
    pub(super) fn wants_words(&self, block: &Block) -> bool {
        self.near.is_in_words() && self.divides(block)
    }

    /// Adds the block's pairs to moments, or what has come up of their sums; false
    /// where it takes more.
    pub(super) fn add_paired(&mut self, pass: &Pass<'_>, block: &mut Block) -> Result<bool> {
        match &mut self.table {
            Table::Sums(sums)
                if self.near.is_in_words() && block.pairs.hold(&self.keys, &self.lanes) =>
            {
                block.pairs.add_to(&self.lanes, sums.grid());
                self.near.touch();
                Ok(true)
            }
            Table::Moments(_) if self.single => self.add_pairs(pass, block),
            _ => Ok(false),
        }
    }

    fn add_pairs(&mut self, pass: &Pass<'_>, block: &mut Block) -> Result<bool> {
        let &[n, d, known] = &self.lanes[..] else {
            return Ok(false);
        };
        let mut listed = std::mem::take(&mut block.cells);
        let mut pairs = std::mem::take(&mut block.pairs);
        let cells = self.cells(pass, block, &mut listed);
        let values = |lane: usize| pass.quantities[lane].short_or_columns(lane, block);
        let mut done = false;
        if let (Cells::Each(cells), Some(values)) = (cells, values(n).zip(values(d)))
            && pass.quantities[known].counts_rows()
            && let Some((bits, sums)) = pairs.add_up((&self.keys, &self.lanes), cells, values)
        {
            let of = (bits, cells.codes.len());
            done = self.near.add_paired(of, sums, &mut self.table)?;
        }
        (block.cells, block.pairs) = (listed, pairs);
        Ok(done)
    }

    /// Whether both may be filled by one look at each row: members, and the first rows
    /// of the same; sums, and the largest values of the same cells.
    pub(super) fn goes_with(&self, other: &Self, pass: &Pass<'_>) -> bool {
        match (&self.table, &other.table) {
            (Table::Distinct(_), Table::First(_)) => {
                let is_same = self.member == other.member && other.keys.is_empty();
                pass.in_order && self.single && is_same
            }
            (Table::Sums(_), Table::Most(_)) => {
                let in_words = self.near.is_in_words() && turns(self.extent.cells) == 1;
                in_words && other.single && self.keys == other.keys
            }
            _ => false,
        }
    }

    /// Adds the block to both, where they can be filled by one look at each row.
    pub(super) fn add_with(&mut self, other: &mut Self, pass: &Pass<'_>, block: &mut Block) {
        if self.done || other.done {
            return;
        }
        let done = match other.table {
            Table::First(_) => self.add_with_firsts(other, pass, block),
            _ => self.add_with_most(other, pass, block),
        };
        (self.done, other.done) = (done, done);
    }

    fn add_with_firsts(&mut self, firsts: &mut Self, pass: &Pass<'_>, block: &Block) -> bool {
        if self.divides(block) {
            return false;
        }
        let mut listed = Vec::new();
        let cells = self.cells(pass, block, &mut listed);
        let (Cells::One(cell), Some(key), None) = (cells, self.member, self.near.gathered()) else {
            return false;
        };
        let members = (pass.codes(key, block), pass.keys[key].radix);
        let (Table::Distinct(sets), Table::First(grid)) = (&mut self.table, &mut firsts.table)
        else {
            return false;
        };
        let (Some((words, bits)), Some(grid)) = (sets.bits(), grid.flat()) else {
            return false;
        };
        let start = cell as usize * words;
        let seen = firsts.near.seen(grid.len());
        let Some(bits) = bits.get_mut(start..start + words) else {
            return false;
        };
        if bits.len() < seen.len() {
            return false;
        }
        add_members_and_first_rows(bits, grid, seen, members, |at| pass.instant(block, at));
        true
    }

    fn add_with_most(&mut self, most: &mut Self, pass: &Pass<'_>, block: &mut Block) -> bool {
        let &[lane, _] = &most.lanes[..] else {
            return false;
        };
        let quantity = &pass.quantities[lane];
        let is_flat = most.table.is_flat() && quantity.compared && self.near.has_words();
        if !is_flat || !self.divides(block) || quantity.short(lane, block).is_none() {
            return false;
        }
        let mut listed = std::mem::take(&mut block.cells);
        let cells = self.cells(pass, block, &mut listed);
        let done = match (cells, quantity.short(lane, block), &mut self.table) {
            (Cells::Each(cells), Some(values), Table::Sums(sums)) => {
                let other = (&mut most.near, values);
                self.near
                    .add_sums_and_most(block, cells, sums.grid(), other);
                true
            }
            _ => false,
        };
        block.cells = listed;
        done
    }

    /// Adds the block.
    pub(super) fn add(&mut self, pass: &Pass<'_>, block: &mut Block) -> Result<()> {
        if self.single {
            let mut listed = std::mem::take(&mut block.cells);
            let cells = self.cells(pass, block, &mut listed);
            let done = self.add_flat(pass, block, cells)?;
            block.cells = listed;
            if done {
                return Ok(());
            }
        }
        // Seldom, and then not all may be ready.
        for &lane in &self.lanes {
            let quantity = &pass.quantities[lane];
            if !quantity.alone {
                quantity.widen(lane, block)?;
            }
        }
        self.add_each(pass, block)
    }

    /// The table, complete, with what others counted of it.
    pub(super) fn into_table(mut self, mut others: Vec<Self>, pass: &Pass<'_>) -> Result<Table> {
        for other in &mut others {
            self.near.take_in(&mut other.near, self.extent.cells);
        }
        let mut table = self.table;
        let stays = match self.near.kept() {
            Kept::InTable => true,
            Kept::InWords => table.is_flat() || self.extent.is_scant(),
            Kept::Gathered => table.is_flat(),
        };
        if !stays {
            let little = std::mem::replace(&mut table, self.extent.table(self.extent.rows));
            table.merge(&little, &InPlace)?;
        }
        let finish = |mut near: Near, runs: Option<Growing>, table: &mut Table| {
            if let (Table::Runs(table), Some(runs)) = (&mut *table, runs) {
                let at = &pass.known.facts.at;
                table.extend(runs.into_runs(|row| at.micros(row as usize)));
            }
            near.empty(table)
        };
        finish(self.near, self.runs, &mut table)?;
        for other in others.into_iter().filter(|other| !other.near.is_spent()) {
            finish(other.near, other.runs, &mut table)?;
            table.merge(&other.table, &InPlace)?;
        }
        Ok(table)
    }

    /// Adds the block to a table kept flat; false where it is not.
    fn add_flat(&mut self, pass: &Pass<'_>, block: &Block, cells: Cells<'_>) -> Result<bool> {
        let members = |key: usize| (pass.codes(key, block), pass.keys[key].radix);
        match (&mut self.table, cells) {
            (_, Cells::None) => Ok(true),
            (Table::Sums(sums), _) => Ok(self.near.add_sums(pass, block, cells, sums.grid())),
            (Table::Moments(_), _) => {
                self.near
                    .add_moments(pass, block, cells, &self.lanes, &mut self.table)
            }
            (Table::Most(grid), _) => match (&self.lanes[..], grid.flat()) {
                (&[lane, _], Some(grid)) if pass.quantities[lane].compared => {
                    self.near.add_most(pass, block, cells, lane, grid.len());
                    Ok(true)
                }
                _ => Ok(false),
            },
            (Table::Distinct(sets), _) => {
                let Some(key) = self.member else {
                    return Ok(false);
                };
                if let Some(gathered) = self.near.gathered() {
                    gathered.add(cells, members(key).0);
                } else if let Some(bits) = sets.bits() {
                    add_members(bits, cells, members(key));
                } else if let Some(first) = sets.first_few() {
                    add_few(first, cells, members(key));
                } else {
                    return Ok(false);
                }
                Ok(true)
            }
            (Table::First(grid), _) => match (self.member, grid.flat()) {
                (Some(key), Some(grid)) if pass.in_order => {
                    let seen = self.near.seen(grid.len());
                    add_first_rows(grid, seen, cells, members(key), |at| {
                        pass.instant(block, at)
                    });
                    Ok(true)
                }
                (Some(key), Some(grid)) => {
                    self.near.add_firsts(pass, block, cells, members(key), grid);
                    Ok(true)
                }
                _ => Ok(false),
            },
            (Table::Runs(_), _) => match (self.member, &mut self.runs) {
                (Some(key), Some(Growing::InOrder(runs))) => {
                    runs.add(pass, &block.rows, cells, members(key));
                    Ok(true)
                }
                _ => Ok(false),
            },
            _ => Ok(false),
        }
    }

    /// The cells of the block's rows; `listed` is room for them.
    fn cells<'b>(&self, pass: &Pass<'b>, block: &'b Block, listed: &'b mut Vec<u32>) -> Cells<'b> {
        let (mut base, mut stride) = (0_u32, 1_u32);
        // A key whose codes differ from row to row, with its stride, and others.
        let (mut first, mut others) = (None, Vec::new());
        for &key in self.keys.iter().rev() {
            match block.same[key] {
                Some(OUTSIDE) => return Cells::None,
                Some(code) => base += code * stride,
                None if first.is_none() => first = Some((key, stride)),
                None => others.push((key, stride)),
            }
            stride *= pass.keys[key].radix.max(1);
        }
        let Some((key, stride)) = first else {
            return Cells::One(base);
        };
        if others.is_empty() {
            let (codes, reader) = (pass.codes(key, block), &pass.keys[key]);
            if !reader.leaves_out() {
                return Cells::Each(Each {
                    codes,
                    base,
                    stride,
                    radix: reader.radix,
                });
            } else if (base, stride) == (0, 1) {
                return Cells::Each(Each::of(codes));
            }
        }
        let mut varying = others;
        varying.insert(0, (key, stride));
        // Only by their time can rows be in no cell, which is seen to last.
        varying.sort_by_key(|&(key, _)| pass.keys[key].leaves_out());
        let mut varying = &varying[..];
        // Most often it is two, of which the last's lie next to each other.
        if let [(near, 1), (far, stride), rest @ ..] = varying
            && !pass.keys[*far].leaves_out()
        {
            let codes = [far, near].map(|&key| pass.codes(key, block));
            listed.resize(block.rows.len(), 0);
            put_codes(listed, base, (codes[0], *stride), codes[1]);
            varying = rest;
        } else {
            listed.clear();
            listed.resize(block.rows.len(), base);
        }
        for &(key, stride) in varying {
            let cells = listed.iter_mut().zip(pass.codes(key, block));
            if pass.keys[key].leaves_out() {
                cells.for_each(|(cell, &code)| match (code, *cell) {
                    (OUTSIDE, _) | (_, OUTSIDE) => *cell = OUTSIDE,
                    (code, before) => *cell = before + code * stride,
                });
            } else {
                cells.for_each(|(cell, &code)| *cell += code * stride);
            }
        }
        Cells::Each(Each::of(listed))
    }

    /// Adds the block row by row.
    fn add_each(&mut self, pass: &Pass<'_>, block: &Block) -> Result<()> {
        let (mut base, mut varying, mut strides) = (0, Vec::new(), Vec::new());
        for (key, stride) in self.strides(pass) {
            match block.same[key] {
                Some(OUTSIDE) => return Ok(()),
                Some(code) => base += stride * u64::from(code),
                None if pass.keys[key].is_many() => strides.push((key, stride)),
                None => varying.push((key, stride)),
            }
        }
        let mut cells = vec![base; block.rows.len()];
        for (key, stride) in varying {
            for (cell, &code) in cells.iter_mut().zip(pass.codes(key, block)) {
                *cell = if code == OUTSIDE || *cell == NOWHERE {
                    NOWHERE
                } else {
                    *cell + stride * u64::from(code)
                };
            }
        }
        let mut spread = Vec::new();
        for (at, &cell) in cells.iter().enumerate() {
            if cell == NOWHERE {
                continue;
            }
            if strides.is_empty() {
                self.add_row(pass, block, at, cell)?;
                continue;
            }
            spread_cells(pass, cell, &strides, block.rows[at] as usize, &mut spread);
            for &cell in &spread {
                self.add_row(pass, block, at, cell)?;
            }
        }
        Ok(())
    }

    /// Adds one row to one cell.
    fn add_row(&mut self, pass: &Pass<'_>, block: &Block, at: usize, cell: u64) -> Result<()> {
        let lane = |place: usize| block.values[self.lanes[place]][at];
        let member = self.member.map(|key| pass.codes(key, block)[at]);
        let radix = self.member.map_or(1, |key| pass.keys[key].radix);
        // A cell for each member.
        let own = |member: u32| cell * u64::from(radix) + u64::from(member);
        match &mut self.table {
            Table::Sums(sums) => {
                for (sum, &lane) in sums.grid().slot(cell).iter_mut().zip(&self.lanes) {
                    *sum = sum
                        .checked_add(block.values[lane][at])
                        .ok_or_else(overflow)?;
                }
            }
            Table::Moments(grid) => {
                if lane(2) == 0 {
                    return Ok(());
                }
                let (n, d) = (u128::from(lane(0)), u128::from(lane(1)));
                for (sum, product) in grid.slot(cell).iter_mut().zip([n * n, n * d, d * d]) {
                    *sum = sum.checked_add(product).ok_or_else(overflow)?;
                }
            }
            Table::Values(sets) => {
                if lane(1) > 0 {
                    *sets.entry(cell).or_default().entry(lane(0)).or_default() += 1;
                }
            }
            Table::Pairs(sets) => {
                if lane(2) > 0 {
                    let pairs = sets.entry(cell).or_default();
                    *pairs.entry((lane(0), lane(1))).or_default() += 1;
                }
            }
            Table::Most(grid) => {
                if lane(1) > 0 {
                    for most in grid.slot(cell) {
                        *most = (*most).max(Some(lane(0)));
                    }
                }
            }
            Table::Distinct(sets) => {
                // No account, no item: nobody to count.
                if let Some(member) = member.filter(|&member| member + 1 < radix) {
                    sets.insert(member, cell);
                }
            }
            Table::DistinctShares(sets) => {
                let codes = self.share.map(|key| pass.codes(key, block)[at]);
                let none = pass.keys[self.share[1]].radix.saturating_sub(1);
                let (shares, loose) = sets.entry(cell).or_default();
                if codes[1] == none {
                    *loose += 1;
                } else {
                    shares.insert(codes);
                }
            }
            Table::First(grid) => {
                if let Some(member) = member {
                    Table::note_first(grid, own(member), pass.instant(block, at));
                }
            }
            Table::Runs(_) => {
                if let (Some(member), Some(Growing::AnyHow(runs))) = (member, &mut self.runs) {
                    runs.note(own(member), pass.instant(block, at));
                }
            }
        }
        Ok(())
    }
}

/// The cells of one row, spread over the codes of keys with several.
fn spread_cells(
    pass: &Pass<'_>,
    cell: u64,
    keys: &[(usize, u64)],
    row: usize,
    cells: &mut Vec<u64>,
) {
    cells.clear();
    cells.push(cell);
    for &(key, stride) in keys {
        let reader = &pass.keys[key];
        let none = [reader.radix.saturating_sub(1)];
        let codes = match reader.many(row) {
            [] => &none[..],
            codes => codes,
        };
        let so_far = std::mem::take(cells);
        for cell in so_far {
            cells.extend(codes.iter().map(|&code| cell + stride * u64::from(code)));
        }
    }
}

#[cold]
fn too_many() -> crate::error::Error {
    crate::error::Error::new(
        crate::error::ErrorKind::OutOfRange,
        "that many dimensions make more cells than can be counted",
    )
}
