//! What an operation is called with.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::calendar::{Timestamp, Zone};
use crate::error::{Error, ErrorKind, Result};
use crate::model::column::{Column, Data};
use crate::model::read::to_micros;

/// A value handed to an operation, borrowed where it can be.
///
/// Bindings choose whatever lies nearest to what they were given: a number
/// array is a [`Column`] (borrowed, any type, with its validity), everything
/// that has no type of its own is JSON. What an operation makes of it, and
/// which error it gives, does not depend on the form.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Argument<'a> {
    /// Not given: the default.
    Null,
    /// True or false.
    Flag(bool),
    /// A whole number, of any size.
    Whole(i128),
    /// A number; a whole one is a count too.
    Number(f64),
    /// Text.
    Text(Cow<'a, str>),
    /// A time zone, where its name is not enough: without this crate's table.
    Zone(Zone),
    /// A list, as it lies in memory.
    Column(Column<'a>),
    /// Anything, as JSON.
    Json(Cow<'a, Value>),
}

impl Serialize for Argument<'_> {
    /// As a default is listed. A column is only ever handed in.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null | Self::Column(_) => serializer.serialize_none(),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Whole(whole) => serializer.serialize_i128(*whole),
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Zone(zone) => serializer.serialize_str(zone.name()),
            Self::Json(value) => value.serialize(serializer),
        }
    }
}

/// One value, whatever form it came in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cell<'b> {
    Null,
    Flag(bool),
    Whole(i128),
    Number(f64),
    Text(&'b str),
    /// Ticks in microseconds.
    Time(i64),
    /// A list or a record where one value is wanted.
    Many,
}

impl Cell<'_> {
    fn what(self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Flag(_) => "true or false",
            Self::Whole(_) | Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::Time(_) => "a timestamp",
            Self::Many => "a list or record",
        }
    }
}

/// Where a value is: the parameter, and the row if it is one of a list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At {
    pub(super) name: &'static str,
    pub(super) row: Option<usize>,
}

impl At {
    pub(super) const fn parameter(name: &'static str) -> Self {
        Self { name, row: None }
    }

    pub(super) const fn row(self, row: usize) -> Self {
        Self {
            name: self.name,
            row: Some(row),
        }
    }

    #[cold]
    pub(super) fn error(self, kind: ErrorKind, message: impl Into<String>) -> Error {
        self.place(Error::new(kind, message))
    }

    /// The error, said to be here.
    pub(super) fn place(self, error: Error) -> Error {
        let error = error.in_field(self.name);
        match self.row {
            Some(row) => error.at_row(row),
            None => error,
        }
    }

    #[cold]
    pub(super) fn wanted(self, wanted: &str, given: Cell<'_>) -> Error {
        let name = self.name;
        match given {
            Cell::Null => self.missing(),
            other => self.error(
                ErrorKind::InvalidValue,
                format!("{name}: {wanted} is wanted, not {}", other.what()),
            ),
        }
    }

    #[cold]
    pub(super) fn missing(self) -> Error {
        let message = match self.row {
            Some(row) => format!("{} at row {row} is missing", self.name),
            None => format!("{} is missing", self.name),
        };
        self.error(ErrorKind::MissingValue, message)
    }
}

