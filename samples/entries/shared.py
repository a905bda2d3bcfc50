"""What the scripts of this folder share: tables as text, and what people wrote on the forms.

A script of this folder makes ``scheme/``, ``decisions.csv`` and ``filled/`` of one sample. It
knows nothing of the package: it reads a template as text and puts down what people enter. All
names and numbers are made up; amounts are whole hundredths of a point, so nothing is a float.
"""

import csv
import random
import shutil
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent
TEMPLATES = SAMPLES.parent / "templates"
ENTRY_COLUMNS = ["form", "period", "unit", "rater", "table", "row", "column", "value"]
HEAD_COLUMNS = ["form", "period", "unit", "rater", "field", "value"]
DECISION_COLUMNS = ["date", "authority", "unit", "object", "act", "from", "to", "reason"]


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        return reader.fieldnames, list(reader)


def write(path, columns, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)


def text(ticks):
    """Return hundredths as a person types them: 350 is 3.5."""
    whole, rest = divmod(ticks, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") if rest else str(whole)


def ticks(number):
    """Return a typed number as hundredths: "3.5" is 350."""
    whole, _, rest = str(number).partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0"))


def spread(rng, points, lost, fixed=None, step=50, keep=50):
    """Return what each criterion earns so that all together lose `lost`, in hundredths.

    `points` is {code: full mark}; `fixed` is {code: mark} of those that are given. Nothing falls
    below `keep` per cent; the last loss is whatever is left over.
    """
    earned = dict(points) | (fixed or {})
    left = lost - sum(points[code] - mark for code, mark in (fixed or {}).items())
    open_rows = [code for code in points if code not in (fixed or {})]
    assert 0 <= left * 100 < sum(points[code] for code in open_rows) * (100 - keep), lost
    while left:
        code = rng.choice(open_rows)
        part = min(step, left)
        if (earned[code] - part) * 100 >= points[code] * keep:
            earned[code] -= part
            left -= part
    return earned


class Sample:
    """One sample workspace while it is made."""

    def __init__(self, name, template, seed):
        self.folder, self.template = SAMPLES / name, TEMPLATES / template
        self.rng = random.Random(seed)
        self.entries, self.heads, self.decisions = [], [], []

    # ---- the scheme
    def scheme(self, units, settings=None):
        """Copy the template's tables with the sample's units and some other settings."""
        shutil.rmtree(self.folder / "scheme", ignore_errors=True)
        for source in sorted(self.template.glob("*.csv")):
            columns, rows = read(source)
            if source.stem == "units":
                rows = units
            if source.stem == "settings":
                for row in rows:
                    row["value"] = (settings or {}).get(row["key"], row["value"])
            write(self.folder / "scheme" / source.name, columns, rows)

    def criteria(self, rubric):
        """Return the rows of a rubric that people write into."""
        _, rows = read(self.template / "criteria.csv")
        return [r for r in rows if r["rubric"] == rubric and r["entry"] != "section"]

    # ---- what people wrote
    def put(self, key, table, row, column, value):
        """Put one entry down; key is (form, period, unit, rater)."""
        self.entries.append(dict(zip(ENTRY_COLUMNS, (*key, table, row, column, str(value)))))

    def head(self, key, date, signature):
        for field, value in (("checked", "√"), ("date", date), ("signature", signature)):
            self.heads.append(dict(zip(HEAD_COLUMNS, (*key, field, value))))

    def sheet(self, key, values, date, signature, remarks=None):
        """Fill a sheet with a line for each criterion; empty values are left empty."""
        for row, value in values.items():
            if str(value) != "":
                self.put(key, "items", row, "entry", value)
        for row, value in (remarks or {}).items():
            self.put(key, "items", row, "remark", value)
        self.head(key, date, signature)

    def roster(self, key, lines, date, signature):
        """Fill a sheet with a line for each unit; lines is {unit: {criterion: value}}."""
        for unit, values in lines.items():
            for column, value in values.items():
                if str(value) != "":
                    self.put(key, "roster", unit, column, value)
        self.head(key, date, signature)

    def decide(self, *row):
        self.decisions.append(dict(zip(DECISION_COLUMNS, row)))

    def save(self):
        write(self.folder / "filled" / "entries.csv", ENTRY_COLUMNS, self.entries)
        write(self.folder / "filled" / "heads.csv", HEAD_COLUMNS, self.heads)
        write(self.folder / "decisions.csv", DECISION_COLUMNS, self.decisions)
        print(f"{self.folder.name}: {len(self.entries)} entries")


def unit(code, name, class_, number, **more):
    """Return a row of the units table."""
    return {
        "code": code, "name": name, "class": class_, "email": f"{code.lower()}@example.org",
        "contact": f"经办人{number}", "phone": f"0000-{number:07}",
    } | more
