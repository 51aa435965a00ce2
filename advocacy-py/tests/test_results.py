"""Measures, tables, reports and tallies behave."""

from __future__ import annotations

import copy
import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import advocacy as adv


@pytest.fixture(scope="module")
def rate() -> adv.Measure:
    measure: adv.Measure = adv.adoption_rate(joined=231, employees=400)
    return measure


def test_a_measure(rate: adv.Measure) -> None:
    assert float(rate) == rate.value == 0.5775
    assert (rate.id, rate.unit, rate.state, rate.currency) == ("adoption_rate", "rate", "defined", None)
    assert rate.numerator is not None and rate.denominator is not None and rate.interval is not None
    assert (rate.numerator.name, rate.numerator.value) == ("joined", 231)
    assert (rate.denominator.name, rate.denominator.value) == ("employees", 400)
    assert rate.interval.low < 0.5775 < rate.interval.high
    assert 0.5775 in rate.interval and 0.9 not in rate.interval
    assert (rate.interval.method, rate.interval.confidence) == ("wilson", 0.95)
    assert rate.definition["confidence"] == "0.95"
    assert rate.formula == "joined / employees"
    assert rate.explain().startswith("adoption_rate = joined / employees = 231 / 400 = 0.5775 (57.75 %)")
    assert str(rate) == "57.8 %"
    assert f"{rate:.3f} {rate:.1%} {rate}" == "0.578 57.8% 57.8 %"
    assert "adoption_rate = 57.8 %" in repr(rate)
    assert "joined / employees" in rate._repr_html_()


def test_order_and_equality(rate: adv.Measure) -> None:
    other = adv.adoption_rate(1, 2)
    assert rate > other and other < rate and rate >= 0.5775 and rate <= 1 and not rate < 0.1
    assert rate == 0.5775 and rate != 0.5 and rate != other and rate != "0.5775"
    assert rate == adv.adoption_rate(231, 400) and hash(rate) == hash(0.5775)
    assert rate != adv.adoption_rate(462, 800)  # the same value, another sum
    assert max([other, rate], key=float) is rate
    assert sorted([rate, other]) == [other, rate]


def test_undefined_is_not_zero() -> None:
    nothing, zero = adv.adoption_rate(0, 0), adv.adoption_rate(0, 10)
    assert (nothing.value, nothing.state) == (None, "undefined")
    assert (zero.value, zero.state) == (0.0, "defined")
    assert nothing != zero and nothing != 0
    with pytest.raises(adv.AdvocacyError, match="undefined"):
        float(nothing)
    with pytest.raises(TypeError):
        assert nothing < 1
    assert f"{nothing:.2f}" == "undefined"


def test_counts_are_exact() -> None:
    most = 2**64 - 1
    part = adv.adoption_rate(0, most).denominator
    assert part is not None and part.value == most


def test_measures_travel(rate: adv.Measure, program: adv.Program) -> None:
    table = program.measure(["engagement_rate", "revenue", "reach", "stickiness"], by="network", period="2025-Q3")
    for measure in [rate, adv.adoption_rate(0, 0), *table.total.measures, *table.column("engagement_rate")]:
        assert pickle.loads(pickle.dumps(measure)) == measure
        assert copy.deepcopy(measure) == measure
        assert adv.Measure.from_json(measure.to_json()) == measure
        assert measure.to_dict() == json.loads(measure.to_json())
        parts = [measure.interval, measure.coverage, measure.period, *measure.notes, *measure.components]
        for part in [measure.numerator, *parts]:
            assert pickle.loads(pickle.dumps(part)) == part
    with pytest.raises(adv.AdvocacyError):
        adv.Measure.from_json("{}")


def test_money(program: adv.Program) -> None:
    revenue = program.measure("revenue", period="2025").total["revenue"]
    assert (revenue.unit, revenue.currency) == ("money", "EUR")
    assert isinstance(revenue.value, int)


def test_notes(program: adv.Program) -> None:
    rate = program.measure("engagement_rate", period="2025-Q3").total["engagement_rate"]
    (note,) = rate.notes
    assert (note.kind, note.data["rows"]) == ("not_known", 234)
    assert str(note) == "234 rows without both sides left out"
    assert rate.coverage is not None
    assert (rate.coverage.known, rate.coverage.rows, rate.coverage.share) == (948, 1182, 948 / 1182)


