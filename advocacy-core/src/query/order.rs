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

/// The cells of the first of many values, as they come.
struct Best {
    most: usize,
    largest: bool,
    kept: Vec<(Option<f64>, u64)>,
    /// The first for which there is no room, once that is known.
    end: Option<(Option<f64>, u64)>,
}

impl Best {
    fn new(most: usize, largest: bool) -> Self {
        Self {
            most,
            largest,
            kept: Vec::new(),
            end: None,
        }
    }

    fn is_ahead(&self, value: Option<f64>) -> bool {
        let is_ahead = |(end, _)| by_value(value, end, self.largest).is_lt();
        self.end.is_none_or(is_ahead)
    }

    fn add(&mut self, cell: u64, value: Option<f64>) {
        if self.is_ahead(value) {
            self.kept.push((value, cell));
            if self.kept.len() / 2 > self.most {
                self.cut();
            }
        }
    }

    fn cut(&mut self) {
        if self.kept.len() > self.most {
            let order = |a: &(_, u64), b: &(_, u64)| by_value(a.0, b.0, self.largest);
            let (_, &mut end, _) = self.kept.select_nth_unstable_by(self.most, order);
            self.kept.truncate(self.most);
            self.end = Some(end);
        }
    }

    /// Those ahead of all that there is no room for; `None` where none came.
    fn ahead(mut self) -> Option<Vec<u64>> {
        self.cut();
        let ahead = self.kept.iter().filter(|(value, _)| self.is_ahead(*value));
        (!self.kept.is_empty()).then(|| ahead.map(|&(_, cell)| cell).collect())
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
        // More of them each time, until enough of them are shown.
        let mut most = first.rows.saturating_mul(2).max(16);
        while most < cells.len() {
            let mut best = Best::new(most, first.largest);
            let (counted, reader) = (counted, &readers[column.set]);
            let (space, definitions) = (&self.space, &column.definitions);
            let mut add = |cell, value| best.add(cell, value);
            let mut sheet = Sheet::rank(space, definitions, counted, reader, &cells, &mut add);
            column.metric.compute(&mut sheet)?;
            let shown = |&&cell: &&u64| {
                let key = space.key_values(&self.dimensions, cell);
                first.query.is_shown(&key)
            };
            match best.ahead() {
                None => return Ok(cells),
                Some(ahead) if ahead.iter().filter(shown).count() >= first.rows => {
                    return Ok(ahead);
                }
                Some(_) => {}
            }
            most = most.saturating_mul(4);
        }
        Ok(cells)
    }
}
