//! Tables of measures in Python.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use advocacy_core::{ErrorKind, KeyValue};
use pyo3::exceptions::{PyIndexError, PyKeyError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};

use crate::export;
use crate::fault::Fault;
use crate::measure::{Interval, Measure};
use crate::plain;
use crate::time::Period;

/// A coordinate: a name, an id, the label of a week or month, None.
fn coordinate<'py>(py: Python<'py>, value: &KeyValue) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        KeyValue::None => py.None().into_bound(py),
        KeyValue::Thing {
            id: advocacy_core::Id::Integer(id),
            ..
        } => id.into_pyobject(py)?.into_any(),
        KeyValue::Thing { id, .. } => id.to_string().into_pyobject(py)?.into_any(),
        other => other.to_string().into_pyobject(py)?.into_any(),
    })
}

/// A measure beside the one it is compared with.
#[pyclass(frozen, eq, module = "advocacy")]
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Comparison(advocacy_core::Comparison);

#[pymethods]
impl Comparison {
    /// What it is compared with, in words.
    #[getter]
    fn against(&self) -> &str {
        &self.0.with
    }

    /// The other measure.
    #[getter]
    fn baseline(&self) -> Measure {
        Measure(self.0.baseline.clone())
    }

    /// value − baseline; None unless both are defined.
    #[getter]
    fn difference(&self) -> Option<f64> {
        self.0.difference
    }

    /// value / baseline; None unless both are defined and the baseline is not 0.
    #[getter]
    fn ratio(&self) -> Option<f64> {
        self.0.ratio
    }

    /// An interval of the difference, where both are proportions of people.
    #[getter]
    fn interval(&self) -> Option<Interval> {
        self.0.interval.clone().map(Interval)
    }

    fn __repr__(&self) -> String {
        let shown = |number: Option<f64>| number.map_or("none".to_owned(), |n| n.to_string());
        format!(
            "<Comparison with {}: difference {}, ratio {}>",
            self.0.with,
            shown(self.0.difference),
            shown(self.0.ratio)
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

/// One row of a table: its key, and a measure per column.
#[pyclass(frozen, module = "advocacy")]
#[derive(Debug)]
pub(crate) struct Row {
    table: Arc<advocacy_core::Table>,
    /// `None` is the total.
    at: Option<usize>,
}

impl Row {
    fn core(&self) -> &advocacy_core::Row {
        let row = self.at.and_then(|at| self.table.rows.get(at));
        row.unwrap_or(&self.table.total)
    }

    fn place(&self, column: &str) -> PyResult<usize> {
        place(&self.table, column)
    }
}

fn place(table: &advocacy_core::Table, column: &str) -> PyResult<usize> {
    let at = table.columns.iter().position(|name| name == column);
    at.ok_or_else(|| {
        PyKeyError::new_err(format!(
            "no column {column:?}; there are {}",
            table.columns.join(", ")
        ))
    })
}

#[pymethods]
impl Row {
    /// One coordinate per dimension: a name, an id, the label of a week; None
    /// is "no team". Empty for the total.
    #[getter]
    fn key<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let key = self.core().key.iter().map(|value| coordinate(py, value));
        PyTuple::new(py, key.collect::<PyResult<Vec<_>>>()?)
    }

    /// The key as it is shown: names for ids where they are known.
    #[getter]
    fn labels<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.core().key.iter().map(ToString::to_string))
    }

    /// One measure per column.
    #[getter]
    fn measures(&self) -> Vec<Measure> {
        self.core().measures.iter().cloned().map(Measure).collect()
    }

    /// What a column's measure is compared with; None where nothing is.
    fn comparison(&self, column: &str) -> PyResult<Option<Comparison>> {
        let at = self.place(column)?;
        let comparison = self.core().comparisons.get(at).cloned().flatten();
        Ok(comparison.map(Comparison))
    }

    fn __getitem__(&self, column: &str) -> PyResult<Measure> {
        let at = self.place(column)?;
        let measure = self.core().measures.get(at);
        measure
            .cloned()
            .map(Measure)
            .ok_or_else(|| PyKeyError::new_err(column.to_owned()))
    }

