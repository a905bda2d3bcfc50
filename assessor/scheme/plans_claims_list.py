"""The plan of a list of claims: one claim a line, with what proves it and whether it holds."""

from __future__ import annotations

from assessor.i18n import Catalog
from assessor.scheme.model import BonusItem, Form, Scheme
from assessor.scheme.plan import (
    Blank,
    EntryRule,
    Kind,
    PlanColumn,
    PlanRow,
    PlanTable,
    Repeat,
    Role,
)

CLAIM_COUNT = 30
"""Lines of a list of claims where the scheme does not say how many."""


def claims_list_tables(scheme: Scheme, form: Form, _: str, words: Catalog) -> tuple[PlanTable, ...]:
    """加分清单: a numbered line for each claim; lines that stay empty are no claims."""
    columns = (
        PlanColumn("code", words.text("form.line"), Role.CODE, 6),
        PlanColumn("item", words.text("form.bonus_item"), Role.ENTRY, 34),
        PlanColumn("subject", words.text("form.subject"), Role.ENTRY, 34),
        PlanColumn("evidence", words.text("form.certificate_number"), Role.ENTRY, 26),
        PlanColumn("claimed", words.text("form.claim"), Role.ENTRY, 8),
        PlanColumn("verified", words.text("form.verification"), Role.ENTRY, 8),
        PlanColumn("remark", words.text("form.remark"), Role.REMARK, 16),
    )
    items = tuple(choice_of(item) for item in scheme.bonus_items(form.bonus))
    text, tick = EntryRule(Kind.TEXT), EntryRule(Kind.TICK, blank=Blank.NONE)
    rules = {
        "item": EntryRule(Kind.CHOICE, choices=items),
        "subject": text,
        "evidence": text,
        "claimed": tick,
        "verified": tick,
    }
    rows = (PlanRow("", "item", rules=rules),)
    return (PlanTable("claims", "", columns, rows, Repeat.PAPERS, prefix=""),)


def choice_of(item: BonusItem) -> str:
    """Return a bonus item as it is chosen from a list: code and title."""
    return f"{item.code} {item.title}"


def how_to_claim(_scheme: Scheme, _form: Form, words: Catalog) -> tuple[str, ...]:
    """Return how to fill in a list of claims."""
    ticks = {key: words.text(f"form.{title}") for key, title in _TICKS}
    lines = [words.text("instruction.claims_list")]
    lines.append(words.text("instruction.claimed_verified", **ticks))
    return (*lines, words.text("instruction.blank_none"))


_TICKS = (("claimed", "claim"), ("verified", "verification"))
