"""Make the entries of the sample `branch`: rosters twice a year, ties, comments in words."""

from shared import Sample, spread, text, unit

UNITS = (
    "机关第一党支部", "炼钢车间党支部", "轧钢车间党支部", "销售公司党支部", "研发中心党支部",
    "动力车间党支部", "物流公司党支部", "后勤服务党支部", "离退休党支部", "外派项目党支部",
)
# First and second half, in hundredths.
SUPERIOR = {
    "B01": (9550, 9625),  # 95.875 is 95.88
    "B02": (9300, 9400),  # 93.50 like B03; the second half decides, and with it the last slot
    "B03": (9400, 9300),
    "B04": (9000, 9000),  # exactly 90.00
    "B05": (8850, 8725),  # 87.875 is 87.88
    "B06": (8450, 8600),  # 85.25 like B07 in both halves: they share the rank
    "B07": (8450, 8600),
    "B08": (7925, 8050),  # 79.875 is 79.88
    "B09": (7200, 7550),
    "B10": (5850, 6100),  # 59.75, below the last edge
}
LOST = {  # what was deducted, in hundredths; nothing is left empty
    ("B05", "H1"): {"2.3": 300}, ("B10", "H1"): {"4.5": 200}, ("B10", "H2"): {"4.5": 200, "2.3": 300},
}
GOOD = ("三会一课正常，党员作用明显", "班子团结，攻坚任务完成好", "降本增效成果突出", "联系职工经常")
POOR = ("台账不够规范，要补齐", "青年党员发展偏慢", "信息化应用不够，建议组织培训", "安全教育要到班组")


def main():
    sample = Sample("branch", "branch-quantified", 304)
    units = [
        unit(f"B{n:02}", name, "党支部", 3040000 + n) for n, name in enumerate(UNITS, 1)
    ]
    sample.scheme(units, {"issuer": "云岭钢铁集团党委"})
    rows = sample.criteria("power")
    points = {r["code"]: int(r["points"]) * 100 for r in rows}
    taken = {r["code"] for r in rows if r["entry"] == "deducted"}

    def typed(marks):
        """Return marks as they are written: a deduction is what is missing, none stays empty."""
        return {
            row: ("" if mark == points[row] else text(points[row] - mark)) if row in taken
            else text(mark)
            for row, mark in marks.items()
        }

    for place, (period, own_day, day) in enumerate(
        (("H1", "2026-06-25", "2026-07-06"), ("H2", "2026-12-05", "2026-12-16"))
    ):
        lines = {}
        for code, totals in SUPERIOR.items():
            lost = LOST.get((code, period), {})
            fixed = {row: points[row] - lost.get(row, 0) for row in taken}
            marks = spread(sample.rng, points, 10000 - totals[place], fixed, 25, 40)
            lines[code] = typed(marks)
            own = {row: min(points[row], mark + 25) for row, mark in marks.items()}
            sample.sheet(("self", period, code, ""), typed(own), own_day, "支部书记")
        sample.roster(("superior", period, "", "U1"), lines, day, "考评组组长")
    for number, code in enumerate(SUPERIOR):
        words = {"K1": GOOD[number % 4], "K2": POOR[number % 4]}
        sample.sheet(("comment", "H2", code, "W1"), words, "2026-12-18", "分管领导")
    sample.save()


if __name__ == "__main__":
    main()
