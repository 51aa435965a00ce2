"""What functions take, for type checkers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeAlias

from ._advocacy import Period


class ArrowStream(Protocol):
    """Anything with the Arrow PyCapsule interface, of tables."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...


class ArrowArray(Protocol):
    """Anything with the Arrow PyCapsule interface, of one array or batch."""

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any: ...


class Array(Protocol):
    """An array of numpy's, a column of a data frame."""

    def __len__(self) -> int: ...

    def __getitem__(self, at: Any, /) -> Any: ...


TableLike: TypeAlias = ArrowStream | ArrowArray | Mapping[str, Any] | Sequence[Mapping[str, Any]]
PeriodLike: TypeAlias = str | date | Period | tuple[str | date, str | date]
TimeLike: TypeAlias = str | date | datetime

Scores: TypeAlias = Iterable[float | None] | Array | ArrowStream | ArrowArray
Numbers: TypeAlias = Iterable[float] | Array | ArrowStream | ArrowArray
Texts: TypeAlias = Iterable[str] | Array | ArrowStream | ArrowArray
Ids: TypeAlias = Iterable[str | int | None] | Array | ArrowStream | ArrowArray
Instants: TypeAlias = Iterable[str | datetime] | Array | ArrowStream | ArrowArray
Values: TypeAlias = Iterable[Any] | Array | ArrowStream | ArrowArray
