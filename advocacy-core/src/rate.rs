//! Ratios and counts as measures: what formulas and surveys build on.

use crate::error::Result;
use crate::math::float;
use crate::measure::{Measure, Note, Number, Part};
use crate::stats;

/// Fewer people than this, and a rate is marked as resting on few.
pub(crate) const FEW: u64 = 30;

/// numerator / denominator; undefined when the denominator is 0.
pub(crate) fn ratio(above: (&'static str, Number), below: (&'static str, Number)) -> Measure {
    let (n, d) = (above.1.as_f64(), below.1.as_f64());
    let mut measure = Measure::of((d > 0.0).then(|| Number::Real(n / d)));
    measure.numerator = Some(Part::new(above.0, above.1));
    measure.denominator = Some(Part::new(below.0, below.1));
    measure
}

/// A proportion of people, with its Wilson interval.
pub(crate) fn proportion(
    above: (&'static str, impl Into<Number>),
    below: (&'static str, Number),
    confidence: f64,
) -> Result<Measure> {
    let part = above.1.into();
    let measure = ratio((above.0, part), below);
    // Half a person stands in an average; it is no trial.
    let (Number::Count(part), Number::Count(trials)) = (part, below.1) else {
        return Ok(measure);
    };
    let interval = if part <= trials {
        stats::wilson(part, trials, confidence)?
    } else {
        None
    };
    Ok(measure
        .with_interval(interval)
        .note_if((1..FEW).contains(&trials), || Note::SmallSample {
            n: trials,
        }))
}

/// A plain count.
#[inline]
pub(crate) fn count(name: &'static str, count: impl Into<Number>) -> Measure {
    let count = count.into();
    let mut measure = Measure::of(Some(count));
    measure.numerator = Some(Part::new(name, count));
    measure
}

/// a / b for whole numbers; `None` when b is 0.
pub(crate) fn quotient(a: u64, b: u64) -> Option<f64> {
    (b > 0).then(|| float(a) / float(b))
}
