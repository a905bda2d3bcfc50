"""What is installed: every package of the program, and nothing is forgotten."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_every_package_is_installed() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folders = {path.parent.relative_to(ROOT) for path in ROOT.glob("assessor/**/__init__.py")}
    packages = {".".join(folder.parts) for folder in folders} | {"assessor.templates"}
    assert set(declared["tool"]["setuptools"]["packages"]) == packages
