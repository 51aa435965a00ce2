//! How many to ask for an eNPS, and how precise it can be.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::math::float;
use crate::stats::{self, closed_unit, positive};

use super::intervals::finite_factor;

/// What is expected of the answers: the shares of promoters and detractors.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The promoters' share, 0..=1.
    pub promoters: f64,
    /// The detractors' share, 0..=1; with the promoters' at most 1.
    pub detractors: f64,
}

impl Expected {
    /// Half promoters, half detractors: no answers vary more.
    pub const WORST: Self = Self {
        promoters: 0.5,
        detractors: 0.5,
    };

    /// The variance of a single answer as −1, 0, 1.
    fn variance(self) -> Result<f64> {
        let Self {
            promoters,
            detractors,
        } = self;
        closed_unit(promoters, "promoters")?;
        closed_unit(detractors, "detractors")?;
        let passives = 1.0 - promoters - detractors;
        // 0.7 and 0.3 need not add up to 1 in the last bit.
        if passives < -1e-12 {
            return Err(Error::new(
                ErrorKind::OutOfRange,
                format!("shares {promoters} and {detractors} are together above 1"),
            )
            .in_field("detractors"));
        }
        let score = promoters - detractors;
        Ok(promoters * (1.0 - score) * (1.0 - score)
            + passives.max(0.0) * score * score
            + detractors * (1.0 + score) * (1.0 + score))
    }
}

/// The answers needed for an eNPS with this margin of error in points.
///
/// n₀ = z²·(P + D − (P − D)²)/margin², for a population of N
/// N·n₀/(N − 1 + n₀), rounded up; at least 1. [`Expected::WORST`] where
/// nothing is known. These are answers, not invitations: divide by the
/// response rate you expect.
///
/// # Errors
/// `out_of_range` or `not_finite` in `margin` (above 0), `promoters`,
/// `detractors` or `confidence`; `out_of_range` in `population` if 0;
/// `overflow`.
///
/// ```
/// use advocacy_core::survey::{Expected, enps_sample_size};
///
/// assert_eq!(enps_sample_size(10.0, Expected::WORST, None, 0.95)?, 385);
/// assert_eq!(enps_sample_size(10.0, Expected::WORST, Some(400), 0.95)?, 197);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn enps_sample_size(
    margin: f64,
    expected: Expected,
    population: Option<u64>,
    confidence: f64,
) -> Result<u64> {
    positive(margin, "margin")?;
    stats::sample_size_for_variance(
        10_000.0 * expected.variance()?,
        margin,
        population,
        confidence,
    )
}

/// The margin of error, in points, that so many answers will give:
/// 100·z·√((P + D − (P − D)²)/n), the counts scaled by (N − 1)/(N − n) for a
/// population of N. The plain Wald margin: planning needs no better one.
///
/// `None` for no answers, 0 for a census.
///
/// # Errors
/// `out_of_range` or `not_finite` in `promoters`, `detractors` or
/// `confidence`; `out_of_range` in `population` if below the answers.
///
/// ```
/// use advocacy_core::survey::{Expected, enps_margin_of_error};
///
/// let margin = enps_margin_of_error(385, Expected::WORST, None, 0.95)?.unwrap();
/// assert!((margin - 9.989).abs() < 1e-3);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn enps_margin_of_error(
    answers: u64,
    expected: Expected,
    population: Option<u64>,
    confidence: f64,
) -> Result<Option<f64>> {
    let z = stats::two_sided_z(confidence)?;
    let variance = expected.variance()?;
    let factor = finite_factor(answers, population)?;
    Ok((answers > 0).then(|| {
        factor.map_or(0.0, |factor| {
            100.0 * z * (variance / (float(answers) * factor)).sqrt()
        })
    }))
}
