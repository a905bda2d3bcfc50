"""The rule kinds declared as data: what each takes, which forms it reads, what it hears.

The checks of a scheme, the words of the scores table and the documentation all come from here;
what a rule computes stands in ``scoring.rules`` under the same name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Takes(StrEnum):
    """Where a rule has its numbers from."""

    CHILDREN = "children"
    """One or more counted nodes under it."""
    CHILD = "child"
    """Exactly one counted node under it."""
    PAIR = "pair"
    """Exactly two counted nodes under it, the order of the table being theirs."""
    FORM = "form"
    """A form (its source), as a whole."""
    CRITERION = "criterion"
    """A criterion of a form (its source)."""
    VALUE = "value"
    """One node under it, or a criterion of a form."""
    NODE = "node"
    """Another node of the tree (its source), of other units."""
    INPUT = "input"
    """A row of the inputs table (its source)."""
    UNIT = "unit"
    """The units table."""


class Kind(StrEnum):
    """What a parameter holds."""

    NUMBER = "number"
    POSITIVE = "positive"
    """A number above zero."""
    INTEGER = "integer"
    SHARE = "share"
    """10 % of the raters, papers or people."""
    COUNT_OR_SHARE = "count_or_share"
    """``50`` or ``80%``."""
    WORD = "word"
    LADDER = "ladder"
    """A ladder of the ladders table."""
    OPTION_SET = "option_set"
    """A set of the options table."""
    OPTIONS = "options"
    """Options of the form's set, divided by a comma or ``、``."""
    NODE = "node"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A ``key=value`` that a rule hears."""

    key: str
    kind: Kind
    words: tuple[str, ...] = ()
    """The words it may be, the first one being meant where nothing is said."""
    required: bool = False


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """A rule kind as a scheme may name it."""

    key: str
    zh: str
    takes: Takes
    layouts: tuple[str, ...] = ()
    """Layouts of the forms that it reads."""
    parameters: tuple[Parameter, ...] = ()
    any_of: tuple[str, ...] = ()
    """Parameters of which at least one must be given, or the rule says nothing."""

    def parameter(self, key: str) -> Parameter | None:
        """Return one of its own parameters, or one that every rule hears."""
        own = (*self.parameters, *EVERYWHERE)
        return next((parameter for parameter in own if parameter.key == key), None)


P, K = Parameter, Kind

EVERYWHERE = (
    P("cap", K.NUMBER),
    P("floor", K.NUMBER),
    P("informative", K.WORD, ("no", "yes")),
)
"""What every rule hears: the value is capped, then rounded; an informative node is only shown."""
_NOT_APPLICABLE = P("not_applicable", K.WORD, ("rescale", "full", "zero"))
_RESCALED = P("not_applicable", K.WORD, ("rescale",))
_UNFILLED = P("missing", K.WORD, ("wait", "share", "zero"))
_TRIMMED = (
    P("trim_high", K.COUNT_OR_SHARE),
    P("trim_low", K.COUNT_OR_SHARE),
    P("trim_from", K.INTEGER),
    P("discard", K.WORD, ("none", "spread")),
)
_DENOMINATOR = P("denominator", K.WORD, ("ticks", "valid", "returned", "present"), required=True)
_TURNOUT = (
    P("turnout_min", K.COUNT_OR_SHARE),
    P("turnout", K.WORD, ("warn", "void")),
)
_SCORING = ("rubric", "gates", "quantities", "roster")
_ROSTERED = ("tally", "vote", "votes")

CONVERSIONS = (
    RuleSpec(
        "each",
        "按件",
        Takes.VALUE,
        _SCORING,
        (
            P("each", K.NUMBER, required=True),
            P("above", K.NUMBER),
            P("start", K.NUMBER),
        ),
    ),
    RuleSpec(
        "threshold",
        "达标",
        Takes.VALUE,
        _SCORING,
        (P("least", K.NUMBER), P("most", K.NUMBER), P("otherwise", K.NUMBER)),
        ("least", "most"),
    ),
    RuleSpec(
        "proportional",
        "按比例",
        Takes.VALUE,
        _SCORING,
        (
            P("target", K.POSITIVE),
            P("better", K.WORD, ("more", "less")),
            P("limited", K.WORD, ("yes", "no")),
        ),
    ),
    RuleSpec("ladder", "分档", Takes.VALUE, _SCORING, (P("ladder", K.LADDER, required=True),)),
    RuleSpec("interpolate", "插值", Takes.VALUE, _SCORING, (P("ladder", K.LADDER, required=True),)),
    RuleSpec(
        "steps",
        "增减",
        Takes.VALUE,
        _SCORING,
        (
            P("target", K.NUMBER, required=True),
            P("base", K.NUMBER),
            P("step", K.POSITIVE, required=True),
            P("up", K.NUMBER),
            P("up_most", K.NUMBER),
            P("down", K.NUMBER),
            P("down_most", K.NUMBER),
            P("tolerance", K.NUMBER),
            P("part", K.WORD, ("dropped", "counted")),
        ),
        ("up", "down"),
    ),
)
"""Rules that make points of one number: of a node, of a form's cell, or of a criterion."""

