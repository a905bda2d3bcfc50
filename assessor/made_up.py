"""Made-up ballots and claims of a rehearsal: plausible, and valid by the rules of their forms."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence

from assessor.scheme.copies import Copy, bound_rows
from assessor.scheme.model import Option, Scheme
from assessor.scheme.plan import PlanTable, Repeat

Place = tuple[str, str, str]
Filling = dict[Place, object]

MADE_UP = frozenset({"vote", "votes", "claims_list"})
"""The layouts that are filled in here, as a whole and not cell by cell."""
_ABSTAINED = 0.03
_LEAST_PAPERS = 50


def fill_in(scheme: Scheme, copy: Copy, chance: random.Random) -> Filling:
    """Return plausible entries for a copy of one of these layouts."""
    if copy.plan.layout == "claims_list":
        return _claims(copy, chance)
    form = scheme.form[copy.key.form]
    options = scheme.options[form.options]
    filled: Filling = {}
    for lines in _papers(copy, chance):
        paper = _paper(lines, options, chance)
        if form.parameters.get("alike") == "void":
            _vary(paper, lines, options)
        filled |= paper
    return filled


def _papers(copy: Copy, chance: random.Random) -> Iterator[list[tuple[Place, str]]]:
    """Yield the lines of each paper: the cell, and the unit that it is about."""
    (table,) = copy.plan.tables
    rows = list(bound_rows(table, copy))
    if table.repeat is not Repeat.PAPERS:
        yield [
            ((table.key, row.code, "choice"), row.unit.code if row.unit else copy.key.unit)
            for row in rows
        ]
        return
    count = min(copy.plan.papers, _LEAST_PAPERS + chance.randrange(8))
    for row in rows[:count]:
        yield [
            ((table.key, row.code, key), copy.key.unit or key.rpartition("/")[0])
            for key in row.row.rules
        ]


def _paper(
    lines: Sequence[tuple[Place, str]], options: Sequence[Option], chance: random.Random
) -> Filling:
    """Return one paper that keeps to what it may tick at most; some lines stay blank."""
    used: Counter[int] = Counter()
    ticked: dict[Place, int] = {}
    for place, unit in chance.sample(list(lines), len(lines)):
        free = [
            position
            for position, option in enumerate(options)
            if option.at_most is None or used[position] < option.at_most
        ]
        if not free or (ticked and chance.random() < _ABSTAINED):
            continue
        level = random.Random(unit).uniform(0.6, 0.9)
        position = next((one for one in free if chance.random() < level), free[0])
        used[position] += 1
        ticked[place] = position
    return {place: options[ticked[place]].option for place, _ in lines if place in ticked}


def _vary(paper: Filling, lines: Sequence[tuple[Place, str]], options: Sequence[Option]) -> None:
    """Change one answer of a paper that is void because it says the same on every line."""
    if len(lines) > 1 and len(paper) == len(lines) and len(set(paper.values())) == 1:
        place = lines[-1][0]
        paper[place] = next(one.option for one in options if one.option != paper[place])


def _claims(copy: Copy, chance: random.Random) -> Filling:
    (table,) = copy.plan.tables
    (row,) = table.rows
    filled: Filling = {}
    for number, bound in enumerate(list(bound_rows(table, copy))[: chance.randrange(5)], 1):
        filled |= _claim(table, bound.code, number, row.rules["item"].choices, chance)
    return filled


def _claim(
    table: PlanTable, code: str, number: int, items: Sequence[str], chance: random.Random
) -> Filling:
    values: dict[str, object] = {
        "item": chance.choice(items),
        "subject": f"演练事项{number}",
        "evidence": f"演练〔2026〕{chance.randrange(1, 100)}号",
        "claimed": "√",
    }
    if chance.random() < 0.8:
        values["verified"] = "√"
    return {(table.key, code, key): value for key, value in values.items()}
