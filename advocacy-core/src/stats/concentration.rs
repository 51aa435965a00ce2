//! How evenly something is spread over people or categories.
//!
//! Every function takes one count per member; the order does not matter.
//! `None` means undefined: nothing to be shared out. Whether members with 0
//! belong in the list is the caller's choice and changes the Gini
//! coefficient and the top share.

use crate::{
    error::{Error, ErrorKind, Result},
    math::{self, float},
    stats::extended::{Wide, decimal},
};

fn total(values: &[u64]) -> u128 {
    values.iter().map(|&value| u128::from(value)).sum()
}

fn sum_of_squares(values: &[u64]) -> Wide {
    values.iter().fold(Wide::ZERO, |sum, &value| {
        sum.plus(Wide::from_u128(u128::from(value) * u128::from(value)))
    })
}

/// The Gini coefficient: 0 where all have the same, (n − 1)/n where one has all.
///
/// Σ(2i − n − 1)·x₍ᵢ₎ / (n·Σx) over the sorted values, i from 1. `None` where
/// the sum is 0.
///
/// ```
/// use advocacy_core::stats;
///
/// assert_eq!(stats::gini(&[10, 10, 0, 0, 0]), Some(0.6));
/// assert_eq!(stats::gini(&[10, 10]), Some(0.0)); // without those who have none
/// assert_eq!(stats::gini(&[0, 0]), None);
/// ```
#[must_use]
pub fn gini(values: &[u64]) -> Option<f64> {
    let sum = total(values);
    if sum == 0 {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    // Σ(2i − n − 1)·x₍ᵢ₎ = Σ of i·(n − i)·(x₍ᵢ₊₁₎ − x₍ᵢ₎): no negative terms.
    let n = sorted.len() as u128;
    let spread = (1u128..)
        .zip(sorted.windows(2))
        .fold(Wide::ZERO, |sum, (i, pair)| {
            let step = Wide::from_u64(pair[1] - pair[0]);
            sum.plus(Wide::from_u128(i * (n - i)).times(step))
        });
    let size = Wide::from_u128(n);
    Some(spread.over(size).over(Wide::from_u128(sum)).value())
}

/// The Gini coefficient times n/(n − 1), so that it reaches 1 where one has
/// all. `None` where the sum is 0 or there is only one member.
///
/// ```
/// use advocacy_core::stats;
///
/// assert_eq!(stats::gini_unbiased(&[10, 0]), Some(1.0));
/// ```
#[must_use]
pub fn gini_unbiased(values: &[u64]) -> Option<f64> {
    let n = float(u64::try_from(values.len()).unwrap_or(u64::MAX));
    (values.len() > 1)
        .then(|| gini(values))
        .flatten()
        .map(|gini| gini * n / (n - 1.0))
}

/// The Herfindahl–Hirschman index Σ(xᵢ/Σx)², from 1/n to 1; also Simpson's
/// index of concentration. `None` where the sum is 0.
///
/// ```
/// use advocacy_core::stats;
///
/// assert_eq!(stats::hhi(&[5, 5]), Some(0.5));
/// ```
#[must_use]
pub fn hhi(values: &[u64]) -> Option<f64> {
    let sum = Wide::from_u128(total(values));
    (sum.value() > 0.0).then(|| sum_of_squares(values).over(sum).over(sum).value())
}

/// The effective number of members, 1/[`hhi`]: how many equal ones would be
/// as concentrated. `None` where the sum is 0.
///
/// ```
/// use advocacy_core::stats;
///
/// assert_eq!(stats::effective_number(&[7, 7, 7, 0]), Some(3.0));
/// ```
#[must_use]
pub fn effective_number(values: &[u64]) -> Option<f64> {
    let sum = Wide::from_u128(total(values));
    (sum.value() > 0.0).then(|| sum.times(sum).over(sum_of_squares(values)).value())
}

/// The share of the sum that the top `fraction` of the members hold: 0.1 for
/// the top decile.
///
/// The top is the smallest whole number of members that is at least
/// `fraction` of them (2 of 11 for a tenth). `None` where the sum is 0.
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `fraction` (above 0, at most 1).
///
/// ```
/// use advocacy_core::stats;
///
/// assert_eq!(stats::top_share(&[4, 3, 2, 1], 0.25)?, Some(0.4));
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn top_share(values: &[u64], fraction: f64) -> Result<Option<f64>> {
    crate::stats::interval::closed_unit(fraction, "fraction")?;
    if fraction <= 0.0 {
        let message = format!("fraction {fraction} is not above 0");
        return Err(Error::new(ErrorKind::OutOfRange, message).in_field("fraction"));
    }
    let sum = total(values);
    if sum == 0 {
        return Ok(None);
    }
    let top = whole_part(values.len(), fraction);
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let held = total(&sorted[sorted.len() - top.min(sorted.len())..]);
    Ok(Some(
        Wide::from_u128(held).over(Wide::from_u128(sum)).value(),
    ))
}

/// ⌈fraction · n⌉ with the fraction as the decimal it was written as: a tenth
/// of 70 is 7, though 0.1 · 70 is above 7 in binary.
fn whole_part(n: usize, fraction: f64) -> usize {
    let (part, power) = decimal(fraction);
    if power > 38 {
        return 1; // below any 1/n
    }
    let (size, part) = (n as u128, u128::from(part));
    let scale = 10u128.saturating_pow(power);
    // part ≤ 10¹⁷ and n < 2⁶⁴: the product fits.
    usize::try_from((size * part).div_ceil(scale)).unwrap_or(n)
}

/// The Berger–Parker index: the share of the largest. `None` where the sum is 0.
#[must_use]
pub fn berger_parker(values: &[u64]) -> Option<f64> {
    let sum = total(values);
    let largest = values.iter().max().filter(|_| sum > 0)?;
    Some(Wide::from_u64(*largest).over(Wide::from_u128(sum)).value())
}

/// Shannon's entropy −Σ p·log₂ p in bits: 0 where one has all, log₂ n where
/// all have the same. `None` where the sum is 0.
///
/// ```
/// use advocacy_core::stats;
///
/// assert_eq!(stats::entropy(&[1, 1, 1, 1]), Some(2.0));
/// assert_eq!(stats::entropy(&[9, 0]), Some(0.0));
/// ```
#[must_use]
pub fn entropy(values: &[u64]) -> Option<f64> {
    let sum = total(values);
    if sum == 0 {
        return None;
    }
    let mut sorted: Vec<u64> = values.iter().copied().filter(|&value| value > 0).collect();
    sorted.sort_unstable();
    let whole = Wide::from_u128(sum);
    let bits = sorted.iter().fold(Wide::ZERO, |bits, &value| {
        let share = Wide::from_u64(value).over(whole).value();
        let log = if u128::from(value) > sum / 2 {
            // Near 1 the logarithm is that of what is missing.
            let rest = Wide::from_u128(sum - u128::from(value)).over(whole).value();
            math::ln_1p(-rest) * std::f64::consts::LOG2_E
        } else {
            math::log2(share)
        };
        bits.minus(Wide::from_f64(share).times(Wide::from_f64(log)))
    });
    Some(bits.value().max(0.0) + 0.0)
}

/// Diversity indices over k categories, each scaled to 0..=1: 0 where one
/// category has all, 1 where all have the same.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Diversity {
    /// (1 − Σp²)·k/(k − 1) (Simpson; the index of qualitative variation).
    pub simpson: f64,
    /// (1 − max p)·k/(k − 1) (Berger–Parker; the variation ratio).
    pub berger: f64,
    /// −Σ p·ln p / ln k (Shannon; evenness).
    pub shannon: f64,
}

