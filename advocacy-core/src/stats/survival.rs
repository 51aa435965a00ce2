//! Kaplan–Meier survival curves: the time until something happens, for
//! those it has happened to and those it has not yet.

use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, ErrorKind, Result},
    math,
    stats::{
        extended::{Natural, Wide, decimal},
        interval::{Interval, open_unit},
        normal::two_sided_z,
    },
};

/// One observed time of a [`Survival`] curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SurvivalStep {
    /// The time, in the unit of the input.
    pub time: i64,
    /// Those under observation just before it.
    pub at_risk: u64,
    /// Events at this time.
    pub events: u64,
    /// Those last seen at this time without the event.
    pub censored: u64,
    /// S(t): the estimated share to whom it has not happened by this time.
    pub survival: f64,
    /// Greenwood's standard error of S(t); 0 before the first event, `None`
    /// where S(t) is 0 and it is undefined.
    pub se: Option<f64>,
}

/// A Kaplan–Meier curve. Made by [`kaplan_meier`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Survival {
    steps: Vec<SurvivalStep>,
}

/// The interval of a quantile of a [`Survival`] curve, in the unit of the input.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SurvivalInterval {
    /// The lower end; `None` where the curve does not come that far.
    pub low: Option<i64>,
    /// The upper end; `None` where the curve does not come that far.
    pub high: Option<i64>,
    /// The confidence, such as 0.95.
    pub confidence: f64,
}

/// The Kaplan–Meier curve of `(duration, event)` pairs in any order.
///
/// S(t) = ∏ (1 − dᵢ/nᵢ) over event times up to t, where nᵢ are under
/// observation just before. `event` false means censored: last seen at that time, not yet
/// happened. At equal times events come before censorings. Computed with 106
/// bits. Source: Kaplan & Meier (1958); Greenwood (1926) for the error.
///
/// # Errors
///
/// `OutOfRange` in `duration`, with its row, if a duration is negative.
///
/// ```
/// use advocacy_core::stats;
///
/// // Three shared after 2, 5 and 9 days; two have not yet, after 4 and 30.
/// let curve = stats::kaplan_meier(&[(5, true), (2, true), (4, false), (9, true), (30, false)])?;
/// assert_eq!(curve.median(), Some(9));
/// assert!((curve.survival_at(5).unwrap() - 0.8 * (1.0 - 1.0 / 3.0)).abs() < 1e-15);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn kaplan_meier(durations: &[(i64, bool)]) -> Result<Survival> {
    if let Some(row) = durations.iter().position(|&(time, _)| time < 0) {
        let message = format!("duration {} is below 0", durations[row].0);
        return Err(Error::new(ErrorKind::OutOfRange, message)
            .in_field("duration")
            .at_row(row));
    }
    let mut sorted = durations.to_vec();
    sorted.sort_unstable();
    let mut tallies: Vec<(i64, u64, u64)> = Vec::new();
    for (time, event) in sorted {
        let (events, censored) = (u64::from(event), u64::from(!event));
        match tallies.last_mut() {
            Some(last) if last.0 == time => {
                last.1 += events;
                last.2 += censored;
            }
            _ => tallies.push((time, events, censored)),
        }
    }
    kaplan_meier_counts(&tallies)
}

/// The Kaplan–Meier curve of `(time, events, censored)` counts in any order:
/// the same as [`kaplan_meier`], from a tally.
///
/// # Errors
///
/// `OutOfRange` in `duration` if a time is negative; `Overflow` if the counts
/// leave `u64`.
pub fn kaplan_meier_counts(counts: &[(i64, u64, u64)]) -> Result<Survival> {
    if let Some(row) = counts.iter().position(|&(time, ..)| time < 0) {
        let message = format!("duration {} is below 0", counts[row].0);
        return Err(Error::new(ErrorKind::OutOfRange, message)
            .in_field("duration")
            .at_row(row));
    }
    let mut at_risk = (counts.iter())
        .try_fold(0u64, |sum, &(_, events, censored)| {
            sum.checked_add(events)?.checked_add(censored)
        })
        .ok_or_else(|| Error::new(ErrorKind::Overflow, "the counts do not fit 64 bits"))?;
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    let mut steps: Vec<SurvivalStep> = Vec::new();
    for (time, events, censored) in sorted {
        match steps.last_mut() {
            Some(last) if last.time == time => {
                last.events += events;
                last.censored += censored;
            }
            _ if events == 0 && censored == 0 => {}
            _ => steps.push(SurvivalStep {
                time,
                at_risk: 0,
                events,
                censored,
                survival: 1.0,
                se: None,
            }),
        }
    }
    let mut survival = Wide::ONE;
    let mut greenwood = Wide::ZERO;
    for step in &mut steps {
        step.at_risk = at_risk;
        let left = at_risk - step.events;
        if step.events > 0 {
            let (before, after) = (Wide::from_u64(at_risk), Wide::from_u64(left));
            survival = survival.times(after.over(before));
            if left > 0 {
                let term = Wide::from_u64(step.events).over(before).over(after);
                greenwood = greenwood.plus(term);
            }
        }
        step.survival = if left > 0 { survival.value() } else { 0.0 };
        step.se = (left > 0 && step.survival > 0.0)
            .then(|| step.survival * greenwood.value().max(0.0).sqrt());
        // Once everyone has had it, the curve stays at 0; nobody is left.
        at_risk = left - step.censored;
    }
    Ok(Survival { steps })
}

impl Survival {
    /// The curve's steps, by time; also where only censorings happened.
    #[must_use]
    pub fn steps(&self) -> &[SurvivalStep] {
        &self.steps
    }

