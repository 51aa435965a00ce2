"""What the operations are asked: cases by hand, and seeded random ones."""

import inspect

import scalar
import stats
import survey
from random import Random

MOST = 2**64 - 1
CONFIDENCES = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999)
METHODS = ("adjusted_wald", "tango", "wald", "agresti_min", "bonett_price")
FIVE_POINTS = {"min": 1, "max": 5, "passive_from": 4, "promoter_from": 5}


def _maybe(random, **given):
    return {name: make() for name, make in given.items() if random.random() < 0.5}


def _confidence(random):
    return _maybe(random, confidence=lambda: random.choice(CONFIDENCES))


def _size(random):
    return random.choice((1, 2, 3, 10, 30, 100, 400, 2000))


def _proportion(random):
    n = random.randint(1, _size(random))
    return {"successes": random.randint(0, n), "trials": n}


def _two(random):
    n, m = random.randint(1, _size(random)), random.randint(1, _size(random))
    return {
        "successes_1": random.randint(0, n),
        "trials_1": n,
        "successes_2": random.randint(0, m),
        "trials_2": m,
    }


def _members(random):
    n = random.randint(1, 30)
    return [random.choice((0, 1, random.randint(0, 50), random.randint(0, 10**6))) for _ in range(n)]


def _value(random):
    return random.choice((random.randint(-9, 99), round(random.uniform(-50, 50), 3), random.random()))


def _sample(random):
    kind = random.randrange(3)
    if kind == 0:
        return [_value(random) for _ in range(random.randint(2, 25))]
    if kind == 1:
        return {
            "n": random.randint(2, 300),
            "mean": round(random.uniform(0.5, 20), 3),
            "variance": round(random.uniform(0.1, 30), 4),
        }
    n = random.randint(5, 4000)
    return {"successes": random.randint(1, n - 1), "trials": n}


def _score(random, low=0, high=10):
    draw = random.random()
    if draw < 0.08:
        return None
    return random.randint(low, high) if draw < 0.9 else random.randint(2 * low, 2 * high) / 2


def _scores(random, low=0, high=10, least=0):
    return [_score(random, low, high) for _ in range(random.randint(least, random.choice((5, 40, 120))))]


def _weights(random, n):
    return [random.choice((0, 1, round(random.uniform(0.1, 3), 2))) for _ in range(n)]


def _survey(random, scores, weights=True, population=True):
    given = {"scores": scores} if scores is not None else {}
    given |= _confidence(random)
    given |= _maybe(random, method=lambda: random.choice(METHODS))
    if weights and scores is not None and random.random() < 0.3:
        given["weights"] = _weights(random, len(scores))
    if population and scores is not None and random.random() < 0.3:
        given["population"] = len(scores) + random.choice((0, 1, 50))
    return given


def _counts(random):
    top = random.choice((3, 20, 200, 10**6))
    return {name: random.randint(0, top) for name in ("promoters", "passives", "detractors")}


def _enps(random):
    if random.random() < 0.2:
        return {**_survey(random, _scores(random, 1, 10)), "scale": "1-10"}
    if random.random() < 0.2:
        return {**_survey(random, _scores(random, 1, 5)), "scale": FIVE_POINTS}
    given = _survey(random, _scores(random))
    if random.random() < 0.2:
        given["scores"] = [*given["scores"], random.choice((-1, 11, 10.5))]
        given["invalid"] = "skip"
        if "weights" in given:
            given["weights"].append(1)
    return given


def _difference(random):
    given = _confidence(random) | _maybe(random, method=lambda: random.choice(METHODS))
    for number in (1, 2):
        scores = _scores(random, least=1)
        given[f"scores_{number}"] = scores
        if random.random() < 0.3:
            given[f"weights_{number}"] = _weights(random, len(scores))
        if random.random() < 0.3:
            given[f"population_{number}"] = len(scores) + random.choice((0, 7, 90))
    return given


def _difference_counts(random):
    given = _confidence(random) | _maybe(random, method=lambda: random.choice(METHODS))
    for number in (1, 2):
        counts = _counts(random)
        given |= {f"{name}_{number}": count for name, count in counts.items()}
        if random.random() < 0.3:
            given[f"population_{number}"] = sum(counts.values()) + random.choice((0, 7, 90))
    return given


