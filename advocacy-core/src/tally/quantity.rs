//! What rows are summed, paired and compared by, block by block.

use std::ops::Range;

use crate::error::Result;
use crate::model::column::list_filled;
use crate::model::field::Field;
use crate::model::index::to_u32;
use crate::model::read::{CountColumn, put};
use crate::wide::add_columns;

use super::block::Block;
use super::lanes::Known;
use super::pairs::Values;
use super::spec::{FieldSet, Lane};
use super::table::overflow;
use super::words::Slot;

/// A lane ready to be computed.
#[derive(Debug)]
pub(super) struct Quantity<'p> {
    pub(super) lane: Lane,
    /// The columns, each with its weight, whose sum it is in every row; none
    /// where there is more to it.
    pub(super) columns: Vec<(&'p CountColumn<'p>, u32)>,
    /// The same as they lie in memory, where each is of 32 bits and none is
    /// weighted; else none.
    pub(super) short: Vec<&'p [u32]>,
    /// No value is larger.
    pub(super) most: u128,
    /// Where it lies in a row's words, if tables want it there.
    pub(super) slot: Option<Slot>,
    /// Whether tables want it in words, by itself in 64 bits, or by itself in 32
    /// bits, if they are enough.
    pub(super) in_words: bool,
    pub(super) alone: bool,
    pub(super) compared: bool,
}

impl<'p> Quantity<'p> {
    /// Whether it is 1 in every row.
    pub(super) fn counts_rows(&self) -> bool {
        Known::is_unconditional(&self.lane) && self.lane.terms.is_empty()
    }

    /// The column it is, row by row, if it is just that.
    pub(super) fn column(&self) -> Option<&'p CountColumn<'p>> {
        match &self.columns[..] {
            &[(column, 1)] => Some(column),
            _ => None,
        }
    }

