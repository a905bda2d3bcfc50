"""Copies for correction: which returns get one, under which name, as bytes."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import PurePosixPath

from assessor.i18n import catalog
from assessor.outputs.corrections import correction_xlsx
from assessor.problems import Problem
from assessor.returns.collection import Collection
from assessor.returns.declared import with_declared
from assessor.returns.mending import Correction, corrections_of
from assessor.scheme.copies import Packet
from assessor.scheme.model import Scheme
from assessor.scheme.paths import packet_paths

FOLDER = "corrections"
"""The folder of a set of results in which they stand, in the folders of the blank forms."""
_FEW = 24
"""So many are written before other processes would have started."""


def correction_files(
    scheme: Scheme,
    packets: Sequence[Packet],
    collection: Collection,
    problems: Sequence[Problem],
    key: bytes,
    workers: int | None = None,
) -> dict[str, bytes]:
    """Return every copy for correction by its path below the results."""
    # Whoever mends a form sees on it what he saw on the first one: targets that were declared.
    packets, _ = with_declared(scheme, packets, collection)
    corrections = corrections_of(scheme, packets, collection, problems)
    names: dict[str, Correction] = {}
    taken: set[str] = set()
    blanks = _blanks(scheme, packets)
    for correction in corrections:
        name = _free(_path(scheme, blanks[_whose(correction.packet)], correction.turn), taken)
        taken.add(name.casefold())
        names[name] = correction
    contents = _written(scheme, corrections, key, workers or os.cpu_count() or 1)
    return dict(zip(names, contents, strict=True))


def _written(
    scheme: Scheme, corrections: Sequence[Correction], key: bytes, workers: int
) -> list[bytes]:
    """Return the workbooks; of many, several are written at a time."""
    write = partial(_write, scheme, key)
    if workers > 1 and len(corrections) > _FEW:
        method = "fork" if sys.platform == "linux" else "spawn"
        context = multiprocessing.get_context(method)
        try:
            with ProcessPoolExecutor(workers, context) as pool:
                size = -(-len(corrections) // (workers * 2))
                return list(pool.map(write, corrections, chunksize=size))
        except BrokenProcessPool:
            pass  # a process was killed from outside: here it is done all the same
    return [write(correction) for correction in corrections]


def _write(scheme: Scheme, key: bytes, correction: Correction) -> bytes:
    return correction_xlsx(scheme, correction, key)


def serials_issued(
    scheme: Scheme,
    packets: Sequence[Packet],
    collection: Collection,
    problems: Sequence[Problem],
) -> dict[str, int]:
    """Return the serial of every form in a copy for correction, by its number's stem."""
    return {
        form.copy.stem: form.copy.serial
        for correction in corrections_of(scheme, packets, collection, problems)
        for form in correction.forms
    }


Whose = tuple[str, str, str, str, str]


def _whose(packet: Packet) -> Whose:
    unit = packet.unit.code if packet.unit else ""
    rater = packet.rater.code if packet.rater else ""
    return (packet.workbook, packet.period.code, unit, rater, packet.paper)


def _blanks(scheme: Scheme, packets: Sequence[Packet]) -> dict[Whose, PurePosixPath]:
    """Return where the blank workbook of each packet stands below forms/."""
    paths = packet_paths(scheme, packets)
    return {_whose(packet): path for packet, path in zip(packets, paths, strict=True)}


def _path(scheme: Scheme, blank: PurePosixPath, turn: int) -> PurePosixPath:
    """Return the name of the blank form with what it is now: 更正, and from the second on 更正2."""
    words = catalog(scheme.settings.language)
    again = "" if turn == 1 else str(turn)
    name = f"{blank.stem}_{words.text('correction.file')}{again}{blank.suffix}"
    return PurePosixPath(FOLDER) / blank.with_name(name)


def _free(path: PurePosixPath, taken: set[str]) -> str:
    """Return a path that no other correction has: long names are cut, and may then be alike."""
    free, number = path, 2
    while free.as_posix().casefold() in taken:
        free = path.with_name(f"{path.stem}({number}){path.suffix}")
        number += 1
    return free.as_posix()
