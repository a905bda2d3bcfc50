"""Plans that were issued are kept, come back as they were, and are missed when damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.scheme.issued import (
    Issued,
    keep_plans,
    keep_serials,
    load_issued,
    plan_bytes,
    plan_of,
)
from assessor.scheme.load import load_scheme
from assessor.scheme.plans import make_plans
from tests.builders import SMALL, codes, edited, small_scheme

TEMPLATES = Path(__file__).parent.parent.parent / "templates"


@pytest.mark.parametrize("template", sorted(path.parent for path in TEMPLATES.glob("*/forms.csv")))
def test_every_plan_comes_back_as_it_was_for_reading(template: Path) -> None:
    scheme, _ = load_scheme(template)
    plans = make_plans(scheme).values()
    assert plans
    for plan in plans:
        back = plan_of(plan.facts)
        assert (back.version, back.digest, back.facts) == (plan.version, plan.digest, plan.facts)
        for (table, row), (same, line) in zip(plan.rows(), back.rows(), strict=True):
            assert (table.key, table.repeat, row.key) == (same.key, same.repeat, line.key)
            assert dict(row.rules) == dict(line.rules)


def test_plans_are_kept_once_under_version_and_digest(tmp_path: Path) -> None:
    scheme, _ = small_scheme(tmp_path)
    plans = list(make_plans(scheme).values())
    keep_plans(tmp_path, plans)
    names = {f"{plan.version}-{plan.digest}.json" for plan in plans}
    assert {path.name for path in (tmp_path / "plans").iterdir()} == names
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "plans").iterdir()}
    keep_plans(tmp_path, plans)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "plans").iterdir()} == before
    issued, problems = load_issued(tmp_path)
    assert problems == []
    assert {plan.version for plan in plans} == set(issued.plans)


def test_the_same_plan_gives_the_same_bytes_and_a_text_another_digest_only(tmp_path: Path) -> None:
    first, second, third = (
        make_plans(small_scheme(tmp_path / name, criteria=criteria)[0])["self", "村"]
        for name, criteria in (
            ("1", SMALL["criteria"]),
            ("2", SMALL["criteria"]),
            ("3", edited(SMALL["criteria"], "服务群众", "联系服务群众")),
        )
    )
    assert plan_bytes(first) == plan_bytes(second)
    assert first.version == third.version
    assert first.digest != third.digest


DAMAGE: list[tuple[str, bytes, bytes]] = [
    ("points", b'"20"', b'"25"'),
    ("a title", "服务群众".encode(), "服务客商".encode()),
    ("a kind", b'"deduction"', b'"points"'),
    ("no kind", b'"deduction"', b'"nonsense"'),
    ("a bracket", b"{", b""),
    ("a missing part", b'"layout"', b'"layuot"'),
]


@pytest.mark.parametrize("damage", DAMAGE, ids=[row[0] for row in DAMAGE])
def test_a_damaged_plan_is_a_warning_and_not_used(
    tmp_path: Path, damage: tuple[str, bytes, bytes]
) -> None:
    _, old, new = damage
    scheme, _ = small_scheme(tmp_path)
    plan = make_plans(scheme)["self", "村"]
    keep_plans(tmp_path, [plan])
    (path,) = (tmp_path / "plans").iterdir()
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    issued, problems = load_issued(tmp_path)
    assert issued == Issued()
    assert codes(problems) == ["plan_damaged"]
    assert problems[0].place.file == f".assessor/plans/{path.name}"
    keep_plans(tmp_path, [plan])
    assert load_issued(tmp_path)[1] == []


def test_a_plan_under_another_name_is_damaged(tmp_path: Path) -> None:
    scheme, _ = small_scheme(tmp_path)
    keep_plans(tmp_path, [make_plans(scheme)["self", "村"]])
    (path,) = (tmp_path / "plans").iterdir()
    path.rename(path.with_name("00000000-0000000000000000.json"))
    assert codes(load_issued(tmp_path)[1]) == ["plan_damaged"]


def test_serials_are_kept_by_form_number(tmp_path: Path) -> None:
    assert load_issued(tmp_path) == (Issued(), [])
    keep_serials(tmp_path, {"self-2026-Y-V02": 2, "self-2026-Y-V01": 3})
    issued, problems = load_issued(tmp_path)
    assert issued.serials == {"self-2026-Y-V01": 3, "self-2026-Y-V02": 2}
    assert problems == []


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"a": "x"}', '{"a": null}'])
def test_damaged_serials_are_a_warning(tmp_path: Path, content: str) -> None:
    (tmp_path / "serials.json").write_text(content)
    issued, problems = load_issued(tmp_path)
    assert issued.serials == {}
    assert codes(problems) == ["serials_damaged"]
