"""Make the sample workspaces: scheme folder, decisions, what people fill in, planted faults.

Deterministic (seeded) and independent of the package: it reads only ``templates/*`` as text.
Run: ``python samples/make_entries.py``. All names, addresses and numbers are made up.
All amounts are whole hundredths of a point, so nothing here is a float.
"""

import csv
import random
from pathlib import Path

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE.parent / "templates"
OPTIONS = ("优秀", "良好", "一般", "较差")
ENTRY_COLUMNS = ["form", "period", "unit", "rater", "table", "row", "column", "value"]
HEAD_COLUMNS = ["form", "period", "unit", "rater", "field", "value"]
DECISION_COLUMNS = ["date", "authority", "unit", "object", "act", "from", "to", "reason"]
FAULT_COLUMNS = [
    "id", "file_or_unit", "form", "row", "column", "fault", "value",
    "expected_severity", "expected_code", "unit", "period",
]


# ------------------------------------------------------------------ files
def read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        return reader.fieldnames, list(reader)


def write(path, columns, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)


def write_scheme(template, folder, units, covers=None, settings=None):
    """Copy the template's tables; its units, the raters' covers and some settings are ours."""
    for source in sorted((TEMPLATES / template).glob("*.csv")):
        columns, rows = read(source)
        if source.stem == "units":
            rows = units
        if source.stem == "raters":
            for row in rows:
                row["covers"] = (covers or {}).get(row["code"], row["covers"])
        if source.stem == "settings":
            for row in rows:
                row["value"] = (settings or {}).get(row["key"], row["value"])
        write(folder / source.name, columns, rows)


