"""Plans of claims: what earns extra points, how often it is claimed and how often verified."""

from __future__ import annotations

from assessor.i18n import Catalog
from assessor.scheme.model import Form, Scheme
from assessor.scheme.plan import (
    Blank,
    Computed,
    EntryRule,
    Kind,
    PlanColumn,
    PlanRow,
    PlanTable,
    Role,
)


def claims_tables(scheme: Scheme, form: Form, _: str, words: Catalog) -> tuple[PlanTable, ...]:
    """加分申报表: a line for each item of the form's bonus groups."""
    columns = (
        PlanColumn("code", words.text("form.code"), Role.CODE, 8),
        PlanColumn("title", words.text("form.bonus_item"), Role.NAME, 26),
        PlanColumn("standard", words.text("form.proof"), Role.LONG, 34),
        PlanColumn("points", words.text("form.points_each"), Role.NUMBER, 10),
        PlanColumn("claimed", words.text("form.claimed"), Role.ENTRY, 11),
        PlanColumn("verified", words.text("form.verified"), Role.ENTRY, 11),
        PlanColumn("earned", words.text("form.bonus_points"), Role.COMPUTED, 11),
        PlanColumn("remark", words.text("form.certificate"), Role.REMARK, 22),
    )
    rule = EntryRule(Kind.COUNT, blank=Blank.NONE)
    items = scheme.bonus_items(form.bonus)
    rows = [
        PlanRow(
            item.code,
            "item",
            {
                "code": item.code,
                "title": item.title,
                "standard": item.standard,
                "points": item.points,
            },
            {"claimed": rule, "verified": rule},
            {"earned": Computed("product", columns=("verified", "points"), maximum=item.cap)},
        )
        for item in items
    ]
    total = Computed("sum_rows", tuple((item.code, False) for item in items))
    rows.append(
        PlanRow("", "total", {"title": words.text("form.total")}, computed={"earned": total})
    )
    return (PlanTable("items", "", columns, tuple(rows)),)
