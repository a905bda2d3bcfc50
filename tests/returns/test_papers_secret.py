"""An anonymous vote stays one: no result tells of a voter, and no number of an order."""

from __future__ import annotations

import csv
import io
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from assessor.issuing import issue
from assessor.outputs.form import write_packet
from assessor.result_set import feedback_of, result_files
from assessor.scheme.copies import make_packets
from assessor.scheme.paths import packet_paths
from assessor.scheme.plans import make_plans
from assessor.scheme.stamp import STAMP_SHEET, numbering
from tests.filling import Round, cell_of, spoiled
from tests.voting import VOTING, ballot, filled, packets, read, slips, vote, voting

NAME = "周小明"
"""A voter who sends his paper back under his own name."""


@pytest.fixture
def round_(tmp_path: Path) -> Round:
    return voting(tmp_path, "cadre")


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def whole_text(name: str, content: bytes) -> str:
    if not name.endswith(".xlsx"):
        return content.decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(part).decode("utf-8", "replace") for part in archive.namelist())


def with_a_fault(round_: Round) -> str:
    """Return papers, one with a word that is no option under its voter's name; its number."""
    vote(round_, "cadre", "优优良良中差", "优良优良优良", "中-良良--", "良良优优中中")
    packet = packets(round_, "cadre")[4]

    def change(sheet: Any) -> None:
        cell_of(sheet, "V02/Q1", "选择").value = "甲级"

    content = spoiled(filled(round_, packet, ballot("优良优良优良")), change)
    round_.put(f"{NAME}.xlsx", content)
    return packet.paper


def test_no_result_says_who_sent_a_paper_beside_what_stands_on_it(round_: Round) -> None:
    number = with_a_fault(round_)
    result = read(round_)
    files = {**result_files(result), **feedback_of(result, b"k" * 32)}
    for name, content in files.items():
        # Every file stands in files.csv and among the sources by its name, and nothing else of it.
        if name not in {"files.csv", "ranking.xlsx"}:
            assert NAME not in whole_text(name, content), name
    ranking = openpyxl.load_workbook(io.BytesIO(files["ranking.xlsx"]))
    for sheet in (sheet for sheet in ranking if sheet.title != "依据"):
        assert not [c for line in sheet.iter_rows() for c in line if NAME in str(c.value)]
    (problem,) = [row for row in rows(files["problems.csv"]) if row["code"] == "vote_unclear"]
    assert (problem["file"], problem["unit_code"]) == (number, "V02")
    for name, content in files.items():
        assert "机关干部" not in whole_text(name, content), name


def test_entries_have_no_cell_of_an_anonymous_form(tmp_path: Path) -> None:
    round_ = voting(tmp_path)
    with_a_fault(round_)
    for unit in ("V01", "V02", "V03"):
        packet = next(p for p in packets(round_, "slips") if p.copies[0].key.unit == unit)
        round_.put(f"{unit}.xlsx", filled(round_, packet, slips("优 优", "良 中")))
    first, _ = packets(round_, "leader")
    cells = {("V01/R", "choice"): "第1", ("V02/R", "choice"): "第2", ("V03/R", "choice"): "第3"}
    round_.put("leader.xlsx", filled(round_, first, cells))
    entries = rows(result_files(read(round_))["entries.csv"])
    # a vote under names is like any other form
    assert {entry["form"] for entry in entries} == {"leader"}
    assert [(e["unit_code"], e["rater"], e["raw"]) for e in entries] == [
        ("V01", "L1", "第1"),
        ("V02", "L1", "第2"),
        ("V03", "L1", "第3"),
    ]


def test_files_are_listed_without_unit_rater_and_number(round_: Round) -> None:
    with_a_fault(round_)
    result = read(round_)
    listed = {row["file"]: row for row in rows(result_files(result)["files.csv"])}
    mine = listed[f"{NAME}.xlsx"]
    assert (mine["form"], mine["period"], mine["disposition"]) == ("cadre", "Y", "accepted")
    assert (mine["unit_code"], mine["rater"]) == ("", "")
    assert all(fate.forms == (fate.forms[0].shown,) for fate in result.collection.fates)


