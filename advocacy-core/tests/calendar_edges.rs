//! Days, weeks and months through the query engine: a share a microsecond
//! before an edge and one on it land in different buckets, in zones with and
//! without changes of the clock.
//!
//! The instants are the local midnights of the tz database as Python's
//! `zoneinfo` gives them, not the library's own.

#![cfg(feature = "tzdb")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails loudly, its helpers too"
)]

use advocacy_core::{
    Advocate, Baseline, Dimension, KeyValue, Measure, Metric, Network, Note, Number, Period,
    Program, Row, Rows, Share, Table, Timestamp, WeekStart, Zone,
};

fn utc(text: &str) -> Timestamp {
    Timestamp::parse(text, &Zone::utc()).unwrap()
}

/// After all that happens here: every period is complete.
fn later() -> Timestamp {
    utc("2030-01-01")
}

fn micros_before(instant: Timestamp, micros: i64) -> Timestamp {
    Timestamp::from_micros(instant.micros() - micros).unwrap()
}

/// A programme of one advocate who shared at these instants.
fn shared_at(instants: &[Timestamp]) -> Rows {
    let network = Network::new("linkedin").unwrap();
    let share = |&at: &Timestamp| Share::new("ana", network.clone(), at);
    Rows {
        advocates: vec![Advocate::new("ana")],
        shares: instants.iter().map(share).collect(),
        ..Rows::default()
    }
}

fn shares(rows: &Rows, period: &Period, by: Dimension, weeks: WeekStart) -> Table {
    let program = Program::from_rows(rows).unwrap();
    program
        .measure([Metric::Shares])
        .by([by])
        .over(period.clone())
        .weeks_from(weeks)
        .as_of(later())
        .table()
        .unwrap()
}

fn count(measure: &Measure) -> u64 {
    match measure.number() {
        Some(Number::Count(count)) => count,
        other => panic!("{other:?} is not a count"),
    }
}

/// Labels and values of a table of one time dimension.
fn series(table: &Table) -> Vec<(String, u64)> {
    let value = |row: &Row| count(&row.measures[0]);
    table
        .rows
        .iter()
        .map(|row| (row.key[0].to_string(), value(row)))
        .collect()
}

/// The edges of a row's bucket.
fn edges(table: &Table, label: &str) -> (Timestamp, Timestamp) {
    let bucket = table.rows.iter().find_map(|row| match &row.key[0] {
        KeyValue::Bucket(bucket) if bucket.label == label => Some(bucket),
        _ => None,
    });
    let bucket = bucket.unwrap_or_else(|| panic!("no row {label}"));
    (bucket.period.start(), bucket.period.end())
}

/// What is tried at every edge: shares one microsecond before the start, on
/// it, one microsecond before the end and on it. The bucket has exactly the
/// middle two; with the total, nothing is lost or counted twice.
#[track_caller]
fn check(zone: &str, by: Dimension, weeks: WeekStart, label: &str, start: &str, end: &str) {
    let zone = Zone::named(zone).unwrap();
    let (start, end) = (utc(start), utc(end));
    let instants = [micros_before(start, 1), start, micros_before(end, 1), end];
    let rows = shared_at(&instants);
    // The calendar year around the bucket and a month to either side.
    let period = Period::parse("2024-12-01..2026-02-01", &zone).unwrap();
    let table = shares(&rows, &period, by, weeks);
    assert_eq!(
        edges(&table, label),
        (start, end),
        "{label} in {}",
        zone.name()
    );
    let at = table
        .rows
        .iter()
        .position(|row| row.key[0].to_string() == label)
        .unwrap();
    let around: Vec<u64> = series(&table)[at - 1..=at + 1]
        .iter()
        .map(|(_, n)| *n)
        .collect();
    assert_eq!(around, [1, 2, 1], "{label} in {}", zone.name());
    assert_eq!(table.get("shares").unwrap().value(), Some(4.0));
    let sum: u64 = series(&table).iter().map(|(_, n)| n).sum();
    assert_eq!(sum, 4, "shares add up over buckets");
}

