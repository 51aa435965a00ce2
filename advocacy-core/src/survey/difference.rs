//! The difference of two scores: of two groups, or of the same people twice.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::math::float;
use crate::measure::{Measure, Note, Number, Part};
use crate::model::id::Id;
use crate::stats::{self, Interval};

use super::answer::Answer;
use super::definition::{confidence_choice, population_choice, stated};
use super::enps::{Enps, EnpsOptions, Tallied};
use super::intervals::{Shares, finite_factor, signed};
use super::read::{Read, read};
use crate::catalog::Metric;
use crate::model::scale::EnpsCategory;

/// The difference of two eNPS, first − second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EnpsDifference {
    /// The difference in points, −200..=200, with its interval; undefined
    /// where either score is.
    pub measure: Measure,
    /// The standard error in points, from the plain variances.
    pub se: Option<f64>,
    /// difference / se; `None` where the standard error is 0.
    pub z: Option<f64>,
    /// The two-sided p-value of z.
    pub p_value: Option<f64>,
    /// Who was matched, where the same people were asked twice.
    pub matched: Option<Matched>,
}

impl EnpsDifference {
    /// The difference in points.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        self.measure.value()
    }

    /// The interval in points.
    #[must_use]
    pub fn interval(&self) -> Option<&Interval> {
        self.measure.interval()
    }
}

/// Who was matched in a paired difference.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Matched {
    /// People with an answer in both waves: the difference is theirs.
    pub both: u64,
    /// People with an answer in the first only.
    pub first_only: u64,
    /// People with an answer in the second only.
    pub second_only: u64,
    /// The correlation of the two answers as −1, 0, 1; `None` where a wave is all alike.
    pub correlation: Option<f64>,
}

/// first − second of two independent eNPS, in points.
///
/// The interval is MOVER (Zou and Donner 2008) from the interval each score
/// has, so by the method it was made with; z and p from the plain variances,
/// finite populations included. For waves, the later one goes first. Where
/// the same people answered both, [`enps_difference_paired`] is narrower.
///
/// # Errors
/// `invalid_option` in `confidence` if the two differ in it, in `scale` if
/// one has cut-offs the other has not.
///
/// ```
/// use advocacy_core::survey::{EnpsMethod, EnpsOptions, enps_difference, enps_from_counts};
///
/// let options = EnpsOptions { method: EnpsMethod::Wald, ..EnpsOptions::default() };
/// let mexico = enps_from_counts(791, 349, 509, &options)?;
/// let britain = enps_from_counts(755, 356, 609, &options)?;
/// let difference = enps_difference(&mexico, &britain)?;
/// assert!((difference.value().unwrap() - 8.612_901_406).abs() < 1e-9);
/// assert!((difference.z.unwrap() - 2.843_893_620).abs() < 1e-9);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn enps_difference(first: &Enps, second: &Enps) -> Result<EnpsDifference> {
    if first.scale.cut_offs() != second.scale.cut_offs()
        || first.scale.is_usual() != second.scale.is_usual()
    {
        return Err(Error::new(
            ErrorKind::InvalidOption,
            format!(
                "scores of scales {} and {} cannot be compared",
                first.scale.label(),
                second.scale.label()
            ),
        )
        .in_field("scale"));
    }
    let mut measure = sides(first, second);
    let (mut se, mut z, mut p_value) = (None, None, None);
    if let (Some(a), Some(b)) = (first.shares()?, second.shares()?)
        && let (Some(x), Some(y)) = (first.value(), second.value())
        && let (Some(of_first), Some(of_second)) = (first.interval(), second.interval())
    {
        let interval = stats::mover_difference(x, of_first, y, of_second)?;
        measure = measure.with_interval(Some(interval.clipped(-200.0, 200.0)));
        let spread = variance(a, first.factor()?) + variance(b, second.factor()?);
        let spread = spread.sqrt();
        se = Some(100.0 * spread);
        if spread > 0.0 {
            let score = (x - y) / (100.0 * spread);
            z = Some(score);
            p_value = Some(stats::normal_p_value(score)?);
        }
    }
    let choices = vec![
        (
            "method",
            format!("mover from {} and {}", first.method, second.method).into(),
        ),
        confidence_choice(first.confidence),
        ("paired", "no".into()),
    ];
    Ok(EnpsDifference {
        measure: stated(measure, Metric::EnpsDifference, choices),
        se,
        z,
        p_value,
        matched: None,
    })
}

