"""Times ours and the peers on the same columns in the same run, checks that all
give the same results, and prints tables:
`python benches/compare.py [SHARES] [STEP ...] [ENGINE-FORM ...]`.

Steps: `reference` (the report and single queries; the only one unless some are
named), `scattered` (the report over shares in no order, of a million advocates
and 200,000 items in 260 weeks), `texts` (under UUIDs), `scaling` (ours over a
tenth of the shares, all of them and five times as many), `incremental` (a tally
of all shares takes a batch), `enps` (ten times as many answers as shares, in
total and in 200 groups), or `everything`.

Needs polars, duckdb, datafusion, pandas, pyarrow and numpy for the peers. Where
the `advocacy` package is installed too, it runs as well, from pyarrow tables.
"""

import datetime
import importlib.util
import json
import math
import pathlib
import platform
import subprocess
import sys
import tempfile

ROUNDS = 3
HERE = pathlib.Path(__file__).resolve().parent
PEERS = ["datafusion-expert", "duckdb-expert", "polars-expert", "duckdb-plain", "polars-plain", "pandas-plain"]
NETWORKS = ["linkedin", "x", "facebook", "instagram", "xing", "bluesky"]
KINDS = ["article", "job_posting", "product_news", "company_news", "case_study", "event", "video", "image"]


def week_label(week):
    """Weeks since that of 1970-01-01, as ISO writes them."""
    year, number, _ = (datetime.date(1969, 12, 29) + datetime.timedelta(weeks=int(week))).isocalendar()
    return f"{year}-W{number:02}"


NAMES = {
    "sums by network": lambda code: NETWORKS[int(code)],
    "sums by kind": lambda code: KINDS[int(code)],
    "sums by topic": lambda code: f"topic {int(code):03}",
    "sums by team": lambda code: f"team {int(code):03}",
    "sums by ISO week": week_label,
    "active advocates by ISO week": week_label,
}


def normal(name, rows):
    """A peer's rows as ours are written."""
    if name == "sums in total":
        return [[float(value) for value in row] for row in rows]
    if name.startswith("median"):
        return [[float(rows[0][0]) / 86_400_000]]
    if name == "cohorts":
        # What is not over is left out by us: it cannot be observed yet.
        last = max(row[1] for row in rows)
        return sorted([week_label(c), float(w - c), float(n)] for c, w, n in rows if w < last and n)
    key = NAMES.get(name, lambda code: code if isinstance(code, str) else str(int(code)))
    named = [[key(row[0])] + [float(value) for value in row[1:]] for row in rows]
    return named if name.startswith("top") else sorted(named)


def ours_normal(name, rows):
    as_float = [[v if isinstance(v, str) else float(v) for v in row] for row in rows]
    return as_float if name.startswith(("top", "median")) or name == "sums in total" else sorted(as_float)


def same(a, b):
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-12)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return a == b


def run(*command):
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=HERE.parent).stdout)


def ours(binary, *arguments):
    return run("cargo", "run", "--release", "--quiet", "-p", "advocacy-benches", "--bin", binary, "--", *arguments)


def peer(folder, name, *more):
    return run(sys.executable, str(HERE / "peers.py"), folder, *name.split("-"), *more)


def check(who, theirs, results):
    for name, rows in theirs.items():
        if not same(normal(name, rows), ours_normal(name, results[name])):
            sys.exit(f"{who} and we differ in {name}:\n{normal(name, rows)[:3]}\n"
                     f"{ours_normal(name, results[name])[:3]}")


def title(words, agree="; all results agree"):
    print(f"\n{words}; {platform.machine()}, {platform.system()}, best of several runs each{agree}\n")


def table(first, *columns):
    print(f"| {first} | " + " | ".join(columns) + " |")
    print("|---|" + "---|" * len(columns))


