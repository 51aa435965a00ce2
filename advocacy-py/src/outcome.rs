//! Records that operations return: an eNPS, a test, an estimate.

use advocacy_core::operation::Output;
use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

use crate::measure::Measure;
use crate::plain;

/// What a function returns that is more than a number: its fields are
/// attributes, and where it has a measure at its heart, so are the measure's
/// (`value`, `interval`, `notes`, …).
///
/// >>> import advocacy as adv
/// >>> score = adv.enps([10, 9, 7, 3])
/// >>> score.value, score.promoters, score.kind
/// (25.0, 2, 'Enps')
#[pyclass(frozen, module = "advocacy", name = "Result")]
pub(crate) struct Outcome {
    kind: String,
    held: Held,
    fields: PyOnceLock<Py<PyDict>>,
}

/// Kind, JSON, and the JSON of the measure.
type Pickled = (String, String, Option<String>);

#[derive(Debug)]
enum Held {
    Output(Box<Output>),
    /// Out of a pickle: the same as JSON.
    Json(String, Option<Box<advocacy_core::Measure>>),
}

impl Outcome {
    pub(crate) fn new(kind: &str, output: Output) -> Self {
        Self::holding(kind, Held::Output(Box::new(output)))
    }

    fn holding(kind: &str, held: Held) -> Self {
        Self {
            kind: kind.to_owned(),
            held,
            fields: PyOnceLock::new(),
        }
    }

    fn measure(&self) -> Option<&advocacy_core::Measure> {
        match &self.held {
            Held::Output(output) => output.measure(),
            Held::Json(_, measure) => measure.as_deref(),
        }
    }

    fn json(&self) -> PyResult<String> {
        match &self.held {
            Held::Output(output) => plain::to_json(&**output),
            Held::Json(json, _) => Ok(json.clone()),
        }
    }

    /// Measures, intervals and records among the fields as such.
    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let made = self.fields.get_or_try_init(py, || {
            let results = py.import("advocacy._results")?;
            let fields = results.call_method1("fields", (self.json()?,))?;
            Ok::<_, PyErr>(fields.cast_into::<PyDict>()?.unbind())
        })?;
        Ok(made.bind(py).clone())
    }
}

#[pymethods]
impl Outcome {
    /// What sort of record it is: "Enps", "Test", "Estimate", …
    #[getter]
    fn kind(&self) -> &str {
        &self.kind
    }

    fn __getattr__<'py>(slf: &Bound<'py, Self>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let (py, outcome) = (slf.py(), slf.get());
        if let Some(field) = outcome.fields(py)?.get_item(name)? {
            return Ok(field);
        }
        if let Some(measure) = outcome.measure()
            && !name.starts_with('_')
        {
            return Measure(measure.clone()).into_pyobject(py)?.getattr(name);
        }
        Err(PyAttributeError::new_err(format!(
            "{} has no {name}",
            outcome.kind
        )))
    }

    fn __dir__(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        let mut names: Vec<String> = self.fields(py)?.keys().extract()?;
        names.extend(["kind", "explain", "to_dict", "to_json"].map(str::to_owned));
        Ok(names)
    }

    /// The sum as you would check it by hand, where there is a measure.
    fn explain(&self) -> String {
        self.measure()
            .map_or_else(|| self.kind.clone(), advocacy_core::Measure::explain)
    }

    /// Everything, as plain Python data.
    #[pyo3(signature = () -> "dict[str, Any]")]
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain::loads(py, &self.json()?)
    }

    /// Everything, as JSON.
    fn to_json(&self) -> PyResult<String> {
        self.json()
    }

    fn __float__(&self) -> PyResult<f64> {
        match self.measure() {
            Some(measure) => Measure(measure.clone()).__float__(),
            None => Err(pyo3::exceptions::PyTypeError::new_err(format!(
                "a record of kind {} is more than one number",
                self.kind
            ))),
        }
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        match other.cast::<Self>() {
            Ok(other) => Ok(self.kind == other.get().kind && self.json()? == other.get().json()?),
            Err(_) => Ok(false),
        }
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        if let Some(measure) = self.measure() {
            return Ok(format!(
                "<{} {}>",
                self.kind,
                Measure(measure.clone()).__repr__()
            ));
        }
        Ok(format!("<{} {}>", self.kind, self.fields(py)?.repr()?))
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<Option<String>> {
        let Some(measure) = self.measure() else {
            return Ok(None);
        };
        let measure = Bound::new(py, Measure(measure.clone()))?;
        Measure::_repr_html_(&measure).map(Some)
    }

    /// A picture on matplotlib, of an eNPS: how the answers fall, and the
    /// score with its interval; of groups, the score and interval of each.
    /// Needs `pip install advocacy-py[plot]`.
    #[pyo3(signature = (*, ax: "Axes | None" = None) -> "Axes")]
    fn plot<'py>(
        slf: &Bound<'py, Self>,
        ax: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        slf.py()
            .import("advocacy._plot")?
            .call_method1("result", (slf, ax))
    }

    /// Reads what `__reduce__` wrote.
    #[staticmethod]
    fn _unpickle(kind: &str, json: &str, measure: Option<&str>) -> PyResult<Self> {
        let measure = measure.map(plain::from_json).transpose()?.map(Box::new);
        Ok(Self::holding(kind, Held::Json(json.to_owned(), measure)))
    }

    fn __reduce__(&self, py: Python<'_>) -> PyResult<(Py<PyAny>, Pickled)> {
        let make = py.get_type::<Self>().getattr("_unpickle")?;
        let measure = self.measure().map(plain::to_json).transpose()?;
        Ok((make.unbind(), (self.kind.clone(), self.json()?, measure)))
    }
}