RULEBOOK = (
    RuleSpec("sum", "合计", Takes.CHILDREN, (), (_NOT_APPLICABLE, _UNFILLED)),
    RuleSpec("weighted", "加权", Takes.CHILDREN, (), (_RESCALED, _UNFILLED)),
    RuleSpec("mean", "平均", Takes.CHILDREN, (), (_RESCALED, _UNFILLED)),
    RuleSpec("lowest", "取最低", Takes.CHILDREN, (), (_UNFILLED,)),
    RuleSpec("highest", "取最高", Takes.CHILDREN, (), (_UNFILLED,)),
    RuleSpec("product", "连乘", Takes.CHILDREN),
    RuleSpec("difference", "相差", Takes.PAIR, (), (P("in", K.WORD, ("points", "percent")),)),
    RuleSpec("scaled", "折算", Takes.CHILD, (), (P("factor", K.NUMBER),)),
    RuleSpec(
        "rubric",
        "细则得分",
        Takes.FORM,
        _SCORING,
        (
            _NOT_APPLICABLE,
            *_TRIMMED,
            P("sections", K.INTEGER),
            P("against", K.NODE),
            P("apart", K.POSITIVE),
            P("then", K.WORD, ("flag", "zero")),
        ),
    ),
    RuleSpec("item", "单项平均", Takes.CRITERION, ("review", *_SCORING), _TRIMMED),
    RuleSpec("number", "数值", Takes.CRITERION, _SCORING),
    RuleSpec("unmet", "不符合数", Takes.FORM, _SCORING),
    RuleSpec(
        "ballot",
        "票决得分",
        Takes.FORM,
        _ROSTERED,
        (_DENOMINATOR, *_TURNOUT, P("over", K.WORD, ("aspects", "votes"))),
    ),
    RuleSpec(
        "share",
        "占比",
        Takes.FORM,
        _ROSTERED,
        (P("options", K.OPTIONS, required=True), _DENOMINATOR, *_TURNOUT),
    ),
    RuleSpec("bonus", "加分", Takes.FORM, ("claims", "claims_list")),
    RuleSpec("deduction", "扣分", Takes.FORM, ("claims", "claims_list")),
    *CONVERSIONS,
    RuleSpec("best", "与最优值比", Takes.VALUE, _SCORING, (P("better", K.WORD, ("more", "less")),)),
    RuleSpec(
        "rank_points",
        "名次得分",
        Takes.VALUE,
        _SCORING,
        (
            P("first", K.NUMBER),
            P("drop", K.NUMBER),
            P("ladder", K.LADDER),
            P("better", K.WORD, ("more", "less")),
        ),
        ("drop", "ladder"),
    ),
    RuleSpec(
        "tiers",
        "分段得分",
        Takes.VALUE,
        _SCORING,
        (
            P("ladder", K.LADDER, required=True),
            P("better", K.WORD, ("more", "less")),
            P("tier_rounding", K.WORD, ("down", "half_up", "up")),
        ),
    ),
    RuleSpec(
        "corrected",
        "组间校正",
        Takes.CHILD,
        (),
        (
            P("panels", K.FORM, required=True),
            P("factor_digits", K.INTEGER),
            P("mean_digits", K.INTEGER),
            P("overall", K.WORD, ("units", "panels")),
        ),
    ),
    RuleSpec(
        "standardised",
        "标准分",
        Takes.CHILD,
        (),
        (P("panels", K.FORM), P("mean", K.NUMBER), P("spread", K.POSITIVE)),
    ),
    RuleSpec("inherit", "沿用上级", Takes.NODE),
    RuleSpec(
        "derived",
        "他单位平均",
        Takes.NODE,
        (),
        (P("of", K.WORD, ("nominations", "below")),),
    ),
    RuleSpec("input", "外来分数", Takes.INPUT),
    RuleSpec("factor", "单位系数", Takes.UNIT),
)
"""Every rule, in the order in which the documentation explains them."""

