"""What was written for parts that do not apply to a unit: it is not counted, and that is said."""

from __future__ import annotations

from assessor.problems import Place, Problem, note
from assessor.returns.collection import Collection, of_copy
from assessor.returns.reading import EntryStatus
from assessor.scheme.model import Scheme


def exempt_entries(
    scheme: Scheme, collection: Collection, exempt: frozenset[tuple[str, str, int]]
) -> list[Problem]:
    """Return a note for each number on a unit's own sheet that stands in a part which does not
    apply to it by the units table or a decision; `exempt` has (rubric, part, unit)."""
    if not exempt:
        return []
    order = {unit.code: index for index, unit in enumerate(scheme.units)}
    units = {unit for _, _, unit in exempt}
    problems = []
    for key, accepted in collection.accepted.items():
        unit = order.get(key.unit, -1)
        rubric = scheme.form[key.form].rubric
        if unit not in units or not rubric:
            continue
        rows = {row.code: row for row in scheme.rubric(rubric)}
        for entry in accepted.reading.entries:
            row = rows.get(entry.row)
            parts = {(rubric, code, unit) for code in (row.code, row.section)} if row else set()
            if row is None or entry.status is not EntryStatus.GIVEN or not parts & exempt:
                continue
            if entry.value is None or row.entry == "ballot":
                continue
            place = Place(accepted.file, accepted.reading.sheet, entry.cell)
            facts = {"name": f"{row.code} {row.title}", "value": entry.raw}
            problems.append(of_copy(note("exempt_entry", place, **facts), key))
    return problems
