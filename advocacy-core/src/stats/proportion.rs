//! One proportion and the difference of two.

use crate::{
    error::Result,
    math::float,
    named::named,
    stats::{
        extended::Wide,
        interval::{
            Interval, Test, check_confidence, check_counts, check_population, closed_unit, positive,
        },
        normal::{one_sided_z, two_sided_p, two_sided_z},
        special::beta_quantile,
    },
};

named! {
    /// How to make the interval of a proportion.
    #[derive(Default)]
    #[non_exhaustive]
    pub enum ProportionMethod as "method" {
        /// [`wilson`], the default.
        #[default]
        Wilson = "wilson",
        /// [`wilson_continuity`].
        WilsonContinuity = "wilson_continuity",
        /// [`agresti_coull`].
        AgrestiCoull = "agresti_coull",
        /// [`clopper_pearson`].
        ClopperPearson = "clopper_pearson",
        /// [`jeffreys`].
        Jeffreys = "jeffreys",
        /// [`wald`].
        Wald = "wald",
    }
}

named! {
    /// Which end of a one-sided interval is informative.
    pub enum Bound as "bound" {
        /// At least: the interval is [bound, 1].
        Lower = "lower",
        /// At most: the interval is [0, bound].
        Upper = "upper",
    }
}

/// Successes and failures, whole or scaled to an effective size.
#[derive(Clone, Copy)]
struct Counts {
    successes: f64,
    failures: f64,
    trials: f64,
}

impl Counts {
    /// `None` where there are no trials.
    fn new(successes: u64, trials: u64) -> Result<Option<Self>> {
        Self::named(successes, trials, "successes")
    }

    /// The same for the two samples of a difference.
    fn pair(first: (u64, u64), second: (u64, u64)) -> Result<Option<(Self, Self)>> {
        let first = Self::named(first.0, first.1, "successes_1")?;
        let second = Self::named(second.0, second.1, "successes_2")?;
        Ok(first.zip(second))
    }

    fn named(successes: u64, trials: u64, name: &str) -> Result<Option<Self>> {
        check_counts(successes, trials, name)?;
        Ok((trials > 0).then(|| Self {
            successes: float(successes),
            failures: float(trials - successes),
            trials: float(trials),
        }))
    }

    fn proportion(self) -> f64 {
        self.successes / self.trials
    }

    fn scaled(self, factor: f64) -> Self {
        Self {
            successes: self.successes * factor,
            failures: self.failures * factor,
            trials: self.trials * factor,
        }
    }
}

/// The interval of a proportion by any method, with an optional finite population.
///
/// With `population` = N the counts are first scaled by (N − 1)/(N − n), the
/// effective sample size, so a census (n = N) has width 0. `None` where
/// `trials` is 0.
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `confidence`; `OutOfRange` in `successes` if
/// above `trials`, in `population` if below `trials`.
///
/// ```
/// use advocacy_core::stats::{self, ProportionMethod};
///
/// let method = ProportionMethod::Wilson;
/// let sample = stats::proportion_interval(method, 40, 50, None, 0.95)?.unwrap();
/// let most = stats::proportion_interval(method, 40, 50, Some(60), 0.95)?.unwrap();
/// let all = stats::proportion_interval(method, 40, 50, Some(50), 0.95)?.unwrap();
/// assert!(most.width() < sample.width());
/// assert_eq!((all.low, all.high), (0.8, 0.8));
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn proportion_interval(
    method: ProportionMethod,
    successes: u64,
    trials: u64,
    population: Option<u64>,
    confidence: f64,
) -> Result<Option<Interval>> {
    check_confidence(confidence)?;
    let counts = Counts::new(successes, trials)?;
    let factor = match population {
        None => Some(1.0),
        Some(population) => {
            check_population(trials, population)?;
            (trials < population).then(|| float(population - 1) / float(population - trials))
        }
    };
    Ok(match (counts, factor) {
        (None, _) => None,
        (Some(counts), Some(factor)) => {
            Some(interval_of(method, counts.scaled(factor), confidence)?)
        }
        (Some(counts), None) => {
            let p = counts.proportion();
            Some(Interval::new(p, p, confidence, method.as_str()))
        }
    })
}

