//! A table as it is handed in: named columns of one length.

use crate::error::{Error, ErrorKind, Result};

use super::column::Column;

/// Named columns of one length, borrowed where they can be.
///
/// ```
/// use advocacy_core::{Column, Frame};
///
/// let likes = [3_u64, 0, 7];
/// let frame = Frame::new()
///     .column("network", Column::texts(["linkedin", "x", "x"]))
///     .column("likes", Column::counts(&likes));
/// assert_eq!(frame.rows(), 3);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Frame<'a> {
    columns: Vec<(String, Column<'a>)>,
}

impl<'a> Frame<'a> {
    /// No columns yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            columns: Vec::new(),
        }
    }

    /// The same frame with one more column; a later column of the same name
    /// takes the earlier one's place.
    #[must_use]
    pub fn column(mut self, name: impl Into<String>, column: Column<'a>) -> Self {
        let name = name.into();
        self.columns.retain(|(known, _)| *known != name);
        self.columns.push((name, column));
        self
    }

    /// The same frame with columns renamed: `(theirs, ours)` pairs.
    #[must_use]
    pub fn rename(mut self, names: &[(&str, &str)]) -> Self {
        for (name, _) in &mut self.columns {
            if let Some((_, ours)) = names.iter().find(|(theirs, _)| theirs == name) {
                *name = (*ours).to_owned();
            }
        }
        self
    }

    /// Rows: the length of the first column.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, column)| column.len())
    }

    /// The column names, in the order they were given.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }

    /// The column of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Column<'a>> {
        self.peek(name)
    }

    pub(crate) fn peek(&self, name: &str) -> Option<&Column<'a>> {
        self.columns
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, column)| column)
    }

    /// The columns with their names, to change.
    pub(super) fn columns(&mut self) -> impl Iterator<Item = (&str, &mut Column<'a>)> {
        let columns = self.columns.iter_mut();
        columns.map(|(name, column)| (name.as_str(), column))
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<Column<'a>> {
        let at = self.columns.iter().position(|(known, _)| known == name)?;
        Some(self.columns.remove(at).1)
    }

    pub(crate) fn check_lengths(&self, table: &'static str) -> Result<()> {
        let rows = self.rows();
        match self.columns.iter().find(|(_, column)| column.len() != rows) {
            None => Ok(()),
            Some((name, column)) => Err(Error::new(
                ErrorKind::UnequalLengths,
                format!(
                    "column {name} has {} rows, the others have {rows}",
                    column.len()
                ),
            )
            .in_table(table)
            .in_field(name)),
        }
    }
}
