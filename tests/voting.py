"""A scheme with every kind of vote and a list of claims, and what voters send back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from assessor.outputs.form import write_packet
from assessor.rounds import Round as Result
from assessor.rounds import read_round
from assessor.scheme.copies import Copy, Packet
from tests.builders import SMALL, Table, small_workspace
from tests.filling import Round

VOTING: Mapping[str, Table] = {
    "units": """
        code | name   | class | contact | phone
        V01  | 东村   | 村    | 张三    | 0000-1
        V02  | 西河村 | 村    | 李四    | 0000-2
        V03  | 北山村 | 村    | 王五    | 0000-3
        """,
    "settings": SMALL["settings"].replace("tie_breakers | panel", "contact | 考核办"),
    "raters": """
        code | name     | group   | phone  | anonymous
        P1   | 考核组   | panel   | 0000-4 |
        B1   | 机关干部 | cadres  | 0000-5 | 是
        L1   | 赵书记   | leaders | 0000-6 |
        L2   | 钱镇长   | leaders | 0000-7 |
        T1   | 计票组   | tellers | 0000-8 |
        """,
    "criteria": """
        rubric  | code | title    | entry
        aspects | Q1   | 履行职责 | ballot
        aspects | Q2   | 班子建设 | ballot
        whole   | R    | 总体评价 | ballot
        """,
    "options": """
        set  | option | value | at_most
        四档 | 优秀   | 100   | 4
        四档 | 良好   | 80    |
        四档 | 一般   | 60    |
        四档 | 较差   | 40    |
        名次 | 第1    | 10    | 1
        名次 | 第2    | 8     | 1
        名次 | 第3    | 6     | 1
        """,
    "bonuses": """
        group   | code | title            | points | above | once
        honours | M2   | 典型（市级）     | 5      |       | 典型
        honours | M3   | 典型（省级）     | 15     |       | 典型
        honours | N1   | 创新获部门认可   | 5      |       |
        """,
    "forms": """
        code   | title        | workbook | layout      | rubric  | options | bonus   | filled_by | covers | copies | parameters
        cadre  | 民主测评票   | 民主测评 | vote        | aspects | 四档    |         | cadres    | all    | 6      | alike=void
        one    | 满意度测评票 | 满意度   | vote        | whole   | 四档    |         | cadres    | one    | 5      |
        leader | 领导测评票   | 领导测评 | vote        | whole   | 名次    |         | leaders   | all    |        |
        slips  | 票面录入表   | 票面     | votes       | aspects | 四档    |         | tellers   | one    | 60     |
        wide   | 推荐票录入表 | 推荐     | votes       | whole   | 名次    |         | tellers   | all    | 60     |
        claims | 加分清单     | 加分     | claims_list |         |         | honours | panel     | one    | 9      |
        """,  # noqa: E501
    "scores": """
        code   | title    | parent | rule   | points | source | parameters
        total  | 总分     |        | sum    | 500    |        |
        cadre  | 干部测评 | total  | ballot | 100    | cadre  | denominator=ticks
        one    | 满意度   | total  | ballot | 100    | one    | denominator=valid
        leader | 领导测评 | total  | ballot | 100    | leader | denominator=returned
        slips  | 票面     | total  | ballot | 100    | slips  | denominator=valid
        wide   | 推荐     | total  | ballot | 100    | wide   | denominator=valid
        claims | 加分     | total  | bonus  |        | claims |
        """,
    "awards": "code | title | for | class | slots | by | least_grade",
}

Cells = Mapping[tuple[str, str], object]
"""What stands in a form, by row and column."""
WORDS = {"优": "优秀", "良": "良好", "中": "一般", "差": "较差", "-": None, "弃": "弃权"}
LINES = [f"{unit}/{aspect}" for unit in ("V01", "V02", "V03") for aspect in ("Q1", "Q2")]


def voting(folder: Path, only: str = "", **changes: Table) -> Round:
    """Return a workspace of the voting scheme, with one form only where a test asks for that."""
    tables = {**VOTING, **changes}
    if only:
        tables["forms"] = _with(tables["forms"], only)
        scores = _with(tables["scores"], only, "total")
        tables["scores"] = scores.replace("| 500", "| 100")
    return Round(small_workspace(folder, **tables))


def _with(table: Table, *codes: str) -> Table:
    header, *lines = [line for line in table.splitlines() if line.strip()]
    return "\n".join([header, *(row for row in lines if row.split("|")[0].strip() in codes)])


def packets(round_: Round, form: str) -> list[Packet]:
    """Return the packets of a form in the order in which they are issued."""
    return [packet for packet in round_.packets if packet.copies[0].key.form == form]


def filled(round_: Round, packet: Packet, cells: Cells, checked: bool = True) -> bytes:
    """Return the workbook of a packet of one form with what stands in its cells."""
    (copy,) = packet.copies
    (table,) = copy.plan.tables
    values = {(table.key, *place): value for place, value in cells.items() if value is not None}
    if checked and copy.plan.foot:
        values["foot", "checked", "value"] = "√"
    return write_packet(round_.scheme, packet, round_.key, {copy.key: values})


def ballot(words: str, lines: Sequence[str] = LINES) -> dict[tuple[str, str], object]:
    """Return a ballot written as one sign a line: 优良中差, ``-`` for a blank line."""
    return {
        (line, "choice"): WORDS.get(word, word) for line, word in zip(lines, words, strict=True)
    }


def vote(round_: Round, form: str, *papers: str, lines: Sequence[str] = LINES) -> list[Copy]:
    """Return as many papers of a form as are given, each under its number; return their copies."""
    copies = []
    for packet, words in zip(packets(round_, form), papers, strict=False):
        name = packet.paper or packet.copies[0].key.rater
        round_.put(f"{form}/{name}.xlsx", filled(round_, packet, ballot(words, lines)))
        copies.append(packet.copies[0])
    return copies


def slips(*rows: str, keys: Sequence[str] = ("Q1", "Q2")) -> dict[tuple[str, str], object]:
    """Return a sheet of papers: a row each, a sign for each of its columns."""
    return {
        (f"P{number:03d}", key): WORDS.get(word, word)
        for number, row in enumerate(rows, 1)
        for key, word in zip(keys, row.split(), strict=True)
    }


def read(round_: Round) -> Result:
    """Return what reading everything gives."""
    return read_round(round_.workspace, round_.workspace.returns, workers=1)


def scored(result: Result, node: str) -> list[str]:
    """Return a node's words in the order of the units."""
    column = result.standing.scores.columns[node]
    return [
        str(column.value(unit)) if status.has_value else status.word
        for unit, status in enumerate(column.status)
    ]


def counts(result: Result, form: str, unit: str) -> dict[str, str]:
    """Return the counts of a unit by ``aspect:option`` and turnout, as entries have them."""
    entries = result.entries
    mine = entries[(entries["form"] == form) & (entries["unit_code"] == unit)]
    mine = mine[mine["table"] == "counted"]
    return dict(zip(mine["criterion"], mine["raw"], strict=True))
