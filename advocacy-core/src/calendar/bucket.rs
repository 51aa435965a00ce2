//! Periods cut into the units of the calendar.

use serde::{Deserialize, Serialize};

use super::grain::{Grain, WeekStart, add_days};
use super::period::Period;
use super::timestamp::Timestamp;
use super::zone::Zone;
use crate::error::{Error, ErrorKind, Result};

/// More than this is a slip of the caller (three lifetimes of days), and would
/// be memory without bound.
const MOST: usize = 100_000;

/// One day, week, month, quarter or year of a period.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Bucket {
    /// What it covers, cut at the edges of the period it is part of.
    pub period: Period,
    /// The name of the whole unit: `2025-07-04`, `2025-W31`, `2025-07`,
    /// `2025-Q3`, `2025`; for a week from Sunday its first day, `2025-08-03`.
    pub label: String,
    /// Whether an edge of the period cuts it.
    pub clipped: bool,
}

impl Period {
    /// The days, weeks, months, quarters or years of this period, in order:
    /// they cover it without gap or overlap, and none is empty (a day that the
    /// zone skipped has no bucket).
    ///
    /// ```
    /// use advocacy_core::{Grain, Period, WeekStart, Zone};
    ///
    /// let quarter = Period::parse("2025-Q3", &Zone::utc())?;
    /// let weeks = quarter.buckets(Grain::Week, WeekStart::Monday)?;
    /// assert_eq!(weeks[0].label, "2025-W27");
    /// assert!(weeks[0].clipped); // 30 June is in the second quarter
    /// assert_eq!(weeks[0].period.label(), "2025-07-01..2025-07-07");
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfRange`] for more than 100,000 buckets.
    pub fn buckets(&self, grain: Grain, week_start: WeekStart) -> Result<Vec<Bucket>> {
        let zone = self.zone();
        let mut buckets = Vec::new();
        let mut first = grain.floor(zone.date_of(self.start()), week_start)?;
        let mut whole_start = zone.start_of_day(first);
        while whole_start < self.end() {
            let next = grain.next(first)?;
            let whole_end = zone.start_of_day(next);
            let (start, end) = (whole_start.max(self.start()), whole_end.min(self.end()));
            if start < end {
                if buckets.len() == MOST {
                    return Err(too_many(grain.as_str()));
                }
                let (period, clipped) = match Self::whole(grain, week_start, first, zone) {
                    Ok(whole) if (whole.start(), whole.end()) == (start, end) => (whole, false),
                    _ => (Self::part(start, end, zone), true),
                };
                buckets.push(Bucket {
                    period,
                    label: grain.label(first, week_start),
                    clipped,
                });
            }
            (first, whole_start) = (next, whole_end);
        }
        Ok(buckets)
    }

    /// Overlapping windows of `days` local days, one for each local day that
    /// ends in this period, up to that end. They may start before the period.
    ///
    /// ```
    /// use advocacy_core::{Period, Zone};
    ///
    /// let march = Period::parse("2025-03", &Zone::utc())?;
    /// let windows = march.trailing(30)?;
    /// assert_eq!(windows.len(), 31);
    /// assert_eq!(windows[0].label(), "30 days to 2025-03-01");
    /// assert_eq!(windows[0].start().to_string(), "2025-01-31T00:00:00Z");
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::EndBeforeStart`] for 0 days, [`ErrorKind::OutOfRange`] for
    /// more than 100,000 windows or one that starts before the year 1.
    pub fn trailing(&self, days: u32) -> Result<Vec<Self>> {
        let zone = self.zone();
        let mut windows = Vec::new();
        let mut last = zone.date_of(self.start());
        let mut seen = self.start();
        loop {
            let next = add_days(last, 1)?;
            let end = match zone.try_start_of_day(next) {
                Ok(end) if end <= self.end() => end,
                _ => return Ok(windows),
            };
            // A day that the zone skipped ends when the one before it does.
            if end > seen {
                if windows.len() == MOST {
                    return Err(too_many("window"));
                }
                windows.push(Self::rolling(days, last, zone)?);
                seen = end;
            }
            last = next;
        }
    }
}

impl Bucket {
    /// The whole units from the one that has an instant to the one that has another.
    pub(crate) fn whole(
        grain: Grain,
        week_start: WeekStart,
        first: Timestamp,
        last: Timestamp,
        zone: &Zone,
    ) -> Result<Vec<Self>> {
        let begins = |at| grain.floor(zone.date_of(at), week_start);
        let start = zone.start_of_day(begins(first)?);
        let end = zone.start_of_day(grain.next(begins(last)?)?);
        Period::instants(start, end, zone)?.buckets(grain, week_start)
    }
}

#[cold]
fn too_many(what: &str) -> Error {
    Error::new(
        ErrorKind::OutOfRange,
        format!("the period has more than {MOST} {what}s; allowed is a coarser grain"),
    )
}
