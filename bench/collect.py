"""How long `collect` takes, against a bare calamine loop that only reads the same files."""

from __future__ import annotations

import json
import shutil
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

import shared

_SAMPLE = 20
"""Files of each kind that the slow loop reads."""
_STAGES = {
    "scheme, forms": (
        "load_sound_scheme load_decision_rows read_decisions make_plans make_packets context_of"
    ),
    "folder, reading": "receive",
    "sorting out": (
        "place_enclosures bring_together settle_tallies exempt_parts without_exempt "
        "own_claims_granted"
    ),
    "entries as columns": "entry_table make_inputs",
    "scoring and ranking": "evaluate stand differences",
    "ranking workbook": "ranking_xlsx",
    "problem workbook": "problems_xlsx",
    "copies for correction": "correction_files",
    "CSV files": "standing_csv scores_csv entries_csv problems_csv files_csv",
    "audit workbook": "audit_xlsx",
    "feedback": "feedback_of",
    "bulletin": "make_bulletin",
    "putting in place": "put_results",
}
"""The functions of `rounds`, `result_set` and `workflow` by their stage; the rest is “the rest”."""


def calamine_loop(files: Sequence[Path]) -> None:
    from python_calamine import CalamineWorkbook

    for path in files:
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def pandas_loop(files: Sequence[Path]) -> None:
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path in files:
            pd.read_excel(path, sheet_name=None, engine="openpyxl")


def forget(root: Path) -> None:
    """Take away the results and whatever is remembered of an earlier run."""
    shutil.rmtree(root / "results", ignore_errors=True)
    for rest in (root / ".assessor").iterdir():
        if rest.name not in {"key", "lock"}:
            shutil.rmtree(rest) if rest.is_dir() else rest.unlink()


def collect(root: Path) -> shared.Took:
    forget(root)
    return shared.assessor("collect", "--workspace", str(root))


def collect_again(root: Path) -> shared.Took:
    return shared.assessor("collect", "--workspace", str(root))


def print_stages(root: Path) -> None:
    """Print how long each stage takes in this process; it starts as fresh as the command's."""
    start = shared.now()
    from assessor import printing, result_set, rounds, workflow  # noqa: F401 (as the command does)
    from assessor.workspace import Workspace

    imports = shared.now().plus(start, -1)
    forget(root)
    clock = shared.Stages()
    for room in (rounds, result_set, workflow):
        clock.watch(room, _STAGES)
    workspace = Workspace(root)
    clock.run(lambda: workflow.collect(workspace, workspace.returns))
    json.dump({"imports": imports, **clock.took}, sys.stdout)


def main() -> None:
    options = shared.parser(__doc__ or "")
    options.add_argument("--stages", type=Path, help="only for the benchmark itself")
    given = options.parse_args()
    if given.stages is not None:
        print_stages(given.stages)
        return
    with shared.workspace_of(given) as root:
        _measure(root, given.repeat)


def _measure(root: Path, repeat: int) -> None:
    kinds = shared.files_by_kind(root / "returns")
    files = [path for kind in kinds for path in kind]
    calamine_loop(files)  # so that the first repetition finds the files in memory as well
    pandas_loop(files[:1])
    loop, slow, first, second = "calamine loop", "pandas + openpyxl loop", "collect", "again"
    times: dict[str, list[shared.Took]] = {name: [] for name in (loop, slow, first, second)}
    stages: list[dict[str, shared.Took]] = []
    for _ in range(repeat):
        times[loop].append(shared.took(lambda: calamine_loop(files)))
        times[slow].append(shared.scaled(kinds, _SAMPLE, pandas_loop))
        times[first].append(collect(root))
        times[second].append(collect_again(root))
        stages.append(shared.in_its_own_process(__file__, root))
    size = sum(path.stat().st_size for path in files)
    print(f"{len(files)} returns of {size / len(files) / 1024:.1f} KB, {repeat} × interleaved")
    print(f"{shared.machine()}\n")
    rows = [
        shared.row(title, times[name], times[loop], len(files))
        for title, name in (
            ("calamine, one process, only reading", loop),
            ("pandas + openpyxl, only reading (sample)", slow),
            ("assessor collect, whole process", first),
            ("assessor collect, nothing changed", second),
        )
    ]
    shared.show("median", shared.HEADS, rows)
    rows = shared.stage_rows(stages, times[loop], len(files))
    shared.show("stages of collect (without start and end)", shared.HEADS, rows)


if __name__ == "__main__":
    main()
