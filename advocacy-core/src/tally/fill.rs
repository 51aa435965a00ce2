//! A block of rows added to a table.
//!
//! Tables kept flat, in which every row has one cell, are filled in tight
//! loops; the rest row by row.

use crate::error::Result;
use crate::model::field::Field;
use crate::model::read::CountColumn;

use super::keys::OUTSIDE;
use super::scan::{BLOCK, Block, Pass};
use super::spec::{FieldSet, Key, Lane, Spec, What};
use super::table::{Table, overflow};

/// The cell of a row that is in none.
const NOWHERE: u64 = u64::MAX;

/// A lane ready to be computed.
#[derive(Debug)]
pub(super) struct Quantity<'p> {
    pub(super) lane: Lane,
    /// The columns, each with its weight, whose sum it is in every row; none
    /// where there is more to it.
    pub(super) columns: Vec<(&'p CountColumn<'p>, u32)>,
    /// No value is larger.
    pub(super) most: u128,
    /// Counted in every row, so nothing to check.
    pub(super) always: bool,
    pub(super) place: Place,
}

/// Where a block has a quantity's values.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// Within 32 bits: by row, then lane.
    Narrow(usize),
    /// By lane, then row.
    Wide(usize),
}

impl Quantity<'_> {
    /// Whether it is 1 in every row.
    pub(super) fn counts_rows(&self) -> bool {
        self.always && self.lane.terms.is_empty()
    }

    /// Its value in a row, 0 where it is not counted, by what is known there.
    pub(super) fn of(
        &self,
        known: FieldSet,
        is_imputed: bool,
        field: impl Fn(Field) -> u64,
    ) -> Result<u64> {
        let Lane {
            terms,
            all,
            any,
            imputed,
        } = &self.lane;
        let counts = known.holds_all(*all) && (any.is_empty() || known.meets(*any));
        if !counts || (*imputed && !is_imputed) {
            return Ok(0);
        }
        if terms.is_empty() {
            return Ok(1);
        }
        let terms = terms.iter();
        let mut terms = terms.filter(|&&(of, _)| known.holds_all(FieldSet::of([of])));
        terms.try_fold(0_u64, |sum, &(of, weight)| {
            let term = field(of).checked_mul(weight.into());
            term.and_then(|term| sum.checked_add(term))
                .ok_or_else(overflow)
        })
    }
}

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
    /// Sums cannot overflow over all rows of the facts.
    safe: bool,
    many: bool,
    /// Cells are numbered within 32 bits.
    narrow: bool,
    near: Near,
    /// Of firsts: a bit for each that is found.
    seen: Vec<u64>,
    table: Table,
}

/// Sums kept in fewer bits for as long as they provably fit: twice as many lie
/// near, and are added at once.
#[derive(Clone, Debug, Default)]
struct Near {
    /// Narrow lanes of a block's row that are added, whether asked for or not.
    width: usize,
    /// `width` values a cell.
    sums: Vec<u32>,
    /// Three a cell.
    moments: Vec<[u64; 3]>,
    /// No sum is larger.
    most: u64,
}

impl Filling {
    pub(super) fn new(pass: &mut Pass<'_>, spec: &Spec) -> Result<Self> {
        let keys: Vec<usize> = spec.keys.iter().map(|key| pass.key(key)).collect();
        let known = |lane: &Lane| Lane {
            terms: Vec::new(),
            ..lane.clone()
        };
        // The last says in which rows the others are known.
        let lanes: Vec<Lane> = match &spec.what {
            What::Sums(lanes) => lanes.clone(),
            What::Moments(a, b) | What::Pairs(a, b) => vec![a.clone(), b.clone(), known(a)],
            What::Values(lane) | What::Most(lane) => vec![lane.clone(), known(lane)],
            What::Distinct(_) | What::DistinctShares | What::First | What::Instants => Vec::new(),
        };
        let lanes: Vec<usize> = lanes.iter().map(|lane| pass.lane(lane)).collect();
        let member = spec.what.member().map(|key| pass.key(&key));
        let share = match spec.what {
            What::DistinctShares => [Key::Advocate, Key::Content, Key::Network],
            _ => return Self::sized(pass, spec, keys, lanes, member, [0; 3]),
        };
        let share = share.map(|key| pass.key(&key));
        Self::sized(pass, spec, keys, lanes, member, share)
    }

