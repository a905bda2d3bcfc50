"""Workspaces whose forms and results are ready to be sent."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import xlsxwriter

from assessor.disk import write_file
from assessor.exchange import MANIFEST, put_results
from assessor.issuing import issue
from assessor.mail.ledger import FILE
from assessor.outputs.tables import STANDING_HEADER, csv_bytes
from assessor.scheme.load import load_sound_scheme
from assessor.scheme.stamp import STAMP_SHEET, stamp_rows
from assessor.workspace import Workspace
from tests.builders import SMALL, Table, small_workspace
from tests.mail.servers import USER, Post

UNITS = """
    code | name   | class | email         | via            | contact | phone
    V01  | 东村   | 村    | a@example.org |                | 张三    | 0000-1
    V02  | 西河村 | 村    |               | up@example.org | 李四    | 0000-2
    V03  | 南山村 | 村    |               | up@example.org | 王五    | 0000-3
    V04  | 北坡村 | 村    |               |                | 赵六    | 0000-4
    """
"""One unit with an address, two behind one who forwards, one without."""
RATERS = """
    code | name   | group | email
    P1   | 考核组 | panel | panel@example.org
    """
SETTINGS = f"{SMALL['settings'].rstrip()}\n contact | 老陈\n phone | 0000-0\n"
Said = Mapping[str, tuple[str, str, str]]
"""Score, grade and rank by unit."""
FIRST: Said = {
    "V01": ("95.00", "优秀", "1"),
    "V02": ("88.00", "合格", "2"),
    "V03": ("80.50", "合格", "3"),
    "V04": ("70.00", "合格", "4"),
}


def mail_workspace(folder: Path, forms: bool = True, **changes: Table) -> Workspace:
    """Return a workspace of four villages, its forms written."""
    tables: dict[str, Table] = {"units": UNITS, "raters": RATERS, "settings": SETTINGS}
    workspace = small_workspace(folder, **{**tables, **changes})
    if forms:
        issue(workspace)
    return workspace


def put_feedback(workspace: Workspace, said: Said = FIRST, **owners: str) -> None:
    """Put results in place, a workbook for each unit; `owners` stamps one as another's."""
    scheme, _ = load_sound_scheme(workspace.scheme)
    names = {unit.code: unit.name for unit in scheme.units}
    files = {
        f"feedback/{code}_{names[code]}.xlsx": feedback_xlsx(
            workspace, owners.get(code, code), names[code], facts
        )
        for code, facts in said.items()
    }
    rows = [
        (code, names[code], "村", "", score, grade, "", rank, rank, "", "", "scored")
        for code, (score, grade, rank) in said.items()
    ]
    put_results(workspace.results, {**files, "standing.csv": csv_bytes(STANDING_HEADER[:12], rows)})


def feedback_xlsx(
    workspace: Workspace, unit: str, name: str, facts: tuple[str, str, str], bold: bool = False
) -> bytes:
    """Return a workbook of results, stamped as the program stamps its own."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("结果")
    sheet.write_column(0, 0, [name, *facts], book.add_format({"bold": bold}))
    stamp = book.add_worksheet(STAMP_SHEET)
    for number, row in enumerate(feedback_stamp(workspace, unit)):
        stamp.write_row(number, 0, row)
    stamp.very_hidden()
    book.close()
    return target.getvalue()


def feedback_stamp(workspace: Workspace, unit: str) -> list[list[str]]:
    """Return the rows that say whose results a workbook holds, signed."""
    from assessor.scheme.stamp import _signature

    rows = [*stamp_rows("small", "2026", [], workspace.key())[:-1], ["feedback", unit]]
    return [*rows, ["signature", _signature(rows, workspace.key())]]


def settings_for(workspace: Workspace, post: Post, security: str = "none", **more: str) -> None:
    """Write the settings of a server on the loopback."""
    values = {
        "server": "127.0.0.1",
        "port": str(post.port),
        "security": security,
        "sender": USER,
        "pause": "0",
        **({"certificates": str(post.authority)} if security != "none" else {}),
        **more,
    }
    path = workspace.root / "mail" / "settings.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(f"{key} = {value}" for key, value in values.items()), "utf-8")


def ledger_rows(workspace: Workspace) -> list[dict[str, object]]:
    """Return the rows of the ledger."""
    text = (workspace.hidden / FILE).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def replace_result(workspace: Workspace, name: str, content: bytes) -> None:
    """Put a file into the results as if the program had written it."""
    write_file(workspace.results / name, content)
    manifest = workspace.results / MANIFEST
    known = json.loads(manifest.read_text("utf-8"))
    known["files"][name] = sha256(content).hexdigest()
    manifest.write_text(json.dumps(known), "utf-8")
