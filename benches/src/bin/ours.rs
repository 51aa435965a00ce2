//! Our side of `compare.py`: times the reference report through the public API,
//! writes the workload's columns into a folder for the peers to read, and prints
//! times, memory and results as JSON:
//! `cargo run --release -p advocacy-benches --bin ours -- SHARES FOLDER [VARIANT]`.
//!
//! Variants: `scattered` (times in no order, many advocates and items), `texts`
//! (UUIDs for ids).
#![expect(clippy::print_stdout, reason = "its output is its purpose")]

use std::error::Error;
use std::fs::{File, create_dir_all};
use std::io::{BufWriter, Write};
use std::path::Path;

use advocacy_benches::{
    SUMS, TextIds, ad_hoc, answers, fastest, memory, programme, read_once, scattered, workload,
    year, years,
};
use advocacy_core::sample::Workload;
use advocacy_core::{CohortTable, Measure, Number, Program, Result as Counted, Row, Table};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(shares), Some(folder)) = (args.next(), args.next()) else {
        return Err("SHARES and FOLDER are wanted".into());
    };
    let (shares, folder) = (shares.replace('_', "").parse()?, Path::new(&folder));
    let variant = args.next().unwrap_or_default();
    let (workload, period) = match variant.as_str() {
        "scattered" => (scattered(shares), years()?),
        _ => (workload(shares), year()?),
    };
    let texts = (variant == "texts").then(|| TextIds::of(&workload));
    let build = || -> Counted<Program<'_>> {
        match &texts {
            Some(texts) => texts.programme(&workload),
            None => programme(&workload),
        }
    };
    let (limit, _) = fastest(|| read_once(&workload));
    let before = memory("VmRSS:");
    let (report, found) = fastest(|| answers(&build()?, &period));
    let peak = memory("VmHWM:");
    let (tables, stays) = found?;
    let mut results = json!({"cohorts": cohort_rows(&stays)});
    for (name, table) in tables {
        results[name] = rows(&table).into();
    }
    let mut times = json!({"limit": limit.as_secs_f64(), "report": report.as_secs_f64()});
    let program = build()?;
    if variant.is_empty() {
        for (name, query) in ad_hoc(&program)? {
            let (took, table) = fastest(|| query.table());
            times[name] = took.as_secs_f64().into();
            results[name] = rows(&table?).into();
        }
    }
    write_columns(&workload, folder)?;
    if let Some(texts) = &texts {
        std::fs::write(folder.join("advocates.uuid"), &texts.advocates.bytes)?;
        std::fs::write(folder.join("items.uuid"), &texts.items.bytes)?;
    }
    let above = before.zip(peak).map(|(before, peak)| peak - before);
    println!(
        "{}",
        json!({"times": times, "memory": above, "results": results})
    );
    Ok(())
}

/// Key and numbers of every row; the total's where there are no rows.
fn rows(table: &Table) -> Vec<Value> {
    let row = |row: &Row| {
        let keys = row.key.iter().map(|key| Value::from(key.to_string()));
        let numbers = row.measures.iter().map(number);
        Value::from(keys.chain(numbers).collect::<Vec<_>>())
    };
    if table.dimensions.is_empty() {
        return vec![row(&table.total)];
    }
    table.rows.iter().map(row).collect()
}

fn number(measure: &Measure) -> Value {
    match measure.number() {
        Some(Number::Count(count)) => count.into(),
        Some(other) => other.as_f64().into(),
        None => Value::Null,
    }
}

/// Cohort, age and how many stayed, where any did.
fn cohort_rows(table: &CohortTable) -> Vec<Value> {
    let mut rows = Vec::new();
    for cohort in &table.cohorts {
        for (age, measure) in cohort.ages.iter().enumerate() {
            let stayed = measure.numerator().and_then(|part| part.value);
            if let Some(stayed) = stayed.map(Number::as_f64).filter(|&stayed| stayed > 0.0) {
                rows.push(json!([cohort.key.to_string(), age, stayed]));
            }
        }
    }
    rows
}

/// Every column as it lies in memory, a file each.
fn write_columns(workload: &Workload, folder: &Path) -> std::io::Result<()> {
    fn write<T: Copy, const N: usize>(
        file: std::path::PathBuf,
        values: &[T],
        bytes: impl Fn(T) -> [u8; N],
    ) -> std::io::Result<()> {
        let mut file = BufWriter::new(File::create(file)?);
        for &value in values {
            file.write_all(&bytes(value))?;
        }
        // All of it, so that nothing is left to be written while others are timed.
        file.into_inner()?.sync_all()
    }
    create_dir_all(folder)?;
    for (name, column) in [
        ("advocate.u32", &workload.advocate),
        ("content.u32", &workload.content),
        ("reach.u32", &workload.reach),
        ("impressions.u32", &workload.impressions),
        ("likes.u32", &workload.likes),
        ("comments.u32", &workload.comments),
        ("reshares.u32", &workload.reshares),
        ("clicks.u32", &workload.clicks),
        ("conversions.u32", &workload.conversions),
    ] {
        write(folder.join(name), column, u32::to_le_bytes)?;
    }
    for (name, column) in [
        ("revenue.i64", &workload.revenue),
        ("shared_at.i64", &workload.shared_at),
        ("invited.i64", &workload.invited_at),
    ] {
        write(folder.join(name), column, i64::to_le_bytes)?;
    }
    for (name, column) in [
        ("team.u16", &workload.team),
        ("topic.u16", &workload.topic),
        ("campaign.u16", &workload.campaign),
    ] {
        write(folder.join(name), column, u16::to_le_bytes)?;
    }
    write(
        folder.join("network.u8"),
        &workload.network,
        u8::to_le_bytes,
    )?;
    write(folder.join("kind.u8"), &workload.kind, u8::to_le_bytes)?;
    // The sums stand in this order in every row.
    let order: Vec<&str> = SUMS.iter().map(|metric| metric.id()).collect();
    std::fs::write(folder.join("order.txt"), order.join("\n"))
}
