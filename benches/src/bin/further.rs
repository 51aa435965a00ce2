//! What `compare.py` times of us beside the reference report; prints times as
//! JSON: `cargo run --release -p advocacy-benches --bin further -- STEP SHARES [FOLDER]`.
//!
//! Steps: `scaling` (the reference report and the time to read its columns),
//! `incremental` (a tally of all shares, and a live programme, take batches of
//! 10,000), `enps` (SHARES answers in bytes, in total and in 200 groups; columns
//! go to FOLDER).
#![expect(clippy::print_stdout, reason = "its output is its purpose")]

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use advocacy_benches::{
    RUNS, answers, answers_drawn, fastest, fastest_of, programme, read_once, shares_of, timed,
    whole_report, workload, year,
};
use advocacy_core::survey::{Comparisons, Enps, EnpsOptions, enps_by_codes, enps_bytes};
use advocacy_core::{Codes, Live, Program, Result as Counted};
use serde_json::{Value, json};

/// Shares a batch has.
const BATCH: usize = 10_000;

/// Batches that are taken, one after the other: together about as long as all shares
/// take at once.
const BATCHES: usize = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(step), Some(shares)) = (args.next(), args.next()) else {
        return Err("STEP and SHARES are wanted".into());
    };
    let shares = shares.replace('_', "").parse()?;
    let found = match (step.as_str(), args.next()) {
        ("scaling", _) => scaling(shares)?,
        ("incremental", _) => incremental(shares)?,
        ("enps", Some(folder)) => enps(shares, Path::new(&folder))?,
        _ => return Err("STEP is scaling, incremental, or enps with a FOLDER".into()),
    };
    println!("{found}");
    Ok(())
}

fn scaling(shares: usize) -> Counted<Value> {
    let (workload, period) = (workload(shares), year()?);
    // A size is run as often as it takes to read as many shares: a few runs of the
    // smallest would be over before the processor has found its pace.
    let runs = RUNS.max(RUNS * 50_000_000 / shares.max(1)).min(1_000);
    let (limit, _) = fastest_of(runs, || read_once(&workload));
    let (report, found) = fastest_of(runs, || answers(&programme(&workload)?, &period));
    found?;
    Ok(json!({"limit": limit.as_secs_f64(), "report": report.as_secs_f64()}))
}

/// The library's own report: of all shares at once; of a tally of all but the
/// last, which takes those batch by batch; and of a live programme that does.
fn incremental(shares: usize) -> Counted<Value> {
    let all = workload(shares + BATCHES * BATCH);
    let held = shares_of(&all, 0..shares);
    let batches: Vec<_> = (0..BATCHES)
        .map(|at| shares + at * BATCH)
        .map(|first| shares_of(&all, first..first + BATCH))
        .collect();
    let program = programme(&all)?;
    let options = whole_report()?;
    // Batches and what is held are counted as of one instant.
    let options = match program.latest() {
        Some(last) => options.as_of(last),
        None => options,
    };
    let (full, whole) = fastest(|| programme(&all)?.report(&options));
    let whole = whole?;

    let before = programme(&held)?;
    let mut tally = Some(before.report_tally(&options)?);
    let (mut taken, mut is_same) = (Duration::MAX, false);
    for batch in &batches {
        let new = programme(batch)?;
        let (took, report) = timed(|| {
            let batch = new.report_tally(&options)?;
            let all = match tally.take() {
                Some(held) => held.with(&batch)?,
                None => batch,
            };
            program.report_from(&options, tally.insert(all))
        });
        taken = taken.min(took);
        is_same = report? == whole;
    }

    let mut live = Live::new(programme(&held)?);
    live.report(&options)?;
    let (mut added, mut lives) = (Duration::MAX, false);
    for batch in &batches {
        let (took, report) = timed(|| {
            let frames = batch.frames().into_iter();
            let shares = frames.filter(|(table, _)| *table == "shares");
            let builder = shares.fold(Program::builder(), |builder, (table, frame)| {
                builder.table(table, frame)
            });
            live.add(builder)?;
            live.report(&options)
        });
        added = added.min(took);
        lives = report? == whole;
    }
    Ok(json!({
        "full": full.as_secs_f64(),
        "batch and report": taken.as_secs_f64(),
        "added and report": added.as_secs_f64(),
        "same": is_same && lives,
    }))
}

fn enps(rows: usize, folder: &Path) -> Result<Value, Box<dyn Error>> {
    let (scores, groups) = answers_drawn(rows);
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("scores.u8"), &scores)?;
    std::fs::write(folder.join("groups.u8"), &groups)?;
    let options = EnpsOptions::default();
    let (limit, _) = fastest(|| {
        let sum = |sum: u64, score: &u8| sum + u64::from(*score);
        black_box(scores.iter().fold(0, sum))
    });
    let (total, all) = fastest(|| enps_bytes(&scores, &options));
    let names: Vec<String> = (0..200).map(|group| format!("group {group:03}")).collect();
    let codes = Codes::U8((&groups[..]).into());
    let (by_group, by) =
        fastest(|| enps_by_codes(&names, &codes, &scores, Comparisons::Rest, &options));
    let by = by?;
    let values: Vec<Option<f64>> = by.groups.values().map(Enps::value).collect();
    Ok(json!({
        "times": {
            "limit": limit.as_secs_f64(),
            "in total": total.as_secs_f64(),
            "in 200 groups": by_group.as_secs_f64(),
        },
        "results": {"in total": all?.value(), "in 200 groups": values},
    }))
}
