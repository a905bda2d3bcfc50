"""Make the entries of the sample `district`: bodies that live on the flowing cup's results.

`inputs/standing.csv` is what the sample `flowing-cup` is expected to give; run its oracle first.
"""

import shutil

from shared import SAMPLES, Sample, read, spread, text, unit, write

BODIES = (
    ("H01", "东城区委组织部", "区委组织部"), ("H02", "西城区委组织部", "区委组织部"),
    ("G01", "市直机关党工委", "工委"),
)
# Their code here: the flowing cup's code. Two enterprises of the state and one private take no part.
CODES = {
    "A-1": "A01", "A-2": "A02", "A-3": "A03", "A-4": "A04", "C-1": "C01", "C-2": "C02",
    "D-1": "D01", "D-2": "D02", "E-1": "E01", "E-2": "E02", "F-1": "F01", "F-2": "F02",
}
# Four quarters of 150, targets of 50, in hundredths.
MARKS = {
    "H01": ((14000, 14150, 14300, 14225), 4600),
    "H02": ((13000, 13350, 13000, 13425), 3975),
    "G01": ((14500, 14300, 14450, 14400), 4850),
}
GOALS = {
    "H01": ("党建引领网格治理", "商圈党建联盟"), "H02": ("老旧小区红色物业", "两新组织覆盖攻坚"),
    "G01": ("模范机关创建", "机关党员下沉社区"),
}
QUARTERS = {"Q1": "2026-04-03", "Q2": "2026-07-03", "Q3": "2026-10-08", "Q4": "2027-01-05"}


def main():
    sample = Sample("district", "district-derived", 307)
    source = SAMPLES / "flowing-cup"
    _, theirs = read(source / "scheme" / "units.csv")
    below = {row["code"]: row for row in theirs}
    rows = [unit(*body, 3070000 + number) for number, body in enumerate(BODIES, 1)]
    for ours, code in CODES.items():
        keep = {key: below[code][key] for key in ("name", "class", "contact", "phone")}
        rows.append({"code": ours, "ranked": "no"} | keep)
    sample.scheme(rows, {"issuer": "云岭市委组织部"})
    inputs = sample.folder / "inputs"
    inputs.mkdir(exist_ok=True)
    shutil.copyfile(source / "expected" / "standing.csv", inputs / "standing.csv")
    write(inputs / "codes.csv", ["流动杯编号", "本方案编号"],
          [{"流动杯编号": code, "本方案编号": ours} for ours, code in CODES.items()])
    daily, extra = (
        {row["code"]: int(row["points"]) * 100 for row in sample.criteria(rubric)}
        for rubric in ("daily", "innovation")
    )
    for code, (_, innovation) in MARKS.items():
        goals = dict(zip(("G1", "G2"), GOALS[code]))
        sample.sheet(("goals", "Q2", code, ""), goals, "2026-06-20", "负责人",
                     {"G1": "12月底前完成", "G2": "12月底前完成"})
        marks = spread(sample.rng, extra, 5000 - innovation)
        sheet = {row: text(mark) for row, mark in marks.items()}
        sample.sheet(("innovation", "Y", code, "K1"), sheet, "2026-12-18", "考核组")
    for place, (period, day) in enumerate(QUARTERS.items()):
        lines = {}
        for code, (quarters, _) in MARKS.items():
            marks = spread(sample.rng, daily, 15000 - quarters[place])
            lines[code] = {row: text(mark) for row, mark in marks.items()}
        sample.roster(("daily", period, "", "R1"), lines, day, "监控办公室")
    sample.save()


if __name__ == "__main__":
    main()
