"""Fill in the sample forms in LibreOffice, as people do, and put what comes back into `returns/`.

Run it with a Python that has UNO (Debian: `libreoffice-calc` and `python3-uno`), after the blank
forms were made (`assessor forms --workspace samples/township`):

    /usr/bin/python3 samples/fill_in_office.py                    all samples
    /usr/bin/python3 samples/fill_in_office.py township-messy     one of them
    /usr/bin/python3 samples/fill_in_office.py township --forms DIR

It knows nothing of the package. It reads a form as a person would: the sheet's header row, the
codes in its first column, the labels under the table; only which sheet is whose it takes from the
hidden sheet. What is typed stands in `filled/`, the slips in `faults.csv`. `returns/` is made anew;
`filled/files.csv` says which file is what. Nothing is random: the same forms, entries and
LibreOffice give the same bytes.
"""

import argparse
import contextlib
import csv
import datetime as dt
import html
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unicodedata
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

try:
    import uno
except ImportError:
    sys.exit("this Python has no UNO; run it with /usr/bin/python3 (Debian: python3-uno)")
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import DisposedException, Locale
from com.sun.star.table import CellAddress
from com.sun.star.util import DateTime

HERE = Path(__file__).resolve().parent
STAMP_SHEET = "_assessor"
FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8", "xls": "MS Excel 97"}

# Words on the forms: what stands in the code column's header, and how a column is called.
CODE_TITLES = ("编号", "票号", "序号")
COLUMN_TITLES = {
    "entry": (
        "自评得分", "考核组得分", "党工委得分", "得分", "自评填写", "考核组填写", "是/否", "填写",
        "申报的目标",
    ),
    "remark": ("备注", "扣分原因", "证书文号/备注", "佐证材料", "完成标准"),
    "title": ("考核项目", "加分项目"),
    "points": ("分值", "每项分值"),
    "item": ("加分项目",),
    "subject": ("事项(典型、成果名称)",),
    "evidence": ("证书/文号",),
    "claimed": ("申报项数", "申报"),
    "verified": ("核实项数", "核实"),
    "expected": ("应到",),
    "present": ("实到",),
    "issued": ("发出",),
    "returned": ("收回",),
    "valid": ("有效",),
}
FOOT_LABELS = {
    "checked": ("已核",),
    "date": ("填表日期",),
    "signature": ("计票人签名", "负责人签名", "考核组成员签名", "评分人签名", "签名"),
}

# How people rename what they send back: (folder, name) by the first form of the workbook.
NAMES = {
    "self": (
        ("{area}", "{short}自评表(最终版)"),
        ("{area}", "附件1 {name}自评表"),
        ("{area}", "{blank}"),
        ("{area}/{short}", "自评表"),
        ("", "{name}{title}（定稿2）"),
        ("{area}", "{short} 自评 {day}"),
        ("{area}", "自评表（{name}）已盖章"),
        ("{area}", "{code}"),
        ("邮箱下载", "工作簿{number}"),
        ("{area}", "{blank} - 副本"),
        ("", "关于报送{short}自评情况的附件"),
    ),
    "panel": (
        ("考核组", "{blank}"),
        ("考核组/{area}", "{short}考核组评分表"),
        ("考核组", "考核组打分 {name}（{day}）"),
        ("考核组/{area}", "{code}{short} 评分+加分 定"),
        ("考核组", "{number} {short}"),
    ),
    "committee": (
        ("{area}", "{blank}"),
        ("{area}/党工委评分", "{short}党工委评分表"),
        ("{area}", "附件2 {name}（党工委打分）"),
    ),
    "review": (
        ("述职评议", "{short}述职评议汇总"),
        ("述职评议", "{blank}"),
        ("述职评议/{area}", "{code} 评议票录入 {day}"),
    ),
    "tally": (("", "民主测评计票表（甲乙两人）"),),
}
# Of all other forms, and of the samples that are not named below.
OTHER_NAMES = (
    ("{area}", "{blank}"),
    ("", "{title}（{short}）"),
    ("{area}", "{short} {title}(最终版)"),
    ("邮箱下载", "{title}{number}"),
    ("{area}", "{code}_{title} {day}"),
)
# 14 of 20 are saved as .xlsx; each sample starts at another place.
FORMATS = (
    "xlsx xlsx xlsx ods xlsx xlsx xls xlsx xlsx ods xlsx xlsx xlsx xls xlsx xlsx ods xlsx xlsx xls"
).split()
FORMATS_FROM = {"township": 0, "township-messy": 11, "community": 5}
# Where a fault needs a format (an .xls shows no formula to a reader), or is to be seen in another.
FORMAT_OF = {
    ("township-messy", "self", "V15"): "xlsx",  # formula
    ("township-messy", "self", "V03"): "xlsx",  # ~$ lock file, copied as V04
    ("township-messy", "self", "O03"): "xlsx",  # two versions
    ("township-messy", "self", "O04"): "xlsx",  # truncated
    ("township-messy", "self", "O05"): "xlsx",  # empty
    ("township-messy", "panel", "V06"): "ods",  # date
    ("township-messy", "self", "V08"): "xls",  # percent
    ("township-messy", "panel", "V13"): "ods",  # error value
}

