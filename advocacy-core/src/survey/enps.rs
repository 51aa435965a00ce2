//! The employee net promoter score of answers or of counts.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::math::float;
use crate::measure::{Measure, Note, Number, Part};
use crate::rate::FEW;
use crate::stats::{self, Interval, Wide};

use super::answer::Answer;
use super::definition::{confidence_choice, population_choice, stated};
use super::intervals::{Shares, finite_factor, signed, total};
use super::read::{Invalid, Read, read};
use crate::catalog::Metric;
use crate::definitions::EnpsMethod;
use crate::model::scale::{EnpsCategory, Scale};

/// How an eNPS is computed.
///
/// ```
/// use advocacy_core::survey::{EnpsMethod, EnpsOptions};
///
/// let options: EnpsOptions = serde_json::from_str(r#"{"method": "tango", "population": 400}"#)?;
/// assert_eq!(options.method, EnpsMethod::Tango);
/// assert_eq!(options.confidence, 0.95);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EnpsOptions {
    /// The scale of the answers: 0–10 unless said.
    pub scale: Scale,
    /// How the interval is made: adjusted Wald unless said.
    pub method: EnpsMethod,
    /// The confidence of the interval, strictly between 0 and 1: 0.95 unless said.
    pub confidence: f64,
    /// A weight for every row, blank rows included: 0, or 1e-100 to 1e100.
    pub weights: Option<Vec<f64>>,
    /// How many people there are, if the answers are a sample without
    /// replacement of that many: the interval narrows to 0 at a census.
    pub population: Option<u64>,
    /// What to do with answers outside the scale: raise unless said.
    pub invalid: Invalid,
}

impl Default for EnpsOptions {
    fn default() -> Self {
        Self {
            scale: Scale::default(),
            method: EnpsMethod::default(),
            confidence: 0.95,
            weights: None,
            population: None,
            invalid: Invalid::default(),
        }
    }
}

impl EnpsOptions {
    pub(super) fn check(&self) -> Result<()> {
        self.scale.check()?;
        stats::two_sided_z(self.confidence)?;
        for (row, &weight) in self.weights.iter().flatten().enumerate() {
            stats::not_negative(weight, "weights").map_err(|error| error.at_row(row))?;
            // Beyond these their squares leave the range of a float.
            if weight > 0.0 && !(1e-100..=1e100).contains(&weight) {
                let message =
                    format!("weight {weight:e} at row {row} is neither 0 nor 1e-100..=1e100");
                return Err(Error::new(ErrorKind::OutOfRange, message)
                    .in_field("weights")
                    .at_row(row));
            }
        }
        Ok(())
    }

    /// An error if there are weights where there can be none.
    pub(super) fn no_weights(&self, what: &str) -> Result<()> {
        if self.weights.is_none() {
            return Ok(());
        }
        Err(
            Error::new(ErrorKind::InvalidOption, format!("{what} take no weights"))
                .in_field("weights"),
        )
    }
}

/// What weights make of an eNPS.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeightedShares {
    /// The promoters' share of the weight, 0..=1.
    pub promoters: f64,
    /// The passives' share of the weight, 0..=1.
    pub passives: f64,
    /// The detractors' share of the weight, 0..=1.
    pub detractors: f64,
    /// The weight of all answers.
    pub weight: f64,
    /// Kish's effective number of answers, (Σw)²/Σw²: what the interval rests on.
    pub effective_size: f64,
    /// Answers of positive weight over effective answers; 1 where all weigh the same.
    pub design_effect: f64,
}

/// An eNPS with its counts, interval and explanation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Enps {
    /// The score in points, −100..=100, not rounded; undefined without
    /// answers. `enps`, or `net_score` on a scale with its own cut-offs.
    pub measure: Measure,
    /// Answers of promoters.
    pub promoters: u64,
    /// Passive answers.
    pub passives: u64,
    /// Answers of detractors.
    pub detractors: u64,
    /// Valid answers: the sum of the three, those of weight 0 included.
    pub responses: u64,
    /// Blank rows.
    pub missing: u64,
    /// Rows outside the scale, left out by [`Invalid::Skip`].
    pub skipped: u64,
    /// Half the width of the interval, in points: the ± of the score.
    pub margin_of_error: Option<f64>,
    /// With weights, what they make of it.
    pub weighted: Option<WeightedShares>,
    /// The scale of the answers.
    pub scale: Scale,
    /// How the interval was made.
    pub method: EnpsMethod,
    /// Its confidence.
    pub confidence: f64,
    /// The finite population, if one was given.
    pub population: Option<u64>,
}

