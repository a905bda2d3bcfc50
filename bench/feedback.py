"""How long a feedback workbook takes, against a plain xlsxwriter loop that writes the same cells."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import shared
from forms import Plain, cells_of, xlsxwriter_loop

KEY = b"k" * 32


def main() -> None:
    options = shared.parser(__doc__ or "")
    options.set_defaults(returns=800)
    given = options.parse_args()
    with shared.workspace_of(given) as root:
        _measure(root, given.repeat)


def _measure(root: Path, repeat: int) -> None:
    from assessor.outputs.feedback import feedback_files
    from assessor.outputs.feedback_round import FeedbackRound, feedback_round
    from assessor.workflow import read_round
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
        books = _plain(feedback_files(one, KEY), folder)
        loop, single, both, found = "loop", "single", "both", "found"
        times: dict[str, list[shared.Took]] = {n: [] for n in (loop, single, both, found)}
        for _ in range(repeat):
            times[loop].append(shared.took(lambda: xlsxwriter_loop(books, folder)))
            times[both].append(shared.took(lambda: feedback_files(one, KEY)))
            times[single].append(shared.took(lambda: feedback_files(one, KEY, 1)))
            times[found].append(shared.took(told))
    count = len(books)
    cells = sum(len(sheet) for book in books for sheet in book) / count
    print(f"{count} feedback workbooks of {cells:.0f} cells, {repeat} × interleaved")
    print(f"{shared.machine()}\n")
    rows = [
        shared.row(title, times[name], times[loop], count)
        for title, name in (
            ("xlsxwriter, as many cells, one process", loop),
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
