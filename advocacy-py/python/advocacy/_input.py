"""What a table is, and how its columns lie in memory.

The compiled module calls :func:`columns` and reads what it returns: an object
with the Arrow PyCapsule interface, or a list of described columns. A column is
described as ``(name, kind, values, mask, extra, nan_is_missing)``; the kinds:

``arrow``    values have the Arrow PyCapsule interface
``buffer``   a contiguous array of numbers in native byte order
``flags``    the same, of bytes that stand for true and false
``times``    64-bit ticks since 1970; extra is ``(unit, are they instants)``
``codes``    positions in extra, a list of names; negative is missing
``objects``  a list of Python objects; None is missing

``mask`` is None or an array of bytes, 1 where a value is missing.

No package is imported that the caller has not imported: an object tells by its
type where it is from.
"""

from __future__ import annotations

import sys
from typing import Any

from ._errors import AdvocacyError

Described = tuple[str, str, Any, Any, Any, bool]


def columns(table: str, given: Any) -> Any:
    """The columns of whatever was handed in as a table."""
    if _is_from("pandas", given, "DataFrame"):
        return [_pandas(table, str(name), given[name]) for name in _unique(table, given)]
    if _is_from("polars", given, "DataFrame"):
        return given if not any(map(_is_own, given.dtypes)) else [_polars(str(name), given[name]) for name in given.columns]
    if hasattr(given, "__arrow_c_stream__") or hasattr(given, "__arrow_c_array__"):
        return given
    if hasattr(given, "collect") and hasattr(given, "explain"):
        raise _fault("a lazy frame is no table yet: collect() it first", table)
    if isinstance(given, dict):
        return [_column(table, str(name), values) for name, values in given.items()]
    if isinstance(given, (list, tuple)):
        return _rows(table, given)
    kind = type(given).__name__
    raise _fault(
        f"a table is a data frame, an Arrow table, a dict of columns or a list of dicts, not {kind}",
        table,
    )


def column(name: str, values: Any) -> Any:
    """One column, for an argument of a function."""
    described = _column("", name, values)
    # Objects are read where lists are.
    return described[2] if described[1] == "objects" else described


def _fault(message: str, table: str, field: str | None = None, row: int | None = None) -> AdvocacyError:
    place = table if field is None else f"{table}.{field}"
    at = "" if row is None else f" row {row}"
    return AdvocacyError(f"{message} ({place}{at})", "invalid_value", field, row, table)


def _is_from(package: str, given: Any, kind: str) -> bool:
    """Whether an object is a package's, without importing the package."""
    module = sys.modules.get(package)
    return module is not None and isinstance(given, getattr(module, kind))


def _unique(table: str, frame: Any) -> Any:
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise AdvocacyError(
            f"column {twice} is there twice ({table}.{twice})", "duplicate_id", str(twice), None, table
        )
    return frame.columns


def _rows(table: str, rows: Any) -> list[Described]:
    """A list of dicts, column by column; what a row does not say is missing."""
    names: dict[str, None] = {}
    for at, row in enumerate(rows):
        if not isinstance(row, dict):
            raise _fault(f"a row is a dict, not {type(row).__name__}", table, None, at)
        names.update(dict.fromkeys(row))
    described: list[Described] = []
    for name in names:
        values = [row.get(name) for row in rows]
        if _is_money(values):
            # Money in rows states its own currency.
            codes = [None if value is None else value["currency"] for value in values]
            described.append(("currency", "objects", codes, None, None, False))
            values = [None if value is None else value["minor"] for value in values]
        described.append((str(name), "objects", values, None, None, False))
    return described


def _is_money(values: list[Any]) -> bool:
    stated = [value for value in values if value is not None]
    return bool(stated) and all(
        isinstance(value, dict) and value.keys() == {"minor", "currency"} for value in stated
    )


# Types of polars' that its Arrow has no name for that others know.
_NOT_ARROW = ("Null", "Int128", "UInt128")


def _is_own(dtype: Any) -> bool:
    """Whether a type of polars' is, or is of, one that only polars knows."""
    return any(own in str(dtype) for own in _NOT_ARROW)


def _polars(name: str, series: Any) -> Described:
    """A column of polars'."""
    if _is_own(series.dtype):
        return (name, "objects", series.to_list(), None, None, False)
    return (name, "arrow", series, None, None, False)


