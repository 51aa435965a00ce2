"""Writes the conformance cases, or checks that they are what is written here.

    python3 conformance/oracle            writes the files beside this folder
    python3 conformance/oracle --check    exits 1 where one differs

More programmes than are kept, for `CONFORMANCE=DIR cargo test --test conformance`:

    python3 conformance/oracle --into DIR --programmes 1000 2000
"""

import argparse
import json
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import inputs
import private
import queries
import surveyed
from fault import Fault

HERE = Path(__file__).resolve().parent.parent


def plain(value):
    """Numbers as the nearest float, counts as they are."""
    if isinstance(value, (Fraction, Decimal)):
        return float(value) + 0.0
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value


def expected(id, function, given):
    try:
        known = inputs.parameters(id, function)
        for name in given:
            if name not in known:
                raise Fault("unknown_name", name)
        for name, must in known.items():
            # A turnover's headcount can come in two forms: it says so itself.
            if must and given.get(name) is None and name not in ("start", "end"):
                raise Fault("missing_value", name)
        for name, value in given.items():
            if isinstance(value, float) and name in COUNTED and value != int(value):
                raise Fault("invalid_value", name)
        given = {
            name: int(value) if name in COUNTED and isinstance(value, float) else value
            for name, value in given.items()
            if value is not None
        }
        return {"output": plain(function(**given))}
    except Fault as fault:
        return {"error": fault.json()}


COUNTED = {"successes", "trials"}


def operation_cases():
    for id, function in sorted(inputs.functions().items()):
        cases = []
        for name, given in inputs.inputs(id, function):
            case = {"name": name, "input": given, **expected(id, function, given)}
            if given.get("method") == "tango":
                case |= {"tolerance": inputs.RELATIVE, "fields": inputs.tails(id)}
            cases.append(case)
        tolerance, fields = inputs.tolerances(id)
        yield id, {
            "operation": id,
            "parameters": inputs.signature(id, function),
            "tolerance": tolerance,
            "fields": fields,
            "cases": cases,
        }


def programme_cases(programmes):
    """Queries of every programme, and its report."""

    def own(asked):
        return queries.OF_SURVEYS if asked["metrics"][0] in surveyed.METRICS else {}

    def answered(asked):
        try:
            return {"output": plain(queries.answer(programmes[asked["program"]], asked))}
        except Fault as fault:
            return {"error": fault.json()}

    cases = [
        {"name": name, "input": asked, **answered(asked), **own(asked)}
        for name, asked in queries.cases(programmes)
    ]
    yield "measure", {"operation": "measure", **queries.TOLERANCE, "cases": cases}
    cases = [
        {"name": asked["program"], "input": asked, "output": plain(made)}
        for asked, made in queries.reports(programmes)
    ]
    yield "report", {"operation": "report", **queries.TOLERANCE, "cases": cases}
    cases = [
        {"name": name, "input": asked, "output": made}
        for name, asked, made in private.cases(programmes)
    ]
    yield "protect", {"operation": "protect", **queries.TOLERANCE, "cases": cases}


def text(file):
    """One case a line."""
    head = {name: value for name, value in file.items() if name != "cases"}
    lines = [json.dumps(head, ensure_ascii=False)[:-1] + ', "cases": [']
    lines.append(",\n".join(json.dumps(case, ensure_ascii=False) for case in file["cases"]))
    return "\n".join(lines) + "\n]}\n"


def rows_text(rows):
    """One row a line."""
    tables = []
    for name, table in rows.items():
        if isinstance(table, list):
            lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in table)
            tables.append(f"{json.dumps(name)}: [\n{lines}\n]")
        else:
            tables.append(f"{json.dumps(name)}: {json.dumps(table)}")
    return "{\n" + ",\n".join(tables) + "\n}\n"


def wanted(folder, rows):
    """The text of every file, by path."""
    cases, programmes = folder / "cases", folder / "programmes"
    for id, file in (*operation_cases(), *programme_cases(rows)):
        yield cases / f"{id}.json", text(file)
    for name, each in {**rows, **private.houses()}.items():
        yield programmes / f"{name}.json", rows_text(each)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--into", type=Path, default=HERE)
    parser.add_argument("--programmes", type=int, nargs=2, metavar=("FIRST", "LAST"))
    asked = parser.parse_args()
    check, folder = asked.check, asked.into
    rows = queries.programmes()
    if asked.programmes:
        first, last = asked.programmes
        rows = queries.programmes(first, last - first + 1)
    files, differ = dict(wanted(folder, rows)), []
    for path, content in files.items():
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            differ.append(path.name)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content, encoding="utf-8")
    for path in folder.glob("*/*.json"):
        if path not in files:
            differ.append(path.name)
            if not check:
                path.unlink()
    if check and differ:
        sys.exit(f"not what the oracle says: {', '.join(sorted(differ))}")


main()
