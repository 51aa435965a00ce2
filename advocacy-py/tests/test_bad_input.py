"""Bad input is told of by table, column and row; nothing crashes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import advocacy as adv

GOOD: dict[str, list[Any]] = {
    "advocate": ["ada", "ben", "ada"],
    "network": ["x", "linkedin", "x"],
    "shared_at": [datetime(2025, 1, day, tzinfo=UTC) for day in (1, 2, 3)],
    "likes": [1, 2, 3],
}


def refused(table: Any, **more: Any) -> adv.AdvocacyError:
    tables: dict[str, Any] = {"advocates": {"id": ["ada", "ben"]}, "shares": table, **more}
    with pytest.raises(adv.AdvocacyError) as caught:
        adv.Program(**tables)
    error = caught.value
    assert isinstance(error, ValueError)
    assert str(error) == str(error).strip()
    return error


def place(error: adv.AdvocacyError) -> tuple[str, str | None, str | None, int | None]:
    return error.code, error.table, error.field, error.row


def shares(**columns: Any) -> dict[str, Any]:
    return {**GOOD, **columns}


def in_all_frames(columns: dict[str, Any]) -> list[Any]:
    return [columns, pd.DataFrame(columns), pl.DataFrame(columns, strict=False), pa.table(columns)]


def test_missing_column() -> None:
    columns = {name: values for name, values in GOOD.items() if name != "network"}
    for table in in_all_frames(columns):
        assert place(refused(table)) == ("missing_column", "shares", "network", None)


def test_unknown_table() -> None:
    error = refused(GOOD, share=GOOD)
    assert (error.code, error.field) == ("unknown_name", "table")
    assert "shares" in str(error)


def test_unequal_lengths() -> None:
    assert place(refused(shares(likes=[1, 2]))) == ("unequal_lengths", "shares", "likes", None)
    assert place(refused(shares(likes=np.arange(4)))) == ("unequal_lengths", "shares", "likes", None)


@pytest.mark.parametrize("ids", [["ada", None, "ben"], pa.array(["ada", None, "ben"]), pd.Series(["ada", None, "ben"])])
def test_nulls_in_ids(ids: Any) -> None:
    assert place(refused(shares(advocate=ids))) == ("missing_value", "shares", "advocate", 1)


@pytest.mark.parametrize(
    ("column", "values", "code", "row"),
    [
        ("likes", ["1", "2", "3"], "invalid_value", 0),
        ("likes", np.array(["1", "2", "3"]), "invalid_value", 0),
        ("likes", pa.array(["1", "2", "3"]), "invalid_value", None),
        ("likes", [1, True, 3], "invalid_value", 1),
        ("likes", [1, object(), 3], "invalid_value", 1),
        ("likes", np.array([1, 2, 3], complex), "invalid_value", None),
        ("likes", np.array([1, 2, 3], "m8[s]"), "invalid_value", None),
        ("likes", pa.array([1, 2, 3], pa.duration("s")), "invalid_value", None),
        ("shared_at", [1, 2, 3], "invalid_value", 0),
        ("shared_at", np.array([1, 2, 3]), "invalid_value", None),
        ("shared_at", pa.array([1, 2, 3]), "invalid_value", None),
        ("shared_at", ["2025-01-01Z", "soon", "2025-01-01"], "invalid_value", 0),
        ("network", [1.5, 2.5, 3.5], "invalid_value", 0),
        ("network", pa.array([1.5, 2.5, 3.5]), "invalid_value", None),
        ("removed", [1, 0, 1], "invalid_value", 0),
        ("removed", np.array([1, 0, 1]), "invalid_value", None),
        ("advocate", [1.5, 2.5, 3.5], "invalid_value", 0),
        ("advocate", pa.array([1.5, 2.5, 3.5]), "invalid_value", 0),
        ("likes", 3, "invalid_value", None),
        ("likes", np.array([[1, 2, 3]]), "invalid_value", None),
    ],
)
def test_wrong_types(column: str, values: Any, code: str, row: int | None) -> None:
    assert place(refused(shares(**{column: values}))) == (code, "shares", column, row)


@pytest.mark.parametrize("kind", [list, np.array, pa.array, pl.Series])
def test_nan_is_an_error(kind: Any) -> None:
    error = refused(shares(likes=kind([1.0, float("nan"), 3.0])))
    assert place(error) == ("not_finite", "shares", "likes", 1)
    error = refused(shares(likes=kind([1.0, 2.0, float("inf")])))
    assert place(error) == ("not_finite", "shares", "likes", 2)


def test_nan_is_missing_in_pandas() -> None:
    for missing in (np.nan, None, pd.NA):
        frame = pd.DataFrame(shares(likes=[1, missing, 3]))
        program = adv.Program(advocates={"id": ["ada", "ben"]}, shares=frame)
        likes = program.measure("likes").total["likes"]
        assert (likes.value, likes.coverage and likes.coverage.known) == (4, 2)
    frame = pd.DataFrame(shares(likes=[1.0, np.inf, 3.0]))
    assert place(refused(frame)) == ("not_finite", "shares", "likes", 1)
    program = adv.Program(
        advocates={"id": ["ada", "ben"]},
        shares=pd.DataFrame(shares(observed_at=[pd.NaT, pd.Timestamp("2025-02-01", tz="UTC"), None])),
    )
    assert program.latest == datetime(2025, 2, 1, tzinfo=UTC)


def test_fractions_and_negatives() -> None:
    for table in in_all_frames(shares(likes=[1.0, 2.5, 3.0])):
        assert place(refused(table)) == ("invalid_value", "shares", "likes", 1)
    for table in in_all_frames(shares(likes=[1, 2, -3])):
        error = refused(table)
        assert place(error) == ("negative_count", "shares", "likes", 2)
        assert "daily deltas" in str(error)
    assert place(refused(shares(likes=[1, 2**64, 3]))) == ("out_of_range", "shares", "likes", 1)
    program = adv.Program(advocates={"id": ["ada", "ben"]}, shares=shares(likes=[0, 2**64 - 1, 0]))
    assert program.measure("likes").total["likes"].value == 2**64 - 1


def test_mixed_objects() -> None:
    mixed = pd.DataFrame(shares(advocate=["ada", 7.5, "ben"]))
    assert mixed["advocate"].dtype == object
    assert place(refused(mixed)) == ("invalid_value", "shares", "advocate", 1)
    # Where any id is text all are, as in the rows of every language.
    people: list[dict[str, Any]] = [{"id": "ada"}, {"id": 7}]
    program = adv.Program(advocates=people, shares=shares(advocate=["ada", 7, "7"]))
    assert [row["shares"].value for row in program.measure("shares", by="advocate")] == [2.0, 1.0]
    assert place(refused(shares(network=["x", 3, "x"]))) == ("invalid_value", "shares", "network", 1)
    assert place(refused(shares(likes=np.array([1, "two", 3], object)))) == ("invalid_value", "shares", "likes", 1)


def test_unknown_ids() -> None:
    for table in in_all_frames(shares(advocate=["ada", "ben", "cem"])):
        assert place(refused(table)) == ("unknown_id", "shares", "advocate", 2)


@pytest.mark.parametrize(
    "times",
    [
        pa.array([0, 2**62, 0], pa.timestamp("ms", "UTC")),
        pa.array([0, 2**62, 0], pa.timestamp("s", "UTC")),
        pa.array([0, 2**62, 0], pa.timestamp("s")),
        np.array([0, 2**62, 0], "M8[s]"),
        ["2025-01-01", "10000-01-01", "2025-01-01"],
        [datetime(2025, 1, 1), datetime(1, 1, 1), datetime(2025, 1, 1)],
    ],
)
def test_times_out_of_range(times: Any) -> None:
    for tz in ("Asia/Tokyo", "UTC"):
        if tz == "UTC" and isinstance(times, list) and isinstance(times[0], datetime):
            continue
        error = refused(shares(shared_at=times), tz=tz)
        assert (error.code, error.field, error.row) in [
            ("out_of_range", "shared_at", 1),
            ("invalid_value", "shared_at", 1),
        ]


def test_naive_times_need_a_zone() -> None:
    naive = datetime(2025, 1, 1)
    for times in ([naive] * 3, ["2025-01-01"] * 3, np.array([naive] * 3, "M8[s]"), pa.array([naive] * 3)):
        error = refused(shares(shared_at=times))
        assert (error.code, error.table, error.field) == ("invalid_option", "shares", "shared_at")
        assert "tz=" in str(error)
    assert refused(GOOD, tz="Europe/Nowhere").code == "unknown_zone"


def test_unsorted_times_are_fine() -> None:
    forth = adv.Program(advocates={"id": ["ada", "ben"]}, shares=GOOD)
    back = adv.Program(
        advocates={"id": ["ada", "ben"]}, shares={name: values[::-1] for name, values in GOOD.items()}
    )
    for program in (forth, back):
        table = program.measure(["shares", "likes"], by=["day", "network"], period="2025-01")
        assert table == forth.measure(["shares", "likes"], by=["day", "network"], period="2025-01")


def test_empty() -> None:
    types = {"advocate": pa.string(), "network": pa.string(), "shared_at": pa.timestamp("s", "UTC"), "likes": pa.int64()}
    nothing: list[Any] = [
        [],
        {name: [] for name in GOOD},
        {name: np.array([]) for name in GOOD},
        pd.DataFrame({name: [] for name in GOOD}),
        pl.DataFrame(GOOD).head(0),
        pa.table({name: pa.array([], kind) for name, kind in types.items()}),
        pa.table(GOOD).slice(0, 0),
        pa.Table.from_batches([], pa.schema(types)),
        None,
    ]
    for shares in nothing:
        program = adv.Program(advocates={"id": ["ada", "ben"]}, shares=shares)
        table = program.measure(["shares", "share_rate"], period="2025")
        assert table.total["shares"].value == 0
        assert table.total["share_rate"].value is None
    with pytest.raises(adv.AdvocacyError) as caught:
        adv.Program().measure("shares")
    assert (caught.value.code, caught.value.field) == ("invalid_period", "period")


def test_columns_of_nulls() -> None:
    for table in in_all_frames(shares(likes=[None] * 3, observed_at=[None] * 3, removed=[None] * 3, copy=[None] * 3)):
        likes = adv.Program(advocates={"id": ["ada", "ben"]}, shares=table).measure("likes").total["likes"]
        assert (likes.value, likes.state) == (None, "missing")


def test_odd_numpy() -> None:
    likes = np.array([1, 2, 3])
    wide = np.array([[1, 9], [2, 9], [3, 9]])
    unaligned = np.frombuffer(b"\0" + likes.astype("<i8").tobytes(), "u1")[1:].view("<i8")
    assert not unaligned.flags.aligned
    forms = [
        likes.astype(">i8"), likes.astype(">u2"), likes.astype(">f8"), wide[:, 0], likes[::-1][::-1],
        np.array([3, 2, 1])[::-1], unaligned, likes.astype("f2"), likes.astype("f4"), likes.astype(np.longdouble),
        likes.astype("i1"), likes.astype("u1"), np.asfortranarray(likes), np.broadcast_to(likes, (3,)),
        np.array([1, 2, 3], object), np.ma.MaskedArray(likes, [False] * 3),
    ]  # fmt: skip
    for form in forms:
        program = adv.Program(advocates={"id": ["ada", "ben"]}, shares=shares(likes=form))
        table = program.measure("likes", by="network")
        assert [row["likes"].value for row in table] == [2, 4], form.dtype
    big = adv.Program(
        advocates={"id": ["ada", "ben"]},
        shares=shares(shared_at=np.array(["2025-01-01", "2025-01-02", "2025-01-03"], ">M8[s]")),
        tz="UTC",
    )
    assert big.latest == datetime(2025, 1, 3, tzinfo=UTC)


def test_zero_row_chunks() -> None:
    table = pa.table(GOOD)
    empty = table.slice(0, 0)
    parts = pa.concat_tables([empty, table.slice(0, 1), empty, table.slice(1), empty])
    program = adv.Program(advocates={"id": ["ada", "ben"]}, shares=parts)
    assert program.measure("likes").total["likes"].value == 6


def test_huge_strings() -> None:
    huge = "ä" * 5_000_000
    columns = shares(advocate=[huge, "ben", huge])
    for table in (columns, pl.DataFrame(columns), pa.table(columns)):
        program = adv.Program(advocates={"id": [huge, "ben"]}, shares=table)
        assert program.measure("shares").total["shares"].value == 3
    error = refused(columns)
    assert place(error) == ("unknown_id", "shares", "advocate", 0)
    assert len(str(error)) < 500


def test_text_that_is_not_utf8() -> None:
    bad = pa.Array.from_buffers(
        pa.string(), 3, [None, pa.py_buffer(np.array([0, 1, 2, 3], "i4").tobytes()), pa.py_buffer(b"x\xffx")]
    )
    error = refused(pa.table({**GOOD, "network": bad}))
    assert place(error) == ("invalid_value", "shares", "network", 1)
    assert place(refused(shares(network=["x", "\ud800", "x"]))) == ("invalid_value", "shares", "network", 1)


@pytest.mark.parametrize("kind", [list, np.array, pa.array, pl.Series, pd.Series])
def test_flags_are_no_counts(kind: Any) -> None:
    """True is not 1 share, nor an id."""
    for column in ("likes", "advocate", "shared_at", "network"):
        error = refused(shares(**{column: kind([True, False, True])}))
        assert (error.code, error.table, error.field) == ("invalid_value", "shares", column)


def test_values_beyond_what_a_column_holds() -> None:
    from decimal import Decimal

    cases: list[tuple[str, Any, str, int]] = [
        ("likes", [1, Decimal("2.5"), 3], "invalid_value", 1),
        ("likes", [1, Decimal("NaN"), 3], "not_finite", 1),
        ("likes", pa.array([Decimal("1.0"), Decimal("2.5"), None]), "invalid_value", 1),
        ("likes", pa.array([Decimal(1), Decimal(10**30), None]), "out_of_range", 1),
        ("likes", pl.Series([1, 2**70, 3], dtype=pl.Int128), "out_of_range", 1),
        ("likes", pl.Series([1, -2, 3], dtype=pl.Int128), "negative_count", 1),
        ("advocate", [7, 2**70, 3], "out_of_range", 1),
        ("advocate", np.array([7, 2**63 + 1, 3], "u8"), "out_of_range", 1),
    ]
    for column, values, code, row in cases:
        more: dict[str, Any] = {"advocates": {"id": [3, 7]}} if column == "advocate" else {}
        assert place(refused(shares(**{column: values}), **more)) == (code, "shares", column, row), values


def test_types_that_are_no_column() -> None:
    kinds: list[Any] = [
        pa.array([[1], [2], [3]]), pa.array([{"a": 1}, {"a": 2}, {"a": 3}]), pa.array([b"1", b"2", b"3"]),
        pa.array([1, 2, 3], pa.time32("s")), pd.Series(pd.period_range("2025-01", periods=3)),
        pd.Series(pd.interval_range(0, 3)), pl.Series([b"1", b"2", b"3"]), pl.Series([[1], [2], [3]]),
    ]  # fmt: skip
    for values in kinds:
        for column in ("likes", "shared_at", "network", "advocate"):
            error = refused(shares(**{column: values}))
            assert (error.table, error.field) == ("shares", column), values


def test_what_other_libraries_refuse_is_about_the_input() -> None:
    """An exception of somebody else's says at least which table and column."""

    class Broken:
        def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
            raise RuntimeError("the connection is gone")

        def __str__(self) -> str:
            raise RuntimeError("no name")

    error = refused(Broken())
    assert (error.code, error.table) == ("invalid_value", "shares")
    assert "the connection is gone" in str(error)
    error = refused(shares(likes=Broken()))
    assert (error.code, error.table) == ("invalid_value", "shares")
    with pytest.raises(adv.AdvocacyError) as caught:
        adv.enps([9], method=Broken())  # type: ignore[arg-type]
    assert (caught.value.code, caught.value.field) == ("invalid_value", "method")

    class Interrupted:
        def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        adv.Program(shares=Interrupted())


