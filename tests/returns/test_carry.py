"""Forms issued before the scheme was corrected: read by their own plan, carried where it still
means the same, refused where it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.i18n import catalog
from assessor.issuing import issue
from assessor.outputs.form import write_packet
from assessor.returns.reading import FormReading
from assessor.rounds import read_round
from assessor.workspace import Workspace
from tests.builders import SMALL, codes, edited, small_workspace
from tests.filling import FULL, Round, number
from tests.kinds import KINDS, kinds_round

THEN = FULL | {"2.1": "15", "2.2": "3", "1.2": "18.5"}


def corrected(tmp_path: Path, *edits: tuple[str, str], **tables: str) -> FormReading:
    """Return a form of V01 that was issued, filled in, and read after the scheme was corrected."""
    small_workspace(tmp_path)
    issue(Workspace(tmp_path))
    content = Round(Workspace(tmp_path)).filled("self", "V01", THEN)
    criteria = SMALL["criteria"]
    for old, new in edits:
        criteria = edited(criteria, old, new)
    small_workspace(tmp_path, **{"criteria": criteria, **tables})
    (form,) = Round(Workspace(tmp_path)).read(content).forms
    return form


def values(form: FormReading) -> dict[str, str]:
    """Return what each criterion counts as, refused ones as their status."""
    return {
        entry.row: str(entry.value) if entry.value is not None else str(entry.status)
        for entry in form.entries
    }


AS_THEN = {"1.1": "20", "1.2": "18.5", "1.10": "20", "2.1": "15", "2.2": "3", "2.3": "10"}


def test_a_corrected_text_is_no_difference_and_no_warning(tmp_path: Path) -> None:
    form = corrected(tmp_path, ("服务群众", "联系服务群众"), ("组织     |", "组织建设 |"))
    assert codes(form.problems) == []
    assert values(form) == AS_THEN


def test_other_points_ask_for_the_entry_anew(tmp_path: Path) -> None:
    """15 of at most 20 is not 15 of at most 25, though it would be allowed."""
    form = corrected(
        tmp_path, ("服务群众 | 20", "服务群众 | 25"), ("完成任务 | 10", "完成任务 | 5")
    )
    assert codes(form.problems) == ["version_old", "criterion_changed", "criterion_changed"]
    assert values(form) == AS_THEN | {"2.1": "refused", "2.3": "refused"}
    first = form.problems[1]
    assert (first.criterion, first.place.cell) == ("2.1", "D14")
    assert catalog("zh").message(first) == (
        "2.1 服务群众：填了“15”，可是下发以后这一项改了："
        "当时填“0 到 20 之间的数字，可带小数”，现在填“0 到 25 之间的数字，可带小数”。不能照用。"
    )
    assert catalog("zh").cure(first) == "请在新下发的表上重新填这一项。"
    assert catalog("en").message(first) == (
        "2.1 服务群众: “15” was entered, but the item has changed since the form was issued. "
        "Then: a number from 0 to 20 (decimals are allowed). Now: a number from 0 to 25 (decimals "
        "are allowed). The entry cannot be used."
    )
    assert catalog("en").cure(first) == "Ask for this item on a new form."


def test_another_kind_of_entry_asks_for_it_anew(tmp_path: Path) -> None:
    form = corrected(tmp_path, ("廉洁自律 | 10     | deducted", "廉洁自律 | 10     | earned"))
    assert codes(form.problems) == ["version_old", "criterion_changed"]
    assert values(form) == AS_THEN | {"2.2": "refused"}


def test_a_new_criterion_is_missing_and_one_that_is_gone_does_not_count(tmp_path: Path) -> None:
    form = corrected(
        tmp_path, ("duty   | 2.3  | 2       | 完成任务", "duty   | 2.4  | 2       | 考勤")
    )
    assert codes(form.problems) == ["version_old", "criterion_gone", "criterion_new"]
    left = {code: value for code, value in AS_THEN.items() if code != "2.3"}
    assert values(form) == left | {"2.4": "refused"}
    old, gone, new = form.problems
    assert [catalog("zh").message(problem) for problem in (old, gone, new)] == [
        f"这份表（self-2026-Y-V01-1-{form.version}）是方案改动以前下发的，"
        "已按下发时的表样读取，对应到现在的项目。",
        "方案里已经没有的项目，填了也不计：2.3。",
        "2.4 考勤：这一项是方案后来增加的，这份旧表上没有。",
    ]
    assert [catalog("en").message(problem) for problem in (old, gone, new)] == [
        f"This form (self-2026-Y-V01-1-{form.version}) was issued before the scheme was changed. "
        "It was read by the form of then, and matched to the criteria of now.",
        "These items are no longer in the scheme. What was entered there does not count: 2.3.",
        "2.4 考勤: this item was added to the scheme later. The old form does not have it.",
    ]


def test_a_fault_in_a_cell_that_is_no_longer_asked_holds_nobody_up(tmp_path: Path) -> None:
    small_workspace(tmp_path)
    issue(Workspace(tmp_path))
    content = Round(Workspace(tmp_path)).filled("self", "V01", THEN | {"2.3": "约9"})
    criteria = edited(
        edited(SMALL["criteria"], "duty   | 2.3  | 2       | 完成任务 | 10     | earned", ""),
        "服务群众 | 20", "服务群众 | 30",
    )  # fmt: skip
    small_workspace(tmp_path, criteria=criteria.replace("        |               |\n", "\n"))
    (form,) = Round(Workspace(tmp_path)).read(content).forms
    assert "cell_range" not in codes(form.problems)
    assert "2.3" not in values(form)


def test_a_narrower_step_refuses_only_what_does_not_fit_it(tmp_path: Path) -> None:
    fits = corrected(
        tmp_path / "1", ("earned   |               | 0.5", "earned   |               | 0.1")
    )
    assert codes(fits.problems) == ["version_old"]
    assert values(fits) == AS_THEN
    broken = corrected(
        tmp_path / "2", ("earned   |               | 0.5", "earned   |               | 1")
    )
    assert codes(broken.problems) == ["version_old", "entry_step"]
    assert values(broken) == AS_THEN | {"1.2": "refused"}


LEVELS = """
    rubric | code | title    | points | entry | parameters
    duty   | 1    | 活动情况 | 10     | level | options=等级
    duty   | 2    | 服务群众 | 90     | earned |
    """


@pytest.mark.parametrize(
    ("options", "answer", "expected", "problems"),
    [
        ("优 良 差", "良", "1", []),
        ("优 中 良 差", "良", "2", ["version_old"]),
        ("差 良 优", "优", "2", ["version_old"]),
        ("好 差", "良", "refused", ["version_old", "criterion_answer_gone"]),
    ],
)
def test_an_answer_is_carried_by_its_word_not_by_its_place(
    tmp_path: Path, options: str, answer: str, expected: str, problems: list[str]
) -> None:
    def tables(words: str) -> dict[str, str]:
        rows = [f"等级 | {word} | {10 - 2 * n}" for n, word in enumerate(words.split())]
        return {"criteria": LEVELS, "options": "\n".join(["set | option | value", *rows])}

    round_ = Round(small_workspace(tmp_path, **tables("优 良 差")))
    issue(round_.workspace)
    content = round_.filled("self", "V01", {"1": answer, "2": "80"})
    (form,) = Round(small_workspace(tmp_path, **tables(options))).read(content).forms
    assert codes(form.problems) == problems
    assert values(form) == {"1": expected, "2": "80"}


def test_a_round_goes_on_with_old_and_new_forms_beside_each_other(tmp_path: Path) -> None:
    """V01 answers on the old form, V02 on the new one; both are scored by the present scheme."""
    round_ = Round(small_workspace(tmp_path))
    issue(round_.workspace)
    round_.return_all(self_V01=THEN, panel_V01=THEN)
    criteria = edited(SMALL["criteria"], "|               | 0.5", "|               | 0.1")
    criteria = edited(criteria, "完成任务", "完成各项任务")
    small_workspace(tmp_path, criteria=criteria)
    after = Round(Workspace(tmp_path))
    issue(after.workspace)
    for form in ("self", "panel"):
        path = after.workspace.returns / f"{form}-V02.xlsx"
        path.write_bytes(after.filled(form, "V02", FULL))
    result = read_round(after.workspace, after.workspace.returns, workers=1)
    assert codes(result.problems) == ["version_old", "version_old"]
    # V01: 20 + 18.5 + 20 + 15 + (10 - 3) + 10 = 90.5 of 100, in both forms
    assert [str(mine.score) for mine in result.standing.units] == ["90.50", "100.00"]
    assert result.complete


def test_a_plan_that_is_not_kept_leaves_points_in_doubt(tmp_path: Path) -> None:
    small_workspace(tmp_path)
    content = Round(Workspace(tmp_path)).filled("self", "V01", THEN)
    criteria = edited(SMALL["criteria"], "服务群众 | 20", "服务群众 | 25")
    small_workspace(tmp_path, criteria=edited(criteria, "完成任务 | 10", "完成任务 | 5"))
    (form,) = Round(Workspace(tmp_path)).read(content).forms
    assert values(form) == AS_THEN | {"2.1": "refused", "2.3": "refused"}
    assert [p.code for p in form.problems if p.criterion == "2.1"] == ["points_then"]
    told = next(p for p in form.problems if p.code == "points_then")
    assert catalog("zh").message(told) == (
        "编号 2.1 在这份旧表上是“20”分，现在是 25 分，当时的表样又没有保存，不知道是按多少分评的。"
    )
    assert catalog("en").message(told) == (
        "On this old form code 2.1 has “20” points, and now it has 25. The form of then was not "
        "kept, so nobody knows by how many points it was scored."
    )


# -- rosters and papers --------------------------------------------------------------------------

SCORES = {"A1": "55", "A2": "28", "A3": "27"}


def roster_after(tmp_path: Path, *edits: tuple[str, str]) -> FormReading:
    """Return a leader's roster that was issued and filled in before the scheme was corrected."""
    before = kinds_round(tmp_path)
    issue(before.workspace)
    packet = before.packet("lead")
    (copy,) = packet.copies
    filled: dict[tuple[str, str, str], object] = {
        ("roster", unit, code): number(value)
        for unit, codes_ in (("V01", "A1 A2"), ("V02", "A1 A2"), ("O01", "A1 A3"))
        for code, value in SCORES.items()
        if code in codes_
    }
    filled["foot", "checked", "value"] = "√"
    content = write_packet(before.scheme, packet, before.key, {copy.key: filled})
    criteria = KINDS["criteria"]
    for old, new in edits:
        criteria = edited(criteria, old, new)
    (form,) = kinds_round(tmp_path, criteria=criteria).read(content).forms
    return form


