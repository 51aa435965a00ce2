//! How a survey's measure states what it is: the catalogue's row, and the
//! choices made.

use std::borrow::Cow;

use crate::catalog::{Metric, stamp};
use crate::measure::{Choice, Definition, Measure};
use crate::shared::Shared;

/// The measure with its name, unit and definition.
pub(super) fn stated(
    mut measure: Measure,
    metric: Metric,
    choices: Vec<(&'static str, Cow<'static, str>)>,
) -> Measure {
    stamp(&mut measure, metric);
    let choices = choices.into_iter().map(|(option, value)| Choice {
        option: Cow::Borrowed(option),
        value,
    });
    measure.definition = Shared::from(Definition {
        formula: Cow::Borrowed(metric.info().formula),
        choices: choices.collect(),
    });
    measure
}

/// A confidence as a choice.
pub(super) fn confidence_choice(confidence: f64) -> (&'static str, Cow<'static, str>) {
    ("confidence", confidence.to_string().into())
}

/// A population as a choice.
pub(super) fn population_choice(population: Option<u64>) -> (&'static str, Cow<'static, str>) {
    let text = population.map_or(Cow::Borrowed("none"), |size| size.to_string().into());
    ("population", text)
}