FILE_COLUMNS = ["file", "form", "period", "unit", "rater", "faults"]


# ------------------------------------------------------------------ tables
def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path, columns, rows):
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def by_copy(rows):
    """Group rows by (form, period, unit, rater)."""
    groups = {}
    for row in rows:
        key = (row["form"], row["period"], row["unit"], row["rater"])
        groups.setdefault(key, []).append(row)
    return groups


# ------------------------------------------------------------------ LibreOffice
def values(**settings):
    """Return keyword arguments as the property values of the UNO interface."""
    result = []
    for name, value in settings.items():
        item = PropertyValue()
        item.Name, item.Value = name, value
        result.append(item)
    return tuple(result)


class Office:
    """One LibreOffice of our own: own profile, own pipe, ended when we are done."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="fill-in-office-"))
        program = next(filter(None, map(shutil.which, ("soffice", "libreoffice"))), None)
        if program is None:
            sys.exit("LibreOffice is not installed (Debian: apt install libreoffice-calc)")
        pipe = f"fill_in_office_{os.getpid()}"
        self.process = subprocess.Popen(
            [
                program,
                f"-env:UserInstallation={(self.folder / 'profile').as_uri()}",
                f"--accept=pipe,name={pipe};urp;StarOffice.ComponentContext",
                "--headless", "--norestore", "--nologo", "--nodefault", "--nofirststartwizard",
            ],
            # One thread reads all sheets in order; else styles come out in changing order.
            env={**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC", "MAX_CONCURRENCY": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            context = self._connect(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            create = context.ServiceManager.createInstanceWithContext
            self.desktop = create("com.sun.star.frame.Desktop", context)
            self.pictures = create("com.sun.star.graphic.GraphicProvider", context)
        except BaseException:
            self.close()
            raise

    def _connect(self, address, patience=90):
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", local
        )
        until = time.monotonic() + patience
        while True:
            try:
                return resolver.resolve(address)
            except NoConnectException:
                if self.process.poll() is not None or time.monotonic() > until:
                    sys.exit("LibreOffice did not start")
                time.sleep(0.2)

    def open(self, path):
        """Open a copy of a workbook under a plain name: the system may know no Chinese names."""
        copy = self.folder / f"open{path.suffix}"
        shutil.copyfile(path, copy)
        # Not `Hidden`: that would lose frozen rows and other settings of the view.
        document = self.desktop.loadComponentFromURL(
            copy.as_uri(), "_blank", 0, values(UpdateDocMode=0, MacroExecutionMode=0)
        )
        if document is None:
            sys.exit(f"LibreOffice does not open {path}")
        return document

    def store(self, document, target, day):
        """Save under the target's name in its format; the day stands in the properties."""
        kind = target.suffix[1:]
        stamp = DateTime()
        stamp.Year, stamp.Month, stamp.Day, stamp.Hours = day.year, day.month, day.day, 9
        properties = document.DocumentProperties
        properties.ModificationDate = stamp
        properties.ModifiedBy = ""
        properties.EditingDuration, properties.EditingCycles = 0, 1
        document.setModified(False)
        document.disableSetModified()  # else the clock would overwrite the day
        beside = self.folder / f"saved.{kind}"
        document.storeToURL(
            beside.as_uri(),
            values(FilterName=FILTERS[kind], Overwrite=True, NoThumbnail=True),
        )
        document.enableSetModified()
        if kind != "xls":
            settle(beside, day)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(beside, target)

    def picture(self, document, area, width=760):
        """Return a part of a sheet as a grey JPEG."""
        controller = document.CurrentController
        controller.select(area)
        copied = controller.getTransferable()
        kinds = copied.getTransferDataFlavors()
        kind = next(kind for kind in kinds if kind.MimeType.startswith("image/png"))
        sharp, grey = self.folder / "sharp.png", self.folder / "grey.jpg"
        sharp.write_bytes(copied.getTransferData(kind).value)
        graphic = self.pictures.queryGraphic(values(URL=sharp.as_uri()))
        size = graphic.SizePixel
        settings = values(
            PixelWidth=width, PixelHeight=size.Height * width // size.Width, Quality=30, ColorMode=1
        )
        data = uno.Any("[]com.sun.star.beans.PropertyValue", settings)
        self.pictures.storeGraphic(
            graphic, values(URL=grey.as_uri(), MimeType="image/jpeg", FilterData=data)
        )
        return grey.read_bytes()

    def close(self):
        """End the LibreOffice that we started, and no other."""
        with contextlib.suppress(AttributeError, DisposedException):
            self.desktop.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def settle(path, day):
    """Write one time of day into the zip directory and nothing else: re-runs then agree."""
    content = bytearray(path.read_bytes())
    stamp = (9 << 11).to_bytes(2, "little")
    stamp += ((day.year - 1980) << 9 | day.month << 5 | day.day).to_bytes(2, "little")
    with zipfile.ZipFile(path) as archive:
        members, start = archive.infolist(), archive.start_dir
    for member in members:
        content[member.header_offset + 10 : member.header_offset + 14] = stamp
    for _ in members:
        assert content[start : start + 4] == b"PK\1\2", path
        content[start + 12 : start + 16] = stamp
        sizes = (content[start + at : start + at + 2] for at in (28, 30, 32))
        start += 46 + sum(int.from_bytes(size, "little") for size in sizes)
    path.write_bytes(content)


