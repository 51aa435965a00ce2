"""Intervals, tests and concentration, from the papers they are named after."""

from decimal import Decimal as D
from fractions import Fraction as F
from math import comb

from fault import Fault, closed_unit, not_negative, open_unit, positive, same_length, within
from real import (
    beta_cdf,
    beta_quantile,
    gamma_cdf,
    gamma_quantile,
    log2,
    normal_cdf,
    real,
    root,
    student_p,
    student_quantile,
    two_sided_p,
    two_sided_z,
    upper_quantile,
)

MOST = 2**64 - 1


def interval(low, high, confidence, method):
    return {"low": low, "high": high, "confidence": confidence, "method": method}


def a_test(estimate, p_value, method, se=None, statistic=None, df=None, interval=None):
    return {
        "estimate": estimate,
        "se": se,
        "statistic": statistic,
        "df": df,
        "p_value": p_value,
        "interval": interval,
        "method": method,
    }


# One proportion. x and n may be fractions of counts.


def _wilson(x, n, z):
    x, n = real(x), real(n)
    centre, half = x + z * z / 2, z * root(x * (n - x) / n + z * z / 4)
    # 0 and 1 are exact at the ends; elsewhere digits to spare.
    low = D(0) if x == 0 else (centre - half) / (n + z * z)
    high = D(1) if x == n else (centre + half) / (n + z * z)
    return low, high


def _wilson_continuity(x, n, z):
    x, n = real(x), real(n)
    p, q = x / n, (n - x) / n

    def end(sign):
        inner = z * z + sign * 2 - 1 / n + 4 * p * (n * q - sign)
        return (2 * n * p + z * z + sign + sign * z * root(max(inner, D(0)))) / (2 * (n + z * z))

    low = D(0) if x == 0 else min(max(end(-1), D(0)), p)
    high = D(1) if x == n else max(min(end(1), D(1)), p)
    return low, high


def _wald(p, n, z):
    half = z * root(p * (1 - p) / n)
    return max(p - half, D(0)), min(p + half, D(1))


def _ends(method, x, n, confidence):
    z = two_sided_z(confidence)
    tail = (1 - real(confidence)) / 2
    x, n = real(x), real(n)
    if method == "wilson":
        return _wilson(x, n, z)
    if method == "wilson_continuity":
        return _wilson_continuity(x, n, z)
    if method == "agresti_coull":
        return _wald((x + z * z / 2) / (n + z * z), n + z * z, z)
    if method == "wald":
        return _wald(x / n, n, z)
    if method == "clopper_pearson":
        low = D(0) if x == 0 else beta_quantile(tail, x, n - x + 1)
        high = D(1) if x == n else beta_quantile(1 - tail, x + 1, n - x)
        return low, high
    if method == "jeffreys":
        half = D("0.5")
        low = D(0) if x == 0 else beta_quantile(tail, x + half, n - x + half)
        high = D(1) if x == n else beta_quantile(1 - tail, x + half, n - x + half)
        return low, high
    raise Fault("unknown_name", "method")


def proportion_interval(successes, trials, method="wilson", population=None, confidence=0.95):
    open_unit(confidence, "confidence")
    within(successes, trials, "successes")
    if population is not None:
        within(trials, population, "population")
    if trials == 0:
        return None
    if population is None:
        factor = F(1)
    elif population == trials:
        p = F(successes, trials)
        return interval(p, p, confidence, method)
    else:
        factor = F(population - 1, population - trials)
    low, high = _ends(method, successes * factor, trials * factor, confidence)
    return interval(low, high, confidence, method)


def wilson(successes, trials, confidence=0.95):
    return proportion_interval(successes, trials, "wilson", None, confidence)


def wilson_continuity(successes, trials, confidence=0.95):
    return proportion_interval(successes, trials, "wilson_continuity", None, confidence)


def agresti_coull(successes, trials, confidence=0.95):
    return proportion_interval(successes, trials, "agresti_coull", None, confidence)


def clopper_pearson(successes, trials, confidence=0.95):
    return proportion_interval(successes, trials, "clopper_pearson", None, confidence)


