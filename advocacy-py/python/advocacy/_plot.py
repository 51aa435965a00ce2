"""Pictures on matplotlib: the extra ``plot``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._advocacy import metrics
from ._errors import AdvocacyError
from ._show import ages_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ._advocacy import Cohort, Measure, Report, Result, Row, Table

BLUE, ORANGE, GREY, INK = "#2f6db5", "#d9822b", "#c9ced6", "#2b2f36"
RED, GREEN = "#c8553d", "#4a9563"
LINES = [BLUE, ORANGE, GREEN, RED, "#7a5aa6", "#5b6775"]
QUIET = "#5b6775"
MOST_BARS = 20

STYLE: dict[str, Any] = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#8a919c",
    "axes.labelcolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "font.size": 9.5,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}


def _pyplot() -> Any:
    try:
        import matplotlib.pyplot as pyplot
    except ImportError as error:
        raise ImportError("pictures need matplotlib: pip install advocacy-py[plot]") from error
    return pyplot


def _words(name: str) -> str:
    """A metric's title; the name that a column was given, as words."""
    titles: dict[str, str] = {metric["id"]: metric["title"] for metric in metrics()}
    return titles.get(name) or name[:1].upper() + name[1:].replace("_", " ")


def _cut(label: str) -> str:
    """As much of a name as there is room for."""
    return label if len(label) <= 32 else label[:31] + "…"


def _scale(axis: Any, measures: Sequence[Measure]) -> None:
    """Percent for rates, thousands for counts; nothing where there are no values."""
    from matplotlib.ticker import EngFormatter, PercentFormatter

    known = [measure for measure in measures if measure.value is not None]
    if not known:
        axis.set_ticks([])
    elif all(measure.unit == "rate" for measure in known):
        top = max(float(measure) for measure in known)
        axis.set_major_formatter(PercentFormatter(1, decimals=1 if top < 0.05 else 0))
    else:
        axis.set_major_formatter(EngFormatter(sep=""))
    money = {measure.currency for measure in known if measure.unit == "money"}
    if money:
        axis.set_label_text(", ".join(sorted(code or "money" for code in money)) + ", in minor units")


def _ends(measure: Measure) -> tuple[float, float]:
    """How far the interval reaches below and above the value."""
    value, interval = measure.value, measure.interval
    if value is None or interval is None:
        return 0.0, 0.0
    return max(value - interval.low, 0.0), max(interval.high - value, 0.0)


def _is_cut(measure: Measure) -> bool:
    return any(note.kind in ("partial_period", "clipped_bucket") for note in measure.notes)


def table(table: Table, column: str | None, ax: Axes | None) -> Axes:
    """Lines over time, bars otherwise."""
    pyplot = _pyplot()
    name = table.columns[0] if column is None else column
    measures = table.column(name)
    if not table.dimensions:
        raise AdvocacyError(
            "a table without dimensions is no picture: split it with by=", "invalid_option", "by"
        )
    with pyplot.rc_context(STYLE):
        over_time = [at for at, by in enumerate(table.dimensions) if by in _GRAINS]
        if ax is None:
            height = 3.6 if over_time else 0.9 + 0.34 * min(len(table), MOST_BARS)
            _, ax = pyplot.subplots(figsize=(7.2, height), layout="constrained")
        if over_time:
            _lines(ax, table.rows, name, over_time[0])
            _scale(ax.yaxis, measures)
        else:
            _bars(ax, table.rows, name)
            _scale(ax.xaxis, measures)
        ax.set_title(f"{_words(name)}, {table.period.label}")
    return ax


_GRAINS = ("day", "week", "month", "quarter", "year")