    /// S(t). `None` without observations and after the last of them unless
    /// the curve has reached 0.
    #[must_use]
    pub fn survival_at(&self, time: i64) -> Option<f64> {
        let last = self.steps.last()?;
        if time > last.time && last.survival > 0.0 {
            return None;
        }
        Some(self.step_at(time).map_or(1.0, |step| step.survival))
    }

    fn step_at(&self, time: i64) -> Option<&SurvivalStep> {
        let after = self.steps.partition_point(|step| step.time <= time);
        self.steps[..after].last()
    }

    /// The median: the first t with S(t) ≤ ½; `None` if the curve stays above.
    #[must_use]
    pub fn median(&self) -> Option<i64> {
        self.crossing(0.5)
    }

    /// The q-quantile of the time: the first t with S(t) ≤ 1 − q; `None` if
    /// the curve stays above.
    ///
    /// The comparison is exact: S(t) is taken as the fraction of counts that
    /// it is, and q as the decimal it was written as (0.9 is 9/10).
    ///
    /// # Errors
    ///
    /// `OutOfRange` or `NotFinite` in `quantile` (between 0 and 1, both excluded).
    ///
    /// ```
    /// use advocacy_core::stats;
    ///
    /// let days: Vec<_> = (1..=10).map(|day| (day, true)).collect();
    /// let curve = stats::kaplan_meier(&days)?;
    /// assert_eq!(curve.quantile(0.9)?, Some(9)); // S(9) = 1/10 exactly
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    pub fn quantile(&self, quantile: f64) -> Result<Option<i64>> {
        open_unit(quantile, "quantile")?;
        Ok(self.crossing(quantile))
    }

    fn crossing(&self, quantile: f64) -> Option<i64> {
        // Far wider than the rounding of a product of 106 bits; what lies
        // closer to the level is compared exactly.
        const NEAR: f64 = 1e-9;
        let level = 1.0 - quantile;
        (self.steps.iter().enumerate())
            .filter(|(_, step)| step.events > 0)
            .find(|(index, step)| {
                if (step.survival - level).abs() > NEAR * level.max(NEAR) {
                    step.survival < level
                } else {
                    self.at_most(*index, quantile)
                }
            })
            .map(|(_, step)| step.time)
    }

    /// Whether S ≤ 1 − quantile after the step of this index, in whole numbers.
    fn at_most(&self, index: usize, quantile: f64) -> bool {
        let mut above = Natural::new(1);
        let mut below = Natural::new(1);
        // Runs without censoring telescope: (n − d)/n · (n − d − e)/(n − d).
        let mut run: Option<(u64, u64)> = None;
        for step in self.steps[..=index].iter().filter(|step| step.events > 0) {
            let left = step.at_risk - step.events;
            run = match run {
                Some((start, end)) if end == step.at_risk => Some((start, left)),
                Some((start, end)) => {
                    above.multiply(end);
                    below.multiply(start);
                    Some((step.at_risk, left))
                }
                None => Some((step.at_risk, left)),
            };
        }
        if let Some((start, end)) = run {
            above.multiply(end);
            below.multiply(start);
        }
        let (part, power) = decimal(quantile);
        let whole = Natural::power_of_ten(power);
        let Some(rest) = whole.minus(&Natural::new(u128::from(part))) else {
            return false;
        };
        above.times(&whole) <= below.times(&rest)
    }

    /// The interval of S(t): S ± z·se after Greenwood, cut to 0..=1. `None`
    /// where S(t) or its error is undefined.
    ///
    /// # Errors
    ///
    /// `OutOfRange` or `NotFinite` in `confidence`.
    pub fn interval_at(&self, time: i64, confidence: f64) -> Result<Option<Interval>> {
        let z = two_sided_z(confidence)?;
        let Some(survival) = self.survival_at(time) else {
            return Ok(None);
        };
        let se = self.step_at(time).map_or(Some(0.0), |step| step.se);
        Ok(se.map(|se| {
            Interval::new(
                (survival - z * se).max(0.0),
                (survival + z * se).min(1.0),
                confidence,
                "greenwood",
            )
        }))
    }

    /// The interval of the q-quantile after Brookmeyer & Crowley (1982), on
    /// the log(−log) scale: the times whose S(t) is compatible with 1 − q.
    /// `None` where the quantile itself is.
    ///
    /// # Errors
    ///
    /// `OutOfRange` or `NotFinite` in `quantile` or `confidence`.
    pub fn quantile_interval(
        &self,
        quantile: f64,
        confidence: f64,
    ) -> Result<Option<SurvivalInterval>> {
        let z = two_sided_z(confidence)?;
        if self.quantile(quantile)?.is_none() {
            return Ok(None);
        }
        // S^exp(±z·s) ≤ 1 − q, with s the error of ln(−ln S).
        let target = -math::ln_1p(-quantile);
        let crosses = |step: &&SurvivalStep, sign: f64| {
            let Some(se) = step.se else {
                // S = 0: below any level, but with no upper limit.
                return sign > 0.0;
            };
            let hazard = -math::ln(step.survival);
            let error = se / (step.survival * hazard);
            hazard > 0.0 && hazard * math::exp(sign * z * error) >= target
        };
        let first = |sign: f64| {
            (self.steps.iter())
                .filter(|step| step.events > 0)
                .find(|step| crosses(step, sign))
                .map(|step| step.time)
        };
        Ok(Some(SurvivalInterval {
            low: first(1.0),
            high: first(-1.0),
            confidence,
        }))
    }
}
