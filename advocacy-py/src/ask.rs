//! What is asked of a programme: keyword arguments into the core's query.

use advocacy_core::privacy::PrivacyPolicy;
use advocacy_core::{
    Baseline, Definitions, Dimension, Error, ErrorKind, Filter, Metric, Period, Query,
    ReportOptions, Timestamp, WeekStart, Zone,
};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyList, PySet, PyString, PyTuple};

use crate::fault::{Fault, OrRaise};
use crate::plain;
use crate::program::Core;
use crate::time::Period as PyPeriod;

/// A metric as a column: its name there, and definitions of its own.
struct Column {
    name: String,
    metric: Metric,
    definitions: Option<Definitions>,
}

/// A query, or a report's options.
pub(crate) struct Ask {
    metrics: Vec<Column>,
    dimensions: Vec<Dimension>,
    period: Option<Period>,
    as_of: Option<Timestamp>,
    week_start: WeekStart,
    filter: Filter,
    definitions: Definitions,
    baseline: Option<Baseline>,
    order_by: Option<String>,
    ascending: bool,
    limit: Option<usize>,
    top: Option<usize>,
    privacy: Option<PrivacyPolicy>,
}

/// The keyword arguments as they came.
#[derive(Default)]
pub(crate) struct Given<'a, 'py> {
    pub(crate) metrics: Option<&'a Bound<'py, PyAny>>,
    pub(crate) by: Option<&'a Bound<'py, PyAny>>,
    pub(crate) only: Option<&'a Bound<'py, PyDict>>,
    pub(crate) except: Option<&'a Bound<'py, PyDict>>,
    pub(crate) period: Option<&'a Bound<'py, PyAny>>,
    pub(crate) compare: Option<&'a Bound<'py, PyAny>>,
    pub(crate) definitions: Option<&'a Bound<'py, PyDict>>,
    pub(crate) confidence: Option<f64>,
    pub(crate) as_of: Option<&'a Bound<'py, PyAny>>,
    pub(crate) tz: Option<&'a str>,
    pub(crate) week_start: Option<&'a str>,
    pub(crate) order_by: Option<String>,
    pub(crate) ascending: bool,
    pub(crate) limit: Option<usize>,
    pub(crate) top: Option<usize>,
    pub(crate) privacy: Option<&'a Bound<'py, PyDict>>,
}

impl Ask {
    /// Reads the arguments; `zone` is the programme's own.
    pub(crate) fn read(given: &Given<'_, '_>, zone: Option<&Zone>) -> PyResult<Self> {
        let zone = match given.tz {
            Some(name) => Zone::named(name).or_raise()?,
            None => zone.cloned().unwrap_or_else(Zone::utc),
        };
        let mut definitions = Definitions::default();
        define(&mut definitions, given.definitions)?;
        if let Some(confidence) = given.confidence {
            definitions
                .set("confidence", &confidence.to_string())
                .or_raise()?;
        }
        let dimensions = given.by.map_or_else(
            || Ok(Vec::new()),
            |by| {
                names(by)?
                    .iter()
                    .map(|name| Dimension::parse(name).or_raise())
                    .collect()
            },
        )?;
        Ok(Self {
            metrics: given
                .metrics
                .map_or_else(|| Ok(Vec::new()), |metrics| columns(metrics, &definitions))?,
            dimensions,
            period: given
                .period
                .map(|period| self::period(period, &zone))
                .transpose()?,
            as_of: given.as_of.map(|as_of| instant(as_of, &zone)).transpose()?,
            week_start: given
                .week_start
                .map_or(Ok(WeekStart::Monday), WeekStart::parse)
                .map_err(|error| Fault::from(error).in_field("week_start"))?,
            filter: filter(given.only, given.except)?,
            definitions,
            baseline: given.compare.map(baseline).transpose()?,
            order_by: given.order_by.clone(),
            ascending: given.ascending,
            limit: given.limit,
            top: given.top,
            privacy: given.privacy.map(policy).transpose()?,
        })
    }

    /// The core's query.
    pub(crate) fn query<'q>(&self, program: &'q Core) -> Query<'q> {
        let mut query = program
            .measure([])
            .by(self.dimensions.iter().cloned())
            .weeks_from(self.week_start)
            .only(self.filter.clone())
            .define(self.definitions.clone());
        for column in &self.metrics {
            let definitions = column.definitions.as_ref().unwrap_or(&self.definitions);
            query = query.and_as(&column.name, column.metric, definitions.clone());
        }
        if let Some(period) = &self.period {
            query = query.over(period.clone());
        }
        if let Some(as_of) = self.as_of {
            query = query.as_of(as_of);
        }
        if let Some(policy) = &self.privacy {
            query = query.privacy(policy.clone());
        }
        if let Some(baseline) = &self.baseline {
            query = query.compare(baseline.clone());
        }
        if let Some(column) = &self.order_by {
            query = if self.ascending {
                query.smallest_first(column)
            } else {
                query.largest_first(column)
            };
        }
        if let Some(rows) = self.limit {
            query = query.limit(rows);
        }
        match (
            self.top,
            self.order_by
                .as_ref()
                .or(self.metrics.first().map(|first| &first.name)),
        ) {
            (Some(rows), Some(column)) => query.top(rows, column),
            _ => query,
        }
    }

    /// Whether a report is meant: no metrics were named.
    pub(crate) fn is_report(&self) -> bool {
        self.metrics.is_empty()
    }

    /// The core's options of a report.
    ///
    /// # Errors
    /// `invalid_period` without a period.
    pub(crate) fn report(&self) -> Result<ReportOptions, Error> {
        let period = match &self.period {
            Some(period) => period.clone(),
            // The core's own words for what is wrong with no period at all.
            None => Period::parse("", &Zone::utc())?,
        };
        let mut options = ReportOptions::new(period)
            .weeks_from(self.week_start)
            .only(self.filter.clone())
            .define(self.definitions.clone());
        if let Some(as_of) = self.as_of {
            options = options.as_of(as_of);
        }
        if let Some(policy) = &self.privacy {
            options = options.privacy(policy.clone());
        }
        Ok(options)
    }
}

