//! Every metric against a naive second opinion, on random programmes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::float_cmp,
    clippy::cast_precision_loss,
    reason = "tests"
)]

mod naive;

use std::collections::{BTreeMap, BTreeSet};

use advocacy_core::{Dimension, Family, KeyValue, Measure, Metric, Row, State, Table};
use naive::calendar::{Unit, whole_units};
use naive::facts::{is_of_content, is_of_people, is_of_surveys};
use naive::harness::{self, hold};
use naive::world::{World, world};
use naive::{Answer, Ask, Cell, Condition, Value};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

fn ask(world: &World) -> Ask<'_> {
    let as_of = world.as_of.micros();
    Ask {
        rows: &world.rows,
        zone: world.zone.clone(),
        as_of,
        week_start: world.week_start,
        definitions: world.definitions.clone(),
        shares: naive::facts::shares(&world.rows, as_of),
        brand: naive::facts::brand(&world.rows, as_of),
    }
}

/// The metrics under test: all, or those named in `NAIVE_METRICS`.
fn metrics() -> Vec<Metric> {
    let all = Metric::ALL
        .iter()
        .copied()
        .filter(|metric| metric.info().measured);
    match std::env::var("NAIVE_METRICS") {
        Ok(names) => names
            .split(',')
            .map(|name| Metric::parse(name).unwrap())
            .collect(),
        Err(_) => all.collect(),
    }
}

/// The cell a row's key stands for.
fn cell_of(table: &Table, row: &Row, filter: &[Condition]) -> Cell {
    let mut cell = Cell {
        start: table.period.start().micros(),
        end: table.period.end().micros(),
        key: Vec::new(),
        filter: filter.to_vec(),
    };
    for (dimension, value) in table.dimensions.iter().zip(&row.key) {
        let value = match value {
            KeyValue::Bucket(bucket) if dimension.grain().is_some() => {
                cell.start = cell.start.max(bucket.period.start().micros());
                cell.end = cell.end.min(bucket.period.end().micros());
                continue;
            }
            KeyValue::Bucket(bucket) => Some(bucket.label.clone()),
            KeyValue::None => None,
            KeyValue::Name(name) => Some(name.clone()),
            KeyValue::Thing { id, .. } => Some(id.to_string()),
        };
        cell.key.push(Condition::is(dimension, value));
    }
    cell
}

fn check(metric: Metric, measure: &Measure, wanted: &Answer) -> Result<(), String> {
    let got = match measure.state() {
        State::Defined => Value::Defined(measure.value().unwrap()),
        State::Undefined => Value::Undefined,
        State::Missing => Value::Missing,
        State::Suppressed => return Err("suppressed".to_owned()),
    };
    let close = |a: f64, b: f64| (a - b).abs() <= 1e-12 * a.abs().max(b.abs());
    let same = match (&got, &wanted.value) {
        (Value::Defined(got), Value::Defined(wanted_value)) if wanted.rough => {
            close(*got, *wanted_value)
        }
        (got, wanted) => got == wanted,
    };
    let mut wrong = Vec::new();
    if !same {
        wrong.push(format!("value {got:?}, naively {:?}", wanted.value));
    }
    for (what, part, naive) in [
        ("numerator", measure.numerator(), wanted.numerator),
        ("denominator", measure.denominator(), wanted.denominator),
    ] {
        let number = part
            .and_then(|part| part.value)
            .map(advocacy_core::Number::as_f64);
        if let (Some(number), Some(naive)) = (number, naive)
            && !(number == naive || wanted.rough && close(number, naive))
        {
            wrong.push(format!("{what} {number}, naively {naive}"));
        }
    }
    if let (Some(coverage), Some((known, rows))) = (measure.coverage(), wanted.coverage)
        && (coverage.known, coverage.rows) != (known, rows)
    {
        wrong.push(format!("coverage {coverage:?}, naively {known} of {rows}"));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{metric}: {}\n{}",
        wrong.join("; "),
        measure.explain()
    ))
}

