"""The same programme through every accepted input: the same report, bit for bit."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import advocacy as adv

from .conftest import SCHEMAS, Columns, Tables

Form = Callable[[str, Columns], Any]


def arrow(table: str, columns: Columns) -> pa.Table:
    types = {
        "time": pa.timestamp("us", "UTC"),
        "names": pa.list_(pa.string()),
        "count": pa.int64(),
        "minor": pa.int64(),
        "number": pa.float64(),
        "flag": pa.bool_(),
    }
    arrays = {
        name: pa.array(values, types.get(SCHEMAS[table][name]["holds"], pa.string()))
        for name, values in columns.items()
    }
    return pa.table(arrays)


def lists(table: str, columns: Columns) -> Any:
    return columns


def rows(table: str, columns: Columns) -> Any:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def numpys(table: str, columns: Columns) -> Any:
    out: dict[str, Any] = {}
    for name, values in columns.items():
        holds = SCHEMAS[table][name]["holds"]
        mask = [value is None for value in values]
        if holds == "time":
            naive = [np.datetime64("NaT") if v is None else np.datetime64(v.replace(tzinfo=None)) for v in values]
            out[name] = np.array(naive, "M8[ms]")
        elif holds in ("count", "minor"):
            out[name] = np.ma.MaskedArray(np.array([v or 0 for v in values], "u4"), mask)
        elif holds == "number":
            out[name] = np.ma.MaskedArray(np.array([v or 0 for v in values], "f8"), mask)
        elif holds == "flag":
            out[name] = np.ma.MaskedArray(np.array([bool(v) for v in values]), mask)
        else:
            column = np.empty(len(values), object)
            column[:] = values
            out[name] = column
    return out


def pandas(table: str, columns: Columns) -> pd.DataFrame:
    return pd.DataFrame(columns)


def pandas_nullable(table: str, columns: Columns) -> pd.DataFrame:
    return pd.DataFrame(columns).convert_dtypes()


def pandas_arrow(table: str, columns: Columns) -> pd.DataFrame:
    frame: pd.DataFrame = arrow(table, columns).to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def pandas_categories(table: str, columns: Columns) -> pd.DataFrame:
    frame = pd.DataFrame(columns)
    for name in columns:
        if SCHEMAS[table][name]["holds"] in ("name", "id"):
            frame[name] = frame[name].astype("category")
    return frame


def polars(table: str, columns: Columns) -> pl.DataFrame:
    return pl.DataFrame(columns, infer_schema_length=None)


def polars_categories(table: str, columns: Columns) -> pl.DataFrame:
    frame = polars(table, columns)
    names = [n for n in columns if SCHEMAS[table][n]["holds"] == "name" and frame[n].dtype == pl.String]
    return frame.with_columns(pl.col(names).cast(pl.Categorical))


def relation(table: str, columns: Columns) -> Any:
    held = arrow(table, columns)
    return duckdb.connect().from_arrow(held)


class Capsule:
    """Nothing but the interface."""

    def __init__(self, held: Any) -> None:
        self.held = held

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.held.__arrow_c_stream__(requested_schema)


def capsule(table: str, columns: Columns) -> Any:
    return Capsule(arrow(table, columns))


def chunks(table: str, columns: Columns) -> pa.Table:
    """Sliced at odd places, with empty chunks between."""
    whole = arrow(table, columns)
    padded = pa.concat_tables([whole.slice(0, 3), whole]).combine_chunks()
    third = len(whole) // 3
    parts = [(3, third), (3 + third, 0), (3 + third, len(whole) - third)]
    return pa.concat_tables([padded.slice(start, rows) for start, rows in parts])


def one_slice(table: str, columns: Columns) -> pa.Table:
    """One chunk that begins in the middle of its buffers."""
    whole = arrow(table, columns)
    return pa.concat_tables([whole.slice(0, 3), whole]).combine_chunks().slice(3)


def batches(table: str, columns: Columns) -> pa.RecordBatchReader:
    return arrow(table, columns).to_reader(max_chunksize=1000)


def dictionaries(table: str, columns: Columns) -> pa.Table:
    whole = arrow(table, columns)
    for at, field in enumerate(whole.schema):
        if SCHEMAS[table][field.name]["holds"] in ("name", "id"):
            coded = whole.column(at).dictionary_encode()
            whole = whole.set_column(at, field.name, coded)
    return whole


def wide_types(table: str, columns: Columns) -> pa.Table:
    """Large and view layouts, decimals and floats for counts."""
    whole = arrow(table, columns)
    wide = {
        "id": pa.large_string(),
        "name": pa.string_view(),
        "text": pa.large_string(),
        "names": pa.large_list(pa.large_string()),
        "count": pa.decimal128(38, 0),
        "minor": pa.float64(),
        "time": pa.timestamp("ns", "Europe/Madrid"),
    }
    fields = [
        pa.field(field.name, wide.get(SCHEMAS[table][field.name]["holds"], field.type))
        for field in whole.schema
    ]
    return whole.cast(pa.schema(fields))


FORMS: list[Form] = [
    lists, rows, numpys, pandas, pandas_nullable, pandas_arrow, pandas_categories, polars,
    polars_categories, arrow, relation, capsule, chunks, one_slice, batches, dictionaries, wide_types,
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS, ids=lambda form: str(form.__name__))
def test_every_form_gives_the_same_report(form: Form, flat: Tables, expected: str) -> None:
    tables = {table: form(table, columns) for table, columns in flat.items()}
    program = adv.Program(tz="UTC", currency="EUR", **tables)
    assert program.warnings == []
    assert program.report("2025-Q3", tz="Europe/Madrid").to_json() == expected


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Kolkata"])
def test_every_unit_of_time(unit: Any, zone: str | None, flat: Tables, expected: str) -> None:
    tables = {table: arrow(table, columns) for table, columns in flat.items()}
    shares = tables["shares"]
    for name in ("shared_at", "observed_at"):
        at = shares.column_names.index(name)
        column = shares.column(at).cast(pa.timestamp(unit, "UTC"), safe=False)
        column = column.cast(pa.timestamp(unit, zone))
        shares = shares.set_column(at, name, column)
    program = adv.Program(tz="UTC", currency="EUR", **{**tables, "shares": shares})
    assert program.report("2025-Q3", tz="Europe/Madrid").to_json() == expected


def test_nested_rows(expected: str) -> None:
    """Lists of dicts as the core's own JSON has them: memberships within advocates."""
    nested = adv.sample_rows()
    assert any("memberships" in row for row in nested["advocates"])
    program = adv.Program(tz="Europe/Madrid", **nested)
    assert program.report("2025-Q3").to_json() == expected