def _column(table: str, name: str, values: Any) -> Described:
    """One column of a dict."""
    if type(values).__module__.startswith("pandas") and "pandas" in sys.modules:
        return _pandas(table, name, sys.modules["pandas"].Series(values))
    if _is_from("polars", values, "Series"):
        return _polars(name, values)
    if hasattr(values, "__arrow_c_array__") or hasattr(values, "__arrow_c_stream__"):
        return (name, "arrow", values, None, None, False)
    if isinstance(values, (list, tuple, range)):
        return (name, "objects", list(values), None, None, False)
    if _is_from("numpy", values, "ndarray"):
        return _numpy(table, name, values)
    kind = type(values).__name__
    raise _fault(f"a column is an array or a list, not {kind}", table, name)


def _numpy(table: str, name: str, values: Any, *, nan_is_missing: bool = False) -> Described:
    """A numpy array: borrowed where it is contiguous and in native order."""
    import numpy as np

    mask = None
    if isinstance(values, np.ma.MaskedArray):
        mask = np.ascontiguousarray(np.ma.getmaskarray(values)).view("u1")
        values = values.data
    if values.ndim != 1:
        raise _fault(f"a column has one dimension, not {values.ndim}", table, name)
    kind = values.dtype.kind
    if kind in "OUSV":
        objects = values.tolist()
        if mask is not None:
            objects = [None if gone else value for value, gone in zip(objects, mask, strict=True)]
        if kind == "S":
            objects = [value and value.decode() for value in objects]
        return (name, "objects", objects, None, None, nan_is_missing)
    if kind == "M":
        unit = np.datetime_data(values.dtype)[0]
        if unit not in ("s", "ms", "us", "ns"):
            # Days and the like begin a second; what is out of its range is not a time.
            values, unit = values.astype("datetime64[s]"), "s"
        ticks = np.require(values, values.dtype.newbyteorder("="), ["C", "A"]).view("i8")
        return (name, "times", ticks, mask, (unit, False), nan_is_missing)
    if kind not in "biuf":
        raise _fault(f"an array of {values.dtype} is no column", table, name)
    wanted = values.dtype.newbyteorder("=")
    if kind == "f" and wanted.itemsize != 4:
        # Half and long doubles are read as doubles.
        wanted = np.dtype("f8")
    values = np.require(values, wanted, ["C", "A"])
    if len(values) == 0:
        # An empty array may have no memory to borrow.
        return (name, "objects", [], None, None, nan_is_missing)
    if kind == "b":
        return (name, "flags", values.view("u1"), mask, None, nan_is_missing)
    return (name, "buffer", values, mask, None, nan_is_missing)


def _pandas(table: str, name: str, series: Any) -> Described:
    """A pandas column, read alike with and without pyarrow: NaN is missing."""
    import numpy as np
    import pandas as pd

    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        names = series.cat.categories
        if len(series) and all(isinstance(text, str) for text in names):
            codes = np.ascontiguousarray(series.cat.codes.to_numpy())
            return (name, "codes", codes, None, list(names), True)
        return _pandas(table, name, series.astype(object))
    if isinstance(dtype, pd.DatetimeTZDtype):
        naive = series.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()
        described = _numpy(table, name, naive, nan_is_missing=True)
        return (*described[:4], (described[4][0], True), True)
    if hasattr(dtype, "pyarrow_dtype"):
        return (name, "arrow", series.array.__arrow_array__(), None, None, True)
    if isinstance(dtype, pd.api.extensions.ExtensionDtype):
        plain = getattr(dtype, "numpy_dtype", None)
        if plain is not None and plain.kind in "biuf":
            mask = np.ascontiguousarray(series.isna().to_numpy()).view("u1")
            values = series.to_numpy(dtype=plain, na_value=plain.type(0))
            described = _numpy(table, name, values, nan_is_missing=True)
            gaps = mask if mask.any() else None
            return (*described[:3], gaps, *described[4:])
    if isinstance(dtype, pd.api.extensions.ExtensionDtype) or dtype.kind == "O":
        missing = series.isna()
        objects = series.astype(object).tolist()
        if missing.any():
            objects = [None if gone else value for value, gone in zip(objects, missing, strict=True)]
        return (name, "objects", objects, None, None, True)
    return _numpy(table, name, series.to_numpy(), nan_is_missing=True)
