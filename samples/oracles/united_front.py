"""Work out the sample `united-front` by the words of its scheme.

Six sections, 100 points. Sections that do not apply to a unit (units table) and items that the
panel strikes out with “/” are left out; what was earned of the rest is rescaled to 100. Points are
written as earned, 5.1 as deducted; 1.1 wants two meetings, 6.4 one campaign; 6.5 is in proportion
to 15 pieces, 6.6 to 3; 5.8 is a word. Bonuses are added to that: only verified claims; one model or
innovation once, where it earns most; city-level adoption from the fourth on, half a point each.
Satisfaction (100, 70, 30; 不了解 not counted) is shown and counts nothing. A person has the total of
his unit. Equal totals are ranked by the base score, then by the bonus.
"""

from shared import (
    NOT_APPLICABLE, Fraction, Places, Sample, exactly, finish, half_up, rounding_matters,
)

SURVEYED = (("满意", 100), ("基本满意", 70), ("不满意", 30))  # 不了解 is left out
LEVELS = {"健全": Fraction(1), "较健全": Fraction(1, 2), "不健全": Fraction(0)}
PIECES = {"6.5": 15, "6.6": 3}
BONUS = {"I1": 5, "M1": 3, "M2": 5, "M3": 10, "M4": 15, "M5": 20, "N1": 5, "N2": 3, "N3": 1,
         "W1": 10, "W2": 5, "W3": 3}


def earned(row, text):
    """Return the points of one criterion; None where it was struck out."""
    code, points = row["code"], Fraction(row["points"])
    if text == "/":
        return None
    if code == "5.1":
        return points - Fraction(text or "0")
    if code == "5.8":
        return LEVELS[text]
    if code in ("1.1", "6.4"):
        return points if Fraction(text) >= {"1.1": 2, "6.4": 1}[code] else Fraction(0)
    if code in PIECES:
        return min(points, Fraction(text) / PIECES[code] * points)
    assert row["entry"] == "earned" and 0 <= Fraction(text) <= points, (code, text)
    return Fraction(text)


def base(sample, form, unit, node, rounded, cells):
    struck = {part.partition("/")[2] for part in sample.units[unit]["not_applicable"].split(";")}
    total, applies = Fraction(0), Fraction(0)
    for section in sample.sections("front"):
        part, open_ = Fraction(0), Fraction(0)
        for row in sample.criteria("front", section["code"]):
            if section["code"] in struck:
                continue
            mark = earned(row, sample.written(form, "Y", unit, row["code"]))
            if mark is not None:
                part, open_ = part + mark, open_ + Fraction(row["points"])
        part = rounded(part)
        cells[unit, f"{node}.{section['code']}"] = part if open_ else NOT_APPLICABLE
        total, applies = total + part, applies + open_
    cells[unit, node] = rounded(total * 100 / applies)


def claims(sample, unit):
    """Return the claims of a unit, each with its item, subject and whether it was verified."""
    lines = {line for (form, _, who, line, _) in sample.said if (form, who) == ("merit", unit)}
    for line in sorted(lines, key=int):
        cell = {c: sample.said.get(("merit", "Y", unit, line, c), "") for c in
                ("item", "subject", "verified")}
        yield cell["item"].split(" ")[0], "".join(cell["subject"].split()), bool(cell["verified"])


def bonus(sample, unit, rounded):
    once, total, adopted = {}, Fraction(0), 0
    for item, subject, verified in claims(sample, unit):
        if not verified:
            continue
        if item == "N4":
            adopted += 1
        elif item[0] in "IM":
            once[subject] = max(once.get(subject, 0), BONUS[item])
        else:
            total += BONUS[item]
    return rounded(total + sum(once.values()) + Fraction(1, 2) * max(0, adopted - 3))


def satisfied(sample, unit, rounded, cells):
    parts = []
    for aspect in ("S1", "S2", "S3"):
        place = ("tally", "Y", "", f"{unit}/{aspect}")
        votes = [(int(sample.said[*place, option]), value) for option, value in SURVEYED]
        ticks = sum(count for count, _ in votes)
        part = rounded(Fraction(sum(count * value for count, value in votes), ticks))
        cells[unit, f"satisfied.{aspect}"] = part
        parts.append(part)
    cells[unit, "satisfied"] = rounded(sum(parts) / 3)


def worked_out(sample, rounded):
    cells = {}
    for unit, about in sample.units.items():
        if about["kind"] == "person":
            continue
        base(sample, "panel", unit, "base", rounded, cells)
        base(sample, "self", unit, "self", rounded, cells)
        cells[unit, "bonus"] = bonus(sample, unit, rounded)
        cells[unit, "total"] = rounded(cells[unit, "base"] + cells[unit, "bonus"])
        satisfied(sample, unit, rounded, cells)
    for unit, about in sample.units.items():
        if about["kind"] == "person":
            cells[unit, "person_total"] = cells[about["parent"], "total"]
    return {p: half_up(v) if not isinstance(v, str) else v for p, v in cells.items()}


def notes(sample):
    """Name what the clerk is told: one model at two levels, claims that nobody verified."""
    for unit in sample.units:
        found = list(claims(sample, unit))
        things = [s for item, s, verified in found if verified and item[0] in "IM"]
        for thing in set(things):
            if things.count(thing) > 1:
                sample.problem("note", "claim_counted_once", unit)
        if not all(verified for *_, verified in found):
            sample.problem("note", "claims_not_verified", unit)
    for (form, _, unit, row, column), text in sample.said.items():
        if (form, column, text) == ("self", "entry", "/"):
            if sample.written("panel", "Y", unit, row) != "/":
                sample.problem("warning", "not_applicable_not_granted", unit)


def main():
    sample = Sample("united-front")
    cells, other = (worked_out(sample, way) for way in (half_up, exactly))
    people = {u for u, about in sample.units.items() if about["kind"] == "person"}
    totals = {u: "person_total" if u in people else "total" for u in sample.units}
    units = [u for u in sample.units if u not in people]
    ranks, there = (Places(sample, value, ["base", "bonus"], units) for value in (cells, other))
    rounding_matters(sample, (cells, ranks), (other, there), totals)
    notes(sample)
    awards = {unit: "统战工作先进个人" for unit in sample.granted()}
    for class_, title in (("乡镇街道", "统战工作先进乡镇街道"), ("机关单位", "统战工作先进机关单位")):
        mine = [u for u in units if sample.units[u]["class"] == class_ and ranks.class_rank[u] == 1]
        assert len(mine) == 1 and sample.grade(mine[0], cells[mine[0], "total"]) == "优秀"
        awards[mine[0]] = title
    sections = sample.sections("front")
    shown = []
    for node, full in (("total", "100"), ("base", "100"), ("bonus", ""), ("self", "100"),
                       ("satisfied", "100")):
        shown.append((node, sample.titles[node], full, ""))
        if node in ("base", "self"):
            shown += [(f"{node}.{s['code']}", s["title"], s["points"], "") for s in sections]
    shown += [(f"satisfied.{row['code']}", row["title"], "100", "")
              for row in sample.criteria("satisfied")]
    person = [("person_total", sample.titles["person_total"], "100", "")]
    nodes = {u: person if u in people else shown for u in sample.units}
    finish(sample, totals, ranks, nodes, cells, awards)


if __name__ == "__main__":
    main()
