//! The only pass over facts: blocks of rows in, tables out.
//!
//! All tables of one scope share a pass. A block's rows are selected, their
//! keys and quantities computed once, and then added to every table. What is
//! looked up per row (a team, a kind) is never an accumulator of its own.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::Result;
use crate::model::column::TimeUnit;
use crate::model::field::Field;
use crate::model::names::NONE;
use crate::model::people::ALWAYS;
use crate::model::program::Program;
use crate::model::read::to_micros;
use crate::threads;

use super::fill::{ABREAST, Filling, Place, Quantity};
use super::keys::{KeyReader, OUTSIDE, Reader};
use super::lanes::Known;
use super::spec::{Condition, FieldSet, Key, Lane, Spec, What};
use super::table::{InPlace, Table};

/// Rows read at a time: few enough for a block's quantities to stay near.
pub(super) const BLOCK: usize = 512;

/// Rows a thread takes at a time.
const PART: usize = 64 * BLOCK;

/// One pass over the rows of a scope.
pub(super) struct Pass<'p> {
    pub(super) known: &'p Known<'p>,
    /// Rows outside of these are outside the scope.
    rows: Range<usize>,
    /// Of those, the ticks of rows within the scope; `None` where all are.
    ticks: Option<(i64, i64)>,
    pub(super) keys: Vec<KeyReader<'p>>,
    key_names: Vec<Key>,
    filter: Vec<(usize, Vec<bool>, bool)>,
    /// The first so many keys are the filter's: read before any other.
    filtered: usize,
    pub(super) quantities: Vec<Quantity<'p>>,
    /// Fields of quantities that have to be put together row by row.
    fields: Vec<Field>,
    fillings: Vec<Filling>,
    /// By item; empty unless rows are dated by them.
    published: Vec<i64>,
    /// Whether rows' instants are wanted in microseconds.
    dated: bool,
    /// Narrow lanes a row has, with room for whole steps.
    pub(super) narrow: usize,
    wide: usize,
    /// Rows are read in the order of the time they are dated by.
    pub(super) in_order: bool,
}

/// What is known of a block's selected rows.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) rows: Vec<u32>,
    /// Whether those are all rows from the first to the last.
    whole: bool,
    /// When rows are dated, in microseconds; empty unless wanted.
    pub(super) micros: Vec<i64>,
    known: Vec<FieldSet>,
    imputed: Vec<bool>,
    /// By field, then row.
    fields: Vec<Vec<u64>>,
    /// By key, then row.
    pub(super) codes: Vec<Vec<u32>>,
    /// By key: the code of all rows, where known to be one.
    pub(super) same: Vec<Option<u32>>,
    /// Of quantities within 32 bits, by row, then lane.
    pub(super) narrow: Vec<u32>,
    /// By narrow lane: all bits of all values together.
    pub(super) bits: Vec<u32>,
    /// Of the others, by lane, then row.
    pub(super) wide: Vec<Vec<u64>>,
    /// By wide lane: the places of rows in which it is not 0.
    pub(super) filled: Vec<Vec<u32>>,
    /// Places of rows that meet a condition.
    kept: Vec<u32>,
    /// Narrow lanes on their way, by lane, then row.
    staged: Vec<Vec<u32>>,
    room: Vec<u64>,
    pub(super) cells: Vec<u32>,
}

impl Block {
    /// The rows, where they are all from the first to the last.
    fn run(&self) -> Option<Range<usize>> {
        let (first, last) = (self.rows.first()?, self.rows.last()?);
        self.whole.then_some(*first as usize..*last as usize + 1)
    }
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
        let mut pass = Self {
            known,
            rows: rows.start..rows.end.max(rows.start),
            ticks,
            keys: Vec::new(),
            key_names: Vec::new(),
            filter: Vec::new(),
            filtered: 0,
            quantities: Vec::new(),
            fields: Vec::new(),
            fillings: Vec::new(),
            published: if scope.published {
                published_at(known.program)
            } else {
                Vec::new()
            },
            dated: scope.published,
            narrow: 0,
            wide: 0,
            in_order: at.order.is_sorted && !scope.published,
        };
        for Condition { key, codes, negate } in &scope.filter {
            let at = pass.key(key);
            let mut wanted = vec![false; pass.keys[at].radix as usize];
            for &code in codes {
                if let Some(wanted) = wanted.get_mut(code as usize) {
                    *wanted = true;
                }
            }
            pass.filter.push((at, wanted, *negate));
        }
        pass.filtered = pass.keys.len();
        for spec in specs {
            let filling = Filling::new(&mut pass, spec)?;
            pass.fillings.push(filling);
            pass.dated |= matches!(spec.what, What::First | What::Instants);
        }
        Ok(pass)
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
        let placed = |narrow: bool| {
            let lanes = self.quantities.iter();
            lanes
                .filter(|other| matches!(other.place, Place::Narrow(_)) == narrow)
                .count()
        };
        let always = Known::is_unconditional(&lane);
        let full = |&(field, weight): &(Field, u32)| {
            let column = self.known.column(field);
            Some((column.filter(|column| !column.has_gaps())?, weight))
        };
        let exact = always && most <= u64::MAX.into();
        let columns = lane.terms.iter().map(full).collect::<Option<_>>();
        let quantity = Quantity {
            most,
            always,
            columns: columns.filter(|_| exact).unwrap_or_default(),
            place: if most <= u32::MAX.into() && self.is_small(&lane) {
                Place::Narrow(placed(true))
            } else {
                Place::Wide(placed(false))
            },
            lane,
        };
        match quantity.place {
            Place::Narrow(at) => self.narrow = (at + 1).next_multiple_of(ABREAST),
            Place::Wide(at) => self.wide = at + 1,
        }
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