def test_columns_mapped_to_nothing() -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"loves": "likes"}, "missing_column"),
        ({"likes": "loves"}, "unknown_name"),
        ({"shares": {"likes": "loves"}}, "unknown_name"),
        ({"shares": {"likes": "team"}}, "unknown_name"),
        ({"advocates": {"likes": "team"}}, "missing_column"),
        ({"sharez": {"likes": "likes"}}, "missing_column"),
    ]
    for columns, code in cases:
        error = refused(GOOD, columns=columns)
        assert (error.code, error.field) == (code, "columns"), columns


def test_columns_twice() -> None:
    frame = pd.DataFrame([["ada", "x", "x"]], columns=["advocate", "network", "network"])
    assert place(refused(frame)) == ("duplicate_id", "shares", "network", None)
    twice = pa.table([pa.array(["ada"])] + [pa.array(["x"])] * 2, names=["advocate", "network", "network"])
    assert place(refused(twice)) == ("duplicate_id", "shares", "network", None)
    error = refused({**GOOD, "channel": ["x"] * 3}, columns={"channel": "network"})
    assert place(error) == ("duplicate_id", "shares", "network", None)


@pytest.mark.parametrize("table", [3, "shares.csv", object(), [1, 2], [{"advocate": "ada"}, 3]])
def test_what_is_no_table(table: Any) -> None:
    assert refused(table).code == "invalid_value"


