"""What holds for any programme and any call, with cases made up by hypothesis.

The same cases every time: a run that fails here fails everywhere.
"""

from __future__ import annotations

import copy
import json
import math
import pickle
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import advocacy as adv

from .conftest import SCHEMAS

settings.register_profile("same", derandomize=True, deadline=None, database=None, max_examples=40)
settings.load_profile("same")

PEOPLE = ["ada", "ben", "cem", "dee"]
COUNTS = ["impressions", "reach", "likes", "comments", "reshares", "clicks"]
START = datetime(2025, 1, 1, tzinfo=UTC)
ADVOCATES: dict[str, Any] = {
    "id": PEOPLE,
    "team": ["Data", "Data", "Sales", None],
    "joined": [START - timedelta(days=days) for days in (300, 200, 100, 3)],
}
ASKED: dict[str, Any] = {"period": "2025", "as_of": "2026-01-01", "tz": "UTC"}
METRICS = ["shares", "sharers", "engagement_rate", "engagements", "reach", "share_rate", "active_advocates"]

Rows = list[dict[str, Any]]

counts = st.none() | st.integers(0, 10**6) | st.integers(0, 3)
share = st.fixed_dictionaries({
    "advocate": st.sampled_from(PEOPLE),
    "network": st.sampled_from(["linkedin", "x", "xing"]),
    "shared_at": st.integers(0, 365 * 86_400 - 1).map(lambda seconds: START + timedelta(seconds=seconds)),
    **dict.fromkeys(COUNTS, counts),
})  # fmt: skip
shares = st.lists(share, min_size=1, max_size=30)


def programme(table: Any) -> adv.Program:
    return adv.Program(advocates=ADVOCATES, shares=table, tz="UTC")


def columns(rows: Rows) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


def arrow(rows: Rows) -> pa.Table:
    types = {"advocate": pa.string(), "network": pa.string(), "shared_at": pa.timestamp("us", "UTC")}
    schema = pa.schema([(name, types.get(name, pa.int64())) for name in rows[0]])
    return pa.Table.from_pylist(rows, schema)


def tally(rows: Rows, by: str) -> adv.Tally:
    return programme(rows).tally(METRICS, by=by, **ASKED)


dimension = st.sampled_from(["network", "week", "team", "advocate"])


@given(shares, st.data(), dimension)
def test_tallies_merge(rows: Rows, data: st.DataObject, by: str) -> None:
    """tally(A ∪ B ∪ C) = tally(A) + tally(B) + tally(C), in any order and grouping."""
    one, two = sorted(data.draw(st.tuples(*[st.integers(0, len(rows))] * 2)))
    parts = [rows[:one], rows[one:two], rows[two:]]
    a, b, c = (tally(part, by) for part in parts)
    whole = tally(rows, by)
    assert whole == (a + b) + c == a + (b + c) == c + a + b == a.merge(c).merge(b)
    assert whole.to_bytes() == (b + c + a).to_bytes()
    assert whole == adv.Tally.from_batches(parts, METRICS, by=by, advocates=ADVOCATES, **ASKED)
    program = programme(rows)
    assert program.measure(METRICS, by=by, **ASKED, tally=b + a + c) == program.measure(METRICS, by=by, **ASKED)


@given(shares, st.randoms(use_true_random=False), dimension)
def test_the_order_of_rows_means_nothing(rows: Rows, random: Any, by: str) -> None:
    shuffled = rows[:]
    random.shuffle(shuffled)
    asked = [program.measure(METRICS, by=by, **ASKED) for program in (programme(rows), programme(shuffled))]
    assert asked[0].to_json() == asked[1].to_json()


def numpys(rows: Rows) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, values in columns(rows).items():
        if name == "shared_at":
            out[name] = np.array([value.replace(tzinfo=None) for value in values], "M8[us]")
        elif name in COUNTS:
            gaps = [value is None for value in values]
            out[name] = np.ma.MaskedArray(np.array([value or 0 for value in values], ">u4"), gaps)
        else:
            out[name] = np.array(values)[::-1][::-1]
    return out


