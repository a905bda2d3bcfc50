"""Work out the sample `demonstration` by the words of its scheme.

Five conditions that must hold, three facts that bar, four documents that must be enclosed: twelve
points, one each, by what the reviewers found. Twelve of twelve is 符合. Nobody is ranked. The title
comes by decision; a fact that bars is named.
"""

from shared import Fraction, Sample, finish

GOOD = {"C": "是", "F": "否", "D": "是"}


def main():
    sample = Sample("demonstration")
    totals = dict.fromkeys(sample.units, "total")
    sections = sample.sections("gates")
    cells = {}
    for unit in sample.units:
        for node, form in (("total", "review"), ("claimed", "apply")):
            for section in sections:
                answers = [
                    sample.written(form, "Y", unit, row["code"])
                    for row in sample.criteria("gates", section["code"])
                ]
                assert len(answers) == int(section["points"]) and set(answers) <= {"是", "否"}
                good = answers.count(GOOD[section["code"]])
                cells[unit, f"{node}.{section['code']}"] = Fraction(good)
            cells[unit, node] = sum(cells[unit, f"{node}.{s['code']}"] for s in sections)
        cells[unit, "unmet"] = 12 - cells[unit, "total"]
        facts = {
            row["code"] for row in sample.criteria("gates", "F") for form in ("apply", "review")
            if sample.written(form, "Y", unit, row["code"]) == "是"
        }
        for _ in facts:
            sample.problem("note", "fact_noted", unit)
    granted = sample.granted()
    assert all(cells[unit, "unmet"] == 0 for unit in granted) and len(granted) == 2
    awards = dict.fromkeys(granted, "党建工作示范点")
    shown = []
    for node, full in (("total", "12"), ("unmet", ""), ("claimed", "12")):
        shown.append((node, sample.titles[node], full, ""))
        if full:
            shown += [(f"{node}.{s['code']}", s["title"], s["points"], "") for s in sections]
    limits = {
        unit: ["有一条不符合就不能评为示范点"] for unit in sample.units if cells[unit, "unmet"] >= 1
    }
    finish(sample, totals, None, dict.fromkeys(totals, shown), cells, awards, 0, limits)


if __name__ == "__main__":
    main()
