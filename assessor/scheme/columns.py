"""The tables of a scheme, declared as data: names, headers, types, choices.

The loader, the workbook that `new` writes, its drop-downs and comments, and the documentation
all come from these declarations.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assessor.scheme.layouts import COVERS, LAYOUTS
from assessor.scheme.policies import POLICIES
from assessor.scheme.rulebook import CONVERSIONS, RULEBOOK


class Type(StrEnum):
    """What a cell of a column holds."""

    TEXT = "text"
    CODE = "code"
    """Text that identifies: a number or date here is an error, 1.10 is not 1.1."""
    NUMBER = "number"
    INTEGER = "integer"
    PERCENT = "percent"
    """60%, 0.6 or 60: all are sixty hundredths."""
    WEIGHTS = "weights"
    """One percentage, or one for each class: 60%, or 村=40%; 机关=30%."""
    DATE = "date"
    YES_NO = "yes_no"
    LIST = "list"
    """Several texts, divided by a comma, 、 or ;."""
    CODES = "codes"
    """Several codes: like a list, but a number here is an error."""
    CHOICE = "choice"
    PARAMETERS = "parameters"
    """key=value pairs, divided by ;."""
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: English key, Chinese header, type, and the values it may take."""

    key: str
    zh: str
    type: Type = Type.TEXT
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    """(key, Chinese word) pairs of a choice."""
    width: int = 12
    also: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """By key further spellings of a choice that are read, but not offered."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: key (its CSV file), Chinese sheet name, columns."""

    key: str
    zh: str
    columns: tuple[Column, ...]
    unique: tuple[str, ...] = ()
    """The columns that together identify a row."""

    def column(self, key: str) -> Column:
        """Return the column of that key."""
        return next(column for column in self.columns if column.key == key)


KINDS = (("unit", "单位"), ("person", "个人"))
LANGUAGES = (("zh", "中文"), ("en", "英文"))
ROUNDINGS = (("each", "逐级"), ("last", "最后"))
ENTRIES = (
    ("section", "类别"),
    ("earned", "得分"),
    ("deducted", "扣分"),
    ("text", "文字"),
    ("count", "数量"),
    ("number", "数值"),
    ("rate", "比率"),
    ("yes_no", "是否"),
    ("veto", "否决事项"),
    ("level", "等级"),
    ("ballot", "票决"),
)
RULES = tuple((spec.key, spec.zh) for spec in RULEBOOK)
CONVERTING = tuple((spec.key, spec.zh) for spec in CONVERSIONS)
OPERATORS = (
    ("<", "低于"),
    ("<=", "不高于"),
    (">", "高于"),
    (">=", "不低于"),
    ("=", "等于"),
)
OPERATORS_ALSO = (
    ("<", ("小于", "少于", "不到", "不足", "未达到", "less than", "fewer than", "below", "under")),
    (
        "<=",
        (
            *("≤", "≦", "=<", "不大于", "不多于", "不超过", "至多", "最多", "小于等于"),
            *("小于或等于", "at most", "not more than", "no more than", "not above"),
        ),
    ),
    (">", ("大于", "多于", "超过", "超出", "more than", "greater than", "above", "over")),
    (
        ">=",
        (
            *("≥", "≧", "=>", "不小于", "不少于", "至少", "最少", "达到", "大于等于"),
            *("大于或等于", "at least", "not less than", "no less than", "not below"),
        ),
    ),
    ("=", ("==", "equals", "equal to")),
)
"""How else people write a comparison."""
EFFECTS = (
    ("cap", "最高等次"),
    ("set", "定为等次"),
    ("flag", "提示"),
    ("zero", "总分计零"),
    ("last", "排末位"),
    ("unranked", "不参加排名"),
    ("no_award", "不得评奖"),
)
EDGES = (("lower", "含下限"), ("upper", "含上限"))
TIES = (("decide", "认定"), ("all", "并列都评"), ("none", "并列不评"))
SCALES = (("1224", "1224"), ("1223", "1223"))
RANKINGS = (("both", "全部和类别"), ("class", "类别"), ("overall", "全部"), ("none", "不排名"))
GRADED_ON = (("rounded", "取整后"), ("raw", "取整前"))
QUOTA_ROUNDINGS = (("down", "舍去"), ("half_up", "四舍五入"))
QUOTA_LEFT = (("lost", "作废"), ("passed", "调剂"))
AWARD_BASES = (("rank", "名次"), ("decision", "认定"))
ACTS = (
    ("accept_file", "采用文件"),
    ("zero", "未交计零"),
    ("not_applicable", "不适用"),
    ("confirm_grade", "确认等次"),
    ("leave_out_rater", "评分人回避"),
    ("inspection", "检查得分"),
    ("uphold", "异议成立"),
    ("measure", "处理措施"),
    ("grant_award", "授予奖项"),
    ("withdraw_award", "撤销奖项"),
)

