//! Several questions at once, which share passes over the facts.

use advocacy_core::ErrorKind;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::ask::{Ask, Given};
use crate::fault::{Fault, detached};
use crate::program::Program;
use crate::report::Cohort;
use crate::table::Table;

/// What is asked for, as it came.
type Asked<'a, 'py> = Option<&'a Bound<'py, PyAny>>;

/// The tables of some questions and the cohorts of others.
pub(crate) fn answers(
    py: Python<'_>,
    program: &Program,
    queries: Asked<'_, '_>,
    cohorts: Asked<'_, '_>,
) -> PyResult<(Vec<Table>, Vec<Vec<Cohort>>)> {
    let (queries, cohorts) = (
        asks(program, queries, "queries")?,
        asks(program, cohorts, "cohorts")?,
    );
    let (tables, cohorts) = detached(py, || {
        let core = &program.core;
        let all = |asks: &[Ask]| asks.iter().map(|ask| ask.query(core)).collect::<Vec<_>>();
        core.tables_and_cohorts(&all(&queries), &all(&cohorts))
    })?;
    Ok((
        tables.into_iter().map(Table::new).collect(),
        cohorts.into_iter().map(Cohort::all).collect(),
    ))
}

fn asks(program: &Program, asked: Asked<'_, '_>, field: &str) -> PyResult<Vec<Ask>> {
    let mut asks = Vec::new();
    if let Some(asked) = asked {
        for one in asked.try_iter()? {
            asks.push(ask(program, &one?, field)?);
        }
    }
    Ok(asks)
}

/// The arguments of one question, by name.
fn ask(program: &Program, asked: &Bound<'_, PyAny>, field: &str) -> PyResult<Ask> {
    let Ok(asked) = asked.cast::<PyDict>() else {
        let message = "a question is a dict of the arguments of measure";
        return Err(Fault::new(ErrorKind::InvalidValue, message)
            .in_field(field)
            .into());
    };
    let left = asked.copy()?;
    let take = |name: &str| -> PyResult<Option<Bound<'_, PyAny>>> {
        let value = left.get_item(name)?;
        if value.is_some() {
            left.del_item(name)?;
        }
        Ok(value.filter(|value| !value.is_none()))
    };
    let take_dict = |name: &str| -> PyResult<Option<Bound<'_, PyDict>>> {
        Ok(take(name)?.map(Bound::cast_into).transpose()?)
    };
    let (metrics, by, period) = (take("metrics")?, take("by")?, take("period")?);
    let (compare, as_of) = (take("compare")?, take("as_of")?);
    let (only, except) = (take_dict("where")?, take_dict("where_not")?);
    let (definitions, privacy) = (take_dict("definitions")?, take_dict("privacy")?);
    let (tz, week_start) = (take("tz")?, take("week_start")?);
    let given = Given {
        metrics: metrics.as_ref(),
        by: by.as_ref(),
        only: only.as_ref(),
        except: except.as_ref(),
        period: period.as_ref(),
        compare: compare.as_ref(),
        definitions: definitions.as_ref(),
        privacy: privacy.as_ref(),
        confidence: read(take("confidence")?)?,
        as_of: as_of.as_ref(),
        tz: tz.as_ref().map(PyAnyMethods::extract).transpose()?,
        week_start: week_start.as_ref().map(PyAnyMethods::extract).transpose()?,
        order_by: read(take("order_by")?)?,
        ascending: read(take("ascending")?)?.unwrap_or(false),
        limit: read(take("limit")?)?,
        top: read(take("top")?)?,
    };
    if let Some(name) = left.keys().iter().next() {
        let message = format!("{} is no argument of measure", name.repr()?);
        return Err(Fault::new(ErrorKind::UnknownName, message)
            .in_field(field)
            .into());
    }
    Ask::read(&given, program.zone.as_ref())
}

fn read<'py, T>(value: Option<Bound<'py, PyAny>>) -> PyResult<Option<T>>
where
    T: for<'a> FromPyObject<'a, 'py, Error = PyErr>,
{
    value.map(|value| value.extract()).transpose()
}
