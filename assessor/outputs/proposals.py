"""What needs a decision, as rows to copy into the decisions table: people fill in the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assessor.i18n import Catalog
from assessor.outputs.style import Page, Sheets, fit_width, row_height, span
from assessor.problems import Problem
from assessor.returns.collection import Collection
from assessor.returns.triggered import Triggered
from assessor.scheme.columns import ACTS, DECISIONS
from assessor.scheme.copies import CopyKey
from assessor.scheme.decisions import Decision
from assessor.scheme.model import Scheme
from assessor.scheme.plans import marked
from assessor.scoring.column import Status
from assessor.standing.stand import Standing


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision that somebody has to take, or not; nothing of it counts until somebody does."""

    act: str
    unit: str
    object: str
    why: str
    """Key of the text that says what is open."""
    to: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    before: str = ""
    """What the program finds by itself, where that is what is decided on."""


def propose(
    standing: Standing,
    collection: Collection,
    happened: Sequence[Triggered],
    decisions: Sequence[Decision],
    problems: Sequence[Problem],
) -> list[Proposal]:
    """Return what waits for people: files in conflict, forms that are missing, ties for an award
    or a grade, void ballots, facts without a consequence, items that a unit calls
    not applicable."""
    scheme = standing.scheme
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    found = [
        *_conflicts(collection),
        *_missing(scheme, collection),
        *_not_granted(scheme, collection, problems),
        *_void(standing),
        *_ties(standing),
        *_grade_ties(standing),
        *_facts(scheme, happened, decisions),
    ]
    return sorted(_once(found), key=lambda one: order.get(one.unit, -1))


def _once(proposals: Iterable[Proposal]) -> list[Proposal]:
    rows = {(one.act, one.unit, one.object, one.to): one for one in proposals}
    return list(rows.values())


def _form(key: CopyKey) -> str:
    return f"{key.form}@{key.period}" if key.period else key.form


def _conflicts(collection: Collection) -> Iterator[Proposal]:
    """One row for each file: the one that counts is kept, the others are left out."""
    for fate in collection.fates:
        for key in fate.forms if fate.disposition == "conflict" else ():
            if key in collection.held:
                yield Proposal(
                    "accept_file", key.unit, _form(key), "proposal.file_conflict", fate.file
                )


def _missing(scheme: Scheme, collection: Collection) -> Iterator[Proposal]:
    """A form that a unit did not hand in counts 0 only if somebody says so. What others owe for a
    unit is not its fault: nothing is proposed there."""
    for key, (packet, copy, status) in collection.absent.items():
        own = scheme.form[key.form].filled_by == "self"
        if own and key.unit and status is Status.MISSING and packet.period.required:
            title = {"form": copy.plan.title}
            yield Proposal("zero", key.unit, _form(key), "proposal.missing", facts=title)


def _not_granted(
    scheme: Scheme, collection: Collection, problems: Sequence[Problem]
) -> Iterator[Proposal]:
    """An item that a unit says does not apply to it, and that nobody has granted."""
    forms = {
        (taken.file, taken.reading.sheet, key.unit): key.form
        for key, taken in collection.accepted.items()
    }
    for problem in problems:
        where = (problem.place.file, problem.place.sheet, problem.unit)
        if problem.code == "not_applicable_not_granted" and where in forms:
            row = f"{scheme.form[forms[where]].rubric}/{problem.facts['code']}"
            yield Proposal("not_applicable", problem.unit, row, "proposal.not_granted")


def _void(standing: Standing) -> Iterator[Proposal]:
    for finding in standing.scores.findings:
        if finding.code == "turnout_void":
            unit = standing.scheme.units[finding.unit].code
            title = {"node": standing.scheme.node[finding.node].title}
            yield Proposal("inspection", unit, finding.node, "proposal.turnout_void", facts=title)


def _ties(standing: Standing) -> Iterator[Proposal]:
    for named in standing.awards:
        for index in named.tied:
            unit = standing.scheme.units[index].code
            facts = {"award": named.award.title, "count": len(named.tied)}
            yield Proposal(
                "grant_award", unit, named.award.code, "proposal.award_tied", facts=facts
            )


