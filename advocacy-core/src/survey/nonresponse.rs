//! What those who did not answer could make of a score.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::stats::{closed_unit, finite};

/// The lowest and the highest eNPS that everyone's answers could have given.
/// Not a confidence interval: nothing is assumed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NonresponseBounds {
    /// Had all who did not answer been detractors, in points.
    pub low: f64,
    /// Had they all been promoters, in points.
    pub high: f64,
}

/// Worst-case bounds of an eNPS for nonresponse: r·eNPS ∓ 100·(1 − r).
///
/// # Errors
/// `out_of_range` or `not_finite` in `response_rate` (0..=1) or `enps`
/// (−100..=100).
///
/// ```
/// use advocacy_core::survey::nonresponse_bounds;
///
/// let bounds = nonresponse_bounds(20.0, 0.75)?;
/// assert_eq!((bounds.low, bounds.high), (-10.0, 40.0));
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn nonresponse_bounds(enps: f64, response_rate: f64) -> Result<NonresponseBounds> {
    closed_unit(response_rate, "response_rate")?;
    if !(-100.0..=100.0).contains(&finite(enps, "enps")?) {
        return Err(Error::new(
            ErrorKind::OutOfRange,
            format!("enps {enps} is outside -100..=100"),
        )
        .in_field("enps"));
    }
    let answered = response_rate * enps;
    let unknown = 100.0 * (1.0 - response_rate);
    Ok(NonresponseBounds {
        low: answered - unknown,
        high: answered + unknown,
    })
}
