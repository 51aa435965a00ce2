//! Satisfaction and favourability of answers on any scale.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::math::float;
use crate::measure::{Measure, Note, Number, Part};
use crate::stats::{self, ProportionMethod, Sample, Wide};

use super::answer::Answer;
use super::definition::{confidence_choice, population_choice, stated};
use super::read::{Invalid, Read, read};
use crate::catalog::Metric;
use crate::rate::FEW;

/// How satisfaction or favourability is computed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SatisfactionOptions {
    /// The lowest answer: 1 unless said.
    pub min: f64,
    /// The highest answer: 5 unless said.
    pub max: f64,
    /// From where an answer counts as satisfied; `None` is the top two points, max − 1.
    pub top_from: Option<f64>,
    /// The confidence of the intervals: 0.95 unless said.
    pub confidence: f64,
    /// How many people there are, if the answers are a sample of that many.
    pub population: Option<u64>,
    /// What to do with answers outside the scale: raise unless said.
    pub invalid: Invalid,
}

impl Default for SatisfactionOptions {
    fn default() -> Self {
        Self {
            min: 1.0,
            max: 5.0,
            top_from: None,
            confidence: 0.95,
            population: None,
            invalid: Invalid::default(),
        }
    }
}

impl SatisfactionOptions {
    /// From where an answer is in the top box.
    fn top(&self) -> Result<f64> {
        let top = self.top_from.unwrap_or(self.max - 1.0);
        if self.min < self.max
            && self.min.is_finite()
            && self.max.is_finite()
            && self.min <= top
            && top <= self.max
        {
            return Ok(top);
        }
        let (min, max) = (self.min, self.max);
        Err(Error::new(
            ErrorKind::InvalidOption,
            format!("top_from {top} on a scale of {min}..={max}: min < max with top_from between is needed"),
        )
        .in_field("top_from"))
    }
}

/// Satisfaction as a mean and as the share of the satisfied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Satisfaction {
    /// The mean on the scale, with Student's interval.
    pub mean: Measure,
    /// Top-2-box: the share at or above the point stated, with Wilson's interval.
    pub top_box: Measure,
    /// Valid answers.
    pub responses: u64,
    /// Blank rows.
    pub missing: u64,
    /// Rows outside the scale, left out.
    pub skipped: u64,
}

/// The answers of one question, read.
struct Answers {
    values: Vec<f64>,
    missing: u64,
    skipped: u64,
    top: u64,
}

impl Answers {
    fn of<A: Answer>(
        scores: impl IntoIterator<Item = A>,
        top_from: f64,
        options: &SatisfactionOptions,
    ) -> Result<Self> {
        stats::two_sided_z(options.confidence)?;
        let mut answers = Self {
            values: Vec::new(),
            missing: 0,
            skipped: 0,
            top: 0,
        };
        for (row, answer) in scores.into_iter().enumerate() {
            match read(
                answer.value(),
                row,
                (options.min, options.max),
                options.invalid,
            )? {
                Read::Missing => answers.missing += 1,
                Read::Skipped => answers.skipped += 1,
                Read::Answer(score) => {
                    answers.values.push(score);
                    answers.top += u64::from(score >= top_from);
                }
            }
        }
        Ok(answers)
    }

    fn responses(&self) -> u64 {
        self.values.len() as u64
    }

    fn finish(
        &self,
        measure: Measure,
        metric: Metric,
        top_from: Option<f64>,
        options: &SatisfactionOptions,
    ) -> Measure {
        let n = self.responses();
        let measure = measure
            .with_coverage(n, n + self.missing + self.skipped)
            .note_if(self.missing > 0, || Note::NotKnown {
                rows: self.missing,
                what: "an answer".into(),
            })
            .note_if(self.skipped > 0, || Note::Excluded {
                count: self.skipped,
                what: "outside the scale".into(),
            })
            .note_if((1..FEW).contains(&n), || Note::SmallSample { n });
        let scale: Cow<'static, str> = format!("{}-{}", options.min, options.max).into();
        let mut choices = vec![("scale", scale)];
        choices.extend(top_from.map(|point| ("from", point.to_string().into())));
        choices.push(confidence_choice(options.confidence));
        choices.push(population_choice(options.population));
        choices.push(("invalid", options.invalid.as_str().into()));
        stated(measure, metric, choices)
    }

