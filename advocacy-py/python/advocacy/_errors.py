"""The one exception."""

from __future__ import annotations


class AdvocacyError(ValueError):
    """What is wrong with the input, as data.

    ``code`` is stable and the same in every language; ``table`` and ``field``
    say where it is (``field`` is a column, option or argument); ``row`` counts
    from 0. All but the code can be None.
    """

    # Where it is caught, and shown to be from.
    __module__ = "advocacy"

    code: str
    table: str | None
    field: str | None
    row: int | None

    def __init__(
        self,
        message: str,
        code: str,
        field: str | None = None,
        row: int | None = None,
        table: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.table = table
        self.field = field
        self.row = row

    def __reduce__(self) -> tuple[type[AdvocacyError], tuple[object, ...]]:
        return type(self), (str(self), self.code, self.field, self.row, self.table)
