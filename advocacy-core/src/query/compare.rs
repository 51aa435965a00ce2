//! A baseline beside every measure: another period, or other facts.

use crate::calendar::Period;
use crate::error::Result;
use crate::measure::{Measure, Number, Unit};
use crate::stats::{self, Interval};
use crate::table::{Comparison, KeyValue, Row, Table};

use super::{Plan, Query};
use crate::filter::Filter;

/// What a query is compared with.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Baseline {
    /// The period just before, of the same kind.
    PreviousPeriod,
    /// The same period one year earlier; of weeks, 52 weeks earlier.
    SamePeriodLastYear,
    /// The same period under another filter.
    Filter(Filter),
}

/// The plan of what a query is compared with, and what that is in words.
pub(super) fn plan<'p>(
    query: &Query<'p>,
    plan: &Plan<'p>,
    with: &Baseline,
) -> Result<(Plan<'p>, String)> {
    let period = &plan.space.period;
    let (other, filter, words): (Period, &Filter, String) = match with {
        Baseline::PreviousPeriod => {
            let other = period.previous()?;
            let words = format!("previous period ({})", other.label());
            (other, &query.filter, words)
        }
        Baseline::SamePeriodLastYear => {
            let other = period.same_last_year()?;
            let words = format!("same period last year ({})", other.label());
            (other, &query.filter, words)
        }
        Baseline::Filter(filter) => (period.clone(), filter, filter.to_string()),
    };
    Ok((query.plan_over(&other, plan.space.as_of, filter)?, words))
}

/// Adds the comparisons to a table's rows and total.
///
/// Rows are matched by their keys; under another period, steps of time are
/// matched by their place in it.
pub(super) fn add(table: &mut Table, baseline: &Table, words: &str) -> Result<()> {
    let places = (steps(table), steps(baseline));
    for row in &mut table.rows {
        let key = matched(&row.key, &places.0);
        let beside = baseline
            .rows
            .iter()
            .find(|other| matched(&other.key, &places.1) == key);
        compare(row, beside, words)?;
    }
    compare(&mut table.total, Some(&baseline.total), words)
}

/// Every step of time in a table, in order.
fn steps(table: &Table) -> Vec<i64> {
    let keys = table.rows.iter().flat_map(|row| &row.key);
    let mut starts: Vec<i64> = keys
        .filter_map(|value| match value {
            KeyValue::Bucket(bucket) => Some(bucket.period.start().micros()),
            _ => None,
        })
        .collect();
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// A key with steps of time named by their place.
fn matched(key: &[KeyValue], steps: &[i64]) -> Vec<KeyValue> {
    key.iter()
        .map(|value| match value {
            KeyValue::Bucket(bucket) => {
                let at = steps
                    .binary_search(&bucket.period.start().micros())
                    .unwrap_or(usize::MAX);
                KeyValue::Name(format!("step {at}"))
            }
            other => other.clone(),
        })
        .collect()
}

fn compare(row: &mut Row, beside: Option<&Row>, words: &str) -> Result<()> {
    row.comparisons = row
        .measures
        .iter()
        .enumerate()
        .map(|(at, measure)| {
            let Some(baseline) = beside.and_then(|beside| beside.measures.get(at)) else {
                return Ok(None);
            };
            comparison(measure, baseline, words).map(Some)
        })
        .collect::<Result<_>>()?;
    Ok(())
}

fn comparison(measure: &Measure, baseline: &Measure, words: &str) -> Result<Comparison> {
    let difference = match (measure.number(), baseline.number()) {
        // Whole numbers are subtracted before anything is rounded.
        (Some(Number::Count(a)), Some(Number::Count(b))) => {
            #[expect(clippy::cast_precision_loss, reason = "rounded to nearest, once")]
            let difference = (i128::from(a) - i128::from(b)) as f64;
            Some(difference)
        }
        (Some(a), Some(b)) => Some(a.as_f64() - b.as_f64()),
        _ => None,
    };
    let ratio = match (measure.value(), baseline.value()) {
        (Some(a), Some(b)) if b > 0.0 => Some(a / b),
        _ => None,
    };
    Ok(Comparison {
        with: words.to_owned().into(),
        interval: interval(measure, baseline)?,
        baseline: baseline.clone(),
        difference,
        ratio,
    })
}

/// Newcombe's interval, where both are proportions of people.
fn interval(measure: &Measure, baseline: &Measure) -> Result<Option<Interval>> {
    let counts = |measure: &Measure| -> Option<(u64, u64, f64)> {
        let wilson = measure
            .interval()
            .filter(|interval| interval.method == "wilson")?;
        match (measure.numerator()?.value?, measure.denominator()?.value?) {
            (Number::Count(x), Number::Count(n)) => Some((x, n, wilson.confidence)),
            _ => None,
        }
    };
    match (measure.unit(), counts(measure), counts(baseline)) {
        (Unit::Rate, Some((x1, n1, confidence)), Some((x2, n2, _))) => {
            stats::newcombe(x1, n1, x2, n2, confidence)
        }
        _ => Ok(None),
    }
}
