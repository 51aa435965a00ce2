//! Turnover, retention, stability and absence.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::math::float;
use crate::measure::{Measure, Note, Number, Part};
use crate::named::named;
use crate::stats::{self, Wide, not_negative};

use super::definition::{confidence_choice, stated};
use super::rates::rate;
use crate::catalog::Metric;

named! {
    /// Which separations a turnover rate counts.
    #[derive(Default)]
    pub enum TurnoverKind as "kind" {
        /// All of them.
        #[default]
        All = "all",
        /// Those the employee chose.
        Voluntary = "voluntary",
        /// Those the employer chose.
        Involuntary = "involuntary",
        /// Those of people hired shortly before; what is short is the caller's.
        NewHire = "new_hire",
    }
}

/// The headcount a turnover rate is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AverageHeadcount {
    /// (start + end) / 2.
    StartEnd {
        /// At the period's start.
        start: u64,
        /// At its end.
        end: u64,
    },
    /// The mean of the headcounts at the end of each month.
    MonthEnds(Vec<u64>),
}

impl AverageHeadcount {
    /// The mean; `None` without months.
    ///
    /// ```
    /// use advocacy_core::survey::AverageHeadcount;
    ///
    /// assert_eq!(AverageHeadcount::StartEnd { start: 30, end: 40 }.mean(), Some(35.0));
    /// assert_eq!(AverageHeadcount::MonthEnds(vec![30, 34, 38]).mean(), Some(34.0));
    /// ```
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let (sum, n) = match self {
            Self::StartEnd { start, end } => (u128::from(*start) + u128::from(*end), 2),
            Self::MonthEnds(ends) => (
                ends.iter().map(|&end| u128::from(end)).sum(),
                ends.len() as u64,
            ),
        };
        let mean = || Wide::from_u128(sum).over(Wide::from_u64(n)).value();
        (n > 0).then(mean)
    }

    fn name(&self) -> &'static str {
        match self {
            Self::StartEnd { .. } => "start_end",
            Self::MonthEnds(_) => "month_ends",
        }
    }
}

/// How a turnover rate is computed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TurnoverOptions {
    /// Which separations were counted: all unless said. It names the result;
    /// the count is the caller's.
    pub kind: TurnoverKind,
    /// The period's months, to annualise by 12 / months; not annualised unless said.
    pub annualise_months: Option<f64>,
    /// The confidence of the interval: 0.95 unless said.
    pub confidence: f64,
}

impl Default for TurnoverOptions {
    fn default() -> Self {
        Self {
            kind: TurnoverKind::default(),
            annualise_months: None,
            confidence: 0.95,
        }
    }
}

/// separations / average headcount, as a fraction; times 12 / months if
/// annualised.
///
/// The interval is the exact Poisson one of the separations. Undefined where
/// the average is 0 or there are no months. May exceed 1, which is noted.
/// Source: HR guides (bizfluent.com prints 5 of 35 as 14 %).
///
/// # Errors
/// `out_of_range` or `not_finite` in `annualise_months` (above 0) or
/// `confidence`; `overflow`.
///
/// ```
/// use advocacy_core::survey::{AverageHeadcount, TurnoverOptions, turnover_rate};
///
/// let headcount = AverageHeadcount::StartEnd { start: 30, end: 40 };
/// let rate = turnover_rate(5, &headcount, &TurnoverOptions::default())?;
/// assert_eq!(rate.value(), Some(5.0 / 35.0));
///
/// let quarter = TurnoverOptions { annualise_months: Some(3.0), ..TurnoverOptions::default() };
/// assert_eq!(turnover_rate(5, &headcount, &quarter)?.value(), Some(20.0 / 35.0));
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn turnover_rate(
    separations: u64,
    headcount: &AverageHeadcount,
    options: &TurnoverOptions,
) -> Result<Measure> {
    let factor = match options.annualise_months {
        None => 1.0,
        Some(months) => {
            let factor = 12.0 / stats::positive(months, "annualise_months")?;
            stats::finite(factor, "annualise_months")?
        }
    };
    let mean = headcount.mean();
    let exposure = mean.unwrap_or(0.0);
    let interval = stats::poisson_interval(separations, exposure, options.confidence)?
        .map(|interval| interval.scaled(factor))
        .filter(|interval| interval.high.is_finite());
    let rate = (exposure > 0.0).then_some(float(separations) * factor / exposure);
    if rate.is_some_and(f64::is_infinite) {
        return Err(Error::new(
            ErrorKind::Overflow,
            format!("{separations} separations times {factor:e} do not fit a float"),
        )
        .in_field("annualise_months"));
    }
    let mut measure = Measure::of(rate.map(Number::Real)).with_interval(interval);
    measure.numerator = Some(Part::new("separations", separations));
    measure.denominator = Some(Part {
        name: "average headcount".into(),
        value: mean.map(Number::Real),
    });
    if let AverageHeadcount::StartEnd { start, end } = headcount {
        measure = measure
            .with_component(Part::new("at the start", *start))
            .with_component(Part::new("at the end", *end));
    }
    let annualised: Cow<'static, str> = match options.annualise_months {
        None => "no".into(),
        Some(months) => {
            measure.numerator = Some(Part::new(
                format!("separations × 12 / {months}"),
                float(separations) * factor,
            ));
            measure = measure.note(Note::Remark {
                text: format!("annualised: {months} months taken as if twelve went the same way")
                    .into(),
            });
            format!("from {months} months").into()
        }
    };
    let choices = vec![
        ("kind", options.kind.as_str().into()),
        ("average", headcount.name().into()),
        ("annualised", annualised),
        confidence_choice(options.confidence),
    ];
    Ok(stated(measure, Metric::TurnoverRate, choices))
}

