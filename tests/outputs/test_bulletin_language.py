"""What a bulletin's template may say; all its slips are found before it runs, and it ends."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from assessor.outputs.bulletin_language import Language, slips_of
from assessor.outputs.bulletin_names import Fuel, Overrun, Rows


def rows(*units: str, fuel: int = 1000) -> Rows:
    return Rows(
        [{"unit": name, "单位": name, "score": Decimal("90.50")} for name in units], Fuel(fuel)
    )


def said(source: str, **facts: object) -> str:
    return Language().from_string(source).render(facts)


def slips(source: str) -> list[tuple[str, int]]:
    return [(slip.code, slip.line) for slip in slips_of(source, Language())]


GOOD = [
    "{{ 考核名称 }}{{ title }}",
    "{% for 行 in 总排名 %}{{ 行.名次 }}{{ 行['单位'] }}{{ loop.index }}{% endfor %}",
    "{% for 类 in 各类别 %}{% for 行 in 类.各等次 if 行.数量 > 0 %}{{ 行.等次 }}{% endfor %}"
    "{% endfor %}",
    "{% for row in ranking[:10] %}{{ row.unit }}{% else %}-{% endfor %}",
    "{% for 行 in 总排名[-5:] %}{{ 行.单位 }}{% if not loop.last %}、{% endif %}{% endfor %}",
    "{% if 总排名 and 总排名|length > 500 %}{{ 总排名[0].单位 }}"
    "{% elif 未交表数 == 0 %}x{% endif %}",
    "{{ '有' if 是中间结果 else '无' }}{{ 发文单位 ~ 日期 }}",
    "{% for 行 in 总排名 %}{% if loop.index is odd %}x{% endif %}{% endfor %}",
]


@pytest.mark.parametrize("source", GOOD)
def test_what_a_template_may_say(source: str) -> None:
    assert slips(source) == []


BAD = [
    ("\n{{ 考核名 }}", "bulletin_name_near"),
    ("\n{{ 天气 }}", "bulletin_name"),
    ("\n{{ 行.单位 }}", "bulletin_name"),  # a row outside its loop
    ("\n{% for 行 in 总排名 %}{{ 行.天气 }}{% endfor %}", "bulletin_name"),
    ("\n{% for 行 in 总排名 %}{{ 行.得份 }}{% endfor %}", "bulletin_name_near"),
    ("\n{{ 总排名 }}", "bulletin_not_a_value"),
    ("\n{% for 行 in 总排名 %}{{ 行 }}{% endfor %}", "bulletin_not_a_value"),
    ("\n{{ 总排名.单位 }}", "bulletin_not_a_row"),
    ("\n{{ 考核名称.长度 }}", "bulletin_not_a_row"),
    ("\n{% for 字 in 考核名称 %}{% endfor %}", "bulletin_no_rows"),
    ("\n{% for 行 in 总排名[0] %}{% endfor %}", "bulletin_no_rows"),
    ("\n{% for n in range(1000000000) %}{% endfor %}", "bulletin_no_rows"),
    ("\n{% for n in [1, 2] %}{% endfor %}", "bulletin_no_rows"),
    ("\n{{ range(10) }}", "bulletin_not_allowed"),
    ("\n{{ 9 ** 9 ** 9 }}", "bulletin_not_allowed"),
    ("\n{{ 'x' * 1000000000 }}", "bulletin_not_allowed"),
    ("\n{{ '%1000000000d' % 1 }}", "bulletin_not_allowed"),
    ("\n{{ '%1000000000d'|format(1) }}", "bulletin_not_allowed"),
    ("\n{{ 考核名称|safe }}", "bulletin_not_allowed"),
    ("\n{{ 考核名称.__class__.__mro__ }}", "bulletin_not_a_row"),
    ("\n{{ ''.__class__ }}", "bulletin_not_allowed"),
    ("\n{{ 考核名称['__class__'] }}", "bulletin_not_a_row"),
    ("\n{{ self }}", "bulletin_name"),
    ("\n{{ loop }}", "bulletin_name"),
    ("\n{% set x = 1 %}", "bulletin_not_allowed"),
    ("\n{% include '/etc/passwd' %}", "bulletin_not_allowed"),
    ("\n{% import 'os' as os %}", "bulletin_not_allowed"),
    ("\n{% macro m() %}{% endmacro %}", "bulletin_not_allowed"),
    ("\n{% with x = 1 %}{% endwith %}", "bulletin_not_allowed"),
    ("\n{% block b %}{% endblock %}", "bulletin_not_allowed"),
    ("\n{% do 1 %}", "bulletin_not_allowed"),
    ("\n{% for 行 in 总排名 recursive %}{% endfor %}", "bulletin_not_allowed"),
    ("\n{% for a, b in 总排名 %}{% endfor %}", "bulletin_not_allowed"),
    ("\n{{ 考核名称 考核年度 }}", "bulletin_syntax"),
    ("\n{{ }}", "bulletin_syntax"),
]


@pytest.mark.parametrize(("source", "code"), BAD)
def test_what_it_may_not_say_is_found_with_its_line(source: str, code: str) -> None:
    assert slips(source) == [(code, 2)]


def test_all_slips_are_told_at_once() -> None:
    source = "{{ 考核名 }}\n{% for 行 in 总排 %}{{ 行.分 }}{% endfor %}\n{{ 总排名 }}\n{{ 1 + 1 }}"
    assert slips(source) == [
        ("bulletin_name_near", 1),
        ("bulletin_name_near", 2),
        ("bulletin_not_a_value", 3),
        ("bulletin_not_allowed", 4),
    ]


def test_a_slip_names_what_was_meant() -> None:
    (slip,) = slips_of("{% for row in rankng %}{% endfor %}", Language())
    assert slip.facts == {"name": "rankng", "guess": "ranking"}


def test_a_slip_in_a_branch_that_is_not_taken_is_found_too() -> None:
    assert slips("{% if 是中间结果 %}{{ 天气 }}{% endif %}") == [("bulletin_name", 1)]


def test_thousands_of_brackets_are_a_slip_like_any_other() -> None:
    assert slips("{{ " + "(" * 20000 + "1" + ")" * 20000 + " }}")[0][0] == "bulletin_not_allowed"


# -- what it says ----------------------------------------------------------------------------------


def test_numbers_are_printed_as_they_are_written_and_text_is_only_text() -> None:
    assert said("{{ n }}", n=Decimal("92.50")) == "92.50"
    assert said("{{ n }}", n=Decimal("0E-8")) == "0.00000000"
    assert said("{{ n }}", n="<w:p>&{{ x }}{% if %}") == "&lt;w:p&gt;&amp;{{ x }}{% if %}"
    assert said("{{ n }}", n="a\x00b\ufffe\u202ec") == "a\\x00b\\u202ec"
    assert said("{{ a ~ b }}", a="<", b="&") == "&lt;&amp;"


def test_rows_are_gone_over_asked_for_and_cut() -> None:
    ranking = rows("甲", "乙", "丙")
    loop = "{% for r in x %}{{ loop.index }}{{ r.单位 }}{% endfor %}"
    assert said(loop, x=ranking) == "1甲2乙3丙"
    assert said("{% for r in x[1:] %}{{ r.unit }}{% endfor %}", x=ranking) == "乙丙"
    assert said("{{ x[0].unit }}{{ x[-1].unit }}{{ x|length }}", x=ranking) == "甲丙3"
    assert said("{% if x %}yes{% else %}no{% endif %}", x=rows()) == "no"


@pytest.mark.parametrize(
    "tag", ["x.__class__", "x.rows", "x.fuel", "x.__len__", "r.keys", "r.items"]
)
def test_nothing_but_facts_is_reached_even_unchecked(tag: str) -> None:
    from jinja2.exceptions import UndefinedError

    with pytest.raises(UndefinedError):
        said("{{ " + tag + " }}", x=rows("甲"), r={"unit": "甲"})


def test_nothing_can_be_called_even_unchecked() -> None:
    with pytest.raises(Exception, match=r"not safely callable|undefined"):
        said("{{ f() }}", f=list)


def test_loops_in_loops_end() -> None:
    many = rows(*map(str, range(1000)), fuel=5000)
    deep = "{% for a in x %}{% for b in x %}{% for c in x %}{% endfor %}{% endfor %}{% endfor %}"
    started = time.monotonic()
    with pytest.raises(Overrun):
        said(deep, x=many)
    assert time.monotonic() - started < 2
