//! Periods: half-open spans of time that know the calendar they come from.

use std::fmt;

use chrono::{Datelike, Months, NaiveDate, Weekday};
use serde::ser::{SerializeStruct, Serializer};
use serde::{Deserialize, Serialize};

use super::grain::{Grain, WeekStart, add_days};
use super::text;
use super::timestamp::Timestamp;
use super::zone::Zone;
use crate::error::{Error, ErrorKind, Result};

/// A span of time `[start, end)` in a zone: the start is part of it, the end
/// is not.
///
/// It remembers what it is (a quarter, a week, the 30 days to a date), so that
/// the [previous](Self::previous) period and the [same one last
/// year](Self::same_last_year) are found by the calendar, not by counting hours.
///
/// ```
/// use advocacy_core::{Period, Zone};
///
/// let q1 = Period::quarter(2025, 1, &Zone::utc())?;
/// assert_eq!(q1.label(), "2025-Q1");
/// assert_eq!(q1.previous()?.label(), "2024-Q4");
/// assert_eq!(q1.same_last_year()?.label(), "2024-Q1");
/// assert_eq!(q1, Period::parse("2025-Q1", &Zone::utc())?);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
///
/// It serialises as `{zone, label, start, end}`, with the start and end in
/// RFC 3339 at the zone's offset, and is read back equal if its zone has a
/// [name](Zone::named) that is known there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(into = "Written", try_from = "Written")]
pub struct Period {
    start: Timestamp,
    end: Timestamp,
    zone: Zone,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Kind {
    /// One unit of the calendar, from its first day on. The week start is
    /// Monday when the grain is not the week.
    Whole(Grain, WeekStart, NaiveDate),
    /// Local days, from the first up to and without the second.
    Days(NaiveDate, NaiveDate),
    /// So many local days up to and with the last.
    Rolling(u32, NaiveDate),
    /// Between two instants.
    Instants,
}

impl Period {
    /// A calendar year.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPeriod`] outside 1 to 9999, [`ErrorKind::OutOfRange`]
    /// when it starts or ends outside them in UTC.
    pub fn year(year: i32, zone: &Zone) -> Result<Self> {
        check_year(year)?;
        let first = NaiveDate::from_ymd_opt(year, 1, 1);
        let first = first.ok_or_else(|| invalid(format!("there is no year {year}")))?;
        Self::whole(Grain::Year, WeekStart::Monday, first, zone)
    }

    /// A quarter of a calendar year, 1 to 4.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPeriod`] when there is no such quarter,
    /// [`ErrorKind::OutOfRange`] as for [`year`](Self::year).
    pub fn quarter(year: i32, quarter: u32, zone: &Zone) -> Result<Self> {
        check_year(year)?;
        let month = quarter.checked_mul(3).and_then(|last| last.checked_sub(2));
        let first = month.and_then(|month| NaiveDate::from_ymd_opt(year, month, 1));
        let first =
            first.ok_or_else(|| invalid(format!("there is no quarter {quarter} of {year}")))?;
        Self::whole(Grain::Quarter, WeekStart::Monday, first, zone)
    }

    /// A calendar month, 1 to 12.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPeriod`] when there is no such month,
    /// [`ErrorKind::OutOfRange`] as for [`year`](Self::year).
    pub fn month(year: i32, month: u32, zone: &Zone) -> Result<Self> {
        check_year(year)?;
        let first = NaiveDate::from_ymd_opt(year, month, 1);
        let first = first.ok_or_else(|| invalid(format!("there is no month {month} of {year}")))?;
        Self::whole(Grain::Month, WeekStart::Monday, first, zone)
    }

    /// An ISO week of an ISO week-year, 1 to 52 or 53.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPeriod`] when the year has no such week,
    /// [`ErrorKind::OutOfRange`] as for [`year`](Self::year).
    pub fn week(iso_year: i32, week: u32, zone: &Zone) -> Result<Self> {
        check_year(iso_year)?;
        let first = NaiveDate::from_isoywd_opt(iso_year, week, Weekday::Mon);
        let first =
            first.ok_or_else(|| invalid(format!("there is no ISO week {week} of {iso_year}")))?;
        Self::whole(Grain::Week, WeekStart::Monday, first, zone)
    }

