//! Exact and χ² tests of counts.

use crate::{
    error::{Error, ErrorKind, Result},
    math::{self, float},
    named::named,
    stats::{
        extended::Wide,
        interval::{Test, check_counts},
        normal::two_sided_p,
        proportion::difference,
        special::{beta_tails, binomial_half},
    },
};

/// Pearson's χ² test of two proportions (a 2×2 table), 1 degree of freedom.
///
/// χ² = N·(|ad − bc| − N/2)² / (row and column totals' product); the
/// correction of N/2 (Yates) only if `yates`, and never beyond 0. The
/// estimate is p₁ − p₂. `None` where a row or a column is empty.
///
/// # Errors
///
/// `OutOfRange` in `successes_1` or `successes_2` if above its trials.
///
/// ```
/// use advocacy_core::stats;
///
/// let test = stats::chi_square_test(19, 53, 13, 47, true)?.unwrap();
/// assert!((test.p_value - 0.508_316_553).abs() < 1e-9);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn chi_square_test(
    successes_1: u64,
    trials_1: u64,
    successes_2: u64,
    trials_2: u64,
    yates: bool,
) -> Result<Option<Test>> {
    check_counts(successes_1, trials_1, "successes_1")?;
    check_counts(successes_2, trials_2, "successes_2")?;
    let (failures_1, failures_2) = (trials_1 - successes_1, trials_2 - successes_2);
    let total = float(trials_1) + float(trials_2);
    let successes = float(successes_1) + float(successes_2);
    let failures = float(failures_1) + float(failures_2);
    if trials_1 == 0 || trials_2 == 0 || successes <= 0.0 || failures <= 0.0 {
        return Ok(None);
    }
    let product = |a: u64, b: u64| Wide::from_u128(u128::from(a) * u128::from(b));
    let determinant = (product(successes_1, failures_2))
        .minus(product(successes_2, failures_1))
        .value()
        .abs();
    let correction = if yates { total / 2.0 } else { 0.0 };
    let distance = (determinant - correction).max(0.0);
    let statistic =
        distance / float(trials_1) * (distance / float(trials_2)) / successes * (total / failures);
    Ok(Some(Test {
        estimate: difference((successes_1, trials_1), (successes_2, trials_2)),
        se: None,
        statistic: Some(statistic),
        df: Some(1.0),
        p_value: two_sided_p(statistic.sqrt()),
        interval: None,
        method: if yates {
            "chi_square_yates"
        } else {
            "chi_square"
        }
        .into(),
    }))
}

/// Fisher's exact test of two proportions, two-sided: the probability of all
/// tables with the same margins that are at most as likely as this one.
///
/// Ties within 1e-7 relative count as equally likely, as elsewhere. `None` where there are no trials in one of the two.
///
/// # Errors
///
/// `OutOfRange` in `successes_1` or `successes_2` if above its trials, in
/// `trials_1` if both together exceed 10¹² (use [`chi_square_test`] there).
///
/// ```
/// use advocacy_core::stats;
///
/// let test = stats::fisher_exact_test(19, 53, 13, 47)?.unwrap();
/// assert!((test.p_value - 0.399_994_891_8).abs() < 1e-9);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn fisher_exact_test(
    successes_1: u64,
    trials_1: u64,
    successes_2: u64,
    trials_2: u64,
) -> Result<Option<Test>> {
    const MOST: u64 = 1_000_000_000_000;
    check_counts(successes_1, trials_1, "successes_1")?;
    check_counts(successes_2, trials_2, "successes_2")?;
    let total = trials_1.saturating_add(trials_2);
    if total > MOST {
        let message = format!("{total} trials: an exact test takes at most {MOST}");
        return Err(Error::new(ErrorKind::OutOfRange, message).in_field("trials_1"));
    }
    if trials_1 == 0 || trials_2 == 0 {
        return Ok(None);
    }
    let successes = successes_1 + successes_2;
    let lowest = successes.saturating_sub(trials_2);
    let highest = successes.min(trials_1);
    // P(k + 1) / P(k)
    let up = |k: u64| {
        float(successes - k) * float(trials_1 - k)
            / (float(k + 1) * (float(trials_2) - float(successes) + float(k) + 1.0))
    };
    // The likeliest table; the rest relative to it, outwards until it is nothing.
    let mode = (u128::from(successes) + 1) * (u128::from(trials_1) + 1) / (u128::from(total) + 2);
    let mode = u64::try_from(mode)
        .unwrap_or(highest)
        .clamp(lowest, highest);
    let observed = relative_weight(mode, successes_1, up);
    let cut = observed * (1.0 + 1e-7);
    let (mut all, mut extreme) = (Wide::ZERO, Wide::ZERO);
    let mut count = |weight: f64| {
        all = all.plus(Wide::from_f64(weight));
        if weight <= cut {
            extreme = extreme.plus(Wide::from_f64(weight));
        }
        weight > 1e-30 * observed
    };
    count(1.0);
    let mut weight = 1.0;
    for k in mode..highest {
        weight *= up(k);
        if !count(weight) {
            break;
        }
    }
    weight = 1.0;
    for k in (lowest..mode).rev() {
        weight /= up(k);
        if !count(weight) {
            break;
        }
    }
    Ok(Some(Test {
        estimate: difference((successes_1, trials_1), (successes_2, trials_2)),
        se: None,
        statistic: None,
        df: None,
        p_value: extreme.over(all).value().min(1.0),
        interval: None,
        method: "fisher_exact".into(),
    }))
}

