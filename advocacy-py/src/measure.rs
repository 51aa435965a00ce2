//! Measures in Python: numbers that explain themselves.

use std::borrow::Cow;
use std::collections::BTreeMap;

use advocacy_core::{ErrorKind, Number, State};
use pyo3::basic::CompareOp;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::fault::Fault;
use crate::plain;
use crate::time::Period;

/// A number as Python's: counts are integers, exact.
#[derive(IntoPyObject)]
pub(crate) enum Value {
    Count(u64),
    Real(f64),
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        match number {
            Number::Count(count) => Self::Count(count),
            Number::Real(real) => Self::Real(real),
        }
    }
}

/// A named number in a sum.
#[pyclass(frozen, eq, module = "advocacy")]
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part(advocacy_core::Part);

#[pymethods]
impl Part {
    /// What it counts.
    #[getter]
    fn name(&self) -> &str {
        &self.0.name
    }

    /// How many; None is not known.
    #[getter]
    fn value(&self) -> Option<Value> {
        self.0.value.map(Value::from)
    }

    fn __repr__(&self) -> String {
        format!("<Part {}>", self.0)
    }

    fn __str__(&self) -> String {
        self.0.to_string()
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

/// A confidence interval.
#[pyclass(frozen, eq, module = "advocacy")]
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Interval(pub(crate) advocacy_core::Interval);

#[pymethods]
impl Interval {
    /// The lower end.
    #[getter]
    fn low(&self) -> f64 {
        self.0.low
    }

    /// The upper end.
    #[getter]
    fn high(&self) -> f64 {
        self.0.high
    }

    /// The confidence, such as 0.95.
    #[getter]
    fn confidence(&self) -> f64 {
        self.0.confidence
    }

    /// The method's name, such as "wilson".
    #[getter]
    fn method(&self) -> &str {
        &self.0.method
    }

    fn __contains__(&self, value: f64) -> bool {
        self.0.contains(value)
    }

    fn __repr__(&self) -> String {
        format!(
            "<Interval {} to {} ({}, {})>",
            self.0.low, self.0.high, self.0.confidence, self.0.method
        )
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

/// For how many rows what a measure needs was known.
#[pyclass(frozen, eq, module = "advocacy")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Coverage(advocacy_core::Coverage);

#[pymethods]
impl Coverage {
    /// Rows in which it was.
    #[getter]
    fn known(&self) -> u64 {
        self.0.known
    }

    /// Rows in question.
    #[getter]
    fn rows(&self) -> u64 {
        self.0.rows
    }

    /// known / rows; None without rows.
    #[getter]
    fn share(&self) -> Option<f64> {
        self.0.share()
    }

    fn __repr__(&self) -> String {
        format!("<Coverage {} of {} rows>", self.0.known, self.0.rows)
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

/// Something a reader of the number must know.
#[pyclass(frozen, eq, module = "advocacy")]
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Note(advocacy_core::Note);

#[pymethods]
impl Note {
    /// What sort of note it is: "partial_period", "small_sample", …
    #[getter]
    fn kind(&self) -> String {
        let data = serde_json::to_value(&self.0).unwrap_or_default();
        let kind = data.get("kind").and_then(serde_json::Value::as_str);
        kind.unwrap_or_default().to_owned()
    }

    /// The numbers and names in it, by name.
    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let data = plain::to_python(py, &self.0)?.cast_into::<PyDict>()?;
        data.del_item("kind")?;
        Ok(data)
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<Note {}>", self.0)
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

/// A metric's result: a value, and everything that says what it is.
///
/// `float(measure)` is the value; it raises where there is none. Comparisons
/// with numbers compare values; two measures are equal when all of them is.
#[pyclass(frozen, module = "advocacy")]
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measure(pub(crate) advocacy_core::Measure);

impl Measure {
    fn state(&self) -> State {
        self.0.state()
    }
}

/// What a measure can be compared with.
enum Other {
    Number(f64),
    /// A measure without a value.
    Nothing,
}

impl Other {
    /// `None` for what is neither a measure nor a number.
    fn read(other: &Bound<'_, PyAny>) -> Option<Self> {
        if let Ok(measure) = other.cast::<Measure>() {
            return Some(measure.get().0.value().map_or(Self::Nothing, Self::Number));
        }
        other.extract().ok().map(Self::Number)
    }
}

#[pymethods]
impl Measure {
    /// The metric's id, the same in every language.
    #[getter]
    fn id(&self) -> &str {
        self.0.id()
    }

    /// The value: an int for counts, a float for rates; None where it is
    /// undefined, missing or suppressed, as `state` says.
    #[getter]
    fn value(&self) -> Option<Value> {
        self.0.number().map(Value::from)
    }

    /// "defined", "undefined" (0/0), "missing" (not known) or "suppressed".
    #[getter(state)]
    fn state_name(&self) -> &'static str {
        self.state().as_str()
    }

    /// What the value is in: "rate", "people", "points", "money", …
    #[getter]
    fn unit(&self) -> String {
        match serde_json::to_value(self.0.unit()) {
            Ok(serde_json::Value::String(unit)) => unit,
            Ok(serde_json::Value::Object(unit)) => unit.keys().next().cloned().unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// The currency of money, in minor units of which the value is.
    #[getter]
    fn currency(&self) -> Option<String> {
        match self.0.unit() {
            advocacy_core::Unit::Money(currency) => currency.map(|currency| currency.to_string()),
            _ => None,
        }
    }

    /// What is divided, or counted.
    #[getter]
    fn numerator(&self) -> Option<Part> {
        self.0.numerator().cloned().map(Part)
    }

    /// What it is divided by.
    #[getter]
    fn denominator(&self) -> Option<Part> {
        self.0.denominator().cloned().map(Part)
    }

    /// Sums and bounds that stand beside the value.
    #[getter]
    fn components(&self) -> Vec<Part> {
        self.0.components().iter().cloned().map(Part).collect()
    }

    /// The period it is over; None for scalar forms.
    #[getter]
    fn period(&self) -> Option<Period> {
        self.0.period().map(Period::new)
    }

    /// The formula in words, under the choices in force.
    #[getter]
    fn formula(&self) -> &str {
        &self.0.definition().formula
    }

    /// Every option of the metric, and what was chosen.
    #[getter]
    fn definition(&self) -> BTreeMap<&str, &str> {
        let choices = self.0.definition().choices.iter();
        choices
            .map(|choice| (&*choice.option, &*choice.value))
            .collect()
    }

    /// In how many rows the fields it needs were known.
    #[getter]
    fn coverage(&self) -> Option<Coverage> {
        self.0.coverage().map(Coverage)
    }

    /// The confidence interval, where one is defined.
    #[getter]
    fn interval(&self) -> Option<Interval> {
        self.0.interval().cloned().map(Interval)
    }

    /// What a reader must know.
    #[getter]
    fn notes(&self) -> Vec<Note> {
        self.0.notes().iter().cloned().map(Note).collect()
    }

    /// The sum as you would check it by hand, then definition, period,
    /// coverage, interval and notes.
    fn explain(&self) -> String {
        self.0.explain()
    }

    /// Everything, as plain Python data.
    #[pyo3(signature = () -> "dict[str, Any]")]
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain::to_python(py, &self.0)
    }

    /// Everything, as JSON.
    fn to_json(&self) -> PyResult<String> {
        plain::to_json(&self.0)
    }

    /// Reads what `to_json` wrote.
    #[staticmethod]
    fn from_json(text: &str) -> PyResult<Self> {
        plain::from_json(text).map(Self)
    }

    pub(crate) fn __float__(&self) -> PyResult<f64> {
        self.0.value().ok_or_else(|| {
            let message = format!("{} is {}: it has no value", self.0.id(), self.state());
            Fault::new(ErrorKind::MissingValue, message).into()
        })
    }

    fn __richcmp__<'py>(
        &self,
        other: &Bound<'py, PyAny>,
        operator: CompareOp,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = other.py();
        let not_implemented = || py.NotImplemented().into_bound(py);
        let truth = |truth: bool| Ok(truth.into_pyobject(py)?.to_owned().into_any());
        if matches!(operator, CompareOp::Eq | CompareOp::Ne) {
            let same = match (other.cast::<Self>(), Other::read(other)) {
                (Ok(other), _) => self == other.get(),
                #[expect(clippy::float_cmp, reason = "equality is what was asked for")]
                (Err(_), Some(Other::Number(other))) => {
                    self.0.value().is_some_and(|value| value == other)
                }
                _ => return Ok(not_implemented()),
            };
            return truth(same == matches!(operator, CompareOp::Eq));
        }
        let Some(other) = Other::read(other) else {
            return Ok(not_implemented());
        };
        match (self.0.value(), other) {
            (Some(value), Other::Number(other)) => truth(
                value
                    .partial_cmp(&other)
                    .is_some_and(|order| operator.matches(order)),
            ),
            _ => Err(PyTypeError::new_err(
                "a measure without a value has no order: see its state",
            )),
        }
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        self.value().into_pyobject(py)?.hash()
    }

    fn __format__(&self, spec: &str, py: Python<'_>) -> PyResult<String> {
        if spec.is_empty() {
            return Ok(self.0.to_string());
        }
        if self.0.number().is_none() {
            return Ok(self.0.to_string());
        }
        let value = self.value().into_pyobject(py)?;
        value.call_method1("__format__", (spec,))?.extract()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    pub(crate) fn __repr__(&self) -> String {
        let interval = self.0.interval().map_or(Cow::Borrowed(""), |interval| {
            Cow::Owned(format!(" [{:.6}, {:.6}]", interval.low, interval.high))
        });
        format!("<Measure {} = {}{interval}>", self.0.id(), self.0)
    }

    pub(crate) fn _repr_html_(slf: &Bound<'_, Self>) -> PyResult<String> {
        plain::shown(slf, "measure_html")
    }

    fn __reduce__(&self, py: Python<'_>) -> PyResult<plain::Reduced> {
        plain::reduce::<Self>(py, &self.0)
    }
}
