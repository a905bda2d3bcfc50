"""Village, township, county: the results of one level are the input of the next one up.

Every level has codes of its own. All numbers are worked by hand, to two digits at every node.
"""

from __future__ import annotations

import csv
import hashlib
import shutil
from pathlib import Path

import openpyxl

from assessor.explaining.story import tell
from assessor.i18n import catalog
from assessor.workflow import Collected, collect
from assessor.workspace import Workspace
from tests.builders import SMALL, cells, codes, edited, write_tables
from tests.filling import FULL, Round

NOTHING = {
    "raters": "code|name|group",
    "awards": "code|title|for|by",
    "options": "set|option|value",
}


def settings(code: str) -> str:
    return f"""
        key      | value
        code     | {code}
        title    | 考核
        round    | 2026
        issuer   | 某县
        digits   | 2
        rounding | each
        """


def form(unit_class: str) -> str:
    return f"""
        code | title  | workbook | layout | rubric | filled_by | classes
        self | 自评表 | 自评     | rubric | duty   | self      | {unit_class}
        """


VILLAGE = {
    "settings": settings("village"),
    "units": """
        code | name   | class | parent
        00   | 东村   | 村    |
        01   | 西河村 | 村    |
        G1   | 东一组 | 组    | 00
        G2   | 东二组 | 组    | 00
        G3   | 西一组 | 组    | 01
        """,
    "forms": form("组"),
    "scores": """
        code  | title  | parent | rule    | points | source | classes | parameters
        group | 组得分 |        | rubric  | 100    | self   | 组      | not_applicable=full
        total | 村得分 |        | derived | 100    | group  | 村      | of=below
        """,
}
TOWNSHIP = {
    "settings": settings("township"),
    "units": """
        code | name   | class | parent
        T    | 某镇   | 镇    |
        V01  | 东村   | 村    | T
        V02  | 西河村 | 村    | T
        """,
    "forms": form("村"),
    "scores": """
        code  | title    | parent | rule     | weight| points | source| classes| parameters
        total | 村总分   |        | weighted |       | 100    |       | 村     |
        self  | 自评     | total  | rubric   | 70%   | 100    | self  |        | not_applicable=full
        lower | 村内考核 | total  | input    | 30%   | 100    | lower |        |
        town  | 镇得分   |        | derived  |       | 100    | total | 镇     | of=below
        """,
    "inputs": """
        code  | title    | file                 | key       | value | where    | map
        lower | 村内考核 | village/standing.csv | unit_code | score | class=村 | codes.csv
        """,
}
COUNTY = {
    "settings": settings("county"),
    "units": """
        code | name | class
        C01  | 某镇 | 镇
        """,
    "forms": form("镇"),
    "scores": """
        code  | title    | parent | rule     | weight | points | source | parameters
        total | 总分     |        | weighted |        | 100    |        |
        self  | 自评     | total  | rubric   | 50%    | 100    | self   | not_applicable=full
        lower | 各村得分 | total  | input    | 50%    | 100    | lower  |
        """,
    "inputs": """
        code  | title    | file       | key       | value | where     | map
        lower | 各村得分 | scores.csv | unit_code | value | node=town | map.csv
        """,
}


def workspace_of(folder: Path, tables: dict[str, str], *mapped: str) -> Workspace:
    """Return a workspace of a level, with a code map as inputs/ wants it."""
    write_tables(folder / "scheme", {**SMALL, **NOTHING, **tables})
    (folder / "returns").mkdir()
    if mapped:
        (folder / "inputs").mkdir()
        with (folder / "inputs" / mapped[0]).open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(cells("\n".join(mapped[1:])))
    return Workspace(folder)


def done(workspace: Workspace) -> Collected:
    return collect(workspace, workspace.returns, workers=1)


def scores(result: Collected) -> dict[str, str]:
    units = result.round.scheme.units
    return {units[mine.unit].code: str(mine.score) for mine in result.round.standing.units}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def three_levels(folder: Path) -> tuple[Workspace, Workspace, Workspace]:
    """Return the three workspaces, all forms returned."""
    village = workspace_of(folder / "village", VILLAGE)
    township = workspace_of(
        folder / "township", TOWNSHIP, "codes.csv", "村里的编号|镇里的编号", "00|V01", "01|V02"
    )
    county = workspace_of(folder / "county", COUNTY, "map.csv", "T|C01")
    Round(village).return_all(self_G2=FULL | {"1.1": "18.5"}, self_G3=FULL | {"2.3": "9"})
    Round(township).return_all(self_V02=FULL | {"2.1": "15"})
    Round(county).return_all(self_C01=FULL | {"1.1": "10"})
    return village, township, county