fn interval_of(method: ProportionMethod, counts: Counts, confidence: f64) -> Result<Interval> {
    let z = two_sided_z(confidence)?;
    let (low, high) = match method {
        ProportionMethod::Wilson => wilson_ends(counts, z),
        ProportionMethod::WilsonContinuity => wilson_continuity_ends(counts, z),
        ProportionMethod::AgrestiCoull => {
            let trials = counts.trials + z * z;
            let p = (counts.successes + z * z / 2.0) / trials;
            wald_ends(p, trials, z)
        }
        ProportionMethod::Wald => wald_ends(counts.proportion(), counts.trials, z),
        ProportionMethod::ClopperPearson => {
            let tail = (1.0 - confidence) / 2.0;
            clopper_pearson_ends(counts.successes, counts.failures, tail)
        }
        ProportionMethod::Jeffreys => {
            let tail = (1.0 - confidence) / 2.0;
            let (a, b) = (counts.successes + 0.5, counts.failures + 0.5);
            (
                if counts.successes > 0.0 {
                    beta_quantile(tail, a, b, false).0
                } else {
                    0.0
                },
                if counts.failures > 0.0 {
                    beta_quantile(tail, a, b, true).0
                } else {
                    1.0
                },
            )
        }
    };
    Ok(Interval::new(low, high, confidence, method.as_str()))
}

/// The Wilson score interval.
///
/// (x + z²/2 ± z·√(x(n − x)/n + z²/4)) / (n + z²): all p that a score test
/// would not reject. Within 0..=1, never of width 0 for a sample. `None` where
/// `trials` is 0. Source: Wilson (1927); Newcombe (1998a), method 3.
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `confidence`; `OutOfRange` in `successes` if
/// above `trials`.
///
/// ```
/// use advocacy_core::stats;
///
/// let interval = stats::wilson(0, 20, 0.95)?.unwrap();
/// assert_eq!(interval.low, 0.0);
/// assert!((interval.high - 0.1611).abs() < 1e-4);
/// assert!(stats::wilson(0, 0, 0.95)?.is_none());
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn wilson(successes: u64, trials: u64, confidence: f64) -> Result<Option<Interval>> {
    proportion_interval(
        ProportionMethod::Wilson,
        successes,
        trials,
        None,
        confidence,
    )
}

/// The Wilson interval of a sample from a finite population: [`wilson`] with
/// the counts times (N − 1)/(N − n). A census has width 0.
///
/// # Errors
///
/// As [`wilson`]; `OutOfRange` in `population` if below `trials`.
pub fn wilson_finite(
    successes: u64,
    trials: u64,
    population: u64,
    confidence: f64,
) -> Result<Option<Interval>> {
    let method = ProportionMethod::Wilson;
    proportion_interval(method, successes, trials, Some(population), confidence)
}

/// The Wilson interval of a proportion known from an effective sample size,
/// such as Kish's for weighted answers.
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `proportion` (0..=1), `effective_size`
/// (above 0) or `confidence`.
pub fn wilson_effective(proportion: f64, effective_size: f64, confidence: f64) -> Result<Interval> {
    closed_unit(proportion, "proportion")?;
    positive(effective_size, "effective_size")?;
    check_confidence(confidence)?;
    let counts = Counts {
        successes: proportion * effective_size,
        failures: (1.0 - proportion) * effective_size,
        trials: effective_size,
    };
    interval_of(ProportionMethod::Wilson, counts, confidence)
}

/// The one-sided Wilson bound: [bound, 1] or [0, bound].
///
/// The lower bound is what "rank by Wilson" means: high only where a rate is
/// high and well supported. `None` where `trials` is 0.
///
/// # Errors
///
/// As [`wilson`].
///
/// ```
/// use advocacy_core::stats::{self, Bound};
///
/// let few = stats::wilson_one_sided(3, 3, Bound::Lower, 0.95)?.unwrap();
/// let many = stats::wilson_one_sided(90, 100, Bound::Lower, 0.95)?.unwrap();
/// assert!(few.low < many.low);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn wilson_one_sided(
    successes: u64,
    trials: u64,
    bound: Bound,
    confidence: f64,
) -> Result<Option<Interval>> {
    let z = one_sided_z(confidence)?;
    Ok(Counts::new(successes, trials)?.map(|counts| {
        // A confidence below one half asks for the other end.
        let (low, high) = wilson_ends(counts, z.abs());
        let (first, second) = if z >= 0.0 { (low, high) } else { (high, low) };
        match bound {
            Bound::Lower => Interval::new(first, 1.0, confidence, "wilson_one_sided"),
            Bound::Upper => Interval::new(0.0, second, confidence, "wilson_one_sided"),
        }
    }))
}

