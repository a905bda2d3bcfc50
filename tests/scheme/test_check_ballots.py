"""Checks of votes that are read paper by paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.scheme.check_ballots import BALLOT_CHECKS
from assessor.scheme.load import load_scheme
from assessor.scheme.secrecy import LEAST_SHOWN, may_be_shown
from tests.builders import SMALL, codes, write_tables
from tests.scheme.faults import facts, placed, problems_of
from tests.voting import VOTING


def found(folder: Path, old: str, new: str) -> list[str]:
    forms = VOTING["forms"]
    assert forms.count(old) == 1
    tables = {**SMALL, **VOTING, "forms": forms.replace(old, new)}
    scheme, _ = load_scheme(write_tables(folder / "scheme", tables))
    return codes([problem for check in BALLOT_CHECKS for problem in check(scheme)])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("cadres    | all    | 6 ", "cadres    | all    | 6 ", []),
        ("cadres    | all    | 6 ", "cadres    | all    |   ", ["vote_without_count"]),
        ("cadres    | all    | 6 ", "cadres    | all    | 4 ", ["vote_too_few"]),
    ],
)
def test_what_an_anonymous_vote_needs(
    tmp_path: Path, old: str, new: str, expected: list[str]
) -> None:
    assert found(tmp_path, old, new) == expected


def test_a_vote_is_too_small_where_its_counts_are_not_shown(tmp_path: Path) -> None:
    assert LEAST_SHOWN == 5
    for copies in range(1, 8):
        few = found(tmp_path, "cadres    | all    | 6 ", f"cadres    | all    | {copies} ")
        assert (few == ["vote_too_few"]) is not may_be_shown(copies)


PAPERS = """
    code  | title  | workbook | layout       | rubric  | options | filled_by | covers | periods
    count | 计票表 | 计票     | tally        | aspects | 四档    | panel     | all    | {0}
    paper | 测评票 | 票       | ballot_paper | {1}     | {2}     | panel     | all    | {3}
    """


@pytest.mark.parametrize(
    ("counted", "rubric", "options", "printed", "cell", "periods"),
    [
        ("Y", "aspects", "四档", "Y", "", []),
        ("H;Y", "aspects", "四档", "Y", "", []),
        ("Y", "aspects", "四档", "H;Y", "I3", ["年中"]),
        ("Y", "others", "四档", "Y", "E3", ["年终"]),
        ("Y", "aspects", "三档", "Y", "E3", ["年终"]),
    ],
)
def test_printed_papers_are_counted_on_some_form(
    tmp_path: Path,
    counted: str,
    rubric: str,
    options: str,
    printed: str,
    cell: str,
    periods: list[str],
) -> None:
    problems = problems_of(
        tmp_path,
        periods="code|title|due\nH|年中|2026-07-10\nY|年终|2026-12-20",
        criteria="rubric|code|title|entry\naspects|T1|作风|ballot\nothers|T1|作风|ballot",
        options="set|option|value\n四档|优|100\n四档|差|40\n三档|优|100\n三档|差|50",
        forms=PAPERS.format(counted, rubric, options, printed),
    )
    lost = [problem for problem in problems if problem.code == "papers_uncounted"]
    assert placed(lost) == ([("papers_uncounted", f"forms!{cell}")] if cell else [])
    assert [facts(problem)["periods"] for problem in lost] == ([periods] if cell else [])
