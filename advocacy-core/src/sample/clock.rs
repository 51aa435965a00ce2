//! The days of the sample, counted from 2024-07-01, a Monday, in Madrid.

use chrono::{DateTime, Datelike};

use crate::calendar::Timestamp;

/// 2024-07-01 counted from 1970-01-01.
const FIRST_DAY: i64 = 19_905;
const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;

/// 2024-09-02: the programme starts.
pub(super) const LAUNCH: i64 = 63;
/// 2026-01-01: nothing happens from here on, counts are still being read.
pub(super) const END: i64 = 549;
/// 2026-01-14: the last counts are read.
pub(super) const LAST: i64 = 562;

/// The first day of every month from July 2024 to January 2026.
pub(super) const MONTHS: [i64; 19] = [
    0, 31, 62, 92, 123, 153, 184, 215, 243, 274, 304, 335, 365, 396, 427, 457, 488, 518, 549,
];

/// 0 is Monday.
pub(super) const fn weekday(day: i64) -> i64 {
    day.rem_euclid(7)
}

/// That day, or the Monday after a weekend.
pub(super) const fn workday(day: i64) -> i64 {
    match weekday(day) {
        5 => day + 2,
        6 => day + 1,
        _ => day,
    }
}

/// That day, or the Friday before a weekend.
pub(super) const fn friday(day: i64) -> i64 {
    match weekday(day) {
        5 => day - 1,
        6 => day - 2,
        _ => day,
    }
}

/// A time of day in Madrid.
pub(super) fn at(day: i64, hour: i64, minute: i64) -> Timestamp {
    at_second(day, hour * HOUR + minute * 60)
}

/// A second of the day in Madrid.
pub(super) fn at_second(day: i64, second: i64) -> Timestamp {
    let midnight = (FIRST_DAY + day) * DAY;
    let offset = if is_summer(midnight) { 2 * HOUR } else { HOUR };
    instant(midnight + second - offset)
}

/// The day of an instant in working hours, and its second in UTC.
pub(super) const fn day_of(instant: Timestamp) -> i64 {
    instant.micros().div_euclid(DAY * 1_000_000) - FIRST_DAY
}

/// That many seconds later.
pub(super) fn later(instant: Timestamp, seconds: i64) -> Timestamp {
    self::instant(instant.micros() / 1_000_000 + seconds)
}

fn instant(seconds: i64) -> Timestamp {
    // A few years around 2024 are always in range.
    Timestamp::from_micros(seconds.saturating_mul(1_000_000)).unwrap_or(Timestamp::MIN)
}

/// Whether the clocks show summer time on that day (from 1996 on): from the
/// last Sunday of March to the last of October. Written out so that the sample
/// is the same without the time zone tables.
fn is_summer(midnight: i64) -> bool {
    let date = DateTime::from_timestamp(midnight, 0).unwrap_or_default();
    let last_sunday_passed = date.day() >= 25 + date.weekday().num_days_from_sunday();
    match date.month() {
        4..=9 => true,
        3 => last_sunday_passed,
        10 => !last_sunday_passed,
        _ => false,
    }
}
