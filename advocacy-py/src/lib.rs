//! The core in Python: names, parameters and results are the catalogue's.

use std::fmt;

use advocacy_core::{Error, ErrorKind, Measure, Metric, Report};
use advocacy_core::{Period, Program, ReportOptions, Zone, sample};
use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;
use serde::Serialize;

/// What is raised as `advocacy.AdvocacyError`.
#[derive(Debug)]
struct Fault {
    message: String,
    code: &'static str,
    field: Option<String>,
    row: Option<u64>,
}

impl Fault {
    fn in_field(kind: ErrorKind, field: &str, message: impl fmt::Display) -> Self {
        Self {
            message: format!("{message} ({field})"),
            code: kind.code(),
            field: Some(field.to_owned()),
            row: None,
        }
    }

    /// The Python exception; its class lives in Python, where users catch it.
    fn raise(self, py: Python<'_>) -> PyErr {
        static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        let made = CLASS
            .import(py, "advocacy", "AdvocacyError")
            .and_then(|class| class.call1((self.message, self.code, self.field, self.row)));
        made.map_or_else(|error| error, PyErr::from_value)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self {
            message: error.to_string(),
            code: error.code(),
            field: error.field().map(str::to_owned),
            row: error.row(),
        }
    }
}

fn of_counts(metric: &str, counts: [&Bound<'_, PyAny>; 2]) -> PyResult<Result<Measure, Fault>> {
    let py = counts[0].py();
    let metric = match Metric::parse(metric) {
        Ok(metric) => metric,
        Err(error) => return Ok(Err(error.into())),
    };
    let fields = metric.parameters().unwrap_or(["first", "second"]);
    let mut read = [0_u64; 2];
    for ((place, count), field) in read.iter_mut().zip(counts).zip(fields) {
        *place = match count.extract() {
            Ok(count) => count,
            // An integer, but none from 0 to 2⁶⁴ − 1.
            Err(error) if error.is_instance_of::<PyOverflowError>(py) => {
                let kind = if count.lt(0)? {
                    ErrorKind::NegativeCount
                } else {
                    ErrorKind::OutOfRange
                };
                let message = format!("{count} is outside 0..={}", u64::MAX);
                return Ok(Err(Fault::in_field(kind, field, message)));
            }
            Err(error) => return Err(error),
        };
    }
    Ok(metric.of_counts(read[0], read[1]).map_err(Fault::from))
}

fn report(period: &str, tz: &str) -> Result<Report, Error> {
    let period = Period::parse(period, &Zone::named(tz)?)?;
    let rows = sample::rows();
    Program::from_rows(&rows)?.report(&ReportOptions::new(period))
}

/// A result as plain Python objects: counts are exact, reals bit for bit.
fn plain<'py>(py: Python<'py>, value: &impl Serialize) -> PyResult<Bound<'py, PyAny>> {
    static LOADS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let text = serde_json::to_string(value)
        .map_err(|error| pyo3::exceptions::PyRuntimeError::new_err(error.to_string()))?;
    LOADS.import(py, "json", "loads")?.call1((text,))
}

/// The core of `advocacy`, compiled.
#[pymodule]
mod _advocacy {
    use super::pyfunction;
    use super::{Bound, Fault, PyAny, PyModule, PyModuleMethods, PyResult, Python};

    /// Every metric of the catalogue: id, title, family, unit, formula, source,
    /// options, and the parameters of its scalar form (None where it has none).
    #[pyfunction]
    fn metrics(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        super::plain(py, &advocacy_core::scalar::listings())
    }

    /// A metric from two counts in hand, as `metrics()` names them.
    ///
    /// Counts are whole numbers from 0 to 2**64 - 1. A value of None is
    /// undefined, and is not zero.
    ///
    /// Raises AdvocacyError for an unknown metric, one without a scalar form,
    /// or a count out of range; TypeError for what is no integer.
    #[pyfunction]
    fn measure<'py>(
        metric: &str,
        first: &Bound<'py, PyAny>,
        second: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = first.py();
        let measure =
            super::of_counts(metric, [first, second])?.map_err(|fault| fault.raise(py))?;
        super::plain(py, &measure)
    }

    /// The report of the bundled sample programme, over a period such as
    /// "2025-Q3" in an IANA time zone.
    ///
    /// Raises AdvocacyError for a period or zone that cannot be.
    #[pyfunction]
    #[pyo3(signature = (period, tz = "UTC"))]
    fn sample_report<'py>(py: Python<'py>, period: &str, tz: &str) -> PyResult<Bound<'py, PyAny>> {
        let report = py
            .detach(|| super::report(period, tz))
            .map_err(|error| Fault::from(error).raise(py))?;
        super::plain(py, &report)
    }

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