// Weeks in which the clocks change

/// Zone, week start, label, first instant, first instant after, hours.
/// Madrid changes on 30 March and 26 October, New York on 9 March and 2
/// November, Auckland (south of the equator) on 6 April and 28 September: all
/// Sundays, the last day of one kind of week and the first of the other.
const WEEKS: &str = "\
Europe/Madrid    monday 2025-W13   2025-03-23T23:00:00Z 2025-03-30T22:00:00Z 167
Europe/Madrid    monday 2025-W43   2025-10-19T22:00:00Z 2025-10-26T23:00:00Z 169
Europe/Madrid    sunday 2025-03-30 2025-03-29T23:00:00Z 2025-04-05T22:00:00Z 167
Europe/Madrid    sunday 2025-10-26 2025-10-25T22:00:00Z 2025-11-01T23:00:00Z 169
America/New_York monday 2025-W10   2025-03-03T05:00:00Z 2025-03-10T04:00:00Z 167
America/New_York monday 2025-W44   2025-10-27T04:00:00Z 2025-11-03T05:00:00Z 169
America/New_York sunday 2025-03-09 2025-03-09T05:00:00Z 2025-03-16T04:00:00Z 167
America/New_York sunday 2025-11-02 2025-11-02T04:00:00Z 2025-11-09T05:00:00Z 169
Pacific/Auckland monday 2025-W14   2025-03-30T11:00:00Z 2025-04-06T12:00:00Z 169
Pacific/Auckland monday 2025-W39   2025-09-21T12:00:00Z 2025-09-28T11:00:00Z 167
Pacific/Auckland sunday 2025-04-06 2025-04-05T11:00:00Z 2025-04-12T12:00:00Z 169
Pacific/Auckland sunday 2025-09-28 2025-09-27T12:00:00Z 2025-10-04T11:00:00Z 167
";

/// The same of days. In Santiago the clocks go forward at midnight, so that
/// the day starts at 01:00; Kathmandu is a quarter to an hour from Greenwich.
const DAYS: &str = "\
Europe/Madrid    monday 2025-03-30 2025-03-29T23:00:00Z 2025-03-30T22:00:00Z 23
Europe/Madrid    monday 2025-10-26 2025-10-25T22:00:00Z 2025-10-26T23:00:00Z 25
America/New_York monday 2025-03-09 2025-03-09T05:00:00Z 2025-03-10T04:00:00Z 23
America/New_York monday 2025-11-02 2025-11-02T04:00:00Z 2025-11-03T05:00:00Z 25
Pacific/Auckland monday 2025-04-06 2025-04-05T11:00:00Z 2025-04-06T12:00:00Z 25
Pacific/Auckland monday 2025-09-28 2025-09-27T12:00:00Z 2025-09-28T11:00:00Z 23
America/Santiago monday 2025-09-07 2025-09-07T04:00:00Z 2025-09-08T03:00:00Z 23
Asia/Kathmandu   monday 2025-01-01 2024-12-31T18:15:00Z 2025-01-01T18:15:00Z 24
";

/// The same of months.
const MONTHS: &str = "\
Europe/Madrid    monday 2025-03 2025-02-28T23:00:00Z 2025-03-31T22:00:00Z 743
Europe/Madrid    monday 2025-10 2025-09-30T22:00:00Z 2025-10-31T23:00:00Z 745
America/New_York monday 2025-03 2025-03-01T05:00:00Z 2025-04-01T04:00:00Z 743
America/New_York monday 2025-11 2025-11-01T04:00:00Z 2025-12-01T05:00:00Z 721
Pacific/Auckland monday 2025-04 2025-03-31T11:00:00Z 2025-04-30T12:00:00Z 721
Pacific/Auckland monday 2025-09 2025-08-31T12:00:00Z 2025-09-30T11:00:00Z 719
";

