"""Rows of how returns go wrong, done to a form in LibreOffice and saved in its three formats."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from assessor.i18n import catalog
from assessor.problems import Problem
from assessor.returns.reading import FileReading
from tests.builders import small_workspace
from tests.filling import FULL, Round, entry
from tests.office import Action, action, by_gnumeric, has_gnumeric, has_office, typed
from tests.returns.messy import problems_of, said

MESSY_ROWS = {9, 10, 11, 20, 21, 22, 24, 30, 32, 33}

pytestmark = [
    pytest.mark.office,
    pytest.mark.slow,
    pytest.mark.skipif(not has_office(), reason="LibreOffice with python3-uno is not installed"),
]

ONE = "1.1 班子健全"
KINDS = ("xlsx", "ods", "xls")
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""The smallest of pictures."""

Said = tuple[str, str, str]
NOT_FOUND = ("error", f"{ONE}：没有填。空着不算 0 分。",
             f"{ONE}: nothing was entered. Empty does not mean 0.")  # fmt: skip
"""What an .xls does not show is at least missing."""

DONE: Mapping[str, tuple[int, Sequence[tuple[str, object]], str | None, Mapping[str, Said]]] = {
    # what is done to 1.1, what it counts as, what is said by format ("" stands for all others)
    "date": (
        9, [("value", 46024), ("format", "YYYY-MM-DD")], None,
        {"": ("error", f"{ONE}：Excel 把填的内容变成了日期（可能填的是 1-2）。",
              f"{ONE}: Excel has turned what was entered into a date (perhaps it was 1-2).")},
    ),
    "time": (
        9, [("value", 0.3541666666666667), ("format", "HH:MM")], None,
        {"": ("error", f"{ONE}：Excel 把填的内容变成了时间（08:30:00）。",
              f"{ONE}: Excel has turned what was entered into a time (08:30:00).")},
    ),
    "percent": (
        10, [("value", 0.85), ("format", "0%")], None,
        {"": ("error", f"{ONE}：单元格是百分比格式（显示 85%，实际是 0.85），分不清是多少分。",
              f"{ONE}: the cell has a percentage format (it shows 85%, but holds 0.85)."
              " It is not clear which score is meant.")},
    ),
    "rounded": (
        11, [("value", 3.6), ("format", "0")], "3.6",
        {"": ("note", f"{ONE}：填的是 3.6，单元格只显示 4，按 3.6 采用。",
              f"{ONE}: the cell holds 3.6 and only shows 4. It was accepted as 3.6.")},
    ),
    "error": (
        20, [("formula", "=1/0")], None,
        {"": ("error", f"{ONE}：单元格里是 Excel 的错误值 #DIV/0!。",
              f"{ONE}: the cell shows the Excel error #DIV/0!.")},
    ),
    "missing": (
        20, [("formula", "=NA()")], None,
        {"": ("error", f"{ONE}：单元格里是 Excel 的错误值 #N/A。",
              f"{ONE}: the cell shows the Excel error #N/A.")},
    ),
    "formula": (
        21, [("formula", "=10+7.5")], "17.5",
        {"": ("note", f"{ONE}：这里是公式，按算出的结果 17.5 采用。",
              f"{ONE}: there is a formula here. Its result 17.5 was accepted.")},
    ),
    "share": (
        10, [("formula", "=17/20"), ("format", "0%")], None,
        {"": ("error", f"{ONE}：单元格是百分比格式（显示 85%，实际是 0.85），分不清是多少分。",
              f"{ONE}: the cell has a percentage format (it shows 85%, but holds 0.85)."
              " It is not clear which score is meant.")},
    ),
    "comment": (
        33, [("empty", ""), ("note", "18.5分")], None,
        {"": ("error", f"{ONE}：格子空着，批注里写着“18.5分”。批注不计分。",
              f"{ONE}: the cell is empty, but “18.5分” stands in its comment."
              " Comments do not count.")},
    ),
    "picture": (
        32, [("empty", ""), ("picture", "dot.png")], None,
        {"": ("error", f"{ONE}：这里放的是图片或图形，没有数字。",
              f"{ONE}: there is a picture or a drawing here, and no number."), "xls": NOT_FOUND},
    ),
    "hidden row": (
        30, [("hide_row", "")], "20",
        {"": ("warning", "编号 1.1 这一行是隐藏的，仍照常读取。",
              "The row with the code 1.1 is hidden. It was read all the same.")},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Round, Path]:
    """A form for each thing done to it, in each format."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "workspace").mkdir()
    round_ = Round(small_workspace(folder / "workspace"))
    content = round_.filled("self", "V01", FULL)
    where = entry(round_.read(content), "1.1").cell
    (folder / "form.xlsx").write_bytes(content)
    (folder / "dot.png").write_bytes(DOT)
    jobs = []
    for name, (_, steps, _, _) in DONE.items():
        actions: list[Action] = [
            action(do, where, str(folder / str(value)) if do == "picture" else value)
            for do, value in steps
        ]
        jobs += [(folder / "form.xlsx", folder / f"{name}.{kind}", actions) for kind in KINDS]
    area = f"{where}:{where[0]}{int(where[1:]) + 1}"
    merge = [action("merge", where, area)]
    jobs += [(folder / "form.xlsx", folder / f"merged.{kind}", merge) for kind in KINDS]
    typed(jobs)
    return round_, folder


def on_cells(reading: FileReading, kind: str) -> list[Problem]:
    """Return what is said of the cells; beside it only the format is told, where it is unusual."""
    problems = problems_of(reading)
    of_file = [p.code for p in problems if not p.place.sheet]
    assert of_file == (["file_format"] if kind == "ods" else [])
    return [p for p in problems if p.place.sheet]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", list(DONE))
def test_what_is_done_in_libreoffice_is_said_the_same_in_every_format(
    saved: tuple[Round, Path], name: str, kind: str
) -> None:
    round_, folder = saved
    _, _, value, by_kind = DONE[name]
    reading = round_.read((folder / f"{name}.{kind}").read_bytes(), f"表.{kind}")
    found = entry(reading, "1.1")
    assert (None if found.value is None else f"{found.value:f}") == value
    told = [(p.severity, *said(p)) for p in on_cells(reading, kind)]
    assert told == [by_kind.get(kind, by_kind[""])]
    assert {p.place.cell for p in on_cells(reading, kind)} <= {found.cell, f"A{found.cell[1:]}"}


@pytest.mark.parametrize("kind", KINDS)
def test_row_24_cells_merged_in_libreoffice_are_refused(
    saved: tuple[Round, Path], kind: str
) -> None:
    round_, folder = saved
    reading = round_.read((folder / f"merged.{kind}").read_bytes(), f"表.{kind}")
    assert [said(p)[0] for p in on_cells(reading, kind)] == [
        f"{name}：得分格被合并了，分不清是哪一项的分。" for name in (ONE, "1.2 制度落实")
    ]


@pytest.mark.skipif(not has_gnumeric(), reason="gnumeric is not installed")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["percent", "error", "formula", "hidden row"])
def test_what_gnumeric_saves_again_is_said_all_the_same(
    saved: tuple[Round, Path], tmp_path: Path, name: str, kind: str
) -> None:
    round_, folder = saved
    by_gnumeric(folder / f"{name}.xlsx", tmp_path / f"{name}.{kind}")
    reading = round_.read((tmp_path / f"{name}.{kind}").read_bytes(), f"表.{kind}")
    told = [catalog("zh").message(p) for p in on_cells(reading, kind)]
    assert told == [DONE[name][3][""][1]]
