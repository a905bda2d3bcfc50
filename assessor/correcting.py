"""Copies for correction: which returns get one, under which name, as bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from assessor.i18n import catalog
from assessor.issuing import packet_path
from assessor.outputs.corrections import correction_xlsx
from assessor.problems import Problem
from assessor.returns.collect import Collection
from assessor.returns.declared import with_declared
from assessor.returns.mending import Correction, corrections_of
from assessor.scheme.copies import Packet
from assessor.scheme.model import Scheme

FOLDER = "corrections"
"""The folder of a set of results in which they stand, in the folders of the blank forms."""


def correction_files(
    scheme: Scheme,
    packets: Sequence[Packet],
    collection: Collection,
    problems: Sequence[Problem],
    key: bytes,
) -> dict[str, bytes]:
    """Return every copy for correction by its path below the results."""
    # Whoever mends a form sees on it what he saw on the first one: targets that were declared.
    packets, _ = with_declared(scheme, packets, collection)
    files: dict[str, bytes] = {}
    for correction in corrections_of(scheme, packets, collection, problems):
        path = _free(_path(scheme, correction), files)
        files[path] = correction_xlsx(scheme, correction, key)
    return files


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


def _path(scheme: Scheme, correction: Correction) -> PurePosixPath:
    """Return the name of the blank form with what it is now: 更正, and from the second on 更正2."""
    blank = PurePosixPath(packet_path(scheme, correction.packet).as_posix())
    words = catalog(scheme.settings.language)
    turn = "" if correction.turn == 1 else str(correction.turn)
    name = f"{blank.stem}_{words.text('correction.file')}{turn}{blank.suffix}"
    return PurePosixPath(FOLDER) / blank.with_name(name)


def _free(path: PurePosixPath, taken: dict[str, bytes]) -> str:
    """Return a path that no other correction has: long names are cut, and may then be alike."""
    free, number = path, 2
    while free.as_posix().casefold() in {other.casefold() for other in taken}:
        free = path.with_name(f"{path.stem}({number}){path.suffix}")
        number += 1
    return free.as_posix()
