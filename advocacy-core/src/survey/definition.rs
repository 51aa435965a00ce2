//! One row per measure of this module: the only list of them.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;

use crate::measure::{Choice, Definition, Measure, Note, Unit};

/// What is said of a survey or workforce measure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SurveyMetric {
    /// Its id, the same in every language (camelCase in JavaScript).
    pub id: &'static str,
    /// Its title, for people.
    pub title: &'static str,
    /// What its value is in.
    pub unit: Unit,
    /// The formula in words.
    pub formula: &'static str,
    /// Who defines it so.
    pub source: &'static str,
}

macro_rules! measures {
    ($($name:ident = $id:literal, $title:literal, $unit:ident, $formula:literal, $source:literal;)+) => {
        $(pub(crate) const $name: SurveyMetric = SurveyMetric {
            id: $id,
            title: $title,
            unit: Unit::$unit,
            formula: $formula,
            source: $source,
        };)+

        static ALL: &[SurveyMetric] = &[$($name),+];
    };
}

measures! {
    ENPS = "enps", "Employee net promoter score", Points,
        "100 × (promoters − detractors) / responses", "Reichheld 2003; Rocks 2016 for the interval";
    NET_SCORE = "net_score", "Net score on another scale", Points,
        "100 × (promoters − detractors) / responses, by the cut-offs stated", "after Reichheld 2003";
    DIFFERENCE = "enps_difference", "Difference of two eNPS", Points,
        "first − second", "Zou and Donner 2008 (MOVER)";
    PROMOTER_SHARE = "promoter_share_of_employees", "Promoters among employees", Rate,
        "promoters / employees, whether they answered or not", "programme guides";
    SATISFACTION = "satisfaction", "Mean satisfaction", Ratio,
        "sum of answers / answers", "survey guides";
    TOP_BOX = "satisfaction_top_box", "Satisfied", Rate,
        "answers at or above the point stated / answers", "top-2-box of survey guides";
    FAVOURABILITY = "favourability", "Favourability", Rate,
        "answers at or above the point stated / answers", "survey guides";
    SHARE_DIFFERENCE = "share_difference", "Change of a share among the same people", Rate,
        "(first only − second only) / people", "Newcombe 1998";
    ESI = "esi", "Employee satisfaction index", Rate,
        "((satisfaction + expectations + ideal) / 3 − 1) / 9", "ESI guides, 1-10 scale";
    ESI_TOTAL = "esi_total", "Employee satisfaction index, total over maximum", Rate,
        "(satisfaction + expectations + ideal) / 30", "ESI guides, 1-10 scale";
    RESPONSE_RATE = "response_rate", "Response rate", Rate,
        "completes / eligible", "survey guides";
    COMPLETION_RATE = "completion_rate", "Completion rate", Rate,
        "completes / starts", "survey guides";
    TURNOVER = "turnover_rate", "Turnover", Rate,
        "separations / average headcount", "HR guides";
    RETENTION = "retention_rate", "Retention of staff", Rate,
        "stayers of those present at the start / present at the start", "HR guides";
    STABILITY = "stability_index", "Stability index", Rate,
        "staff with a year's service or more now / headcount a year ago", "HR guides";
    ABSENCE = "absence_rate", "Absence", Rate,
        "days lost / available days, planned leave in neither", "HR guides";
}

/// Every measure of this module, in the order of the metric reference.
///
/// ```
/// let ids: Vec<_> = advocacy_core::survey::metrics().iter().map(|m| m.id).collect();
/// assert!(ids.contains(&"enps") && ids.contains(&"stability_index"));
/// ```
#[must_use]
pub fn metrics() -> &'static [SurveyMetric] {
    ALL
}

/// The measure with its name, unit and definition.
pub(super) fn stated(
    mut measure: Measure,
    metric: &SurveyMetric,
    choices: Vec<(&'static str, Cow<'static, str>)>,
) -> Measure {
    measure.id = Cow::Borrowed(metric.id);
    measure.unit = metric.unit;
    let choices = choices.into_iter().map(|(option, value)| Choice {
        option: Cow::Borrowed(option),
        value,
    });
    measure.definition = Arc::new(Definition {
        formula: Cow::Borrowed(metric.formula),
        choices: choices.collect(),
    });
    let above_one = measure.value().is_some_and(|value| value > 1.0);
    measure.note_if(metric.unit == Unit::Rate && above_one, || Note::AboveOne)
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
