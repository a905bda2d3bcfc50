"""What a set of results holds: workbooks, tables, the bulletin, feedback, as bytes by name."""

from __future__ import annotations

from assessor.i18n import Catalog, catalog
from assessor.outputs.audit.workbook import audit_xlsx, audited
from assessor.outputs.feedback import feedback_files
from assessor.outputs.feedback_round import feedback_round
from assessor.outputs.problems import problems_xlsx
from assessor.outputs.proposals import Proposal, propose
from assessor.outputs.ranking import ranking_xlsx
from assessor.outputs.tables import (
    decisions_csv,
    entries_csv,
    files_csv,
    inputs_csv,
    problems_csv,
    scores_csv,
    standing_csv,
)
from assessor.problems import (
    Place,
    Problem,
    warning,
)
from assessor.rounds import Round
from assessor.workspace import BULLETINS, Workspace

BULLETIN = "bulletin.docx"
EDITED = {BULLETIN: "bulletin-new.docx"}
"""Results that a clerk goes on writing: his stay as they are, and what would take their place gets
the other name."""


def make_bulletin(workspace: Workspace, result: Round) -> tuple[bytes, list[Problem]]:
    """Return the bulletin of a round, and warnings about the clerk's template of it."""
    from assessor.outputs.bulletin import bulletin_docx
    from assessor.outputs.bulletin_facts import Told

    told = Told(
        standing=result.standing,
        collection=result.collection,
        inputs=result.inputs,
        packets=result.packets,
        problems=result.problems,
        decisions=result.decisions,
        happened=result.happened,
        changes=result.changes,
        mend_by=result.scheme.settings.mend_by,
    )
    language = result.scheme.settings.language
    mine = sorted(workspace.bulletin_templates, key=lambda path: path.name != BULLETINS[language])
    if not mine:
        return bulletin_docx(told, None, "")
    problems = []
    if len(mine) > 1:
        facts = {"file": mine[0].name, "other": mine[1].name}
        problems.append(warning("bulletin_template_twice", Place(mine[0].name), **facts))
    try:
        content = mine[0].read_bytes()
    except OSError:  # held by another program: as bad as a damaged one
        content = b""
    bulletin, faults = bulletin_docx(told, content, mine[0].name)
    return bulletin, [*problems, *faults]


def result_files(result: Round, full_audit: bool = False) -> dict[str, bytes]:
    """Return every file of a set of results; `full_audit`: formulas for however many units."""
    more: dict[str, bytes] = {}
    if audited(result.standing, full_audit):
        more["audit.xlsx"] = audit_xlsx(result.standing, result.inputs, result.problems)
    return {
        "ranking.xlsx": ranking_of(result),
        "problems.xlsx": problems_xlsx(result.scheme, result.problems, proposals(result)),
        **table_files(result),
        **more,
    }


def ranking_of(result: Round) -> bytes:
    """Return the ranking workbook of a round."""
    return ranking_xlsx(
        result.standing,
        result.collection,
        result.inputs,
        result.problems,
        result.decisions,
        result.external,
        result.packets,
        result.sources,
        result.changes,
        result.looked,
    )


def table_files(result: Round) -> dict[str, bytes]:
    """Return the CSV files of a set of results."""
    scheme = result.scheme
    words: Catalog = catalog(scheme.settings.language)
    more: dict[str, bytes] = {}
    if scheme.inputs:
        more["inputs.csv"] = inputs_csv(result.external)
    if result.decisions:
        more["decisions.csv"] = decisions_csv(scheme, result.decisions)
    return {
        "standing.csv": standing_csv(result.standing),
        "scores.csv": scores_csv(result.standing),
        "entries.csv": entries_csv(scheme, result.entries),
        "problems.csv": problems_csv(result.problems, words),
        "files.csv": files_csv(result.collection.fates, words),
        **more,
    }


def feedback_of(result: Round, key: bytes, workers: int | None = None) -> dict[str, bytes]:
    """Return the feedback workbooks, one a unit, signed so that nobody takes them for forms."""
    told = feedback_round(
        result.standing,
        result.inputs,
        result.entries,
        result.problems,
        result.decisions,
        result.changes,
    )
    return feedback_files(told, key, workers)


def proposals(result: Round) -> list[Proposal]:
    """Return what waits for a decision."""
    return propose(
        result.standing, result.collection, result.happened, result.decisions, result.problems
    )
