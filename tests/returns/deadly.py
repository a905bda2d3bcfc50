"""What a worker may die of, for real: tasks that a worker process can import by name."""

from __future__ import annotations

import ctypes
import os
import sys
import time


def begin() -> None:
    """Begin a worker: there is nothing to prepare."""


def live_or_die(item: str) -> str:
    """Return the item in capitals, or die of what it names."""
    if item == "sleep":
        time.sleep(600)
    elif item == "hold":  # never gives the interpreter back, as a library in a loop
        ctypes.PyDLL(None).sleep(600)
    elif item == "abort":
        os.abort()
    elif item == "exit":
        sys.exit(0)
    elif item == "end":
        os._exit(0)
    elif item == "fault":
        ctypes.string_at(0)
    elif item == "panic":
        panic()
    elif item == "memory":
        return str(len(bytearray(1 << 31)))
    elif item == "eat":
        eaten = []
        while True:
            eaten.append(bytearray(1 << 24))
    return item.upper()


def panic() -> None:
    """Raise what pyo3 raises for a panic in Rust: it is no Exception and cannot be pickled."""
    made = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})
    raise made("index out of bounds: the len is 0 but the index is 0")
