//! Which rows of a table come first, and how many are wanted.

use crate::dimension::Dimension;
use crate::error::Result;
use crate::question::sheet::{Reader, Sheet};
use crate::table::{KeyValue, Row, Table};
use crate::tally::Counted;

use super::Query;
use super::plan::Plan;

/// Which rows come first, and how many are wanted.
#[derive(Clone, Copy)]
pub(crate) struct First<'q> {
    pub(super) query: &'q Query<'q>,
    pub(super) column: &'q str,
    pub(super) largest: bool,
    pub(super) rows: usize,
}

impl Query<'_> {
    /// Whether a row of that key has a place in the table.
    fn is_shown(&self, key: &[KeyValue]) -> bool {
        let unnamed = |value: &KeyValue, dimension: &Dimension| match value {
            KeyValue::None => true,
            KeyValue::Thing { id, .. } if *dimension == Dimension::Advocate => {
                self.program.has_opted_out(id)
            }
            _ => false,
        };
        let mut values = key.iter().zip(&self.dimensions);
        !self.ranking || !values.any(|(value, by)| unnamed(value, by))
    }

    /// The rows that are enough, where an order and a limit are asked for.
    pub(super) fn first(&self) -> Option<First<'_>> {
        let (column, largest) = self.order_by.as_ref()?;
        Some(First {
            query: self,
            column,
            largest: *largest,
            rows: self.limit?,
        })
    }

    /// Whether another query of the same report is of the same rows, perhaps
    /// fewer of them and in another order.
    pub(crate) fn has_rows_of(&self, other: &Self) -> bool {
        self.asked == other.asked
            && self.dimensions == other.dimensions
            && self.baseline == other.baseline
    }

    /// The rows of a table that are wanted, in the order they are wanted in.
    fn places(&self, table: &Table) -> Result<Vec<usize>> {
        let shown = |&at: &usize| self.is_shown(&table.rows[at].key);
        let mut places: Vec<usize> = (0..table.rows.len()).filter(shown).collect();
        if let Some((column, largest)) = &self.order_by {
            let Some(at) = table.columns.iter().position(|name| name == column) else {
                let known: Vec<&str> = table.columns.iter().map(String::as_str).collect();
                return Err(crate::named::unknown("order_by", column, &known));
            };
            // Stable: equal values stay in the order of their keys.
            let value = |row: usize| table.rows[row].measures[at].value();
            places.sort_by(|&a, &b| by_value(value(a), value(b), *largest));
        }
        places.truncate(self.limit.unwrap_or(usize::MAX));
        Ok(places)
    }

    /// The table with no other rows than those wanted, in order.
    pub(super) fn arranged(&self, table: &Table) -> Result<Table> {
        let places = self.places(table)?.into_iter();
        Ok(Table {
            dimensions: table.dimensions.clone(),
            columns: table.columns.clone(),
            period: table.period.clone(),
            rows: places.map(|at| table.rows[at].clone()).collect(),
            total: table.total.clone(),
            notes: table.notes.clone(),
        })
    }

    pub(super) fn arrange(&self, table: &mut Table) -> Result<()> {
        let places = self.places(table)?.into_iter();
        let mut rows: Vec<Option<Row>> = table.rows.drain(..).map(Some).collect();
        table.rows = places.filter_map(|at| rows[at].take()).collect();
        Ok(())
    }
}

/// The order of values; rows without one come last.
fn by_value(a: Option<f64>, b: Option<f64>, largest: bool) -> std::cmp::Ordering {
    match (a, b) {
        (Some(a), Some(b)) if largest => b.total_cmp(&a),
        (Some(a), Some(b)) => a.total_cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

impl Plan<'_> {
    /// Of the cells, those of the first rows by a column whose values are found
    /// at once; all of them where they are not.
    pub(super) fn first(
        &self,
        cells: Vec<u64>,
        first: First<'_>,
        counted: &Counted,
        readers: &[Reader],
    ) -> Result<Vec<u64>> {
        let by = self.columns.iter();
        let Some(column) = by.into_iter().find(|column| column.name == first.column) else {
            return Ok(cells);
        };
        if cells.len() <= first.rows {
            return Ok(cells);
        }
        let mut values = None;
        let mut sheet = Sheet::rank(
            &self.space,
            &column.definitions,
            counted,
            &readers[column.set],
            &cells,
            &mut values,
        );
        column.metric.compute(&mut sheet)?;
        let Some(values) = values else {
            return Ok(cells);
        };
        let mut ranked: Vec<(Option<f64>, u64)> = values.into_iter().zip(cells).collect();
        let order =
            |a: &(Option<f64>, u64), b: &(Option<f64>, u64)| by_value(a.0, b.0, first.largest);
        // Twice as many each time, until enough of them are shown.
        let mut most = first.rows.saturating_mul(2).max(64);
        loop {
            if most >= ranked.len() {
                return Ok(ranked.into_iter().map(|(_, cell)| cell).collect());
            }
            let (_, &mut last, _) = ranked.select_nth_unstable_by(most, order);
            let ahead = |ranked: &&(Option<f64>, u64)| order(ranked, &last).is_lt();
            let shown = |&&(_, cell): &&(Option<f64>, u64)| {
                let key = self.space.key_values(&self.dimensions, cell);
                first.query.is_shown(&key)
            };
            if ranked[..most].iter().filter(ahead).filter(shown).count() >= first.rows {
                let ahead = ranked[..most].iter().filter(ahead);
                return Ok(ahead.map(|&(_, cell)| cell).collect());
            }
            most = most.saturating_mul(4);
        }
    }
}