    fn __repr__(&self) -> String {
        let row = self.core();
        let key: Vec<String> = row.key.iter().map(ToString::to_string).collect();
        let key = if self.at.is_none() {
            "total".to_owned()
        } else {
            key.join(", ")
        };
        let cells = self.table.columns.iter().zip(&row.measures);
        let cells: Vec<String> = cells
            .map(|(name, measure)| format!("{name} {measure}"))
            .collect();
        format!("<Row {key}: {}>", cells.join(", "))
    }
}

/// The rows of a table, one by one.
#[pyclass(frozen, module = "advocacy")]
#[derive(Debug)]
pub(crate) struct Rows {
    table: Arc<advocacy_core::Table>,
    next: AtomicUsize,
}

#[pymethods]
impl Rows {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__(&self) -> Option<Row> {
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        let table = Arc::clone(&self.table);
        (at < table.rows.len()).then_some(Row {
            table,
            at: Some(at),
        })
    }
}

/// Measures by key, with a total that is computed, not summed from the rows.
///
/// `table[0]` and iteration give rows, `table.column("shares")` the measures
/// of a column, `table.at("linkedin", "shares")` one of them. A table is an Arrow
/// stream: `pyarrow.table(table)`, `polars.DataFrame(table)` and others take
/// it as it is.
#[pyclass(frozen, module = "advocacy")]
#[derive(Clone, Debug)]
pub(crate) struct Table(Arc<advocacy_core::Table>);

impl Table {
    pub(crate) fn new(table: advocacy_core::Table) -> Self {
        Self(Arc::new(table))
    }

    fn row(&self, at: usize) -> Row {
        Row {
            table: Arc::clone(&self.0),
            at: Some(at),
        }
    }
}

#[pymethods]
impl Table {
    /// The dimensions, in the order of each row's key.
    #[getter]
    fn dimensions(&self) -> Vec<String> {
        self.0.dimensions.iter().map(ToString::to_string).collect()
    }

