"""Make the entries of the sample `united-front`: sections that do not apply, claims, a survey."""

from shared import Sample, unit

UNITS = (
    ("T01", "云岭镇", "乡镇街道", "", "front/5"),
    ("T02", "东风街道", "乡镇街道", "", ""),
    ("T03", "青石镇", "乡镇街道", "", ""),
    ("J01", "市教育局", "机关单位", "", "front/3;front/5"),
    ("J02", "市商务局", "机关单位", "", "front/2;front/5"),
    ("Q01", "云岭纺织集团", "企业", "", "front/2;front/3;front/5"),
    ("P01", "方一诺", "统战干部", "T01", ""),
    ("P02", "苗春雨", "统战干部", "J01", ""),
)
# What the panel wrote where it is not full marks: points, times, a word, "/" (does not apply).
PANEL = {
    # 81.9 of the 88 points that apply: 93.0681…
    "T01": {"1.5": "1.5", "2.6": "1.5", "2.9": "2", "3.2": "2.2", "4.4": "1.5", "6.3": "2",
            "6.5": "11", "6.6": "8"},
    # no compatriots abroad: 4.5 and 4.6 are struck out, 94 points apply
    "T02": {"1.1": "3", "1.9": "1.5", "2.7": "2.5", "3.6": "1.5", "4.5": "/", "4.6": "/",
            "5.1": "0.5", "5.8": "较健全", "6.1": "1.5", "6.5": "16", "6.6": "3"},
    # studied only once, no campaign: nothing for 1.1 and 6.4
    "T03": {"1.1": "1", "1.4": "1.5", "2.3": "0.5", "2.4": "2", "3.1": "2.5", "4.1": "2",
            "4.3": "1.5", "5.1": "1", "5.3": "1.5", "5.8": "不健全", "6.2": "1", "6.4": "0",
            "6.5": "10", "6.6": "2"},
    # 69.35 of 73 points are exactly 95
    "J01": {"1.3": "1.5", "1.8": "1.45", "2.5": "2.5", "4.2": "2.4", "6.3": "2.5", "6.6": "2"},
    # 61.2 of 68 points are exactly 90; with 5 points more it is level with J01
    "J02": {"1.1": "1", "1.5": "1.5", "3.5": "1.5", "4.1": "2", "4.6": "2.2", "6.2": "1",
            "6.5": "15", "6.6": "2"},
    # 40 of 53 points: 75.4716…
    "Q01": {"1.1": "0", "1.2": "1", "1.4": "1", "1.6": "1", "1.7": "1.5", "4.1": "2", "4.3": "2",
            "4.5": "1.5", "6.1": "1", "6.2": "1", "6.4": "2", "6.5": "10", "6.6": "2"},
}
# Where the unit sees itself otherwise; T03 strikes out 2.9, but the panel scores it.
OWN = {
    "T01": {"1.5": "2", "6.5": "15"},
    "T02": {"1.9": "2", "2.7": "3"},
    "T03": {"1.1": "2", "2.9": "/", "6.4": "1"},
    "J01": {"1.8": "2", "6.3": "3"},
    "J02": {"4.6": "3"},
    "Q01": {"1.1": "1", "6.1": "2"},
}
# item, subject, evidence, verified
CLAIMS = {
    "T01": [
        # One model commended at two levels counts once, 10; the hands that wrote it differ.
        ("M2", "“侨乡会客厅”模式", "云统发〔2026〕8号", True),
        ("M3", "“侨乡会客厅” 模式", "地委通报〔2026〕15号", True),
        # Five pieces adopted by the city: the first three are asked for anyway.
        *(("N4", f"信息第{n}期", f"采用通知{n}", True) for n in (3, 7, 12, 18, 25)),
        ("N2", "新乡贤工作的做法", "省采用通知4", True),
        ("W2", "论统战与乡村治理", "奖状未带原件", False),
    ],
    "T02": [("N3", "民族团结进社区", "地市采用通知9", True)],
    # Three by the city are just what is asked for.
    "T03": [("N4", f"信息第{n}期", f"采用通知{n}", True) for n in (5, 9, 14)],
    "J01": [],
    # Innovation and model are one thing: 5, not 8.
    "J02": [
        ("M1", "外贸统战联络站", "局通报3号", True),
        ("I1", "外贸统战联络站", "部领导批示", True),
    ],
    "Q01": [("W1", "民营企业统战实践", "证书2026-31", True), ("W3", "车间里的同心圆", "", False)],
}
ITEMS = {  # as the list on the form has them
    "I1": "创新得到部门认可", "M1": "典型：基层表扬", "M2": "典型：市级表扬", "M3": "典型：地市级表扬",
    "N2": "信息被省级采用", "N3": "信息被地市级采用", "N4": "信息被市级采用（超过3条的）",
    "W1": "文章获地市一等奖", "W2": "文章获地市二等奖", "W3": "文章获地市三等奖",
}
OPTIONS = ("满意", "基本满意", "不满意", "不了解")
# expected, present, issued, returned, valid; then S1, S2, S3 by option
SURVEY = {
    "T01": ((40, 36, 36, 36, 35), (20, 10, 2, 3), (15, 12, 1, 7), (18, 9, 4, 4)),
    "T02": ((30, 30, 30, 29, 29), (25, 4, 0, 0), (21, 5, 1, 2), (12, 9, 3, 5)),
    "T03": ((35, 31, 31, 30, 30), (14, 10, 6, 0), (9, 11, 3, 6), (10, 8, 7, 5)),
    "J01": ((25, 24, 24, 24, 24), (22, 2, 0, 0), (16, 5, 0, 3), (11, 6, 1, 6)),
    "J02": ((22, 20, 20, 20, 19), (15, 3, 1, 0), (12, 4, 2, 1), (9, 5, 0, 4)),
    "Q01": ((50, 44, 44, 42, 41), (24, 12, 3, 2), (20, 10, 1, 10), (17, 6, 6, 12)),
}


