"""What each rater wrote for a criterion, what of it may be shown, and for whom it is not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from fractions import Fraction

from assessor.scheme.model import Criterion, Source
from assessor.scoring.column import Status
from assessor.scoring.explain.look import Look, form_facts
from assessor.scoring.explain.model import Leaf, Remark
from assessor.scoring.inputs import EntryKey
from assessor.scoring.leaves import settle_raters
from assessor.scoring.tree import TreeNode


def source_of(node: TreeNode) -> Source:
    """Return where a node's numbers come from; a sound scheme says so."""
    source = node.declared.source
    assert source is not None
    return source


def row_of(node: TreeNode, look: Look) -> Criterion:
    """Return the criterion that a node's source names."""
    source = source_of(node)
    rows = look.scheme.rubric(look.scheme.form[source.form].rubric)
    return next(row for row in rows if row.code == source.criterion)


def entry_leaves(
    look: Look, source: Source, row: Criterion, column: str = "entry", title: str = ""
) -> tuple[Leaf, ...]:
    """Return what each rater wrote; of a form that is not in, its status.

    A level is the value of its option.
    """
    leaves = []
    for rater, status in look.form_states(source):
        key = EntryKey(source.form, source.period, rater, row.code, column)
        if not status.has_value:
            leaves.append(Leaf(key, status, None, title))
        elif key in look.inputs.entries:
            leaves.append(_levelled(look.leaf(key, title), row, look))
        else:
            leaves.append(Leaf(key, Status.AWAITING, None, title))
    return tuple(leaves)


def _levelled(leaf: Leaf, row: Criterion, look: Look) -> Leaf:
    if row.entry != "level" or leaf.key.column != "entry" or leaf.value is None:
        return leaf
    options = look.scheme.options[row.parameters["options"]]
    return replace(leaf, value=Fraction(options[int(leaf.value)].value))


def shown(look: Look, leaves: Sequence[Leaf]) -> tuple[Leaf, ...]:
    """Return the entries that may be shown: nobody's who was promised not to be named."""
    return tuple(leaf for leaf in leaves if not look.anonymous(leaf.key.form, leaf.key.rater))


def out_remarks(look: Look, row: Criterion) -> tuple[Remark, ...]:
    """Return why a criterion is not for the unit, or not for this round, and who said so."""
    if not row.due_in(look.scheme.settings.round):
        return (Remark("not_this_round", {"rounds": list(row.rounds)}),)
    if not row.applies_to(look.of.unit_class):
        return (Remark("not_for_class", {"unit_class": look.of.unit_class}),)
    for code in dict.fromkeys((row.code, row.section)):
        if (row.rubric, code, look.unit) in look.inputs.exempt:
            named = {part.rpartition("/")[2] for part in look.of.not_applicable}
            by = "exempt_scheme" if code in named else "exempt_decided"
            return (Remark(by, {"part": code, "object": f"{row.rubric}/{code}"}),)
    return ()


def out_by_raters(look: Look, source: Source, leaves: Sequence[Leaf]) -> tuple[Remark, ...]:
    """Return who wrote that a criterion does not apply."""
    return tuple(
        Remark("out_by_rater", {"by": form_facts(look, source, leaf.key.rater)["by"]})
        for leaf in shown(look, leaves)
        if leaf.status is Status.NOT_APPLICABLE
    )


def upheld(look: Look, source: Source, row: Criterion) -> tuple[Remark, ...]:
    """Return that an objection against a criterion was upheld, and what counts since."""
    value = look.inputs.upheld.get((source.form, row.code, source.period, look.unit))
    if value is None:
        return ()
    return (Remark("upheld", {"object": f"{source.form}/{row.code}", "after": value}),)


def trimmed(node: TreeNode, look: Look) -> Collection[str]:
    """Return the raters who do not count for the unit on a rubric or an item."""
    settle_raters(node, look.seen)
    places = look.seen.shared.left_out.get(node.declared.code, {}).get(look.unit, ())
    source = source_of(node)
    seats = look.inputs.seats.get((source.form, source.period), ())
    return {seat.rater for place, seat in enumerate(seats) if place in places}


def trimmed_remarks(node: TreeNode, look: Look) -> tuple[Remark, ...]:
    """Return whose scores are left out; of raters who are not to be named only how many."""
    gone = trimmed(node, look)
    if not gone:
        return ()
    source = source_of(node)
    if any(look.anonymous(source.form, rater) for rater in gone):
        return (Remark("trimmed_count", {"count": len(gone)}),)
    names = [str(form_facts(look, source, rater)["by"]) for rater in sorted(gone)]
    return (Remark("trimmed", {"raters": names}),)


def counting(leaves: Sequence[Leaf], gone: Collection[str]) -> list[Leaf]:
    """Return the entries that count: of raters who are not left out, and with a value."""
    return [leaf for leaf in leaves if leaf.value is not None and leaf.key.rater not in gone]
