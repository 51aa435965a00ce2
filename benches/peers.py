"""The reference report by data-frame engines: `peers.py FOLDER ENGINE FORM [texts]`,
and the eNPS of answers by polars: `peers.py FOLDER polars enps`.

FORM is `expert` (count at the finest grains, roll up) or `plain` (a joined
table, one query a result). Columns are in memory before the clock starts;
times, memory above them and results are printed as JSON.
"""

import json
import os
import sys

os.environ.setdefault("POLARS_MAX_THREADS", "2")
import numpy as np

from measured import fastest, memory

FOLDER, ENGINE, FORM = sys.argv[1:4]
TEXTS = sys.argv[4:] == ["texts"]
SUMS = ["impressions", "reach", "likes", "comments", "reshares", "clicks", "conversions", "revenue"]
ENGAGED = ["likes", "comments", "reshares", "clicks"]
DAY = 86_400_000
# The sums that SQL takes of plain rows, and of sums.
OF_ROWS = "count(*) as n, " + ", ".join(f"sum({s}) as {s}" for s in SUMS)
OF_SUMS = "sum(n) as n, " + ", ".join(f"sum({s}) as {s}" for s in SUMS)


def columns_of(*kinds):
    read = {}
    for file in os.listdir(FOLDER):
        name, kind = file.rsplit(".", 1)
        if kind in kinds:
            read[name] = np.fromfile(os.path.join(FOLDER, file), dtype=np.dtype(f"{kind[0]}{int(kind[1:]) // 8}"))
    return read


def columns():
    read = columns_of("u8", "u16", "u32", "i64")
    people, items = len(read["team"]), len(read["kind"])
    shares = ["advocate", "content", "network", "shared_at"] + SUMS
    advocate, content = np.arange(people, dtype="uint32"), np.arange(items, dtype="uint32")
    if TEXTS:
        advocate, content = uuids("advocates", advocate), uuids("items", content)
        read["advocate"], read["content"] = advocate.take(read["advocate"]), content.take(read["content"])
    return (
        {name: read[name] for name in shares},
        {"advocate": advocate, "team": read["team"], "invited": read["invited"]},
        {"content": content, "kind": read["kind"], "topic": read["topic"], "campaign": read["campaign"]},
    )


def uuids(name, numbers):
    import pyarrow as pa
    with open(os.path.join(FOLDER, name + ".uuid"), "rb") as file:
        return pa.array(np.frombuffer(file.read(), dtype="S36").astype("U36")[numbers])


def arrow(table):
    import pyarrow as pa
    return pa.table(table)


# SQL: the dialects differ in whole-number division and in how a table is kept.

def sql_expert(week, keep, ask):
    keep("by_advocate", f"select advocate, {OF_ROWS}, min(shared_at) as first_at from s group by advocate")
    keep("by_content", f"select content, {OF_ROWS} from s group by content")
    keep("by_network", f"select network, {OF_ROWS} from s group by network")
    keep("by_week", f"select {week} as wk, {OF_ROWS} from s group by 1")
    keep("active", f"select distinct advocate, {week} as wk from s")
    out = {"sums in total": ask(f"select {OF_SUMS} from by_network"),
           "sums by network": ask(f"select network, {OF_SUMS} from by_network group by network"),
           "sums by ISO week": ask(f"select wk, {OF_SUMS} from by_week group by wk")}
    for key in ("kind", "topic", "campaign"):
        out[f"sums by {key}"] = ask(f"select {key}, {OF_SUMS} from by_content join c using (content) group by {key}")
    out["sums by team"] = ask(f"select team, {OF_SUMS} from by_advocate join a using (advocate) group by team")
    out["active advocates by ISO week"] = ask("select wk, count(*) from active group by wk")
    engaged = " + ".join(ENGAGED)
    out["top 10 advocates by engagements"] = ask(
        f"select advocate, {engaged} as e from by_advocate order by e desc, advocate limit 10")
    out["top 10 content by shares"] = ask("select content, n from by_content order by n desc, content limit 10")
    out["median time from invitation to first share"] = ask(
        "select median(cast(first_at - invited as double)) from by_advocate join a using (advocate)")
    out["cohorts"] = ask(
        "with f as (select advocate, min(wk) as cohort from active group by advocate) "
        "select cohort, wk, count(*) from active join f using (advocate) group by cohort, wk")
    return out