def test_a_table(program: adv.Program) -> None:
    table = program.measure(["shares", "engagement_rate"], by=["network", "month"], period="2025-Q3")
    assert table.dimensions == ["network", "month"]
    assert table.columns == ["shares", "engagement_rate"]
    assert table.period.label == "2025-Q3"
    assert table.period.start == datetime(2025, 6, 30, 22, tzinfo=UTC)
    assert len(table) == 18 == len(table.rows) == len(list(table))
    assert table[0].key == ("bluesky", "2025-07") and table[-1].key == ("xing", "2025-09")
    assert table.at("linkedin", "2025-08", "shares") == table.column("shares")[10]
    assert [row["shares"].value for row in table] == [m.value for m in table.column("shares")]
    assert sum(m.value or 0 for m in table.column("shares")) == table.total["shares"].value == 1182
    assert table.total.key == ()
    assert table[3].measures == [table[3]["shares"], table[3]["engagement_rate"]]
    for wrong in (18, -19):
        with pytest.raises(IndexError):
            table[wrong]
    with pytest.raises(KeyError):
        table.at("linkedin", "2025-10", "shares")
    with pytest.raises(KeyError, match="engagement_rate"):
        table.column("clicks")
    assert table.explain("shares").startswith("shares = shares = 1,182")
    assert table.explain().count("definition:") == 2
    again = pickle.loads(pickle.dumps(table))
    assert again == table == adv.Table.from_json(table.to_json())
    assert again.to_dict()["columns"] == table.columns


def test_keys_are_ids_and_shown_by_name(program: adv.Program) -> None:
    table = program.measure("shares", by="advocate", period="2025", top=3)
    assert len(table) == 3
    row = table[0]
    assert row.key != row.labels
    assert table.at(row.key[0], "shares") == table.at(row.labels[0], "shares") == row["shares"]
    counts = [row["shares"].value or 0 for row in table]
    assert counts == sorted(counts, reverse=True)


def test_order_and_limit(program: adv.Program) -> None:
    up = program.measure("shares", by="network", period="2025", order_by="shares", ascending=True)
    down = program.measure("shares", by="network", period="2025", order_by="shares", limit=2)
    assert [row.key for row in down] == [row.key for row in up][::-1][:2]
    assert down.total == up.total or down.total["shares"] == up.total["shares"]


def test_definitions_side_by_side(program: adv.Program) -> None:
    table = program.measure(
        {
            "all": "engagement_rate",
            "social": ("engagement_rate", {"engagement_set": "social"}),
            "seats": ("adoption_rate", {"adoption_denominator": "seats", "licensed_seats": 500}),
        },
        period="2025-Q3",
    )
    assert table.columns == ["all", "social", "seats"]
    assert table.total["social"].definition["engagement_set"] == "social"
    below = table.total["seats"].denominator
    assert below is not None and below.value == 500
    active = program.measure(
        "active_advocates", period="2025-Q3", definitions={"active_actions": ["share", "login"]}
    )
    assert active.total["active_advocates"].definition["active_actions"] == "share+login"
    narrow = program.measure("adoption_rate", period="2025-Q3", confidence=0.8).total["adoption_rate"]
    assert narrow.interval is not None and narrow.interval.confidence == 0.8


def test_filters(program: adv.Program) -> None:
    whole = program.measure("shares", by="network", period="2025")
    one = program.measure("shares", period="2025", where={"network": "linkedin"})
    rest = program.measure("shares", period="2025", where_not={"network": ["linkedin"]})
    assert one.total["shares"].value == whole.at("linkedin", "shares").value
    assert float(one.total["shares"]) + float(rest.total["shares"]) == float(whole.total["shares"])
    no_team = program.measure("shares", period="2025", where={"team": None})
    assert no_team.total["shares"].value == program.measure("shares", by="team", period="2025").at(None, "shares").value


def test_comparisons(program: adv.Program) -> None:
    table = program.measure(["shares", "adoption_rate"], period="2025-Q3", compare="previous_period")
    before = program.measure("shares", period="2025-Q2").total["shares"]
    beside = table.total.comparison("shares")
    assert beside is not None and beside.baseline.value == before.value
    assert beside.against == "previous period (2025-Q2)"
    assert beside.difference == float(table.total["shares"]) - float(before)
    assert beside.ratio == float(table.total["shares"]) / float(before)
    rate = table.total.comparison("adoption_rate")
    assert rate is not None and rate.interval is not None
    assert pickle.loads(pickle.dumps(rate)) == rate
    other = program.measure("shares", period="2025-Q3", compare={"network": "x"}).total.comparison("shares")
    assert other is not None and other.against == "network is x"