fn check_all(cases: &str, by: &Dimension) {
    for case in cases.lines() {
        let words: Vec<&str> = case.split_whitespace().collect();
        let [zone, weeks, label, start, end, hours] = words[..] else {
            panic!("{case:?} has not six words");
        };
        let weeks = WeekStart::parse(weeks).unwrap();
        check(zone, by.clone(), weeks, label, start, end);
        let hours: i64 = hours.parse().unwrap();
        assert_eq!(
            utc(end).micros() - utc(start).micros(),
            hours * 3_600_000_000
        );
    }
}

#[test]
fn weeks_with_a_change_of_the_clock() {
    check_all(WEEKS, &Dimension::Week);
}

#[test]
fn days_with_a_change_of_the_clock() {
    check_all(DAYS, &Dimension::Day);
}

#[test]
fn months_with_a_change_of_the_clock() {
    check_all(MONTHS, &Dimension::Month);
}

/// The hour that the clocks show twice is two hours of one day.
#[test]
fn the_hour_that_comes_twice_is_in_one_day() {
    // 02:30 in Madrid on 26 October 2025, in summer time and in winter time.
    let rows = shared_at(&[utc("2025-10-26T00:30:00Z"), utc("2025-10-26T01:30:00Z")]);
    let zone = Zone::named("Europe/Madrid").unwrap();
    let period = Period::parse("2025-10-25..2025-10-28", &zone).unwrap();
    let table = shares(&rows, &period, Dimension::Day, WeekStart::Monday);
    let expected = [("2025-10-25", 0), ("2025-10-26", 2), ("2025-10-27", 0)];
    assert_eq!(series(&table), expected.map(|(day, n)| (day.to_owned(), n)));
}

/// Samoa had no 30 December 2011: it crossed the date line.
#[test]
fn a_day_that_never_was_is_no_row() {
    let midnight = utc("2011-12-30T10:00:00Z");
    let rows = shared_at(&[micros_before(midnight, 1), midnight]);
    let zone = Zone::named("Pacific/Apia").unwrap();
    let period = Period::parse("2011-12-28..2012-01-02", &zone).unwrap();
    let table = shares(&rows, &period, Dimension::Day, WeekStart::Monday);
    let expected = [
        ("2011-12-28", 0),
        ("2011-12-29", 1),
        ("2011-12-31", 1),
        ("2012-01-01", 0),
    ];
    assert_eq!(series(&table), expected.map(|(day, n)| (day.to_owned(), n)));
}

// Weeks at New Year

/// One share at noon of each day around a New Year, into ISO weeks.
fn weeks_around(from: &str, to: &str) -> Vec<(String, u64)> {
    let zone = Zone::utc();
    let period = Period::parse(&format!("{from}..{to}"), &zone).unwrap();
    let noon = period.start().micros() + 12 * 3_600_000_000;
    let days = (period.end().micros() - period.start().micros()) / 86_400_000_000;
    let instants: Vec<Timestamp> = (0..days)
        .map(|day| Timestamp::from_micros(noon + day * 86_400_000_000).unwrap())
        .collect();
    series(&shares(
        &shared_at(&instants),
        &period,
        Dimension::Week,
        WeekStart::Monday,
    ))
}

#[test]
fn the_iso_week_year_at_new_year() {
    let weeks = |expected: &[(&str, u64)]| -> Vec<(String, u64)> {
        expected
            .iter()
            .map(|&(label, n)| (label.to_owned(), n))
            .collect()
    };
    // 1 January 2019 is a Tuesday: 31 December 2018 is already 2019-W01.
    assert_eq!(
        weeks_around("2018-12-24", "2019-01-14"),
        weeks(&[("2018-W52", 7), ("2019-W01", 7), ("2019-W02", 7)])
    );
    // 1 January 2021 is a Friday: it is still 2020-W53, a year of 53 weeks.
    assert_eq!(
        weeks_around("2020-12-21", "2021-01-11"),
        weeks(&[("2020-W52", 7), ("2020-W53", 7), ("2021-W01", 7)])
    );
    // 1 January 2025 is a Wednesday: 30 and 31 December are 2025-W01.
    assert_eq!(
        weeks_around("2024-12-29", "2025-01-02"),
        weeks(&[("2024-W52", 1), ("2025-W01", 3)])
    );
    // 1 January 2027 is a Friday again, in 2026-W53.
    assert_eq!(
        weeks_around("2026-12-28", "2027-01-05"),
        weeks(&[("2026-W53", 7), ("2027-W01", 1)])
    );
}

