//! Bytes that claim to be a tally: refused, or a tally that behaves like one.
#![no_main]

use std::sync::LazyLock;

use advocacy_core::sample::{self, Size};
use advocacy_core::{Dimension, Metric, Period, Program, Query, Rows, Tally, Zone};
use libfuzzer_sys::fuzz_target;

static ROWS: LazyLock<Rows> = LazyLock::new(|| {
    sample::rows_with(7, Size { employees: 12, content: 6, shares: 40 })
});
static PROGRAM: LazyLock<Program<'static>> =
    LazyLock::new(|| Program::from_rows(&ROWS).expect("the sample is a programme"));

fn query() -> Query<'static> {
    PROGRAM
        .measure([Metric::Shares, Metric::EngagementRate, Metric::ActiveAdvocates, Metric::Enps])
        .by([Dimension::Network, Dimension::Month])
        .over(Period::parse("2025", &Zone::utc()).expect("a year"))
}

fuzz_target!(init: {
    // Where there is no corpus yet: a tally that is one.
    let bytes = query().tally().and_then(|tally| tally.to_bytes()).expect("a tally");
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/tally");
    let _ = std::fs::create_dir_all(corpus);
    let _ = std::fs::write(format!("{corpus}/sample"), bytes);
}, |data: &[u8]| {
    let Ok(tally) = Tally::from_bytes(data) else {
        return;
    };
    let bytes = tally.to_bytes().expect("what was read can be written");
    assert_eq!(Tally::from_bytes(&bytes).expect("and read again"), tally);
    if let Ok(twice) = tally.merge(&tally) {
        let _ = query().table_from(&twice);
    }
    let _ = query().table_from(&tally);
});
