"""What the terminal shows of a public notice: where it is, how long it is open, what it revises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assessor.i18n import Catalog
from assessor.printing import print_json, print_problems, print_table, print_text, problem_facts
from assessor.printing import short_path as short

if TYPE_CHECKING:
    from assessor.publishing import Published

_FEW = 12
"""More revisions than this stand in notice.xlsx; the terminal shows the first ones."""


def print_published(done: Published, words: Catalog, as_json: bool) -> None:
    """Print a notice: number, dates, state, revisions, and what to do with it."""
    if as_json:
        print_json(_published_facts(done, words))
        return
    notice, folder = done.notice, short(done.folder)
    print_problems(done.remarks, words, stderr=False)
    if not done.changed:
        print_text(words.text("cli.publish.unchanged", number=notice.before, folder=folder))
        return
    days = {"begins": notice.begins, "ends": notice.ends, "days": notice.days}
    print_table(
        [
            (words.text("cli.publish.line.number"), str(notice.number)),
            (words.text("cli.publish.line.period"), words.text("cli.publish.period", **days)),
            (words.text("cli.publish.line.state"), words.text(f"state.{notice.state}")),
        ]
    )
    if notice.before:
        _print_revisions(done, words)
    print_text(words.text("cli.collect.open", file=short(done.folder / "notice.xlsx")))
    print_text(words.text("cli.publish.next", folder=folder))


def _print_revisions(done: Published, words: Catalog) -> None:
    from assessor.outputs.notice import cause_text, field_text, value_text

    notice = done.notice
    facts = {"before": notice.before, "count": done.revised}
    print_text(words.text("cli.publish.revised", **facts))
    heads = [words.text(f"cli.publish.head.{key}") for key in ("unit", "what", "was", "is", "why")]
    rows = [
        (
            words.text("form.unit_with_code", unit=one.unit.name, code=one.unit.code),
            field_text(one, notice.titles, words),
            value_text(one.field, one.before, words),
            value_text(one.field, one.after, words),
            cause_text(one, notice, words),
        )
        for one in notice.revisions[:_FEW]
    ]
    if rows:
        print_table(rows, heads)
    if len(notice.revisions) > _FEW:
        left = len(notice.revisions) - _FEW
        print_text(words.text("cli.publish.more", count=left))


def _published_facts(done: Published, words: Catalog) -> dict[str, Any]:
    from assessor.outputs.notice import cause_text, field_text

    notice = done.notice
    return {
        "number": notice.number if done.changed else notice.before,
        "folder": done.folder,
        "changed": done.changed,
        "from": notice.begins if done.changed else None,
        "until": notice.ends if done.changed else None,
        "days": notice.days if done.changed else None,
        "state": notice.state,
        "before": notice.before or None,
        "revisions": [
            {
                "unit_code": one.unit.code,
                "unit": one.unit.name,
                "field": one.field,
                "title": field_text(one, notice.titles, words),
                "before": one.before,
                "after": one.after,
                "cause": one.cause,
                "why": cause_text(one, notice, words),
            }
            for one in notice.revisions
        ],
        "made_from": dict(notice.hashes),
        "remarks": [problem_facts(problem, words) for problem in done.remarks],
    }
