"""A unit's story: its explanation, joined to cells, decisions and standing, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.explaining.asking import find_nodes, find_unit
from assessor.explaining.cells import Register, register, troubles
from assessor.explaining.records import Cell, Story, Telling, Trouble
from assessor.explaining.standing import standing_lines
from assessor.explaining.wording import formula_text, remark_text
from assessor.i18n import Catalog
from assessor.rounds import Round
from assessor.scoring.explain.formula import figure, number, percent
from assessor.scoring.explain.frame import explain
from assessor.scoring.explain.model import Explanation, Remark


def tell(result: Round, unit: str, node: str, words: Catalog) -> Story:
    """Return how a unit came by its score, or by a node of it; AssessorError where there is no
    such unit or node."""
    scheme = result.scheme
    index = find_unit(scheme, unit)
    of = scheme.units[index]
    root = scheme.root(of.unit_class)
    assert root is not None  # a unit without a tree is not found
    scores = result.standing.scores
    whole = explain(scheme, result.inputs, scores, index, root.code)
    asked = find_nodes(whole, of, node) if node else (((), whole),)
    known = register(result, index, _units(whole), words)
    teller = _Teller(result, known, words)
    nodes = tuple(teller.telling(one, path) for path, one in asked)
    mine = next(standing for standing in result.standing.units if standing.unit == index)
    found = troubles(result, index, words)
    return Story(
        scheme=scheme.settings.title,
        round=scheme.settings.round,
        unit_code=of.code,
        unit=of.name,
        unit_class=of.unit_class,
        status=mine.status.word,
        state=words.text(f"status.{mine.status.word}"),
        score=_decimal(mine.score),
        grade=mine.final_grade,
        standing=tuple(standing_lines(result, mine, words)),
        nodes=nodes,
        troubles=found if not node else _concerning(found, nodes),
        whole=not node,
    )


def _units(one: Explanation) -> Iterator[int]:
    """Yield the other units whose entries are shown."""
    for leaf in one.leaves:
        if leaf.unit is not None:
            yield leaf.unit
    for child in one.children:
        yield from _units(child)


def _concerning(found: Sequence[Trouble], nodes: Sequence[Telling]) -> tuple[Trouble, ...]:
    """Return the errors of the cells that are told."""
    places = {(c.file, c.sheet, c.cell) for one in nodes for t in _all(one) for c in t.cells}
    return tuple(t for t in found if (t.file, t.sheet, t.cell) in places)


def _all(one: Telling) -> Iterator[Telling]:
    yield one
    for child in one.children:
        yield from _all(child)


@dataclass(frozen=True)
class _Teller:
    """What is needed to put an explanation into words."""

    result: Round
    known: Register
    words: Catalog

    def telling(self, one: Explanation, path: tuple[str, ...]) -> Telling:
        """Return a node in words, with everything below it."""
        words, unit = self.words, self.result.scheme.units[self.known.unit]
        said = [
            remark_text(
                self._placed(remark), unit.code, self.result.scheme, self.result.decisions, words
            )
            for remark in one.remarks
        ]
        contribution = one.contribution
        status = "withheld" if one.withheld else one.status.word
        return Telling(
            code=one.code,
            title=one.title,
            path=path,
            rule=one.rule,
            how=words.text(f"explain.rule.{one.rule}"),
            status=status,
            state=words.text(f"status.{status}"),
            value=_decimal(one.value),
            points=_decimal(one.points),
            weight="" if one.weight is None else figure(percent(one.weight)),
            contribution="" if contribution is None else figure(number(contribution)),
            formula=formula_text(one, words),
            informative=one.informative,
            remarks=tuple(said),
            cells=tuple(self._cells(one)),
            children=tuple(self.telling(child, (*path, one.title)) for child in one.children),
        )

    def _placed(self, remark: Remark) -> Remark:
        """Return what is said of a score from elsewhere with its cell: scoring knows no files."""
        code = remark.facts.get("input")
        mine = (one for one in self.result.external if one.input.code == code)
        place = next((one.places.get(self.known.unit) for one in mine), None)
        if place is None:
            return remark
        return replace(remark, facts={**remark.facts, "file": str(place)})

    def _cells(self, one: Explanation) -> Iterator[Cell]:
        """Yield the entries of a node; of a list of claims the lines that were counted."""
        scheme = self.result.scheme
        for leaf in one.leaves:
            form = scheme.form[leaf.key.form]
            if one.rule == "bonus_item" and form.layout == "claims_list":
                yield from self.known.claims(leaf, scheme.bonus_items(form.bonus))
            else:
                yield self.known.cell(leaf)


def _decimal(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"
