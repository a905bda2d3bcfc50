"""One scheme that uses every rule, and a round of many random units of several classes."""

# ruff: noqa: E501 - the tables are as wide as those of a scheme
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from random import Random

from assessor.scheme.model import Form, Nomination, Scheme, Unit
from tests.scoring.builders import scheme_of
from tests.scoring.entries import IN, Sheet
from tests.scoring.strategies import ALL
from tests.scoring.strategies_entries import Case, Writer

TABLES = {
    "units": """
        code | name | class | kind   | parent | ranked | factor
        D0   | D0   | 区    | unit   |        |        |
        V0   | V0   | 甲    | unit   | D0     |        | 1.05
        V1   | V1   | 乙    | unit   | D0     |        |
        S0   | S0   | 书记  | person | V0     | no     |
        """,
    "raters": """
        code | name | group
        P1   | 一   | panel
        P2   | 二   | panel
        P3   | 三   | panel
        """,
    "criteria": """
        rubric | code | section | title | points | entry    | classes | rounds    | rule | parameters
        duty   | A    |         | 甲    | 75     | section  |         |           |      |
        duty   | A1   | A       | 一    | 30     | earned   |         |           |      |
        duty   | A2   | A       | 二    | 10     | deducted |         |           |      |
        duty   | A3   | A       | 三    | 10     | count    |         |           | each | each=-2
        duty   | A4   | A       | 四    | 10     | number   |         |           | proportional |
        duty   | A5   | A       | 五    | 15     | rate     |         |           | ladder | ladder=台阶
        duty   | B    |         | 乙    | 25     | section  |         |           |      |
        duty   | B1   | B       | 六    | 5      | yes_no   |         |           |      |
        duty   | B2   | B       | 七    | 5      | veto     |         | 2025;2026 |      |
        duty   | B3   | B       | 八    | 5      | level    |         |           |      | options=l
        duty   | B4   | B       | 九    | 5      | count    |         |           | steps | target=4;base=3;step=2;up=1;down=1;down_most=2
        duty   | B5   | B       | 十    | 5      | rate     |         | 2026      | interpolate | ladder=斜坡
        facts  | F1   |         | 件数  |        | count    |         |           |      |
        facts  | F2   |         | 比例  |        | rate     |         |           |      |
        facts  | F3   |         | 产量  |        | number   |         |           |      |
        facts  | F4   |         | 增长  |        | number   |         |           |      |
        facts  | F5   |         | 隔年  |        | number   |         | 2027      |      |
        gates  | G1   |         | 计划  |        | yes_no   |         |           |      |
        gates  | G2   |         | 组长  |        | yes_no   | 甲      |           |      |
        gates  | G3   |         | 事故  |        | veto     |         |           |      |
        peers  | R1   |         | 评议  | 100    | earned   |         |           |      |
        judge  | J1   |         | 评审  | 100    | earned   |         |           |      |
        views  | 1    |         | 工作  |        | ballot   |         |           |      |
        views  | 2    |         | 作风  |        | ballot   | 甲      |           |      |
        """,
    "options": """
        set | option | value | counts
        o   | 优     | 100   |
        o   | 良     | 82.5  |
        o   | 差     | 0     |
        o   | 不了解 |       | no
        l   | 好     | 5     |
        l   | 中     | 2     |
        l   | 坏     | 0     |
        """,
    "ladders": """
        ladder | from | to  | value
        台阶   |      |     | 0
        台阶   | 60   |     | 9.5
        台阶   | 90   |     | 15
        斜坡   | 60   |     | 0
        斜坡   | 100  |     | 5
        满意   |      |     | 60
        满意   | 70   |     | 90
        满意   | 85   |     | 100
        三段   | 0    | 30  | 100
        三段   | 30   | 80  | 80
        三段   | 80   | 100 | 60
        名次   | 1    | 100 | 100
        名次   | 101  | 900 | 70
        """,
    "bonuses": """
        group  | code | title | points | cap | above
        merit  | M1   | 表彰  | 0.5    | 3   |
        merit  | M2   | 信息  | 0.25   |     | 3
        fault  | T1   | 通报  | 1.5    |     |
        """,
    "forms": """
        code   | title | workbook | layout     | rubric | options | bonus | filled_by | covers | classes
        self   | 自评  | 自评     | quantities | duty   |         |       | self      |        |
        panel  | 考核  | 考核     | quantities | duty   |         |       | panel     |        |
        facts  | 数据  | 数据     | quantities | facts  |         |       | panel     |        |
        gates  | 条件  | 条件     | gates      | gates  |         |       | panel     |        |
        review | 评议  | 评议     | review     | peers  |         |       | panel     |        |
        judge  | 评审  | 评审     | rubric     | judge  |         |       | panel     |        |
        tally  | 计票  | 计票     | tally      | views  | o       |       | panel     | all    |
        merit  | 加分  | 加分     | claims     |        |         | merit | panel     |        |
        fault  | 扣分  | 扣分     | claims     |        |         | fault | panel     |        |
        """,
    "inputs": """
        code  | title | file      | key  | value
        files | 外来  | files.csv | code | score
        """,
    "nominations": """
        body | unit
        D0   | V0
        """,
    "scores": """
        code   | parent | rule         | weight        | points | digits | source    | classes | parameters
        total  |        | sum          |               | 100    | 2      |           | 甲;乙   | not_applicable=rescale
        main   | total  | weighted     |               | 100    | 3      |           |         | missing=share
        panel  | main   | rubric       | 甲=60%;乙=50% | 100    | 2      | panel     |         | not_applicable=rescale;trim_high=1;trim_low=34%;trim_from=3;against=self;apart=9;then=zero
        vote   | main   | ballot       | 甲=20%;乙=30% | 100    | 2      | tally     |         | denominator=valid;turnout_min=80%;turnout=warn;over=votes
        self   | main   | rubric       | 20%           | 100    | 1      | self      |         | not_applicable=full
        bonus  | total  | bonus        |               |        | 2      | merit     |         | cap=4
        minus  | total  | deduction    |               |        | 2      | fault     |         | floor=-9
        hard   | total  | product      |               |        | 2      |           |         | informative=yes
        coef   | hard   | factor       |               |        | 2      |           |         |
        ahead  | hard   | difference   |               |        | 2      |           |         | in=percent
        mine   | ahead  | input        |               | 100    | 2      | files     |         |
        ours   | ahead  | item         |               | 100    | 1      | review/R1 |         | trim_high=10%;trim_low=1
        mean   | total  | mean         |               | 100    | 2      |           |         | informative=yes;missing=zero
        low    | mean   | lowest       |               | 100    | 2      |           |         | missing=share
        l1     | low    | each         |               | 100    | 2      | facts/F1  |         | each=-7.5;above=2
        l2     | low    | threshold    |               | 100    | 2      | facts/F2  |         | least=10;most=95;otherwise=55
        l3     | low    | proportional |               | 100    | 2      | facts/F3  |         | limited=yes
        high   | mean   | highest      |               | 100    | 2      |           |         |
        h1     | high   | ladder       |               | 100    | 2      |           |         | ladder=满意
        h1b    | h1     | share        |               | 100    | 2      | tally     |         | options=优、良;denominator=ticks
        h2     | high   | interpolate  |               | 100    | 2      | facts/F2  |         | ladder=斜坡
        h3     | high   | scaled       |               | 100    | 2      |           |         |
        h3b    | h3     | ballot       |               | 80     | 1      | tally     |         | denominator=present;turnout_min=40;turnout=void;cap=80
        grow   | mean   | steps        |               | 100    | 2      | facts/F4  |         | target=50;base=60;step=0.7;up=1;up_most=40;down=0.5;tolerance=2.5;part=counted
        f3     | mean   | best         |               | 100    | 2      | facts/F3  |         | better=less
        place  | mean   | rank_points  |               | 100    | 2      |           |         | first=100;drop=0.05
        pbase  | place  | number       |               |        | 1      | facts/F1  |         |
        listed | mean   | rank_points  |               | 100    | 2      | facts/F4  |         | ladder=名次;better=less
        tier   | mean   | tiers        |               | 100    | 0      | facts/F3  |         | ladder=三段;tier_rounding=half_up
        later  | mean   | best         |               | 100    | 2      | facts/F5  |         |
        judged | total  | corrected    |               | 100    | 2      |           |         | panels=judge;overall=panels;mean_digits=3;factor_digits=3;informative=yes
        jbase  | judged | rubric       |               | 100    | 2      | judge     |         |
        z      | total  | standardised |               |        | 3      |           |         | panels=judge;mean=80;spread=10;informative=yes
        zbase  | z      | item         |               | 100    | 2      | judge/J1  |         |
        strict | total  | item         |               | 30     | 2      | panel/A1  |         | discard=spread;informative=yes
        unmet  | total  | unmet        |               |        | 0      | gates     |         | informative=yes
        dist   |        | scaled       |               | 80     | 2      |           | 区      |
        named  | dist   | derived      |               | 100    | 2      | total     |         | of=nominations
        below  | dist   | derived      |               | 100    | 2      | judged    |         | of=below;informative=yes
        person |        | inherit      |               | 100    | 3      | total     | 书记    |
        """,
}
"""乙 is filled in without a hole, 甲 with some: what is measured across 甲 stays provisional."""