def main():
    sample = Sample("united-front", "united-front-city", 305)
    units = []
    for number, (code, name, class_, parent, absent) in enumerate(UNITS, 1):
        more = {"kind": "person", "parent": parent, "ranked": "no"} if parent else {}
        more["not_applicable"] = absent
        units.append(unit(code, name, class_, 3050000 + number, **more))
    sample.scheme(units, {"issuer": "云岭市委统战部"})
    rows = sample.criteria("front")
    for number, (code, losses) in enumerate(PANEL.items(), 1):
        struck = {part.split("/")[1] for part in units[number - 1]["not_applicable"].split(";") if part}
        sheet = full(rows, struck) | losses
        own = sheet | OWN[code]
        sample.sheet(("self", "Y", code, ""), own, f"2026-12-0{number}", "填表人",
                     {row: "没有此项工作" for row, value in own.items() if value == "/"})
        sample.sheet(("panel", "Y", code, "K1"), sheet, "2026-12-15", "考核组",
                     {row: "资料不全" for row in list(losses)[:2]})
        claims(sample, code)
    survey(sample)
    sample.decide("2026-12-28", "云岭市委统战部", "P01", "P1", "grant_award", "", "",
                  "部务会研究，“侨乡会客厅”的主要经办人")
    sample.save()


def full(rows, struck):
    """Return the entries of a sheet with full marks; sections that do not apply stay empty."""
    values = {}
    for row in rows:
        if row["section"] in struck:
            continue
        values[row["code"]] = {
            "1.1": "2", "6.4": "1", "6.5": "15", "6.6": "3", "5.1": "", "5.8": "健全",
        }.get(row["code"], row["points"])
    return values


def claims(sample, code):
    key = ("merit", "Y", code, "K1")
    for line, (item, subject, evidence, verified) in enumerate(CLAIMS[code], 1):
        cells = {"item": f"{item} {ITEMS[item]}", "subject": subject, "evidence": evidence or "无",
                 "claimed": "√", "verified": "√" if verified else ""}
        for column, value in cells.items():
            if value:
                sample.put(key, "claims", line, column, value)
    sample.head(key, "2026-12-16", "考核组")


def survey(sample):
    key = ("tally", "Y", "", "M1")
    for code, (turnout, *aspects) in SURVEY.items():
        for column, count in zip(("expected", "present", "issued", "returned", "valid"), turnout):
            sample.put(key, "turnout", code, column, count)
        for aspect, counts in enumerate(aspects, 1):
            for option, count in zip(OPTIONS, counts):
                sample.put(key, "counts", f"{code}/S{aspect}", option, count)
    sample.head(key, "2026-12-17", "计票人")


if __name__ == "__main__":
    main()