C, T = Column, Type

SETTINGS = Table(
    "settings",
    "方案",
    (
        C("key", "项目", T.TEXT, True, width=18),
        C("value", "内容", T.TEXT, width=44),
        C("note", "说明", T.TEXT, width=60),
    ),
)
PERIODS = Table(
    "periods",
    "期次",
    (
        C("code", "代码", T.CODE, True),
        C("title", "名称", T.TEXT, True),
        C("opens", "开始日期", T.DATE),
        C("due", "截止日期", T.DATE),
        C("least", "应交份数", T.INTEGER),
    ),
    ("code",),
)
UNITS = Table(
    "units",
    "单位",
    (
        C("code", "编号", T.CODE, True),
        C("name", "名称", T.TEXT, True, width=28),
        C("class", "类别", T.TEXT, True),
        C("kind", "对象", T.CHOICE, choices=KINDS),
        C("parent", "上级编号", T.CODE),
        C("email", "邮箱", T.EMAIL, width=24),
        C("via", "转发邮箱", T.EMAIL, width=24),
        C("contact", "联系人", width=10),
        C("phone", "电话", T.TEXT, width=16),
        C("former_names", "曾用名", T.LIST, width=20),
        C("former_codes", "曾用编号", T.CODES),
        C("ranked", "参加排名", T.YES_NO, width=10),
        C("not_applicable", "不适用部分", T.CODES, width=16),
        C("factor", "系数", T.NUMBER, width=8),
    ),
    ("code",),
)
RATERS = Table(
    "raters",
    "评分人",
    (
        C("code", "编号", T.CODE, True),
        C("name", "名称", T.TEXT, True, width=24),
        C("group", "组别", T.TEXT, True),
        C("email", "邮箱", T.EMAIL, width=24),
        C("phone", "电话", width=16),
        C("covers", "负责范围", T.LIST, width=24),
        C("anonymous", "匿名", T.YES_NO, width=8),
    ),
    ("code",),
)
CRITERIA = Table(
    "criteria",
    "考核项目",
    (
        C("rubric", "细则", T.TEXT, True),
        C("code", "编号", T.CODE, True, width=9),
        C("section", "所属类别", T.CODE, width=10),
        C("title", "考核项目", T.TEXT, True, width=26),
        C("points", "分值", T.NUMBER, width=8),
        C("entry", "填写方式", T.CHOICE, True, ENTRIES, width=10),
        C("content", "考核内容", width=34),
        C("standard", "评分标准", width=40),
        C("evidence", "考评方式", width=18),
        C("department", "责任部门", width=14),
        C("classes", "适用类别", T.LIST, width=14),
        C("may_not_apply", "可不适用", T.YES_NO, width=10),
        C("step", "步长", T.NUMBER, width=8),
        C("rounds", "考核年度", T.LIST, width=14),
        C("rule", "换算", T.CHOICE, choices=CONVERTING, width=10),
        C("parameters", "参数", T.PARAMETERS, width=24),
    ),
    ("rubric", "code"),
)
FORMS = Table(
    "forms",
    "表",
    (
        C("code", "代码", T.CODE, True),
        C("title", "表名", T.TEXT, True, width=28),
        C("workbook", "工作簿", T.TEXT, True, width=16),
        C("layout", "版式", T.CHOICE, True, LAYOUTS, width=14),
        C("rubric", "细则", T.TEXT),
        C("options", "票面", T.TEXT),
        C("bonus", "加分组", T.LIST),
        C("filled_by", "填表人", T.TEXT, True),
        C("covers", "一表范围", T.CHOICE, choices=COVERS),
        C("periods", "期次", T.LIST),
        C("classes", "适用类别", T.LIST, width=14),
        C("copies", "份数", T.INTEGER, width=8),
        C("note", "填表说明", width=50),
        C("shows", "附印", T.CODE, width=12),
        C("parameters", "参数", T.PARAMETERS, width=16),
    ),
    ("code",),
)
SCORES = Table(
    "scores",
    "计分",
    (
        C("code", "代码", T.CODE, True, width=18),
        C("title", "名称", T.TEXT, True, width=22),
        C("parent", "上级", T.CODE, width=16),
        C("rule", "规则", T.CHOICE, True, RULES),
        C("weight", "权重", T.WEIGHTS, width=8),
        C("points", "满分", T.NUMBER, width=8),
        C("source", "来源", T.TEXT, width=22),
        C("digits", "小数位数", T.INTEGER, width=10),
        C("classes", "适用类别", T.LIST, width=14),
        C("parameters", "参数", T.PARAMETERS, width=40),
    ),
    ("code",),
)
OPTIONS = Table(
    "options",
    "票面",
    (
        C("set", "票面", T.TEXT, True),
        C("option", "选项", T.TEXT, True),
        C("value", "分值", T.NUMBER),
        C("counts", "计入", T.YES_NO, width=8),
        C("at_most", "每票至多", T.INTEGER, width=10),
    ),
    ("set", "option"),
)
LADDERS = Table(
    "ladders",
    "分档",
    (
        C("ladder", "档表", T.TEXT, True, width=16),
        C("from", "起", T.NUMBER, width=10),
        C("to", "止", T.NUMBER, width=10),
        C("value", "得分", T.NUMBER, True, width=10),
    ),
)
GRADES = Table(
    "grades",
    "等次",
    (
        C("for", "对象", T.CHOICE, True, KINDS),
        C("grade", "等次", T.TEXT, True),
        C("from", "下限", T.NUMBER),
        C("to", "上限", T.NUMBER),
        C("edge", "边界", T.CHOICE, choices=EDGES, width=10),
        C("quota", "至多比例", T.PERCENT, width=10),
        C("share", "固定比例", T.PERCENT, width=10),
        C("node", "计分项", T.CODE, width=16),
    ),
    ("for", "node", "grade"),
)
LIMITS = Table(
    "limits",
    "限制",
    (
        C("title", "名称", T.TEXT, True, width=34),
        C("for", "对象", T.CHOICE, True, KINDS),
        C("node", "计分项", T.CODE, True, width=16),
        C("operator", "比较", T.CHOICE, True, OPERATORS, also=OPERATORS_ALSO),
        C("value", "数值", T.NUMBER, True),
        C("effect", "后果", T.CHOICE, True, EFFECTS),
        C("grade", "等次", T.TEXT),
    ),
)
BONUSES = Table(
    "bonuses",
    "加分",
    (
        C("group", "组", T.TEXT, True),
        C("code", "编号", T.CODE, True),
        C("title", "项目", T.TEXT, True, width=30),
        C("points", "每项分值", T.NUMBER, True),
        C("cap", "封顶", T.NUMBER),
        C("standard", "认定依据", width=40),
        C("above", "超过数", T.INTEGER, width=8),
        C("once", "同事只计一次", T.TEXT, width=14),
    ),
    ("group", "code"),
)
AWARDS = Table(
    "awards",
    "奖项",
    (
        C("code", "代码", T.CODE, True),
        C("title", "名称", T.TEXT, True, width=24),
        C("for", "对象", T.CHOICE, True, KINDS),
        C("class", "类别", T.TEXT),
        C("slots", "名额", T.INTEGER, width=8),
        C("money", "奖金", T.NUMBER, width=10),
        C("by", "产生方式", T.CHOICE, True, AWARD_BASES),
        C("least_grade", "最低等次"),
        C("share", "名额比例", T.PERCENT, width=10),
        C("tie", "同分处理", T.CHOICE, choices=TIES, width=10),
    ),
    ("code",),
)
INPUTS = Table(
    "inputs",
    "外来分数",
    (
        C("code", "代码", T.CODE, True),
        C("title", "名称", T.TEXT, True, width=24),
        C("file", "文件", T.TEXT, True, width=28),
        C("sheet", "工作表", T.TEXT, width=14),
        C("key", "编号列", T.TEXT, True, width=12),
        C("value", "分数列", T.TEXT, True, width=12),
        C("where", "只取", T.TEXT, width=20),
        C("map", "对照表", T.TEXT, width=24),
    ),
    ("code",),
)
NOMINATIONS = Table(
    "nominations",
    "推荐",
    (
        C("body", "推荐单位编号", T.CODE, True, width=16),
        C("unit", "被推荐单位编号", T.CODE, True, width=16),
    ),
    ("body", "unit"),
)
DECISIONS = Table(
    "decisions",
    "认定",
    (
        C("date", "日期", T.DATE, True),
        C("authority", "认定机关", T.TEXT, True, width=20),
        C("unit", "单位编号", T.CODE),
        C("object", "对象", T.TEXT, width=22),
        C("act", "认定事项", T.CHOICE, True, ACTS, width=14),
        C("from", "原值", T.TEXT, width=14),
        C("to", "认定值", T.TEXT, width=26),
        C("reason", "理由", T.TEXT, True, width=50),
    ),
)

