"""Nothing hidden stands in anything that a protected programme gives out."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import advocacy as adv

SNAPSHOTS = Path(__file__).parent / "snapshots"
METRICS = ["impressions", "clicks", "click_through_rate"]

# Teams, their sharers, and what each of those has of impressions and clicks.
# The three of D are few; C is hidden with them, or 30 less 12 and 9 would tell.
TEAMS = (("A", 12, 100, 3), ("B", 9, 200, 7), ("C", 6, 4_231, 379), ("D", 3, 7_919, 613))
# Sums of C and of D, and of both, which is what the total leaves.
HIDDEN = ("25386", "2274", "23757", "1839", "0.0895", "0.0774")


def _rows() -> dict[str, list[dict[str, Any]]]:
    everybody = [(f"{team}{n}", team, i, c) for team, people, i, c in TEAMS for n in range(people)]
    advocates = [{"id": who, "team": team, "joined": "2025-01-07"} for who, team, _, _ in everybody]
    counts = {"likes": 1, "comments": 0, "reshares": 0}
    shares = [
        {"advocate": who, "network": "linkedin", "shared_at": "2025-07-15T10:00:00Z",
         "impressions": impressions, "clicks": clicks, **counts}
        for who, _, impressions, clicks in everybody
    ]  # fmt: skip
    return {"advocates": advocates, "shares": shares}


def _table(k: int | None) -> adv.Table:
    program = adv.Program(tz="UTC", privacy=None if k is None else {"k": k}, **_rows())
    return program.measure(METRICS, by="team", period="2025-Q3", compare="previous_period")


def _report(k: int | None) -> adv.Report:
    program = adv.Program(tz="UTC", privacy=None if k is None else {"k": k}, **_rows())
    return program.report("2025-Q3")


def _numbers(text: str) -> str:
    """With numbers as they are counted, whatever separates their thousands."""
    return re.sub(r"(?<=\d)[,  ](?=\d{3})", "", text)


def _bytes(made: Any) -> str:
    """Everything pickled, numbers in it too, as text."""
    return repr(pickle.loads(pickle.dumps(made)).to_dict()) + pickle.dumps(made).decode("latin-1")


def _arrow(table: adv.Table) -> str:
    return repr(table.to_arrow().to_pylist()) + str(table.to_arrow().schema)


def _of_measures(table: adv.Table) -> Iterator[str]:
    for row in [*table.rows, table.total]:
        for measure in (row[name] for name in table.columns):
            shown = (str(measure), repr(measure), measure.explain(), measure.to_json())
            parts = (measure.numerator, measure.denominator, measure.interval, measure.coverage)
            yield " ".join([*shown, repr(measure.to_dict()), repr(parts), measure._repr_html_()])


OF_BOTH: dict[str, Callable[[Any], str]] = {
    "str": str,
    "repr": repr,
    "html": lambda made: made._repr_html_(),
    "json": lambda made: made.to_json(),
    "dict": lambda made: repr(made.to_dict()),
    "pickle": _bytes,
    "copy": lambda made: copy.deepcopy(made).to_json(),
    "explain": lambda made: made.explain(),
}
OF_TABLES: dict[str, Callable[[adv.Table], str]] = {
    "pandas": lambda table: table.to_pandas().to_csv() + repr(table.to_pandas().attrs),
    "polars": lambda table: table.to_polars().write_csv(),
    "arrow": _arrow,
    "measures": lambda table: " ".join(_of_measures(table)),
}


@pytest.mark.parametrize("way", [*OF_BOTH, *OF_TABLES])
def test_nothing_hidden_is_in_a_table(way: str) -> None:
    write = {**OF_BOTH, **OF_TABLES}[way]
    told = _numbers(write(_table(5)))
    assert not [number for number in HIDDEN if number in told]
    # The test can fail: without a policy they are there.
    if way != "explain":
        assert "25386" in _numbers(write(_table(None)))


@pytest.mark.parametrize("way", OF_BOTH)
def test_nothing_hidden_is_in_a_report(way: str) -> None:
    write = OF_BOTH[way]
    told, open_ = _numbers(write(_report(5))), _numbers(write(_report(None)))
    assert not [number for number in HIDDEN if number in told]
    # Clicks of the two teams are columns of the rankings.
    if way != "explain":
        assert "2274" in open_ and "1839" in open_


def test_what_is_hidden_says_so() -> None:
    table = _table(5)
    for team in "CD":
        for column in METRICS:
            measure = table.at(team, column)
            assert (measure.state, measure.value) == ("suppressed", None)
            assert "hidden to protect a small group" in measure.explain()
    frame = table.to_pandas()
    assert frame["clicks"].isna().tolist() == [False, False, True, True]
    assert table.to_polars()["clicks"].to_list() == [36, 63, None, None]
    assert table.to_arrow().column("clicks").to_pylist() == [36, 63, None, None]


def test_the_html_reads_as_it_did_when_somebody_looked_at_it(tmp_path: Path) -> None:
    kept, new = SNAPSHOTS / "protected_table.html", tmp_path / "protected_table.html"
    new.write_text(_table(5)._repr_html_() + "\n", encoding="utf-8")
    if not kept.exists() or kept.read_text(encoding="utf-8") != new.read_text(encoding="utf-8"):
        pytest.fail(
            f"see diff -u {kept} {new}, or both in a browser; copy the new file over the old one "
            "if every hidden number reads as hidden"
        )