@pytest.mark.parametrize("make", [pa.Table.from_pylist, pl.DataFrame], ids=["pyarrow", "polars"])
def test_nested_structs(make: Any, flat: Tables, expected: str) -> None:
    """The same as Arrow's lists of structs."""
    times = ("hired", "invited", "joined", "left", "at")
    nested = [
        {
            **{k: v for k, v in row.items() if k not in ("memberships", "moves", "tags")},
            "tags": [f"{name}={v}" for name, vs in row.get("tags", {}).items() for v in vs],
            "memberships": [
                {k: datetime.fromisoformat(v) if k in times else v for k, v in inner.items()}
                for inner in row.get("memberships", [])
            ],
            "moves": [
                {k: datetime.fromisoformat(v) if k in times else v for k, v in inner.items()}
                for inner in row.get("moves", [])
            ],
        }
        for row in adv.sample_rows()["advocates"]
    ]
    tables: dict[str, Any] = {
        t: arrow(t, c) for t, c in flat.items() if t not in ("memberships", "moves")
    }
    if make is pa.Table.from_pylist:
        fields = {
            "id": pa.string(), "name": pa.string(), "team": pa.string(), "department": pa.string(),
            "location": pa.string(), "tags": pa.list_(pa.string()), "external": pa.bool_(),
            "opt_out": pa.bool_(),
            "memberships": pa.list_(pa.struct({k: pa.timestamp("us", "UTC") for k in times[:4]})),
            "moves": pa.list_(pa.struct({
                "at": pa.timestamp("us", "UTC"), "team": pa.string(), "department": pa.string(),
                "location": pa.string(),
            })),
        }  # fmt: skip
        advocates = pa.Table.from_pylist(nested, schema=pa.schema(fields))
    else:
        advocates = pl.DataFrame(nested, infer_schema_length=None)
    tables["advocates"] = advocates
    program = adv.Program(currency="EUR", **tables)
    assert program.report("2025-Q3", tz="Europe/Madrid").to_json() == expected


