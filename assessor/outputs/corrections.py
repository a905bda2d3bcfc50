"""A copy for correction: the sender's forms painted afresh with what he had written, what is to be
mended marked in its cell, and a first sheet that lists it.

Nothing of a returned file is copied: the workbook is written from the plan and the entries, and
what came from outside stands in it as text only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from xlsxwriter.utility import xl_rowcol_to_cell

from assessor.i18n import Catalog, catalog
from assessor.outputs.correction_list import cure_text, paint_list
from assessor.outputs.correction_state import ListedForm
from assessor.outputs.form import Front, tab_name, write_packet
from assessor.outputs.form_canvas import Mark, places_of
from assessor.outputs.style import sheet_name
from assessor.returns.asides import CHECKED
from assessor.returns.carrying import CellKey
from assessor.returns.flaws import Flaw
from assessor.returns.mending import Correction, MendedForm
from assessor.scheme.model import Scheme


def correction_xlsx(scheme: Scheme, correction: Correction, key: bytes) -> bytes:
    """Return the workbook of a correction; the same for the same returns, scheme and key."""
    words = catalog(scheme.settings.language)
    listed = _listed(correction, words)
    return write_packet(
        scheme,
        correction.packet,
        key,
        {form.copy.key: form.carried.values for form in correction.forms},
        Front(
            words.text("correction.sheet"),
            {one.form.copy.key: _marks(one, words) for one in listed},
            partial(paint_list, scheme, correction, listed),
        ),
    )


def _marks(listed: ListedForm, words: Catalog) -> dict[CellKey, Mark]:
    """Return the mark of every cell to mend; one that several flaws are about says all of them."""
    carried = listed.form.carried
    marks: dict[CellKey, Mark] = {}
    for flaw in listed.flaws:
        text = f"{words.message(flaw.problem)}\n→ {cure_text(flaw.problem, words)}"
        for key in flaw.cells:
            before = marks.get(key)
            must = flaw.must or (before is not None and before.must)
            whole = f"{before.text}\n{text}" if before is not None else text
            marks[key] = Mark(whole, must, must and carried.is_open(key))
    return marks


# -- where things have come to stand -------------------------------------------------------------


Moved = Mapping[tuple[str, str], tuple[str, str]]
"""Sheet and cell of a fresh form by sheet and cell of the file that came back."""


def _listed(correction: Correction, words: Catalog) -> list[ListedForm]:
    """Return the forms with their flaws as they are worded on the fresh sheets."""
    addresses = {form.copy.key: _addresses(form) for form in correction.forms}
    names = [words.text("correction.sheet")]
    for form in correction.forms:
        names.append(sheet_name(tab_name(form.copy, words), names))
    tabs = {form.copy.key: name for form, name in zip(correction.forms, names[1:], strict=True)}
    moved = {
        (form.sheet, cell): (tabs[form.copy.key], addresses[form.copy.key][key])
        for form in correction.forms
        for cell, key in form.carried.places.items()
    }
    return [
        ListedForm(
            form,
            tabs[form.copy.key],
            addresses[form.copy.key],
            tuple(_renamed(form, flaw, moved) for flaw in form.flaws),
        )
        for form in correction.forms
    ]


def _addresses(form: MendedForm) -> Mapping[CellKey, str]:
    places, foot = places_of(form.copy)
    return {key: xl_rowcol_to_cell(*cell) for key, cell in (places | {CHECKED: (foot, 2)}).items()}


def _renamed(form: MendedForm, flaw: Flaw, moved: Moved) -> Flaw:
    """Return a flaw whose sentence names cells as they are called on the fresh form."""
    facts = dict(flaw.problem.facts)
    there, cells = facts.get("there"), facts.get("cells")
    if isinstance(there, str):
        sheet, _, cell = there.rpartition(" › ")[2].rpartition("!")
        found = moved.get((sheet or form.sheet, cell))
        if found is not None:
            facts["there"] = f"{found[0]}!{found[1]}" if sheet else found[1]
    if isinstance(cells, list | tuple):
        facts["cells"] = [moved.get((form.sheet, str(cell)), ("", cell))[1] for cell in cells]
    return replace(flaw, problem=replace(flaw.problem, facts=facts))
