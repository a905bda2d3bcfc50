"""Make the entries of the sample `ideology`: half-year and year-end, facts with consequences."""

from shared import Sample, spread, text, unit

UNITS = {
    "I01": "云岭镇党委", "I02": "东风街道党工委", "I03": "县教育局党组",
    "I04": "县第一中学党委", "I05": "县融媒体中心党组",
}
# The panel's totals, half-year and year-end, in hundredths.
PANEL = {
    "I01": (9250, 9450),
    "I02": (8950, 9050),  # the mean is exactly 90.00
    "I03": (9100, 8850),  # 89.75
    "I04": (8300, 8500),  # 84.00 like I05, with the better year-end
    "I05": (8500, 8300),
}
# (unit, period): {criterion: (own, panel)}: apart by more than 2, by just 2
APART = {
    ("I03", "Y"): {"1.5": (700, 450), "2.3": (700, 500)},
    ("I04", "H1"): {"2.1": (700, 500), "1.8": (600, 350)},
}
FACTS = {
    ("I02", "H1"): {"F4": "4月18日网上舆情处置不及时"},  # 批评教育 was chosen
    ("I03", "Y"): {"F6": "10月网站栏目失管"},  # nothing was chosen yet
    ("I05", "H1"): {"F8": "上年检查的问题未改"},  # in both: one fact, 通报批评
    ("I05", "Y"): {"F8": "两项问题仍未改"},
}
DAYS = {"H1": ("2026-06-26", "2026-07-03"), "Y": ("2026-12-04", "2026-12-15")}


def main():
    sample = Sample("ideology", "ideology-responsibility", 303)
    units = enumerate(UNITS.items(), 1)
    sample.scheme(
        [unit(code, name, "党委（党组）", 3030000 + n) for n, (code, name) in units],
        {"issuer": "云岭县委宣传部"},
    )
    points = {r["code"]: int(r["points"]) * 100 for r in sample.criteria("duty")}
    facts = [r["code"] for r in sample.criteria("facts")]
    for code, totals in PANEL.items():
        for period, total in zip(("H1", "Y"), totals):
            apart = APART.get((code, period), {})
            fixed = {row: panel for row, (_, panel) in apart.items()}
            panel = spread(sample.rng, points, 10000 - total, fixed)
            own = {
                row: apart[row][0] if row in apart
                else min(points[row], mark + sample.rng.choice((0, 0, 50, 100)))
                for row, mark in panel.items()
            }
            days = DAYS[period]
            for form, rater, marks, day, who in (
                ("self", "", own, days[0], "填表人"), ("panel", "J1", panel, days[1], "检查组"),
            ):
                sheet = {row: text(mark) for row, mark in marks.items()}
                why = {row: "记录不全" for row in apart} if rater else {}
                sample.sheet((form, period, code, rater), sheet, day, who, why)
            happened = FACTS.get((code, period), {})
            answers = {row: "是" if row in happened else "否" for row in facts}
            sample.sheet(("facts", period, code, "J1"), answers, days[1], "检查组", happened)
    committee = "云岭县委"
    sample.decide("2026-07-20", committee, "I02", "facts/F4", "measure", "", "批评教育", "常委会研究")
    sample.decide("2026-12-24", committee, "I05", "facts/F8", "measure", "", "通报批评", "常委会研究")
    sample.save()


if __name__ == "__main__":
    main()
