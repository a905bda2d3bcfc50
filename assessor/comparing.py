"""Two rounds compared: their results folders read, this round's scheme joined, files written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

from assessor.decimals import digits_of, read_exact
from assessor.disk import write_file
from assessor.outputs.comparison import compare_csv, compare_xlsx
from assessor.problems import AssessorError, Place, Problem, error, note, warning
from assessor.scheme.load import load_scheme, load_sound_scheme
from assessor.scheme.model import Scheme
from assessor.scoring.tree import build_tree
from assessor.sheets.csvfolder import read_csv, unquoted
from assessor.sheets.grid import Grid
from assessor.standing.comparison import Comparison, Placing, Round, compare
from assessor.standing.losses import Part
from assessor.standing.succession import Identity
from assessor.workspace import Workspace, find_workspace, is_workspace

_STANDING, _SCORES, _PROBLEMS = "standing.csv", "scores.csv", "problems.csv"
_UNITS = ("unit_code", "unit", "class", "score", "grade", "confirmed_grade", "rank", "class_rank")
_NODES = ("unit_code", "node", "title", "value", "points", "weight", "status")
_FINAL = frozenset({"scored", "not_applicable"})


@dataclass(frozen=True)
class Compared:
    """What `compare` found and wrote."""

    scheme: Scheme
    comparison: Comparison
    problems: Sequence[Problem]
    workbook: Path
    table: Path


@dataclass(frozen=True)
class Results:
    """One round's results as they stand in its folder, as texts."""

    folder: Path
    workspace: Workspace | None
    standing: Sequence[Mapping[str, str]]
    scores: Mapping[str, Sequence[Mapping[str, str]]]
    """The rows of scores.csv by unit, the top node first."""
    errors: bool
    """Whether an error is open in it."""

    @property
    def interim(self) -> bool:
        """Whether something of this round is still open (中间结果)."""
        return self.errors or any(row["status"] not in _FINAL for row in self.standing)

    def points(self, unit: str) -> str:
        """Return the full marks of a unit's total."""
        rows = self.scores.get(unit, ())
        return rows[0]["points"] if rows else ""

    @property
    def digits(self) -> int:
        """Return with how many digits the totals are written."""
        return max((_written_digits(row["score"]) for row in self.standing), default=0)


def compare_rounds(last: Path, this: Path, out: Path | None = None, size: int = 5) -> Compared:
    """Compare two rounds and write compare.xlsx and compare.csv."""
    before, now = read_results(last), read_results(this)
    if now.workspace is None:
        raise AssessorError(error("workspace_missing", Place(str(this))))
    if before.folder.resolve() == now.folder.resolve():
        raise AssessorError(error("compare_same", Place(str(now.folder))))
    workbook, table = _targets(out, before, now, now.workspace)
    scheme, _ = load_sound_scheme(now.workspace.scheme)
    old = _old_scheme(before)
    comparison = compare(
        _round(before, old or scheme, old.settings.round if old else before.folder.name),
        _round(now, scheme, scheme.settings.round),
        [Identity(u.code, u.name, u.former_codes, u.former_names) for u in scheme.units],
        _parts(now, scheme),
        size,
    )
    problems = _warnings(comparison, before, now, old, scheme)
    write_file(workbook, compare_xlsx(scheme, comparison, problems))
    write_file(table, compare_csv(scheme, comparison))
    return Compared(scheme, comparison, problems, workbook, table)


# -- reading -------------------------------------------------------------------------------------


def read_results(path: Path) -> Results:
    """Return the results of a workspace, or of a results folder itself."""
    if not path.exists():
        raise AssessorError(error("path_missing", Place(str(path))))
    workspace = _workspace_of(path)
    folder = path if (path / _STANDING).is_file() or workspace is None else workspace.results
    missing = [name for name in (_STANDING, _SCORES) if not (folder / name).is_file()]
    if missing:
        raise AssessorError(error("results_missing", Place(str(folder)), files=missing))
    scores: dict[str, list[Mapping[str, str]]] = {}
    for row in _rows(folder / _SCORES, _NODES):
        scores.setdefault(row["unit_code"], []).append(row)
    standing = _rows(folder / _STANDING, (*_UNITS, "status"))
    return Results(folder, workspace, standing, scores, _errors(folder / _PROBLEMS))


def _workspace_of(path: Path) -> Workspace | None:
    here = path.absolute()
    found = next((folder for folder in (here, *here.parents) if is_workspace(folder)), None)
    return find_workspace(found, path) if found else None


def _rows(path: Path, needed: Sequence[str]) -> list[dict[str, str]]:
    grid = read_csv(path)
    header = [grid.text(0, column) for column in range(len(grid.rows[0]) if grid.rows else 0)]
    absent = [name for name in needed if name not in header]
    if absent:
        raise AssessorError(error("results_column_missing", Place(str(path)), columns=absent))
    rows = [
        {name: unquoted(grid.text(row, column)) for column, name in enumerate(header)}
        for row in range(1, len(grid.rows))
        if any(grid.rows[row])
    ]
    _check_numbers(path, grid, header, rows)
    return rows


