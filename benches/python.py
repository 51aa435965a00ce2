"""The reference report through the Python package: `python.py FOLDER`.

Columns are in pyarrow tables before the clock starts; what is timed is building
and validating the programme, the twelve results, and making them. Times, memory
above the columns and results are printed as JSON, as `ours` (Rust) prints them.
"""

import json
import pathlib
import sys

import numpy as np
import pyarrow as pa

import advocacy as adv

from measured import fastest, memory

FOLDER = pathlib.Path(sys.argv[1])
SUMS = (FOLDER / "order.txt").read_text().split()
NETWORKS = ["linkedin", "x", "facebook", "instagram", "xing", "bluesky"]
KINDS = ["article", "job_posting", "product_news", "company_news", "case_study", "event", "video", "image"]


def read(name, kind):
    return np.fromfile(FOLDER / f"{name}.{kind}", dtype=np.dtype({"u8": "u1", "u16": "u2", "u32": "u4", "i64": "i8"}[kind]))


def times(name):
    return pa.array(read(name, "i64")).view(pa.timestamp("ms", "UTC"))


def named(name, kind, names):
    return pa.DictionaryArray.from_arrays(read(name, kind), names)


def numbered(what, count):
    return [f"{what} {n:03}" for n in range(count)]


def tables():
    counts = ["advocate", "content", "reach", "impressions", "likes", "comments", "reshares", "clicks", "conversions"]
    shares = {name: pa.array(read(name, "u32")) for name in counts}
    shares |= {
        "network": named("network", "u8", NETWORKS),
        "shared_at": times("shared_at"),
        "revenue": pa.array(read("revenue", "i64")),
    }
    team = named("team", "u16", numbered("team", 200))
    kind = named("kind", "u8", KINDS)
    return {
        "advocates": pa.table({"id": np.arange(len(team), dtype="u4"), "team": team, "invited": times("invited")}),
        "campaigns": pa.table({"id": np.arange(20, dtype="u4")}),
        "content": pa.table({
            "id": np.arange(len(kind), dtype="u4"), "kind": kind,
            "topics": named("topic", "u16", numbered("topic", 50)), "campaign": read("campaign", "u16"),
        }),
        "shares": pa.table(shares),
    }


YEAR = {"period": "2025", "tz": "UTC"}
FROM_INVITATION = {
    "first_share_clock": "invited",
    "first_share_estimator": "sharers_only",
    "share_rate_denominator": "invited",
}
QUERIES = {
    "sums in total": {"metrics": SUMS},
    "sums by network": {"metrics": SUMS, "by": "network"},
    "sums by kind": {"metrics": SUMS, "by": "kind"},
    "sums by topic": {"metrics": SUMS, "by": "topic"},
    "sums by campaign": {"metrics": SUMS, "by": "campaign"},
    "sums by team": {"metrics": SUMS, "by": "team"},
    "sums by ISO week": {"metrics": SUMS, "by": "week"},
    "active advocates by ISO week": {"metrics": "active_advocates", "by": "week"},
    "top 10 advocates by engagements": {
        "metrics": "engagements", "by": "advocate", "order_by": "engagements", "limit": 10,
    },
    "top 10 content by shares": {"metrics": "shares", "by": "content", "order_by": "shares", "limit": 10},
    "median time from invitation to first share": {"metrics": "time_to_first_share", "definitions": FROM_INVITATION},
}
COHORTS = YEAR | {"definitions": {"retention_grain": "week", "retention_cohort": "first_share"}}


def report(tables):
    program = adv.Program(**tables)
    found, (stays,) = program.tables_and_cohorts([YEAR | query for query in QUERIES.values()], [COHORTS])
    return dict(zip(QUERIES, found)), stays


def rows(table):
    each = table if table.dimensions else [table.total]
    return [[*row.labels, *(measure.value for measure in row.measures)] for row in each]


def cohort_rows(cohorts):
    found = []
    for cohort in cohorts:
        for age, measure in enumerate(cohort.ages):
            stayed = measure.numerator and measure.numerator.value
            if stayed:
                found.append([cohort.label, age, float(stayed)])
    return found


def main():
    held = tables()
    before = memory("VmRSS:")
    best, (found, stays) = fastest(lambda: report(held))
    above = memory("VmHWM:") - before
    results = {name: rows(table) for name, table in found.items()} | {"cohorts": cohort_rows(stays)}
    print(json.dumps({"times": {"report": best}, "memory": above, "results": results}))


main()