def _lines(ax: Axes, rows: Sequence[Row], name: str, time: int) -> None:
    """A line per value of the other dimensions, with its interval as a band."""
    steps = list(dict.fromkeys(row.key[time] for row in rows))
    others: dict[tuple[str, ...], dict[Any, Measure]] = {}
    for row in rows:
        label = tuple(text for at, text in enumerate(row.labels) if at != time)
        others.setdefault(label, {})[row.key[time]] = row[name]

    def size(series: dict[Any, Measure]) -> float:
        return sum(measure.value or 0 for measure in series.values())

    largest = sorted(others.items(), key=lambda item: -size(item[1]))[: len(LINES)]
    places = range(len(steps))
    ends = []
    for (label, series), colour in zip(largest, LINES, strict=False):
        measures = [series.get(step) for step in steps]
        values = [float("nan") if m is None or m.value is None else m.value for m in measures]
        low = [_end(m, "low") for m in measures]
        high = [_end(m, "high") for m in measures]
        if len(largest) == 1:
            ax.fill_between(places, low, high, color=colour, alpha=0.18, linewidth=0)
        ax.plot(places, values, color=colour, linewidth=1.8)
        cut = [at for at, m in enumerate(measures) if m is not None and _is_cut(m)]
        ax.scatter(
            cut, [values[at] for at in cut], s=22, facecolor="white", edgecolor=colour, zorder=3
        )
        known = [at for at, value in enumerate(values) if value == value]
        if known:
            ends.append((values[known[-1]], known[-1], ", ".join(label), colour))
    told = []
    if len(largest) > 1:
        _label_ends(ax, ends)
    elif any(_is_cut(measure) for measure in largest[0][1].values()):
        told.append("○ not whole")
    drawn = [measure for _, series in largest for measure in series.values()]
    gaps = list(dict.fromkeys(measure.state for measure in drawn if measure.value is None))
    if gaps and len(largest) == 1:
        empty = [at for at, step in enumerate(steps) if largest[0][1][step].value is None]
        foot: Any = ax.get_xaxis_transform()
        ax.scatter(empty, [0.03] * len(empty), transform=foot, marker="x", s=18, color="#8a919c", zorder=3)
        told.append("× " + ", ".join(gaps))
    elif gaps:
        told.append("gaps: " + ", ".join(gaps))
    ax.annotate("   ".join(told), (1, 1.02), xycoords="axes fraction", ha="right", fontsize=8, color=QUIET)
    ax.set_xticks(*_ticks(steps))
    ax.set_xlim(-0.5, len(steps) - 0.5)
    ax.set_ylim(bottom=min(0, ax.get_ylim()[0]))
    ax.grid(axis="y", color="#e6e9ee", linewidth=0.8)
    ax.set_axisbelow(True)


def _end(measure: Measure | None, which: str) -> float:
    if measure is None or measure.interval is None:
        return float("nan")
    return float(getattr(measure.interval, which))


def _label_ends(ax: Axes, ends: list[tuple[float, int, str, str]]) -> None:
    """Names at the ends of their lines, kept apart."""
    low, high = ax.get_ylim()
    gap = (high - low) * 0.06
    last = float("-inf")
    for value, at, label, colour in sorted(ends):
        place = max(value, last + gap)
        ax.annotate(
            label, (at, place), xytext=(6, 0), textcoords="offset points", va="center", color=colour
        )
        last = place


