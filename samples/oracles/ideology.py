"""Work out the sample `ideology` by the words of its scheme.

Two inspections, half-year and year-end, fifteen duties each (60 points of the body, 40 of its
members); the panel's scores count, the mean of both is the total. Where the own score of a duty
differs by more than 2 that is flagged. Nine facts, each of which asks for a consequence that people
choose; facts do not change the score. Equal totals are ranked by the year-end inspection.
"""

from shared import Fraction, Places, Sample, exactly, finish, half_up, rounding_matters

HALVES = (("half_year", "self_half", "facts_half", "H1"), ("year_end", "self_year", "facts_year", "Y"))


def worked_out(sample, rounded):
    cells = {}
    for unit in sample.units:
        for counts, own, facts, period in HALVES:
            for node, form in ((counts, "panel"), (own, "self")):
                parts = []
                for section in sample.sections("duty"):
                    rows = sample.criteria("duty", section["code"])
                    part = rounded(sum(sample.marks(form, period, unit, rows).values()))
                    cells[unit, f"{node}.{section['code']}"] = part
                    parts.append(part)
                cells[unit, node] = rounded(sum(parts))
            cells[unit, facts] = Fraction(len(happened(sample, unit, period)))
        cells[unit, "total"] = rounded((cells[unit, "half_year"] + cells[unit, "year_end"]) / 2)
    return {place: half_up(number) for place, number in cells.items()}


def happened(sample, unit, period):
    codes = [row["code"] for row in sample.criteria("facts")]
    assert len(codes) == 9
    return {code for code in codes if sample.written("facts", period, unit, code) == "是"}


def main():
    sample = Sample("ideology")
    cells, other = (worked_out(sample, way) for way in (half_up, exactly))
    totals = dict.fromkeys(sample.units, "total")
    breakers = ["year_end", "half_year"]
    ranks, there = (Places(sample, value, breakers, totals) for value in (cells, other))
    rounding_matters(sample, (cells, ranks), (other, there), totals)
    rows = sample.criteria("duty")
    chosen = {(d["unit"], d["object"]) for d in sample.decisions if d["act"] == "measure"}
    for unit in sample.units:
        for period in ("H1", "Y"):
            own, panel = (sample.marks(form, period, unit, rows) for form in ("self", "panel"))
            for row in panel:
                if abs(own[row] - panel[row]) > 2:
                    sample.problem("warning", "apart_flagged", unit)
        for fact in happened(sample, unit, "H1") | happened(sample, unit, "Y"):
            done = (unit, f"facts/{fact}") in chosen
            sample.problem("note", "fact_measured" if done else "fact_triggered", unit)
    limits = {
        unit: [
            f"{title}触发问责情形，须选定问责方式"
            for title, node in (("半年检查", "facts_half"), ("年终检查", "facts_year"))
            if cells[unit, node] >= 1
        ]
        for unit in sample.units
    }
    shown = [("total", sample.titles["total"], "100", "")]
    for at in (0, 1, 2):
        for half in HALVES:
            node = half[at]
            shown.append((node, sample.titles[node], "100" if at < 2 else "", ""))
            if at < 2:
                sections = sample.sections("duty")
                shown += [(f"{node}.{s['code']}", s["title"], s["points"], "") for s in sections]
    finish(sample, totals, ranks, dict.fromkeys(totals, shown), cells, {}, limits=limits)


if __name__ == "__main__":
    main()