/// Combinations of the key that are no row must have nothing in them.
fn check_absent(
    ask: &Ask<'_>,
    table: &Table,
    metrics: &[Metric],
    filter: &[Condition],
) -> Result<(), String> {
    if table.dimensions.is_empty() {
        return Ok(());
    }
    let (start, end) = (table.period.start().micros(), table.period.end().micros());
    let mut keys: Vec<Vec<Condition>> = vec![Vec::new()];
    for dimension in &table.dimensions {
        // Every step of time is a row.
        if dimension.grain().is_some() {
            continue;
        }
        let values = ask.values_of(dimension);
        let mut longer = Vec::new();
        for key in &keys {
            for value in &values {
                let mut key = key.clone();
                key.push(Condition::is(dimension, value.clone()));
                longer.push(key);
            }
        }
        keys = longer;
    }
    let there: BTreeSet<String> = table
        .rows
        .iter()
        .map(|row| format!("{:?}", cell_of(table, row, &[]).key))
        .collect();
    let dimensions = || {
        table
            .dimensions
            .iter()
            .filter(|each| each.grain().is_none())
    };
    for key in keys {
        if there.contains(&format!("{key:?}")) {
            continue;
        }
        let cell = Cell {
            start,
            end,
            key,
            filter: filter.to_vec(),
        };
        for metric in metrics {
            let applies = match metric {
                _ if dimensions().any(is_of_surveys) => {
                    let of_surveys = |each: &Dimension| {
                        is_of_surveys(each) || is_of_people(each) && *each != Dimension::Advocate
                    };
                    matches!(
                        metric,
                        Metric::Enps | Metric::Satisfaction | Metric::Favourability
                    ) && dimensions().all(of_surveys)
                }
                Metric::Shares | Metric::Sharers => true,
                Metric::ActiveAdvocates => {
                    ask.definitions.active_actions
                        == advocacy_core::Definitions::default().active_actions
                        && ask.definitions.active_minimum == 1
                }
                Metric::NewSharers => dimensions().all(is_of_people),
                Metric::Employees | Metric::Invited | Metric::Joined | Metric::Connected => {
                    ask.rows.headcount.is_empty() && dimensions().all(is_of_people)
                }
                Metric::PublishedItems => dimensions().all(is_of_content),
                _ => false,
            };
            if applies
                && let Some(answer) = ask.answer(*metric, &cell)
                && !matches!(answer.value, Value::Missing | Value::Defined(0.0))
                // A score of nobody's answers needs no row.
                && !(metric.info().family == Family::Workforce && answer.value == Value::Undefined)
            {
                return Err(format!(
                    "no row for {:?}, where {metric} is {:?}",
                    cell.key, answer.value
                ));
            }
        }
    }
    Ok(())
}

/// Time is a full series: every bucket once for every other combination.
fn check_series(world: &World, table: &Table) -> Result<(), String> {
    let mut keys = BTreeSet::new();
    for row in &table.rows {
        if !keys.insert(format!("{:?}", row.key)) {
            return Err(format!("the key {:?} occurs twice", row.key));
        }
    }
    if let [only] = table.dimensions.as_slice()
        && let Some(unit) = match only {
            Dimension::Week => Some(Unit::Week),
            Dimension::Month => Some(Unit::Month),
            Dimension::Quarter => Some(Unit::Quarter),
            _ => None,
        }
    {
        let (start, end) = (table.period.start().micros(), table.period.end().micros());
        let whole = whole_units(unit, start, end, &world.zone, world.week_start);
        let unclipped: Vec<(i64, i64)> = table
            .rows
            .iter()
            .filter_map(|row| match &row.key[0] {
                KeyValue::Bucket(bucket) if !bucket.clipped => {
                    Some((bucket.period.start().micros(), bucket.period.end().micros()))
                }
                _ => None,
            })
            .collect();
        if whole != unclipped {
            return Err(format!("whole buckets {unclipped:?}, naively {whole:?}"));
        }
    }
    Ok(())
}

fn compare(world: &World) -> Result<(), String> {
    let metrics = metrics();
    let program = harness::program(&world.rows)?;
    let query = program
        .measure(metrics.iter().copied())
        .by(world.dimensions.iter().cloned());
    let table = harness::ask(query, world).table();
    let ask = ask(world);
    let table = match table {
        // Where shares carry only a platform's own total, no set can be chosen.
        Err(error) if error.field() == Some("engagement_set") && ask.only_platform_totals() => {
            return Ok(());
        }
        table => table.map_err(|error| format!("table: {error}"))?,
    };
    let mut wrong = Vec::new();
    for row in std::iter::once(&table.total).chain(&table.rows) {
        let cell = cell_of(&table, row, &world.filter);
        for (metric, measure) in metrics.iter().zip(&row.measures) {
            let Some(answer) = ask.answer(*metric, &cell) else {
                continue;
            };
            if let Err(what) = check(*metric, measure, &answer) {
                let key: Vec<String> = row.key.iter().map(ToString::to_string).collect();
                wrong.push(format!("row {key:?}: {what}"));
            }
        }
    }
    wrong.extend(check_absent(&ask, &table, &metrics, &world.filter).err());
    wrong.extend(check_series(world, &table).err());
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n\n"))
    }
}

#[test]
fn every_metric_is_what_plain_loops_say() {
    hold(64, compare);
}

/// Which metrics differ how often, as (totals, rows): `N` programmes, by
/// `cargo test --test against_naive survey -- --ignored --nocapture`.
#[test]
#[ignore = "a tool to see what differs, not a check"]
fn survey() {
    let mut runner = TestRunner::deterministic();
    let strategy = world();
    let n: usize = std::env::var("N")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(300);
    let mut tally: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for _ in 0..n {
        let world = strategy.new_tree(&mut runner).unwrap().current();
        if let Err(why) = compare(&world) {
            let mut seen = BTreeSet::new();
            for part in why.split("\n\n") {
                let total = part.starts_with("row []");
                let name = part.split(": ").nth(1).unwrap_or(part).to_owned();
                let name = if part.starts_with("row") {
                    name
                } else {
                    part.to_owned().chars().take(200).collect()
                };
                if seen.insert((name.clone(), total)) {
                    let e = tally.entry(name).or_default();
                    if total { e.0 += 1 } else { e.1 += 1 }
                }
            }
        }
    }
    for (name, n) in tally {
        println!("{n:?} {name}");
    }
}
