"""Surveys and the workforce, from section 8 of the metric reference."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal as D
from fractions import Fraction as F

from fault import Fault, closed_unit, not_negative, open_unit, positive, same_length, within
from measure import measure
from real import real, root, two_sided_p, two_sided_z
from stats import (
    MOST,
    _square_and_add,
    holm,
    interval,
    mean_interval,
    poisson_interval,
    proportion_interval,
    sample_size_for_variance,
    sign_test,
    wilson,
)

# Some parameters are called min and max, as everywhere.
largest, smallest = max, min

USUAL = {"0-10": (0, 10, 7, 9), "1-10": (1, 10, 7, 9)}


def _scale(scale):
    """min, max, passive from, promoter from, and whether it is called eNPS."""
    if isinstance(scale, str):
        if scale not in USUAL:
            raise Fault("unknown_name", "scale")
        return (*USUAL[scale], True)
    low, high = scale["min"], scale["max"]
    passive, promoter = scale.get("passive_from"), scale.get("promoter_from")
    if passive is None or promoter is None:
        if (low, high) not in ((0, 10), (1, 10)):
            raise Fault("invalid_option", "scale")
        return (low, high, 7, 9, True)
    if not low < passive <= promoter <= high:
        raise Fault("invalid_option", "scale")
    usual = (low, high, passive, promoter) in USUAL.values()
    return (low, high, passive, promoter, usual)


def _weights(weights, field="weights"):
    for row, w in enumerate(weights or []):
        if w < 0 or (w > 0 and not 1e-100 <= w <= 1e100):
            raise Fault("out_of_range", field, row)


def _read(scores, scale, invalid):
    """Every row as a group, `missing` or `skipped`."""
    low, high, passive, promoter, _ = scale
    groups = []
    for row, score in enumerate(scores):
        if score is None:
            groups.append("missing")
        elif not low <= score <= high:
            if invalid == "raise":
                raise Fault("out_of_range", "scores", row)
            groups.append("skipped")
        elif score >= promoter:
            groups.append("promoters")
        elif score >= passive:
            groups.append("passives")
        else:
            groups.append("detractors")
    return groups


def _variance(p, o, d):
    """(P + D − s²) / n of counts or weights, s = (P − D) / n."""
    n = p + o + d
    s = F(p - d) / n
    return (F(p + d) / n - s * s) / n


PSEUDO = {
    "adjusted_wald": (F(3, 4), F(3, 2)),
    "wald": (F(0), F(0)),
    "agresti_min": (F(1, 2), F(1)),
    "bonett_price": (F(1), F(0)),
}


def _tango(p, o, d, z):
    """The true score whose score test gives z, by halving."""
    n = real(p + o + d)
    p, d = real(p), real(d)
    s = (p - d) / n

    def beyond(delta):
        b = -p - d + (2 * n - p + d) * delta
        c = -d * delta * (1 - delta)
        q = (root(max(b * b - 8 * n * c, D(0))) - b) / (4 * n)
        v = n * (2 * q + delta * (1 - delta))
        return n * (s - delta) > z * root(max(v, D(0)))

    low, high = (D(-1), s) if z > 0 else (s, D(1))
    for _ in range(190):
        middle = (low + high) / 2
        if beyond(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _net_interval(p, o, d, method, confidence, population=None, n=None):
    """In points. `n` answers, of which p, o, d may be effective parts."""
    factor = F(1)
    if population is not None:
        if population == n:
            s = 100 * F(p - d) / (p + o + d)
            return interval(s, s, confidence, method)
        factor = F(population - 1, population - n)
    p, o, d = p * factor, o * factor, d * factor
    z = two_sided_z(confidence)
    if method == "tango":
        return interval(100 * _tango(p, o, d, z), 100 * _tango(p, o, d, -z), confidence, method)
    each, between = PSEUDO[method]
    p, o, d = p + each, o + between, d + each
    s = real(F(p - d) / (p + o + d))
    half = z * root(_variance(p, o, d))
    ends = max(s - half, D(-1)), min(s + half, D(1))
    return interval(100 * ends[0], 100 * ends[1], confidence, method)


def _total(p, o, d):
    if p + o + d > MOST:
        raise Fault("overflow", "responses")
    return p + o + d


def _score(counts, scale, method, confidence, population, weights=None):
    """An eNPS of counts (and weights) by group."""
    p, o, d = (counts[g] for g in ("promoters", "passives", "detractors"))
    n = _total(p, o, d)
    if population is not None and population < n:
        raise Fault("out_of_range", "population")
    id = "enps" if scale[4] else "net_score"
    missing, skipped = counts.get("missing", 0), counts.get("skipped", 0)
    rows = n + missing + skipped
    basis, weighted = (p, o, d), None
    value = 100 * F(p - d, n) if n else None
    above, below = 100 * (p - d), n
    if weights is not None:
        by_group = [sum((w for g, w in weights if g == name), F(0)) for name in GROUPS]
        total = sum(by_group)
        above, below = 100 * (by_group[0] - by_group[2]), total
        value = above / total if total else None
        if total:
            used = [w for g, w in weights if g in GROUPS]
            effective = total * total / sum(w * w for w in used)
            shares = [w / total for w in by_group]
            basis = [share * effective for share in shares]
            weighted = {
                "promoters": shares[0],
                "passives": shares[1],
                "detractors": shares[2],
                "weight": total,
                "effective_size": effective,
                "design_effect": sum(1 for w in used if w > 0) / effective,
            }
    made = None
    if value is not None:
        made = _net_interval(*basis, method, confidence, population, n)
    return {
        "measure": measure(
            id, value, above, below, made, coverage={"known": n, "rows": rows}
        ),
        "promoters": p,
        "passives": o,
        "detractors": d,
        "responses": n,
        "missing": missing,
        "skipped": skipped,
        "margin_of_error": (real(made["high"]) - real(made["low"])) / 2 if made else None,
        "weighted": weighted,
    }, basis, population


GROUPS = ("promoters", "passives", "detractors")


def _counted(groups):
    return {g: groups.count(g) for g in (*GROUPS, "missing", "skipped")}


def _enps(scores, scale, method, confidence, weights, population, invalid):
    scale = _scale(scale)
    open_unit(confidence, "confidence")
    _weights(weights)
    if weights is not None and len(weights) < len(scores):
        # Read until the weights run out.
        _read(scores[: len(weights)], scale, invalid)
        raise Fault("unequal_lengths", "weights")
    groups = _read(scores, scale, invalid)
    if weights is not None:
        same_length(scores, weights, "weights")
    pairs = None if weights is None else [(g, F(w)) for g, w in zip(groups, weights)]
    return _score(_counted(groups), scale, method, confidence, population, pairs)


def enps(
    scores,
    scale="0-10",
    method="adjusted_wald",
    confidence=0.95,
    weights=None,
    population=None,
    invalid="raise",
):
    return _enps(scores, scale, method, confidence, weights, population, invalid)[0]


def _from_counts(p, o, d, scale, method, confidence, population):
    scale = _scale(scale)
    open_unit(confidence, "confidence")
    counts = dict(zip(GROUPS, (p, o, d)))
    return _score(counts, scale, method, confidence, population)


def enps_from_counts(
    promoters,
    passives,
    detractors,
    scale="0-10",
    method="adjusted_wald",
    confidence=0.95,
    population=None,
):
    return _from_counts(promoters, passives, detractors, scale, method, confidence, population)[0]


def enps_interval(
    promoters, passives, detractors, method="adjusted_wald", confidence=0.95, population=None
):
    made = _from_counts(promoters, passives, detractors, "0-10", method, confidence, population)
    return made[0]["measure"]["interval"]


def _against_zero(made, method):
    score, basis, _ = made
    value = score["measure"]["value"]
    if value is None:
        return None
    if score["weighted"] is None:
        tested = sign_test(score["promoters"], score["detractors"], method)
        return None if tested is None else {**tested, "estimate": value}
    if method != "mcnemar":
        raise Fault("invalid_option", "method")
    if basis[0] + basis[2] == 0:
        return None
    z = real(basis[0] - basis[2]) / root(basis[0] + basis[2])
    return {
        "estimate": value,
        "se": None,
        "statistic": z,
        "df": None,
        "p_value": two_sided_p(z),
        "interval": None,
        "method": "mcnemar_weighted",
    }


def enps_test(scores, method="mcnemar", scale="0-10", weights=None, invalid="raise"):
    made = _enps(scores, scale, "adjusted_wald", 0.95, weights, None, invalid)
    return _against_zero(made, method)


def enps_test_from_counts(promoters, passives, detractors, method="mcnemar"):
    counts = promoters, passives, detractors
    return _against_zero(_from_counts(*counts, "0-10", "adjusted_wald", 0.95, None), method)


def _plain_variance(made):
    """The variance of a score, on −1..=1."""
    score, basis, population = made
    n = score["responses"]
    if population is not None and population == n:
        return F(0)
    factor = F(1) if population is None else F(population - 1, population - n)
    return _variance(*(part * factor for part in basis))


def _clip(low, high, most):
    return max(low, D(-most)), min(high, D(most))


def _difference(first, second, confidence):
    a, b = first[0]["measure"], second[0]["measure"]
    if a["value"] is None or b["value"] is None:
        made = measure("enps_difference", None)
        return {"measure": made, "se": None, "z": None, "p_value": None, "matched": None}
    d = a["value"] - b["value"]
    i, j = a["interval"], b["interval"]
    ends = _square_and_add(a["value"], i["low"], i["high"], b["value"], j["low"], j["high"])
    made = interval(*_clip(*ends, 200), confidence, "mover")
    se = 100 * root(_plain_variance(first) + _plain_variance(second))
    z = real(d) / se if se > 0 else None
    return {
        "measure": measure("enps_difference", d, interval=made),
        "se": se,
        "z": z,
        "p_value": None if z is None else two_sided_p(z),
        "matched": None,
    }


def _numbered(make, number):
    try:
        return make()
    except Fault as fault:
        if fault.field in ("scores", "weights", "population", "responses"):
            fault.field = f"{fault.field}_{number}"
        raise


def enps_difference(
    scores_1,
    scores_2,
    scale="0-10",
    method="adjusted_wald",
    confidence=0.95,
    weights_1=None,
    weights_2=None,
    population_1=None,
    population_2=None,
    invalid="raise",
):
    side = lambda s, w, n: _enps(s, scale, method, confidence, w, n, invalid)
    first = _numbered(lambda: side(scores_1, weights_1, population_1), 1)
    second = _numbered(lambda: side(scores_2, weights_2, population_2), 2)
    return _difference(first, second, confidence)


def enps_difference_from_counts(
    promoters_1,
    passives_1,
    detractors_1,
    promoters_2,
    passives_2,
    detractors_2,
    method="adjusted_wald",
    confidence=0.95,
    population_1=None,
    population_2=None,
):
    side = lambda *given: _from_counts(*given[:3], "0-10", method, confidence, given[3])
    first = _numbered(lambda: side(promoters_1, passives_1, detractors_1, population_1), 1)
    second = _numbered(lambda: side(promoters_2, passives_2, detractors_2, population_2), 2)
    return _difference(first, second, confidence)


def enps_difference_paired(
    respondents_1,
    scores_1,
    respondents_2,
    scores_2,
    scale="0-10",
    method="adjusted_wald",
    confidence=0.95,
    population=None,
    invalid="raise",
):
    waves = []
    given = ((respondents_1, scores_1), (respondents_2, scores_2))
    for number, (respondents, scores) in enumerate(given, 1):
        same_length(respondents, scores, f"scores_{number}")
        for row, respondent in enumerate(respondents):
            if respondent is None:
                raise Fault("missing_value", f"respondents_{number}", row)
    read_scale = _scale(scale)
    open_unit(confidence, "confidence")
    for number, (respondents, scores) in enumerate(given, 1):
        answers, seen = {}, set()
        for row, (respondent, score) in enumerate(zip(respondents, scores)):
            if respondent in seen:
                raise Fault("duplicate_id", f"respondents_{number}", row)
            seen.add(respondent)
            try:
                group = _read([score], read_scale, invalid)[0]
            except Fault as fault:
                raise Fault(fault.code, f"scores_{number}", row) from None
            if group in GROUPS:
                answers[respondent] = group
        waves.append(answers)
    one, two = waves
    both = [(one[r], two[r]) for r in one if r in two]
    n = len(both)
    counted = lambda side: _counted([pair[side] for pair in both])
    first = _score(counted(0), read_scale, method, confidence, population)[0]["measure"]
    second = _score(counted(1), read_scale, method, confidence, population)[0]["measure"]
    matched = {
        "both": n,
        "first_only": len(one) - n,
        "second_only": len(two) - n,
        "correlation": None,
    }
    if n == 0:
        made = measure("enps_difference", None)
        return {"measure": made, "se": None, "z": None, "p_value": None, "matched": matched}
    number = {"promoters": 1, "passives": 0, "detractors": -1}
    xs = [number[a] for a, _ in both]
    ys = [number[b] for _, b in both]
    mean = lambda values: F(sum(values), n)
    var_x = mean([x * x for x in xs]) - mean(xs) ** 2
    var_y = mean([y * y for y in ys]) - mean(ys) ** 2
    cov = mean([x * y for x, y in zip(xs, ys)]) - mean(xs) * mean(ys)
    r = D(0)
    if var_x and var_y:
        r = real(cov) / root(var_x * var_y)
        matched["correlation"] = r
    x, y = real(first["value"]), real(second["value"])
    i, j = first["interval"], second["interval"]
    (l_1, u_1), (l_2, u_2) = (map(real, (e["low"], e["high"])) for e in (i, j))
    gap = lambda s, t: root(max(s * s + t * t - 2 * r * s * t, D(0)))
    ends = x - y - gap(x - l_1, u_2 - y), x - y + gap(u_1 - x, y - l_2)
    made = interval(*_clip(*ends, 200), confidence, "mover_paired")
    factor = F(1)
    if population is not None:
        factor = F(population - n, population - 1) if population > n else F(0)
    se = 100 * root((var_x + var_y - 2 * cov) / n * factor)
    d = 100 * (mean(xs) - mean(ys))
    z = real(d) / se if se > 0 else None
    return {
        "measure": measure("enps_difference", d, interval=made),
        "se": se,
        "z": z,
        "p_value": None if z is None else two_sided_p(z),
        "matched": matched,
    }


def enps_by(
    groups,
    scores,
    comparisons="rest",
    scale="0-10",
    method="adjusted_wald",
    confidence=0.95,
    weights=None,
    invalid="raise",
):
    same_length(groups, scores, "scores")
    whole = _enps(scores, scale, method, confidence, weights, None, invalid)

    def of(keep):
        rows = [row for row, group in enumerate(groups) if keep(group)]
        ours = None if weights is None else [weights[row] for row in rows]
        picked = [scores[row] for row in rows]
        return _enps(picked, scale, method, confidence, ours, None, invalid)

    names = sorted(set(groups))
    each = {name: of(lambda group, name=name: group == name) for name in names}
    compared = []
    if comparisons == "rest":
        for name in names:
            rest = of(lambda group, name=name: group != name)
            compared.append((name, None, _difference(each[name], rest, confidence)))
    else:
        for at, name in enumerate(names):
            for other in names[at + 1 :]:
                made = _difference(each[name], each[other], confidence)
                compared.append((name, other, made))
    tested = [made["p_value"] for _, _, made in compared if made["p_value"] is not None]
    adjusted = iter(_holm(tested))
    return {
        "total": whole[0],
        "groups": {name: made[0] for name, made in each.items()},
        "comparisons": [
            {
                "first": name,
                "second": other,
                "difference": made,
                "adjusted_p": None if made["p_value"] is None else next(adjusted),
            }
            for name, other, made in compared
        ],
    }


def _holm(p_values):
    return [real(p) for p in holm([F(p) for p in p_values])]


def _instant(text):
    text = text.replace("Z", "+00:00")
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=timezone.utc)


def _window(text):
    """`2025-Q1` and `2025-01` in UTC."""
    year, rest = text.split("-")
    first, months = (int(rest[1]) * 3 - 2, 3) if rest[0] == "Q" else (int(rest), 1)
    start = datetime(int(year), first, 1, tzinfo=timezone.utc)
    after = int(year) * 12 + first - 1 + months
    return start, datetime(after // 12, after % 12 + 1, 1, tzinfo=timezone.utc)


def enps_rolling(
    respondents,
    answered_at,
    scores,
    window,
    tz="UTC",
    anonymous="raise",
    scale="0-10",
    method="adjusted_wald",
    confidence=0.95,
    weights=None,
    population=None,
    invalid="raise",
):
    same_length(respondents, answered_at, "answered_at")
    same_length(respondents, scores, "scores")
    start, end = _window(window)
    read_scale = _scale(scale)
    open_unit(confidence, "confidence")
    _weights(weights)
    if weights is not None:
        same_length(scores, weights, "weights")
    kept, latest = [], {}
    for row, (respondent, at, score) in enumerate(zip(respondents, answered_at, scores)):
        at = _instant(at)
        if not start <= at < end:
            continue
        try:
            group = _read([score], read_scale, invalid)[0]
        except Fault as fault:
            raise Fault(fault.code, fault.field, row) from None
        if group not in GROUPS:
            kept.append((group, row))
        elif respondent is None:
            if anonymous == "raise":
                raise Fault("missing_value", "respondents", row)
            kept.append((group, row))
        elif respondent not in latest or at >= latest[respondent][0]:
            latest[respondent] = (at, group, row)
    kept += [(group, row) for _, group, row in latest.values()]
    groups = [group for group, _ in kept]
    pairs = None if weights is None else [(g, F(weights[row])) for g, row in kept]
    return _score(_counted(groups), read_scale, method, confidence, population, pairs)[0]


# Planning.


def _expected(promoters, detractors):
    closed_unit(promoters, "promoters")
    closed_unit(detractors, "detractors")
    p, d = F(promoters), F(detractors)
    if p + d > 1 + F(1, 10**12):
        raise Fault("out_of_range", "detractors")
    o = max(1 - p - d, F(0))
    s = p - d
    return p * (1 - s) ** 2 + o * s**2 + d * (1 + s) ** 2


def enps_sample_size(margin, promoters=0.5, detractors=0.5, population=None, confidence=0.95):
    positive(margin, "margin")
    variance = _expected(promoters, detractors)
    return sample_size_for_variance(10_000 * variance, margin, population, confidence)


def enps_margin_of_error(
    answers, promoters=0.5, detractors=0.5, population=None, confidence=0.95
):
    open_unit(confidence, "confidence")
    variance = _expected(promoters, detractors)
    if population is not None:
        within(answers, population, "population")
    if answers == 0:
        return None
    if population is not None:
        if population == answers:
            return 0
        variance *= F(population - answers, population - 1)
    return 100 * two_sided_z(confidence) * root(variance / answers)


def nonresponse_bounds(enps, response_rate):
    closed_unit(response_rate, "response_rate")
    if not -100 <= enps <= 100:
        raise Fault("out_of_range", "enps")
    r, e = F(response_rate), F(enps)
    return {"low": r * e - 100 * (1 - r), "high": r * e + 100 * (1 - r)}


# Rates of people.


def _rate(id, above, below, confidence):
    open_unit(confidence, "confidence")
    value = F(above, below) if below else None
    made = wilson(above, below, confidence) if below and above <= below else None
    return measure(id, value, above, below, made)


def promoter_share_of_employees(promoters, employees, confidence=0.95):
    return _rate("promoter_share_of_employees", promoters, employees, confidence)


def response_rate(completes, eligible, confidence=0.95):
    return _rate("response_rate", completes, eligible, confidence)


def completion_rate(completes, starts, confidence=0.95):
    return _rate("completion_rate", completes, starts, confidence)


def retention_rate(stayers, present_at_start, confidence=0.95):
    within(stayers, present_at_start, "stayers")
    return _rate("retention_rate", stayers, present_at_start, confidence)


def stability_index(long_serving, headcount_year_ago, confidence=0.95):
    return _rate("stability_index", long_serving, headcount_year_ago, confidence)


def absence_rate(days_lost, available_days):
    not_negative(days_lost, "days_lost")
    not_negative(available_days, "available_days")
    value = F(days_lost) / F(available_days) if available_days else None
    return measure("absence_rate", value, days_lost, available_days)


def turnover_rate(
    separations,
    start=None,
    end=None,
    month_ends=None,
    kind="all",
    annualise_months=None,
    confidence=0.95,
):
    if month_ends is not None:
        if start is not None or end is not None:
            raise Fault("invalid_option", "month_ends")
        mean = F(sum(month_ends), len(month_ends)) if month_ends else None
    else:
        for given, field in ((start, "start"), (end, "end")):
            if given is None:
                raise Fault("missing_value", field)
        mean = F(start + end, 2)
    times = F(1)
    if annualise_months is not None:
        positive(annualise_months, "annualise_months")
        times = 12 / F(annualise_months)
    open_unit(confidence, "confidence")
    if not mean:
        return measure("turnover_rate", None)
    made = poisson_interval(separations, mean, confidence)
    made = {**made, "low": made["low"] * real(times), "high": made["high"] * real(times)}
    return measure(
        "turnover_rate", separations * times / mean, separations * times, mean, made
    )


# Satisfaction.


def _answers(scores, low, high, top, confidence, population, invalid, id):
    kept, missing, skipped = [], 0, 0
    for row, score in enumerate(scores):
        if score is None:
            missing += 1
        elif low <= score <= high:
            kept.append(score)
        elif invalid == "skip":
            skipped += 1
        else:
            raise Fault("out_of_range", "scores", row)
    n = len(kept)
    above = sum(score >= top for score in kept)
    made = proportion_interval(above, n, "wilson", population, confidence)
    coverage = {"known": n, "rows": n + missing + skipped}
    value = F(above, n) if n else None
    return kept, missing, skipped, measure(id, value, above, n, made, coverage=coverage)


def _top(low, high, top, field):
    if not (low < high and low <= top <= high):
        raise Fault("invalid_option", field)


def satisfaction(
    scores, min=1.0, max=5.0, top_from=None, confidence=0.95, population=None, invalid="raise"
):
    top = max - 1 if top_from is None else top_from
    _top(min, max, top, "top_from")
    open_unit(confidence, "confidence")
    kept, missing, skipped, top_box = _answers(
        scores, min, max, top, confidence, population, invalid, "satisfaction_top_box"
    )
    value = made = None
    total = sum((F(score) for score in kept), F(0))
    if kept:
        mean = mean_interval(kept, population, confidence)
        value, made = mean["value"], mean["interval"]
        if made is not None:
            clip = lambda x: largest(real(min), smallest(real(x), real(max)))
            made = {**made, "low": clip(made["low"]), "high": clip(made["high"])}
    return {
        "mean": measure("satisfaction", value, total, len(kept), made, coverage=top_box["coverage"]),
        "top_box": top_box,
        "responses": len(kept),
        "missing": missing,
        "skipped": skipped,
    }


def favourability(
    scores,
    favourable_from,
    min=1.0,
    max=5.0,
    confidence=0.95,
    population=None,
    invalid="raise",
):
    _top(min, max, favourable_from, "favourable_from")
    open_unit(confidence, "confidence")
    given = scores, min, max, favourable_from, confidence, population, invalid
    return _answers(*given, "favourability")[3]


def share_difference_paired(both, first_only, second_only, neither, confidence=0.95):
    """Newcombe 1998, method 10: Wilson's, with the corrected correlation."""
    open_unit(confidence, "confidence")
    n = both + first_only + second_only + neither
    if n == 0:
        return measure("share_difference", None)
    x, y = F(both + first_only, n), F(both + second_only, n)
    z = two_sided_z(confidence)
    a, b = wilson(both + first_only, n, confidence), wilson(both + second_only, n, confidence)
    margins = (both + first_only) * (second_only + neither) * (both + second_only)
    margins *= first_only + neither
    r = D(0)
    if margins:
        excess = F(both * neither - first_only * second_only)
        if excess > 0:
            excess = largest(excess - F(n, 2), F(0))
        r = real(excess) / root(margins)
    (l_1, u_1), (l_2, u_2) = (map(real, (e["low"], e["high"])) for e in (a, b))
    p, q = real(x), real(y)
    gap = lambda s, t: root(largest(s * s + t * t - 2 * r * s * t, D(0)))
    ends = p - q - gap(p - l_1, u_2 - q), p - q + gap(u_1 - p, q - l_2)
    made = interval(*_clip(*ends, 1), confidence, "newcombe_paired")
    return measure("share_difference", x - y, first_only - second_only, n, made)


