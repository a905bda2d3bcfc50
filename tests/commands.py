"""The command line as a test runs it."""

from __future__ import annotations

from collections.abc import Callable

Run = Callable[..., tuple[int, str, str]]
"""Runs a command; returns its exit status, what it printed and what it said on stderr."""
