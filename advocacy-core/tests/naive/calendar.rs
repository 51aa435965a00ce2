//! Local days, weeks and months, one day after the other.

use advocacy_core::{Timestamp, WeekStart, Zone};
use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

pub fn date_of(zone: &Zone, micros: i64) -> NaiveDate {
    zone.date_of(Timestamp::from_micros(micros).unwrap())
}

pub fn start_of(zone: &Zone, date: NaiveDate) -> i64 {
    zone.start_of_day(date).micros()
}

/// A unit of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// Whether a unit begins on this date.
pub fn begins(unit: Unit, date: NaiveDate, week_start: WeekStart) -> bool {
    let first_of_month = date.day() == 1;
    match unit {
        Unit::Day => true,
        Unit::Week => {
            date.weekday()
                == match week_start {
                    WeekStart::Monday => Weekday::Mon,
                    WeekStart::Sunday => Weekday::Sun,
                }
        }
        Unit::Month => first_of_month,
        Unit::Quarter => first_of_month && date.month() % 3 == 1,
        Unit::Year => first_of_month && date.month() == 1,
    }
}

/// The unit that has this date, as its first day and that of the next.
pub fn unit_of(unit: Unit, date: NaiveDate, week_start: WeekStart) -> (NaiveDate, NaiveDate) {
    let mut first = date;
    while !begins(unit, first, week_start) {
        first -= TimeDelta::days(1);
    }
    let mut next = first + TimeDelta::days(1);
    while !begins(unit, next, week_start) {
        next += TimeDelta::days(1);
    }
    (first, next)
}

/// The whole units that lie within a span, as instants.
pub fn whole_units(
    unit: Unit,
    start: i64,
    end: i64,
    zone: &Zone,
    week_start: WeekStart,
) -> Vec<(i64, i64)> {
    let mut found = Vec::new();
    let mut date = date_of(zone, start);
    while start_of(zone, date) < end {
        if begins(unit, date, week_start) {
            let (first, next) = unit_of(unit, date, week_start);
            let (from, to) = (start_of(zone, first), start_of(zone, next));
            if start <= from && to <= end {
                found.push((from, to));
            }
        }
        date += TimeDelta::days(1);
    }
    found
}