/// P(k) relative to P(mode), by the same steps in the same order as the sum.
fn relative_weight(mode: u64, k: u64, up: impl Fn(u64) -> f64) -> f64 {
    let mut weight = 1.0;
    if k >= mode {
        for step in mode..k {
            weight *= up(step);
            if weight <= 0.0 {
                break;
            }
        }
    } else {
        for step in (k..mode).rev() {
            weight /= up(step);
            if weight <= 0.0 {
                break;
            }
        }
    }
    weight
}

named! {
    /// Which p-value [`sign_test`] gives.
    #[derive(Default)]
    #[non_exhaustive]
    pub enum SignTestMethod as "method" {
        /// McNemar's z = (a − b)/√(a + b).
        #[default]
        McNemar = "mcnemar",
        /// z with |a − b| made smaller by 1, though not below 0 (Edwards).
        McNemarContinuity = "mcnemar_continuity",
        /// Twice the smaller binomial tail, at most 1.
        Exact = "exact",
        /// The exact one with half the probability of what was seen.
        MidP = "mid_p",
    }
}

/// Tests whether two counts of the same total differ: promoters against
/// detractors, wins against losses. The null is that each is as likely.
///
/// The estimate is (a − b)/(a + b). `None` where both are 0.
///
/// # Errors
///
/// None today; a `Result` like its siblings.
///
/// ```
/// use advocacy_core::stats::{self, SignTestMethod};
///
/// let test = stats::sign_test(6, 16, SignTestMethod::Exact)?.unwrap();
/// assert!((test.p_value - 0.052_479).abs() < 1e-6);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn sign_test(first: u64, second: u64, method: SignTestMethod) -> Result<Option<Test>> {
    let total = float(first) + float(second);
    if total <= 0.0 {
        return Ok(None);
    }
    let larger = first.max(second);
    let smaller = first.min(second);
    let difference = float(larger - smaller).copysign(if first < second { -1.0 } else { 1.0 });
    let (statistic, p_value, name) = match method {
        SignTestMethod::McNemar => {
            let z = difference / total.sqrt();
            (Some(z), two_sided_p(z), "mcnemar")
        }
        SignTestMethod::McNemarContinuity => {
            // Plus 0, so that no −0 comes out.
            let z = (difference.abs() - 1.0).max(0.0).copysign(difference) / total.sqrt() + 0.0;
            (Some(z), two_sided_p(z), "mcnemar_continuity")
        }
        SignTestMethod::Exact | SignTestMethod::MidP => {
            // P(X ≤ smaller) for X ~ Bin(total, ½).
            let tail = if first == second {
                0.5 + binomial_half(float(smaller), float(larger)) / 2.0
            } else {
                beta_tails(float(larger), float(smaller) + 1.0, 0.5, 0.5).0
            };
            if method == SignTestMethod::Exact {
                (None, (2.0 * tail).min(1.0), "sign_exact")
            } else {
                let seen = binomial_half(float(smaller), float(larger));
                (None, (2.0 * tail - seen).clamp(0.0, 1.0), "sign_mid_p")
            }
        }
    };
    Ok(Some(Test {
        estimate: difference / total,
        se: None,
        statistic,
        df: None,
        p_value,
        interval: None,
        method: name.into(),
    }))
}

/// Holm's correction (1979): p-values of several tests, made larger so that
/// the chance of any false alarm stays below the level.
///
/// The i-th smallest of m becomes the largest of (m − j + 1)·p₍ⱼ₎ for j ≤ i,
/// at most 1. In the order of the input.
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `p_values` (0..=1), with its row.
///
/// ```
/// use advocacy_core::stats;
///
/// assert_eq!(stats::holm(&[0.01, 0.04, 0.03])?, [0.03, 0.06, 0.06]);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn holm(p_values: &[f64]) -> Result<Vec<f64>> {
    for (row, &p) in p_values.iter().enumerate() {
        crate::stats::interval::closed_unit(p, "p_values").map_err(|error| error.at_row(row))?;
    }
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![0.0; p_values.len()];
    let mut largest = 0.0f64;
    for (rank, &index) in order.iter().enumerate() {
        let left = u64::try_from(p_values.len() - rank).unwrap_or(u64::MAX);
        largest = largest.max((float(left) * p_values[index]).min(1.0));
        adjusted[index] = largest;
    }
    Ok(adjusted)
}

/// The p-value of a χ² statistic with 1 degree of freedom is a normal one; for
/// more degrees, P(χ² > x) = Q(df/2, x/2).
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `statistic` (not negative) or `df` (above 0).
pub fn chi_square_p_value(statistic: f64, df: f64) -> Result<f64> {
    crate::stats::interval::not_negative(statistic, "statistic")?;
    crate::stats::interval::positive(df, "df")?;
    if (df - 1.0).abs() <= 0.0 {
        return Ok(two_sided_p(statistic.sqrt()));
    }
    if (df - 2.0).abs() <= 0.0 {
        return Ok(math::exp(-statistic / 2.0));
    }
    Ok(crate::stats::special::gamma_tails(df / 2.0, statistic / 2.0).1)
}
