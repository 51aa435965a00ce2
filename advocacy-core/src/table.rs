//! Rows of measures under keys: what a query gives back.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::calendar::{Bucket, Period};
use crate::dimension::Dimension;
use crate::measure::{Measure, Number};
use crate::model::id::Id;
use crate::stats::Interval;

/// A value's place in the order of keys.
pub(crate) type Place<'v> = (u8, i64, &'v str);

/// One coordinate of a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyValue {
    /// The dimension has no value here: no team stated, no content item.
    None,
    /// A name: a network, a team, a topic.
    Name(String),
    /// A thing with an id, and its display name where it has one.
    Thing {
        /// Its id.
        id: Id,
        /// Its name or title.
        label: Option<String>,
    },
    /// A day, week, month, quarter or year.
    Bucket(Bucket),
}

impl KeyValue {
    /// Its place in the order of keys: numbers by number, time by time, names
    /// by name, none last.
    pub(crate) fn place(&self) -> Place<'_> {
        match self {
            Self::Bucket(bucket) => (0, bucket.period.start().micros(), ""),
            Self::Thing {
                id: Id::Integer(number),
                ..
            } => (0, *number, ""),
            Self::Thing {
                id: Id::Text(text), ..
            } => (1, 0, text),
            Self::Name(name) => (1, 0, name),
            Self::None => (2, 0, ""),
        }
    }
}

/// The places of a key's values.
pub(crate) fn places(key: &[KeyValue]) -> impl Iterator<Item = Place<'_>> {
    key.iter().map(KeyValue::place)
}

/// Which of two keys comes first.
pub(crate) fn by_key(one: &[KeyValue], other: &[KeyValue]) -> Ordering {
    places(one).cmp(places(other))
}

impl fmt::Display for KeyValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("(none)"),
            Self::Name(name) => f.write_str(name),
            Self::Thing {
                label: Some(label), ..
            } => f.write_str(label),
            Self::Thing { id, label: None } => write!(f, "{id}"),
            Self::Bucket(bucket) => f.write_str(&bucket.label),
        }
    }
}

/// A measure beside the one it is compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// What it is compared with, in words: `previous period (2025-Q2)`.
    pub with: Cow<'static, str>,
    /// The other measure.
    pub baseline: Measure,
    /// value − baseline; `None` unless both are defined.
    pub difference: Option<f64>,
    /// value / baseline; `None` unless both are defined and the baseline is above 0.
    pub ratio: Option<f64>,
    /// An interval of the difference, where both have one of their own:
    /// Newcombe's of proportions of people, else MOVER's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
}

/// A row: its key, a measure per metric, and what each is compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// One coordinate per dimension.
    pub key: Vec<KeyValue>,
    /// One measure per metric.
    pub measures: Vec<Measure>,
    /// One comparison per metric; empty when none was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comparisons: Vec<Option<Comparison>>,
}

impl Row {
    /// The measure under that column name.
    fn measure(&self, at: usize) -> Option<&Measure> {
        self.measures.get(at)
    }
}

/// Measures by key, with a total that is computed, not summed from the rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The dimensions, in the order of each row's key.
    pub dimensions: Vec<Dimension>,
    /// The column names: a metric's id, or the name it was asked under.
    pub columns: Vec<String>,
    /// The period.
    pub period: Period,
    /// The rows, in the order asked for; by key unless told otherwise.
    pub rows: Vec<Row>,
    /// The same metrics over everything the rows cover.
    pub total: Row,
    /// What holds for the table as a whole, such as that its rows do not add up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl Table {
    /// The total's measure under that column name.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&Measure> {
        self.total.measure(self.column(column)?)
    }

    /// The measure under that column name in the row of that key, the key
    /// written as it is shown.
    ///
    /// ```
    /// # #[cfg(feature = "sample")] {
    /// use advocacy_core::{Dimension, Metric, Program, sample};
    ///
    /// let rows = sample::rows();
    /// let program = Program::from_rows(&rows)?;
    /// let table = program.measure([Metric::Shares]).by([Dimension::Network]).table()?;
    /// assert!(table.at(&["linkedin"], "shares").is_some());
    /// # }
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    #[must_use]
    pub fn at(&self, key: &[&str], column: &str) -> Option<&Measure> {
        let column = self.column(column)?;
        let row = self.rows.iter().find(|row| {
            row.key.len() == key.len()
                && row
                    .key
                    .iter()
                    .zip(key)
                    .all(|(value, text)| value.to_string() == *text)
        })?;
        row.measure(column)
    }

    /// The numbers of a column, row by row.
    #[must_use]
    pub fn numbers(&self, column: &str) -> Vec<Option<Number>> {
        let column = self.column(column);
        let number = |row: &Row| {
            column
                .and_then(|at| row.measure(at))
                .and_then(Measure::number)
        };
        self.rows.iter().map(number).collect()
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }
}
