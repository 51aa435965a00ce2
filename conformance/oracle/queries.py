"""What programmes are asked: seeded queries, and what they come to."""

from random import Random

import stats
import surveyed
from calendar_ import micros
from fault import Fault
from programme import DEFAULTS, METRICS, Cell, Programme
from world import CAMPAIGNS, DEPARTMENTS, FUNNEL, KINDS, NETWORKS, TAGS, TEAMS, TOPICS, world

PROGRAMMES = 12
QUERIES = 16
SURVEYS = 5
TIMES = ("day", "week", "month", "quarter", "year")
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
    "mix_dimension": ("topic", "source", "campaign"),
    "universe": ("25000", "3000", "0"),
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
    "campaigns": [],
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
    "questions": [{"id": "mood", "kind": "satisfaction"}],
    "responses": [
        {"answered_at": "2025-02-10T09:00:00Z", "question": "mood", "respondent": "ada", "score": 4},
    ],
    "turnout": [{"asked_at": "2025-02-10T09:00:00Z", "eligible": 1, "starts": 1, "completes": 1}],
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
    "a reach that fills the universe does not excuse one beyond it": {
        "metrics": ["reach"],
        "period": "2025-Q1",
        "definitions": {"universe": "10"},
    },
    "nobody to be reached is no universe": {
        "metrics": ["reach"],
        "period": "2025-Q1",
        "definitions": {"universe": "0"},
    },
    "a census of one has no margin": {
        "metrics": ["satisfaction"],
        "period": "2025-Q1",
        "definitions": {"survey_population": "eligible"},
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
        if name in ("licensed_seats", "universe") or isinstance(default, int):
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


SPLITS = (
    (), (), ("network",), ("team",), ("month",), ("week",), ("kind",), ("topic",), ("location",),
    ("cohort",), ("copy",), ("mode",), ("network", "month"), ("team", "month"), ("advocate",),
    ("source",), ("campaign",), ("hashtag",), ("department",), ("tag:grade",), ("tag:skill",),
    ("tag:funnel",), ("tag:skill", "network"), ("campaign", "hashtag"), ("month", "team"),
    ("month", "week"), ("quarter",), ("year",), ("day",), ("content",),
)  # fmt: skip
FILTERS = (
    (), (), (), (), ("network", NETWORKS), ("team", TEAMS), ("kind", KINDS), ("campaign", CAMPAIGNS),
    ("hashtag", ("ai", "wearehiring")), ("tag:grade", TAGS["grade"]), ("tag:skill", TAGS["skill"]),
    ("tag:funnel", FUNNEL["funnel"]), ("topic", TOPICS), ("department", DEPARTMENTS),
)  # fmt: skip
SPANS = (
    "2025-Q1", "2025-Q2", "2025-02", "2025-03", "2025-01-15..2025-05-10", "2025", "2025-W09",
    "2025-04-07", "2026-Q1",
)  # fmt: skip
# `""` in a filter is none.
NONE = ""


def _where(random):
    dimension, values = random.choice(FILTERS) or (None, ())
    if dimension is None:
        return []
    chosen = random.sample((*values, NONE), random.choice((1, 1, 2)))
    return [{"dimension": dimension, "values": chosen, "except": random.random() < 0.3}]


def _query(random, name):
    asked = {"program": name, "metrics": random.sample(METRICS, 10)}
    by = random.choice(SPLITS)
    if by:
        asked["by"] = list(by)
    asked["period"] = random.choice(SPANS)
    if asked["period"] == "2025" and set(by) & {"day", "week"}:
        asked["period"] = "2025-Q1"
    asked["tz"] = random.choice(("UTC", "Europe/Madrid", "America/New_York"))
    asked["as_of"] = random.choice(("2026-02-28T00:00:00Z", "2025-12-31T00:00:00Z", "2025-04-10T08:00:00Z", "2025-03-05T23:00:00Z"))
    if random.random() < 0.3:
        asked["week_start"] = "sunday"
    where = _where(random)
    if where:
        asked["where"] = where
    definitions = _definitions(random)
    if definitions:
        asked["definitions"] = definitions
    if random.random() < 0.4:
        other = {"team": [random.choice(TEAMS)]}, {"network": ["x", "linkedin"]}
        baselines = "previous_period", "same_period_last_year", random.choice(other)
        asked["compare"] = random.choice(baselines)
    return asked


def _survey_query(random, name):
    asked = {"program": name, "metrics": list(surveyed.METRICS)}
    by = random.choice(((), ("team",), ("wave",), ("location",), ("month",), ("team", "wave"), ("question",), ("tag:grade",)))
    if by:
        asked["by"] = list(by)
    asked["period"] = random.choice(("2025-Q1", "2025-Q2", "2025-01", "2025-01-15..2025-07-01", "2025"))
    asked["tz"] = random.choice(("UTC", "Europe/Madrid"))
    asked["as_of"] = random.choice(("2025-12-31T00:00:00Z", "2025-01-30T00:00:00Z"))
    if random.random() < 0.3:
        asked["where"] = [{"dimension": "team", "values": [random.choice(TEAMS)], "except": False}]
    definitions = {}
    if random.random() < 0.4:
        definitions["enps_method"] = random.choice(("wald", "agresti_min", "bonett_price", "tango"))
    if random.random() < 0.4:
        definitions["survey_answers"] = "latest"
        if random.random() < 0.8:
            definitions["survey_anonymous"] = "count"
    if random.random() < 0.4:
        definitions["survey_population"] = "eligible"
    if random.random() < 0.3:
        definitions["survey_weights"] = "equal"
    if random.random() < 0.3:
        definitions["confidence"] = "0.9"
    return asked | ({"definitions": definitions} if definitions else {})


def _conditions(where):
    """A filter's terms, none as None."""
    plain = lambda values: [None if value == NONE else value for value in values]
    return [(term["dimension"], plain(term["values"]), term["except"]) for term in where]


def _cell(programme, asked):
    start, end = programme.calendar.period(asked["period"])
    return Cell(start, end, (), _conditions(asked.get("where", [])))


def _baseline(programme, asked):
    """What a query is compared with."""
    with_ = asked["compare"]
    if isinstance(with_, dict):
        start, end = programme.calendar.period(asked["period"])
        return Cell(start, end, (), [(name, values, False) for name, values in with_.items()])
    calendar = programme.calendar
    span = calendar.previous if with_ == "previous_period" else calendar.last_year
    return Cell(*span(asked["period"]), (), _conditions(asked.get("where", [])))


def _place(key):
    """Names by name, time by time, none last."""
    return [(value is None, value or "") for value in key]


def _combinations(choices):
    made = [()]
    for values in choices:
        made = [(*key, value) for key in made for value in values]
    return made


def _survey_keys(surveys, metrics, by, whole):
    """The rows that are there for sure: those of answers."""
    kinds, keys = {surveyed.ASKS.get(id) for id in metrics}, set()
    for row, at, question in surveys.answered(whole):
        if surveys.questions.get(question, {"kind": "enps"})["kind"] not in kinds:
            continue
        values = [surveys.values(row, at, question, name) for name in by]
        # An answer is of no network and no step of time.
        keys.update(_combinations(v or [None] for v in values))
    cell = lambda key: Cell(whole.start, whole.end, [(n, [v], False) for n, v in zip(by, key)], whole.filter)
    return [(list(key), cell(key)) for key in sorted(keys, key=_place)]


def _keys(programme, by, d, whole):
    """The rows that are there for sure: those of shares, at every step of time."""
    keys, split = set(), [name for name in by if name not in TIMES]
    for fact in programme.shares_in(d, whole) if by else ():
        keys.update(_combinations(programme.share_values(fact, name) for name in split))
    if not split:
        keys = {()}
    made = []
    for key in keys if by else ():
        conditions = tuple((name, [value], False) for name, value in zip(split, key))
        cells = [(dict(zip(split, key)), {}, Cell(whole.start, whole.end, conditions, whole.filter))]
        for name in by:
            if name in TIMES:
                cells = [
                    (
                        names | {name: programme.calendar.label(name, day)},
                        days | {name: day},
                        cell.over(max(a, cell.start), min(b, cell.end)),
                    )
                    for names, days, cell in cells
                    for day, a, b in programme.calendar.pieces(name, cell.start, cell.end)
                ]
        for names, days, cell in cells:
            order = _place([str(days[n]) if n in days else names[n] for n in by])
            made.append((order, [names[n] for n in by], cell))
    return [(key, cell) for _, key, cell in sorted(made, key=lambda row: row[0])]


def _interval_of_difference(now, before):
    """Newcombe's of two proportions of people, else MOVER's of two intervals."""
    i, j = now["interval"], before["interval"]
    if i is None or j is None or now["value"] is None or before["value"] is None:
        return None
    if i["method"] == j["method"] == "wilson":
        counts = [part["value"] for m in (now, before) for part in (m["numerator"], m["denominator"])]
        if all(count == int(count) for count in counts):
            return stats.newcombe(*map(int, counts), i["confidence"])
    a, b = now["value"], before["value"]
    ends = stats._square_and_add(a, i["low"], i["high"], b, j["low"], j["high"])
    return stats.interval(*ends, i["confidence"], "mover")


def _compared(now, before):
    """Difference and ratio, where both are defined; the interval, where both have one."""
    made = {"baseline": {"state": before["state"], "value": before["value"]}}
    a, b = now["value"], before["value"]
    if a is None or b is None:
        return {**made, "difference": None, "ratio": None}
    made |= {"difference": a - b, "ratio": a / b if b > 0 else None}
    if "interval" in now and "interval" in before:
        made["interval"] = _interval_of_difference(now, before)
    return made


class Asked:
    """Metrics of a programme, by one set of definitions."""

    def __init__(self, rows, asked):
        sunday = asked.get("week_start") == "sunday"
        self.programme = Programme(rows, asked["tz"], micros(asked["as_of"]), sunday)
        self.definitions = _typed(asked.get("definitions", {}))
        self.d = {**DEFAULTS, **self.definitions}
        self.surveys = surveyed.Surveys(self.programme)

    def measures(self, metrics, cell):
        each = lambda id: (
            self.surveys.metric(id, self.d, cell)
            if id in surveyed.METRICS
            else self.programme.metric(id, self.definitions, cell)
        )
        return {id: each(id) for id in metrics}

    def keys(self, metrics, by, whole):
        of_surveys = metrics[0] in surveyed.METRICS and not set(by) & set(TIMES)
        if of_surveys:
            return _survey_keys(self.surveys, metrics, by, whole)
        return _keys(self.programme, by, self.d, whole)


def _matched(asked, ours, theirs):
    """Each row's baseline; not of steps of time, which are matched by their number."""
    if set(asked.get("by", [])) & set(TIMES):
        return {}
    theirs = {tuple(key): cell for key, cell in theirs}
    return {tuple(key): theirs[tuple(key)] for key, _ in ours if tuple(key) in theirs}


def answer(rows, asked):
    of, metrics, by = Asked(rows, asked), asked["metrics"], asked.get("by", [])
    if "content_entropy" in metrics and of.d["mix_dimension"] == "topic":
        # An entropy is of a dimension with one value an item.
        raise Fault("invalid_option", "mix_dimension")
    for field, names in (("tag", by), ("where", [term["dimension"] for term in asked.get("where", [])])):
        if any(name.startswith("tag:") and not of.programme.knows(name) for name in names):
            raise Fault("unknown_name", field)
    whole = _cell(of.programme, asked)
    made = {"total": of.measures(metrics, whole)}
    keys = of.keys(metrics, by, whole)
    if by:
        made["rows"] = [{"key": key, "measures": of.measures(metrics, cell)} for key, cell in keys]
    if "compare" in asked:
        beside = _baseline(of.programme, asked)
        before = of.measures(metrics, beside)
        made["comparisons"] = {id: _compared(made["total"][id], before[id]) for id in metrics}
        matched = _matched(asked, keys, of.keys(metrics, by, beside))
        for row in made.get("rows", []):
            if tuple(row["key"]) in matched:
                before = of.measures(metrics, matched[tuple(row["key"])])
                row["comparisons"] = {id: _compared(row["measures"][id], before[id]) for id in metrics}
    return made


def cases(programmes):
    """(name, query) of every case."""
    for name, asked in DISAGREED.items():
        yield name, ONCE | asked
    for name, rows in programmes.items():
        random = Random(f"queries of {name}")
        for number in range(1, QUERIES + 1):
            yield f"{name}, query {number}", _query(random, name)
        random = Random(f"surveys of {name}")
        for number in range(1, SURVEYS + 1):
            yield f"{name}, survey {number}", _survey_query(random, name)


# Sums are divided once. Ends of the interval of a rate of sums rest on residuals,
# which are differences themselves; measures of up to 32 are subtracted.
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
    "fields": {name: {"ulp": 4, "of": 100} for name in ("low", "high", "difference")},
}

