//! Time zones.

use std::fmt;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};
#[cfg(feature = "tzdb")]
use chrono::{Offset, TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::text::{digits, quote};
use super::timestamp::{Timestamp, midnight, naive};
use crate::error::{Error, ErrorKind, Result};

const SECOND: i64 = 1_000_000;

/// No offset is as large as this, in seconds.
const DAY_SECONDS: i32 = 86_400;

const DAY_MICROS: i64 = 86_400 * SECOND;

/// A time zone: UTC, a fixed offset, a name of the IANA database, or a table
/// of transitions that the host hands in. Cheap to clone.
///
/// It serialises as its name and is read back by [`Zone::named`].
///
/// ```
/// use advocacy_core::{Timestamp, Zone};
///
/// let madrid = Zone::fixed(2 * 3600)?;
/// assert_eq!(madrid.name(), "+02:00");
/// let t = Timestamp::parse("2025-07-03T22:30:00Z", &Zone::utc())?;
/// assert_eq!(madrid.date_of(t).to_string(), "2025-07-04");
/// # Ok::<(), advocacy_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Zone(Arc<Inner>);

#[derive(PartialEq, Eq, Hash)]
struct Inner {
    name: Box<str>,
    database: Box<str>,
    rule: Rule,
}

#[derive(PartialEq, Eq, Hash)]
enum Rule {
    Fixed(i32),
    #[cfg(feature = "tzdb")]
    Named(chrono_tz::Tz),
    Table {
        initial: i32,
        transitions: Vec<(Timestamp, i32)>,
    },
}

impl Zone {
    fn new(name: &str, database: &str, rule: Rule) -> Self {
        Self(Arc::new(Inner {
            name: name.into(),
            database: database.into(),
            rule,
        }))
    }

    /// Coordinated universal time.
    #[must_use]
    pub fn utc() -> Self {
        Self::new("UTC", "none", Rule::Fixed(0))
    }

    /// A fixed offset from UTC in seconds, east positive. Its name is the
    /// offset: `+02:00`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfRange`] for a day or more.
    pub fn fixed(offset_seconds: i32) -> Result<Self> {
        offset_in_range(offset_seconds)?;
        let sign = if offset_seconds < 0 { '-' } else { '+' };
        let rest = offset_seconds.abs();
        let (hours, minutes, seconds) = (rest / 3600, rest / 60 % 60, rest % 60);
        let name = match seconds {
            0 => format!("{sign}{hours:02}:{minutes:02}"),
            _ => format!("{sign}{hours:02}:{minutes:02}:{seconds:02}"),
        };
        Ok(Self::new(&name, "none", Rule::Fixed(offset_seconds)))
    }

    /// A zone by name: `UTC`, an IANA name such as `Europe/Madrid` (upper and
    /// lower case matter), or the name of a fixed offset such as `+02:00`.
    ///
    /// IANA names need the feature `tzdb`. Its table ends with the year 2099;
    /// after that the last offset stays.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownZone`] for any other name.
    pub fn named(name: &str) -> Result<Self> {
        if name == "UTC" {
            return Ok(Self::utc());
        }
        match offset_seconds(name).map(Self::fixed) {
            Some(Ok(zone)) => Ok(zone),
            _ => Self::from_database(name),
        }
    }

    #[cfg(feature = "tzdb")]
    fn from_database(name: &str) -> Result<Self> {
        let database = format!("IANA {}", chrono_tz::IANA_TZDB_VERSION);
        match name.parse() {
            Ok(zone) => Ok(Self::new(name, &database, Rule::Named(zone))),
            Err(_) => Err(Error::new(
                ErrorKind::UnknownZone,
                format!(
                    "{} is not a time zone of {database}; allowed are names such as UTC and \
                     Europe/Madrid (case matters)",
                    quote(name)
                ),
            )),
        }
    }

    #[cfg(not(feature = "tzdb"))]
    fn from_database(name: &str) -> Result<Self> {
        Err(Error::new(
            ErrorKind::UnknownZone,
            format!(
                "time zone {} needs the feature tzdb, which is off; allowed are UTC and offsets \
                 such as +02:00",
                quote(name)
            ),
        ))
    }

    /// A zone from the host's own table: the offset in seconds before the first
    /// transition, and the offset from each transition on.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidValue`] when the transitions are not strictly increasing,
    /// [`ErrorKind::OutOfRange`] when an offset is a day or more.
    pub fn from_transitions(
        name: &str,
        initial_offset_seconds: i32,
        transitions: &[(Timestamp, i32)],
    ) -> Result<Self> {
        offset_in_range(initial_offset_seconds)?;
        let mut before = None;
        for (row, &(at, offset)) in transitions.iter().enumerate() {
            let placed = |error: Error| error.in_field("transitions").at_row(row);
            offset_in_range(offset).map_err(placed)?;
            if before.is_some_and(|before| at <= before) {
                return Err(placed(Error::new(
                    ErrorKind::InvalidValue,
                    format!("transition at {at} does not come after the one before it"),
                )));
            }
            before = Some(at);
        }
        let rule = Rule::Table {
            initial: initial_offset_seconds,
            transitions: transitions.to_vec(),
        };
        Ok(Self::new(name, "host", rule))
    }

    /// The name: `Europe/Madrid`, `UTC`, `+02:00`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Where the offsets come from: `IANA 2025b` (the version bundled), `host`
    /// for [`from_transitions`](Self::from_transitions), `none` for UTC and
    /// fixed offsets.
    #[must_use]
    pub fn database(&self) -> &str {
        &self.0.database
    }

    /// The offset from UTC at an instant in seconds, east positive.
    #[must_use]
    pub fn offset_at(&self, instant: Timestamp) -> i32 {
        match &self.0.rule {
            Rule::Fixed(offset) => *offset,
            #[cfg(feature = "tzdb")]
            Rule::Named(zone) => zone
                .offset_from_utc_datetime(&naive(instant.micros()))
                .fix()
                .local_minus_utc(),
            Rule::Table {
                initial,
                transitions,
            } => {
                let past = transitions.partition_point(|&(at, _)| at <= instant);
                past.checked_sub(1)
                    .and_then(|last| transitions.get(last))
                    .map_or(*initial, |&(_, offset)| offset)
            }
        }
    }

    /// What the clocks show at an instant.
    pub(super) fn local(&self, instant: Timestamp) -> NaiveDateTime {
        naive(instant.micros() + i64::from(self.offset_at(instant)) * SECOND)
    }

    /// The date that the calendar shows at an instant.
    #[must_use]
    pub fn date_of(&self, instant: Timestamp) -> NaiveDate {
        self.local(instant).date()
    }

    /// The first instant of a local date.
    ///
    /// When the clocks skip midnight it is the first instant after the gap; when
    /// they show it twice, the first; when they skip the whole day, the start of
    /// the next. Dates beyond the years 1 to 9999 give the nearest timestamp.
    #[must_use]
    pub fn start_of_day(&self, date: NaiveDate) -> Timestamp {
        Timestamp::saturating(self.first_instant(midnight(date)))
    }

    /// The instant at which its clocks show `local`: microseconds since
    /// 1970-01-01T00:00:00 by the same clocks.
    ///
    /// A local time that the clocks skip is the first instant after the gap; one
    /// that they show twice is the earlier.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfRange`] outside the years 1 to 9999.
    ///
    /// ```
    /// use advocacy_core::Zone;
    ///
    /// let two_east = Zone::fixed(2 * 3600)?;
    /// assert_eq!(two_east.instant_of(0)?.to_string(), "1969-12-31T22:00:00Z");
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    pub fn instant_of(&self, local: i64) -> Result<Timestamp> {
        // Clocks are less than a day from UTC.
        Timestamp::from_micros(local.saturating_sub(DAY_MICROS))
            .or_else(|_| Timestamp::from_micros(local.saturating_add(DAY_MICROS)))?;
        Timestamp::from_micros(self.first_instant(local))
    }

    /// [`start_of_day`](Self::start_of_day), refused where it would be
    /// out of range.
    pub(super) fn try_start_of_day(&self, date: NaiveDate) -> Result<Timestamp> {
        Timestamp::from_micros(self.first_instant(midnight(date))).map_err(|_| {
            Error::new(
                ErrorKind::OutOfRange,
                format!(
                    "the start of {date} in {} is outside the years 1..=9999 of UTC",
                    self.name()
                ),
            )
        })
    }

    /// The first instant at which the clocks show `local` or later, both in
    /// microseconds: the earlier of two, and the end of a gap.
    pub(super) fn first_instant(&self, local: i64) -> i64 {
        let at = |offset: i32| local.saturating_sub(i64::from(offset) * SECOND);
        match &self.0.rule {
            Rule::Fixed(offset) => at(*offset),
            #[cfg(feature = "tzdb")]
            Rule::Named(zone) => {
                let wall = naive(local);
                match zone.offset_from_local_datetime(&wall).earliest() {
                    Some(offset) => at(offset.fix().local_minus_utc()),
                    // In a gap; one in the table always has an end.
                    None => chrono_tz::GapInfo::new(&wall, zone)
                        .and_then(|gap| gap.end)
                        .map_or(local, |end| end.timestamp_micros()),
                }
            }
            Rule::Table {
                initial,
                transitions,
            } => {
                // An offset holds from one transition to the next. The first
                // stretch whose clocks go beyond `local` has it, or begins after it.
                let mut offset = *initial;
                let mut begin = i64::MIN;
                for &(next, after) in transitions {
                    if at(offset) < next.micros() {
                        break;
                    }
                    (begin, offset) = (next.micros(), after);
                }
                at(offset).max(begin)
            }
        }
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({:?}, {})", self.name(), self.database())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::named(&name).map_err(serde::de::Error::custom)
    }
}

pub(super) fn offset_in_range(seconds: i32) -> Result<()> {
    if (1 - DAY_SECONDS..DAY_SECONDS).contains(&seconds) {
        Ok(())
    } else {
        Err(Error::new(
            ErrorKind::OutOfRange,
            format!("an offset of {seconds} s from UTC is a day or more"),
        ))
    }
}

/// `±HH:MM` or `±HH:MM:SS` in seconds.
pub(super) fn offset_seconds(text: &str) -> Option<i32> {
    let (sign, rest) = match text.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, text.strip_prefix('-')?),
    };
    let mut fields = rest.split(':').map(|field| digits(field, 2));
    let (hours, minutes) = (fields.next()??, fields.next()??);
    let seconds = fields.next().unwrap_or(Some(0))?;
    let fits = fields.next().is_none() && minutes < 60 && seconds < 60;
    let total = i32::try_from(hours * 3600 + minutes * 60 + seconds).ok()?;
    fits.then_some(sign * total)
}
