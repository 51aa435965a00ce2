"""What a privacy policy must hide, and whether anything hidden can be worked out."""

from fractions import Fraction as F
from random import Random

from queries import LATE, Asked, _cell

QUESTIONS = 6
HOUSES = 8
LEVELS = ("department", "team")
SPLITS = (("team",), ("location",), ("network",), ("month",), ("team", "network"), ("network", "month"), ("kind", "network"))
OF_SURVEYS = (("team",), ("wave",))


def questions(name):
    """(name, query) of a programme."""
    random = Random(f"policies of {name}")
    for number in range(1, QUESTIONS + 1):
        survey = number % 3 == 0
        yield f"{name}, policy {number}", {
            "program": name,
            "metrics": ["enps" if survey else "shares"],
            "by": list(random.choice(OF_SURVEYS if survey else SPLITS)),
            "period": random.choice(("2025-Q1", "2025-Q2", "2025")),
            "tz": "UTC",
            "as_of": "2025-12-31T00:00:00Z",
            "privacy": {"k": random.choice((2, 3, 5))},
        }


def house(random, shares_names):
    """A programme of departments and their teams; some teams of the same name."""
    units = [(f"D{d}", f"T{d}{t}") for d in range(random.randint(2, 3)) for t in range(random.randint(1, 2))]
    if shares_names:
        units += [("D0", "Staff"), ("D1", "Staff")]
    advocates, shares = [], []
    for department, team in units:
        for network in ("linkedin", "x"):
            for month in (1, 2):
                for _ in range(random.choice((0, 1, 2, 4, 6, 7, 9))):
                    who = f"a{len(advocates)}"
                    advocates.append({"id": who, "department": department, "team": team})
                    at = f"2025-0{month}-{random.randint(10, 28)}T09:00:00Z"
                    shares.append({"id": f"s{len(shares)}", "advocate": who, "network": network, "shared_at": at})
    return {**{table: [] for table in LATE}, "advocates": advocates, "shares": shares}


def houses():
    """Programmes whose hierarchy is audited, by name."""
    return {f"house-{n}": house(Random(f"house {n}"), n % 2 == 0) for n in range(1, HOUSES + 1)}


def of_hierarchy(name):
    """(name, query) by levels of a hierarchy and something else."""
    for number, by in enumerate((*([level] for level in LEVELS), LEVELS, *([level, beside] for level in LEVELS for beside in ("network", "month")))):
        yield f"{name}, by {' and '.join(by)}", {
            "program": name,
            "metrics": ["shares"],
            "by": list(by),
            "period": "2025-Q1",
            "tz": "UTC",
            "as_of": "2025-12-31T00:00:00Z",
            "privacy": {"k": 3 + 2 * (number % 2)},
        }


def _sharers(of, cell):
    return {fact["row"]["advocate"] for fact in of.programme.shares_in(of.d, cell)}


def _is_small(of, asked, cell):
    """Fewer than k people, but somebody; of answers also those that are all alike."""
    k = asked["privacy"]["k"]
    if asked["metrics"] == ["shares"]:
        return 0 < len(_sharers(of, cell)) < k
    rows = [row for row, _, question in of.surveys.answered(cell) if question == "enps"]
    # Every anonymous answer may be another person's.
    people = {row.get("respondent", place) for place, row in enumerate(rows)}
    group = lambda score: (score >= 9) - (score < 7)
    return 0 < len(people) < k or len({group(row["score"]) for row in rows}) == 1


def hidden(rows, asked):
    """The keys that must be hidden whatever else is; that of the total is empty."""
    of = Asked(rows, asked)
    whole = _cell(of.programme, asked)
    keys = [((), whole), *of.keys(asked["metrics"], asked["by"], whole)]
    return [list(key) for key, cell in keys if _is_small(of, asked, cell)]


def cases(programmes):
    for name, rows in programmes.items():
        for title, asked in questions(name):
            yield title, asked, {"hidden": hidden(rows, asked)}
    for name, rows in houses().items():
        for title, asked in of_hierarchy(name):
            yield title, asked, {"hidden": hidden(rows, asked)}


# Whether anything can be worked out, by exact linear algebra. Nothing of this
# looks at a programme: it knows what a reader knows.


def _pivot(table, basis, row, column):
    factor = table[row][column]
    table[row] = [x / factor for x in table[row]]
    for other, line in enumerate(table):
        if other != row and line[column]:
            by = line[column]
            table[other] = [x - by * y for x, y in zip(line, table[row])]
    basis[row] = column


def _run(table, basis, columns):
    """The simplex method by Bland's rule on a tableau whose last row is the goal."""
    while True:
        entering = next((c for c in range(columns) if table[-1][c] < 0), None)
        if entering is None:
            return True
        ratios = [
            (line[-1] / line[entering], basis[at], at)
            for at, line in enumerate(table[:-1])
            if line[entering] > 0
        ]
        if not ratios:
            return False
        _pivot(table, basis, min(ratios)[2], entering)