def test_integer_ids(small: Any) -> None:
    shares = {"advocate": [7, 7, 3], "network": ["x"] * 3, "shared_at": ["2025-01-01"] * 3}
    for ids in ([3, 7], np.array([3, 7], "i2"), pa.array([3, 7], pa.uint64()), pd.Series([3.0, 7.0])):
        program = adv.Program(advocates={"id": ids}, shares=shares, tz="UTC")
        table = program.measure("shares", by="advocate")
        assert [(row.key, row["shares"].value) for row in table] == [((3,), 1), ((7,), 2)]


def test_zero_copy(small: Any) -> None:
    """Aligned integers are read where they lie: a change shows, which is why
    the documentation says to leave them alone."""
    likes = np.array([1, 2, 3], "u4")
    shares = {
        "advocate": np.array([0, 1, 0], "u4"),
        "network": ["x"] * 3,
        "shared_at": np.array(["2025-01-01"] * 3, "M8[ms]"),
        "likes": likes,
    }
    program = adv.Program(advocates={"id": np.array([0, 1], "u4")}, shares=shares, tz="UTC")
    assert program.measure("likes").total["likes"].value == 6
    likes[0] = 100
    assert program.measure("likes").total["likes"].value == 105


def test_owners_may_go(small: Any) -> None:
    """The programme keeps what it reads alive."""
    program = small(
        pa.table({
            "advocate": ["ada"] * 1000,
            "network": ["x"] * 1000,
            "shared_at": pa.array(np.arange(1000), pa.timestamp("s", "UTC")),
            "likes": pa.array(np.arange(1000), pa.uint32()),
        })
    )  # fmt: skip
    junk = [np.full(1000, 7, "u4") for _ in range(1000)]
    assert program.measure("likes").total["likes"].value == 499500
    del junk


def test_naive_times_are_local(small: Any) -> None:
    """A night in Madrid is the evening before in New York, whatever the form."""
    naive = datetime(2025, 7, 2, 0, 30)
    texts: dict[str, Any] = {"advocate": ["ada"], "network": ["x"]}
    forms: list[Any] = [
        [naive],
        ["2025-07-02T00:30"],
        np.array([naive], "M8[us]"),
        pa.array([naive], pa.timestamp("ns")),
        pd.Series([naive]),
        pl.Series([naive]),
        [naive.replace(tzinfo=None)],
    ]
    for times in forms:
        program = small({**texts, "shared_at": times}, tz="Europe/Madrid")
        days = {"2025-07-01": 0, "2025-07-02": 1}
        for day, count in days.items():
            assert program.measure("shares", period=day).total["shares"].value == count
        assert program.measure("shares", period="2025-07-01", tz="America/New_York").total["shares"].value == 1


def test_gap_and_fold(small: Any) -> None:
    """Times that clocks skip or show twice are read as the core reads text."""
    times = ["2025-03-30T02:30:00.5", "2025-10-26T02:30:00.5", "2025-07-01T12:00"]
    base: dict[str, Any] = {"advocate": ["ada"] * 3, "network": ["x"] * 3}
    text = small({**base, "shared_at": times}, tz="Europe/Madrid")
    for unit in ("ms", "us", "ns"):
        ticks = small({**base, "shared_at": np.array(times, f"M8[{unit}]")}, tz="Europe/Madrid")
        for until in ("2025-03-30T01:00:00Z", "2025-10-26T00:30:00.5Z", "2025-10-26T00:30:00.499Z"):
            values = [
                p.measure("shares", as_of=until, period="2025").total["shares"].value for p in (text, ticks)
            ]
            assert values[0] == values[1]
    assert text.measure("shares", as_of="2025-03-30T01:00:00Z", period="2025").total["shares"].value == 1