# ------------------------------------------------------------------ a form, as a person reads it
def plain(text):
    """Return a text without blanks and width: what two people would call the same."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", str(text)))


class FormSheet:
    """One sheet of a workbook; rows and columns are found by what is written there."""

    def __init__(self, document, sheet, key):
        self.document, self.sheet, self.key = document, sheet, key
        self.look_again()

    def look_again(self):
        """Read the texts of the whole sheet; to be done after rows or columns moved."""
        cursor = self.sheet.createCursor()
        cursor.gotoEndOfUsedArea(True)
        self.texts = [[plain(cell) for cell in row] for row in cursor.getDataArray()]
        self.headers = [
            (number, column)
            for number, row in enumerate(self.texts)
            for column, text in enumerate(row)
            if text in CODE_TITLES
        ]
        if not self.headers:
            self.stop("has no header row")

    def stop(self, message):
        sys.exit(f"{'-'.join(self.key)}, sheet {self.sheet.Name}: {message}")

    def column(self, header, key):
        """Return where a column stands in a header row, or None."""
        titles = self.texts[header]
        for title in map(plain, (*COLUMN_TITLES.get(key, ()), key)):
            if title in titles:
                return titles.index(title)
        review = [at for at, title in enumerate(titles) if re.match(rf"{re.escape(key)}\D", title)]
        return review[0] if len(review) == 1 and key not in COLUMN_TITLES else None

    def row(self, number, code):
        """Return the row of a code under the given header, or None."""
        header, column = self.headers[number]
        following = [at for at, _ in self.headers[number + 1 :]]
        for row in range(header + 1, following[0] if following else len(self.texts)):
            if self.texts[row][column] == code:
                return row
        return None

    def place(self, code, key):
        """Return (column, row) of a cell by the code of its row and the key of its column."""
        found = []
        for number, (header, _) in enumerate(self.headers):
            column, row = self.column(header, key), self.row(number, code)
            if column is not None and row is not None:
                found.append((column, row))
        if len(found) != 1:
            self.stop(f"row {code}, column {key}: found {len(found)} times")
        return found[0]

    def cell(self, code, key):
        return self.sheet.getCellByPosition(*self.place(code, key))

    def table_of(self, key):
        """Return (first row, last row) of the table that has a column; a blank row ends it."""
        (header,) = (at for at, _ in self.headers if self.column(at, key) is not None)
        last = header
        while last + 1 < len(self.texts) and any(self.texts[last + 1]):
            last += 1
        return header, last

    def foot(self, name):
        """Return the cell behind a label under the tables."""
        for label in FOOT_LABELS[name]:
            for row in range(len(self.texts) - 1, self.headers[-1][0], -1):
                if self.texts[row][0].startswith(plain(label)):
                    area = self.sheet.createCursorByRange(self.sheet.getCellByPosition(0, row))
                    area.collapseToMergedArea()
                    return self.sheet.getCellByPosition(area.RangeAddress.EndColumn + 1, row)
        return self.stop(f"has no line for {name}")

    def unlock(self):
        """Take the protection off, which has no password."""
        self.sheet.unprotect("")

    def number_format(self, cell, code):
        formats, locale = self.document.NumberFormats, Locale()
        key = formats.queryKey(code, locale, False)
        cell.NumberFormat = formats.addNew(code, locale) if key == -1 else key


NUMBER = re.compile(r"-?\d+(\.\d+)?")
SHARE = re.compile(r"(\d+(\.\d+)?)%")


def type_in(cell, text):
    """Type a value: numbers become numbers, everything else stays text."""
    if not text:
        cell.setString("")
        done = cell.getString() == ""
    elif NUMBER.fullmatch(text):
        cell.setValue(float(text))
        done = cell.getValue() == float(text)
    else:
        cell.setString(text)
        done = cell.getString() == text
    if not done:
        sys.exit(f"{cell.AbsoluteName}: LibreOffice did not take {text!r}")


def fill(sheet, entries, heads):
    """Type everything that a person enters on one form."""
    for entry in entries:
        cell = sheet.cell(entry["row"], entry["column"]) if entry["value"] else None
        if cell and (share := SHARE.fullmatch(entry["value"])):
            # The spreadsheet makes 0.925 of 92.5%, and shows it as that.
            cell.setValue(float(share[1]) / 100)
            sheet.number_format(cell, "0.00%")
        elif cell:
            type_in(cell, entry["value"])
    for head in heads:
        cell = sheet.foot(head["field"])
        cell.setString(head["value"])
        if cell.getString() != head["value"]:
            sheet.stop(f"did not take {head['value']!r}")


def sheets_of(document):
    """Return the forms of a workbook by (form, period, unit, teller or rater)."""
    stamp = document.Sheets.getByName(STAMP_SHEET)
    cursor = stamp.createCursor()
    cursor.gotoEndOfUsedArea(True)
    forms = {}
    for row in cursor.getDataArray():
        if row[0] == "form":
            name, (form, period, unit, rater, teller) = row[1], row[3:8]
            forms[form, period, unit, teller or rater] = name
    return forms


# ------------------------------------------------------------------ slips on the sheet
def cell_text(sheet, fault):
    """The value as a text, where a number was due."""
    cell = sheet.cell(fault["row"], fault["column"])
    cell.setString(fault["value"])
    assert cell.getString() == fault["value"]


def cell_value(sheet, fault):
    """Another value, or none."""
    type_in(sheet.cell(fault["row"], fault["column"]), fault["value"])


def cell_formula(sheet, fault):
    """A formula in the place of a number; behind `|` what it gives."""
    formula, _, result = fault["value"].partition("|")
    cell = sheet.cell(fault["row"], fault["column"])
    cell.setFormula(formula)
    assert result == "" or cell.getValue() == float(result), formula
    assert result or cell.getError(), formula


def cell_date(sheet, fault):
    """1-2 was typed, and the spreadsheet made it a day."""
    cell = sheet.cell(fault["row"], fault["column"])
    day = dt.date.fromisoformat(fault["value"])
    cell.setValue(float((day - dt.date(1899, 12, 30)).days))
    sheet.number_format(cell, "YYYY-MM-DD")


def cell_percent(sheet, fault):
    """85% was typed."""
    number, _, code = fault["value"].partition("|")
    cell = sheet.cell(fault["row"], fault["column"])
    type_in(cell, number)
    sheet.number_format(cell, code)


def cells_merged(sheet, fault):
    """The cell and the one below were merged."""
    column, row = sheet.place(fault["row"], fault["column"])
    sheet.unlock()
    sheet.sheet.getCellRangeByPosition(column, row, column, row + 1).merge(True)


def fixed_text(sheet, fault):
    """A text or number that is the form's was changed."""
    sheet.unlock()
    type_in(sheet.cell(fault["row"], fault["column"]), fault["value"])


