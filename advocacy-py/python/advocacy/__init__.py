"""Employee-advocacy metrics that explain and defend themselves.

``Program`` holds a company's programme, built once from anybody's tables;
``program.report`` is the quarterly report and ``program.measure`` any metric by
anything. Functions for counts, answers and samples in hand stand alone:
``adoption_rate``, ``enps``, ``wilson``, … ``operations()`` lists them.

>>> import advocacy as adv
>>> program = adv.sample()
>>> table = program.measure("adoption_rate", by="team", period="2025-Q3")
>>> table.total["adoption_rate"].unit
'rate'
>>> adv.enps([10, 9, 7, 3]).value
25.0
"""

from ._advocacy import (
    Cohort,
    Comparison,
    Coverage,
    Guard,
    Interval,
    Measure,
    Note,
    Part,
    Period,
    Program,
    Report,
    Result,
    Row,
    Rows,
    Section,
    Table,
    Tally,
    __version__,
    _functions,
    dimensions,
    metrics,
    operations,
    options,
    privacy_options,
    sample,
    sample_rows,
    schemas,
)
from ._errors import AdvocacyError

# The functions are the core's: names, signatures and documentation are its own.
_made = _functions()
globals().update(_made)

__all__ = [
    "AdvocacyError",
    "Cohort",
    "Comparison",
    "Coverage",
    "Guard",
    "Interval",
    "Measure",
    "Note",
    "Part",
    "Period",
    "Program",
    "Report",
    "Result",
    "Row",
    "Rows",
    "Section",
    "Table",
    "Tally",
    "__version__",
    "dimensions",
    "metrics",
    "operations",
    "options",
    "privacy_options",
    "sample",
    "sample_rows",
    "schemas",
    *_made,
]
del _made, _functions
