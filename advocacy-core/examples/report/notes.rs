//! What a reader of the tables must know: definitions, gaps, notes.

use std::mem::{Discriminant, discriminant};

use advocacy_core::{Measure, Note, Report, Row, Section};

use crate::numbers::gap;
use crate::text::{fit, hang, listed, title};

const INDENT: &str = "  ";
/// So many rows or columns are named, the others counted.
const NAMED: usize = 4;
/// The widest a row's name may be, in columns.
const NAME: usize = 36;

/// The definition of every column that is not a headline number of the same
/// definition, once.
pub(crate) fn definitions(report: &Report) -> Vec<String> {
    let headline = &report.headline;
    let mut told: Vec<(&str, String)> = told(&headline.columns, &headline.total);
    let known = told.len();
    for section in &report.sections {
        for definition in self::told(&section.table.columns, &section.table.total) {
            if !told.contains(&definition) {
                told.push(definition);
            }
        }
    }
    let first = report
        .retention
        .cohorts
        .iter()
        .find_map(|cohort| cohort.ages.first());
    told.extend(first.map(|measure| ("retention", measure.definition().to_string())));
    let new = told.iter().skip(known);
    new.flat_map(|(column, words)| hang(INDENT, &format!("{}: {words}", title(column))))
        .collect()
}

fn told<'r>(columns: &'r [String], row: &Row) -> Vec<(&'r str, String)> {
    let measures = columns.iter().zip(&row.measures);
    measures
        .map(|(column, measure)| (column.as_str(), measure.definition().to_string()))
        .collect()
}

/// What was odd about the input, then section by section what is not known
/// and what was noted.
pub(crate) fn data_notes(report: &Report) -> Vec<String> {
    let warnings = &report.warnings;
    let mut lines: Vec<String> = warnings
        .iter()
        .flat_map(|warning| hang("Input: ", warning))
        .collect();
    for section in &report.sections {
        let notes = of_section(section);
        if !notes.is_empty() {
            lines.push(format!("{}:", section.title));
            lines.extend(notes.iter().flat_map(|note| hang(INDENT, note)));
        }
    }
    lines
}

fn of_section(section: &Section) -> Vec<String> {
    let table = &section.table;
    let mut notes: Vec<String> = table.notes.clone();
    for (at, column) in table.columns.iter().enumerate() {
        let total = table
            .total
            .measures
            .get(at)
            .and_then(|measure| gap(measure.coverage()));
        let mut partial: Vec<(f64, String)> = table
            .rows
            .iter()
            .filter_map(|row| {
                let share = row.measures.get(at)?.coverage()?.share()?;
                (share < 1.0).then(|| (share, name(row)))
            })
            .collect();
        partial.sort_by(|a, b| a.0.total_cmp(&b.0));
        let rows: Vec<String> = partial.into_iter().map(|(_, name)| name).collect();
        let rows = listed(&rows, NAMED);
        let column = title(column);
        match (total, rows.is_empty()) {
            (Some(total), false) => notes.push(format!("{column}: {total}; least in {rows}")),
            (Some(total), true) => notes.push(format!("{column}: {total}")),
            (None, false) => notes.push(format!("{column}: not known in all rows of {rows}")),
            (None, true) => {}
        }
    }
    notes.extend(grouped(section).iter().map(Group::told));
    notes
}

/// Notes of one kind, and where they stand.
struct Group {
    kind: Discriminant<Note>,
    first: String,
    alike: bool,
    /// Whether it is noted of the total, not only of rows.
    of_total: bool,
    columns: Vec<String>,
    rows: Vec<String>,
}

fn grouped(section: &Section) -> Vec<Group> {
    let table = &section.table;
    let mut groups: Vec<Group> = Vec::new();
    for (at, column) in table.columns.iter().enumerate() {
        let total = table
            .total
            .measures
            .get(at)
            .map(Measure::notes)
            .unwrap_or_default();
        for note in total {
            add(&mut groups, note, column, None);
        }
    }
    for row in &table.rows {
        for (column, measure) in table.columns.iter().zip(&row.measures) {
            for note in measure.notes() {
                add(&mut groups, note, column, Some(name(row)));
            }
        }
    }
    groups
}

fn add(groups: &mut Vec<Group>, note: &Note, column: &str, row: Option<String>) {
    let (kind, text, column) = (discriminant(note), note.to_string(), title(column));
    // Figures in a note differ from row to row; remarks are told one by one.
    let remark = matches!(note, Note::Remark { .. });
    let like = |group: &Group| group.kind == kind && (!remark || group.first == text);
    // What is said of the total is not said again of the rows.
    let fits = |group: &Group| match row {
        None => group.of_total && group.first == text,
        Some(_) if group.of_total => like(group) && group.columns.contains(&column),
        Some(_) => like(group),
    };
    let at = groups.iter().position(fits).unwrap_or_else(|| {
        groups.push(Group::new(kind, text.clone(), row.is_none()));
        groups.len() - 1
    });
    let Some(group) = groups.get_mut(at) else {
        return;
    };
    if group.of_total && row.is_some() {
        return;
    }
    group.alike &= group.first == text;
    if !group.columns.contains(&column) {
        group.columns.push(column);
    }
    group
        .rows
        .extend(row.filter(|row| !group.rows.contains(row)));
}

impl Group {
    fn new(kind: Discriminant<Note>, first: String, of_total: bool) -> Self {
        Self {
            kind,
            first,
            alike: true,
            of_total,
            columns: Vec::new(),
            rows: Vec::new(),
        }
    }

    fn told(&self) -> String {
        let columns = listed(&self.columns, NAMED);
        match (self.rows.is_empty(), self.alike) {
            (true, _) => format!("{columns}: {}", self.first),
            (false, true) => format!(
                "{columns}: {} (in {})",
                self.first,
                listed(&self.rows, NAMED)
            ),
            (false, false) => {
                format!(
                    "{columns}: {}, and the like (in {})",
                    self.first,
                    listed(&self.rows, NAMED)
                )
            }
        }
    }
}

fn name(row: &Row) -> String {
    let key: Vec<String> = row.key.iter().map(ToString::to_string).collect();
    fit(&key.join(" / "), NAME)
}