def _check_numbers(
    path: Path, grid: Grid, header: Sequence[str], rows: Sequence[Mapping[str, str]]
) -> None:
    """Refuse a table in which somebody has put a word where a number belongs."""
    faults = [
        error("results_not_a_number", Place(str(path), "", place.cell), column=name, value=text)
        for number, row in enumerate(rows, 1)
        for name in ("score", "rank", "class_rank", "value", "points")
        if (text := row.get(name, "")) and not _is_number(text, whole="rank" in name)
        for place in (grid.place(number, header.index(name)),)
    ]
    if faults:
        raise AssessorError(*faults)


def _is_number(text: str, *, whole: bool) -> bool:
    try:
        return Decimal(text).is_finite() and (not whole or text.isdecimal())
    except InvalidOperation:
        return False


def _errors(path: Path) -> bool:
    return path.is_file() and any(row["severity"] == "error" for row in _rows(path, ("severity",)))


def _written_digits(text: str) -> int:
    exponent = Decimal(text or "0").as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _old_scheme(before: Results) -> Scheme | None:
    """Return the last round's scheme where it can be read: it only names things and grades."""
    if before.workspace is None:
        return None
    try:
        return load_scheme(before.workspace.scheme)[0]
    except AssessorError:
        return None


# -- joining -------------------------------------------------------------------------------------


def _round(results: Results, scheme: Scheme, label: str) -> Round:
    lowest = {kind: bands[-1].grade for kind, bands in scheme.bands.items() if bands}
    placings = (_placing(results, scheme, row) for row in results.standing)
    return Round(label, tuple(placings), lowest)


def _placing(results: Results, scheme: Scheme, row: Mapping[str, str]) -> Placing:
    return Placing(
        code=row["unit_code"],
        name=row["unit"],
        unit_class=row["class"],
        kind=scheme.classes.get(row["class"], "unit"),
        status=row["status"],
        score=_decimal(row["score"]),
        points=_decimal(results.points(row["unit_code"])),
        grade=row["confirmed_grade"] or row["grade"],
        rank=int(row["rank"]) if row["rank"] else None,
        class_rank=int(row["class_rank"]) if row["class_rank"] else None,
    )


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _parts(results: Results, scheme: Scheme) -> dict[str, list[Part]]:
    """Return each unit's score tree; what the scheme no longer has is left out."""
    tree = {node.code: node for node in build_tree(scheme)}
    return {
        unit: [
            Part(
                node=row["node"],
                title=row["title"],
                parent=tree[row["node"]].parent,
                value=_decimal(row["value"]),
                points=_decimal(row["points"]),
                weight=_weight(row["weight"]),
                informative=tree[row["node"]].informative,
            )
            for row in rows
            if row["node"] in tree
        ]
        for unit, rows in results.scores.items()
    }


def _weight(text: str) -> Fraction | None:
    try:
        return read_exact(text.removesuffix("%")) / 100 if text else None
    except ValueError:
        return None


def _targets(
    out: Path | None, before: Results, now: Results, workspace: Workspace
) -> tuple[Path, Path]:
    """Return where the workbook and the CSV file go: never among what the program reads."""
    workbook = (out or workspace.root / "compare") / "compare.xlsx"
    if out is not None and out.suffix.lower() == ".xlsx":
        workbook = out
    table = workbook.with_suffix(".csv")
    rooms = [before.folder, now.folder]
    files = []
    for known in (found for found in (before.workspace, workspace) if found is not None):
        rooms += [known.results, known.returns, known.forms, known.root / "scheme", known.hidden]
        files += [known.root / name for name in ("scheme.xlsx", "decisions.xlsx", "decisions.csv")]
    for target in (workbook.resolve(), table.resolve()):
        inside = any(room.resolve() in target.parents for room in rooms)
        if inside or target in [file.resolve() for file in files]:
            raise AssessorError(error("compare_out_taken", Place(str(target))))
    return workbook, table


# -- what to beware of ---------------------------------------------------------------------------


def _warnings(
    comparison: Comparison, before: Results, now: Results, old: Scheme | None, scheme: Scheme
) -> list[Problem]:
    last, this = comparison.last.label, comparison.this.label
    problems = []
    if before.interim:
        problems.append(warning("compare_interim", Place(str(before.folder)), round=last))
    if now.interim:
        problems.append(warning("compare_interim", Place(str(now.folder)), round=this))
    if last.isdecimal() and this.isdecimal() and int(last) > int(this):
        problems.append(warning("compare_order", last=last, this=this))
    if old is None:
        problems.append(note("compare_scheme_unknown", Place(str(before.folder))))
    elif old.settings.code != scheme.settings.code:
        codes = {"last_code": old.settings.code, "this_code": scheme.settings.code}
        problems.append(warning("compare_other_scheme", **codes))
    problems += _scale_warnings(comparison, before, now)
    named = [change.now.name for change in comparison.noted("by_name")]
    if named:
        problems.append(warning("compare_by_name", units=named))
    return problems


def _scale_warnings(comparison: Comparison, before: Results, now: Results) -> list[Problem]:
    problems = []
    other = comparison.noted("other_points")
    pairs = [(change.last.points, change.now.points) for change in other if change.last]
    for old, new in dict.fromkeys(pairs):
        marks = {"last_points": _plain(old), "this_points": _plain(new)}
        problems.append(warning("compare_other_points", **marks))
    if before.digits != now.digits:
        digits = {"last_digits": before.digits, "this_digits": now.digits}
        problems.append(warning("compare_other_digits", **digits))
    return problems


def _plain(points: Decimal | None) -> str:
    return "" if points is None else f"{points:.{digits_of(points)}f}"
