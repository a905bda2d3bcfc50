"""What a workspace has issued: every plan as it was then, and the highest serial of each form.

A form that went out before the scheme was corrected is read by its own plan. A plan's file is
named after its version and its digest, so that a damaged one is noticed even if the key is lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from assessor.disk import write_file
from assessor.problems import Place, Problem, warning
from assessor.scheme.plan import (
    Blank,
    EntryRule,
    FootField,
    FormPlan,
    Kind,
    PlanColumn,
    PlanRow,
    PlanTable,
    Repeat,
    Role,
)
from assessor.workspace import HIDDEN

PLANS = "plans"
SERIALS = "serials.json"
_NAME = re.compile(r"([0-9a-f]{8})-([0-9a-f]{16})\.json")


@dataclass(frozen=True)
class Issued:
    """What was issued before: plans by version, and serials above the first by form number."""

    plans: Mapping[str, tuple[FormPlan, ...]] = field(default_factory=dict)
    serials: Mapping[str, int] = field(default_factory=dict)
    """The highest serial of each form that was issued again, by its number without serial and
    version (``Copy.stem``); whatever is not in it was issued once."""


def keep_plans(hidden: Path, plans: Iterable[FormPlan]) -> None:
    """Keep plans in the program's own folder; the same plan gives the same bytes."""
    for plan in plans:
        path = hidden / PLANS / f"{plan.version}-{plan.digest}.json"
        content = plan_bytes(plan)
        if not path.exists() or path.read_bytes() != content:
            write_file(path, content)


def plan_bytes(plan: FormPlan) -> bytes:
    """Return a plan as it is kept."""
    text = json.dumps(plan.facts, ensure_ascii=False, sort_keys=True, indent=1)
    return (text + "\n").encode()


def load_issued(hidden: Path) -> tuple[Issued, list[Problem]]:
    """Return what was issued, and a warning for each file of it that is damaged."""
    plans: dict[str, tuple[FormPlan, ...]] = {}
    problems: list[Problem] = []
    folder = hidden / PLANS
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else []:
        plan = _read(path)
        if plan is None:
            problems.append(warning("plan_damaged", Place(f"{HIDDEN}/{PLANS}/{path.name}")))
        else:
            plans[plan.version] = (*plans.get(plan.version, ()), plan)
    serials, faults = _load_serials(hidden / SERIALS)
    return Issued(plans, serials), [*problems, *faults]


def keep_serials(hidden: Path, serials: Mapping[str, int]) -> None:
    """Keep the highest serial of every form that was issued again, beside those known before."""
    known, _ = _load_serials(hidden / SERIALS)
    highest = {stem: max(serial, known.get(stem, 1)) for stem, serial in serials.items()}
    if highest.items() <= known.items():
        return
    text = json.dumps(dict(sorted({**known, **highest}.items())), ensure_ascii=False, indent=0)
    write_file(hidden / SERIALS, (text + "\n").encode())


def _load_serials(path: Path) -> tuple[dict[str, int], list[Problem]]:
    if not path.exists():
        return {}, []
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(stem): int(serial) for stem, serial in found.items()}, []
    except (OSError, ValueError, TypeError, AttributeError):
        return {}, [warning("serials_damaged", Place(f"{HIDDEN}/{SERIALS}"))]


def _read(path: Path) -> FormPlan | None:
    """Return the plan of a file; None where it is not what its name says that it is."""
    named = _NAME.fullmatch(path.name)
    try:
        plan = plan_of(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError):
        return None
    if named is None or (plan.version, plan.digest) != (named.group(1), named.group(2)):
        return None
    return plan


def plan_of(facts: Mapping[str, Any]) -> FormPlan:
    """Return the plan that some facts describe: enough to read a form by, not to paint one."""
    return FormPlan(
        form=facts["form"],
        unit_class=facts["class"],
        layout=facts["layout"],
        title=facts["title"],
        tables=tuple(map(_table, facts["tables"])),
        foot=tuple(FootField(key, label, Kind(kind)) for key, label, kind in facts["foot"]),
        unit_label=facts["unit_label"],
        note="",
        digits=facts["digits"],
        papers=facts["papers"],
    )


def _table(facts: Mapping[str, Any]) -> PlanTable:
    columns = (PlanColumn(key, title, Role(role), 0) for key, title, role in facts["columns"])
    rows = tuple(map(_row, facts["rows"]))
    repeat = Repeat(facts["repeat"])
    return PlanTable(facts["key"], facts["title"], tuple(columns), rows, repeat, facts["prefix"])


def _row(facts: Mapping[str, Any]) -> PlanRow:
    return PlanRow(
        key=facts["key"],
        kind=facts["kind"],
        cells={
            key: text if kind == "text" else Decimal(text)
            for key, (kind, text) in facts["cells"].items()
        },
        rules={key: _rule(rule) for key, rule in facts["rules"].items()},
        classes=tuple(facts["classes"]),
    )


def _rule(facts: Mapping[str, Any]) -> EntryRule:
    return EntryRule(
        kind=Kind(facts["kind"]),
        maximum=_number(facts["maximum"]),
        step=_number(facts["step"]),
        may_not_apply=facts["may_not_apply"],
        blank=Blank(facts["blank"]),
        choices=tuple(facts["choices"]),
        unit=facts["unit"],
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
