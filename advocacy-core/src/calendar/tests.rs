//! The expected instants come from Python's zoneinfo (tz 2025b): the first
//! UTC instant whose local time is the midnight of the date or later.

use chrono::{DateTime, NaiveDate, Utc};
use proptest::prelude::*;

use super::grain::add_days;
use super::{Bucket, Grain, Period, Timestamp, WeekStart, Zone};
use crate::error::{ErrorKind, Result};

fn ts(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn utc(text: &str) -> Period {
    Period::parse(text, &Zone::utc()).unwrap()
}

fn kind<T: std::fmt::Debug>(result: Result<T>) -> ErrorKind {
    result.unwrap_err().kind()
}

fn labels(buckets: &[Bucket]) -> Vec<&str> {
    buckets.iter().map(|bucket| bucket.label.as_str()).collect()
}

fn span(period: &Period) -> (String, String) {
    (period.start().to_string(), period.end().to_string())
}

fn pair(start: &str, end: &str) -> (String, String) {
    (start.to_owned(), end.to_owned())
}

fn round_trip(period: &Period) -> Period {
    serde_json::from_str(&serde_json::to_string(period).unwrap()).unwrap()
}

/// Apia crossed the date line: there was no 30 December 2011.
fn apia() -> Zone {
    let at = ts("2011-12-30T10:00:00Z");
    Zone::from_transitions("Pacific/Apia", -36_000, &[(at, 50_400)]).unwrap()
}

/// Havana puts its clocks back from 1:00 to 0:00.
fn havana() -> Zone {
    let at = ts("2025-11-02T05:00:00Z");
    Zone::from_transitions("America/Havana", -14_400, &[(at, -18_000)]).unwrap()
}

/// St. John's put its clocks back at 0:01, to 23:01 of the day before.
fn st_johns() -> Zone {
    let at = ts("2006-10-29T02:31:00Z");
    Zone::from_transitions("America/St_Johns", -9_000, &[(at, -12_600)]).unwrap()
}

#[test]
fn timestamps_are_read() {
    let zone = Zone::fixed(7200).unwrap();
    for (text, micros) in [
        ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
        ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T02:00:00+02:00", 0),
        ("1969-12-31T18:30:00-05:30", 0),
        ("1970-01-01t00:00:00z", 0),
        ("1970-01-01 00:00:00+00:00", 0),
        ("1970-01-01 00:00Z", 0),
        ("1970-01-01 02:00", 0),
        ("1970-01-01T02:00:00", 0),
        ("1970-01-01 02:00:00.5", 500_000),
        ("1970-01-01T00:00:00.000001Z", 1),
        ("1970-01-01T00:00:00.1234569Z", 123_456),
        ("1970-01-01", -7_200_000_000),
        ("2025-07-04T09:30:00", 1_751_614_200_000_000),
        ("2024-02-29T00:00:00Z", 1_709_164_800_000_000),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
        ("2017-01-01T01:59:60.25", 1_483_228_800_250_000),
    ] {
        let parsed = Timestamp::parse(text, &zone).map(Timestamp::micros);
        assert_eq!(parsed, Ok(micros), "{text}");
    }
}

#[test]
fn texts_that_are_no_timestamps_are_refused() {
    use ErrorKind::{InvalidValue, OutOfRange};
    for (text, expected) in [
        ("", InvalidValue),
        ("yesterday", InvalidValue),
        ("2025", InvalidValue),
        ("2025-1-1", InvalidValue),
        ("2025/01/01", InvalidValue),
        ("01-01-2025", InvalidValue),
        ("+2025-01-01", InvalidValue),
        ("10000-01-01", InvalidValue),
        ("2025-01-01T", InvalidValue),
        ("2025-01-01T10", InvalidValue),
        ("2025-01-01T1:00", InvalidValue),
        ("2025-01-01T10:00:", InvalidValue),
        ("2025-01-01T10:00:00.", InvalidValue),
        ("2025-01-01T10:00:00.+01:00", InvalidValue),
        ("2025-01-01T10:00:00.12345678x", InvalidValue),
        ("2025-01-01T10:00.5", InvalidValue),
        ("2025-01-01T10:00:00:00", InvalidValue),
        ("2025-01-01_10:00", InvalidValue),
        ("2025-01-01T10:00:00 Z", InvalidValue),
        ("2025-01-01T10:00:00ZZ", InvalidValue),
        ("2025-01-01T10:00:00+1", InvalidValue),
        ("2025-01-01T10:00:00+01:60", InvalidValue),
        ("2025-01-01T10:00:00+0100", InvalidValue),
        (" 2025-01-01", InvalidValue),
        ("２０２５-01-01", InvalidValue),
        ("2025-01-0é", InvalidValue),
        ("2025-02-30", OutOfRange),
        ("2025-02-29T10:00:00Z", OutOfRange),
        ("1900-02-29", OutOfRange),
        ("2025-13-01", OutOfRange),
        ("2025-00-10", OutOfRange),
        ("2025-04-31 10:00", OutOfRange),
        ("0000-01-01", OutOfRange),
        ("2025-01-01T24:00:00Z", OutOfRange),
        ("2025-01-01 10:60", OutOfRange),
        ("2025-01-01T10:00:61Z", OutOfRange),
        ("2025-01-01T10:00:60Z", OutOfRange),
        ("2025-01-01T10:00:00+24:00", OutOfRange),
        ("0001-01-01T00:00:00+00:01", OutOfRange),
        ("9999-12-31T23:59:59-00:01", OutOfRange),
    ] {
        let parsed = Timestamp::parse(text, &Zone::utc());
        assert_eq!(kind(parsed), expected, "{text}");
    }
    let error = Timestamp::parse("2025-02-30", &Zone::utc()).unwrap_err();
    assert_eq!(error.message(), "2025-02-30 is not a date");
    let error = Timestamp::parse(&"é".repeat(1_000_000), &Zone::utc()).unwrap_err();
    assert!(error.message().len() < 400);
}

#[test]
fn timestamps_have_a_range() {
    assert_eq!(
        Timestamp::from_micros(Timestamp::MIN.micros()),
        Ok(Timestamp::MIN)
    );
    assert_eq!(
        Timestamp::from_micros(Timestamp::MAX.micros()),
        Ok(Timestamp::MAX)
    );
    for micros in [
        i64::MIN,
        Timestamp::MIN.micros() - 1,
        Timestamp::MAX.micros() + 1,
        i64::MAX,
    ] {
        assert_eq!(
            kind(Timestamp::from_micros(micros)),
            ErrorKind::OutOfRange,
            "{micros}"
        );
    }
    assert_eq!(
        kind(Timestamp::try_from(DateTime::<Utc>::MAX_UTC)),
        ErrorKind::OutOfRange
    );
}

#[test]
fn timestamps_convert_from_and_to_chrono() {
    let chrono = DateTime::from_timestamp(-1, 999_999_999).unwrap();
    let floored = Timestamp::try_from(chrono).unwrap();
    assert_eq!(floored.micros(), -1);
    let back: DateTime<Utc> = floored.into();
    assert_eq!(back.timestamp_nanos_opt(), Some(-1000));
}

#[test]
fn timestamps_serialise_as_rfc_3339() {
    for text in [
        "2025-01-01T00:00:00Z",
        "2025-01-01T00:00:00.000010Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z",
    ] {
        let json = format!("\"{text}\"");
        let instant: Timestamp = serde_json::from_str(&json).unwrap();
        assert_eq!(serde_json::to_string(&instant).unwrap(), json);
        assert_eq!(instant.to_string(), text);
    }
    let east: Timestamp = serde_json::from_str("\"2025-01-01T05:45:00+05:45\"").unwrap();
    assert_eq!(east, ts("2025-01-01T00:00:00Z"));
    for json in ["\"2025-01-01\"", "\"2025-01-01T00:00:00\"", "0"] {
        assert!(serde_json::from_str::<Timestamp>(json).is_err(), "{json}");
    }
}

#[test]
fn fixed_offsets_have_names_that_are_read_back() {
    for (offset, name) in [
        (0, "+00:00"),
        (7200, "+02:00"),
        (-12_600, "-03:30"),
        (-884, "-00:14:44"),
        (86_399, "+23:59:59"),
        (-86_399, "-23:59:59"),
    ] {
        let zone = Zone::fixed(offset).unwrap();
        assert_eq!((zone.name(), zone.to_string().as_str()), (name, name));
        assert_eq!(zone.database(), "none");
        assert_eq!(zone.offset_at(ts("2025-01-01T00:00:00Z")), offset);
        assert_eq!(Zone::named(name), Ok(zone));
    }
    for offset in [86_400, -86_400, i32::MIN, i32::MAX] {
        assert_eq!(kind(Zone::fixed(offset)), ErrorKind::OutOfRange, "{offset}");
    }
}

#[test]
fn unknown_zones_are_refused() {
    for name in [
        "",
        "utc",
        "europe/madrid",
        "Mars/Olympus",
        "+25:00",
        "+2:00",
        "+02:60",
        "02:00",
    ] {
        assert_eq!(kind(Zone::named(name)), ErrorKind::UnknownZone, "{name}");
    }
    assert_eq!(Zone::named("UTC"), Ok(Zone::utc()));
    assert_eq!(Zone::utc().database(), "none");
    assert!(serde_json::from_str::<Zone>("\"Mars/Olympus\"").is_err());
    assert_eq!(serde_json::to_string(&Zone::utc()).unwrap(), "\"UTC\"");
}

#[cfg(not(feature = "tzdb"))]
#[test]
fn without_the_table_the_error_says_so() {
    let error = Zone::named("Europe/Madrid").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownZone);
    assert!(error.message().contains("feature tzdb"), "{error}");
}

