//! The only pass over facts: blocks of rows in, tables out.
//!
//! All tables of one scope share a pass. A block's rows are selected, their
//! keys and quantities computed once, and then added to every table. What is
//! looked up per row (a team, a kind) is never an accumulator of its own.

use std::ops::Range;

use crate::error::Result;
use crate::model::column::Codes;
use crate::model::field::Field;
use crate::model::people::ALWAYS;
use crate::model::program::Program;
use crate::{threads, wide};

use super::block::Block;
use super::fill::Filling;
use super::keys::{KeyReader, Reader};
use super::lanes::Known;
use super::quantity::Quantity;
use super::spec::{Condition, FieldSet, Key, Lane, Spec};
use super::table::Table;
use super::words;

/// Rows read at a time: enough to read columns in long stretches, and few enough
/// for a block's quantities to stay near.
const BLOCK: usize = 8192;

/// Rows that are few for a block.
pub(super) const FEW: usize = BLOCK / 8;

/// Rows a thread takes at a time, where there are many.
const PART: usize = 4 * BLOCK;

/// Rows that one thread counts alone.
const ALONE: usize = 2 * BLOCK;

/// In so many parts, so that all threads end at nearly the same time.
const PARTS: usize = 128;

/// One pass over the rows of a scope.
pub(super) struct Pass<'p> {
    pub(super) known: &'p Known<'p>,
    /// Rows outside of these are outside the scope.
    rows: Range<usize>,
    /// So many are taken by a thread at a time.
    part: usize,
    /// The ticks of rows within the scope; `None` where all are.
    pub(super) ticks: Option<(i64, i64)>,
    pub(super) keys: Vec<KeyReader<'p>>,
    key_names: Vec<Key>,
    /// By key: whether tables are under it, and not the filter alone.
    pub(super) in_tables: Vec<bool>,
    pub(super) filter: Vec<Sieve<'p>>,
    pub(super) quantities: Vec<Quantity<'p>>,
    /// Fields of quantities that have to be put together row by row.
    pub(super) fields: Vec<Field>,
    fillings: Vec<Filling>,
    /// By item; empty unless rows are dated by them.
    pub(super) published: Vec<i64>,
    /// Of a row's words: all guards, and what every row adds.
    pub(super) guards: Vec<u64>,
    ones: Vec<u64>,
    /// Rows are read in the order of the time they are dated by.
    pub(super) in_order: bool,
    /// The places of tables, each with that of one that is filled with it.
    pairs: Vec<[usize; 2]>,
}

impl<'p> Pass<'p> {
    pub(super) fn new(known: &'p Known<'p>, specs: &[Spec]) -> Result<Self> {
        let (facts, scope) = (known.facts, known.scope);
        let end = scope.end.min(known.as_of.saturating_add(1));
        let at = &facts.at;
        let (low, high) = (at.tick_at(scope.start), at.tick_at(end));
        let (mut rows, mut ticks) = (0..facts.rows, Some((low, high)));
        if at.order.is_sorted && !scope.published {
            let before = |tick: i64| at.values.partition_point(|&at| at < tick);
            rows = before(low)..before(high);
            ticks = None;
        }
        let inside = |(first, last): (i64, i64)| low <= first && last < high;
        if at.order.bounds.is_some_and(inside) {
            ticks = None;
        }
        let rows = rows.start..rows.end.max(rows.start);
        let part = match rows.len() {
            // Another thread's tables would take longer to merge than the rows to count.
            few @ ..=ALONE => few.max(1),
            rows => (rows / PARTS).next_multiple_of(BLOCK).clamp(BLOCK, PART),
        };
        let mut pass = Self {
            known,
            rows,
            part,
            ticks,
            keys: Vec::new(),
            key_names: Vec::new(),
            in_tables: Vec::new(),
            filter: Vec::new(),
            quantities: Vec::new(),
            fields: Vec::new(),
            fillings: Vec::new(),
            published: if scope.published {
                published_at(known.program)
            } else {
                Vec::new()
            },
            guards: Vec::new(),
            ones: Vec::new(),
            in_order: at.order.is_sorted && !scope.published,
            pairs: Vec::new(),
        };
        for Condition {
            key, codes, negate, ..
        } in &scope.filter
        {
            let at = pass.key(key);
            let mut wanted = vec![false; pass.keys[at].radix as usize];
            for &code in codes {
                if let Some(wanted) = wanted.get_mut(code as usize) {
                    *wanted = true;
                }
            }
            pass.filter
                .push(Sieve::new(at, &pass.keys[at], wanted, *negate));
        }
        for spec in specs {
            let filling = Filling::new(&mut pass, spec)?;
            pass.fillings.push(filling);
        }
        pass.in_tables = vec![false; pass.keys.len()];
        for key in pass.fillings.iter().flat_map(Filling::keys) {
            pass.in_tables[key] = true;
        }
        pass.pairs = pass.find_pairs();
        pass.lay_out();
        Ok(pass)
    }