def test_dates_are_starts_of_days(small: Any) -> None:
    day = datetime(2025, 7, 2).date()
    base: dict[str, Any] = {"advocate": ["ada"], "network": ["x"]}
    forms: list[Any] = [[day], ["2025-07-02"], pa.array([day]), pl.Series([day]), np.array([day], "M8[D]")]
    for days in forms:
        program = small({**base, "shared_at": days}, tz="Europe/Madrid")
        assert program.latest == datetime(2025, 7, 1, 22, tzinfo=UTC)


def test_column_names(small: Any) -> None:
    shares = {"who": ["ada"], "net": ["x"], "posted": ["2025-01-01"], "likes": [3]}
    maps: list[dict[str, Any]] = [
        {"who": "advocate", "net": "network", "posted": "shared_at"},
        {"shares": {"who": "advocate", "net": "network", "posted": "shared_at"}},
    ]
    for columns in maps:
        program = small(shares, columns=columns)
        assert program.measure("likes").total["likes"].value == 3
    with pytest.raises(adv.AdvocacyError) as caught:
        small(shares, columns={**maps[0], "whoo": "advocate"})
    assert (caught.value.code, caught.value.field) == ("missing_column", "columns")


def test_unknown_columns_are_warned_of(small: Any) -> None:
    shares = {"advocate": ["ada"], "network": ["x"], "shared_at": ["2025-01-01"], "mood": [object()]}
    assert small(shares).warnings == ["shares.mood: not a column of this table: ignored"]


def test_names_in_one_text(small: Any) -> None:
    """Lists as a CSV has them."""
    forms: list[Any] = [["hr; it", "hr", None], pa.array(["hr; it", "hr", None]), [["hr", "it"], ["hr"], None]]
    for topics in forms:
        content = {"id": [1, 2, 3], "topics": topics}
        shares = {"advocate": ["ada"] * 3, "network": ["x"] * 3, "shared_at": ["2025-01-01"] * 3, "content": [1, 2, 3]}
        table = small(shares, content=content).measure("shares", by="topic")
        assert [(row.key[0], row["shares"].value) for row in table] == [("hr", 2), ("it", 1), (None, 1)]


BASE: dict[str, Any] = {"network": ["x"] * 4, "shared_at": ["2025-01-01"] * 4}
NAMES = ["ada", "ben", None, "ada"]


