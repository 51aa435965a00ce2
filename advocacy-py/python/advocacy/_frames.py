"""Tables as pandas frames, without pyarrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def to_pandas(columns: list[tuple[str, str, list[Any]]]) -> pd.DataFrame:
    """A frame of columns described as name, type and values."""
    import numpy as np
    import pandas as pd

    data: dict[str, Any] = {}
    for name, kind, values in columns:
        gaps = any(value is None for value in values)
        if kind == "date":
            days = np.array([np.datetime64("NaT") if day is None else day for day in values], "M8[D]")
            data[name] = pd.Series(days.astype("M8[s]"))
        elif kind == "float64":
            data[name] = pd.Series(np.array([np.nan if v is None else v for v in values], "f8"))
        elif kind == "text":
            data[name] = pd.Series(values, dtype="str")
        else:
            # Integers with gaps stay integers.
            data[name] = pd.Series(values, dtype=kind.replace("i", "I").replace("uI", "UI") if gaps else kind)
    return pd.DataFrame(data)
