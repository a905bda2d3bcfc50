"""The CSV files of the contract: UTF-8 with a mark, fixed columns, fixed order."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import pandas as pd

from assessor.decimals import exact_text
from assessor.i18n import Catalog, catalog, visible
from assessor.outputs.wording import object_text, reason_text, tie_text
from assessor.problems import Problem
from assessor.returns.collection import FileFate
from assessor.returns.external import External
from assessor.returns.reading import COUNTED
from assessor.scheme.decisions import Decision
from assessor.scheme.model import Scheme
from assessor.scheme.secrecy import is_secret
from assessor.scoring.evaluate import Scores
from assessor.scoring.shares import Share, shares_of
from assessor.scoring.tree import TreeNode
from assessor.sheets.csvfolder import quoted
from assessor.standing.stand import Standing, UnitStanding
from assessor.standing.totals import exported

_MARK = "\ufeff"


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as CSV: the one door for texts, which never become a formula there."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return (_MARK + buffer.getvalue()).encode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return quoted(visible(str(value).replace("\r\n", "\n"), keep="\n"))


STANDING_HEADER = (
    "unit_code,unit,class,parent,score,grade,confirmed_grade,rank,class_rank,tie_break,awards,status,"
    "limits,exported"
).split(",")


def standing_csv(standing: Standing) -> bytes:
    """Return standing.csv: one row per appraised unit, in table order."""
    words = catalog(standing.scheme.settings.language)
    rows = [_standing_row(standing, mine, words) for mine in standing.units]
    return csv_bytes(STANDING_HEADER, rows)


def _standing_row(standing: Standing, mine: UnitStanding, words: Catalog) -> list[object]:
    unit = standing.scheme.units[mine.unit]
    tie = tie_text(mine.tie, standing.scheme, words)
    return [
        unit.code,
        unit.name,
        unit.unit_class,
        unit.parent,
        mine.score,
        mine.grade,
        mine.confirmed,
        mine.rank,
        mine.class_rank,
        tie,
        ";".join(mine.awards),
        mine.status.word,
        ";".join(held.limit.title for held in mine.held),
        exported(standing.scheme, mine.score),
    ]


SCORES_HEADER = ("unit_code,unit,class,node,title,value,points,weight,contribution,status").split(
    ","
)


def scores_csv(standing: Standing) -> bytes:
    """Return scores.csv: one row per unit and node of its class's tree."""
    scheme, scores = standing.scheme, standing.scores
    rows: list[list[object]] = []
    for mine in standing.units:
        unit = scheme.units[mine.unit]
        root = scheme.root(unit.unit_class)
        branch = _branch(scores.tree, root.code if root else "")
        shares = _shares(scores, branch, mine.unit, unit.unit_class)
        for node in branch:
            column = scores.columns[node.code]
            share = shares.get(node.code)
            hidden = scores.hides(node.code, mine.unit)
            rows.append(
                [
                    unit.code,
                    unit.name,
                    unit.unit_class,
                    node.code,
                    node.title,
                    None if hidden else column.value(mine.unit),
                    node.points(unit.unit_class),
                    f"{exact_text(share.weight * 100)}%" if share else "",
                    _contribution(share),
                    "withheld" if hidden else column.status[mine.unit].word,
                ]
            )
    return csv_bytes(SCORES_HEADER, rows)


def _shares(
    scores: Scores, branch: Sequence[TreeNode], unit: int, unit_class: str
) -> Mapping[str, Share]:
    """Return what each node of a tree gives to its parent."""
    below: dict[str, list[TreeNode]] = {}
    for node in branch:
        below.setdefault(node.parent, []).append(node)
    found: dict[str, Share] = {}
    for node in branch:
        decided = (node.code, unit) in scores.decided
        parts = below.get(node.code, ())
        found |= shares_of(node, parts, scores.columns, unit, unit_class, decided)
    return found


def _contribution(share: Share | None) -> str:
    """Return weight × value exactly: a contribution is never rounded."""
    return "" if share is None or share.contribution is None else exact_text(share.contribution)


ENTRIES_HEADER = ("unit_code,form,period,rater,criterion,raw,value,file,sheet,cell,status").split(
    ","
)


def entries_csv(scheme: Scheme, entries: pd.DataFrame) -> bytes:
    """Return entries.csv: every entry cell, those of anonymous papers left out, and counts that
    nobody wrote."""
    secret = [form.code for form in scheme.forms if is_secret(scheme, form)]
    unnamed = [rater.code for rater in scheme.raters if rater.anonymous]
    hidden = entries["form"].isin(secret) | entries["rater"].isin(unnamed)
    shown = entries[~hidden & (entries["table"] != COUNTED)]
    return csv_bytes(ENTRIES_HEADER, shown[list(ENTRIES_HEADER)].itertuples(index=False))


PROBLEMS_HEADER = ("severity,code,unit_code,file,sheet,cell,criterion,message,cure").split(",")


def problems_csv(problems: Sequence[Problem], words: Catalog) -> bytes:
    """Return problems.csv, worded in the scheme's language."""
    rows = [
        [
            problem.severity.value,
            problem.code,
            problem.unit,
            problem.place.file,
            problem.place.sheet,
            problem.place.cell,
            problem.criterion,
            words.message(problem),
            words.cure(problem),
        ]
        for problem in problems
    ]
    return csv_bytes(PROBLEMS_HEADER, rows)


FILES_HEADER = ("file,container,sha256,form,period,unit_code,rater,disposition,reason").split(",")


def files_csv(fates: Sequence[FileFate], words: Catalog) -> bytes:
    """Return files.csv: every file below returns/ with one disposition."""
    rows = []
    for fate in fates:
        keys = fate.forms
        rows.append(
            [
                fate.file,
                fate.container,
                fate.sha256,
                _joined(key.form for key in keys),
                _joined(key.period for key in keys),
                _joined(key.unit for key in keys) or fate.unit,
                _joined(key.rater for key in keys),
                fate.disposition,
                reason_text(fate, words),
            ]
        )
    return csv_bytes(FILES_HEADER, rows)


INPUTS_HEADER = ("input,file,sha256,rows,matched,unmatched").split(",")


def inputs_csv(taken: Sequence[External]) -> bytes:
    """Return inputs.csv: which files gave scores from elsewhere, and how many units they know."""
    rows = [
        [one.input.code, file.file, file.sha256, file.rows, file.matched, file.unmatched]
        for one in taken
        for file in one.files
    ]
    return csv_bytes(INPUTS_HEADER, rows)


DECISIONS_HEADER = ("date,authority,unit_code,unit,object,title,act,from,to,reason").split(",")


def decisions_csv(scheme: Scheme, decisions: Sequence[Decision]) -> bytes:
    """Return decisions.csv: what people decided, as it was put to work, in the order given."""
    rows = [
        [
            one.date,
            one.authority,
            one.unit,
            scheme.unit[one.unit].name if one.unit in scheme.unit else "",
            one.object,
            object_text(one, scheme),
            one.act,
            one.before,
            one.to,
            one.reason,
        ]
        for one in decisions
    ]
    return csv_bytes(DECISIONS_HEADER, rows)


def _joined(parts: Iterable[str]) -> str:
    return ";".join(dict.fromkeys(part for part in parts if part))


def _branch(tree: Sequence[TreeNode], root: str) -> list[TreeNode]:
    """Return a top node and everything below it, in the order of the tree."""
    inside: set[str] = {root}
    branch = []
    for node in tree:
        if node.code == root or node.parent in inside:
            inside.add(node.code)
            branch.append(node)
    return branch