def large_scheme(number: int, random: Random) -> Scheme:
    """Return the scheme with that many units, a fifth of them persons and a few districts."""
    scheme = scheme_of(**TABLES)
    units = tuple(_units(number, random))
    bodies = [unit for unit in units if unit.unit_class in ("甲", "乙")]
    named = [
        Nomination(unit.code, random.choice(bodies).code)
        for unit in units
        if unit.unit_class == "区"
        for _ in range(3)
    ]
    return replace(scheme, units=units, nominations=tuple(dict.fromkeys(named)))


def _units(number: int, random: Random) -> Iterator[Unit]:
    factors = [None, Decimal("1.05"), Decimal("0.9")]
    persons, districts = number // 5, max(number // 1000, 2)
    bodies = number - persons - districts
    for at in range(districts):
        yield Unit(f"D{at}", f"D{at}", "区")
    for at in range(bodies):
        name, parent = random.choice("甲甲乙"), f"D{random.randrange(districts)}"
        ranked, factor = random.randrange(20) > 0, random.choice(factors)
        yield Unit(f"V{at}", f"V{at}", name, parent=parent, ranked=ranked, factor=factor)
    for at in range(persons):
        parent = f"V{random.randrange(bodies)}"
        yield Unit(f"S{at}", f"S{at}", "书记", kind="person", parent=parent, ranked=False)


