//! Five intervals of a net score, on its −1..=1 scale.

use crate::error::{Error, ErrorKind, Result};
use crate::math::float;
use crate::stats::{self, Interval};

use super::enps::EnpsOptions;
use crate::definitions::EnpsMethod;

impl EnpsMethod {
    /// What is added to promoters (and detractors), and to passives.
    fn pseudo(self) -> (f64, f64) {
        match self {
            Self::AdjustedWald => (0.75, 1.5),
            Self::Wald | Self::Tango => (0.0, 0.0),
            Self::AgrestiMin => (0.5, 1.0),
            Self::BonettPrice => (1.0, 0.0),
        }
    }
}

/// Three counts as real numbers, perhaps weighted and scaled; their sum is above 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shares {
    pub(super) promoters: f64,
    pub(super) passives: f64,
    pub(super) detractors: f64,
    /// promoters − detractors, exact where they are counts.
    pub(super) net: f64,
    /// Their sum.
    pub(super) n: f64,
}

impl Shares {
    /// `None` where all are 0.
    pub(super) fn of_counts(
        promoters: u64,
        passives: u64,
        detractors: u64,
    ) -> Result<Option<Self>> {
        let n = total(promoters, passives, detractors)?;
        Ok((n > 0).then(|| Self {
            promoters: float(promoters),
            passives: float(passives),
            detractors: float(detractors),
            net: signed(i128::from(promoters) - i128::from(detractors)),
            n: float(n),
        }))
    }

    /// The score, −1..=1.
    pub(super) fn score(self) -> f64 {
        self.net / self.n
    }

    pub(super) fn times(self, factor: f64) -> Self {
        Self {
            promoters: self.promoters * factor,
            passives: self.passives * factor,
            detractors: self.detractors * factor,
            net: self.net * factor,
            n: self.n * factor,
        }
    }

    /// The variance of the score, (P + D − s²)/n, as a sum of squares: nothing cancels.
    pub(super) fn variance(self) -> f64 {
        let s = self.score();
        let squares = self.promoters * (1.0 - s) * (1.0 - s)
            + self.passives * s * s
            + self.detractors * (1.0 + s) * (1.0 + s);
        squares / self.n / self.n
    }

    /// The interval, cut to −1..=1.
    fn ends(self, method: EnpsMethod, z: f64) -> (f64, f64) {
        if method == EnpsMethod::Tango {
            return (self.tango(z), self.tango(-z));
        }
        let (each, between) = method.pseudo();
        let with = Self {
            promoters: self.promoters + each,
            passives: self.passives + between,
            detractors: self.detractors + each,
            net: self.net,
            n: self.n + 2.0 * each + between,
        };
        let margin = z * with.variance().sqrt();
        let score = with.score();
        ((score - margin).max(-1.0), (score + margin).min(1.0))
    }

    /// The true score δ at which Tango's statistic (s − δ)/√v(δ) is z, found by
    /// halving the stretch in which it falls.
    fn tango(self, z: f64) -> f64 {
        let (p, d) = (self.promoters / self.n, self.detractors / self.n);
        let score = self.score();
        // v(δ) is the variance where the score is δ and the detractors are
        // as likely as that allows: their share q solves 2q² + bq = dδ(1 − δ).
        let too_far = |delta: f64| {
            let b = -p - d + (2.0 - p + d) * delta;
            let rest = d * delta * (1.0 - delta);
            let root = (b * b + 8.0 * rest).max(0.0).sqrt();
            // Of the two forms of the root the one that does not cancel.
            let detractors = if b <= 0.0 {
                (root - b) / 4.0
            } else {
                2.0 * rest / (root + b)
            };
            let variance = (2.0 * detractors + delta * (1.0 - delta)).max(0.0) / self.n;
            score - delta > z * variance.sqrt()
        };
        let (mut low, mut high) = if z > 0.0 { (-1.0, score) } else { (score, 1.0) };
        // Sixty halvings do, but for an end within 2⁻⁶⁰ of 0.
        for _ in 0..200 {
            let middle = f64::midpoint(low, high);
            if middle <= low || middle >= high {
                break;
            }
            if too_far(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        if z > 0.0 { low } else { high }
    }

    /// The interval in points. `factor` scales the counts for a finite
    /// population; `None` is a census, whose interval has no width.
    pub(super) fn interval(
        self,
        method: EnpsMethod,
        factor: Option<f64>,
        confidence: f64,
    ) -> Result<Interval> {
        let z = stats::two_sided_z(confidence)?;
        let (low, high) = match factor {
            None => (self.score(), self.score()),
            Some(factor) => self.times(factor).ends(method, z),
        };
        // Plus 0, so that no −0 comes out.
        Ok(Interval::new(
            100.0 * low + 0.0,
            100.0 * high + 0.0,
            confidence,
            method.as_str(),
        ))
    }
}

/// A whole number as the nearest float.
#[expect(
    clippy::cast_precision_loss,
    reason = "rounding to nearest is what is asked for"
)]
pub(super) fn signed(number: i128) -> f64 {
    number as f64
}

/// The number of answers.
pub(super) fn total(promoters: u64, passives: u64, detractors: u64) -> Result<u64> {
    promoters
        .checked_add(passives)
        .and_then(|sum| sum.checked_add(detractors))
        .ok_or_else(|| {
            Error::new(
                ErrorKind::Overflow,
                "the number of answers does not fit 64 bits",
            )
            .in_field("responses")
        })
}

/// (N − 1)/(N − n), by which counts from a population of N are scaled; 1
/// without one, `None` for a census.
pub(super) fn finite_factor(responses: u64, population: Option<u64>) -> Result<Option<f64>> {
    match population {
        None => Ok(Some(1.0)),
        Some(population) if population < responses => Err(Error::new(
            ErrorKind::OutOfRange,
            format!("{responses} responses from a population of {population}"),
        )
        .in_field("population")),
        Some(population) if population == responses => Ok(None),
        Some(population) => Ok(Some(float(population - 1) / float(population - responses))),
    }
}

/// The interval of an eNPS alone, in points, cut to −100..=100.
///
/// With a population of N the counts are first scaled by (N − 1)/(N − n), so
/// that a census has width 0. `None` without answers. Around few answers an
/// adjusted interval is drawn towards 0: at one promoter it ends below 100.
///
/// # Errors
/// `out_of_range` or `not_finite` in `confidence`; `out_of_range` in
/// `population` if below the answers; `overflow` if these exceed 64 bits;
/// `invalid_option` if weights are given: counts have none.
///
/// ```
/// use advocacy_core::survey::{EnpsMethod, EnpsOptions, enps_interval};
///
/// let options = EnpsOptions { method: EnpsMethod::Tango, ..EnpsOptions::default() };
/// let interval = enps_interval(0, 0, 3, &options)?.unwrap();
/// assert_eq!(interval.low, -100.0);
/// assert!((interval.high - 12.3).abs() < 0.01); // Fagerland, Lydersen & Laake
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn enps_interval(
    promoters: u64,
    passives: u64,
    detractors: u64,
    options: &EnpsOptions,
) -> Result<Option<Interval>> {
    options.check()?;
    options.no_weights("counts")?;
    let factor = finite_factor(total(promoters, passives, detractors)?, options.population)?;
    Shares::of_counts(promoters, passives, detractors)?
        .map(|shares| shares.interval(options.method, factor, options.confidence))
        .transpose()
}