# ------------------------------------------------------------------ numbers
def text(ticks):
    """Return hundredths as a person types them: 350 is 3.5."""
    whole, rest = divmod(ticks, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") if rest else str(whole)


class Paper:
    """The entries and heads of one workspace, in the order in which they are made."""

    def __init__(self, seed, rubric):
        self.rng = random.Random(seed)
        self.rubric = rubric
        self.entries = []
        self.heads = []

    def put(self, form, period, unit, rater, table, row, column, value):
        self.entries.append(
            dict(zip(ENTRY_COLUMNS, (form, period, unit, rater, table, row, column, value)))
        )

    def head(self, form, period, unit, rater, date, signature):
        for field, value in (("checked", "√"), ("date", date), ("signature", signature)):
            self.heads.append(
                dict(zip(HEAD_COLUMNS, (form, period, unit, rater, field, value)))
            )

    def losses(self, total, absent, free):
        """Split 100 points less total over the criteria: steps kept, nothing below 40 %."""
        rng, lost = self.rng, {row["code"]: 0 for row in self.rubric}
        open_rows = [row for row in self.rubric if row["code"] not in absent | free]
        rest = 10000 - total
        while rest:
            row = rng.choice(open_rows)
            step = 50 if row["step"] else rng.choice((10, 20, 25, 50))
            ceiling = int(row["points"]) * 60
            if row["step"] and step > rest:
                continue
            step = min(step, rest)
            if lost[row["code"]] + step <= ceiling:
                lost[row["code"]] += step
                rest -= step
        return lost

    def sheet(self, form, period, unit, rater, total, absent=(), blank=()):
        """Fill one rubric sheet so that it adds up to total (absent rows count as full)."""
        absent, blank = set(absent), set(blank)
        lost = self.losses(total, absent, blank)
        for row in self.rubric:
            code, points = row["code"], int(row["points"]) * 100
            if code in absent:
                value, remark = "/", "本单位没有此项工作"
            elif row["entry"] == "deducted":
                value = "" if code in blank else text(lost[code])
                remark = "查实后扣分" if lost[code] else ""
            else:
                value = text(points - lost[code])
                remark = self.rng.choice(("资料不全", "记录不规范", "落实不够及时", "")) if lost[
                    code
                ] >= points // 3 else ""
            self.put(form, period, unit, rater, "items", code, "entry", value)
            if remark:
                self.put(form, period, unit, rater, "items", code, "remark", remark)

    def even_ballot(self, aspects, points):
        """Return counts per aspect, 50 ticks each, whose values' mean is points (hundredths)."""
        rng = self.rng
        drops = aspects * (10000 - points) // 40  # each drop of one option costs 20/50 = 0.40
        assert aspects * (10000 - points) % 40 == 0, points
        share = [drops // aspects + (1 if i < drops % aspects else 0) for i in range(aspects)]
        for _ in range(aspects * 2):
            a, b = rng.sample(range(aspects), 2)
            if share[a] > 4:
                share[a], share[b] = share[a] - 1, share[b] + 1
        rng.shuffle(share)
        counts = []
        for drop in share:
            poor = rng.randint(0, min(2, drop // 6))
            fair = rng.randint(0, (drop - 3 * poor) // 4)
            good = drop - 3 * poor - 2 * fair
            counts.append((50 - poor - fair - good, good, fair, poor))
            assert min(counts[-1]) >= 0
        return counts

    def loose_ballot(self, aspects, valid, quality):
        """Return plausible counts with a few abstentions."""
        rng, counts = self.rng, []
        for _ in range(aspects):
            ticks = valid - rng.choice((0, 0, 0, 1, 2, 3))
            drawn = rng.choices(range(4), weights=quality, k=ticks)
            counts.append(tuple(drawn.count(option) for option in range(4)))
        return counts

    def tally(self, turnout, counts):
        """Both tellers count the same: turnout and counts by unit."""
        for teller in ("1", "2"):
            for unit, numbers in turnout.items():
                for column, value in zip(
                    ("expected", "present", "issued", "returned", "valid"), numbers
                ):
                    self.put("tally", "Y", "", teller, "turnout", unit, column, str(value))
            for unit, aspects in counts.items():
                for number, row in enumerate(aspects, 1):
                    for option, value in zip(OPTIONS, row):
                        self.put(
                            "tally", "Y", "", teller, "counts", f"{unit}/{number}", option,
                            str(value),
                        )

    def marks(self, number, mean):
        """Return whole marks of 0–100 whose mean (hundredths) is exact."""
        total = number * mean
        assert total % 100 == 0, (number, mean)
        total //= 100
        low, high = max(40, mean // 100 - 12), min(100, mean // 100 + 12)
        marks = [self.rng.randint(low, high) for _ in range(number)]
        while sum(marks) != total:
            place = self.rng.randrange(number)
            marks[place] += 1 if sum(marks) < total else -1
            marks[place] = min(100, max(0, marks[place]))
        return [str(mark) for mark in marks]


# ------------------------------------------------------------------ township
VILLAGES = (
    "云溪村党支部", "石桥村", "柳湾", "青石岭沿江移民安置新村联合党总支部委员会", "大垭口村党支部",
    "双龙井村党总支", "茶山坳村党支部", "白鹭洲村党支部", "老鹰岩村党支部", "竹林坪村党支部",
    "枫树坡村党支部", "红土地现代农业产业园区中心村党总支部", "上河坝村党支部", "下河坝村党支部",
    "杏花村党支部", "九道湾村与龙潭口村联合党支部委员会",
)
OFFICES = (
    "党政办", "财政所党支部", "农业综合服务中心党支部", "便民服务和退役军人事务联合党支部委员会",
    "中心学校党支部", "卫生院党支部", "派出所党支部", "供销社与农商银行网点联合党支部",
)
SECRETARIES = (
    "安远山", "卜小禾", "岑立", "杜青松", "方一诺", "古月明", "韩江雪", "纪长风",
    "康乐", "黎晓晨", "苗春雨", "宁致远", "欧阳书恒", "蒲英", "屈平川", "任重",
)
PRAISES = (
    "道路硬化办得好", "为老年人办了食堂", "产业发展见效快", "支部活动经常，党员带头",
    "处理纠纷公道", "环境整治变化大",
)
PROBLEMS = (
    "路灯太少，晚上出行不便", "灌溉水渠年久失修", "年轻党员参加活动少", "公开栏更新慢",
    "外出党员联系不够", "集体收入偏低",
)
ADVICE = (
    "多到各组走一走", "账目每季度公开一次", "多办农技培训", "希望增加班车", "早些确定明年的项目",
    "会议短一些，办事快一些",
)

# code: (self, panel, panel mid-year, ballot, review group, review secretary); None = left to chance
TOWNSHIP = {
    "V01": (9000, 9500, 9120, 9300, 9240, 9080),  # panel 95 + bonus 10, capped at 100
    "V02": (9420, 9290, 9055, 9120, 9040, 9040),  # ties with V03 in everything
    "V03": (9350, 9360, 8940, 9120, 9000, 9160),
    "V04": (9120, 8900, None, 9010, 8920, 8880),  # exactly 90.00
    "V05": (8935, 8760, None, None, None, None),  # 2.4 does not apply, granted
    "V06": (9400, 9550, 9300, 9240, 7800, 7960),  # unit over 90, report review 78.40
    "V07": (8820, 8660, None, 8500, 8400, 8480),  # ties with V08, which has the higher target
    "V08": (8800, 8700, None, 8480, 8400, 8480),
    "V09": (8433, 8310, None, None, None, None),  # 46 papers returned
    "V10": (7815, 7240, None, None, None, None),
    "V11": (7105, 6420, None, None, None, None),  # 较差
    "V12": (8001, 8000, None, 8000, 8000, 7960),  # 80.00 level by level, 79.99 rounded last
    "V13": (8590, 8425, None, None, None, None),  # deductions left blank, 已核 ticked
    "V14": (8660, 8515, None, None, None, None),  # bonus with a capped row
    "V15": (8375, 8220, None, None, None, None),  # many abstentions on the review papers
    "V16": (8867, 8534, None, None, None, None),
    "O01": (9260, 9140, None, 9040, None, None),  # ties with O02: the one slot goes to nobody
    "O02": (9190, 9210, None, 9040, None, None),
    "O03": (9025, 8890, None, None, None, None),
    "O04": (8845, 8610, None, None, None, None),
    "O05": (8766, 8655, None, None, None, None),
    "O06": (8210, 7945, None, None, None, None),
    "O07": (8513, 8404, None, None, None, None),
    "O08": (7530, 7385, None, None, None, None),
}
ABSENT = {"V05": ("2.4",), "O03": ("6.3",)}
BLANK = {"V13": ("1.10", "4.5"), "O04": ("1.10",)}
CLAIMS = {  # unit: {honour: (claimed, verified)}
    "V01": {"B2": (3, 2)},
    "V06": {"B4": (1, 0)},
    "V14": {"B3": (1, 1), "B5": (3, 3)},
    "O05": {"B4": (1, 1), "B5": (1, 0)},
}
QUALITY = {"V10": (20, 45, 28, 7), "V11": (12, 38, 35, 15), "O06": (25, 50, 20, 5),
           "O08": (18, 45, 30, 7)}


def township_units():
    rows = []
    for number, name in enumerate(VILLAGES, 1):
        rows.append(unit(f"V{number:02}", name, "村", number))
    for number, name in enumerate(OFFICES, 1):
        rows.append(unit(f"O{number:02}", name, "机关", 100 + number))
    for number, name in enumerate(SECRETARIES, 1):
        rows.append(
            unit(f"S{number:02}", name, "村书记", 200 + number, "person", f"V{number:02}", "no")
        )
    rows[4]["former_names"] = "垭口村党支部"
    return rows


def unit(code, name, class_, number, kind="unit", parent="", ranked="yes"):
    return {
        "code": code, "name": name, "class": class_, "kind": kind, "parent": parent,
        "email": f"{code.lower()}@example.org", "phone": f"0000-{number:07}", "ranked": ranked,
    }


def township(seed=20260):
    _, criteria = read(TEMPLATES / "township-responsibility" / "criteria.csv")
    rubric = [r for r in criteria if r["rubric"] == "duty" and r["entry"] != "section"]
    paper = Paper(seed, rubric)
    rng, turnout, counts = paper.rng, {}, {}
    for code, (own, panel, midyear, ballot, group, secretary) in TOWNSHIP.items():
        absent, blank = ABSENT.get(code, ()), BLANK.get(code, ())
        paper.sheet("self", "Y", code, "", own, absent, blank)
        paper.head("self", "Y", code, "", f"2026-12-{rng.randint(5, 12):02}", "填表人")
        if midyear:
            paper.sheet("panel", "H1", code, "P01", midyear, absent)
            paper.head("panel", "H1", code, "P01", "2026-07-08", "考核组")
        paper.sheet("panel", "Y", code, "P01", panel, absent, blank)
        paper.head("panel", "Y", code, "P01", f"2026-12-{rng.randint(14, 18):02}", "考核组")
        for honour, (claimed, verified) in CLAIMS.get(code, {}).items():
            paper.put("claims", "Y", code, "P01", "items", honour, "claimed", str(claimed))
            paper.put("claims", "Y", code, "P01", "items", honour, "verified", str(verified))
        paper.head("claims", "Y", code, "P01", "2026-12-18", "考核组")
        if ballot:
            valid = 50 + rng.randint(0, 3)
            counts[code] = paper.even_ballot(8, ballot)
        else:
            valid = 45 if code == "V09" else rng.randint(51, 57)
            counts[code] = paper.loose_ballot(8, valid, QUALITY.get(code, (50, 38, 10, 2)))
        returned = 46 if code == "V09" else valid + rng.randint(0, 2)
        issued = returned + rng.randint(0, 3)
        present = issued + rng.randint(0, 1)
        turnout[code] = (present + rng.randint(0, 9), present, issued, returned, valid)
        if code.startswith("V"):
            review(paper, code, group, secretary)
    paper.tally(turnout, counts)
    for teller in ("1", "2"):
        paper.head("tally", "Y", "", teller, "2026-12-17", f"计票人{teller}")
    return paper


def review(paper, code, group, secretary):
    """Fill the sheet of review papers of one village."""
    rng = paper.rng
    if group:
        one, two = paper.marks(50, group), paper.marks(50, secretary)
        one, two = one + ["/"] * 2, two + ["/"] * 2
    else:
        papers = {"V15": 50, "V16": 60}.get(code, rng.randint(51, 59))
        middle = {"V10": 74, "V11": 66}.get(code, rng.randint(82, 88))
        shy = 9 if code == "V15" else rng.randint(0, 3)
        one = [text(rng.randint(2 * middle - 20, 2 * middle + 20) * 50) for _ in range(papers)]
        two = [text(rng.randint(2 * middle - 22, 2 * middle + 22) * 50) for _ in range(papers)]
        for place in rng.sample(range(papers), shy):
            one[place] = "/"
        for place in rng.sample(range(papers), shy):
            two[place] = "/"
    rng.shuffle(one)
    rng.shuffle(two)
    for number, (mark_one, mark_two) in enumerate(zip(one, two), 1):
        row = f"P{number:03}"
        paper.put("review", "Y", code, "T01", "papers", row, "R1", mark_one)
        paper.put("review", "Y", code, "T01", "papers", row, "R2", mark_two)
        for column, texts in (("Q1", PRAISES), ("Q2", PROBLEMS), ("Q3", ADVICE)):
            if rng.random() < 0.12:
                paper.put("review", "Y", code, "T01", "papers", row, column, rng.choice(texts))
    paper.head("review", "Y", code, "T01", "2026-12-17", "计票组")


TOWNSHIP_DECISIONS = [
    ("2026-12-28", "云岭乡党委会议", "V01", "", "confirm_grade", "优秀", "优秀", "会议审定，同意拟定等次"),
    ("2026-12-28", "云岭乡党委会议", "V12", "", "confirm_grade", "良好", "一般",
     "公示期间收到反映，核实后降一个等次"),
]


def faults(paper):
    """Return the faults planted on top of the clean township data, each with what is expected."""
    entries = {
        (e["form"], e["period"], e["unit"], e["row"], e["column"]): e["value"]
        for e in paper.entries
        if e["rater"] != "2"
    }
    rows = []

    def clean(form, code, row, column="entry"):
        return entries[form, "Y", "" if form == "tally" else code, row, column]

    def add(unit_code, form, row, column, fault, value, severity, code, where=None, period="Y"):
        rows.append(
            dict(zip(FAULT_COLUMNS, (
                f"F{len(rows) + 1:02}", where or unit_code, form, row, column, fault, value,
                severity, code, unit_code, period)))
        )

    def pick(form, code, decimal=True):
        """Return the first earned row of that sheet whose entry has a point, as people slip there."""
        for row in paper.rubric:
            value = clean(form, code, row["code"])
            if row["entry"] == "earned" and value not in ("", "/") and ("." in value) == decimal:
                return row["code"], value
        raise LookupError(code)

    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    # cells that are accepted
    row, value = pick("self", "V01")
    add("V01", "self", row, "entry", "text_number", f" {value} ", "", "")
    row, value = pick("panel", "V02")
    add("V02", "panel", row, "entry", "full_width", value.translate(wide), "note", "cell_full_width")
    row, value = pick("self", "V05")
    add("V05", "self", row, "entry", "unit_word", f"{value}分", "note", "cell_unit_word")
    row, value = pick("self", "V15")
    add("V15", "self", row, "entry", "formula_cached", f"=0+{value}|{value}", "note", "cell_formula")
    # cells that are refused
    row, value = pick("self", "V06")
    add("V06", "self", row, "entry", "mistyped", value.replace(".", "。"), "error",
        "cell_mistyped_point")
    add("V06", "panel", "1.1", "entry", "date", "2026-01-02", "error", "cell_date")
    add("V08", "self", "2.1", "entry", "percent_format", "0.85|0%", "error", "cell_percent_format")
    add("V08", "panel", "3.1", "entry", "mark", "√", "error", "cell_mark")
    add("V09", "panel", "2.2", "entry", "too_large", "8.5", "error", "entry_too_large")
    add("V09", "self", "7.1", "entry", "negative", "-1", "error", "entry_negative")
    add("V11", "panel", "5.3", "entry", "blank", "", "error", "entry_missing")
    add("V11", "self", "1.4", "entry", "not_applicable", "/", "error", "entry_not_applicable")
    add("V13", "panel", "6.1", "entry", "error_formula", "=1/0", "error", "cell_error_value")
    add("V13", "self", "4.3", "entry", "word", "优", "error", "cell_not_a_number")
    # rows, columns, sheets
    add("V16", "panel", "5.2", "", "row_deleted", "", "error", "row_missing")
    add("V16", "review", "P007", "R1", "too_large", "105", "error", "entry_too_large")
    add("V02", "self", "3.2", "", "row_inserted", "补充说明", "note", "row_inserted")
    add("V01", "panel", "", "", "sheet_renamed", "Sheet1", "note", "sheet_renamed")
    add("O02", "self", "", "entry", "column_moved", "", "note", "column_moved")
    add("V15", "panel", "1.2", "title", "text_changed", "书记履行第一责任人责任（修改）", "warning",
        "text_changed")
    add("V05", "panel", "2.1", "points", "points_changed", "5", "warning", "points_changed")
    # tally
    add("O07", "tally", "O07/3", "优秀", "exceeds_valid",
        str(int(clean("tally", "O07", "O07/3", "优秀")) + 20), "error", "tally_exceeds_valid",
        "tally (both tellers)")
    add("V10", "tally", "V10/4", "良好", "tellers_differ",
        str(int(clean("tally", "V10", "V10/4", "良好")) - 1), "error", "tally_differs",
        "tally (teller 2 only)")
    # files
    add("V01", "self", "", "", "duplicate_copy", "(1)", "note", "file_duplicate")
    row, value = pick("self", "O03", decimal=False)
    add("O03", "self", row, "entry", "conflict_copy", f"最终版|{text(int(value) * 100 - 50)}",
        "error", "file_conflict")
    add("O04", "self", "", "", "truncated_file", "60%", "error", "file_damaged")
    add("O04", "self", "", "", "truncated_file", "", "error", "return_missing")
    add("O05", "self", "", "", "zero_bytes", "", "error", "file_empty")
    add("O05", "self", "", "", "zero_bytes", "", "error", "return_missing")
    add("O06", "panel", "", "", "html_as_xls", ".xls", "error", "file_html")
    add("O06", "panel", "", "", "html_as_xls", "", "error", "return_missing")
    add("V03", "self", "", "", "lock_file", "~$", "", "")
    add("V05", "self", "", "", "scan_pdf", ".pdf", "", "")
    add("V03", "self", "", "", "copied_as_other", "V04", "note", "file_duplicate", "V03 → V04")
    add("V04", "self", "", "", "copied_as_other", "", "error", "return_missing", "V03 → V04")
    add("O08", "self", "", "", "unit_missing", "", "error", "return_missing")
    add("O08", "panel", "", "", "unit_missing", "", "error", "return_missing")
    return rows


# ------------------------------------------------------------------ community
COMMUNITIES = (
    "槐荫", "和平里社区党总支", "滨江花园与水岸新城联合社区党总支部委员会", "铁路新村社区党支部",
    "文昌社区党总支", "南湖社区党支部", "纺织厂老家属院片区改造安置社区党支部", "丹桂社区党支部",
    "向阳坡社区党支部", "北关社区党支部", "古井巷", "科苑社区党总支",
)
STREETS = ("东升街道党工委", "西渡口街道党工委")
# code: (self, committee); the committee's total counts
COMMUNITY = {
    "C01": (9650, 9520),
    "C02": (9480, 9340),  # ties with C06; the ballot decides, and with it the last slot
    "C03": (9360, 9150),  # the inspection puts 88.00 in the place of 91.50
    "C04": (9575, 9410),
    "C05": (9210, 9000),  # exactly on the edge of 优秀
    "C06": (9525, 9340),
    "C07": (9135, 8999),  # a hundredth below the edge
    "C08": (9280, 9110),  # proposed 优秀, confirmed 合格
    "C09": (8940, 8725),  # 4.4 does not apply: 98 points rescaled to 100
    "C10": (8015, 7685),
    "C11": (6680, 5960),  # 不合格
    "C12": (8850, 8633),
}
COMMUNITY_DECISIONS = [
    ("2026-07-10", "示例区委组织部", "C03", "committee", "inspection", "91.50", "88.00",
     "区里检查验收，志愿者队伍和文化活动未达到标准"),
    ("2026-07-15", "示例区委组织部", "C08", "", "confirm_grade", "优秀", "合格",
     "公示期间收到反映，核实后不认定为优秀"),
]


def community_units():
    rows = [
        unit(f"J{number:02}", name, "街道党工委", number, ranked="no")
        for number, name in enumerate(STREETS, 1)
    ]
    for number, name in enumerate(COMMUNITIES, 1):
        parent = "J01" if number <= 6 else "J02"
        rows.append(unit(f"C{number:02}", name, "社区", 10 + number, parent=parent))
    return rows


def community(seed=20261):
    _, criteria = read(TEMPLATES / "community-three-good" / "criteria.csv")
    rubric = [r for r in criteria if r["rubric"] == "three-good" and r["entry"] != "section"]
    paper = Paper(seed, rubric)
    rng, turnout, counts = paper.rng, {}, {}
    for number, (code, (own, committee)) in enumerate(COMMUNITY.items(), 1):
        rater = "K01" if number <= 6 else "K02"
        absent = ("4.4",) if code == "C09" else ()
        paper.sheet("self", "Y", code, "", own, absent)
        paper.head("self", "Y", code, "", f"2026-05-{rng.randint(12, 28):02}", "填表人")
        paper.sheet("committee", "Y", code, rater, committee, absent)
        paper.head("committee", "Y", code, rater, f"2026-06-{rng.randint(8, 20):02}", "党工委")
        valid = rng.randint(31, 38)
        quality = (20, 40, 30, 10) if code == "C11" else (55, 35, 8, 2)
        counts[code] = paper.loose_ballot(3, valid, quality)
        returned = valid + rng.randint(0, 1)
        issued = returned + rng.randint(0, 2)
        turnout[code] = (issued + rng.randint(0, 4), issued, issued, returned, valid)
    paper.tally(turnout, counts)
    for teller in ("1", "2"):
        paper.head("tally", "Y", "", teller, "2026-06-18", f"计票人{teller}")
    return paper


# ------------------------------------------------------------------ all
def save(folder, paper, decisions):
    write(folder / "filled" / "entries.csv", ENTRY_COLUMNS, paper.entries)
    write(folder / "filled" / "heads.csv", HEAD_COLUMNS, paper.heads)
    write(
        folder / "decisions.csv", DECISION_COLUMNS,
        [dict(zip(DECISION_COLUMNS, row)) for row in decisions],
    )


def main():
    paper = township()
    for name in ("township", "township-messy"):
        settings = {"issuer": "云岭乡党委"}
        write_scheme(
            "township-responsibility", HERE / name / "scheme", township_units(), settings=settings
        )
        save(HERE / name, paper, TOWNSHIP_DECISIONS)
    write(HERE / "township-messy" / "faults.csv", FAULT_COLUMNS, faults(paper))
    covers = {
        "K01": ";".join(f"C{n:02}" for n in range(1, 7)),
        "K02": ";".join(f"C{n:02}" for n in range(7, 13)),
    }
    write_scheme(
        "community-three-good", HERE / "community" / "scheme", community_units(), covers
    )
    save(HERE / "community", community(), COMMUNITY_DECISIONS)


if __name__ == "__main__":
    main()