def _paired(random):
    people = [f"p{i}" for i in range(random.randint(1, 40))]
    given = _confidence(random) | _maybe(random, method=lambda: random.choice(METHODS))
    for number in (1, 2):
        ours = random.sample(people, random.randint(1, len(people)))
        given[f"respondents_{number}"] = ours
        given[f"scores_{number}"] = [_score(random) for _ in ours]
    if random.random() < 0.3:
        given["population"] = len(people) + random.choice((0, 20))
    return given


def _by(random):
    n = random.randint(1, 60)
    scores = [_score(random) for _ in range(n)]
    given = _survey(random, scores, population=False)
    given["groups"] = [random.choice(("Data", "Sales", "Legal", "Ops")) for _ in range(n)]
    return given | _maybe(random, comparisons=lambda: random.choice(("rest", "pairs")))


def _rolling(random):
    n = random.randint(0, 40)
    given = _survey(random, [_score(random) for _ in range(n)], population=False)
    if random.random() < 0.3:
        given["anonymous"] = "count"
        ids = [random.choice((None, *range(1, 12))) for _ in range(n)]
    else:
        ids = [random.randint(1, 12) for _ in range(n)]
    day = lambda: f"2025-{random.randint(1, 6):02}-{random.randint(1, 28):02}T{random.randint(0, 23):02}:30:00Z"
    given |= {"respondents": ids, "answered_at": [day() for _ in range(n)]}
    given["window"] = random.choice(("2025-Q1", "2025-Q2", "2025-03"))
    return given


def _waves(random):
    days = [f"2025-{random.randint(1, 12):02}-{random.randint(1, 28):02}" for _ in range(random.randint(0, 8))]
    given = {"questions": random.randint(0, 20), "waves": days}
    return given | _maybe(random, most_questions=lambda: 5, longest_gap_days=lambda: 40)


def _turnover(random):
    given = {"separations": random.randint(0, 60), **_confidence(random)}
    if random.random() < 0.5:
        given |= {"start": random.randint(0, 300), "end": random.randint(0, 300)}
    else:
        given["month_ends"] = [random.randint(0, 300) for _ in range(random.randint(0, 12))]
    kinds = ("all", "voluntary", "involuntary", "new_hire")
    return given | _maybe(
        random,
        kind=lambda: random.choice(kinds),
        annualise_months=lambda: random.choice((1, 3, 6, 2.5)),
    )


def _satisfaction(random):
    high = random.choice((5, 7, 10))
    given = {"scores": _scores(random, 1, high), **_confidence(random)}
    if high != 5:
        given["max"] = high
    if random.random() < 0.3:
        given["population"] = len(given["scores"]) + random.choice((0, 30))
    return given


def _favourability(random):
    given = _satisfaction(random)
    return given | {"favourable_from": random.randint(2, 5)}


def _events(random):
    return random.choice((0, 1, 2, 5, 20, 150))


def _exposure(random):
    return random.choice((0.5, 1, 12.5, 35, round(random.uniform(1, 900), 2)))


def _poisson_two(random):
    return {
        "events_1": _events(random),
        "exposure_1": _exposure(random),
        "events_2": _events(random),
        "exposure_2": _exposure(random),
    } | _confidence(random)


