"""The tables of a scheme, declared as data: names, headers, types, choices.

The loader, the workbook that `new` writes, its drop-downs and comments, and the documentation
all come from these declarations.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """What a cell of a column holds."""

    TEXT = "text"
    CODE = "code"
    """Text that identifies: a number or date here is an error, 1.10 is not 1.1."""
    NUMBER = "number"
    INTEGER = "integer"
    PERCENT = "percent"
    """60%, 0.6 or 60: all are sixty hundredths."""
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
    ("ballot", "票决"),
)
LAYOUTS = (
    ("rubric", "评分表"),
    ("claims", "加分申报表"),
    ("tally", "计票表"),
    ("review", "评议汇总表"),
    ("ballot_paper", "测评票"),
    ("review_paper", "评议票"),
)
COVERS = (("one", "一个单位"), ("all", "全部单位"))
RULES = (
    ("sum", "合计"),
    ("weighted", "加权"),
    ("mean", "平均"),
    ("rubric", "细则得分"),
    ("ballot", "票决得分"),
    ("item", "单项平均"),
    ("bonus", "加分"),
    ("deduction", "扣分"),
    ("inherit", "沿用上级"),
)
OPERATORS = (("<", "低于"), ("<=", "不高于"), (">", "高于"), (">=", "不低于"))
EFFECTS = (("cap", "最高等次"), ("set", "定为等次"), ("flag", "提示"))
AWARD_BASES = (("rank", "名次"), ("decision", "认定"))
ACTS = (
    ("accept_file", "采用文件"),
    ("zero", "未交计零"),
    ("not_applicable", "不适用"),
    ("confirm_grade", "确认等次"),
    ("inspection", "检查得分"),
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
        C("weight", "权重", T.PERCENT, width=8),
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
        C("value", "分值", T.NUMBER, True),
    ),
    ("set", "option"),
)
GRADES = Table(
    "grades",
    "等次",
    (
        C("for", "对象", T.CHOICE, True, KINDS),
        C("grade", "等次", T.TEXT, True),
        C("from", "下限", T.NUMBER),
        C("to", "上限", T.NUMBER),
    ),
    ("for", "grade"),
)
LIMITS = Table(
    "limits",
    "限制",
    (
        C("title", "名称", T.TEXT, True, width=34),
        C("for", "对象", T.CHOICE, True, KINDS),
        C("node", "计分项", T.CODE, True, width=16),
        C("operator", "比较", T.CHOICE, True, OPERATORS),
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
        C("slots", "名额", T.INTEGER, True, width=8),
        C("money", "奖金", T.NUMBER, width=10),
        C("by", "产生方式", T.CHOICE, True, AWARD_BASES),
        C("least_grade", "最低等次"),
    ),
    ("code",),
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
    GRADES,
    LIMITS,
    BONUSES,
    AWARDS,
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
    "date": "编制日期",
    "contact": "联系人",
    "phone": "联系电话",
    "rehearsal": "演练",
    "note": "备注",
}
"""English key to the Chinese name of every setting."""

PARAMETER_KEYS = {
    "cap": "封顶",
    "floor": "保底",
    "not_applicable": "不适用",
    "informative": "仅供参考",
    "denominator": "分母",
    "turnout_min": "最少票数",
    "turnout": "票数不足",
}
"""English key to the Chinese name of every parameter of a score node."""

PARAMETER_WORDS = {
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
}
"""English word to the Chinese word of parameters that take words."""