    /// Its value in a row, 0 where it is not counted, by what is known there.
    fn of(&self, known: FieldSet, is_imputed: bool, field: impl Fn(Field) -> u64) -> Result<u64> {
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

    /// The values, row by row.
    pub(super) fn compute(&self, block: &Block, values: &mut Vec<u64>) -> Result<()> {
        values.clear();
        values.resize(block.rows.len(), u64::from(self.counts_rows()));
        if self.counts_rows() {
            return Ok(());
        }
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

    /// The values of the block in 32 bits, if they are enough.
    pub(super) fn short<'b>(&self, at: usize, block: &'b Block) -> Option<&'b [u32]>
    where
        'p: 'b,
    {
        match (&self.short[..], block.run()) {
            ([], _) => None,
            (&[column], Some(run)) => column.get(run),
            _ => Some(&block.short[at][..]).filter(|values| values.len() == block.rows.len()),
        }
    }

    /// The same, or what they are sums of: of rows that follow one another none needs
    /// to be made ready.
    pub(super) fn short_or_columns<'b>(
        &'b self,
        at: usize,
        block: &'b Block,
    ) -> Option<Values<'b>> {
        match block.run() {
            Some(run) if self.short.len() > 1 => Some(Values::Sums(&self.short, run.start)),
            _ => self.short(at, block).map(Values::Ready),
        }
    }

    /// Sums the columns in 32 bits; leaves nothing where they may not be enough.
    fn sum_up(&self, at: usize, block: &mut Block) {
        let (run, rows) = (block.run(), &block.rows);
        let sums = &mut block.short[at];
        sums.resize(rows.len(), 0);
        sums.fill(0);
        let mut bits = 0;
        let (first, last) = (rows.first().copied(), rows.last().copied());
        let stretch = first.unwrap_or(0) as usize..last.map_or(0, |last| last as usize + 1);
        let is_dense = rows.len() >= stretch.len() / SPARSE;
        if let Some(run) = run {
            bits = add_columns(sums, &self.short, run);
        } else {
            for column in &self.short {
                if is_dense {
                    let all = column[stretch.clone()].iter();
                    bits |= all.fold(0, |bits, &value| bits | value);
                }
                for (sum, &row) in sums.iter_mut().zip(rows) {
                    let value = column[row as usize];
                    bits |= value;
                    *sum = sum.wrapping_add(value);
                }
            }
        }
        let largest = u64::from(bits) * self.short.len() as u64;
        if largest > u32::MAX.into() {
            sums.clear();
        }
    }

    /// Makes all values ready in 64 bits.
    pub(super) fn widen(&self, at: usize, block: &mut Block) -> Result<()> {
        let mut values = std::mem::take(&mut block.values[at]);
        let done = self.compute(block, &mut values);
        block.values[at] = values;
        done
    }

    /// The values, where they were made ready.
    fn ready<'b>(&self, at: usize, block: &'b Block) -> Ready<'b>
    where
        'p: 'b,
    {
        match (self.short(at, block), self.column().zip(block.run())) {
            (Some(values), _) => Ready::Short(values),
            (None, Some((column, run))) => Ready::Column(column, run),
            (None, None) => Ready::Long(&block.values[at]),
        }
    }

    /// Makes the values ready where they are not as they lie: by themselves, or
    /// listed.
    pub(super) fn prepare(&self, at: usize, block: &mut Block) -> Result<()> {
        block.listed[at].clear();
        let is_run = block.run().is_some();
        if !(is_run && self.short.len() == 1 || self.short.is_empty()) {
            self.sum_up(at, block);
        }
        let wanted = self.in_words && !self.counts_rows();
        let as_it_lies = self.column().is_some() && is_run;
        let is_long = self.compared || (wanted && !as_it_lies);
        if self.alone || (is_long && self.short(at, block).is_none()) {
            self.widen(at, block)?;
        }
        if wanted && self.slot.is_none() {
            self.list(at, block);
        }
        Ok(())
    }

    /// Puts the values into the words of a block, but for those without room.
    pub(super) fn put(&self, at: usize, slot: Slot, block: &mut Block) {
        let mut words = std::mem::take(&mut block.words[slot.word]);
        let place = |value| slot.put(value);
        let bits = match self.ready(at, block) {
            Ready::Short(values) => put(values, &mut words, u64::from, place),
            Ready::Column(column, run) => column.put(run, &mut words, place),
            Ready::Long(values) => put(values, &mut words, u64::from, place),
        };
        block.words[slot.word] = words;
        self.check(at, slot, bits, block);
    }

    /// Takes values without room, told by all bits of all values, into a list.
    pub(super) fn check(&self, at: usize, slot: Slot, bits: u64, block: &mut Block) {
        if bits > slot.most() {
            self.take_out(at, slot, block);
        }
    }

    /// The sum over the block; it fits, because that over all rows does.
    pub(super) fn total(&self, at: usize, block: &Block) -> u64 {
        if self.counts_rows() {
            return block.rows.len() as u64;
        }
        if let Some(total) = block.totals[at] {
            return total;
        }
        if self.slot.is_none() {
            return block.listed[at].iter().map(|&(_, value)| value).sum();
        }
        match self.ready(at, block) {
            Ready::Short(values) => values.iter().map(|&value| u64::from(value)).sum(),
            Ready::Column(column, run) => column.sum(run),
            Ready::Long(values) => values.iter().sum(),
        }
    }

    /// Lists the values that are not 0.
    fn list(&self, at: usize, block: &mut Block) {
        let mut places = std::mem::take(&mut block.places);
        let mut listed = std::mem::take(&mut block.listed[at]);
        places.resize(block.rows.len(), 0);
        let values = self.ready(at, block);
        let count = match &values {
            Ready::Short(values) => list_filled(&mut places, values),
            Ready::Column(column, run) => column.list(run.clone(), &mut places),
            Ready::Long(values) => list_filled(&mut places, values),
        };
        let filled = places[..count].iter();
        listed.extend(filled.map(|&row| (row, values.at(row as usize))));
        (block.places, block.listed[at]) = (places, listed);
    }

    /// Takes the values that have no room out of their words, into a list.
    #[cold]
    fn take_out(&self, at: usize, slot: Slot, block: &mut Block) {
        let mut words = std::mem::take(&mut block.words[slot.word]);
        let mut listed = std::mem::take(&mut block.listed[at]);
        let values = self.ready(at, block);
        for (row, word) in words.iter_mut().enumerate() {
            let value = values.at(row);
            if value > slot.most() {
                *word &= !(slot.put(u64::MAX) | slot.guard());
                listed.push((to_u32(row), value));
            }
        }
        (block.words[slot.word], block.listed[at]) = (words, listed);
    }
}

/// Where one of so many rows is wanted, or more, the column is read from end to end
/// before: what comes in order need not be waited for, and all of it is near then.
const SPARSE: usize = 32;

/// A block's values as they were made ready: in 32 bits, as a run of their
/// column, or in 64 bits.
enum Ready<'b> {
    Short(&'b [u32]),
    Column(&'b CountColumn<'b>, Range<usize>),
    Long(&'b [u64]),
}

impl Ready<'_> {
    /// A row's value.
    fn at(&self, row: usize) -> u64 {
        match self {
            Self::Short(values) => values[row].into(),
            Self::Column(column, run) => column.get(run.start + row).unwrap_or(0),
            Self::Long(values) => values[row],
        }
    }
}
