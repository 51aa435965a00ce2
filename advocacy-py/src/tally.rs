//! Tallies in Python: counts of batches, made anywhere, merged exactly.

use chrono::{DateTime, Utc};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::ask::{Ask, Given};
use crate::fault::{OrRaise, detached};
use crate::program::{Program, given};
use crate::time::datetime;

/// Counts that merge: what a table or a report needs of some facts, without
/// the facts. Whole numbers under stable names; a tally of two batches is the
/// merge of their tallies, exactly and in any order.
///
/// A tally is raw personal data.
///
/// >>> import advocacy as adv
/// >>> program = adv.sample()
/// >>> tally = program.tally("shares", by="network", period="2025")
/// >>> table = program.measure("shares", by="network", period="2025", tally=tally)
/// >>> table == program.measure("shares", by="network", period="2025")
/// True
#[pyclass(frozen, eq, module = "advocacy")]
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tally(pub(crate) advocacy_core::Tally);

impl Tally {
    pub(crate) fn of(py: Python<'_>, program: &Program, ask: &Ask) -> PyResult<Self> {
        let tally = detached(py, || {
            if ask.is_report() {
                program.core.report_tally(&ask.report()?)
            } else {
                ask.query(&program.core).tally()
            }
        })?;
        Ok(Self(tally))
    }
}

#[pymethods]
impl Tally {
    /// Counts batch by batch and merges: for data that does not fit in memory.
    ///
    /// batches: each a table of shares, or a dict of tables by name.
    /// tables: what the batches share: advocates, content, accounts, …, and
    ///     `columns`, `tz`, `currency` and `privacy` as of `Program`.
    /// Other arguments as those of `Program.tally`; `as_of` must be stated,
    /// for every batch has a latest instant of its own.
    #[staticmethod]
    #[pyo3(signature = (
        batches: "Iterable[TableLike | Mapping[str, TableLike]]",
        metrics: "str | Iterable[str] | Mapping[str, str | tuple[str, Mapping[str, Any]]] | None" = None,
        *,
        as_of: "TimeLike",
        by: "str | Iterable[str] | None" = None,
        r#where: "Mapping[str, Any] | None" = None,
        where_not: "Mapping[str, Any] | None" = None,
        period: "PeriodLike | None" = None,
        compare: "str | Mapping[str, Any] | None" = None,
        definitions: "Mapping[str, Any] | None" = None,
        confidence: "float | None" = None,
        week_start: "str | None" = None,
        columns: "Mapping[str, str | Mapping[str, str]] | None" = None,
        tz: "str | None" = None,
        currency: "str | None" = None,
        privacy: "Mapping[str, Any] | None" = None,
        **tables: "TableLike | None"
    ) -> "Tally")]
    #[expect(clippy::too_many_arguments, reason = "keywords in Python")]
    fn from_batches(
        py: Python<'_>,
        batches: &Bound<'_, PyAny>,
        metrics: Option<&Bound<'_, PyAny>>,
        as_of: &Bound<'_, PyAny>,
        by: Option<&Bound<'_, PyAny>>,
        r#where: Option<&Bound<'_, PyDict>>,
        where_not: Option<&Bound<'_, PyDict>>,
        period: Option<&Bound<'_, PyAny>>,
        compare: Option<&Bound<'_, PyAny>>,
        definitions: Option<&Bound<'_, PyDict>>,
        confidence: Option<f64>,
        week_start: Option<&str>,
        columns: Option<&Bound<'_, PyDict>>,
        tz: Option<&str>,
        currency: Option<&str>,
        privacy: Option<&Bound<'_, PyDict>>,
        tables: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let asked = Given {
            metrics,
            by,
            only: r#where,
            except: where_not,
            period,
            compare,
            definitions,
            confidence,
            as_of: Some(as_of),
            tz,
            week_start,
            ..Given::default()
        };
        let ask = Ask::read(&asked, None)?;
        let shared = given(tables)?;
        let count = |batch: Option<Bound<'_, PyAny>>| {
            let mut tables = shared.clone();
            if let Some(batch) = batch {
                tables.extend(batch_tables(&batch)?);
            }
            let program = Program::build(py, tables, columns, tz, currency, privacy)?;
            Self::of(py, &program, &ask)
        };
        let mut all: Option<Self> = None;
        for batch in batches.try_iter()? {
            let tally = count(Some(batch?))?;
            all = Some(match all {
                None => tally,
                Some(all) => all.merge(py, &tally)?,
            });
        }
        // No batch at all: nothing was counted, and that is a tally too.
        all.map_or_else(|| count(None), Ok)
    }

    /// Both batches' counts.
    ///
    /// Raises AdvocacyError "incompatible_tally" unless both count the same
    /// things up to the same `as_of`.
    fn merge(&self, py: Python<'_>, other: &Self) -> PyResult<Self> {
        detached(py, || self.0.merge(&other.0)).map(Self)
    }

    fn __add__(&self, py: Python<'_>, other: &Self) -> PyResult<Self> {
        self.merge(py, other)
    }

    /// Facts after this instant were not counted.
    #[getter]
    fn as_of(&self) -> DateTime<Utc> {
        datetime(self.0.as_of())
    }

    /// The serialised form, with its version; the same in every language.
    ///
    /// Raises AdvocacyError "protected" under a privacy policy.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.0.to_bytes().or_raise()?))
    }

    /// The serialised form of a tally under a privacy policy as well: every
    /// person's counts, for those who may hold the data itself.
    fn export_raw_personal_data<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = self.0.export_raw_personal_data().or_raise()?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// Reads what `to_bytes` wrote, here or elsewhere.
    ///
    /// Raises AdvocacyError "corrupt_tally" for anything else.
    #[staticmethod]
    fn from_bytes(data: &[u8]) -> PyResult<Self> {
        advocacy_core::Tally::from_bytes(data).map(Self).or_raise()
    }

    fn __repr__(&self) -> String {
        format!("<Tally as of {}>", self.0.as_of())
    }

    fn __reduce__(&self, py: Python<'_>) -> PyResult<(Py<PyAny>, (Py<PyBytes>,))> {
        let make = py.get_type::<Self>().getattr("from_bytes")?;
        Ok((make.unbind(), (self.to_bytes(py)?.unbind(),)))
    }
}

/// A batch is shares, or tables by name: a dict whose values are not columns.
fn batch_tables<'py>(batch: &Bound<'py, PyAny>) -> PyResult<Vec<(String, Bound<'py, PyAny>)>> {
    if let Ok(tables) = batch.cast::<PyDict>() {
        let named = |name: &Bound<'_, PyAny>| {
            name.extract::<String>().is_ok_and(|name| {
                advocacy_core::SCHEMAS
                    .iter()
                    .any(|table| table.name == name)
            })
        };
        if tables.iter().all(|(name, _)| named(&name)) {
            return given(Some(tables));
        }
    }
    Ok(vec![("shares".to_owned(), batch.clone())])
}