def esi(satisfaction, expectations, ideal, form="rescaled"):
    means = {"satisfaction": satisfaction, "expectations": expectations, "ideal": ideal}
    for field, mean in means.items():
        if not 1 <= mean <= 10:
            raise Fault("out_of_range", field)
    total = sum(F(mean) for mean in means.values())
    if form == "total":
        return measure("esi_total", total / 30)
    return measure("esi", (total / 3 - 1) / 9)


def pulse_check(
    questions, waves, tz="UTC", most_questions=10, shortest_gap_days=7, longest_gap_days=92
):
    if shortest_gap_days > longest_gap_days:
        raise Fault("invalid_option", "shortest_gap_days")
    findings = []
    if questions == 0:
        findings.append({"kind": "no_questions"})
    elif questions > most_questions:
        many = {"kind": "too_many_questions", "questions": questions, "most": most_questions}
        findings.append(many)
    instants = sorted(_instant(wave) for wave in waves)
    gaps = []
    for after, then in zip(instants, instants[1:]):
        gaps.append(then - after)
        stamp = after.strftime("%Y-%m-%dT%H:%M:%SZ")
        if gaps[-1] < timedelta(days=shortest_gap_days):
            findings.append({"kind": "too_often", "after": stamp})
        elif gaps[-1] > timedelta(days=longest_gap_days):
            findings.append({"kind": "too_seldom", "after": stamp})
    if not gaps:
        findings.append({"kind": "no_cadence"})
    gaps.sort()
    n, day = len(gaps), timedelta(days=1) // timedelta(microseconds=1)
    micros = [gap // timedelta(microseconds=1) for gap in gaps]
    cadence = F(micros[(n - 1) // 2] + micros[n // 2], 2 * day) if n else None
    return {"is_pulse": not findings, "findings": findings, "cadence_days": cadence}
