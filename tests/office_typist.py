"""Types into workbooks in LibreOffice as a job list says; run by the python of the system.

The job list is JSON on the standard input: for each file its source, its target (whose ending is
the format) and actions on the first sheet.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "samples"))

import uno
from com.sun.star.awt import Size
from com.sun.star.lang import Locale
from fill_in_office import FILTERS, Office, values


def act(office, document, sheet, action):  # noqa: ANN001 (UNO has no types)
    cell = sheet.getCellRangeByName(action["cell"])
    match action["do"]:
        case "value":
            cell.setValue(action["value"])
        case "text":
            cell.setString(action["value"])
        case "formula":
            cell.setFormula(action["value"])
        case "empty":
            cell.setString("")
        case "format":
            formats, where = document.NumberFormats, Locale()
            key = formats.queryKey(action["value"], where, False)
            cell.NumberFormat = formats.addNew(action["value"], where) if key == -1 else key
        case "merge":
            sheet.getCellRangeByName(action["value"]).merge(True)
        case "hide_row":
            cell.Rows.getByIndex(0).IsVisible = False
        case "hide_column":
            cell.Columns.getByIndex(0).IsVisible = False
        case "note":
            sheet.Annotations.insertNew(cell.CellAddress, action["value"])
        case "picture":
            graphic = office.pictures.queryGraphic(values(URL=Path(action["value"]).as_uri()))
            shape = document.createInstance("com.sun.star.drawing.GraphicObjectShape")
            sheet.DrawPage.add(shape)
            shape.Graphic = graphic
            shape.Anchor = cell
            shape.Position = cell.Position
            shape.Size = Size(cell.Size.Width - 100, cell.Size.Height - 60)
        case other:
            raise ValueError(other)


def main():
    office = Office()
    try:
        for job in json.load(sys.stdin):
            document = office.open(Path(job["source"]))
            try:
                sheet = document.Sheets.getByIndex(0)
                if sheet.isProtected():
                    sheet.unprotect("")
                for action in job["actions"]:
                    act(office, document, sheet, action)
                document.calculateAll()
                target = Path(job["target"])
                filter_name = FILTERS[target.suffix[1:]]
                document.storeToURL(target.as_uri(), values(FilterName=filter_name))
            finally:
                document.close(True)
    finally:
        office.close()


if __name__ == "__main__":
    assert uno
    main()
