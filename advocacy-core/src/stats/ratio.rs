//! Rates of sums, Σy / Σx: what an engagement rate is.

use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, ErrorKind, Result},
    math,
    stats::{
        extended::{Natural, Wide},
        interval::{Estimate, Interval, Test, check_confidence},
        normal::{two_sided_p, two_sided_z},
    },
};

/// The sufficient statistics of a ratio of sums: merge by addition, exactly.
///
/// One unit (a share, an advocate) contributes a numerator y and a
/// denominator x, both whole numbers at any fixed scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatioMoments {
    /// Units.
    pub n: u64,
    /// Σ y.
    pub sum_num: i128,
    /// Σ x.
    pub sum_den: i128,
    /// Σ y².
    pub sum_num_sq: i128,
    /// Σ x·y.
    pub sum_num_den: i128,
    /// Σ x².
    pub sum_den_sq: i128,
}

impl RatioMoments {
    /// Adds one unit.
    ///
    /// # Errors
    ///
    /// `Overflow` if a sum leaves `i128`; `self` is then unchanged.
    ///
    /// ```
    /// use advocacy_core::stats::{self, RatioMoments};
    ///
    /// let mut moments = RatioMoments::default();
    /// moments.add(10, 100)?; // 10 engagements on 100 impressions
    /// moments.add(30, 200)?;
    /// let rate = stats::ratio_estimator(&moments, 0.95)?.unwrap();
    /// assert_eq!(rate.value, 40.0 / 300.0);
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    pub fn add(&mut self, num: i64, den: i64) -> Result<()> {
        let (num, den) = (i128::from(num), i128::from(den));
        self.merge(&Self {
            n: 1,
            sum_num: num,
            sum_den: den,
            sum_num_sq: num * num,
            sum_num_den: num * den,
            sum_den_sq: den * den,
        })
    }

    /// Adds the units of another.
    ///
    /// # Errors
    ///
    /// `Overflow` if a sum leaves its type; `self` is then unchanged.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        let sums = (|| {
            Some(Self {
                n: self.n.checked_add(other.n)?,
                sum_num: self.sum_num.checked_add(other.sum_num)?,
                sum_den: self.sum_den.checked_add(other.sum_den)?,
                sum_num_sq: self.sum_num_sq.checked_add(other.sum_num_sq)?,
                sum_num_den: self.sum_num_den.checked_add(other.sum_num_den)?,
                sum_den_sq: self.sum_den_sq.checked_add(other.sum_den_sq)?,
            })
        })();
        *self = sums.ok_or_else(|| {
            Error::new(
                ErrorKind::Overflow,
                "the sums of a ratio do not fit 128 bits",
            )
        })?;
        Ok(())
    }

    /// Sx²·Syy − 2·Sx·Sy·Sxy + Sy²·Sxx = Sx²·Σ(y − r·x)², exactly; `None`
    /// where it is negative, which no data can give.
    fn residual(&self) -> Option<Natural> {
        let natural = |x: i128| Natural::new(x.unsigned_abs());
        let (sx, sy) = (natural(self.sum_den), natural(self.sum_num));
        let squares = (sx.times(&sx).times(&natural(self.sum_num_sq)))
            .plus(&sy.times(&sy).times(&natural(self.sum_den_sq)));
        let cross = sx.times(&sy).times(&natural(self.sum_num_den));
        let cross = cross.plus(&cross);
        let negative = (self.sum_num < 0) != (self.sum_num_den < 0);
        if negative {
            Some(squares.plus(&cross))
        } else {
            squares.minus(&cross)
        }
    }
}

