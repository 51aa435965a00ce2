//! Programmes in Python: built once from anybody's tables, then asked.

use std::sync::{Arc, OnceLock};

use advocacy_core::{Currency, ErrorKind, Rows, Zone, sample};
use chrono::{DateTime, Utc};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::ask::{Ask, Given};
use crate::fault::{Fault, OrRaise, detached, fenced};
use crate::guard::Guard;
use crate::input::Tables;
use crate::plain;
use crate::report::{Cohort, Report};
use crate::table::Table;
use crate::tally::Tally;
use crate::time::datetime;
use crate::together;

/// A programme that owns what it reads.
pub(crate) type Core = advocacy_core::Program<'static>;

/// A validated advocacy programme: what every metric is computed from.
///
/// Tables are given by name, as keyword arguments: `shares=`, `advocates=`,
/// `content=`, …; `schemas()` lists them all with their columns. Each is a
/// pandas or polars frame, a pyarrow table, a DuckDB relation, anything with
/// the Arrow PyCapsule interface, a dict of arrays or lists, or a list of
/// dicts. Aligned Arrow columns and contiguous numpy arrays are not copied:
/// leave them as they are while the programme lives.
///
/// Missing is None, an Arrow null, numpy's NaT, and in pandas also NaN and NA;
/// elsewhere NaN is an error. Every reference is resolved and every value
/// checked here: `AdvocacyError` names table, column and row.
///
/// columns: their column names to ours, `{"posted": "shared_at"}`, or by table,
///     `{"shares": {"posted": "shared_at"}}`.
/// tz: the zone of times that state none, and of periods; an IANA name.
/// currency: of costs and revenue that state none; an ISO 4217 code.
/// privacy: a policy under which everything leaves the programme, such as
///     `{"k": 8}`; `{}` is the default one, small groups of fewer than 5.
///
/// >>> import advocacy as adv
/// >>> program = adv.Program(
/// ...     advocates=[{"id": "ada", "team": "Data"}],
/// ...     shares={"advocate": ["ada"], "network": ["linkedin"], "shared_at": ["2025-07-02T10:00Z"]},
/// ... )
/// >>> program.measure("shares").total["shares"].value
/// 1
#[pyclass(frozen, module = "advocacy")]
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) core: Arc<Core>,
    pub(crate) zone: Option<Zone>,
}

impl Program {
    /// Builds a programme of some tables.
    pub(crate) fn build(
        py: Python<'_>,
        tables: Vec<(String, Bound<'_, PyAny>)>,
        columns: Option<&Bound<'_, PyDict>>,
        tz: Option<&str>,
        currency: Option<&str>,
        privacy: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let zone = tz.map(Zone::named).transpose().or_raise()?;
        let currency = currency.map(Currency::new).transpose().or_raise()?;
        let tables = Tables {
            named: tables,
            columns,
            zone: zone.as_ref(),
        };
        let mut builder = fenced(|| tables.builder())?;
        if let Some(currency) = currency {
            builder = builder.currency(currency);
        }
        if let Some(policy) = privacy {
            builder = builder.privacy(crate::ask::policy(policy)?);
        }
        let core = Arc::new(detached(py, || builder.build())?);
        Ok(Self { core, zone })
    }

    /// The bundled sample.
    pub(crate) fn sample() -> advocacy_core::Result<Self> {
        Ok(Self {
            core: Arc::new(Core::from_rows(sample_rows())?),
            zone: Some(Zone::named("Europe/Madrid")?),
        })
    }
}

/// An error where a guard could not see who is behind an answer.
fn check_guarded(guard: Option<&Bound<'_, Guard>>, tally: bool) -> PyResult<()> {
    if guard.is_none() || !tally {
        return Ok(());
    }
    let message = "a guard looks at the programme's own facts, and not at a tally's";
    let fault = Fault::new(ErrorKind::InvalidOption, message);
    Err(fault.in_field("guard").into())
}

/// The bundled sample's rows, made once.
pub(crate) fn sample_rows() -> &'static Rows {
    static ROWS: OnceLock<Rows> = OnceLock::new();
    ROWS.get_or_init(sample::rows)
}

/// The tables among keyword arguments; None is no table.
pub(crate) fn given<'py>(
    tables: Option<&Bound<'py, PyDict>>,
) -> PyResult<Vec<(String, Bound<'py, PyAny>)>> {
    let mut given = Vec::new();
    for (name, table) in tables.into_iter().flatten() {
        if !table.is_none() {
            given.push((name.extract()?, table));
        }
    }
    Ok(given)
}

