//! Results as plain data: JSON, dicts and lists, and what pickle needs.

use advocacy_core::ErrorKind;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::type_object::PyTypeInfo;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::fault::Fault;

/// What `__reduce__` gives back: how to make it again, and of what.
pub(crate) type Reduced = (Py<PyAny>, (String,));

/// JSON; counts are exact, reals bit for bit.
pub(crate) fn to_json(value: &impl Serialize) -> PyResult<String> {
    serde_json::to_string(value).map_err(|error| unwritable(&error))
}

/// What JSON holds.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> PyResult<T> {
    serde_json::from_str(text).map_err(|error| {
        let message = format!("this is not JSON of such a result: {error}");
        Fault::new(ErrorKind::InvalidValue, message).into()
    })
}

/// Dicts, lists, numbers and text.
pub(crate) fn to_python<'py>(
    py: Python<'py>,
    value: &impl Serialize,
) -> PyResult<Bound<'py, PyAny>> {
    loads(py, &to_json(value)?)
}

/// What JSON holds, as Python's own plain data.
pub(crate) fn loads<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    static LOADS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    LOADS.import(py, "json", "loads")?.call1((text,))
}

/// JSON of Python's own plain data.
pub(crate) fn dumps(value: &Bound<'_, PyAny>) -> PyResult<String> {
    static DUMPS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    DUMPS
        .import(value.py(), "json", "dumps")?
        .call1((value,))?
        .extract()
}

/// Pickled as JSON.
pub(crate) fn reduce<T: PyTypeInfo>(py: Python<'_>, value: &impl Serialize) -> PyResult<Reduced> {
    let make = py.get_type::<T>().getattr("from_json")?;
    Ok((make.unbind(), (to_json(value)?,)))
}

/// A result as `advocacy._show` shows it.
pub(crate) fn shown(result: &Bound<'_, PyAny>, how: &str) -> PyResult<String> {
    let show = result.py().import("advocacy._show")?;
    show.call_method1(how, (result,))?.extract()
}

fn unwritable(error: &serde_json::Error) -> PyErr {
    Fault::new(
        ErrorKind::NotFinite,
        format!("this cannot be written as JSON: {error}"),
    )
    .into()
}