@pytest.mark.parametrize(
    "names",
    [
        NAMES,
        pa.array(NAMES),
        pa.array(NAMES, pa.large_string()),
        pa.array(NAMES, pa.string_view()),
        pa.array(NAMES).dictionary_encode(),
        pa.array(NAMES, pa.dictionary(pa.int8(), pa.large_string())),
        pa.array(NAMES, pa.dictionary(pa.uint16(), pa.string())),
        pa.array(NAMES, pa.dictionary(pa.int64(), pa.string())),
        # Nothing by code: a null in the dictionary itself, and names that nobody has.
        pa.DictionaryArray.from_arrays(pa.array([1, 3, 0, 1], pa.int32()), [None, "ada", "zoe", "ben"]),
        pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 0], pa.uint8()), ["ada", "ben"]),
        pa.chunked_array([pa.array(NAMES[:1]).dictionary_encode(), pa.array(NAMES[1:]).dictionary_encode()]),
        pl.Series(NAMES),
        pl.Series(NAMES, dtype=pl.Categorical),
        pl.Series(NAMES, dtype=pl.Enum(["zoe", "ben", "ada"])),
        pd.Series(NAMES, dtype=object),
        pd.Series(NAMES, dtype="str"),
        pd.Series(NAMES, dtype=pd.StringDtype("python")),
        pd.Series(NAMES, dtype=pd.StringDtype("pyarrow")),
        pd.Series(NAMES, dtype=pd.ArrowDtype(pa.large_string())),
        pd.Series(NAMES, dtype="category"),
        pd.Series(pd.Categorical(NAMES, ["zoe", "ben", "ada"], ordered=True)),
        np.array(NAMES, object),
        np.ma.MaskedArray(["ada", "ben", "", "ada"], [False, False, True, False]),
    ],
    ids=lambda names: f"{type(names).__module__.split('.')[0]}-{getattr(names, 'dtype', getattr(names, 'type', 'list'))}",
)
def test_text_of_every_layout(names: Any) -> None:
    """Names, ids and free text alike; names that nobody has are no rows."""
    program = adv.Program(
        advocates={"id": ["ada", "ben", "cem", "dee"], "team": names},
        shares={**BASE, "advocate": ["ada", "ben", "cem", "dee"], "copy": ["own"] * 4},
        tz="UTC",
    )
    assert program.warnings == []
    table = program.measure("shares", by="team")
    assert {row.key[0]: row["shares"].value for row in table} == {"ada": 2, "ben": 1, None: 1}
    content = {"id": [1, 2, 3, 4], "topics": names}
    shares = {**BASE, "advocate": ["ada"] * 4, "content": [1, 2, 3, 4]}
    by_topic = adv.Program(advocates={"id": ["ada"]}, content=content, shares=shares, tz="UTC").measure(
        "shares", by="topic"
    )
    assert {row.key[0]: row["shares"].value for row in by_topic} == {"ada": 2, "ben": 1, None: 1}


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_before_1970(unit: Any, small: Any) -> None:
    """Negative ticks, fractions and all, are as well times as others."""
    at = [datetime(1969, 12, 31, 23, 59, 58), datetime(1931, 4, 14, 6, 30), None]
    naive = np.array([np.datetime64("NaT") if v is None else np.datetime64(v) for v in at], f"M8[{unit}]")
    aware = [v and v.replace(tzinfo=UTC) for v in at]
    base: dict[str, Any] = {"advocate": ["ada"] * 3, "network": ["x"] * 3, "shared_at": ["2025-01-01"] * 3}
    series: Any = pd.Series(naive)
    forms: list[Any] = [
        aware, naive, pa.array(naive), pa.array(aware, pa.timestamp(unit, "America/Lima")), series,
        series.dt.tz_localize("UTC"), pd.Series(aware, dtype=object), pl.Series(at),
    ]  # fmt: skip
    for times in forms:
        assert small({**base, "observed_at": times}).latest == datetime(2025, 1, 1, tzinfo=UTC)
    for times in forms:
        old = small({"advocate": ["ada"] * 2, "network": ["x"] * 2, "shared_at": times[:2]})
        for row, day in ((0, "1969-12-31"), (1, "1931-04-14")):
            assert old.measure("shares", period=day).total["shares"].value == 1, (times, row)
        assert old.latest == aware[0]


def test_times_with_zones_of_their_own(small: Any) -> None:
    """Objects of several zones in one pandas column, and a zone that pandas knows."""
    from zoneinfo import ZoneInfo

    noon = datetime(2025, 7, 2, 12, tzinfo=UTC)
    zones = [noon.astimezone(ZoneInfo(name)) for name in ("Asia/Tokyo", "America/Lima", "Europe/Madrid")]
    base: dict[str, Any] = {"advocate": ["ada"] * 3, "network": ["x"] * 3}
    for times in (zones, pd.Series(zones, dtype=object), np.array(zones, object), pl.Series(zones)):
        assert small({**base, "shared_at": times}).latest == noon
    stamps = pd.Series([pd.Timestamp(zone) for zone in zones[:2]] + [pd.Timestamp(noon)], dtype=object)
    assert small({**base, "shared_at": stamps}).latest == noon


