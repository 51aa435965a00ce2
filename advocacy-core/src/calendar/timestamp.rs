//! An instant, to the microsecond.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::text::{date, digits, quote};
use super::zone::{Zone, offset_in_range, offset_seconds};
use crate::error::{Error, ErrorKind, Result};

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// An instant in UTC, in microseconds since 1970-01-01T00:00:00Z.
///
/// The years are 1 to 9999 (of UTC), so that every timestamp can be written in
/// RFC 3339; that is how it displays and serialises.
///
/// ```
/// use advocacy_core::{Timestamp, Zone};
///
/// let madrid = Zone::fixed(2 * 3600)?;
/// let t = Timestamp::parse("2025-07-04 09:30", &madrid)?;
/// assert_eq!(t.to_string(), "2025-07-04T07:30:00Z");
/// assert_eq!(t, Timestamp::parse("2025-07-04T07:30:00Z", &madrid)?);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Self = Self(-62_135_596_800_000_000);

    /// 9999-12-31T23:59:59.999999Z.
    pub const MAX: Self = Self(253_402_300_799_999_999);

    /// The instant `micros` microseconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfRange`] outside the years 1 to 9999.
    pub fn from_micros(micros: i64) -> Result<Self> {
        let instant = Self(micros);
        if (Self::MIN..=Self::MAX).contains(&instant) {
            Ok(instant)
        } else {
            Err(Error::new(
                ErrorKind::OutOfRange,
                format!("{micros} µs since 1970 is outside the years 1..=9999"),
            ))
        }
    }

    /// The nearest instant that is in range.
    pub(super) fn saturating(micros: i64) -> Self {
        Self(micros).clamp(Self::MIN, Self::MAX)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339 (`2025-07-04T09:30:00+02:00`, or `Z`), a local time of
    /// `zone` (`2025-07-04 09:30`, with `T` or a space, seconds and fraction
    /// optional) or a date (the start of that day in `zone`).
    ///
    /// A local time that the clocks skip is the first instant after the gap; one
    /// that they show twice is the earlier. Digits beyond the microsecond are
    /// dropped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidValue`] when the text is none of these,
    /// [`ErrorKind::OutOfRange`] when it is and there is no such date or time.
    pub fn parse(text: &str, zone: &Zone) -> Result<Self> {
        let local = Local::read(text)?;
        let micros = match local.offset {
            Some(offset) => local.micros() - offset,
            None => zone.first_instant(local.micros()),
        };
        local.settle(text, micros)
    }

    /// Reads RFC 3339 alone, where no zone is known.
    pub(super) fn parse_rfc3339(text: &str) -> Result<Self> {
        let local = Local::read(text)?;
        match local.offset {
            Some(offset) => local.settle(text, local.micros() - offset),
            None => Err(Error::new(
                ErrorKind::InvalidValue,
                format!("{} has no offset from UTC, such as Z", quote(text)),
            )),
        }
    }

    /// RFC 3339 with the offset of `zone` at this instant.
    pub(super) fn to_rfc3339_in(self, zone: &Zone) -> String {
        let offset = zone.offset_at(self);
        let local = naive(self.0 + i64::from(offset) * SECOND);
        // RFC 3339 has neither seconds in an offset (local mean time before
        // about 1900) nor years of five digits: such an instant is written in UTC.
        if offset == 0 || offset % 60 != 0 || !(1..=9999).contains(&local.year()) {
            return self.to_string();
        }
        let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.abs() / 60);
        format!(
            "{}{sign}{:02}:{:02}",
            Clock::new(local).utc().trim_end_matches('Z'),
            minutes / 60,
            minutes % 60
        )
    }
}

/// The date and time `micros` after 1970-01-01T00:00:00, in no zone.
///
/// Callers stay within a day of the years 1 to 9999, which chrono covers
/// many times over; the default is never taken.
pub(super) fn naive(micros: i64) -> NaiveDateTime {
    DateTime::from_timestamp_micros(micros)
        .unwrap_or_default()
        .naive_utc()
}

/// The inverse of [`naive`] at the start of a date.
pub(super) fn midnight(date: NaiveDate) -> i64 {
    NaiveDateTime::from(date).and_utc().timestamp_micros()
}

/// A date and time of the years 1 to 9999, being written: `2025-07-04T09:30:00`,
/// with microseconds when there are any, and room for a `Z`.
struct Clock([u8; 27]);

impl Clock {
    /// How long it is without a fraction.
    const SECONDS: usize = 19;

    fn new(at: NaiveDateTime) -> Self {
        // Digit by digit: results have many instants, and patterns take ten times
        // as long.
        let mut text = *b"0000-00-00T00:00:00Z000000Z";
        let micros = at.nanosecond() / 1000;
        let fields = [
            (at.year().unsigned_abs(), 0..4),
            (at.month(), 5..7),
            (at.day(), 8..10),
            (at.hour(), 11..13),
            (at.minute(), 14..16),
            (at.second(), 17..Self::SECONDS),
            (micros, 20..26),
        ];
        for (mut value, place) in fields {
            for digit in text[place].iter_mut().rev() {
                *digit = DIGITS[value as usize % 10];
                value /= 10;
            }
        }
        if micros != 0 {
            text[Self::SECONDS] = b'.';
        }
        Self(text)
    }

