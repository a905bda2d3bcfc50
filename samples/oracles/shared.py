"""What the oracles share: reading tables, rounding, ranks, and writing what is expected.

An oracle works out one sample again, with fractions, by the words of the scheme: it reads what
people wrote (``filled/entries.csv``), the decisions, the units and criteria as text, and the titles
under which results are shown. It knows nothing of the package, and no rule from the scores table.
"""

import csv
import sys
from collections import Counter
from fractions import Fraction
from math import floor
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent
STANDING = ["unit_code", "unit", "class", "parent", "score", "grade", "confirmed_grade", "rank",
            "class_rank", "tie_break", "awards", "status", "limits"]
SCORES = ["unit_code", "unit", "class", "node", "title", "value", "points", "weight",
          "contribution", "status"]
PROBLEMS = ["severity", "code", "unit_code", "row"]
SCORED, NOT_APPLICABLE = "scored", "not_applicable"


# ------------------------------------------------------------------ numbers
def half_up(number, digits=2):
    """Round half up; scores here are never negative."""
    scale = 10**digits
    return Fraction(floor(number * scale + Fraction(1, 2)), scale)


def exactly(number, _digits=2):
    """Round nothing: what the other way of rounding carries on with."""
    return number


def shown(number, digits=2):
    """Print a number that has at most that many digits."""
    scaled = number * 10**digits
    assert scaled.denominator == 1 and scaled >= 0, number
    whole, rest = divmod(scaled.numerator, 10**digits)
    return f"{whole}.{rest:0{digits}}" if digits else str(whole)


def shortest(number):
    """Print a finite decimal exactly, without needless zeros."""
    return shown(number, next(d for d in range(20) if (number * 10**d).denominator == 1))


def exactly_shown(number):
    """Print a number exactly: a decimal, else a whole number and a fraction."""
    if any((number * 10**d).denominator == 1 for d in range(20)):
        return shortest(number)
    whole, part = divmod(abs(number.numerator), number.denominator)
    return f"{'-' if number < 0 else ''}{whole} {part}/{number.denominator}"


# ------------------------------------------------------------------ tables
def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path, columns, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)


class Sample:
    """The tables of one sample, and what is expected of it."""

    def __init__(self, name):
        self.folder = SAMPLES / name
        scheme = self.folder / "scheme"
        self.units = {row["code"]: row for row in read(scheme / "units.csv")}
        self.titles = {row["code"]: row["title"] for row in read(scheme / "scores.csv")}
        self.bands = read(scheme / "grades.csv")
        self.decisions = read(self.folder / "decisions.csv")
        self.rows = read(scheme / "criteria.csv")
        self.said = {}
        for e in read(self.folder / "filled" / "entries.csv"):
            place = (e["unit"], e["row"], e["column"])
            if e["table"] == "roster":  # a line for each unit, a column for each criterion
                place = (e["row"], e["column"], "entry")
            key = (e["form"], e["period"], *place)
            assert key not in self.said, key
            self.said[key] = e["value"]
        self.problems = []

    def criteria(self, rubric, section=None):
        """Return the rows of a rubric that are scored, all or those of a section."""
        return [
            row for row in self.rows
            if row["rubric"] == rubric and row["entry"] != "section"
            and section in (None, row.get("section"))
        ]

    def sections(self, rubric):
        return [r for r in self.rows if r["rubric"] == rubric and r["entry"] == "section"]

    def written(self, form, period, unit, row):
        """Return what somebody wrote for a criterion, an empty text for nothing."""
        return self.said.get((form, period, unit, row, "entry"), "")

    def marks(self, form, period, unit, rows):
        """Return the points of criteria that are written as points earned or deducted."""
        marks = {}
        for row in rows:
            text, points = self.written(form, period, unit, row["code"]), Fraction(row["points"])
            if row["entry"] == "deducted":
                marks[row["code"]] = points - Fraction(text or "0")
            else:
                assert row["entry"] == "earned", row
                marks[row["code"]] = Fraction(text)
            assert 0 <= marks[row["code"]] <= points, (unit, row["code"])
        return marks

    def problem(self, severity, code, unit=""):
        self.problems.append({"severity": severity, "code": code, "unit_code": unit, "row": ""})

    def grade(self, unit, score):
        kind = self.units[unit].get("kind") or "unit"
        bands = [band for band in self.bands if band["for"] == kind]
        return next(b["grade"] for b in bands if not b["from"] or score >= Fraction(b["from"]))

    def granted(self):
        """Return the awards that people granted: {unit: award code}."""
        return {d["unit"]: d["object"] for d in self.decisions if d["act"] == "grant_award"}


