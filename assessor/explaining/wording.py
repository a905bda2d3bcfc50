"""Formulas, remarks and decisions in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from assessor.i18n import Catalog, Either, Term
from assessor.scheme.columns import ACTS
from assessor.scheme.decisions import Decision
from assessor.scheme.model import Scheme
from assessor.scoring.explain.formula import (
    Kept,
    Names,
    Number,
    figure,
    number,
    value_of,
    written,
)
from assessor.scoring.explain.model import Explanation, Remark


def formula_text(one: Explanation, words: Catalog) -> str:
    """Return what was computed, its result, and the rounding: ``(90 + 95) ÷ 2 = 92.5 → 92.50``.

    A formula that is only the value itself says nothing and is left out.
    """
    if one.formula is None or one.exact is None:
        return ""
    names = Names(*(words.text(f"explain.{key}") for key in ("lowest", "highest", "comma")))
    inner = one.formula.inner if isinstance(one.formula, Kept) else one.formula
    chain = [written(inner, names)]
    if not isinstance(inner, Number):
        chain[0] += f" = {figure(number(value_of(inner)))}"
    values = [value_of(inner), one.exact]
    if one.bounded is not None:
        values.append(one.bounded)
    for before, value in pairwise(values):
        if value != before:
            chain.append(figure(number(value)))
    if one.value is not None and _rounds(one, values[-1]):
        chain.append(f"{one.value:f}")
    return "" if isinstance(inner, Number) and len(chain) == 1 else " → ".join(chain)


def _rounds(one: Explanation, last: Fraction) -> bool:
    """Say whether rounding (and no decision) made the value of what was computed."""
    if one.value is None or Fraction(one.value) == last:
        return False
    return abs(Fraction(one.value) - last) <= Fraction(1, 2 * 10**one.digits)


def fact(value: object) -> object:
    """Return a fact as a sentence takes it: exact numbers as people write them."""
    if isinstance(value, Number):
        return figure(value)
    if isinstance(value, Fraction):
        return figure(number(value))
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list | tuple):
        return [fact(item) for item in value]
    return "—" if value is None else value


def remark_text(
    remark: Remark, unit: str, scheme: Scheme, decisions: Sequence[Decision], words: Catalog
) -> str:
    """Say a remark; one that rests on a decision says who decided it, when and why."""
    facts = {key: fact(value) for key, value in remark.facts.items()}
    if "why" in facts:
        facts["why"] = Term(f"explain.why.{facts['why']}")
    if facts.get("by") == "":
        facts["by"] = Term("explain.itself")
    code = remark.code
    if code == "finding":
        return _finding_text(remark, words)
    if code in {"decided", "decided_out", "exempt_decided", "upheld", "recused"}:
        decision = deciding(remark, unit, scheme, decisions)
        if decision is None:
            return words.text(
                "explain.remark.decided_unknown", **{"before": "—", "after": "—", **facts}
            )
        facts |= decision_facts(decision)
    return words.text(f"explain.remark.{code}", **facts)


def _finding_text(remark: Remark, words: Catalog) -> str:
    facts = remark.facts["facts"]
    assert isinstance(facts, Mapping)
    return words.text(f"problem.{remark.facts['code']}.message", **facts)


def deciding(
    remark: Remark, unit: str, scheme: Scheme, decisions: Sequence[Decision]
) -> Decision | None:
    """Return the decision that a remark rests on: the last one of those that say it."""
    mine = [decision for decision in decisions if decision.unit in ("", unit)]
    named = str(remark.facts.get("object") or remark.facts.get("node", ""))
    node = scheme.node.get(named)
    form = node.source.form if node is not None and node.source else ""
    wanted: Mapping[str, set[str]] = {
        "decided": {"inspection", "uphold", "zero"},
        "upheld": {"uphold"},
        "recused": {"leave_out_rater"},
        "decided_out": {"not_applicable"},
        "exempt_decided": {"not_applicable"},
    }
    rater = str(remark.facts.get("rater", ""))
    said = (
        d
        for d in reversed(mine)
        if d.act in wanted[remark.code] and (remark.code != "recused" or d.to == rater)
    )
    return next((d for d in said if _names(d, named, form)), None)


def _names(decision: Decision, named: str, form: str) -> bool:
    """Say whether a decision is about a node, about what its form says, or about a criterion."""
    source = decision.source
    if decision.act == "leave_out_rater":
        return source.form == named
    if decision.act == "zero":
        return source.form == form
    return decision.object == named or f"{source.form}/{source.criterion}" == named


def decision_facts(decision: Decision) -> dict[str, object]:
    """Return who decided, when, what and why."""
    return {
        "authority": decision.authority,
        "date": decision.date.isoformat() if decision.date else "—",
        "act": Either(dict(ACTS)[decision.act], decision.act.replace("_", " ")),
        "reason": decision.reason or "—",
    }
