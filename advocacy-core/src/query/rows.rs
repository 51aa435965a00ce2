//! The rows of a table and their total, read from counted facts.

use std::sync::Arc;

use crate::dimension::Dimension;
use crate::error::Result;
use crate::measure::{Measure, Note};
use crate::question::sheet::{Reader, Sheet};
use crate::question::space::Space;
use crate::table::{KeyValue, Row, Table};
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
    /// Whether nobody or so many people stand behind every row, all of whose
    /// numbers are known.
    fn is_of_many(&self, enough: u32) -> bool {
        let mut rows = self.rows.iter().chain([&self.total]);
        rows.all(|raw| {
            let mut behind = raw.behind.iter();
            !raw.is_known_in_part() && behind.all(|behind| behind.is_of_many(enough))
        })
    }
}

impl RawRow {
    /// Whether some of the rows its numbers are made of are missing.
    fn is_known_in_part(&self) -> bool {
        let mut coverages = self.row.measures.iter().filter_map(Measure::coverage);
        coverages.any(|coverage| coverage.known < coverage.rows)
    }
}

impl Plan<'_> {
    /// The table, from counted facts, and under the policy in force.
    pub(crate) fn table(&self, counted: &Counted, first: Option<First<'_>>) -> Result<Table> {
        // What is hidden must not depend on which rows are wanted.
        let mut raw = self.raw_of(
            counted,
            first.filter(|_| self.policy.is_none()),
            self.enough,
        )?;
        let mut again = None;
        if let Some(enough) = self.enough
            && !raw.is_of_many(enough)
        {
            // What to hide takes all that stand behind every row.
            let mut specs = self.specs_of(None)?;
            specs.sort_unstable();
            specs.dedup();
            let (program, as_of) = (self.space.program, self.space.as_of);
            let counted = again.insert(Counted::new(program, specs, as_of, None)?);
            raw = self.raw(counted, None)?;
        }
        let counted = again.as_ref().unwrap_or(counted);
        let (rows, total) = if let Some(policy) = &self.policy {
            protect::protect(self, policy, raw, counted)?
        } else {
            let rows = raw.rows.into_iter().map(|raw| raw.row);
            (rows.collect(), raw.total.row)
        };
        let mut notes = Vec::new();
        for axis in self.space.axes.iter().filter(|axis| axis.key.is_multi()) {
            notes.push(format!(
                "rows do not add up: one share or item can have several of {}; the total counts each once",
                axis.dimension
            ));
        }
        Ok(Table {
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
        })
    }

    pub(super) fn dominance(&self) -> Option<u32> {
        self.policy.as_ref()?.dominance
    }

    /// Every row and the total, as they are.
    pub(super) fn raw(&self, counted: &Counted, first: Option<First<'_>>) -> Result<Raw> {
        self.raw_of(counted, first, None)
    }

    /// The same, with no more than `most` of those who stand behind a row.
    fn raw_of(
        &self,
        counted: &Counted,
        first: Option<First<'_>>,
        most: Option<u32>,
    ) -> Result<Raw> {
        let (whole, readers) = (&self.whole, self.readers());
        let held = self.contributions(whole, counted)?;
        let total = self.row((whole, &[]), counted, &readers, 0, &held)?;
        let mut totals = [total];
        self.ask_behind(whole, counted, &readers, &[0], most, &mut totals)?;
        let [total] = totals;
        if self.dimensions.is_empty() || self.names_nobody() {
            let rows = Vec::new();
            return Ok(Raw { rows, total });
        }
        let readers = self.readers();
        let mut listed = self.cells(counted, &readers)?;
        if let Some(first) = first {
            listed = self.first(listed, first, counted, &readers)?;
        }
        let mut cells = listed.clone();
        if self.policy.is_some() {
            // What is hidden must not depend on which rows a metric makes.
            cells.extend(self.cells_of_people(counted, &readers, most)?);
            cells.sort_unstable();
            cells.dedup();
            listed.sort_unstable();
        }
        self.sort(&mut cells);
        let space = &self.space;
        let held = self.contributions(space, counted)?;
        let of = (space, &self.dimensions[..]);
        let rows = cells
            .iter()
            .map(|&cell| self.row(of, counted, &readers, cell, &held));
        let mut rows = rows.collect::<Result<Vec<_>>>()?;
        self.ask_behind(space, counted, &readers, &cells, most, &mut rows)?;
        if self.policy.is_some() {
            for (row, cell) in rows.iter_mut().zip(&cells) {
                row.listed = listed.binary_search(cell).is_ok();
            }
        }
        Ok(Raw { rows, total })
    }

    /// Whether every row would name somebody, and nobody agreed to be named.
    pub(super) fn names_nobody(&self) -> bool {
        self.policy.is_some()
            && self.dimensions.contains(&Dimension::Advocate)
            && !self.space.program.names_anybody()
    }

    fn row(
        &self,
        (space, dimensions): (&Space<'_>, &[Dimension]),
        counted: &Counted,
        readers: &[Reader],
        cell: u64,
        held: &[Contributions],
    ) -> Result<RawRow> {
        let dominates = |held: &Contributions| {
            self.dominance()
                .is_some_and(|percent| held.dominates(cell, space, percent))
        };
        Ok(RawRow {
            row: Row {
                key: space.key_values(dimensions, cell),
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
    fn cells_of_people(
        &self,
        counted: &Counted,
        readers: &[Reader],
        most: Option<u32>,
    ) -> Result<Vec<u64>> {
        let mut cells = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            if column.set == at {
                let (space, reader) = (&self.space, &readers[at]);
                let mut sheet =
                    Sheet::survey(space, &column.definitions, counted, reader, &mut cells);
                let how = How {
                    most,
                    busiest: false,
                };
                Behind::ask(&mut sheet, self.metrics(), how)?;
            }
        }
        Ok(cells)
    }

    /// Says of each row, which are of these cells, who stands behind it; of
    /// nobody without a policy.
    fn ask_behind(
        &self,
        space: &Space<'_>,
        counted: &Counted,
        readers: &[Reader],
        cells: &[u64],
        most: Option<u32>,
        rows: &mut [RawRow],
    ) -> Result<()> {
        if self.policy.is_none() {
            return Ok(());
        }
        let how = How {
            most,
            busiest: rows.iter().any(RawRow::is_known_in_part),
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
        let mut used = Vec::new();
        for column in &self.columns {
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
        let mut parts: Vec<u64> = used.into_iter().map(|cell| cell / slots.max(1)).collect();
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
        Ok(parts
            .into_iter()
            .flat_map(|part| (0..slots).map(move |slot| part * slots + slot))
            .collect())
    }

    /// Rows are in the order of their keys: names by name, time by time, none
    /// last.
    fn sort(&self, cells: &mut [u64]) {
        let key = |cell: &u64| {
            self.space
                .key_values(&self.dimensions, *cell)
                .iter()
                .map(KeyValue::place)
                .collect::<Vec<_>>()
        };
        cells.sort_by_cached_key(key);
    }

    pub(super) fn measures(
        &self,
        space: &Space<'_>,
        counted: &Counted,
        readers: &[Reader],
        cell: u64,
    ) -> Result<Vec<Measure>> {
        self.columns
            .iter()
            .map(|column| {
                let mut sheet = Sheet::read(
                    space,
                    &column.definitions,
                    counted,
                    &readers[column.set],
                    cell,
                );
                let mut measure = column.metric.compute(&mut sheet)?;
                let (not_split, not_heeded) = (sheet.not_split(), sheet.not_heeded());
                let slot = sheet.slot().and_then(|slot| space.slots.get(slot));
                measure.definition = column.worded(&measure.definition.formula);
                if let Some(slot) = slot {
                    measure.period = Some(Arc::clone(&slot.period));
                    measure = measure
                        .note_if(!slot.period.is_complete(space.as_of), || {
                            Note::PartialPeriod { as_of: space.as_of }
                        })
                        .note_if(slot.clipped, || Note::ClippedBucket);
                }
                Ok(measure
                    .note_if(!not_split.is_empty(), || Note::NotSplit {
                        dimensions: not_split,
                    })
                    .note_if(!not_heeded.is_empty(), || Note::NotFiltered {
                        dimensions: not_heeded,
                    }))
            })
            .collect()
    }
}
