"""Readings travel between processes as they are."""

from __future__ import annotations

import pickle
from decimal import Decimal
from pathlib import Path

from assessor.returns.reading import Entry, EntryStatus, FormReading
from assessor.scheme.copies import CopyKey
from tests.builders import small_workspace
from tests.filling import FULL, Round
from tests.kinds import PANEL, kinds_round


def travelled(form: FormReading) -> FormReading:
    there: FormReading = pickle.loads(pickle.dumps(form))
    return there


def test_a_form_arrives_as_it_left(tmp_path: Path) -> None:
    small = Round(small_workspace(tmp_path / "a"))
    kinds = kinds_round(tmp_path / "b")
    cells = {"1.1": "17.25", "1.10": "/", "2.1": "3.5分", "2.2": "", "2.3": "约3"}
    for reading in (
        small.read(small.filled("self", "V01", FULL | cells)),
        kinds.read(kinds.filled("panel", "V01", PANEL)),
    ):
        (form,) = reading.forms
        assert travelled(form) == form
        assert all(type(entry) is Entry for entry in travelled(form).entries)


def test_texts_of_every_kind_arrive() -> None:
    key = CopyKey("self", "Y", "V01", "")
    texts = ["", "=", "a\nb", "\t", "１", "0.0", "\x1e", "1E+2"]
    for some in (texts, texts[:6], []):
        entries = tuple(
            Entry("t", str(row), "c", f"A{row}", text, value, status)
            for row, (text, value, status) in enumerate(
                (text, value, status)
                for text in some
                for value, status in (
                    (None, EntryStatus.REFUSED),
                    (Decimal("1.50"), EntryStatus.GIVEN),
                )
            )
        )
        form = FormReading(key, 1, "v", "s", entries)
        there = travelled(form)
        assert there == form
        assert [str(e.value) for e in there.entries] == [str(e.value) for e in form.entries]
