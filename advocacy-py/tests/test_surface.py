"""The surface says what the core's catalogue says, and errors are data."""

import doctest
import json
import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest

import advocacy as adv

CATALOGUE = adv.metrics()
SCALAR = [info for info in CATALOGUE if info["parameters"]]
OTHER = [info for info in CATALOGUE if not info["parameters"]]


def test_module_docstring():
    assert doctest.testmod(adv).failed == 0


def test_catalogue():
    ids = [info["id"] for info in CATALOGUE]
    assert len(ids) == len(set(ids)) > 0
    for info in CATALOGUE:
        assert info["title"] and info["formula"] and info["source"] and info["unit"]
    assert SCALAR and OTHER


@pytest.mark.parametrize("info", SCALAR, ids=lambda info: info["id"])
def test_scalar_forms(info):
    measure = adv.measure(info["id"], 1, 3)
    assert measure["id"] == info["id"]
    assert measure["unit"] == info["unit"]
    assert measure["state"] == "defined"
    assert measure["definition"]["formula"] == info["formula"]
    assert measure["numerator"]["value"] == 1 or info["unit"] == "ratio"
    assert adv.measure(info["id"], 0, 0)["value"] is None


def test_counts_are_exact():
    most = 2**64 - 1
    for info in SCALAR:
        assert adv.measure(info["id"], 0, most)["denominator"]["value"] == most


def test_keywords():
    name = SCALAR[0]["id"]
    assert adv.measure(metric=name, first=1, second=4) == adv.measure(name, 1, 4)


@pytest.mark.parametrize(
    ("counts", "code", "place"),
    [((-1, 2), "negative_count", 0), ((1, -2), "negative_count", 1), ((1, 2**64), "out_of_range", 1)],
)
def test_counts_out_of_range(counts, code, place):
    for info in SCALAR:
        with pytest.raises(adv.AdvocacyError) as caught:
            adv.measure(info["id"], *counts)
        error = caught.value
        assert (error.code, error.field, error.row) == (code, info["parameters"][place], None)
        assert str(counts[place]) in str(error)


@pytest.mark.parametrize("count", [1.0, "1", None])
def test_counts_that_are_no_integers(count):
    with pytest.raises(TypeError):
        adv.measure(SCALAR[0]["id"], count, 2)


def test_names():
    with pytest.raises(adv.AdvocacyError, match="nonsense") as caught:
        adv.measure("nonsense", 1, 2)
    assert isinstance(caught.value, ValueError)
    assert (caught.value.code, caught.value.field) == ("unknown_name", "metric")
    for info in OTHER:
        with pytest.raises(adv.AdvocacyError) as caught:
            adv.measure(info["id"], 1, 2)
        assert caught.value.code == "invalid_option"


def test_errors_pickle():
    error = adv.AdvocacyError("count -1", "negative_count", "likes", 3)
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.code, copy.field, copy.row) == ("count -1", "negative_count", "likes", 3)


def test_sample_report():
    report = adv.sample_report("2025-Q3", "Europe/Madrid")
    assert report["period"]["label"] == "2025-Q3"
    assert report["period"]["zone"] == "Europe/Madrid"
    assert report["zone_database"].startswith("IANA")
    ids = {info["id"] for info in CATALOGUE}
    measures = report["headline"]["total"]["measures"]
    assert measures and ids.issuperset(measure["id"] for measure in measures)
    for measure in measures:
        assert {"value", "unit", "numerator", "denominator"} <= measure.keys()
        assert {"definition", "coverage", "notes"} <= measure.keys()
    assert report["sections"] and report["retention"]["cohorts"]
    json.dumps(report, allow_nan=False)


@pytest.mark.parametrize(
    ("period", "tz", "code"),
    [("2025-Q5", "UTC", "invalid_period"), ("2025", "Europe/Nowhere", "unknown_zone")],
)
def test_periods_and_zones_that_cannot_be(period, tz, code):
    with pytest.raises(adv.AdvocacyError) as caught:
        adv.sample_report(period, tz)
    assert caught.value.code == code


def test_threads():
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: adv.sample_report("2025-Q3"), range(4)))
    assert all(report == reports[0] for report in reports)