/// One name or several.
fn names(given: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    if given.is_instance_of::<PyString>() {
        return Ok(vec![given.extract()?]);
    }
    given.try_iter()?.map(|name| name?.extract()).collect()
}

/// `"shares"`, `["shares", "clicks"]`, or columns by name:
/// `{"ours": "engagement_rate", "theirs": ("engagement_rate", {...})}`.
fn columns(metrics: &Bound<'_, PyAny>, definitions: &Definitions) -> PyResult<Vec<Column>> {
    let Ok(named) = metrics.cast::<PyDict>() else {
        let column = |name: String| {
            let metric = Metric::parse(&name).or_raise()?;
            Ok(Column {
                name,
                metric,
                definitions: None,
            })
        };
        return names(metrics)?.into_iter().map(column).collect();
    };
    let mut columns = Vec::with_capacity(named.len());
    for (name, asked) in named {
        let name: String = name.extract()?;
        let (metric, own): (String, Option<Bound<'_, PyDict>>) = match asked.extract() {
            Ok(metric) => (metric, None),
            Err(_) => asked.extract()?,
        };
        let metric = Metric::parse(&metric).or_raise()?;
        let mut definitions = definitions.clone();
        define(&mut definitions, own.as_ref())?;
        columns.push(Column {
            name,
            metric,
            definitions: Some(definitions),
        });
    }
    Ok(columns)
}

/// Chooses; the core knows the options and reads their values as text.
fn define(definitions: &mut Definitions, chosen: Option<&Bound<'_, PyDict>>) -> PyResult<()> {
    for (option, choice) in chosen.into_iter().flatten() {
        let option: String = option.extract()?;
        let choice = if choice.is_instance_of::<PyList>()
            || choice.is_instance_of::<PyTuple>()
            || choice.is_instance_of::<PySet>()
        {
            names(&choice)?.join("+")
        } else if choice.is_none() {
            "none".to_owned()
        } else {
            choice.str()?.extract()?
        };
        definitions.set(&option, &choice).or_raise()?;
    }
    Ok(())
}

fn filter(
    only: Option<&Bound<'_, PyDict>>,
    except: Option<&Bound<'_, PyDict>>,
) -> PyResult<Filter> {
    let mut filter = Filter::new();
    for (dimension, wanted) in only.into_iter().flatten() {
        let dimension = Dimension::parse(&dimension.extract::<String>()?).or_raise()?;
        filter = filter.only(dimension, values(&wanted)?);
    }
    for (dimension, unwanted) in except.into_iter().flatten() {
        let dimension = Dimension::parse(&dimension.extract::<String>()?).or_raise()?;
        filter = filter.except(dimension, values(&unwanted)?);
    }
    Ok(filter)
}

/// One value or several; None is "no team", ids may be integers.
fn values(given: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let text = |value: &Bound<'_, PyAny>| -> PyResult<String> {
        if value.is_none() {
            return Ok(String::new());
        }
        value.str()?.extract()
    };
    let one = given.is_none()
        || given.is_instance_of::<PyString>()
        || given.is_instance_of::<PyBool>()
        || given.try_iter().is_err();
    if one {
        return Ok(vec![text(given)?]);
    }
    given.try_iter()?.map(|value| text(&value?)).collect()
}

fn baseline(given: &Bound<'_, PyAny>) -> PyResult<Baseline> {
    match given.cast::<PyDict>() {
        Ok(other) => Ok(Baseline::Filter(filter(Some(other), None)?)),
        Err(_) => Baseline::parse(&given.extract::<String>()?).or_raise(),
    }
}

/// A period as text, as one returned by the library, or from its ends.
fn period(given: &Bound<'_, PyAny>, zone: &Zone) -> PyResult<Period> {
    if let Ok(period) = given.cast::<PyPeriod>() {
        return Ok(period.get().core().clone());
    }
    if let Ok(ends) = given.cast::<PyTuple>() {
        let (start, end): (Bound<'_, PyAny>, Bound<'_, PyAny>) = ends.extract()?;
        let text = format!("{}..{}", written(&start)?, written(&end)?);
        return Period::parse(&text, zone).or_raise();
    }
    Period::parse(&written(given)?, zone).or_raise()
}

fn instant(given: &Bound<'_, PyAny>, zone: &Zone) -> PyResult<Timestamp> {
    Timestamp::parse(&written(given)?, zone).or_raise()
}

/// Text as it is, dates and times in ISO 8601.
fn written(given: &Bound<'_, PyAny>) -> PyResult<String> {
    match given.call_method0("isoformat") {
        Ok(iso) => iso.extract(),
        Err(_) => given.str()?.extract(),
    }
}

/// The policy in a dict.
pub(crate) fn policy(given: &Bound<'_, PyDict>) -> PyResult<PrivacyPolicy> {
    plain::from_json(&plain::dumps(given.as_any())?).map_err(|_| refused(given))
}

/// The error for what is no policy.
fn refused(policy: &Bound<'_, PyDict>) -> PyErr {
    let known = serde_json::to_value(PrivacyPolicy::default()).unwrap_or_default();
    let known: Vec<String> = known
        .as_object()
        .into_iter()
        .flatten()
        .map(|(n, _)| n.clone())
        .collect();
    let message = format!("{policy} is no privacy policy; it has {}", known.join(", "));
    Fault::new(ErrorKind::InvalidOption, message)
        .in_field("privacy")
        .into()
}