    /// The week that has `date`, from Monday or from Sunday on.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfRange`] as for [`year`](Self::year).
    pub fn week_of(date: NaiveDate, week_start: WeekStart, zone: &Zone) -> Result<Self> {
        let first = Grain::Week.floor(date, week_start)?;
        Self::whole(Grain::Week, week_start, first, zone)
    }

    /// A local day.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::EndBeforeStart`] when the zone skipped the day,
    /// [`ErrorKind::OutOfRange`] as for [`year`](Self::year).
    pub fn day(date: NaiveDate, zone: &Zone) -> Result<Self> {
        Self::whole(Grain::Day, WeekStart::Monday, date, zone)
    }

    /// Local days from `start` up to and without `end`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::EndBeforeStart`] when that is no day at all,
    /// [`ErrorKind::OutOfRange`] as for [`year`](Self::year).
    pub fn between(start: NaiveDate, end: NaiveDate, zone: &Zone) -> Result<Self> {
        Self::of_days(Kind::Days(start, end), start, end, zone)
    }

    /// The `days` local days up to and with `last`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::EndBeforeStart`] for 0 days, [`ErrorKind::OutOfRange`] as for
    /// [`year`](Self::year).
    pub fn rolling(days: u32, last: NaiveDate, zone: &Zone) -> Result<Self> {
        let end = add_days(last, 1)?;
        let first = add_days(end, -i64::from(days))?;
        Self::of_days(Kind::Rolling(days, last), first, end, zone)
    }

    /// From one instant up to and without another.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::EndBeforeStart`] when the end does not come after the start.
    pub fn instants(start: Timestamp, end: Timestamp, zone: &Zone) -> Result<Self> {
        Self::new(Kind::Instants, start, end, zone)
    }

    /// One unit of the calendar that begins on `first`.
    pub(super) fn whole(
        grain: Grain,
        week_start: WeekStart,
        first: NaiveDate,
        zone: &Zone,
    ) -> Result<Self> {
        let week_start = match grain {
            Grain::Week => week_start,
            // Equal periods must be equal as values.
            _ => WeekStart::Monday,
        };
        let kind = Kind::Whole(grain, week_start, first);
        Self::of_days(kind, first, grain.next(first)?, zone)
    }

    /// A part of a period that is not empty: local days if it begins and ends
    /// with them.
    pub(super) fn part(start: Timestamp, end: Timestamp, zone: &Zone) -> Self {
        let (first, last) = (zone.date_of(start), zone.date_of(end));
        let days = zone.start_of_day(first) == start && zone.start_of_day(last) == end;
        Self {
            start,
            end,
            zone: zone.clone(),
            kind: if days {
                Kind::Days(first, last)
            } else {
                Kind::Instants
            },
        }
    }

    fn of_days(kind: Kind, first: NaiveDate, end: NaiveDate, zone: &Zone) -> Result<Self> {
        let (start, end) = (zone.try_start_of_day(first)?, zone.try_start_of_day(end)?);
        Self::new(kind, start, end, zone)
    }

    fn new(kind: Kind, start: Timestamp, end: Timestamp, zone: &Zone) -> Result<Self> {
        let period = Self {
            start,
            end,
            zone: zone.clone(),
            kind,
        };
        if start < end {
            Ok(period)
        } else {
            Err(Error::new(
                ErrorKind::EndBeforeStart,
                format!(
                    "the period {} is empty or reversed in {}: it starts at {start} and ends at {end}",
                    period.label(),
                    zone.name()
                ),
            ))
        }
    }

    /// Reads a period as [`label`](Self::label) writes it: `2025`, `2025-Q3`,
    /// `2025-07`, `2025-W31`, `2025-07-04`, `2025-07-01..2025-10-01` (without
    /// the last day), `30 days to 2025-07-30` (with it), `week of 2025-08-03`
    /// (from Sunday), or two [timestamps](Timestamp::parse) with `..` between.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidPeriod`] when it is none of these,
    /// [`ErrorKind::EndBeforeStart`] when it is empty or reversed,
    /// [`ErrorKind::OutOfRange`] as for [`year`](Self::year).
    pub fn parse(text: &str, zone: &Zone) -> Result<Self> {
        Self::read(text, zone).unwrap_or_else(|| {
            Err(invalid(format!(
                "{} is not a period; allowed are 2025, 2025-Q3, 2025-07, 2025-W31, 2025-07-04, \
                 2025-07-01..2025-10-01 (the end not included), 30 days to 2025-07-30 and \
                 week of 2025-08-03 (a Sunday)",
                text::quote(text)
            )))
        })
    }

