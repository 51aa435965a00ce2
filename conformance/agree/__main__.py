"""Puts random programmes with a question each to the core and to other
surfaces, and stops at the first line that is not the same, byte for byte.

    python3 conformance/agree 300 --seed 1 --python python3 --javascript advocacy-wasm/dist/node.js

The core is `cargo run --release --example agree`, built first.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def started(command):
    return subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def first_difference(path, ours, theirs):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        names = sorted(ours.keys() | theirs.keys())
        pairs = [(f"{path}.{name}", ours.get(name), theirs.get(name)) for name in names]
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = [(f"{path}[{at}]", *pair) for at, pair in enumerate(zip(ours, theirs))]
    else:
        return None if ours == theirs else f"{path}: {ours} here, {theirs} there"
    return next((found for pair in pairs if (found := first_difference(*pair))), None)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--python", help="an interpreter that has the package")
    parser.add_argument("--javascript", help="the package's module for Node")
    parser.add_argument("--lines", type=Path, help="questions of a file instead")
    parser.add_argument("--core", type=Path, help="the example built before")
    asked = parser.parse_args()
    core = asked.core or ROOT / "target/release/examples/agree"
    if not asked.core:
        build = ["cargo", "build", "--quiet", "--release", "-p", "advocacy-core", "--example", "agree"]
        subprocess.run(build, cwd=ROOT, check=True)
    others = {}
    if asked.python:
        others["Python"] = started([asked.python, HERE / "answer.py"])
    if asked.javascript:
        answer, module = HERE / "answer.mjs", Path(asked.javascript).resolve()
        others["JavaScript"] = started(["node", answer, module])
        others["browsers' engine"] = started(["node", answer, module, module.parent / "advocacy_bg.wasm"])
    ours = started([core, "answer"])
    if asked.lines:
        lines = asked.lines.open("rb")
    else:
        lines = started([core, "generate", asked.count, asked.seed]).stdout
    compared = refused = 0
    for line in lines:
        for surface in (ours, *others.values()):
            surface.stdin.write(line)
            surface.stdin.flush()
        wanted = ours.stdout.readline()
        for name, surface in others.items():
            got = surface.stdout.readline()
            if got != wanted or not got:
                print(line.decode(), file=sys.stderr)
                sides = [json.loads(answer or "null") for answer in (wanted, got)]
                where = first_difference("answer", *sides) or "the bytes differ, not what they say"
                sys.exit(f"{name} disagrees on programme {compared}: {where[:2000]}")
        refused += wanted.startswith(b'{"error"')
        compared += 1
    if compared < (1 if asked.lines else asked.count):
        sys.exit(f"only {compared} programmes were there to compare")
    print(f"{compared} programmes, the same bytes from Rust, {', '.join(others)}; {refused} refused alike")


main()
