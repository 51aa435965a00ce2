"""Records out of JSON: measures and intervals as such, records with attributes."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from ._advocacy import Interval, Measure


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
    return SimpleNamespace(**{name: _field(item) for name, item in value.items()})
