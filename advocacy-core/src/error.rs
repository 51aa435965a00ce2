//! One error for the whole library: a kind, a stable code, and where it is.

use std::fmt;

/// What went wrong, independent of where.
///
/// [`ErrorKind::code`] is stable and the same string in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A required column is not there.
    MissingColumn,
    /// A required value is null or blank.
    MissingValue,
    /// A value cannot be read as its column's type.
    InvalidValue,
    /// A value is of the right type and outside what is allowed.
    OutOfRange,
    /// A count is below zero (counts are lifetime totals, not daily deltas).
    NegativeCount,
    /// NaN or an infinity where a number is expected.
    NotFinite,
    /// An exact integer result does not fit its type.
    Overflow,
    /// An id occurs twice where it must be unique.
    DuplicateId,
    /// A row refers to an id that no table has.
    UnknownId,
    /// A name (metric, dimension, option, choice) is not known.
    UnknownName,
    /// A period, date or grain that cannot be.
    InvalidPeriod,
    /// A time zone name that the zone table does not have.
    UnknownZone,
    /// An end that lies before its start (left before joined, and the like).
    EndBeforeStart,
    /// A content status that may not follow the one before it.
    IllegalTransition,
    /// Columns of one table differ in length.
    UnequalLengths,
    /// An option value that does not fit the metric or the data.
    InvalidOption,
    /// Money of more than one currency in one sum.
    CurrencyMismatch,
    /// Two tallies that count different things.
    IncompatibleTally,
    /// Bytes that are not a tally of a known version.
    CorruptTally,
    /// What a privacy policy does not allow.
    Protected,
    /// A file that is not text, not a table, or beyond a stated limit.
    UnreadableFile,
}

impl ErrorKind {
    /// The stable code, the same in every language: `"unknown_id"`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::MissingColumn => "missing_column",
            Self::MissingValue => "missing_value",
            Self::InvalidValue => "invalid_value",
            Self::OutOfRange => "out_of_range",
            Self::NegativeCount => "negative_count",
            Self::NotFinite => "not_finite",
            Self::Overflow => "overflow",
            Self::DuplicateId => "duplicate_id",
            Self::UnknownId => "unknown_id",
            Self::UnknownName => "unknown_name",
            Self::InvalidPeriod => "invalid_period",
            Self::UnknownZone => "unknown_zone",
            Self::EndBeforeStart => "end_before_start",
            Self::IllegalTransition => "illegal_transition",
            Self::UnequalLengths => "unequal_lengths",
            Self::InvalidOption => "invalid_option",
            Self::CurrencyMismatch => "currency_mismatch",
            Self::IncompatibleTally => "incompatible_tally",
            Self::CorruptTally => "corrupt_tally",
            Self::Protected => "protected",
            Self::UnreadableFile => "unreadable_file",
        }
    }
}

/// The library's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error as data: [`kind`](Self::kind), [`code`](Self::code),
/// [`table`](Self::table), [`field`](Self::field) and [`row`](Self::row).
///
/// Rows count from 0, as indices into what was handed in. The message says
/// what was given and what is allowed.
///
/// ```
/// use advocacy_core::{ErrorKind, Period, Zone};
///
/// let error = Period::parse("2025-Q5", &Zone::utc()).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidPeriod);
/// assert_eq!(error.code(), "invalid_period");
/// ```
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{repr}")]
pub struct Error {
    repr: Box<Repr>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Repr {
    kind: ErrorKind,
    table: Option<&'static str>,
    field: Option<Box<str>>,
    row: Option<u64>,
    message: Box<str>,
}

impl Error {
    #[cold]
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            repr: Box::new(Repr {
                kind,
                table: None,
                field: None,
                row: None,
                message: message.into().into_boxed_str(),
            }),
        }
    }

    /// The same error, said to be in `table`.
    #[must_use]
    pub(crate) fn in_table(mut self, table: &'static str) -> Self {
        self.repr.table = Some(table);
        self
    }

    /// The same error, said to be in `field`.
    #[must_use]
    pub(crate) fn in_field(mut self, field: &str) -> Self {
        self.repr.field = Some(field.into());
        self
    }

    /// The same error, said to be at `row` (from 0).
    #[must_use]
    pub(crate) fn at_row(mut self, row: usize) -> Self {
        self.repr.row = Some(row as u64);
        self
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.repr.kind
    }

    /// The stable code of [`kind`](Self::kind).
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.repr.kind.code()
    }

    /// The table it is in, such as `shares`.
    #[must_use]
    pub fn table(&self) -> Option<&str> {
        self.repr.table
    }

    /// The column, option or argument it is in.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.repr.field.as_deref()
    }

    /// The row it is at, from 0.
    #[must_use]
    pub fn row(&self) -> Option<u64> {
        self.repr.row
    }

    /// The message alone, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.repr.message
    }
}

impl fmt::Display for Repr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match (self.table, self.field.as_deref()) {
            (Some(table), Some(field)) => write!(f, " ({table}.{field}")?,
            (Some(table), None) => write!(f, " ({table}")?,
            (None, Some(field)) => write!(f, " ({field}")?,
            (None, None) if self.row.is_some() => f.write_str(" (")?,
            (None, None) => return Ok(()),
        }
        if let Some(row) = self.row {
            let gap = if self.table.is_some() || self.field.is_some() {
                " "
            } else {
                ""
            };
            write!(f, "{gap}row {row}")?;
        }
        f.write_str(")")
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("code", &self.code())
            .field("table", &self.table())
            .field("field", &self.field())
            .field("row", &self.row())
            .field("message", &self.message())
            .finish()
    }
}
