"""Records out of JSON: measures and intervals as such, records with attributes."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from ._advocacy import Interval, Measure


class Record(SimpleNamespace):
    """A record within a record; what its measure says, it says too."""

    def __getattr__(self, name: str) -> Any:
        measure = self.__dict__.get("measure")
        if measure is None or name.startswith("_"):
            raise AttributeError(f"the record has no {name}")
        return getattr(measure, name)


def fields(text: str) -> dict[str, Any]:
    """The fields of a record."""
    record: dict[str, Any] = json.loads(text)
    return {name: _field(value) for name, value in record.items()}


def _field(value: Any) -> Any:
    if isinstance(value, list):
        return [_field(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() >= {"id", "state", "definition"}:
        return Measure.from_json(json.dumps(value))
    if value.keys() == {"low", "high", "confidence", "method"}:
        return Interval.from_json(json.dumps(value))
    held = {name: _field(item) for name, item in value.items()}
    return held if _is_by_name(value) else Record(**held)


def _is_by_name(value: dict[str, Any]) -> bool:
    """Whether it holds records of one kind, under names that are data."""
    kinds = {frozenset(item) if isinstance(item, dict) else None for item in value.values()}
    return len(kinds) <= 1 and None not in kinds