def _grade_ties(standing: Standing) -> Iterator[Proposal]:
    """Who stands tied across the last place of a grade may be given it, as long as one is free."""
    mine = {one.unit: one for one in standing.units}
    for quota in standing.quotas:
        open_ = [unit for unit in quota.tied if not mine[unit].confirmed]
        taken = sum(mine[unit].confirmed == quota.grade for unit in quota.tied)
        left = quota.places - quota.given - taken
        for unit in open_ if left > 0 and not quota.forced else ():
            facts = {"grade": quota.grade, "count": len(open_), "places": left}
            yield Proposal(
                "confirm_grade",
                standing.scheme.units[unit].code,
                "",
                "proposal.grade_tied",
                quota.grade,
                facts,
                before=mine[unit].grade,
            )


def _facts(
    scheme: Scheme, happened: Sequence[Triggered], decisions: Sequence[Decision]
) -> Iterator[Proposal]:
    decided = {(d.unit, d.object) for d in decisions if d.act == "measure"}
    for one in happened if scheme.settings.measures else ():
        unit = scheme.units[one.unit].code
        if not one.counted and (unit, one.object) not in decided:
            title = {"title": one.fact.title}
            yield Proposal("measure", unit, one.object, "proposal.fact", facts=title)


# -- the sheet -----------------------------------------------------------------------------------

_TOP = 2
_ASIDE = (("name", 24), ("why", 44))


def paint_proposals(
    sheets: Sheets, scheme: Scheme, proposals: Sequence[Proposal], words: Catalog
) -> None:
    """Paint the sheet: the columns of the decisions table in their order, then what is open."""
    zh = words.language == "zh"
    sheet = sheets.sheet(words.text("proposal.sheet"))
    heads = [column.zh if zh else column.key for column in DECISIONS.columns]
    heads += [words.text(f"proposal.{key}") for key, _ in _ASIDE]
    rows = [_row(scheme, one, words) for one in proposals]
    most = [float(column.width) for column in DECISIONS.columns] + [float(w) for _, w in _ASIDE]
    widths = [
        fit_width([head, *(row[index] for row in rows)], 10, max(most[index], 14))
        for index, head in enumerate(heads)
    ]
    last = len(heads) - 1
    title = marked(scheme, words.text("proposal.title"))
    span(sheet, 0, 0, last, title, sheets.look("title"))
    sheet.set_row(0, 36)
    span(sheet, 1, 0, last, words.text("proposal.how"), sheets.look("left"))
    sheet.set_row(1, row_height([(words.text("proposal.how"), sum(widths))], 24))
    for index, head in enumerate(heads):
        sheet.set_column(index, index, widths[index])
        sheet.write_string(_TOP, index, head, sheets.look("head"))
    for number, row in enumerate(rows, _TOP + 1):
        sheet.set_row(number, row_height(list(zip(row, widths, strict=True)), 22))
        for index, text in enumerate(row):
            look = sheets.look("text", num_format="@")
            if text:
                sheet.write_string(number, index, text, look)
            else:
                sheet.write_blank(number, index, None, look)
    sheet.autofilter(_TOP, 0, _TOP + len(rows), last)
    sheet.freeze_panes(_TOP + 1, 3)
    sheet.repeat_rows(_TOP)
    sheet.hide_gridlines(2)
    Page(sheet, widths, landscape=True).footer(words.text("form.page"))


def _row(scheme: Scheme, one: Proposal, words: Catalog) -> list[str]:
    unit = scheme.unit.get(one.unit)
    cells = {
        "unit": one.unit,
        "object": one.object,
        "act": dict(ACTS)[one.act] if words.language == "zh" else one.act,
        "from": one.before,
        "to": one.to,
    }
    name = unit.name if unit else ""
    known = [cells.get(column.key, "") for column in DECISIONS.columns]
    return [*known, name, words.text(one.why, **one.facts)]