def row_deleted(sheet, fault):
    _, row = sheet.place(fault["row"], "entry")
    sheet.unlock()
    sheet.sheet.Rows.removeByIndex(row, 1)


def row_inserted(sheet, fault):
    """A row was put in below, with a remark of their own."""
    column, row = sheet.place(fault["row"], "title")
    sheet.unlock()
    sheet.sheet.Rows.insertByIndex(row + 1, 1)
    sheet.sheet.getCellByPosition(column, row + 1).setString(fault["value"])


def sheet_renamed(sheet, fault):
    sheet.sheet.Name = fault["value"]


def column_moved(sheet, fault):
    """The column was cut out and put behind the remarks, over the height of the table."""
    top, bottom = sheet.table_of(fault["column"])
    left, right = sheet.column(top, fault["column"]), sheet.column(top, "remark")
    spare = len(sheet.texts[top]) + 1
    sheet.unlock()
    for source, target in ((right, spare), (left, right), (spare, left)):
        block = sheet.sheet.getCellRangeByPosition(source, top, source, bottom)
        address = CellAddress()
        address.Sheet, address.Column, address.Row = sheet.sheet.RangeAddress.Sheet, target, top
        sheet.sheet.moveRange(address, block.RangeAddress)
    one, other = (sheet.sheet.Columns.getByIndex(at) for at in (left, right))
    one.Width, other.Width = other.Width, one.Width


