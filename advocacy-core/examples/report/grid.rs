//! Columns of cells, aligned, within the page.

use crate::text::{PAGE, fit, left, right, width, wrap};

/// A column: texts to the left, numbers to the right.
pub(crate) struct Column {
    header: String,
    cells: Vec<String>,
    numbers: bool,
    width: usize,
}

const GAP: usize = 2;

impl Column {
    /// Texts, cut to so many columns.
    pub(crate) fn texts(
        header: &str,
        cells: impl IntoIterator<Item = String>,
        most: usize,
    ) -> Self {
        let cells: Vec<String> = cells.into_iter().map(|cell| fit(&cell, most)).collect();
        Self::new(fit(header, most), cells, false)
    }

    pub(crate) fn numbers(header: &str, cells: Vec<String>) -> Self {
        Self::new(fit(header, PAGE), cells, true)
    }

    /// As wide as its widest cell, and as keeps its header to three lines.
    fn new(header: String, cells: Vec<String>, numbers: bool) -> Self {
        let words = header.split_whitespace();
        let least = cells
            .iter()
            .map(String::as_str)
            .chain(words)
            .map(width)
            .max()
            .unwrap_or(0);
        let lines = |&columns: &usize| wrap(&header, columns).len();
        let width = (least..PAGE)
            .find(|columns| lines(columns) <= 3)
            .unwrap_or(least);
        Self {
            header,
            cells,
            numbers,
            width,
        }
    }

    fn place(&self, text: &str) -> String {
        if self.numbers {
            right(text, self.width)
        } else {
            left(text, self.width)
        }
    }
}

/// The rows under their headers. The columns that do not fit beside the names
/// follow below, beside the names again. The last row is ruled off if it is a total.
pub(crate) fn lay_out(names: &[Column], numbers: &[Column], has_total: bool) -> Vec<String> {
    let taken = |columns: &[Column]| {
        columns
            .iter()
            .map(|column| column.width + GAP)
            .sum::<usize>()
    };
    let room = (PAGE + GAP).saturating_sub(taken(names));
    let mut lines = Vec::new();
    let mut rest = numbers;
    loop {
        let fitting = (1..=rest.len()).rev().find(|&n| taken(&rest[..n]) <= room);
        // One that fits nowhere goes alone.
        let (now, later) = rest.split_at(fitting.unwrap_or_else(|| rest.len().min(1)));
        let columns: Vec<&Column> = names.iter().chain(now).collect();
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(block(&columns, has_total));
        if later.is_empty() {
            return lines;
        }
        rest = later;
    }
}

fn block(columns: &[&Column], has_total: bool) -> Vec<String> {
    let line = |cells: Vec<&str>| {
        let placed = columns
            .iter()
            .zip(cells)
            .map(|(column, cell)| column.place(cell));
        placed
            .collect::<Vec<_>>()
            .join(&" ".repeat(GAP))
            .trim_end()
            .to_owned()
    };
    let total = columns
        .iter()
        .map(|column| column.width + GAP)
        .sum::<usize>();
    let rule = "─".repeat(total.saturating_sub(GAP).min(PAGE));
    let headers: Vec<Vec<String>> = columns
        .iter()
        .map(|column| wrap(&column.header, column.width.max(1)))
        .collect();
    let height = headers.iter().map(Vec::len).max().unwrap_or(0);
    let mut lines = Vec::new();
    for at in 0..height {
        // A short header stands on the last line.
        let part = |header: &'_ Vec<String>| (at + header.len()).checked_sub(height);
        let cells = headers
            .iter()
            .map(|header| part(header).and_then(|at| header.get(at)));
        lines.push(line(
            cells.map(|cell| cell.map_or("", String::as_str)).collect(),
        ));
    }
    lines.push(rule.clone());
    let rows = columns
        .iter()
        .map(|column| column.cells.len())
        .max()
        .unwrap_or(0);
    for row in 0..rows {
        if has_total && row + 1 == rows && row > 0 {
            lines.push(rule.clone());
        }
        let cells = columns
            .iter()
            .map(|column| column.cells.get(row).map_or("", String::as_str));
        lines.push(line(cells.collect()));
    }
    lines
}
