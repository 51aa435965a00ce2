"""The tutorial runs from its first cell to its last."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient

TUTORIAL = Path(__file__).parent.parent / "tutorial" / "from_csv_to_findings.ipynb"


def test_tutorial(tmp_path: Path) -> None:
    notebook = nbformat.read(TUTORIAL, as_version=4)  # type: ignore[no-untyped-call]
    done = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in done.cells if cell.cell_type == "code" for output in cell.outputs]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    pages = [output for output in outputs if "text/html" in output.get("data", {})]
    assert len(pictures) == 3 and len(pages) >= 3
    text = "".join(output.get("text", "") for output in outputs)
    assert "engagement_rate = engagements / impressions" in text
    assert "of employees have joined" in text
