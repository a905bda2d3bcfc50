"""Mend copies for correction in LibreOffice, as their senders would: by the list on the first sheet.

    /usr/bin/python3 samples/mend_in_office.py CORRECTIONS RETURNS ENTRIES.csv

Knows nothing of the package; it reads forms as `fill_in_office.py` does. For every line of
the list that waits, it goes to the cell that the line names and types what belongs into its row.
Saved in turn as .xlsx and .ods. Stops where a list does not say afterwards that all is done.
"""

import datetime as dt
import sys
from pathlib import Path

from fill_in_office import FormSheet, Office, by_copy, read, sheets_of, type_in

LIST, WAITS = "更正清单", "待更正"
SHEET, CELL, STATE = 1, 2, 7


def listed(document):
    """Return the lines of the list: the row on the sheet, and its texts."""
    sheet = document.Sheets.getByIndex(0)
    assert sheet.Name == LIST, sheet.Name
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(True)
    rows = [[str(cell) for cell in row] for row in cursor.getDataArray()]
    head = next(number for number, row in enumerate(rows) if row[STATE:] == ["状态"])
    return rows[head - 1][0], rows[head + 1 :]


def mend(document, entries):
    """Type what belongs into the row of every cell that waits."""
    keys = {title: key for key, title in sheets_of(document).items()}
    left, lines = listed(document)
    waiting = [line for line in lines if line[STATE] == WAITS]
    assert str(len(waiting)) in left, left
    for line in waiting:
        key = keys[line[SHEET]]
        sheet = FormSheet(document, document.Sheets.getByName(line[SHEET]), key)
        place = sheet.sheet.getCellRangeByName(line[CELL]).CellAddress
        code = sheet.sheet.getCellByPosition(0, place.Row).getString()
        mine = [e for e in entries[key] if e["row"] == code and e["column"] != "remark"]
        assert mine, (key, code)
        assert any(sheet.place(code, entry["column"])[0] == place.Column for entry in mine), line
        for entry in mine:
            type_in(sheet.cell(code, entry["column"]), entry["value"])
    document.calculateAll()
    left, lines = listed(document)
    assert not [line for line in lines if line[STATE] == WAITS], lines
    assert "0" in left, left


def main():
    corrections, returns, table = (Path(argument) for argument in sys.argv[1:])
    entries = by_copy(read(table))
    office = Office()
    try:
        for number, path in enumerate(sorted(corrections.rglob("*.xlsx"))):
            document = office.open(path)
            try:
                mend(document, entries)
                name = path.with_suffix((".xlsx", ".ods")[number % 2]).name
                office.store(document, returns / "更正" / name, dt.date(2026, 12, 22))
            finally:
                document.close(True)
            print(path.stem)
    finally:
        office.close()


if __name__ == "__main__":
    main()