def report(shares, peers, variant=None):
    """The reference report and, of the plain workload, single queries."""
    more = [variant] if variant else []
    with tempfile.TemporaryDirectory() as folder:
        own = ours("ours", str(shares), folder, *more)
        packaged = importlib.util.find_spec("advocacy") and not variant and run(
            sys.executable, str(HERE / "python.py"), folder)
        found = {name: peer(folder, name, *more) for name in peers}
    for name, theirs in found.items():
        check(name, theirs["results"], own["results"])
    if packaged and any(own["results"][name] != rows for name, rows in packaged["results"].items()):
        sys.exit("from Python the results are not those of Rust, bit for bit")
    limit, took = own["times"]["limit"], own["times"]["report"]
    words = {None: "", "scattered": ", scattered", "texts": " under UUIDs"}[variant]
    title(f"{shares:,} shares{words}")
    table("who", "seconds", "× ours", "× one thread reading the columns once", "memory above the input, MB")

    def line(who, seconds, memory):
        memory = "–" if memory is None else f"{memory / 1024:.0f}"
        print(f"| {who} | {seconds:.3f} | {seconds / took:.1f} | {seconds / limit:.1f} | {memory} |")

    line("one thread reading the columns once", limit, None)
    line("**advocacy**, programme included", took, own["memory"])
    if packaged:
        line("the same from Python", packaged["times"]["report"], packaged["memory"])
    for name, theirs in found.items():
        line(name.replace("-", ", "), theirs["times"]["report"], theirs["memory"])
    experts = [name for name in found if "expert" in name]
    if variant or not experts:
        return
    print()
    table("one query", "ours, seconds", *(f"{name}, × ours" for name in experts))
    for name, seconds in own["times"].items():
        theirs = [found[expert]["times"].get(name) for expert in experts]
        if name not in ("limit", "report") and any(theirs):
            ratios = " | ".join("–" if other is None else f"{other / seconds:.1f}" for other in theirs)
            print(f"| {name} | {seconds:.3f} | {ratios} |")


def scaling(shares):
    sizes = [shares // 10, shares, 5 * shares]
    # In turns, for a machine is slower for seconds, and then all sizes are.
    rounds = [[ours("further", "scaling", str(size)) for size in sizes] for _ in range(ROUNDS)]
    times = [{what: min(took[what] for took in of_size) for what in of_size[0]} for of_size in zip(*rounds)]
    title("The reference report by size", agree="")
    table("shares", "seconds", "nanoseconds a share", "× reading the columns once")
    for size, took in zip(sizes, times):
        seconds, limit = took["report"], took["limit"]
        print(f"| {size:,} | {seconds:.3f} | {seconds / size * 1e9:.1f} | {seconds / limit:.1f} |")


def incremental(shares):
    took = ours("further", "incremental", str(shares))
    if not took["same"]:
        sys.exit("a tally that took a batch gives another report")
    title(f"A tally of {shares:,} shares takes 10,000 more; the library's own report")
    table("what", "seconds", "of the full computation")
    full, batch, added = took["full"], took["batch and report"], took["added and report"]
    print(f"| all shares at once, programme included | {full:.3f} | 100 % |")
    print(f"| the batch tallied and taken, and a new report | {batch:.3f} | {batch / full:.1%} |")
    print(f"| the batch added to a live programme, and a new report | {added:.3f} | {added / full:.1%} |")


def enps(answers):
    with tempfile.TemporaryDirectory() as folder:
        own = ours("further", "enps", str(answers), folder)
        theirs = peer(folder, "polars-enps")
    for name, value in theirs["results"].items():
        if not same(value, own["results"][name]):
            sys.exit(f"polars and we differ in the eNPS {name}: {value} and {own['results'][name]}")
    title(f"eNPS of {answers:,} answers in bytes")
    table("what", "ours, seconds", "polars, × ours", "one thread reading the answers, × ours")
    for name in theirs["times"]:
        seconds, other, limit = own["times"][name], theirs["times"][name], own["times"]["limit"]
        print(f"| {name} | {seconds:.4f} | {other / seconds:.1f} | {limit / seconds:.2f} |")


def main():
    words = sys.argv[1:]
    shares = int(words.pop(0).replace("_", "")) if words and words[0][:1].isdigit() else 10_000_000
    peers = [word for word in words if "-" in word]
    steps = [word for word in words if "-" not in word] or ["reference"]
    experts = peers or [name for name in PEERS if "expert" in name]
    all_steps = {
        "reference": lambda: report(shares, peers or PEERS),
        "scattered": lambda: report(shares, experts, "scattered"),
        "texts": lambda: report(shares, experts, "texts"),
        "scaling": lambda: scaling(shares),
        "incremental": lambda: incremental(shares),
        "enps": lambda: enps(10 * shares),
    }
    for step in all_steps if "everything" in steps else steps:
        if step not in all_steps:
            sys.exit(f"{step} is no step; steps are {', '.join(all_steps)}, everything")
        all_steps[step]()


main()
