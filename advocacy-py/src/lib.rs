//! The core in Python: names, parameters and results are the catalogue's.
//!
//! Tables, metrics, options, dimensions and operations are all listed by the
//! core; this crate holds none of their names.

#![allow(
    clippy::doc_link_with_quotes,
    reason = "documentation of classes is Python's: [\"x\"] is an index there"
)]

mod arguments;
mod ask;
mod export;
mod fault;
mod functions;
mod guard;
mod input;
mod measure;
mod outcome;
mod plain;
mod program;
mod report;
mod table;
mod tally;
mod time;
mod together;

use pyo3::prelude::*;

/// The core of `advocacy`, compiled.
#[pymodule]
mod _advocacy {
    #[pymodule_export]
    use super::guard::Guard;
    #[pymodule_export]
    use super::measure::{Coverage, Interval, Measure, Note, Part};
    #[pymodule_export]
    use super::outcome::Outcome;
    #[pymodule_export]
    use super::program::Program;
    #[pymodule_export]
    use super::report::{Cohort, Report, Section};
    #[pymodule_export]
    use super::table::{Comparison, Row, Rows, Table};
    #[pymodule_export]
    use super::tally::Tally;
    #[pymodule_export]
    use super::time::Period;

    use super::{Bound, PyAny, PyResult, Python, pyfunction};
    use crate::fault::detached;
    use crate::{functions, plain, program};

    /// The version of the library.
    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "Python's name for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    /// Every metric of the catalogue: id, title, family, unit, formula, source,
    /// options, and the parameters of its scalar form (None where it has none).
    #[pyfunction]
    #[pyo3(signature = () -> "list[dict[str, Any]]")]
    fn metrics(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        plain::to_python(py, &advocacy_core::scalar::listings())
    }

    /// Every function for counts, answers and samples in hand: id, title,
    /// formula, unit, rule, source, parameters, what it returns, an example.
    #[pyfunction]
    #[pyo3(signature = () -> "list[dict[str, Any]]")]
    fn operations(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        plain::to_python(py, &advocacy_core::operation::operations())
    }

    /// Those functions, by name.
    #[pyfunction]
    #[pyo3(signature = () -> "dict[str, Any]")]
    fn _functions(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        Ok(functions::all(py)?.into_any())
    }

    /// Their signatures as stubs write them, by name.
    #[pyfunction]
    fn _stubs() -> Vec<(&'static str, String)> {
        let operations = advocacy_core::operation::operations().iter();
        operations
            .map(|operation| (operation.id, functions::stub(operation)))
            .collect()
    }

    /// Every option of the definitions: id, doc, choices and default.
    #[pyfunction]
    #[pyo3(signature = () -> "list[dict[str, Any]]")]
    fn options(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        plain::to_python(py, &advocacy_core::Definitions::options())
    }

    /// Every option of a privacy policy: id, doc, choices and default.
    #[pyfunction]
    #[pyo3(signature = () -> "list[dict[str, Any]]")]
    fn privacy_options(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        plain::to_python(py, &advocacy_core::privacy::PrivacyPolicy::options())
    }

    /// Every dimension that metrics can be split by; `"tag:NAME"` is a custom
    /// tag besides.
    #[pyfunction]
    fn dimensions() -> Vec<&'static str> {
        advocacy_core::Dimension::names().collect()
    }

    /// Every table of a programme with its columns: name, what it holds,
    /// whether it is required, what a null in it means.
    #[pyfunction]
    #[pyo3(signature = () -> "list[dict[str, Any]]")]
    fn schemas(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        plain::to_python(py, &advocacy_core::SCHEMAS)
    }

    /// The bundled sample programme: a made-up company of 400 employees and
    /// 8,001 share rows from July 2024 to December 2025, in Europe/Madrid.
    #[pyfunction]
    fn sample(py: Python<'_>) -> PyResult<program::Program> {
        detached(py, program::Program::sample)
    }

    /// The sample's tables as lists of dicts, by name, with its currency:
    /// `Program(**sample_rows())` is the sample programme.
    #[pyfunction]
    #[pyo3(signature = () -> "dict[str, Any]")]
    fn sample_rows(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        program::rows_in_python(py)
    }
}
