"""Employee-advocacy metrics that explain and defend themselves.

>>> import advocacy as adv
>>> adv.measure("adoption_rate", 231, 400)["value"]
0.5775
"""

from ._advocacy import __version__, measure, metrics, sample_report

__all__ = ["AdvocacyError", "__version__", "measure", "metrics", "sample_report"]


class AdvocacyError(ValueError):
    """What is wrong with the input, as data.

    ``code`` is stable and the same in every language, ``field`` is the column,
    option or argument it is in, ``row`` counts from 0; either can be None.
    """

    code: str
    field: str | None
    row: int | None

    def __init__(
        self, message: str, code: str, field: str | None = None, row: int | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.field = field
        self.row = row

    def __reduce__(self):
        return type(self), (str(self), self.code, self.field, self.row)