    /// The columns: metrics' ids, or the names they were asked under.
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.0.columns.clone()
    }

    /// The period.
    #[getter]
    fn period(&self) -> Period {
        Period::new(&self.0.period)
    }

    /// The rows.
    #[getter]
    fn rows(&self) -> Vec<Row> {
        (0..self.0.rows.len()).map(|at| self.row(at)).collect()
    }

    /// The same metrics over everything the rows cover.
    #[getter]
    fn total(&self) -> Row {
        Row {
            table: Arc::clone(&self.0),
            at: None,
        }
    }

    /// What holds for the table as a whole.
    #[getter]
    fn notes(&self) -> Vec<String> {
        self.0.notes.clone()
    }

    /// The measures of a column, row by row.
    fn column(&self, name: &str) -> PyResult<Vec<Measure>> {
        let at = place(&self.0, name)?;
        let measures = self.0.rows.iter().filter_map(|row| row.measures.get(at));
        Ok(measures.cloned().map(Measure).collect())
    }

    /// The measure at a key, column last: `table.at("linkedin", "shares")`.
    #[pyo3(signature = (*key_and_column: "str | int | None") -> "Measure")]
    fn at(&self, key_and_column: &Bound<'_, PyTuple>) -> PyResult<Measure> {
        let wanted: Vec<Bound<'_, PyAny>> = key_and_column.iter().collect();
        let Some((column, key)) = wanted.split_last() else {
            return Err(PyKeyError::new_err("a key and a column are wanted"));
        };
        let column = place(&self.0, &column.extract::<String>()?)?;
        for row in &self.0.rows {
            if row.key.len() == key.len()
                && matches(&row.key, key)?
                && let Some(measure) = row.measures.get(column)
            {
                return Ok(Measure(measure.clone()));
            }
        }
        Err(PyKeyError::new_err(format!(
            "no row {}",
            key_and_column.repr()?
        )))
    }

    /// How every number of the total came about, or of one column.
    #[pyo3(signature = (column = None))]
    fn explain(&self, column: Option<&str>) -> PyResult<String> {
        let only = column.map(|column| place(&self.0, column)).transpose()?;
        let measures = self.0.total.measures.iter().enumerate();
        let wanted = measures.filter(|(at, _)| only.is_none_or(|only| only == *at));
        let told: Vec<String> = wanted.map(|(_, measure)| measure.explain()).collect();
        Ok(told.join("\n"))
    }

    /// A pyarrow table; with `detail`, also numerators, denominators, states
    /// and coverage.
    #[pyo3(signature = (*, detail = false) -> "pyarrow.Table")]
    fn to_arrow<'py>(&self, py: Python<'py>, detail: bool) -> PyResult<Bound<'py, PyAny>> {
        let batch = export::Stream::new(py, &self.0, detail)?;
        py.import("pyarrow")?.call_method1("table", (batch,))
    }

    /// A polars frame; with `detail`, also numerators, denominators, states
    /// and coverage.
    #[pyo3(signature = (*, detail = false) -> "polars.DataFrame")]
    fn to_polars<'py>(&self, py: Python<'py>, detail: bool) -> PyResult<Bound<'py, PyAny>> {
        let batch = export::Stream::new(py, &self.0, detail)?;
        py.import("polars")?.call_method1("DataFrame", (batch,))
    }

    /// A pandas frame, with or without pyarrow; with `detail`, also
    /// numerators, denominators, states and coverage.
    #[pyo3(signature = (*, detail = false) -> "pandas.DataFrame")]
    fn to_pandas<'py>(&self, py: Python<'py>, detail: bool) -> PyResult<Bound<'py, PyAny>> {
        let columns = export::columns(py, &self.0, detail)?;
        py.import("advocacy._frames")?
            .call_method1("to_pandas", (columns,))
    }

    /// Everything, as plain Python data.
    #[pyo3(signature = () -> "dict[str, Any]")]
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain::to_python(py, &*self.0)
    }

    /// Everything, as JSON.
    fn to_json(&self) -> PyResult<String> {
        plain::to_json(&*self.0)
    }

    /// Reads what `to_json` wrote.
    #[staticmethod]
    fn from_json(text: &str) -> PyResult<Self> {
        plain::from_json(text).map(Self::new)
    }

    /// A picture on matplotlib: lines over time, bars otherwise, intervals
    /// where there are any. Needs `pip install advocacy-py[plot]`.
    #[pyo3(signature = (column: "str | None" = None, *, ax: "Axes | None" = None) -> "Axes")]
    fn plot<'py>(
        slf: &Bound<'py, Self>,
        column: Option<&str>,
        ax: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let plot = slf.py().import("advocacy._plot")?;
        plot.call_method1("table", (slf, column, ax))
    }

    #[pyo3(signature = (requested_schema: "object | None" = None) -> "object")]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        export::stream(py, &self.0, false)
    }

    #[pyo3(signature = () -> "object")]
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        export::schema(py, &self.0)
    }

    fn __len__(&self) -> usize {
        self.0.rows.len()
    }

    fn __iter__(&self) -> Rows {
        Rows {
            table: Arc::clone(&self.0),
            next: AtomicUsize::new(0),
        }
    }

    /// A row by its place, from the end where negative.
    fn __getitem__(&self, at: isize) -> PyResult<Row> {
        let rows = self.0.rows.len();
        let from_end = rows.checked_sub(at.unsigned_abs()).filter(|_| at < 0);
        let at = if at < 0 {
            from_end
        } else {
            Some(at.unsigned_abs())
        };
        let at = at.filter(|&at| at < rows);
        at.map(|at| self.row(at))
            .ok_or_else(|| PyIndexError::new_err(format!("the table has {rows} rows")))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other
            .cast::<Self>()
            .is_ok_and(|other| self.0 == other.get().0)
    }

    fn __str__(slf: &Bound<'_, Self>) -> PyResult<String> {
        plain::shown(slf, "table_text")
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        Self::__str__(slf)
    }

    fn _repr_html_(slf: &Bound<'_, Self>) -> PyResult<String> {
        plain::shown(slf, "table_html")
    }

    fn __reduce__(&self, py: Python<'_>) -> PyResult<plain::Reduced> {
        plain::reduce::<Self>(py, &*self.0)
    }
}

/// Whether a key is the wanted one, by id or as it is shown.
fn matches(key: &[KeyValue], wanted: &[Bound<'_, PyAny>]) -> PyResult<bool> {
    for (value, wanted) in key.iter().zip(wanted) {
        let same = coordinate(wanted.py(), value)?.eq(wanted)?
            || wanted
                .extract::<String>()
                .is_ok_and(|text| text == value.to_string());
        if !same {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The error for a table that Arrow cannot take.
pub(crate) fn unwritable(error: &arrow_schema::ArrowError) -> PyErr {
    Fault::new(
        ErrorKind::InvalidValue,
        format!("the table cannot be written: {error}"),
    )
    .into()
}
