//! Estimates of many rates at once, drawn towards what they have in common.

use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, ErrorKind, Result},
    math::float,
    stats::{
        extended::Wide,
        interval::{check_counts, finite, not_negative},
    },
};

/// James–Stein estimates. Made by [`james_stein`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JamesStein {
    /// The mean all estimates are drawn to.
    pub grand_mean: f64,
    /// How much of each one's distance from it remains: 1 − (k − 3)σ²/Σ(y − ȳ)², not below 0.
    pub factor: f64,
    /// ȳ + factor·(y − ȳ), in the order of the input.
    pub estimates: Vec<f64>,
}

/// The James–Stein estimates of k ≥ 4 means of the same known variance.
///
/// `None` for fewer than four or where all are equal. Source: Efron & Morris (1977).
///
/// # Errors
///
/// `NotFinite` in `values`, with its row; `OutOfRange` or `NotFinite` in
/// `variance` (not negative).
pub fn james_stein(values: &[f64], variance: f64) -> Result<Option<JamesStein>> {
    not_negative(variance, "variance")?;
    for (row, &value) in values.iter().enumerate() {
        finite(value, "values").map_err(|error| error.at_row(row))?;
    }
    let k = u64::try_from(values.len()).unwrap_or(u64::MAX);
    if k < 4 {
        return Ok(None);
    }
    let sum = (values.iter()).fold(Wide::ZERO, |sum, &y| sum.plus(Wide::from_f64(y)));
    let mean = sum.over(Wide::from_u64(k));
    let squares = values.iter().fold(Wide::ZERO, |sum, &y| {
        let rest = Wide::from_f64(y).minus(mean);
        sum.plus(rest.times(rest))
    });
    let (grand_mean, squares) = (mean.value(), squares.value());
    let factor = (1.0 - float(k - 3) * variance / squares).max(0.0);
    let usable = squares > 0.0 && factor.is_finite();
    Ok(usable.then(|| JamesStein {
        grand_mean,
        factor,
        estimates: (values.iter())
            .map(|y| grand_mean + factor * (y - grand_mean))
            .collect(),
    }))
}

/// A beta prior for rates of unequal support. Made by [`beta_prior`] or by hand.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BetaPrior {
    /// Pseudo-successes.
    pub alpha: f64,
    /// Pseudo-failures.
    pub beta: f64,
}

impl BetaPrior {
    /// The rate drawn to the prior's mean: (α + x)/(α + β + n).
    ///
    /// # Errors
    ///
    /// `OutOfRange` in `successes` if above `trials`.
    pub fn shrink(&self, successes: u64, trials: u64) -> Result<f64> {
        check_counts(successes, trials, "successes")?;
        Ok((self.alpha + float(successes)) / (self.alpha + self.beta + float(trials)))
    }
}

/// A beta-binomial prior fitted by moments to `(successes, trials)` of many,
/// those without trials left out.
///
/// With the pooled rate p, N = Σn and
/// s² = Σ nᵢ(pᵢ − p)², the share of variance between members is
/// ρ = (s²/(p(1 − p)) − (k − 1)) / (N − Σn²/N − (k − 1)), and
/// α + β = 1/ρ − 1. `None` for fewer than two members, a pooled rate of 0 or
/// 1, or no more variance than chance gives (ρ ≤ 0: nothing tells the members
/// apart). Source: Kleinman (1973).
///
/// # Errors
///
/// `OutOfRange` in `successes` if above `trials`, with its row.
pub fn beta_prior(members: &[(u64, u64)]) -> Result<Option<BetaPrior>> {
    for (row, &(successes, trials)) in members.iter().enumerate() {
        check_counts(successes, trials, "successes").map_err(|error| error.at_row(row))?;
    }
    let mut known: Vec<(u64, u64)> = members.iter().copied().filter(|m| m.1 > 0).collect();
    // In a fixed order, whatever that of the members.
    known.sort_unstable();
    let Some(others) = known.len().checked_sub(1).filter(|&others| others > 0) else {
        return Ok(None);
    };
    let sum = |f: &dyn Fn(&(u64, u64)) -> Wide| {
        (known.iter()).fold(Wide::ZERO, |sum, member| sum.plus(f(member)))
    };
    let trials = sum(&|m| Wide::from_u64(m.1));
    let pooled = sum(&|m| Wide::from_u64(m.0)).over(trials);
    let squares = sum(&|m| Wide::from_u64(m.1).times(Wide::from_u64(m.1)));
    let spread = sum(&|m| {
        let size = Wide::from_u64(m.1);
        let rest = Wide::from_u64(m.0).over(size).minus(pooled);
        rest.times(rest).times(size)
    });
    let p = pooled.value();
    // At a pooled rate of 0 or 1 all are at it: 0/0, which is between nothing.
    let others = float(u64::try_from(others).unwrap_or(u64::MAX));
    let excess = spread.value() / (p * (1.0 - p)) - others;
    let room = trials.minus(squares.over(trials)).value() - others;
    let between = excess / room;
    if !(between > 0.0 && between < 1.0) {
        return Ok(None);
    }
    let size = 1.0 / between - 1.0;
    if !size.is_finite() {
        let message = "the prior is too strong for a number";
        return Err(Error::new(ErrorKind::OutOfRange, message).in_field("members"));
    }
    Ok(Some(BetaPrior {
        alpha: p * size,
        beta: (1.0 - p) * size,
    }))
}
