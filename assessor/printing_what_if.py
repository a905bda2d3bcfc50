"""What the terminal shows of a trial: what was changed, who would move, and that nothing did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assessor.i18n import Catalog
from assessor.printing import print_json, print_table, print_text, short_path

if TYPE_CHECKING:
    from assessor.scheme.wishes import Granted
    from assessor.standing.moves import Move
    from assessor.standing.stand import UnitStanding
    from assessor.what_if import WhatIf


def print_what_if(trial: WhatIf, words: Catalog, as_json: bool) -> None:
    """Print what was changed, every unit that would move, and the counts."""
    if as_json:
        print_json(_facts(trial))
        return
    if trial.file:
        print_text(words.text("cli.what_if.file", file=trial.file))
    for one in trial.granted:
        print_text(words.text("cli.what_if.granted", **_granted(one)))
    moved = [move for move in trial.moves if move.moved]
    if moved:
        keys = ("unit", "score", "grade", "rank", "class_rank", "awards")
        rows = [_row(trial, move, words) for move in moved]
        shown = [at for at in range(len(keys)) if at < 2 or any(row[at] for row in rows)]
        heads = [words.text(f"cli.what_if.{keys[at]}") for at in shown]
        print_table([[row[at] for at in shown] for row in rows], heads)
    for key, facts in _counts(trial):
        print_text(words.text(f"cli.what_if.{key}", **facts))
    if not trial.round.complete:
        print_text(words.text("cli.what_if.open"))
    print_text(words.text("cli.what_if.next", scheme=_scheme(trial)))


def _scheme(trial: WhatIf) -> str:
    from pathlib import Path

    return short_path(Path(trial.round.scheme.file))


def _granted(one: Granted) -> dict[str, object]:
    return {
        "place": f"{one.place.sheet}!{one.place.cell}",
        "name": one.name,
        "column": one.column,
        "before": one.before or "—",
        "after": one.after or "—",
    }


def _counts(trial: WhatIf) -> list[tuple[str, dict[str, object]]]:
    """Return how many would move, grade by grade of units and persons."""
    from assessor.standing.moves import graded_up

    scheme = trial.round.scheme
    fields = [move.fields for move in trial.moves]
    up = down = 0
    for kind, bands in trial.standing.scheme.bands.items():
        mine = [move for move in trial.moves if scheme.units[move.unit].kind == kind]
        better, worse = graded_up(mine, [band.grade for band in bands])
        up, down = up + better, down + worse
    units = len(trial.standing.units)
    if not fields:
        return [("nothing", {"units": units})]
    counts: dict[str, object] = {
        "units": units,
        "grades": sum("grade" in one for one in fields),
        "up": up,
        "down": down,
        "ranks": sum("rank" in one or "class_rank" in one for one in fields),
        "awards": sum("awards" in one for one in fields),
        "scores": sum("score" in one for one in fields),
    }
    return [("counts", counts)]


def _row(trial: WhatIf, move: Move, words: Catalog) -> list[str]:
    unit = trial.round.scheme.units[move.unit]
    name = words.text("form.unit_with_code", unit=unit.name, code=unit.code)
    comma = words.text("list.comma")
    return [
        name,
        _pair(move, "score"),
        _pair(move, "grade"),
        _pair(move, "rank"),
        _pair(move, "class_rank"),
        _arrow(comma.join(move.before.awards), comma.join(move.after.awards))
        if "awards" in move.fields
        else "",
    ]


def _pair(move: Move, field: str) -> str:
    before, after = getattr(move.before, field), getattr(move.after, field)
    if field not in move.fields:
        return _plain(after) if field == "score" else ""
    return _arrow(_plain(before), _plain(after))


def _arrow(before: str, after: str) -> str:
    return f"{before or '—'} → {after or '—'}"


def _plain(value: object) -> str:
    return "—" if value is None else str(value)


def _facts(trial: WhatIf) -> dict[str, Any]:
    scheme = trial.round.scheme
    return {
        "file": trial.file or None,
        "changed": [
            {"place": str(one.place), "name": one.name, "before": one.before, "after": one.after}
            for one in trial.granted
        ],
        "units": len(trial.standing.units),
        "moved": sum(move.moved for move in trial.moves),
        "moves": [
            {
                "unit_code": scheme.units[move.unit].code,
                "unit": scheme.units[move.unit].name,
                "fields": sorted(move.fields),
                "before": _standing_facts(move.before),
                "after": _standing_facts(move.after),
            }
            for move in trial.moves
        ],
    }


def _standing_facts(one: UnitStanding) -> dict[str, Any]:
    return {
        "score": one.score,
        "grade": one.grade,
        "confirmed_grade": one.confirmed,
        "rank": one.rank,
        "class_rank": one.class_rank,
        "awards": list(one.awards),
        "status": one.status.word,
    }
