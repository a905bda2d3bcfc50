"""How long `ranking.xlsx` takes, against a bare xlsxwriter loop that writes the same cells."""

from __future__ import annotations

import io
import statistics
from collections.abc import Callable

import shared


def main() -> None:
    """Print the processor time of both, and the size of the file."""
    options = shared.parser(__doc__).parse_args()
    with shared.workspace_of(options) as root:
        from assessor import result_set, rounds
        from assessor.workspace import Workspace

        workspace = Workspace(root)
        result = rounds.read_round(workspace, workspace.returns)
        content = result_set.ranking_of(result)
        cells = _cells(content)
        ours = _median(lambda: result_set.ranking_of(result), options.repeat)
        bare = _median(lambda: _bare(cells), options.repeat)
        count = sum(len(sheet) for sheet in cells.values())
        print(f"{len(result.standing.units)} units, {count} cells, {len(content) / 1e6:.2f} MB")
        print(f"ranking.xlsx  {ours:6.2f} s CPU  {ours / bare:.2f} x")
        print(f"bare loop     {bare:6.2f} s CPU")


def _median(work: Callable[[], object], repeat: int) -> float:
    return statistics.median(shared.took(work).cpu for _ in range(repeat))


def _cells(content: bytes) -> dict[str, list[tuple[int, int, object]]]:
    import openpyxl

    return {
        sheet.title: [
            (cell.row - 1, cell.column - 1, cell.value)
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        ]
        for sheet in openpyxl.load_workbook(io.BytesIO(content))
    }


def _bare(cells: dict[str, list[tuple[int, int, object]]]) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    look = book.add_format({"border": 1})
    for name, written in cells.items():
        sheet = book.add_worksheet(name)
        for row, column, value in written:
            if isinstance(value, str):
                sheet.write_string(row, column, value, look)
            else:
                sheet.write_number(row, column, value, look)
    book.close()
    return buffer.getvalue()


if __name__ == "__main__":
    main()
