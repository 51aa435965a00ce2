//! Means: of one sample, and the difference of two.

use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, ErrorKind, Result},
    math::float,
    named::named,
    stats::{
        extended::{Natural, Wide},
        interval::{
            Estimate, Interval, Test, check_confidence, check_counts, check_population, finite,
            not_negative,
        },
        special::student_two_sided,
        student::two_sided_t,
    },
};

/// A sample by its size, mean and variance: what the tests of means take.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    n: u64,
    mean: f64,
    variance: Option<f64>,
}

impl Sample {
    /// A sample known by its mean and variance (divisor n − 1).
    ///
    /// # Errors
    ///
    /// `OutOfRange` in `n` if 0, in `variance` if negative; `NotFinite`.
    pub fn new(n: u64, mean: f64, variance: f64) -> Result<Self> {
        if n == 0 {
            let message = "a sample of 0 has no mean";
            return Err(Error::new(ErrorKind::OutOfRange, message).in_field("n"));
        }
        Ok(Self {
            n,
            mean: finite(mean, "mean")?,
            variance: Some(not_negative(variance, "variance")?),
        })
    }

    /// From Σx and Σx², with 106 bits in between. `None` where n is 0.
    ///
    /// # Errors
    ///
    /// `NotFinite` in `sum` or `sum_sq`; `InvalidValue` in `sum_sq` if it is
    /// smaller than any data with this sum could have.
    pub fn from_sums(n: u64, sum: f64, sum_sq: f64) -> Result<Option<Self>> {
        finite(sum, "sum")?;
        finite(sum_sq, "sum_sq")?;
        if n == 0 {
            return Ok(None);
        }
        let (size, total) = (Wide::from_u64(n), Wide::from_f64(sum));
        let mean = total.over(size);
        let residual = Wide::from_f64(sum_sq).minus(total.times(mean)).value();
        // Sums in f64 are themselves rounded: a little below 0 is 0.
        if residual < -1e-9 * sum_sq.abs() {
            let message = format!("sum of squares {sum_sq} is too small for sum {sum} of {n}");
            return Err(Error::new(ErrorKind::InvalidValue, message).in_field("sum_sq"));
        }
        Self::checked(n, mean.value(), residual.max(0.0))
    }

    /// From the exact whole-number sums of a tally. `None` where n is 0.
    ///
    /// n·Σx² − (Σx)² is computed in whole numbers: nothing cancels.
    ///
    /// # Errors
    ///
    /// `InvalidValue` in `sum_sq` if no data could have these sums.
    ///
    /// ```
    /// use advocacy_core::stats::Sample;
    ///
    /// let sample = Sample::from_integer_sums(4, 10, 30)?.unwrap(); // 1, 2, 3, 4
    /// assert_eq!(sample.mean(), 2.5);
    /// assert_eq!(sample.variance(), Some(5.0 / 3.0));
    /// # Ok::<(), advocacy_core::Error>(())
    /// ```
    pub fn from_integer_sums(n: u64, sum: i128, sum_sq: i128) -> Result<Option<Self>> {
        if n == 0 {
            return Ok(None);
        }
        let impossible = || {
            let message = format!("sum of squares {sum_sq} is too small for sum {sum} of {n}");
            Error::new(ErrorKind::InvalidValue, message).in_field("sum_sq")
        };
        if sum_sq < 0 {
            return Err(impossible());
        }
        let total = Natural::new(sum.unsigned_abs());
        let residual = Natural::new(u128::from(n))
            .times(&Natural::new(sum_sq.unsigned_abs()))
            .minus(&total.times(&total))
            .ok_or_else(impossible)?;
        let size = Wide::from_u64(n);
        let mean = Wide::from_i128(sum).over(size).value();
        Self::checked(n, mean, residual.wide().over(size).value())
    }

    /// From the values, in two passes with 106 bits. `None` where there are none.
    ///
    /// # Errors
    ///
    /// `NotFinite` in `values`, with its row.
    pub fn from_values(values: &[f64]) -> Result<Option<Self>> {
        for (row, &value) in values.iter().enumerate() {
            finite(value, "values").map_err(|error| error.at_row(row))?;
        }
        let n = u64::try_from(values.len()).unwrap_or(u64::MAX);
        if n == 0 {
            return Ok(None);
        }
        let sum = (values.iter()).fold(Wide::ZERO, |sum, &x| sum.plus(Wide::from_f64(x)));
        let mean = sum.over(Wide::from_u64(n));
        let residual = values.iter().fold(Wide::ZERO, |sum, &x| {
            let rest = Wide::from_f64(x).minus(mean);
            sum.plus(rest.times(rest))
        });
        Self::checked(n, mean.value(), residual.value().max(0.0))
    }

    /// From successes in trials: the mean p with the variance p(1 − p), as
    /// tests of proportions take it (divisor n). `None` where there are no trials.
    ///
    /// # Errors
    ///
    /// `OutOfRange` in `successes` if above `trials`.
    pub fn from_counts(successes: u64, trials: u64) -> Result<Option<Self>> {
        check_counts(successes, trials, "successes")?;
        Ok((trials > 0).then(|| {
            let (p, q) = (
                float(successes) / float(trials),
                float(trials - successes) / float(trials),
            );
            Self {
                n: trials,
                mean: p,
                variance: Some(p * q),
            }
        }))
    }

    /// With `residual` = Σ(x − mean)².
    fn checked(n: u64, mean: f64, residual: f64) -> Result<Option<Self>> {
        if !mean.is_finite() || !residual.is_finite() {
            let message = "the values are too large for a variance";
            return Err(Error::new(ErrorKind::OutOfRange, message).in_field("values"));
        }
        Ok(Some(Self {
            n,
            mean,
            variance: (n > 1).then(|| residual / float(n - 1)),
        }))
    }