def test_numbers_of_every_layout(small: Any) -> None:
    """Counts in whatever holds whole numbers; a gap is a gap in all of them."""
    from decimal import Decimal

    base: dict[str, Any] = {"advocate": ["ada"] * 3, "network": ["x"] * 3, "shared_at": ["2025-01-01"] * 3}
    forms: list[Any] = [
        [1, None, 3], [Decimal(1), None, Decimal("3.0")], pa.array([1, None, 3], pa.int8()),
        pa.array([1, None, 3], pa.decimal128(10, 2)), pa.array([100, None, 300], pa.decimal128(5, -2)),
        pa.array([1, None, 3], pa.float16()), pl.Series([1, None, 3], dtype=pl.Int128),
        pl.Series([1, None, 3], dtype=pl.Decimal(10, 1)), pd.Series([1, None, 3], dtype="Int64"),
        pd.Series([1, None, 3], dtype="UInt8"), pd.Series([1, None, 3], dtype="Float32"), pd.Series([1, np.nan, 3]),
        pd.Series([1, pd.NA, 3], dtype=object), pd.Series([1, None, 3], dtype=pd.ArrowDtype(pa.int16())),
        pd.Series([Decimal(1), None, Decimal(3)]), pd.arrays.SparseArray([1.0, np.nan, 3.0]),
    ]  # fmt: skip
    for form in forms:
        likes = small({**base, "likes": form}).measure("likes").total["likes"]
        times = 100 if isinstance(form, pa.Array) and str(form.type).endswith("-2)") else 1
        assert (likes.value, likes.coverage.known) == (4 * times, 2), form


def test_relations_of_queries(small: Any) -> None:
    """What DuckDB computes, as it computes it."""
    connection = duckdb.connect()
    relation = connection.sql(
        "select case when i % 2 = 0 then 'ada' else 'ben' end as advocate, 'x'::enum('x', 'y') as network, "
        "timestamptz '2025-01-01' + interval (i) hour as shared_at, (i * 2)::hugeint as likes, "
        "['a', 'b'] as topics from range(5000) t(i)"
    )
    shares = small(relation.select("advocate", "network", "shared_at", "likes"))
    assert shares.measure("likes", period="2025").total["likes"].value == sum(2 * i for i in range(5000))


WITHOUT_PYARROW = """
import sys
sys.modules["pyarrow"] = None  # an import of it fails
import numpy as np, pandas as pd, advocacy as adv
shares = pd.DataFrame({
    "advocate": ["ada", "ben", None and "x" or "ada"],
    "network": pd.Categorical(["x", "linkedin", "x"]),
    "shared_at": pd.to_datetime(["2025-01-01", "2025-01-02", "2025-01-03"], utc=True),
    "observed_at": pd.to_datetime(["2025-01-05", None, "2025-01-06"]),
    "likes": [1.0, np.nan, 3.0],
    "clicks": pd.array([1, None, 2], dtype="Int64"),
    "content": [1.0, np.nan, 2.0],
    "copy": ["own", pd.NA, np.nan],
    "paid": pd.array([True, None, False], dtype="boolean"),
})
program = adv.Program(
    advocates=pd.DataFrame({"id": ["ada", "ben"]}), content=pd.DataFrame({"id": [1, 2]}), shares=shares, tz="UTC"
)
table = program.measure(["likes", "clicks"], by="copy")
print([(row.key, row["likes"].value, row["likes"].coverage.known, row["clicks"].value) for row in table])
print(table.to_pandas().to_dict("list"))
print(adv.enps(pd.Series([10, np.nan, 7])).missing)
"""


def test_pandas_without_pyarrow_is_the_same() -> None:
    def run(code: str) -> str:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    without = run(WITHOUT_PYARROW)
    assert without == run(WITHOUT_PYARROW.replace('sys.modules["pyarrow"] = None', "import pyarrow"))
    assert without.splitlines()[0] == "[(('own',), 1, 1, 1), ((None,), 3, 1, 2)]"
    assert without.splitlines()[2] == "1"
