//! Errors as they leave for Python, and the fence that no panic crosses.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use advocacy_core::{Error, ErrorKind};
use pyo3::exceptions::{PyException, PyMemoryError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

/// What is raised as `advocacy.AdvocacyError`.
#[derive(Debug)]
pub(crate) struct Fault {
    message: String,
    code: &'static str,
    table: Option<String>,
    field: Option<String>,
    row: Option<u64>,
}

impl Fault {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            code: kind.code(),
            table: None,
            field: None,
            row: None,
        }
    }

    pub(crate) fn in_table(mut self, table: &str) -> Self {
        self.table = Some(table.to_owned());
        self
    }

    pub(crate) fn in_field(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }

    /// Where it is, if nothing said so yet.
    pub(crate) fn within(mut self, table: &str, field: &str) -> Self {
        self.table.get_or_insert_with(|| table.to_owned());
        self.field.get_or_insert_with(|| field.to_owned());
        self
    }

    pub(crate) fn at_row(mut self, row: usize) -> Self {
        self.row = Some(row as u64);
        self
    }

    /// A bug of ours: an error with its own code, never an abort.
    fn internal(panic: &(dyn std::any::Any + Send)) -> Self {
        let said = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        Self {
            message: format!("a bug in advocacy, please report it: {said}"),
            code: "internal",
            table: None,
            field: None,
            row: None,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match (&self.table, &self.field) {
            (Some(table), Some(field)) => format!("{table}.{field}"),
            (Some(name), None) | (None, Some(name)) => name.clone(),
            (None, None) => String::new(),
        };
        let row = self.row.map(|row| format!("row {row}"));
        let place = [Some(place).filter(|place| !place.is_empty()), row];
        let place: Vec<String> = place.into_iter().flatten().collect();
        f.write_str(&self.message)?;
        if place.is_empty() {
            return Ok(());
        }
        write!(f, " ({})", place.join(" "))
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self {
            message: error.message().to_owned(),
            code: error.code(),
            table: error.table().map(str::to_owned),
            field: error.field().map(str::to_owned),
            row: error.row(),
        }
    }
}

impl From<Fault> for PyErr {
    fn from(fault: Fault) -> Self {
        Python::attach(|py| {
            let message = fault.to_string();
            class(py)
                .and_then(|class| {
                    class.call1((message, fault.code, fault.field, fault.row, fault.table))
                })
                .map_or_else(|error| error, PyErr::from_value)
        })
    }
}

/// What was raised while input was read, by Python or another library, as an
/// error about that input. Errors of ours are that already; what is no fault of
/// the input's (an interrupt, no memory left) stays what it is.
pub(crate) fn about(error: PyErr, place: impl FnOnce(String) -> Fault) -> PyErr {
    Python::attach(|py| {
        let ours = class(py).is_ok_and(|class| error.is_instance(py, class));
        let blameless = error.is_instance_of::<PyMemoryError>(py);
        if ours || blameless || !error.is_instance_of::<PyException>(py) {
            return error;
        }
        place(format!("this cannot be read: {}", error.value(py))).into()
    })
}

/// The exception's class, which lives in Python, where users catch it.
fn class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, "advocacy._errors", "AdvocacyError")
}

/// Turns the core's errors into Python's.
pub(crate) trait OrRaise<T> {
    fn or_raise(self) -> PyResult<T>;
}

impl<T, E: Into<Fault>> OrRaise<T> for Result<T, E> {
    fn or_raise(self) -> PyResult<T> {
        self.map_err(|error| error.into().into())
    }
}

/// Computes without the GIL, behind the fence.
pub(crate) fn detached<T: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> advocacy_core::Result<T> + Send,
) -> PyResult<T> {
    match py.detach(|| catch_unwind(AssertUnwindSafe(work))) {
        Ok(done) => done.or_raise(),
        Err(panic) => Err(Fault::internal(&*panic).into()),
    }
}

/// The same for work that needs Python.
pub(crate) fn fenced<T>(work: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|panic| Err(Fault::internal(&*panic).into()))
}
