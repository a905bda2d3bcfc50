from __future__ import annotations

from decimal import Decimal

from assessor.scheme.model import Scheme
from assessor.scoring.tree import build_tree
from tests.scoring.builders import scheme_of

CRITERIA = """
    rubric  | code | section | title    | points | entry    | classes
    duty    | 2    |         | 作风     |        | section  |
    duty    | 1    |         | 组织     |        | section  |
    duty    | 1.1  | 1       | 班子健全 | 30     | earned   |
    duty    | 2.1  | 2       | 廉洁自律 | 40     | deducted |
    duty    | 1.10 | 1       | 活动正常 | 30     | earned   |
    duty    | Q1   |         | 意见     |        | text     |
    aspects | b    |         | 履行职责 |        | ballot   |
    aspects | a    |         | 组织建设 |        | ballot   |
    loose   | 7    |         | 档案     | 60     | earned   |
    loose   | 8    |         | 公开     | 40     | earned   |
    """
FORMS = """
    code  | title  | workbook | layout | rubric  | options | filled_by | covers
    panel | 评分表 | 评分     | rubric | duty    |         | panel |
    tally | 计票表 | 计票     | tally  | aspects | 四档    | tellers | all
    loose | 检查表 | 检查     | rubric | loose   |         | panel |
    """
SCORES = """
    code   | title  | parent | rule     | weight | points | source | parameters
    total  | 总分   |        | weighted |        | 100    |        |
    ballot | 测评   | total  | ballot   | 30%    | 100    | tally  | denominator=ticks
    target | 目标   | total  | mean     | 70%    | 100    |        |
    panel  | 考核组 | target | rubric   |        | 100    | panel  |
    check  | 检查   | target | rubric   |        | 100    | loose  | informative=yes
    """


def whole() -> Scheme:
    return scheme_of(criteria=CRITERIA, forms=FORMS, scores=SCORES)


def test_nodes_stand_as_declared_with_sections_and_aspects_under_their_own() -> None:
    shown = [f"{'  ' * node.depth}{node.code} {node.rule}" for node in build_tree(whole())]
    assert shown == [
        "total weighted",
        "  ballot ballot",
        "    ballot.b aspect",
        "    ballot.a aspect",
        "  target mean",
        "    panel rubric",
        "      panel.2 section",
        "      panel.1 section",
        "    check rubric",
        "      check.- section",
    ]


def test_a_parent_stands_before_its_children() -> None:
    seen: set[str] = {""}
    for node in build_tree(whole()):
        assert node.parent in seen
        seen.add(node.code)


def test_a_section_has_the_scored_criteria_of_its_code_in_table_order() -> None:
    tree = {node.code: node for node in build_tree(whole())}
    members = {code: [row.code for row in node.criteria] for code, node in tree.items()}
    assert members["panel.1"] == ["1.1", "1.10"]
    assert members["panel.2"] == ["2.1"]
    assert members["check.-"] == ["7", "8"]
    assert members["ballot.b"] == ["b"]
    assert members["panel"] == []


def test_parts_are_titled_as_in_the_rubric_and_rounded_as_their_node() -> None:
    tree = {node.code: node for node in build_tree(whole())}
    assert tree["panel.2"].title == "作风"
    assert tree["ballot.a"].title == "组织建设"
    assert tree["check.-"].title == "检查"
    assert tree["panel.2"].digits == tree["panel"].digits == 2


def test_only_the_declared_node_is_informative_its_sections_count_towards_it() -> None:
    flagged = [node.code for node in build_tree(whole()) if node.informative]
    assert flagged == ["check"]


def test_the_full_mark_of_a_section_is_that_of_the_criteria_of_the_class() -> None:
    scheme = scheme_of(
        units="code | name | class \n V01 | 东村 | 村 \n O01 | 机关一 | 机关",
        criteria="""
            rubric | code | section | title | points | entry   | classes
            duty   | 1    |         | 组织  |        | section |
            duty   | 1.1  | 1       | 甲    | 60     | earned  |
            duty   | 1.2  | 1       | 乙    | 40     | earned  | 村
            duty   | 1.3  | 1       | 丙    | 40     | earned  | 机关
            """,
        forms="""
            code  | title  | workbook | layout | rubric | filled_by
            panel | 评分表 | 评分     | rubric | duty   | panel
            """,
        scores="""
            code  | rule   | points | source
            total | rubric | 100    | panel
            """,
    )
    section = build_tree(scheme)[1]
    assert [section.points(name) for name in ("村", "机关", "村书记")] == [100, 100, 60]


def test_a_declared_node_has_the_full_mark_that_it_declares() -> None:
    total = build_tree(whole())[0]
    assert total.points("村") == Decimal(100)


def test_every_top_node_begins_a_tree_of_its_own() -> None:
    scheme = scheme_of(
        units="""
            code | name | class | kind   | parent | ranked
            V01  | 东村 | 村    | unit   |        | yes
            S01  | 张三 | 书记  | person | V01    | no
            """,
        criteria="rubric | code | title | points | entry \n duty | 1 | 甲 | 100 | earned",
        forms="""
            code  | title  | workbook | layout | rubric | filled_by
            panel | 评分表 | 评分     | rubric | duty   | panel
            """,
        scores="""
            code   | rule    | points | source | classes
            total  | rubric  | 100    | panel  |
            person | inherit | 100    | total  | 书记
            """,
    )
    shown = [(node.depth, node.code) for node in build_tree(scheme)]
    assert shown == [(0, "total"), (1, "total.-"), (0, "person")]