/// The rate r = Σy / Σx with the delta-method standard error.
///
/// var r = n/(n − 1) · Σ(y − r·x)² / (Σx)², the interval r ± z·se. The
/// unit is what varies independently (the share or the advocate), never the
/// single impression. The residual sum is computed as an exact whole number, so no digits cancel.
/// The interval is not cut to 0..; see [`Interval::clipped`]. `None` where
/// Σx is 0; with one unit the rate alone. Source: Cochran (1977), § 6.
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `confidence`; `OutOfRange` in `sum_den` if
/// negative; `InvalidValue` if no data could have these sums.
///
/// ```
/// use advocacy_core::stats::{self, RatioMoments};
///
/// let mut moments = RatioMoments::default();
/// for (engagements, impressions) in [(4, 100), (9, 150), (2, 90)] {
///     moments.add(engagements, impressions)?;
/// }
/// let rate = stats::ratio_estimator(&moments, 0.95)?.unwrap();
/// assert_eq!(rate.value, 15.0 / 340.0);
/// assert!((rate.se.unwrap() - 0.011_235_4).abs() < 1e-7);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn ratio_estimator(moments: &RatioMoments, confidence: f64) -> Result<Option<Estimate>> {
    let z = two_sided_z(confidence)?;
    if moments.sum_den < 0 {
        let message = format!("a sum of denominators of {}", moments.sum_den);
        return Err(Error::new(ErrorKind::OutOfRange, message).in_field("sum_den"));
    }
    let impossible = || Error::new(ErrorKind::InvalidValue, "sums of squares that no data have");
    if moments.sum_num_sq < 0 || moments.sum_den_sq < 0 {
        return Err(impossible());
    }
    if moments.sum_den == 0 || moments.n == 0 {
        return Ok(None);
    }
    let residual = moments.residual().ok_or_else(impossible)?;
    let total = Wide::from_i128(moments.sum_den);
    let value = Wide::from_i128(moments.sum_num).over(total).value();
    if moments.n == 1 {
        return Ok(Some(Estimate {
            value,
            se: None,
            interval: None,
        }));
    }
    let square = total.times(total);
    let variance = residual
        .wide()
        .over(square)
        .over(square)
        .times(Wide::from_u64(moments.n))
        .over(Wide::from_u64(moments.n - 1));
    let se = variance.value().max(0.0).sqrt();
    Ok(Some(Estimate {
        value,
        se: Some(se),
        interval: Some(Interval::new(
            value - z * se,
            value + z * se,
            confidence,
            "ratio_estimator",
        )),
    }))
}

/// The mean and the median of per-unit ratios: not the ratio of sums.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RatioMean {
    /// Units with a denominator above 0, which the rest is about.
    pub n: u64,
    /// Units left out because their denominator is 0.
    pub undefined: u64,
    /// The mean of y/x with its standard error s/√n and z-interval.
    pub mean: Estimate,
    /// The median of y/x; the mean of the middle two for an even n.
    pub median: f64,
}

/// The mean and the median of the ratios y/x of a multiset of
/// `(numerator, denominator, count)`.
///
/// The result does not depend on the order: values are compared as exact
/// fractions and summed with 106 bits. Sorted input by value is fastest.
/// `None` where no unit has a denominator above 0.
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `confidence`; `Overflow` if the counts leave `u64`.
///
/// ```
/// use advocacy_core::stats;
///
/// let ratios = stats::mean_of_ratios(&[(1, 10, 2), (9, 10, 1)], 0.95)?.unwrap();
/// assert!((ratios.mean.value - 1.1 / 3.0).abs() < 1e-15);
/// assert_eq!(ratios.median, 0.1);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn mean_of_ratios(units: &[(u128, u128, u64)], confidence: f64) -> Result<Option<RatioMean>> {
    let z = two_sided_z(confidence)?;
    let mut defined: Vec<(u128, u128, u64)> = Vec::with_capacity(units.len());
    let mut counts = Some((0u64, 0u64));
    for &(num, den, count) in units {
        counts = counts.and_then(|(n, undefined)| {
            Some(if den == 0 {
                (n, undefined.checked_add(count)?)
            } else {
                (n.checked_add(count)?, undefined)
            })
        });
        if den > 0 && count > 0 {
            defined.push((num, den, count));
        }
    }
    let (n, undefined) = counts.ok_or_else(|| {
        Error::new(
            ErrorKind::Overflow,
            "the count of ratios does not fit 64 bits",
        )
    })?;
    if n == 0 {
        return Ok(None);
    }
    // Equal ratios round to the same value, so how they are ordered among
    // themselves changes nothing.
    defined.sort_by(|a, b| compare_fractions((a.0, a.1), (b.0, b.1)));
    let ratio = |num: u128, den: u128| Wide::from_u128(num).over(Wide::from_u128(den));
    let size = Wide::from_u64(n);
    let mean = (defined.iter())
        .fold(Wide::ZERO, |sum, &(num, den, count)| {
            sum.plus(ratio(num, den).times(Wide::from_u64(count)))
        })
        .over(size);
    let squares = defined.iter().fold(Wide::ZERO, |sum, &(num, den, count)| {
        let rest = ratio(num, den).minus(mean);
        sum.plus(rest.times(rest).times(Wide::from_u64(count)))
    });
    let at = |rank: u64| {
        let mut passed = 0u64;
        let unit = defined.iter().find(|unit| {
            passed = passed.saturating_add(unit.2);
            passed > rank
        });
        unit.map_or(Wide::ZERO, |&(num, den, _)| ratio(num, den))
    };
    let median = at((n - 1) / 2).plus(at(n / 2)).over(Wide::from_u64(2));
    let mean_value = mean.value();
    let se = (n > 1).then(|| {
        let variance = squares.over(size).over(Wide::from_u64(n - 1));
        variance.value().max(0.0).sqrt()
    });
    Ok(Some(RatioMean {
        n,
        undefined,
        mean: Estimate {
            value: mean_value,
            se,
            interval: se.map(|se| {
                let (low, high) = (mean_value - z * se, mean_value + z * se);
                Interval::new(low, high, confidence, "mean_of_ratios")
            }),
        },
        median: median.value(),
    }))
}

