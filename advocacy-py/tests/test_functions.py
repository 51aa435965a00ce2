"""Every function is the registry's: name, signature, documentation, result."""

from __future__ import annotations

import inspect
import json
import math
import pickle
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import advocacy as adv

OPERATIONS = {operation["id"]: operation for operation in adv.operations()}


@pytest.fixture(params=list(OPERATIONS.values()), ids=list(OPERATIONS))
def operation(request: pytest.FixtureRequest) -> Any:
    return request.param


def test_signatures(operation: Any) -> None:
    function = getattr(adv, operation["id"])
    signature = inspect.signature(function)
    assert list(signature.parameters) == [p["name"] for p in operation["parameters"]]
    for parameter in operation["parameters"]:
        default = signature.parameters[parameter["name"]].default
        if parameter["required"]:
            assert default is inspect.Parameter.empty
        else:
            assert default == parameter["default"]
        assert f"{parameter['name']}: {parameter['doc']}" in function.__doc__
    for said in ("formula", "unit", "rule", "source"):
        assert operation[said] in function.__doc__
    assert function.__name__ == operation["id"] and operation["id"] in adv.__all__


def test_examples(operation: Any) -> None:
    given = json.loads(operation["example"])
    result = getattr(adv, operation["id"])(**given)
    if result is None:
        assert operation["optional"]
        return
    assert repr(result)
    if isinstance(result, adv.Result):
        assert result.kind == operation["returns"]
        assert pickle.loads(pickle.dumps(result)) == result
        assert pickle.loads(pickle.dumps(result)).explain() == result.explain()
        assert result.to_dict() == json.loads(result.to_json())
        assert set(result.to_dict()) <= set(dir(result))
    missing = [p["name"] for p in operation["parameters"] if p["required"]]
    for name in missing:
        with pytest.raises(adv.AdvocacyError) as caught:
            getattr(adv, operation["id"])(**{k: v for k, v in given.items() if k != name})
        assert (caught.value.code, caught.value.field) == ("missing_value", name)


def test_enps() -> None:
    score = adv.enps([10, 9, 7, 3, None])
    assert (score.value, score.promoters, score.passives, score.detractors) == (25.0, 2, 1, 1)
    assert (score.responses, score.missing, score.scale, score.kind) == (4, 1, "0-10", "Enps")
    assert float(score) == 25.0
    assert score.interval == score.measure.interval and score.interval.method == "adjusted_wald"
    assert score.margin_of_error == (score.interval.high - score.interval.low) / 2
    assert score.explain().startswith(
        "enps = 100 × (promoters − detractors) / responses = 100 / 4 = 25"
    )
    assert "small_sample" in [note.kind for note in score.notes]
    assert str(score._repr_html_()).startswith("<div>")
    with pytest.raises(AttributeError):
        score.nonsense
    custom = adv.enps([1, 5, 4], scale={"min": 1, "max": 5, "passive_from": 4, "promoter_from": 5})
    assert custom.measure.id == "net_score"
    weighted = adv.enps([10, 0], weights=[3, 1])
    assert weighted.value == 50.0 and weighted.weighted.effective_size == 1.6
    assert adv.enps([11, 10], invalid="skip").skipped == 1
    assert adv.enps_from_counts(55, 35, 10).value == 45.0
    assert adv.enps_from_counts(55, 35, 10, population=100).margin_of_error == 0.0


def test_groups() -> None:
    """Records under names that are data are looked up by them."""
    by = adv.enps_by(groups=["R&D", "R&D", "Sales"], scores=[9, 10, 3])
    assert list(by.groups) == ["R&D", "Sales"]
    assert (by.groups["R&D"].value, by.groups["R&D"].promoters, by.groups["R&D"].state) == (100.0, 2, "defined")
    assert by.total.value == by.value == 100 / 3 and by.total.interval == by.interval
    assert (by.comparisons[0].first, by.comparisons[0].second) == ("R&D", None)
    assert by.comparisons[0].difference.value == 200.0
    with pytest.raises(AttributeError):
        by.total.nonsense


