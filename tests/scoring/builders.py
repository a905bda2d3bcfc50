"""Schemes and inputs of scoring from tables that stand in a test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.decimals import digits_of
from assessor.problems import Place, Severity
from assessor.scheme.build import build_scheme
from assessor.scheme.checks import check_scheme
from assessor.scheme.columns import TABLES
from assessor.scheme.model import Scheme
from assessor.scheme.tables import read_tables
from assessor.scoring.column import Column, Status
from assessor.scoring.evaluate import Scores, evaluate
from assessor.scoring.evaluation import EVERY_UNIT
from assessor.scoring.inputs import EntryKey, Inputs, Override
from assessor.sheets.grid import Grid
from tests.builders import Table, cells
from tests.scoring.entries import IN, NOT_APPLICABLE, Sheet

_WORDS = {
    IN: Status.SCORED,
    NOT_APPLICABLE: Status.NOT_APPLICABLE,
    "missing": Status.MISSING,
    "awaiting": Status.AWAITING,
    "not_due": Status.NOT_DUE,
}


def villages(count: int) -> Table:
    """Return a units table of that many villages, V01 and so on."""
    rows = [f"V{number:02} | {number}村 | 村" for number in range(1, count + 1)]
    return "\n".join(["code | name | class", *rows])


def settings(**changes: str) -> Table:
    """Return a settings table, with some settings changed or added."""
    rows = {"code": "t", "title": "考核", "round": "2026", "issuer": "某镇"}
    rows |= {"digits": "2", "rounding": "each", **changes}
    return "\n".join(["key | value", *(f"{key} | {value}" for key, value in rows.items())])


PLAIN: Mapping[str, Table] = {
    "settings": settings(),
    "periods": "code | title | due \n Y | 年终 | 2026-12-20",
    "units": villages(1),
    "raters": "code | name | group \n P1 | 考核组 | panel \n T1 | 计票组 | tellers",
    "criteria": "rubric | code | section | title | points | entry",
    "forms": "code | title | workbook | layout | filled_by",
    "options": """
        set  | option | value
        四档 | 优秀   | 100
        四档 | 良好   | 80
        四档 | 一般   | 60
        四档 | 较差   | 40
        """,
    "grades": """
        for    | grade | from
        unit   | 优秀  | 90
        unit   | 良好  | 80
        unit   | 一般  | 70
        unit   | 较差  |
        person | 优秀  | 90
        person | 良好  | 80
        person | 一般  | 70
        person | 较差  |
        """,
    "limits": "title | for | node | operator | value | effect | grade",
    "bonuses": "group | code | title | points | cap",
    "awards": "code | title | for | class | slots | by | least_grade",
}
"""What a test need not say about its scheme."""


def scheme_of(**tables: Table) -> Scheme:
    """Return the scheme of some tables, the plain ones where a test says nothing; it is sound.

    The plain grades are those of a total of 100; scoring looks at no grade, and counts exactly
    with more digits than a scheme may have.
    """
    whole = {name: cells(table) for name, table in {**PLAIN, **tables}.items()}
    whole["scores"] = _titled(whole["scores"])
    grids = [Grid("scheme", name, rows) for name, rows in whole.items()]
    rows, problems = read_tables(grids, TABLES)
    scheme, faults = build_scheme(rows, Place("scheme"))
    found = [*problems, *faults, *check_scheme(scheme)]
    apart = {"grade_out_of_reach", "setting_digits"}
    faulty = (p for p in found if p.severity is Severity.ERROR and p.code not in apart)
    errors = [(p.code, str(p.place), p.facts) for p in faulty]
    assert not errors, errors
    return scheme


def _titled(rows: list[list[str]]) -> list[list[str]]:
    """Return the scores table with its codes for titles where it has none."""
    if "title" in rows[0]:
        return rows
    at = rows[0].index("code")
    return [["title", *rows[0]], *([row[at], *row] for row in rows[1:])]


def tree_of(scores: Table, **tables: Table) -> Scheme:
    """Return a scheme of that tree in which every node of rule ``rubric`` is a leaf.

    A leaf is a form of its own with one criterion, whose points are the leaf's.
    """
    header, *lines = cells(scores)
    criteria = ["rubric | code | title | points | entry"]
    forms = ["code | title | workbook | layout | rubric | filled_by"]
    nodes = [" | ".join(dict.fromkeys([*header, "source"]))]
    for line in lines:
        row = dict(zip(header, line, strict=True))
        row.setdefault("source", "")
        if row["rule"] == "rubric":
            leaf = row["source"] = row["code"]
            criteria.append(f"{leaf} | 1 | {leaf} | {row['points']} | earned")
            forms.append(f"{leaf} | {leaf} | {leaf} | rubric | {leaf} | panel")
        nodes.append(" | ".join(row.values()))
    built = {"scores": nodes, "criteria": criteria, "forms": forms}
    return scheme_of(**{name: "\n".join(rows) for name, rows in built.items()}, **tables)


def inputs_of(
    scheme: Scheme,
    *sheets: Sheet,
    overrides: Mapping[tuple[str, str], str] | None = None,
    exempt: Sequence[tuple[str, str, str]] = (),
) -> Inputs:
    """Return what scoring is given.

    `overrides` holds a number or ``/`` by (node, unit), `exempt` (rubric, part, unit).
    """
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    raters: dict[tuple[str, str], list[str]] = {}
    form_status: dict[tuple[str, str, str], list[Status]] = {}
    columns: dict[EntryKey, Column] = {}
    on_papers: dict[EntryKey, list[list[Decimal]]] = {}
    for sheet in sheets:
        raters.setdefault((sheet.form, sheet.period), []).append(sheet.rater)
        there = [_WORDS[sheet.state.get(code, NOT_APPLICABLE)] for code in order]
        form_status[sheet.form, sheet.period, sheet.rater] = there
        columns |= _columns(sheet, order)
        for key, values, column in _papers(sheet, order):
            on_papers[key], columns[key] = values, column
    return Inputs(
        entries=columns,
        raters=raters,
        form_status=form_status,
        papers=on_papers,
        overrides={
            (node, order[unit]): Override(None if text == NOT_APPLICABLE else Decimal(text))
            for (node, unit), text in (overrides or {}).items()
        },
        exempt=frozenset((rubric, part, order[unit]) for rubric, part, unit in exempt),
    )


def _columns(sheet: Sheet, order: Mapping[str, int]) -> dict[EntryKey, Column]:
    texts: dict[EntryKey, dict[str, str]] = {}
    for (unit, criterion, column), text in sheet.entries.items():
        key = EntryKey(sheet.form, sheet.period, sheet.rater, criterion, column)
        texts.setdefault(key, {})[unit] = text
    return {key: _column(by_unit, order) for key, by_unit in texts.items()}


def _column(texts: Mapping[str, str], order: Mapping[str, int]) -> Column:
    numbers = {unit: Decimal(text) for unit, text in texts.items() if text not in _WORDS}
    digits = max(map(digits_of, numbers.values()), default=0)
    ticks = [int(numbers.get(unit, Decimal(0)).scaleb(digits)) for unit in order]
    words = {unit: _WORDS.get(text, Status.SCORED) for unit, text in texts.items()}
    return Column(digits, ticks, [words.get(unit, Status.AWAITING) for unit in order])


def _papers(
    sheet: Sheet, order: Mapping[str, int]
) -> Iterator[tuple[EntryKey, list[list[Decimal]], Column]]:
    for criterion in dict.fromkeys(criterion for _, criterion in sheet.papers):
        by_unit = [sheet.papers.get((unit, criterion), ()) for unit in order]
        values = [[Decimal(text) for text in texts if text not in _WORDS] for texts in by_unit]
        status = [
            Status.AWAITING if "awaiting" in texts else Status.SCORED if texts else Status.MISSING
            for texts in by_unit
        ]
        key = EntryKey(sheet.form, sheet.period, sheet.rater, criterion)
        yield key, values, Column(0, [0] * len(order), status)


@dataclass(frozen=True)
class Result:
    """Scores as words: a value with its digits, or the status where there is none."""

    scheme: Scheme
    scores: Scores

    def __getitem__(self, node: str) -> list[str]:
        """Return a node's words in the order of the units."""
        column = self.scores.columns[node]
        return [
            str(column.value(unit)) if status.has_value else status.word
            for unit, status in enumerate(column.status)
        ]

    def of(self, unit: str) -> dict[str, str]:
        """Return a unit's words by node, all of them in the order of the tree."""
        at = [one.code for one in self.scheme.units].index(unit)
        return {node.code: self[node.code][at] for node in self.scores.tree}

    @property
    def findings(self) -> list[tuple[str, str, str]]:
        """What rules noticed: code, node, unit."""
        units = self.scheme.units
        return [
            (found.code, found.node, "" if found.unit == EVERY_UNIT else units[found.unit].code)
            for found in self.scores.findings
        ]


def score(
    scheme: Scheme,
    *sheets: Sheet,
    rounding: str = "",
    overrides: Mapping[tuple[str, str], str] | None = None,
    exempt: Sequence[tuple[str, str, str]] = (),
) -> Result:
    """Return the scores of what was entered."""
    inputs = inputs_of(scheme, *sheets, overrides=overrides, exempt=exempt)
    return Result(scheme, evaluate(scheme, inputs, rounding))
