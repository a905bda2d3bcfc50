"""What copies for correction add to `collect`: the same returns without and with faulty ones."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import collect
import shared

_ENTRY = "FFE8F1FA"
"""The colour of the cells that people fill in."""


def save_again(path: Path, spoiled: bool) -> None:
    """Save a workbook as another program would, a word in the first entry cell with a number."""
    import openpyxl

    book = openpyxl.load_workbook(path)
    cell = next(
        cell
        for row in book.worksheets[0].iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb == _ENTRY and isinstance(cell.value, int | float)
    )
    if spoiled:
        cell.value = "约3"
    book.save(path)


def main() -> None:
    options = shared.parser(__doc__ or "")
    options.set_defaults(returns=600)
    options.add_argument("--faulty", type=int, default=100, help="how many returns are spoiled")
    given = options.parse_args()
    with shared.workspace_of(given) as made, tempfile.TemporaryDirectory() as folder:
        roots = [Path(folder) / name for name in ("clean", "faulty")]
        for root in roots:
            shutil.copytree(made, root)
            files = sorted((root / "returns").rglob("*.xlsx"))
            # Both are saved by the same program: only what is in the cell differs.
            for path in shared.spread(files, given.faulty):
                save_again(path, spoiled=root.name == "faulty")
        _measure(*roots, files, given.repeat)


def _measure(clean: Path, faulty: Path, files: Sequence[Path], repeat: int) -> None:
    without: list[shared.Took] = []
    with_: list[shared.Took] = []
    for _ in range(repeat):
        without.append(collect.collect(clean))
        with_.append(collect.collect(faulty))
    made = len(list((faulty / "results" / "corrections").rglob("*.xlsx")))
    print(f"{len(files)} returns, {repeat} × interleaved\n{shared.machine()}\n")
    rows = [
        shared.row("assessor collect, no fault", without, without, len(files)),
        shared.row(f"assessor collect, {made} corrections", with_, without, len(files)),
    ]
    shared.show("median", shared.HEADS, rows)


if __name__ == "__main__":
    main()