HEADLINE = (
    "employees invited joined coverage_rate adoption_rate activation_rate active_advocates "
    "participation_rate active_participation_rate share_rate shares shares_per_active stickiness "
    "time_to_first_share new_sharers reactivated dormant retention published_items "
    "content_utilisation network_size potential_reach potential_impressions reach impressions "
    "engagements engagement_rate click_through_rate virality_rate lift_over_brand"
).split()
RESPONSE = (
    "shares sharers impressions engagements engagement_rate clicks click_through_rate"
).split()
WEEKLY = "shares active_advocates share_rate engagements engagement_rate".split()
OF_TEAMS = (
    "shares joined adoption_rate share_rate shares_per_active engagements engagement_rate"
).split()
OF_WAVES = "enps satisfaction satisfaction_top_box favourability response_rate".split()
RANKED = "shares engagements clicks".split()
TOP = 10
# Of a section: what it is by, its metrics, the metric its rows are in the order
# of, and whether it is a ranking.
SECTIONS = {
    "weekly": ("week", WEEKLY, None, False),
    "networks": ("network", RESPONSE, "shares", False),
    "teams": ("team", OF_TEAMS, "shares", False),
    "campaigns": ("campaign", RESPONSE, "shares", False),
    "kinds": ("kind", RESPONSE, "shares", False),
    "topics": ("topic", RESPONSE, "shares", False),
    "copy": ("copy", RESPONSE, "shares", False),
    "surveys": ("wave", OF_WAVES, None, False),
    "survey_teams": ("team", OF_WAVES, None, False),
    "top_content_by_shares": ("content", RANKED, "shares", True),
    "top_content_by_engagements": ("content", RANKED, "engagements", True),
    "top_advocates_by_shares": ("advocate", RANKED, "shares", True),
    "top_advocates_by_engagements": ("advocate", RANKED, "engagements", True),
    "top_teams_by_shares": ("team", RANKED, "shares", True),
    "top_teams_by_engagements": ("team", RANKED, "engagements", True),
}