#[test]
fn a_host_table_is_checked() {
    let (a, b) = (ts("2025-03-30T01:00:00Z"), ts("2025-10-26T01:00:00Z"));
    let zone = Zone::from_transitions("Europe/Madrid", 3600, &[(a, 7200), (b, 3600)]).unwrap();
    assert_eq!(zone.database(), "host");
    let just_before = Timestamp::from_micros(a.micros() - 1).unwrap();
    let offsets = [just_before, a, b, Timestamp::MIN, Timestamp::MAX].map(|t| zone.offset_at(t));
    assert_eq!(offsets, [3600, 7200, 3600, 3600, 3600]);

    for transitions in [[(b, 3600), (a, 7200)], [(a, 3600), (a, 7200)]] {
        let error = Zone::from_transitions("x", 0, &transitions).unwrap_err();
        assert_eq!(
            (error.kind(), error.row()),
            (ErrorKind::InvalidValue, Some(1))
        );
    }
    let error = Zone::from_transitions("x", 0, &[(a, 86_400)]).unwrap_err();
    assert_eq!(
        (error.kind(), error.row()),
        (ErrorKind::OutOfRange, Some(0))
    );
    assert_eq!(
        kind(Zone::from_transitions("x", 86_400, &[])),
        ErrorKind::OutOfRange
    );
}

#[test]
fn a_day_starts_at_its_first_instant() {
    for (zone, day, start) in [
        (havana(), "2025-11-02", "2025-11-02T04:00:00Z"),
        (havana(), "2025-11-03", "2025-11-03T05:00:00Z"),
        (apia(), "2011-12-29", "2011-12-29T10:00:00Z"),
        (apia(), "2011-12-30", "2011-12-30T10:00:00Z"),
        (apia(), "2011-12-31", "2011-12-30T10:00:00Z"),
        (apia(), "2012-01-01", "2011-12-31T10:00:00Z"),
        (st_johns(), "2006-10-29", "2006-10-29T02:30:00Z"),
        (st_johns(), "2006-10-30", "2006-10-30T03:30:00Z"),
    ] {
        assert_eq!(
            zone.start_of_day(date(day)),
            ts(start),
            "{} {day}",
            zone.name()
        );
    }
    assert_eq!(
        Zone::utc().start_of_day(NaiveDate::MAX),
        Timestamp::MAX,
        "beyond the range"
    );
    assert_eq!(havana().start_of_day(NaiveDate::MIN), Timestamp::MIN);
    assert_eq!(
        Zone::fixed(-3600).unwrap().date_of(Timestamp::MIN),
        date("0000-12-31")
    );
}