def test_results_of_one_level_are_the_input_of_the_next(tmp_path: Path) -> None:
    village, township, county = three_levels(tmp_path)
    # two groups of 100 and 98.5, one of 99
    assert scores(done(village)) == {
        "00": "99.25", "01": "99.00", "G1": "100.00", "G2": "98.50", "G3": "99.00",
    }  # fmt: skip
    (township.inputs / "village").mkdir()
    shutil.copy(village.results / "standing.csv", township.inputs / "village")
    result = done(township)
    # 100 × 70 % + 99.25 × 30 % = 99.775; 95 × 70 % + 99 × 30 % = 96.2; their mean is 97.99
    assert scores(result) == {"T": "97.99", "V01": "99.78", "V02": "96.20"}
    assert codes(result.round.problems) == []
    shutil.copy(township.results / "scores.csv", county.inputs)
    result = done(county)
    # 90 × 50 % + 97.99 × 50 % = 93.995
    assert scores(result) == {"C01": "94.00"}
    assert codes(result.round.problems) == []
    assert result.round.complete


def test_what_was_read_is_told_with_its_hash(tmp_path: Path) -> None:
    village, township, _ = three_levels(tmp_path)
    done(village)
    (township.inputs / "village").mkdir()
    shutil.copy(village.results / "standing.csv", township.inputs / "village")
    result = done(township)
    (row,) = rows(township.results / "inputs.csv")
    (taken,) = result.round.external
    assert row == {
        "input": "lower",
        "file": "village/standing.csv",
        "sha256": taken.files[0].sha256,
        "rows": "2",
        "matched": "2",
        "unmatched": "0",
    }
    book = openpyxl.load_workbook(township.results / "ranking.xlsx", read_only=True)
    texts = [cell for line in book.worksheets[0].iter_rows(values_only=True) for cell in line]
    assert "village/standing.csv" in texts
    assert taken.files[0].sha256[:12] in texts


def test_a_level_that_is_not_done_leaves_the_next_one_open(tmp_path: Path) -> None:
    village, township, _ = three_levels(tmp_path)
    (village.returns / "self-G3.xlsx").unlink()
    done(village)
    (township.inputs / "village").mkdir()
    shutil.copy(village.results / "standing.csv", township.inputs / "village")
    result = done(township)
    told = [(p.code, p.unit) for p in result.round.problems if p.code.startswith("input")]
    assert sorted(told) == [("input_provisional", ""), ("input_value_blank", "V02")]
    assert [m.status.word for m in result.round.standing.units] == [
        "missing",
        "provisional",
        "missing",
    ]


def test_without_the_file_every_unit_is_missing_and_the_file_is_asked_for_once(
    tmp_path: Path,
) -> None:
    _, township, _ = three_levels(tmp_path)
    result = done(township)
    assert codes(result.round.problems) == ["input_file_missing"]
    assert {m.status.word for m in result.round.standing.units} == {"missing"}
    assert not result.round.complete


def test_a_file_that_changed_is_told_once_and_not_written(tmp_path: Path) -> None:
    village, township, _ = three_levels(tmp_path)
    done(village)
    (township.inputs / "village").mkdir()
    target = township.inputs / "village" / "standing.csv"
    shutil.copy(village.results / "standing.csv", target)
    assert done(township).remarks == []
    target.write_bytes(target.read_bytes().replace(b"99.25", b"98.25"))
    changed = done(township)
    assert codes(changed.remarks) == ["input_changed"]
    assert "input_changed" not in codes(changed.round.problems)
    again = done(township)
    assert again.remarks == []
    assert not again.exchange.changed


# -- a county of two townships -------------------------------------------------------------------

VILLAGES = {
    "settings": settings("town"),
    "units": """
        code | name   | class
        1    | {one}  | 村
        2    | {two}  | 村
        """,
    "forms": form("村"),
    "scores": """
        code  | title  | parent | rule   | points | source | parameters
        total | 村得分 |        | rubric | 100    | self   | not_applicable=full
        """,
}
JOINED = {
    "settings": settings("county"),
    "units": """
        code | name   | class | parent
        E    | 东镇   | 镇    |
        W    | 西镇   | 镇    |
        E1   | 东一村 | 村    | E
        E2   | 东二村 | 村    | E
        W1   | 西一村 | 村    | W
        W2   | 西二村 | 村    | W
        """,
    "forms": form("村"),
    "scores": """
        code   |title   |parent|rule    |weight|points|source |classes|parameters
        total  |总分    |      |weighted|      |100   |       |村     |
        self   |自评    |total |rubric  |50%   |100   |self   |       |not_applicable=full
        village|镇里考核|total |input   |50%   |100   |village|       |
        town   |镇得分  |      |derived |      |100   |village|镇     |of=below
        """,
    "inputs": """
        code    | title    | file         | key       | value | map
        village | 镇里考核 | */scores.csv | unit_code | value | */map.csv
        """,
}
"""Both townships number their villages 1 and 2: only a code map for each tells them apart."""


