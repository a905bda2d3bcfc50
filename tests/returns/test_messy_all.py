"""Every way in which returned workbooks go wrong has its tests: none of the 52 rows is left out."""

from __future__ import annotations

import ast
from pathlib import Path

ROWS = range(1, 53)
"""The rows of the table of messy returns, as each module names those that it tests."""


def test_every_row_of_messy_returns_is_tested() -> None:
    tested: dict[str, set[int]] = {}
    for path in Path(__file__).parent.glob("test_messy_*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MESSY_ROWS":
                tested[path.name] = set(eval(ast.unparse(node.value)))
    assert set().union(*tested.values()) == set(ROWS)
    assert len(tested) > 3