def jeffreys(successes, trials, confidence=0.95):
    return proportion_interval(successes, trials, "jeffreys", None, confidence)


def wald(successes, trials, confidence=0.95):
    return proportion_interval(successes, trials, "wald", None, confidence)


def wilson_finite(successes, trials, population, confidence=0.95):
    return proportion_interval(successes, trials, "wilson", population, confidence)


def wilson_effective(proportion, effective_size, confidence=0.95):
    closed_unit(proportion, "proportion")
    positive(effective_size, "effective_size")
    open_unit(confidence, "confidence")
    p, n = F(proportion), F(effective_size)
    low, high = _wilson(p * n, n, two_sided_z(confidence))
    return interval(low, high, confidence, "wilson")


def wilson_one_sided(successes, trials, bound="lower", confidence=0.95):
    open_unit(confidence, "confidence")
    within(successes, trials, "successes")
    if trials == 0:
        return None
    z = upper_quantile(1 - real(confidence))
    low, high = _wilson(successes, trials, abs(z))
    if z < 0:
        low, high = high, low
    ends = (low, 1) if bound == "lower" else (0, high)
    return interval(*ends, confidence, "wilson_one_sided")


def goodman(counts, confidence=0.95):
    open_unit(confidence, "confidence")
    total = sum(counts)
    if total == 0:
        return None
    z = upper_quantile((1 - real(confidence)) / len(counts) / 2)
    return [interval(*_wilson(x, total, z), confidence, "goodman") for x in counts]


# Two proportions.


def _pair(x_1, n_1, x_2, n_2):
    within(x_1, n_1, "successes_1")
    within(x_2, n_2, "successes_2")
    return n_1 > 0 and n_2 > 0


def _square_and_add(v_1, l_1, u_1, v_2, l_2, u_2):
    v_1, l_1, u_1, v_2, l_2, u_2 = map(real, (v_1, l_1, u_1, v_2, l_2, u_2))
    d = v_1 - v_2
    low = d - root((v_1 - l_1) ** 2 + (u_2 - v_2) ** 2)
    return low, d + root((u_1 - v_1) ** 2 + (v_2 - l_2) ** 2)


def newcombe(successes_1, trials_1, successes_2, trials_2, confidence=0.95):
    open_unit(confidence, "confidence")
    if not _pair(successes_1, trials_1, successes_2, trials_2):
        return None
    z = two_sided_z(confidence)
    low, high = _square_and_add(
        F(successes_1, trials_1),
        *_wilson(successes_1, trials_1, z),
        F(successes_2, trials_2),
        *_wilson(successes_2, trials_2, z),
    )
    return interval(max(low, D(-1)), min(high, D(1)), confidence, "newcombe")


def agresti_caffo(successes_1, trials_1, successes_2, trials_2, confidence=0.95):
    open_unit(confidence, "confidence")
    if not _pair(successes_1, trials_1, successes_2, trials_2):
        return None
    p_1, p_2 = F(successes_1 + 1, trials_1 + 2), F(successes_2 + 1, trials_2 + 2)
    variance = p_1 * (1 - p_1) / (trials_1 + 2) + p_2 * (1 - p_2) / (trials_2 + 2)
    half = two_sided_z(confidence) * root(variance)
    d = real(p_1 - p_2)
    return interval(max(d - half, D(-1)), min(d + half, D(1)), confidence, "agresti_caffo")


def mover_difference(value_1, low_1, high_1, value_2, low_2, high_2, confidence=0.95):
    open_unit(confidence, "confidence")
    low, high = _square_and_add(value_1, low_1, high_1, value_2, low_2, high_2)
    return interval(low, high, confidence, "mover")


