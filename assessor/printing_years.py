"""What the terminal shows of two years: a comparison, and a workspace carried over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from assessor.i18n import Catalog
from assessor.printing import (
    print_json,
    print_problems,
    print_table,
    print_text,
    problem_facts,
    short_path,
)

if TYPE_CHECKING:
    from assessor.comparing import Compared
    from assessor.renewal import Renewed
    from assessor.standing.comparison import Change, Placing

_FEW = 8
"""More texts than this that name the old year are only counted."""


def print_compared(compared: Compared, words: Catalog, as_json: bool) -> None:
    """Print the summary of a comparison: counts, the bottom, two bad years, what to beware of."""
    from assessor.outputs.comparison_words import counts, named

    comparison = compared.comparison
    if as_json:
        print_json(_compared_facts(compared, words))
        return
    size = comparison.size
    rounds = {"last": comparison.last.label, "this": comparison.this.label}
    print_text(words.text("compare.said", title=compared.scheme.settings.title, **rounds))
    lines = [
        (words.text(f"compare.count.{key}", size=size), str(count))
        for key, count in counts(comparison)
    ]
    print_table(lines)
    _print_bottom(compared, words)
    for key, changes in (("left_bottom", comparison.left_bottom), ("two_bad", comparison.two_bad)):
        if changes:
            facts = {"size": size, "units": named(changes, words)}
            print_text(words.text(f"compare.line.{key}", **facts))
    print_problems(compared.problems, words, stderr=False)
    print_text(words.text("cli.compare.open", file=short_path(compared.workbook)))
    print_text(words.text("cli.compare.table", file=short_path(compared.table)))
    print_text(words.text("cli.compare.next" if comparison.bottom else "cli.compare.no_bottom"))


def _print_bottom(compared: Compared, words: Catalog) -> None:
    from assessor.outputs.comparison_words import loss_text, score_digits

    comparison = compared.comparison
    if not comparison.bottom:
        return
    digits = score_digits(comparison)
    print_text("")
    print_text(words.text("compare.table.bottom", size=comparison.size))
    rows = []
    for change in comparison.bottom:
        lost = comparison.losses.get(change.now.code, ())
        rows.append(
            (
                _plain(_rank(change.this)),
                f"{change.now.name}({change.now.code})",
                _plain(change.now.score),
                _signed(change.score_change),
                _signed(change.rank_change),
                words.text("list.semicolon").join(loss_text(one, digits, words) for one in lost),
            )
        )
    keys = ("rank", "unit", "score", "change", "rank_change", "losses")
    print_table(rows, [words.text(f"compare.head.{key}") for key in keys])
    print_text("")


def _rank(placing: Placing | None) -> int | None:
    from assessor.standing.comparison import placing_rank

    return placing_rank(placing)


def _plain(value: Decimal | int | None) -> str:
    return "—" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def _signed(value: Decimal | int | None) -> str:
    if value is None:
        return "—"
    sign = "+" if value > 0 else ""
    return sign + _plain(value)


def _compared_facts(compared: Compared, words: Catalog) -> dict[str, Any]:
    from assessor.outputs.comparison_words import counts

    comparison = compared.comparison
    return {
        "last": comparison.last.label,
        "this": comparison.this.label,
        "size": comparison.size,
        "counts": dict(counts(comparison)),
        "changes": [_change_facts(change) for change in comparison.changes],
        "bottom": [
            {
                "unit_code": change.now.code,
                "losses": [
                    {
                        "node": loss.node,
                        "title": loss.title,
                        "value": loss.value,
                        "points": loss.points,
                        "lost": loss.lost,
                        "of_total": str(loss.of_total),
                    }
                    for loss in comparison.losses.get(change.now.code, ())
                ],
            }
            for change in comparison.bottom
        ],
        "left_bottom": [change.now.code for change in comparison.left_bottom],
        "two_bad": [change.now.code for change in comparison.two_bad],
        "problems": [problem_facts(problem, words) for problem in compared.problems],
        "workbook": compared.workbook,
        "table": compared.table,
    }


def _change_facts(change: Change) -> dict[str, Any]:
    return {
        "unit_code": change.now.code,
        "unit": change.now.name,
        "last": _placing_facts(change.last),
        "this": _placing_facts(change.this),
        "change": change.score_change,
        "rank_change": change.rank_change,
        "class_rank_change": change.class_rank_change,
        "notes": change.notes,
        "relatives": change.relatives,
    }


def _placing_facts(placing: Placing | None) -> dict[str, Any] | None:
    if placing is None:
        return None
    return {
        "unit_code": placing.code,
        "class": placing.unit_class,
        "status": placing.status,
        "score": placing.score,
        "grade": placing.grade,
        "rank": placing.rank,
        "class_rank": placing.class_rank,
    }


# -- a workspace carried over --------------------------------------------------------------------


def print_renewed(renewed: Renewed, words: Catalog, as_json: bool) -> None:
    """Print what was carried over, what was changed, and what the clerk must look over."""
    if as_json:
        print_json(_renewed_facts(renewed, words))
        return
    folder = str(renewed.workspace.root)
    facts = {"folder": folder, "last": str(renewed.last.root)}
    print_text(words.text("cli.renew.done", **facts, **renewed.counts))
    key = "round" if renewed.before != renewed.after else "round_kept"
    print_text(words.text(f"cli.renew.{key}", before=renewed.before, after=renewed.after))
    for moved in renewed.moved:
        what = words.text(f"cli.renew.day.{moved.key}", title=moved.title)
        print_text(words.text("renewal.moved", what=what, before=moved.before, after=moved.after))
    print_text(words.text("cli.renew.look"))
    for line in _look_over(renewed, words):
        print_text(f"  {line}")
    print_problems(renewed.left, words, stderr=False)
    print_text(words.text("cli.renew.next", folder=folder))


def _look_over(renewed: Renewed, words: Catalog) -> list[str]:
    lines = [words.text("cli.renew.dates"), words.text("cli.renew.units")]
    if renewed.mentions:
        shown = [_mention(renewed, index, words) for index in range(len(renewed.mentions))][:_FEW]
        more = len(renewed.mentions) - len(shown)
        texts: Mapping[str, Sequence[str]] = {"texts": shown}
        key = "mentions_more" if more else "mentions"
        lines.append(words.text(f"cli.renew.{key}", before=renewed.before, count=more, **texts))
    if renewed.pausing:
        facts = {"round": renewed.after, "criteria": list(renewed.pausing)}
        lines.append(words.text("cli.renew.pausing", **facts))
    if renewed.inputs:
        lines.append(words.text("cli.renew.inputs", files=list(renewed.inputs)))
    key = "last" if renewed.kept else "last_none"
    return [*lines, words.text(f"cli.renew.{key}", folder=str(renewed.workspace.root))]


def _mention(renewed: Renewed, index: int, words: Catalog) -> str:
    mention = renewed.mentions[index]
    zh = words.language == "zh"
    table = mention.table.zh if zh else mention.table.key
    return words.text("renewal.mention", table=table, text=mention.text[:40])


def _renewed_facts(renewed: Renewed, words: Catalog) -> dict[str, Any]:
    return {
        "workspace": renewed.workspace.root,
        "scheme": renewed.workspace.scheme,
        "from": renewed.last.root,
        "round": {"before": renewed.before, "after": renewed.after},
        "counts": renewed.counts,
        "dates": [
            {"what": m.key, "period": m.title, "before": m.before, "after": m.after}
            for m in renewed.moved
        ],
        "old_year_in": [
            {"table": m.table.key, "column": m.column.key, "text": m.text} for m in renewed.mentions
        ],
        "not_measured": renewed.pausing,
        "inputs": renewed.inputs,
        "last_kept": renewed.kept,
        "problems": [problem_facts(problem, words) for problem in renewed.left],
    }