ON_THE_SHEET = {
    "text_number": cell_text,
    "full_width": cell_text,
    "unit_word": cell_text,
    "mistyped": cell_text,
    "mark": cell_text,
    "word": cell_text,
    "not_applicable": cell_text,
    "too_large": cell_value,
    "negative": cell_value,
    "blank": cell_value,
    "exceeds_valid": cell_value,
    "tellers_differ": cell_value,
    "formula_cached": cell_formula,
    "error_formula": cell_formula,
    "date": cell_date,
    "percent_format": cell_percent,
    "merged": cells_merged,
    "text_changed": fixed_text,
    "points_changed": fixed_text,
    "row_deleted": row_deleted,
    "row_inserted": row_inserted,
    "sheet_renamed": sheet_renamed,
    "column_moved": column_moved,
}
# Made after the slips in cells, because they move cells or rename the sheet.
MOVES = ("row_deleted", "row_inserted", "column_moved", "sheet_renamed")


def faults_of(faults, key):
    """Return the slips on one form, in the order in which they can be made."""
    form, period, unit, rater = key
    mine = [
        fault
        for fault in faults
        if fault["fault"] in ON_THE_SHEET
        and (fault["form"], fault["period"]) == (form, period)
        and unit in ("", fault["unit"])
        and ("teller 2" not in fault["file_or_unit"] or rater == "2")
    ]
    return sorted(mine, key=lambda fault: fault["fault"] in MOVES)


# ------------------------------------------------------------------ slips with the file
NO_FORM = ("", "", "", "")


@dataclass
class Saved:
    """A returned file: where it lies, which forms it holds, what was done to it by form."""

    path: Path
    keys: list
    day: dt.date
    faults: list = field(default_factory=list)

    def note(self, fault, key=None):
        """Remember a slip, of one form or of the whole file."""
        self.faults += [(key, fault["id"]) for key in ([key] if key else self.keys or [NO_FORM])]

    def beside(self, stem, suffix=None):
        return self.path.with_name(stem + (suffix or self.path.suffix))


