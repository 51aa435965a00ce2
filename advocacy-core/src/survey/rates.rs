//! Rates of people asked: promoters among employees, response, completion.

use crate::error::Result;
use crate::measure::Measure;
use crate::rate::proportion;

use super::definition::{confidence_choice, stated};
use crate::catalog::Metric;

/// above / below with its Wilson interval, at most 1 or not.
pub(super) fn rate(
    metric: Metric,
    above: (&'static str, u64),
    below: (&'static str, u64),
    confidence: f64,
) -> Result<Measure> {
    crate::stats::two_sided_z(confidence)?;
    let measure = proportion(above, (below.0, below.1.into()), confidence)?;
    Ok(stated(measure, metric, vec![confidence_choice(confidence)]))
}

/// promoters / employees: a fraction, with its Wilson interval.
///
/// Some guides call this eNPS; it is none, and keeps its own name. Those who
/// did not answer stay in the denominator. Undefined without employees; above
/// 1 is noted, not refused.
///
/// # Errors
/// `out_of_range` or `not_finite` in `confidence`.
///
/// ```
/// use advocacy_core::survey::promoter_share_of_employees;
///
/// let share = promoter_share_of_employees(90, 400, 0.95)?;
/// assert_eq!(share.value(), Some(0.225));
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn promoter_share_of_employees(
    promoters: u64,
    employees: u64,
    confidence: f64,
) -> Result<Measure> {
    let (above, below) = (("promoters", promoters), ("employees", employees));
    rate(Metric::PromoterShareOfEmployees, above, below, confidence)
}

/// completes / eligible: a fraction, with its Wilson interval.
///
/// Undefined where nobody was eligible. Above 1 (a link passed on) is noted
/// and has no interval.
///
/// # Errors
/// `out_of_range` or `not_finite` in `confidence`.
///
/// ```
/// use advocacy_core::{Note, survey::response_rate};
///
/// assert_eq!(response_rate(312, 400, 0.95)?.value(), Some(0.78));
/// assert!(response_rate(12, 10, 0.95)?.notes().contains(&Note::AboveOne));
/// assert_eq!(response_rate(0, 0, 0.95)?.value(), None);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn response_rate(completes: u64, eligible: u64, confidence: f64) -> Result<Measure> {
    let (above, below) = (("completes", completes), ("eligible", eligible));
    rate(Metric::ResponseRate, above, below, confidence)
}

/// completes / starts: a fraction, with its Wilson interval.
///
/// Undefined where nobody started. Above 1 is noted.
///
/// # Errors
/// `out_of_range` or `not_finite` in `confidence`.
///
/// ```
/// use advocacy_core::survey::completion_rate;
///
/// assert_eq!(completion_rate(312, 390, 0.95)?.value(), Some(0.8));
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn completion_rate(completes: u64, starts: u64, confidence: f64) -> Result<Measure> {
    let (above, below) = (("completes", completes), ("starts", starts));
    rate(Metric::CompletionRate, above, below, confidence)
}