def _section(of, whole, by, metrics, order, ranking):
    rows = [
        {"key": key, "measures": of.measures(metrics, cell)}
        for key, cell in of.keys(metrics, [by], whole)
    ]
    if metrics is OF_WAVES:
        # Scores and rates are on different scales: intervals are seen in queries.
        for row in rows:
            for made in row["measures"].values():
                made.pop("interval", None)
    if ranking:
        opted_out = {id for id, row in of.programme.advocates.items() if row.get("opt_out")}
        rows = [row for row in rows if row["key"] != [None]]
        rows = [row for row in rows if by != "advocate" or row["key"][0] not in opted_out]
    if order:
        # Equal ones stay in the order of their keys, unknown ones come last.
        value = lambda row: row["measures"][order]["value"]
        rows.sort(key=lambda row: (value(row) is None, -(value(row) or 0)))
    return {"rows": rows[:TOP] if ranking else rows}


def reports(programmes):
    """The report of every programme, by the default definitions."""
    for at, (name, rows) in enumerate(programmes.items()):
        asked = {
            "program": name,
            "period": ("2025-Q1", "2025-Q2")[at % 2],
            "tz": ("Europe/Madrid", "UTC")[at % 2],
            "as_of": "2025-06-30T12:00:00Z",
            "week_start": ("monday", "sunday", "monday")[at % 3],
        }
        of = Asked(rows, asked)
        whole = _cell(of.programme, asked)
        made = {"headline": of.measures(HEADLINE, whole)}
        beside = _baseline(of.programme, asked | {"compare": "previous_period"})
        before = of.measures(HEADLINE, beside)
        made["comparisons"] = {id: _compared(made["headline"][id], before[id]) for id in HEADLINE}
        sections = {id: _section(of, whole, *section) for id, section in SECTIONS.items()}
        # A programme that says nothing of a dimension makes no section of it.
        said = lambda rows: any(row["key"] != [None] for row in rows)
        made["sections"] = {id: own for id, own in sections.items() if said(own["rows"])}
        made["retention"] = of.programme.cohorts(of.d, whole)
        yield asked, made
