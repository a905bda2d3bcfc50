"""Work out the sample `law` by the words of its scheme.

Ten items of 10, 10, 15, 20, 20, 20, 15, 20, 20, 20 points, 170 in all, scaled to 20. The eighth is
written as what is deducted. The ninth is the share of villages (90 % or more: 20 points; below, in
proportion). The panel's scores count; where the unit's own differ by more than 3 points on an item
that is flagged. Equal totals are ranked by the points before scaling; the first becomes the
advanced unit if it is 优秀. Every level is rounded to two digits.
"""

from fractions import Fraction

from shared import Places, Sample, exactly, finish, half_up, rounding_matters


def points(sample, form, unit):
    """Return the points of the ten items of a sheet."""
    rows = sample.criteria("law")
    assert [row["points"] for row in rows] == "10 10 15 20 20 20 15 20 20 20".split()
    found = sample.marks(form, "Y", unit, [row for row in rows if row["entry"] != "rate"])
    share = Fraction(sample.written(form, "Y", unit, "9").rstrip("%"))
    assert 0 <= share <= 100
    found["9"] = Fraction(20) if share >= 90 else share / 90 * 20
    return found


def worked_out(sample, rounded):
    cells = {}
    for unit in sample.units:
        for node, form in (("base", "panel"), ("self", "self")):
            whole = rounded(sum(points(sample, form, unit).values()))
            cells[unit, f"{node}.-"] = cells[unit, node] = whole
        cells[unit, "total"] = rounded(cells[unit, "base"] * 20 / 170)
    return {place: half_up(number) for place, number in cells.items()}


def main():
    sample = Sample("law")
    cells, other = (worked_out(sample, way) for way in (half_up, exactly))
    totals = dict.fromkeys(sample.units, "total")
    ranks, there = (Places(sample, value, ["base"], totals) for value in (cells, other))
    rounding_matters(sample, (cells, ranks), (other, there), totals)
    for unit in sample.units:
        own, panel = points(sample, "self", unit), points(sample, "panel", unit)
        for item in panel:
            if abs(own[item] - panel[item]) > 3:
                sample.problem("warning", "apart_flagged", unit)
    first = [u for u in ranks.units if ranks.class_rank[u] == 1]
    assert len(first) == 1 and sample.grade(first[0], cells[first[0], "total"]) == "优秀"
    shown = []
    for node, full in (("total", "20"), ("base", "170"), ("self", "170")):
        shown.append((node, sample.titles[node], full, ""))
        if node != "total":
            shown.append((f"{node}.-", sample.titles[node], full, ""))
    finish(sample, totals, ranks, dict.fromkeys(totals, shown), cells, {first[0]: "普法依法治理先进单位"})


if __name__ == "__main__":
    main()
