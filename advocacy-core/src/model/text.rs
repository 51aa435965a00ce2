//! Text tables (CSV exports, dropped files) into typed frames.
//!
//! Splitting a file into cells is the caller's; reading a cell by its column's
//! type is here, so that every surface reads the same cell alike.

use crate::calendar::{Timestamp, Zone};
use crate::error::{Error, ErrorKind, Result};

use super::column::{Column, Data, Texts};
use super::frame::Frame;
use super::program::missing_column;
use super::read::{negative, whole_count};
use super::schema::{ColumnType, TableSchema, table};

/// Reads records of text into a [`Frame`] of a table's schema.
///
/// Blank cells are missing. Lists are separated by `;`. Times without an
/// offset are local in the zone given; dates are the start of that day. A
/// column the schema does not know is kept as text, so that the programme can
/// warn of it.
///
/// ```
/// use advocacy_core::{TextFrame, Zone};
///
/// let mut text = TextFrame::new("shares", &["advocate", "network", "shared_at", "likes"], &Zone::utc())?;
/// text.push(["a1", "LinkedIn", "2025-03-04 09:30", "12"])?;
/// text.push(["a2", "X", "2025-03-05", ""])?;
/// assert_eq!(text.finish().rows(), 2);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
#[derive(Debug)]
pub struct TextFrame {
    schema: &'static TableSchema,
    zone: Zone,
    columns: Vec<(String, Cells)>,
    rows: usize,
}

#[derive(Debug)]
enum Cells {
    Texts(Vec<Option<String>>),
    Lists(Vec<Vec<String>>),
    Times(Vec<Option<i64>>),
    Counts(Vec<Option<u64>>),
    Numbers(Vec<Option<f64>>),
    Flags(Vec<Option<bool>>),
}

impl TextFrame {
    /// A reader for records under this header.
    ///
    /// # Errors
    /// `unknown_name` for an unknown table, `missing_column` when the header
    /// lacks a required column, `duplicate_id` when it names a column twice.
    pub fn new(name: &str, header: &[impl AsRef<str>], zone: &Zone) -> Result<Self> {
        let Some(schema) = table(name) else {
            let known: Vec<&str> = super::schema::SCHEMAS
                .iter()
                .map(|table| table.name)
                .collect();
            return Err(crate::named::unknown("table", name, &known));
        };
        let mut columns: Vec<(String, Cells)> = Vec::with_capacity(header.len());
        for name in header {
            let name = name
                .as_ref()
                .trim()
                .trim_start_matches('\u{feff}')
                .to_owned();
            if columns.iter().any(|(known, _)| *known == name) {
                return Err(Error::new(
                    ErrorKind::DuplicateId,
                    format!("the header names column {name} twice"),
                )
                .in_table(schema.name)
                .in_field(&name));
            }
            let cells = match schema.column(&name).map(|column| column.holds) {
                Some(ColumnType::Names) => Cells::Lists(Vec::new()),
                Some(ColumnType::Time) => Cells::Times(Vec::new()),
                Some(ColumnType::Count | ColumnType::Minor) => Cells::Counts(Vec::new()),
                Some(ColumnType::Number) => Cells::Numbers(Vec::new()),
                Some(ColumnType::Flag) => Cells::Flags(Vec::new()),
                Some(ColumnType::Id | ColumnType::Name | ColumnType::Text) | None => {
                    Cells::Texts(Vec::new())
                }
            };
            columns.push((name, cells));
        }
        for column in schema.columns.iter().filter(|column| column.required) {
            if !columns.iter().any(|(name, _)| name == column.name) {
                return Err(missing_column(schema.name, column.name));
            }
        }
        Ok(Self {
            schema,
            zone: zone.clone(),
            columns,
            rows: 0,
        })
    }

    /// Reads one record.
    ///
    /// # Errors
    /// `unequal_lengths` when it has more or fewer cells than the header;
    /// `invalid_value`, `out_of_range`, `negative_count` or `not_finite` for a
    /// cell that cannot be read, with its field and row.
    pub fn push<S: AsRef<str>>(&mut self, record: impl IntoIterator<Item = S>) -> Result<()> {
        let read = self.read(record);
        match read {
            Ok(()) => self.rows += 1,
            // A record is read whole or not at all.
            Err(_) => {
                for (_, cells) in &mut self.columns {
                    cells.truncate(self.rows);
                }
            }
        }
        read
    }