#[test]
fn new_year_edges_in_local_time() {
    // 2024-W52, 2025-W01 and 2025-W02 begin at 23:00 UTC of the Sunday before.
    let (a, b) = ("2024-12-29T23:00:00Z", "2025-01-05T23:00:00Z");
    check(
        "Europe/Madrid",
        Dimension::Week,
        WeekStart::Monday,
        "2025-W01",
        a,
        b,
    );
    let (a, b) = ("2025-12-28T23:00:00Z", "2026-01-04T23:00:00Z");
    check(
        "Europe/Madrid",
        Dimension::Week,
        WeekStart::Monday,
        "2026-W01",
        a,
        b,
    );
}

/// A calendar year starts and ends within weeks of other ISO years.
#[test]
fn a_year_of_weeks_is_clipped_at_both_ends() {
    let rows = shared_at(&[utc("2021-01-01"), utc("2021-12-31T23:59:59.999999Z")]);
    let period = Period::year(2021, &Zone::utc()).unwrap();
    let table = shares(&rows, &period, Dimension::Week, WeekStart::Monday);
    assert_eq!(table.rows.len(), 53);
    let series = series(&table);
    assert_eq!(series.first(), Some(&("2020-W53".to_owned(), 1)));
    assert_eq!(series.last(), Some(&("2021-W52".to_owned(), 1)));
    for (at, row) in table.rows.iter().enumerate() {
        let clipped = row.measures[0].notes().contains(&Note::ClippedBucket);
        assert_eq!(clipped, at == 0 || at == 52, "{}", row.key[0]);
    }
    // Friday to Sunday, Monday to Friday.
    assert_eq!(
        edges(&table, "2020-W53"),
        (utc("2021-01-01"), utc("2021-01-04"))
    );
    assert_eq!(
        edges(&table, "2021-W52"),
        (utc("2021-12-27"), utc("2022-01-01"))
    );
}

// Weeks from Sunday

#[test]
fn a_sunday_opens_one_kind_of_week_and_closes_the_other() {
    // Saturday 1, Sunday 2, Monday 3 March 2025.
    let rows = shared_at(&[utc("2025-03-01"), utc("2025-03-02"), utc("2025-03-03")]);
    let period = Period::parse("2025-02-24..2025-03-10", &Zone::utc()).unwrap();
    let iso = shares(&rows, &period, Dimension::Week, WeekStart::Monday);
    let expected = [("2025-W09", 2), ("2025-W10", 1)];
    assert_eq!(series(&iso), expected.map(|(week, n)| (week.to_owned(), n)));
    let sunday = shares(&rows, &period, Dimension::Week, WeekStart::Sunday);
    let expected = [("2025-02-23", 1), ("2025-03-02", 2), ("2025-03-09", 0)];
    assert_eq!(
        series(&sunday),
        expected.map(|(week, n)| (week.to_owned(), n))
    );
    // The first has lost its Sunday, the last has nothing but it.
    let clipped = |row: usize| {
        sunday.rows[row].measures[0]
            .notes()
            .contains(&Note::ClippedBucket)
    };
    assert_eq!([clipped(0), clipped(1), clipped(2)], [true, false, true]);
    assert_eq!(
        edges(&sunday, "2025-03-09"),
        (utc("2025-03-09"), utc("2025-03-10"))
    );
}

