"""What a privacy policy must hide, and whether anything hidden can be worked out."""

from fractions import Fraction as F
from random import Random

from queries import Asked, _cell

QUESTIONS = 6
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


def _least(equations, count, goal):
    """The least value of a sum of numbers not below 0; None without a bound."""
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
    table = [table[row][:count] + table[row][-1:] for row in kept]
    basis = [basis[row] for row in kept]
    last = [F(goal.get(c, 0)) for c in range(count)] + [F(0)]
    for row, column in enumerate(basis):
        if last[column]:
            by = last[column]
            last = [x - by * y for x, y in zip(last, table[row])]
    table.append(last)
    return -table[-1][-1] if _run(table, basis, count) else None


def worked_out(cells, margins):
    """The hidden numbers that what is shown leaves one value.

    `cells` are the finest numbers by key, None where hidden; `margins` are
    sums of them: (a test of keys, the number or None) by name."""
    names = [("cell", key) for key, value in cells.items() if value is None]
    names += [("margin", name) for name, (_, value) in margins.items() if value is None]
    place = {name: at for at, name in enumerate(names)}
    equations = []
    for name, (covers, value) in margins.items():
        weights, total = {}, F(0 if value is None else value)
        for key, number in cells.items():
            if covers(key):
                if number is None:
                    weights[place["cell", key]] = 1
                else:
                    total -= F(number)
        if value is None:
            weights[place["margin", name]] = -1
        if weights:
            equations.append((weights, total))
    known = []
    for name, at in place.items():
        least = _least(equations, len(names), {at: 1})
        most = _least(equations, len(names), {at: -1})
        if most is not None and least == -most:
            known.append(name)
    return known


def audit(by, ask):
    """What can be worked out of a table of counts and the tables a reader can ask
    for beside it. `ask(dimensions)` gives the rows of one, by key, and its total."""
    cells, total = ask(by)
    margins = {"total": (lambda key: True, total)}
    if len(by) > 1:
        for at, dimension in enumerate(by):
            rows, _ = ask([dimension])
            for (value,), number in rows.items():
                covers = lambda key, at=at, value=value: key[at] == value
                margins[f"{dimension} {value}"] = (covers, number)
    return worked_out(cells, margins)