def sql_plain(week, keep, ask):
    keep("j", f"select s.*, team, kind, topic, campaign, invited, {week} as wk "
              "from s join a using (advocate) join c using (content)")
    out = {"sums in total": ask(f"select {OF_ROWS} from j")}
    for key in ("network", "kind", "topic", "campaign", "team"):
        out[f"sums by {key}"] = ask(f"select {key}, {OF_ROWS} from j group by {key}")
    out["sums by ISO week"] = ask(f"select wk, {OF_ROWS} from j group by wk")
    out["active advocates by ISO week"] = ask("select wk, count(distinct advocate) from j group by wk")
    engaged = " + ".join(f"cast({e} as bigint)" for e in ENGAGED)
    out["top 10 advocates by engagements"] = ask(
        f"select advocate, sum({engaged}) as e from j group by advocate order by e desc, advocate limit 10")
    out["top 10 content by shares"] = ask(
        "select content, count(*) as n from j group by content order by n desc, content limit 10")
    out["median time from invitation to first share"] = ask(
        "select median(cast(d as double)) from "
        "(select advocate, min(shared_at) - min(invited) as d from j group by advocate)")
    out["cohorts"] = ask(
        "with f as (select advocate, min(wk) as cohort from j group by advocate), "
        "a as (select distinct advocate, wk from j) "
        "select cohort, wk, count(*) from a join f using (advocate) group by cohort, wk")
    return out


def duckdb_engine(shares, people, items):
    import duckdb
    tables = arrow(shares), arrow(people), arrow(items)

    def run():
        con = duckdb.connect()
        con.execute("set threads = 2")
        for name, table in zip("sac", tables):
            con.register(name, table)
        form = sql_expert if FORM == "expert" else sql_plain
        return form("((shared_at // 86400000) + 3) // 7",
                    lambda name, query: con.execute(f"create temp table {name} as {query}"),
                    lambda query: con.sql(query).to_arrow_table())

    ad_hoc = {
        "engagement rate by network, week":
            "select network, ((shared_at // 86400000) + 3) // 7 as wk, sum(likes) + sum(comments) + sum(reshares) + sum(clicks) as e, "
            "sum(impressions) as i from s group by 1, 2",
        "active advocates by team, month":
            "with d as (select distinct advocate, date_trunc('month', make_timestamp(shared_at * 1000)) as m from s) "
            "select team, m, count(*) from d join a using (advocate) group by 1, 2",
        "top 100 content of a campaign by clicks":
            "select content, sum(clicks) as n from s semi join (select content from c where campaign = 3) using (content) "
            "group by content order by n desc, content limit 100",
    }
    con = duckdb.connect()
    con.execute("set threads = 2")
    for name, table in zip("sac", tables):
        con.register(name, table)
    return run, {name: (lambda query=query: con.sql(query).to_arrow_table()) for name, query in ad_hoc.items()}


def datafusion_engine(shares, people, items):
    from datafusion import SessionConfig, SessionContext
    tables = arrow(shares), arrow(people), arrow(items)

    def context():
        ctx = SessionContext(SessionConfig().with_target_partitions(2))
        batches = tables[0].to_batches(max_chunksize=1 << 16)
        half = (len(batches) + 1) // 2
        ctx.register_record_batches("s", [batches[:half], batches[half:]])
        ctx.register_record_batches("a", [tables[1].to_batches()])
        ctx.register_record_batches("c", [tables[2].to_batches()])
        return ctx

    def run():
        import pyarrow as pa
        ctx = context()

        def keep(name, query):
            ctx.register_record_batches(name, ctx.sql(query).collect_partitioned())

        def ask(query):
            return ctx.sql(query).to_arrow_table()

        form = sql_expert if FORM == "expert" else sql_plain
        return form("(shared_at / 86400000 + 3) / 7", keep, ask)

    ad_hoc = {
        "engagement rate by network, week":
            "select network, (shared_at / 86400000 + 3) / 7 as wk, sum(likes) + sum(comments) + sum(reshares) + sum(clicks) as e, "
            "sum(impressions) as i from s group by 1, 2",
        "active advocates by team, month":
            "with d as (select distinct advocate, date_trunc('month', to_timestamp_millis(shared_at)) as m from s) "
            "select team, m, count(*) from d join a using (advocate) group by 1, 2",
        "top 100 content of a campaign by clicks":
            "select content, sum(clicks) as n from s where content in (select content from c where campaign = 3) "
            "group by content order by n desc, content limit 100",
    }
    ctx = context()
    return run, {name: (lambda query=query: ctx.sql(query).to_arrow_table()) for name, query in ad_hoc.items()}


