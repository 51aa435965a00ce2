//! The interval, the estimate and the test result, and the checks all share.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};

/// A confidence interval: where the true value lies, and how that was found.
///
/// `method` is a stable lower-case name such as `"wilson"`. Both ends are
/// finite numbers and `low <= high`; an interval that has no finite end is
/// not made, the function says `None` instead.
///
/// ```
/// use advocacy_core::stats;
///
/// let interval = stats::wilson(18, 20, 0.95)?.unwrap();
/// assert!(interval.contains(0.9));
/// assert_eq!(interval.method, "wilson");
/// # Ok::<(), advocacy_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The confidence, such as 0.95.
    pub confidence: f64,
    /// The method's name, such as `wilson`.
    pub method: Cow<'static, str>,
}

impl Interval {
    pub(crate) fn new(low: f64, high: f64, confidence: f64, method: &'static str) -> Self {
        Self {
            low,
            high,
            confidence,
            method: Cow::Borrowed(method),
        }
    }

    /// high − low.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.high - self.low
    }

    /// Half the width: the ± of a symmetric interval.
    #[must_use]
    pub fn margin(&self) -> f64 {
        self.width() / 2.0
    }

    /// Whether `value` lies in the interval, ends included.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// The interval cut to what is possible, such as `0..=1`.
    #[must_use]
    pub fn clipped(mut self, lowest: f64, highest: f64) -> Self {
        self.low = self.low.max(lowest).min(highest);
        self.high = self.high.max(lowest).min(highest);
        self
    }

    /// The interval with both ends times `factor`, for a change of unit.
    #[must_use]
    pub fn scaled(mut self, factor: f64) -> Self {
        // Plus 0, so that no −0 comes out.
        self.low = self.low * factor + 0.0;
        self.high = self.high * factor + 0.0;
        if self.low > self.high {
            std::mem::swap(&mut self.low, &mut self.high);
        }
        self
    }
}

/// A value with its standard error and interval, where they are defined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// The standard error; `None` where it is undefined (one observation).
    pub se: Option<f64>,
    /// The interval; `None` where it is undefined.
    pub interval: Option<Interval>,
}

/// The result of a two-sided test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Test {
    /// What is tested against its null value, such as a difference.
    pub estimate: f64,
    /// The standard error used; `None` for exact tests.
    pub se: Option<f64>,
    /// z, t or χ²; `None` for exact tests.
    pub statistic: Option<f64>,
    /// Degrees of freedom; `None` where the reference is normal or exact.
    pub df: Option<f64>,
    /// The two-sided p-value.
    pub p_value: f64,
    /// The interval of the estimate; `None` where the test gives none.
    pub interval: Option<Interval>,
    /// The test's name, such as `welch`.
    pub method: Cow<'static, str>,
}

/// `x`, or an error naming the argument if it is NaN or infinite.
pub(crate) fn finite(x: f64, name: &str) -> Result<f64> {
    if x.is_finite() {
        return Ok(x);
    }
    let message = format!("{name} {x} is not a finite number");
    Err(Error::new(ErrorKind::NotFinite, message).in_field(name))
}

/// `x`, or an error if it is not a number above 0.
pub(crate) fn positive(x: f64, name: &str) -> Result<f64> {
    if finite(x, name)? > 0.0 {
        return Ok(x);
    }
    let message = format!("{name} {x} is not above 0");
    Err(Error::new(ErrorKind::OutOfRange, message).in_field(name))
}

/// `x`, or an error if it is not a number at or above 0.
pub(crate) fn not_negative(x: f64, name: &str) -> Result<f64> {
    if finite(x, name)? >= 0.0 {
        return Ok(x);
    }
    let message = format!("{name} {x} is below 0");
    Err(Error::new(ErrorKind::OutOfRange, message).in_field(name))
}

/// `x`, or an error if it is not strictly between 0 and 1.
pub(crate) fn open_unit(x: f64, name: &str) -> Result<f64> {
    if finite(x, name)? > 0.0 && x < 1.0 {
        return Ok(x);
    }
    let message = format!("{name} {x} is not between 0 and 1, both excluded");
    Err(Error::new(ErrorKind::OutOfRange, message).in_field(name))
}

/// `x`, or an error if it is not in 0..=1.
pub(crate) fn closed_unit(x: f64, name: &str) -> Result<f64> {
    if (0.0..=1.0).contains(&finite(x, name)?) {
        return Ok(x);
    }
    let message = format!("{name} {x} is outside 0..=1");
    Err(Error::new(ErrorKind::OutOfRange, message).in_field(name))
}

/// An error if the confidence is not strictly between 0 and 1.
pub(crate) fn check_confidence(confidence: f64) -> Result<()> {
    open_unit(confidence, "confidence").map(|_| ())
}

/// An error in `name` if there are more successes than trials.
pub(crate) fn check_counts(successes: u64, trials: u64, name: &str) -> Result<()> {
    if successes <= trials {
        return Ok(());
    }
    let message = format!("{successes} successes in {trials} trials: more than there are");
    Err(Error::new(ErrorKind::OutOfRange, message).in_field(name))
}

/// An error if the sample is larger than the population.
pub(crate) fn check_population(sample: u64, population: u64) -> Result<()> {
    if sample <= population {
        return Ok(());
    }
    let message = format!("a sample of {sample} from a population of {population}");
    Err(Error::new(ErrorKind::OutOfRange, message).in_field("population"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confidence_is_strictly_between_0_and_1() {
        for (bad, kind) in [
            (0.0, ErrorKind::OutOfRange),
            (1.0, ErrorKind::OutOfRange),
            (-0.5, ErrorKind::OutOfRange),
            (95.0, ErrorKind::OutOfRange),
            (f64::NAN, ErrorKind::NotFinite),
            (f64::INFINITY, ErrorKind::NotFinite),
        ] {
            let error = check_confidence(bad).unwrap_err();
            assert_eq!(error.kind(), kind);
            assert_eq!(error.field(), Some("confidence"));
        }
        assert!(check_confidence(0.95).is_ok());
    }

    #[test]
    fn intervals_go_through_json() {
        let interval = Interval::new(0.25, 0.5, 0.95, "wilson");
        let text = serde_json::to_string(&interval).unwrap();
        assert_eq!(
            text,
            r#"{"low":0.25,"high":0.5,"confidence":0.95,"method":"wilson"}"#
        );
        assert_eq!(serde_json::from_str::<Interval>(&text).unwrap(), interval);
        assert_eq!(
            interval.clone().scaled(-2.0),
            Interval::new(-1.0, -0.5, 0.95, "wilson")
        );
        assert_eq!(
            interval.clipped(0.3, 0.4),
            Interval::new(0.3, 0.4, 0.95, "wilson")
        );
    }
}