def test_periods(program: adv.Program) -> None:
    value = program.measure("shares", period="2025-Q3").total["shares"].value
    forms: list[Any] = [
        "2025-07-01..2025-10-01",
        (date(2025, 7, 1), date(2025, 10, 1)),
        ("2025-07-01", "2025-10-01"),
        (datetime(2025, 6, 30, 22, tzinfo=UTC), datetime(2025, 9, 30, 22, tzinfo=UTC)),
        program.measure("shares", period="2025-Q3").period,
    ]
    for period in forms:
        assert program.measure("shares", period=period).total["shares"].value == value
    assert program.measure("shares", period=date(2025, 7, 2)).period.label == "2025-07-02"
    early = program.measure("shares", period="2025-Q3", as_of=datetime(2025, 8, 1, tzinfo=UTC))
    assert [note.kind for note in early.total["shares"].notes] == ["partial_period"]


def test_arrow(program: adv.Program) -> None:
    table = program.measure(
        ["engagement_rate", "shares"], by=["week", "network"], period="2025-Q3", compare="previous_period"
    )
    held = table.to_arrow()
    assert pa.table(table) == held
    assert held.column_names == [
        "week", "network", "engagement_rate", "engagement_rate_low", "engagement_rate_high",
        "engagement_rate_baseline", "engagement_rate_difference", "engagement_rate_ratio", "shares",
        "shares_baseline", "shares_difference", "shares_ratio",
    ]  # fmt: skip
    assert held.schema.field("week").type == pa.date32()
    assert held.schema.field("shares").type == pa.int64()
    assert held["week"][0].as_py() == date(2025, 7, 1)
    values = [row["engagement_rate"].value for row in table]
    assert held["engagement_rate"].to_pylist() == values
    assert None in values
    frame = table.to_polars()
    assert frame["engagement_rate"].to_list() == values
    assert pl.DataFrame(table).equals(frame)
    panda = table.to_pandas()
    assert [None if pd.isna(v) else v for v in panda["engagement_rate"]] == values
    assert str(panda["week"].dtype) == "datetime64[s]" and panda["shares"].dtype == "int64"
    assert list(panda.columns) == held.column_names
    detail = table.to_arrow(detail=True)
    assert detail["engagement_rate_state"].to_pylist() == [row["engagement_rate"].state for row in table]
    assert detail.column_names == table.to_polars(detail=True).columns == list(table.to_pandas(detail=True).columns)
    schema = pa.schema(table)
    assert schema == held.schema


def test_ids_in_frames(program: adv.Program) -> None:
    table = program.measure("shares", by="content", period="2025-Q3").to_polars()
    assert table.columns == ["content", "content_name", "shares"]
    whole = program.measure("shares", period="2025-Q3")
    assert whole.to_polars().rows() == [(1182,)]
    missing = program.measure("reach", by="network", period="2025-Q3").to_pandas()
    assert missing["reach"].dtype == "Int64" and missing["reach"].isna().any()


def test_a_report(program: adv.Program) -> None:
    report = program.report("2025-Q3")
    assert report.period.label == "2025-Q3"
    assert report.zone_database.startswith("IANA")
    assert report.definitions == {} and report.warnings == []
    assert report.as_of == program.latest
    assert report.headline.total["shares"].value == 1182
    assert report.keys() == [section.id for section in report.sections]
    assert report["weekly"] == report.sections[report.keys().index("weekly")].table
    assert report.sections[0].title
    with pytest.raises(KeyError, match="weekly"):
        report["monthly"]
    cohort = report.retention[0]
    assert (cohort.label, cohort.ages[0].value) == ("2024-09", 1.0) and cohort.size == 59
    assert report.explain().startswith("employees = ")
    again = pickle.loads(pickle.dumps(report))
    assert again == report == adv.Report.from_json(report.to_json())
    assert report.to_dict()["period"]["label"] == "2025-Q3"
    narrow = program.report("2025-Q3", definitions={"engagement_set": "social"}, where={"network": "linkedin"})
    assert narrow.definitions == {"engagement_set": "social"}
    assert narrow != report


def test_results_show_themselves(program: adv.Program) -> None:
    table = program.measure(["engagement_rate", "shares"], by="network", period="2025-Q3", compare="previous_period")
    lines = str(table).splitlines()
    assert lines[0] == "2025-Q3 (Europe/Madrid) by network"
    assert lines[1].split() == ["network", "engagement_rate", "shares"]
    assert lines[3].split() == ["bluesky", "missing", "28", "(+17", "%)"]
    assert lines[-1].startswith("total")
    assert repr(table) == str(table)
    html = table._repr_html_()
    assert html.count("<tr>") == 1 + 6 + 1 and "linkedin" in html and "engagements / impressions" in html
    flat = str(program.measure("shares", period="2025-Q3"))
    assert flat.splitlines()[1] == "shares  1,182"
    long = str(program.measure("shares", by="advocate", period="2025"))
    assert "more rows" in long
    report = program.report("2025-Q3")
    text, html = str(report), report._repr_html_()
    for section in report.sections:
        assert section.title in text and section.title in html
    assert "<script" not in html
    odd = adv.Program(
        advocates={"id": ["<b>"], "team": ["<i>&"]},
        shares={"advocate": ["<b>"], "network": ["x"], "shared_at": ["2025-01-01T00:00Z"]},
    )
    assert "&lt;i&gt;&amp;" in odd.measure("shares", by="team")._repr_html_()