    fn find_pairs(&self) -> Vec<[usize; 2]> {
        let pair = |(at, own): (usize, &Filling)| {
            let mut others = self.fillings.iter();
            let other = others.position(|other| own.goes_with(other, self));
            other.map(|other| [at, other])
        };
        let all = self.fillings.iter().enumerate();
        all.filter_map(pair).collect()
    }

    /// The place of a key among the pass's, read once for all tables.
    pub(super) fn key(&mut self, key: &Key) -> usize {
        if let Some(at) = self.key_names.iter().position(|known| known == key) {
            return at;
        }
        let known = self.known;
        let ticks = |micros| {
            if known.scope.published {
                micros
            } else {
                known.facts.at.tick_at(micros)
            }
        };
        self.keys
            .push(KeyReader::new(known.program, known.facts, key, ticks));
        self.key_names.push(key.clone());
        self.keys.len() - 1
    }

    /// The place of a lane among the pass's.
    pub(super) fn lane(&mut self, lane: &Lane) -> usize {
        let lane = self.known.plain(lane);
        if let Some(at) = self.quantities.iter().position(|known| known.lane == lane) {
            return at;
        }
        let most = self.known.most(&lane);
        let always = Known::is_unconditional(&lane);
        let full = |&(field, weight): &(Field, u32)| {
            let column = self.known.column(field);
            Some((column.filter(|column| !column.has_gaps())?, weight))
        };
        let exact = always && most <= u64::MAX.into();
        let columns = lane.terms.iter().map(full).collect::<Option<Vec<_>>>();
        let columns = columns.filter(|_| exact).unwrap_or_default();
        let short = columns.iter();
        let short = short.map(|&(column, weight)| column.narrow().filter(|_| weight == 1));
        let quantity = Quantity {
            most,
            short: short.collect::<Option<_>>().unwrap_or_default(),
            columns,
            slot: None,
            in_words: false,
            alone: false,
            compared: false,
            lane,
        };
        if quantity.columns.is_empty() && !quantity.counts_rows() {
            for &field in Field::ALL {
                let is_read = quantity.lane.fields().holds_all(FieldSet::of([field]));
                if is_read && !self.fields.contains(&field) {
                    self.fields.push(field);
                }
            }
        }
        self.quantities.push(quantity);
        self.quantities.len() - 1
    }

    /// Finds every quantity that is wanted in words its place there.
    fn lay_out(&mut self) {
        let rooms = self.quantities.iter().map(|quantity| {
            let room = Some(quantity).filter(|quantity| quantity.in_words);
            room.and_then(|quantity| self.room(&quantity.lane))
        });
        let rooms: Vec<Option<u32>> = rooms.collect();
        let slots = words::lay_out(&rooms.iter().copied().flatten().collect::<Vec<_>>());
        let words = slots.iter().map(|slot| slot.word + 1).max().unwrap_or(0);
        (self.guards, self.ones) = (vec![0; words], vec![0; words]);
        let quantities = self.quantities.iter_mut().zip(&rooms);
        let wanted = quantities.filter(|(_, room)| room.is_some());
        for ((quantity, _), slot) in wanted.zip(slots) {
            quantity.slot = Some(slot);
            self.guards[slot.word] |= slot.guard();
            self.ones[slot.word] |= slot.put(u64::from(quantity.counts_rows()));
        }
        let mut fillings = std::mem::take(&mut self.fillings);
        for filling in &mut fillings {
            filling.find_words(self);
        }
        self.fillings = fillings;
    }