TABLES = (
    SETTINGS,
    PERIODS,
    UNITS,
    RATERS,
    CRITERIA,
    FORMS,
    SCORES,
    OPTIONS,
    LADDERS,
    GRADES,
    LIMITS,
    BONUSES,
    AWARDS,
    INPUTS,
    NOMINATIONS,
)
"""The tables of a scheme, in the order in which a clerk meets them."""

SETTING_KEYS = {
    "code": "方案代码",
    "title": "考核名称",
    "round": "考核年度",
    "issuer": "发文单位",
    "annex": "附件",
    "language": "语言",
    "digits": "小数位数",
    "rounding": "取整方式",
    "tie_breakers": "同分比较",
    "ranking": "排名范围",
    "ties": "并列名次",
    "grades_on": "等次依据",
    "quota_rounding": "名额取整",
    "quota_left": "名额结余",
    "measures": "处理措施",
    "stamped_only": "须用原表",
    **{policy.key: policy.zh for policy in POLICIES},
    "export_factor": "换算系数",
    "export_title": "换算名称",
    "date": "编制日期",
    "contact": "联系人",
    "phone": "联系电话",
    "rehearsal": "演练",
    "note": "备注",
}
"""English key to the Chinese name of every setting."""

SETTING_CHOICES = {
    "language": LANGUAGES,
    "rounding": ROUNDINGS,
    "ranking": RANKINGS,
    "ties": SCALES,
    "grades_on": GRADED_ON,
    "quota_rounding": QUOTA_ROUNDINGS,
    "quota_left": QUOTA_LEFT,
    **{policy.key: policy.choices for policy in POLICIES},
}
"""The settings that are one of a few words: (key, Chinese word) pairs."""
