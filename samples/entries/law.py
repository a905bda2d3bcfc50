"""Make the entries of the sample `law`: 170 points scaled to 20, a rate of villages, deductions."""

from shared import Sample, unit

UNITS = {
    "L01": "云岭镇", "L02": "青石镇", "L03": "柳河乡",
    "L04": "白沙镇", "L05": "东风街道", "L06": "石门乡",
}
# Items 1 to 10; the eighth is what is deducted, the ninth a percentage.
PANEL = {
    # 155.04 and 155.00 of 170 are both 18.24 of 20: the points before scaling decide.
    "L01": "10 9.5 14 18 17.5 18 12.54 2 95% 17.5",
    "L02": "9.5 10 13.5 19 17 18 13 - 90 15",  # exactly at 90 % of the villages: full marks
    # 88 ÷ 90 × 20 = 19.5555…: 152.96 points, scaled 17.9953, which is 18.00 and 优秀.
    "L03": "9 9 13 17 17 16.4 12 - 88 20",
    "L04": "9 9.5 13 17.45 17 18 13 3 91.5% 19",  # a hundredth less: 152.95, scaled 17.99
    "L05": "8 8 12 14 16 15 10 6 72 15",
    "L06": "6 5 8 10 10 10 5 12 45.5% 9",
}
SELF = {
    "L01": "10 10 15 19 18 18.5 13 1 95% 18",
    "L02": "10 10 14 19.5 18 18 13.5 - 92.5 16",
    "L03": "10 9 14 18 18 17 13 - 89 20",
    "L04": "9.5 9.5 14 18 17.5 18.5 13.5 2 93% 19.5",
    # Against the panel: item 4 by 4, item 8 by 4, item 9 by 4 (20 and 16), item 10 by just 3.
    "L05": "9 8.5 13 18 17 16 12 2 90 18",
    "L06": "7 6 9 11.5 11 12 6 10 50 10.5",
}
REASONS = {
    "L01": {"8": "一件行政处罚决定程序有瑕疵"}, "L04": {"8": "败诉一件，已整改"},
    "L05": {"4": "参考率只有91%", "8": "两件行政行为被撤销", "9": "25个村（社区）中18个"},
    "L06": {"8": "三件败诉", "9": "22个村中10个"},
}


def main():
    sample = Sample("law", "law-popularisation", 301)
    sample.scheme(
        [unit(code, name, "乡镇", 3010000 + n) for n, (code, name) in enumerate(UNITS.items(), 1)],
        {"issuer": "云岭县普法办"},
    )
    for number, code in enumerate(UNITS, 1):
        for form, rater, entries in (("self", "", SELF), ("panel", "K1", PANEL)):
            values = entries[code].split()
            sheet = {str(item): value.strip("-") for item, value in enumerate(values, 1)}
            day, who = (f"2026-12-0{number}", "填表人") if rater == "" else ("2026-12-16", "考核组")
            reasons = REASONS.get(code) if rater else {}
            sample.sheet((form, "Y", code, rater), sheet, day, who, reasons)
    sample.save()


if __name__ == "__main__":
    main()