impl<'b> Cell<'b> {
    pub(super) fn of_json(value: &'b Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Flag(*flag),
            Value::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(whole), _) => Self::Whole(whole.into()),
                (None, Some(whole)) => Self::Whole(whole.into()),
                (None, None) => Self::Number(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => Self::Text(text),
            Value::Array(_) | Value::Object(_) => Self::Many,
        }
    }

    fn of_column(column: &'b Column<'_>, row: usize) -> Self {
        if !column.is_known(row) {
            return Self::Null;
        }
        match &column.data {
            Data::U8(values) => Self::Whole(values[row].into()),
            Data::U16(values) => Self::Whole(values[row].into()),
            Data::U32(values) => Self::Whole(values[row].into()),
            Data::U64(values) => Self::Whole(values[row].into()),
            Data::I32(values) => Self::Whole(values[row].into()),
            Data::I64(values) => Self::Whole(values[row].into()),
            Data::F64(values) => Self::Number(values[row]),
            Data::Bool(values) => Self::Flag(values[row]),
            Data::Time(values, unit) => Self::Time(to_micros(values[row], *unit)),
            Data::Text(texts) => texts.get(row).map_or(Self::Many, Self::Text),
            Data::Dictionary { codes, names } => {
                let code = usize::try_from(codes.at(row)).ok();
                let name = code.and_then(|code| names.get(code));
                name.map_or(Self::Many, |name| Self::Text(name))
            }
            Data::List { .. } => Self::Many,
        }
    }

    pub(super) fn of(argument: &'b Argument<'_>) -> Self {
        match argument {
            Argument::Null => Self::Null,
            Argument::Flag(flag) => Self::Flag(*flag),
            Argument::Whole(whole) => Self::Whole(*whole),
            Argument::Number(number) => Self::Number(*number),
            Argument::Text(text) => Self::Text(text),
            Argument::Zone(zone) => Self::Text(zone.name()),
            Argument::Column(_) => Self::Many,
            Argument::Json(value) => Self::of_json(value),
        }
    }

    pub(super) fn flag(self, at: At) -> Result<bool> {
        match self {
            Self::Flag(flag) => Ok(flag),
            other => Err(at.wanted("true or false", other)),
        }
    }

    /// A finite number.
    pub(super) fn number(self, at: At) -> Result<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "the nearest number is meant")]
            Self::Whole(whole) => Ok(whole as f64),
            Self::Number(number) if number.is_finite() => Ok(number),
            Self::Number(number) => Err(at.error(
                ErrorKind::NotFinite,
                format!("{} {number} is not a finite number", at.name),
            )),
            other => Err(at.wanted("a number", other)),
        }
    }

    /// A whole number from 0 up; a whole float is one too.
    pub(super) fn count(self, at: At) -> Result<u64> {
        let whole = match self {
            Self::Whole(whole) => whole,
            #[expect(clippy::cast_possible_truncation, reason = "whole, and it saturates")]
            Self::Number(number) if number.is_finite() && number.fract().abs() <= 0.0 => {
                number as i128
            }
            Self::Number(number) if number.is_finite() => {
                let kind = if number < 0.0 {
                    ErrorKind::NegativeCount
                } else {
                    ErrorKind::InvalidValue
                };
                let message = format!("{} {number} is not a whole number from 0 up", at.name);
                return Err(at.error(kind, message));
            }
            Self::Number(_) => return self.number(at).map(|_| 0),
            other => return Err(at.wanted("a whole number", other)),
        };
        u64::try_from(whole).map_err(|_| {
            let (kind, range) = if whole < 0 {
                (ErrorKind::NegativeCount, "below 0".to_owned())
            } else {
                (ErrorKind::OutOfRange, format!("outside 0..={}", u64::MAX))
            };
            at.error(kind, format!("{} {whole} is {range}", at.name))
        })
    }

    pub(super) fn text(self, at: At) -> Result<&'b str> {
        match self {
            Self::Text(text) => Ok(text),
            other => Err(at.wanted("text", other)),
        }
    }
}

/// A list of cells.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cells<'b> {
    Column(&'b Column<'b>),
    Json(&'b [Value]),
}

impl<'b> Cells<'b> {
    /// The argument as a list.
    pub(super) fn of(argument: &'b Argument<'_>, at: At) -> Result<Self> {
        match argument {
            Argument::Column(column) => Ok(Self::Column(column)),
            Argument::Json(value) => match &**value {
                Value::Array(values) => Ok(Self::Json(values)),
                other => Err(at.wanted("a list", Cell::of_json(other))),
            },
            other => Err(at.wanted("a list", Cell::of(other))),
        }
    }

    pub(super) fn len(self) -> usize {
        match self {
            Self::Column(column) => column.len(),
            Self::Json(values) => values.len(),
        }
    }

    #[inline]
    pub(super) fn at(self, row: usize) -> Cell<'b> {
        match self {
            Self::Column(column) => Cell::of_column(column, row),
            Self::Json(values) => values.get(row).map_or(Cell::Null, Cell::of_json),
        }
    }

    /// Every cell, read.
    pub(super) fn each<T>(
        self,
        at: At,
        read: impl Fn(Cell<'b>, At) -> Result<T>,
    ) -> Result<Vec<T>> {
        (0..self.len())
            .map(|row| read(self.at(row), at.row(row)))
            .collect()
    }
}

/// An instant from text (in a zone where it states no offset) or ticks.
pub(super) fn instant(cell: Cell<'_>, at: At, zone: &Zone) -> Result<Timestamp> {
    match cell {
        Cell::Text(text) => Timestamp::parse(text, zone),
        Cell::Time(micros) => Timestamp::from_micros(micros),
        other => return Err(at.wanted("a timestamp", other)),
    }
    .map_err(|error| at.place(error))
}
