"""Results as people read them: text, and HTML for notebooks.

Every number in HTML carries its explanation as a tooltip.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._advocacy import Cohort, Measure, Report, Row, Table

MOST_ROWS = 60

STYLE = (
    "<style>.advocacy{border-collapse:collapse;font-variant-numeric:tabular-nums}"
    ".advocacy th,.advocacy td{padding:.25em .8em;text-align:right;border:0}"
    ".advocacy th:first-child,.advocacy .key{text-align:left}"
    ".advocacy thead th{border-bottom:1px solid currentColor}"
    ".advocacy tfoot td{border-top:1px solid currentColor;font-weight:600}"
    ".advocacy small{opacity:.65}</style>"
)


def _change(row: Row, column: str) -> str:
    """How far a measure is from what it is compared with."""
    comparison = row.comparison(column)
    if comparison is None or comparison.difference is None:
        return ""
    if comparison.baseline.unit == "rate":
        return f"({comparison.difference * 100:+.1f} pp)"
    if comparison.ratio is None:
        return f"({comparison.difference:+g})"
    return f"({(comparison.ratio - 1) * 100:+.0f} %)"


def _cell(row: Row, column: str) -> str:
    return " ".join(part for part in (str(row[column]), _change(row, column)) if part)


def _title(table: Table) -> str:
    by = f" by {', '.join(table.dimensions)}" if table.dimensions else ""
    return f"{table.period.label} ({table.period.tz}){by}"


def _listed(table: Table) -> list[Row]:
    return table.rows[:MOST_ROWS]


def _left_out(table: Table) -> list[str]:
    more = len(table) - MOST_ROWS
    return [f"… {more} more rows"] if more > 0 else []


def table_text(table: Table) -> str:
    """A table as text: keys left, numbers right, the total last."""
    if not table.dimensions:
        width = max(map(len, table.columns), default=0)
        lines = [f"{name:<{width}}  {_cell(table.total, name)}" for name in table.columns]
        return "\n".join([_title(table), *lines, *table.notes])
    keys = len(table.dimensions)
    cells = [[*table.dimensions, *table.columns]]
    for row in _listed(table):
        cells.append([*row.labels, *(_cell(row, name) for name in table.columns)])
    cells.append(["total", *[""] * (keys - 1), *(_cell(table.total, name) for name in table.columns)])
    widths = [min(max(map(len, column)), 40) for column in zip(*cells, strict=True)]

    def line(row: list[str]) -> str:
        shown = [text if len(text) <= 40 else text[:39] + "…" for text in row]
        placed = [
            f"{text:<{width}}" if at < keys else f"{text:>{width}}"
            for at, (text, width) in enumerate(zip(shown, widths, strict=True))
        ]
        return "  ".join(placed).rstrip()

    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    head, *body, total = map(line, cells)
    return "\n".join([_title(table), head, rule, *body, *_left_out(table), rule, total, *table.notes])


def report_text(report: Report) -> str:
    """A report as text: the headline, then each section."""
    parts = [f"Report {table_text(report.headline)}"]
    for section in report.sections:
        parts.append(f"{section.title}: {table_text(section.table)}")
    cohorts = report.retention
    if cohorts:
        width = max(len(cohort.label) for cohort in cohorts)
        lines = [f"Who stays: share still active, by {ages_in_words(report)}"]
        for cohort in cohorts:
            ages = " ".join(f"{_age(age):>4}" for age in cohort.ages)
            lines.append(f"{cohort.label:<{width}}  {_size(cohort):>5}  {ages}")
        parts.append("\n".join(lines))
    parts.extend(f"warning: {warning}" for warning in report.warnings)
    return "\n\n".join(parts)


def ages_in_words(report: Report) -> str:
    """What the ages of cohorts count."""
    grain = report.definitions.get("retention_grain", "month")
    began = report.definitions.get("retention_cohort", "first_share")
    words = {"first_share": "the first share", "joined": "joining"}
    return f"{grain}s since {words.get(began, began)}"


def _size(cohort: Cohort) -> str:
    return "hidden" if cohort.size is None else str(cohort.size)


def _age(age: Measure) -> str:
    if age.state == "suppressed":
        return "hid"
    return "" if age.value is None else f"{age.value:.0%}"


def _td(measure: Measure, change: str = "") -> str:
    small = f" <small>{escape(change)}</small>" if change else ""
    return f'<td title="{escape(measure.explain())}">{escape(str(measure))}{small}</td>'


def measure_html(measure: Measure) -> str:
    """A measure with its explanation below it."""
    return (
        f"<div><b>{escape(measure.id)}</b> {escape(str(measure))}"
        f"<pre style='opacity:.75'>{escape(measure.explain())}</pre></div>"
    )


def table_html(table: Table) -> str:
    """A table in HTML."""
    return STYLE + _table(table, _title(table))


def _table(table: Table, title: str) -> str:
    def tds(row: Row) -> str:
        return "".join(_td(row[name], _change(row, name)) for name in table.columns)

    caption = f"<caption>{escape(title)}</caption>"
    if not table.dimensions:
        rows = "".join(
            f'<tr><td class="key">{escape(name)}</td>'
            f"{_td(table.total[name], _change(table.total, name))}</tr>"
            for name in table.columns
        )
        return f'<table class="advocacy">{caption}<tbody>{rows}</tbody></table>'
    heads = "".join(f"<th>{escape(name)}</th>" for name in [*table.dimensions, *table.columns])
    body = "".join(
        "<tr>" + "".join(f'<td class="key">{escape(label)}</td>' for label in row.labels) + tds(row) + "</tr>"
        for row in _listed(table)
    )
    keys = len(table.dimensions)
    foot = f'<tr><td class="key" colspan="{keys}">total</td>{tds(table.total)}</tr>'
    notes = "".join(f"<p><small>{escape(note)}</small></p>" for note in [*_left_out(table), *table.notes])
    return (
        f'<table class="advocacy">{caption}<thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody><tfoot>{foot}</tfoot></table>{notes}"
    )


def report_html(report: Report) -> str:
    """A report in HTML: the headline open, the sections to be opened."""
    parts = [STYLE, _table(report.headline, f"Report {_title(report.headline)}")]
    for section in report.sections:
        shown = _table(section.table, _title(section.table))
        parts.append(f"<details><summary>{escape(section.title)}</summary>{shown}</details>")
    if report.retention:
        rows = "".join(
            f'<tr><td class="key">{escape(cohort.label)}</td><td>{_size(cohort)}</td>'
            + "".join(f'<td title="{escape(age.explain())}">{_age(age)}</td>' for age in cohort.ages)
            + "</tr>"
            for cohort in report.retention
        )
        parts.append(
            f"<details><summary>Who stays, by {ages_in_words(report)}</summary>"
            f'<table class="advocacy"><tbody>{rows}</tbody></table></details>'
        )
    parts.extend(f"<p>warning: {escape(warning)}</p>" for warning in report.warnings)
    return "".join(parts)
