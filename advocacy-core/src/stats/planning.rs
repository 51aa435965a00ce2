//! How many to ask, and how precise what was asked can be.

use crate::{
    error::{Error, ErrorKind, Result},
    math::float,
    stats::{
        interval::{check_population, closed_unit, open_unit, positive},
        normal::{normal_quantile, two_sided_z},
    },
};

/// The margin of error of a proportion, z·√(p(1 − p)/n), with the factor
/// √((N − n)/(N − 1)) for a finite population.
///
/// 0.5 for `proportion` is the worst case. `None` where `sample` is 0; 0 for
/// a census.
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `proportion` (0..=1) or `confidence`;
/// `OutOfRange` in `population` if below `sample`.
///
/// ```
/// use advocacy_core::stats;
///
/// let margin = stats::margin_of_error(0.5, 1000, None, 0.95)?.unwrap();
/// assert!((margin - 0.031).abs() < 1e-4);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn margin_of_error(
    proportion: f64,
    sample: u64,
    population: Option<u64>,
    confidence: f64,
) -> Result<Option<f64>> {
    let z = two_sided_z(confidence)?;
    closed_unit(proportion, "proportion")?;
    let mut variance = proportion * (1.0 - proportion) / float(sample);
    if let Some(population) = population {
        check_population(sample, population)?;
        if sample == population {
            variance = 0.0;
        } else {
            variance *= float(population - sample) / float(population - 1);
        }
    }
    Ok((sample > 0).then(|| z * variance.sqrt()))
}

/// The sample that gives a proportion this margin of error: the smallest n
/// with [`margin_of_error`] ≤ `margin`.
///
/// n₀ = z²·p(1 − p)/margin², and for a population of N
/// N·n₀/(N − 1 + n₀), rounded up; at least 1.
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `proportion` (0..=1), `margin` (between 0
/// and 1) or `confidence`; `OutOfRange` in `population` if 0; `Overflow` if n leaves `u64`.
///
/// ```
/// use advocacy_core::stats;
///
/// assert_eq!(stats::sample_size(0.5, 0.05, None, 0.95)?, 385);
/// assert_eq!(stats::sample_size(0.5, 0.05, Some(1000), 0.95)?, 278);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn sample_size(
    proportion: f64,
    margin: f64,
    population: Option<u64>,
    confidence: f64,
) -> Result<u64> {
    closed_unit(proportion, "proportion")?;
    sample_size_for_variance(
        proportion * (1.0 - proportion),
        open_unit(margin, "margin")?,
        population,
        confidence,
    )
}

/// The sample that gives a mean this margin of error, from the variance of a
/// single value: for eNPS on the −1..=1 scale, P + D − (P − D)².
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `variance` (not negative), `margin` (above
/// 0) or `confidence`; `OutOfRange` in `population` if 0; `Overflow` if n leaves `u64`.
pub fn sample_size_for_variance(
    variance: f64,
    margin: f64,
    population: Option<u64>,
    confidence: f64,
) -> Result<u64> {
    let z = two_sided_z(confidence)?;
    crate::stats::interval::not_negative(variance, "variance")?;
    positive(margin, "margin")?;
    let needed = (z / margin) * (z / margin) * variance;
    let needed = match population {
        None => needed,
        Some(0) => {
            let message = "a population of 0";
            return Err(Error::new(ErrorKind::OutOfRange, message).in_field("population"));
        }
        Some(population) => {
            let most = float(population);
            // The same fraction, without ∞/∞.
            most / (1.0 + (most - 1.0) / needed.max(f64::MIN_POSITIVE))
        }
    };
    let size = whole(needed)?;
    Ok(population
        .map_or(size, |population| size.min(population))
        .max(1))
}

/// The sample per group with which a two-sided test tells `first` from
/// `second` with the given power.
///
/// (z₁₋α/₂·√(2p̄(1 − p̄)) + z_power·√(p₁(1 − p₁) + p₂(1 − p₂)))² / (p₁ − p₂)²,
/// rounded up. Source: Fleiss (1981).
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `first`, `second` (0..=1), `confidence` or
/// `power` (between 0 and 1); `InvalidOption` in `second` if equal to `first`.
///
/// ```
/// use advocacy_core::stats;
///
/// assert_eq!(stats::sample_size_two_proportions(0.6, 0.4, 0.8, 0.95)?, 97);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn sample_size_two_proportions(
    first: f64,
    second: f64,
    power: f64,
    confidence: f64,
) -> Result<u64> {
    closed_unit(first, "first")?;
    closed_unit(second, "second")?;
    let z_power = normal_quantile(open_unit(power, "power")?)?;
    let z = two_sided_z(confidence)?;
    let difference = (first - second).abs();
    if difference <= 0.0 {
        let message = format!("no sample tells {first} from {second}");
        return Err(Error::new(ErrorKind::InvalidOption, message).in_field("second"));
    }
    let mean = f64::midpoint(first, second);
    let null = (2.0 * mean * (1.0 - mean)).sqrt();
    let alternative = (first * (1.0 - first) + second * (1.0 - second)).sqrt();
    let root = ((z * null + z_power * alternative) / difference).max(0.0);
    Ok(whole(root * root)?.max(1))
}

/// Rounded up; what lies within rounding above a whole number is that number.
fn whole(needed: f64) -> Result<u64> {
    let nearest = needed.round();
    let needed = if (needed - nearest).abs() <= 1e-12 * nearest {
        nearest
    } else {
        needed.ceil()
    };
    if needed >= 18_446_744_073_709_551_616.0 {
        let message = "the sample size does not fit 64 bits";
        return Err(Error::new(ErrorKind::Overflow, message));
    }
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number at or above 0 and below 2⁶⁴"
    )]
    Ok(needed.max(0.0) as u64)
}
