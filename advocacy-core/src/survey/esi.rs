//! The employee satisfaction index.

use crate::error::{Error, ErrorKind, Result};
use crate::measure::{Measure, Number, Part};
use crate::named::named;
use crate::stats::finite;

use super::definition::stated;
use crate::catalog::Metric;

named! {
    /// The two forms of the index.
    #[derive(Default)]
    pub enum EsiForm as "form" {
        /// (mean of the three − 1) / 9: 0 where all say 1, 1 where all say 10.
        #[default]
        Rescaled = "rescaled",
        /// Their total over the greatest possible: never below 0.1.
        Total = "total",
    }
}

/// The employee satisfaction index of three mean answers on 1–10: how
/// satisfied, how far expectations are met, how near the ideal.
///
/// A fraction: ((Σ/3) − 1)/9, or Σ/30. The same answers give 0.6667 by one and
/// 0.70 by the other, so each has its own id, `esi` and `esi_total`.
///
/// # Errors
/// `not_finite`, or `out_of_range` outside 1..=10, in `satisfaction`,
/// `expectations` or `ideal`.
///
/// ```
/// use advocacy_core::survey::{EsiForm, esi};
///
/// let index = esi(7.0, 8.0, 6.0, EsiForm::Rescaled)?;
/// assert!((index.value().unwrap() - 0.666_7).abs() < 1e-4);
/// assert_eq!(esi(7.0, 8.0, 6.0, EsiForm::Total)?.value(), Some(0.7));
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn esi(satisfaction: f64, expectations: f64, ideal: f64, form: EsiForm) -> Result<Measure> {
    let parts = [
        ("satisfaction", satisfaction),
        ("expectations", expectations),
        ("ideal", ideal),
    ];
    for (name, mean) in parts {
        if !(1.0..=10.0).contains(&finite(mean, name)?) {
            return Err(Error::new(
                ErrorKind::OutOfRange,
                format!("{name} {mean} is outside 1..=10"),
            )
            .in_field(name));
        }
    }
    let total = satisfaction + expectations + ideal;
    let (above, below, metric) = match form {
        // (Σ/3 − 1)/9 = (Σ − 3)/27, rounded once.
        EsiForm::Rescaled => (Part::new("total − 3", total - 3.0), 27.0, Metric::Esi),
        EsiForm::Total => (Part::new("total", total), 30.0, Metric::EsiTotal),
    };
    let value = above.value.map(|above| above.as_f64() / below);
    let mut measure = Measure::of(value.map(Number::Real));
    measure.numerator = Some(above);
    measure.denominator = Some(Part::new("greatest possible", below));
    for (name, mean) in parts {
        measure = measure.with_component(Part::new(name, mean));
    }
    Ok(stated(
        measure,
        metric,
        vec![("form", form.as_str().into())],
    ))
}
