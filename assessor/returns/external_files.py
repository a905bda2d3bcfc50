"""Which files an input names: one, several, or all that a pattern fits; each with its code map."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from assessor.problems import Place, Problem, error
from assessor.returns.external_tables import FOLDER
from assessor.scheme.check_inputs import KINDS, inner_path
from assessor.scheme.model import Input
from assessor.scheme.values import files_in

_JUNK = ("~$", ".")
"""What office programs and systems leave beside a file."""


@dataclass(frozen=True, slots=True)
class Named:
    """A file that an input names, below the folder for inputs, and the code map for it."""

    file: str
    map: str = ""


@dataclass(frozen=True)
class Shelf:
    """The folder for inputs."""

    folder: Path

    def named_by(self, item: Input) -> tuple[list[Named], list[Problem]]:
        """Return the files of an input in the order in which it names them, those of a pattern by
        name; and an error for each pattern that nothing fits.

        Example: ``*/scores.csv`` with the map ``*/map.csv`` are ``东镇/scores.csv`` with
        ``东镇/map.csv``, and so for every other folder that has such a file.
        """
        found: dict[str, Named] = {}
        problems: list[Problem] = []
        parts, maps = files_in(item.file), files_in(item.map) or [""]
        for number, part in enumerate(parts):
            map_ = maps[number] if len(maps) == len(parts) else maps[0]
            fitting = list(self._fitting(part)) if "*" in part else [(part, ())]
            if not fitting:
                place = Place(f"{FOLDER}/{part}")
                problems.append(error("input_pattern_none", place, file=part, name=item.title))
            for name, stars in fitting:
                found.setdefault(name, Named(name, _filled(map_, stars)))
        beside = {named.map for named in found.values()}
        return [named for named in found.values() if named.file not in beside], problems

    def _fitting(self, pattern: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the files that fit a pattern, each with what its stars stand for."""
        inner = inner_path(pattern)
        parts = "([^/]*)".join(re.escape(text) for text in str(inner or "").split("*"))
        fits = re.compile(parts, re.IGNORECASE)
        for name in self._files:
            match = fits.fullmatch(name)
            if match and name.lower().endswith(KINDS):
                yield name, match.groups()

    @cached_property
    def _files(self) -> list[str]:
        if not self.folder.is_dir():
            return []
        names = (path.relative_to(self.folder) for path in self.folder.rglob("*") if path.is_file())
        return sorted(
            name.as_posix()
            for name in names
            if not any(part.startswith(_JUNK) for part in name.parts)
        )


def _filled(pattern: str, stars: tuple[str, ...]) -> str:
    """Return a pattern with its stars filled in, one after the other."""
    first, *others = pattern.split("*")
    return first + "".join(star + rest for star, rest in zip(stars, others, strict=False))