def chunked(rows: Rows) -> pa.Table:
    whole = arrow(rows)
    half = len(rows) // 2
    coded = whole.set_column(whole.column_names.index("network"), "network", whole.column("network").dictionary_encode())
    other = coded.slice(half).combine_chunks()
    return pa.concat_tables([coded.slice(0, 0), coded.slice(0, half), other])


@given(shares)
def test_every_input_gives_the_same_bits(rows: Rows) -> None:
    def counted(table: Any) -> bytes:
        return programme(table).tally(METRICS, by=["network", "week"], **ASKED).to_bytes()

    expected, held = counted(rows), arrow(rows)
    forms = {
        "dict of lists": columns(rows),
        "numpy": numpys(rows),
        "pandas": pd.DataFrame(rows),
        "pandas, nullable": pd.DataFrame(rows).convert_dtypes(),
        "pandas, objects": pd.DataFrame(rows, dtype=object),
        "polars": pl.DataFrame(rows, infer_schema_length=None),
        "pyarrow": held,
        "pyarrow, chunks": chunked(rows),
        "pyarrow, batch": held.to_batches()[0],
        "duckdb": duckdb.connect().from_arrow(held),
    }
    for name, form in forms.items():
        assert counted(form) == expected, name


@given(shares, dimension)
def test_results_travel(rows: Rows, by: str) -> None:
    program = programme(rows)
    table = program.measure(METRICS, by=by, compare={"network": "x"}, **ASKED)
    for again in (pickle.loads(pickle.dumps(table)), copy.deepcopy(table), adv.Table.from_json(table.to_json())):
        assert again == table and again.to_json() == table.to_json()
    assert json.loads(table.to_json()) == table.to_dict()
    for measure in table.total.measures:
        assert pickle.loads(pickle.dumps(measure)) == measure == adv.Measure.from_json(measure.to_json())
    held = table.to_arrow()
    assert held == pa.table(table) and held.equals(pa.table(table.to_polars()).cast(held.schema))
    for name in METRICS:
        assert held[name].to_pylist() == [measure.value for measure in table.column(name)]
    counted = program.tally(METRICS, by=by, **ASKED)
    assert adv.Tally.from_bytes(counted.to_bytes()) == counted == pickle.loads(pickle.dumps(counted))
    report = program.report("2025", as_of="2026-01-01")
    assert pickle.loads(pickle.dumps(report)) == report == adv.Report.from_json(report.to_json())
    stays = program.cohorts("2025", as_of="2026-01-01")
    assert stays == report.retention == pickle.loads(pickle.dumps(stays))


@given(shares, dimension)
def test_several_questions_at_once_are_each_by_itself(rows: Rows, by: str) -> None:
    program = programme(rows)
    queries: list[dict[str, Any]] = [ASKED | {"metrics": name, "by": by} for name in METRICS]
    assert program.tables(queries) == [program.measure(**query) for query in queries]
    tables, stays = program.tables_and_cohorts(queries[:1], [ASKED, ASKED | {"where": {"network": "x"}}])
    assert tables == [program.measure(**queries[0])]
    assert stays == [program.cohorts(**ASKED), program.cohorts(**ASKED, where={"network": "x"})]


@given(shares)
def test_missing_is_not_zero(rows: Rows) -> None:
    """A sum is of what is known, and says of how many rows; of nothing known it is no number."""
    total = programme(rows).measure([*COUNTS, "engagement_rate"], **ASKED).total
    for name in ["likes", "comments", "reshares", "clicks"]:
        known = [row[name] for row in rows if row[name] is not None]
        measure = total[name]
        assert measure.coverage is not None
        assert (measure.coverage.known, measure.coverage.rows) == (len(known), len(rows))
        assert (measure.value, measure.state) == ((sum(known), "defined") if known else (None, "missing"))
    told = [
        row for row in rows
        if row["impressions"] is not None and any(row[name] is not None for name in COUNTS[2:])
    ]  # fmt: skip
    rate = total["engagement_rate"]
    if not told:
        assert (rate.value, rate.state) == (None, "missing")
    elif all(row["impressions"] == 0 for row in told):
        assert rate.value is None and rate.state == "undefined"


