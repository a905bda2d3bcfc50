"""Examples in the documentation: tables, what people write, and what comes of it.

A block fenced with ``tables`` starts an example: tables in the pipe form, each under its name in
brackets; tables that it does not show are those of the block ``tables base`` of the same page.
``entries`` says what is written on the forms, ``gives`` what the results must say, ``problems``
which problems must be reported. Headers are those of the page's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from assessor.outputs.form import write_packet
from assessor.scheme.copies import BoundRow, Copy, Packet, bound_rows, make_packets
from assessor.scheme.load import load_sound_scheme
from assessor.scheme.plans import make_plans
from assessor.scheme.stamp import numbering
from assessor.workspace import Workspace
from tests.builders import cells, write_tables

Rows = Sequence[Mapping[str, str]]
_BLOCK = re.compile(r"^```(\w+)(?: (\w+))?\n(.*?)^```$", re.M | re.S)
_HEADS = {
    "表": "form", "单位": "unit", "项目": "criterion", "填写": "value", "评分人": "rater",
    "期次": "period", "列": "column", "票": "paper", "计分项": "node", "得分": "score",
    "等次": "grade", "名次": "rank", "类别名次": "class_rank", "奖项": "awards", "状态": "status",
    "说明": "code",
}  # fmt: skip
"""Chinese headers of the blocks that are not tables of a scheme."""


@dataclass
class Example:
    """One example of a page."""

    line: int
    heading: str
    tables: dict[str, str]
    entries: Rows = ()
    gives: list[Rows] = field(default_factory=list)
    problems: Rows = ()
    files: dict[str, str] = field(default_factory=dict)


def examples(page: Path) -> list[Example]:
    """Return the examples of a page in order."""
    text = page.read_text(encoding="utf-8")
    base: dict[str, str] = {}
    found: list[Example] = []
    for match in _BLOCK.finditer(text):
        kind, name, body = match.groups()
        before = text[: match.start()]
        if kind == "tables" and name == "base":
            base = _tables(body)
        if kind == "tables":
            heading = re.findall(r"^#+ (.*)$", before, re.M)[-1]
            found.append(Example(before.count("\n") + 1, heading, {**base, **_tables(body)}))
        elif kind == "entries":
            found[-1].entries = _rows(body)
        elif kind == "gives":
            found[-1].gives.append(_rows(body))
        elif kind == "problems":
            found[-1].problems = _rows(body)
        elif kind == "input":
            found[-1].files[name] = body
    return found


def _tables(body: str) -> dict[str, str]:
    parts = re.split(r"^\[(.+)\]$", body, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _rows(body: str) -> Rows:
    head, *lines = cells(body)
    keys = [_HEADS.get(name, name) for name in head]
    return [dict(zip(keys, line, strict=True)) for line in lines]


def workspace_of(example: Example, folder: Path) -> Workspace:
    """Write the workspace of an example, its forms filled in and returned."""
    write_tables(folder / "scheme", example.tables)
    for name, body in example.files.items():
        path = folder / "inputs" / f"{name}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(",".join(row) for row in cells(body)), encoding="utf-8")
    workspace = Workspace(folder)
    workspace.returns.mkdir(exist_ok=True)
    key = workspace.key()
    scheme, _ = load_sound_scheme(workspace.scheme)
    packets = make_packets(scheme, make_plans(scheme), numbering(key))
    used: set[int] = set()
    for number, packet in enumerate(packets):
        filled = {copy.key: _filled(packet, copy, example.entries, used) for copy in packet.copies}
        if any(filled.values()):
            for values in filled.values():
                values["foot", "checked", "value"] = "√"
            content = write_packet(scheme, packet, key, filled)
            (workspace.returns / f"{number}.xlsx").write_bytes(content)
    left = [row for index, row in enumerate(example.entries) if index not in used]
    assert not left, f"no form has a cell for {left}"
    return workspace


def _filled(
    packet: Packet, copy: Copy, entries: Rows, used: set[int]
) -> dict[tuple[str, str, str], object]:
    filled: dict[tuple[str, str, str], object] = {}
    for index, row in enumerate(entries):
        if row["form"] != copy.key.form or row.get("period", packet.period.code) not in (
            "",
            packet.period.code,
        ):
            continue
        if row.get("rater") and row["rater"] != copy.key.rater:
            continue
        for where in _places(copy, row):
            filled[where] = _typed(row["value"])
            used.add(index)
    return filled


def _places(copy: Copy, row: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield the cells that an entry is meant for."""
    for table in copy.plan.tables:
        for bound in bound_rows(table, copy):
            unit = bound.unit.code if bound.unit else copy.key.unit
            if unit and row["unit"] not in (unit, ""):
                continue
            if row.get("paper") and bound.code != row["paper"]:
                continue
            for column in bound.row.rules:
                if _meant(bound, column, row):
                    yield table.key, bound.code, column


def _meant(bound: BoundRow, column: str, row: Mapping[str, str]) -> bool:
    """Say whether an entry is about a column of a row: criteria may be rows or columns."""
    wanted = (row["criterion"], row.get("column", ""))
    ways = {(bound.row.key, column), (column, "")}
    unit, _, aspect = column.rpartition("/")
    if unit and unit == row["unit"]:
        ways.add((aspect, ""))
    return wanted in ways or (wanted == (bound.row.key, "") and len(bound.row.rules) == 1)


def _typed(text: str) -> object:
    try:
        return Decimal(text)
    except ArithmeticError:
        return text
