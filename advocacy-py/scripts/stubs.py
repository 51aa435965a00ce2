"""Writes the type stubs from the compiled module, or checks that they are current.

    python scripts/stubs.py          writes python/advocacy/*.pyi
    python scripts/stubs.py --check  says what differs, and fails if anything does

Classes come from the extension's own introspection data (maturin), functions
from the core's registry (the imported module): nothing is typed here but the
imports that their annotations need.
"""

from __future__ import annotations

import ast
import difflib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import advocacy
from advocacy import _advocacy

HERE = Path(__file__).resolve().parent.parent
PACKAGE = HERE / "python" / "advocacy"

COMPILED = '''\
"""The core of `advocacy`, compiled. Written by scripts/stubs.py."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPING

import pandas
import polars
import pyarrow
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ._types import PeriodLike, TableLike, TimeLike

'''

FRONT = '''\
"""Employee-advocacy metrics that explain and defend themselves.

Written by scripts/stubs.py from the core's registry.
"""

from collections.abc import Mapping
from typing import Literal

'''


def introspected() -> str:
    """What maturin reads out of the extension."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["maturin", "generate-stubs", "--quiet", "--profile", "wheel", "--out", folder],
            cwd=HERE,
            check=True,
        )
        (found,) = Path(folder).rglob("*.pyi")
        return found.read_text("utf-8")


def compiled(text: str) -> str:
    """The extension's classes and functions."""
    tree = ast.parse(text)
    names = re.findall(r"^from typing import (.*)$", text, re.MULTILINE)
    typing = sorted({name for line in names for name in line.split(", ")} | {"Any"})
    kept = [node for node in tree.body if not isinstance(node, (ast.Import, ast.ImportFrom))]
    for node in ast.walk(tree):
        _unquote(node)
    head = COMPILED.replace("TYPING", ", ".join(typing))
    return head + "\n\n".join(map(ast.unparse, kept[1:])) + "\n"


# What introspection leaves open.
FULL = {"dict": "dict[str, Any]", "tuple": "tuple[Any, ...]"}


def _unquote(node: ast.AST) -> None:
    """Annotations given as text are annotations."""
    for field in ("annotation", "returns"):
        hint = getattr(node, field, None)
        if isinstance(hint, ast.Constant) and isinstance(hint.value, str):
            setattr(node, field, ast.parse(hint.value, mode="eval").body)
        elif isinstance(hint, ast.Name) and hint.id in FULL:
            setattr(node, field, ast.parse(FULL[hint.id], mode="eval").body)


def front() -> str:
    """What `import advocacy` gives."""
    source = (PACKAGE / "__init__.py").read_text("utf-8")
    imports = re.search(r"from \._advocacy import \((.*?)\)", source, re.DOTALL)
    assert imports is not None
    names = [name.strip() for name in imports[1].split(",") if name.strip()]
    public = [name for name in names if name in advocacy.__all__]
    parts = [
        FRONT,
        "from ._advocacy import (\n",
        *(f"    {name} as {name},\n" for name in public),
        ")\nfrom ._errors import AdvocacyError as AdvocacyError\n",
        "from ._types import Ids, Instants, Numbers, Scores, Texts, Values\n\n",
        "__all__ = [\n",
        *(f"    {name!r},\n".replace("'", '"') for name in advocacy.__all__),
        "]\n",
    ]
    for name, signature in _advocacy._stubs():
        parts.append(f"\ndef {name}{signature}: ...\n")
    text = "".join(parts)
    unused = [name for name in ("Ids", "Instants", "Texts", "Values") if not re.search(rf": {name}\b", text)]
    for name in unused:
        text = re.sub(rf"(from \._types import .*?), {name}\b", r"\1", text)
    return text


def main() -> int:
    written = {"_advocacy.pyi": compiled(introspected()), "__init__.pyi": front()}
    stale = 0
    for name, text in written.items():
        path = PACKAGE / name
        if "--check" not in sys.argv:
            path.write_text(text, "utf-8")
            continue
        before = path.read_text("utf-8") if path.exists() else ""
        diff = difflib.unified_diff(before.splitlines(), text.splitlines(), name, "compiled", lineterm="")
        for line in diff:
            stale = 1
            print(line)
    return stale


if __name__ == "__main__":
    sys.exit(main())