/// The Wilson interval with continuity correction: Newcombe (1998a), method 4.
///
/// # Errors
///
/// As [`wilson`].
pub fn wilson_continuity(successes: u64, trials: u64, confidence: f64) -> Result<Option<Interval>> {
    let method = ProportionMethod::WilsonContinuity;
    proportion_interval(method, successes, trials, None, confidence)
}

/// The Agresti–Coull interval: Wald with z² pseudo-observations, half of them
/// successes. Cut to 0..=1.
///
/// # Errors
///
/// As [`wilson`].
pub fn agresti_coull(successes: u64, trials: u64, confidence: f64) -> Result<Option<Interval>> {
    let method = ProportionMethod::AgrestiCoull;
    proportion_interval(method, successes, trials, None, confidence)
}

/// The exact interval of Clopper and Pearson (1934): beta quantiles
/// B(α/2; x, n − x + 1) and B(1 − α/2; x + 1, n − x). Covers at least as
/// often as stated; wider than [`wilson`].
///
/// # Errors
///
/// As [`wilson`].
///
/// ```
/// use advocacy_core::stats;
///
/// let interval = stats::clopper_pearson(0, 10, 0.95)?.unwrap();
/// assert!((interval.high - 0.308_497_1).abs() < 1e-7); // 1 − 0.025^(1/10)
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn clopper_pearson(successes: u64, trials: u64, confidence: f64) -> Result<Option<Interval>> {
    let method = ProportionMethod::ClopperPearson;
    proportion_interval(method, successes, trials, None, confidence)
}

/// The Jeffreys interval: quantiles of the beta distribution with
/// x + ½ and n − x + ½; 0 where x = 0 and 1 where x = n.
///
/// # Errors
///
/// As [`wilson`].
pub fn jeffreys(successes: u64, trials: u64, confidence: f64) -> Result<Option<Interval>> {
    let method = ProportionMethod::Jeffreys;
    proportion_interval(method, successes, trials, None, confidence)
}

/// The Wald interval p ± z·√(p(1 − p)/n), cut to 0..=1. Too narrow for small
/// samples, of width 0 at 0 and n: for comparison with other systems.
///
/// # Errors
///
/// As [`wilson`].
pub fn wald(successes: u64, trials: u64, confidence: f64) -> Result<Option<Interval>> {
    proportion_interval(ProportionMethod::Wald, successes, trials, None, confidence)
}

/// The ends as the roots of n·(p̂ − p)² = z²·p(1 − p), without subtraction:
/// the lower one is x² / n over what the upper one is over n + z².
fn wilson_ends(counts: Counts, z: f64) -> (f64, f64) {
    let Counts {
        successes,
        failures,
        trials,
    } = counts;
    let spread = z * (successes * (failures / trials) + z * z / 4.0).sqrt();
    let low = successes * (successes / trials) / (successes + z * z / 2.0 + spread);
    let high = if failures > 0.0 {
        (successes + z * z / 2.0 + spread) / (trials + z * z)
    } else {
        1.0
    };
    // Rounding can carry an end past p̂ where they are equal to the last bit.
    let p = counts.proportion();
    (low.min(p), high.max(p).min(1.0))
}

/// The Wilson ends for counts of a whole that may exceed `u64`.
pub(crate) fn wilson_ends_of(successes: u64, failures: u128, z: f64) -> (f64, f64) {
    let failures = Wide::from_u128(failures).value();
    let counts = Counts {
        successes: float(successes),
        failures,
        trials: float(successes) + failures,
    };
    wilson_ends(counts, z)
}

fn wilson_continuity_ends(counts: Counts, z: f64) -> (f64, f64) {
    let Counts {
        successes,
        failures,
        trials,
    } = counts;
    let p = counts.proportion();
    let q = failures / trials;
    let divisor = 2.0 * (trials + z * z);
    let end = |sign: f64| {
        let root = z * z + sign * 2.0 - 1.0 / trials + 4.0 * p * (trials * q - sign);
        (2.0 * successes + z * z + sign + sign * z * root.max(0.0).sqrt()) / divisor
    };
    (
        if successes > 0.0 {
            end(-1.0).clamp(0.0, p)
        } else {
            0.0
        },
        if failures > 0.0 {
            end(1.0).clamp(p, 1.0)
        } else {
            1.0
        },
    )
}

fn wald_ends(p: f64, trials: f64, z: f64) -> (f64, f64) {
    let margin = z * (p * (1.0 - p) / trials).max(0.0).sqrt();
    ((p - margin).max(0.0), (p + margin).min(1.0))
}