def two_proportion_test(
    successes_1, trials_1, successes_2, trials_2, method="pooled", confidence=0.95
):
    open_unit(confidence, "confidence")
    if not _pair(successes_1, trials_1, successes_2, trials_2):
        return None
    p_1, p_2 = F(successes_1, trials_1), F(successes_2, trials_2)
    reciprocal = F(1, trials_1) + F(1, trials_2)
    if method.startswith("pooled"):
        p = F(successes_1 + successes_2, trials_1 + trials_2)
        variance = p * (1 - p) * reciprocal
    else:
        variance = p_1 * (1 - p_1) / trials_1 + p_2 * (1 - p_2) / trials_2
    if variance == 0:
        return None
    correction = reciprocal / 2 if method.endswith("continuity") else F(0)
    d = p_1 - p_2
    size = max(abs(d) - correction, F(0))
    se = root(variance)
    statistic = real(size) / se * (1 if d >= 0 else -1)
    half = two_sided_z(confidence) * se + real(correction)
    name = f"two_proportion_{method}"
    ends = max(real(d) - half, D(-1)), min(real(d) + half, D(1))
    return a_test(
        d, two_sided_p(statistic), name, se, statistic, None, interval(*ends, confidence, name)
    )


def chi_square_test(successes_1, trials_1, successes_2, trials_2, yates=False):
    _pair(successes_1, trials_1, successes_2, trials_2)
    a, b = successes_1, trials_1 - successes_1
    c, d = successes_2, trials_2 - successes_2
    n = a + b + c + d
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    if margins == 0:
        return None
    distance = max(abs(F(a * d - b * c)) - (F(n, 2) if yates else 0), F(0))
    statistic = n * distance**2 / margins
    name = "chi_square_yates" if yates else "chi_square"
    estimate = F(a, trials_1) - F(c, trials_2)
    return a_test(estimate, two_sided_p(root(statistic)), name, statistic=statistic, df=1)


def fisher_exact_test(successes_1, trials_1, successes_2, trials_2):
    _pair(successes_1, trials_1, successes_2, trials_2)
    if trials_1 + trials_2 > 10**12:
        raise Fault("out_of_range", "trials_1")
    if trials_1 == 0 or trials_2 == 0:
        return None
    successes = successes_1 + successes_2
    lowest, highest = max(0, successes - trials_2), min(successes, trials_1)
    ways = [comb(trials_1, k) * comb(trials_2, successes - k) for k in range(lowest, highest + 1)]
    seen = ways[successes_1 - lowest]
    cut = seen * (1 + F(1, 10**7))
    p = F(sum(w for w in ways if w <= cut), sum(ways))
    estimate = F(successes_1, trials_1) - F(successes_2, trials_2)
    return a_test(estimate, p, "fisher_exact")


def sign_test(first, second, method="mcnemar"):
    total = first + second
    if total == 0:
        return None
    estimate = F(first - second, total)
    if method.startswith("mcnemar"):
        size = F(abs(first - second))
        if method == "mcnemar_continuity":
            size = max(size - 1, F(0))
        z = real(size) / root(total) * (1 if first >= second else -1)
        return a_test(estimate, two_sided_p(z), method, statistic=z)
    smaller = min(first, second)
    tail = F(sum(comb(total, k) for k in range(smaller + 1)), 2**total)
    if method == "exact":
        return a_test(estimate, min(2 * tail, F(1)), "sign_exact")
    seen = F(comb(total, smaller), 2**total)
    p = 2 * tail - seen
    return a_test(estimate, min(max(p, F(0)), F(1)), "sign_mid_p")


def holm(p_values):
    for row, p in enumerate(p_values):
        closed_unit(p, "p_values", row)
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted, largest = [None] * len(p_values), F(0)
    for rank, i in enumerate(order):
        largest = max(largest, min(F(p_values[i]) * (len(p_values) - rank), F(1)))
        adjusted[i] = largest
    return adjusted


def chi_square_p_value(statistic, df):
    not_negative(statistic, "statistic")
    positive(df, "df")
    return gamma_cdf(real(statistic) / 2, real(df) / 2)[1]


# Rates per exposure.


def poisson_interval(events, exposure, confidence=0.95):
    open_unit(confidence, "confidence")
    not_negative(exposure, "exposure")
    if exposure == 0:
        return None
    tail, t = (1 - real(confidence)) / 2, real(exposure)
    low = D(0) if events == 0 else gamma_quantile(tail, events) / t
    high = gamma_quantile(1 - tail, events + 1) / t
    return interval(low, high, confidence, "poisson_exact")