#[test]
fn a_local_time_in_a_gap_or_fold_is_its_first_instant() {
    let at = |text, zone: &Zone| Timestamp::parse(text, zone).unwrap().to_string();
    assert_eq!(at("2025-11-02 00:30", &havana()), "2025-11-02T04:30:00Z");
    assert_eq!(at("2025-11-02 01:00", &havana()), "2025-11-02T06:00:00Z");
    assert_eq!(at("2011-12-30 12:00", &apia()), "2011-12-30T10:00:00Z");
    assert_eq!(at("2011-12-30", &apia()), "2011-12-30T10:00:00Z");
}

#[test]
fn periods_are_read_and_named() {
    for (text, start, end) in [
        ("2025", "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("0001", "0001-01-01T00:00:00Z", "0002-01-01T00:00:00Z"),
        ("2025-Q1", "2025-01-01T00:00:00Z", "2025-04-01T00:00:00Z"),
        ("2025-Q4", "2025-10-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("2025-07", "2025-07-01T00:00:00Z", "2025-08-01T00:00:00Z"),
        ("2025-12", "2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("2025-W01", "2024-12-30T00:00:00Z", "2025-01-06T00:00:00Z"),
        ("2026-W01", "2025-12-29T00:00:00Z", "2026-01-05T00:00:00Z"),
        ("2026-W53", "2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z"),
        ("2025-07-04", "2025-07-04T00:00:00Z", "2025-07-05T00:00:00Z"),
        ("2024-02-29", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"),
        (
            "2025-07-01..2025-10-01",
            "2025-07-01T00:00:00Z",
            "2025-10-01T00:00:00Z",
        ),
        (
            "30 days to 2025-07-30",
            "2025-07-01T00:00:00Z",
            "2025-07-31T00:00:00Z",
        ),
        (
            "week of 2025-08-03",
            "2025-08-03T00:00:00Z",
            "2025-08-10T00:00:00Z",
        ),
        (
            "2025-07-01T10:00:00Z..2025-07-01T10:00:00.000001Z",
            "2025-07-01T10:00:00Z",
            "2025-07-01T10:00:00.000001Z",
        ),
    ] {
        let period = utc(text);
        assert_eq!(span(&period), pair(start, end), "{text}");
        assert_eq!(period.label(), text);
        assert_eq!(round_trip(&period), period, "{text}");
    }
}

#[test]
fn constructors_agree_with_labels() {
    let zone = &Zone::utc();
    for (built, label) in [
        (Period::year(2025, zone), "2025"),
        (Period::quarter(2025, 3, zone), "2025-Q3"),
        (Period::month(2025, 7, zone), "2025-07"),
        (Period::week(2025, 31, zone), "2025-W31"),
        (
            Period::week_of(date("2025-08-03"), WeekStart::Monday, zone),
            "2025-W31",
        ),
        (
            Period::week_of(date("2025-08-09"), WeekStart::Sunday, zone),
            "week of 2025-08-03",
        ),
        (Period::day(date("2025-07-04"), zone), "2025-07-04"),
        (
            Period::between(date("2025-07-01"), date("2025-10-01"), zone),
            "2025-07-01..2025-10-01",
        ),
        (
            Period::rolling(30, date("2025-07-30"), zone),
            "30 days to 2025-07-30",
        ),
    ] {
        assert_eq!(built.unwrap(), utc(label));
    }
}

#[test]
fn texts_that_are_no_periods_are_refused() {
    use ErrorKind::{EndBeforeStart, InvalidPeriod, OutOfRange};
    for (text, expected) in [
        ("", InvalidPeriod),
        ("last month", InvalidPeriod),
        ("25", InvalidPeriod),
        ("20255", InvalidPeriod),
        ("0000", InvalidPeriod),
        ("2025-", InvalidPeriod),
        ("2025-7", InvalidPeriod),
        ("2025-00", InvalidPeriod),
        ("2025-13", InvalidPeriod),
        ("2025-Q0", InvalidPeriod),
        ("2025-Q5", InvalidPeriod),
        ("2025-q3", InvalidPeriod),
        ("2025-Q10", InvalidPeriod),
        ("2025-W00", InvalidPeriod),
        ("2025-W1", InvalidPeriod),
        ("2025-W53", InvalidPeriod),
        ("2026-W54", InvalidPeriod),
        ("2025-02-30", InvalidPeriod),
        ("2025-02-29", InvalidPeriod),
        ("2025-07-01..", InvalidPeriod),
        ("..2025-07-01", InvalidPeriod),
        ("2025-07-01..2025-02-30", InvalidPeriod),
        ("2025-07-01...2025-08-01", InvalidPeriod),
        ("2025-07..2025-08", InvalidPeriod),
        ("week of 2025-08-04", InvalidPeriod),
        ("week of 2025-08-32", InvalidPeriod),
        ("x days to 2025-08-04", InvalidPeriod),
        (" days to 2025-08-04", InvalidPeriod),
        ("99999999999 days to 2025-08-04", InvalidPeriod),
        ("0 days to 2025-08-04", EndBeforeStart),
        ("2025-07-01..2025-07-01", EndBeforeStart),
        ("2025-07-02..2025-07-01", EndBeforeStart),
        ("2025-07-01T00:00:00Z..2025-07-01T00:00:00Z", EndBeforeStart),
        ("9999", OutOfRange),
        ("800000 days to 2025-08-04", OutOfRange),
        ("4294967295 days to 2025-08-04", OutOfRange),
    ] {
        let parsed = Period::parse(text, &Zone::utc());
        assert_eq!(kind(parsed), expected, "{text}");
    }
    let error = Period::parse("2025-W53", &Zone::utc()).unwrap_err();
    assert_eq!(error.message(), "there is no ISO week 53 of 2025");
}

#[test]
fn hostile_numbers_are_refused() {
    let zone = &Zone::utc();
    for (case, result) in [
        Period::year(i32::MAX, zone),
        Period::year(0, zone),
        Period::year(10_000, zone),
        Period::quarter(2025, u32::MAX, zone),
        Period::quarter(2025, 0, zone),
        Period::month(i32::MIN, 1, zone),
        Period::month(2025, u32::MAX, zone),
        Period::week(i32::MIN, 1, zone),
        Period::week(2025, u32::MAX, zone),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(kind(result), ErrorKind::InvalidPeriod, "{case}");
    }
    for (case, result) in [
        Period::day(NaiveDate::MAX, zone),
        Period::day(NaiveDate::MIN, zone),
        Period::week_of(NaiveDate::MIN, WeekStart::Monday, zone),
        Period::between(NaiveDate::MIN, NaiveDate::MAX, zone),
        Period::rolling(1, NaiveDate::MAX, zone),
        Period::rolling(u32::MAX, NaiveDate::MIN, zone),
        utc("0001").previous(),
        utc("0001-02-01..0001-03-01").same_last_year(),
        utc("0001-W01").same_last_year(),
        utc("0001-01-01T00:00:00Z..0001-01-02T00:00:00Z").previous(),
        utc("0001-01-01T00:00:00Z..0001-01-02T00:00:00Z").same_last_year(),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(kind(result), ErrorKind::OutOfRange, "{case}");
    }
    for days in [i64::MIN, i64::MAX, 200_000_000] {
        assert_eq!(
            kind(add_days(date("2025-01-01"), days)),
            ErrorKind::OutOfRange
        );
    }
    assert_eq!(
        add_days(date("2025-01-01"), -1).unwrap(),
        date("2024-12-31")
    );
}

#[test]
fn a_period_is_half_open_and_complete_by_its_last_instant() {
    let period = utc("2025-07");
    let last = Timestamp::from_micros(period.end().micros() - 1).unwrap();
    let before_last = Timestamp::from_micros(period.end().micros() - 2).unwrap();
    assert!(period.contains(period.start()) && period.contains(last));
    assert!(!period.contains(period.end()));
    assert!(!period.contains(ts("2025-06-30T23:59:59.999999Z")));
    assert!(period.is_complete(period.end()) && period.is_complete(last));
    assert!(!period.is_complete(before_last));
}

#[test]
fn the_previous_period_is_of_the_same_kind() {
    for (text, previous) in [
        ("2025", "2024"),
        ("2025-Q1", "2024-Q4"),
        ("2025-03", "2025-02"),
        ("2025-01", "2024-12"),
        ("2027-W01", "2026-W53"),
        ("2025-W01", "2024-W52"),
        ("week of 2025-03-02", "week of 2025-02-23"),
        ("2024-03-01", "2024-02-29"),
        ("2025-07-01..2025-10-01", "2025-03-31..2025-07-01"),
        ("30 days to 2025-07-30", "30 days to 2025-06-30"),
        (
            "2025-07-01T10:00:00Z..2025-07-01T12:00:00Z",
            "2025-07-01T08:00:00Z..2025-07-01T10:00:00Z",
        ),
    ] {
        let (period, expected) = (utc(text), utc(previous));
        assert_eq!(period.previous().unwrap(), expected, "{text}");
        assert_eq!(expected.end(), period.start(), "{text}");
    }
}

#[test]
fn the_same_period_last_year_follows_the_calendar() {
    for (text, last_year) in [
        ("2025", "2024"),
        ("2025-Q1", "2024-Q1"),
        ("2025-02", "2024-02"),
        ("2024-02-29", "2023-02-28"),
        ("2025-02-28", "2024-02-28"),
        ("2025-W31", "2024-W31"),
        // The week-year 2026 has 53 weeks.
        ("2026-W53", "2026-W01"),
        ("2027-W01", "2026-W02"),
        ("week of 2025-08-03", "week of 2024-08-04"),
        ("2025-02-01..2025-03-01", "2024-02-01..2024-03-01"),
        ("2024-02-29..2024-03-01", "2023-02-28..2023-03-01"),
        ("2024-02-28..2024-02-29", "2023-02-28..2023-03-01"),
        ("2025-01-10..2025-02-10", "2024-01-10..2024-02-10"),
        ("2025-03-01..2025-03-29", "2024-03-01..2024-03-29"),
        ("30 days to 2024-02-29", "30 days to 2023-02-28"),
        ("30 days to 2025-07-30", "30 days to 2024-07-30"),
        (
            "2024-02-29T10:00:00Z..2024-03-01T10:00:00Z",
            "2023-02-28T10:00:00Z..2023-03-01T10:00:00Z",
        ),
    ] {
        assert_eq!(
            utc(text).same_last_year().unwrap(),
            utc(last_year),
            "{text}"
        );
    }
    let vanishing = utc("2024-02-28T10:00:00Z..2024-02-29T10:00:00Z");
    assert_eq!(kind(vanishing.same_last_year()), ErrorKind::EndBeforeStart);
}

#[test]
fn a_skipped_day_is_no_period_and_no_bucket() {
    let zone = apia();
    assert_eq!(
        kind(Period::day(date("2011-12-30"), &zone)),
        ErrorKind::EndBeforeStart
    );
    let after = Period::day(date("2011-12-31"), &zone).unwrap();
    assert_eq!(after.previous().unwrap().label(), "2011-12-29");
    let week = Period::parse("2011-W52", &zone).unwrap();
    let days = week.buckets(Grain::Day, WeekStart::Monday).unwrap();
    assert_eq!(
        labels(&days),
        [
            "2011-12-26",
            "2011-12-27",
            "2011-12-28",
            "2011-12-29",
            "2011-12-31",
            "2012-01-01"
        ]
    );
    assert!(days.iter().all(|day| !day.clipped));
    let windows: Vec<_> = week.trailing(2).unwrap().iter().map(span).collect();
    assert_eq!(windows.len(), 6);
    assert_eq!(
        windows[4],
        // The two local days to the 31st, of which one never was.
        pair("2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z")
    );
}

#[test]
fn buckets_hold_where_a_midnight_comes_twice() {
    let zone = st_johns();
    let days = Period::parse("2006-10-28..2006-10-31", &zone)
        .unwrap()
        .buckets(Grain::Day, WeekStart::Monday)
        .unwrap();
    let hours: Vec<i64> = edges(&days)
        .windows(2)
        .map(|edge| (edge[1] - edge[0]) / 3_600_000_000)
        .collect();
    assert_eq!(hours, [24, 25, 24]);
    // Saturday's clock again, after Sunday's first midnight.
    let (start, end) = (ts("2006-10-29T02:45:00Z"), ts("2006-10-29T03:45:00Z"));
    let period = Period::instants(start, end, &zone).unwrap();
    let days = period.buckets(Grain::Day, WeekStart::Monday).unwrap();
    assert_eq!(labels(&days), ["2006-10-29"]);
    assert_eq!(edges(&days), [start.micros(), end.micros()]);
}

#[test]
fn iso_weeks_belong_to_their_own_year() {
    for (day, week) in [
        ("2024-12-30", "2025-W01"),
        ("2026-12-31", "2026-W53"),
        ("2027-01-03", "2026-W53"),
        ("2027-01-04", "2027-W01"),
        ("2025-12-29", "2026-W01"),
        ("2021-01-03", "2020-W53"),
    ] {
        let weeks = utc(day).buckets(Grain::Week, WeekStart::Monday).unwrap();
        assert_eq!(labels(&weeks), [week], "{day}");
        assert!(weeks[0].clipped);
        let whole = Period::week_of(date(day), WeekStart::Monday, &Zone::utc()).unwrap();
        assert_eq!(whole.label(), week);
    }
}

#[test]
fn weeks_are_clipped_by_a_quarter() {
    let quarter = utc("2025-Q3");
    let weeks = quarter.buckets(Grain::Week, WeekStart::Monday).unwrap();
    assert_eq!(weeks.len(), 14);
    assert_eq!(
        (weeks[0].label.as_str(), weeks[13].label.as_str()),
        ("2025-W27", "2025-W40")
    );
    assert_eq!(weeks[0].period, utc("2025-07-01..2025-07-07"));
    assert_eq!(weeks[1].period, utc("2025-W28"));
    assert_eq!(weeks[13].period, utc("2025-09-29..2025-10-01"));
    let clipped: Vec<usize> = (0..14).filter(|&week| weeks[week].clipped).collect();
    assert_eq!(clipped, [0, 13]);

    let weeks = quarter.buckets(Grain::Week, WeekStart::Sunday).unwrap();
    assert_eq!(
        (weeks[0].label.as_str(), weeks[5].label.as_str()),
        ("2025-06-29", "2025-08-03")
    );
    assert_eq!(weeks[5].period, utc("week of 2025-08-03"));
    assert_eq!(weeks.last().unwrap().label, "2025-09-28");
}

#[test]
fn buckets_of_every_grain() {
    let year = utc("2024");
    let cut = |grain| year.buckets(grain, WeekStart::Monday).unwrap();
    for (grain, count, first, last) in [
        (Grain::Day, 366, "2024-01-01", "2024-12-31"),
        (Grain::Week, 53, "2024-W01", "2025-W01"),
        (Grain::Month, 12, "2024-01", "2024-12"),
        (Grain::Quarter, 4, "2024-Q1", "2024-Q4"),
        (Grain::Year, 1, "2024", "2024"),
    ] {
        let buckets = cut(grain);
        assert_eq!(buckets.len(), count, "{grain}");
        assert_eq!(buckets[0].label, first);
        assert_eq!(buckets[count - 1].label, last);
    }
    assert_eq!(cut(Grain::Year)[0].period, year);
    assert_eq!(cut(Grain::Month)[1].period, utc("2024-02"));
    let hours = utc("2025-07-04T22:00:00Z..2025-07-05T02:00:00Z");
    let days = hours.buckets(Grain::Day, WeekStart::Monday).unwrap();
    assert_eq!(labels(&days), ["2025-07-04", "2025-07-05"]);
    assert_eq!(
        days[0].period,
        utc("2025-07-04T22:00:00Z..2025-07-05T00:00:00Z")
    );
    assert!(days[0].clipped && days[1].clipped);
    assert!(edges(&[]).is_empty());
}

#[test]
fn the_edges_of_time_are_clipped() {
    let zone = &Zone::utc();
    let all = Period::instants(Timestamp::MIN, Timestamp::MAX, zone).unwrap();
    let years = all.buckets(Grain::Year, WeekStart::Monday).unwrap();
    assert_eq!(years.len(), 9999);
    assert!(!years[0].clipped && years[9998].clipped);
    assert_eq!(
        kind(all.buckets(Grain::Day, WeekStart::Monday)),
        ErrorKind::OutOfRange
    );
    assert_eq!(kind(all.trailing(1)), ErrorKind::OutOfRange);
    assert_eq!(round_trip(&all), all);
    let first = Period::day(date("0001-01-01"), zone).unwrap();
    let week = first.buckets(Grain::Week, WeekStart::Sunday).unwrap();
    assert_eq!(labels(&week), ["0000-12-31"]);
    assert!(week[0].clipped);
    let last = Period::instants(ts("9999-12-31T12:00:00Z"), Timestamp::MAX, zone).unwrap();
    assert!(last.trailing(1).unwrap().is_empty());
}

#[test]
fn the_number_of_buckets_is_bounded() {
    let first = date("1800-01-01");
    let days = |count| {
        let end = add_days(first, count).unwrap();
        Period::between(first, end, &Zone::utc()).unwrap()
    };
    let most = days(100_000);
    let cut = most.buckets(Grain::Day, WeekStart::Monday).unwrap();
    assert_eq!(cut.len(), 100_000);
    assert_eq!(most.trailing(1).unwrap().len(), 100_000);
    let more = days(100_001);
    assert_eq!(
        kind(more.buckets(Grain::Day, WeekStart::Monday)),
        ErrorKind::OutOfRange
    );
    assert_eq!(kind(more.trailing(1)), ErrorKind::OutOfRange);
}

#[test]
fn trailing_windows_end_with_each_day() {
    let windows = utc("2025-03").trailing(30).unwrap();
    assert_eq!(windows.len(), 31);
    assert_eq!(
        span(&windows[0]),
        pair("2025-01-31T00:00:00Z", "2025-03-02T00:00:00Z")
    );
    assert_eq!(windows[30], utc("30 days to 2025-03-31"));
    let part = utc("2025-07-04T12:00:00Z..2025-07-06T12:00:00Z");
    let last: Vec<_> = part
        .trailing(1)
        .unwrap()
        .iter()
        .map(Period::label)
        .collect();
    assert_eq!(last, ["1 days to 2025-07-04", "1 days to 2025-07-05"]);
    assert_eq!(kind(part.trailing(0)), ErrorKind::EndBeforeStart);
    assert_eq!(kind(part.trailing(u32::MAX)), ErrorKind::OutOfRange);
}

#[test]
fn a_period_serialises_in_local_time() {
    let zone = Zone::fixed(7200).unwrap();
    let quarter = Period::quarter(2025, 3, &zone).unwrap();
    assert_eq!(
        serde_json::to_string(&quarter).unwrap(),
        r#"{"zone":"+02:00","label":"2025-Q3","start":"2025-07-01T00:00:00+02:00","end":"2025-10-01T00:00:00+02:00"}"#
    );
    // An offset of seconds has no place in RFC 3339.
    let mean_time = Zone::fixed(-884).unwrap();
    let year = Period::year(1900, &mean_time).unwrap();
    let json = serde_json::to_string(&year).unwrap();
    assert!(json.contains(r#""start":"1900-01-01T00:14:44Z""#), "{json}");
    assert_eq!(round_trip(&year), year);
    let west = Period::instants(ts("2025-01-01T00:00:00Z"), Timestamp::MAX, &zone).unwrap();
    assert_eq!(round_trip(&west), west);
}

#[test]
fn instants_win_over_a_label() {
    let read = |label: &str, end: &str| {
        let start = "2025-07-01T00:00:00Z";
        serde_json::from_value::<Period>(
            serde_json::json!({"label": label, "start": start, "end": end, "zone": "UTC"}),
        )
    };
    assert_eq!(
        read("2025-Q3", "2025-10-01T00:00:00Z").unwrap(),
        utc("2025-Q3")
    );
    for label in ["2025-Q2", "the summer"] {
        assert_eq!(
            read(label, "2025-10-01T00:00:00Z").unwrap().label(),
            "2025-07-01T00:00:00Z..2025-10-01T00:00:00Z"
        );
    }
    assert!(read("2025-Q3", "2025-07-01T00:00:00Z").is_err());
    assert!(read("2025-Q3", "2025-10-01").is_err());
}

#[test]
fn buckets_serialise() {
    let weeks = utc("2025-07")
        .buckets(Grain::Week, WeekStart::Sunday)
        .unwrap();
    let json = serde_json::to_string(&weeks).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Bucket>>(&json).unwrap(), weeks);
}

#[test]
fn grains_and_week_starts_have_names() {
    for grain in Grain::ALL {
        assert_eq!(Grain::parse(grain.as_str()), Ok(grain));
        assert_eq!(
            serde_json::to_value(grain).unwrap(),
            serde_json::json!(grain.as_str())
        );
    }
    for start in WeekStart::ALL {
        assert_eq!(WeekStart::parse(start.as_str()), Ok(start));
        assert_eq!(
            serde_json::to_value(start).unwrap(),
            serde_json::json!(start.as_str())
        );
    }
    assert_eq!(Grain::ALL.map(Grain::as_str)[1], "week");
    assert_eq!(WeekStart::default(), WeekStart::Monday);
    let error = Grain::parse("Week").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownName);
    assert!(error.message().contains("day, week, month, quarter, year"));
    assert_eq!(kind(WeekStart::parse("saturday")), ErrorKind::UnknownName);
}

/// Zones by name, from the bundled table.
#[cfg(feature = "tzdb")]
mod named {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::named(name).unwrap()
    }

    #[test]
    fn days_start_where_zoneinfo_says() {
        for (name, day, start) in [
            ("Europe/Madrid", "2025-03-30", "2025-03-29T23:00:00Z"),
            ("Europe/Madrid", "2025-03-31", "2025-03-30T22:00:00Z"),
            ("Europe/Madrid", "2025-10-26", "2025-10-25T22:00:00Z"),
            ("Europe/Madrid", "2025-10-27", "2025-10-26T23:00:00Z"),
            ("Europe/Madrid", "1900-01-01", "1900-01-01T00:14:44Z"),
            ("Europe/Madrid", "2098-07-01", "2098-06-30T22:00:00Z"),
            ("America/New_York", "2025-03-09", "2025-03-09T05:00:00Z"),
            ("America/New_York", "2025-03-10", "2025-03-10T04:00:00Z"),
            ("America/New_York", "2025-11-02", "2025-11-02T04:00:00Z"),
            ("America/New_York", "2025-11-03", "2025-11-03T05:00:00Z"),
            ("Pacific/Auckland", "2025-04-06", "2025-04-05T11:00:00Z"),
            ("Pacific/Auckland", "2025-04-07", "2025-04-06T12:00:00Z"),
            ("Pacific/Auckland", "2025-09-28", "2025-09-27T12:00:00Z"),
            ("Pacific/Auckland", "2025-09-29", "2025-09-28T11:00:00Z"),
            ("America/Havana", "2025-11-02", "2025-11-02T04:00:00Z"),
            ("America/Havana", "2025-11-03", "2025-11-03T05:00:00Z"),
            ("America/Sao_Paulo", "2018-02-17", "2018-02-17T02:00:00Z"),
            ("America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z"),
            ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"),
            ("America/Sao_Paulo", "2018-11-05", "2018-11-05T02:00:00Z"),
            ("Africa/Cairo", "2025-04-25", "2025-04-24T22:00:00Z"),
            ("Africa/Cairo", "2025-04-26", "2025-04-25T21:00:00Z"),
            ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z"),
            ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),
            ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"),
            ("Pacific/Apia", "2012-01-01", "2011-12-31T10:00:00Z"),
            ("America/St_Johns", "2006-10-28", "2006-10-28T02:30:00Z"),
            ("America/St_Johns", "2006-10-29", "2006-10-29T02:30:00Z"),
            ("America/St_Johns", "2006-10-30", "2006-10-30T03:30:00Z"),
            ("Asia/Kathmandu", "2025-01-01", "2024-12-31T18:15:00Z"),
        ] {
            assert_eq!(
                zone(name).start_of_day(date(day)).to_string(),
                start,
                "{name} {day}"
            );
        }
    }

    #[test]
    fn local_times_in_gaps_and_folds() {
        for (name, local, expected) in [
            ("Europe/Madrid", "2025-03-30 01:59", "2025-03-30T00:59:00Z"),
            ("Europe/Madrid", "2025-03-30 02:00", "2025-03-30T01:00:00Z"),
            ("Europe/Madrid", "2025-03-30 02:30", "2025-03-30T01:00:00Z"),
            ("Europe/Madrid", "2025-03-30 03:00", "2025-03-30T01:00:00Z"),
            ("Europe/Madrid", "2025-10-26 02:30", "2025-10-26T00:30:00Z"),
            (
                "America/New_York",
                "2025-03-09 02:30",
                "2025-03-09T07:00:00Z",
            ),
            (
                "America/New_York",
                "2025-11-02 01:30",
                "2025-11-02T05:30:00Z",
            ),
        ] {
            let instant = Timestamp::parse(local, &zone(name)).unwrap();
            assert_eq!(instant.to_string(), expected, "{name} {local}");
        }
    }

    #[test]
    fn weeks_with_a_change_of_clocks() {
        let madrid = &zone("Europe/Madrid");
        for (week, start, end, hours) in [
            (
                "2025-W13",
                "2025-03-23T23:00:00Z",
                "2025-03-30T22:00:00Z",
                167,
            ),
            (
                "2025-W43",
                "2025-10-19T22:00:00Z",
                "2025-10-26T23:00:00Z",
                169,
            ),
        ] {
            let period = Period::parse(week, madrid).unwrap();
            assert_eq!(span(&period), pair(start, end));
            let length = period.end().micros() - period.start().micros();
            assert_eq!(length, hours * 3_600_000_000);
            assert_eq!(round_trip(&period), period);
        }
        let new_york = &zone("America/New_York");
        let sundays = Period::parse("2025-11", new_york)
            .unwrap()
            .buckets(Grain::Week, WeekStart::Sunday)
            .unwrap();
        assert_eq!(sundays[1].label, "2025-11-02");
        assert_eq!(
            span(&sundays[1].period),
            pair("2025-11-02T04:00:00Z", "2025-11-09T05:00:00Z")
        );
    }

    #[test]
    fn a_zone_knows_its_name_and_table() {
        let madrid = zone("Europe/Madrid");
        assert_eq!(madrid.name(), "Europe/Madrid");
        assert_eq!(
            madrid.database(),
            format!("IANA {}", chrono_tz::IANA_TZDB_VERSION)
        );
        assert_eq!(
            madrid.date_of(ts("2025-06-30T22:00:00Z")),
            date("2025-07-01")
        );
        assert_eq!(
            madrid.date_of(ts("2025-06-30T21:59:59Z")),
            date("2025-06-30")
        );
        assert_eq!(serde_json::to_string(&madrid).unwrap(), "\"Europe/Madrid\"");
        assert_ne!(zone("Europe/Paris"), madrid);
        // Local mean time before 1901 and standard time after the table's end.
        assert_eq!(madrid.offset_at(Timestamp::MIN), -884);
        assert_eq!(madrid.offset_at(ts("2099-07-01T00:00:00Z")), 7200);
        assert_eq!(madrid.offset_at(ts("2100-07-01T00:00:00Z")), 3600);
        assert_eq!(madrid.offset_at(Timestamp::MAX), 3600);
        assert_eq!(madrid.start_of_day(NaiveDate::MAX), Timestamp::MAX);
        assert_eq!(madrid.start_of_day(NaiveDate::MIN), Timestamp::MIN);
    }

    #[test]
    fn a_period_across_a_change_of_clocks_serialises_with_both_offsets() {
        let quarter = Period::parse("2025-Q4", &zone("Europe/Madrid")).unwrap();
        assert_eq!(
            serde_json::to_string(&quarter).unwrap(),
            r#"{"zone":"Europe/Madrid","label":"2025-Q4","start":"2025-10-01T00:00:00+02:00","end":"2026-01-01T00:00:00+01:00"}"#
        );
        let old = Period::year(1900, &zone("Europe/Madrid")).unwrap();
        assert_eq!(round_trip(&old), old);
    }

    #[test]
    fn last_year_is_by_the_local_clock() {
        let madrid = &zone("Europe/Madrid");
        // 29 March 2026 has 23 hours there and 29 March 2025 has 24.
        let day = Period::parse("2026-03-29", madrid).unwrap();
        assert_eq!(
            span(&day.same_last_year().unwrap()),
            pair("2025-03-28T23:00:00Z", "2025-03-29T23:00:00Z")
        );
        let instants = Period::parse(
            "2026-03-29T00:00:00+01:00..2026-03-30T00:00:00+02:00",
            madrid,
        )
        .unwrap();
        assert_eq!(
            span(&instants.same_last_year().unwrap()),
            pair("2025-03-28T23:00:00Z", "2025-03-29T23:00:00Z")
        );
    }
}

fn any_zone() -> impl Strategy<Value = Zone> {
    let tables = prop_oneof![Just(apia()), Just(havana()), Just(st_johns())];
    let fixed = (-50_000..50_000).prop_map(|offset| Zone::fixed(offset).unwrap());
    let instant = 1_100_000_000..1_800_000_000_i64;
    // Clocks gone wild: changes of up to two days, close together.
    let wild = (
        -86_399..86_400,
        prop::collection::btree_map(instant, -86_399..86_400, 0..40),
    )
        .prop_map(|(initial, table)| {
            let table: Vec<_> = table
                .into_iter()
                .map(|(seconds, offset)| {
                    (Timestamp::from_micros(seconds * 1_000_000).unwrap(), offset)
                })
                .collect();
            Zone::from_transitions("wild", initial, &table).unwrap()
        });
    #[cfg(feature = "tzdb")]
    {
        let variants = prop::sample::select(chrono_tz::TZ_VARIANTS.to_vec());
        let named = variants.prop_map(|tz| Zone::named(tz.name()).unwrap());
        prop_oneof![tables, fixed, wild, named]
    }
    #[cfg(not(feature = "tzdb"))]
    prop_oneof![tables, fixed, wild]
}

fn any_period() -> impl Strategy<Value = Period> {
    // 2004 to 2027, for up to three years.
    let start = 1_100_000_000_000_000..1_800_000_000_000_000_i64;
    (start, 1..100_000_000_000_000_i64, any_zone(), any::<bool>()).prop_filter_map(
        "empty",
        |(start, length, zone, days)| {
            let start = Timestamp::from_micros(start).unwrap();
            let end = Timestamp::from_micros(start.micros() + length).unwrap();
            if days {
                Period::between(zone.date_of(start), zone.date_of(end), &zone).ok()
            } else {
                Period::instants(start, end, &zone).ok()
            }
        },
    )
}

fn any_grain() -> impl Strategy<Value = Grain> {
    prop::sample::select(Grain::ALL.to_vec())
}

fn any_week_start() -> impl Strategy<Value = WeekStart> {
    prop::sample::select(WeekStart::ALL.to_vec())
}

proptest! {
    #[test]
    fn buckets_are_a_partition(
        period in any_period(),
        grain in any_grain(),
        week_start in any_week_start(),
    ) {
        let buckets = period.buckets(grain, week_start).unwrap();
        let edges = edges(&buckets);
        prop_assert_eq!(edges.len(), buckets.len() + 1);
        prop_assert_eq!(edges.first(), Some(&period.start().micros()));
        prop_assert_eq!(edges.last(), Some(&period.end().micros()));
        prop_assert!(edges.is_sorted_by(|a, b| a < b));
        for (bucket, edge) in buckets.iter().zip(&edges) {
            prop_assert_eq!(bucket.period.start().micros(), *edge);
        }
        // Only the edges of the period cut.
        for bucket in buckets.iter().skip(1).rev().skip(1) {
            prop_assert!(!bucket.clipped);
        }
        let mut names = labels(&buckets);
        names.dedup();
        prop_assert_eq!(names.len(), buckets.len());
    }

    #[test]
    fn windows_end_in_the_period(period in any_period(), days in 1..400_u32) {
        let days_in = period.buckets(Grain::Day, WeekStart::Monday).unwrap();
        let windows = period.trailing(days).unwrap();
        let ends: Vec<_> = windows.iter().map(Period::end).collect();
        prop_assert!(ends.is_sorted_by(|a, b| a < b));
        // Each day's end but that of a last day cut short.
        let mut expected: Vec<_> = days_in.iter().map(|day| day.period.end()).collect();
        if ends.len() < expected.len() {
            prop_assert!(days_in.last().unwrap().clipped);
            expected.pop();
        }
        prop_assert_eq!(ends, expected);
    }

    #[test]
    fn the_start_of_a_day_is_its_first_instant(
        zone in any_zone(),
        day in 12_000..21_000_i64,
    ) {
        let day = add_days(date("1970-01-01"), day).unwrap();
        let start = zone.start_of_day(day);
        prop_assert!(zone.date_of(start) >= day);
        // At every minute of the two days before, the clocks are short of it.
        for minute in 0..2880 {
            let earlier = Timestamp::from_micros(start.micros() - 1 - minute * 60_000_000).unwrap();
            prop_assert!(zone.date_of(earlier) < day);
        }
    }

    #[test]
    fn periods_are_read_back(
        start in "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        period in any_period(),
        grain in any_grain(),
        week_start in any_week_start(),
    ) {
        // Host tables have no name that is known elsewhere.
        if Zone::named(period.zone().name()).as_ref() == Ok(period.zone()) {
            prop_assert_eq!(&round_trip(&period), &period);
            for bucket in period.buckets(grain, week_start).unwrap() {
                prop_assert_eq!(round_trip(&bucket.period), bucket.period);
            }
        }
        if let Ok(day) = Period::parse(&start, &Zone::utc()) {
            prop_assert_eq!(day.label(), start);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), tail in "[0-9TZQW:.+ -]{0,24}") {
        for text in [&text, &tail, &format!("2025-{tail}"), &format!("2025-01-01{tail}")] {
            if let Ok(instant) = Timestamp::parse(text, &havana()) {
                prop_assert_eq!(Timestamp::parse(&instant.to_string(), &Zone::utc()), Ok(instant));
            }
            if let Ok(period) = Period::parse(text, &havana()) {
                prop_assert_eq!(Period::parse(&period.label(), &havana()), Ok(period));
            }
        }
    }

    #[test]
    fn timestamps_display_as_they_are_read(
        micros in Timestamp::MIN.micros()..=Timestamp::MAX.micros(),
    ) {
        let instant = Timestamp::from_micros(micros).unwrap();
        prop_assert_eq!(ts(&instant.to_string()), instant);
        let chrono: DateTime<Utc> = instant.into();
        prop_assert_eq!(Timestamp::try_from(chrono), Ok(instant));
        let fraction = if micros % 1_000_000 == 0 { "" } else { "%.6f" };
        let format = format!("%Y-%m-%dT%H:%M:%S{fraction}Z");
        prop_assert_eq!(instant.to_string(), chrono.format(&format).to_string());
        let whole = Timestamp::from_micros(micros - micros.rem_euclid(1_000_000)).unwrap();
        let second = chrono.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        prop_assert_eq!(whole.to_string(), second);
    }
}

/// The edges of contiguous buckets in microseconds: one more than there are
/// buckets, none when there are none.
fn edges(buckets: &[Bucket]) -> Vec<i64> {
    let first = buckets.first().map(|bucket| bucket.period.start());
    let ends = buckets.iter().map(|bucket| bucket.period.end());
    first
        .into_iter()
        .chain(ends)
        .map(Timestamp::micros)
        .collect()
}

#[test]
fn what_is_not_understood_is_quoted() {
    let said = |text: &str| Timestamp::parse_rfc3339(text).unwrap_err().to_string();
    let long = "ü".repeat(61);
    assert!(
        said("no \"time\"").contains(r#""no \"time\"""#),
        "{}",
        said("no \"time\"")
    );
    let cut = format!("{:?}…", "ü".repeat(60));
    assert!(said(&long).contains(&cut), "{}", said(&long));
    assert!(!said(&"ü".repeat(60)).contains('…'));
}

#[test]
fn a_grain_says_its_name() {
    let all = [
        Grain::Day,
        Grain::Week,
        Grain::Month,
        Grain::Quarter,
        Grain::Year,
    ];
    let said = all.map(|grain| grain.to_string());
    assert_eq!(said, ["day", "week", "month", "quarter", "year"]);
    let said = [WeekStart::Monday, WeekStart::Sunday].map(|start| start.to_string());
    assert_eq!(said, ["monday", "sunday"]);
}