/// The variance of a score, 0 for a census.
fn variance(shares: Shares, factor: Option<f64>) -> f64 {
    factor.map_or(0.0, |factor| shares.times(factor).variance())
}

/// The difference itself, with both scores beside it.
fn sides(first: &Enps, second: &Enps) -> Measure {
    let value = first
        .value()
        .zip(second.value())
        .map(|(x, y)| Number::Real(x - y));
    let mut measure = Measure::of(value);
    measure.numerator = Some(Part {
        name: "first − second".into(),
        value,
    });
    for (name, of, enps) in [
        ("first", "responses of the first", first),
        ("second", "responses of the second", second),
    ] {
        measure.components.push(Part {
            name: name.into(),
            value: enps.measure.number(),
        });
        measure.components.push(Part::new(of, enps.responses));
    }
    measure
}

/// first − second of the eNPS of people who answered both, in points.
///
/// Each row is a respondent's id and answer. Only people with an answer in
/// both waves count; the others are in [`EnpsDifference::matched`] and in a
/// note. The interval is MOVER with the correlation of the two answers, from
/// the method of the options; z from the plain variance of the differences.
/// A population of N narrows both. For waves, the later one goes first.
/// Source: Zou and Donner (2008); with Wald it is s̄ ± z·√(v₁ + v₂ − 2cov).
///
/// # Errors
/// `duplicate_id` in `respondents_1` or `respondents_2` with the row if a
/// person occurs twice in a wave ([`enps_rolling`](super::enps_rolling) settles that); `invalid_option` in `weights`; else as
/// [`enps`](super::enps), in `scores_1` or `scores_2`.
///
/// ```
/// use advocacy_core::survey::{EnpsOptions, enps_difference_paired};
///
/// let now = [("ada", 9), ("ben", 9), ("cem", 7), ("dee", 10)];
/// let before = [("ada", 6), ("ben", 9), ("cem", 5), ("eva", 2)];
/// let change = enps_difference_paired(now, before, &EnpsOptions::default())?;
/// assert_eq!(change.value(), Some(100.0)); // from −33.3 to 66.7 among three
/// assert_eq!(change.matched.unwrap().both, 3);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn enps_difference_paired<I: Into<Id>, A: Answer>(
    first: impl IntoIterator<Item = (I, A)>,
    second: impl IntoIterator<Item = (I, A)>,
    options: &EnpsOptions,
) -> Result<EnpsDifference> {
    options.check()?;
    options.no_weights("paired answers")?;
    let first = wave(first, ("respondents_1", "scores_1"), options)?;
    let second = wave(second, ("respondents_2", "scores_2"), options)?;
    let (mut ours, mut theirs) = (Tallied::new(options), Tallied::new(options));
    let mut both = 0_u64;
    let mut products = 0_i128;
    for (id, &a) in &first {
        let Some(&b) = second.get(id) else { continue };
        ours.add(Some(a), 0, options)?;
        theirs.add(Some(b), 0, options)?;
        both += 1;
        products += step(a, options) * step(b, options);
    }
    let first_only = first.len() as u64 - both;
    let second_only = second.len() as u64 - both;
    let ours = ours.finish(options)?;
    let theirs = theirs.finish(options)?;
    let mut difference = EnpsDifference {
        measure: sides(&ours, &theirs),
        se: None,
        z: None,
        p_value: None,
        matched: None,
    };
    let mut correlation = None;
    if let (Some(x), Some(y)) = (ours.value(), theirs.value())
        && let (Some(of_first), Some(of_second)) = (ours.interval(), theirs.interval())
    {
        // n²·variance and n²·covariance, in whole numbers.
        let n = i128::from(both);
        let net = |e: &Enps| i128::from(e.promoters) - i128::from(e.detractors);
        let spread =
            |e: &Enps| n * (i128::from(e.promoters) + i128::from(e.detractors)) - net(e) * net(e);
        let (v, w) = (spread(&ours), spread(&theirs));
        let covariance = n * products - net(&ours) * net(&theirs);
        if v > 0 && w > 0 {
            let r = signed(covariance) / (signed(v) * signed(w)).sqrt();
            correlation = Some(r.clamp(-1.0, 1.0));
        }
        let interval = mover_paired(x, of_first, y, of_second, correlation.unwrap_or(0.0))
            .clipped(-200.0, 200.0);
        difference.measure = difference.measure.with_interval(Some(interval));
        let size = float(both);
        let factor = finite_factor(both, options.population)?;
        let squares = signed(v + w - 2 * covariance).max(0.0) / size / size;
        let spread = factor.map_or(0.0, |factor| (squares / (size * factor)).sqrt());
        difference.se = Some(100.0 * spread);
        if spread > 0.0 {
            let z = signed(net(&ours) - net(&theirs)) / size / spread;
            difference.z = Some(z);
            difference.p_value = Some(stats::normal_p_value(z)?);
        }
    }
    difference.matched = Some(Matched {
        both,
        first_only,
        second_only,
        correlation,
    });
    let alone = first_only + second_only;
    let measure = difference
        .measure
        .note_if(alone > 0, || Note::Excluded {
            count: alone,
            what: "people who answered one wave only".into(),
        })
        .note_if((1..crate::rate::FEW).contains(&both), || {
            Note::SmallSample { n: both }
        });
    let choices = vec![
        (
            "method",
            format!("mover from {}, with correlation", options.method).into(),
        ),
        confidence_choice(options.confidence),
        population_choice(options.population),
        ("paired", "yes".into()),
    ];
    difference.measure = stated(measure, Metric::EnpsDifference, choices);
    Ok(difference)
}

