"""The core of `advocacy`, compiled. Written by scripts/stubs.py."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, SupportsFloat, SupportsIndex, final

import pandas
import polars
import pyarrow
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ._types import PeriodLike, TableLike, TimeLike

__all__ = ['__version__', 'Cohort', 'Comparison', 'Coverage', 'Guard', 'Interval', 'Measure', 'Note', 'Part', 'Period', 'Program', 'Report', 'Result', 'Row', 'Rows', 'Section', 'Table', 'Tally', '_functions', '_stubs', 'dimensions', 'metrics', 'operations', 'options', 'privacy_options', 'sample', 'sample_rows', 'schemas']

__version__: Final[str]

'\nThe version of the library.\n'

@final
class Cohort:
    """
    One cohort's retention, from its own bucket (age 0) on.
    """

    def __eq__(self, value: object, /) -> bool:
        ...

    def __ne__(self, value: object, /) -> bool:
        ...

    def __reduce__(self, /) -> tuple[Any, tuple[str]]:
        ...

    def __repr__(self, /) -> str:
        ...

    @property
    def ages(self, /) -> list[Measure]:
        """
        The share still active at each age; undefined where not yet observable.
        """

    @staticmethod
    def from_json(text: str) -> Cohort:
        """
        Reads what `__reduce__` wrote.
        """

    @property
    def label(self, /) -> str:
        """
        The bucket its members began in: "2025-07".
        """

    @property
    def size(self, /) -> int | None:
        """
        How many began; None where a privacy policy hides it.
        """

@final
class Comparison:
    """
    A measure beside the one it is compared with.
    """

    def __eq__(self, value: object, /) -> bool:
        ...

    def __ne__(self, value: object, /) -> bool:
        ...

    def __reduce__(self, /) -> tuple[Any, tuple[str]]:
        ...

    def __repr__(self, /) -> str:
        ...

    @property
    def against(self, /) -> str:
        """
        What it is compared with, in words.
        """

    @property
    def baseline(self, /) -> Measure:
        """
        The other measure.
        """

    @property
    def difference(self, /) -> float | None:
        """
        value − baseline; None unless both are defined.
        """

    @staticmethod
    def from_json(text: str) -> Comparison:
        """
        Reads what `__reduce__` wrote.
        """

    @property
    def interval(self, /) -> Interval | None:
        """
        An interval of the difference, where both are proportions of people.
        """

    @property
    def ratio(self, /) -> float | None:
        """
        value / baseline; None unless both are defined and the baseline is not 0.
        """

@final
class Coverage:
    """
    For how many rows what a measure needs was known.
    """

    def __eq__(self, value: object, /) -> bool:
        ...

    def __ne__(self, value: object, /) -> bool:
        ...

    def __reduce__(self, /) -> tuple[Any, tuple[str]]:
        ...

    def __repr__(self, /) -> str:
        ...

    @staticmethod
    def from_json(text: str) -> Coverage:
        """
        Reads what `__reduce__` wrote.
        """

    @property
    def known(self, /) -> int:
        """
        Rows in which it was.
        """

    @property
    def rows(self, /) -> int:
        """
        Rows in question.
        """

    @property
    def share(self, /) -> float | None:
        """
        known / rows; None without rows.
        """

@final
class Guard:
    """
    Remembers whom the answered requests were about, and refuses one that would
    tell by subtraction what no answer shows: `measure(…, guard=guard)` and
    `report(…, guard=guard)`. Keep one for each reader and programme.

    >>> import advocacy as adv
    >>> program, guard = adv.sample(), adv.Guard()
    >>> table = program.measure("shares", privacy={}, guard=guard)
    >>> try:
    ...     program.measure("shares", privacy={}, guard=guard, where_not={"advocate": "a001"})
    ... except adv.AdvocacyError as error:
    ...     error.code
    'protected'
    """

    def __new__(cls, /) -> Guard:
        ...

@final
class Interval:
    """
    A confidence interval.
    """

    def __contains__(self, value: SupportsFloat | SupportsIndex, /) -> bool:
        ...

    def __eq__(self, value: object, /) -> bool:
        ...

    def __ne__(self, value: object, /) -> bool:
        ...

    def __reduce__(self, /) -> tuple[Any, tuple[str]]:
        ...

    def __repr__(self, /) -> str:
        ...

    @property
    def confidence(self, /) -> float:
        """
        The confidence, such as 0.95.
        """

    @staticmethod
    def from_json(text: str) -> Interval:
        """
        Reads what `__reduce__` wrote.
        """

    @property
    def high(self, /) -> float:
        """
        The upper end.
        """

    @property
    def low(self, /) -> float:
        """
        The lower end.
        """

    @property
    def method(self, /) -> str:
        """
        The method's name, such as "wilson".
        """

@final
class Measure:
    """
    A metric's result: a value, and everything that says what it is.

    `float(measure)` is the value; it raises where there is none. Comparisons
    with numbers compare values; two measures are equal when all of them is.
    """

    def __eq__(self, other: object, /) -> Any:
        ...

    def __float__(self, /) -> float:
        ...

    def __format__(self, /, spec: str) -> str:
        ...

    def __ge__(self, other: object, /) -> Any:
        ...

    def __gt__(self, other: object, /) -> Any:
        ...

    def __hash__(self, /) -> int:
        ...

    def __le__(self, other: object, /) -> Any:
        ...

    def __lt__(self, other: object, /) -> Any:
        ...

    def __ne__(self, other: object, /) -> Any:
        ...

    def __reduce__(self, /) -> tuple[Any, tuple[str]]:
        ...

    def __repr__(self, /) -> str:
        ...

    def __str__(self, /) -> str:
        ...

    def _repr_html_(self, /) -> str:
        ...

    @property
    def components(self, /) -> list[Part]:
        """
        Sums and bounds that stand beside the value.
        """

    @property
    def coverage(self, /) -> Coverage | None:
        """
        In how many rows the fields it needs were known.
        """

    @property
    def currency(self, /) -> str | None:
        """
        The currency of money, in minor units of which the value is.
        """

    @property
    def definition(self, /) -> dict[str, str]:
        """
        Every option of the metric, and what was chosen.
        """

    @property
    def denominator(self, /) -> Part | None:
        """
        What it is divided by.
        """

    def explain(self, /) -> str:
        """
        The sum as you would check it by hand, then definition, period,
        coverage, interval and notes.
        """

    @property
    def formula(self, /) -> str:
        """
        The formula in words, under the choices in force.
        """

    @staticmethod
    def from_json(text: str) -> Measure:
        """
        Reads what `to_json` wrote.
        """

    @property
    def id(self, /) -> str:
        """
        The metric's id, the same in every language.
        """

    @property
    def interval(self, /) -> Interval | None:
        """
        The confidence interval, where one is defined.
        """

    @property
    def notes(self, /) -> list[Note]:
        """
        What a reader must know.
        """

    @property
    def numerator(self, /) -> Part | None:
        """
        What is divided, or counted.
        """

    @property
    def period(self, /) -> Period | None:
        """
        The period it is over; None for scalar forms.
        """

    @property
    def state(self, /) -> str:
        """
        "defined", "undefined" (0/0), "missing" (not known) or "suppressed".
        """

    def to_dict(self, /) -> dict[str, Any]:
        """
        Everything, as plain Python data.
        """

    def to_json(self, /) -> str:
        """
        Everything, as JSON.
        """

    @property
    def unit(self, /) -> str:
        """
        What the value is in: "rate", "people", "points", "money", …
        """

    @property
    def value(self, /) -> int | float | None:
        """
        The value: an int for counts, a float for rates; None where it is
        undefined, missing or suppressed, as `state` says.
        """

@final
class Note:
    """
    Something a reader of the number must know.
    """

    def __eq__(self, value: object, /) -> bool:
        ...

    def __ne__(self, value: object, /) -> bool:
        ...

    def __reduce__(self, /) -> tuple[Any, tuple[str]]:
        ...

    def __repr__(self, /) -> str:
        ...

    def __str__(self, /) -> str:
        ...

    @property
    def data(self, /) -> dict[str, Any]:
        """
        The numbers and names in it, by name.
        """

    @staticmethod
    def from_json(text: str) -> Note:
        """
        Reads what `__reduce__` wrote.
        """

    @property
    def kind(self, /) -> str:
        """
        What sort of note it is: "partial_period", "small_sample", …
        """

@final
class Part:
    """
    A named number in a sum.
    """

    def __eq__(self, value: object, /) -> bool:
        ...

    def __ne__(self, value: object, /) -> bool:
        ...

    def __reduce__(self, /) -> tuple[Any, tuple[str]]:
        ...

    def __repr__(self, /) -> str:
        ...

    def __str__(self, /) -> str:
        ...

    @staticmethod
    def from_json(text: str) -> Part:
        """
        Reads what `__reduce__` wrote.
        """

    @property
    def name(self, /) -> str:
        """
        What it counts.
        """

    @property
    def value(self, /) -> int | float | None:
        """
        How many; None is not known.
        """

@final
class Period:
    """
    A span of time: the start is part of it, the end is not.
    """

    def __eq__(self, value: object, /) -> bool:
        ...

    def __hash__(self, /) -> int:
        ...

    def __ne__(self, value: object, /) -> bool:
        ...

    def __reduce__(self, /) -> tuple[Any, tuple[str]]:
        ...

    def __repr__(self, /) -> str:
        ...

    def __str__(self, /) -> str:
        ...

    @property
    def end(self, /) -> datetime:
        """
        The first instant after it, a datetime in UTC.
        """

    @staticmethod
    def from_json(text: str) -> Period:
        """
        Reads what `__reduce__` wrote.
        """

    @property
    def label(self, /) -> str:
        """
        What it is called: "2025-Q3", "2025-W31", "2025-07-01..2025-10-01".
        """

    @property
    def start(self, /) -> datetime:
        """
        Its first instant, a datetime in UTC.
        """

    @property
    def tz(self, /) -> str:
        """
        The zone whose calendar it follows.
        """

@final
class Program:
    """
    A validated advocacy programme: what every metric is computed from.

    Tables are given by name, as keyword arguments: `shares=`, `advocates=`,
    `content=`, …; `schemas()` lists them all with their columns. Each is a
    pandas or polars frame, a pyarrow table, a DuckDB relation, anything with
    the Arrow PyCapsule interface, a dict of arrays or lists, or a list of
    dicts. Aligned Arrow columns and contiguous numpy arrays are not copied:
    leave them as they are while the programme lives.

    Missing is None, an Arrow null, numpy's NaT, and in pandas also NaN and NA;
    elsewhere NaN is an error. Every reference is resolved and every value
    checked here: `AdvocacyError` names table, column and row.

    columns: their column names to ours, `{"posted": "shared_at"}`, or by table,
        `{"shares": {"posted": "shared_at"}}`.
    tz: the zone of times that state none, and of periods; an IANA name.
    currency: of costs and revenue that state none; an ISO 4217 code.
    privacy: a policy under which everything leaves the programme, such as
        `{"k": 8}`; `{}` is the default one, small groups of fewer than 5.

    >>> import advocacy as adv
    >>> program = adv.Program(
    ...     advocates=[{"id": "ada", "team": "Data"}],
    ...     shares={"advocate": ["ada"], "network": ["linkedin"], "shared_at": ["2025-07-02T10:00Z"]},
    ... )
    >>> program.measure("shares").total["shares"].value
    1
    """

    def __new__(cls, /, *, columns: Mapping[str, str | Mapping[str, str]] | None=None, tz: str | None=None, currency: str | None=None, privacy: Mapping[str, Any] | None=None, **tables: TableLike | None) -> Program:
        ...

    def __repr__(self, /) -> str:
        ...

    def cohorts(self, /, period: PeriodLike | None=None, *, tz: str | None=None, as_of: TimeLike | None=None, week_start: str | None=None, where: Mapping[str, Any] | None=None, where_not: Mapping[str, Any] | None=None, definitions: Mapping[str, Any] | None=None, confidence: float | None=None, privacy: Mapping[str, Any] | None=None) -> list[Cohort]:
        """
        Who stays: members by when they began, and the share of them still
        active, bucket by bucket of the period. `definitions` say what a cohort
        is (`retention_cohort`, `retention_grain`, …); other arguments as those
        of `measure`.

        >>> import advocacy as adv
        >>> first, *later = adv.sample().cohorts("2025")
        >>> first.label, first.ages[0].value
        ('2024-09', 1.0)
        """

    @property
    def currency(self, /) -> str | None:
        """
        The currency of costs and revenue, if one was given.
        """

    @property
    def latest(self, /) -> datetime | None:
        """
        The latest instant in the data: the `as_of` of measures unless said.
        """

    def measure(self, /, metrics: str | Iterable[str] | Mapping[str, str | tuple[str, Mapping[str, Any]]], *, by: str | Iterable[str] | None=None, where: Mapping[str, Any] | None=None, where_not: Mapping[str, Any] | None=None, period: PeriodLike | None=None, compare: str | Mapping[str, Any] | None=None, definitions: Mapping[str, Any] | None=None, confidence: float | None=None, as_of: TimeLike | None=None, tz: str | None=None, week_start: str | None=None, order_by: str | None=None, ascending: bool=False, limit: int | None=None, top: int | None=None, privacy: Mapping[str, Any] | None=None, tally: Tally | None=None, guard: Guard | None=None) -> Table:
        """
        Metrics × dimensions × period × definitions: a table of measures.

        metrics: a metric's id, several, or columns by name:
            `{"ours": "engagement_rate", "theirs": ("engagement_rate", {"engagement_set": "social"})}`;
            `metrics()` lists them all.
        by: dimensions to split by, outermost first; `dimensions()` lists them,
            and `"tag:NAME"` is a custom tag.
        where, where_not: `{"network": "linkedin", "team": ["Data", None]}`;
            None is "no team".
        period: "2025", "2025-Q3", "2025-07", "2025-W31", "2025-07-04",
            "2025-07-01..2025-10-01", "30 days to 2025-07-30", or a pair of
            dates; the whole years of the data unless said.
        compare: "previous_period", "same_period_last_year", or another filter.
        definitions: options by name; `options()` lists them.
        confidence: of the intervals; 0.95 unless said.
        as_of: facts after this instant are ignored; the latest in the data
            unless said.
        tz: the zone of the period; the programme's, or UTC.
        week_start: "monday" or "sunday".
        order_by: a column to sort by, largest first unless ascending.
        limit: no more than so many rows; the total is of all.
        top: a ranking of so many rows, by order_by or the first metric; those
            who opted out are not ranked.
        privacy: a policy, as of `Program`; with the programme's own, the
            stricter of each option.
        tally: counts made by `tally` with the same arguments, perhaps of other
            batches, to read instead of this programme's facts.
        guard: remembers the answer, and refuses it where it would tell of few
            people beside earlier ones; not with `tally`.

        >>> import advocacy as adv
        >>> table = adv.sample().measure("engagement_rate", by="network", period="2025-Q3")
        >>> table.total["engagement_rate"].unit
        'rate'
        """

    def report(self, /, period: PeriodLike, *, tz: str | None=None, as_of: TimeLike | None=None, week_start: str | None=None, where: Mapping[str, Any] | None=None, where_not: Mapping[str, Any] | None=None, definitions: Mapping[str, Any] | None=None, confidence: float | None=None, privacy: Mapping[str, Any] | None=None, tally: Tally | None=None, guard: Guard | None=None) -> Report:
        """
        The quarterly report: headline numbers beside those of the period
        before, week by week, by network, team, campaign, kind and topic,
        rankings, and who stays. Arguments as those of `measure`.

        >>> import advocacy as adv
        >>> report = adv.sample().report("2025-Q3")
        >>> report.headline.total["shares"].unit
        'shares'
        """

    def tables(self, /, queries: Iterable[Mapping[str, Any]]) -> list[Table]:
        """
        The tables of several queries, which share passes over the facts: as if
        each were asked by `measure`, and faster.

        queries: of each its arguments, as those of `measure`.

        >>> import advocacy as adv
        >>> program = adv.sample()
        >>> weekly, best = program.tables([
        ...     {"metrics": "shares", "by": "week", "period": "2025-Q3"},
        ...     {"metrics": "clicks", "by": "content", "period": "2025-Q3", "top": 10},
        ... ])
        >>> weekly == program.measure("shares", by="week", period="2025-Q3")
        True
        """

    def tables_and_cohorts(self, /, queries: Iterable[Mapping[str, Any]], cohorts: Iterable[Mapping[str, Any]]) -> tuple[list[Table], list[list[Cohort]]]:
        """
        The tables of some queries and the `cohorts` of others, all from shared
        passes over the facts.

        queries: of each its arguments, as those of `measure`.
        cohorts: of each its arguments, as those of `cohorts`.
        """

    def tally(self, /, metrics: str | Iterable[str] | Mapping[str, str | tuple[str, Mapping[str, Any]]] | None=None, *, by: str | Iterable[str] | None=None, where: Mapping[str, Any] | None=None, where_not: Mapping[str, Any] | None=None, period: PeriodLike | None=None, compare: str | Mapping[str, Any] | None=None, definitions: Mapping[str, Any] | None=None, confidence: float | None=None, as_of: TimeLike | None=None, tz: str | None=None, week_start: str | None=None, privacy: Mapping[str, Any] | None=None) -> Tally:
        """
        The counts a table needs, or (without metrics) a report: they merge
        with those of other batches and are read by `measure(…, tally=)` and
        `report(…, tally=)`. State `as_of` when batches are to be merged.

        A tally is raw personal data.
        """

    @property
    def tz(self, /) -> str | None:
        """
        The zone of naive times and of periods, if one was given.
        """

    @property
    def warnings(self, /) -> list[str]:
        """
        What was odd about the input and is no error: unknown columns.
        """

@final
class Report:
    """
    A whole report. It shows itself in a notebook; `report["weekly"]` is a
    section's table, `report.plot()` a picture.
    """

    def __eq__(self, other: object, /) -> bool:
        ...

    def __getitem__(self, section: str, /) -> Table:
        ...

    def __reduce__(self, /) -> tuple[Any, tuple[str]]:
        ...

    def __repr__(self, /) -> str:
        ...

    def __str__(self, /) -> str:
        ...

    def _repr_html_(self, /) -> str:
        ...

    @property
    def as_of(self, /) -> datetime:
        """
        Facts after this instant were ignored.
        """

    @property
    def definitions(self, /) -> dict[str, str]:
        """
        The definitions that differ from the defaults.
        """

    def explain(self, /) -> str:
        """
        How every headline number came about.
        """

    @staticmethod
    def from_json(text: str) -> Report:
        """
        Reads what `to_json` wrote.
        """

    @property
    def headline(self, /) -> Table:
        """
        The headline numbers, compared with the period before.
        """

    def keys(self, /) -> list[str]:
        """
        The sections' ids.
        """

    @property
    def period(self, /) -> Period:
        """
        What it is over.
        """

    def plot(self, /) -> Figure:
        """
        A page of pictures on matplotlib: weekly active advocates with their
        participation, networks with intervals, who stays. Needs
        `pip install advocacy-py[plot]`.
        """

    @property
    def retention(self, /) -> list[Cohort]:
        """
        Who stays: members by cohort and age.
        """

    @property
    def sections(self, /) -> list[Section]:
        """
        The tables, in reading order.
        """

    def to_dict(self, /) -> dict[str, Any]:
        """
        Everything, as plain Python data.
        """

    def to_json(self, /) -> str:
        """
        Everything, as JSON; stable within a schema version.
        """

    @property
    def warnings(self, /) -> list[str]:
        """
        What was odd about the input.
        """

    @property
    def zone_database(self, /) -> str:
        """
        The time-zone data used: "IANA 2025b".
        """

@final
class Result:
    """
    What a function returns that is more than a number: its fields are
    attributes, and where it has a measure at its heart, so are the measure's
    (`value`, `interval`, `notes`, …).

    >>> import advocacy as adv
    >>> score = adv.enps([10, 9, 7, 3])
    >>> score.value, score.promoters, score.kind
    (25.0, 2, 'Enps')
    """

    def __dir__(self, /) -> list[str]:
        ...

    def __eq__(self, other: object, /) -> bool:
        ...

    def __float__(self, /) -> float:
        ...

    def __getattr__(self, name: str, /) -> Any:
        ...

    def __reduce__(self, /) -> tuple[Any, tuple[str, str, str | None]]:
        ...

    def __repr__(self, /) -> str:
        ...

    def _repr_html_(self, /) -> str | None:
        ...

    @staticmethod
    def _unpickle(kind: str, json: str, measure: str | None) -> Result:
        """
        Reads what `__reduce__` wrote.
        """

    def explain(self, /) -> str:
        """
        The sum as you would check it by hand, where there is a measure.
        """

    @property
    def kind(self, /) -> str:
        """
        What sort of record it is: "Enps", "Test", "Estimate", …
        """

    def plot(self, /, *, ax: Axes | None=None) -> Axes:
        """
        A picture on matplotlib, of an eNPS: how the answers fall, and the
        score with its interval; of groups, the score and interval of each.
        Needs `pip install advocacy-py[plot]`.
        """

    def to_dict(self, /) -> dict[str, Any]:
        """
        Everything, as plain Python data.
        """

    def to_json(self, /) -> str:
        """
        Everything, as JSON.
        """

@final
class Row:
    """
    One row of a table: its key, and a measure per column.
    """

    def __getitem__(self, column: str, /) -> Measure:
        ...

    def __repr__(self, /) -> str:
        ...

    def comparison(self, /, column: str) -> Comparison | None:
        """
        What a column's measure is compared with; None where nothing is.
        """

    @property
    def key(self, /) -> tuple[Any, ...]:
        """
        One coordinate per dimension: a name, an id, the label of a week; None
        is "no team". Empty for the total.
        """

    @property
    def labels(self, /) -> tuple[Any, ...]:
        """
        The key as it is shown: names for ids where they are known.
        """

    @property
    def measures(self, /) -> list[Measure]:
        """
        One measure per column.
        """

@final
class Rows:
    """
    The rows of a table, one by one.
    """

    def __iter__(self, /) -> Rows:
        ...

    def __next__(self, /) -> Row:
        ...

@final
class Section:
    """
    One table of a report.
    """

    def __repr__(self, /) -> str:
        ...

    @property
    def id(self, /) -> str:
        """
        Its stable id: "weekly", "networks", "top_content_by_shares".
        """

    @property
    def table(self, /) -> Table:
        """
        Its rows.
        """

    @property
    def title(self, /) -> str:
        """
        Its title.
        """

@final
class Table:
    """
    Measures by key, with a total that is computed, not summed from the rows.

    `table[0]` and iteration give rows, `table.column("shares")` the measures
    of a column, `table.at("linkedin", "shares")` one of them. A table is an Arrow
    stream: `pyarrow.table(table)`, `polars.DataFrame(table)` and others take
    it as it is.
    """

    def __arrow_c_schema__(self, /) -> object:
        ...

    def __arrow_c_stream__(self, /, requested_schema: object | None=None) -> object:
        ...

    def __eq__(self, other: object, /) -> bool:
        ...

    def __getitem__(self, at: SupportsIndex, /) -> Row:
        """
        A row by its place, from the end where negative.
        """

    def __iter__(self, /) -> Rows:
        ...

    def __len__(self, /) -> int:
        ...

    def __reduce__(self, /) -> tuple[Any, tuple[str]]:
        ...

    def __repr__(self, /) -> str:
        ...

    def __str__(self, /) -> str:
        ...

    def _repr_html_(self, /) -> str:
        ...

    def at(self, /, *key_and_column: str | int | None) -> Measure:
        """
        The measure at a key, column last: `table.at("linkedin", "shares")`.
        """

    def column(self, /, name: str) -> list[Measure]:
        """
        The measures of a column, row by row.
        """

    @property
    def columns(self, /) -> list[str]:
        """
        The columns: metrics' ids, or the names they were asked under.
        """

    @property
    def dimensions(self, /) -> list[str]:
        """
        The dimensions, in the order of each row's key.
        """

    def explain(self, /, column: str | None=None) -> str:
        """
        How every number of the total came about, or of one column.
        """

    @staticmethod
    def from_json(text: str) -> Table:
        """
        Reads what `to_json` wrote.
        """

    @property
    def notes(self, /) -> list[str]:
        """
        What holds for the table as a whole.
        """

    @property
    def period(self, /) -> Period:
        """
        The period.
        """

    def plot(self, /, column: str | None=None, *, ax: Axes | None=None) -> Axes:
        """
        A picture on matplotlib: lines over time, bars otherwise, intervals
        where there are any. Needs `pip install advocacy-py[plot]`.
        """

    @property
    def rows(self, /) -> list[Row]:
        """
        The rows.
        """

    def to_arrow(self, /, *, detail: bool=False) -> pyarrow.Table:
        """
        A pyarrow table; with `detail`, also numerators, denominators, states
        and coverage.
        """

    def to_dict(self, /) -> dict[str, Any]:
        """
        Everything, as plain Python data.
        """

    def to_json(self, /) -> str:
        """
        Everything, as JSON.
        """

    def to_pandas(self, /, *, detail: bool=False) -> pandas.DataFrame:
        """
        A pandas frame, with or without pyarrow; with `detail`, also
        numerators, denominators, states and coverage.
        """

    def to_polars(self, /, *, detail: bool=False) -> polars.DataFrame:
        """
        A polars frame; with `detail`, also numerators, denominators, states
        and coverage.
        """

    @property
    def total(self, /) -> Row:
        """
        The same metrics over everything the rows cover.
        """

@final
class Tally:
    """
    Counts that merge: what a table or a report needs of some facts, without
    the facts. Whole numbers under stable names; a tally of two batches is the
    merge of their tallies, exactly and in any order.

    A tally is raw personal data.

    >>> import advocacy as adv
    >>> program = adv.sample()
    >>> tally = program.tally("shares", by="network", period="2025")
    >>> table = program.measure("shares", by="network", period="2025", tally=tally)
    >>> table == program.measure("shares", by="network", period="2025")
    True
    """

    def __add__(self, other: object, /) -> Tally:
        ...

    def __eq__(self, value: object, /) -> bool:
        ...

    def __ne__(self, value: object, /) -> bool:
        ...

    def __reduce__(self, /) -> tuple[Any, tuple[bytes]]:
        ...

    def __repr__(self, /) -> str:
        ...

    @property
    def as_of(self, /) -> datetime:
        """
        Facts after this instant were not counted.
        """

    def export_raw_personal_data(self, /) -> bytes:
        """
        The serialised form of a tally under a privacy policy as well: every
        person's counts, for those who may hold the data itself.
        """

    @staticmethod
    def from_batches(batches: Iterable[TableLike | Mapping[str, TableLike]], metrics: str | Iterable[str] | Mapping[str, str | tuple[str, Mapping[str, Any]]] | None=None, *, as_of: TimeLike, by: str | Iterable[str] | None=None, where: Mapping[str, Any] | None=None, where_not: Mapping[str, Any] | None=None, period: PeriodLike | None=None, compare: str | Mapping[str, Any] | None=None, definitions: Mapping[str, Any] | None=None, confidence: float | None=None, week_start: str | None=None, columns: Mapping[str, str | Mapping[str, str]] | None=None, tz: str | None=None, currency: str | None=None, privacy: Mapping[str, Any] | None=None, **tables: TableLike | None) -> Tally:
        """
        Counts batch by batch and merges: for data that does not fit in memory.

        batches: each a table of shares, or a dict of tables by name.
        tables: what the batches share: advocates, content, accounts, …, and
            `columns`, `tz`, `currency` and `privacy` as of `Program`.
        Other arguments as those of `Program.tally`; `as_of` must be stated,
        for every batch has a latest instant of its own.
        """

    @staticmethod
    def from_bytes(data: bytes) -> Tally:
        """
        Reads what `to_bytes` wrote, here or elsewhere.

        Raises AdvocacyError "corrupt_tally" for anything else.
        """

    def merge(self, /, other: Tally) -> Tally:
        """
        Both batches' counts.

        Raises AdvocacyError "incompatible_tally" unless both count the same
        things up to the same `as_of`.
        """

    def to_bytes(self, /) -> bytes:
        """
        The serialised form, with its version; the same in every language.

        Raises AdvocacyError "protected" under a privacy policy.
        """

def _functions() -> dict[str, Any]:
    """
    Those functions, by name.
    """

def _stubs() -> list[tuple[str, str]]:
    """
    Their signatures as stubs write them, by name.
    """

def dimensions() -> list[str]:
    """
    Every dimension that metrics can be split by; `"tag:NAME"` is a custom
    tag besides.
    """

def metrics() -> list[dict[str, Any]]:
    """
    Every metric of the catalogue: id, title, family, unit, formula, source,
    options, and the parameters of its scalar form (None where it has none).
    """

def operations() -> list[dict[str, Any]]:
    """
    Every function for counts, answers and samples in hand: id, title,
    formula, unit, rule, source, parameters, what it returns, an example.
    """

def options() -> list[dict[str, Any]]:
    """
    Every option of the definitions: id, doc, choices and default.
    """

def privacy_options() -> list[dict[str, Any]]:
    """
    Every option of a privacy policy: id, doc, choices and default.
    """

def sample() -> Program:
    """
    The bundled sample programme: a made-up company of 400 employees and
    8,001 share rows from July 2024 to December 2025, in Europe/Madrid.
    """

def sample_rows() -> dict[str, Any]:
    """
    The sample's tables as lists of dicts, by name, with its currency:
    `Program(**sample_rows())` is the sample programme.
    """

def schemas() -> list[dict[str, Any]]:
    """
    Every table of a programme with its columns: name, what it holds,
    whether it is required, what a null in it means.
    """
