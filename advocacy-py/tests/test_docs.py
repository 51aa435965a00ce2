"""What the documentation shows runs as it stands."""

from __future__ import annotations

import doctest
import inspect
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import matplotlib
import pytest

import advocacy as adv

README = Path(__file__).parent.parent / "README.md"
FRONT = README.parents[1] / "README.md"


def blocks(page: Path = README) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def test_readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    matplotlib.use("agg")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    code = blocks()
    assert len(code) >= 4
    for block in code:
        exec(compile(block, str(README), "exec"), names)


def test_front_page() -> None:
    rows = adv.sample_rows()
    # Shares by themselves: of no table of content or accounts.
    frame = [{name: row[name] for name in row if name not in ("content", "account")} for row in rows["shares"]]
    names: dict[str, Any] = {"frame": frame, "people": rows["advocates"]}
    (block,) = blocks(FRONT)
    exec(compile(block, str(FRONT), "exec"), names)
    assert names["program"].report("2025-Q3").headline.total["shares"].value > 0


def documented() -> list[tuple[str, str]]:
    found = [("advocacy", adv.__doc__ or "")]
    for name in adv.__all__:
        thing = getattr(adv, name)
        if isinstance(thing, (str, ModuleType)):
            continue
        assert inspect.getdoc(thing), f"{name} says nothing"
        found.append((name, inspect.getdoc(thing) or ""))
        if isinstance(thing, type):
            for member, value in vars(thing).items():
                public = not member.startswith("_")
                assert not public or inspect.getdoc(value), f"{name}.{member} says nothing"
                found.append((f"{name}.{member}", inspect.getdoc(value) or ""))
    return found


@pytest.mark.parametrize(("name", "doc"), [case for case in documented() if ">>>" in case[1]])
def test_docstrings(name: str, doc: str) -> None:
    test = doctest.DocTestParser().get_doctest(doc, {}, name, None, 0)
    report: list[str] = []
    doctest.DocTestRunner().run(test, out=report.append)
    assert not report, "".join(report)
