"""Independent calculation of what the samples must score; shares no code with the package.

Reads ``scheme/*.csv``, ``decisions.csv`` and ``filled/entries.csv`` of a sample and writes
``expected/standing.csv`` and ``expected/scores.csv``. In a sample with ``faults.csv`` the units
that have an open error stand as awaiting (or missing), the others are ranked among themselves,
and ``scores.csv`` holds the settled units only.
Run: ``python samples/expected_scores.py [FOLDER …]``
"""

import csv
import sys
import zipfile
from collections import Counter, defaultdict
from fractions import Fraction
from math import floor
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = ("community", "township", "township-messy")  # the others have an oracle of their own
NOT_APPLICABLE, MISSING = "not_applicable", "missing"
STANDING = ["unit_code", "unit", "class", "parent", "score", "grade", "confirmed_grade", "rank",
            "class_rank", "tie_break", "awards", "status"]
SCORES = ["unit_code", "unit", "class", "node", "title", "value", "points", "weight",
          "contribution", "status"]

PROBLEMS = ["severity", "code", "unit_code", "row"]
UNREADABLE = {"file_damaged", "file_empty", "file_html"}
ABOUT_FILES = {"file_duplicate"}
ABOUT_FORMS = {"return_missing", "file_conflict", "row_inserted", "sheet_renamed", "column_moved"} \
    | UNREADABLE | ABOUT_FILES
TOWNSHIP = [
    # 46 papers came back, 80.00 or 79.99, two offices for one slot.
    ("warning", "turnout_low", "V09"),
    ("warning", "rounding_matters", "V12"),
    ("warning", "rounding_matters", "S12"),
    ("warning", "award_tied", ""),
]
FOLLOWS = [
    # The claims of O06 and O08 stand in the workbook of the panel's scores that did not come.
    ("error", "return_missing", "O06"),
    ("error", "return_missing", "O08"),
    *TOWNSHIP,
]
CLEAN = {"township": TOWNSHIP}


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path, columns, rows):
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)


def items(cell):
    return [part for part in cell.split(";") if part]


def rounded(number, digits):
    """Half up; scores here are never negative."""
    scale = 10**digits
    return Fraction(floor(number * scale + Fraction(1, 2)), scale)


def shown(number, digits):
    """Print a number that has at most that many digits, exactly."""
    scaled = number * 10**digits
    assert scaled.denominator == 1 and scaled >= 0
    whole, rest = divmod(scaled.numerator, 10**digits)
    return f"{whole}.{rest:0{digits}}" if digits else str(whole)


def shortest(number):
    """Print a finite decimal exactly, without needless zeros."""
    digits = next(d for d in range(20) if (number * 10**d).denominator == 1)
    return shown(number, digits)


def exactly_shown(number):
    """Print a number exactly: a decimal, else a whole number and a fraction."""
    if any((number * 10**d).denominator == 1 for d in range(20)):
        return shortest(number)
    whole, part = divmod(abs(number.numerator), number.denominator)
    return f"{'-' if number < 0 else ''}{whole} {part}/{number.denominator}"