/// Stayers of those present at the start / present at the start: a fraction,
/// with its Wilson interval. Not 1 − turnover: people hired in between are in
/// neither count.
///
/// Undefined where nobody was present.
///
/// # Errors
/// `out_of_range` in `stayers` if there are more of them than were present;
/// `out_of_range` or `not_finite` in `confidence`.
///
/// ```
/// use advocacy_core::survey::retention_rate;
///
/// assert_eq!(retention_rate(45, 50, 0.95)?.value(), Some(0.9));
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn retention_rate(stayers: u64, present_at_start: u64, confidence: f64) -> Result<Measure> {
    if stayers > present_at_start {
        return Err(Error::new(
            ErrorKind::OutOfRange,
            format!("{stayers} stayers of {present_at_start} present at the start"),
        )
        .in_field("stayers"));
    }
    let (above, below) = (("stayers", stayers), ("present at start", present_at_start));
    rate(Metric::RetentionRate, above, below, confidence)
}

/// Staff with a year's service or more now / headcount a year ago: a
/// fraction, with its Wilson interval.
///
/// Undefined where there was nobody a year ago. Above 1 (people who came with
/// service from elsewhere) is noted.
///
/// # Errors
/// `out_of_range` or `not_finite` in `confidence`.
///
/// ```
/// use advocacy_core::survey::stability_index;
///
/// assert_eq!(stability_index(80, 100, 0.95)?.value(), Some(0.8));
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn stability_index(
    long_serving: u64,
    headcount_year_ago: u64,
    confidence: f64,
) -> Result<Measure> {
    let (above, below) = (
        ("staff with a year's service", long_serving),
        ("headcount a year ago", headcount_year_ago),
    );
    rate(Metric::StabilityIndex, above, below, confidence)
}

/// Days lost / available days: a fraction. Planned leave (holidays, parental
/// leave) belongs in neither. Half days are days too.
///
/// Undefined without available days. Above 1 is noted. It has no interval:
/// days of one person are not independent.
///
/// # Errors
/// `not_finite`, or `out_of_range` below 0, in `days_lost` or `available_days`.
///
/// ```
/// use advocacy_core::survey::absence_rate;
///
/// assert_eq!(absence_rate(7.5, 250.0)?.value(), Some(0.03));
/// assert_eq!(absence_rate(0.0, 0.0)?.value(), None);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn absence_rate(days_lost: f64, available_days: f64) -> Result<Measure> {
    not_negative(days_lost, "days_lost")?;
    not_negative(available_days, "available_days")?;
    let value = (available_days > 0.0).then_some(days_lost / available_days);
    if value.is_some_and(f64::is_infinite) {
        return Err(Error::new(
            ErrorKind::Overflow,
            format!("{days_lost:e} days lost of {available_days:e} does not fit a float"),
        )
        .in_field("days_lost"));
    }
    let mut measure = Measure::of(value.map(Number::Real));
    measure.numerator = Some(Part::new("days lost", days_lost));
    measure.denominator = Some(Part::new("available days", available_days));
    Ok(stated(measure, Metric::AbsenceRate, Vec::new()))
}