    fn read<S: AsRef<str>>(&mut self, record: impl IntoIterator<Item = S>) -> Result<()> {
        let (row, wanted) = (self.rows, self.columns.len());
        let table = self.schema.name;
        let uneven = |found: &str| {
            Error::new(
                ErrorKind::UnequalLengths,
                format!("a record has {found} cells, the header has {wanted}"),
            )
            .in_table(table)
            .at_row(row)
        };
        let mut record = record.into_iter();
        for (at, (name, cells)) in self.columns.iter_mut().enumerate() {
            let cell = record.next().ok_or_else(|| uneven(&at.to_string()))?;
            cells
                .push(cell.as_ref().trim(), &self.zone)
                .map_err(|error| error.in_table(table).in_field(name).at_row(row))?;
        }
        if record.next().is_some() {
            return Err(uneven("more"));
        }
        Ok(())
    }

    /// Records read so far.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The frame of everything read.
    #[must_use]
    pub fn finish(self) -> Frame<'static> {
        self.columns
            .into_iter()
            .fold(Frame::new(), |frame, (name, cells)| {
                frame.column(
                    name,
                    match cells {
                        // Without a row there is nothing to tell the type by.
                        Cells::Texts(texts) if texts.is_empty() => {
                            Column::new(Data::Text(Texts::Strings(Vec::new())))
                        }
                        Cells::Texts(texts) => Column::optional_texts(texts),
                        Cells::Lists(lists) => Column::lists(lists),
                        Cells::Times(times) => Column::optional_times(times),
                        Cells::Counts(counts) => Column::optional_counts(counts),
                        Cells::Numbers(numbers) => Column::optional_numbers(numbers),
                        Cells::Flags(flags) => Column::optional_flags(flags),
                    },
                )
            })
    }
}

impl Cells {
    fn truncate(&mut self, rows: usize) {
        match self {
            Self::Texts(texts) => texts.truncate(rows),
            Self::Lists(lists) => lists.truncate(rows),
            Self::Times(times) => times.truncate(rows),
            Self::Counts(counts) => counts.truncate(rows),
            Self::Numbers(numbers) => numbers.truncate(rows),
            Self::Flags(flags) => flags.truncate(rows),
        }
    }

    fn push(&mut self, cell: &str, zone: &Zone) -> Result<()> {
        let known = !cell.is_empty();
        match self {
            Self::Texts(texts) => texts.push(known.then(|| cell.to_owned())),
            Self::Lists(lists) => lists.push(
                cell.split(';')
                    .map(str::trim)
                    .filter(|text| !text.is_empty())
                    .map(Into::into)
                    .collect(),
            ),
            Self::Times(times) => times.push(if known {
                Some(Timestamp::parse(cell, zone)?.micros())
            } else {
                None
            }),
            Self::Counts(counts) => counts.push(if known { Some(count(cell)?) } else { None }),
            Self::Numbers(numbers) => numbers.push(if known { Some(number(cell)?) } else { None }),
            Self::Flags(flags) => flags.push(if known { Some(flag(cell)?) } else { None }),
        }
        Ok(())
    }
}

fn shown(cell: &str) -> String {
    format!("{:?}", cell.chars().take(80).collect::<String>())
}

/// A count as people write it: digits, or a whole float.
fn count(cell: &str) -> Result<u64> {
    if let Ok(count) = cell.parse() {
        return Ok(count);
    }
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(if digits.len() < cell.len() {
            negative(cell.chars().take(40).collect::<String>())
        } else {
            Error::new(
                ErrorKind::OutOfRange,
                format!("{} is beyond {}", shown(cell), u64::MAX),
            )
        });
    }
    match cell.parse::<f64>() {
        Ok(number) => whole_count(number),
        Err(_) => Err(Error::new(
            ErrorKind::InvalidValue,
            format!("{} is not a whole number", shown(cell)),
        )),
    }
}

/// A finite number as people write it.
fn number(cell: &str) -> Result<f64> {
    let number: f64 = cell.parse().map_err(|_| {
        Error::new(
            ErrorKind::InvalidValue,
            format!("{} is not a number", shown(cell)),
        )
    })?;
    if number.is_finite() {
        return Ok(number);
    }
    Err(Error::new(
        ErrorKind::NotFinite,
        format!("{} is not a finite number", shown(cell)),
    ))
}

fn flag(cell: &str) -> Result<bool> {
    match cell.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(Error::new(
            ErrorKind::InvalidValue,
            format!("{} is neither true nor false", shown(cell)),
        )),
    }
}
