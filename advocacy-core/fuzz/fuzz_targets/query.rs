//! Any question to a programme: metrics, dimensions, filters, periods, options.
#![no_main]

use std::sync::LazyLock;

use advocacy_core::sample::{self, Size};
use advocacy_core::{
    Baseline, Definitions, Dimension, Filter, Metric, Period, Program, Rows, WeekStart, Zone,
};
use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;

static ROWS: LazyLock<Rows> = LazyLock::new(|| {
    sample::rows_with(7, Size { employees: 12, content: 6, shares: 40 })
});
static PROGRAM: LazyLock<Program<'static>> =
    LazyLock::new(|| Program::from_rows(&ROWS).expect("the sample is a programme"));

#[derive(Arbitrary, Debug)]
struct Ask<'a> {
    metrics: Vec<u8>,
    dimensions: Vec<u8>,
    tag: &'a str,
    period: &'a str,
    month: u8,
    sunday: bool,
    compare: u8,
    filter: Vec<(u8, Vec<&'a str>, bool)>,
    options: Vec<(u8, &'a str, u8)>,
    limit: Option<u8>,
}

fn dimension(at: u8, tag: &str) -> Dimension {
    let names: Vec<&str> = Dimension::names().collect();
    match names.get(usize::from(at) % (names.len() + 1)) {
        Some(name) => Dimension::parse(name).expect("a dimension of the list"),
        None => Dimension::Tag(tag.to_owned()),
    }
}

fuzz_target!(|ask: Ask<'_>| {
    let metrics: Vec<Metric> =
        ask.metrics.iter().take(6).map(|&at| Metric::ALL[usize::from(at) % Metric::ALL.len()]).collect();
    let mut definitions = Definitions::default();
    let options = Definitions::options();
    for (option, text, choice) in &ask.options {
        let option = &options[usize::from(*option) % options.len()];
        let choice = option.choices.get(usize::from(*choice)).copied().unwrap_or(text);
        let _ = definitions.set(option.id, choice);
    }
    let mut filter = Filter::new();
    for (at, values, except) in ask.filter.iter().take(4) {
        let dimension = dimension(*at, ask.tag);
        filter = if *except {
            filter.except(dimension, values.iter().copied())
        } else {
            filter.only(dimension, values.iter().copied())
        };
    }
    let zone = Zone::named("Europe/Madrid").expect("a zone");
    let mut query = PROGRAM
        .measure(metrics)
        .by(ask.dimensions.iter().take(3).map(|&at| dimension(at, ask.tag)))
        .only(filter)
        .define(definitions);
    let month = format!("2025-{:02}", ask.month % 12 + 1);
    // Long periods by the day are large, and as good as short ones.
    let period = Period::parse(ask.period, &zone)
        .ok()
        .filter(|period| period.end().micros() - period.start().micros() < 86_400_000_000 * 800);
    if let Ok(period) = period.map_or_else(|| Period::parse(&month, &zone), Ok) {
        query = query.over(period);
    }
    if ask.sunday {
        query = query.weeks_from(WeekStart::Sunday);
    }
    query = match ask.compare % 3 {
        1 => query.compare(Baseline::PreviousPeriod),
        2 => query.compare(Baseline::SamePeriodLastYear),
        _ => query,
    };
    if let Some(limit) = ask.limit {
        query = query.limit(usize::from(limit));
    }
    if let Ok(table) = query.table() {
        for measure in table.rows.iter().chain([&table.total]).flat_map(|row| &row.measures) {
            assert!(measure.value().is_none_or(f64::is_finite), "{}", measure.explain());
        }
        assert!(serde_json::to_string(&table).is_ok());
    }
});
