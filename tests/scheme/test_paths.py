"""No two blank workbooks share a path, on any disk, and every path is one that Windows takes."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.issuing import issue
from assessor.scheme.copies import Packet, make_packets
from assessor.scheme.model import Period, Rater, Scheme, Unit
from assessor.scheme.paths import distinct, file_name, name_key, packet_paths
from assessor.scheme.plans import make_plans
from tests.builders import SMALL, codes, small_scheme, small_workspace

UNITS = """
    code | name   | class
    V01  | 东村   | 村
    V02  | 西河村 | 村
    """
ONE_NAME = "code | name | group | covers\nP1 | 张三 | panel | V01\nP2 | 张三 | panel | V01;V02"
PANEL = """
    code  | title | workbook | layout | rubric | filled_by | periods
    panel | 评分  | 评分     | rubric | duty   | panel     |
    """
SELF_TOO = PANEL + "    self | 自评 | 评分 | rubric | duty | self |\n"
TWO_PERIODS = "code | title\nH1 | 检查\nH2 | 检查"
SCORES = """
    code  | title | parent | rule   | points | source   | parameters
    total | 评分  |        | rubric | 100    | {source} | not_applicable=full
    """


def paths(folder: Path, source: str = "panel", **changes: str) -> list[str]:
    tables = {"forms": PANEL, "scores": SCORES.format(source=source), **changes}
    tables["settings"] = SMALL["settings"].replace("tie_breakers | panel", "annex | 附件")
    scheme, problems = small_scheme(folder, **tables)
    beside = {"unit_name_twice", "form_unread", "form_unread_in"}
    assert [code for code in codes(problems) if code not in beside] == []
    found = packet_paths(scheme, make_packets(scheme, make_plans(scheme)))
    return [path.as_posix() for path in found]


def test_plain_names_stay_plain(tmp_path: Path) -> None:
    assert paths(tmp_path, units=UNITS) == ["评分/V01_东村_评分.xlsx", "评分/V02_西河村_评分.xlsx"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (  # two raters of one name: where they meet, and only there, the code is added
            {"units": UNITS, "raters": ONE_NAME},
            [
                "评分/V01_东村_P1_张三_评分.xlsx",
                "评分/V01_东村_P2_张三_评分.xlsx",
                "评分/V02_西河村_张三_评分.xlsx",
            ],
        ),
        (  # two periods of one title
            {"units": UNITS, "periods": TWO_PERIODS, "source": "panel@H2"},
            [
                "检查_H1/评分/V01_东村_评分.xlsx",
                "检查_H1/评分/V02_西河村_评分.xlsx",
                "检查_H2/评分/V01_东村_评分.xlsx",
                "检查_H2/评分/V02_西河村_评分.xlsx",
            ],
        ),
        (  # one title of a workbook for two fillers: the unit itself and the only rater
            {"units": UNITS, "forms": SELF_TOO},
            [
                "评分/V01_东村_考核组_评分.xlsx",
                "评分/V02_西河村_考核组_评分.xlsx",
                "评分/V01_东村_评分.xlsx",
                "评分/V02_西河村_评分.xlsx",
            ],
        ),
    ],
)
def test_who_would_meet_is_told_apart_by_code(
    tmp_path: Path, changes: dict[str, str], expected: list[str]
) -> None:
    assert paths(tmp_path, **changes) == expected


@pytest.mark.parametrize(
    "units",
    [
        "code | name | class\nA/1 | 东村 | 村\nA?1 | 东村 | 村",
        "code | name | class\na1 | 东村 | 村\nA1 | 东村 | 村",
        f"code | name | class\n{'A' * 60}1 | 东村 | 村\n{'A' * 60}2 | 东村 | 村",
    ],
)
def test_codes_that_a_disk_takes_for_one_are_told_apart(tmp_path: Path, units: str) -> None:
    one, other = paths(tmp_path, units=units)
    assert name_key(one) != name_key(other)
    assert len({one.rpartition("/")[0], other.rpartition("/")[0]}) == 1


def test_every_form_is_written_and_none_over_another(tmp_path: Path) -> None:
    changes = {"units": UNITS, "raters": ONE_NAME, "forms": SELF_TOO}
    scores = SCORES.format(source="panel")
    settings = SMALL["settings"].replace("tie_breakers | panel", "annex | 附件")
    workspace = small_workspace(tmp_path, scores=scores, settings=settings, **changes)
    issued = issue(workspace)
    on_disk = sorted(path for path in workspace.forms.rglob("*.xlsx"))
    assert len(on_disk) == 3 + 2
    assert sorted(issued.files) == on_disk
    assert issue(workspace).unchanged == 5


@pytest.mark.parametrize(
    ("title", "folder"),
    [
        ("CON", "_CON"),
        ("nul", "_nul"),
        ("Com1.自评", "_Com1.自评"),
        ("LPT²", "_LPT²"),
        ("CONTROL", "CONTROL"),
        ("自评. ", "自评"),
        ("~$自评", "_$自评"),
        ("自评/互评", "自评_互评"),
    ],
)
def test_no_name_is_one_that_windows_refuses(tmp_path: Path, title: str, folder: str) -> None:
    found = paths(tmp_path, units=UNITS, forms=PANEL.replace("评分     |", f"{title} |"))
    assert {path.partition("/")[0] for path in found} == {folder}


def test_a_name_is_cut_where_a_disk_would_refuse_it(tmp_path: Path) -> None:
    name = "某" * 300
    (path,) = paths(tmp_path, units=f"code | name | class\nV01 | {name} | 村")
    assert len(PurePosixPath(path).name.encode()) < 255


# -- any names at all ----------------------------------------------------------------------------

_NAME = st.text("AaÀß/?_. ~村１1", min_size=1, max_size=4) | st.sampled_from(
    ["CON", "nul", "COM1", "CON.x", "A" * 70, "A" * 71, "Ä", "A\u0308", "_"]
)
_TITLE = st.sampled_from(["评分", "评/分", "评?分", "AUX", "V_评分.xlsx"])


@st.composite
def rounds(draw: st.DrawFn) -> tuple[Scheme, list[Packet]]:
    """Packets of different periods, titles, units, raters or papers, under any names."""
    few = st.lists(_NAME, min_size=1, max_size=3, unique=True)
    periods = [Period(code, draw(_NAME)) for code in draw(few)]
    units = [Unit(code, draw(_NAME), "村") for code in draw(few)]
    raters = [Rater(code, draw(_NAME), draw(st.sampled_from("ab"))) for code in draw(few)]
    keys = draw(
        st.lists(
            st.tuples(
                _TITLE,
                st.sampled_from(periods),
                st.sampled_from([None, *units]),
                st.sampled_from([None, *raters]),
                st.sampled_from(["", "000017", "000018"]),
            ),
            min_size=1,
            max_size=12,
            unique_by=lambda key: (
                key[0],
                key[1].code,
                key[2] and key[2].code,
                key[3] and key[3].code,
                key[4],
            ),
        )
    )
    packets = [Packet(title, p, unit, rater, (), paper) for title, p, unit, rater, paper in keys]
    scheme = _scheme(periods, units, raters)
    return scheme, packets


def _scheme(periods: list[Period], units: list[Unit], raters: list[Rater]) -> Scheme:
    return Scheme(
        settings=None,  # type: ignore[arg-type]
        periods=tuple(periods),
        units=tuple(units),
        raters=tuple(raters),
        criteria=(),
        forms=(),
        nodes=(),
        options={},
        bands={},
        limits=(),
        bonuses=(),
        awards=(),
    )


@given(rounds())
def test_no_two_workbooks_ever_share_a_path(made: tuple[Scheme, list[Packet]]) -> None:
    scheme, packets = made
    found = packet_paths(scheme, packets)
    files = {tuple(map(name_key, path.parts)) for path in found}
    assert len(files) == len(packets)
    folders = {file[:depth] for file in files for depth in range(1, len(file))}
    assert not files & folders
    for path in found:
        for part in path.parts:
            assert not set(part) & set('<>:"/\\|?*')
            assert part.strip(" .") == part
            assert part.partition(".")[0].upper() not in {"CON", "NUL", "AUX", "COM1"}
            assert len(part.encode()) < 255
            assert not part.startswith(("~", "."))


@given(rounds())
def test_a_path_does_not_hang_on_the_order_of_the_workbooks(
    made: tuple[Scheme, list[Packet]],
) -> None:
    scheme, packets = made
    mixed = list(reversed(packets))
    first = dict(zip(map(id, packets), packet_paths(scheme, packets), strict=True))
    second = dict(zip(map(id, mixed), packet_paths(scheme, mixed), strict=True))
    assert first == second


@given(st.dictionaries(st.integers(), st.lists(_NAME.map(file_name), min_size=1, max_size=3)))
def test_names_that_run_out_are_numbered(names: dict[int, list[str]]) -> None:
    given_names = distinct(names)
    assert list(given_names) == list(names)
    assert len({name_key(name) for name in given_names.values()}) == len(names)
