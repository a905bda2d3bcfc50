"""Blank workbooks: what `forms` writes, and where each stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assessor.disk import write_file
from assessor.outputs.form import write_packet
from assessor.problems import AssessorError, Problem, has_errors
from assessor.returns.collect import bring_together
from assessor.returns.collection import Collection
from assessor.returns.declared import declarations_shown, packets_with, with_declared
from assessor.returns.identify import context_of
from assessor.returns.pool import Progress, silent
from assessor.returns.receive import receive
from assessor.scheme.copies import Packet, make_packets
from assessor.scheme.decisions import read_decisions
from assessor.scheme.issued import keep_plans, load_issued
from assessor.scheme.load import load_decision_rows, load_sound_scheme
from assessor.scheme.model import Scheme
from assessor.scheme.paths import packet_paths
from assessor.scheme.plan import FormPlan
from assessor.scheme.plans import make_plans
from assessor.scheme.stamp import numbering
from assessor.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Issued:
    """What `forms` wrote."""

    scheme: Scheme
    problems: list[Problem]
    files: list[Path]
    unchanged: int
    undeclared: int = 0
    """Forms that are to show what their unit declared, and cannot yet."""


def issue(workspace: Workspace, progress: Progress = silent) -> Issued:
    """Write every blank workbook of a round; one that is there already and the same is left."""
    scheme, problems = load_sound_scheme(workspace.scheme)
    key = workspace.key()
    plans = make_plans(scheme)
    packets = make_packets(scheme, plans, numbering(key))
    undeclared = 0
    if declarations_shown(scheme):
        declared = _read_declarations(workspace, scheme, packets, plans)
        packets, undeclared = with_declared(scheme, packets, declared)
    # The plans first: no form may be out of which nobody knows what it asked.
    keep_plans(workspace.hidden, plans.values())
    files, unchanged = [], 0
    paths = packet_paths(scheme, packets)
    for number, (packet, where) in enumerate(zip(packets, paths, strict=True), 1):
        path = workspace.forms / where
        content = write_packet(scheme, packet, key)
        if path.exists() and path.read_bytes() == content:
            unchanged += 1
        else:
            write_file(path, content)
        files.append(path)
        progress(number, len(packets))
    return Issued(scheme, problems, files, unchanged, undeclared)


def _read_declarations(
    workspace: Workspace,
    scheme: Scheme,
    packets: Sequence[Packet],
    plans: Mapping[tuple[str, str], FormPlan],
) -> Collection:
    """Return the declarations that came back and are shown on other forms; nothing else is read."""
    wanted = declarations_shown(scheme)
    mine = packets_with(packets, wanted)
    if not workspace.returns.is_dir():
        return Collection()
    asked = {where: plan for where, plan in plans.items() if plan.form in wanted}
    issued, _ = load_issued(workspace.hidden)
    context = context_of(scheme, mine, asked, workspace.key(), issued)
    received = receive(workspace.returns, context)
    if not received.readings:
        return Collection()
    rows, faults = load_decision_rows(workspace.decisions)
    decisions, more = read_decisions(rows, scheme)
    if has_errors([*faults, *more]):
        raise AssessorError(*faults, *more)
    return bring_together(scheme, mine, received.found, received.readings, decisions, None)
