"""What the terminal says of the changes since the last collect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assessor.i18n import Catalog, visible

if TYPE_CHECKING:
    from assessor.returns.changes import Changes
    from assessor.scheme.model import Scheme

_NAMED = 6
"""So many are named on a line; the number of all stands before them."""


def changes_facts(changes: Changes | None) -> dict[str, Any] | None:
    """Return the changes for programs; nothing where there were no results before."""
    return None if changes is None else asdict(changes)


def changes_lines(scheme: Scheme, changes: Changes | None, words: Catalog) -> Iterator[str]:
    """Yield a line for each kind of change, none where nothing has changed."""
    if not changes:
        return
    yield words.text("cli.since.head")

    def unit(code: str) -> str:
        return words.text("form.unit_with_code", unit=scheme.unit[code].name, code=code)

    lines: dict[str, list[str]] = {
        "new": list(changes.new),
        "altered": list(changes.altered),
        "superseded": [" → ".join(pair) for pair in changes.superseded],
        "withdrawn": list(changes.withdrawn),
        "renamed": [" → ".join(pair) for pair in changes.renamed],
        "completed": [unit(code) for code in changes.completed],
        "reopened": [unit(code) for code in changes.reopened],
        "scores": [f"{unit(code)} {before} → {now}" for code, before, now in changes.scores],
    }
    for kind, items in lines.items():
        if items:
            facts = {"count": len(items), "items": _few(items)}
            yield "  " + words.text(f"cli.since.{kind}", **facts)


def _few(items: Sequence[str]) -> list[str]:
    return [*map(visible, items[:_NAMED]), *(["…"] if len(items) > _NAMED else [])]
