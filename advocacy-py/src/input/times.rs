//! Instants from clocks: naive times are read in the zone that was given.

use advocacy_core::{Buffer, Data, ErrorKind, TimeUnit, Timestamp, Zone};
use arrow_buffer::NullBuffer;

use crate::fault::Fault;

use super::Place;

/// The zone of naive times.
///
/// # Errors
/// `invalid_option` when none was given.
fn zone<'p>(place: &Place<'p>) -> Result<&'p Zone, Fault> {
    place.zone.ok_or_else(|| {
        let message = "the times have no zone; say which with tz=\"Europe/Madrid\", tz=\"UTC\", …";
        place.fault(ErrorKind::InvalidOption, message)
    })
}

/// Ticks of clocks as ticks of UTC; instants are taken as they are.
pub(super) fn instants(
    ticks: Buffer<'static, i64>,
    unit: TimeUnit,
    zoned: bool,
    nulls: Option<&NullBuffer>,
    place: &Place<'_>,
) -> Result<Data<'static>, Fault> {
    if zoned {
        return Ok(Data::Time(ticks, unit));
    }
    let zone = zone(place)?;
    if *zone == Zone::utc() {
        return Ok(Data::Time(ticks, unit));
    }
    let mut out = Vec::with_capacity(ticks.len());
    for (row, &ticks) in ticks.iter().enumerate() {
        if nulls.is_some_and(|nulls| nulls.is_null(row)) {
            out.push(0);
            continue;
        }
        let local = match unit {
            TimeUnit::Nano => Some(ticks.div_euclid(1_000)),
            _ => ticks.checked_mul(1_000_000 / unit.per_second()),
        };
        let instant = local.and_then(|local| zone.instant_of(local).ok());
        let Some(instant) = instant else {
            let message = format!("time {ticks} is outside the years 1 to 9999");
            return Err(place.fault(ErrorKind::OutOfRange, message).at_row(row));
        };
        out.push(instant.micros());
    }
    Ok(Data::Time(out.into(), TimeUnit::Micro))
}

/// Instants from text: RFC 3339, or a local date or time.
pub(super) fn of_texts<'t>(
    text: impl Fn(usize) -> Option<&'t str>,
    rows: usize,
    known: impl Fn(usize) -> bool,
    place: &Place<'_>,
) -> Result<Vec<i64>, Fault> {
    let mut out = Vec::with_capacity(rows);
    for row in 0..rows {
        out.push(match text(row).filter(|_| known(row)) {
            Some(text) => of_text(text, place).map_err(|fault| fault.at_row(row))?,
            None => 0,
        });
    }
    Ok(out)
}

/// One instant, in microseconds.
pub(super) fn of_text(text: &str, place: &Place<'_>) -> Result<i64, Fault> {
    let text = text.trim();
    let utc = Zone::utc();
    let zone = if has_offset(text) { &utc } else { zone(place)? };
    let instant = Timestamp::parse(text, zone).map_err(Fault::from)?;
    Ok(instant.micros())
}

/// Whether a time says how far from UTC it is.
fn has_offset(text: &str) -> bool {
    let clock = text.get(10..).unwrap_or_default();
    clock.ends_with(['Z', 'z']) || clock.contains(['+', '-'])
}