def test_after_counting_nothing_is_left_of_the_papers(round_: Round) -> None:
    with_a_fault(round_)
    result = read(round_)
    assert set(result.entries["table"]) == {"counted"}
    assert set(result.entries["rater"]) == {""}
    assert all(not key.paper for key in result.collection.accepted)


def test_a_conflict_tells_neither_the_number_nor_what_differs(round_: Round) -> None:
    packet = packets(round_, "cadre")[0]
    round_.put("甲.xlsx", filled(round_, packet, ballot("优优良良中差")))
    round_.put("乙.xlsx", filled(round_, packet, ballot("差优良良中差")))
    files = result_files(read(round_))
    for name in ("problems.csv", "problems.xlsx"):
        text = whole_text(name, files[name])
        assert packet.paper not in text
        assert "较差" not in text


def test_a_workbook_carries_its_number_and_nothing_that_joins_it_to_a_person(
    round_: Round,
) -> None:
    packet = packets(round_, "cadre")[0]
    content = write_packet(round_.scheme, packet, round_.key)
    book = openpyxl.load_workbook(io.BytesIO(content))
    (form,) = [row for row in book[STAMP_SHEET].iter_rows(values_only=True) if row[0] == "form"]
    assert form[3:8] == ("cadre", "Y", "", "B1", packet.paper) or form[3:8] == (
        "cadre", "Y", None, "B1", packet.paper,
    )  # fmt: skip
    text = whole_text("form.xlsx", content)
    for row in VOTING["raters"].splitlines()[2:]:
        for name in [part.strip() for part in row.split("|")][1:2]:
            assert name not in text


def test_file_names_are_the_numbers_and_the_same_every_time(round_: Round) -> None:
    mine = packets(round_, "cadre")
    names = [path.name for path in packet_paths(round_.scheme, mine)]
    assert names == [f"{packet.paper}.xlsx" for packet in mine]
    assert len(set(names)) == 6
    first = issue(round_.workspace)
    again = issue(round_.workspace)
    assert again.unchanged == len(again.files) == 6
    assert first.files == again.files


def test_papers_are_issued_in_the_order_of_their_numbers(round_: Round) -> None:
    mine = [packet.paper for packet in packets(round_, "cadre")]
    assert mine == sorted(mine)
    steps = {int(later) - int(one) for one, later in pairwise(mine)}
    assert len(steps) == 5


def test_more_papers_leave_the_numbers_that_were_issued(tmp_path: Path) -> None:
    few = voting(tmp_path, "cadre")
    issued = {packet.paper for packet in packets(few, "cadre")}
    more = voting(tmp_path, "cadre", forms=VOTING["forms"].replace("all    | 6 ", "all    | 9 "))
    assert len(packets(more, "cadre")) == 9
    assert issued < {packet.paper for packet in packets(more, "cadre")}


def test_another_key_gives_other_numbers_and_without_one_there_are_none(round_: Round) -> None:
    plans = make_plans(round_.scheme)
    other = make_packets(round_.scheme, plans, numbering(b"another key"))
    assert {p.paper for p in other} != {p.paper for p in round_.packets}
    with pytest.raises(ValueError, match="key"):
        make_packets(round_.scheme, plans)


def test_under_five_papers_no_votes_are_shown(round_: Round) -> None:
    vote(round_, "cadre", "优优良良中差", "优良优良优良", "良良优优中中", "差差中中良良")
    few = _ballot_sheet(round_)
    assert "不足5票" in few
    # six rows: four options with shares, abstentions, and the score
    assert few.count("不足5票") == 6 * 10
    vote(round_, "cadre", *["优优良良中差"] * 5)
    assert "不足5票" not in _ballot_sheet(round_)


def _ballot_sheet(round_: Round) -> list[object]:
    content = result_files(read(round_))["ranking.xlsx"]
    sheet = openpyxl.load_workbook(io.BytesIO(content))["干部测评"]
    return [cell for line in sheet.iter_rows(values_only=True) for cell in line]
