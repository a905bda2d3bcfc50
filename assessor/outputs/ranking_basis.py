"""What ranking.xlsx was made from: the scheme, the decisions and every file, each with its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from assessor.i18n import Catalog
from assessor.outputs.results_table import Head, Table, Value
from assessor.outputs.wording import reason_text
from assessor.problems import Problem, Severity
from assessor.returns.collection import Collection
from assessor.returns.external import External
from assessor.scheme.model import Scheme


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the clerk's that the results were made from, besides what came back."""

    kind: str
    """scheme, decisions or last"""
    file: str
    sha256: str


def version_of(sources: Sequence[Source], kind: str = "scheme") -> str:
    """Return a version of all files of a kind: of one file the first digits of its hash, of several
    those of the hash of their names and hashes, one to a line."""
    mine = sorted((one.file, one.sha256) for one in sources if one.kind == kind)
    if len(mine) == 1:
        return mine[0][1][:12]
    lines = "".join(f"{sha256}  {file}\n" for file, sha256 in mine)
    return hashlib.sha256(lines.encode()).hexdigest()[:12] if mine else ""


def basis_table(
    sources: Sequence[Source],
    collection: Collection,
    external: Sequence[External],
    words: Catalog,
) -> Table:
    """Return every source file with its hash, and what became of it."""
    heads = [
        Head(words.text("basis.kind"), "center", 12),
        Head(words.text("basis.file"), "text", 44),
        Head(words.text("basis.sha256"), "text", 36),
        Head(words.text("basis.fate"), "center", 14),
        Head(words.text("basis.reason"), "text", 40),
    ]
    rows: list[list[Value]] = [
        [words.text(f"basis.{one.kind}"), one.file, one.sha256, words.text("fate.used"), ""]
        for one in sources
    ]
    rows += [
        [
            words.text("basis.input"),
            file.file,
            file.sha256,
            words.text("fate.used" if file.sha256 else "fate.absent"),
            words.text("basis.rows", title=one.input.title, rows=file.rows, matched=file.matched),
        ]
        for one in external
        for file in one.files
    ]
    rows += [
        [
            words.text("basis.return"),
            fate.file,
            fate.sha256,
            words.text(f"fate.{fate.disposition}"),
            reason_text(fate, words),
        ]
        for fate in collection.fates
    ]
    return Table(words.text("basis.sheet"), heads, rows, frozen=2)


def problem_table(scheme: Scheme, problems: Sequence[Problem], words: Catalog) -> Table:
    """Return the errors and warnings; the notes stand in problems.xlsx beside them."""
    heads = [
        Head(words.text("problems.severity"), "center", 8),
        Head(words.text("ranking.code"), "center", 12),
        Head(words.text("ranking.unit"), "text", 24),
        Head(words.text("problems.file"), "text", 26),
        Head(words.text("problems.sheet_name"), "text", 16),
        Head(words.text("problems.cell"), "center", 10),
        Head(words.text("problems.message"), "text", 44),
        Head(words.text("problems.cure"), "text", 40),
    ]
    order = {Severity.ERROR: 0, Severity.WARNING: 1}
    shown = sorted((p for p in problems if p.severity in order), key=lambda p: order[p.severity])
    rows: list[list[Value]] = [
        [
            words.text(f"severity.{problem.severity}"),
            problem.unit,
            scheme.unit[problem.unit].name if problem.unit in scheme.unit else "",
            problem.place.file,
            problem.place.sheet,
            problem.place.cell,
            words.message(problem),
            words.cure(problem),
        ]
        for problem in shown
    ]
    empty = words.text("ranking.no_problems")
    return Table(words.text("ranking.problems"), heads, rows, frozen=3, empty=empty)
