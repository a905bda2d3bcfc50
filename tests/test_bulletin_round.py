"""The bulletin from the clerk's side: his template, his edits, and a collect that never stops."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from assessor.outputs.bulletin_base import base_template
from assessor.rehearsal import rehearse
from assessor.renewal import renew
from assessor.starting import new_workspace
from assessor.workflow import Collected, collect
from assessor.workspace import BULLETINS, Workspace
from tests.builders import SMALL, edited, small_workspace
from tests.commands import Run
from tests.filling import Round

ZH, EN = BULLETINS["zh"], BULLETINS["en"]


def collected(workspace: Workspace) -> Collected:
    return collect(workspace, workspace.returns, workers=1)


def filled(folder: Path, **changes: str) -> Workspace:
    filling = Round(small_workspace(folder, **changes))
    filling.return_all()
    return filling.workspace


def edit(path: Path, change: Callable[[str], str]) -> None:
    """Change every paragraph of a document as somebody does in Word, and save it."""
    document = Document(str(path))
    for paragraph in document.paragraphs:
        if (text := change(paragraph.text)) != paragraph.text:
            paragraph.text = text
    document.save(str(path))


def texts(path: Path) -> list[str]:
    return [paragraph.text for paragraph in Document(str(path)).paragraphs]


def listed(workspace: Workspace) -> list[dict[str, str]]:
    text = (workspace.results / "problems.csv").read_text(encoding="utf-8-sig")
    return [row for row in csv.DictReader(io.StringIO(text)) if row["code"].startswith("bulletin")]


def test_a_new_workspace_has_a_template_to_edit(tmp_path: Path) -> None:
    new_workspace("township-responsibility", tmp_path / "w")
    assert (tmp_path / "w" / ZH).read_bytes() == base_template("zh")
    assert not (tmp_path / "w" / EN).exists()


def test_an_edited_template_is_used(tmp_path: Path) -> None:
    workspace = filled(tmp_path)
    (tmp_path / ZH).write_bytes(base_template("zh"))
    edit(
        tmp_path / ZH, lambda text: text.replace("各参评单位：", "各村党支部（共{{ 参评数 }}个）：")
    )
    assert collected(workspace).round.complete
    assert "各村党支部（共2个）：" in texts(workspace.results / "bulletin.docx")
    assert listed(workspace) == []


def test_without_one_the_shipped_template_is_used(tmp_path: Path) -> None:
    workspace = filled(tmp_path)
    collected(workspace)
    with_it = (workspace.results / "bulletin.docx").read_bytes()
    (tmp_path / ZH).write_bytes(base_template("zh"))
    assert not collected(workspace).exchange.changed
    assert (workspace.results / "bulletin.docx").read_bytes() == with_it


def test_a_slip_in_the_template_is_a_warning_and_everything_else_is_written(
    tmp_path: Path, run: Run
) -> None:
    workspace = filled(tmp_path)
    (tmp_path / ZH).write_bytes(base_template("zh"))
    edit(tmp_path / ZH, lambda text: text.replace("{{ 参评数 }}", "{{ 参平数 }}"))
    status, out, _ = run("collect", workspace.returns)
    assert status == 0
    assert "像是“参评数”。这次通报按程序自带的模板写成。" in out  # said at once, not only listed
    (row,) = listed(workspace)
    assert (row["severity"], row["file"]) == ("warning", ZH)
    assert "标签 {{ 参平数 }} 里的名称“参平数”没有，像是“参评数”" in row["message"]
    assert "把“参平数”改成“参评数”" in row["cure"]
    assert (workspace.results / "ranking.xlsx").is_file()
    # The bulletin is there all the same, by the shipped template.
    assert any("本次考核参评2个" in text for text in texts(workspace.results / "bulletin.docx"))


def test_a_template_that_is_no_document_is_a_warning(tmp_path: Path) -> None:
    workspace = filled(tmp_path)
    (tmp_path / ZH).write_bytes(b"")
    collected(workspace)
    assert [row["code"] for row in listed(workspace)] == ["bulletin_unreadable"]
    assert (workspace.results / "bulletin.docx").is_file()


def test_of_two_templates_that_of_the_schemes_language_is_used(tmp_path: Path) -> None:
    workspace = filled(tmp_path)
    (tmp_path / EN).write_bytes(base_template("en"))
    collected(workspace)
    assert "To all units appraised:" in texts(workspace.results / "bulletin.docx")
    (tmp_path / ZH).write_bytes(base_template("zh"))
    collected(workspace)
    assert "各参评单位：" in texts(workspace.results / "bulletin.docx")
    (row,) = listed(workspace)
    assert row["message"] == f"工作文件夹里有两个通报模板，用的是 {ZH}，没有用 {EN}。"


def test_a_bulletin_edited_in_word_stays_and_the_summary_says_so(tmp_path: Path, run: Run) -> None:
    workspace = filled(tmp_path)
    collected(workspace)
    mine = workspace.results / "bulletin.docx"
    edit(mine, lambda text: text.replace("各参评单位：", "各村、各单位："))
    edited_bytes = mine.read_bytes()
    table = edited(SMALL["units"], "东村  ", "大东村")
    (tmp_path / "scheme" / "units.csv").unlink()
    small_workspace(tmp_path, units=table)
    status, out, _ = run("collect", workspace.returns)
    assert status == 0
    assert mine.read_bytes() == edited_bytes
    new = workspace.results / "bulletin-new.docx"
    assert "各参评单位：" in texts(new)
    assert any("大东村" in text for text in texts(new))
    said = next(line for line in out.splitlines() if "bulletin-new.docx" in line)
    assert "是您改过的，原样保留；按现在的数据写成的放在旁边，叫 bulletin-new.docx。" in said
    assert not (tmp_path / "results-kept").exists()


def test_last_years_template_is_carried_over(tmp_path: Path) -> None:
    workspace = filled(tmp_path / "2026")
    (tmp_path / "2026" / ZH).write_bytes(base_template("zh"))
    edit(tmp_path / "2026" / ZH, lambda text: text.replace("各参评单位：", "各村："))
    renew(workspace.root, str(tmp_path / "2027"), None)
    assert "各村：" in texts(tmp_path / "2027" / ZH)


@pytest.mark.slow
def test_a_rehearsal_uses_the_template_and_is_marked(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path)
    (tmp_path / ZH).write_bytes(base_template("zh"))
    edit(tmp_path / ZH, lambda text: text.replace("各参评单位：", "各村："))
    made = rehearse(workspace, units=3, workers=1)
    collected(made.workspace)
    shown = texts(made.workspace.results / "bulletin.docx")
    assert "各村：" in shown
    assert "演练" in shown[0]