/// The scaled diversity indices; categories with 0 count in k. `None` where
/// the sum is 0 or there are fewer than two categories.
///
/// ```
/// use advocacy_core::stats;
///
/// let mix = stats::diversity(&[847, 320, 57, 274, 36]).unwrap();
/// assert!((mix.simpson - 0.7722).abs() < 5e-5);
/// assert!((mix.berger - 0.5598).abs() < 5e-5);
/// ```
#[must_use]
pub fn diversity(values: &[u64]) -> Option<Diversity> {
    let sum = total(values);
    let k = u64::try_from(values.len()).ok()?;
    if sum == 0 || k < 2 {
        return None;
    }
    let (whole, size) = (Wide::from_u128(sum), Wide::from_u64(k));
    let scaled = |rest: Wide| {
        let scaled = rest.times(size).over(Wide::from_u64(k - 1));
        scaled.value().clamp(0.0, 1.0)
    };
    let square = sum_of_squares(values).over(whole).over(whole);
    let largest = values.iter().max().copied().unwrap_or(0);
    let rest = sum - u128::from(largest);
    Some(Diversity {
        simpson: scaled(Wide::ONE.minus(square)),
        berger: scaled(Wide::from_u128(rest).over(whole)),
        shannon: (entropy(values)? / math::log2(float(k))).min(1.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_top_fraction_is_read_as_a_decimal() {
        assert_eq!(whole_part(70, 0.1), 7);
        assert_eq!(whole_part(30, 0.1), 3);
        assert_eq!(whole_part(11, 0.1), 2);
        assert_eq!(whole_part(1, 1.0), 1);
        assert_eq!(whole_part(usize::MAX, 1.0), usize::MAX);
        assert_eq!(whole_part(5, f64::MIN_POSITIVE), 1);
    }
}