/// Ends with `tail` beyond each; also for scaled, fractional counts.
fn clopper_pearson_ends(successes: f64, failures: f64, tail: f64) -> (f64, f64) {
    let ((low, _), (high, _)) = clopper_pearson_pairs(successes, failures, tail);
    (low, high)
}

/// The same, each end p with 1 − p.
pub(crate) fn clopper_pearson_pairs(
    successes: f64,
    failures: f64,
    tail: f64,
) -> ((f64, f64), (f64, f64)) {
    (
        if successes > 0.0 {
            beta_quantile(tail, successes, failures + 1.0, false)
        } else {
            (0.0, 1.0)
        },
        if failures > 0.0 {
            beta_quantile(tail, successes + 1.0, failures, true)
        } else {
            (1.0, 0.0)
        },
    )
}

/// The difference of two proportions, first − second, with Newcombe's
/// interval (1998b, method 10: square and add of two Wilson intervals).
///
/// `None` where either has no trials.
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `confidence`; `OutOfRange` in `successes_1` or
/// `successes_2` if above its trials.
///
/// ```
/// use advocacy_core::stats;
///
/// let interval = stats::newcombe(56, 70, 48, 80, 0.95)?.unwrap();
/// assert!((interval.low - 0.0524).abs() < 1e-4);
/// assert!((interval.high - 0.3339).abs() < 1e-4);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn newcombe(
    successes_1: u64,
    trials_1: u64,
    successes_2: u64,
    trials_2: u64,
    confidence: f64,
) -> Result<Option<Interval>> {
    check_confidence(confidence)?;
    let pair = Counts::pair((successes_1, trials_1), (successes_2, trials_2))?;
    let Some((first, second)) = pair else {
        return Ok(None);
    };
    let wilson = |counts| interval_of(ProportionMethod::Wilson, counts, confidence);
    let (low, high) = square_and_add(
        first.proportion(),
        &wilson(first)?,
        second.proportion(),
        &wilson(second)?,
    );
    let (low, high) = (low.max(-1.0), high.min(1.0));
    Ok(Some(Interval::new(low, high, confidence, "newcombe")))
}

/// p₁ − p₂ of counts, rounded once.
pub(crate) fn difference(first: (u64, u64), second: (u64, u64)) -> f64 {
    let product = |a: u64, b: u64| Wide::from_u128(u128::from(a) * u128::from(b));
    let above = product(first.0, second.1).minus(product(second.0, first.1));
    above.over(product(first.1, second.1)).value()
}

/// The interval of a difference of two independent estimates, first − second,
/// from an interval of each (MOVER; Zou & Donner 2008).
///
/// low = d − √((v₁ − l₁)² + (u₂ − v₂)²), high = d + √((u₁ − v₁)² + (v₂ − l₂)²).
/// Keeps the asymmetry that a standard error would lose. The confidence is
/// that of the first interval; both should be the same.
///
/// # Errors
///
/// `NotFinite` if a value is; `InvalidOption` in `confidence` if the two
/// intervals differ in it.
pub fn mover_difference(
    value_1: f64,
    interval_1: &Interval,
    value_2: f64,
    interval_2: &Interval,
) -> Result<Interval> {
    use crate::{
        error::{Error, ErrorKind},
        stats::interval::finite,
    };
    finite(value_1, "value_1")?;
    finite(value_2, "value_2")?;
    if interval_1.confidence.to_bits() != interval_2.confidence.to_bits() {
        let message = format!(
            "intervals of confidence {} and {} cannot be combined",
            interval_1.confidence, interval_2.confidence
        );
        return Err(Error::new(ErrorKind::InvalidOption, message).in_field("confidence"));
    }
    let (low, high) = square_and_add(value_1, interval_1, value_2, interval_2);
    Ok(Interval::new(low, high, interval_1.confidence, "mover"))
}

fn square_and_add(
    value_1: f64,
    interval_1: &Interval,
    value_2: f64,
    interval_2: &Interval,
) -> (f64, f64) {
    let root = |a: f64, b: f64| (a * a + b * b).sqrt();
    let difference = value_1 - value_2;
    (
        difference - root(value_1 - interval_1.low, interval_2.high - value_2),
        difference + root(interval_1.high - value_1, value_2 - interval_2.low),
    )
}

