"""The conformance cases, which an independent reference wrote for every language."""

from __future__ import annotations

import importlib
import json
import math
import struct
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import advocacy as adv

FOLDER = Path(__file__).parents[2] / "conformance"
sys.path.append(str(FOLDER / "oracle"))
private: Any = importlib.import_module("private")
FILES = sorted((FOLDER / "cases").glob("*.json"))
OPERATIONS = {operation["id"]: operation for operation in adv.operations()}


def ulps(a: float, b: float) -> int:
    def place(x: float) -> int:
        (bits,) = struct.unpack("<q", struct.pack("<d", x))
        return -(bits & 0x7FFF_FFFF_FFFF_FFFF) if bits < 0 else int(bits)

    return abs(place(a) - place(b))


def near(got: float, wanted: float, tolerance: dict[str, Any]) -> bool:
    assert tolerance.keys() <= {"ulp", "relative", "of"}
    distance = abs(got - wanted)
    if "relative" in tolerance:
        return distance <= float(tolerance["relative"]) * abs(wanted)
    units, of = int(tolerance["ulp"]), float(tolerance.get("of", 0.0))
    return ulps(got, wanted) <= units or distance <= units * (math.nextafter(of, math.inf) - of)


def differs(path: str, got: Any, wanted: Any, rules: dict[str, Any]) -> str | None:
    """Where a result is not what is wanted; a record may hold more."""
    if isinstance(got, dict) and isinstance(wanted, dict):
        pairs = [(f"{path}.{name}", got.get(name), value) for name, value in wanted.items()]
    elif isinstance(got, list) and isinstance(wanted, list) and len(got) == len(wanted):
        pairs = [(f"{path}[{at}]", *pair) for at, pair in enumerate(zip(got, wanted, strict=True))]
    else:
        whole = isinstance(got, int) and isinstance(wanted, int)
        if isinstance(got, int | float) and isinstance(wanted, int | float) and not whole:
            tolerance = rules.get("fields", {}).get(path.rsplit(".", 1)[-1], rules["tolerance"])
            same = near(got, wanted, tolerance)
        else:
            same = got == wanted
        return None if same else f"{path}: {got}, wanted {wanted}"
    return next((found for pair in pairs if (found := differs(*pair, rules))), None)


def plain(result: Any) -> Any:
    if isinstance(result, adv.Interval):
        return {"low": result.low, "high": result.high, "confidence": result.confidence, "method": result.method}
    if isinstance(result, list):
        return [plain(item) for item in result]
    return result.to_dict() if hasattr(result, "to_dict") else result


@cache
def programme(name: str) -> adv.Program:
    rows = json.loads((FOLDER / "programmes" / f"{name}.json").read_text("utf-8"))
    return adv.Program(**rows)


@cache
def protected(name: str, k: int) -> adv.Program:
    rows = json.loads((FOLDER / "programmes" / f"{name}.json").read_text("utf-8"))
    return adv.Program(**rows, privacy={"k": k})


def by_column(table: adv.Table, row: adv.Row) -> dict[str, Any]:
    return {name: row[name].to_dict() for name in table.columns}


def compared(table: adv.Table, row: Any) -> dict[str, Any]:
    return dict(zip(table.columns, row.get("comparisons", []), strict=False))


def rows_of(table: adv.Table, wanted: dict[str, Any]) -> list[dict[str, Any]]:
    """Of a table's rows those that are wanted, in the table's order."""
    keys = [row["key"] for row in wanted.get("rows", [])]
    return [
        {"key": list(row.key), "measures": by_column(table, row), "comparisons": compared(table, plain)}
        for row, plain in zip(table, table.to_dict()["rows"], strict=True)
        if list(row.key) in keys
    ]


def measure(given: dict[str, Any], wanted: Any) -> Any:
    """The answer of a query, of the rows that are wanted."""
    given = dict(given)
    program = programme(given.pop("program"))
    terms = given.pop("where", [])
    for name, excepted in (("where", False), ("where_not", True)):
        given[name] = {
            term["dimension"]: term["values"] for term in terms if term.get("except", False) is excepted
        }
    table = program.measure(given.pop("metrics"), **given)
    return {
        "total": by_column(table, table.total),
        "rows": rows_of(table, wanted or {}),
        "comparisons": compared(table, table.to_dict()["total"]),
    }