class Sample:
    def __init__(self, folder):
        self.folder = folder
        table = {path.stem: read(path) for path in (folder / "scheme").glob("*.csv")}
        self.table = table
        self.setting = {row["key"]: row["value"] for row in table["settings"]}
        assert self.setting["rounding"] == "each"
        self.units = {row["code"]: row for row in table["units"]}
        self.nodes = {row["code"]: row for row in table["scores"]}
        self.forms = {row["code"]: row for row in table["forms"]}
        self.least = {row["code"]: row["least"] for row in table["periods"]}
        self.option = {(r["set"], r["option"]): Fraction(r["value"]) for r in table["options"]}
        self.criteria = defaultdict(list)
        for row in table["criteria"]:
            self.criteria[row["rubric"]].append(row)
        self.sheet = defaultdict(dict)  # (form, period, unit, table) -> {(row, column): value}
        self.tellers = {"1": {}, "2": {}}
        for e in read(folder / "filled" / "entries.csv"):
            if e["form"] == "tally":
                key = (e["period"], e["table"], e["row"], e["column"])
                self.tellers[e["rater"]][key] = Fraction(e["value"])
            else:
                key = (e["form"], e["period"], e["unit"], e["table"])
                assert (e["row"], e["column"]) not in self.sheet[key], e
                self.sheet[key][e["row"], e["column"]] = e["value"].strip()
        assert self.tellers["1"] == self.tellers["2"]
        self.decisions = read(folder / "decisions.csv")
        self.cell = {}  # (unit, node) -> (value, status)
        self.derived = defaultdict(list)  # node -> [(code, title, points)]

    # ---- classes of a node: its own, else its parent's, else every class of kind unit
    def classes(self, node):
        row = self.nodes[node]
        if row["classes"]:
            return set(items(row["classes"]))
        if row["parent"]:
            return self.classes(row["parent"])
        return {u["class"] for u in self.units.values() if u["kind"] == "unit"}

    def root(self, unit):
        for code, row in self.nodes.items():
            if not row["parent"] and self.units[unit]["class"] in self.classes(code):
                return code
        return None

    def children(self, node):
        return [c for c, row in self.nodes.items() if row["parent"] == node]

    def parameters(self, node):
        return dict(part.split("=") for part in items(self.nodes[node]["parameters"]))

    def source(self, node):
        path, _, period = self.nodes[node]["source"].partition("@")
        form, _, criterion = path.partition("/")
        return form, criterion, period or items(self.forms[form]["periods"])[0]

    # ---- one node of one unit
    def value(self, unit, node):
        if (unit, node) not in self.cell:
            self.cell[unit, node] = self.work_out(unit, node)
        return self.cell[unit, node]

    def work_out(self, unit, node):
        row = self.nodes[node]
        if self.units[unit]["class"] not in self.classes(node):
            return None, NOT_APPLICABLE
        number, status = getattr(self, row["rule"])(unit, node)
        for decision in self.decisions:
            if (decision["unit"], decision["object"]) == (unit, node):
                assert decision["act"] == "inspection"
                assert Fraction(decision["from"]) == number, (decision, number)
                number, status = Fraction(decision["to"]), "scored"
        if status != "scored":
            return None, status
        parameters = self.parameters(node)
        if "cap" in parameters:
            number = min(number, Fraction(parameters["cap"]))
        return rounded(number, int(row["digits"])), "scored"

    def counted(self, unit, node):
        """Return the children that count, with their values; any missing one stops it all."""
        found = []
        for child in self.children(node):
            number, status = self.value(unit, child)
            if self.parameters(child).get("informative") == "yes" or status == NOT_APPLICABLE:
                continue
            assert status == "scored", (unit, child, status)
            found.append((child, number))
        return found

    def sum(self, unit, node):
        return sum(number for _, number in self.counted(unit, node)), "scored"

    def mean(self, unit, node):
        numbers = [number for _, number in self.counted(unit, node)]
        return sum(numbers) / len(numbers), "scored"

    def weighted(self, unit, node):
        parts = [(self.weight(c), number) for c, number in self.counted(unit, node)]
        total = sum(w for w, _ in parts)
        if total != 1:
            assert self.parameters(node)["not_applicable"] == "rescale"
        return sum(w * number for w, number in parts) / total, "scored"

    def share(self, unit, node):
        """Return the weight of a node among those that count for the unit."""
        parent = self.nodes[node]["parent"]
        if self.value(unit, parent)[1] != "scored":
            return self.weight(node)
        counted = [child for child, _ in self.counted(unit, parent)]
        return self.weight(node) / sum(map(self.weight, counted)) if node in counted else Fraction(0)

    def weight(self, node):
        cell = self.nodes[node]["weight"]
        assert cell.endswith("%")
        return Fraction(cell[:-1]) / 100

    def inherit(self, unit, node):
        return self.value(self.units[unit]["parent"], self.nodes[node]["source"])

    def rubric(self, unit, node):
        form, _, period = self.source(node)
        cells = self.sheet.get((form, period, unit, "items"))
        rows = self.criteria[self.forms[form]["rubric"]]
        sections = [r for r in rows if r["entry"] == "section"]
        policy = self.parameters(node).get("not_applicable", "")
        digits = int(self.nodes[node]["digits"])
        self.derived[node] = [
            (f"{node}.{s['code']}", s["title"], s["points"]) for s in sections
        ]
        if not cells:
            # A visit that need not take place and of which nothing came was not held.
            status = NOT_APPLICABLE if self.least[period] == "0" else MISSING
            for section in sections:
                self.cell[unit, f"{node}.{section['code']}"] = None, status
            return None, status
        total = declared = applicable = Fraction(0)
        for section in sections:
            earned, open_points = Fraction(0), Fraction(0)
            for criterion in (r for r in rows if r["section"] == section["code"]):
                points = Fraction(criterion["points"])
                entry = cells[criterion["code"], "entry"]
                declared += points
                rounds = items(criterion["rounds"])
                not_due = rounds and self.setting["round"] not in rounds
                if entry == "/" or not_due:
                    assert not_due or criterion["may_not_apply"] == "yes"
                    if policy == "full":
                        earned, open_points = earned + points, open_points + points
                    else:
                        assert policy == "rescale"
                    continue
                open_points += points
                if criterion["entry"] == "deducted":
                    got = points - Fraction(entry or "0")
                else:
                    got = Fraction(entry)
                assert 0 <= got <= points, (unit, node, criterion["code"])
                if criterion["step"]:
                    assert (got / Fraction(criterion["step"])).denominator == 1
                earned += got
            number = rounded(earned, digits)
            code = f"{node}.{section['code']}"
            self.cell[unit, code] = (
                (number, "scored") if open_points else (None, NOT_APPLICABLE)
            )
            total, applicable = total + number, applicable + open_points
        if not applicable:
            return None, NOT_APPLICABLE
        return total * declared / applicable, "scored"

    def bonus(self, unit, node):
        form, _, period = self.source(node)
        cells = self.sheet.get((form, period, unit, "items"), {})
        total = Fraction(0)
        for row in self.table["bonuses"]:
            if row["group"] not in items(self.forms[form]["bonus"]):
                continue
            points = Fraction(cells.get((row["code"], "verified")) or "0") * Fraction(row["points"])
            total += min(points, Fraction(row["cap"])) if row["cap"] else points
        return total, "scored"

    def ballot(self, unit, node):
        form, _, period = self.source(node)
        counts = self.tellers["1"]
        aspects = self.criteria[self.forms[form]["rubric"]]
        options = [o for (s, o) in self.option if s == self.forms[form]["options"]]
        digits = int(self.nodes[node]["digits"])
        assert self.parameters(node)["denominator"] == "ticks"
        self.derived[node] = [(f"{node}.{a['code']}", a["title"], "100") for a in aspects]
        turnout = [
            counts[period, "turnout", unit, column]
            for column in ("expected", "present", "issued", "returned", "valid")
        ]
        assert turnout == sorted(turnout, reverse=True), (unit, turnout)
        values = []
        for aspect in aspects:
            row = f"{unit}/{aspect['code']}"
            ticks = {o: counts[period, "counts", row, o] for o in options}
            assert sum(ticks.values()) <= turnout[-1], row
            points = sum(n * self.option[self.forms[form]["options"], o] for o, n in ticks.items())
            values.append(rounded(points / sum(ticks.values()), digits))
            self.cell[unit, f"{node}.{aspect['code']}"] = values[-1], "scored"
        return sum(values) / len(values), "scored"

    def item(self, unit, node):
        form, criterion, period = self.source(node)
        cells = self.sheet[form, period, unit, "papers"]
        marks = [Fraction(v) for (_, c), v in cells.items() if c == criterion and v not in ("", "/")]
        assert all(0 <= mark <= 100 for mark in marks)
        return sum(marks) / len(marks), "scored"

    # ---- standing
    def grades(self, kind):
        return [row for row in self.table["grades"] if row["for"] == kind]

    def grade(self, unit, score):
        kind = self.units[unit]["kind"]
        bands = [row["grade"] for row in self.grades(kind)]
        grade = next(
            row["grade"] for row in self.grades(kind)
            if not row["from"] or score >= Fraction(row["from"])
        )
        for limit in self.table["limits"]:
            if limit["for"] != kind:
                continue
            assert (limit["operator"], limit["effect"]) == ("<", "cap")
            number, status = self.value(unit, limit["node"])
            if status == "scored" and number < Fraction(limit["value"]):
                grade = max(grade, limit["grade"], key=bands.index)
        return grade

    def run(self):
        faults = self.folder / "faults.csv"
        waiting = {}
        if faults.exists():
            for row in read(faults):
                if row["expected_severity"] == "error":
                    # Nobody can tell whose form an unreadable file was: it is missing.
                    if row["expected_code"] in UNREADABLE | {"return_missing"}:
                        waiting.setdefault(row["unit"], MISSING)
                    else:
                        waiting[row["unit"]] = "awaiting"
            self.write_problems(read(faults), FOLLOWS)
        else:
            self.write_problems([], CLEAN.get(self.folder.name, []))
        roots = {unit: self.root(unit) for unit in self.units}
        roots = {unit: root for unit, root in roots.items() if root}
        score, state = {}, {}
        for unit, root in roots.items():
            held = waiting.get(unit) or waiting.get(self.units[unit]["parent"])
            number, status = self.value(unit, root)
            for node in self.tree(root):
                self.value(unit, node)
            assert status == "scored", (unit, status)
            state[unit] = held or ("provisional" if waiting else status)
            if not held:
                score[unit] = number
        ranked = [
            u for u in score if self.units[u]["kind"] == "unit" and self.units[u]["ranked"] != "no"
        ]
        breakers = items(self.setting["tie_breakers"])

        def key(unit):
            found = [self.value(unit, node)[0] for node in breakers]
            return (score[unit], *found)

        def ranks(population):
            return {u: 1 + sum(key(o) > key(u) for o in population) for u in population}

        rank = ranks(ranked)
        class_rank = {}
        for class_ in {self.units[u]["class"] for u in ranked}:
            class_rank.update(ranks([u for u in ranked if self.units[u]["class"] == class_]))
        grade = {u: self.grade(u, number) for u, number in score.items()}
        awards = self.awards(ranked, class_rank, grade)
        confirmed = {d["unit"]: d["to"] for d in self.decisions if d["act"] == "confirm_grade"}
        for d in self.decisions:
            if d["act"] == "confirm_grade" and d["unit"] in grade:
                assert d["from"] == grade[d["unit"]], d
        rows = []
        for unit, root in roots.items():
            about, digits = self.units[unit], int(self.nodes[root]["digits"])
            rows.append({
                "unit_code": unit, "unit": about["name"], "class": about["class"],
                "parent": about["parent"],
                "score": shown(score[unit], digits) if unit in score else "",
                "grade": grade.get(unit, ""), "confirmed_grade": confirmed.get(unit, ""),
                "rank": rank.get(unit, ""), "class_rank": class_rank.get(unit, ""),
                "tie_break": self.tie(unit, ranked, key, breakers) if unit in rank else "",
                "awards": ";".join(awards[unit]), "status": state[unit],
            })
        write(self.folder / "expected" / "standing.csv", STANDING, rows)
        write(self.folder / "expected" / "scores.csv", SCORES, [
            row for unit, root in roots.items() if unit in score for row in self.rows(unit, root)
        ])
        return rows

    def write_problems(self, faults, follows):
        """Write what must be reported: every planted fault, and what follows from them."""
        rows = [
            {
                "severity": row["expected_severity"],
                "code": row["expected_code"],
                "unit_code": "" if row["expected_code"] in UNREADABLE | ABOUT_FILES else row["unit"],
                "row": row["row"] if row["expected_code"] not in ABOUT_FORMS else "",
            }
            for row in faults
            if row["expected_severity"]
        ]
        for severity, code, unit in follows:
            rows.append({"severity": severity, "code": code, "unit_code": unit, "row": ""})
        for path in (self.folder / "returns").rglob("*.ods"):
            if zipfile.is_zipfile(path):  # read like any other, and said so
                rows.append({"severity": "note", "code": "file_format", "unit_code": "", "row": ""})
        rows.sort(key=lambda row: tuple(row.values()))
        write(self.folder / "expected" / "problems.csv", PROBLEMS, rows)

    def awards(self, ranked, class_rank, grade):
        won = defaultdict(list)
        for award in self.table["awards"]:
            assert (award["by"], award["for"]) == ("rank", "unit")
            population = [u for u in ranked if self.units[u]["class"] == award["class"]]
            sharing = Counter(class_rank[u] for u in population)
            bands = [row["grade"] for row in self.grades("unit")]
            for unit in population:
                place = class_rank[unit]
                fits = place + sharing[place] - 1 <= int(award["slots"])
                if fits and bands.index(grade[unit]) <= bands.index(award["least_grade"]):
                    won[unit].append(award["title"])
        return won

    def tie(self, unit, ranked, key, breakers):
        group = sorted((u for u in ranked if key(u)[0] == key(unit)[0]), key=key, reverse=True)
        if len(group) == 1:
            return ""
        if sum(key(u) == key(unit) for u in group) > 1:
            return "并列"
        place = group.index(unit)
        last = place == len(group) - 1
        other = group[place - 1] if last else group[place + 1]
        at = next(i for i, (a, b) in enumerate(zip(key(unit), key(other))) if a != b)
        return self.nodes[breakers[at - 1]]["title"] + ("较低" if last else "较高")

    def tree(self, root):
        """Return the declared nodes of a root in the order of the table."""
        def top(node):
            return top(self.nodes[node]["parent"]) if self.nodes[node]["parent"] else node
        return [node for node in self.nodes if top(node) == root]

    def rows(self, unit, root):
        about = self.units[unit]
        for node in self.tree(root):
            row = self.nodes[node]
            parent = row["parent"]
            number, status = self.value(unit, node)
            in_weighted = parent and self.nodes[parent]["rule"] == "weighted" and row["weight"]
            weight = contribution = ""
            if in_weighted:
                share = self.share(unit, node)
                weight = f"{exactly_shown(share * 100)}%"
                if number is not None and share:
                    contribution = exactly_shown(share * number)
            yield self.row(about, node, row["title"], number, int(row["digits"]), row["points"],
                           weight, contribution, status)
            for code, title, points in self.derived.get(node, ()):
                number, status = self.cell[unit, code]
                yield self.row(about, code, title, number, int(row["digits"]), points, "", "",
                               status)

    @staticmethod
    def row(about, node, title, number, digits, points, weight, contribution, status):
        return {
            "unit_code": about["code"], "unit": about["name"], "class": about["class"],
            "node": node, "title": title,
            "value": "" if number is None else shown(number, digits), "points": points,
            "weight": weight, "contribution": contribution, "status": status,
        }


def main():
    folders = [Path(name) for name in sys.argv[1:]] or [HERE / name for name in NAMES]
    for folder in folders:
        rows = Sample(folder).run()
        print(f"{folder.name}: {len(rows)} rows")


if __name__ == "__main__":
    main()
