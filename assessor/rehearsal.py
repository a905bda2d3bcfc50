"""A rehearsal: a separate workspace, marked 演练, with made-up units and filled returns."""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from multiprocessing import get_context
from pathlib import Path, PurePosixPath
from typing import Any

from assessor.disk import write_file
from assessor.made_up import MADE_UP, fill_in
from assessor.made_up_inputs import write_inputs
from assessor.made_up_units import marked_rows
from assessor.outputs.form import write_packet
from assessor.problems import AssessorError, Place, error
from assessor.returns.pool import Progress, silent
from assessor.scheme.copies import BoundRow, Copy, CopyKey, Packet, bound_rows, make_packets
from assessor.scheme.load import load_sound_scheme
from assessor.scheme.model import Scheme
from assessor.scheme.paths import file_name, name_key, packet_paths
from assessor.scheme.plan import Blank, EntryRule, Kind, PlanTable, Repeat
from assessor.scheme.plans import TURNOUT, make_plans
from assessor.scheme.stamp import numbering
from assessor.starting import rows_of, write_workspace
from assessor.workspace import Workspace

Filling = dict[tuple[str, str, str], object]

Job = tuple[int, Packet, PurePosixPath, bool]
"""A workbook to send back: its number, where it stood, and whether it alone is renamed so."""

