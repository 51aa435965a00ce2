//! Student's t distribution.

use crate::{
    error::Result,
    stats::{
        interval::{check_confidence, finite, open_unit, positive},
        special::{student_tail_quantile, student_two_sided},
    },
};

/// The p-quantile of Student's t with `df` degrees of freedom; `df` above 0
/// need not be whole.
///
/// Right to about 1e-14 relative, for any `df`.
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `p` or `df`; `OutOfRange` in `p` where the
/// quantile leaves `f64` (a `df` far below 1).
///
/// ```
/// use advocacy_core::stats;
///
/// assert!((stats::student_t_quantile(0.975, 4.0)? - 2.776_445_105_197_799).abs() < 1e-14);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn student_t_quantile(p: f64, df: f64) -> Result<f64> {
    open_unit(p, "p")?;
    positive(df, "df")?;
    let t = if p < 0.5 {
        -student_tail_quantile(2.0 * p, df)
    } else {
        student_tail_quantile(2.0 * (1.0 - p), df)
    };
    within_range(t)
}

/// The t of a two-sided interval: the (1 + confidence)/2 quantile.
///
/// # Errors
///
/// `OutOfRange` or `NotFinite` in `confidence` or `df`.
pub fn two_sided_t(confidence: f64, df: f64) -> Result<f64> {
    check_confidence(confidence)?;
    positive(df, "df")?;
    within_range(student_tail_quantile(1.0 - confidence, df))
}

fn within_range(t: f64) -> Result<f64> {
    use crate::error::{Error, ErrorKind};
    if t.is_finite() {
        return Ok(t);
    }
    let message = "the quantile is beyond the largest number";
    Err(Error::new(ErrorKind::OutOfRange, message).in_field("p"))
}

/// The two-sided p-value of t with `df` degrees of freedom.
///
/// # Errors
///
/// `NotFinite` in `t`; `OutOfRange` or `NotFinite` in `df` (above 0).
///
/// ```
/// use advocacy_core::stats;
///
/// let p = stats::student_t_p_value(2.776_445_105_197_799, 4.0)?;
/// assert!((p - 0.05).abs() < 1e-15);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn student_t_p_value(t: f64, df: f64) -> Result<f64> {
    finite(t, "t")?;
    positive(df, "df")?;
    Ok(student_two_sided(t, df))
}
