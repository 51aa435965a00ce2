"""Pictures are drawn of what there is; what they look like is for the eye."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.axes
import pytest

import advocacy as adv

matplotlib.use("agg")


def widths_of(axes: matplotlib.axes.Axes) -> list[float]:
    patches: Any = axes.patches
    return [bar.get_width() for bar in patches]


def texts(axes: matplotlib.axes.Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_bars_with_intervals(program: adv.Program) -> None:
    table = program.measure("engagement_rate", by="network", period="2025-Q3")
    axes = table.plot()
    assert widths_of(axes) == [row["engagement_rate"].value or 0 for row in table]
    assert texts(axes) == [
        row["engagement_rate"].state if row["engagement_rate"].value is None else str(row["engagement_rate"])
        for row in table
    ]
    bars: Any
    (bars,) = [c for c in axes.containers if type(c).__name__ == "ErrorbarContainer"]
    segments = bars.lines[2][0].get_segments()
    linkedin = table.at("linkedin", "engagement_rate").interval
    assert linkedin is not None
    (drawn,) = [s for row, s in zip(table, segments, strict=True) if row.key == ("linkedin",)]
    assert [x for x, _ in drawn] == pytest.approx([linkedin.low, linkedin.high])


def test_lines(program: adv.Program) -> None:
    table = program.measure("active_advocates", by="week", period="2025-Q3")
    line: Any
    (line,) = table.plot().lines
    assert list(line.get_ydata()) == [m.value for m in table.column("active_advocates")]
    several = program.measure(["shares", "share_rate"], by=["month", "department"], period="2025")
    axes = several.plot("share_rate")
    assert axes.get_title(loc="left") == "Share rate, 2025"
    assert len(axes.lines) == 6
    many = program.measure("shares", by="advocate", period="2025").plot()
    assert any("the first 20 of" in text for text in texts(many))


def test_report(program: adv.Program, tmp_path: Path) -> None:
    figure = program.report("2025-Q3").plot()
    titles = {axes.get_title(loc="left") for sub in figure.subfigs for axes in sub.axes}
    assert any(title.startswith("Active advocates by week") for title in titles)
    assert any(title.startswith("Who stays") for title in titles)
    figure.savefig(tmp_path / "report.png")
    assert (tmp_path / "report.png").stat().st_size > 20_000
    quiet = adv.Program(advocates=[{"id": 1}]).report("2025-Q3", tz="UTC").plot()
    quiet.savefig(tmp_path / "quiet.png")


def test_enps(tmp_path: Path) -> None:
    axes = adv.enps_from_counts(120, 70, 52).plot()
    assert widths_of(axes) == pytest.approx([200 * n / 242 for n in (52, 70, 120)])
    assert {"28", "18", "38"} <= set(texts(axes))
    assert adv.enps([]).plot().get_title(loc="left") == "eNPS of 0 answers"
    with pytest.raises(adv.AdvocacyError):
        adv.satisfaction([4, 5]).plot()


def test_groups() -> None:
    groups = ["Data"] * 30 + ["Sales"] * 30 + ["R&D"] * 2
    by = adv.enps_by(groups=groups, scores=[10] * 29 + [3] + [3] * 29 + [10] + [8, 8])
    axes = by.plot()
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Data  (30)", "R&D  (2)", "Sales  (30)"]
    lines: Any = axes.lines[1:]
    ends = [tuple(line.get_xdata()) for line in lines]
    ranked = [by.groups[name] for name in ("Data", "R&D", "Sales")]
    assert ends == [(group.interval.low, group.interval.high) for group in ranked]
    assert texts(axes) == ["93", "0", "−93"]
    assert "differs from the rest" in axes.get_xlabel()
    blank = adv.enps_by(groups=["Data", "Sales"], scores=[10, None]).plot()
    assert "undefined" in texts(blank)


def test_below_zero_is_drawn(program: adv.Program) -> None:
    table = program.measure("enps", by="team", period="2025")
    lows = [row["enps"].interval.low for row in table if row["enps"].interval is not None]
    assert min(lows) < 0
    assert table.plot().get_xlim()[0] < min(lows)


def test_what_is_withheld_is_not_zero() -> None:
    rows = adv.sample_rows()
    hidden = adv.Program(tz="Europe/Madrid", privacy={"k": 20}, **rows)
    bars = hidden.measure("sharers", by="team", period="2025-Q3").plot()
    assert set(texts(bars)) == {"suppressed"} and not len(bars.get_xticks())
    lines = hidden.measure("share_rate", by="month", where={"team": "Data"}, period="2025").plot()
    assert "× suppressed" in texts(lines)
    figure = hidden.report("2025-Q3").plot()
    assert any("× suppressed" in texts(axes) for sub in figure.subfigs for axes in sub.axes)


def test_money_says_in_what(program: adv.Program) -> None:
    assert program.measure("revenue", by="campaign", period="2025").plot().get_xlabel() == "EUR, in minor units"


def test_nothing_to_draw(program: adv.Program) -> None:
    with pytest.raises(adv.AdvocacyError, match="by="):
        program.measure("shares", period="2025").plot()