def two_townships(folder: Path) -> Workspace:
    """Return a county whose townships are done; all forms are returned."""
    county = workspace_of(folder / "county", JOINED)
    Round(county).return_all(self_E1=FULL | {"1.1": "10"}, self_W2=FULL | {"2.1": "0"})
    for letter, name in (("E", "东"), ("W", "西")):
        tables = {k: t.format(one=f"{name}一村", two=f"{name}二村") for k, t in VILLAGES.items()}
        town = workspace_of(folder / name, tables)
        Round(town).return_all(self_1=FULL | {"1.2": "10" if letter == "E" else "15"})
        assert done(town).round.complete
        inputs = county.inputs / f"{name}镇"
        inputs.mkdir(parents=True)
        shutil.copy(town.results / "scores.csv", inputs)
        lines = "\n".join(f"{number},{letter}{number}" for number in (1, 2))
        (inputs / "map.csv").write_text(f"镇里的编号,县里的编号\n{lines}\n", encoding="utf-8-sig")
    return county


def test_a_county_joins_the_results_of_its_townships(tmp_path: Path) -> None:
    county = two_townships(tmp_path)
    where = edited(JOINED["inputs"], "value | map", "value | map | where")
    where = edited(where, "*/map.csv", "*/map.csv | node=total")
    write_tables(county.root / "scheme", {"inputs": where})
    result = done(county)
    assert codes(result.round.problems) == []
    # E1: (90 + 90) ÷ 2; E2: 100; W1: (100 + 95) ÷ 2; W2: (80 + 100) ÷ 2. Towns: 95 and 97.5.
    assert scores(result) == {
        "E": "95.00", "W": "97.50", "E1": "90.00", "E2": "100.00", "W1": "97.50", "W2": "90.00",
    }  # fmt: skip
    assert [(row["file"], row["rows"], row["matched"]) for row in rows(
        county.results / "inputs.csv"
    )] == [("东镇/scores.csv", "2", "2"), ("西镇/scores.csv", "2", "2")]  # fmt: skip
    hashes = {row["sha256"] for row in rows(county.results / "inputs.csv")}
    assert hashes == {
        hashlib.sha256((county.inputs / town / "scores.csv").read_bytes()).hexdigest()
        for town in ("东镇", "西镇")
    }
    # Where it stands is told by file and cell.
    text = cell_of(county.inputs / "西镇" / "scores.csv", "2", "total", "value")
    story = tell(result.round, "W2", "village", catalog("zh"))
    (node,) = story.nodes
    assert node.remarks == (f"取自“镇里考核”（文件 inputs/西镇/scores.csv › {text}，value列）",)
    # A file that changed is told by its own name.
    target = county.inputs / "西镇" / "scores.csv"
    target.write_bytes(target.read_bytes().replace(b"95.00", b"94.00"))
    assert [str(p.place) for p in done(county).remarks] == ["inputs/西镇/scores.csv"]


def cell_of(file: Path, unit: str, node: str, column: str) -> str:
    """Return where a value stands in a scores.csv, counted by the csv module."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        table = list(csv.reader(lines))
    letter = "ABCDEFGHIJKL"[table[0].index(column)]
    line = next(n for n, row in enumerate(table, 1) if row[0] == unit and node in row)
    return f"scores!{letter}{line}"


def test_two_townships_of_the_same_codes_are_never_mixed_up(tmp_path: Path) -> None:
    county = two_townships(tmp_path)
    table = edited(JOINED["inputs"], "value | map", "value | map | where")
    table = edited(table, "*/map.csv", "map.csv | node=total")
    write_tables(county.root / "scheme", {"inputs": table})
    shutil.copy(county.inputs / "东镇" / "map.csv", county.inputs / "map.csv")
    result = done(county)
    told = [(p.code, p.unit) for p in result.round.problems if p.code == "input_unit_two_files"]
    assert told == [("input_unit_two_files", "E1"), ("input_unit_two_files", "E2")]
    assert not result.round.complete
    assert {m.status.word for m in result.round.standing.units} == {"awaiting", "missing"}


def test_a_score_that_people_set_stands_in_for_a_missing_one(tmp_path: Path) -> None:
    _, township, _ = three_levels(tmp_path)
    (township.inputs / "village").mkdir()
    table = "unit_code,class,score\n00,村,99.25\n"
    (township.inputs / "village" / "standing.csv").write_text(table, encoding="utf-8")
    assert codes(done(township).round.problems) == ["input_row_missing"]
    lines = [
        "date,authority,unit,object,act,from,to,reason",
        "2026-12-25,镇党委,V02,lower,inspection,,90,村里没有考核",
    ]
    (township.root / "decisions.csv").write_text("\n".join(lines), encoding="utf-8-sig")
    result = done(township)
    assert codes(result.round.problems) == []
    assert scores(result)["V02"] == "93.50"  # 95 × 70 % + 90 × 30 %