def _feasible(equations, count):
    """A tableau of numbers not below 0 that are so, with its basis."""
    lines = []
    for weights, total in equations:
        sign = -1 if total < 0 else 1
        lines.append(([sign * F(weights.get(at, 0)) for at in range(count)], sign * F(total)))
    n = len(lines)
    table = [
        [*weights, *(F(at == own) for own in range(n)), total] for at, (weights, total) in enumerate(lines)
    ]
    table.append([-sum(line[c] for line in table) for c in range(count)] + [F(0)] * n + [-sum(line[-1] for line in table)])
    basis = [count + at for at in range(n)]
    _run(table, basis, count)
    assert table[-1][-1] == 0, "what is shown does not add up"
    for row in range(n):
        if basis[row] >= count:
            column = next((c for c in range(count) if table[row][c]), None)
            if column is not None:
                _pivot(table, basis, row, column)
    kept = [row for row in range(n) if basis[row] < count]
    return [table[row][:count] + table[row][-1:] for row in kept], [basis[row] for row in kept]


def _fixed(equations, count, goals):
    """Which sums of numbers not below 0, each of some of them, have one value."""
    table, basis = _feasible(equations, count)
    seen = [set() for _ in goals]

    def look():
        now = {column: line[-1] for column, line in zip(basis, table)}
        for values, goal in zip(seen, goals):
            values.add(sum(now.get(at, 0) for at in goal))

    look()
    for goal, values in zip(goals, seen):
        for sign in (1, -1):
            if len(values) > 1:
                break
            last = [F(sign * (c in goal)) for c in range(count)] + [F(0)]
            for row, column in enumerate(basis):
                if last[column]:
                    by = last[column]
                    last = [x - by * y for x, y in zip(last, table[row])]
            table.append(last)
            bounded = _run(table, basis, count)
            table.pop()
            look()
            if not bounded:
                values.add(None)
    return [len(values) == 1 for values in seen]


def worked_out(cells, margins):
    """The hidden numbers that what is shown leaves one value.

    `cells` are the finest numbers by key, None where hidden; `margins` are
    sums of them: (a test of keys, the number or None) by name. A cell of no table
    is no number that could be hidden."""
    shown = [(covers, value) for covers, value in margins.values() if value is not None]
    # Of nothing all parts are nothing.
    nothing = {key for key in cells if any(covers(key) for covers, value in shown if value == 0)}
    names = [key for key, value in cells.items() if value is None and key not in nothing]
    place = {key: at for at, key in enumerate(names)}

    def split(covers):
        inside = [key for key in cells if covers(key)]
        known = sum(F(cells[key] or 0) for key in inside)
        return frozenset(place[key] for key in inside if key in place), known

    equations = {}
    for covers, value in shown:
        parts, known = split(covers)
        if parts:
            equations[parts] = F(value) - known
    goals = {("cell", key): frozenset([at]) for key, at in place.items()}
    goals |= {("cell", key): frozenset() for key in nothing if cells[key] is None}
    goals |= {("margin", name): split(covers)[0] for name, (covers, value) in margins.items() if value is None}
    fixed = _fixed([(dict.fromkeys(parts, 1), total) for parts, total in equations.items()], len(names), list(goals.values()))
    return [name for name, one in zip(goals, fixed) if one]


def together(by, ask):
    """What can be worked out of both levels of a hierarchy beside something else, or
    of the levels themselves: what anybody can ask for by either of them and what a
    reader knows of who is where, but no numbers by both levels beside others."""
    beside = [dimension for dimension in by if dimension not in LEVELS]
    pairs, _ = ask(list(LEVELS))
    columns, total = ask(beside) if beside else ({(): None}, ask([])[1])
    finest = {(*pair, *column): None for pair in pairs for column in columns}
    order = [*LEVELS, *beside]
    tables = [[level, *beside] for level in LEVELS] + [[level] for level in LEVELS] + [beside]
    margins = {"total": (lambda key: True, total)}
    for dimensions in [table for table in tables if table]:
        places = [order.index(dimension) for dimension in dimensions]
        part = lambda key, places=places: tuple(key[at] for at in places)
        rows, _ = ask(dimensions)
        for own in dict.fromkeys(map(part, finest)):
            # Where there is no row there is nobody.
            margins[" ".join(dimensions), own] = (lambda key, own=own, part=part: part(key) == own, rows.get(own, 0))
    if not beside:
        finest = pairs
    hidden = worked_out(finest, margins)
    return [name for name in hidden if name[0] == "margin" or not beside]


def audit(by, ask):
    """What can be worked out of a table of counts and the tables a reader can ask
    for beside it. `ask(dimensions)` gives the rows of one, by key, and its total."""
    if set(by) & set(LEVELS) and len(ask(list(LEVELS))[0]) > 1:
        return together(by, ask)
    cells, total = ask(by)
    margins = {"total": (lambda key: True, total)}
    if len(by) > 1:
        for at, dimension in enumerate(by):
            rows, _ = ask([dimension])
            for (value,), number in rows.items():
                covers = lambda key, at=at, value=value: key[at] == value
                margins[f"{dimension} {value}"] = (covers, number)
    return worked_out(cells, margins)