impl Enps {
    /// The score in points; `None` without answers.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        self.measure.value()
    }

    /// The interval in points, cut to −100..=100; `None` without answers.
    #[must_use]
    pub fn interval(&self) -> Option<&Interval> {
        self.measure.interval()
    }

    /// The sum as a person would check it by hand, and what it rests on.
    #[must_use]
    pub fn explain(&self) -> String {
        self.measure.explain()
    }

    /// What intervals and tests rest on: counts, or weighted shares of the
    /// effective number of answers.
    pub(super) fn shares(&self) -> Result<Option<Shares>> {
        // Answers that all weigh nothing are no answers.
        if self.measure.value().is_none() {
            return Ok(None);
        }
        let Some(weighted) = &self.weighted else {
            return Shares::of_counts(self.promoters, self.passives, self.detractors);
        };
        let unit = Shares {
            promoters: weighted.promoters,
            passives: weighted.passives,
            detractors: weighted.detractors,
            net: weighted.promoters - weighted.detractors,
            n: 1.0,
        };
        Ok(Some(unit.times(weighted.effective_size)))
    }

    /// The scale of the counts for a finite population; `None` for a census.
    pub(super) fn factor(&self) -> Result<Option<f64>> {
        finite_factor(self.responses, self.population)
    }
}

/// Weights summed by group, in twice the digits.
#[derive(Clone, Copy, Debug)]
struct Weights {
    promoters: Wide,
    passives: Wide,
    detractors: Wide,
    squares: Wide,
    positive: u64,
}

/// Answers counted; mergeable.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tallied {
    promoters: u64,
    passives: u64,
    detractors: u64,
    missing: u64,
    skipped: u64,
    weights: Option<Weights>,
}

impl Tallied {
    pub(super) fn new(options: &EnpsOptions) -> Self {
        Self::of(options.weights.is_some(), 0)
    }

    /// Nothing counted yet but blanks, with weights or without.
    pub(super) fn of(weighted: bool, missing: u64) -> Self {
        Self {
            promoters: 0,
            passives: 0,
            detractors: 0,
            missing,
            skipped: 0,
            weights: weighted.then_some(Weights {
                promoters: Wide::ZERO,
                passives: Wide::ZERO,
                detractors: Wide::ZERO,
                squares: Wide::ZERO,
                positive: 0,
            }),
        }
    }

    /// Counts the answer at a row, with the weight of that row.
    pub(super) fn add(
        &mut self,
        value: Option<f64>,
        row: usize,
        options: &EnpsOptions,
    ) -> Result<()> {
        let weight = match &options.weights {
            None => None,
            Some(weights) => Some(*weights.get(row).ok_or_else(|| lengths(row + 1, weights))?),
        };
        let score = match read(value, row, options.scale.range(), options.invalid)? {
            Read::Missing => {
                self.missing += 1;
                return Ok(());
            }
            Read::Skipped => {
                self.skipped += 1;
                return Ok(());
            }
            Read::Answer(score) => score,
        };
        let category = options.scale.category(score);
        self.count(category, weight.unwrap_or(1.0), 1)
    }

    /// Counts an answer of a group that was given several times.
    pub(super) fn count(
        &mut self,
        category: Option<EnpsCategory>,
        weight: f64,
        times: u64,
    ) -> Result<()> {
        let (count, sum) = match (category, &mut self.weights) {
            (Some(EnpsCategory::Promoter), sums) => (
                &mut self.promoters,
                sums.as_mut().map(|sums| &mut sums.promoters),
            ),
            (Some(EnpsCategory::Passive), sums) => (
                &mut self.passives,
                sums.as_mut().map(|sums| &mut sums.passives),
            ),
            (_, sums) => (
                &mut self.detractors,
                sums.as_mut().map(|sums| &mut sums.detractors),
            ),
        };
        *count = count
            .checked_add(times)
            .ok_or_else(|| Error::new(ErrorKind::Overflow, "more answers than 64 bits count"))?;
        let (wide, often) = (Wide::from_f64(weight), Wide::from_u64(times));
        if let Some(sum) = sum {
            *sum = sum.plus(wide.times(often));
        }
        if let Some(sums) = &mut self.weights {
            sums.squares = sums.squares.plus(wide.times(wide).times(often));
            sums.positive += if weight > 0.0 { times } else { 0 };
        }
        Ok(())
    }

    /// Counts answers outside the scale that are left out.
    pub(super) fn skip(&mut self, times: u64) {
        self.skipped += times;
    }

    /// Both together: rows in memory are fewer than 2⁶⁴, so nothing wraps.
    pub(super) fn merged(self, other: Self) -> Self {
        Self {
            promoters: self.promoters + other.promoters,
            passives: self.passives + other.passives,
            detractors: self.detractors + other.detractors,
            missing: self.missing + other.missing,
            skipped: self.skipped + other.skipped,
            weights: self.weights.zip(other.weights).map(|(a, b)| Weights {
                promoters: a.promoters.plus(b.promoters),
                passives: a.passives.plus(b.passives),
                detractors: a.detractors.plus(b.detractors),
                squares: a.squares.plus(b.squares),
                positive: a.positive + b.positive,
            }),
        }
    }

