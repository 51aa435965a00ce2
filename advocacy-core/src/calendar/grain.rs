//! Grains of the calendar, and stepping through dates.

use std::fmt;

use chrono::{Datelike, Months, NaiveDate, TimeDelta, Weekday};
use serde::{Deserialize, Serialize};

use super::text::quote;
use crate::error::{Error, ErrorKind, Result};

/// The day on which a week starts.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum WeekStart {
    /// ISO weeks, which belong to the year that has their Thursday.
    #[default]
    Monday,
    /// Weeks named by their first day, as in the United States.
    Sunday,
}

impl WeekStart {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Monday, Self::Sunday];

    /// The name: `monday`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Sunday => "sunday",
        }
    }

    /// Reads the name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownName`] for any other text.
    pub fn parse(text: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|start| start.as_str() == text);
        found.ok_or_else(|| unknown("week start", text, &Self::ALL.map(Self::as_str)))
    }

    const fn weekday(self) -> Weekday {
        match self {
            Self::Monday => Weekday::Mon,
            Self::Sunday => Weekday::Sun,
        }
    }
}

impl fmt::Display for WeekStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A unit of the calendar by which a period is cut into buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// A local day, of 23 to 25 hours or so.
    Day,
    /// Seven days, from [`WeekStart`] on.
    Week,
    /// A calendar month.
    Month,
    /// Three months from January, April, July or October on.
    Quarter,
    /// A calendar year.
    Year,
}

impl Grain {
    /// All of them, from small to large.
    pub const ALL: [Self; 5] = [
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Quarter,
        Self::Year,
    ];

    /// The name: `quarter`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// Reads the name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownName`] for any other text.
    pub fn parse(text: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|grain| grain.as_str() == text);
        found.ok_or_else(|| unknown("grain", text, &Self::ALL.map(Self::as_str)))
    }

    /// The first day of the unit that has `date`.
    pub(super) fn floor(self, date: NaiveDate, week_start: WeekStart) -> Result<NaiveDate> {
        let first_of_month = |month| NaiveDate::from_ymd_opt(date.year(), month, 1);
        match self {
            Self::Day => Some(date),
            Self::Week => date.week(week_start.weekday()).checked_first_day(),
            Self::Month => first_of_month(date.month()),
            Self::Quarter => first_of_month(date.month0() / 3 * 3 + 1),
            Self::Year => first_of_month(1),
        }
        .ok_or_else(|| beyond(date))
    }

    /// The first day of the next unit, from the first day of one.
    pub(super) fn next(self, first: NaiveDate) -> Result<NaiveDate> {
        match self {
            Self::Day => return add_days(first, 1),
            Self::Week => return add_days(first, 7),
            Self::Month => first.checked_add_months(Months::new(1)),
            Self::Quarter => first.checked_add_months(Months::new(3)),
            Self::Year => first.checked_add_months(Months::new(12)),
        }
        .ok_or_else(|| beyond(first))
    }

    /// The name of the unit that begins on `first`.
    pub(super) fn label(self, first: NaiveDate, week_start: WeekStart) -> String {
        let year = first.year();
        match (self, week_start) {
            (Self::Week, WeekStart::Monday) => {
                let week = first.iso_week();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            (Self::Day, _) | (Self::Week, WeekStart::Sunday) => first.to_string(),
            (Self::Month, _) => format!("{year:04}-{:02}", first.month()),
            (Self::Quarter, _) => format!("{year:04}-Q{}", first.month0() / 3 + 1),
            (Self::Year, _) => format!("{year:04}"),
        }
    }
}

impl fmt::Display for Grain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The date `days` later, or earlier when negative.
pub(crate) fn add_days(date: NaiveDate, days: i64) -> Result<NaiveDate> {
    TimeDelta::try_days(days)
        .and_then(|days| date.checked_add_signed(days))
        .ok_or_else(|| beyond(date))
}

fn beyond(date: NaiveDate) -> Error {
    Error::new(
        ErrorKind::OutOfRange,
        format!("counting from {date} leads beyond the calendar"),
    )
}

fn unknown(what: &str, text: &str, allowed: &[&str]) -> Error {
    Error::new(
        ErrorKind::UnknownName,
        format!(
            "{} is not a {what}; allowed are {}",
            quote(text),
            allowed.join(", ")
        ),
    )
}