def roster_values(form: FormReading) -> dict[str, str]:
    return {
        f"{entry.row}/{entry.column}": str(entry.status if entry.value is None else entry.value)
        for entry in form.entries
    }


ROSTER = {
    "V01/A1": "55",
    "V01/A2": "28",
    "V01/A4": "0",
    "V02/A1": "55",
    "V02/A2": "28",
    "V02/A4": "0",
    "O01/A1": "55",
    "O01/A3": "27",
    "O01/A4": "0",
}


def test_a_roster_is_found_by_the_headers_that_it_was_issued_with(tmp_path: Path) -> None:
    form = roster_after(tmp_path, ("服务群众|30", "联系和服务群众|30"))
    assert codes(form.problems) == []
    assert roster_values(form) == ROSTER


def test_a_new_column_of_a_roster_is_asked_of_every_unit_that_has_it(tmp_path: Path) -> None:
    form = roster_after(
        tmp_path,
        (
            "服务群众|30|earned|||村||",
            "服务群众|20|earned|||村||\n        lead|A5||来信来访|10|earned|||村||",
        ),
    )
    assert codes(form.problems) == [
        "version_old",
        "criterion_changed",
        "criterion_changed",
        "criterion_new",
        "criterion_new",
    ]
    assert [problem.criterion for problem in form.problems[1:]] == [
        "V01/A2",
        "V02/A2",
        "V01/A5",
        "V02/A5",
    ]
    assert roster_values(form) == ROSTER | dict.fromkeys(
        ("V01/A2", "V02/A2", "V01/A5", "V02/A5"), "refused"
    )


def test_many_forms_of_one_older_version_are_one_warning(tmp_path: Path) -> None:
    units = SMALL["units"] + "\n V03|北村|村||王五|\n V04|南村|村||赵六|"
    round_ = Round(small_workspace(tmp_path, units=units))
    issue(round_.workspace)
    round_.return_all(panel_V02=THEN)
    criteria = edited(SMALL["criteria"], "|               | 0.5", "|               | 0.1")
    workspace = small_workspace(tmp_path, units=units, criteria=criteria)
    result = read_round(workspace, workspace.returns, workers=1)
    (panel, own) = [problem for problem in result.problems if problem.code == "versions_old"]
    assert codes(result.problems).count("version_old") == 0
    assert catalog("zh").message(own) == (
        "有 4 份表是方案改动以前下发的，已按下发时的表样读取，对应到现在的项目："
        "self-V01.xlsx、self-V02.xlsx、self-V03.xlsx、self-V04.xlsx。"
    )
    assert catalog("en").message(panel) == (
        "Forms issued before the scheme was changed: 4. They were read by the form of then, and "
        "matched to the criteria of now: panel-V01.xlsx, panel-V02.xlsx, panel-V03.xlsx, "
        "panel-V04.xlsx."
    )
