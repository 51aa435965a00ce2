"""Employee-advocacy metrics that explain and defend themselves.

>>> import advocacy as adv
>>> program = adv.sample()
>>> table = program.measure("adoption_rate", by="team", period="2025-Q3")
>>> print(table.total["adoption_rate"].explain().splitlines()[0])
"""

from ._advocacy import (
    Cohort,
    Comparison,
    Coverage,
    Interval,
    Measure,
    Note,
    Part,
    Period,
    Program,
    Report,
    Row,
    Rows,
    Section,
    Table,
    Tally,
    __version__,
    dimensions,
    metrics,
    options,
    sample,
    sample_rows,
    schemas,
)
from ._errors import AdvocacyError
