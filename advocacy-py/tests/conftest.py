"""The sample in every form a data scientist may have it in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

import advocacy as adv

SCHEMAS: dict[str, dict[str, dict[str, Any]]] = {
    table["name"]: {column["name"]: column for column in table["columns"]} for table in adv.schemas()
}

Columns = dict[str, list[Any]]
Tables = dict[str, Columns]


def _value(value: Any, holds: str) -> Any:
    if value is None:
        return None
    if holds == "time":
        return datetime.fromisoformat(value)
    if holds == "names" and isinstance(value, dict):
        return [f"{name}={item}" for name, items in value.items() for item in items]
    return value


def _columns(table: str, rows: list[dict[str, Any]]) -> Columns:
    names = {name for row in rows for name in row}
    return {
        name: [_value(row.get(name), column["holds"]) for row in rows]
        for name, column in SCHEMAS[table].items()
        if name in names
    }


def _flat() -> Tables:
    """The sample's tables as plain columns: nothing nested, times as datetimes."""
    rows: dict[str, Any] = adv.sample_rows()
    assert rows.pop("currency") == "EUR"
    flat: dict[str, list[dict[str, Any]]] = {}
    for table, found in rows.items():
        for row in found:
            row = dict(row)
            for name in list(row):
                if name in SCHEMAS and name not in SCHEMAS[table]:
                    key = next(n for n, c in SCHEMAS[name].items() if c["required"] and c["holds"] == "id")
                    flat.setdefault(name, []).extend({key: row["id"], **inner} for inner in row.pop(name))
                elif isinstance(row[name], dict) and row[name].keys() == {"minor", "currency"}:
                    row |= {"currency": row[name]["currency"], name: row[name]["minor"]}
            flat.setdefault(table, []).append(row)
    return {table: _columns(table, rows) for table, rows in flat.items()}


@pytest.fixture(scope="session")
def flat() -> Tables:
    return _flat()


@pytest.fixture(scope="session")
def program() -> adv.Program:
    return adv.sample()


@pytest.fixture(scope="session")
def expected(program: adv.Program) -> str:
    """The report as the core makes it of its own rows."""
    return program.report("2025-Q3").to_json()


@pytest.fixture(scope="session")
def small() -> Callable[..., adv.Program]:
    """A programme of two advocates and the shares given."""

    def make(shares: Any, **more: Any) -> adv.Program:
        options: dict[str, Any] = {"tz": "UTC", **more}
        return adv.Program(advocates={"id": ["ada", "ben"]}, shares=shares, **options)

    return make