def polars_engine(shares, people, items):
    import polars as pl
    s0, a, c = (pl.DataFrame(table) for table in (shares, people, items))
    week = (pl.col("shared_at") // DAY + 3) // 7
    of_rows = [pl.len().alias("n")] + [pl.col(x).cast(pl.Int64).sum() for x in SUMS]
    of_sums = [pl.col(x).sum() for x in ["n"] + SUMS]
    engaged = pl.sum_horizontal([pl.col(x).cast(pl.Int64) for x in ENGAGED])

    def expert():
        s = s0.lazy().with_columns(week=week.cast(pl.Int32))
        adv, con, net, wk, act = pl.collect_all([
            s.group_by("advocate").agg(of_rows + [pl.col("shared_at").min().alias("first")]),
            s.group_by("content").agg(of_rows), s.group_by("network").agg(of_rows),
            s.group_by("week").agg(of_rows), s.select("advocate", "week").unique()])
        people_, items_ = adv.join(a, on="advocate"), con.join(c, on="content")
        out = {"sums in total": net.select(of_sums), "sums by network": net, "sums by ISO week": wk}
        for key in ("kind", "topic", "campaign"):
            out[f"sums by {key}"] = items_.group_by(key).agg(of_sums)
        out["sums by team"] = people_.group_by("team").agg(of_sums)
        out["active advocates by ISO week"] = act.group_by("week").len()
        out["top 10 advocates by engagements"] = (
            adv.select("advocate", e=engaged).sort("e", "advocate", descending=[True, False]).head(10))
        out["top 10 content by shares"] = (
            con.select("content", "n").sort("n", "content", descending=[True, False]).head(10))
        out["median time from invitation to first share"] = people_.select(
            (pl.col("first") - pl.col("invited")).median())
        cohort = act.group_by("advocate").agg(pl.col("week").min().alias("cohort"))
        out["cohorts"] = act.join(cohort, on="advocate").group_by("cohort", "week").len()
        return out

    def plain():
        j = (s0.lazy().join(a.lazy(), on="advocate").join(c.lazy(), on="content")
             .with_columns(week=week, e=engaged))
        asked = {"sums in total": j.select(of_rows)}
        for key in ("network", "kind", "topic", "campaign", "team"):
            asked[f"sums by {key}"] = j.group_by(key).agg(of_rows)
        asked["sums by ISO week"] = j.group_by("week").agg(of_rows)
        asked["active advocates by ISO week"] = j.group_by("week").agg(pl.col("advocate").n_unique())
        asked["top 10 advocates by engagements"] = (
            j.group_by("advocate").agg(pl.col("e").sum()).sort("e", "advocate", descending=[True, False]).head(10))
        asked["top 10 content by shares"] = (
            j.group_by("content").agg(pl.len().alias("n")).sort("n", "content", descending=[True, False]).head(10))
        first = j.group_by("advocate").agg(pl.col("shared_at").min().alias("first"), pl.col("invited").first())
        asked["median time from invitation to first share"] = first.select((pl.col("first") - pl.col("invited")).median())
        cohort = j.group_by("advocate").agg(pl.col("week").min().alias("cohort"))
        asked["cohorts"] = (j.select("advocate", "week").unique().join(cohort, on="advocate")
                            .group_by("cohort", "week").len())
        return dict(zip(asked, pl.collect_all(list(asked.values()))))

    ad_hoc = {
        "engagement rate by network, week": lambda: s0.lazy().with_columns(week=week).group_by("network", "week").agg(
            engaged.sum().alias("e"), pl.col("impressions").cast(pl.Int64).sum()).collect(),
        "active advocates by team, month": lambda: s0.lazy().select(
            "advocate", m=pl.from_epoch("shared_at", time_unit="ms").dt.truncate("1mo")).unique().join(
                a.lazy(), on="advocate").group_by("team", "m").len().collect(),
        "top 100 content of a campaign by clicks": lambda: s0.lazy().join(
            c.lazy().filter(pl.col("campaign") == 3), on="content", how="semi").group_by("content").agg(
                pl.col("clicks").cast(pl.Int64).sum().alias("n")).sort("n", "content", descending=[True, False])
            .head(100).collect(),
    }
    return expert if FORM == "expert" else plain, ad_hoc


def pandas_engine(shares, people, items):
    import pandas as pd
    s, a, c = (pd.DataFrame(table) for table in (shares, people, items))

    def plain():
        j = s.merge(a, on="advocate").merge(c, on="content")
        j["week"] = (j.shared_at // DAY + 3) // 7
        j["e"] = j[ENGAGED].astype("int64").sum(axis=1)
        j["n"] = 1
        total = j[["n"] + SUMS].sum().to_frame().T
        out = {"sums in total": total}
        for key, name in [(k, k) for k in ("network", "kind", "topic", "campaign", "team")] + [("week", "ISO week")]:
            out[f"sums by {name}"] = j.groupby(key)[["n"] + SUMS].sum().reset_index()
        out["active advocates by ISO week"] = j.groupby("week").advocate.nunique().reset_index()

        def top(by, value, rows):
            sums = j.groupby(by)[value].sum().reset_index()
            return sums.sort_values([value, by], ascending=[False, True]).head(rows)

        out["top 10 advocates by engagements"] = top("advocate", "e", 10)
        out["top 10 content by shares"] = top("content", "n", 10)
        g = j.groupby("advocate")
        waits = g.shared_at.min() - g.invited.first()
        out["median time from invitation to first share"] = pd.DataFrame({"d": [waits.median()]})
        active = j[["advocate", "week"]].drop_duplicates()
        cohort = g.week.min().rename("cohort").reset_index()
        out["cohorts"] = active.merge(cohort, on="advocate").groupby(["cohort", "week"]).size().reset_index()
        return out

    return plain, {}


def enps():
    import polars as pl
    read = columns_of("u8")
    answers = pl.DataFrame({"score": read["scores"], "group": read["groups"]})
    score = pl.col("score")
    net = 100 * ((score >= 9).sum().cast(pl.Int64) - (score <= 6).sum().cast(pl.Int64)) / pl.len()
    total, all_answers = fastest(lambda: answers.lazy().select(net).collect())
    by_group, groups = fastest(lambda: answers.lazy().group_by("group").agg(net.alias("net")).collect())
    print(json.dumps({
        "times": {"in total": total, "in 200 groups": by_group},
        "results": {"in total": all_answers.item(), "in 200 groups": groups.sort("group")["net"].to_list()},
    }))


def rows(table):
    if hasattr(table, "to_pylist"):
        return [list(row.values()) for row in table.to_pylist()]
    if hasattr(table, "rows"):
        return [list(row) for row in table.rows()]
    return table.values.tolist()


def main():
    if FORM == "enps":
        return enps()
    engine = {"polars": polars_engine, "duckdb": duckdb_engine, "datafusion": datafusion_engine,
              "pandas": pandas_engine}[ENGINE]
    report, ad_hoc = engine(*columns())
    before = memory("VmRSS:")
    took, tables = fastest(report)
    times = {"report": took}
    above = memory("VmHWM:") - before
    results = {name: json.loads(json.dumps(rows(table), default=float)) for name, table in tables.items()}
    if FORM == "expert":
        for name, query in ad_hoc.items():
            times[name], _ = fastest(query)
    print(json.dumps({"times": times, "memory": above, "results": results}))


main()
