"""Prints a notebook's code as a module, for the type checkers."""

from __future__ import annotations

import json
import sys
from pathlib import Path

notebook = json.loads(Path(sys.argv[1]).read_text("utf-8"))
for cell in notebook["cells"]:
    if cell["cell_type"] == "code":
        lines = "".join(cell["source"]).splitlines()
        sys.stdout.write("\n".join(line for line in lines if not line.startswith("%")) + "\n\n")