    /// The eNPS of what was counted.
    pub(super) fn finish(self, options: &EnpsOptions) -> Result<Enps> {
        let Self {
            promoters,
            passives,
            detractors,
            missing,
            skipped,
            weights,
        } = self;
        let responses = total(promoters, passives, detractors)?;
        let mut measure = match weights {
            None => counted(promoters, detractors, responses),
            Some(weights) => weighed(&weights),
        };
        for (name, count) in [
            ("promoters", promoters),
            ("passives", passives),
            ("detractors", detractors),
        ] {
            measure = measure.with_component(Part::new(name, count));
        }
        let weighted = weights
            .filter(|_| measure.value().is_some())
            .map(|w| w.shares());
        if let Some(weighted) = &weighted {
            for (name, value) in [
                ("share of promoters by weight", weighted.promoters),
                ("share of passives by weight", weighted.passives),
                ("share of detractors by weight", weighted.detractors),
                ("effective answers", weighted.effective_size),
                ("design effect", weighted.design_effect),
            ] {
                measure = measure.with_component(Part::new(name, value));
            }
        }
        let idle = weights.map_or(0, |weights| responses - weights.positive);
        measure = measure
            .with_coverage(responses, responses + missing + skipped)
            .note_if(missing > 0, || Note::NotKnown {
                rows: missing,
                what: "an answer".into(),
            })
            .note_if(skipped > 0, || Note::Excluded {
                count: skipped,
                what: "outside the scale".into(),
            })
            .note_if(idle > 0, || Note::Excluded {
                count: idle,
                what: "of weight 0".into(),
            })
            .note_if((1..FEW).contains(&responses), || Note::SmallSample {
                n: responses,
            });
        let metric = if options.scale.is_usual() {
            Metric::Enps
        } else {
            measure = measure.note(Note::Remark {
                text: "not an eNPS: the scale and its cut-offs are the caller's own".into(),
            });
            Metric::NetScore
        };
        let census = options.population == Some(responses) && responses > 0;
        let measure = measure.note_if(census, || Note::Remark {
            text: "a census: everyone answered, nothing is left to chance".into(),
        });
        let choices = vec![
            ("scale", options.scale.label().into()),
            ("method", Cow::Borrowed(options.method.as_str())),
            confidence_choice(options.confidence),
            population_choice(options.population),
            (
                "weights",
                Cow::Borrowed(if weights.is_some() { "given" } else { "none" }),
            ),
            ("invalid", Cow::Borrowed(options.invalid.as_str())),
        ];
        let mut enps = Enps {
            measure: stated(measure, metric, choices),
            promoters,
            passives,
            detractors,
            responses,
            missing,
            skipped,
            margin_of_error: None,
            weighted,
            scale: options.scale,
            method: options.method,
            confidence: options.confidence,
            population: options.population,
        };
        let factor = enps.factor()?;
        let interval = enps
            .shares()?
            .map(|shares| shares.interval(options.method, factor, options.confidence))
            .transpose()?;
        enps.margin_of_error = interval.as_ref().map(Interval::margin);
        enps.measure = enps.measure.with_interval(interval);
        Ok(enps)
    }
}

impl Weights {
    fn total(&self) -> Wide {
        self.promoters.plus(self.passives).plus(self.detractors)
    }

    /// The weight of all is above 0.
    fn shares(&self) -> WeightedShares {
        let total = self.total();
        let effective_size = total.times(total).over(self.squares);
        WeightedShares {
            promoters: self.promoters.over(total).value(),
            passives: self.passives.over(total).value(),
            detractors: self.detractors.over(total).value(),
            weight: total.value(),
            effective_size: effective_size.value(),
            design_effect: Wide::from_u64(self.positive).over(effective_size).value(),
        }
    }
}

/// 100·(P − D)/n, the difference exact.
fn counted(promoters: u64, detractors: u64, responses: u64) -> Measure {
    let net = signed(100 * (i128::from(promoters) - i128::from(detractors)));
    let value = (responses > 0).then(|| Number::Real(net / float(responses)));
    let mut measure = Measure::of(value);
    measure.numerator = Some(Part::new("100 × (promoters − detractors)", net));
    measure.denominator = Some(Part::new("responses", responses));
    measure
}

