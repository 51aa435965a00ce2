"""Holds what a surface exports to what the core says it has.

    cargo run --quiet --example surface | python3 conformance/surface.py python
    cargo run --quiet --example surface | python3 conformance/surface.py javascript

Python: the installed package and the stubs it ships. JavaScript: the types in
`advocacy-wasm/dist`. Names, parameters, defaults and docs must all be the core's,
no more and no fewer.
"""

import ast
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORE = json.load(sys.stdin)
WRONG = []


def same(what, got, wanted):
    if got != wanted:
        WRONG.append(f"{what}: {got!r}, in the core {wanted!r}")


def squeezed(text):
    """Words alone: how lines are broken is each language's own."""
    return " ".join(re.sub(r"^\s*\*", "", text, flags=re.M).split())


def says(what, doc, wanted):
    if squeezed(wanted) not in squeezed(doc or ""):
        WRONG.append(f"{what} does not say {wanted!r}")


def listed(what, got, wanted):
    """Nothing missing, nothing more."""
    same(f"{what} not there", sorted(set(wanted) - set(got)), [])
    same(f"{what} too many", sorted(set(got) - set(wanted)), [])


def python():
    import inspect

    import advocacy as adv

    operations = {each["id"]: each for each in CORE["operations"]}
    same("metrics", [m["id"] for m in adv.metrics()], [m["id"] for m in CORE["metrics"]])
    for got, wanted in zip(adv.metrics(), CORE["metrics"]):
        for name in ("title", "family", "unit", "formula", "source", "options"):
            same(f"metric {wanted['id']}.{name}", got[name], wanted[name])
    same("options", adv.options(), CORE["options"])
    same("options of a policy", adv.privacy_options(), CORE["privacy"])
    same("dimensions", adv.dimensions(), CORE["dimensions"])
    tree = ast.parse(Path(adv.__file__).with_suffix(".pyi").read_text("utf-8"))
    stubs = {node.name: node.args for node in tree.body if isinstance(node, ast.FunctionDef)}
    listed("functions in the stubs", stubs, operations)
    module = {name for name, value in vars(adv).items() if callable(value) and not inspect.isclass(value)}
    others = {"metrics", "operations", "options", "privacy_options", "dimensions", "schemas", "sample", "sample_rows"}
    public = {name for name in module if not name.startswith("_")}
    listed("functions", public - others, operations)
    listed("names in __all__", set(adv.__all__) & public - others, operations)
    for id, wanted in operations.items():
        parameters = {each["name"]: each for each in wanted["parameters"]}
        function, stub = getattr(adv, id), stubs[id]
        says(id, function.__doc__, wanted["doc"])
        for name, parameter in parameters.items():
            says(f"{id}({name})", function.__doc__, parameter["doc"])
        placed = zip(reversed(stub.args), reversed(stub.defaults))
        given = {arg.arg: value for arg, value in placed}
        given |= {arg.arg: value for arg, value in zip(stub.kwonlyargs, stub.kw_defaults) if value}
        names = [arg.arg for arg in (*stub.args, *stub.kwonlyargs)]
        same(f"parameters of {id} in the stubs", names, list(parameters))
        for name, parameter in parameters.items():
            same(f"{id}({name}) must be given", name not in given, parameter["required"])
            if name in given and not isinstance(given[name], ast.Constant | ast.UnaryOp):
                WRONG.append(f"{id}({name}) has no default that can be read")
            elif name in given:
                default = ast.literal_eval(given[name])
                same(f"default of {id}({name})", default, parameter["default"])


def camel(name):
    return re.sub(r"_([a-z])", lambda letter: letter[1].upper(), name)


def javascript():
    types = ROOT / "advocacy-wasm/dist/generated"
    operations = (types / "operations.d.ts").read_text("utf-8")
    catalog = (types / "catalog.d.ts").read_text("utf-8")
    declared = re.compile(
        r"/\*\*(?P<doc>(?:(?!\*/).)*)\*/\s*export declare const (?P<name>\w+): Explained<"
        r"\((?P<must>[^{}()]*?)(?:,?\s*options\?: \{(?P<may>.*?)\n\})?\) => (?P<returns>[^;]*)>;",
        re.S,
    )
    found = {each["name"]: each for each in declared.finditer(operations)}
    same("declarations that can be read", len(found), operations.count("export declare const"))
    listed("functions", found, [camel(each["id"]) for each in CORE["operations"]])
    for wanted in CORE["operations"]:
        got = found.get(camel(wanted["id"]))
        if got is None:
            continue
        name = got["name"]
        says(name, got["doc"], wanted["doc"])
        must = [each.split(":")[0].strip() for each in got["must"].split(", ") if ":" in each]
        may = re.findall(r"/\*\*((?:(?!\*/).)*)\*/\s*(\w+)\?:", got["may"] or "", re.S)
        required = [each for each in wanted["parameters"] if each["required"]]
        optional = [each for each in wanted["parameters"] if not each["required"]]
        same(f"what must be given to {name}", must, [camel(each["name"]) for each in required])
        same(f"options of {name}", [each for _, each in may], [camel(each["name"]) for each in optional])
        for each in required:
            says(name, got["doc"], f"@param {camel(each['name'])} {each['doc']}")
        for (doc, _), each in zip(may, optional):
            default = each["default"]
            whole = isinstance(default, float) and default.is_integer()
            shown = default if isinstance(default, str) else json.dumps(int(default) if whole else default)
            says(f"{name}({each['name']})", doc, each["doc"])
            if default is not None:
                says(f"{name}({each['name']})", doc, f"By default `{shown}`.")
    union = lambda name: set(re.findall(r'"([^"]+)"', re.search(rf"type {name} = (.*);", catalog)[1]))
    both = lambda names: {spelt for name in names for spelt in (name, camel(name))}
    listed("metrics", union("MetricName"), both(each["id"] for each in CORE["metrics"]))
    listed("dimensions", union("DimensionName"), both(CORE["dimensions"]))
    for record, key in (("Definitions", "options"), ("PrivacyPolicy", "privacy")):
        body = re.search(rf"interface {record} \{{(.*?)\n\}}", catalog, re.S)[1]
        docs = {name: doc for doc, name in re.findall(r"/\*\*((?:(?!\*/).)*)\*/\s*(\w+)\??:", body, re.S)}
        listed(f"options of {record}", docs, [camel(each["id"]) for each in CORE[key]])
        for each in CORE[key]:
            says(f"{record}.{each['id']}", docs.get(camel(each["id"])), each["doc"])
            says(f"{record}.{each['id']}", docs.get(camel(each["id"])), f"By default `{each['default']}`.")


{"python": python, "javascript": javascript}[sys.argv[1]]()
if WRONG:
    sys.exit("\n".join(WRONG))
counts = ", ".join(f"{len(CORE[name])} {name}" for name in CORE)
print(f"{sys.argv[1]} exports what the core has: {counts}")
