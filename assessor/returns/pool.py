"""Reading in worker processes that may die: each death costs one refused file, never the run."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError as FutureTimeout
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from assessor.problems import Place, error
from assessor.returns.identify import Context
from assessor.returns.read import read_path
from assessor.returns.reading import FileReading

Progress = Callable[[int, int], None]
"""Called with how many are done and how many there are."""


def silent(_done: int, _all: int) -> None:
    """Show no progress."""


SECONDS_A_FILE = 20.0
_MEMORY = 1 << 30
_CHUNK = 24
"""Files to a task: enough to hide the cost of handing it over, few enough to share out."""

_context: Context | None = None
_root = Path()


def _start(root: Path, context: Context) -> None:
    global _context, _root
    _context, _root = context, root
    _bound_memory()


def _bound_memory() -> None:
    """Bound the memory of this worker where the system can (not on Windows)."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        used = 0
        with contextlib.suppress(OSError):
            used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        limit = used + _MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _read_chunk(files: Sequence[str]) -> list[FileReading]:
    assert _context is not None
    return [read_path(_root, file, _context) for file in files]


def read_all(
    root: Path,
    files: Sequence[str],
    context: Context,
    workers: int | None = None,
    progress: Progress = silent,
) -> list[FileReading]:
    """Return one reading a file, in the order given."""
    readings: dict[str, FileReading] = {}
    count = workers or os.cpu_count() or 1
    size = max(1, min(_CHUNK, -(-len(files) // (count * 4))))
    chunks = [list(files[start : start + size]) for start in range(0, len(files), size)]
    with _pool(min(count, max(1, len(chunks))), root, context) as pool:
        doubtful: list[str] = []
        for chunk, result in _run(pool, chunks, SECONDS_A_FILE + 0.5 * size):
            if isinstance(result, str):
                doubtful += chunk
            else:
                readings.update((reading.file, reading) for reading in result)
            progress(len(readings), len(files))
        for (file,), result in _run(pool, [[file] for file in doubtful], SECONDS_A_FILE):
            if isinstance(result, str):
                problem = error(result, Place(file), seconds=int(SECONDS_A_FILE))
                readings[file] = FileReading(file, _hash(root / file), (), (problem,), result)
            else:
                readings[file] = result[0]
    return [readings[file] for file in files]


def _pool(workers: int, root: Path, context: Context) -> ProcessPool:
    method = "fork" if sys.platform == "linux" else "spawn"
    return ProcessPool(
        max_workers=workers,
        initializer=_start,
        initargs=(root, context),
        context=multiprocessing.get_context(method),
    )


def _run(
    pool: ProcessPool, chunks: Sequence[list[str]], timeout: float
) -> Iterator[tuple[list[str], list[FileReading] | str]]:
    """Yield each chunk with its readings, or with the code of how its worker ended."""
    futures = [
        (chunk, pool.schedule(_read_chunk, args=(chunk,), timeout=timeout)) for chunk in chunks
    ]
    for chunk, future in futures:
        try:
            yield chunk, future.result()
        except FutureTimeout:
            yield chunk, "file_hangs"
        except (ProcessExpired, MemoryError):
            yield chunk, "file_crashes"
        except BaseException as fault:  # calamine's panics are no Exception
            if isinstance(fault, KeyboardInterrupt | SystemExit):
                raise
            yield chunk, "file_crashes"


def _hash(path: Path) -> str:
    import hashlib

    with contextlib.suppress(OSError):
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return ""
