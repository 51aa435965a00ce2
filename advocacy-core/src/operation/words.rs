//! What is said of operations and parameters.

use std::borrow::Cow;

use crate::catalog::Metric;
use crate::measure::Unit;

use super::argument::Argument;

/// What a row says of its function.
#[derive(Clone, Copy)]
pub(crate) struct About {
    pub(crate) title: &'static str,
    pub(crate) formula: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) rule: &'static str,
    pub(crate) source: &'static str,
}

impl About {
    pub(super) const fn new(
        title: &'static str,
        formula: &'static str,
        unit: &'static str,
        rule: &'static str,
        source: &'static str,
    ) -> Self {
        Self {
            title,
            formula,
            unit,
            rule,
            source,
        }
    }

    /// What the catalogue says of the metric.
    pub(crate) const fn metric(metric: Metric, rule: &'static str) -> Self {
        let info = metric.info();
        Self::new(
            info.title,
            info.formula,
            words(info.unit),
            rule,
            info.source,
        )
    }

    /// The same, about something else of it.
    pub(super) const fn titled(mut self, title: &'static str) -> Self {
        self.title = title;
        self
    }

    pub(super) const fn in_unit(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }
}

/// A unit in words, with its range.
const fn words(unit: Unit) -> &'static str {
    match unit {
        Unit::Rate => "fraction, 0..=1 unless noted",
        Unit::Points => POINTS,
        Unit::Ratio => "ratio, 0 or more",
        Unit::Count => "count, 0 or more",
        Unit::Score => "on the scale of the answers",
        _ => "number",
    }
}

pub(super) const POINTS: &str = "points, -100..=100";
pub(super) const DIFFERENCE_POINTS: &str = "points, -200..=200";
pub(super) const FRACTION: &str = "fraction, 0..=1";
pub(super) const DIFFERENCE: &str = "fraction, -1..=1";
pub(super) const P_VALUE: &str = "probability, 0..=1";
pub(super) const VALUES: &str = "that of the values";

pub(super) const SCORES: &str = "The answers; null is a blank.";
pub(super) const SCORES_1: &str =
    "The answers of the first (of two waves, the later); null is a blank.";
pub(super) const SCORES_2: &str = "The answers of the second; null is a blank.";
pub(super) const SCALE: &str =
    "The scale of the answers: 0-10, 1-10, or one with its own cut-offs.";
pub(super) const METHOD: &str = "How the interval is made.";
pub(super) const CONFIDENCE: &str = "The confidence of the interval, strictly between 0 and 1.";
pub(super) const WEIGHTS: &str = "A weight for every row, blanks included: 0, or 1e-100 to 1e100.";
pub(super) const POPULATION: &str =
    "How many people there are, if these are a sample of that many without replacement.";
pub(super) const INVALID: &str = "What to do with answers outside the scale.";
pub(super) const PROMOTERS: &str = "Answers of promoters.";
pub(super) const PASSIVES: &str = "Passive answers.";
pub(super) const DETRACTORS: &str = "Answers of detractors.";
pub(super) const SUCCESSES: &str = "How often it happened.";
pub(super) const TRIALS: &str = "How often it could have happened.";
pub(super) const SUCCESSES_1: &str = "How often it happened in the first.";
pub(super) const TRIALS_1: &str = "How often it could have happened in the first.";
pub(super) const SUCCESSES_2: &str = "How often it happened in the second.";
pub(super) const TRIALS_2: &str = "How often it could have happened in the second.";
pub(super) const MEMBERS: &str = "One count per member, in any order.";
pub(super) const RESPONDENTS_1: &str = "Who gave each answer of the first.";
pub(super) const RESPONDENTS_2: &str = "Who gave each answer of the second.";
pub(super) const LOWEST: &str = "The lowest answer.";
pub(super) const HIGHEST: &str = "The highest answer.";
pub(super) const TZ: &str = "The IANA time zone of days and of instants without an offset.";
pub(super) const EXPECTED_PROMOTERS: &str =
    "The expected share of promoters, 0..=1; half of each is the worst case.";
pub(super) const EXPECTED_DETRACTORS: &str =
    "The expected share of detractors, 0..=1; with the promoters' at most 1.";
pub(super) const SAMPLE_1: &str = "The first sample.";
pub(super) const SAMPLE_2: &str = "The second sample.";
pub(super) const EFFECT: &str = "Whether the difference is as it is or relative to the second.";
pub(super) const SE: &str = "Its standard error.";

/// Defaults.
pub(super) const fn number(number: f64) -> Argument<'static> {
    Argument::Number(number)
}

pub(super) const fn whole(number: u32) -> Argument<'static> {
    Argument::Whole(number as i128)
}

pub(crate) const fn text(text: &'static str) -> Argument<'static> {
    Argument::Text(Cow::Borrowed(text))
}

pub(super) const fn flag(flag: bool) -> Argument<'static> {
    Argument::Flag(flag)
}

/// What confidences are unless said.
pub(super) const USUAL: Argument<'static> = number(0.95);
