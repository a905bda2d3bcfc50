"""What the head of a sheet tells a person: form number, unit or filler, a rehearsal's mark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from assessor.i18n import LANGUAGES, catalog
from assessor.returns.blocks import folded
from assessor.scheme.copies import FormNumber, split_number
from assessor.sheets.grid import Grid, as_text

HEAD_DEPTH = 14
"""The form number stands in the head; a few rows more are allowed for insertions above it."""
_NUMBER = re.compile(r"[\w.]+(?:-+[\w.]+)+")
_UNIT = re.compile(r"(.*?)[(\uff08]([^()\uff08\uff09]+)[)\uff09]\s*\Z", re.DOTALL)
_COLON = re.compile("[:\uff1a]")
"""Narrow or wide: people retype heads."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a person can read at the top of a sheet."""

    numbers: tuple[FormNumber, ...]
    unit: str
    """The code in brackets behind the unit's name; empty where there is none."""
    name: str
    """The unit's name; empty where there is none."""
    filler: str
    """Who fills in a form for many units; empty where the sheet does not say."""
    rehearsal: bool


def read_head(grid: Grid) -> Head:
    """Return what the head of a sheet says, in whichever language it was printed."""
    texts = [as_text(value) for _, _, value in grid.cells(HEAD_DEPTH) if isinstance(value, str)]
    lines = [text for text in texts if _COLON.search(text)]
    whose = _behind(lines, "form.unit_is")
    unit = _UNIT.match(whose)
    return Head(
        numbers=tuple(dict.fromkeys(_numbers(texts))),
        unit=unit[2].strip() if unit else "",
        name=(unit[1] if unit else whose).strip(),
        filler=_behind(lines, "form.rater_is"),
        rehearsal=any(folded(text).startswith(_marks()) for text in texts),
    )


@cache
def _marks() -> tuple[str, ...]:
    """Return what the titles of a rehearsal begin with."""
    return tuple(folded(catalog(language).text("form.rehearsal")) for language in LANGUAGES)


@cache
def _labels(key: str) -> frozenset[str]:
    """Return how a line of the head begins, in each language."""
    texts = (catalog(language).text(key, unit="", number="") for language in LANGUAGES)
    return frozenset(folded(_COLON.split(text)[0]) for text in texts)


def _behind(texts: list[str], key: str) -> str:
    """Return what stands behind a label such as 被考核单位："""
    labels = _labels(key)
    for text in texts:
        label, *rest = _COLON.split(text, maxsplit=1)
        if rest and folded(label) in labels:
            return rest[0].strip()
    return ""


def _numbers(texts: list[str]) -> Iterator[FormNumber]:
    labels = _labels("form.number_is")
    for text in texts:
        if "-" not in text:
            continue
        candidates = _NUMBER.findall(text)
        label, *rest = _COLON.split(text, maxsplit=1)
        if rest and folded(label) in labels:  # a code may hold what no other word does
            candidates.append(rest[0].strip())
        for candidate in candidates:
            number = split_number(candidate)
            if number is not None:
                yield number