def test_scores_of_every_form() -> None:
    scores = [10, 9, 7, 3, 6]
    expected = adv.enps(scores)
    floats = np.array(scores, "f8")
    forms: list[Any] = [
        tuple(scores), [float(s) for s in scores], iter(scores), range(0), floats, floats[::-1][::-1],
        *(np.array(scores, kind) for kind in ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f2", ">i4", ">f8")),
        [np.int64(s) for s in scores], [np.float32(s) for s in scores],
        pd.Series(scores), pd.Series(scores, dtype="Int8"), pd.Series(floats, index=list("abcde")),
        pd.array(scores, dtype="Float64"), pl.Series(scores), pa.array(scores), pa.chunked_array([scores[:2], scores[2:]]),
        np.repeat(floats, 2)[::2], np.array(scores, object),
    ]  # fmt: skip
    for form in forms:
        got = adv.enps(form)
        if isinstance(form, range):
            assert got.value is None
        else:
            assert got == expected, type(form)


def test_gaps() -> None:
    forms: list[Any] = [
        [10, None, 7.5], (10, None, 7.5), pd.Series([10, None, 7.5]), pd.Series([10, pd.NA, 7.5], dtype="Float64"),
        pl.Series([10.0, None, 7.5]), pa.array([10, None, 7.5]), np.ma.MaskedArray([10, 0, 7.5], [False, True, False]),
        pd.Series([10, None, 7.5], dtype=object), np.array([10, None, 7.5], object),
    ]  # fmt: skip
    for form in forms:
        score = adv.enps(form)
        assert (score.missing, score.responses) == (1, 2), type(form)
    for nan in ([10.0, math.nan], np.array([10, np.nan]), pl.Series([10.0, math.nan]), pa.array([10, math.nan]), [np.float32("nan")] * 2):
        with pytest.raises(adv.AdvocacyError) as caught:
            adv.enps(nan)
        assert (caught.value.code, caught.value.field) == ("not_finite", "scores")


def test_wrong_arguments() -> None:
    enps: Any = adv.enps
    adoption_rate: Any = adv.adoption_rate
    wilson: Any = adv.wilson
    cases: list[tuple[Any, str, str | None, int | None]] = [
        (lambda: enps([9, 10, 8, 11]), "out_of_range", "scores", 3),
        (lambda: enps(["9"]), "invalid_value", "scores", 0),
        (lambda: enps([True]), "invalid_value", "scores", 0),
        (lambda: enps([9], method="guess"), "unknown_name", "method", None),
        (lambda: enps([9], confidence=95), "out_of_range", "confidence", None),
        (lambda: enps([9], confidence="high"), "invalid_value", "confidence", None),
        (lambda: enps([9], weights=[1, 2]), "unequal_lengths", "weights", None),
        (lambda: enps([9], weight=[1]), "unknown_name", "weight", None),
        (lambda: enps(np.ones((2, 2))), "invalid_value", "scores", None),
        (lambda: adoption_rate(-1, 2), "negative_count", "joined", None),
        (lambda: adoption_rate(1, 2**64), "out_of_range", "employees", None),
        (lambda: adoption_rate(1.5, 2), "invalid_value", "joined", None),
        (lambda: adoption_rate("1", 2), "invalid_value", "joined", None),
        (lambda: wilson(3, 2), "out_of_range", "successes", None),
    ]
    for call, code, field, row in cases:
        with pytest.raises(adv.AdvocacyError) as caught:
            call()
        assert (caught.value.code, caught.value.field, caught.value.row) == (code, field, row)
    with pytest.raises(TypeError, match="by place"):
        enps([9], "0-10")
    with pytest.raises(TypeError, match="twice"):
        wilson(1, 2, successes=1)


def test_published_values() -> None:
    """Newcombe 1998: 81 of 263 (Wilson), 56/70 against 48/80 (method 10)."""
    interval = adv.wilson(81, 263, 0.95)
    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.2553, 0.3662)
    difference = adv.newcombe(56, 70, 48, 80, 0.95)
    assert difference is not None
    assert (round(difference.low, 4), round(difference.high, 4)) == (0.0524, 0.3339)
    assert adv.wilson(0, 0) is None


def test_numbers_and_ids() -> None:
    assert isinstance(adv.gini([1, 2, 3]), float)
    paired = adv.enps_difference_paired(
        respondents_1=["ada", 7], scores_1=[9, 9], respondents_2=pl.Series(["ada", "7"]), scores_2=[6, 9]
    )
    assert paired.kind == "EnpsDifference"
    rolling = adv.enps_rolling(
        scores=[9, 3, 10],
        respondents=["ada", "ada", "ben"],
        answered_at=[datetime(2025, 1, 1), datetime(2025, 2, 1), datetime(2025, 2, 2)],
        window="2025-Q1",
        tz="Europe/Madrid",
    )
    assert rolling.responses == 2 and rolling.value == 0.0


def test_catalogue() -> None:
    metrics = adv.metrics()
    ids = [info["id"] for info in metrics]
    assert len(ids) == len(set(ids)) > 40
    for info in metrics:
        assert info["title"] and info["formula"] and info["source"] and info["unit"]
    assert {option["id"] for option in adv.options()} >= {name for info in metrics for name in info["options"]} - set()
    by_id = {option["id"]: option for option in adv.privacy_options()}
    assert (by_id["k"]["default"], by_id["survey_k"]["default"]) == ("5", "none")
    assert "network" in adv.dimensions()
    assert {table["name"] for table in adv.schemas()} >= {"advocates", "shares", "content"}


def test_every_metric_is_measured(program: adv.Program) -> None:
    """A metric added to the core is asked for here without an edit."""
    for info in adv.metrics():
        try:
            table = program.measure(info["id"], period="2025-Q3")
        except adv.AdvocacyError as error:
            # It needs numbers that no programme has: a function computes it.
            assert error.code == "invalid_option" and "numbers in hand" in str(error)
        else:
            assert table.total[info["id"]].id == info["id"]