def _ratios(random):
    n = random.randint(1, 40)
    xs = [random.choice((0, random.randint(1, 100), random.randint(1, 10**5))) for _ in range(n)]
    return {
        "numerators": [random.randint(0, x // 2 + 1) for x in xs],
        "denominators": xs,
    } | _confidence(random)


def _estimates(random):
    given = {}
    for number in (1, 2):
        given[f"value_{number}"] = round(random.uniform(0.01, 3), 4)
        given[f"se_{number}"] = round(random.uniform(0, 0.4), 4)
    return given | _confidence(random)


def _durations(random):
    n = random.randint(0, 40)
    return {
        "durations": [random.randint(0, random.choice((10, 90))) for _ in range(n)],
        "events": [random.random() < 0.6 for _ in range(n)],
    } | _maybe(random, quantile=lambda: random.choice((0.1, 0.25, 0.75, 0.9))) | _confidence(random)


def _duration_counts(random):
    n = random.randint(0, 20)
    return {
        "times": [random.randint(0, 60) for _ in range(n)],
        "events": [random.randint(0, 9) for _ in range(n)],
        "censored": [random.randint(0, 9) for _ in range(n)],
    } | _maybe(random, quantile=lambda: random.choice((0.1, 0.25, 0.75, 0.9))) | _confidence(random)


def _planning(random):
    return _maybe(random, population=lambda: random.choice((10, 400, 10**6))) | _confidence(random)


def _expected(random):
    return _planning(random) | _maybe(random, promoters=lambda: 0.4, detractors=lambda: 0.25)


WITH_CONFIDENCE = lambda make: lambda random: make(random) | _confidence(random)

# How each operation is asked at random, and how often; then by hand.
RANDOM = {
    "wilson": (12, WITH_CONFIDENCE(_proportion)),
    "wilson_continuity": (8, WITH_CONFIDENCE(_proportion)),
    "agresti_coull": (8, WITH_CONFIDENCE(_proportion)),
    "clopper_pearson": (10, WITH_CONFIDENCE(_proportion)),
    "jeffreys": (8, WITH_CONFIDENCE(_proportion)),
    "wald": (8, WITH_CONFIDENCE(_proportion)),
    "wilson_one_sided": (
        8,
        lambda r: _proportion(r) | {"bound": r.choice(("lower", "upper"))} | _confidence(r),
    ),
    "wilson_finite": (
        8,
        lambda r: (lambda g: g | {"population": g["trials"] + r.choice((0, 1, 30))})(_proportion(r)),
    ),
    "wilson_effective": (
        8,
        lambda r: {"proportion": round(r.random(), 4), "effective_size": round(r.uniform(0.5, 400), 2)},
    ),
    "proportion_interval": (
        12,
        lambda r: (
            lambda g: g
            | {"method": r.choice(("wilson", "wilson_continuity", "agresti_coull", "clopper_pearson", "jeffreys", "wald"))}
            | {"population": g["trials"] + r.choice((0, 3, 50))}
        )(_proportion(r)),
    ),
    "goodman": (8, lambda r: {"counts": _members(r)} | _confidence(r)),
    "newcombe": (12, WITH_CONFIDENCE(_two)),
    "agresti_caffo": (8, WITH_CONFIDENCE(_two)),
    "mover_difference": (
        8,
        lambda r: {
            "value_1": 3, "low_1": 3 - r.random(), "high_1": 3 + r.random(),
            "value_2": 1.5, "low_2": 1.5 - r.random(), "high_2": 1.5 + r.random(),
        },
    ),
    "two_proportion_test": (
        12,
        lambda r: _two(r) | {"method": r.choice(("pooled", "pooled_continuity", "unpooled", "unpooled_continuity"))} | _confidence(r),
    ),
    "chi_square_test": (8, lambda r: _two(r) | {"yates": r.random() < 0.5}),
    "fisher_exact_test": (8, _two),
    "sign_test": (
        12,
        lambda r: {
            "first": r.randint(0, 200), "second": r.randint(0, 200),
            "method": r.choice(("mcnemar", "mcnemar_continuity", "exact", "mid_p")),
        },
    ),
    "holm": (6, lambda r: {"p_values": [round(r.random(), 5) for _ in range(r.randint(0, 12))]}),
    "chi_square_p_value": (8, lambda r: {"statistic": round(r.uniform(0, 40), 3), "df": r.choice((1, 2, 3, 4.5, 10))}),
    "poisson_interval": (10, lambda r: {"events": _events(r), "exposure": _exposure(r)} | _confidence(r)),
    "poisson_ratio": (10, lambda r: _poisson_two(r) | {"method": r.choice(("exact", "adjusted"))}),
    "poisson_ratio_test": (6, _poisson_two),
    "ratio_estimator": (10, _ratios),
    "mean_of_ratios": (10, _ratios),
    "estimate_difference": (6, _estimates),
    "estimate_ratio": (6, _estimates),
    "mean_interval": (10, lambda r: {"sample": _sample(r)} | _confidence(r)),
    "welch_test": (12, lambda r: {"first": _sample(r), "second": _sample(r), "effect": r.choice(("absolute", "relative"))} | _confidence(r)),
    "confidence_sequence": (
        10,
        lambda r: {"first": _sample(r), "second": _sample(r), "effect": r.choice(("absolute", "relative"))}
        | _maybe(r, tuning=lambda: 800) | _confidence(r),
    ),
    "kaplan_meier": (12, _durations),
    "kaplan_meier_counts": (8, _duration_counts),
    **{id: (8, lambda r: {"values": _members(r)}) for id in (
        "gini", "gini_unbiased", "hhi", "effective_number", "berger_parker", "entropy", "diversity")},
    "top_share": (8, lambda r: {"values": _members(r)} | _maybe(r, fraction=lambda: r.choice((0.05, 0.2, 0.3, 1)))),
    "james_stein": (6, lambda r: {"values": [round(r.uniform(0, 1), 3) for _ in range(r.randint(3, 18))], "variance": 0.004}),
    "beta_prior": (
        8,
        lambda r: (lambda ns: {"successes": [r.randint(0, n) for n in ns], "trials": ns})(
            [r.randint(0, 60) for _ in range(r.randint(1, 15))]
        ),
    ),
    "margin_of_error": (6, lambda r: {"sample": r.randint(0, 10)} | _planning(r) | _maybe(r, proportion=lambda: 0.2)),
    "sample_size": (6, lambda r: {"margin": r.choice((0.01, 0.05, 0.2))} | _planning(r) | _maybe(r, proportion=lambda: 0.3)),
    "sample_size_for_variance": (6, lambda r: {"variance": round(r.uniform(0, 9), 2), "margin": r.choice((0.05, 0.5, 2))} | _planning(r)),
    "sample_size_two_proportions": (
        6,
        lambda r: {"first": round(r.uniform(0, 0.5), 3), "second": round(r.uniform(0.51, 1), 3)} | _maybe(r, power=lambda: 0.9) | _confidence(r),
    ),
    "normal_quantile": (8, lambda r: {"p": r.choice((r.random(), 10.0 ** -r.randint(1, 12)))}),
    "two_sided_z": (6, lambda r: {"confidence": r.choice(CONFIDENCES)}),
    "normal_cdf": (8, lambda r: {"z": round(r.uniform(-8, 8), 3)}),
    "normal_p_value": (8, lambda r: {"z": round(r.uniform(-9, 9), 3)}),
    "student_t_quantile": (8, lambda r: {"p": round(r.uniform(0.001, 0.999), 4), "df": r.choice((1, 2, 4.5, 30, 500))}),
    "two_sided_t": (6, lambda r: {"df": r.choice((1, 3, 11.7, 200)), "confidence": r.choice(CONFIDENCES)}),
    "student_t_p_value": (8, lambda r: {"t": round(r.uniform(-6, 6), 3), "df": r.choice((1, 2, 4.5, 30, 500))}),
    "enps": (40, _enps),
    "enps_from_counts": (20, lambda r: (lambda g: g | _survey(r, None) | _maybe(r, population=lambda: sum(g.values()) + r.choice((0, 5, 99))))(_counts(r))),
    "enps_interval": (20, lambda r: (lambda g: g | _survey(r, None) | _maybe(r, population=lambda: sum(g.values()) + r.choice((0, 5, 99))))(_counts(r))),
    "enps_test": (12, lambda r: (lambda s: {"scores": s} | ({"weights": _weights(r, len(s))} if r.random() < 0.3 else {"method": r.choice(("mcnemar", "mcnemar_continuity", "exact", "mid_p"))}))(_scores(r))),
    "enps_test_from_counts": (8, lambda r: _small_counts(r) | {"method": r.choice(("mcnemar", "mcnemar_continuity", "exact", "mid_p"))}),
    "enps_difference": (16, _difference),
    "enps_difference_from_counts": (12, _difference_counts),
    "enps_difference_paired": (16, _paired),
    "enps_by": (12, _by),
    "enps_rolling": (16, _rolling),
    "enps_sample_size": (6, lambda r: {"margin": r.choice((1, 5, 10))} | _expected(r)),
    "enps_margin_of_error": (6, lambda r: {"answers": r.randint(0, 10)} | _expected(r)),
    "nonresponse_bounds": (6, lambda r: {"enps": r.randint(-100, 100), "response_rate": round(r.random(), 3)}),
    "satisfaction": (16, _satisfaction),
    "favourability": (10, _favourability),
    "share_difference_paired": (8, lambda r: {name: r.randint(0, 90) for name in ("both", "first_only", "second_only", "neither")} | _confidence(r)),
    "esi": (8, lambda r: {name: round(r.uniform(1, 10), 2) for name in ("satisfaction", "expectations", "ideal")} | {"form": r.choice(("rescaled", "total"))}),
    "pulse_check": (8, _waves),
    "turnover_rate": (16, _turnover),
    "absence_rate": (6, lambda r: {"days_lost": r.randint(0, 80) / 2, "available_days": r.randint(0, 900)}),
    "random_duplication": (8, lambda r: {"universe": r.randint(2000, 10**6), "reaches": [r.randint(0, 2000) for _ in range(r.randint(0, 30))]}),
    "reach_calculator": (8, lambda r: {
        "headcount": r.randint(0, 9000), "adoption": round(r.random(), 3), "shares_per_month": r.randint(0, 80) / 4,
        "followers": r.randint(0, 4000), "view_through": round(r.random(), 3)}),
}


def _small_counts(random):
    return {name: random.randint(0, 150) for name in ("promoters", "passives", "detractors")}


RATES = {
    "promoter_share_of_employees": ("promoters", "employees"),
    "response_rate": ("completes", "eligible"),
    "completion_rate": ("completes", "starts"),
    "retention_rate": ("stayers", "present_at_start"),
    "stability_index": ("long_serving", "headcount_year_ago"),
}
for _id, (_above, _below) in RATES.items():
    RANDOM[_id] = (
        6,
        lambda r, above=_above, below=_below: (
            lambda n: {above: r.randint(0, n), below: n} | _confidence(r)
        )(r.randint(1, 500)),
    )
for _id, (_, _above, _below) in scalar.COUNTS.items():
    RANDOM[_id] = (
        4,
        lambda r, above=_above, below=_below: (lambda n: {above: r.randint(0, n), below: n})(
            r.choice((r.randint(1, 50), r.randint(1, 10**9)))
        ),
    )

TWO = ("successes_1", "trials_1", "successes_2", "trials_2")
COUNTS_4 = lambda *numbers: dict(zip(TWO, numbers))

# name -> input; the published and the odd.
BY_HAND = {
    "wilson": {
        "none of twenty (Newcombe 1998a)": {"successes": 0, "trials": 20},
        "all of twenty": {"successes": 20, "trials": 20},
        "81 of 263 (Newcombe 1998a)": {"successes": 81, "trials": 263},
        "no trials": {"successes": 0, "trials": 0},
        "as many as there are numbers": {"successes": MOST // 2, "trials": MOST},
        "more than there are": {"successes": 3, "trials": 2},
        "a confidence of 95": {"successes": 1, "trials": 2, "confidence": 95},
        "a confidence of 1": {"successes": 1, "trials": 2, "confidence": 1},
        "a fraction of a success": {"successes": 0.5, "trials": 2},
        "a whole float": {"successes": 1.0, "trials": 2.0},
    },
    "newcombe": {
        "56 of 70 and 48 of 80 (Newcombe 1998b a)": COUNTS_4(56, 70, 48, 80),
        "9 of 10 and 3 of 10 (b)": COUNTS_4(9, 10, 3, 10),
        "6 of 7 and 2 of 7 (c)": COUNTS_4(6, 7, 2, 7),
        "5 of 56 and 0 of 29 (d)": COUNTS_4(5, 56, 0, 29),
        "0 of 10 and 0 of 20 (e)": COUNTS_4(0, 10, 0, 20),
        "10 of 10 and 0 of 10 (h)": COUNTS_4(10, 10, 0, 10),
        "nobody in the first": COUNTS_4(0, 0, 1, 2),
        "too many in the second": COUNTS_4(1, 2, 3, 2),
    },
    "clopper_pearson": {
        "none of ten": {"successes": 0, "trials": 10},
        "all of ten": {"successes": 10, "trials": 10},
    },
    "sign_test": {
        "Cavo et al. 2012, exact": {"first": 6, "second": 16, "method": "exact"},
        "Cavo et al. 2012, mid-p": {"first": 6, "second": 16, "method": "mid_p"},
        "equal": {"first": 7, "second": 7, "method": "exact"},
        "neither": {"first": 0, "second": 0},
        "one apart, corrected to 0": {"first": 7, "second": 8, "method": "mcnemar_continuity"},
    },
    "enps": {
        "a whole scale": {"scores": list(range(11))},
        "6.5 is a detractor, 8.5 passive": {"scores": [6.5, 8.5, 9]},
        "nobody": {"scores": []},
        "only blanks": {"scores": [None, None]},
        "11 at row 3": {"scores": [9, 10, 8, 11]},
        "11 skipped": {"scores": [9, 10, 8, 11], "invalid": "skip"},
        "0 on 1-10": {"scores": [0], "scale": "1-10"},
        "a scale nobody has": {"scores": [3], "scale": "0-5"},
        "five points without cut-offs": {"scores": [3], "scale": {"min": 1, "max": 5}},
        "cut-offs the wrong way round": {"scores": [3], "scale": {"min": 1, "max": 5, "passive_from": 5, "promoter_from": 4}},
        "all promoters": {"scores": [10] * 12},
        "weights of nothing": {"scores": [9, 3], "weights": [0, 0]},
        "a weight below 0": {"scores": [9, 3], "weights": [1, -1]},
        "too few weights": {"scores": [9, 3], "weights": [1]},
        "too many weights": {"scores": [9], "weights": [1, 1]},
        "fewer people than answers": {"scores": [9, 3, 7], "population": 2},
        "a census": {"scores": [9, 3, 7], "population": 3},
        **{f"twelve alike, {method}": {"scores": [7] * 12, "method": method} for method in METHODS},
    },
    "enps_from_counts": {
        "55 promoters, 10 detractors of 100 (agendrix.com)": {"promoters": 55, "passives": 35, "detractors": 10},
        "nobody": {"promoters": 0, "passives": 0, "detractors": 0},
        "more than 64 bits": {"promoters": MOST, "passives": 1, "detractors": 0},
    },
    "enps_interval": {
        f"Cavo et al. 2012, {method}": {"promoters": 6, "passives": 139, "detractors": 16, "method": method}
        for method in METHODS
    },
    "enps_test_from_counts": {
        "Cavo et al. 2012": {"promoters": 6, "passives": 139, "detractors": 16},
        "only passives": {"promoters": 0, "passives": 5, "detractors": 0},
    },
    "enps_difference_paired": {
        "one wave of one mind": {
            "respondents_1": [1, 2, 3, 4], "scores_1": [10, 9, 10, 9],
            "respondents_2": [1, 2, 3, 4], "scores_2": [10, 3, 8, 9],
        },
        "somebody twice": {"respondents_1": ["a", "b"], "scores_1": [9, 3], "respondents_2": ["a", "a"], "scores_2": [9, 3]},
        "nobody in both": {"respondents_1": ["a"], "scores_1": [9], "respondents_2": ["b"], "scores_2": [3]},
        "7 and \"7\" are two people": {"respondents_1": [7], "scores_1": [9], "respondents_2": ["7"], "scores_2": [3]},
        "everyone the same twice": {"respondents_1": [1, 2, 3], "scores_1": [9, 3, 7], "respondents_2": [3, 1, 2], "scores_2": [7, 9, 3]},
        "somebody nameless": {"respondents_1": ["a", None], "scores_1": [9, 3], "respondents_2": ["a"], "scores_2": [9]},
    },
    "enps_difference": {
        "11 in the second": {"scores_1": [9], "scores_2": [3, 11]},
        "nobody in the second": {"scores_1": [9], "scores_2": []},
        "two censuses": {"scores_1": [9, 3, 7], "scores_2": [9, 9], "population_1": 3, "population_2": 2},
    },
    "enps_difference_from_counts": {
        "Mexico and Britain": dict(zip(
            ("promoters_1", "passives_1", "detractors_1", "promoters_2", "passives_2", "detractors_2"),
            (791, 349, 509, 755, 356, 609))) | {"method": "wald"},
    },
    "enps_rolling": {
        "an anonymous answer": {"respondents": [None], "answered_at": ["2025-01-10"], "scores": [9], "window": "2025-Q1"},
        "the later of two": {"respondents": [1, 1], "answered_at": ["2025-03-10T00:00:00Z", "2025-01-10T00:00:00Z"], "scores": [10, 3], "window": "2025-Q1"},
        "the later row of the same instant": {"respondents": [1, 1], "answered_at": ["2025-01-10T00:00:00Z"] * 2, "scores": [10, 3], "window": "2025-Q1"},
        "a blank does not replace an answer": {"respondents": [1, 1], "answered_at": ["2025-01-10T00:00:00Z", "2025-02-10T00:00:00Z"], "scores": [10, None], "window": "2025-Q1"},
    },
    "esi": {
        "7, 8, 6 rescaled": {"satisfaction": 7, "expectations": 8, "ideal": 6},
        "7, 8, 6 over the greatest": {"satisfaction": 7, "expectations": 8, "ideal": 6, "form": "total"},
        "0 on 1-10": {"satisfaction": 7, "expectations": 0, "ideal": 6},
    },
    "share_difference_paired": {
        "Cavo et al. 2012": {"both": 59, "first_only": 6, "second_only": 16, "neither": 80},
        "nobody": {"both": 0, "first_only": 0, "second_only": 0, "neither": 0},
        "everyone both times": {"both": 9, "first_only": 0, "second_only": 0, "neither": 0},
    },
    "turnover_rate": {
        "5 of 35 (bizfluent.com)": {"separations": 5, "start": 30, "end": 40},
        "more than were there": {"separations": 50, "start": 30, "end": 40},
        "no end": {"separations": 5, "start": 30},
        "both kinds of headcount": {"separations": 5, "start": 30, "end": 40, "month_ends": [30]},
    },
    "response_rate": {"more than eligible": {"completes": 12, "eligible": 10}, "nobody eligible": {"completes": 0, "eligible": 0}},
    "retention_rate": {"more stayers than present": {"stayers": 3, "present_at_start": 2}},
    "absence_rate": {"nothing to be absent from": {"days_lost": 0, "available_days": 0}},
    "pulse_check": {
        "exactly as far apart as may be": {"questions": 3, "waves": ["2025-01-01", "2025-02-10"], "longest_gap_days": 40},
        "exactly as near as may be": {"questions": 3, "waves": ["2025-01-01", "2025-01-08"], "shortest_gap_days": 7, "longest_gap_days": 40},
        "gaps the wrong way round": {"questions": 3, "waves": [], "shortest_gap_days": 30, "longest_gap_days": 7},
    },
    "gini": {"five, two with all": {"values": [10, 10, 0, 0, 0]}, "nothing": {"values": [0, 0]}, "nobody": {"values": []}},
    "top_share": {"a tenth of 70 is 7": {"values": list(range(70))}, "a tenth of 11 is 2": {"values": list(range(11))}, "none of them": {"values": [1], "fraction": 0}},
    "kaplan_meier": {
        "S(9) is exactly a tenth": {"durations": list(range(1, 11)), "events": [True] * 10, "quantile": 0.9},
        "nobody": {"durations": [], "events": []},
        "nobody has yet": {"durations": [3, 9], "events": [False, False]},
        "a length too few": {"durations": [3, 9], "events": [True]},
    },
    "random_duplication": {
        "400 posts of 0.1 % (Sainsbury)": {"universe": 1000000, "reaches": [1000] * 400},
        "beyond the universe": {"universe": 10, "reaches": [11]},
        "an empty universe": {"universe": 0, "reaches": [0]},
    },
    "reach_gain": {"100 × 338 friends against 2,000 fans": {"advocates_reach": 33800, "brand_reach": 2000}},
    "reach_multiple": {"100 × 338 friends against 2,000 fans": {"advocates_reach": 33800, "brand_reach": 2000}},
    "engagement_rate": {"500 posts of one page": {"engagements": 460172, "impressions": 6951680}},
    "adoption_rate": {"more than there are": {"joined": 12, "employees": 10}, "as many as there are numbers": {"joined": MOST, "employees": MOST}},
    "ratio_estimator": {"one share": {"numerators": [3], "denominators": [40]}, "no impressions": {"numerators": [3, 2], "denominators": [0, 0]}, "a length too many": {"numerators": [3], "denominators": [1, 2]}},
    "mean_interval": {"one value": {"sample": [3]}, "one value of one": {"sample": [3], "population": 1}, "none": {"sample": []}, "all alike": {"sample": [2, 2, 2]}},
    "welch_test": {"neither varies": {"first": [2, 2], "second": [3, 3]}, "one value": {"first": [2], "second": [3, 4]}},
    "holm": {"Holm 1979": {"p_values": [0.01, 0.04, 0.03]}, "not a probability": {"p_values": [0.5, 1.5]}},
    "beta_prior": {"more than there are": {"successes": [1, 5], "trials": [2, 4]}},
    "sample_size_two_proportions": {"nothing to tell apart": {"first": 0.5, "second": 0.5}},
    "confidence_sequence": {"relative lift of 50 % (Waudby-Smith et al.)": {"first": {"successes": 2422, "trials": 3461}, "second": {"successes": 1396, "trials": 3000}, "effect": "relative"}},
    "fisher_exact_test": {"19 of 53 and 13 of 47": COUNTS_4(19, 53, 13, 47)},
    "normal_p_value": {"five sigma": {"z": 5}},
}

# How near a number must be. Roots are solved for in these: 1e-12 of the number
# instead of four units in its last place.
SOLVED = {
    "clopper_pearson", "jeffreys", "proportion_interval", "poisson_interval", "poisson_ratio",
    "poisson_ratio_test", "student_t_quantile", "two_sided_t", "welch_test", "mean_interval",
    "satisfaction", "turnover_rate", "student_t_p_value", "chi_square_p_value",
}  # fmt: skip
RELATIVE = {"relative": 1e-12}
# Of a tail, a part of the number: it is as sure as its argument squared. Only
# where millions of answers make that argument large is it less than elsewhere.
TAIL, FAR = {"relative": 1e-12}, {"relative": 4e-12}
FAR_OUT = ("enps_difference_from_counts",)


def tails(id):
    return {name: FAR if id in FAR_OUT else TAIL for name in ("p_value", "adjusted_p")}



# Ends and differences where numbers of this size were subtracted: units in the
# last place are those of that size.
POINTS = ("low", "high", "margin_of_error", "value")
ENDS = ("low", "high")
SUBTRACTED = {
    **{id: (100, POINTS) for id in (
        "enps", "enps_from_counts", "enps_interval", "enps_by", "enps_rolling", "enps_difference",
        "enps_difference_from_counts", "enps_difference_paired")},
    **{id: (1, ENDS) for id in (
        "newcombe", "agresti_caffo", "agresti_coull", "two_proportion_test", "estimate_difference",
        "share_difference_paired", "wilson_one_sided", "goodman", "confidence_sequence")},
}  # fmt: skip


def tolerances(id):
    """That of the operation, and those of fields."""
    fields = {}
    if id not in SOLVED:
        fields = tails(id)
        size, names = SUBTRACTED.get(id, (0, ()))
        fields |= {name: {"ulp": 4, "of": size} for name in names}
        if size == 100:
            fields["z"] = {"ulp": 4, "of": 1}
        if id == "confidence_sequence":
            # Running sums are divided and subtracted once more.
            fields |= {"estimate": {"ulp": 8, "of": 1}, "statistic": {"ulp": 8, "of": 1}}
    return RELATIVE if id in SOLVED else {"ulp": 4}, fields


def functions():
    """Every operation's reference, by id."""
    renamed = {"two_sided_z": stats.two_sided_z_, "normal_cdf": stats.normal_cdf_}
    made = {id: scalar.of_counts(id) for id in scalar.COUNTS}
    for id in RANDOM:
        if id not in made:
            modules = (scalar, survey, stats)
            made[id] = renamed.get(id) or next(
                getattr(module, id) for module in modules if hasattr(module, id)
            )
    return made


def signature(id, function):
    """Every parameter with its default; those without one must be given."""
    if id in scalar.COUNTS:
        return {name: {"required": True} for name in scalar.COUNTS[id][1:]}
    return {
        name: {"required": True} if given.default is given.empty else {"default": given.default}
        for name, given in inspect.signature(function).parameters.items()
    }


def parameters(id, function):
    """Names, and which of them must be given."""
    required = {name: "required" in given for name, given in signature(id, function).items()}
    # A turnover's headcount comes in two forms, each of which needs something.
    return required | ({"start": True, "end": True} if id == "turnover_rate" else {})


def inputs(id, function):
    """(name, input) of every case."""
    for name, given in BY_HAND.get(id, {}).items():
        yield name, given
    random = Random(f"conformance {id}")
    times, make = RANDOM[id]
    first = None
    for number in range(1, times + 1):
        given = make(random)
        first = first or given
        yield f"random {number}", given
    for name, must in parameters(id, function).items():
        if must and name in first:
            left = {key: value for key, value in first.items() if key != name}
            yield f"without {name}", left
    yield "a parameter nobody knows", first | {"nonsense": 1}
