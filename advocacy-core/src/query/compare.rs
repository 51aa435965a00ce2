//! A baseline beside every measure: another period, or other facts.

use std::collections::{BTreeMap, BTreeSet};

use crate::calendar::Period;
use crate::error::Result;
use crate::measure::{Measure, Number, Unit};
use crate::ordered::one_by_one;
use crate::stats::{self, Interval};
use crate::table::{Comparison, KeyValue, Place, Row, Table};

use super::Query;
use super::plan::Plan;
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

impl Baseline {
    /// The names of the baselines in time.
    pub const NAMES: &'static [&'static str] = &["previous_period", "same_period_last_year"];

    /// The baseline in time of that name.
    ///
    /// # Errors
    /// `unknown_name` for any other.
    ///
    /// ```
    /// use advocacy_core::Baseline;
    ///
    /// assert_eq!(Baseline::parse("previous_period")?, Baseline::PreviousPeriod);
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "previous_period" => Ok(Self::PreviousPeriod),
            "same_period_last_year" => Ok(Self::SamePeriodLastYear),
            _ => Err(crate::named::unknown("baseline", name, Self::NAMES)),
        }
    }
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
    Ok((
        query.plan_over(&other, plan.space.as_of, filter, plan.policy.as_ref())?,
        words,
    ))
}

/// Adds the comparisons to a table's rows and total.
///
/// Rows are matched by their keys; under another period, steps of time are
/// matched by their place in it.
pub(super) fn add(table: &mut Table, baseline: &Table, words: &str) -> Result<()> {
    let (ours, theirs) = (steps(table), steps(baseline));
    let rows = baseline.rows.iter();
    let by_key: BTreeMap<_, &Row> = one_by_one(rows.map(|row| (matched(&row.key, &theirs), row)));
    for row in &mut table.rows {
        let beside = by_key.get(&matched(&row.key, &ours)).copied();
        compare(row, beside, words)?;
    }
    compare(&mut table.total, Some(&baseline.total), words)
}

/// The steps of each dimension of time in a table, in order; none of others.
fn steps(table: &Table) -> Vec<Option<Vec<i64>>> {
    let starts = |at: usize| {
        let starts = table.rows.iter().map(|row| row.key[at].place().1);
        let starts: BTreeSet<i64> = one_by_one(starts);
        starts.into_iter().collect()
    };
    let dimensions = table.dimensions.iter().enumerate();
    dimensions
        .map(|(at, dimension)| dimension.grain().map(|_| starts(at)))
        .collect()
}

/// A key with steps of time by their number.
fn matched<'k>(key: &'k [KeyValue], steps: &[Option<Vec<i64>>]) -> Vec<Place<'k>> {
    key.iter()
        .zip(steps)
        .map(|(value, steps)| match (value.place(), steps) {
            ((_, start, _), Some(steps)) => {
                let number = steps.partition_point(|&at| at < start);
                (0, i64::try_from(number).unwrap_or(i64::MAX), "")
            }
            (place, None) => place,
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

/// Newcombe's interval where both are proportions of people; where both have
/// another interval of their own, the one MOVER makes of the two.
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
    if let (Unit::Rate, Some((x1, n1, confidence)), Some((x2, n2, _))) =
        (measure.unit(), counts(measure), counts(baseline))
    {
        return stats::newcombe(x1, n1, x2, n2, confidence);
    }
    let estimate = |measure: &Measure| measure.value().zip(measure.interval().cloned());
    match (measure.unit(), estimate(measure), estimate(baseline)) {
        (
            Unit::Rate | Unit::Ratio | Unit::Points | Unit::Score,
            Some((a, own)),
            Some((b, other)),
        ) if own.confidence.to_bits() == other.confidence.to_bits() => {
            stats::mover_difference(a, &own, b, &other).map(Some)
        }
        _ => Ok(None),
    }
}
