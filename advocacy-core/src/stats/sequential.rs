//! Tests that may be looked at any number of times.

use crate::{
    error::Result,
    math::{self, float},
    stats::{
        interval::{Interval, Test, check_confidence, positive},
        means::{Effect, Sample, effect_of},
    },
};

/// An asymptotic confidence sequence for a difference of two means or rates,
/// first against second: valid at every look, so an A/B comparison can be
/// watched and stopped at any time.
///
/// With α = 1 − confidence, n = n₁ + n₂, v the variance of the estimate and
/// ρ² = (−2 ln α + ln(1 − 2 ln α)) / `tuning`, the half-width is
/// √(v·n · 2(nρ² + 1)/(nρ)² · ln(√(nρ² + 1)/α)) and the p-value
/// min(1, √(nρ² + 1)·exp(−ρ²·n·d²/(2v(nρ² + 1)))), the α at which the
/// sequence first excludes 0. `tuning` is the number of observations at which
/// the interval is meant to be tightest (5,000 is usual). For rates pass
/// [`Sample::from_counts`].
///
/// `None` where the effect or its variance is undefined or 0. Source:
/// Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (arXiv 2103.06476), eq. 9
/// and 161.
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `confidence` or `tuning` (above 0).
///
/// ```
/// use advocacy_core::stats::{self, Effect, Sample};
///
/// let new = Sample::from_counts(2422, 3461)?.unwrap();
/// let old = Sample::from_counts(1396, 3000)?.unwrap();
/// let test = stats::confidence_sequence(&new, &old, Effect::Relative, 5000.0, 0.95)?.unwrap();
/// assert!((test.interval.unwrap().low - 0.40098).abs() < 1e-5);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn confidence_sequence(
    first: &Sample,
    second: &Sample,
    effect: Effect,
    tuning: f64,
    confidence: f64,
) -> Result<Option<Test>> {
    check_confidence(confidence)?;
    positive(tuning, "tuning")?;
    let Some((value, variance)) = effect_of(first, second, effect) else {
        return Ok(None);
    };
    let n = float(first.n()) + float(second.n());
    let log_alpha = if confidence < 0.5 {
        math::ln_1p(-confidence)
    } else {
        math::ln(1.0 - confidence)
    };
    let rho_sq = (-2.0 * log_alpha + math::ln_1p(-2.0 * log_alpha)) / tuning;
    let weight = n * rho_sq;
    let half_log = math::ln_1p(weight) / 2.0; // ln √(nρ² + 1)
    let margin = (variance * (2.0 * (weight + 1.0) / weight) * (half_log - log_alpha)).sqrt();
    if !margin.is_finite() {
        return Ok(None);
    }
    let exponent = weight / (weight + 1.0) * (value * value / variance) / 2.0;
    let name = match effect {
        Effect::Absolute => "confidence_sequence",
        Effect::Relative => "confidence_sequence_relative",
    };
    let se = variance.sqrt();
    Ok(Some(Test {
        estimate: value,
        se: Some(se),
        statistic: Some(value / se),
        df: None,
        p_value: math::exp(half_log - exponent).min(1.0),
        interval: Some(Interval::new(
            value - margin,
            value + margin,
            confidence,
            name,
        )),
        method: name.into(),
    }))
}
