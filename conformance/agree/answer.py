"""What Python answers to the questions of `examples/agree`, a line each."""

import json
import struct
import sys

import advocacy as adv


def fnv(data):
    total = 0x811C9DC5
    for byte in data:
        total = (total ^ byte) * 0x01000193 & 0xFFFFFFFF
    return total


def plain(value):
    """None where there is nothing; a number by its bits."""
    if isinstance(value, dict):
        # A browser brings its own table of zones.
        fields = {name: plain(inner) for name, inner in value.items() if name != "zone_database"}
        return {name: inner for name, inner in fields.items() if inner is not None} or None
    if isinstance(value, list):
        return [plain(inner) for inner in value] or None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if isinstance(value, int) and abs(value) >= 2**53:
        return str(value)
    return struct.pack(">d", value).hex()


def answered(rows, asked):
    policy = asked.pop("privacy", None)
    program = adv.Program(**rows, privacy=policy)
    for name, excepted in (("where", False), ("where_not", True)):
        terms = [term for term in given["asked"]["where"] if term["except"] is excepted]
        asked[name] = {term["dimension"]: term["values"] for term in terms}
    period = asked.pop("period")
    if "metrics" not in asked:
        return program.report(period, **asked).to_dict()
    metrics = asked.pop("metrics")
    table = program.measure(metrics, period=period, **asked)
    explained = "\n\n".join(table.total[name].explain() for name in table.columns)
    counts = None
    if policy is None:
        try:
            counts = fnv(program.tally(metrics, period=period, **asked).to_bytes())
        except adv.AdvocacyError as error:
            if error.code != "incompatible_tally":
                raise
    return {"table": table.to_dict(), "explained": explained, "tally": counts}


for line in sys.stdin:
    given = json.loads(line)
    try:
        answer = answered(given["rows"], dict(given["asked"]))
    except adv.AdvocacyError as error:
        answer = {"error": {"code": error.code, "field": error.field, "row": error.row}}
    print(json.dumps(plain(answer), sort_keys=True, ensure_ascii=False, separators=(",", ":")), flush=True)
