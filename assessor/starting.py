"""The ready-made schemes that are shipped, and new workspaces made from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from assessor.disk import write_file
from assessor.outputs.scheme_book import tables_xlsx
from assessor.problems import AssessorError, Place, error
from assessor.scheme.columns import DECISIONS, SETTING_CHOICES, SETTING_KEYS, TABLES
from assessor.scheme.load import read_grids
from assessor.scheme.spelling import near
from assessor.scheme.tables import read_tables
from assessor.workspace import BULLETINS, Workspace


@dataclass(frozen=True, slots=True)
class Template:
    """A shipped scheme."""

    name: str
    title: str
    note: str


def templates() -> list[Template]:
    """Return the shipped schemes in the order of their names."""
    return [_describe(name) for name in template_names()]


def template_names() -> list[str]:
    """Return the names of the shipped schemes."""
    root = files("assessor.templates")
    return sorted(
        entry.name for entry in root.iterdir() if entry.joinpath("settings.csv").is_file()
    )


def template_rows(name: str) -> dict[str, list[Mapping[str, Any]]]:
    """Return the typed rows of a shipped scheme by table; AssessorError where there is none."""
    if name not in template_names():
        guess = near(name, template_names()) or "—"
        raise AssessorError(error("template_unknown", Place(), name=name, guess=guess))
    with as_file(files("assessor.templates").joinpath(name)) as folder:
        return rows_of(folder)


def rows_of(scheme: Path) -> dict[str, list[Mapping[str, Any]]]:
    """Return the typed rows of a scheme on disk by table."""
    rows, _ = read_tables(read_grids(scheme)[0], TABLES)
    found = {key: [dict(row.values) for row in rows[key]] for key in rows}
    keys = {zh: key for key, zh in SETTING_KEYS.items()}
    for row in found["settings"]:
        row["key"] = keys.get(row.get("key", ""), row.get("key"))
        words = {zh: key for key, zh in SETTING_CHOICES.get(row["key"], ())}
        row["value"] = words.get(row.get("value", ""), row.get("value"))
    return {key: list(values) for key, values in found.items()}


def setting(rows: Mapping[str, Sequence[Mapping[str, Any]]], key: str) -> str:
    """Return the value of a setting, the empty text where it is not stated."""
    found = (row.get("value") for row in rows["settings"] if row.get("key") == key)
    return str(next(found, "") or "")


def _describe(name: str) -> Template:
    rows = template_rows(name)
    return Template(name, setting(rows, "title"), setting(rows, "note"))


def new_workspace(name: str, folder: Path) -> Workspace:
    """Make a workspace from a shipped scheme: scheme.xlsx, decisions.xlsx, an empty returns/."""
    check_free(folder)
    rows = template_rows(name)
    return write_workspace(rows, folder)


def check_free(folder: Path) -> None:
    """Refuse a folder in which there is something already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AssessorError(error("workspace_exists", Place(str(folder))))


def write_workspace(
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    folder: Path,
    bulletins: Sequence[Path] = (),
) -> Workspace:
    """Write the workbooks of a new workspace and make its key; `bulletins` are templates of a
    bulletin to carry over, in place of the shipped one."""
    language = setting(rows, "language") or "zh"
    title = setting(rows, "title")
    write_file(folder / "scheme.xlsx", tables_xlsx(TABLES, rows, language, title))
    write_file(folder / "decisions.xlsx", tables_xlsx((DECISIONS,), {}, language, title))
    _write_bulletins(folder, language, bulletins)
    workspace = Workspace(folder)
    workspace.returns.mkdir(exist_ok=True)
    if rows.get("inputs"):
        workspace.inputs.mkdir(exist_ok=True)
    workspace.key()
    return workspace


def _write_bulletins(folder: Path, language: str, bulletins: Sequence[Path]) -> None:
    from assessor.outputs.bulletin_base import base_template

    for path in bulletins:
        write_file(folder / path.name, path.read_bytes())
    if not bulletins:
        name = BULLETINS.get(language, BULLETINS["en"])
        write_file(folder / name, base_template(language))