    /// The room a quantity needs in a word, going by a few rows; `None` where it
    /// is mostly 0, and better listed. A choice of where to keep it, not of what
    /// it is.
    fn room(&self, lane: &Lane) -> Option<u32> {
        const FEW: usize = 1024;
        const RUN: usize = 64;
        if lane.terms.is_empty() {
            return Some(words::room(1, 1));
        }
        // Some at a time, as they lie in memory.
        let step = (self.rows.len() / FEW).max(1) * RUN;
        let runs = self.rows.clone().step_by(step);
        let rows = runs.flat_map(|row| row..row.saturating_add(RUN).min(self.rows.end));
        let (mut largest, mut sum, mut filled, mut read) = (0_u64, 0_u64, 0, 0);
        for row in rows {
            let value = lane.terms.iter().fold(0_u64, |sum, &(field, weight)| {
                let value = self.known.column(field).and_then(|column| column.get(row));
                sum.saturating_add(value.unwrap_or(0).saturating_mul(weight.into()))
            });
            largest = largest.max(value);
            sum = sum.saturating_add(value);
            filled += u64::from(value != 0);
            read += 1;
        }
        let room = words::room(largest, sum / read.max(1));
        let is_listed = room > 16 && filled * 8 < read;
        (!is_listed).then_some(room)
    }

    /// What `then` makes of the tables, one per spec, each told by its place.
    pub(super) fn run<T: Send>(
        mut self,
        then: impl Fn(usize, Table) -> Result<T> + Sync,
    ) -> Result<Vec<T>> {
        let parts = self.rows.len().div_ceil(self.part);
        let fillings = std::mem::take(&mut self.fillings);
        let pass = &self;
        let start = || {
            let own = fillings.iter().map(|filling| filling.begin(pass));
            (own.collect::<Vec<_>>(), Block::default())
        };
        let count =
            |(fillings, block): &mut (Vec<_>, _), part| pass.count_part(part, block, fillings);
        // Tables merge to the same counts whoever counted which part.
        let by_table = |counted: Vec<(Vec<Filling>, Block)>| {
            let mut by_thread = counted.into_iter().map(|(own, _)| own.into_iter());
            let first = by_thread.next().into_iter().flatten();
            let mut others: Vec<_> = by_thread.collect();
            let of_others = |own| (own, others.iter_mut().filter_map(Iterator::next).collect());
            first.map(of_others).collect::<Vec<(_, Vec<_>)>>()
        };
        let finish = |at, (own, others): (Filling, _)| then(at, own.into_table(others, pass)?);
        threads::share_then_finish((self.rows.len(), parts), start, count, by_table, finish)
    }

    fn count_part(&self, part: usize, block: &mut Block, fillings: &mut [Filling]) -> Result<()> {
        let start = self
            .rows
            .start
            .saturating_add(part.saturating_mul(self.part));
        let end = start.saturating_add(self.part).min(self.rows.end);
        let (mut first, mut size) = (start, BLOCK);
        while first < end {
            let whole = first.saturating_add(size).min(end);
            let next = self.before_next_span(first, whole, block);
            self.count(first, next, block, fillings)?;
            // Where few rows pass the filter, they are gathered from more.
            size = match block.rows.len().saturating_mul(size) / (next - first) {
                ..FEW => (size * 2).min(self.part),
                FEW..=BLOCK => size,
                _ => BLOCK,
            };
            first = next;
        }
        Ok(())
    }

