"""What programmes are asked: seeded queries, and what they come to."""

from random import Random

import surveyed
from calendar_ import micros
from fault import Fault
from programme import DEFAULTS, METRICS, Cell, Programme
from world import KINDS, NETWORKS, TEAMS, world

PROGRAMMES = 12
QUERIES = 16
SURVEYS = 5
TIMES = ("week", "month", "quarter")
BASES = ("employees", "invited", "joined", "connected")
CHOICES = {
    "adoption_numerator": ("sharers_ever",),
    "adoption_denominator": (*BASES, "seats"),
    "activation_days": ("10", "60"),
    "activation_clock": ("invited", "connected"),
    "active_actions": ("login", "share+login", "share+login+open+view+connect"),
    "active_minimum": ("2", "3"),
    "participation_denominator": BASES,
    "active_participation_denominator": BASES,
    "active_participation_grain": ("month", "day", "rolling_30_days"),
    "share_rate_denominator": (*BASES, "active", "seats"),
    "shares_per": ("sharers",),
    "stickiness_grain": ("day",),
    "first_share_clock": ("invited", "connected"),
    "first_share_quantile": ("0.25", "0.75"),
    "first_share_estimator": ("sharers_only",),
    "retention_kind": ("rolling",),
    "retention_cohort": ("joined",),
    "retention_grain": ("week", "quarter"),
    "retention_age": ("0", "2"),
    "dormancy_days": ("7", "60"),
    "population": ("start", "average", "anyone"),
    "share_unit": ("distinct", "confirmed"),
    "date_basis": ("published",),
    "engagement_set": ("social", "everyonesocial", "social+follows", "platform", "likes+2.5*comments"),
    "parts": ("known",),
    "engagement_denominator": ("reach", "followers_at_post", "followers_at_end"),
    "pooling": ("mean_of_ratios", "median_of_ratios"),
    "paid": ("exclude",),
    "interval_unit": ("advocate",),
    "content_basis": ("published",),
    "mix_of": ("shares",),
    "mix_dimension": ("topic", "source"),
    "lift_of": ("click_through_rate", "reach"),
    "confidence": ("0.8", "0.99"),
}


# Where this reference and the library once disagreed.
LATE = {
    "advocates": [
        {"id": "ada", "memberships": [{"joined": "2024-12-02T00:00:00Z"}]},
        {"id": "ben", "memberships": [{"joined": "2024-12-02T00:00:00Z"}]},
    ],
    "accounts": [
        {"id": "a", "advocate": "ada", "network": "x", "connected_at": "2025-02-01T00:00:00Z"},
        {"id": "b", "advocate": "ben", "network": "x"},
    ],
    "followers": [],
    "content": [{"id": "c", "topics": ["ai", "cloud"]}],
    "shares": [
        {"id": "s", "advocate": "ada", "network": "x", "shared_at": "2025-02-10T09:00:00Z", "reach": 10},
        {"id": "t", "advocate": "ada", "network": "x", "shared_at": "2025-03-10T09:00:00Z", "reach": 90},
    ],
    "activities": [],
    "brand_posts": [
        {"id": "b", "network": "x", "published_at": "2025-02-10T09:00:00Z", "reach": 100},
        {"id": "c", "network": "x", "published_at": "2025-03-10T09:00:00Z", "reach": 60},
    ],
    "headcount": [],
    "questions": [],
    "responses": [],
    "turnout": [],
}
ONCE = {"program": "once", "tz": "UTC", "as_of": "2025-12-31T00:00:00Z"}
DISAGREED = {
    "joined at both instants, connected at one: each instant by itself": {
        "metrics": ["adoption_rate"],
        "period": "2025-Q1",
        "definitions": {"adoption_denominator": "connected", "population": "average"},
    },
    "a gain below 0 is no baseline of a ratio": {
        "metrics": ["reach_gain"],
        "period": "2025-03",
        "compare": "previous_period",
    },
    "topics are several an item: no entropy": {
        "metrics": ["content_entropy"],
        "period": "2025-Q1",
        "definitions": {"mix_dimension": "topic"},
    },
}


def programmes(first=1, count=PROGRAMMES):
    """Every programme's rows, by name."""
    numbers = range(first, first + count)
    return {"once": LATE} | {f"random-{n}": world(Random(f"programme {n}")) for n in numbers}