# ------------------------------------------------------------------ ranks
def places(units, keys):
    """Return 1, 2, 2, 4 by falling keys."""
    return {unit: 1 + sum(keys[other] > keys[unit] for other in units) for unit in units}


def tie(unit, units, keys, titles):
    """Say what decided where totals are equal; keys are the total and the tie-breakers."""
    group = sorted((u for u in units if keys[u][0] == keys[unit][0]), key=keys.get, reverse=True)
    if len(group) == 1:
        return ""
    if Counter(keys[u] for u in group)[keys[unit]] > 1:
        return "并列"
    at = group.index(unit)
    last = at == len(group) - 1
    other = group[at - 1] if last else group[at + 1]
    pairs = zip(titles, keys[unit][1:], keys[other][1:])
    return next(title for title, a, b in pairs if a != b) + ("较低" if last else "较高")


class Places:
    """Ranks of those that are ranked: among all, and in their classes."""

    def __init__(self, sample, value, breakers, ranked):
        self.units = [u for u in sample.units if u in ranked]
        self.keys = {u: tuple(value[u, node] for node in ("total", *breakers)) for u in self.units}
        self.rank = places(self.units, self.keys)
        self.class_rank = {}
        for class_ in {sample.units[u]["class"] for u in self.units}:
            mine = [u for u in self.units if sample.units[u]["class"] == class_]
            self.class_rank |= places(mine, self.keys)
        self.titles = [sample.titles[node] for node in breakers]

    def tie(self, unit):
        return tie(unit, self.units, self.keys, self.titles) if unit in self.keys else ""


# ------------------------------------------------------------------ what is expected
def rounding_matters(sample, one, other, totals):
    """Note the units whose grade or rank would differ under the other way of rounding.

    `one` and `other` are (shown values by unit and node, places); `totals` names each unit's top.
    """
    for unit, node in totals.items():
        states = [
            (sample.grade(unit, value[unit, node]), ranks.rank.get(unit), ranks.class_rank.get(unit))
            for value, ranks in (one, other)
        ]
        if states[0] != states[1]:
            sample.problem("warning", "rounding_matters", unit)


def finish(sample, totals, ranks, nodes, cells, awards, digits=2, limits=None):
    """Write the three files.

    totals: {unit: its top node}; nodes: {unit: [(node, title, points, weight)]} in the order in
    which they are shown; cells: {(unit, node): number, or the reason why there is none}; limits:
    {unit: the titles of those that hold}. The weights of one unit are those of one sum: those of
    parts without a number are shared over the others.
    """
    standing, scores = [], []
    for unit, top in totals.items():
        about, total = sample.units[unit], cells[unit, top]
        head = {"unit_code": unit, "unit": about["name"], "class": about["class"]}
        standing.append(head | {
            "parent": about.get("parent", ""), "score": shown(total, digits),
            "grade": sample.grade(unit, total), "rank": ranks.rank.get(unit, "") if ranks else "",
            "class_rank": ranks.class_rank.get(unit, "") if ranks else "",
            "tie_break": ranks.tie(unit) if ranks else "",
            "awards": awards.get(unit, ""), "status": SCORED,
            "limits": ";".join((limits or {}).get(unit, [])),
        })
        counted = sum(Fraction(weight[:-1]) for node, _, _, weight in nodes[unit]
                      if weight and not isinstance(cells[unit, node], str))
        for node, title, points, weight in nodes[unit]:
            cell = cells[unit, node]
            row = head | {"node": node, "title": title, "points": points, "weight": ""}
            if weight:
                share = 0 if isinstance(cell, str) else Fraction(weight[:-1]) / counted
                row["weight"] = f"{exactly_shown(Fraction(share * 100))}%"
            if isinstance(cell, str):
                scores.append(row | {"status": cell})
                continue
            part = share * cell if weight else None
            scores.append(row | {
                "value": shown(cell, digits), "status": SCORED,
                "contribution": "" if part is None else exactly_shown(part),
            })
    expected = Path(sys.argv[1]) if len(sys.argv) > 1 else sample.folder / "expected"
    write(expected / "standing.csv", STANDING, standing)
    write(expected / "scores.csv", SCORES, scores)
    for _ in (sample.folder / "returns").rglob("*.ods"):  # read like any other, and said so
        sample.problems.append(
            {"severity": "note", "code": "file_format", "unit_code": "", "row": ""}
        )
    sample.problems.sort(key=lambda row: tuple(row.values()))
    write(expected / "problems.csv", PROBLEMS, sample.problems)
    print(f"{sample.folder.name}: {len(standing)} units, {len(scores)} rows")