    /// Whether sums of the lane stay within 32 bits for long, going by a few
    /// rows: a choice of where to keep them, not of what they are.
    fn is_small(&self, lane: &Lane) -> bool {
        const FEW: usize = 1024;
        let rows = self.rows.clone().step_by((self.rows.len() / FEW).max(1));
        let small = |&(field, weight): &(Field, u32)| {
            let column = self.known.column(field);
            let value = |row| column.and_then(|column| column.get(row)).unwrap_or(0);
            let bits = rows.clone().fold(0, |bits, row| bits | value(row));
            bits.saturating_mul(weight.into()) < 1 << 14
        };
        lane.terms.iter().all(small)
    }

    /// The tables, one per spec.
    pub(super) fn run(mut self) -> Result<Vec<Table>> {
        let parts = self.rows.len().div_ceil(PART);
        let fillings = std::mem::take(&mut self.fillings);
        let next = AtomicUsize::new(0);
        let pass = &self;
        // Tables merge to the same counts whoever counted which part.
        let counted = threads::each(parts.max(1), || -> Result<Vec<Filling>> {
            let mut fillings = fillings.clone();
            let mut block = Block::default();
            loop {
                let part = next.fetch_add(1, Ordering::Relaxed);
                let start = pass.rows.start.saturating_add(part.saturating_mul(PART));
                if start >= pass.rows.end {
                    return Ok(fillings);
                }
                let end = (start + PART).min(pass.rows.end);
                for first in (start..end).step_by(BLOCK) {
                    pass.count(first, (first + BLOCK).min(end), &mut block, &mut fillings)?;
                }
            }
        });
        let mut tables: Vec<Table> = Vec::new();
        for fillings in counted {
            let more = fillings?
                .into_iter()
                .map(|filling| filling.into_table(pass))
                .collect::<Result<Vec<_>>>()?;
            if tables.is_empty() {
                tables = more;
                continue;
            }
            for (table, more) in tables.iter_mut().zip(&more) {
                table.merge(more, &InPlace)?;
            }
        }
        for table in &mut tables {
            if let Table::Instants(instants) = table {
                for all in instants.values_mut() {
                    all.sort_unstable();
                }
            }
        }
        Ok(tables)
    }

    fn count(
        &self,
        start: usize,
        end: usize,
        block: &mut Block,
        fillings: &mut [Filling],
    ) -> Result<()> {
        self.select(start, end, block);
        if block.rows.is_empty() {
            return Ok(());
        }
        block.codes.resize_with(self.keys.len(), Vec::new);
        block.same.clear();
        block.same.resize(self.keys.len(), None);
        self.read_keys(0..self.filtered, block);
        self.apply_filter(block);
        if block.rows.is_empty() {
            return Ok(());
        }
        self.read_keys(self.filtered..self.keys.len(), block);
        self.read_fields(block);
        self.compute_lanes(block)?;
        for filling in fillings {
            filling.add(self, block)?;
        }
        Ok(())
    }

