"""Wording: message codes and facts to sentences in Chinese or English."""

from __future__ import annotations

import locale
import os
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Protocol, runtime_checkable

from assessor.problems import Problem

LANGUAGES = ("zh", "en")


class Catalog:
    """The texts of one language, by dotted key."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def keys(self) -> set[str]:
        """Return every key that has a text."""
        return set(self._texts)

    def text(self, key: str, /, **facts: object) -> str:
        """Return the text of a key with its blanks filled; KeyError if there is none."""
        return self._texts[key].format_map(_Facts(self, facts))

    def message(self, problem: Problem) -> str:
        """Say what is wrong."""
        return self.text(f"problem.{problem.code}.message", **problem.facts)

    def cure(self, problem: Problem) -> str:
        """Say how to cure it; what a decision has settled needs no cure."""
        if problem.decided:
            return self.text("problems.decided")
        return self.text(f"problem.{problem.code}.cure", **problem.facts)


@dataclass(frozen=True, slots=True)
class Either:
    """A fact with a word of its own in each language, such as the name of a column."""

    zh: str
    en: str

    def phrase(self, words: Catalog) -> str:
        """Return the word in the language of the sentence."""
        return self.zh if words.language == "zh" else self.en


class Term(str):
    """A fact that is itself a key: worded in the language of the sentence it stands in."""

    __slots__ = ()


@runtime_checkable
class Worded(Protocol):
    """A fact that words itself, such as an entry rule."""

    def phrase(self, words: Catalog) -> str:
        """Return the words for it."""
        ...


class _Facts(dict[str, object]):
    """Facts for one sentence, with terms and lists worded and hostile characters shown."""

    def __init__(self, catalog: Catalog, facts: Mapping[str, object]) -> None:
        super().__init__({key: self._worded(catalog, value) for key, value in facts.items()})

    def _worded(self, catalog: Catalog, value: object) -> object:
        if isinstance(value, Term):
            return catalog.text(value)
        if isinstance(value, Worded):
            return value.phrase(catalog)
        if isinstance(value, list | tuple):
            comma = "、" if catalog.language == "zh" else ", "
            return comma.join(str(self._worded(catalog, item)) for item in value)
        return visible(value) if isinstance(value, str) else value


def visible(text: str, keep: str = "") -> str:
    r"""Return the text with control and direction characters escaped, but for those to keep.

    >>> visible("a\u202eb\n")
    'a\\u202eb\\n'
    """
    if text.isprintable() or not any(_hidden(char) for char in text):
        return text
    return "".join(
        char.encode("unicode_escape").decode("ascii")
        if _hidden(char) and char not in keep
        else char
        for char in text
    )


def _hidden(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@cache
def catalog(language: str) -> Catalog:
    """Return the catalog of a language (``zh`` or ``en``): all its files together."""
    texts: dict[str, str] = {}
    for source in files("assessor.locale").joinpath(language).iterdir():
        if source.name.endswith(".toml"):
            texts |= _flat("", tomllib.loads(source.read_text(encoding="utf-8")))
    return Catalog(language, texts)


def _flat(prefix: str, table: Mapping[str, Any]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        path = f"{prefix}.{key}" if prefix else key
        pairs.extend(_flat(path, value) if isinstance(value, dict) else [(path, value)])
    return pairs


def choose_language(asked: str | None) -> str:
    """Return the language of the terminal: asked for, else ASSESSOR_LANG, else the system's."""
    for wish in (asked, os.environ.get("ASSESSOR_LANG")):
        if wish and wish[:2].lower() in LANGUAGES:
            return wish[:2].lower()
    system = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "zh" if system.lower().startswith(("zh", "chinese")) else "en"
