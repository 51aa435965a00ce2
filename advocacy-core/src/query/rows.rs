//! The rows of a table and their total, read from counted facts.

use std::sync::Arc;

use crate::dimension::Dimension;
use crate::error::Result;
use crate::measure::{Coverage, Measure, Note};
use crate::privacy::PrivacyPolicy;
use crate::question::sheet::{InUse, Reader, Sheet};
use crate::question::space::Space;
use crate::table::{KeyValue, Row, Table, by_key};
use crate::tally::Counted;

use super::contribution::Contributions;
use super::order::First;
use super::plan::Plan;
use super::protect::{self, Behind, How};

/// A table before a policy is applied: rows and their total, with who stands
/// behind them; nobody is asked for without a policy.
pub(super) struct Raw {
    pub(super) rows: Vec<RawRow>,
    pub(super) total: RawRow,
}

pub(super) struct RawRow {
    pub(super) row: Row,
    /// Under each set of definitions.
    pub(super) behind: Vec<Behind>,
    /// By column, whether one person holds too much; empty if nobody asks.
    pub(super) dominated: Vec<bool>,
    /// Whether the metrics asked for make a row of it.
    pub(super) listed: bool,
}

impl Raw {
    /// Whether knowing this much of those who stand behind it tells what to hide:
    /// where all numbers are known, and nobody or many stand behind every row.
    fn is_settled_by(&self, how: How) -> bool {
        let mut rows = self.rows.iter().chain([&self.total]);
        rows.all(|raw| {
            let mut behind = raw.behind.iter();
            let of_many = |enough: u8| behind.all(|behind| behind.is_of_many(enough.into()));
            match how {
                How::ALL => true,
                How { most, .. } => !raw.is_known_in_part() && most.is_none_or(of_many),
            }
        })
    }
}

impl RawRow {
    /// Whether all of its numbers rest on every share.
    fn rests_on_all(&self) -> bool {
        let shares = |of: u64| self.behind.iter().all(|behind| behind.shares == of);
        let mut coverages = self.row.measures.iter().filter_map(Measure::coverage);
        coverages.all(|Coverage { known, rows }| known == rows && shares(rows))
    }

    /// Whether some, and not all, of the rows its numbers are made of are missing.
    fn is_known_in_part(&self) -> bool {
        let mut coverages = self.row.measures.iter().filter_map(Measure::coverage);
        coverages.any(|coverage| 0 < coverage.known && coverage.known < coverage.rows)
    }
}

/// Which rows a table has, and its total.
struct Found {
    readers: Vec<Reader>,
    total: RawRow,
    /// The cells that the metrics asked for make rows of.
    listed: Vec<u64>,
    /// With those that anybody stands behind, under a policy.
    cells: Vec<u64>,
}

