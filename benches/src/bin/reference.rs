//! Times the reference report through the public API, step by step:
//! `cargo run --release -p advocacy-benches --bin reference -- [SHARES] [STEP]`.
//! With a STEP, only the steps whose names hold that text.
#![expect(clippy::print_stdout, reason = "its output is its purpose")]

use std::error::Error;
use std::time::Duration;

use advocacy_benches::{
    SUMS, ad_hoc, answers, fastest, memory, programme, read_once, reference, whole_report,
    workload, year,
};
use advocacy_core::{Measure, Number};

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
    let (workload, period) = (workload(shares), year()?);
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
            answers(&program, &period)
        });
        report?;
        step(name, took);
        peak();
    }
    let (took, program) = fastest(|| programme(&workload));
    let program = program?;
    step("building the programme", took);
    let total = program.measure(SUMS).over(period.clone()).table()?;
    let counted = SUMS.map(|metric| total.get(metric.id()).and_then(Measure::number));
    if counted != sums.map(|sum| Some(Number::Count(sum))) {
        return Err(format!("the sums differ: {counted:?} for {sums:?}").into());
    }

    let mut together = took;
    for (name, query) in reference(&program, &period)
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