/// a/b against c/d, exactly; b and d are above 0.
fn compare_fractions(left: (u128, u128), right: (u128, u128)) -> std::cmp::Ordering {
    let small = u128::from(u64::MAX);
    if left.0.max(left.1).max(right.0).max(right.1) <= small {
        return (left.0 * right.1).cmp(&(right.0 * left.1));
    }
    let natural = Natural::new;
    (natural(left.0).times(&natural(right.1))).cmp(&natural(right.0).times(&natural(left.1)))
}

/// The difference of two independent estimates, first − second: z-test and
/// interval from √(se₁² + se₂²).
///
/// `None` where a standard error is undefined or both are 0.
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `confidence`.
pub fn estimate_difference(
    first: &Estimate,
    second: &Estimate,
    confidence: f64,
) -> Result<Option<Test>> {
    let z = two_sided_z(confidence)?;
    let (Some(se_1), Some(se_2)) = (first.se, second.se) else {
        return Ok(None);
    };
    let se = (se_1 * se_1 + se_2 * se_2).sqrt();
    if se.is_nan() || se <= 0.0 {
        return Ok(None);
    }
    let difference = first.value - second.value;
    let statistic = difference / se;
    let name = "difference_z";
    Ok(Some(Test {
        estimate: difference,
        se: Some(se),
        statistic: Some(statistic),
        df: None,
        p_value: two_sided_p(statistic),
        interval: Some(Interval::new(
            difference - z * se,
            difference + z * se,
            confidence,
            name,
        )),
        method: name.into(),
    }))
}

/// The ratio of two independent positive estimates, first / second, with an
/// interval on the log scale: exp(ln ratio ± z·√((se₁/v₁)² + (se₂/v₂)²)).
///
/// What a lift over a brand's rate needs. `None` where the second value is 0
/// or either is negative; without an interval where a standard error is
/// undefined or the first value is 0.
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `confidence`.
pub fn estimate_ratio(
    first: &Estimate,
    second: &Estimate,
    confidence: f64,
) -> Result<Option<Estimate>> {
    check_confidence(confidence)?;
    let z = two_sided_z(confidence)?;
    if !(first.value >= 0.0 && second.value > 0.0) {
        return Ok(None);
    }
    let value = first.value / second.value;
    let relative = match (first.se, second.se) {
        (Some(se_1), Some(se_2)) if first.value > 0.0 => {
            let (a, b) = (se_1 / first.value, se_2 / second.value);
            Some((a * a + b * b).sqrt())
        }
        _ => None,
    };
    let interval = relative.and_then(|relative| {
        let (low, high) = (
            value * math::exp(-z * relative),
            value * math::exp(z * relative),
        );
        high.is_finite()
            .then(|| Interval::new(low, high, confidence, "ratio_log"))
    });
    Ok(Some(Estimate {
        value,
        se: relative.map(|relative| value * relative),
        interval,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_compare_exactly() {
        use std::cmp::Ordering::{Equal, Greater, Less};
        let max = u128::MAX;
        assert_eq!(compare_fractions((1, 3), (2, 6)), Equal);
        assert_eq!(
            compare_fractions((max - 1, max), (max - 2, max - 1)),
            Greater
        );
        assert_eq!(compare_fractions((max - 2, max - 1), (max - 1, max)), Less);
    }
}