def _typed(definitions):
    """Options as text, as the reference works with them."""
    typed = {}
    for name, text in definitions.items():
        default = DEFAULTS.get(name)
        if name == "licensed_seats" or isinstance(default, int):
            typed[name] = int(text)
        else:
            typed[name] = float(text) if isinstance(default, float) else text
    return typed


def _definitions(random):
    chosen = random.sample(sorted(CHOICES), random.choice((0, 0, 2, 5, 8)))
    definitions = {name: random.choice(CHOICES[name]) for name in sorted(chosen)}
    if "seats" in definitions.values():
        definitions["licensed_seats"] = "25"
    return definitions


def _query(random, name, rows):
    asked = {"program": name, "metrics": random.sample(METRICS, 10)}
    by = random.choice(
        ((), (), ("network",), ("team",), ("month",), ("week",), ("kind",), ("topic",), ("location",),
         ("cohort",), ("copy",), ("network", "month"), ("team", "month"), ("advocate",), ("source",))
    )  # fmt: skip
    if by:
        asked["by"] = list(by)
    asked["period"] = random.choice(("2025-Q1", "2025-Q2", "2025-02", "2025-03", "2025-01-15..2025-05-10"))
    asked["tz"] = random.choice(("UTC", "Europe/Madrid", "America/New_York"))
    asked["as_of"] = random.choice(("2025-12-31T00:00:00Z", "2025-12-31T00:00:00Z", "2025-04-10T08:00:00Z", "2025-03-05T23:00:00Z"))
    where = random.choice(
        ((), (), (), ("network", [random.choice(NETWORKS)]), ("team", [random.choice(TEAMS)]),
         ("kind", [random.choice(KINDS)]), ("network", ["x"], True), ("team", ["Sales", "Legal"]))
    )  # fmt: skip
    if where:
        asked["where"] = [
            {"dimension": where[0], "values": where[1], "except": len(where) > 2}
        ]
    definitions = _definitions(random)
    if definitions:
        asked["definitions"] = definitions
    if asked["period"] in ("2025-Q2", "2025-03") and random.random() < 0.6:
        asked["compare"] = "previous_period"
    return asked


def _survey_query(random, name):
    asked = {"program": name, "metrics": list(surveyed.METRICS)}
    by = random.choice(((), ("team",), ("wave",), ("location",), ("month",), ("team", "wave")))
    if by:
        asked["by"] = list(by)
    asked["period"] = random.choice(("2025-Q1", "2025-Q2", "2025-01", "2025-01-15..2025-07-01"))
    asked["tz"] = random.choice(("UTC", "Europe/Madrid"))
    asked["as_of"] = random.choice(("2025-12-31T00:00:00Z", "2025-01-30T00:00:00Z"))
    if random.random() < 0.3:
        asked["where"] = [{"dimension": "team", "values": [random.choice(TEAMS)], "except": False}]
    definitions = {}
    if random.random() < 0.4:
        definitions["enps_method"] = random.choice(("wald", "agresti_min", "bonett_price"))
    if random.random() < 0.3:
        definitions["survey_weights"] = "equal"
    if random.random() < 0.3:
        definitions["confidence"] = "0.9"
    return asked | ({"definitions": definitions} if definitions else {})


def _cell(programme, asked, period=None):
    start, end = programme.calendar.period(period or asked["period"])
    where = asked.get("where", [])
    filter = [(term["dimension"], term["values"], term["except"]) for term in where]
    return Cell(start, end, (), filter)


def _survey_keys(surveys, asked, d, whole):
    """The rows that are there for sure: those of answers."""
    by, keys = asked.get("by", []), set()
    for row, at, question in surveys.answered(whole):
        keys.add(tuple(surveys.values(row, at, question, name)[0] for name in by))
    order = lambda key: [(value is None, value or "") for value in key]
    return [
        (list(key), Cell(whole.start, whole.end, [(n, [v], False) for n, v in zip(by, key)], whole.filter))
        for key in sorted(keys, key=order)
    ]