    fn count(
        &self,
        start: usize,
        end: usize,
        block: &mut Block,
        fillings: &mut [Filling],
    ) -> Result<()> {
        self.select(start, end, block);
        self.apply_filter(block);
        if block.rows.is_empty() {
            return Ok(());
        }
        self.read_keys(block);
        self.read_fields(block);
        // Pairs are added as they lie, if they lie row after row: often nothing is left.
        block.pairs.clear();
        let is_ready = block.run().is_none();
        if is_ready {
            self.prepare(block)?;
        }
        for of_moments in [true, false] {
            for filling in &mut *fillings {
                if filling.is_of_moments() == of_moments {
                    filling.done = filling.add_paired(self, block)?;
                }
            }
        }
        let left = || fillings.iter().filter(|filling| !filling.done);
        if left().next().is_none() {
            return Ok(());
        }
        if !is_ready {
            self.prepare(block)?;
        }
        if left().any(|filling| filling.wants_words(block)) {
            self.put_in_words(block);
        }
        for &pair in &self.pairs {
            if let Ok([one, other]) = fillings.get_disjoint_mut(pair) {
                one.add_with(other, self, block);
            }
        }
        for filling in fillings.iter_mut().filter(|filling| !filling.done) {
            filling.add(self, block)?;
        }
        Ok(())
    }

    /// Makes the quantities of the rows ready, as tables want them.
    fn prepare(&self, block: &mut Block) -> Result<()> {
        let quantities = self.quantities.len();
        block.listed.resize_with(quantities, Vec::new);
        block.values.resize_with(quantities, Vec::new);
        block.short.resize_with(quantities, Vec::new);
        block.totals.clear();
        block.totals.resize(quantities, None);
        for (at, quantity) in self.quantities.iter().enumerate() {
            quantity.prepare(at, block)?;
        }
        Ok(())
    }

    /// Puts quantities side by side in words.
    fn put_in_words(&self, block: &mut Block) {
        let rows = block.rows.len();
        block.words.resize_with(self.ones.len(), Vec::new);
        for (word, &ones) in self.ones.iter().enumerate() {
            let mut words = std::mem::take(&mut block.words[word]);
            words.resize(rows, 0);
            // Lanes in 32 bits are put together, whatever else there is after them.
            let (mut together, mut others) = (Vec::new(), Vec::new());
            let mut lanes = Vec::new();
            for (at, quantity) in self.quantities.iter().enumerate() {
                let Some(slot) = quantity.slot.filter(|slot| slot.word == word) else {
                    continue;
                };
                match quantity.short(at, block) {
                    _ if quantity.counts_rows() => {}
                    Some(values) => {
                        together.push((at, slot));
                        lanes.push((slot.place(), values));
                    }
                    _ => others.push((at, slot)),
                }
            }
            let mut anew = Some(ones);
            let mut gathered = Vec::new();
            for lanes in lanes.chunks(wide::ABREAST) {
                gathered.extend(wide::put(lanes, anew.take(), &mut words));
            }
            if let Some(ones) = anew {
                words.fill(ones);
            }
            block.words[word] = words;
            for ((at, slot), gathered) in together.into_iter().zip(gathered) {
                block.totals[at] = gathered.total(rows);
                self.quantities[at].check(at, slot, gathered.bits.into(), block);
            }
            for (at, slot) in others {
                self.quantities[at].put(at, slot, block);
            }
        }
    }
}

/// A condition of a filter.
#[derive(Debug)]
pub(super) struct Sieve<'p> {
    pub(super) key: usize,
    /// By code.
    pub(super) wanted: Vec<bool>,
    pub(super) negate: bool,
    /// The codes it follows from in the facts, and which of them pass; none
    /// where there is more to it.
    pub(super) by: Option<(&'p Codes<'p>, Vec<bool>)>,
}

impl<'p> Sieve<'p> {
    fn new(key: usize, reader: &KeyReader<'p>, wanted: Vec<bool>, negate: bool) -> Self {
        let passes = |code: u32| wanted.get(code as usize).copied().unwrap_or(false) != negate;
        let by = match &reader.read {
            Reader::Through(codes, by) => Some((*codes, by.iter().map(passes).collect())),
            _ => None,
        };
        Self {
            key,
            wanted,
            negate,
            by,
        }
    }
}

/// When each item was published; never for items without a date.
fn published_at(program: &Program<'_>) -> Vec<i64> {
    let items = crate::model::index::to_u32(program.content.len());
    (0..items)
        .map(|item| {
            program
                .content
                .window(item)
                .map_or(ALWAYS, |(from, _)| from)
        })
        .collect()
}