    /// The text, as of UTC.
    fn utc(&self) -> &str {
        let whole = self.0[Self::SECONDS] == b'Z';
        let shown = if whole { Self::SECONDS + 1 } else { 27 };
        std::str::from_utf8(&self.0[..shown]).unwrap_or_default()
    }
}

const DIGITS: [u8; 10] = *b"0123456789";

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Clock::new(naive(self.0)).utc())
    }
}

impl From<Timestamp> for DateTime<Utc> {
    fn from(instant: Timestamp) -> Self {
        naive(instant.0).and_utc()
    }
}

/// Rounds down to the microsecond.
impl TryFrom<DateTime<Utc>> for Timestamp {
    type Error = Error;

    fn try_from(instant: DateTime<Utc>) -> Result<Self> {
        Self::from_micros(instant.timestamp_micros())
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(Clock::new(naive(self.0)).utc())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse_rfc3339(&text).map_err(serde::de::Error::custom)
    }
}

/// What a text says: a date, the time since its midnight, and perhaps an
/// offset (all but the date in microseconds).
struct Local {
    date: NaiveDate,
    time: i64,
    offset: Option<i64>,
    leap: bool,
}

impl Local {
    fn read(text: &str) -> Result<Self> {
        Self::read_shape(text).unwrap_or_else(|| {
            Err(Error::new(
                ErrorKind::InvalidValue,
                format!(
                    "{} is not a timestamp; allowed are 2025-07-04T09:30:00Z (or another offset), \
                     2025-07-04 09:30:00 and 2025-07-04",
                    quote(text)
                ),
            ))
        })
    }

    /// `None` when the text is of no known shape, an error when the shape
    /// is right and the date or time impossible.
    fn read_shape(text: &str) -> Option<Result<Self>> {
        let (day, rest) = text.split_at_checked(10)?;
        let day = date(day)?;
        let (time, offset, leap) = if rest.is_empty() {
            (Ok(0), None, false)
        } else {
            let rest = rest.strip_prefix(['T', 't', ' '])?;
            let (clock, offset) =
                rest.split_at_checked(rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len()))?;
            let (time, leap) = read_clock(clock)?;
            match offset {
                "" => (time, None, leap),
                _ => (time, Some(read_offset(offset)?), leap),
            }
        };
        Some(day.and_then(|date| {
            Ok(Self {
                date,
                time: time?,
                offset: offset.transpose()?,
                leap,
            })
        }))
    }

    /// As if the zone were UTC.
    fn micros(&self) -> i64 {
        midnight(self.date) + self.time
    }

    /// The instant `micros`, if it may be one.
    fn settle(&self, text: &str, micros: i64) -> Result<Timestamp> {
        // A leap second comes at the end of a day of UTC and nowhere else. Unix
        // time has no room for it and counts it as the second after.
        if self.leap && micros.rem_euclid(DAY) >= SECOND {
            return Err(Error::new(
                ErrorKind::OutOfRange,
                format!("{text} is not a leap second"),
            ));
        }
        Timestamp::from_micros(micros).map_err(|_| {
            Error::new(
                ErrorKind::OutOfRange,
                format!("{text} is outside the years 1..=9999 of UTC"),
            )
        })
    }
}

/// `HH:MM[:SS[.frac]]` in microseconds, and whether it is a leap second.
fn read_clock(text: &str) -> Option<(Result<i64>, bool)> {
    let (clock, fraction) = match text.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (text, None),
    };
    let mut fields = clock.split(':').map(|field| digits(field, 2));
    let (hour, minute) = (fields.next()??, fields.next()??);
    let second = match fields.next() {
        Some(second) => second?,
        None if fraction.is_none() => 0,
        None => return None,
    };
    if fields.next().is_some() {
        return None;
    }
    let micros = fraction.map_or(Some(0), read_fraction)?;
    let time = if hour > 23 || minute > 59 || second > 60 {
        Err(Error::new(
            ErrorKind::OutOfRange,
            format!("{clock} is not a time of day"),
        ))
    } else {
        let whole = i64::from(hour) * HOUR + i64::from(minute) * MINUTE;
        Ok(whole + i64::from(second) * SECOND + i64::from(micros))
    };
    Some((time, second == 60))
}

/// The digits after the point in microseconds, the rest dropped.
fn read_fraction(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits(&format!("{:0<6}", text.get(..6).unwrap_or(text)), 6)
}

/// `Z` or `±HH:MM`, in microseconds.
fn read_offset(text: &str) -> Option<Result<i64>> {
    let seconds = match text {
        "Z" | "z" => 0,
        _ => offset_seconds(text)?,
    };
    Some(offset_in_range(seconds).map(|()| i64::from(seconds) * SECOND))
}
