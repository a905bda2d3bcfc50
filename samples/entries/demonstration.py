"""Make the entries of the sample `demonstration`: gates, bars, documents, and a yearly review."""

from shared import Sample, unit

UNITS = {
    "D01": "和顺社区党总支", "D02": "清水湾村党支部", "D03": "市交通局机关党支部",
    "D04": "红旗机械公司党支部", "D05": "第三小学党支部", "D06": "南门市场流动党员党支部",
}
GOOD = {  # what an application that nothing is missing from says
    "C1": "是", "C2": "是", "C3": "是", "C4": "是", "C5": "是",
    "F1": "否", "F2": "否", "F3": "否", "D1": "是", "D2": "是", "D3": "是", "D4": "是",
}
OWN = {"D05": {"D3": "否"}}  # the others see nothing missing
REVIEWED = {
    "D03": {"C3": "否"},  # a condition that does not hold
    "D04": {"F3": "是"},  # a fact that bars
    "D05": {"D3": "否"},  # a document that is not enclosed
    "D06": {"C4": "否", "D2": "否"},  # two, of both kinds
}
PROOF = {
    "D03": {"C3": "组织生活记录有三个月空白"}, "D04": {"F3": "3月发生一次集体上访"},
    "D05": {"D3": "没有附命名文件"}, "D06": {"C4": "去年考核列第12名", "D2": "事迹材料没有交"},
}


def main():
    sample = Sample("demonstration", "demonstration-points", 302)
    units = enumerate(UNITS.items(), 1)
    sample.scheme(
        [unit(code, name, "申报单位", 3020000 + n) for n, (code, name) in units],
        {"issuer": "云岭市委组织部"},
    )
    for number, code in enumerate(UNITS, 1):
        sample.sheet(
            ("apply", "Y", code, ""), GOOD | OWN.get(code, {}), f"2026-10-{number + 10}", "负责人",
            {"C1": "见附件一", "D1": "已盖章"},
        )
        sample.sheet(
            ("review", "Y", code, "S1"), GOOD | REVIEWED.get(code, {}), "2026-10-28", "评审组",
            PROOF.get(code),
        )
    office = "云岭市委组织部"
    notice = "2026年11月2日至11月9日公示，没有异议"
    for code in ("D01", "D02"):
        sample.decide("2026-11-12", office, code, "A1", "grant_award", "", "", notice)
    sample.decide("2027-10-20", office, "D01", "A1", "measure", "", "保留", "年度复核合格")
    sample.decide(
        "2027-10-20", office, "D02", "A1", "measure", "", "黄牌", "年度复核：党员教育管理松了，限期三个月"
    )
    sample.save()


if __name__ == "__main__":
    main()
