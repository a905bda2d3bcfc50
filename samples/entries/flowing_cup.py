"""Make the entries of the sample `flowing-cup`: six classes, spot checks, quarters, declarations."""

from shared import Sample, spread, text, unit

CLASSES = {
    "机关事业单位": ("市财政局机关党委", "市水务局机关党委", "市卫生健康委机关党委", "市档案馆党总支"),
    "国有及国有控股企业": ("云岭港务集团党委", "云岭公交公司党委"),
    "非公有制企业": ("鼎新纺织公司党支部", "恒源食品公司党支部", "启明软件公司党总支"),
    "街道（镇）": ("东风街道党工委", "青石镇党委"),
    "社区": ("和顺社区党总支", "南门社区党总支"),
    "农区": ("柳河村党总支", "石门村党支部"),
}
PEOPLE = (
    "安远山", "卜小禾", "岑立", "杜青松", "方一诺", "古月明", "韩江雪", "纪长风", "康乐", "黎晓晨",
    "苗春雨", "宁致远",
)
# Spot checks (none, one or two), mid-year, year-end of 800; four quarters of 150; targets of 50.
# All in hundredths.
UNITS = {
    # 736.445 + 133.375 + 30.17: 900.00 level by level, 899.99 rounded at the end
    "A01": ((73000,), 74015, 73680, (13300, 13350, 13375, 13325), 3017),
    "A02": ((), 72000, 70400, (14000, 14200, 14100, 14300), 4650),  # 30:50 of what is left
    "A03": ((69050, 71000), 70000, 71000, (13500, 13500, 13600, 13700), 4100),  # the mean of two
    "A04": ((64000,), 66000, 67500, (12000, 12500, 12000, 12250), 3500),
    "B01": ((71000,), 70500, 72500, (13800, 14000, 13900, 14100), 4400),
    "B02": ((68000,), 72000, 71500, (13000, 13250, 13400, 13500), 4250),
    # C01 and C02 have the same total; the basic targets decide. Both have a cup.
    "C01": ((), 68800, 70400, (13000, 13000, 13000, 13000), 4000),
    "C02": ((), 68000, 69920, (13540, 13540, 13540, 13540), 4060),
    "C03": ((58000,), 60000, 61000, (11000, 11000, 12000, 12500), 2800),
    "D01": ((72000,), 71050, 73000, (14000, 14000, 14250, 14300), 4525),
    "D02": ((), 70000, 69500, (13300, 13100, 13700, 13900), 4300),
    "E01": ((70500, 69500), 71500, 70500, (14100, 13900, 14000, 14200), 4475),
    "E02": ((66000,), 66500, 68000, (12900, 13000, 13300, 13100), 3850),
    "F01": ((), 66050, 68000, (12600, 12700, 12500, 13000), 3700),
    "F02": ((45000,), 46000, 48000, (9000, 9500, 9000, 9250), 2000),  # below 600
}
ORGANISERS = ("Z01", "Z02", "Z03", "Z05", "Z06", "Z07", "Z09", "Z10", "Z11", "Z12")
GOALS = (
    ("建成党员先锋示范窗口", "办理时限压缩三成"), ("党建联建共建项目", "完成项目不少于3个"),
    ("党员积分管理上线", "全体党员使用"), ("红色物业全覆盖", "覆盖率100%"),
    ("技术攻关党员突击队", "攻关课题2项以上"), ("流动党员驿站", "每月活动一次"),
)
QUARTERS = {"Q1": "2026-04-03", "Q2": "2026-07-03", "Q3": "2026-10-08", "Q4": "2027-01-05"}


def units():
    rows, number = [], 0
    for letter, (class_, names) in zip("ABCDEF", CLASSES.items()):
        for place, name in enumerate(names, 1):
            number += 1
            rows.append(unit(f"{letter}{place:02}", name, class_, 3060000 + number))
    for place, (person, row) in enumerate(zip(PEOPLE, list(rows)), 1):
        more = {"kind": "person", "parent": row["code"], "ranked": "no"}
        rows.append(unit(f"Z{place:02}", person, "组织者", 3060100 + place, **more))
    return rows


def main():
    sample = Sample("flowing-cup", "flowing-cup", 306)
    rows = units()
    sample.scheme(rows, {"issuer": "云岭市委组织部"})
    class_of = {row["code"]: row["class"] for row in rows}
    criteria = sample.criteria("base")
    innovation = points_of(sample.criteria("innovation"))
    for place, (code, (spots, mid, end, _, extra)) in enumerate(UNITS.items()):
        mine = [r for r in criteria if r["classes"] in ("", class_of[code])]
        goals = {"G1": GOALS[place % 6], "G2": GOALS[(place + 3) % 6]}
        sample.sheet(
            ("goals", "M", code, ""), {row: goal for row, (goal, _) in goals.items()},
            "2026-06-25", "单位负责人", {row: done for row, (_, done) in goals.items()},
        )
        visits = [
            *zip(("V1", "V2"), spots, ("2026-05-12", "2026-09-16")),
            ("M", mid, "2026-07-10"), ("Y", end, "2026-12-16"),
        ]
        for period, total, day in visits:
            sheet(sample, ("base", period, code, "K1"), points_of(mine), 80000 - total, day)
        sheet(sample, ("innovation", "Y", code, "K1"), innovation, 5000 - extra, "2026-12-16")
    daily = points_of(sample.criteria("daily"))
    for place, (period, day) in enumerate(QUARTERS.items()):
        lines = {}
        for code, (*_, quarters, _) in UNITS.items():
            marks = spread(sample.rng, daily, 15000 - quarters[place])
            lines[code] = {row: text(mark) for row, mark in marks.items()}
        sample.roster(("daily", period, "", "R1"), lines, day, "监控办公室")
    for code in ORGANISERS:
        sample.decide("2027-01-15", "云岭市委组织部", code, "P1", "grant_award", "", "", "部务会研究决定")
    sample.save()


def points_of(rows):
    return {row["code"]: int(row["points"]) * 100 for row in rows}


def sheet(sample, key, points, lost, day):
    marks = spread(sample.rng, points, lost, None, 100 if lost > 10000 else 50, 30)
    sample.sheet(key, {row: text(mark) for row, mark in marks.items()}, day, "考核组")


if __name__ == "__main__":
    main()
