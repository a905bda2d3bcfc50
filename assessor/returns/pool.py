"""Work in processes that may die: each death costs the one file that caused it, never the run.

A worker writes down which item it begins with. A watchdog thread of the interpreter ends it when
one item takes too long, even inside a library that never returns; the parent then knows which item
it was, refuses that one, and hands out the others again.
"""

from __future__ import annotations

import contextlib
import faulthandler
import itertools
import multiprocessing
import os
import struct
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

T = TypeVar("T")
R = TypeVar("R")

Progress = Callable[[int, int], None]
"""Called with how many are done and how many there are."""


def silent(_done: int, _all: int) -> None:
    """Show no progress."""


SECONDS_A_FILE = 20.0
MEMORY = 1 << 30
_CHUNK = 24
"""Items to a task: enough to hide the cost of handing it over, few enough to share out."""
_GRACE = 5.0
_LOG = struct.Struct("<qq")
"""Which item a worker is busy with, and which process it is."""
_LOOK = 1.0
"""Seconds after which the parent looks whether the workers are alive."""
_ATTEMPTS = 3
"""How often a task is handed out whose worker died before it began with anything."""


class Failed(str):
    """The code of why there is no result."""

    __slots__ = ()


# -- in the worker -------------------------------------------------------------------------------

_quiet: Any = None


def _start(memory: int, begin: Callable[..., None], arguments: tuple[object, ...]) -> None:
    global _quiet
    _quiet = open(os.devnull, "w")  # noqa: SIM115, PTH123 - held for as long as the worker lives
    if not os.environ.get("ASSESSOR_DEBUG"):
        os.dup2(_quiet.fileno(), 2)  # a library that aborts says so in words for programmers
    faulthandler.disable()
    _bound_memory(memory)
    begin(*arguments)


def _bound_memory(memory: int) -> None:
    """Bound the memory of this worker where the system can (not on Windows, loosely on macOS)."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        used = 0
        with contextlib.suppress(OSError):
            used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        limit = used + memory
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _do(
    task: Callable[[T], R], items: Sequence[tuple[int, T]], log: str, seconds: float
) -> list[tuple[int, R | Failed]]:
    """Do the items of a task one after the other, each under the watchdog."""
    done: list[tuple[int, R | Failed]] = []
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0))
    try:
        for number, item in items:
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.write(descriptor, _LOG.pack(number, os.getpid()))
            # What the watchdog says on its way out stands behind the number: so it was a hang.
            faulthandler.dump_traceback_later(seconds, exit=True, file=descriptor)
            try:
                done.append((number, task(item)))
            except MemoryError:
                done.append((number, Failed("file_memory")))
            except BaseException:  # a panic in a library is no Exception, an exit neither
                done.append((number, Failed("file_crashes")))
            finally:
                faulthandler.cancel_dump_traceback_later()
    finally:
        os.close(descriptor)
    return done


# -- in the parent -------------------------------------------------------------------------------


class Workers:
    """Processes that do one task after another; used in a ``with``, where they end."""

    def __init__(
        self,
        spool: Path,
        begin: Callable[..., None],
        *arguments: object,
        count: int | None = None,
        seconds: float = SECONDS_A_FILE,
        memory: int = MEMORY,
        method: str = "",
    ) -> None:
        self.count = count or os.cpu_count() or 1
        self._spool = spool
        self._seconds = seconds
        self._numbers = itertools.count()
        self._pool: Any = ProcessPool(
            max_workers=self.count,
            initializer=_start,
            initargs=(memory, begin, arguments),
            context=multiprocessing.get_context(method or _METHOD),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()

    def run(
        self, task: Callable[[T], R], items: Sequence[T], progress: Progress = silent
    ) -> list[R | Failed]:
        """Return the result of each item in the order given, or why there is none."""
        results: dict[int, R | Failed] = {}
        size = max(1, min(_CHUNK, -(-len(items) // (self.count * 4))))
        numbered = list(enumerate(items))
        running: dict[Future[Any], _Task[T]] = {}
        for start in range(0, len(items), size):
            self._hand_out(task, _Task(numbered[start : start + size]), running)
        while running:
            done = wait(running, timeout=_LOOK, return_when=FIRST_COMPLETED).done
            for future in done or _deserted(running):
                given = running.pop(future)
                outcome = _outcome(future)
                if isinstance(outcome, list):
                    results.update(outcome)
                else:
                    for rest in self._after_death(given, outcome, results):
                        self._hand_out(task, rest, running)
                given.forget()
                progress(len(results), len(items))
        return [results[number] for number in range(len(items))]

    def _hand_out(
        self, task: Callable[[T], R], given: _Task[T], running: dict[Future[Any], _Task[T]]
    ) -> None:
        given.log = self._spool / f"log-{next(self._numbers)}"
        timeout = (self._seconds + 0.5) * len(given.items) + _GRACE
        future = self._pool.schedule(
            _do, args=(task, given.items, str(given.log), self._seconds), timeout=timeout
        )
        running[future] = given

    def _after_death(
        self, given: _Task[T], code: str, results: dict[int, R | Failed]
    ) -> Iterable[_Task[T]]:
        """Refuse the item that a worker died of; return the others, to be handed out again."""
        begun = given.begun()
        if begun is None:
            given.attempts += 1
            if given.attempts < _ATTEMPTS:
                return [_Task(given.items, given.attempts)]
            results.update((number, Failed(code)) for number, _ in given.items)
            return []
        results[begun.number] = Failed("file_hangs" if begun.hung else code)
        rest = [item for item in given.items if item[0] != begun.number]
        return [_Task(rest)] if rest else []


@dataclass(frozen=True, slots=True)
class _Begun:
    """What a worker was busy with."""

    number: int
    process: int
    hung: bool
    """Whether the watchdog ended it."""


class _Task(Generic[T]):
    """Items that were handed out together."""

    def __init__(self, items: Sequence[tuple[int, T]], attempts: int = 0) -> None:
        self.items = items
        self.attempts = attempts
        self.log = Path()
        self.seen_dead = False

    def begun(self) -> _Begun | None:
        """Return what the worker wrote down when it began with its last item."""
        try:
            said = self.log.read_bytes()
            number, process = _LOG.unpack_from(said)
        except (OSError, struct.error):
            return None
        return _Begun(number, process, len(said) > _LOG.size)

    def forget(self) -> None:
        """Remove the log."""
        with contextlib.suppress(OSError):
            self.log.unlink()


def _deserted(running: Mapping[Future[Any], _Task[Any]]) -> list[Future[Any]]:
    """Give up and return tasks whose worker has gone without a word: a process that ends with
    status 0 counts as well-behaved, and nobody reports it. (On Windows, where the numbers of
    processes may differ, such a task ends at its time.)"""
    if sys.platform == "win32":
        return []
    alive = {process.pid for process in multiprocessing.active_children()}
    gone = []
    for future, given in running.items():
        begun = given.begun()
        if begun is None or begun.process in alive:
            continue
        if given.seen_dead:
            future.cancel()
            gone.append(future)
        given.seen_dead = True
    return gone


def _outcome(future: Future[Any]) -> list[tuple[int, Any]] | str:
    """Return the results of a task, or the code of how its worker ended."""
    try:
        results: list[tuple[int, Any]] = future.result()
    except FutureTimeout:
        return "file_hangs"
    except (ProcessExpired, CancelledError):
        return "file_crashes"
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # what cannot travel between processes comes as anything
        return "file_crashes"
    return results


_METHOD = "fork" if sys.platform == "linux" else "spawn"
"""Elsewhere a forked process is not safe, or there is none."""