    /// The rows of the block that count, with their instants if wanted.
    fn select(&self, start: usize, end: usize, block: &mut Block) {
        block.rows.clear();
        block.micros.clear();
        let (scope, facts) = (self.known.scope, self.known.facts);
        let at = &facts.at;
        #[expect(clippy::cast_possible_truncation, reason = "rows are below 2^32")]
        let numbers = start as u32..end as u32;
        if scope.published {
            let until = scope.end.min(self.known.as_of.saturating_add(1));
            for row in numbers {
                // What has not been shared by `as_of` is not a fact yet.
                if at.micros(row as usize) > self.known.as_of {
                    continue;
                }
                let content = facts.content.as_ref();
                let item = content.map_or(OUTSIDE, |content| content.at(row as usize));
                match self.published.get(item as usize) {
                    Some(&at) if at >= scope.start && at < until => {
                        block.rows.push(row);
                        block.micros.push(at);
                    }
                    _ => {}
                }
            }
        } else if let Some((low, high)) = self.ticks {
            let inside = |&(_, &tick): &(u32, &i64)| low <= tick && tick < high;
            let rows = numbers.zip(&at.values[start..end]).filter(inside);
            block.rows.extend(rows.map(|(row, _)| row));
        } else {
            block.rows.extend(numbers);
        }
        let all_count = self.known.in_force.skip.is_none()
            && !scope.confirmed_only
            && !(scope.organic_only && facts.paid.is_some())
            && scope.actions.is_empty();
        if !all_count {
            let keep: Vec<bool> = block
                .rows
                .iter()
                .map(|&row| self.counts(row as usize))
                .collect();
            retain(&mut block.rows, &keep);
            retain(&mut block.micros, &keep);
        }
        block.whole = block.rows.len() == end - start;
        if self.dated && !scope.published {
            match (block.run(), at.unit) {
                (Some(run), TimeUnit::Micro) => block.micros.extend_from_slice(&at.values[run]),
                (Some(run), unit) => {
                    let ticks = at.values[run].iter();
                    block
                        .micros
                        .extend(ticks.map(|&tick| to_micros(tick, unit)));
                }
                _ => {
                    let rows = block.rows.iter();
                    block
                        .micros
                        .extend(rows.map(|&row| at.micros(row as usize)));
                }
            }
        }
    }

    #[inline]
    fn counts(&self, row: usize) -> bool {
        let (facts, scope) = (self.known.facts, self.known.scope);
        let skip = self.known.in_force.skip.as_ref();
        if skip.is_some_and(|skip| skip.get(row)) {
            return false;
        }
        if scope.confirmed_only && !facts.confirmed.as_ref().is_some_and(|c| c.get(row)) {
            return false;
        }
        if scope.organic_only && facts.paid.as_ref().is_some_and(|paid| paid.get(row)) {
            return false;
        }
        scope.actions.is_empty()
            || facts
                .action
                .as_ref()
                .is_some_and(|actions| scope.actions.contains(&actions[row]))
    }

    fn read_keys(&self, keys: Range<usize>, block: &mut Block) {
        let (at, published) = (&self.known.facts.at, self.known.scope.published);
        let run = block.run();
        for key in keys {
            let reader = &self.keys[key];
            let codes = &mut block.codes[key];
            codes.clear();
            let none = reader.radix.saturating_sub(1);
            match (&reader.read, &run) {
                (Reader::Many(..), _) => {}
                // A run of rows is loaded at once.
                (Reader::Column(column), Some(run)) => {
                    codes.resize(run.len(), 0);
                    column.load(run.clone(), codes);
                    for code in codes {
                        *code = (*code).min(none);
                    }
                }
                (Reader::Through(which, by), Some(run)) => {
                    codes.resize(run.len(), 0);
                    which.load(run.clone(), codes);
                    by.look_up(codes);
                }
                (Reader::Spans(spans), _) if published => {
                    codes.extend(block.micros.iter().map(|&micros| spans.find(micros)));
                }
                (Reader::Spans(spans), run) => {
                    let tick = |row: &u32| at.values[*row as usize];
                    if let ([first, .., last], true) = (&block.rows[..], at.order.is_sorted)
                        && let span = spans.find(tick(first))
                        && spans.holds(span, tick(last))
                    {
                        block.same[key] = Some(span);
                        codes.resize(block.rows.len(), span);
                    } else if let Some(run) = run {
                        let ticks = at.values[run.clone()].iter();
                        codes.extend(ticks.map(|&tick| spans.find(tick)));
                    } else {
                        codes.extend(block.rows.iter().map(|row| spans.find(tick(row))));
                    }
                }
                // Attributes are those at the share, whatever date it counts under.
                _ => codes.extend(block.rows.iter().map(|&row| {
                    let row = row as usize;
                    let micros = at.micros(row);
                    reader.one(row, micros, micros)
                })),
            }
        }
    }

