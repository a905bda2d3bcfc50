"""ranking.xlsx: values only, ready to print: overview, rankings, awards, score tables, ballots,
what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from assessor.i18n import Catalog, catalog
from assessor.outputs.overview import paint_overview
from assessor.outputs.ranking_awards import award_tables
from assessor.outputs.ranking_decisions import decision_table
from assessor.outputs.ranking_places import place_tables
from assessor.outputs.ranking_scores import ballot_tables, score_tables
from assessor.outputs.results_table import Head, Table, Value, paint_table, sheet_title, unit_heads
from assessor.outputs.style import Sheets
from assessor.outputs.wording import state_text
from assessor.problems import Problem
from assessor.returns.collection import Collection
from assessor.returns.external import External
from assessor.scheme.decisions import Decision
from assessor.scheme.model import Scheme
from assessor.scheme.plans import marked
from assessor.scoring.column import Status
from assessor.scoring.inputs import Inputs
from assessor.standing.stand import Standing


def ranking_xlsx(
    standing: Standing,
    collection: Collection,
    inputs: Inputs,
    problems: Sequence[Problem],
    decisions: Sequence[Decision] = (),
    external: Sequence[External] = (),
) -> bytes:
    """Return the ranking workbook of a round."""
    scheme = standing.scheme
    words = catalog(scheme.settings.language)
    title = marked(scheme, words.text("ranking.title", title=scheme.settings.title))
    sheets = Sheets(title, scheme.settings.round, scheme.settings.issuer, scheme.settings.date)
    tables = place_tables(standing, words)
    tables += award_tables(standing, words)
    tables += score_tables(standing, words)
    tables += ballot_tables(standing, inputs, words)
    tables.append(_missing(scheme, collection, words))
    if decisions:
        tables.append(decision_table(scheme, decisions, words))
    front = sheets.sheet(words.text("ranking.overview"))
    subtitle = _subtitle(standing, problems, words)
    names = []
    for table in tables:
        heading = sheet_title(scheme, table.name, words)
        names.append(paint_table(sheets, table, heading, subtitle, words))
    paint_overview(sheets, front, standing, collection, problems, names, words, external)
    front.activate()
    return sheets.content


def _subtitle(standing: Standing, problems: Sequence[Problem], words: Catalog) -> str:
    """Return by whom, which round, and how far it is."""
    settings = standing.scheme.settings
    state = state_text(standing, problems, words)
    return words.text("ranking.subtitle", issuer=settings.issuer, round=settings.round, state=state)


def _missing(scheme: Scheme, collection: Collection, words: Catalog) -> Table:
    heads = [
        *unit_heads(words),
        Head(words.text("ranking.form"), "text", 34),
        Head(words.text("ranking.workbook"), "text", 24),
        Head(words.text("ranking.due"), "center", 14),
        Head(words.text("ranking.state"), "center", 14),
        Head(words.text("problems.contact"), "center", 14),
        Head(words.text("problems.phone"), "center", 18),
    ]
    rows: list[list[Value]] = []
    for key, (packet, copy, status) in collection.absent.items():
        if not packet.period.required or status is Status.NOT_APPLICABLE:
            continue
        unit = scheme.unit.get(key.unit)
        whom = packet.rater or unit
        contact = whom.contact if whom is not None and whom is unit and unit else ""
        due = packet.period.due
        rows.append(
            [
                key.unit,
                unit.name if unit else (packet.rater.name if packet.rater else ""),
                copy.plan.title,
                packet.workbook,
                words.text("form.day", day=due) if due else "",
                words.text(
                    f"status.{status.word}" if status is not Status.SCORED else "status.zero"
                ),
                contact or (packet.rater.name if packet.rater else ""),
                whom.phone if whom else "",
            ]
        )
    return Table(
        words.text("ranking.missing"), heads, rows, empty=words.text("ranking.none_missing")
    )
