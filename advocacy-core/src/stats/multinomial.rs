//! Several shares at once.

use crate::{
    error::Result,
    math::float,
    stats::{
        interval::{Interval, check_confidence},
        normal::z_of_tail,
        proportion::wilson_ends_of,
    },
};

/// Simultaneous intervals of the shares of a whole, after Goodman (1965):
/// with the stated confidence they all hold together.
///
/// Each is a [`wilson`](crate::stats::wilson) interval at confidence
/// 1 − α/k, for k categories, zero counts among them. `None` where the counts
/// are all 0 or there are none.
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `confidence`.
///
/// ```
/// use advocacy_core::stats;
///
/// let shares = stats::goodman(&[56, 72, 73, 59, 62, 87, 58], 0.95)?.unwrap();
/// assert!((shares[5].high - 0.239).abs() < 5e-4);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn goodman(counts: &[u64], confidence: f64) -> Result<Option<Vec<Interval>>> {
    check_confidence(confidence)?;
    let total: u128 = counts.iter().map(|&count| u128::from(count)).sum();
    if total == 0 {
        return Ok(None);
    }
    let categories = float(u64::try_from(counts.len()).unwrap_or(u64::MAX));
    let z = z_of_tail((1.0 - confidence) / categories);
    Ok(Some(
        counts
            .iter()
            .map(|&count| {
                let (low, high) = wilson_ends_of(count, total - u128::from(count), z);
                Interval::new(low, high, confidence, "goodman")
            })
            .collect(),
    ))
}
