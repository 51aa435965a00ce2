//! Reports in Python.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;

use crate::measure::Measure;
use crate::plain;
use crate::table::Table;
use crate::time::{Period, datetime};

/// One table of a report.
#[pyclass(frozen, module = "advocacy")]
#[derive(Clone, Debug)]
pub(crate) struct Section {
    report: Arc<advocacy_core::Report>,
    at: usize,
}

impl Section {
    fn core(&self) -> &advocacy_core::Section {
        &self.report.sections[self.at]
    }
}

#[pymethods]
impl Section {
    /// Its stable id: "weekly", "networks", "top_content_by_shares".
    #[getter]
    fn id(&self) -> &str {
        &self.core().id
    }

    /// Its title.
    #[getter]
    fn title(&self) -> &str {
        &self.core().title
    }

    /// Its rows.
    #[getter]
    fn table(&self) -> Table {
        Table::new(self.core().table.clone())
    }

    fn __repr__(&self) -> String {
        let section = self.core();
        format!(
            "<Section {}: {} rows>",
            section.id,
            section.table.rows.len()
        )
    }
}

/// One cohort's retention, from its own bucket (age 0) on.
#[pyclass(frozen, eq, module = "advocacy")]
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cohort(advocacy_core::Cohort);

impl Cohort {
    pub(crate) fn all(table: advocacy_core::CohortTable) -> Vec<Self> {
        table.cohorts.into_iter().map(Self).collect()
    }
}

#[pymethods]
impl Cohort {
    /// The bucket its members began in: "2025-07".
    #[getter]
    fn label(&self) -> String {
        self.0.key.to_string()
    }

    /// How many began; None where a privacy policy hides it.
    #[getter]
    fn size(&self) -> Option<u64> {
        self.0.size
    }

    /// The share still active at each age; undefined where not yet observable.
    #[getter]
    fn ages(&self) -> Vec<Measure> {
        self.0.ages.iter().cloned().map(Measure).collect()
    }

    fn __repr__(&self) -> String {
        let members = match self.size() {
            Some(size) => format!("{size} members"),
            None => "members hidden".to_owned(),
        };
        format!("<Cohort {}: {members}>", self.label())
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

/// A whole report. It shows itself in a notebook; `report["weekly"]` is a
/// section's table, `report.plot()` a picture.
#[pyclass(frozen, module = "advocacy")]
#[derive(Clone, Debug)]
pub(crate) struct Report(Arc<advocacy_core::Report>);

impl Report {
    pub(crate) fn new(report: advocacy_core::Report) -> Self {
        Self(Arc::new(report))
    }
}

#[pymethods]
impl Report {
    /// What it is over.
    #[getter]
    fn period(&self) -> Period {
        Period::new(&self.0.period)
    }

    /// Facts after this instant were ignored.
    #[getter]
    fn as_of(&self) -> DateTime<Utc> {
        datetime(self.0.as_of)
    }

    /// The time-zone data used: "IANA 2025b".
    #[getter]
    fn zone_database(&self) -> &str {
        &self.0.zone_database
    }

    /// The definitions that differ from the defaults.
    #[getter]
    fn definitions(&self) -> PyResult<BTreeMap<String, String>> {
        plain::from_json(&plain::to_json(&self.0.definitions)?)
    }

    /// The headline numbers, compared with the period before.
    #[getter]
    fn headline(&self) -> Table {
        Table::new(self.0.headline.clone())
    }

    /// The tables, in reading order.
    #[getter]
    fn sections(&self) -> Vec<Section> {
        let section = |at| Section {
            report: Arc::clone(&self.0),
            at,
        };
        (0..self.0.sections.len()).map(section).collect()
    }

    /// Who stays: members by cohort and age.
    #[getter]
    fn retention(&self) -> Vec<Cohort> {
        Cohort::all(self.0.retention.clone())
    }

    /// What was odd about the input.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.0.warnings.clone()
    }

    /// The sections' ids.
    fn keys(&self) -> Vec<String> {
        self.0
            .sections
            .iter()
            .map(|section| section.id.clone())
            .collect()
    }

    fn __getitem__(&self, section: &str) -> PyResult<Table> {
        let found = self.0.sections.iter().find(|known| known.id == section);
        found
            .map(|found| Table::new(found.table.clone()))
            .ok_or_else(|| {
                PyKeyError::new_err(format!(
                    "no section {section:?}; there are {}",
                    self.keys().join(", ")
                ))
            })
    }

    /// How every headline number came about.
    fn explain(&self) -> String {
        let told = self
            .0
            .headline
            .total
            .measures
            .iter()
            .map(advocacy_core::Measure::explain);
        told.collect::<Vec<_>>().join("\n")
    }

    /// Everything, as plain Python data.
    #[pyo3(signature = () -> "dict[str, Any]")]
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain::to_python(py, &*self.0)
    }

    /// Everything, as JSON; stable within a schema version.
    fn to_json(&self) -> PyResult<String> {
        plain::to_json(&*self.0)
    }

    /// Reads what `to_json` wrote.
    #[staticmethod]
    fn from_json(text: &str) -> PyResult<Self> {
        plain::from_json(text).map(Self::new)
    }

    /// A page of pictures on matplotlib: weekly active advocates with their
    /// participation, networks with intervals, who stays. Needs
    /// `pip install advocacy-py[plot]`.
    #[pyo3(signature = () -> "Figure")]
    fn plot<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py()
            .import("advocacy._plot")?
            .call_method1("report", (slf,))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other
            .cast::<Self>()
            .is_ok_and(|other| self.0 == other.get().0)
    }

    fn __str__(slf: &Bound<'_, Self>) -> PyResult<String> {
        plain::shown(slf, "report_text")
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        Self::__str__(slf)
    }

    fn _repr_html_(slf: &Bound<'_, Self>) -> PyResult<String> {
        plain::shown(slf, "report_html")
    }

    fn __reduce__(&self, py: Python<'_>) -> PyResult<plain::Reduced> {
        plain::reduce::<Self>(py, &*self.0)
    }
}
