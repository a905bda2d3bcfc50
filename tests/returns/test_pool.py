"""Workers that really hang, eat memory, abort and panic: each costs the one file that did it."""

from __future__ import annotations

import multiprocessing
import sys
import time
from pathlib import Path

import pytest

from assessor.returns.pool import Failed, Workers
from tests.returns.deadly import begin, live_or_die

GOOD = [f"good{number}" for number in range(20)]
MB = 1 << 20
METHODS = [name for name in ("fork", "spawn") if name in multiprocessing.get_all_start_methods()]
UNBOUNDED = sys.platform != "linux"

DEATHS = [
    # what happens, what is said of it
    ("sleep", "file_hangs"),
    ("hold", "file_hangs"),
    ("abort", "file_crashes"),
    ("exit", "file_crashes"),
    ("end", "file_crashes"),
    ("fault", "file_crashes"),
    ("panic", "file_crashes"),
    pytest.param(
        "memory", "file_memory", marks=pytest.mark.skipif(UNBOUNDED, reason="memory not bounded")
    ),
    pytest.param(
        "eat", "file_memory", marks=pytest.mark.skipif(UNBOUNDED, reason="memory not bounded")
    ),
]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("death", "code"), DEATHS)
def test_a_death_costs_one_item(tmp_path: Path, method: str, death: str, code: str) -> None:
    items = [*GOOD[:7], death, *GOOD[7:]]
    seconds = 1.5 if code == "file_hangs" else 60.0
    with Workers(
        tmp_path, begin, count=2, seconds=seconds, memory=256 * MB, method=method
    ) as workers:
        results = workers.run(live_or_die, items)
    expected: list[object] = [item.upper() for item in items]
    expected[7] = code
    assert results == expected
    assert [type(result) for result in results].index(Failed) == 7


def test_all_deaths_together_cost_as_many_items_and_the_pool_goes_on(tmp_path: Path) -> None:
    deaths = ["abort", "sleep", "panic", "exit", "fault", "hold", "end", "abort"]
    items = [item for pair in zip(GOOD, deaths, strict=False) for item in pair] + GOOD
    ticks: list[tuple[int, int]] = []
    with Workers(tmp_path, begin, count=2, seconds=2.0) as workers:
        first = workers.run(live_or_die, items, lambda done, all_: ticks.append((done, all_)))
        second = workers.run(live_or_die, GOOD)
    good = [item.upper() for item in GOOD]
    assert [result for result in first if not isinstance(result, Failed)] == good[:8] + good
    assert second == good
    assert ticks[-1] == (len(items), len(items))
    assert ticks == sorted(ticks)
    assert list(tmp_path.iterdir()) == []


def test_a_hang_ends_at_its_time(tmp_path: Path) -> None:
    started = time.monotonic()
    with Workers(tmp_path, begin, count=1, seconds=1.5) as workers:
        assert workers.run(live_or_die, ["hold"]) == ["file_hangs"]
    assert 1.4 < time.monotonic() - started < 10


def test_an_interrupted_run_ends_at_once(tmp_path: Path) -> None:
    def interrupt(done: int, _all: int) -> None:
        raise KeyboardInterrupt

    started = time.monotonic()
    with (
        pytest.raises(KeyboardInterrupt),
        Workers(tmp_path, begin, count=2, seconds=60) as workers,
    ):
        workers.run(live_or_die, ["good", "sleep"], interrupt)
    assert time.monotonic() - started < 15


def test_what_a_dying_library_says_does_not_reach_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with Workers(tmp_path, begin, count=1, seconds=1.0) as workers:
        assert workers.run(live_or_die, ["abort", "sleep"]) == ["file_crashes", "file_hangs"]
    assert capfd.readouterr() == ("", "")


def test_no_items_need_no_worker(tmp_path: Path) -> None:
    with Workers(tmp_path, begin, count=2) as workers:
        assert workers.run(live_or_die, []) == []
