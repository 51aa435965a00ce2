//! Times the reference report through the public API, step by step:
//! `cargo run --release -p advocacy-benches --bin reference -- [SHARES] [STEP]`.
//! With a STEP, only the steps whose names hold that text.
#![expect(clippy::print_stdout, reason = "its output is its purpose")]

use std::time::Duration;

use advocacy_benches::{
    SUMS, ad_hoc, answers, cohorts, fastest, memory, programme, read_once, reference, whole_report,
    workload, year,
};
use advocacy_core::privacy::PrivacyPolicy;
use advocacy_core::sample::Workload;
use advocacy_core::{Measure, Number, Period, Program};

type Done<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// What is printed: steps of the wanted names, beside reading the columns once.
struct Steps {
    only: Option<String>,
    read: Duration,
    before: Option<u64>,
}

impl Steps {
    fn time<T>(&self, name: &str, run: impl FnMut() -> advocacy_core::Result<T>) -> Done<Duration> {
        if self.only.as_ref().is_some_and(|only| !name.contains(only)) {
            return Ok(Duration::ZERO);
        }
        let (took, result) = fastest(run);
        result?;
        self.print(name, took);
        Ok(took)
    }

    fn print(&self, name: &str, took: Duration) {
        let ratio = took.as_secs_f64() / self.read.as_secs_f64();
        println!("{:>9.4} {ratio:>8.1}  {name}", took.as_secs_f64());
    }

    fn print_peak(&self) {
        if let Some((before, peak)) = self.before.zip(memory("VmHWM:")) {
            let above = peak.saturating_sub(before) / 1024;
            println!("{above:>9} MB      at most above the input");
        }
    }
}

fn main() -> Done {
    let mut args = std::env::args().skip(1);
    let shares = match args.next() {
        Some(given) => given.replace('_', "").parse()?,
        None => 1_000_000,
    };
    let (workload, period) = (workload(shares), year()?);
    let (read, sums) = fastest(|| read_once(&workload));
    let steps = Steps {
        only: args.next(),
        read,
        before: memory("VmRSS:"),
    };
    println!("{shares} shares; seconds, and how often the time one thread reads the columns once");
    steps.print("reading the columns once", read);
    steps.time("the reference report at once, programme included", || {
        answers(&programme(&workload)?, &period)
    })?;
    steps.print_peak();
    let built = steps.time("building the programme", || programme(&workload))?;
    let program = programme(&workload)?;
    check(&program, &period, sums)?;
    one_by_one(&steps, &program, &period, built)?;
    for (name, query) in ad_hoc(&program)? {
        steps.time(name, || query.table())?;
    }
    steps.print_peak();
    protected(&steps, &workload, &program, &period)
}

/// The sums must be those of a plain loop.
fn check(program: &Program<'_>, period: &Period, sums: [u64; 9]) -> Done {
    let total = program.measure(SUMS).over(period.clone()).table()?;
    let counted = SUMS.map(|metric| total.get(metric.id()).and_then(Measure::number));
    if counted == sums.map(|sum| Some(Number::Count(sum))) {
        return Ok(());
    }
    Err(format!("the sums differ: {counted:?} for {sums:?}").into())
}

/// Each query by itself.
fn one_by_one(steps: &Steps, program: &Program<'_>, period: &Period, built: Duration) -> Done {
    let mut together = built;
    for (name, query) in reference(program, period) {
        together += steps.time(name, || query.table())?;
    }
    if steps.only.is_none() {
        let name = "the steps so far: the reference report but its cohorts";
        steps.print(name, together);
    }
    Ok(())
}

/// What a policy costs.
fn protected(steps: &Steps, workload: &Workload, program: &Program<'_>, period: &Period) -> Done {
    let policy = PrivacyPolicy::default();
    let options = whole_report()?;
    let under = options.clone().privacy(policy.clone());
    let name = "the library's own report, cohorts weekly";
    steps.time(name, || program.report(&options))?;
    steps.time("the same under a privacy policy", || program.report(&under))?;
    steps.print_peak();
    for (name, policy) in [
        ("the reference report at once but topics", None),
        (
            "the same under a privacy policy, programme included",
            Some(policy),
        ),
    ] {
        steps.time(name, || {
            let program = programme(workload)?;
            let under = |query| match &policy {
                Some(policy) => advocacy_core::Query::privacy(query, policy.clone()),
                None => query,
            };
            // Topics, several an item, have no table under a policy.
            let tables = reference(&program, period).into_iter();
            let tables = tables.filter(|(name, _)| *name != "sums by topic");
            let tables: Vec<_> = tables.map(|(_, query)| under(query)).collect();
            let stays = [under(cohorts(&program, period))];
            program.tables_and_cohorts(&tables, &stays)
        })?;
    }
    Ok(())
}
