"""Writes the conformance cases, or checks that they are what is written here.

    python3 conformance/oracle            writes ../*.json
    python3 conformance/oracle --check    exits 1 where a file differs
"""

import json
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import inputs
from fault import Fault

FOLDER = Path(__file__).resolve().parent.parent / "cases"


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
                case |= {"tolerance": inputs.RELATIVE, "fields": inputs.TAILS}
            cases.append(case)
        tolerance, fields = inputs.tolerances(id)
        yield id, {"operation": id, "tolerance": tolerance, "fields": fields, "cases": cases}


def text(file):
    """One case a line."""
    head = {name: value for name, value in file.items() if name != "cases"}
    lines = [json.dumps(head, ensure_ascii=False)[:-1] + ', "cases": [']
    lines.append(",\n".join(json.dumps(case, ensure_ascii=False) for case in file["cases"]))
    return "\n".join(lines) + "\n]}\n"


def main():
    check = "--check" in sys.argv[1:]
    FOLDER.mkdir(exist_ok=True)
    wanted = {f"{id}.json": text(file) for id, file in operation_cases()}
    differ = []
    for name, content in wanted.items():
        path = FOLDER / name
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            differ.append(name)
            if not check:
                path.write_text(content, encoding="utf-8")
    for path in FOLDER.glob("*.json"):
        if path.name not in wanted:
            differ.append(path.name)
            if not check:
                path.unlink()
    if check and differ:
        sys.exit(f"not what the oracle says: {', '.join(sorted(differ))}")


main()
