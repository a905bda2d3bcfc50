"""Work out the sample `flowing-cup` by the words of its scheme.

1000 points: 800 basic targets, each class with a rubric of its own; 150 daily targets, the mean of
four quarters; 50 for two targets of one's own. The basic targets are weighted 20, 30 and 50 %: spot
checks (the mean of one or two), mid-year, year-end; without a spot check its weight is shared over
the other two. Cups by rank in the class: 3, 1, 2, 1, 1, 1; ten organisers by decision. Equal totals
are ranked by the basic, then the daily targets. A person has the total of his unit.
"""

from shared import (
    NOT_APPLICABLE, Fraction, Places, Sample, exactly, finish, half_up, rounding_matters,
)

CUPS = {"机关事业单位": 3, "国有及国有控股企业": 1, "非公有制企业": 2, "街道（镇）": 1, "社区": 1, "农区": 1}
VISITS = (("spot1", "V1"), ("spot2", "V2"), ("mid", "M"), ("end", "Y"))
QUARTERS = ("q1", "q2", "q3", "q4")


def base_rows(sample, unit, section):
    return [
        row for row in sample.criteria("base", section)
        if row["classes"] in ("", sample.units[unit]["class"])
    ]


def visit(sample, unit, node, period, rounded, cells):
    """Work out one visit; a spot check that nobody made does not apply."""
    sections = [section["code"] for section in sample.sections("base")]
    made = sample.written("base", period, unit, "1.1") != ""
    for section in sections:
        rows = base_rows(sample, unit, section)
        assert sum(int(row["points"]) for row in rows) == 200
        marks = sample.marks("base", period, unit, rows).values() if made else ()
        cells[unit, f"{node}.{section}"] = rounded(sum(marks)) if made else NOT_APPLICABLE
    parts = [cells[unit, f"{node}.{section}"] for section in sections]
    cells[unit, node] = rounded(sum(parts)) if made else NOT_APPLICABLE


def worked_out(sample, rounded):
    cells = {}
    for unit, about in sample.units.items():
        if about["kind"] == "person":
            continue
        for node, period in VISITS:
            visit(sample, unit, node, period, rounded, cells)
        spots = [cells[unit, n] for n in ("spot1", "spot2") if cells[unit, n] != NOT_APPLICABLE]
        mid, end = cells[unit, "mid"], cells[unit, "end"]
        if spots:
            spot = rounded(sum(spots) / len(spots))
            base = (20 * spot + 30 * mid + 50 * end) / 100
        else:
            spot, base = NOT_APPLICABLE, (30 * mid + 50 * end) / 80
        cells[unit, "spot"], cells[unit, "base"] = spot, rounded(base)
        for quarter in QUARTERS:
            rows = sample.criteria("daily")
            marks = sample.marks("daily", quarter.upper(), unit, rows)
            cells[unit, f"{quarter}.-"] = cells[unit, quarter] = rounded(sum(marks.values()))
        cells[unit, "daily"] = rounded(sum(cells[unit, q] for q in QUARTERS) / Fraction(4))
        goals = []
        for goal in ("G1", "G2"):
            rows = sample.criteria("innovation", goal)
            goals.append(rounded(sum(sample.marks("innovation", "Y", unit, rows).values())))
            cells[unit, f"innovation.{goal}"] = goals[-1]
        cells[unit, "innovation"] = rounded(sum(goals))
        parts = (cells[unit, node] for node in ("base", "daily", "innovation"))
        cells[unit, "total"] = rounded(sum(parts))
    for unit, about in sample.units.items():
        if about["kind"] == "person":
            cells[unit, "person_total"] = cells[about["parent"], "total"]
    return {p: half_up(v) if not isinstance(v, str) else v for p, v in cells.items()}


def shown(sample):
    """Return the nodes of a unit in the order in which they are shown, with points and weights."""
    def node(code, points, weight=""):
        return code, sample.titles[code], points, weight

    def visited(code, weight=""):
        yield node(code, "800", weight)
        for section in sample.sections("base"):
            yield f"{code}.{section['code']}", section["title"], section["points"], ""

    nodes = [node("total", "1000"), node("base", "800"), node("spot", "800", "20%")]
    nodes += [*visited("spot1"), *visited("spot2"), *visited("mid", "30%"), *visited("end", "50%")]
    nodes.append(node("daily", "150"))
    for quarter in QUARTERS:
        nodes += [node(quarter, "150"), (f"{quarter}.-", sample.titles[quarter], "150", "")]
    nodes.append(node("innovation", "50"))
    nodes += [(f"innovation.{s['code']}", s["title"], s["points"], "")
              for s in sample.sections("innovation")]
    return nodes


def main():
    sample = Sample("flowing-cup")
    cells, other = (worked_out(sample, way) for way in (half_up, exactly))
    people = {u for u, about in sample.units.items() if about["kind"] == "person"}
    totals = {u: "person_total" if u in people else "total" for u in sample.units}
    units = [u for u in sample.units if u not in people]
    ranks, there = (Places(sample, value, ["base", "daily"], units) for value in (cells, other))
    rounding_matters(sample, (cells, ranks), (other, there), totals)
    awards = dict.fromkeys(sample.granted(), "优秀组织者")
    assert len(awards) == 10
    for class_, slots in CUPS.items():
        mine = [u for u in units if sample.units[u]["class"] == class_]
        won = [u for u in mine if ranks.class_rank[u] <= slots]
        assert len(won) == slots
        awards |= dict.fromkeys(won, f"流动杯（{class_}）")
    assert 3000 * sum(CUPS.values()) + 300 * 10 == 30000
    person = [("person_total", sample.titles["person_total"], "1000", "")]
    nodes = {u: person if u in people else shown(sample) for u in sample.units}
    finish(sample, totals, ranks, nodes, cells, awards)


if __name__ == "__main__":
    main()
