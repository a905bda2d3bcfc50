"""The layouts of forms declared as data: what each can be about, and who can fill it in.

The choices of the forms table, the checks of a scheme and their words all come from here. What is
not declared here could be filled in and read, but no rule could make a score of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LayoutSpec:
    """A layout as a scheme may name it."""

    key: str
    zh: str
    covers: tuple[str, ...] = ("one",)
    """Whether a form is about ``one`` unit, or about ``all`` that its rater has: only a layout
    with a line or a column for each unit can say of many which is meant."""
    by_unit: bool = True
    """Whether the unit that it is about can fill it in itself; else a group of raters must."""


LAYOUT_SPECS = (
    LayoutSpec("rubric", "评分表"),
    LayoutSpec("claims", "加分申报表"),
    LayoutSpec("tally", "计票表", ("all",), by_unit=False),
    LayoutSpec("review", "评议汇总表"),
    LayoutSpec("ballot_paper", "测评票"),
    LayoutSpec("review_paper", "评议票"),
    LayoutSpec("roster", "名册评分表", ("all",), by_unit=False),
    LayoutSpec("vote", "电子测评票", ("one", "all"), by_unit=False),
    LayoutSpec("votes", "票面录入表", ("one", "all"), by_unit=False),
    LayoutSpec("claims_list", "加分清单"),
    LayoutSpec("gates", "条件表"),
    LayoutSpec("quantities", "数量表"),
    LayoutSpec("declaration", "自定目标申报表"),
)

LAYOUT: Mapping[str, LayoutSpec] = {spec.key: spec for spec in LAYOUT_SPECS}
LAYOUTS = tuple((spec.key, spec.zh) for spec in LAYOUT_SPECS)
COVERS = (("one", "一个单位"), ("all", "全部单位"))