class Files:
    """What is done to a file when the workbook has been saved; yields further files."""

    def __init__(self, office, document, sheets):
        self.office, self.document, self.sheets = office, document, sheets

    def duplicate_copy(self, saved, fault):
        """Downloaded twice: the same bytes as “… (1)”."""
        copy = saved.beside(saved.path.stem + fault["value"])
        shutil.copyfile(saved.path, copy)
        yield Saved(copy, saved.keys, saved.day)

    def conflict_copy(self, saved, fault):
        """Sent again with one entry changed, without saying which one counts."""
        mark, _, value = fault["value"].partition("|")
        sheet = next(sheet for sheet in self.sheets if sheet.key[0] == fault["form"])
        type_in(sheet.cell(fault["row"], fault["column"]), value)
        self.document.calculateAll()
        other = saved.beside(f"{saved.path.stem}({mark})")
        self.office.store(self.document, other, saved.day)
        yield Saved(other, saved.keys, saved.day)

    def truncated_file(self, saved, fault):
        """The transfer broke off."""
        share = int(fault["value"].rstrip("%") or 100)
        content = saved.path.read_bytes()
        saved.path.write_bytes(content[: len(content) * share // 100])
        return ()

    def zero_bytes(self, saved, _):
        saved.path.write_bytes(b"")
        return ()

    def html_as_xls(self, saved, fault):
        """Not the workbook but the web page that an office system “exports to Excel”."""
        if fault["value"]:
            saved.path.unlink()
            saved.path = saved.path.with_suffix(fault["value"])
            saved.path.write_bytes(web_page(self.sheets).encode("utf-8"))
        return ()

    def lock_file(self, saved, fault):
        """What Excel leaves beside a workbook that is open: the user's name, 165 bytes."""
        user = "Administrator"
        narrow = bytes([len(user)]) + user.encode("ascii").ljust(54)
        wide = len(user).to_bytes(2, "little") + user.ljust(54).encode("utf-16-le")
        lock = saved.path.with_name(fault["value"] + saved.path.name)
        lock.write_bytes(narrow + wide)
        yield Saved(lock, [], saved.day)

    def scan_pdf(self, saved, fault):
        """The stamped paper was scanned and sent along."""
        scan = saved.beside(saved.path.stem + "(盖章扫描件)", fault["value"])
        sheet = self.sheets[0]
        top, _ = sheet.table_of("entry")
        area = sheet.sheet.getCellRangeByPosition(0, 0, len(sheet.texts[top]) - 1, top + 30)
        scan.write_bytes(scanned(self.office.picture(self.document, area)))
        yield Saved(scan, [], saved.day)


def web_page(sheets):
    """Return the filled tables as the HTML that such systems call .xls."""
    parts = [
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>'
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>'
    ]
    for sheet in sheets:
        cursor = sheet.sheet.createCursor()
        cursor.gotoEndOfUsedArea(True)
        parts.append('<table border="1">')
        for row in cursor.getDataArray():
            cells = "".join(
                f"<td>{html.escape(f'{cell:g}' if isinstance(cell, float) else cell)}</td>"
                for cell in row
            )
            parts.append(f"<tr>{cells}</tr>")
        parts.append("</table>")
    return "\n".join([*parts, "</body></html>\n"])


def scanned(jpeg):
    """Return a PDF of one page that is nothing but a picture, as a scanner makes it."""
    at, width, height = 2, 0, 0
    while not width:
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xC2:
            height, width = (int.from_bytes(jpeg[at + n : at + n + 2], "big") for n in (5, 7))
            colours = {1: b"DeviceGray", 3: b"DeviceRGB"}[jpeg[at + 9]]
        at += 2 + length
    scale = min(595 / width, 842 / height)
    paint = f"q {width * scale:.0f} 0 0 {height * scale:.0f} 0 0 cm /Scan Do Q".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</XObject<</Scan 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(paint), paint),
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/%s"
        b"/BitsPerComponent 8/Filter/DCTDecode/Length %d>>stream\n%s\nendstream"
        % (width, height, colours, len(jpeg), jpeg),
    ]
    result, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, item in enumerate(objects, 1):
        offsets.append(len(result))
        result += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    start = len(result)
    result += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    result += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    result += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, start,
    )
    return bytes(result)


FILE_FAULTS = (
    "duplicate_copy", "conflict_copy", "truncated_file", "zero_bytes", "html_as_xls", "lock_file",
    "scan_pdf",
)
# Made of several files at once, in `Sample`.
OTHER_FAULTS = ("copied_as_other", "unit_missing")