    /// `None` when the text is of no known shape.
    fn read(text: &str, zone: &Zone) -> Option<Result<Self>> {
        if let Some((start, end)) = text.split_once("..") {
            return Some(Self::read_range(start, end, zone));
        }
        if let Some(first) = text.strip_prefix("week of ") {
            let first = text::date(first)?;
            let sunday = |date: &NaiveDate| date.weekday() == Weekday::Sun;
            return match as_period(first) {
                Ok(first) if sunday(&first) => Some(Self::week_of(first, WeekStart::Sunday, zone)),
                Ok(_) => None,
                Err(error) => Some(Err(error)),
            };
        }
        if let Some((days, last)) = text.split_once(" days to ") {
            let days = text::digits(days, days.len())?;
            let last = as_period(text::date(last)?);
            return Some(last.and_then(|last| Self::rolling(days, last, zone)));
        }
        if let Some(date) = text::date(text) {
            return Some(as_period(date).and_then(|date| Self::day(date, zone)));
        }
        let Some((year, part)) = text.split_once('-') else {
            return Some(Self::year(text::year(text)?, zone));
        };
        let year = text::year(year)?;
        Some(if let Some(quarter) = part.strip_prefix('Q') {
            Self::quarter(year, text::digits(quarter, 1)?, zone)
        } else if let Some(week) = part.strip_prefix('W') {
            Self::week(year, text::digits(week, 2)?, zone)
        } else {
            Self::month(year, text::digits(part, 2)?, zone)
        })
    }

    fn read_range(start: &str, end: &str, zone: &Zone) -> Result<Self> {
        if let (Some(start), Some(end)) = (text::date(start), text::date(end)) {
            return Self::between(as_period(start)?, as_period(end)?, zone);
        }
        let instant = |text| as_period(Timestamp::parse(text, zone));
        Self::instants(instant(start)?, instant(end)?, zone)
    }

    /// The first instant of the period.
    #[must_use]
    pub const fn start(&self) -> Timestamp {
        self.start
    }

    /// The first instant after the period.
    #[must_use]
    pub const fn end(&self) -> Timestamp {
        self.end
    }

    /// The zone whose calendar it follows.
    #[must_use]
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Whether an instant is in the period.
    #[must_use]
    pub fn contains(&self, instant: Timestamp) -> bool {
        self.start <= instant && instant < self.end
    }

    /// Whether all of the period is known at `as_of`: nothing in it is later.
    #[must_use]
    pub const fn is_complete(&self, as_of: Timestamp) -> bool {
        // Both are within a range that leaves room for the one.
        as_of.micros() >= self.end.micros() - 1
    }

    /// What it is called, as [`parse`](Self::parse) reads it: `2025-Q3`,
    /// `2025-W31`, `2025-07-01..2025-10-01`, `30 days to 2025-07-30`.
    #[must_use]
    pub fn label(&self) -> String {
        match self.kind {
            Kind::Whole(Grain::Week, WeekStart::Sunday, first) => format!("week of {first}"),
            Kind::Whole(grain, week_start, first) => grain.label(first, week_start),
            Kind::Days(first, end) => format!("{first}..{end}"),
            Kind::Rolling(days, last) => format!("{days} days to {last}"),
            Kind::Instants => format!(
                "{}..{}",
                self.start.to_rfc3339_in(&self.zone),
                self.end.to_rfc3339_in(&self.zone)
            ),
        }
    }

    /// The period of the same kind that ends where this one starts: the
    /// quarter or week before, as many local days, or the same elapsed time.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfRange`] before the year 1.
    pub fn previous(&self) -> Result<Self> {
        match self.kind {
            Kind::Whole(grain, week_start, _) => {
                // Not a step back by dates: the zone may have skipped that day.
                let before = Timestamp::from_micros(self.start.micros() - 1)?;
                let first = grain.floor(self.zone.date_of(before), week_start)?;
                Self::whole(grain, week_start, first, &self.zone)
            }
            Kind::Days(first, end) => {
                let days = end.signed_duration_since(first).num_days();
                Self::between(add_days(first, -days)?, first, &self.zone)
            }
            Kind::Rolling(days, last) => {
                Self::rolling(days, add_days(last, -i64::from(days))?, &self.zone)
            }
            Kind::Instants => {
                let length = self.end.micros() - self.start.micros();
                let start = Timestamp::from_micros(self.start.micros() - length)?;
                Self::instants(start, self.start, &self.zone)
            }
        }
    }

