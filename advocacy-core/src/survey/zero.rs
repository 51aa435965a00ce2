//! Whether a score differs from 0.

use crate::error::{Error, ErrorKind, Result};
use crate::stats::{self, SignTestMethod, Test};

use super::enps::Enps;

/// Tests whether an eNPS differs from 0: whether promoters and detractors are
/// equally many. The estimate is in points.
///
/// McNemar's z = (P − D)/√(P + D), with continuity correction if asked; the
/// exact sign test; or its mid-p. These take P + D as given, so the passives
/// do not matter. With weights only McNemar's z is defined, on shares of the
/// effective number of answers. A finite population is not taken into account.
/// `None` where there are neither promoters nor detractors.
/// Source: Fagerland, Lydersen and Laake (2017), ch. 8.
///
/// # Errors
/// `invalid_option` in `method` for another test of weighted answers.
///
/// ```
/// use advocacy_core::stats::SignTestMethod;
/// use advocacy_core::survey::{EnpsOptions, enps_from_counts, enps_test};
///
/// let score = enps_from_counts(6, 139, 16, &EnpsOptions::default())?;
/// let test = enps_test(&score, SignTestMethod::McNemar)?.unwrap();
/// assert!((test.statistic.unwrap() + 2.132).abs() < 1e-3);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn enps_test(enps: &Enps, method: SignTestMethod) -> Result<Option<Test>> {
    let Some(value) = enps.value() else {
        return Ok(None);
    };
    if enps.weighted.is_none() {
        let test = stats::sign_test(enps.promoters, enps.detractors, method)?;
        return Ok(test.map(|test| Test {
            estimate: value,
            ..test
        }));
    }
    if method != SignTestMethod::McNemar {
        return Err(Error::new(
            ErrorKind::InvalidOption,
            "an exact or corrected test counts whole answers; weighted ones have only mcnemar",
        )
        .in_field("method"));
    }
    let Some(shares) = enps.shares()? else {
        return Ok(None);
    };
    let decided = shares.promoters + shares.detractors;
    if decided <= 0.0 {
        return Ok(None);
    }
    let z = shares.net / decided.sqrt();
    Ok(Some(Test {
        estimate: value,
        se: None,
        statistic: Some(z),
        df: None,
        p_value: stats::normal_p_value(z)?,
        interval: None,
        method: "mcnemar_weighted".into(),
    }))
}
