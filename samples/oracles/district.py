"""Work out the sample `district` by the words of its scheme.

1000 points: 800 from the flowing-cup scores of the units below (the mean of their totals × 0.8),
150 daily targets (the mean of four quarters), 50 for two targets of one's own. A district names one
unit in each of five classes, a work committee two. Nobody is ranked and nothing is awarded.
"""

from fractions import Fraction

from shared import Sample, exactly, finish, half_up, read, rounding_matters

NAMED = {
    "H01": ("A-1", "C-1", "D-1", "E-1", "F-1"),
    "H02": ("A-2", "C-2", "D-2", "E-2", "F-2"),
    "G01": ("A-3", "A-4"),
}
QUARTERS = ("q1", "q2", "q3", "q4")


def worked_out(sample, cup, rounded):
    cells = {(unit, "cup"): score for unit, score in cup.items()}
    for body, named in NAMED.items():
        mean = rounded(sum(cup[unit] for unit in named) / len(named))
        cells[body, "named"] = mean
        cells[body, "base"] = rounded(mean * Fraction("0.8"))
        for quarter in QUARTERS:
            marks = sample.marks("daily", quarter.upper(), body, sample.criteria("daily"))
            cells[body, f"{quarter}.-"] = cells[body, quarter] = rounded(sum(marks.values()))
        cells[body, "daily"] = rounded(sum(cells[body, q] for q in QUARTERS) / Fraction(4))
        goals = []
        for goal in ("G1", "G2"):
            rows = sample.criteria("innovation", goal)
            goals.append(rounded(sum(sample.marks("innovation", "Y", body, rows).values())))
            cells[body, f"innovation.{goal}"] = goals[-1]
        cells[body, "innovation"] = rounded(sum(goals))
        parts = (cells[body, node] for node in ("base", "daily", "innovation"))
        cells[body, "total"] = rounded(sum(parts))
    return {place: half_up(number) for place, number in cells.items()}


class Unranked:
    """Nobody has a rank."""

    rank = class_rank = {}


def main():
    sample = Sample("district")
    theirs = read(sample.folder / "inputs" / "standing.csv")
    ours = {row["流动杯编号"]: row["本方案编号"] for row in read(sample.folder / "inputs" / "codes.csv")}
    cup = {ours[r["unit_code"]]: Fraction(r["score"]) for r in theirs if r["unit_code"] in ours}
    if any(row["unit_code"] not in ours for row in theirs):
        # They take part there and stand for nobody here: the map leaves them out.
        sample.problem("note", "input_codes_unknown")
    cells, other = (worked_out(sample, cup, way) for way in (half_up, exactly))
    totals = {unit: "total" if unit in NAMED else "cup" for unit in sample.units}
    rounding_matters(sample, (cells, Unranked), (other, Unranked), totals)

    def node(code, points):
        return code, sample.titles[code], points, ""

    body = [node("total", "1000"), node("base", "800"), node("named", "1000"), node("daily", "150")]
    for quarter in QUARTERS:
        body += [node(quarter, "150"), (f"{quarter}.-", sample.titles[quarter], "150", "")]
    body.append(node("innovation", "50"))
    body += [(f"innovation.{s['code']}", s["title"], s["points"], "")
             for s in sample.sections("innovation")]
    nodes = {unit: body if unit in NAMED else [node("cup", "1000")] for unit in sample.units}
    finish(sample, totals, None, nodes, cells, {})


if __name__ == "__main__":
    main()