def _ticks(steps: Sequence[Any]) -> tuple[list[int], list[str]]:
    """As many labels as there is room for."""
    labels = [_short(str(step)) for step in steps]
    room = 66 // max(map(len, labels), default=1)
    every = max(1, -(-len(steps) // room))
    places = list(range(0, len(steps), every))
    return places, [labels[at] for at in places]


def _short(label: str) -> str:
    """Weeks without their year: W31."""
    return label[5:] if len(label) > 7 and label[4:6] == "-W" else label


def _bars(ax: Axes, rows: Sequence[Row], name: str) -> None:
    """Horizontal bars with intervals; what has no value says why."""
    shown = list(rows)[:MOST_BARS]
    labels = [" · ".join(row.labels) for row in shown]
    measures = [row[name] for row in shown]
    places = list(range(len(shown)))
    values = [measure.value or 0 for measure in measures]
    errors = list(zip(*(_ends(measure) for measure in measures), strict=True)) or [(), ()]
    ax.barh(places, values, color=BLUE, height=0.62)
    if any(sum(pair) for pair in zip(*errors, strict=True)):
        ax.errorbar(
            values, places, xerr=errors, fmt="none", ecolor=INK, elinewidth=1.1, capsize=2.5
        )
    low = min([0.0, *(value - end for value, end in zip(values, errors[0], strict=True))])
    high = max([0.0, *(value + end for value, end in zip(values, errors[1], strict=True))])
    for place, measure, value, end in zip(places, measures, values, errors[1], strict=True):
        empty = measure.value is None
        ax.annotate(
            measure.state if empty else str(measure),
            (max(value + end, 0), place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
            color="#8a919c" if empty else INK,
            style="italic" if empty else "normal",
        )
    ax.set_yticks(places, list(map(_cut, labels)))
    ax.set_xlim(low * 1.04, (high + (high - low) * 0.18) or 1)
    if low < 0:
        ax.axvline(0, color="#8a919c", linewidth=0.8)
    ax.set_ylim(len(shown) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    if len(rows) > len(shown):
        ax.annotate(
            f"the first {len(shown)} of {len(rows)} rows",
            (1, 1.02), xycoords="axes fraction", ha="right", va="bottom", fontsize=8, color=QUIET,
        )  # fmt: skip


def report(report: Report) -> Figure:
    """A page: weekly active advocates and participation, networks, who stays."""
    pyplot = _pyplot()
    with pyplot.rc_context(STYLE):
        figure: Figure = pyplot.figure(figsize=(11, 8.2), layout="constrained")
        engine: Any = figure.get_layout_engine()
        engine.set(h_pad=0.08, w_pad=0.1, hspace=0.06, wspace=0.04)
        halves: Any = figure.subfigures(2, 1, height_ratios=[1, 1.15])
        upper, lower = halves
        weeks, spark = upper.subplots(2, 1, sharex=True, height_ratios=[3, 1])
        networks, cohorts = lower.subplots(1, 2, width_ratios=[1, 1.25])
        ids = report.keys()
        if "weekly" in ids:
            _weekly(weeks, spark, report["weekly"])
        if "networks" in ids:
            table = report["networks"]
            _bars(networks, table.rows, "engagement_rate")
            _scale(networks.xaxis, table.column("engagement_rate"))
            networks.set_title("Engagement rate by network, with intervals")
        _heat(cohorts, report)
        figure.suptitle(
            f"Employee advocacy, {report.period.label} ({report.period.tz})",
            x=0.01,
            ha="left",
            fontsize=14,
            fontweight="bold",
            color=INK,
        )
    return figure


def _weekly(weeks: Axes, spark: Axes, table: Table) -> None:
    active = table.column("active_advocates")
    places = list(range(len(active)))
    values = [measure.value or 0 for measure in active]
    colours = [GREY if _is_cut(measure) else BLUE for measure in active]
    weeks.bar(places, values, color=colours, width=0.7)
    for place, measure in zip(places, active, strict=True):
        empty = measure.value is None
        weeks.annotate(
            measure.state if empty else f"{measure.value:g}",
            (place, measure.value or 0),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=8,
            rotation=90 if empty else 0,
            color="#8a919c" if empty else INK,
            style="italic" if empty else "normal",
        )
    weeks.set_title("Active advocates by week" + (" (grey: not a whole week)" if GREY in colours else ""))
    weeks.set_yticks([])
    weeks.spines["left"].set_visible(False)
    weeks.set_ylim(0, max(values, default=1) * 1.15 or 1)

    rate = table.column("share_rate")
    line = [float("nan") if m.value is None or _is_cut(m) else m.value for m in rate]
    spark.plot(places, line, color=ORANGE, linewidth=1.8)
    spark.fill_between(
        places,
        [_end(m, "low") if not _is_cut(m) else float("nan") for m in rate],
        [_end(m, "high") if not _is_cut(m) else float("nan") for m in rate],
        color=ORANGE,
        alpha=0.18,
        linewidth=0,
    )
    known = [at for at, value in enumerate(line) if value == value]
    for at in known[:1] + known[-1:]:
        spark.annotate(
            f"{line[at]:.0%}",
            (at, line[at]),
            xytext=(-6 if at == known[0] else 6, 0),
            textcoords="offset points",
            ha="right" if at == known[0] else "left",
            va="center",
            color=ORANGE,
            fontweight="bold",
        )
    spark.set_title("Participation: members who shared that week", fontsize=9.5, color=ORANGE)
    spark.set_yticks([])
    spark.spines["left"].set_visible(False)
    spark.set_xticks(*_ticks([row.key[0] for row in table]))


def _heat(ax: Axes, report: Report) -> None:
    """Cohorts down, ages across; what cannot be seen yet stays blank, what is
    withheld does not."""
    cohorts: Sequence[Cohort] = report.retention
    if not cohorts:
        ax.set_axis_off()
        return
    ages = max(len(cohort.ages) for cohort in cohorts)
    cells = [
        [
            float("nan") if at >= len(cohort.ages) or cohort.ages[at].value is None else float(cohort.ages[at])
            for at in range(ages)
        ]
        for cohort in cohorts
    ]
    ax.imshow(cells, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    if ages <= 18:
        for row, line in enumerate(cells):
            for at, value in enumerate(line):
                if value == value:
                    ax.annotate(
                        f"{value * 100:.0f}",
                        (at, row),
                        ha="center",
                        va="center",
                        fontsize=7.5,
                        color="white" if value > 0.55 else INK,
                    )
    hidden = [
        (at, row)
        for row, cohort in enumerate(cohorts)
        for at, age in enumerate(cohort.ages)
        if age.state == "suppressed"
    ]
    if hidden:
        ages_at, rows_at = zip(*hidden, strict=True)
        ax.scatter(ages_at, rows_at, marker="x", s=14, linewidth=0.8, color="#8a919c")
        ax.annotate(
            "× suppressed", (1, -0.11), xycoords="axes fraction", ha="right", va="top", fontsize=8, color=QUIET
        )
    sizes = ["hidden" if cohort.size is None else cohort.size for cohort in cohorts]
    labels = [f"{cohort.label}  ({size})" for cohort, size in zip(cohorts, sizes, strict=True)]
    ax.set_yticks(range(len(cohorts)), labels)
    every = max(1, ages // 9)
    ax.set_xticks(range(0, ages, every))
    ax.tick_params(length=0)
    ax.set_title("Who stays: % active, by cohort (size) and age")
    ax.set_xlabel(ages_in_words(report))
    for spine in ax.spines.values():
        spine.set_visible(False)


def result(result: Result, ax: Axes | None) -> Axes:
    """An eNPS, or those of groups."""
    pictures = {"Enps": _enps, "EnpsGroups": _enps_groups}
    if result.kind not in pictures:
        raise AdvocacyError(f"there is no picture of a record of kind {result.kind}", "invalid_option")
    pyplot = _pyplot()
    with pyplot.rc_context(STYLE):
        if ax is None:
            height = 2.5 if result.kind == "Enps" else 1.2 + 0.34 * min(len(result.groups), MOST_BARS)
            _, ax = pyplot.subplots(figsize=(7.2, height), layout="constrained")
        pictures[result.kind](result, ax)
    return ax


def _enps(result: Result, ax: Axes) -> None:
    """How the answers fall, and the score with its interval."""
    n = result.responses
    groups = [
        ("detractors", result.detractors, RED),
        ("passives", result.passives, GREY),
        ("promoters", result.promoters, GREEN),
    ]
    left = -100.0
    for name, count, colour in groups:
        width = 200 * count / n if n else 0
        ax.barh(1, width, left=left, color=colour, height=0.5)
        if width > 8:
            ax.annotate(
                f"{count} {name}\n{count / n:.0%}" if width > 28 else f"{count}",
                (left + width / 2, 1),
                ha="center",
                va="center",
                color=INK if colour == GREY else "white",
            )
        left += width
    ax.axvline(0, color="#8a919c", linewidth=0.8, zorder=0)
    interval = result.interval
    if interval is not None:
        ax.plot([interval.low, interval.high], [0, 0], color=INK, linewidth=2.2, solid_capstyle="butt")
        for end in (interval.low, interval.high):
            ax.plot([end, end], [-0.1, 0.1], color=INK, linewidth=2.2)
            ax.annotate(f"{end:.0f}", (end, -0.16), ha="center", va="top", fontsize=8.5, color=QUIET)
    if result.value is not None:
        ax.scatter([result.value], [0], s=70, color=INK, zorder=3)
        ax.annotate(f"{result.value:.0f}", (result.value, 0.16), ha="center", va="bottom", fontweight="bold")
    level = "" if interval is None else f", {interval.confidence:.0%} interval"
    ax.set_title(f"eNPS of {n} answers{level}")
    ax.set_yticks([])
    ax.set_ylim(-0.55, 1.4)
    _points(ax)


def _enps_groups(result: Result, ax: Axes) -> None:
    """A score and its interval for each group, best first, beside that of all."""
    worst = float("-inf")
    scores = {name: worst if group.value is None else group.value for name, group in result.groups.items()}
    ranked = sorted(result.groups.items(), key=lambda item: (-scores[item[0]], item[0]))
    shown = ranked[:MOST_BARS]
    # Those whose difference from the rest is no accident, all looked at together.
    apart = {
        pair.first
        for pair in result.comparisons
        if pair.second is None and pair.adjusted_p is not None and pair.adjusted_p < 0.05
    }
    total = result.total
    if total.interval is not None:
        ax.axvspan(total.interval.low, total.interval.high, color=BLUE, alpha=0.1, linewidth=0, zorder=0)
    if total.value is not None:
        ax.axvline(total.value, color=BLUE, linewidth=1.2, zorder=0)
    for place, (name, group) in enumerate(shown):
        if group.value is None:
            ax.annotate(group.state, (0, place), ha="center", va="center", color="#8a919c", style="italic")
            continue
        if group.interval is not None:
            ends = [group.interval.low, group.interval.high]
            ax.plot(ends, [place, place], color=INK, linewidth=1.6, solid_capstyle="butt")
        face = INK if name in apart else "white"
        ax.scatter([group.value], [place], s=46, facecolor=face, edgecolor=INK, zorder=3)
        ax.annotate(
            f"{group.value:.0f}".replace("-", "−"), (1.01, place), xycoords=("axes fraction", "data"), va="center", fontsize=8.5
        )
    labels = [f"{_cut(name)}  ({group.responses})" for name, group in shown]
    ax.set_yticks(range(len(shown)), labels)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(shown) - 0.4, -0.6)
    level = "" if total.interval is None else f", {total.interval.confidence:.0%} intervals"
    ax.set_title(f"eNPS by group (answers){level}")
    told = "blue: all together" + ("; filled: differs from the rest" if apart else "")
    more = len(ranked) - len(shown)
    ax.set_xlabel(told + (f"; the best {len(shown)} of {len(ranked)} groups" if more else ""), color=QUIET, fontsize=8.5)
    _points(ax)


def _points(ax: Axes) -> None:
    """The scale of a score: from −100 to 100."""
    ax.set_xlim(-104, 104)
    ax.set_xticks([-100, -50, 0, 50, 100])
    ax.spines["left"].set_visible(False)
