//! Whether a survey is a pulse survey.

use serde::{Deserialize, Serialize};

use crate::calendar::Timestamp;
use crate::error::{Error, ErrorKind, Result};

const DAY: i64 = 86_400_000_000;

/// What makes a survey a pulse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PulseOptions {
    /// No more questions than this: 10 unless said.
    pub most_questions: u64,
    /// No two waves closer than this: 7 days unless said.
    pub shortest_gap_days: u32,
    /// No two waves further apart than this: 92 days unless said.
    pub longest_gap_days: u32,
}

impl Default for PulseOptions {
    fn default() -> Self {
        Self {
            most_questions: 10,
            shortest_gap_days: 7,
            longest_gap_days: 92,
        }
    }
}

/// One thing that keeps a survey from being a pulse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum PulseFinding {
    /// It asks nothing.
    NoQuestions,
    /// It asks more than a pulse may.
    TooManyQuestions {
        /// How many it asks.
        questions: u64,
        /// How many it may.
        most: u64,
    },
    /// With fewer than two waves there is no cadence.
    NoCadence,
    /// Two waves are too close.
    TooOften {
        /// The earlier of them.
        after: Timestamp,
    },
    /// Two waves are too far apart.
    TooSeldom {
        /// The earlier of them.
        after: Timestamp,
    },
}

/// A survey, checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PulseCheck {
    /// Whether nothing was found.
    pub is_pulse: bool,
    /// What was found.
    pub findings: Vec<PulseFinding>,
    /// The median days between waves: the cadence; `None` with fewer than two.
    pub cadence_days: Option<f64>,
}

/// Checks that a survey is a pulse: at most 10 questions, asked at a cadence
/// of a week to a quarter (or as the options say).
///
/// `waves` are the instants at which it was sent, in any order; days are of
/// 24 hours.
///
/// # Errors
/// `invalid_option` in `shortest_gap_days` if above the longest.
///
/// ```
/// use advocacy_core::survey::{PulseFinding, PulseOptions, pulse_check};
/// use advocacy_core::{Timestamp, Zone};
///
/// let waves = ["2025-01-06", "2025-02-03", "2025-03-03"];
/// let waves: Vec<_> = waves.iter().map(|day| Timestamp::parse(day, &Zone::utc())).collect::<Result<_, _>>()?;
/// let check = pulse_check(8, &waves, &PulseOptions::default())?;
/// assert!(check.is_pulse);
/// assert_eq!(check.cadence_days, Some(28.0));
///
/// let long = pulse_check(40, &waves, &PulseOptions::default())?;
/// assert_eq!(long.findings, [PulseFinding::TooManyQuestions { questions: 40, most: 10 }]);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn pulse_check(
    questions: u64,
    waves: &[Timestamp],
    options: &PulseOptions,
) -> Result<PulseCheck> {
    let (shortest, longest) = (options.shortest_gap_days, options.longest_gap_days);
    if shortest > longest {
        return Err(Error::new(
            ErrorKind::InvalidOption,
            format!("a shortest gap of {shortest} days is above the longest of {longest}"),
        )
        .in_field("shortest_gap_days"));
    }
    let mut findings = Vec::new();
    let most = options.most_questions;
    if questions == 0 {
        findings.push(PulseFinding::NoQuestions);
    } else if questions > most {
        findings.push(PulseFinding::TooManyQuestions { questions, most });
    }
    let mut waves = waves.to_vec();
    waves.sort_unstable();
    // Timestamps lie in the years 1 to 9999: their differences fit.
    let mut gaps = Vec::with_capacity(waves.len());
    for pair in waves.windows(2) {
        let (after, gap) = (pair[0], pair[1].micros() - pair[0].micros());
        if gap < i64::from(shortest) * DAY {
            findings.push(PulseFinding::TooOften { after });
        } else if gap > i64::from(longest) * DAY {
            findings.push(PulseFinding::TooSeldom { after });
        }
        gaps.push(gap);
    }
    if gaps.is_empty() {
        findings.push(PulseFinding::NoCadence);
    }
    Ok(PulseCheck {
        is_pulse: findings.is_empty(),
        findings,
        cadence_days: median_days(gaps),
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "microseconds of years in a float of days"
)]
fn median_days(mut gaps: Vec<i64>) -> Option<f64> {
    gaps.sort_unstable();
    let middle = gaps.len() / 2;
    let upper = *gaps.get(middle)?;
    let lower = if gaps.len().is_multiple_of(2) {
        gaps[middle - 1]
    } else {
        upper
    };
    Some(f64::midpoint(lower as f64, upper as f64) / DAY as f64)
}
