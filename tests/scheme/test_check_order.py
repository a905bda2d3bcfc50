"""Nodes that wait for each other: found before anything is computed, each circle once."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.problems import Problem
from assessor.scheme.model import Node, Source
from assessor.scheme.order import in_order, shortest_way, waits_for
from tests.scheme.faults import facts, placed, problems_of

CLASSES = """
    code | name   | class | parent
    T1   | 东镇   | 镇    |
    V01  | 东村   | 村    | T1
    V02  | 西河村 | 村    | T1
    """
TREE = """
    code  | title | parent | rule     | weight | points | source | classes | parameters
    total | 总分  |        | weighted |        | 100    |        | 村      |
    self  | 自评  | total  | rubric   | 40%    | 100    | self   |         | not_applicable=full
    panel | 评分  | total  | rubric   | 60%    | 100    | panel  |         | not_applicable=full
    """


def circles(folder: Path, scores: str, units: str = CLASSES) -> list[Problem]:
    """Return the circles of a tree."""
    found = problems_of(folder, scores=scores, units=units)
    return [problem for problem in found if problem.code == "node_circle"]


@pytest.mark.parametrize(
    ("rows", "cell", "chain"),
    [
        # it inherits the total in which it counts
        (
            """
            total | 总分 |       | sum     | | 100 |       | 村 |
            panel | 评分 | total | rubric  | | 100 | panel |    | not_applicable=full
            above | 上级 | total | inherit | | 100 | total |    |
            """,
            "scores!G4",
            "上级 → 总分 → 上级",
        ),
        # one node for both classes, made of itself
        (
            """
            total | 总分 |       | sum     | | 100 |       | 镇;村 |
            panel | 评分 | total | rubric  | | 100 | panel | 村    | not_applicable=full
            mean  | 平均 | total | derived | | 100 | total | 镇    | of=below
            """,
            "scores!G4",
            "平均 → 总分 → 平均",
        ),
        (
            """
            a | 甲 | | inherit | | 100 | b | 镇 |
            b | 乙 | | inherit | | 100 | a | 村 |
            """,
            "scores!G2",
            "甲 → 乙 → 甲",
        ),
        ("a | 甲 | | inherit | | 100 | a | 村 |", "scores!G2", "甲 → 甲"),
        # two rubrics that are compared with each other
        (
            """
            total | 总分 |       | mean   | | 100 |       | 村 |
            self  | 自评 | total | rubric | | 100 | self  |    | against=panel;apart=3
            panel | 评分 | total | rubric | | 100 | panel |    | against=self;apart=3
            """,
            "scores!I3",
            "自评 → 评分 → 自评",
        ),
    ],
)
def test_a_circle_is_named_with_its_chain(tmp_path: Path, rows: str, cell: str, chain: str) -> None:
    header = "code | title | parent | rule | weight | points | source | classes | parameters"
    found = circles(tmp_path, f"{header}\n{rows}")
    assert placed(found) == [("node_circle", cell)]
    assert facts(found[0])["chain"] == chain


def test_every_circle_is_named_once(tmp_path: Path) -> None:
    found = circles(
        tmp_path,
        """
        code | title | parent | rule    | points | source | classes
        a    | 甲    |        | inherit | 100    | b      | 镇
        b    | 乙    |        | inherit | 100    | a      | 村
        c    | 丙    |        | inherit | 100    | c      | 书记
        d    | 丁    |        | inherit | 100    | a      | 书记
        """,
    )
    assert [facts(problem)["chain"] for problem in found] == ["甲 → 乙 → 甲", "丙 → 丙"]


@pytest.mark.parametrize(
    "more",
    [
        "",
        "town | 镇 | | derived | | 100 | total | 镇 | of=below",
        # a body's total that is another node than that of the units
        """
        town | 镇   |      | sum     | | 100 |       | 镇 |
        mean | 村均 | town | derived | | 100 | total |    | of=below
        """,
        # what is only shown is not waited for
        "seen | 上级 | total | inherit | | 100 | total | | informative=yes",
    ],
)
def test_no_circle_where_something_else_is_taken(tmp_path: Path, more: str) -> None:
    assert circles(tmp_path, f"{TREE.rstrip()}\n{more}") == []


def test_a_circle_of_parents_alone_is_reported_as_such_only(tmp_path: Path) -> None:
    found = problems_of(
        tmp_path,
        scores="""
            code  | title | parent | rule | points
            a     | 甲    | b      | mean | 100
            b     | 乙    | a      | mean | 100
            """,
    )
    assert {problem.code for problem in found} >= {"parent_cycle"}
    assert "node_circle" not in {problem.code for problem in found}


def test_names_of_no_node_make_no_circle(tmp_path: Path) -> None:
    assert circles(tmp_path, f"{TREE.rstrip()}\n a | 甲 | | inherit | | 100 | totla | 镇 |") == []


def test_what_a_node_waits_for_stands_before_it_and_comes_once() -> None:
    node = Node("b", "b", "", "rubric", 2, source=Source("f"), parameters={"against": "a"})
    assert waits_for(node, ["b.1", "a"]) == ("b.1", "a")
    assert waits_for(Node("c", "c", "", "derived", 2, source=Source("", "b")), []) == ("b",)
    assert waits_for(Node("c", "c", "", "no such rule", 2), ["d"]) == ("d",)
    assert in_order({"c": ["b", "x"], "b": ["a"], "a": []}) == ["a", "b", "c"]


def test_a_thousand_nodes_in_a_row_are_ordered_without_descending_into_them() -> None:
    needs = {str(at): [str(at + 1)] for at in range(5000)}
    assert in_order(needs) == [str(at) for at in range(4999, -1, -1)]
    assert len(shortest_way(needs, "0", "4999")) == 5000