def test_lazy_frames_are_collected_by_their_owner() -> None:
    error = refused(pl.DataFrame(GOOD).lazy())
    assert "collect()" in str(error)


def test_lists() -> None:
    def program(topics: Any) -> adv.Program:
        return adv.Program(content={"id": [1, 2], "topics": topics})

    for bad in ([["hr", None], []], pa.array([["hr", None], []]), [["hr", 3], []], [3, []]):
        with pytest.raises(adv.AdvocacyError) as caught:
            program(bad)
        assert (caught.value.table, caught.value.field, caught.value.row) == ("content", "topics", 0)
    program(pa.array([["hr"], None]))
    program(pa.array([["hr"], []], pa.list_(pa.dictionary(pa.int8(), pa.string()))))


def test_errors_of_queries(program: adv.Program) -> None:
    asked: list[tuple[dict[str, Any], str, str | None]] = [
        ({"metrics": "shars"}, "unknown_name", "metric"),
        ({"metrics": "shares", "by": "netwerk"}, "unknown_name", "dimension"),
        ({"metrics": "shares", "definitions": {"parts": "some"}}, "unknown_name", "parts"),
        ({"metrics": "shares", "definitions": {"part": "all"}}, "unknown_name", "option"),
        ({"metrics": "shares", "confidence": 95}, "invalid_option", "confidence"),
        ({"metrics": "shares", "period": "2025-Q5"}, "invalid_period", None),
        ({"metrics": "shares", "tz": "Mars/Olympus"}, "unknown_zone", None),
        ({"metrics": "shares", "week_start": "friday"}, "unknown_name", "week_start"),
        ({"metrics": "shares", "compare": "last_week"}, "unknown_name", "baseline"),
        ({"metrics": "shares", "order_by": "likes"}, "unknown_name", "order_by"),
        ({"metrics": ["shares", "shares"]}, "invalid_option", "metrics"),
    ]
    for given, code, field in asked:
        with pytest.raises(adv.AdvocacyError) as caught:
            program.measure(**given)
        assert (caught.value.code, caught.value.field) == (code, field), given


def test_a_bug_is_an_error_not_an_abort() -> None:
    """What was checked and then changed under our hands is the nearest thing
    to a bug that can be staged: positions of advocates that are not there."""
    who = np.array([0, 1, 0], "u4")
    program = adv.Program(
        advocates={"id": np.array([0, 1], "u4"), "team": ["a", "b"]}, shares=shares(advocate=who)
    )
    who[:] = 2**32 - 5
    with pytest.raises(adv.AdvocacyError) as caught:
        program.measure("shares", by="team")
        program.measure("sharers", by="advocate")
    assert caught.value.code == "internal"
    assert "bug" in str(caught.value)


def test_errors_pickle() -> None:
    import pickle

    error = adv.AdvocacyError("likes -1 is negative", "negative_count", "likes", 3, "shares")
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), *place(copy)) == (str(error), *place(error))
