"""Work out the sample `branch` by the words of its scheme.

Four aspects of 25 points, nineteen items, two of them written as what is deducted; scored by the
superior twice a year, the year is the mean of both halves. Equal totals are ranked by the second
half, then by the first. The two best that are 优秀 are the advanced branches.
"""

from shared import Places, Sample, exactly, finish, half_up, rounding_matters

NODES = (("first", "superior", "H1"), ("second", "superior", "H2"),
         ("self_first", "self", "H1"), ("self_second", "self", "H2"))


def worked_out(sample, rounded):
    cells = {}
    for unit in sample.units:
        for node, form, period in NODES:
            parts = []
            for section in sample.sections("power"):
                rows = sample.criteria("power", section["code"])
                part = rounded(sum(sample.marks(form, period, unit, rows).values()))
                cells[unit, f"{node}.{section['code']}"] = part
                parts.append(part)
            cells[unit, node] = rounded(sum(parts))
        cells[unit, "total"] = rounded((cells[unit, "first"] + cells[unit, "second"]) / 2)
    return {place: half_up(number) for place, number in cells.items()}


def main():
    sample = Sample("branch")
    assert len(sample.criteria("power")) == 19
    cells, other = (worked_out(sample, way) for way in (half_up, exactly))
    totals = dict.fromkeys(sample.units, "total")
    ranks, there = (Places(sample, value, ["second", "first"], totals) for value in (cells, other))
    rounding_matters(sample, (cells, ranks), (other, there), totals)
    best = [u for u in ranks.units if ranks.class_rank[u] <= 2]
    assert len(best) == 2 and {sample.grade(u, cells[u, "total"]) for u in best} == {"优秀"}
    shown = [("total", sample.titles["total"], "100", "")]
    for node, *_ in NODES:
        shown.append((node, sample.titles[node], "100", ""))
        sections = sample.sections("power")
        shown += [(f"{node}.{s['code']}", s["title"], s["points"], "") for s in sections]
    awards = dict.fromkeys(best, "先进支部")
    finish(sample, totals, ranks, dict.fromkeys(totals, shown), cells, awards)


if __name__ == "__main__":
    main()
