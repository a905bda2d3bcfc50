"""Under five papers no score of a single aspect is shown, in no file; the ballot's own is."""

from __future__ import annotations

import csv
import io

from assessor.i18n import catalog
from assessor.outputs.ranking_ballots import ballot_tables
from assessor.outputs.ranking_scores import score_tables
from assessor.outputs.tables import scores_csv
from assessor.scoring.evaluate import evaluate
from assessor.standing.stand import Standing, stand
from tests.scoring.builders import inputs_of, scheme_of, villages
from tests.scoring.entries import tally
from tests.scoring.test_counts_ballot import PAPERS, counted, polled

TABLES = {
    "criteria": """
        rubric | code | title | points | entry
        b      | 1    | 德    | 100    | ballot
        b      | 2    | 能    | 100    | ballot
        """,
    "forms": """
        code | title | workbook | layout | rubric | options | filled_by | covers
        t    | 计票  | 计票     | tally  | b      | 四档    | tellers   | all
        """,
    "scores": """
        code  | title | parent | rule   | points | source | parameters
        total | 总分  |        | ballot | 100    | t      | denominator=valid
        """,
}
# V01: four papers, (100 + 3 × 80) ÷ 4 = 85 and 4 × 80 ÷ 4 = 80, together 82.5.
# V02: five papers, 100 and 80. V03: five papers, but only four ticks in 能: (4 × 100) ÷ 5 = 80.
VOTES = """
    unit | aspect | 优秀 | 良好 | 一般 | 较差
    V01  | 1      | 1    | 3    | 0    | 0
    V01  | 2      | 0    | 4    | 0    | 0
    V02  | 1      | 5    | 0    | 0    | 0
    V02  | 2      | 0    | 5    | 0    | 0
    V03  | 1      | 5    | 0    | 0    | 0
    V03  | 2      | 4    | 0    | 0    | 0
    """
TURNOUT = """
    unit | present | returned | valid
    V01  | 4       | 4        | 4
    V02  | 5       | 5        | 5
    V03  | 5       | 5        | 5
    """


def voted() -> tuple[Standing, object]:
    scheme = scheme_of(units=villages(3), **TABLES)
    inputs = inputs_of(scheme, tally("t", "T1", VOTES, TURNOUT))
    return stand(scheme, evaluate(scheme, inputs)), inputs


def test_scores_csv_keeps_them_back() -> None:
    standing, _ = voted()
    text = scores_csv(standing).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(r["unit_code"], r["node"], r["value"], r["status"]) for r in rows] == [
        ("V01", "total", "82.50", "scored"),
        ("V01", "total.1", "", "withheld"),
        ("V01", "total.2", "", "withheld"),
        ("V02", "total", "90.00", "scored"),
        ("V02", "total.1", "100.00", "scored"),
        ("V02", "total.2", "80.00", "scored"),
        ("V03", "total", "90.00", "scored"),
        ("V03", "total.1", "", "withheld"),
        ("V03", "total.2", "", "withheld"),
    ]


def test_the_workbook_keeps_them_back() -> None:
    standing, inputs = voted()
    (scores,) = score_tables(standing, catalog("zh"))
    assert [[str(cell) for cell in row[3:]] for row in scores.rows] == [
        ["82.50", "不足5票", "不足5票"],
        ["90.00", "100.00", "80.00"],
        ["90.00", "不足5票", "不足5票"],
    ]
    together, _, ballots = ballot_tables(standing, inputs, catalog("en"))  # type: ignore[arg-type]
    shown = {(row[0], row[2]): [str(cell) for cell in row[-10:]] for row in ballots.rows}
    assert shown["V01", "德"] == ["under 5"] * 10
    assert shown["V03", "能"] == ["under 5"] * 10
    assert shown["V02", "能"] == [
        "0", "0.0", "5", "100.0", "0", "0.0", "0", "0.0", "0", "80.00",
    ]  # fmt: skip
    # What is withheld is in no sum either: only V02 counts.
    assert [[str(cell) for cell in row[:5]] for row in together.rows] == [
        ["德", "1", "5", "5", "100.0"],
        ["能", "1", "5", "0", "0.0"],
    ]


def test_what_votes_are_divided_by_stands_in_a_column_of_its_own() -> None:
    # 50 valid papers: 30 优秀, 10 良好, 5 不了解, 5 abstain; 30 and 10 are 75 and 25 % of the 40
    # that are votes; divided is by 50 − 5 = 45: 3800 ÷ 45 = 84.44
    scheme = polled("ballot", "denominator=valid")
    inputs = inputs_of(scheme, counted("V01 | 1 | 30 | 10 | 0 | 0 | 5", PAPERS))
    standing = stand(scheme, evaluate(scheme, inputs))
    *_, table = ballot_tables(standing, inputs, catalog("zh"))
    assert [head.title for head in table.heads[-5:]] == [
        "不了解（票）", "不了解（%）", "弃权（票）", "计入票数", "得分",
    ]  # fmt: skip
    (row,) = table.rows
    assert [str(cell) for cell in row[-13:]] == [
        "30", "75.0", "10", "25.0", "0", "0.0", "0", "0.0", "5", "None", "5", "45", "84.44",
    ]  # fmt: skip
    *_, english = ballot_tables(standing, inputs, catalog("en"))
    assert english.heads[-2].title == "Votes that count"
