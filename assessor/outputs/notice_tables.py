"""The public tables of a notice: what of a standing may leave the house, as CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from assessor.i18n import catalog
from assessor.outputs.ranking_places import shown_parts
from assessor.outputs.tables import csv_bytes
from assessor.outputs.wording import tie_text
from assessor.scoring.tree import TreeNode
from assessor.sheets.csvfolder import unquoted
from assessor.standing.revisions import Shown
from assessor.standing.stand import Standing

STANDING_HEADER = "unit_code,unit,class,score,grade,rank,class_rank,tie_break,awards,status".split(
    ","
)
SCORES_HEADER = "unit_code,unit,class,node,title,value,status".split(",")
_KEYS = {"unit": "name", "class": "class"}


def public_standing_csv(standing: Standing) -> bytes:
    """Return who stands where: no remark, no address, one grade (the confirmed one, if any)."""
    words = catalog(standing.scheme.settings.language)
    rows = []
    for mine in standing.units:
        unit = standing.scheme.units[mine.unit]
        rows.append(
            [
                unit.code,
                unit.name,
                unit.unit_class,
                mine.score,
                mine.final_grade,
                mine.rank,
                mine.class_rank,
                tie_text(mine.tie, standing.scheme, words),
                ";".join(mine.awards),
                mine.status.word,
            ]
        )
    return csv_bytes(STANDING_HEADER, rows)


def public_scores_csv(standing: Standing) -> bytes:
    """Return the parts of the totals that a notice shows; what is withheld is empty."""
    scheme, scores = standing.scheme, standing.scores
    rows = []
    for mine in standing.units:
        unit = scheme.units[mine.unit]
        for node in _shown(standing, unit.unit_class):
            hidden = scores.hides(node.code, mine.unit)
            column = scores.columns[node.code]
            value = None if hidden else column.value(mine.unit)
            status = "withheld" if hidden else column.status[mine.unit].word
            named = [unit.code, unit.name, unit.unit_class]
            rows.append([*named, node.code, node.title, value, status])
    return csv_bytes(SCORES_HEADER, rows)


def _shown(standing: Standing, unit_class: str) -> Sequence[TreeNode]:
    return shown_parts(standing, unit_class)


def read_public(standing: bytes, scores: bytes) -> tuple[list[Shown], dict[str, str]]:
    """Return what two public tables say of each unit, and the titles of the parts by code."""
    titles: dict[str, str] = {}
    parts: dict[str, dict[str, str]] = {}
    for row in _rows(scores):
        titles[row["node"]] = row["title"]
        value = row["value"] or row["status"]
        parts.setdefault(row["unit_code"], {})[row["node"]] = value
    shown = []
    for row in _rows(standing):
        code = row.pop("unit_code")
        fields = {_KEYS.get(key, key): text for key, text in row.items()}
        if fields["status"] == "provisional":  # whether others are in is no news of this one
            fields["status"] = "scored"
        name, unit_class = fields["name"], fields["class"]
        shown.append(Shown(code, name, unit_class, fields | parts.get(code, {})))
    return shown, titles


def _rows(content: bytes) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [{key: unquoted(text) for key, text in row.items()} for row in reader]


def field_title(field: str, titles: Mapping[str, str], language: str) -> str:
    """Return what a field of a public table is called."""
    words = catalog(language)
    return titles.get(field) or words.text(f"notice.field.{field}")