# ------------------------------------------------------------------ names
class Names:
    """Gives every returned workbook a folder, a name and a format, from the tables above."""

    def __init__(self, sample, folder):
        self.sample = sample
        units = read(folder / "scheme" / "units.csv")
        self.unit = {unit["code"]: unit for unit in units}
        self.places = {
            unit["code"]: place
            for group in {unit["class"] for unit in units}
            for place, unit in enumerate(unit for unit in units if unit["class"] == group)
        }
        self.sizes = Counter(unit["class"] for unit in units)
        periods = read(folder / "scheme" / "periods.csv")
        self.early = {period["code"]: period["title"] for period in periods[:-1]}
        self.counts = Counter()
        self.taken = set()

    def area(self, unit):
        """Return the folder in which a unit's papers are collected: its street, or a district."""
        parent = self.unit.get(unit.get("parent"))
        if parent:
            return short(parent["name"])
        if self.sizes[unit["class"]] > 10:
            second = self.places[unit["code"]] >= self.sizes[unit["class"]] / 2
            return "第二片区" if second else "第一片区"
        return unit["class"]

    def path(self, blank, key, title, day):
        """Return where a workbook comes back, relative to returns/."""
        form, period, code, _ = key
        number = sum(self.counts.values()) + FORMATS_FROM.get(self.sample, len(self.sample))
        kind = FORMAT_OF.get((self.sample, form, code), FORMATS[number % len(FORMATS)])
        if period in self.early:
            kind = FORMATS[number % len(FORMATS)]
        mine = NAMES if self.sample in FORMATS_FROM else {}
        patterns = mine.get(form, NAMES["self"] if mine else OTHER_NAMES)
        folder, name = patterns[self.counts[form] % len(patterns)]
        self.counts[form] += 1
        unit = self.unit.get(code)
        if patterns is OTHER_NAMES and unit is None:
            folder, name = "", "{blank}"
        words = {
            "blank": blank.stem, "code": code, "title": title, "number": self.counts[form],
            "day": f"{day.month}.{day.day}", "name": unit["name"] if unit else "",
            "short": short(unit["name"]) if unit else "", "area": self.area(unit) if unit else "",
        }
        parts = [self.early.get(period, ""), *folder.format(**words).split("/")]
        path = Path(*filter(None, parts), legal(name.format(**words)) + f".{kind}")
        if str(path).lower() in self.taken:
            sys.exit(f"two returns would be called {path}")
        self.taken.add(str(path).lower())
        return path


def short(name):
    """Return a unit's name as people say it: without the kind of its party body."""
    return re.sub(r"(联合)?党(总支部|总支|支部|工委)(委员会)?$", "", name) or name


def legal(name):
    """Return a file name that every system takes."""
    return re.sub(r'[\\/:*?"<>|]', "_", name).strip()