@given(shares, dimension)
def test_bounds(rows: Rows, by: str) -> None:
    table = programme(rows).measure(["share_rate", "sharers", "shares", "engagement_rate"], by=by, **ASKED)
    assert table.total["shares"].value == len(rows)
    assert table.total["sharers"].value == len({row["advocate"] for row in rows})
    for row in table:
        share = row["share_rate"]
        if share.value is not None:
            assert 0 <= share.value <= 1
        for measure in row.measures:
            if measure.interval is not None and measure.value is not None:
                assert measure.interval.low <= measure.value <= measure.interval.high
        assert 0 <= float(row["sharers"]) <= float(row["shares"]) <= len(rows)


answers = st.lists(st.none() | st.integers(0, 10), max_size=60)


@given(answers, st.randoms(use_true_random=False))
def test_scores(scores: list[int | None], random: Any) -> None:
    """An eNPS is of counts: no order, no form, no blank changes it."""
    given = [score for score in scores if score is not None]
    promoters, detractors = sum(s >= 9 for s in given), sum(s <= 6 for s in given)
    passives = len(given) - promoters - detractors
    score = adv.enps(scores)
    assert (score.promoters, score.passives, score.detractors) == (promoters, passives, detractors)
    assert (score.responses, score.missing) == (len(given), len(scores) - len(given))
    counted = adv.enps_from_counts(promoters, passives, detractors)
    assert score.value == counted.value and score.interval == counted.interval
    if given:
        assert score.value == 100 * (promoters - detractors) / len(given)
        assert -100 <= score.interval.low <= score.interval.high <= 100
        assert float(score) == score.value
    else:
        assert score.value is None and score.state == "undefined"
    assert pickle.loads(pickle.dumps(score)) == score
    shuffled = scores[:]
    random.shuffle(shuffled)
    floats = [math.nan if s is None else float(s) for s in scores]
    forms: list[Any] = [
        shuffled, tuple(scores), iter(scores), pa.array(scores, pa.int8()), pl.Series(scores, dtype=pl.UInt8),
        pd.Series(floats), pd.Series(scores, dtype="Int16"),
        np.ma.MaskedArray(np.array([s or 0 for s in scores], "i4"), [s is None for s in scores]),
    ]  # fmt: skip
    for form in forms:
        assert adv.enps(form) == score
    for kind in ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", ">i4", ">f8"):
        assert adv.enps(np.array(given, kind)).value == score.value


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.floats(0.5, 0.999))
def test_proportions(a: int, b: int, confidence: float) -> None:
    successes, trials = min(a, b), max(a, b)
    interval = adv.wilson(successes, trials, confidence)
    rate = adv.adoption_rate(successes, trials)
    if trials == 0:
        assert interval is None
        assert (rate.value, rate.state, rate.interval) == (None, "undefined", None)
        return
    assert interval is not None and rate.interval is not None
    assert 0 <= interval.low <= successes / trials <= interval.high <= 1
    usual = adv.wilson(successes, trials)
    assert rate.value == successes / trials and rate.interval == usual
    difference = adv.newcombe(successes, trials, trials - successes, trials, confidence)
    assert difference is not None
    assert -1 <= difference.low <= (2 * successes - trials) / trials + 1e-12
    assert (2 * successes - trials) / trials - 1e-12 <= difference.high <= 1


junk = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-5, 5), st.integers(2**62, 2**66), st.floats(),
    st.text(max_size=5), st.binary(max_size=5), st.complex_numbers(), st.decimals(), st.fractions(),
    st.datetimes(), st.datetimes(timezones=st.just(UTC)), st.dates(), st.times(), st.timedeltas(), st.uuids(),
    st.lists(st.none() | st.text(max_size=3) | st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=3), max_size=2),
    st.builds(object), st.sampled_from([pd.NA, pd.NaT, np.float32(1), np.datetime64("NaT"), np.bool_(True), ...]),
)  # fmt: skip
GOOD: dict[str, Any] = {"advocate": "ada", "network": "x", "shared_at": START, "likes": 3}
SHARES = SCHEMAS["shares"]


