//! Periods and instants in Python.

use advocacy_core::Timestamp;
use chrono::{DateTime, Utc};
use pyo3::prelude::*;

use crate::plain;

/// A span of time: the start is part of it, the end is not.
#[pyclass(frozen, eq, hash, module = "advocacy", name = "Period")]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Period(advocacy_core::Period);

impl Period {
    pub(crate) fn new(period: &advocacy_core::Period) -> Self {
        Self(period.clone())
    }

    pub(crate) fn core(&self) -> &advocacy_core::Period {
        &self.0
    }
}

/// An instant as a `datetime` in UTC.
pub(crate) fn datetime(instant: Timestamp) -> DateTime<Utc> {
    // Timestamps are within the years 1 to 9999, which both types hold.
    DateTime::from_timestamp_micros(instant.micros()).unwrap_or_default()
}

#[pymethods]
impl Period {
    /// What it is called: "2025-Q3", "2025-W31", "2025-07-01..2025-10-01".
    #[getter]
    fn label(&self) -> String {
        self.0.label()
    }

    /// Its first instant, a datetime in UTC.
    #[getter]
    fn start(&self) -> DateTime<Utc> {
        datetime(self.0.start())
    }

    /// The first instant after it, a datetime in UTC.
    #[getter]
    fn end(&self) -> DateTime<Utc> {
        datetime(self.0.end())
    }

    /// The zone whose calendar it follows.
    #[getter]
    fn tz(&self) -> String {
        self.0.zone().name().to_owned()
    }

    fn __str__(&self) -> String {
        self.0.label()
    }

    fn __repr__(&self) -> String {
        format!("<Period {} ({})>", self.0.label(), self.0.zone().name())
    }

    /// Reads what `__reduce__` wrote.
    #[staticmethod]
    fn from_json(text: &str) -> PyResult<Self> {
        plain::from_json(text).map(Self)
    }

    fn __reduce__(&self, py: Python<'_>) -> PyResult<plain::Reduced> {
        plain::reduce::<Self>(py, &self.0)
    }
}