    /// Keeps the rows that meet every condition.
    fn apply_filter(&self, block: &mut Block) {
        for (key, wanted, negate) in &self.filter {
            let reader = &self.keys[*key];
            let is_wanted = |code: u32| wanted.get(code as usize).copied().unwrap_or(false);
            let none = reader.radix.saturating_sub(1);
            // Written whether kept or not, and overwritten where not.
            block.kept.resize(block.rows.len(), 0);
            let mut count = 0;
            for (at, &row) in (0..).zip(&block.rows) {
                let met = if reader.is_many() {
                    let codes = reader.many(row as usize);
                    codes.iter().any(|&code| is_wanted(code))
                        || (codes.is_empty() && is_wanted(none))
                } else {
                    is_wanted(block.codes[*key][at as usize])
                };
                block.kept[count] = at;
                count += usize::from(met != *negate);
            }
            if count == block.rows.len() {
                continue;
            }
            block.whole = false;
            let kept = &block.kept[..count];
            keep(&mut block.rows, kept);
            keep(&mut block.micros, kept);
            for codes in &mut block.codes[..self.filtered] {
                keep(codes, kept);
            }
        }
    }

    fn read_fields(&self, block: &mut Block) {
        if self.fields.is_empty() {
            return;
        }
        let (rows, run) = (block.rows.len(), block.run());
        block.known.clear();
        block.known.resize(rows, FieldSet::EVERY);
        block.fields.resize_with(Field::ALL.len(), Vec::new);
        for &field in &self.fields {
            let values = &mut block.fields[field.index()];
            values.clear();
            values.resize(rows, 0);
            let bit = FieldSet::of([field]);
            match (self.known.column(field), &run) {
                (Some(column), Some(run)) if !column.has_gaps() => {
                    column.load(run.clone(), values);
                }
                (Some(column), _) => {
                    for (at, &row) in block.rows.iter().enumerate() {
                        match column.get(row as usize) {
                            Some(value) => values[at] = value,
                            None => block.known[at] = block.known[at].without(bit),
                        }
                    }
                }
                (None, _) if field == Field::Followers => self.look_up_followers(block),
                (None, _) => {
                    for known in &mut block.known {
                        *known = known.without(bit);
                    }
                }
            }
        }
        if let Some(unread) = &self.known.in_force.unread {
            // Followers are looked up as of then; everything else was read later.
            let looked_up = self.known.column(Field::Followers).is_none();
            let kept = if looked_up {
                FieldSet::of([Field::Followers])
            } else {
                FieldSet::default()
            };
            let hidden = FieldSet::EVERY.without(kept);
            for (known, &row) in block.known.iter_mut().zip(&block.rows) {
                if unread.get(row as usize) {
                    *known = known.without(hidden);
                }
            }
        }
    }

    /// Followers of each row's account at its instant.
    fn look_up_followers(&self, block: &mut Block) {
        let (facts, accounts) = (self.known.facts, &self.known.program.accounts);
        let bit = FieldSet::of([Field::Followers]);
        let values = &mut block.fields[Field::Followers.index()];
        block.imputed.clear();
        block.imputed.resize(block.rows.len(), false);
        for (at, &row) in block.rows.iter().enumerate() {
            let account = facts
                .account
                .as_ref()
                .map_or(NONE, |account| account[row as usize]);
            // By the share's own instant, whatever date it is counted under.
            let when = facts.at.micros(row as usize);
            match accounts.followers(account, when, self.known.as_of) {
                Some(found) => {
                    values[at] = found.followers;
                    block.imputed[at] = found.imputed;
                }
                None => block.known[at] = block.known[at].without(bit),
            }
        }
    }

    /// The value of a quantity in a row of the block.
    #[inline]
    pub(super) fn value(&self, block: &Block, quantity: usize, row: usize) -> u64 {
        match self.quantities[quantity].place {
            Place::Narrow(lane) => block.narrow[row * self.narrow + lane].into(),
            Place::Wide(lane) => block.wide[lane][row],
        }
    }

