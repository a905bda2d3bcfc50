"""What the benchmarks share: options, a rehearsal to work on, clocks, a table."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

TEMPLATE = "township-responsibility"
RETURNS_A_UNIT = 2.67
"""Of the shipped scheme: a self-assessment and a panel's for each, a review for two in three."""
_COMMAND = "from assessor.cli import main; main()"


# -- options and what to work on -----------------------------------------------------------------


def parser(description: str) -> argparse.ArgumentParser:
    """Return the options that every benchmark has."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--returns", type=int, default=2000, help="about how many returns")
    options.add_argument("--repeat", type=int, default=3, help="how often; medians are shown")
    options.add_argument("--seed", type=int, default=1, help="of the made-up entries")
    options.add_argument("--keep", type=Path, metavar="DIR", help="make the files once, in DIR")
    return options


@contextlib.contextmanager
def workspace_of(options: argparse.Namespace) -> Iterator[Path]:
    """Yield a rehearsal workspace: made once in the folder given, else in one that goes away."""
    if options.keep is not None:
        yield _rehearsal(options.keep, options.returns, options.seed)
        return
    with tempfile.TemporaryDirectory(prefix="assessor-bench-") as folder:
        yield _rehearsal(Path(folder), options.returns, options.seed)


def _rehearsal(folder: Path, returns: int, seed: int) -> Path:
    from assessor.rehearsal import rehearse
    from assessor.starting import new_workspace

    units = max(6, round(returns / RETURNS_A_UNIT))
    made = folder / f"{TEMPLATE}-{units}-{seed}"
    if made.exists():
        return made
    unfinished = folder / f".{made.name}.part"
    shutil.rmtree(unfinished, ignore_errors=True)
    print(f"making {returns} returns …", file=sys.stderr)
    real = new_workspace(TEMPLATE, unfinished / "real")
    rehearsed = rehearse(real, unfinished / "rehearsal", units, seed)
    # Only a whole one gets its name: what was cut off is made again.
    rehearsed.workspace.root.rename(made)
    shutil.rmtree(unfinished)
    return made


def files_by_kind(folder: Path) -> list[list[Path]]:
    """Return the workbooks below a folder, those of each of its folders together."""
    kinds: dict[Path, list[Path]] = {}
    for path in sorted(folder.rglob("*.xlsx")):
        kinds.setdefault(path.parent, []).append(path)
    return list(kinds.values())


# -- clocks --------------------------------------------------------------------------------------


class Took(NamedTuple):
    """How long something took by the clock, and of the processors' time (all its processes)."""

    wall: float
    cpu: float

    def plus(self, other: Took, times: float = 1.0) -> Took:
        """Return the sum with so many times another."""
        return Took(self.wall + other.wall * times, self.cpu + other.cpu * times)


NOTHING = Took(0.0, 0.0)


def now() -> Took:
    """Return both clocks; that of the processors counts child processes that have ended."""
    ended = os.times()
    cpu = time.process_time() + ended.children_user + ended.children_system
    return Took(time.perf_counter(), cpu)


def took(work: Callable[[], object]) -> Took:
    """Return how long something took."""
    start = now()
    work()
    return now().plus(start, -1)


def scaled(
    kinds: Iterable[Sequence[Path]], most: int, work: Callable[[Sequence[Path]], object]
) -> Took:
    """Return how long all files would take: of each kind up to `most`, evenly spread, are done."""
    whole = NOTHING
    for files in kinds:
        sample = spread(files, most)
        mine = took(partial(work, sample))
        whole = whole.plus(mine, len(files) / len(sample))
    return whole


def spread(files: Sequence[Path], most: int) -> list[Path]:
    """Return at most so many of the files, evenly spread."""
    count = min(most, len(files))
    return [files[index * len(files) // count] for index in range(count)]


def assessor(*arguments: str) -> Took:
    """Return how long a command takes as a whole process; one that fails ends the benchmark."""
    command = [sys.executable, "-c", _COMMAND, *arguments]
    start = now()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    end = now()
    if done.returncode not in (0, 1):
        sys.exit(f"assessor {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return end.plus(start, -1)


class Stages:
    """Times functions of a module while the module runs; calls inside a stage belong to it."""

    def __init__(self) -> None:
        self.took: dict[str, Took] = {}
        self._inside = False

    def watch(self, module: ModuleType, stages: Mapping[str, str]) -> None:
        """Time the functions named for each stage; a name that is not there is passed over."""
        for stage, names in stages.items():
            self.took[stage] = NOTHING
            for name in names.split():
                function = getattr(module, name, None)
                if function is not None:
                    setattr(module, name, self._timed(stage, function))

    def run(self, work: Callable[[], object]) -> None:
        """Run it, and count as the rest what belongs to no stage."""
        rest = took(work)
        for mine in self.took.values():
            rest = rest.plus(mine, -1)
        self.took["the rest"] = rest

    def _timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: object, **named: object) -> object:
            if self._inside:
                return function(*given, **named)
            self._inside = True
            start = now()
            try:
                return function(*given, **named)
            finally:
                self.took[stage] = self.took[stage].plus(now().plus(start, -1))
                self._inside = False

        return timed


def in_its_own_process(script: str, root: Path) -> dict[str, Took]:
    """Return the stages that a benchmark prints when it is called for them alone."""
    command = [sys.executable, script, "--stages", str(root)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return {stage: Took(*both) for stage, both in json.loads(done.stdout).items()}


# -- what is shown -------------------------------------------------------------------------------


def machine() -> str:
    """Return what the figures depend on."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"Python {platform.python_version()}, {os.cpu_count()} cores{load}"


Row = tuple[str, ...]
HEADS = ("s", "ms each", "×", "CPU ms each", "CPU ×")


def row(title: str, times: Sequence[Took], yardstick: Sequence[Took], count: int) -> Row:
    """Return medians: time, time for each of `count`, and how many times the yardstick's."""
    wall = statistics.median(one.wall for one in times)
    cpu = statistics.median(one.cpu for one in times)
    pairs = list(zip(times, yardstick, strict=True))
    walls = statistics.median(one.wall / other.wall for one, other in pairs)
    cpus = statistics.median(one.cpu / other.cpu for one, other in pairs)
    each = (f"{wall / count * 1000:.3f}", f"{walls:.2f}", f"{cpu / count * 1000:.3f}")
    return (title, f"{wall:.2f}", *each, f"{cpus:.2f}")


def stage_rows(
    stages: Sequence[dict[str, Took]], yardstick: Sequence[Took], count: int
) -> list[Row]:
    """Return a row for each stage."""
    return [row(name, [one[name] for one in stages], yardstick, count) for name in stages[0]]


def show(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print an aligned table, numbers to the right."""
    lines = [(title, *heads), *rows]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(lines[0]))]
    for first, *others in lines:
        cells = [first + " " * (widths[0] - _width(first))]
        cells += [text.rjust(width) for text, width in zip(others, widths[1:], strict=True)]
        print("   ".join(cells).rstrip())
    print()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
