//! Survey results from answers already counted: each distinct answer, what it
//! weighs, and how often it was given.

use crate::error::Result;
use crate::math::float;
use crate::measure::{Measure, Note, Number, Part};
use crate::rate::FEW;
use crate::stats::{self, Interval, ProportionMethod, Sample, Wide};

use super::EnpsCategory;
use super::enps::{Enps, EnpsOptions, Tallied};

/// The net score of answers in their groups.
pub(crate) fn enps(
    answers: impl Iterator<Item = (Option<EnpsCategory>, f64, u64)> + Clone,
    blank: u64,
    options: &EnpsOptions,
) -> Result<Enps> {
    let weighted = answers
        .clone()
        .any(|(_, weight, _)| weight.to_bits() != 1.0_f64.to_bits());
    let mut tallied = Tallied::of(weighted, blank);
    for (category, weight, times) in answers {
        tallied.count(category, weight, times)?;
    }
    tallied.finish(options)
}

/// What answers weigh together.
struct Weighed {
    answers: u64,
    weight: Wide,
    /// Kish's effective number of answers, (Σw)²/Σw²; that of the answers
    /// where all weigh 1.
    effective: f64,
    equal: bool,
}

impl Weighed {
    fn of(given: &[(f64, f64, u64)]) -> Self {
        let mut weighed = Self {
            answers: 0,
            weight: Wide::ZERO,
            effective: 0.0,
            equal: true,
        };
        let mut squares = Wide::ZERO;
        for &(_, weight, times) in given {
            let (wide, often) = (Wide::from_f64(weight), Wide::from_u64(times));
            weighed.answers += times;
            weighed.weight = weighed.weight.plus(wide.times(often));
            squares = squares.plus(wide.times(wide).times(often));
            weighed.equal &= weight.to_bits() == 1.0_f64.to_bits();
        }
        if weighed.weight.value() > 0.0 {
            let all = weighed.weight;
            weighed.effective = all.times(all).over(squares).value();
        }
        weighed
    }

    /// By how much a finite population enlarges the sample; `None` is a census.
    fn finite(&self, population: Option<u64>) -> Option<f64> {
        let Some(population) = population else {
            return Some(1.0);
        };
        let rest = population
            .checked_sub(self.answers)
            .filter(|&rest| rest > 0)?;
        Some(float(population - 1) / float(rest))
    }
}

/// The mean of answers, with Student's interval cut to the scale; weighted
/// where any weighs other than 1, by Kish's effective number of answers.
pub(crate) fn mean(
    given: &[(f64, f64, u64)],
    (min, max): (f64, f64),
    population: Option<u64>,
    confidence: f64,
) -> Result<Measure> {
    let weighed = Weighed::of(given);
    let sum = given
        .iter()
        .fold(Wide::ZERO, |sum, &(score, weight, times)| {
            let one = Wide::from_f64(score).times(Wide::from_f64(weight));
            sum.plus(one.times(Wide::from_u64(times)))
        });
    let (above, below) = if weighed.equal {
        let n = Part::new("answers", weighed.answers);
        (Part::new("sum of answers", sum.value()), n)
    } else {
        let weight = Part::new("weight of answers", weighed.weight.value());
        (Part::new("weighted sum of answers", sum.value()), weight)
    };
    let stated = |value| Measure {
        numerator: Some(above),
        denominator: Some(below),
        ..Measure::of(value)
    };
    if weighed.weight.value() <= 0.0 {
        return Ok(stated(None));
    }
    let mean = sum.over(weighed.weight);
    let residual = given
        .iter()
        .fold(Wide::ZERO, |sum, &(score, weight, times)| {
            let rest = Wide::from_f64(score).minus(mean);
            let one = rest.times(rest).times(Wide::from_f64(weight));
            sum.plus(one.times(Wide::from_u64(times)))
        });
    let interval = if weighed.equal {
        let n = weighed.answers;
        let variance = residual.value().max(0.0) / float((n - 1).max(1));
        // One answer has no spread, unless it is everybody's.
        if n == 1 && population != Some(1) {
            None
        } else {
            let sample = Sample::new(n, mean.value(), variance)?;
            stats::mean_interval(&sample, population, confidence)?.interval
        }
    } else {
        weighted_interval(&weighed, mean, residual, population, confidence)?
    };
    let measure = stated(Some(Number::Real(mean.value())));
    Ok(measure.with_interval(interval.map(|interval| interval.clipped(min, max))))
}

/// mean ± t·√(s²/n) with n the effective number of answers.
fn weighted_interval(
    weighed: &Weighed,
    mean: Wide,
    residual: Wide,
    population: Option<u64>,
    confidence: f64,
) -> Result<Option<Interval>> {
    let degrees = weighed.effective - 1.0;
    let Some(factor) = weighed.finite(population) else {
        let mean = mean.value();
        return Ok(Some(Interval::new(mean, mean, confidence, "student_t")));
    };
    if degrees <= 0.0 {
        return Ok(None);
    }
    let variance = residual.over(weighed.weight).value().max(0.0) / degrees / factor;
    let margin = stats::two_sided_t(confidence, degrees)? * variance.sqrt();
    let mean = mean.value();
    Ok(Some(Interval::new(
        mean - margin,
        mean + margin,
        confidence,
        "student_t",
    )))
}

/// The share of answers that are among the `top` ones, with Wilson's interval;
/// weighted where any weighs other than 1, by Kish's effective number.
pub(crate) fn share(
    top: &[(f64, f64, u64)],
    given: &[(f64, f64, u64)],
    population: Option<u64>,
    confidence: f64,
) -> Result<Measure> {
    let (part, all) = (Weighed::of(top), Weighed::of(given));
    if all.equal {
        let interval = stats::proportion_interval(
            ProportionMethod::Wilson,
            part.answers,
            all.answers,
            population,
            confidence,
        )?;
        let value =
            (all.answers > 0).then(|| Number::Real(float(part.answers) / float(all.answers)));
        let mut measure = Measure::of(value).with_interval(interval);
        measure.numerator = Some(Part::new("answers at or above the point", part.answers));
        measure.denominator = Some(Part::new("answers", all.answers));
        return Ok(measure);
    }
    if all.weight.value() <= 0.0 {
        return Ok(Measure::of(None));
    }
    let value = part.weight.over(all.weight).value();
    let interval = match all.finite(population) {
        Some(factor) => stats::wilson_effective(value, all.effective * factor, confidence)?,
        None => Interval::new(value, value, confidence, "wilson"),
    };
    let mut measure = Measure::of(Some(Number::Real(value))).with_interval(Some(interval));
    let above = "weight of answers at or above the point";
    measure.numerator = Some(Part::new(above, part.weight.value()));
    measure.denominator = Some(Part::new("weight of answers", all.weight.value()));
    Ok(measure)
}

/// What a mean or share of answers rests on.
pub(crate) fn rest_on(measure: Measure, given: &[(f64, f64, u64)], blank: u64) -> Measure {
    let weighed = Weighed::of(given);
    let n = weighed.answers;
    let measure = if weighed.equal || n == 0 {
        measure
    } else {
        measure.with_component(Part::new("effective answers", weighed.effective))
    };
    measure
        .with_coverage(n, n + blank)
        .note_if(blank > 0, || Note::NotKnown {
            rows: blank,
            what: "an answer".into(),
        })
        .note_if((1..FEW).contains(&n), || Note::SmallSample { n })
}