def report(given: dict[str, Any], wanted: Any) -> Any:
    """The headline of a report, its sections and its cohorts."""
    given = dict(given)
    report = programme(given.pop("program")).report(given.pop("period"), **given)
    headline, whole = report.headline, report.to_dict()
    sections = {
        section.id: {"rows": rows_of(section.table, wanted["sections"].get(section.id, {}))}
        for section in report.sections
    }
    return {
        "headline": by_column(headline, headline.total),
        "comparisons": compared(headline, headline.to_dict()["total"]),
        "sections": sections,
        "retention": [
            {**cohort, "key": cohort["key"]["bucket"]["label"]} for cohort in whole["retention"]["cohorts"]
        ],
    }


def protect(given: dict[str, Any], wanted: Any) -> Any:
    """Which of the rows that must be hidden are, after an audit of all that can
    be seen; the key of the total is empty."""
    given = dict(given)
    program = protected(given.pop("program"), given.pop("privacy")["k"])
    by, metrics = given.pop("by"), given.pop("metrics")

    def table(dimensions: list[str]) -> dict[tuple[Any, ...], adv.Measure]:
        made = program.measure(metrics, by=dimensions, **given)
        return {(): made.total[metrics[0]]} | {row.key: row[metrics[0]] for row in made}

    def counts(dimensions: list[str]) -> tuple[dict[tuple[Any, ...], float | None], float | None]:
        values = {key: one.value for key, one in table(dimensions).items()}
        return values, values.pop(())

    if metrics == ["shares"]:
        assert private.audit(by, counts) == [], given
    states = {key: one.state for key, one in table(by).items()}
    return {"hidden": [list(key) for key in states if states[key] == "suppressed" and list(key) in wanted["hidden"]]}


OF_PROGRAMMES = {"measure": measure, "report": report, "protect": protect}


def arrays(given: dict[str, Any]) -> dict[str, Any]:
    """Lists of numbers as numpy arrays: another way in, the same way through."""
    return {
        name: np.array(value) if isinstance(value, list) and value and all(type(v) in (int, float) for v in value) else value
        for name, value in given.items()
    }


def ask(operation: str, given: dict[str, Any], wanted: Any) -> Any:
    if operation in OF_PROGRAMMES:
        return OF_PROGRAMMES[operation](given, wanted)
    return plain(getattr(adv, operation)(**given))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
def test_conformance(path: Path) -> None:
    file = json.loads(path.read_text("utf-8"))
    operation = file["operation"]
    assert path.stem == operation and file["cases"]
    assert operation in OPERATIONS or operation in OF_PROGRAMMES
    for case in file["cases"]:
        rules = case if "tolerance" in case else file
        for given in (case["input"], arrays(case["input"])):
            if "error" in case:
                with pytest.raises(adv.AdvocacyError) as caught:
                    ask(operation, given, None)
                error = case["error"]
                got = (caught.value.code, caught.value.field, caught.value.row)
                assert got == (error["code"], error.get("field"), error.get("row")), case["name"]
            else:
                result = ask(operation, given, case["output"])
                assert differs("output", result, case["output"], rules) is None, case["name"]


def test_every_operation_has_cases() -> None:
    assert {path.stem for path in FILES} == OPERATIONS.keys() | OF_PROGRAMMES.keys()


def test_the_audit_sees_what_lines_do_not() -> None:
    """Every row and column hides two cells or none, but for one: and yet it leaks."""
    hidden = {(r, c) for r in (1, 2) for c in (1, 2)} | {(r, c) for r in (3, 4) for c in (3, 4)} | {(1, 3)}
    values = {(r, c): 10 + 4 * r + c for r in range(1, 5) for c in range(1, 5)}
    cells = {key: None if key in hidden else value for key, value in values.items()}
    margins: dict[str, Any] = {}
    for axis in (0, 1):
        for at in range(1, 5):
            total = sum(value for key, value in values.items() if key[axis] == at)
            margins[f"{axis} {at}"] = (lambda key, axis=axis, at=at: key[axis] == at, total)
    assert private.worked_out(cells, margins) == [("cell", (1, 3))]