#[pymethods]
impl Program {
    #[new]
    #[pyo3(signature = (
        *,
        columns: "Mapping[str, str | Mapping[str, str]] | None" = None,
        tz: "str | None" = None,
        currency: "str | None" = None,
        privacy: "Mapping[str, Any] | None" = None,
        **tables: "TableLike | None"
    ))]
    fn new(
        py: Python<'_>,
        columns: Option<&Bound<'_, PyDict>>,
        tz: Option<&str>,
        currency: Option<&str>,
        privacy: Option<&Bound<'_, PyDict>>,
        tables: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        Self::build(py, given(tables)?, columns, tz, currency, privacy)
    }

    /// Metrics × dimensions × period × definitions: a table of measures.
    ///
    /// metrics: a metric's id, several, or columns by name:
    ///     `{"ours": "engagement_rate", "theirs": ("engagement_rate", {"engagement_set": "social"})}`;
    ///     `metrics()` lists them all.
    /// by: dimensions to split by, outermost first; `dimensions()` lists them,
    ///     and `"tag:NAME"` is a custom tag.
    /// where, where_not: `{"network": "linkedin", "team": ["Data", None]}`;
    ///     None is "no team".
    /// period: "2025", "2025-Q3", "2025-07", "2025-W31", "2025-07-04",
    ///     "2025-07-01..2025-10-01", "30 days to 2025-07-30", or a pair of
    ///     dates; the whole years of the data unless said.
    /// compare: "previous_period", "same_period_last_year", or another filter.
    /// definitions: options by name; `options()` lists them.
    /// confidence: of the intervals; 0.95 unless said.
    /// as_of: facts after this instant are ignored; the latest in the data
    ///     unless said.
    /// tz: the zone of the period; the programme's, or UTC.
    /// week_start: "monday" or "sunday".
    /// order_by: a column to sort by, largest first unless ascending.
    /// limit: no more than so many rows; the total is of all.
    /// top: a ranking of so many rows, by order_by or the first metric; those
    ///     who opted out are not ranked.
    /// privacy: a policy, as of `Program`; with the programme's own, the
    ///     stricter of each option.
    /// tally: counts made by `tally` with the same arguments, perhaps of other
    ///     batches, to read instead of this programme's facts.
    /// guard: remembers the answer, and refuses it where it would tell of few
    ///     people beside earlier ones; not with `tally`.
    ///
    /// >>> import advocacy as adv
    /// >>> table = adv.sample().measure("engagement_rate", by="network", period="2025-Q3")
    /// >>> table.total["engagement_rate"].unit
    /// 'rate'
    #[pyo3(signature = (
        metrics: "str | Iterable[str] | Mapping[str, str | tuple[str, Mapping[str, Any]]]",
        *,
        by: "str | Iterable[str] | None" = None,
        r#where: "Mapping[str, Any] | None" = None,
        where_not: "Mapping[str, Any] | None" = None,
        period: "PeriodLike | None" = None,
        compare: "str | Mapping[str, Any] | None" = None,
        definitions: "Mapping[str, Any] | None" = None,
        confidence: "float | None" = None,
        as_of: "TimeLike | None" = None,
        tz: "str | None" = None,
        week_start: "str | None" = None,
        order_by: "str | None" = None,
        ascending: "bool" = false,
        limit: "int | None" = None,
        top: "int | None" = None,
        privacy: "Mapping[str, Any] | None" = None,
        tally: "Tally | None" = None,
        guard: "Guard | None" = None
    ))]
    #[expect(clippy::too_many_arguments, reason = "keywords in Python")]
    fn measure(
        &self,
        py: Python<'_>,
        metrics: &Bound<'_, PyAny>,
        by: Option<&Bound<'_, PyAny>>,
        r#where: Option<&Bound<'_, PyDict>>,
        where_not: Option<&Bound<'_, PyDict>>,
        period: Option<&Bound<'_, PyAny>>,
        compare: Option<&Bound<'_, PyAny>>,
        definitions: Option<&Bound<'_, PyDict>>,
        confidence: Option<f64>,
        as_of: Option<&Bound<'_, PyAny>>,
        tz: Option<&str>,
        week_start: Option<&str>,
        order_by: Option<String>,
        ascending: bool,
        limit: Option<usize>,
        top: Option<usize>,
        privacy: Option<&Bound<'_, PyDict>>,
        tally: Option<&Bound<'_, Tally>>,
        guard: Option<&Bound<'_, Guard>>,
    ) -> PyResult<Table> {
        let given = Given {
            metrics: Some(metrics),
            by,
            only: r#where,
            except: where_not,
            period,
            compare,
            definitions,
            confidence,
            as_of,
            tz,
            week_start,
            order_by,
            ascending,
            limit,
            top,
            privacy,
        };
        let ask = Ask::read(&given, self.zone.as_ref())?;
        let tally = tally.map(|tally| &tally.get().0);
        check_guarded(guard, tally.is_some())?;
        let guard = guard.map(Bound::get);
        let table = detached(py, || {
            let query = ask.query(&self.core);
            match (tally, guard) {
                (Some(tally), _) => query.table_from(tally),
                (None, Some(guard)) => guard.hold().table(&query),
                (None, None) => query.table(),
            }
        })?;
        Ok(Table::new(table))
    }

    /// The quarterly report: headline numbers beside those of the period
    /// before, week by week, by network, team, campaign, kind and topic,
    /// rankings, and who stays. Arguments as those of `measure`.
    ///
    /// >>> import advocacy as adv
    /// >>> report = adv.sample().report("2025-Q3")
    /// >>> report.headline.total["shares"].unit
    /// 'shares'
    #[pyo3(signature = (
        period: "PeriodLike",
        *,
        tz: "str | None" = None,
        as_of: "TimeLike | None" = None,
        week_start: "str | None" = None,
        r#where: "Mapping[str, Any] | None" = None,
        where_not: "Mapping[str, Any] | None" = None,
        definitions: "Mapping[str, Any] | None" = None,
        confidence: "float | None" = None,
        privacy: "Mapping[str, Any] | None" = None,
        tally: "Tally | None" = None,
        guard: "Guard | None" = None
    ))]
    #[expect(clippy::too_many_arguments, reason = "keywords in Python")]
    fn report(
        &self,
        py: Python<'_>,
        period: &Bound<'_, PyAny>,
        tz: Option<&str>,
        as_of: Option<&Bound<'_, PyAny>>,
        week_start: Option<&str>,
        r#where: Option<&Bound<'_, PyDict>>,
        where_not: Option<&Bound<'_, PyDict>>,
        definitions: Option<&Bound<'_, PyDict>>,
        confidence: Option<f64>,
        privacy: Option<&Bound<'_, PyDict>>,
        tally: Option<&Bound<'_, Tally>>,
        guard: Option<&Bound<'_, Guard>>,
    ) -> PyResult<Report> {
        let given = Given {
            only: r#where,
            except: where_not,
            period: Some(period),
            definitions,
            confidence,
            as_of,
            tz,
            week_start,
            privacy,
            ..Given::default()
        };
        let ask = Ask::read(&given, self.zone.as_ref())?;
        let tally = tally.map(|tally| &tally.get().0);
        check_guarded(guard, tally.is_some())?;
        let guard = guard.map(Bound::get);
        let report = detached(py, || {
            let options = ask.report()?;
            match (tally, guard) {
                (Some(tally), _) => self.core.report_from(&options, tally),
                (None, Some(guard)) => guard.hold().report(&self.core, &options),
                (None, None) => self.core.report(&options),
            }
        })?;
        Ok(Report::new(report))
    }

    /// The counts a table needs, or (without metrics) a report: they merge
    /// with those of other batches and are read by `measure(…, tally=)` and
    /// `report(…, tally=)`. State `as_of` when batches are to be merged.
    ///
    /// A tally is raw personal data.
    #[pyo3(signature = (
        metrics: "str | Iterable[str] | Mapping[str, str | tuple[str, Mapping[str, Any]]] | None" = None,
        *,
        by: "str | Iterable[str] | None" = None,
        r#where: "Mapping[str, Any] | None" = None,
        where_not: "Mapping[str, Any] | None" = None,
        period: "PeriodLike | None" = None,
        compare: "str | Mapping[str, Any] | None" = None,
        definitions: "Mapping[str, Any] | None" = None,
        confidence: "float | None" = None,
        as_of: "TimeLike | None" = None,
        tz: "str | None" = None,
        week_start: "str | None" = None,
        privacy: "Mapping[str, Any] | None" = None
    ))]
    #[expect(clippy::too_many_arguments, reason = "keywords in Python")]
    fn tally(
        &self,
        py: Python<'_>,
        metrics: Option<&Bound<'_, PyAny>>,
        by: Option<&Bound<'_, PyAny>>,
        r#where: Option<&Bound<'_, PyDict>>,
        where_not: Option<&Bound<'_, PyDict>>,
        period: Option<&Bound<'_, PyAny>>,
        compare: Option<&Bound<'_, PyAny>>,
        definitions: Option<&Bound<'_, PyDict>>,
        confidence: Option<f64>,
        as_of: Option<&Bound<'_, PyAny>>,
        tz: Option<&str>,
        week_start: Option<&str>,
        privacy: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Tally> {
        let given = Given {
            metrics,
            by,
            only: r#where,
            except: where_not,
            period,
            compare,
            definitions,
            confidence,
            as_of,
            tz,
            week_start,
            privacy,
            ..Given::default()
        };
        Tally::of(py, self, &Ask::read(&given, self.zone.as_ref())?)
    }

    /// The tables of several queries, which share passes over the facts: as if
    /// each were asked by `measure`, and faster.
    ///
    /// queries: of each its arguments, as those of `measure`.
    ///
    /// >>> import advocacy as adv
    /// >>> program = adv.sample()
    /// >>> weekly, best = program.tables([
    /// ...     {"metrics": "shares", "by": "week", "period": "2025-Q3"},
    /// ...     {"metrics": "clicks", "by": "content", "period": "2025-Q3", "top": 10},
    /// ... ])
    /// >>> weekly == program.measure("shares", by="week", period="2025-Q3")
    /// True
    #[pyo3(signature = (queries: "Iterable[Mapping[str, Any]]"))]
    fn tables(&self, py: Python<'_>, queries: &Bound<'_, PyAny>) -> PyResult<Vec<Table>> {
        Ok(together::answers(py, self, Some(queries), None)?.0)
    }

    /// The tables of some queries and the `cohorts` of others, all from shared
    /// passes over the facts.
    ///
    /// queries: of each its arguments, as those of `measure`.
    /// cohorts: of each its arguments, as those of `cohorts`.
    #[pyo3(signature = (queries: "Iterable[Mapping[str, Any]]", cohorts: "Iterable[Mapping[str, Any]]"))]
    fn tables_and_cohorts(
        &self,
        py: Python<'_>,
        queries: &Bound<'_, PyAny>,
        cohorts: &Bound<'_, PyAny>,
    ) -> PyResult<(Vec<Table>, Vec<Vec<Cohort>>)> {
        together::answers(py, self, Some(queries), Some(cohorts))
    }

    /// Who stays: members by when they began, and the share of them still
    /// active, bucket by bucket of the period. `definitions` say what a cohort
    /// is (`retention_cohort`, `retention_grain`, …); other arguments as those
    /// of `measure`.
    ///
    /// >>> import advocacy as adv
    /// >>> first, *later = adv.sample().cohorts("2025")
    /// >>> first.label, first.ages[0].value
    /// ('2024-09', 1.0)
    #[pyo3(signature = (
        period: "PeriodLike | None" = None,
        *,
        tz: "str | None" = None,
        as_of: "TimeLike | None" = None,
        week_start: "str | None" = None,
        r#where: "Mapping[str, Any] | None" = None,
        where_not: "Mapping[str, Any] | None" = None,
        definitions: "Mapping[str, Any] | None" = None,
        confidence: "float | None" = None,
        privacy: "Mapping[str, Any] | None" = None
    ))]
    #[expect(clippy::too_many_arguments, reason = "keywords in Python")]
    fn cohorts(
        &self,
        py: Python<'_>,
        period: Option<&Bound<'_, PyAny>>,
        tz: Option<&str>,
        as_of: Option<&Bound<'_, PyAny>>,
        week_start: Option<&str>,
        r#where: Option<&Bound<'_, PyDict>>,
        where_not: Option<&Bound<'_, PyDict>>,
        definitions: Option<&Bound<'_, PyDict>>,
        confidence: Option<f64>,
        privacy: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Vec<Cohort>> {
        let given = Given {
            only: r#where,
            except: where_not,
            period,
            definitions,
            confidence,
            as_of,
            tz,
            week_start,
            privacy,
            ..Given::default()
        };
        let ask = Ask::read(&given, self.zone.as_ref())?;
        let found = detached(py, || ask.query(&self.core).cohorts())?;
        Ok(Cohort::all(found))
    }

    /// What was odd about the input and is no error: unknown columns.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.core
            .warnings()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    /// The zone of naive times and of periods, if one was given.
    #[getter]
    fn tz(&self) -> Option<String> {
        self.zone.as_ref().map(|zone| zone.name().to_owned())
    }

    /// The currency of costs and revenue, if one was given.
    #[getter]
    fn currency(&self) -> Option<String> {
        self.core.currency().map(|currency| currency.to_string())
    }

    /// The latest instant in the data: the `as_of` of measures unless said.
    #[getter]
    fn latest(&self) -> Option<DateTime<Utc>> {
        self.core.latest().map(datetime)
    }

    fn __repr__(&self) -> String {
        format!(
            "<Program of {} advocates, {} content items, {} share rows>",
            self.core.advocate_count(),
            self.core.content_count(),
            self.core.share_rows()
        )
    }
}

/// The rows of the bundled sample as lists of dicts, by table.
pub(crate) fn rows_in_python(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    plain::to_python(py, sample_rows())
}