fn weighed(weights: &Weights) -> Measure {
    let all = weights.total();
    let net = weights
        .promoters
        .minus(weights.detractors)
        .times(Wide::from_f64(100.0));
    let value = (all.value() > 0.0).then(|| Number::Real(net.over(all).value()));
    let mut measure = Measure::of(value);
    measure.numerator = Some(Part::new(
        "100 × (weight of promoters − weight of detractors)",
        net.value(),
    ));
    measure.denominator = Some(Part::new("weight of responses", all.value()));
    measure
}

#[cold]
fn lengths(rows: usize, weights: &[f64]) -> Error {
    Error::new(
        ErrorKind::UnequalLengths,
        format!("{} weights for {rows} scores or more", weights.len()),
    )
    .in_field("weights")
}

/// An error if there are more weights than rows; fewer are found on the way.
pub(super) fn check_lengths(rows: usize, options: &EnpsOptions) -> Result<()> {
    match &options.weights {
        Some(weights) if weights.len() != rows => Err(Error::new(
            ErrorKind::UnequalLengths,
            format!("{} weights for {rows} scores", weights.len()),
        )
        .in_field("weights")),
        _ => Ok(()),
    }
}

/// The eNPS of answers: 100·(promoters − detractors)/responses, in points.
///
/// Blanks are missing and counted; answers between whole numbers fall in a
/// group (6.5 is a detractor's, 8.5 passive). With weights the groups are
/// shares of the weight and the interval rests on Kish's effective number of
/// answers. Undefined without answers, or where all of them weigh nothing.
/// Source: Reichheld (2003); the interval is that of
/// [`EnpsMethod`](super::EnpsMethod).
///
/// # Errors
/// In `scores`, with the row (from 0): `out_of_range` outside the scale unless
/// [`Invalid::Skip`], `not_finite` for NaN and infinities (these are never
/// skipped). In `weights`: `out_of_range` and `not_finite` with the row,
/// `unequal_lengths`. In `confidence` and `population` (below the responses):
/// `out_of_range`. In `scale`: `invalid_option`.
///
/// ```
/// use advocacy_core::survey::{EnpsOptions, enps};
///
/// let score = enps(&[Some(10), Some(9), Some(7), Some(3), None], &EnpsOptions::default())?;
/// assert_eq!(score.value(), Some(25.0));
/// assert_eq!((score.promoters, score.passives, score.detractors, score.missing), (2, 1, 1, 1));
/// assert!(score.explain().starts_with(
///     "enps = 100 × (promoters − detractors) / responses = 100 / 4 = 25"
/// ));
///
/// let error = enps(&[9, 10, 8, 11], &EnpsOptions::default()).unwrap_err();
/// assert_eq!(error.message(), "score 11 at row 3 is outside 0..=10");
/// assert_eq!(error.row(), Some(3));
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn enps<A: Answer>(scores: impl IntoIterator<Item = A>, options: &EnpsOptions) -> Result<Enps> {
    options.check()?;
    let mut tallied = Tallied::new(options);
    let mut rows = 0;
    let ((min, max), (passive, promoter)) = (options.scale.range(), options.scale.cut_offs());
    let plain = options.weights.is_none();
    // Detractors, passives, promoters: counted without a branch between them.
    let mut counts = [0_u64; 3];
    for answer in scores {
        match answer.value() {
            Some(score) if plain && min <= score && score <= max => {
                counts[usize::from(score >= passive) + usize::from(score >= promoter)] += 1;
            }
            other => tallied.add(other, rows, options)?,
        }
        rows += 1;
    }
    check_lengths(rows, options)?;
    tallied.detractors += counts[0];
    tallied.passives += counts[1];
    tallied.promoters += counts[2];
    tallied.finish(options)
}

/// The eNPS of counts in hand: 100·(P − D)/(P + passives + D), in points.
///
/// Undefined where all three are 0.
///
/// # Errors
/// `overflow` in `responses` if the sum exceeds 64 bits; `invalid_option` in
/// `weights`: counts have none; else as [`enps`].
///
/// ```
/// use advocacy_core::survey::{EnpsOptions, enps_from_counts};
///
/// let score = enps_from_counts(55, 35, 10, &EnpsOptions::default())?;
/// assert_eq!(score.value(), Some(45.0)); // agendrix.com
///
/// let census = EnpsOptions { population: Some(100), ..EnpsOptions::default() };
/// let score = enps_from_counts(55, 35, 10, &census)?;
/// assert_eq!(score.margin_of_error, Some(0.0)); // everyone answered
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn enps_from_counts(
    promoters: u64,
    passives: u64,
    detractors: u64,
    options: &EnpsOptions,
) -> Result<Enps> {
    options.check()?;
    options.no_weights("counts")?;
    let tallied = Tallied {
        promoters,
        passives,
        detractors,
        missing: 0,
        skipped: 0,
        weights: None,
    };
    tallied.finish(options)
}
