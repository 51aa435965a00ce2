//! Rates per exposure, and the ratio of two.

use crate::{
    error::Result,
    math::float,
    named::named,
    stats::{
        interval::{Estimate, Interval, Test, check_confidence, not_negative},
        normal::two_sided_z,
        proportion::clopper_pearson_pairs,
        special::{beta_tails, gamma_quantile},
    },
};

/// The exact interval of a rate: events per unit of exposure, Poisson.
///
/// Gamma quantiles γ(α/2; x)/t and γ(1 − α/2; x + 1)/t; the lower end is 0
/// without events. `None` where the exposure is 0. Source: Garwood (1936).
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `exposure` (not negative) or `confidence`.
///
/// ```
/// use advocacy_core::stats;
///
/// let interval = stats::poisson_interval(0, 1.0, 0.95)?.unwrap();
/// assert_eq!(interval.low, 0.0);
/// assert!((interval.high - 3.688_879_454_113_936).abs() < 1e-14); // −ln 0.025
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn poisson_interval(events: u64, exposure: f64, confidence: f64) -> Result<Option<Interval>> {
    check_confidence(confidence)?;
    not_negative(exposure, "exposure")?;
    let tail = (1.0 - confidence) / 2.0;
    let low = if events > 0 {
        gamma_quantile(tail, float(events), false) / exposure
    } else {
        0.0
    };
    let high = gamma_quantile(tail, float(events) + 1.0, true) / exposure;
    Ok((exposure > 0.0 && high.is_finite())
        .then(|| Interval::new(low, high, confidence, "poisson_exact")))
}

named! {
    /// How [`poisson_ratio`] makes its interval.
    #[derive(Default)]
    #[non_exhaustive]
    pub enum PoissonRatioMethod as "method" {
        /// Given x₁ + x₂ events, x₁ is binomial: the Clopper–Pearson interval of its share.
        #[default]
        Exact = "exact",
        /// The share's Wald interval after two successes and two failures are
        /// added (Agresti–Coull with 2 and 4, not z²).
        Adjusted = "adjusted",
    }
}

/// The ratio of two rates, (x₁/t₁) / (x₂/t₂), with an interval.
///
/// An interval (l, u) of the share π = x₁/(x₁ + x₂) becomes
/// (l/(1 − l)·t₂/t₁, u/(1 − u)·t₂/t₁). `None` where an exposure is 0 or the
/// second has no events; no interval where its upper end is not finite.
/// Source: Clopper & Pearson (1934) on the conditional binomial; Price &
/// Bonett (2000) for the adjusted.
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `exposure_1`, `exposure_2` (not negative)
/// or `confidence`.
///
/// ```
/// use advocacy_core::stats::{self, PoissonRatioMethod};
///
/// let ratio = stats::poisson_ratio(19, 30.0, 5, 40.5, PoissonRatioMethod::Exact, 0.95)?.unwrap();
/// assert!((ratio.value - 5.13).abs() < 1e-12);
/// assert!((ratio.interval.unwrap().low - 1.852_749).abs() < 1e-6);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn poisson_ratio(
    events_1: u64,
    exposure_1: f64,
    events_2: u64,
    exposure_2: f64,
    method: PoissonRatioMethod,
    confidence: f64,
) -> Result<Option<Estimate>> {
    let z = two_sided_z(confidence)?;
    not_negative(exposure_1, "exposure_1")?;
    not_negative(exposure_2, "exposure_2")?;
    if exposure_1 <= 0.0 || exposure_2 <= 0.0 || events_2 == 0 {
        return Ok(None);
    }
    let exposures = exposure_2 / exposure_1;
    let (first, second) = (float(events_1), float(events_2));
    let value = first / second * exposures;
    let (low, high, name) = match method {
        PoissonRatioMethod::Exact => {
            let tail = (1.0 - confidence) / 2.0;
            // Odds from both shares, so that none is rounded off.
            let (low, high) = clopper_pearson_pairs(first, second, tail);
            (low.0 / low.1, high.0 / high.1, "poisson_ratio_exact")
        }
        PoissonRatioMethod::Adjusted => {
            let total = first + second + 4.0;
            let (share, rest) = ((first + 2.0) / total, (second + 2.0) / total);
            let margin = z * (share * rest / total).sqrt();
            (
                ((share - margin) / (rest + margin)).max(0.0),
                if rest > margin {
                    (share + margin) / (rest - margin)
                } else {
                    f64::INFINITY
                },
                "poisson_ratio_adjusted",
            )
        }
    };
    let (low, high) = (low * exposures, high * exposures);
    Ok(value.is_finite().then(|| Estimate {
        value,
        se: None,
        interval: (low.is_finite() && high.is_finite())
            .then(|| Interval::new(low, high, confidence, name)),
    }))
}

/// Tests whether two rates are equal, exactly: twice the smaller tail of x₁
/// given x₁ + x₂, at most 1. It agrees with the exact interval of
/// [`poisson_ratio`].
///
/// `None` where an exposure is 0 or there are no events.
///
/// # Errors
///
/// As [`poisson_ratio`].
pub fn poisson_ratio_test(
    events_1: u64,
    exposure_1: f64,
    events_2: u64,
    exposure_2: f64,
    confidence: f64,
) -> Result<Option<Test>> {
    let ratio = poisson_ratio(
        events_1,
        exposure_1,
        events_2,
        exposure_2,
        PoissonRatioMethod::Exact,
        confidence,
    )?;
    let Some(ratio) = ratio else {
        return Ok(None);
    };
    let (first, second) = (float(events_1), float(events_2));
    let total = exposure_1 + exposure_2;
    let (share, rest) = (exposure_1 / total, exposure_2 / total);
    // P(X ≥ x₁) and P(X ≤ x₁).
    let least = if events_1 > 0 {
        beta_tails(first, second + 1.0, share, rest).0
    } else {
        1.0
    };
    let most = beta_tails(first + 1.0, second, share, rest).1;
    Ok(Some(Test {
        estimate: ratio.value,
        se: None,
        statistic: None,
        df: None,
        p_value: (2.0 * least.min(most)).min(1.0),
        interval: ratio.interval,
        method: "poisson_ratio_exact".into(),
    }))
}