RULE_SPECS: Mapping[str, RuleSpec] = {spec.key: spec for spec in RULEBOOK}
CONVERSION_SPECS: Mapping[str, RuleSpec] = {spec.key: spec for spec in CONVERSIONS}

FORM_PARAMETERS = (P("alike", K.WORD, ("kept", "void")),)
"""What a form hears: whether a ballot paper that ticks the same everywhere is void."""

PARAMETER_KEYS: Mapping[str, str] = {
    "cap": "封顶",
    "floor": "保底",
    "informative": "仅供参考",
    "not_applicable": "不适用",
    "missing": "无人评分",
    "trim_high": "去高",
    "trim_low": "去低",
    "trim_from": "起去人数",
    "discard": "剔除",
    "denominator": "分母",
    "turnout_min": "最少票数",
    "turnout": "票数不足",
    "over": "合并方式",
    "options": "选项",
    "sections": "类别数",
    "against": "比对",
    "apart": "相差",
    "then": "超差",
    "each": "每件",
    "above": "超过",
    "start": "起点",
    "least": "下限",
    "most": "上限",
    "otherwise": "否则",
    "target": "目标",
    "better": "优向",
    "limited": "限满分",
    "ladder": "档表",
    "base": "基础分",
    "step": "每档",
    "up": "每档加",
    "up_most": "最多加",
    "down": "每档减",
    "down_most": "最多减",
    "tolerance": "允差",
    "part": "不足一档",
    "in": "单位",
    "factor": "系数",
    "first": "首位",
    "drop": "每名减",
    "tier_rounding": "人数取整",
    "panels": "分组表",
    "factor_digits": "系数位数",
    "mean_digits": "均分位数",
    "overall": "总均分",
    "mean": "均值",
    "spread": "标准差",
    "of": "范围",
    "alike": "全部相同",
}
"""English key to the Chinese name of every parameter of a node, a criterion or a form."""

PARAMETER_WORDS: Mapping[str, str] = {
    "rescale": "折算",
    "full": "满分",
    "zero": "零分",
    "yes": "是",
    "no": "否",
    "ticks": "本项有效票",
    "valid": "有效票",
    "returned": "收回票",
    "present": "实到人数",
    "warn": "警告",
    "void": "作废",
    "wait": "等待",
    "share": "分摊",
    "none": "不剔除",
    "spread": "差距最大者",
    "aspects": "各方面平均",
    "votes": "全部票合并",
    "kept": "照常计",
    "flag": "提示",
    "more": "越高越好",
    "less": "越低越好",
    "dropped": "不计",
    "counted": "按比例计",
    "points": "分值",
    "percent": "百分比",
    "nominations": "推荐单位",
    "below": "下属单位",
    "units": "全部单位",
    "panels": "各组均分",
    "down": "舍去",
    "half_up": "四舍五入",
    "up": "进一",
}
"""English word to the Chinese word of parameters that take words."""
