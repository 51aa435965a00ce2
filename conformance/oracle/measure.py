"""What a conformance case says of a measure: as much as the reference fixes."""


def part(value):
    return {"value": value}


def measure(id, value, above=None, below=None, interval=None, **more):
    made = {"id": id, "state": "undefined" if value is None else "defined", "value": value}
    if above is not None:
        made["numerator"] = part(above)
    if below is not None:
        made["denominator"] = part(below)
    # Left out of the JSON where there is none.
    made["interval"] = None if value is None else interval
    made.update(more)
    return made