    /// The same period one calendar year earlier; of 29 February, the 28th.
    ///
    /// A week is 52 weeks earlier, so that it has the same weekdays. Of the days
    /// to a date, the date is a year earlier and the number the same. Instants
    /// are a year earlier by the local clock.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfRange`] before the year 1, [`ErrorKind::EndBeforeStart`]
    /// when nothing is left of it there (a day that the zone skipped; instants
    /// from 28 to 29 February).
    pub fn same_last_year(&self) -> Result<Self> {
        let zone = &self.zone;
        match self.kind {
            Kind::Whole(Grain::Week, week_start, first) => {
                Self::whole(Grain::Week, week_start, add_days(first, -7 * 52)?, zone)
            }
            Kind::Whole(grain, week_start, first) => {
                Self::whole(grain, week_start, last_year(first)?, zone)
            }
            Kind::Days(first, end) => {
                // The end is not in the period. Before 29 February the last day
                // is the 28th, so a year earlier the end is 1 March.
                let leap = end.month() == 2 && end.day() == 29;
                let end = add_days(last_year(end)?, i64::from(leap))?;
                Self::between(last_year(first)?, end, zone)
            }
            Kind::Rolling(days, last) => Self::rolling(days, last_year(last)?, zone),
            Kind::Instants => {
                let shift = |instant| {
                    let local = zone.local(instant);
                    let earlier = local.checked_sub_months(YEAR).ok_or_else(before_year_1)?;
                    Timestamp::from_micros(zone.first_instant(earlier.and_utc().timestamp_micros()))
                };
                Self::instants(shift(self.start)?, shift(self.end)?, zone)
            }
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label())
    }
}

const YEAR: Months = Months::new(12);

/// The date a year earlier; of 29 February, the 28th.
fn last_year(date: NaiveDate) -> Result<NaiveDate> {
    date.checked_sub_months(YEAR).ok_or_else(before_year_1)
}

fn before_year_1() -> Error {
    Error::new(
        ErrorKind::OutOfRange,
        "a year earlier is outside the years 1..=9999",
    )
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidPeriod, message)
}

/// An error in a part of a period's text is one of the period.
fn as_period<T>(part: Result<T>) -> Result<T> {
    part.map_err(|error| invalid(error.message().to_owned()))
}

/// Comes before any call to chrono, which panics on the ISO year `i32::MIN`.
fn check_year(year: i32) -> Result<()> {
    if (1..=9999).contains(&year) {
        Ok(())
    } else {
        Err(invalid(format!("year {year} is outside 1..=9999")))
    }
}

/// A period as it serialises.
#[derive(Deserialize)]
struct Written {
    label: String,
    start: String,
    end: String,
    zone: Zone,
}

/// Texts are made when they are written, and the zone, which is at hand, comes
/// first: a serialiser that knows a period by where it lies can pass over it.
impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let at = |instant: Timestamp| Late(move || instant.to_rfc3339_in(&self.zone));
        let mut period = serializer.serialize_struct("Period", 4)?;
        period.serialize_field("zone", &self.zone)?;
        period.serialize_field("label", &Late(|| self.label()))?;
        period.serialize_field("start", &at(self.start))?;
        period.serialize_field("end", &at(self.end))?;
        period.end()
    }
}

/// A text that is made when it is written.
struct Late<F>(F);

impl<F: Fn() -> String> Serialize for Late<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0())
    }
}

impl TryFrom<Written> for Period {
    type Error = Error;

    fn try_from(written: Written) -> Result<Self> {
        let start = Timestamp::parse_rfc3339(&written.start)?;
        let end = Timestamp::parse_rfc3339(&written.end)?;
        // The instants decide. Where another version of the zone's table puts the
        // label elsewhere, the kind is lost rather than the period changed.
        match Self::parse(&written.label, &written.zone) {
            Ok(period) if (period.start, period.end) == (start, end) => Ok(period),
            _ => Self::instants(start, end, &written.zone),
        }
    }
}