    fn compute_lanes(&self, block: &mut Block) -> Result<()> {
        let (rows, run) = (block.rows.len(), block.run());
        block.wide.resize_with(self.wide, Vec::new);
        block.filled.resize_with(self.wide, Vec::new);
        block.staged.resize_with(self.narrow, Vec::new);
        block.bits.resize(self.narrow, 0);
        block.narrow.resize(rows * self.narrow, 0);
        for quantity in &self.quantities {
            match quantity.place {
                Place::Wide(lane) => {
                    let mut values = std::mem::take(&mut block.wide[lane]);
                    quantity.compute(block, &mut values)?;
                    list_filled(&values, &mut block.filled[lane]);
                    block.wide[lane] = values;
                }
                Place::Narrow(_) if quantity.as_it_is(run.as_ref(), rows).is_some() => {}
                Place::Narrow(lane) => {
                    let mut values = std::mem::take(&mut block.room);
                    quantity.compute(block, &mut values)?;
                    let staged = &mut block.staged[lane];
                    staged.clear();
                    // No value is larger than 32 bits hold.
                    let narrow = |&value: &u64| u32::try_from(value).unwrap_or(u32::MAX);
                    staged.extend(values.iter().map(narrow));
                    block.room = values;
                }
            }
        }
        let (staged, narrow) = (&block.staged, &mut block.narrow);
        let source = |lane: usize| -> &[u32] {
            let at_lane = |quantity: &&Quantity| matches!(quantity.place, Place::Narrow(place) if place == lane);
            match self.quantities.iter().find(at_lane) {
                None => &ZEROS[..rows],
                Some(quantity) => quantity
                    .as_it_is(run.as_ref(), rows)
                    .unwrap_or(&staged[lane]),
            }
        };
        for first in (0..self.narrow).step_by(ABREAST) {
            let sources = std::array::from_fn(|at| source(first + at));
            let step = (first / ABREAST, self.narrow / ABREAST);
            let bits = put_abreast(sources, narrow, step);
            block.bits[first..first + ABREAST].copy_from_slice(&bits);
        }
        Ok(())
    }
}

impl<'p> Quantity<'p> {
    /// The values of a narrow quantity where they lie in memory as they are.
    fn as_it_is(&self, run: Option<&Range<usize>>, rows: usize) -> Option<&'p [u32]> {
        if self.counts_rows() {
            return Some(&ONES[..rows]);
        }
        match &self.columns[..] {
            &[(column, 1)] => column.narrow()?.get(run?.clone()),
            _ => None,
        }
    }

    /// The values of a quantity, row by row.
    fn compute(&self, block: &Block, values: &mut Vec<u64>) -> Result<()> {
        values.clear();
        values.resize(block.rows.len(), 0);
        let run = block.run();
        for &(column, weight) in &self.columns {
            let weight = u64::from(weight);
            if let Some(run) = &run {
                column.add(run.clone(), values, weight);
                continue;
            }
            for (value, &row) in values.iter_mut().zip(&block.rows) {
                let count = column.get(row as usize).unwrap_or(0);
                *value = value.wrapping_add(count.wrapping_mul(weight));
            }
        }
        if !self.columns.is_empty() {
            return Ok(());
        }
        for (row, value) in values.iter_mut().enumerate() {
            let imputed = block.imputed.get(row).copied().unwrap_or(false);
            let field = |field: Field| block.fields[field.index()][row];
            *value = self.of(block.known[row], imputed, field)?;
        }
        Ok(())
    }
}

/// What a lane that counts rows lies in memory as.
static ONES: [u32; BLOCK] = [1; BLOCK];
static ZEROS: [u32; BLOCK] = [0; BLOCK];

/// Puts lanes side by side, as the step `at` of the `steps` a row has; gives all
/// bits of all values, by lane.
fn put_abreast(
    lanes: [&[u32]; ABREAST],
    rows: &mut [u32],
    (at, steps): (usize, usize),
) -> [u32; ABREAST] {
    let mut bits = [0; ABREAST];
    let [a, b, c, d] = lanes;
    let (rows, _) = rows.as_chunks_mut::<ABREAST>();
    let rows = rows.chunks_exact_mut(steps.max(1));
    for (row, (((&a, &b), &c), &d)) in rows.zip(a.iter().zip(b).zip(c).zip(d)) {
        row[at] = [a, b, c, d];
        bits = [bits[0] | a, bits[1] | b, bits[2] | c, bits[3] | d];
    }
    bits
}

/// Lists the places of values that are not 0.
fn list_filled(values: &[u64], filled: &mut Vec<u32>) {
    filled.clear();
    filled.resize(values.len(), 0);
    let mut count = 0;
    for (at, &value) in (0..).zip(values) {
        filled[count] = at;
        count += usize::from(value != 0);
    }
    filled.truncate(count);
}

/// Keeps the values at these places, which ascend; nothing of nothing.
fn keep<T: Copy>(values: &mut Vec<T>, places: &[u32]) {
    if values.is_empty() {
        return;
    }
    for (to, &from) in places.iter().enumerate() {
        values[to] = values[from as usize];
    }
    values.truncate(places.len());
}

fn retain<T: Copy>(values: &mut Vec<T>, keep: &[bool]) {
    if values.len() != keep.len() {
        return;
    }
    let mut keep = keep.iter();
    values.retain(|_| keep.next().copied().unwrap_or(false));
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