def check(error: adv.AdvocacyError) -> None:
    assert error.code and error.code != "internal" and str(error)
    assert error.row is None or error.row >= 0


@settings(max_examples=250)
@given(st.sampled_from(sorted(SHARES)), junk, st.sampled_from(["rows", "lists", "numpy", "pandas", "polars", "pyarrow"]))
def test_bad_values_name_their_column_and_row(column: str, value: Any, form: str) -> None:
    """Whatever stands in a cell: a programme, or an error about that cell."""
    rows = [{**GOOD}, {**GOOD, column: value}, {**GOOD}]
    if column not in GOOD:
        rows[0][column] = rows[2][column] = None
    table: Any = rows
    try:
        if form == "lists":
            table = columns(rows)
        elif form == "numpy":
            table = dict(GOOD, **{name: np.array([row[name] for row in rows], object) for name in rows[0]})
        elif form == "pandas":
            table = pd.DataFrame(rows)
        elif form == "polars":
            table = pl.DataFrame(rows, strict=False)
        elif form == "pyarrow":
            table = pa.table(columns(rows))
    except (Exception, pl.exceptions.PanicException):  # other libraries' opinions
        return
    try:
        program = programme(table)
    except adv.AdvocacyError as error:
        check(error)
        assert error.table == "shares" and error.field is not None
        if form in ("rows", "lists") and error.field == column:
            assert error.row in (0, 1, 2, None)
    else:
        assert program.measure("shares").total["shares"].value in (None, 1, 2, 3)


OPERATIONS = {operation["id"]: operation for operation in adv.operations()}


@settings(max_examples=400)
@given(st.sampled_from(sorted(OPERATIONS)), st.data())
def test_bad_arguments_are_told_of(name: str, data: st.DataObject) -> None:
    """One argument of an example that works, replaced by anything at all."""
    arguments = json.loads(OPERATIONS[name]["example"])
    which = data.draw(st.sampled_from(sorted(p["name"] for p in OPERATIONS[name]["parameters"])))
    anything = st.one_of(
        junk, st.lists(junk, max_size=4), st.lists(junk, max_size=4).map(lambda items: np.array(items, object)),
        st.lists(st.floats(), max_size=4).map(np.array), st.lists(st.integers(-(2**63), 2**63 - 1)).map(np.array),
        st.lists(st.none() | st.floats(), max_size=4).map(pa.array),
    )  # fmt: skip
    try:
        result = getattr(adv, name)(**{**arguments, which: data.draw(anything)})
    except adv.AdvocacyError as error:
        check(error)
    else:
        assert result is None or repr(result)


@settings(max_examples=150)
@given(st.binary(max_size=40), st.integers(0, 10**6), st.integers(0, 255))
def test_bytes_that_are_no_tally(data: bytes, at: int, byte: int) -> None:
    whole = WHOLE
    at %= len(whole)
    for broken in (data, whole[:at], whole + data[:1] + b"\0", whole[:at] + bytes([byte]) + whole[at + 1 :]):
        try:
            adv.Tally.from_bytes(broken)
        except adv.AdvocacyError as error:
            assert error.code == "corrupt_tally"


WHOLE = programme([GOOD]).tally(METRICS, by="network", **ASKED).to_bytes()


@pytest.mark.parametrize("value", [Decimal("3"), np.int16(3), np.float64(3), 3.0])
def test_numbers_of_every_kind_are_counts(value: Any) -> None:
    assert programme([{**GOOD, "likes": value}]).measure("likes").total["likes"].value == 3


@pytest.mark.parametrize("day", [date(2025, 1, 1), START, "2025-01-01", pd.Timestamp(START), np.datetime64("2025-01-01")])
def test_instants_of_every_kind(day: Any) -> None:
    assert programme([{**GOOD, "shared_at": day}]).latest == START
