//! The headline numbers, each with what it is.

use advocacy_core::{Comparison, Measure, Part, Row, Table};

use crate::numbers::{change, gap, interval, value};
use crate::text::{PAGE, hang, left, right, title, width};

const INDENT: &str = "    ";

/// Every headline number: its value and how it moved, then the sum, the
/// definition and what a reader must know, indented below.
pub(crate) fn headline(table: &Table) -> Vec<String> {
    let Row {
        measures,
        comparisons,
        ..
    } = all(table);
    let compared = |at: usize| comparisons.get(at).and_then(Option::as_ref);
    let titles: Vec<String> = table.columns.iter().map(|column| title(column)).collect();
    let values: Vec<String> = measures.iter().map(value).collect();
    let changes: Vec<String> = measures
        .iter()
        .enumerate()
        .map(|(at, measure)| compared(at).map_or_else(String::new, |c| change(measure.unit(), c)))
        .collect();
    let widest = |texts: &[String]| texts.iter().map(|text| width(text)).max().unwrap_or(0);
    let widths = (widest(&titles), widest(&values), widest(&changes));

    let with = comparison_words(comparisons);
    let mut lines: Vec<String> = with
        .iter()
        .flat_map(|with| hang("Changes are against the ", &format!("{with}.")))
        .collect();
    for (at, (measure, name)) in measures.iter().zip(&titles).enumerate() {
        let cell = |texts: &[String]| texts.get(at).cloned().unwrap_or_default();
        let first = format!(
            "{}  {}  {}",
            left(name, widths.0),
            right(&cell(&values), widths.1),
            left(&cell(&changes), widths.2),
        );
        let interval = interval(measure).unwrap_or_default();
        lines.push(String::new());
        if width(&first) + 2 + width(&interval) <= PAGE {
            lines.push(format!("{first}  {interval}").trim_end().to_owned());
        } else {
            lines.push(first.trim_end().to_owned());
            lines.extend(hang(INDENT, &interval));
        }
        lines.extend(explained(measure));
        if with.is_none()
            && let Some(comparison) = compared(at)
        {
            lines.extend(hang(
                INDENT,
                &format!("compared with the {}", comparison.with),
            ));
        }
    }
    lines
}

/// The row over everything: a table without dimensions may hold it as its only
/// row, with the comparisons.
fn all(table: &Table) -> &Row {
    match table.rows.first() {
        Some(row) if table.dimensions.is_empty() && !row.comparisons.is_empty() => row,
        _ => &table.total,
    }
}

/// What all are compared with, where that is the same.
fn comparison_words(comparisons: &[Option<Comparison>]) -> Option<&str> {
    let mut all = comparisons
        .iter()
        .flatten()
        .map(|comparison| comparison.with.as_ref());
    let first = all.next()?;
    all.all(|with| with == first).then_some(first)
}

fn explained(measure: &Measure) -> Vec<String> {
    let mut lines = Vec::new();
    let sum = match (measure.numerator(), measure.denominator()) {
        (Some(above), Some(below)) => Some(format!("{above} / {below}")),
        (Some(above), None) => Some(above.to_string()),
        _ => None,
    };
    lines.extend(sum.iter().flat_map(|sum| hang(INDENT, sum)));
    if !measure.components().is_empty() {
        let parts: Vec<String> = measure.components().iter().map(Part::to_string).collect();
        lines.extend(hang(&format!("{INDENT}beside it: "), &parts.join(", ")));
    }
    lines.extend(hang(
        &format!("{INDENT}definition: "),
        &measure.definition().to_string(),
    ));
    lines.extend(
        gap(measure.coverage())
            .iter()
            .flat_map(|gap| hang(INDENT, gap)),
    );
    for note in measure.notes() {
        lines.extend(hang(&format!("{INDENT}note: "), &note.to_string()));
    }
    lines
}
