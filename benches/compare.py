"""Times the reference report, ours and the peers', on the same columns in the
same run, checks that all give the same results, and prints one table:
`python benches/compare.py [SHARES] [ENGINE-FORM ...]`.

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
    key = NAMES.get(name, lambda code: str(int(code)))
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


def run(command):
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=HERE.parent).stdout)


def main():
    shares = sys.argv[1] if len(sys.argv) > 1 else "10000000"
    peers = sys.argv[2:] or PEERS
    with tempfile.TemporaryDirectory() as folder:
        ours_command = ["cargo", "run", "--release", "--quiet", "-p", "advocacy-benches", "--bin", "ours", "--",
                        shares, folder]
        ours = run(ours_command)
        packaged = importlib.util.find_spec("advocacy") and run([sys.executable, str(HERE / "python.py"), folder])
        found = {peer: run([sys.executable, str(HERE / "peers.py"), folder, *peer.split("-")]) for peer in peers}
    for peer, theirs in found.items():
        for name, rows in theirs["results"].items():
            if not same(normal(name, rows), ours_normal(name, ours["results"][name])):
                sys.exit(f"{peer} and we differ in {name}:\n{normal(name, rows)[:3]}\n"
                         f"{ours_normal(name, ours['results'][name])[:3]}")
    if packaged and any(ours["results"][name] != rows for name, rows in packaged["results"].items()):
        sys.exit("from Python the results are not those of Rust, bit for bit")
    limit, took = ours["times"]["limit"], ours["times"]["report"]
    print(f"{int(shares):,} shares; {platform.machine()}, {platform.system()}, best of several runs each; "
          "all results agree\n")
    print("| who | seconds | × ours | × one thread reading the columns once | memory above the input, MB |")
    print("|---|---|---|---|---|")

    def line(who, seconds, memory):
        memory = "–" if memory is None else f"{memory / 1024:.0f}"
        print(f"| {who} | {seconds:.3f} | {seconds / took:.1f} | {seconds / limit:.1f} | {memory} |")

    line("one thread reading the columns once", limit, None)
    line("**advocacy**, programme included", took, ours["memory"])
    if packaged:
        line("the same from Python", packaged["times"]["report"], packaged["memory"])
    for peer, theirs in found.items():
        line(peer.replace("-", ", "), theirs["times"]["report"], theirs["memory"])
    print("\n| one query | ours, seconds | " + " | ".join(f"{peer}, × ours" for peer in found if "expert" in peer) + " |")
    print("|---|---|" + "---|" * sum("expert" in peer for peer in found))
    for name, seconds in ours["times"].items():
        theirs = [found[peer]["times"].get(name) for peer in found if "expert" in peer]
        if name not in ("limit", "report") and any(theirs):
            ratios = " | ".join("–" if other is None else f"{other / seconds:.1f}" for other in theirs)
            print(f"| {name} | {seconds:.3f} | {ratios} |")


main()