impl Plan<'_> {
    /// The table, from counted facts, and under the policy in force; also
    /// whether it has rows that are not wanted.
    pub(crate) fn table(
        &self,
        counted: &Counted,
        first: Option<First<'_>>,
    ) -> Result<(Table, bool)> {
        let found = self.found(counted, self.first)?;
        let is_safe = self.policy.is_none() || self.is_safe(counted, &found)?;
        let (rows, total) = match &self.policy {
            Some(policy) if !is_safe => self.protected(policy, counted, found)?,
            // What is hidden must not depend on which rows are wanted.
            _ => self.wanted(counted, first, found)?,
        };
        let mut notes = Vec::new();
        for axis in self.space.axes.iter().filter(|axis| axis.key.is_multi()) {
            notes.push(format!(
                "rows do not add up: one share or item can have several of {}; the total counts each once",
                axis.dimension
            ));
        }
        let table = Table {
            dimensions: self.dimensions.clone(),
            columns: self
                .columns
                .iter()
                .map(|column| column.name.clone())
                .collect(),
            period: self.space.period.clone(),
            rows,
            total,
            notes,
        };
        Ok((table, !is_safe || first.is_none()))
    }

    pub(super) fn dominance(&self) -> Option<u32> {
        self.policy.as_ref()?.dominance
    }

    /// Rows and total under a policy that may hide some of them.
    fn protected(
        &self,
        policy: &PrivacyPolicy,
        counted: &Counted,
        found: Found,
    ) -> Result<(Vec<Row>, Row)> {
        let raw = self.raw_of(counted, found, self.first)?;
        if raw.is_settled_by(self.first) {
            return protect::protect(self, policy, raw, counted);
        }
        // What to hide takes all that stand behind every row.
        let mut specs = self.specs_of(How::ALL)?;
        specs.sort_unstable();
        specs.dedup();
        let (program, as_of) = (self.space.program, self.space.as_of);
        let counted = &Counted::new(program, specs, as_of, None)?;
        protect::protect(self, policy, self.raw(counted)?, counted)
    }

    /// The rows wanted and the total, where nothing is hidden.
    fn wanted(
        &self,
        counted: &Counted,
        first: Option<First<'_>>,
        found: Found,
    ) -> Result<(Vec<Row>, Row)> {
        let Found {
            readers,
            total,
            mut listed,
            ..
        } = found;
        if let Some(first) = first {
            listed = self.first(listed, first, counted, &readers)?;
        }
        let rows = self.rows(counted, &readers, self.in_order(listed))?;
        let discreet = |raw: RawRow| {
            let mut row = raw.row;
            if self.policy.is_some() {
                let measures = row.measures.into_iter();
                row.measures = measures.map(|measure| measure.discreet(1)).collect();
            }
            row
        };
        Ok((rows.into_iter().map(discreet).collect(), discreet(total)))
    }

    /// Every row and the total, as they are.
    pub(super) fn raw(&self, counted: &Counted) -> Result<Raw> {
        self.raw_of(counted, self.found(counted, How::ALL)?, How::ALL)
    }

    /// The same, with that much of those who stand behind a row.
    fn raw_of(&self, counted: &Counted, found: Found, how: How) -> Result<Raw> {
        let Found {
            readers,
            total,
            mut listed,
            cells,
        } = found;
        if cells.is_empty() {
            let rows = Vec::new();
            return Ok(Raw { rows, total });
        }
        let of_rows = self.in_order(cells);
        let cells: Vec<u64> = of_rows.iter().map(|&(cell, _)| cell).collect();
        let mut rows = self.rows(counted, &readers, of_rows)?;
        self.ask_behind(&self.space, counted, &readers, &cells, how, &mut rows)?;
        listed.sort_unstable();
        for (row, cell) in rows.iter_mut().zip(&cells) {
            row.listed = listed.binary_search(cell).is_ok();
        }
        Ok(Raw { rows, total })
    }

    /// The total and which rows there are.
    fn found(&self, counted: &Counted, how: How) -> Result<Found> {
        let (whole, readers) = (&self.whole, self.readers());
        let held = self.contributions(whole, counted)?;
        let total = self.row(whole, (0, Vec::new()), counted, &readers, &held)?;
        let mut totals = [total];
        self.ask_behind(whole, counted, &readers, &[0], how, &mut totals)?;
        let [total] = totals;
        let mut found = Found {
            readers: self.readers(),
            total,
            listed: Vec::new(),
            cells: Vec::new(),
        };
        if self.dimensions.is_empty() || self.names_nobody() {
            return Ok(found);
        }
        found.listed = self.cells(counted, &found.readers)?;
        if self.policy.is_some() {
            // What is hidden must not depend on which rows a metric makes.
            let of_people = self.cells_of_people(counted, &found.readers, how)?;
            found.cells = found.listed.iter().copied().chain(of_people).collect();
            found.cells.sort_unstable();
            found.cells.dedup();
        }
        Ok(found)
    }

    /// Whether it is plain that nothing is hidden, where only few people in a
    /// cell can hide anything: nobody or many stand behind each, and no number
    /// leaves out what some of them did.
    fn is_safe(&self, counted: &Counted, found: &Found) -> Result<bool> {
        // Rounded numbers are in another order.
        let is_exact = |policy: &PrivacyPolicy| policy.rounding == 1;
        let enough = self.hides_only_few();
        let Some(enough) = enough.filter(|_| self.policy.as_ref().is_some_and(is_exact)) else {
            return Ok(false);
        };
        let of_many = |behind: &[Behind]| behind.iter().all(|behind| behind.is_of_many(enough));
        if !of_many(&found.total.behind) || !found.total.rests_on_all() {
            return Ok(false);
        }
        let how = How {
            busiest: false,
            ..self.first
        };
        let columns = self.columns.iter().enumerate();
        for (at, column) in columns.filter(|(at, column)| column.set == *at) {
            let (space, reader) = (&self.space, &found.readers[at]);
            let mut sheet = Sheet::each(space, &column.definitions, counted, reader, &found.cells);
            if !of_many(&Behind::ask(&mut sheet, self.metrics(), how)?) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The rows of some cells, each with its key.
    fn rows(
        &self,
        counted: &Counted,
        readers: &[Reader],
        cells: Vec<(u64, Vec<KeyValue>)>,
    ) -> Result<Vec<RawRow>> {
        let held = self.contributions(&self.space, counted)?;
        let mut rows = Vec::with_capacity(cells.len());
        for of_row in cells {
            rows.push(self.row(&self.space, of_row, counted, readers, &held)?);
        }
        Ok(rows)
    }

    /// Whether every row would name somebody, and nobody agreed to be named.
    pub(super) fn names_nobody(&self) -> bool {
        self.policy.is_some()
            && self.dimensions.contains(&Dimension::Advocate)
            && !self.space.program.names_anybody()
    }

    fn row(
        &self,
        space: &Space<'_>,
        (cell, key): (u64, Vec<KeyValue>),
        counted: &Counted,
        readers: &[Reader],
        held: &[Contributions],
    ) -> Result<RawRow> {
        let dominates = |held: &Contributions| {
            self.dominance()
                .is_some_and(|percent| held.dominates(cell, space, percent))
        };
        Ok(RawRow {
            row: Row {
                key,
                measures: self.measures(space, counted, readers, cell)?,
                comparisons: Vec::new(),
            },
            behind: Vec::new(),
            dominated: held.iter().map(dominates).collect(),
            listed: true,
        })
    }

    /// What each cell holds of every column's quantities and who holds most of
    /// it; nothing unless the policy asks.
    fn contributions(&self, space: &Space<'_>, counted: &Counted) -> Result<Vec<Contributions>> {
        if self.dominance().is_none() {
            return Ok(Vec::new());
        }
        let columns = self.columns.iter();
        let columns =
            columns.map(|column| Ok(Contributions::new(&column.specs(space)?, space, counted)));
        columns.collect()
    }

    /// The cells anybody stands behind.
    fn cells_of_people(&self, counted: &Counted, readers: &[Reader], how: How) -> Result<Vec<u64>> {
        let how = How {
            busiest: false,
            ..how
        };
        let mut used = InUse::default();
        for (at, column) in self.columns.iter().enumerate() {
            if column.set == at {
                let (space, reader) = (&self.space, &readers[at]);
                let mut sheet =
                    Sheet::survey(space, &column.definitions, counted, reader, &mut used);
                Behind::ask(&mut sheet, self.metrics(), how)?;
            }
        }
        Ok(used.cells)
    }

    /// Says of each row, which are of these cells, who stands behind it; of
    /// nobody without a policy.
    fn ask_behind(
        &self,
        space: &Space<'_>,
        counted: &Counted,
        readers: &[Reader],
        cells: &[u64],
        how: How,
        rows: &mut [RawRow],
    ) -> Result<()> {
        if self.policy.is_none() {
            return Ok(());
        }
        let how = How {
            busiest: how.busiest && rows.iter().any(RawRow::is_known_in_part),
            ..how
        };
        let columns = self.columns.iter().enumerate();
        for (at, column) in columns.filter(|(at, column)| column.set == *at) {
            let reader = &readers[at];
            let mut sheet = Sheet::each(space, &column.definitions, counted, reader, cells);
            let mut behind = Behind::ask(&mut sheet, self.metrics(), how)?;
            behind.resize(cells.len(), Behind::default());
            for (row, behind) in rows.iter_mut().zip(behind) {
                row.behind.push(behind);
            }
        }
        Ok(())
    }

    /// The cells that make rows: every combination in use, at every step of
    /// time; empty steps are rows too.
    pub(super) fn cells(&self, counted: &Counted, readers: &[Reader]) -> Result<Vec<u64>> {
        let space = &self.space;
        if self.dimensions.is_empty() {
            return Ok(Vec::new());
        }
        let mut used = InUse::default();
        for column in &*self.columns {
            let mut sheet = Sheet::survey(
                space,
                &column.definitions,
                counted,
                &readers[column.set],
                &mut used,
            );
            column.metric.compute(&mut sheet)?;
        }
        let slots = space.slots.len() as u64;
        let mut parts = used.cells;
        if slots > 1 {
            for cell in &mut parts {
                *cell /= slots;
            }
        }
        parts.sort_unstable();
        parts.dedup();
        if parts.is_empty() && !space.axes.is_empty() {
            // Nothing can be split by these: every known value is a row.
            let mut all = vec![0_u64];
            for axis in &space.axes {
                let radix = u64::from(axis.radix.max(1));
                let codes: Vec<u64> = space
                    .codes_in_use(axis)
                    .into_iter()
                    .map(u64::from)
                    .collect();
                all = all
                    .iter()
                    .flat_map(|cell| codes.iter().map(move |code| cell * radix + code))
                    .collect();
            }
            parts = all;
        } else if parts.is_empty() {
            parts.push(0);
        }
        if slots == 1 {
            return Ok(parts);
        }
        Ok(parts
            .into_iter()
            .flat_map(|part| (0..slots).map(move |slot| part * slots + slot))
            .collect())
    }

    /// Cells in the order of their keys, which each comes with: names by name, time
    /// by time, none last.
    fn in_order(&self, cells: Vec<u64>) -> Vec<(u64, Vec<KeyValue>)> {
        let keyed = |cell| (cell, self.space.key_values(&self.dimensions, cell));
        let mut cells: Vec<_> = cells.into_iter().map(keyed).collect();
        cells.sort_unstable_by(|(_, one), (_, other)| by_key(one, other));
        cells
    }

    pub(super) fn measures(
        &self,
        space: &Space<'_>,
        counted: &Counted,
        readers: &[Reader],
        cell: u64,
    ) -> Result<Vec<Measure>> {
        // As many as there are columns, which collecting results does not know.
        let mut measures = Vec::with_capacity(self.columns.len());
        for column in &*self.columns {
            let mut sheet = Sheet::read(
                space,
                &column.definitions,
                counted,
                &readers[column.set],
                cell,
            );
            measures.push(column.metric.compute(&mut sheet)?);
            let Some(measure) = measures.last_mut() else {
                continue;
            };
            measure.definition = column.worded(&measure.definition.formula);
            let slot = sheet.slot().and_then(|slot| space.slots.get(slot));
            if let Some(slot) = slot {
                measure.period = Some(Arc::clone(&slot.period));
                measure.add_notes(&slot.notes);
            }
            let (not_split, not_heeded) = (sheet.not_split(), sheet.not_heeded());
            if !not_split.is_empty() {
                measure.add_note(Note::NotSplit {
                    dimensions: not_split,
                });
            }
            if !not_heeded.is_empty() {
                measure.add_note(Note::NotFiltered {
                    dimensions: not_heeded,
                });
            }
        }
        Ok(measures)
    }
}