def large_case(number: int, seed: int) -> Case:
    """Return a round of that many units: several raters, holes, exemptions, decisions."""
    random = Random(seed)
    scheme = large_scheme(number, random)
    holes, careful = (Writer(random, scheme, ALL, calm) for calm in (False, True))
    sheets: list[Sheet] = []
    for form in scheme.forms:
        raters = {"panel": 3, "review": 2, "judge": 4}.get(form.code, 1)
        own = {unit.code: random.randrange(raters) for unit in scheme.units}
        for rater in range(raters):
            sheet = Sheet(form.code, "Y", f"P{rater + 1}", {})
            for writer, name in ((holes, "甲"), (careful, "乙")):
                units = [one.code for one in scheme.units if one.unit_class == name]
                mine = [one for one in units if form.code != "judge" or own[one] == rater]
                _write(writer, form, sheet, mine)
            sheets.append(sheet)
    bodies = [unit.code for unit in scheme.units if unit.unit_class in ("甲", "乙")]
    rows = [row for row in scheme.criteria if row.rubric in ("duty", "gates", "views")]
    exempt = {(row.rubric, row.code, random.choice(bodies)) for row in rows for _ in range(9)}
    decided = {
        (random.choice(["self", "vote", "l1", "tier", "total"]), random.choice(bodies)): "61.25"
        for _ in range(number // 50)
    }
    return Case(scheme, tuple(sheets), decided, tuple(sorted(exempt)), holes.external())


def _write(writer: Writer, form: Form, sheet: Sheet, units: list[str]) -> None:
    """Fill in a form for units of one class; the form of a careful writer is always in."""
    drawn = writer.sheet(form, sheet.rater, units)
    sheet.state.update(dict.fromkeys(drawn.state, IN) if writer.calm else drawn.state)
    sheet.entries.update(drawn.entries)
    sheet.papers.update(drawn.papers)