    /// The number of values.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.n
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The variance; `None` for a single value.
    #[must_use]
    pub fn variance(&self) -> Option<f64> {
        self.variance
    }

    /// The variance of the mean, s²/n; `None` for a single value.
    pub(crate) fn mean_variance(&self) -> Option<f64> {
        self.variance.map(|variance| variance / float(self.n))
    }
}

/// The mean with its standard error and t-interval, with an optional finite
/// population.
///
/// se = s/√n, times √((N − n)/(N − 1)) for a population of N; the interval is
/// mean ± t(n − 1)·se. A census has width 0. For a single value the mean
/// alone, unless it is a census.
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `confidence`; `OutOfRange` in `population`
/// if below n.
///
/// ```
/// use advocacy_core::stats::{self, Sample};
///
/// let sample = Sample::new(40, 24.5, 3.65 * 3.65)?;
/// let mean = stats::mean_interval(&sample, Some(300), 0.95)?;
/// assert!((mean.se.unwrap() - 0.538_163_1).abs() < 1e-7);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn mean_interval(
    sample: &Sample,
    population: Option<u64>,
    confidence: f64,
) -> Result<Estimate> {
    check_confidence(confidence)?;
    let factor = match population {
        None => 1.0,
        Some(population) => {
            check_population(sample.n, population)?;
            if population == sample.n {
                0.0
            } else {
                (float(population - sample.n) / float(population - 1)).sqrt()
            }
        }
    };
    let se = if factor > 0.0 {
        sample
            .mean_variance()
            .map(|variance| variance.sqrt() * factor)
    } else {
        Some(0.0)
    };
    let interval = match se {
        Some(se) if se > 0.0 && sample.n > 1 => {
            let margin = two_sided_t(confidence, float(sample.n - 1))? * se;
            let (low, high) = (sample.mean - margin, sample.mean + margin);
            Some(Interval::new(low, high, confidence, "student_t"))
        }
        Some(0.0) => Some(Interval::new(
            sample.mean,
            sample.mean,
            confidence,
            "student_t",
        )),
        _ => None,
    };
    Ok(Estimate {
        value: sample.mean,
        se,
        interval,
    })
}

named! {
    /// Whether a difference is stated as it is or relative to the second sample.
    #[derive(Default)]
    pub enum Effect as "effect" {
        /// first − second.
        #[default]
        Absolute = "absolute",
        /// (first − second) / second, with the delta-method variance
        /// s₁²/(n₁·m₂²) + s₂²·m₁²/(n₂·m₂⁴).
        Relative = "relative",
    }
}

/// The effect and the variance of its estimate; `None` where undefined.
pub(crate) fn effect_of(first: &Sample, second: &Sample, effect: Effect) -> Option<(f64, f64)> {
    let (v_1, v_2) = (first.mean_variance()?, second.mean_variance()?);
    let difference = first.mean - second.mean;
    let (value, variance) = match effect {
        Effect::Absolute => (difference, v_1 + v_2),
        Effect::Relative => {
            let base = second.mean;
            let ratio = first.mean / base;
            (
                difference / base,
                (v_1 + v_2 * ratio * ratio) / (base * base),
            )
        }
    };
    (value.is_finite() && variance.is_finite() && variance > 0.0).then_some((value, variance))
}

/// Welch's t-test of two means, first against second, without equal variances.
///
/// Degrees of freedom after Welch–Satterthwaite:
/// (v₁ + v₂)² / (v₁²/(n₁ − 1) + v₂²/(n₂ − 1)) with vᵢ = sᵢ²/nᵢ. `None` where
/// either has fewer than two values, neither varies, or a relative effect has
/// a base of 0. For samples from [`Sample::from_counts`] use
/// [`two_proportion_test`](crate::stats::two_proportion_test).
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `confidence`.
///
/// ```
/// use advocacy_core::stats::{self, Effect, Sample};
///
/// let a = Sample::from_values(&[3.0, 4.0, 1.0, 2.1])?.unwrap();
/// let b = Sample::from_values(&[490.2, 340.0, 433.9])?.unwrap();
/// let test = stats::welch_test(&a, &b, Effect::Absolute, 0.95)?.unwrap();
/// assert!((test.p_value - 0.010_751_561).abs() < 1e-8);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn welch_test(
    first: &Sample,
    second: &Sample,
    effect: Effect,
    confidence: f64,
) -> Result<Option<Test>> {
    check_confidence(confidence)?;
    let Some((value, variance)) = effect_of(first, second, effect) else {
        return Ok(None);
    };
    let (Some(v_1), Some(v_2)) = (first.mean_variance(), second.mean_variance()) else {
        return Ok(None);
    };
    if first.n < 2 || second.n < 2 {
        return Ok(None);
    }
    // Shares of the variance, so that no square under- or overflows.
    let (w_1, w_2) = (v_1 / (v_1 + v_2), v_2 / (v_1 + v_2));
    let df = 1.0 / (w_1 * w_1 / float(first.n - 1) + w_2 * w_2 / float(second.n - 1));
    let se = variance.sqrt();
    let statistic = value / se;
    let margin = two_sided_t(confidence, df)? * se;
    let name = match effect {
        Effect::Absolute => "welch",
        Effect::Relative => "welch_relative",
    };
    Ok(Some(Test {
        estimate: value,
        se: Some(se),
        statistic: Some(statistic),
        df: Some(df),
        p_value: student_two_sided(statistic, df),
        interval: Some(Interval::new(
            value - margin,
            value + margin,
            confidence,
            name,
        )),
        method: name.into(),
    }))
}