/// The difference of two proportions, first − second, with the interval of
/// Agresti & Caffo (2000): Wald after one success and one failure is added to
/// each. Cut to −1..=1. `None` where either has no trials.
///
/// # Errors
///
/// As [`newcombe`].
pub fn agresti_caffo(
    successes_1: u64,
    trials_1: u64,
    successes_2: u64,
    trials_2: u64,
    confidence: f64,
) -> Result<Option<Interval>> {
    let z = two_sided_z(confidence)?;
    let pair = Counts::pair((successes_1, trials_1), (successes_2, trials_2))?;
    Ok(pair.map(|(first, second)| {
        let p_1 = (first.successes + 1.0) / (first.trials + 2.0);
        let p_2 = (second.successes + 1.0) / (second.trials + 2.0);
        let variance =
            p_1 * (1.0 - p_1) / (first.trials + 2.0) + p_2 * (1.0 - p_2) / (second.trials + 2.0);
        let margin = z * variance.sqrt();
        let difference = p_1 - p_2;
        let (low, high) = (
            (difference - margin).max(-1.0),
            (difference + margin).min(1.0),
        );
        Interval::new(low, high, confidence, "agresti_caffo")
    }))
}

named! {
    /// How [`two_proportion_test`] computes its standard error.
    #[derive(Default)]
    #[non_exhaustive]
    pub enum TwoProportionMethod as "method" {
        /// √(p(1 − p)(1/n₁ + 1/n₂)) with the pooled p: equal under the null.
        #[default]
        Pooled = "pooled",
        /// Pooled, and |d| made smaller by ½(1/n₁ + 1/n₂) (Yates), though not below 0.
        PooledContinuity = "pooled_continuity",
        /// √(p₁(1 − p₁)/n₁ + p₂(1 − p₂)/n₂) (Wald).
        Unpooled = "unpooled",
        /// Unpooled, with the continuity correction.
        UnpooledContinuity = "unpooled_continuity",
    }
}

/// Tests whether two proportions are equal: z = (p₁ − p₂)/se, two-sided.
///
/// The interval is p₁ − p₂ ± z·se with the same standard error, so it agrees
/// with the p-value (a corrected one is wider by the correction);
/// [`newcombe`] is the better interval. `None` where either has no trials or
/// the standard error is 0 (all or none succeeded).
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `confidence`; `OutOfRange` in `successes_1` or
/// `successes_2` if above its trials.
///
/// ```
/// use advocacy_core::stats::{self, TwoProportionMethod};
///
/// let test = stats::two_proportion_test(5, 83, 12, 99, TwoProportionMethod::Pooled, 0.95)?;
/// assert!((test.unwrap().p_value - 0.159).abs() < 1e-3);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn two_proportion_test(
    successes_1: u64,
    trials_1: u64,
    successes_2: u64,
    trials_2: u64,
    method: TwoProportionMethod,
    confidence: f64,
) -> Result<Option<Test>> {
    let z = two_sided_z(confidence)?;
    let pair = Counts::pair((successes_1, trials_1), (successes_2, trials_2))?;
    let Some((first, second)) = pair else {
        return Ok(None);
    };
    let (pooled, corrected, name) = match method {
        TwoProportionMethod::Pooled => (true, false, "two_proportion_pooled"),
        TwoProportionMethod::PooledContinuity => (true, true, "two_proportion_pooled_continuity"),
        TwoProportionMethod::Unpooled => (false, false, "two_proportion_unpooled"),
        TwoProportionMethod::UnpooledContinuity => {
            (false, true, "two_proportion_unpooled_continuity")
        }
    };
    let reciprocal = 1.0 / first.trials + 1.0 / second.trials;
    let variance = if pooled {
        let trials = first.trials + second.trials;
        let successes = first.successes + second.successes;
        let failures = first.failures + second.failures;
        (successes / trials) * (failures / trials) * reciprocal
    } else {
        let part = |c: Counts| c.proportion() * (c.failures / c.trials) / c.trials;
        part(first) + part(second)
    };
    let se = variance.sqrt();
    if se <= 0.0 {
        return Ok(None);
    }
    let difference = difference((successes_1, trials_1), (successes_2, trials_2));
    let correction = if corrected { reciprocal / 2.0 } else { 0.0 };
    let size = (difference.abs() - correction).max(0.0);
    // Plus 0, so that no −0 comes out.
    let statistic = size.copysign(difference) / se + 0.0;
    let margin = z * se + correction;
    let (low, high) = (
        (difference - margin).max(-1.0),
        (difference + margin).min(1.0),
    );
    Ok(Some(Test {
        estimate: difference,
        se: Some(se),
        statistic: Some(statistic),
        df: None,
        p_value: two_sided_p(statistic),
        interval: Some(Interval::new(low, high, confidence, name)),
        method: name.into(),
    }))
}
