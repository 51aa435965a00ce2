//! What is asked of a programme in JSON, in the core's own types: one reader for
//! the test of the cases, for `examples/agree`, and for what JavaScript's answers
//! are compared with. See `README.md`.

#![allow(
    clippy::unwrap_used,
    reason = "what is not of the shape that is written down should stop"
)]

use advocacy_core::privacy::PrivacyPolicy;
use advocacy_core::{
    Baseline, Definitions, Dimension, Filter, Metric, Period, Program, Query, ReportOptions,
    Result, Timestamp, WeekStart, Zone,
};
use serde_json::Value;

/// The policy it is asked under. Whoever asks says whose it is: the programme's
/// or the query's.
pub(crate) fn policy(input: &Value) -> Option<PrivacyPolicy> {
    let given = input.get("privacy")?;
    Some(serde_json::from_value(given.clone()).unwrap())
}

/// A query, without its policy.
pub(crate) fn query<'p>(program: &'p Program<'_>, input: &Value) -> Result<Query<'p>> {
    let (period, as_of) = when(input)?;
    let metrics = texts(&input["metrics"]).map(Metric::parse);
    let by = texts(&input["by"]).map(Dimension::parse);
    let query = program
        .measure(metrics.collect::<Result<Vec<_>>>()?)
        .by(by.collect::<Result<Vec<_>>>()?)
        .over(period)
        .as_of(as_of)
        .weeks_from(week_start(input)?)
        .only(filter(input))
        .define(definitions(input)?);
    Ok(match &input["compare"] {
        Value::Null => query,
        Value::String(name) => query.compare(Baseline::parse(name)?),
        terms => query.compare(Baseline::Filter(only(terms)?)),
    })
}

/// A report's options, without its policy.
pub(crate) fn report(input: &Value) -> Result<ReportOptions> {
    let (period, as_of) = when(input)?;
    Ok(ReportOptions::new(period)
        .as_of(as_of)
        .weeks_from(week_start(input)?)
        .only(filter(input))
        .define(definitions(input)?))
}

fn when(input: &Value) -> Result<(Period, Timestamp)> {
    let text = |name: &str| input[name].as_str().unwrap();
    let zone = Zone::named(text("tz"))?;
    Ok((
        Period::parse(text("period"), &zone)?,
        Timestamp::parse(text("as_of"), &zone)?,
    ))
}

fn week_start(input: &Value) -> Result<WeekStart> {
    let day = input["week_start"].as_str();
    Ok(day.map(WeekStart::parse).transpose()?.unwrap_or_default())
}

fn filter(input: &Value) -> Filter {
    let given = input.get("where").cloned();
    given.map_or_else(Filter::new, |given| serde_json::from_value(given).unwrap())
}

/// Values by dimension: a filter in short.
fn only(terms: &Value) -> Result<Filter> {
    let mut terms = terms.as_object().unwrap().iter();
    terms.try_fold(Filter::new(), |filter, (name, values)| {
        Ok(filter.only(Dimension::parse(name)?, texts(values)))
    })
}

fn definitions(input: &Value) -> Result<Definitions> {
    let mut definitions = Definitions::default();
    for (option, choice) in input["definitions"].as_object().into_iter().flatten() {
        definitions.set(option, choice.as_str().unwrap())?;
    }
    Ok(definitions)
}

/// The texts of a list; none where there is no list.
fn texts(list: &Value) -> impl Iterator<Item = &str> {
    let list = list.as_array().into_iter().flatten();
    list.map(|text| text.as_str().unwrap())
}