def _keys(programme, asked, d, whole):
    """The rows that are there for sure: those of shares, at every step of time."""
    by = asked.get("by", [])
    keys = [()] if not by else set()
    split = [name for name in by if name not in TIMES]
    for fact in programme.shares_in(d, whole) if by else ():
        values = [()]
        for name in split:
            values = [(*v, w) for v in values for w in programme.share_values(fact, name)]
        keys.update(values)
    if not split:
        keys = {()}
    made = []
    for key in sorted(keys, key=lambda key: [(value is None, value or "") for value in key]):
        cells = [({}, whole)]
        conditions = tuple((name, [value], False) for name, value in zip(split, key))
        for name in by:
            if name in TIMES:
                pieces = programme.calendar.pieces(name, whole.start, whole.end)
                cells = [
                    ({**labels, name: programme.calendar.label(name, day)}, cell.over(max(a, whole.start), min(b, whole.end)))
                    for labels, cell in cells
                    for day, a, b in pieces
                ]
        for labels, cell in cells:
            names = dict(zip(split, key)) | labels
            made.append(([names[n] for n in by], Cell(cell.start, cell.end, conditions, cell.filter)))
    return made


BEFORE = {"2025-Q2": "2025-Q1", "2025-03": "2025-02"}


def _compared(now, before):
    """Difference and ratio, where both are defined."""
    made = {"baseline": {"state": before["state"], "value": before["value"]}}
    a, b = now["value"], before["value"]
    if a is None or b is None:
        return {**made, "difference": None, "ratio": None}
    return {**made, "difference": a - b, "ratio": a / b if b > 0 else None}


def answer(rows, asked):
    programme = Programme(rows, asked["tz"], micros(asked["as_of"]))
    definitions = _typed(asked.get("definitions", {}))
    d = {**DEFAULTS, **definitions}
    if "content_entropy" in asked["metrics"] and d["mix_dimension"] == "topic":
        # An entropy is of a dimension with one value an item.
        raise Fault("invalid_option", "mix_dimension")
    whole = _cell(programme, asked)
    surveys = surveyed.Surveys(programme) if asked["metrics"][0] in surveyed.METRICS else None

    def measures(cell):
        each = lambda id: surveys.metric(id, d, cell) if surveys else programme.metric(id, definitions, cell)
        return {id: each(id) for id in asked["metrics"]}

    made = {"total": measures(whole)}
    by = asked.get("by", [])
    if by:
        of_surveys = surveys and not set(by) & set(TIMES)
        keys = _survey_keys(surveys, asked, d, whole) if of_surveys else _keys(programme, asked, d, whole)
        made["rows"] = [{"key": key, "measures": measures(cell)} for key, cell in keys]
    if "compare" in asked:
        before = measures(_cell(programme, asked, BEFORE[asked["period"]]))
        made["comparisons"] = {
            id: _compared(made["total"][id], before[id]) for id in asked["metrics"]
        }
    return made


def cases(programmes):
    """(name, query) of every case."""
    for name, asked in DISAGREED.items():
        yield name, ONCE | asked
    for name, rows in programmes.items():
        random = Random(f"queries of {name}")
        for number in range(1, QUERIES + 1):
            yield f"{name}, query {number}", _query(random, name, rows)
        random = Random(f"surveys of {name}")
        for number in range(1, SURVEYS + 1):
            yield f"{name}, survey {number}", _survey_query(random, name)


# Sums are divided once; an entropy adds logarithms, and an interval's ends
# subtract numbers of the size of the rate.
TOLERANCE = {
    "tolerance": {"ulp": 4},
    "fields": {
        "low": {"ulp": 64, "of": 1},
        "high": {"ulp": 64, "of": 1},
        "difference": {"ulp": 4, "of": 32},
    },
}
# Those of a score are numbers of its scale.
OF_SURVEYS = {
    "tolerance": {"ulp": 4},
    "fields": {"low": {"ulp": 4, "of": 100}, "high": {"ulp": 4, "of": 100}},
}

HEADLINE = (
    "employees invited joined coverage_rate adoption_rate activation_rate active_advocates "
    "participation_rate active_participation_rate share_rate shares new_sharers reactivated dormant "
    "published_items content_utilisation network_size potential_reach reach impressions "
    "engagements engagement_rate click_through_rate virality_rate"
).split()


def reports(programmes):
    """The headline of every programme's report, by the default definitions."""
    for at, (name, rows) in enumerate(programmes.items()):
        asked = {
            "program": name,
            "period": ("2025-Q1", "2025-Q2")[at % 2],
            "tz": ("Europe/Madrid", "UTC")[at % 2],
            "as_of": "2025-06-30T12:00:00Z",
        }
        programme = Programme(rows, asked["tz"], micros(asked["as_of"]))
        cell = _cell(programme, asked)
        yield asked, {id: programme.metric(id, {}, cell) for id in HEADLINE}