/// From Sunday a week is named by its first day, at New Year too.
#[test]
fn sunday_weeks_at_new_year() {
    let (start, end) = ("2024-12-28T23:00:00Z", "2025-01-04T23:00:00Z");
    check(
        "Europe/Madrid",
        Dimension::Week,
        WeekStart::Sunday,
        "2024-12-29",
        start,
        end,
    );
}

// Buckets that are empty, cut or not over

#[test]
fn empty_buckets_are_rows() {
    let rows = shared_at(&[utc("2025-07-01"), utc("2025-09-30T23:59:59Z")]);
    let period = Period::quarter(2025, 3, &Zone::utc()).unwrap();
    let months = shares(&rows, &period, Dimension::Month, WeekStart::Monday);
    let expected = [("2025-07", 1), ("2025-08", 0), ("2025-09", 1)];
    assert_eq!(
        series(&months),
        expected.map(|(month, n)| (month.to_owned(), n))
    );
    let days = shares(&rows, &period, Dimension::Day, WeekStart::Monday);
    assert_eq!(days.rows.len(), 92);
    assert_eq!(
        days.rows
            .iter()
            .filter(|row| row.measures[0].number() == Some(Number::Count(0)))
            .count(),
        90
    );
    // An empty count is 0, an empty rate is none.
    let program = Program::from_rows(&rows).unwrap();
    let query = program
        .measure([Metric::SharesPerActive])
        .by([Dimension::Month])
        .over(period);
    let table = query.as_of(later()).table().unwrap();
    let ratio = |month| table.at(&[month], "shares_per_active").unwrap().value();
    assert_eq!((ratio("2025-07"), ratio("2025-08")), (Some(1.0), None));
}

/// A programme without a single share has the same rows, all of them empty.
#[test]
fn nothing_at_all_is_still_a_series() {
    let rows = shared_at(&[]);
    let period = Period::quarter(2025, 3, &Zone::utc()).unwrap();
    let table = shares(&rows, &period, Dimension::Week, WeekStart::Monday);
    // From 2025-W27, clipped to 1 to 6 July, to 2025-W40, clipped to two days.
    assert_eq!(table.rows.len(), 14);
    assert_eq!(series(&table)[0], ("2025-W27".to_owned(), 0));
    assert!(series(&table).iter().all(|(_, n)| *n == 0));
}

#[test]
fn a_clipped_week_counts_its_own_part_only() {
    // Monday 30 June and Tuesday 1 July 2025 are one ISO week.
    let rows = shared_at(&[utc("2025-06-30T23:59:59.999999Z"), utc("2025-07-01")]);
    let period = Period::quarter(2025, 3, &Zone::utc()).unwrap();
    let table = shares(&rows, &period, Dimension::Week, WeekStart::Monday);
    let first = table.at(&["2025-W27"], "shares").unwrap();
    assert_eq!(first.value(), Some(1.0));
    assert!(first.notes().contains(&Note::ClippedBucket));
    assert_eq!(first.period().unwrap().label(), "2025-07-01..2025-07-07");
    let second = table.at(&["2025-W28"], "shares").unwrap();
    assert!(!second.notes().contains(&Note::ClippedBucket));
    assert_eq!(second.period().unwrap().label(), "2025-W28");
}

/// Two steps of time at once: a week that spans two months is two rows, each
/// cut by the other.
#[test]
fn weeks_within_months() {
    // Friday 28 February, Saturday 1 March 2025: both in 2025-W09.
    let rows = shared_at(&[utc("2025-02-28"), utc("2025-03-01"), utc("2025-03-02")]);
    let program = Program::from_rows(&rows).unwrap();
    let period = Period::parse("2025-02-24..2025-03-10", &Zone::utc()).unwrap();
    let query = program
        .measure([Metric::Shares])
        .by([Dimension::Month, Dimension::Week]);
    let table = query.over(period).as_of(later()).table().unwrap();
    let keys: Vec<String> = table
        .rows
        .iter()
        .map(|row| format!("{} {}", row.key[0], row.key[1]))
        .collect();
    assert_eq!(
        keys,
        ["2025-02 2025-W09", "2025-03 2025-W09", "2025-03 2025-W10"]
    );
    assert_eq!(
        table
            .at(&["2025-02", "2025-W09"], "shares")
            .unwrap()
            .value(),
        Some(1.0)
    );
    assert_eq!(
        table
            .at(&["2025-03", "2025-W09"], "shares")
            .unwrap()
            .value(),
        Some(2.0)
    );
    for row in &table.rows {
        // Both months are cut by the period, so every row is.
        assert!(row.measures[0].notes().contains(&Note::ClippedBucket));
    }
}

