//! How a share changed among the same people.

use crate::error::{Error, ErrorKind, Result};
use crate::math::float;
use crate::measure::{Measure, Note, Number, Part};
use crate::stats::{self, Interval};

use super::definition::{confidence_choice, stated};
use super::difference::mover_paired;
use super::intervals::{signed, total};
use crate::catalog::Metric;
use crate::rate::FEW;

/// first − second of a share (favourable, satisfied) among people who
/// answered both times, as a fraction −1..=1.
///
/// The counts are of people for whom it holds in `both` waves, in the
/// `first_only`, in the `second_only` and in `neither`. The interval is
/// square-and-add of Wilson's with the corrected correlation φ (Newcombe 1998, method 10;
/// Fagerland, Lydersen and Laake 2017, ch. 8). Undefined without people. For
/// waves, the later one goes first.
///
/// # Errors
/// `overflow` if the four exceed 64 bits; `out_of_range` or `not_finite` in
/// `confidence`.
///
/// ```
/// use advocacy_core::survey::share_difference_paired;
///
/// let change = share_difference_paired(59, 6, 16, 80, 0.95)?;
/// assert!((change.value().unwrap() + 0.0621).abs() < 1e-4);
/// assert!((change.interval().unwrap().low + 0.1186).abs() < 1e-4);
/// # Ok::<(), advocacy_core::Error>(())
/// ```
pub fn share_difference_paired(
    both: u64,
    first_only: u64,
    second_only: u64,
    neither: u64,
    confidence: f64,
) -> Result<Measure> {
    stats::two_sided_z(confidence)?;
    let people = total(both, first_only, second_only)?
        .checked_add(neither)
        .ok_or_else(|| Error::new(ErrorKind::Overflow, "the people do not fit 64 bits"))?;
    let net = signed(i128::from(first_only) - i128::from(second_only));
    let value = (people > 0).then(|| Number::Real(net / float(people)));
    let mut measure = Measure::of(value);
    measure.numerator = Some(Part::new("first only − second only", net));
    measure.denominator = Some(Part::new("people", people));
    let (first, second) = (both + first_only, both + second_only);
    measure = measure
        .with_component(Part::new("of the first", first))
        .with_component(Part::new("of the second", second));
    let a = stats::wilson(first, people, confidence)?;
    let b = stats::wilson(second, people, confidence)?;
    if let (Some(a), Some(b)) = (a, b) {
        let (x, y) = (float(first) / float(people), float(second) / float(people));
        let spread = (x * (1.0 - x) * y * (1.0 - y)).sqrt();
        let phi = if spread > 0.0 {
            let together = float(both) / float(people) * (float(neither) / float(people));
            let apart = float(first_only) / float(people) * (float(second_only) / float(people));
            // Drawn towards 0 by half a person, as Newcombe corrects it.
            let excess = together - apart;
            let excess = if excess > 0.0 {
                (excess - 0.5 / float(people)).max(0.0)
            } else {
                excess
            };
            (excess / spread).clamp(-1.0, 1.0)
        } else {
            0.0
        };
        let interval = Interval {
            method: "newcombe_paired".into(),
            ..mover_paired(x, &a, y, &b, phi).clipped(-1.0, 1.0)
        };
        measure = measure.with_interval(Some(interval));
    }
    let measure = measure.note_if((1..FEW).contains(&people), || Note::SmallSample {
        n: people,
    });
    Ok(stated(
        measure,
        Metric::ShareDifference,
        vec![confidence_choice(confidence)],
    ))
}