# ------------------------------------------------------------------ a sample
class Sample:
    """One sample workspace: blank forms and entries in, returned files out."""

    def __init__(self, office, name, forms, only=()):
        self.office, self.name, self.folder = office, name, HERE / name
        self.forms = forms or self.folder / "forms"
        self.returns = self.folder / "returns"
        wanted = set(only).__contains__ if only else bool
        self.entries, self.heads = (
            by_copy(row for row in read(self.folder / "filled" / table) if wanted(row["form"]))
            for table in ("entries.csv", "heads.csv")
        )
        faults = self.folder / "faults.csv"
        self.faults = read(faults) if faults.exists() else []
        self.done, self.made = set(), set()
        self.files = []

    def run(self):
        unknown = {f["fault"] for f in self.faults} - {*ON_THE_SHEET, *FILE_FAULTS, *OTHER_FAULTS}
        if unknown:
            sys.exit(f"{self.name}: no way is known to make {', '.join(sorted(unknown))}")
        blanks = sorted(self.forms.rglob("*.xlsx"))
        if not blanks:
            sys.exit(f"{self.forms}: no blank forms; run `assessor forms` first")
        shutil.rmtree(self.returns, ignore_errors=True)
        names = Names(self.name, self.folder)
        for blank in blanks:
            if comes_back(blank, self.entries):
                self.workbook(blank, names)
        for wanted, made, what in (
            (set(self.entries) | set(self.heads), self.done, "forms without a blank"),
            ({fault["id"] for fault in self.faults}, self.made, "faults not made"),
        ):
            if wanted - made:
                sys.exit(f"{self.name}: {what}: {sorted(wanted - made)}")
        self.summary()

    def workbook(self, blank, names):
        document = self.office.open(blank)
        try:
            titles = sheets_of(document)
            if set(titles) & set(self.entries):
                document.lockControllers()  # paints nothing while typing
                self.answer(document, titles, blank, names)
        finally:
            document.close(True)

    def answer(self, document, titles, blank, names):
        """Fill in the forms of a workbook and send it back."""
        sheets = [
            FormSheet(document, document.Sheets.getByName(title), key)
            for key, title in titles.items()
        ]
        day = dt.date(2026, 1, 1)
        for sheet in sheets:
            heads = self.heads.get(sheet.key, [])
            fill(sheet, self.entries.get(sheet.key, []), heads)
            dates = [dt.date.fromisoformat(h["value"]) for h in heads if h["field"] == "date"]
            day = max([day, *dates])
        self.done |= set(titles)
        path = names.path(blank, sheets[0].key, next(iter(titles.values())), day)
        self.save(document, sheets, Saved(self.returns / path, list(titles), day))

    def save(self, document, sheets, saved):
        """Make the slips on the sheets, save, and make those with the file."""
        for sheet in sheets:
            for fault in faults_of(self.faults, sheet.key):
                ON_THE_SHEET[fault["fault"]](sheet, fault)
                if fault["fault"] in MOVES:
                    sheet.look_again()
                saved.note(fault, sheet.key)
        document.calculateAll()
        mine = [
            fault
            for fault in self.faults
            if fault["fault"] not in ON_THE_SHEET
            and any(fault["form"] == key[0] and fault["period"] == key[1] for key in saved.keys)
            and self.unit_of(fault, saved) == saved.keys[0][2]
        ]
        self.made |= {*(fault for _, fault in saved.faults), *(fault["id"] for fault in mine)}
        kinds = {fault["fault"] for fault in mine}
        if "unit_missing" in kinds:
            return
        if "copied_as_other" in kinds:
            # The neighbour's file is sent under the own name.
            source = next(f["file_or_unit"] for f in mine if f["fault"] == "copied_as_other")
            form, period, _, rater = saved.keys[0]
            key = (form, period, source.split(" ")[0], rater)
            other = next(file for file in self.files if key in file.keys)
            saved.path = saved.path.with_suffix(other.path.suffix)
            saved.path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(other.path, saved.path)
            saved.keys = other.keys
            for fault in mine:
                saved.note(fault)
            self.files.append(saved)
            return
        self.office.store(document, saved.path, saved.day)
        self.files.append(saved)
        hands = Files(self.office, document, sheets)
        for fault in mine:
            further = list(getattr(hands, fault["fault"])(saved, fault))
            for file in further or [saved]:
                file.note(fault)
            self.files += further

    @staticmethod
    def unit_of(fault, saved):
        """Return the unit in whose name the file with this fault comes."""
        if fault["fault"] == "copied_as_other":
            return fault["file_or_unit"].split(" ")[-1]
        return fault["unit"]

    def summary(self):
        rows = [
            dict(zip(FILE_COLUMNS, (
                file.path.relative_to(self.returns).as_posix(), *key,
                ";".join(fault for form, fault in file.faults if form == key),
            )))
            for file in self.files
            for key in file.keys or [NO_FORM]
        ]
        rows.sort(key=lambda row: (row["file"], row["form"], row["rater"]))
        write(self.folder / "filled" / "files.csv", FILE_COLUMNS, rows)
        kinds = Counter(file.path.suffix for file in self.files)
        size = sum(file.path.stat().st_size for file in self.files)
        print(
            f"{self.name}: {len(self.files)} files "
            f"({', '.join(f'{count} {kind}' for kind, count in kinds.most_common())}), "
            f"{len(self.done)} forms, {size / 1024:.0f} KiB → {self.returns}"
        )
        for fault in self.faults:
            where = [
                str(file.path.relative_to(self.returns))
                for file in self.files
                if fault["id"] in {made for _, made in file.faults}
            ]
            print(f"  {fault['id']} {fault['fault']}: {', '.join(where) or '(no file)'}")


def comes_back(blank, entries):
    """Say whether a workbook may hold a form that is filled in; papers are printed only.

    A look at the texts in the file is enough and saves opening it.
    """
    with zipfile.ZipFile(blank) as archive, contextlib.suppress(KeyError):
        texts = archive.read("xl/sharedStrings.xml").decode("utf-8")
        found = set(re.findall(r"<t[^>]*>([^<]*)</t>", texts))
        return any(form in found for form, *_ in entries)
    return True


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n")[0], epilog="Example: fill_in_office.py township"
    )
    parser.add_argument("samples", nargs="*", metavar="SAMPLE", help="by default all of them")
    parser.add_argument("--forms", type=Path, help="folder of blank forms; SAMPLE/forms")
    parser.add_argument("--only", action="append", metavar="FORM", help="fill in these forms alone")
    asked = parser.parse_args()
    names = asked.samples or sorted(path.parent.name for path in HERE.glob("*/filled"))
    if asked.forms and len(names) != 1:
        parser.error("--forms goes with one sample")
    for name in names:
        if not (HERE / name / "filled" / "entries.csv").exists():
            parser.error(f"{name}: no such sample")
    office = Office()
    try:
        for name in names:
            started = time.monotonic()
            Sample(office, name, asked.forms, asked.only or ()).run()
            print(f"  {time.monotonic() - started:.0f} s")
    finally:
        office.close()


if __name__ == "__main__":
    main()