    fn sized(
        pass: &Pass<'_>,
        spec: &Spec,
        keys: Vec<usize>,
        lanes: Vec<usize>,
        member: Option<usize>,
        share: [usize; 3],
    ) -> Result<Self> {
        let radix = |at: &usize| u64::from(pass.keys[*at].radix).max(1);
        let members = member.as_ref().map_or(0, radix);
        let within = |cells: u64| cells.checked_mul(members.max(1)).ok_or_else(too_many);
        let mut cells = keys
            .iter()
            .try_fold(1_u64, |cells, at| cells.checked_mul(radix(at)))
            .ok_or_else(too_many)?;
        let all = within(cells)?;
        if matches!(spec.what, What::First | What::Instants) {
            cells = all;
        }
        let rows = pass.known.facts.rows as u64;
        let width = lanes
            .iter()
            .filter_map(|&lane| match pass.quantities[lane].place {
                Place::Narrow(at) => Some((at + 1).next_multiple_of(ABREAST)),
                Place::Wide(_) => None,
            });
        let near = Near {
            width: width.max().unwrap_or(0),
            ..Near::default()
        };
        let fits = |lane: &usize| {
            pass.quantities[*lane].most.saturating_mul(rows.into()) <= u64::MAX.into()
        };
        Ok(Self {
            safe: lanes.iter().all(fits),
            many: keys.iter().any(|&at| pass.keys[at].is_many()),
            narrow: all < u64::from(u32::MAX),
            near,
            seen: Vec::new(),
            table: Table::new(&spec.what, cells, members, rows),
            keys,
            lanes,
            member,
            share,
        })
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

    /// Adds the block.
    pub(super) fn add(&mut self, pass: &Pass<'_>, block: &mut Block) -> Result<()> {
        if !self.many && self.narrow {
            let mut cells = std::mem::take(&mut block.cells);
            let done = match self.narrow_cells(pass, block, &mut cells) {
                Cells::None => true,
                Cells::Listed => self.add_flat(pass, block, &cells)?,
                Cells::Codes(key) => self.add_flat(pass, block, &block.codes[key])?,
            };
            block.cells = cells;
            if done {
                return Ok(());
            }
        }
        self.add_each(pass, block)
    }

    /// The table, complete.
    pub(super) fn into_table(mut self, pass: &Pass<'_>) -> Result<Table> {
        self.spill(pass)?;
        Ok(self.table)
    }

    /// Adds what is kept in fewer bits to the table.
    fn spill(&mut self, pass: &Pass<'_>) -> Result<()> {
        if self.near.most == 0 {
            return Ok(());
        }
        self.near.most = 0;
        if let Table::Most(grid) = &mut self.table
            && let Some(grid) = grid.flat()
        {
            for (most, near) in grid.iter_mut().zip(&self.near.sums) {
                *most = (*most).max(near.checked_sub(1).map(u64::from));
            }
        }
        if let Table::Moments(grid) = &mut self.table
            && let Some(grid) = grid.flat()
        {
            for (sum, near) in grid.iter_mut().zip(self.near.moments.as_flattened_mut()) {
                *sum = sum.checked_add((*near).into()).ok_or_else(overflow)?;
                *near = 0;
            }
        }
        if let Table::Sums(sums) = &mut self.table
            && let Some(grid) = sums.grid().flat()
        {
            let cells = grid.chunks_exact_mut(self.lanes.len());
            for (sums, near) in cells.zip(self.near.sums.chunks_exact_mut(self.near.width)) {
                for (sum, &lane) in sums.iter_mut().zip(&self.lanes) {
                    if let Place::Narrow(at) = pass.quantities[lane].place {
                        // Sums of all rows are proved to fit.
                        *sum = sum.wrapping_add(near[at].into());
                    }
                }
                near.fill(0);
            }
        }
        Ok(())
    }

    /// Adds the block to sums kept flat that cannot overflow; false where they
    /// are not.
    fn add_sums(&mut self, pass: &Pass<'_>, block: &Block, cells: &[u32]) -> Result<bool> {
        let width = self.near.width;
        // No sum of the block's rows is larger.
        let bits = block
            .bits
            .iter()
            .take(width)
            .fold(0, |all, bits| all | bits);
        let most = u64::from(bits).saturating_mul(block.rows.len() as u64);
        if most > u32::MAX.into() {
            return Ok(false);
        }
        if self.near.most.saturating_add(most) > u32::MAX.into() {
            self.spill(pass)?;
        }
        let Table::Sums(sums) = &mut self.table else {
            return Ok(false);
        };
        let stride = self.lanes.len();
        let Some(grid) = sums.grid().flat() else {
            return Ok(false);
        };
        if width > 0 {
            self.near.most = self.near.most.saturating_add(most);
            self.near.sums.resize(grid.len() / stride.max(1) * width, 0);
            add_near(
                &mut self.near.sums,
                width,
                cells,
                &block.narrow,
                pass.narrow,
            );
        }
        for (at, &lane) in self.lanes.iter().enumerate() {
            if let Place::Wide(wide) = pass.quantities[lane].place {
                // Money and the like is mostly nothing.
                for &row in &block.filled[wide] {
                    let (cell, row) = (cells[row as usize] as usize, row as usize);
                    if let Some(sum) = grid.get_mut(cell.saturating_mul(stride) + at) {
                        *sum = sum.wrapping_add(block.wide[wide][row]);
                    }
                }
            }
        }
        Ok(true)
    }

    /// Adds the block to a flat table of moments, which are kept in 64 bits for
    /// as long as they provably fit; false where they do not.
    fn add_moments(&mut self, pass: &Pass<'_>, block: &Block, cells: &[u32]) -> Result<bool> {
        let &[n, d, known] = &self.lanes[..] else {
            return Ok(false);
        };
        let (mut above, mut below) = ([0_u64; BLOCK], [0_u64; BLOCK]);
        let mut bits = 0;
        let all = pass.quantities[known].counts_rows();
        for (row, (n_here, d_here)) in above.iter_mut().zip(&mut below).enumerate() {
            if row >= cells.len() {
                break;
            }
            // A row in which they are not known adds nothing.
            if all || pass.value(block, known, row) > 0 {
                (*n_here, *d_here) = (pass.value(block, n, row), pass.value(block, d, row));
                bits |= *n_here | *d_here;
            }
        }
        let square = u128::from(bits) * u128::from(bits);
        let most = u64::try_from(square.saturating_mul(cells.len() as u128));
        let Ok(most) = most else {
            return Ok(false);
        };
        if self.near.most.checked_add(most).is_none() {
            self.spill(pass)?;
        }
        let Table::Moments(grid) = &mut self.table else {
            return Ok(false);
        };
        let Some(grid) = grid.flat() else {
            return Ok(false);
        };
        self.near.most = self.near.most.saturating_add(most);
        self.near.moments.resize(grid.len() / 3, [0; 3]);
        for ((&cell, &n), &d) in cells.iter().zip(&above).zip(&below) {
            if let Some([nn, nd, dd]) = self.near.moments.get_mut(cell as usize) {
                *nn = nn.wrapping_add(n.wrapping_mul(n));
                *nd = nd.wrapping_add(n.wrapping_mul(d));
                *dd = dd.wrapping_add(d.wrapping_mul(d));
            }
        }
        Ok(true)
    }

    /// Adds the block to a flat table of largest values, which are kept in 32
    /// bits, one up so that 0 is none; false where they do not fit.
    fn add_most(&mut self, pass: &Pass<'_>, block: &Block, cells: &[u32]) -> bool {
        let (Table::Most(grid), &[value, known]) = (&mut self.table, &self.lanes[..]) else {
            return false;
        };
        let (Place::Narrow(lane), true) = (
            pass.quantities[value].place,
            pass.quantities[known].counts_rows(),
        ) else {
            return false;
        };
        let Some(grid) = grid.flat().filter(|_| block.bits[lane] < u32::MAX) else {
            return false;
        };
        self.near.most = 1;
        self.near.sums.resize(grid.len(), 0);
        let rows = block.narrow.chunks_exact(pass.narrow);
        for (&cell, row) in cells.iter().zip(rows) {
            if let Some(most) = self.near.sums.get_mut(cell as usize) {
                *most = (*most).max(row[lane] + 1);
            }
        }
        true
    }

    /// The cell of every row; beyond the last for rows in none.
    fn narrow_cells(&self, pass: &Pass<'_>, block: &Block, cells: &mut Vec<u32>) -> Cells {
        let mut base = 0_u32;
        let mut varying: Option<(usize, u32)> = None;
        let mut listed = false;
        let mut stride = 1_u32;
        for &key in self.keys.iter().rev() {
            match block.same[key] {
                Some(OUTSIDE) => return Cells::None,
                Some(code) => base += code * stride,
                None => match varying {
                    None => varying = Some((key, stride)),
                    Some((first, first_stride)) => {
                        if !listed {
                            start_cells(cells, &block.codes[first], first_stride);
                            listed = true;
                        }
                        for (cell, &code) in cells.iter_mut().zip(&block.codes[key]) {
                            *cell = if code == OUTSIDE || *cell == OUTSIDE {
                                OUTSIDE
                            } else {
                                *cell + code * stride
                            };
                        }
                    }
                },
            }
            stride *= pass.keys[key].radix.max(1);
        }
        match varying {
            Some((key, 1)) if !listed && base == 0 => return Cells::Codes(key),
            Some((key, stride)) if !listed => start_cells(cells, &block.codes[key], stride),
            Some(_) => {}
            None => {
                cells.clear();
                cells.resize(block.rows.len(), 0);
            }
        }
        if base > 0 {
            for cell in cells {
                *cell = cell.saturating_add(base);
            }
        }
        Cells::Listed
    }

    /// Adds the block to a table kept flat; false where it is not.
    fn add_flat(&mut self, pass: &Pass<'_>, block: &Block, cells: &[u32]) -> Result<bool> {
        match &mut self.table {
            Table::Sums(_) if self.safe => return self.add_sums(pass, block, cells),
            Table::Moments(_) => return self.add_moments(pass, block, cells),
            Table::Most(_) => return Ok(self.add_most(pass, block, cells)),
            Table::Distinct(sets) => {
                let (Some(key), Some((words, bits))) = (self.member, sets.bits()) else {
                    return Ok(false);
                };
                let none = pass.keys[key].radix.saturating_sub(1);
                for (&cell, &member) in cells.iter().zip(&block.codes[key]) {
                    let word = cell as usize * words + (member >> 6) as usize;
                    if member != none
                        && let Some(word) = bits.get_mut(word)
                    {
                        *word |= 1 << (member & 63);
                    }
                }
            }
            Table::First(grid) => {
                let (Some(key), Some(grid)) = (self.member, grid.flat()) else {
                    return Ok(false);
                };
                let members = pass.keys[key].radix as usize;
                // Rows in the order of time: only the first of each counts.
                if pass.in_order {
                    self.seen.resize(grid.len().div_ceil(64), 0);
                    for (at, (&cell, &member)) in cells.iter().zip(&block.codes[key]).enumerate() {
                        let place = (cell as usize).saturating_mul(members) + member as usize;
                        let Some(word) = self.seen.get_mut(place >> 6) else {
                            continue;
                        };
                        if *word >> (place & 63) & 1 == 0
                            && let Some(first) = grid.get_mut(place)
                        {
                            *word |= 1 << (place & 63);
                            *first = -block.micros[at];
                        }
                    }
                    return Ok(true);
                }
                let rows = cells.iter().zip(&block.codes[key]).zip(&block.micros);
                for ((&cell, &member), &micros) in rows {
                    if let Some(first) = grid.get_mut(cell as usize * members + member as usize) {
                        *first = (*first).max(-micros);
                    }
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Adds the block row by row.
    fn add_each(&mut self, pass: &Pass<'_>, block: &Block) -> Result<()> {
        let mut strides = self.strides(pass);
        let mut cells = vec![0_u64; block.rows.len()];
        for &(key, stride) in strides.iter().filter(|(key, _)| !pass.keys[*key].is_many()) {
            for (cell, &code) in cells.iter_mut().zip(&block.codes[key]) {
                *cell = if code == OUTSIDE || *cell == NOWHERE {
                    NOWHERE
                } else {
                    *cell + stride * u64::from(code)
                };
            }
        }
        strides.retain(|(key, _)| pass.keys[*key].is_many());
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
        let lane = |place: usize| pass.value(block, self.lanes[place], at);
        let member = self.member.map(|key| block.codes[key][at]);
        let radix = self.member.map_or(1, |key| pass.keys[key].radix);
        // A cell for each member.
        let own = |member: u32| cell * u64::from(radix) + u64::from(member);
        match &mut self.table {
            Table::Sums(sums) => {
                for (sum, &lane) in sums.grid().slot(cell).iter_mut().zip(&self.lanes) {
                    *sum = sum
                        .checked_add(pass.value(block, lane, at))
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
                let codes = self.share.map(|key| block.codes[key][at]);
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
                    Table::note_first(grid, own(member), block.micros[at]);
                }
            }
            Table::Instants(instants) => {
                if let Some(member) = member {
                    let all = instants.entry(own(member)).or_default();
                    all.push(block.micros[at]);
                }
            }
        }
        Ok(())
    }
}

/// Where a block's cells are.
enum Cells {
    /// Nowhere: no row is in any.
    None,
    Listed,
    /// They are the codes of a key.
    Codes(usize),
}

fn start_cells(cells: &mut Vec<u32>, codes: &[u32], stride: u32) {
    cells.clear();
    cells.extend(codes.iter().map(|&code| {
        if code == OUTSIDE {
            OUTSIDE
        } else {
            code * stride
        }
    }));
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

/// Narrow lanes are put down and added so many at a time.
pub(super) const ABREAST: usize = 4;

/// Adds narrow lanes that cannot overflow, the first `width` of each row.
fn add_near(sums: &mut [u32], width: usize, cells: &[u32], rows: &[u32], of: usize) {
    fn add<const N: usize>(sums: &mut [u32], cells: &[u32], rows: &[u32], of: usize) {
        let (sums, _) = sums.as_chunks_mut::<N>();
        for (&cell, row) in cells.iter().zip(rows.chunks_exact(of)) {
            if let (Some(sums), Some(row)) = (sums.get_mut(cell as usize), row.first_chunk::<N>()) {
                for (sum, value) in sums.iter_mut().zip(row) {
                    *sum = sum.wrapping_add(*value);
                }
            }
        }
    }
    match width {
        4 => add::<4>(sums, cells, rows, of),
        8 => add::<8>(sums, cells, rows, of),
        12 => add::<12>(sums, cells, rows, of),
        16 => add::<16>(sums, cells, rows, of),
        _ => {
            for (&cell, row) in cells.iter().zip(rows.chunks_exact(of)) {
                let start = (cell as usize).saturating_mul(width);
                if let Some(sums) = sums.get_mut(start..start.saturating_add(width)) {
                    for (sum, value) in sums.iter_mut().zip(row) {
                        *sum = sum.wrapping_add(*value);
                    }
                }
            }
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