def poisson_ratio(events_1, exposure_1, events_2, exposure_2, method="exact", confidence=0.95):
    open_unit(confidence, "confidence")
    not_negative(exposure_1, "exposure_1")
    not_negative(exposure_2, "exposure_2")
    if exposure_1 == 0 or exposure_2 == 0 or events_2 == 0:
        return None
    exposures = real(F(exposure_2) / F(exposure_1))
    x, y = events_1, events_2
    if method == "exact":
        low, high = _ends("clopper_pearson", x, x + y, confidence)
    else:
        n = x + y + 4
        share = real(F(x + 2, n))
        half = two_sided_z(confidence) * root(share * (1 - share) / n)
        low, high = max(share - half, D(0)), share + half
    made = None
    if high < 1:
        odds = lambda p: p / (1 - p) * exposures
        made = interval(odds(low), odds(high), confidence, f"poisson_ratio_{method}")
    return {"value": F(x, y) * F(exposure_2) / F(exposure_1), "se": None, "interval": made}


def poisson_ratio_test(events_1, exposure_1, events_2, exposure_2, confidence=0.95):
    ratio = poisson_ratio(events_1, exposure_1, events_2, exposure_2, "exact", confidence)
    if ratio is None:
        return None
    share = F(exposure_1) / (F(exposure_1) + F(exposure_2))
    n = events_1 + events_2
    ways = [comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
    p = min(2 * min(sum(ways[: events_1 + 1]), sum(ways[events_1:])), F(1))
    return a_test(ratio["value"], p, "poisson_ratio_exact", interval=ratio["interval"])


# Rates of sums.


def ratio_estimator(numerators, denominators, confidence=0.95):
    same_length(numerators, denominators, "denominators")
    open_unit(confidence, "confidence")
    n, sum_y, sum_x = len(numerators), sum(numerators), sum(denominators)
    if sum_x == 0:
        return None
    r = F(sum_y, sum_x)
    if n == 1:
        return {"value": r, "se": None, "interval": None}
    squares = sum((y - r * x) ** 2 for y, x in zip(numerators, denominators))
    se = root(F(n, n - 1) * squares / F(sum_x) ** 2)
    z = two_sided_z(confidence)
    ends = interval(real(r) - z * se, real(r) + z * se, confidence, "ratio_estimator")
    return {"value": r, "se": se, "interval": ends}


def mean_of_ratios(numerators, denominators, confidence=0.95):
    same_length(numerators, denominators, "denominators")
    open_unit(confidence, "confidence")
    ratios = sorted(F(y, x) for y, x in zip(numerators, denominators) if x > 0)
    n = len(ratios)
    if n == 0:
        return None
    mean = sum(ratios) / n
    se = made = None
    if n > 1:
        se = root(sum((r - mean) ** 2 for r in ratios) / n / (n - 1))
        z = two_sided_z(confidence)
        made = interval(real(mean) - z * se, real(mean) + z * se, confidence, "mean_of_ratios")
    median = (ratios[(n - 1) // 2] + ratios[n // 2]) / 2
    return {
        "n": n,
        "undefined": len(numerators) - n,
        "mean": {"value": mean, "se": se, "interval": made},
        "median": median,
    }


def estimate_difference(value_1, se_1, value_2, se_2, confidence=0.95):
    not_negative(se_1, "se_1")
    not_negative(se_2, "se_2")
    open_unit(confidence, "confidence")
    if se_1 == 0 and se_2 == 0:
        return None
    se = root(F(se_1) ** 2 + F(se_2) ** 2)
    d = real(F(value_1) - F(value_2))
    half = two_sided_z(confidence) * se
    made = interval(d - half, d + half, confidence, "difference_z")
    return a_test(d, two_sided_p(d / se), "difference_z", se, d / se, None, made)


def estimate_ratio(value_1, se_1, value_2, se_2, confidence=0.95):
    not_negative(se_1, "se_1")
    not_negative(se_2, "se_2")
    open_unit(confidence, "confidence")
    if value_1 < 0 or value_2 <= 0:
        return None
    ratio = real(F(value_1) / F(value_2))
    if value_1 == 0:
        return {"value": ratio, "se": None, "interval": None}
    relative = root((F(se_1) / F(value_1)) ** 2 + (F(se_2) / F(value_2)) ** 2)
    z = two_sided_z(confidence)
    ends = ratio * (-z * relative).exp(), ratio * (z * relative).exp()
    return {
        "value": ratio,
        "se": ratio * relative,
        "interval": interval(*ends, confidence, "ratio_log"),
    }


# Means.


def _sample(sample, field):
    """n, mean and variance (None for one value); None for nothing."""
    if isinstance(sample, list):
        if not sample:
            return None
        values = [F(v) for v in sample]
        n = len(values)
        mean = sum(values) / n
        variance = sum((v - mean) ** 2 for v in values) / (n - 1) if n > 1 else None
        return n, mean, variance
    if "successes" in sample:
        x, n = sample["successes"], sample["trials"]
        within(x, n, field)
        return (n, F(x, n), F(x, n) * F(n - x, n)) if n else None
    if sample["n"] == 0 or sample["variance"] < 0:
        raise Fault("out_of_range", field)
    return sample["n"], F(sample["mean"]), F(sample["variance"])


def mean_interval(sample, population=None, confidence=0.95):
    sample = _sample(sample, "sample")
    if sample is None:
        return None
    open_unit(confidence, "confidence")
    n, mean, variance = sample
    factor = F(1)
    if population is not None:
        within(n, population, "population")
        factor = F(population - n, population - 1) if population > n else F(0)
    made = lambda half: interval(real(mean) - half, real(mean) + half, confidence, "student_t")
    if factor == 0:
        return {"value": mean, "se": 0, "interval": made(D(0))}
    if variance is None:
        return {"value": mean, "se": None, "interval": None}
    se = root(variance / n * factor)
    if se == 0:
        return {"value": mean, "se": 0, "interval": made(D(0))}
    if n == 1:
        return {"value": mean, "se": se, "interval": None}
    t = student_quantile(1 - real(confidence), n - 1)
    return {"value": mean, "se": se, "interval": made(t * se)}


def _effect(first, second, effect):
    (n_1, m_1, s_1), (n_2, m_2, s_2) = first, second
    if s_1 is None or s_2 is None:
        return None
    if effect == "absolute":
        value, variance = m_1 - m_2, s_1 / n_1 + s_2 / n_2
    else:
        if m_2 == 0:
            return None
        value = (m_1 - m_2) / m_2
        variance = s_1 / n_1 / m_2**2 + s_2 / n_2 * m_1**2 / m_2**4
    return (value, variance) if variance > 0 else None


def welch_test(first, second, effect="absolute", confidence=0.95):
    one, two = _sample(first, "first"), _sample(second, "second")
    open_unit(confidence, "confidence")
    if one is None or two is None or one[0] < 2 or two[0] < 2:
        return None
    made = _effect(one, two, effect)
    if made is None:
        return None
    value, variance = made
    v_1, v_2 = one[2] / one[0], two[2] / two[0]
    df = real((v_1 + v_2) ** 2 / (v_1**2 / (one[0] - 1) + v_2**2 / (two[0] - 1)))
    se = root(variance)
    half = student_quantile(1 - real(confidence), df) * se
    name = "welch" if effect == "absolute" else "welch_relative"
    ends = interval(real(value) - half, real(value) + half, confidence, name)
    return a_test(value, student_p(real(value) / se, df), name, se, real(value) / se, df, ends)


def confidence_sequence(first, second, effect="absolute", tuning=5000.0, confidence=0.95):
    one, two = _sample(first, "first"), _sample(second, "second")
    open_unit(confidence, "confidence")
    if one is None or two is None:
        return None
    positive(tuning, "tuning")
    made = _effect(one, two, effect)
    if made is None:
        return None
    value, variance = real(made[0]), real(made[1])
    n, alpha = one[0] + two[0], 1 - real(confidence)
    log = -2 * alpha.ln()
    rho_2 = (log + (1 + log).ln()) / real(tuning)
    grown = n * rho_2 + 1
    half = root(variance * n * 2 * grown / (n * n * rho_2) * (grown.sqrt() / alpha).ln())
    p = grown.sqrt() * (-rho_2 * n * value * value / (2 * variance * grown)).exp()
    name = "confidence_sequence" + ("" if effect == "absolute" else "_relative")
    ends = interval(value - half, value + half, confidence, name)
    se = root(variance)
    return a_test(value, min(p, D(1)), name, se, value / se, None, ends)


# Time until something happens.


def _survival(counts, quantile, confidence):
    open_unit(quantile, "quantile")
    open_unit(confidence, "confidence")
    z = two_sided_z(confidence)
    level = 1 - F(repr(quantile))
    at_risk = sum(e + c for _, e, c in counts)
    survival, greenwood = F(1), F(0)
    steps, found, low, high = [], None, None, None
    for time in sorted({t for t, e, c in counts if e or c}):
        events = sum(e for t, e, _ in counts if t == time)
        censored = sum(c for t, _, c in counts if t == time)
        left = at_risk - events
        if events:
            survival *= F(left, at_risk)
            if left:
                greenwood += F(events, at_risk * left)
        se = real(survival) * root(greenwood) if left else None
        steps.append(
            {
                "time": time,
                "at_risk": at_risk,
                "events": events,
                "censored": censored,
                "survival": survival,
                "se": se,
            }
        )
        if events:
            if found is None and survival <= level:
                found = time
            if survival == 0:
                low = time if low is None else low
            else:
                # S^exp(±z s) ≤ 1 − q, s the error of ln(−ln S).
                hazard = -real(survival).ln()
                error = root(greenwood) / hazard
                target = -real(level).ln()
                if low is None and hazard * (z * error).exp() >= target:
                    low = time
                if high is None and hazard * (-z * error).exp() >= target:
                    high = time
        at_risk = left - censored
    ends = None
    if found is not None:
        ends = {"low": low, "high": high, "confidence": confidence}
    return {"steps": steps, "quantile": found, "interval": ends}


def kaplan_meier(durations, events, quantile=0.5, confidence=0.95):
    same_length(durations, events, "events")
    counts = [(t, int(e), int(not e)) for t, e in zip(durations, events)]
    return _survival(counts, quantile, confidence)


def kaplan_meier_counts(times, events, censored, quantile=0.5, confidence=0.95):
    same_length(times, events, "events")
    same_length(times, censored, "censored")
    return _survival(list(zip(times, events, censored)), quantile, confidence)


# Concentration.


def gini(values):
    total, n = sum(values), len(values)
    if total == 0:
        return None
    ranked = enumerate(sorted(values), 1)
    return F(sum((2 * i - n - 1) * x for i, x in ranked), n * total)


def gini_unbiased(values):
    g, n = gini(values), len(values)
    return None if g is None or n < 2 else g * n / (n - 1)


def hhi(values):
    total = sum(values)
    return None if total == 0 else sum(F(x, total) ** 2 for x in values)


def effective_number(values):
    index = hhi(values)
    return None if index is None else 1 / index


def top_share(values, fraction=0.1):
    closed_unit(fraction, "fraction")
    positive(fraction, "fraction")
    total = sum(values)
    if total == 0:
        return None
    top = -(-len(values) * F(repr(fraction)) // 1)
    return F(sum(sorted(values, reverse=True)[: int(top)]), total)


def berger_parker(values):
    total = sum(values)
    return None if total == 0 else F(max(values), total)


def entropy(values):
    total = sum(values)
    if total == 0:
        return None
    return -sum(real(F(x, total)) * log2(F(x, total)) for x in values if x) + D(0)


def diversity(values):
    total, k = sum(values), len(values)
    if total == 0 or k < 2:
        return None
    scale = F(k, k - 1)
    return {
        "simpson": (1 - hhi(values)) * scale,
        "berger": (1 - berger_parker(values)) * scale,
        "shannon": entropy(values) / log2(k),
    }


# Many at once.


def james_stein(values, variance):
    not_negative(variance, "variance")
    k = len(values)
    if k < 4:
        return None
    ys = [F(y) for y in values]
    mean = sum(ys) / k
    squares = sum((y - mean) ** 2 for y in ys)
    if squares == 0:
        return None
    factor = max(1 - (k - 3) * F(variance) / squares, F(0))
    return {
        "grand_mean": mean,
        "factor": factor,
        "estimates": [mean + factor * (y - mean) for y in ys],
    }


def beta_prior(successes, trials):
    same_length(successes, trials, "trials")
    for row, (x, n) in enumerate(zip(successes, trials)):
        within(x, n, "successes", row)
    members = [(x, n) for x, n in zip(successes, trials) if n]
    k = len(members)
    if k < 2:
        return None
    total = sum(n for _, n in members)
    p = F(sum(x for x, _ in members), total)
    if p in (0, 1):
        return None
    spread = sum(n * (F(x, n) - p) ** 2 for x, n in members)
    room = total - F(sum(n * n for _, n in members), total) - (k - 1)
    excess = spread / (p * (1 - p)) - (k - 1)
    if room == 0 or not 0 < excess / room < 1:
        return None
    size = room / excess - 1
    return {"alpha": p * size, "beta": (1 - p) * size}


# Planning.


def _z_squared_over(confidence, margin):
    return (two_sided_z(confidence) / real(margin)) ** 2


def _whole(needed):
    size = max(int(needed.to_integral_value(rounding="ROUND_CEILING")), 1)
    if size > MOST:
        raise Fault("overflow")
    return size


def margin_of_error(sample, proportion=0.5, population=None, confidence=0.95):
    open_unit(confidence, "confidence")
    closed_unit(proportion, "proportion")
    if population is not None:
        within(sample, population, "population")
    if sample == 0:
        return None
    variance = F(proportion) * (1 - F(proportion)) / sample
    if population is not None:
        variance *= F(population - sample, population - 1) if population > sample else 0
    return two_sided_z(confidence) * root(variance)


def sample_size_for_variance(variance, margin, population=None, confidence=0.95):
    open_unit(confidence, "confidence")
    not_negative(variance, "variance")
    positive(margin, "margin")
    needed = _z_squared_over(confidence, margin) * real(F(variance))
    if population is None:
        return _whole(needed)
    if population == 0:
        raise Fault("out_of_range", "population")
    if needed == 0:
        return 1
    return min(_whole(population * needed / (population - 1 + needed)), population)


def sample_size(margin, proportion=0.5, population=None, confidence=0.95):
    closed_unit(proportion, "proportion")
    open_unit(margin, "margin")
    variance = F(proportion) * (1 - F(proportion))
    return sample_size_for_variance(variance, margin, population, confidence)


def sample_size_two_proportions(first, second, power=0.8, confidence=0.95):
    closed_unit(first, "first")
    closed_unit(second, "second")
    open_unit(power, "power")
    open_unit(confidence, "confidence")
    p, q = F(first), F(second)
    if p == q:
        raise Fault("invalid_option", "second")
    mean = (p + q) / 2
    total = two_sided_z(confidence) * root(2 * mean * (1 - mean))
    total += upper_quantile(1 - real(power)) * root(p * (1 - p) + q * (1 - q))
    return _whole((max(total, D(0)) / real(abs(p - q))) ** 2)


# Distributions.


def normal_quantile(p):
    open_unit(p, "p")
    return -upper_quantile(real(p))


def two_sided_z_(confidence=0.95):
    open_unit(confidence, "confidence")
    return two_sided_z(confidence)


def normal_cdf_(z):
    return normal_cdf(z)


def normal_p_value(z):
    return two_sided_p(z)


def student_t_quantile(p, df):
    open_unit(p, "p")
    positive(df, "df")
    tail = real(p) if p < 0.5 else 1 - real(p)
    if 2 * tail == 1:
        return D(0)
    t = student_quantile(2 * tail, df)
    return -t if p < 0.5 else t


def two_sided_t(df, confidence=0.95):
    open_unit(confidence, "confidence")
    positive(df, "df")
    return student_quantile(1 - real(confidence), df)


def student_t_p_value(t, df):
    positive(df, "df")
    return student_p(t, df)
