"""The names that a bulletin's template may use: each in Chinese and in English, either will do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload


@dataclass(frozen=True, slots=True)
class Name:
    """A fact by both its names: a value, or a list of rows that have names of their own."""

    en: str
    zh: str
    rows: tuple[Name, ...] = ()

    @property
    def both(self) -> tuple[str, str]:
        """Both names."""
        return self.en, self.zh


def _names(text: str) -> tuple[Name, ...]:
    pairs = (pair.split("/") for pair in text.split())
    return tuple(Name(en, zh) for en, zh in pairs)


_PLACE = _names(
    "rank/名次 code/编号 unit/单位 class/类别 score/得分 grade/等次 proposed/拟定等次 "
    "class_rank/类内名次 awards/奖项 status/状态 change/较上年 last_rank/上年名次 notes/说明"
)
_SPREAD = _names(
    "count/数量 mean/平均分 best/最高分 best_units/最高单位 worst/最低分 worst_units/最低单位"
)
_PART = (*_names("title/名称 class/类别 points/满分 rate/得分率"), *_SPREAD)
_CRITERION = _names(
    "code/编号 title/名称 section/指标类别 class/类别 points/满分 mean/平均分 lost/平均失分 "
    "rate/得分率 full/满分单位数 of/单位数 share/满分占比"
)
_WINNER = _names("unit/单位 class/类别 rank/名次 score/得分")

FACTS: Sequence[Name] = (
    *_names(
        "title/考核名称 round/考核年度 issuer/发文单位 date/日期 contact/联系人 phone/联系电话 "
        "state/状态 interim/是中间结果 ranked/有排名 graded/有等次 persons_ranked/个人有名次 "
        "last_known/有上年 mend_by/整改期限"
    ),
    *_names("units/参评数 bodies/单位数 persons/个人数"),
    *_names("scored/有得分数 awaiting/待更正数 missing/未交数 left_out/不计分数"),
    *_names("forms_due/应交表数 forms_in/已收表数 forms_missing/未交表数 forms_open/未定表数"),
    *_names("files/收到文件数 money/奖金合计"),
    Name(
        "classes",
        "各类别",
        (
            *_names("class/类别"),
            *_SPREAD,
            *_names("appraised/参评数 distribution/等次分布"),
            Name("grades", "各等次", _names("grade/等次 count/数量 share/占比")),
            Name("places", "排名", _PLACE),
        ),
    ),
    Name("ranking", "总排名", _PLACE),
    Name("persons_ranking", "个人排名", _PLACE),
    Name("parts", "各部分", _PART),
    Name("sections", "各指标类别", _PART),
    Name("criteria", "各项目", _CRITERION),
    Name("losses", "失分项目", _CRITERION),
    Name(
        "awards",
        "各奖项",
        (
            *_names(
                "award/奖项 class/类别 slots/名额 given/已定数 left/空缺数 money/奖金 sum/奖金合计 "
                "names/名单 waiting/待定"
            ),
            Name("winners", "获奖", _WINNER),
        ),
    ),
    Name("limits", "限制情况", _names("unit/单位 limit/限制 text/说明")),
    Name(
        "vetoes",
        "否决事项",
        _names("unit/单位 fact/事项 measure/处理 reason/理由 authority/认定机关 date/日期"),
    ),
    Name(
        "withdrawn",
        "撤销奖项",
        _names("unit/单位 award/奖项 reason/理由 authority/认定机关 date/日期"),
    ),
    Name(
        "confirmed",
        "改定等次",
        _names(
            "unit/单位 proposed/拟定等次 grade/认定等次 reason/理由 authority/认定机关 date/日期"
        ),
    ),
    Name("not_in", "未交情况", _names("unit/单位 form/表 due/截止日期 phone/联系电话")),
    Name("open_units", "未完成单位", _names("unit/单位 class/类别 status/状态")),
    Name("bottom", "末位", (*_PLACE, Name("losses", "失分", _names("title/名称 lost/失分")))),
    Name("mending", "整改", (*_PLACE, Name("losses", "失分", _names("title/名称 lost/失分")))),
)
"""Every fact there is. The page on templates lists them all; a test holds the two together."""

Record = dict[str, object]
"""One row (or the whole) as a template sees it: each value under both its names."""


@dataclass(slots=True)
class Fuel:
    """How many steps all loops of a template may take together."""

    whole: int = 200_000
    left: int = field(init=False)

    def __post_init__(self) -> None:
        self.refill()

    def refill(self) -> None:
        """Take all steps back."""
        self.left = self.whole

    def burn(self) -> None:
        """Take one step; Overrun when there is none left."""
        self.left -= 1
        if self.left < 0:
            raise Overrun


class Overrun(Exception):
    """A template took more steps, or wrote more, than a bulletin can have use for."""


@dataclass(frozen=True, slots=True)
class Made(Sequence[Record]):
    """Rows that are made when they are asked for: most templates want a few of thousands."""

    of: Sequence[Any]
    make: Callable[[Any], Record]

    def __len__(self) -> int:
        return len(self.of)

    @overload
    def __getitem__(self, at: int) -> Record: ...
    @overload
    def __getitem__(self, at: slice) -> Made: ...
    def __getitem__(self, at: int | slice) -> Record | Made:
        if isinstance(at, slice):
            return Made(self.of[at], self.make)
        return self.make(self.of[at])


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of rows for a template: going over it takes steps."""

    rows: Sequence[Record]
    fuel: Fuel = field(compare=False, repr=False)

    def __iter__(self) -> Iterator[Record]:
        for row in self.rows:
            self.fuel.burn()
            yield row

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, which: slice) -> Rows:
        """Return some of the rows."""
        return Rows(self.rows[which], self.fuel)


def record(names: Sequence[Name], values: Mapping[str, object]) -> Record:
    """Return a record of some values by English name, each under both its names.

    >>> record([Name("unit", "单位")], {"unit": "东村"})
    {'unit': '东村', '单位': '东村'}
    """
    if set(values) != {name.en for name in names}:
        raise ValueError(f"not the names of this row: {set(values) ^ {n.en for n in names}}")
    return {key: values[name.en] for name in names for key in name.both}


def names_of(*path: str) -> Sequence[Name]:
    """Return the names of the rows of a list, or of a list within its rows."""
    names: Sequence[Name] = FACTS
    for step in path:
        names = next(name for name in names if name.en == step).rows
    return names
