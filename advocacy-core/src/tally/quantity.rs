//! What rows are summed, paired and compared by, block by block.

use std::ops::Range;

use crate::error::Result;
use crate::model::column::list_filled;
use crate::model::field::Field;
use crate::model::index::to_u32;
use crate::model::read::{CountColumn, put};

use super::block::Block;
use super::lanes::Known;
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
    /// No value is larger.
    pub(super) most: u128,
    /// Where it lies in a row's words, if tables want it there.
    pub(super) slot: Option<Slot>,
    /// Whether tables want it in words, by itself in 64 bits, or by itself as
    /// it lies in memory, if it does so in 32 bits.
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

    /// The values of the block where they lie in memory in 32 bits.
    pub(super) fn as_it_lies(&self, block: &Block) -> Option<&'p [u32]> {
        self.column()?.narrow()?.get(block.run()?)
    }

    /// Makes the values ready where they are not as they lie: by themselves, or
    /// listed.
    pub(super) fn prepare(&self, at: usize, block: &mut Block) -> Result<()> {
        block.listed[at].clear();
        let is_compared = self.compared && self.as_it_lies(block).is_none();
        let alone = self.alone || is_compared;
        let column = self.column().zip(block.run());
        let wanted = self.in_words && !self.counts_rows();
        if alone || (wanted && column.is_none()) {
            let mut values = std::mem::take(&mut block.values[at]);
            self.compute(block, &mut values)?;
            block.values[at] = values;
        }
        if wanted && self.slot.is_none() {
            Self::list(at, column.as_ref(), block);
        }
        Ok(())
    }

    /// Puts the values into the words of a block, but for those without room.
    pub(super) fn put(&self, at: usize, slot: Slot, block: &mut Block) {
        let column = self.column().zip(block.run());
        let words = &mut block.words[slot.word];
        let bits = match &column {
            Some((column, run)) => column.put(run.clone(), words, |value| slot.put(value)),
            None => put(&block.values[at], words, u64::from, |value| slot.put(value)),
        };
        self.check(at, slot, bits, block);
    }

    /// Takes values without room, told by all bits of all values, into a list.
    pub(super) fn check(&self, at: usize, slot: Slot, bits: u64, block: &mut Block) {
        if bits > slot.most() {
            take_out(at, slot, self.column().zip(block.run()).as_ref(), block);
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
        match (self.slot, self.column().zip(block.run())) {
            (None, _) => block.listed[at].iter().map(|&(_, value)| value).sum(),
            (_, Some((column, run))) => column.sum(run),
            (_, None) => block.values[at].iter().sum(),
        }
    }

    /// Lists the values that are not 0.
    fn list(at: usize, column: Option<&Run<'p>>, block: &mut Block) {
        block.places.resize(block.rows.len(), 0);
        let count = match column {
            Some((column, run)) => column.list(run.clone(), &mut block.places),
            None => list_filled(&mut block.places, &block.values[at]),
        };
        let values = &block.values[at];
        let filled = block.places[..count].iter().map(|&row| {
            let value = match column {
                Some((column, run)) => column.get(run.start + row as usize).unwrap_or(0),
                None => values[row as usize],
            };
            (row, value)
        });
        block.listed[at].extend(filled);
    }
}

/// A column, and the rows of it that a block is.
type Run<'p> = (&'p CountColumn<'p>, Range<usize>);

/// Takes the values that have no room out of their words, into a list.
#[cold]
fn take_out(at: usize, slot: Slot, column: Option<&Run<'_>>, block: &mut Block) {
    for (row, word) in block.words[slot.word].iter_mut().enumerate() {
        let value = match column {
            Some((column, run)) => column.get(run.start + row).unwrap_or(0),
            None => block.values[at][row],
        };
        if value > slot.most() {
            *word &= !(slot.put(u64::MAX) | slot.guard());
            block.listed[at].push((to_u32(row), value));
        }
    }
}
