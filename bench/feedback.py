"""How long a feedback workbook takes, against xlsxwriter alone writing the same workbooks."""

from __future__ import annotations

import inspect
import io
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import shared
from forms import Plain, cells_of, xlsxwriter_loop

KEY = b"k" * 32

Method = Callable[..., Any]
Call = tuple[int, str, tuple[object, ...], dict[str, object], int]
"""On which object, which method, with what, and which object it gave."""


class Recorder:
    """Notes every call that is made of xlsxwriter's workbooks, sheets and charts from outside."""

    def __init__(self) -> None:
        self.books: list[list[Call]] = []
        self._known: dict[int, int] = {}
        self._kept: list[object] = []
        self._depth = 0

    def __enter__(self) -> Recorder:
        from xlsxwriter.chart import Chart
        from xlsxwriter.workbook import Workbook
        from xlsxwriter.worksheet import Worksheet

        self._old: list[tuple[type, str, Any]] = []
        for kind in (Workbook, Worksheet, Chart):
            for name, method in list(vars(kind).items()):
                if inspect.isfunction(method) and (not name.startswith("_") or name == "__init__"):
                    if name == "__init__" and kind is not Workbook:
                        continue
                    self._old.append((kind, name, method))
                    setattr(kind, name, self._noted(name, method))
        return self

    def __exit__(self, *_: object) -> None:
        for kind, name, method in self._old:
            setattr(kind, name, method)

    def _noted(self, name: str, method: Method) -> Method:
        def noted(mine: object, *given: object, **named: object) -> object:
            if self._depth:
                return method(mine, *given, **named)
            if name == "__init__":
                self.books.append([])
                self._known.clear()
                self._name(mine)
            self._depth += 1
            try:
                result = method(mine, *given, **named)
            finally:
                self._depth -= 1
            if id(mine) in self._known:
                made = self._name(result) if name.startswith("add_") else -1
                place = self._known[id(mine)]
                self.books[-1].append((place, name, self._plain(given), named, made))
            return result

        return noted

    def _name(self, thing: object) -> int:
        self._kept.append(thing)
        return self._known.setdefault(id(thing), len(self._known))

    def _plain(self, given: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(Ref(self._known[id(one)]) if id(one) in self._known else one for one in given)


class Ref(int):
    """The number of an object that a call is given."""


def replay(books: Sequence[Sequence[Call]]) -> None:
    """Make the same calls again: what xlsxwriter itself needs for the same workbooks."""
    import xlsxwriter

    for calls in books:
        things: dict[int, Any] = {}
        for place, name, given, named, made in calls:
            if name == "__init__":
                things[place] = xlsxwriter.Workbook(io.BytesIO(), *given[1:], **named)
                continue
            real = [things[one] if isinstance(one, Ref) else one for one in given]
            result = getattr(things[place], name)(*real, **named)
            if made >= 0:
                things[made] = result


def main() -> None:
    options = shared.parser(__doc__ or "")
    options.set_defaults(returns=800)
    given = options.parse_args()
    with shared.workspace_of(given) as root:
        _measure(root, given.repeat)


def _measure(root: Path, repeat: int) -> None:
    from assessor.outputs.feedback import feedback_files
    from assessor.outputs.feedback_round import FeedbackRound, feedback_round
    from assessor.rounds import read_round
    from assessor.workspace import Workspace

    workspace = Workspace(root)
    result = read_round(workspace, workspace.returns)

    def told() -> FeedbackRound:
        return feedback_round(
            result.standing, result.inputs, result.entries, result.problems, result.decisions
        )

    one = told()
    with tempfile.TemporaryDirectory() as scrap:
        folder = Path(scrap)
        with Recorder() as recorder:
            written = feedback_files(one, KEY, 1)
        books = _plain(written, folder)
        loop, cells, single, both, found = "loop", "cells", "single", "both", "found"
        times: dict[str, list[shared.Took]] = {n: [] for n in (loop, cells, single, both, found)}
        for _ in range(repeat):
            times[loop].append(shared.took(lambda: replay(recorder.books)))
            times[cells].append(shared.took(lambda: xlsxwriter_loop(books, folder)))
            times[both].append(shared.took(lambda: feedback_files(one, KEY)))
            times[single].append(shared.took(lambda: feedback_files(one, KEY, 1)))
            times[found].append(shared.took(told))
    count = len(books)
    many = sum(len(sheet) for book in books for sheet in book) / count
    print(f"{count} feedback workbooks of {many:.0f} cells, {repeat} × interleaved")
    print(f"{shared.machine()}\n")
    rows = [
        shared.row(title, times[name], times[loop], count)
        for title, name in (
            ("xlsxwriter, the same workbooks, one process", loop),
            ("xlsxwriter, as many cells, one process", cells),
            (f"feedback, {os.cpu_count()} processes", both),
            ("feedback, one process", single),
            ("what all of them are made of", found),
        )
    ]
    shared.show("median", shared.HEADS, rows)


def _plain(files: dict[str, bytes], folder: Path) -> Sequence[Plain]:
    books = []
    for content in files.values():
        path = folder / "one.xlsx"
        path.write_bytes(content)
        books.append(cells_of(path))
    return books


if __name__ == "__main__":
    main()