def test_tallies(program: adv.Program) -> None:
    asked: dict[str, Any] = {"by": ["network", "week"], "period": "2025-Q3"}
    metrics = ["shares", "sharers", "engagement_rate"]
    tally = program.tally(metrics, **asked)
    assert program.measure(metrics, **asked, tally=tally) == program.measure(metrics, **asked)
    assert adv.Tally.from_bytes(tally.to_bytes()) == tally == pickle.loads(pickle.dumps(tally))
    assert tally.as_of == program.latest
    whole = program.tally(period="2025-Q3")
    assert program.report("2025-Q3", tally=whole) == program.report("2025-Q3")
    with pytest.raises(adv.AdvocacyError) as caught:
        tally.merge(whole)
    assert caught.value.code == "incompatible_tally"
    with pytest.raises(adv.AdvocacyError) as caught:
        adv.Tally.from_bytes(b"ADVT")
    assert caught.value.code == "corrupt_tally"


def test_tallies_of_batches() -> None:
    rows = {k: v for k, v in adv.sample_rows().items() if k not in ("questions", "responses", "turnout")}
    whole = adv.Program(tz="Europe/Madrid", **rows)
    facts = {name: rows.pop(name) for name in ("shares", "activities", "brand_posts")}
    # An observation counts in the batch of its share.
    order = {id: at for at, id in enumerate(dict.fromkeys(row["id"] for row in facts["shares"]))}
    batches: list[Any] = [
        {
            name: [row for at, row in enumerate(table) if order.get(row.get("id"), at) % 3 == part]
            for name, table in facts.items()
        }
        for part in range(3)
    ]
    asked: dict[str, Any] = {"as_of": whole.latest, "tz": "Europe/Madrid"}
    tally = adv.Tally.from_batches(batches, period="2025-Q3", **asked, **rows)
    assert whole.report("2025-Q3", tally=tally) == whole.report("2025-Q3")

    table = whole.measure(["shares", "sharers"], by="network", period="2025")
    asked |= {"by": "network", "period": "2025"}
    parts = [
        adv.Tally.from_batches([batch], ["shares", "sharers"], **asked, **rows)
        for batch in [pa.Table.from_pylist(batch["shares"]) for batch in batches[::-1]]
    ]
    merged = parts[0]
    for part in parts[1:]:
        merged = merged + part
    again = whole.measure(["shares", "sharers"], by="network", period="2025", tally=merged)
    assert again == table
    none = adv.Tally.from_batches([], "shares", **asked, **rows)
    assert whole.measure("shares", by="network", period="2025", tally=none).total["shares"].value == 0


def test_eight_threads(program: adv.Program, expected: str) -> None:
    rows = adv.sample_rows()

    def work(at: int) -> str:
        mine = program if at % 2 else adv.Program(tz="Europe/Madrid", **rows)
        return mine.report("2025-Q3").to_json()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(24))) == [expected] * 24


def test_privacy() -> None:
    rows = adv.sample_rows()
    protected = adv.Program(tz="Europe/Madrid", privacy={"k": 20}, **rows)
    table = protected.measure(["sharers", "shares"], by="team", period="2025-Q3")
    open_table = adv.sample().measure(["sharers", "shares"], by="team", period="2025-Q3")
    assert "suppressed" not in {m.state for m in open_table.column("sharers")}
    hidden = [m for m in table.column("sharers") if m.state == "suppressed"]
    assert hidden and all(m.value is None for m in hidden)
    assert "suppressed" in str(table)
    tally = protected.tally("shares", period="2025-Q3")
    with pytest.raises(adv.AdvocacyError) as caught:
        tally.to_bytes()
    assert caught.value.code == "protected"
    assert adv.Tally.from_bytes(tally.export_raw_personal_data()) == tally
    with pytest.raises(adv.AdvocacyError) as caught:
        adv.Program(privacy={"kk": 5})
    assert (caught.value.code, caught.value.field) == ("invalid_option", "privacy")


def test_a_programme(program: adv.Program) -> None:
    assert repr(program) == "<Program of 405 advocates, 120 content items, 8001 share rows>"
    assert (program.tz, program.currency) == ("Europe/Madrid", "EUR")
    with pytest.raises(TypeError):
        pickle.dumps(program)