#[test]
fn a_period_that_is_not_over_says_so() {
    let rows = shared_at(&[
        utc("2025-07-02"),
        utc("2025-07-16T12:00:00Z"),
        utc("2025-07-17"),
    ]);
    let program = Program::from_rows(&rows).unwrap();
    let period = Period::month(2025, 7, &Zone::utc()).unwrap();
    let as_of = utc("2025-07-16T12:00:00Z");
    let query = program
        .measure([Metric::Shares])
        .by([Dimension::Week])
        .over(period.clone());
    let table = query.clone().as_of(as_of).table().unwrap();
    let partial = Note::PartialPeriod { as_of };
    // The share on the instant itself counts, the one after it does not.
    assert_eq!(table.get("shares").unwrap().value(), Some(2.0));
    assert!(table.get("shares").unwrap().notes().contains(&partial));
    // W27 (from 1 July) and W28 are over; W29 (14 to 20 July) and what comes
    // after it are not.
    let marks: Vec<(String, bool)> = table
        .rows
        .iter()
        .map(|row| {
            (
                row.key[0].to_string(),
                row.measures[0].notes().contains(&partial),
            )
        })
        .collect();
    let expected = [
        ("2025-W27", false),
        ("2025-W28", false),
        ("2025-W29", true),
        ("2025-W30", true),
        ("2025-W31", true),
    ];
    assert_eq!(
        marks,
        expected.map(|(week, partial)| (week.to_owned(), partial))
    );
    // Complete on its last microsecond, not before.
    let last = micros_before(period.end(), 1);
    for (as_of, complete) in [(last, true), (micros_before(last, 1), false)] {
        let table = query.clone().as_of(as_of).table().unwrap();
        let notes = table.get("shares").unwrap().notes();
        assert_eq!(notes.contains(&Note::PartialPeriod { as_of }), !complete);
    }
    // By default: as of the latest instant in the data.
    let table = query.table().unwrap();
    let latest = Note::PartialPeriod {
        as_of: utc("2025-07-17"),
    };
    assert!(table.get("shares").unwrap().notes().contains(&latest));
}

/// Comparison with the week before works across a change of the clock: by the
/// calendar, not by 168 hours.
#[test]
fn the_previous_week_is_one_of_the_calendar() {
    let zone = Zone::named("Europe/Madrid").unwrap();
    // 2025-W14 starts at 22:00 UTC on 30 March, W13 at 23:00 on 23 March.
    let (w13, w14) = (utc("2025-03-23T23:00:00Z"), utc("2025-03-30T22:00:00Z"));
    let rows = shared_at(&[micros_before(w13, 1), w13, micros_before(w14, 1), w14]);
    let program = Program::from_rows(&rows).unwrap();
    let table = program
        .measure([Metric::Shares])
        .over(Period::week(2025, 14, &zone).unwrap())
        .as_of(later())
        .compare(Baseline::PreviousPeriod)
        .table()
        .unwrap();
    assert_eq!(table.get("shares").unwrap().value(), Some(1.0));
    let comparison = table.total.comparisons[0].as_ref().unwrap();
    assert_eq!(comparison.with, "previous period (2025-W13)");
    assert_eq!(comparison.baseline.value(), Some(2.0));
    assert_eq!(comparison.difference, Some(-1.0));
    assert_eq!(comparison.ratio, Some(0.5));
}
