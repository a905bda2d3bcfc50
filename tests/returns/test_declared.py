"""What units declare is printed on the forms that show it, once it has come back."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from assessor.issuing import Issued, issue
from assessor.outputs.form import write_packet
from assessor.scheme.paths import packet_paths
from tests.filling import Round
from tests.kinds import KINDS, kinds_round


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return kinds_round(tmp_path)


def declare(
    round_: Round, unit: str, first: str, second: str, period: str = "B", end: str = ""
) -> None:
    """Put a declaration into returns/; `end` says when the first target is reached."""
    packet = next(
        p
        for p in round_.packets
        if any((c.key.form, c.key.unit, c.key.period) == ("decl", unit, period) for c in p.copies)
    )
    (copy,) = packet.copies
    values: dict[tuple[str, str, str], object] = {
        ("items", "1.1", "entry"): first,
        ("items", "1.9", "entry"): second,
        ("items", "1.1", "remark"): end,
        ("foot", "checked", "value"): "√",
    }
    content = write_packet(round_.scheme, packet, round_.key, {copy.key: values})
    round_.put(f"{unit}-{period}.xlsx", content)


def shown(round_: Round, issued: Issued, unit: str, period: str = "Y") -> str:
    """Return what stands beside criterion 1.1 on the panel's form of a unit."""
    packet = next(
        p
        for p in round_.packets
        if any((c.key.form, c.key.unit, c.key.period) == ("panel", unit, period) for c in p.copies)
    )
    paths = packet_paths(round_.scheme, round_.packets)
    path = round_.workspace.forms / paths[round_.packets.index(packet)]
    assert path in issued.files
    sheet = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).worksheets[0]
    return next(str(line[2].value) for line in sheet.iter_rows() if line[0].value == "1.1")


def test_nothing_is_declared_before_anything_came(round_: Round) -> None:
    issued = issue(round_.workspace)
    assert issued.undeclared == 6  # three units, a visit and the year's end
    assert shown(round_, issued, "V01") == "尚未申报"


def test_what_came_back_is_shown_beside_the_criterion_of_its_code(round_: Round) -> None:
    declare(round_, "V01", "修路3公里\n装灯50盏", "办食堂")
    issued = issue(round_.workspace)
    assert shown(round_, issued, "V01") == "修路3公里\n装灯50盏"
    assert shown(round_, issued, "V01", "M") == "修路3公里\n装灯50盏"
    assert shown(round_, issued, "V02") == "尚未申报"
    assert issued.undeclared == 4


def test_when_a_target_is_reached_is_printed_below_it(round_: Round) -> None:
    declare(round_, "V01", "修路3公里", "办食堂", end="县交通局验收合格\n年底前通车")
    assert shown(round_, issue(round_.workspace), "V01") == (
        "修路3公里\n完成标准：县交通局验收合格\n年底前通车"
    )


def test_a_declared_text_changes_neither_number_nor_version(round_: Round) -> None:
    before = {c.number for p in round_.packets for c in p.copies}
    declare(round_, "V01", "修路3公里", "办食堂")
    issue(round_.workspace)
    after = {c.number for p in Round(round_.workspace).packets for c in p.copies}
    assert after == before


def test_the_same_declarations_give_the_same_forms(round_: Round) -> None:
    declare(round_, "V01", "修路3公里", "办食堂")
    issue(round_.workspace)
    again = issue(round_.workspace)
    assert again.unchanged == len(again.files)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("修路\u202e3公里", r"修路\u202e3公里"),
        ("  ", None),
    ],
)
def test_a_declared_text_is_only_text(round_: Round, text: str, printed: str | None) -> None:
    declare(round_, "V01", text, "办食堂")
    issued = issue(round_.workspace)
    assert shown(round_, issued, "V01") == (printed or "尚未申报")


def test_two_declarations_that_differ_are_not_shown(round_: Round) -> None:
    declare(round_, "V01", "修路3公里", "办食堂")
    first = round_.workspace.returns / "V01-B.xlsx"
    first.rename(first.with_name("一稿.xlsx"))
    declare(round_, "V01", "修路5公里", "办食堂")
    assert shown(round_, issue(round_.workspace), "V01") == "尚未申报"


def test_a_form_shows_the_last_declaration_up_to_its_own_period(tmp_path: Path) -> None:
    forms = KINDS["forms"].replace("|own|self||B|", "|own|self||B;Y|")
    round_ = kinds_round(tmp_path, forms=forms)
    declare(round_, "V01", "春天的目标", "一")
    declare(round_, "V01", "年终的目标", "二", "Y")
    issued = issue(round_.workspace)
    assert shown(round_, issued, "V01", "M") == "春天的目标"
    assert shown(round_, issued, "V01", "Y") == "年终的目标"
    assert shown(round_, issued, "V02", "M") == "尚未申报"


def test_other_returns_and_an_empty_folder_do_no_harm(round_: Round) -> None:
    round_.put("别的.xlsx", b"no workbook")
    assert issue(round_.workspace).undeclared == 6
