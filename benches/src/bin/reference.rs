//! Times the reference report through the public API, step by step:
//! `cargo run --release -p advocacy-benches --bin reference -- [SHARES] [STEP]`.
//! With a STEP, only the steps whose names hold that text.
#![expect(clippy::print_stdout, reason = "its output is its purpose")]
#![expect(
    clippy::disallowed_methods,
    reason = "the library reads no clock, its benches do"
)]

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use advocacy_benches::{SUMS, ad_hoc, cohorts, programme, reference, whole_report, workload};
use advocacy_core::sample::Workload;
use advocacy_core::{Measure, Number};

/// Every step is run so often, and its fastest run printed.
const RUNS: usize = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let shares = match std::env::args().nth(1) {
        Some(given) => given.replace('_', "").parse()?,
        None => 1_000_000,
    };
    let only = std::env::args().nth(2);
    let wanted = |name: &str| {
        only.as_ref()
            .is_none_or(|only| name.contains(only.as_str()))
    };
    let workload = workload(shares);
    let (read, sums) = fastest(|| read_once(&workload));
    let before = memory("VmRSS:");
    println!("{shares} shares; seconds, and how often the time one thread reads the columns once");
    let step = |name: &str, took: Duration| {
        let ratio = took.as_secs_f64() / read.as_secs_f64();
        println!("{:>9.4} {ratio:>8.1}  {name}", took.as_secs_f64());
    };
    let peak = || {
        if let Some((before, peak)) = before.zip(memory("VmHWM:")) {
            println!(
                "{:>9} MB      at most above the input",
                peak.saturating_sub(before) / 1024
            );
        }
    };
    step("reading the columns once", read);

    let name = "the reference report at once, programme included";
    if wanted(name) {
        let (took, report) = fastest(|| -> Result<_, advocacy_core::Error> {
            let program = programme(&workload)?;
            let (tables, cohorts): (Vec<_>, Vec<_>) =
                (reference(&program)?, vec![cohorts(&program)?]);
            let tables: Vec<_> = tables.into_iter().map(|(_, query)| query).collect();
            program.tables_and_cohorts(&tables, &cohorts)
        });
        report?;
        step(name, took);
        peak();
    }
    let (took, program) = fastest(|| programme(&workload));
    let program = program?;
    step("building the programme", took);
    let total = program
        .measure(SUMS)
        .over(advocacy_benches::year()?)
        .table()?;
    let counted = SUMS.map(|metric| total.get(metric.id()).and_then(Measure::number));
    if counted != sums.map(|sum| Some(Number::Count(sum))) {
        return Err(format!("the sums differ: {counted:?} for {sums:?}").into());
    }

    let mut together = took;
    for (name, query) in reference(&program)?
        .into_iter()
        .filter(|(name, _)| wanted(name))
    {
        let (took, table) = fastest(|| query.table());
        table?;
        step(name, took);
        together += took;
    }
    if only.is_none() {
        step(
            "the steps so far: the reference report but its cohorts",
            together,
        );
    }
    for (name, query) in ad_hoc(&program)?
        .into_iter()
        .filter(|(name, _)| wanted(name))
    {
        let (took, table) = fastest(|| query.table());
        table?;
        step(name, took);
    }
    peak();
    let name = "the library's own report, cohorts weekly";
    if wanted(name) {
        let options = whole_report()?;
        let (took, report) = fastest(|| program.report(&options));
        report?;
        step(name, took);
        peak();
    }
    Ok(())
}

/// The shortest of several runs, and what the last one gave.
fn fastest<T>(mut run: impl FnMut() -> T) -> (Duration, T) {
    let mut timed = || {
        let start = Instant::now();
        let result = black_box(run());
        (start.elapsed(), result)
    };
    let (mut shortest, mut result) = timed();
    for _ in 1..RUNS {
        let again = timed();
        shortest = shortest.min(again.0);
        result = again.1;
    }
    (shortest, result)
}

/// Reads every column of the shares once, and sums them: no report can be
/// faster than that on one thread. The sums are in the order of [`SUMS`].
fn read_once(workload: &Workload) -> [u64; 9] {
    let sum = |column: &[u32]| column.iter().map(|&value| u64::from(value)).sum::<u64>();
    black_box(sum(&workload.advocate));
    black_box(sum(&workload.content));
    black_box(
        workload
            .network
            .iter()
            .map(|&value| u64::from(value))
            .sum::<u64>(),
    );
    black_box(
        workload
            .shared_at
            .iter()
            .fold(0, |sum: i64, &at| sum.wrapping_add(at)),
    );
    [
        workload.network.len() as u64,
        sum(&workload.impressions),
        sum(&workload.reach),
        sum(&workload.likes),
        sum(&workload.comments),
        sum(&workload.reshares),
        sum(&workload.clicks),
        sum(&workload.conversions),
        workload
            .revenue
            .iter()
            .map(|&value| value.unsigned_abs())
            .sum(),
    ]
}

/// A line of `/proc/self/status` in kB, where there is one.
fn memory(line: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let value = status.lines().find_map(|text| text.strip_prefix(line))?;
    value.split_whitespace().next()?.parse().ok()
}