_MESS_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rehearsal wrote."""

    workspace: Workspace
    units: int
    returned: int
    left_out: int


def rehearse(
    real: Workspace,
    into: Path | None = None,
    units: int | None = None,
    seed: int = 1,
    mess: bool = False,
    missing: int = 0,
    workers: int | None = None,
    progress: Progress = silent,
) -> Rehearsed:
    """Build a workspace that walks through the whole round with made-up entries."""
    load_sound_scheme(real.scheme)
    folder = into or real.root / "rehearsal"
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AssessorError(error("workspace_exists", Place(str(folder))))
    rows = marked_rows(rows_of(real.scheme), units, seed)
    workspace = write_workspace(rows, folder, real.bulletin_templates)
    scheme, _ = load_sound_scheme(workspace.scheme)
    write_inputs(scheme, workspace, seed)
    numbers = numbering(workspace.key())
    packets = make_packets(scheme, make_plans(scheme), numbers)
    paths = packet_paths(scheme, packets)
    sent = [
        (packet, path)
        for packet, path in zip(packets, paths, strict=True)
        if _is_read(packet) and packet.period.required
    ]
    chance = random.Random(f"{seed}/missing")
    left_out = set(chance.sample(range(len(sent)), min(missing, len(sent))))
    alike = Counter(_renamed(packet, path) for packet, path in sent)
    jobs = [
        (number, packet, path, alike[_renamed(packet, path)] == 1)
        for number, (packet, path) in enumerate(sent)
        if number not in left_out
    ]
    writer = partial(_write_return, scheme, workspace.key(), workspace.returns, seed, mess)
    for done, _ in enumerate(_spread(writer, jobs, workers), 1):
        progress(done, len(jobs))
    return Rehearsed(workspace, len(scheme.units), len(jobs), len(left_out))


def _is_read(packet: Packet) -> bool:
    return not all(copy.plan.layout.endswith("_paper") for copy in packet.copies)


def _renamed(packet: Packet, path: PurePosixPath) -> tuple[PurePosixPath, str]:
    """Return folder and name of a workbook as somebody renames it by unit and form only."""
    unit = packet.unit.name if packet.unit else ""
    return path.parent, name_key(file_name(unit + packet.workbook))


def _spread(
    work: Callable[[Job], None],
    jobs: Sequence[Job],
    workers: int | None,
) -> Iterator[None]:
    """Do the jobs on all cores; a handful is not worth the processes."""
    count = workers or os.cpu_count() or 1
    if count == 1 or len(jobs) < 64:
        yield from map(work, jobs)
        return
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    with ProcessPoolExecutor(count, mp_context=context) as pool:
        yield from pool.map(work, jobs, chunksize=16)


# -- entries -------------------------------------------------------------------------------------


def _write_return(
    scheme: Scheme, key: bytes, returns: Path, seed: int, mess: bool, job: Job
) -> None:
    number, packet, path, only = job
    chance = random.Random(f"{seed}/{number}")
    filled = {copy.key: fill_copy(scheme, copy, chance) for copy in packet.copies}
    _agree(filled)
    fault = chance.choice(_MESS) if mess and chance.random() < _MESS_SHARE else None
    if fault is not None:
        fault(filled, chance)
    content = write_packet(scheme, packet, key, filled)
    name = path.name
    unit = packet.unit.name if packet.unit else ""
    renamed = (
        name,
        # Where several raters' forms would be renamed alike, theirs keep their names.
        f"{file_name(unit + packet.workbook)}(最终版).xlsx" if only else name,
        f"附件{number + 1} {name}",
    )
    alone = packet.unit is not None and not packet.paper
    target = returns / path.parent / (chance.choice(renamed) if alone else name)
    if fault is _truncated:
        content = content[: len(content) // 2]
    write_file(target, content)
    if fault is _copied:
        write_file(target.with_name(f"{target.stem}(1).xlsx"), content)


def fill_copy(scheme: Scheme, copy: Copy, chance: random.Random) -> Filling:
    """Return plausible entries for a copy, every cell that is due among them."""
    unit = copy.key.unit or copy.number
    level = random.Random(unit).uniform(0.78, 0.99)
    papers = min(copy.plan.papers, 50 + chance.randrange(8)) if copy.plan.papers else 0
    filled: Filling = {("foot", "checked", "value"): "√"}
    for entry in copy.plan.foot:
        if entry.kind is Kind.TEXT:
            filled["foot", entry.key, "value"] = "演练" if entry.key != "date" else "2026-12-01"
    if copy.plan.layout in MADE_UP:
        return filled | fill_in(scheme, copy, chance)
    for table in copy.plan.tables:
        lines = list(bound_rows(table, copy))
        lines = lines[:papers] if table.repeat is Repeat.PAPERS else lines
        for line in lines:
            own = level
            if table.key == "roster" and line.unit is not None:
                own = random.Random(line.unit.code).uniform(0.78, 0.99)
            if line.row.key not in copy.exempt:
                _fill_row(filled, table, line, own, chance)
    return filled


def _fill_row(
    filled: Filling, table: PlanTable, line: BoundRow, level: float, chance: random.Random
) -> None:
    rules = line.row.rules
    if table.key == "turnout":
        present = 52 + random.Random(line.code).randrange(20)
        counts = (present + 5, present, present, present - 1, present - 2)
        for key, count in zip(TURNOUT, counts, strict=True):
            filled[table.key, line.code, key] = count
    elif table.key == "counts":
        votes = _votes(line, len(rules), level)
        for key, count in zip(rules, votes, strict=True):
            filled[table.key, line.code, key] = count
    else:
        for key, rule in rules.items():
            # A target is a round number, so that what was reached stands beside it as a share.
            value = Decimal(100) if key == "target" else _value(rule, level, chance)
            if value is not None:
                filled[table.key, line.code, key] = value


def _votes(line: BoundRow, options: int, level: float) -> list[int]:
    """Return how the valid votes of a unit fall on the options, fewest on the last."""
    unit = line.unit.code if line.unit else line.code
    own = random.Random(line.code)
    left = 52 + random.Random(unit).randrange(20) - 2
    votes = []
    for _ in range(options - 1):
        share = int(left * min(0.97, level * own.uniform(0.7, 0.95)))
        votes.append(share)
        left -= share
    return [*votes, left]


def _value(rule: EntryRule, level: float, chance: random.Random) -> Decimal | int | str | None:
    if rule.kind is Kind.TEXT:
        return chance.choice(("基层基础扎实", "台账不够规范", "建议加强培训"))
    if rule.kind is Kind.COUNT:
        if rule.blank is Blank.MISSING:
            return chance.randrange(4)
        return None if chance.random() < 0.8 else 1
    if rule.choices:
        return _answer(rule, level, chance)
    if rule.kind in {Kind.NUMBER, Kind.PERCENT}:
        return _figure(rule, level, chance)
    if rule.kind is Kind.TICK or rule.maximum is None:
        return None
    if rule.kind is Kind.DEDUCTION and chance.random() < 0.8:
        return None
    share = min(1.0, chance.gauss(level, 0.06))
    if rule.kind is Kind.DEDUCTION:
        share = max(0.0, 1 - share)
    step = rule.step or (Decimal("0.5") if rule.maximum > 10 else Decimal("0.05"))
    steps = (Decimal(str(max(0.0, share))) * rule.maximum / step).quantize(
        Decimal(1), ROUND_HALF_UP
    )
    return min(rule.maximum, steps * step)


def _answer(rule: EntryRule, level: float, chance: random.Random) -> str:
    """Return an answer: of levels mostly a first one, mostly yes, hardly ever a veto."""
    no, yes = rule.choices[0], rule.choices[-1]
    if rule.kind is Kind.VETO:
        return yes if chance.random() < 0.02 else no
    if rule.kind is Kind.YES_NO:
        return yes if chance.random() < level else no
    steps = int((1 - min(1.0, chance.gauss(level, 0.08))) * 1.5 * len(rule.choices))
    return rule.choices[max(0, min(steps, len(rule.choices) - 1))]


def _figure(rule: EntryRule, level: float, chance: random.Random) -> Decimal:
    """Return a figure about as large as a percentage of what was to be reached."""
    figure = Decimal(str(round(100 * min(1.2, chance.gauss(level, 0.08)), 1)))
    return figure - figure % rule.step if rule.step is not None else figure


def _agree(filled: Mapping[CopyKey, Filling]) -> None:
    """Make what must fit together fit: verified at most what was claimed, tellers alike."""
    first: Filling | None = None
    for key, values in filled.items():
        for place in [p for p in values if p[2] == "verified"]:
            values[place[0], place[1], "claimed"] = values[place]
        if key.teller and not key.paper:
            first = first or values
            values.update(first)


# -- mess ----------------------------------------------------------------------------------------


def _any_points(filled: Mapping[CopyKey, Filling], chance: random.Random) -> tuple[Filling, Any]:
    places = [
        (values, place)
        for values in filled.values()
        for place in values
        if place[0] != "foot" and isinstance(values[place], Decimal)
    ]
    return chance.choice(places) if places else ({}, None)


def _spoil(value: Callable[[object], object]) -> Callable[..., None]:
    """Return a fault that replaces one entry by something else."""

    def fault(filled: Mapping[CopyKey, Filling], chance: random.Random) -> None:
        values, place = _any_points(filled, chance)
        if place is not None:
            values[place] = value(values[place])

    return fault


def _left_empty(filled: Mapping[CopyKey, Filling], chance: random.Random) -> None:
    values, place = _any_points(filled, chance)
    values.pop(place, None)


def _unchecked(filled: Mapping[CopyKey, Filling], _: random.Random) -> None:
    for values in filled.values():
        values.pop(("foot", "checked", "value"), None)


def _truncated(_filled: Mapping[CopyKey, Filling], _chance: random.Random) -> None:
    """The file is cut in half on its way."""


def _copied(_filled: Mapping[CopyKey, Filling], _chance: random.Random) -> None:
    """The file is sent twice."""


_WIDE = {ord(char): ord(char) + 0xFEE0 for char in "0123456789."}
_MESS: tuple[Callable[..., None], ...] = (
    _spoil(lambda value: f" {value} "),
    _spoil(lambda value: str(value).translate(_WIDE)),
    _spoil(lambda value: f"{value}分"),
    _spoil(lambda value: f"{value}".replace(".", "。") if "." in f"{value}" else "约3"),
    _spoil(lambda _: Decimal(999)),
    _spoil(lambda _: Decimal(-1)),
    _spoil(lambda _: "√"),
    _spoil(lambda _: "优"),
    _left_empty,
    _unchecked,
    _truncated,
    _copied,
)
"""Common faults, as people make them."""