/// A wave's valid answers by person.
fn wave<I: Into<Id>, A: Answer>(
    rows: impl IntoIterator<Item = (I, A)>,
    (ids, scores): (&str, &str),
    options: &EnpsOptions,
) -> Result<BTreeMap<Id, f64>> {
    let mut seen = std::collections::BTreeSet::new();
    let mut answers = BTreeMap::new();
    for (row, (id, answer)) in rows.into_iter().enumerate() {
        let id = id.into();
        if !seen.insert(id.clone()) {
            return Err(Error::new(
                ErrorKind::DuplicateId,
                format!("respondent {id} occurs twice in one wave"),
            )
            .in_field(ids)
            .at_row(row));
        }
        if let Read::Answer(score) =
            read(answer.value(), row, options.scale.range(), options.invalid)
                .map_err(|error| error.in_field(scores))?
        {
            answers.insert(id, score);
        }
    }
    Ok(answers)
}

/// −1, 0 or 1.
fn step(score: f64, options: &EnpsOptions) -> i128 {
    match options.scale.category(score) {
        Some(EnpsCategory::Promoter) => 1,
        Some(EnpsCategory::Passive) | None => 0,
        Some(EnpsCategory::Detractor) => -1,
    }
}

/// MOVER of two estimates that go together.
pub(super) fn mover_paired(
    x: f64,
    a: &Interval,
    y: f64,
    b: &Interval,
    correlation: f64,
) -> Interval {
    // s² + t² − 2ρst, so written that nothing cancels where ρ is near 1.
    let root = |s: f64, t: f64| {
        let squares = (s - t) * (s - t) + 2.0 * (1.0 - correlation) * s * t;
        squares.max(0.0).sqrt()
    };
    let difference = x - y;
    Interval::new(
        difference - root(x - a.low, b.high - y),
        difference + root(a.high - x, y - b.low),
        a.confidence,
        "mover_paired",
    )
}
