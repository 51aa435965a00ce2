//! Any text as a period, any transitions as a zone.
#![no_main]

use advocacy_core::{Grain, Period, Timestamp, WeekStart, Zone};
use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Given<'a> {
    text: &'a str,
    instant: &'a str,
    zone: u8,
    offset: i32,
    transitions: Vec<(i64, i32)>,
    days: u32,
}

const ZONES: [&str; 5] =
    ["UTC", "Europe/Madrid", "America/New_York", "Pacific/Apia", "Africa/Casablanca"];

fuzz_target!(|given: Given<'_>| {
    let _ = Zone::fixed(given.offset);
    let transitions: Vec<(Timestamp, i32)> = given
        .transitions
        .iter()
        .filter_map(|&(at, offset)| Some((Timestamp::from_micros(at).ok()?, offset)))
        .collect();
    let zone = Zone::from_transitions("Host/Zone", given.offset, &transitions)
        .ok()
        .filter(|_| given.zone > 250)
        .unwrap_or_else(|| {
            Zone::named(ZONES[usize::from(given.zone) % ZONES.len()]).expect("a zone")
        });
    if let Ok(instant) = Timestamp::parse(given.instant, &zone) {
        let day = zone.start_of_day(zone.date_of(instant));
        assert!(day <= instant, "{day} begins the day of {instant}");
    }
    let Ok(period) = Period::parse(given.text, &zone) else {
        return;
    };
    assert!(period.start() < period.end());
    let _ = period.same_last_year();
    if let Ok(before) = period.previous() {
        assert!(before.end() <= period.start() || before.start() < period.start());
    }
    // Ten years of days are as good as ten thousand.
    if period.end().micros() - period.start().micros() > 86_400_000_000 * 3_700 {
        return;
    }
    for grain in [Grain::Day, Grain::Week, Grain::Month, Grain::Quarter, Grain::Year] {
        for start in [WeekStart::Monday, WeekStart::Sunday] {
            let buckets = period.buckets(grain, start).expect("a period has buckets");
            assert_eq!(buckets.first().map(|bucket| bucket.period.start()), Some(period.start()));
            assert_eq!(buckets.last().map(|bucket| bucket.period.end()), Some(period.end()));
            for pair in buckets.windows(2) {
                assert_eq!(pair[0].period.end(), pair[1].period.start());
            }
        }
    }
    let _ = period.trailing(given.days);
});