    /// The share at or above a point, with Wilson's interval.
    fn share(
        &self,
        metric: Metric,
        top_from: f64,
        options: &SatisfactionOptions,
    ) -> Result<Measure> {
        let n = self.responses();
        let interval = stats::proportion_interval(
            ProportionMethod::Wilson,
            self.top,
            n,
            options.population,
            options.confidence,
        )?;
        let value = (n > 0).then(|| Number::Real(float(self.top) / float(n)));
        let mut measure = Measure::of(value).with_interval(interval);
        measure.numerator = Some(Part::new("answers at or above the point", self.top));
        measure.denominator = Some(Part::new("answers", n));
        Ok(self.finish(measure, metric, Some(top_from), options))
    }
}

/// Satisfaction: the mean of the answers, and the share of them in the top
/// two points of the scale (or from the point stated).
///
/// The mean's interval is Student's, times √((N − n)/(N − 1)) for a population
/// of N, and cut to the scale; one answer has none. The share's is Wilson's.
/// Both are undefined without answers.
///
/// # Errors
/// As [`enps`](super::enps) for `scores`, `confidence` and `population`;
/// `invalid_option` in `top_from` for a scale or point that cannot be.
///
/// ```
/// use advocacy_core::survey::{SatisfactionOptions, satisfaction};
///
/// let result = satisfaction(&[5, 4, 3, 4], &SatisfactionOptions::default())?;
/// assert_eq!(result.mean.value(), Some(4.0));
/// assert_eq!(result.top_box.value(), Some(0.75));
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn satisfaction<A: Answer>(
    scores: impl IntoIterator<Item = A>,
    options: &SatisfactionOptions,
) -> Result<Satisfaction> {
    let top_from = options.top()?;
    let answers = Answers::of(scores, top_from, options)?;
    let top_box = answers.share(Metric::SatisfactionTopBox, top_from, options)?;
    let n = answers.responses();
    let sum = (answers.values.iter()).fold(Wide::ZERO, |sum, &x| sum.plus(Wide::from_f64(x)));
    let mut mean = Measure::of(None);
    if let Some(sample) = Sample::from_values(&answers.values)? {
        let estimate = stats::mean_interval(&sample, options.population, options.confidence)?;
        mean = Measure::of(Some(Number::Real(estimate.value)));
        mean.interval = estimate
            .interval
            .map(|interval| interval.clipped(options.min, options.max));
    }
    mean.numerator = Some(Part::new("sum of answers", sum.value()));
    mean.denominator = Some(Part::new("answers", n));
    Ok(Satisfaction {
        mean: answers.finish(mean, Metric::Satisfaction, None, options),
        top_box,
        responses: n,
        missing: answers.missing,
        skipped: answers.skipped,
    })
}

/// The share of answers at or above a stated point of an agree scale: a
/// fraction, with Wilson's interval.
///
/// Undefined without answers. The scale is that of the options (1–5 unless
/// said); their `top_from` is not looked at.
///
/// # Errors
/// `invalid_option` in `favourable_from` outside the scale; else as
/// [`satisfaction`].
///
/// ```
/// use advocacy_core::survey::{SatisfactionOptions, favourability};
///
/// let share = favourability(&[5, 4, 3, 2], 4.0, &SatisfactionOptions::default())?;
/// assert_eq!(share.value(), Some(0.5));
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn favourability<A: Answer>(
    scores: impl IntoIterator<Item = A>,
    favourable_from: f64,
    options: &SatisfactionOptions,
) -> Result<Measure> {
    let options = SatisfactionOptions {
        top_from: Some(favourable_from),
        ..*options
    };
    let from = options
        .top()
        .map_err(|error| error.in_field("favourable_from"))?;
    Answers::of(scores, from, &options)?.share(Metric::Favourability, from, &options)
}
