//! The report's tables.

use advocacy_core::{Measure, Row, Section, Table};

use crate::grid::{Column, lay_out};
use crate::marks::{bars, sparkline};
use crate::numbers::{change, gap, value};
use crate::text::{left, title, width};

/// The widest all names of a row may be together, in columns.
const NAMES: usize = 36;

/// Marks a value that rests on a part of the rows.
pub(crate) const PARTLY: char = '*';

/// So many points of a series on a line.
const POINTS: usize = 60;

/// A section's table; a series has its lines drawn above it.
pub(crate) fn section(section: &Section) -> Vec<String> {
    let table = &section.table;
    if table.rows.is_empty() {
        return vec!["There is nothing to show in this period.".to_owned()];
    }
    let mut lines = Vec::new();
    if is_series(table) {
        lines.extend(series(table));
        lines.push(String::new());
    }
    // The total ends each column, unless it would only repeat the one row.
    let has_total = table.rows.len() > 1;
    let rows: Vec<&Row> = table
        .rows
        .iter()
        .chain(has_total.then_some(&table.total))
        .collect();
    lines.extend(lay_out(
        &names(table, has_total),
        &numbers(table, &rows),
        has_total,
    ));
    lines
}

/// Whether the rows follow each other in time.
fn is_series(table: &Table) -> bool {
    matches!(table.dimensions.as_slice(), [only] if only.grain().is_some())
}

fn names(table: &Table, has_total: bool) -> Vec<Column> {
    let most = NAMES / table.dimensions.len().max(1);
    let columns = table.dimensions.iter().enumerate();
    columns
        .map(|(at, dimension)| {
            let key = |row: &Row| row.key.get(at).map(ToString::to_string).unwrap_or_default();
            let mut cells: Vec<String> = table.rows.iter().map(key).collect();
            if has_total {
                cells.push(if at == 0 {
                    "All".to_owned()
                } else {
                    String::new()
                });
            }
            Column::texts(&title(&dimension.to_string()), cells, most)
        })
        .collect()
}

fn numbers(table: &Table, rows: &[&Row]) -> Vec<Column> {
    let mut columns = Vec::new();
    for (at, name) in table.columns.iter().enumerate() {
        let measures: Vec<Option<&Measure>> = rows.iter().map(|row| row.measures.get(at)).collect();
        columns.push(Column::numbers(&title(name), cells(&measures)));
        if at == 0 && !is_series(table) {
            // Without the total, which would dwarf the rows.
            let values: Vec<Option<f64>> = table
                .rows
                .iter()
                .map(|row| row.measures.first()?.value())
                .collect();
            columns.push(Column::texts("", bars(&values), NAMES));
        }
        let compared = |row: &&Row| {
            let comparison = row.comparisons.get(at)?.as_ref()?;
            Some(change(row.measures.get(at)?.unit(), comparison))
        };
        let changes: Vec<Option<String>> = rows.iter().map(compared).collect();
        if changes.iter().any(Option::is_some) {
            let cells = changes.into_iter().map(Option::unwrap_or_default).collect();
            columns.push(Column::numbers("Change", cells));
        }
    }
    columns
}

/// The values, those of partial coverage marked; where any is, the others
/// keep the mark's place free.
fn cells(measures: &[Option<&Measure>]) -> Vec<String> {
    let partly = |measure: &Measure| measure.value().is_some() && gap(measure.coverage()).is_some();
    let any = measures.iter().flatten().any(|measure| partly(measure));
    let cell = |measure: &Measure| match value(measure) {
        text if partly(measure) => format!("{text}{PARTLY}"),
        text if any => format!("{text} "),
        text => text,
    };
    measures
        .iter()
        .map(|measure| measure.map(cell).unwrap_or_default())
        .collect()
}

/// A line per column: its name, its course, its lowest and highest values.
fn series(table: &Table) -> Vec<String> {
    let titles: Vec<String> = table.columns.iter().map(|column| title(column)).collect();
    let widest = titles.iter().map(|title| width(title)).max().unwrap_or(0);
    let mut lines = Vec::new();
    for (at, name) in titles.iter().enumerate() {
        let points: Vec<Option<&Measure>> =
            table.rows.iter().map(|row| row.measures.get(at)).collect();
        let values: Vec<Option<f64>> = points
            .iter()
            .map(|point| point.and_then(Measure::value))
            .collect();
        let drawn: Vec<char> = sparkline(&values).chars().collect();
        let known = || {
            points
                .iter()
                .flatten()
                .filter_map(|point| Some((point.value()?, *point)))
        };
        let low = known().min_by(|a, b| a.0.total_cmp(&b.0));
        let high = known().max_by(|a, b| a.0.total_cmp(&b.0));
        let range = match (low, high) {
            (Some((_, low)), Some((_, high))) => format!("{} to {}", value(low), value(high)),
            _ => "no value".to_owned(),
        };
        let pieces = drawn.len().div_ceil(POINTS);
        for (piece, points) in drawn.chunks(POINTS).enumerate() {
            let name = if piece == 0 { name } else { "" };
            let range = if piece + 1 == pieces {
                range.as_str()
            } else {
                ""
            };
            let points: String = points.iter().collect();
            lines.push(
                format!("{}  {points}  {range}", left(name, widest))
                    .trim_end()
                    .to_owned(),
            );
        }
    }
    lines
}
