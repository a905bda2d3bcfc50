"""What the terminal shows: short, aligned with Chinese characters, ending in the next step."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assessor.i18n import Catalog, visible
from assessor.problems import Problem, Severity

if TYPE_CHECKING:
    from assessor.issuing import Issued
    from assessor.mail.ledger import Ledger
    from assessor.rehearsal import Rehearsed
    from assessor.rounds import Round
    from assessor.scheme.model import Scheme
    from assessor.standing.hints import Hint
    from assessor.starting import Template
    from assessor.workflow import Collected, Outstanding
    from assessor.workspace import Workspace

_FEW = 5
"""More problems than this stand in problems.xlsx; the terminal shows the first ones."""
_FEW_HINTS = 4
_PATIENCE = 1.0


def print_text(text: str, stderr: bool = False) -> None:
    """Print a line."""
    print(text, file=sys.stderr if stderr else sys.stdout)


def print_json(facts: object) -> None:
    """Print facts for programs."""
    print_text(json.dumps(facts, ensure_ascii=False, indent=2, default=str))


@contextlib.contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a tick that shows progress once the work has taken longer than a second."""
    started = time.monotonic()
    shown = 0.0
    live = sys.stderr.isatty()

    def tick(done: int, whole: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if live and now - started > _PATIENCE and (now - shown > 0.1 or done == whole):
            shown = now
            sys.stderr.write(f"\r{title} {done}/{whole}")
            sys.stderr.flush()

    yield tick
    if shown:
        sys.stderr.write("\n")


def print_table(rows: Sequence[Sequence[str]], heads: Sequence[str] = (), indent: int = 0) -> None:
    """Print rows in columns; a Chinese character is two wide."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=bool(heads), pad_edge=False, padding=(0, 2, 0, 0))
    for index in range(max(len(row) for row in [heads, *rows])):
        table.add_column(Text(heads[index]) if heads else "", overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    width = None if sys.stdout.isatty() else 160
    Console(highlight=False, width=width, soft_wrap=False).print(
        Padding(table, (0, 0, 0, indent), expand=False)
    )


# -- problems ------------------------------------------------------------------------------------


def problem_facts(problem: Problem, words: Catalog) -> dict[str, str]:
    """Return a problem as the CSV files and --json have it."""
    return {
        "severity": problem.severity.value,
        "code": problem.code,
        "unit_code": problem.unit,
        "file": problem.place.file,
        "sheet": problem.place.sheet,
        "cell": problem.place.cell,
        "criterion": problem.criterion,
        "message": words.message(problem),
        "cure": words.cure(problem),
    }


def print_problems(
    problems: Sequence[Problem], words: Catalog, stderr: bool = True, most: int | None = None
) -> None:
    """Print problems: where, what, how to cure."""
    for problem in problems[:most]:
        mark = words.text(f"severity.{problem.severity}")
        place = visible(str(problem.place))
        head = f"[{mark}] {place}" if place else f"[{mark}]"
        print_text(f"{head}\n    {words.message(problem)}", stderr)
        print_text(f"    → {words.cure(problem)}", stderr)
    if most is not None and len(problems) > most:
        print_text(words.text("cli.more", count=len(problems) - most), stderr)


# -- commands ------------------------------------------------------------------------------------


def print_templates(templates: Sequence[Template], words: Catalog, as_json: bool) -> None:
    """Print the shipped schemes."""
    if as_json:
        print_json([{"name": t.name, "title": t.title, "note": t.note} for t in templates])
        return
    print_table([(t.name, t.title) for t in templates])
    print_text(words.text("cli.new.next_list"))


def print_new(workspace: Workspace, words: Catalog, as_json: bool) -> None:
    """Print what a new workspace holds and what to do with it."""
    if as_json:
        print_json({"workspace": workspace.root, "scheme": workspace.scheme})
        return
    print_text(words.text("cli.new.done", folder=str(workspace.root)))
    print_text(words.text("cli.new.next", folder=str(workspace.root)))


def print_check(scheme: Scheme, problems: Sequence[Problem], words: Catalog, as_json: bool) -> None:
    """Print the score tree with weights and points, then the mistakes."""
    from assessor.outputs.wording import counts_text

    lines = list(tree_lines(scheme, words))
    if as_json:
        facts = [problem_facts(problem, words) for problem in problems]
        tree = [
            dict(zip(("title", "rule", "weight", "points"), line, strict=True)) for line in lines
        ]
        print_json({"scheme": scheme.settings.code, "tree": tree, "problems": facts})
        return
    settings = scheme.settings
    print_text(f"{settings.title} {settings.round} · {settings.issuer}")
    print_table(lines, [words.text(f"tree.{key}") for key in ("title", "rule", "weight", "points")])
    count = Counter(unit.unit_class for unit in scheme.units)
    units = [f"{name} {count[name]}" for name in scheme.classes]
    print_text(words.text("tree.units", units=units))
    if problems:
        print_text("")
        print_problems(problems, words, stderr=False)
    print_text(counts_text(problems, words, scored=False))
    bad = any(problem.severity is Severity.ERROR for problem in problems)
    print_text(words.text("cli.check.bad" if bad else "cli.check.good"))


def tree_lines(scheme: Scheme, words: Catalog) -> Iterator[tuple[str, str, str, str]]:
    """Yield title (indented), rule, weight and points of every node of the score tree."""
    from assessor.decimals import percent
    from assessor.scheme.columns import RULES
    from assessor.scoring.tree import build_tree

    zh = dict(RULES) if words.language == "zh" else {}
    for node in (node for node in build_tree(scheme) if not node.alone):
        classes = scheme.node_classes(node.declared)
        points = node.points(classes[0]) if classes else node.declared.points
        own = node.rule == node.declared.rule
        weights = {percent(w) for name in classes if (w := node.weight_for(name)) is not None}
        weight = " / ".join(sorted(weights))
        rule = zh.get(node.rule, node.rule) if own else words.text(f"tree.{node.rule}")
        aside = words.text("tree.informative") if node.informative else ""
        only = f" [{'、'.join(classes)}]" if own and node.declared.classes else ""
        yield f"{'  ' * node.depth}{node.title}{aside}{only}", rule, weight, _points(points)


def _points(points: object) -> str:
    return "" if points is None else f"{points:f}"


def print_forms(workspace: Workspace, issued: Issued, words: Catalog, as_json: bool) -> None:
    """Print how many workbooks were written and where they are."""
    if as_json:
        print_json(
            {
                "folder": workspace.forms,
                "files": issued.files,
                "unchanged": issued.unchanged,
                "undeclared": issued.undeclared,
            }
        )
        return
    count = Counter(path.relative_to(workspace.forms).parent for path in issued.files)
    print_table(
        [
            (str(workspace.forms / folder), words.text("cli.files", count=n))
            for folder, n in count.items()
        ]
    )
    if issued.unchanged:
        print_text(words.text("cli.forms.unchanged", count=issued.unchanged))
    if issued.undeclared:
        print_text(words.text("cli.forms.undeclared", count=issued.undeclared))
    print_text(words.text("cli.forms.next", returns=str(workspace.returns)))


def print_collect(collected: Collected, words: Catalog, as_json: bool) -> None:
    """Print the summary of a collect: counts that add up, the first problems, the next step."""
    from assessor.outputs.wording import counts_text, state_of
    from assessor.printing_changes import changes_facts, changes_lines
    from assessor.result_set import proposals

    result, exchange = collected.round, collected.exchange
    ranking = exchange.folder / "ranking.xlsx"
    if as_json:
        print_json(
            {
                **_round_facts(result, words),
                "results": exchange.folder,
                "changed": exchange.changed,
                "corrections": [exchange.folder / name for name in collected.corrections],
                "kept": exchange.kept,
                "edited": dict(exchange.edited),
                "held": exchange.held,
                "since": changes_facts(collected.since),
                "remarks": [problem_facts(problem, words) for problem in collected.remarks],
                "proposals": [asdict(one) for one in proposals(result)],
                "hints": [hint_facts(hint, result, words) for hint in result.looked.hints],
            }
        )
        return
    _print_round(result, words)
    for line in changes_lines(result.scheme, collected.since, words):
        print_text(line)
    errors = [p for p in result.problems if p.severity is Severity.ERROR]
    print_text("")
    print_problems(errors, words, stderr=False, most=_FEW)
    print_problems(collected.remarks, words, stderr=False)
    template = [p for p in result.problems if p.code.startswith("bulletin_")]
    print_problems(template, words, stderr=False, most=_FEW)
    print_text(counts_text(result.problems, words))
    if waiting := proposals(result):
        print_text(words.text("cli.collect.proposals", count=len(waiting)))
    _print_hints(result, words)
    if count := len(collected.corrections):
        folder = short_path(exchange.folder / "corrections")
        print_text(words.text("cli.collect.corrections", count=count, folder=folder))
    for kept in exchange.kept:
        print_text(words.text("cli.collect.kept", file=kept))
    for mine, ours in exchange.edited:
        names = {"mine": short_path(exchange.folder / mine), "ours": ours}
        print_text(words.text("cli.collect.edited", **names))
    if not exchange.changed:
        print_text(words.text("cli.collect.unchanged"))
    if exchange.beside:
        files = [*exchange.held] or words.text("cli.collect.some_file")
        print_text(words.text("cli.collect.held", folder=str(exchange.folder), files=files))
    print_text(words.text("cli.collect.open", file=short_path(ranking)))
    problems = short_path(exchange.folder / "problems.xlsx")
    state = state_of(result.standing, result.problems)
    ending = state if state != "interim" else "not_yet" if result.complete else "next"
    print_text(words.text(f"cli.collect.{ending}", file=problems))


def hint_facts(hint: Hint, result: Round, words: Catalog) -> dict[str, Any]:
    """Return a hint as --json has it."""
    from assessor.outputs.ranking_hints import hint_text

    return {
        "code": hint.code,
        "node": hint.node,
        "rater": hint.rater,
        "criterion": hint.criterion,
        "units": [result.scheme.units[unit].code for unit in hint.units],
        "text": hint_text(result.scheme, hint, words),
    }


def _print_hints(result: Round, words: Catalog) -> None:
    """Print the first hint of each kind, as far as there is room; all of them stand in the
    workbook."""
    from assessor.outputs.ranking_hints import about_text, hint_text

    found = result.looked.hints
    if not found:
        return
    sheet = words.text("hint.sheet")
    print_text(words.text("cli.collect.hints", count=len(found), sheet=sheet))
    first = {hint.code: hint for hint in reversed(found)}
    shown = [hint for hint in found if first[hint.code] is hint][:_FEW_HINTS]
    for hint in shown:
        about = about_text(result.scheme, hint, words)
        text = hint_text(result.scheme, hint, words)
        kind = words.text(f"hint.{hint.code}.kind")
        print_text(words.text("hint.line", kind=kind, about=about, text=text))


def short_path(path: Path) -> str:
    """Return a path as seen from the current folder where it lies below it."""
    with contextlib.suppress(ValueError):
        return str(path.absolute().relative_to(Path.cwd()))
    return str(path)


def _round_facts(result: Round, words: Catalog) -> dict[str, Any]:
    from assessor.outputs.wording import state_of

    standing = result.standing
    return {
        "scheme": result.scheme.settings.code,
        "round": result.scheme.settings.round,
        "settled": standing.settled,
        "state": state_of(standing, result.problems),
        "day_of_mail": result.day_of_mail,
        "units": dict(Counter(mine.status.word for mine in standing.units)),
        "files": dict(Counter(fate.disposition for fate in result.collection.fates)),
        "files_total": len(result.collection.fates),
        "grades": dict(Counter(mine.final_grade for mine in standing.units if mine.final_grade)),
        "grades_by_kind": {
            kind: dict(
                Counter(
                    mine.final_grade
                    for mine in standing.units
                    if mine.final_grade and result.scheme.units[mine.unit].kind == kind
                )
            )
            for kind in dict.fromkeys(unit.kind for unit in result.scheme.units)
        },
        "problems": [problem_facts(problem, words) for problem in result.problems],
    }


def _print_round(result: Round, words: Catalog) -> None:
    from assessor.outputs.wording import state_text

    standing = result.standing
    settings = result.scheme.settings
    print_text(f"{settings.title} {settings.round}")
    files = Counter(fate.disposition for fate in result.collection.fates)
    parts = [f"{words.text(f'disposition.{name}')} {n}" for name, n in sorted(files.items())]
    rows = [
        (
            words.text("cli.line.files"),
            f"{sum(files.values())}",
            words.text("list.semicolon").join(parts),
        )
    ]
    status = Counter(mine.status for mine in standing.units)
    parts = [f"{words.text(f'status.{state.word}')} {n}" for state, n in sorted(status.items())]
    rows.append(
        (
            words.text("cli.line.units"),
            f"{len(standing.units)}",
            words.text("list.semicolon").join(parts),
        )
    )
    for kind in dict.fromkeys(unit.kind for unit in result.scheme.units):
        grades = [
            mine.final_grade
            for mine in standing.units
            if mine.final_grade and result.scheme.units[mine.unit].kind == kind
        ]
        order = [band.grade for band in result.scheme.bands.get(kind, ())]
        count = Counter(grades)
        parts = [f"{grade} {count[grade]}" for grade in order if count[grade]]
        if parts:
            line = words.text("list.semicolon").join(parts)
            rows.append((words.text(f"cli.line.grades_{kind}"), f"{len(grades)}", line))
    print_table(rows)
    print_day(result, words)
    print_text(state_text(standing, result.problems, words))


def print_day(result: Round, words: Catalog) -> None:
    """Say by which day it was judged, where that was taken from the mails."""
    if result.day_of_mail is not None:
        print_text(words.text("cli.fetch.as_of", day=result.day_of_mail))


def print_status(
    result: Round, words: Catalog, as_json: bool, ledger: Ledger | None = None
) -> None:
    """Print who is still missing, form by form, with whom to phone, against what is due."""
    from assessor.scheme.copies import due_copies
    from assessor.scheme.plans import marked
    from assessor.workflow import outstanding

    everything = outstanding(result)
    rows = [
        row
        for row in everything
        if row.state == "conflict" or (row.packet.period.required and row.state != "not_held")
    ]
    if as_json:
        print_json(
            [
                {
                    "form": row.title,
                    "period": row.packet.period.code,
                    "unit_code": row.unit,
                    "workbook": row.packet.workbook,
                    "due": row.packet.period.due,
                    "state": row.state,
                    **(_mail_facts(row, ledger) if ledger is not None else {}),
                }
                for row in rows
            ]
        )
        return
    print_day(result, words)
    due = Counter((p.period.code, copy.plan.title) for p, copy in due_copies(result.packets))
    open_ = Counter((row.packet.period.code, row.title) for row in everything)
    for (form, period), left in result.collection.unanswered.items():
        # A vote that nobody answered is one row of the list, but as many files.
        open_[period, marked(result.scheme, result.scheme.form[form].title)] = left
    not_held = Counter(
        (row.packet.period.code, row.title) for row in everything if row.state == "not_held"
    )
    heads = [words.text(f"cli.status.{key}") for key in ("form", "period", "due", "back", "open")]
    print_table(
        [
            (
                title,
                result.scheme.period[period].title,
                str(result.scheme.period[period].due or ""),
                f"{count - open_[period, title]}/{count}",
                words.text("cli.state.not_held")
                if not_held[period, title] == count
                else str((open_[period, title] - not_held[period, title]) or ""),
            )
            for (period, title), count in due.items()
        ],
        heads,
    )
    missing = [row for row in rows if row.state != "not_due"]
    if missing:
        print_text("")
        heads = [
            words.text(f"cli.status.{key}") for key in ("unit", "form", "state", "contact", "phone")
        ]
        print_table([_missing_row(result.scheme, row, words) for row in missing], heads)
    if missing:
        print_text(words.text("cli.status.next"))
    elif not result.complete:
        print_text(words.text("cli.status.errors"))
    else:
        to_come = any(row.state == "not_due" for row in everything)
        print_text(words.text("cli.status.not_yet" if to_come else "cli.status.complete"))


def _mail_facts(row: Outstanding, ledger: Ledger) -> dict[str, str]:
    """Return when the form of a row went out, and when whoever fills it in was reminded."""
    rater = row.packet.rater
    owner = f"rater:{rater.code}" if rater else f"unit:{row.unit}"
    kinds = {"form_sent": "forms", "reminded": "reminders"}
    sent = {key: ledger.of_owner(kind, owner) for key, kind in kinds.items()}
    return {key: attempts[-1].at if attempts else "" for key, attempts in sent.items()}


def _missing_row(scheme: Scheme, row: Any, words: Catalog) -> tuple[str, ...]:  # noqa: ANN401
    unit = scheme.unit.get(row.unit)
    rater = row.packet.rater
    name = rater.name if rater else ""
    if unit:
        name = words.text("form.unit_with_code", unit=unit.name, code=unit.code)
    contact = rater.name if rater else (unit.contact if unit else "")
    phone = (rater.phone if rater else "") or (unit.phone if unit and not rater else "")
    return name, row.title, words.text(f"cli.state.{row.state}"), contact, phone


def print_rehearse(made: Rehearsed, words: Catalog, as_json: bool) -> None:
    """Print what a rehearsal holds and how to walk through it."""
    folder = str(made.workspace.root)
    if as_json:
        print_json(
            {
                "workspace": made.workspace.root,
                "units": made.units,
                "returned": made.returned,
                "left_out": made.left_out,
            }
        )
        return
    facts = {"units": made.units, "returned": made.returned, "left_out": made.left_out}
    print_text(words.text("cli.rehearse.done", folder=folder, **facts))
    print_text(words.text("cli.rehearse.next", folder=folder))
