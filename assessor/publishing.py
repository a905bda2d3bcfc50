"""A public notice (公示): frozen under the next number, never changed; the next lists revisions."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assessor import __version__
from assessor.exchange import heal, not_as_written, put_results
from assessor.outputs.notice import Notice, notice_xlsx
from assessor.outputs.notice_tables import public_scores_csv, public_standing_csv, read_public
from assessor.outputs.ranking_basis import version_of
from assessor.outputs.wording import state_of
from assessor.problems import AssessorError, Place, Problem, Severity, error, warning
from assessor.result_set import table_files
from assessor.returns.pool import Progress, silent
from assessor.rounds import Round, read_round
from assessor.scheme.decisions import Decision
from assessor.standing.revisions import Act, Revision, find_revisions
from assessor.workspace import Workspace

_STANDING, _SCORES, _FACTS, _BOOK = "standing.csv", "scores.csv", "publication.json", "notice.xlsx"
_MADE_FROM = ("files.csv", "inputs.csv", "decisions.csv")
"""Of the results those that say which files of which hash everything was made from."""
_KINDS = {"files.csv": "returns", "inputs.csv": "inputs"}
"""What a changed hash is called where a revision has no decision of its own."""
DAYS = 7


@dataclass(frozen=True)
class Earlier:
    """What was published before."""

    number: int
    standing: bytes
    scores: bytes
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Published:
    """What `publish` did."""

    round: Round
    folder: Path
    """The folder of the new notice, or of the one before where nothing has changed."""
    notice: Notice
    changed: bool
    """Whether there was anything to publish."""
    remarks: Sequence[Problem] = ()

    @property
    def revised(self) -> int:
        """How many units have a revision."""
        return len({one.unit.code for one in self.notice.revisions})


def publish(
    workspace: Workspace,
    begins: dt.date,
    ends: dt.date | None = None,
    days: int | None = None,
    interim: bool = False,
    as_of: dt.date | None = None,
    workers: int | None = None,
    progress: Progress = silent,
) -> Published:
    """Freeze the results as they stand in results/ as the next public notice.

    Raises AssessorError where they are not what the returns give now, where something is open
    (unless `interim`), and where the notice before is damaged.
    """
    last_day = _last_day(begins, ends, days)
    if not (workspace.results / _STANDING).is_file():
        raise AssessorError(error("publish_no_results", Place(str(workspace.results))))
    result = read_round(workspace, workspace.returns, as_of, workers, progress)
    tables = table_files(result)
    _check_fresh(workspace.results, tables)
    state = state_of(result.standing, result.problems)
    if state == "interim" and not interim:
        raise AssessorError(_open(result))
    before, remarks = _earlier(workspace)
    standing, scores = public_standing_csv(result.standing), public_scores_csv(result.standing)
    made_from = _made_from(result, tables)
    number = before.number + 1 if before else 1
    notice = _notice(result, number, (begins, last_day), state, made_from, before)
    if before and _same(before, standing, scores, state):
        folder = workspace.published / str(before.number)
        return Published(result, folder, notice, changed=False, remarks=remarks)
    facts = _facts(result, notice, made_from)
    files = {_BOOK: notice_xlsx(notice), _STANDING: standing, _SCORES: scores}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    files[_FACTS] = _json(facts | {"files": hashes})
    folder = workspace.published / str(number)
    put_results(folder, files)
    return Published(result, folder, notice, changed=True, remarks=remarks)


def _last_day(begins: dt.date, ends: dt.date | None, days: int | None) -> dt.date:
    if ends is not None and days is not None:
        raise AssessorError(error("publish_until_and_days", Place()))
    last = begins + dt.timedelta(days=(days or DAYS) - 1) if ends is None else ends
    if last < begins:
        facts = {"begins": begins.isoformat(), "ends": last.isoformat()}
        raise AssessorError(error("publish_dates", Place(), **facts))
    return last


def _check_fresh(results: Path, tables: Mapping[str, bytes]) -> None:
    """Refuse to publish what nobody has looked at: the results must be those of the returns."""
    stale = [
        name
        for name, content in sorted(tables.items())
        if not (results / name).is_file() or (results / name).read_bytes() != content
    ]
    if stale:
        raise AssessorError(error("publish_stale", Place(str(results)), files=stale))


def _open(result: Round) -> Problem:
    errors = sum(one.severity is Severity.ERROR for one in result.problems)
    count = Counter(mine.status.word for mine in result.standing.units)
    waiting = sum(count[word] for word in ("missing", "awaiting", "not_due"))
    return error("publish_open", Place(), errors=errors, units=waiting)


# -- what it was made from -----------------------------------------------------------------------


def _made_from(result: Round, tables: Mapping[str, bytes]) -> dict[str, str]:
    """Return the hashes of all that a notice hangs on, by name; no name of a returned file."""
    found = {one.file: one.sha256 for one in result.sources}
    found |= {
        f"results/{name}": hashlib.sha256(tables[name]).hexdigest()
        for name in (_STANDING, _SCORES, *_MADE_FROM)
        if name in tables
    }
    return found


def _facts(result: Round, notice: Notice, made_from: Mapping[str, str]) -> dict[str, Any]:
    settings = result.scheme.settings
    return {
        "number": notice.number,
        "title": settings.title,
        "round": settings.round,
        "issuer": settings.issuer,
        "from": notice.begins.isoformat(),
        "until": notice.ends.isoformat(),
        "state": notice.state,
        "program": f"assessor {__version__}",
        "scheme": {"code": settings.code, "version": version_of(result.sources)},
        "before": notice.before or None,
        "made_from": dict(made_from),
        "decisions": [_mark_of(one) for one in result.decisions],
    }


def _mark_of(decision: Decision) -> dict[str, str]:
    """Return how a later notice knows a decision again, without its words."""
    day = decision.date.isoformat() if decision.date else ""
    texts = (decision.object, decision.before, decision.to, decision.reason, decision.authority)
    text = "\x1f".join((decision.act, decision.unit, *texts, day))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {"act": decision.act, "unit": decision.unit, "sha256": digest}


def _json(facts: Mapping[str, Any]) -> bytes:
    return (json.dumps(facts, ensure_ascii=False, indent=2) + "\n").encode()


# -- the one before ------------------------------------------------------------------------------


def _earlier(workspace: Workspace) -> tuple[Earlier | None, list[Problem]]:
    """Return what was published last, and which of its files are not as they were published."""
    root = workspace.published
    if root.is_dir():
        for rest in sorted(root.glob(".*.new")):  # a run that was cut off before its end
            heal(root / rest.name[1:].removesuffix(".new"))
    numbers = [int(one.name) for one in root.glob("*") if one.is_dir() and one.name.isdecimal()]
    if not numbers:
        return None, []
    folder = root / str(max(numbers))
    strayed = not_as_written(folder)
    if strayed is None or not {_STANDING, _SCORES, _FACTS}.isdisjoint(strayed):
        raise AssessorError(error("published_damaged", Place(str(folder))))
    remarks = [warning("published_touched", Place(str(folder)), files=strayed)] if strayed else []
    facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
    standing, scores = ((folder / name).read_bytes() for name in (_STANDING, _SCORES))
    return Earlier(max(numbers), standing, scores, facts), remarks


def _same(before: Earlier, standing: bytes, scores: bytes, state: str) -> bool:
    return (before.standing, before.scores) == (standing, scores) and before.facts["state"] == state


def _notice(
    result: Round,
    number: int,
    days: tuple[dt.date, dt.date],
    state: str,
    made_from: Mapping[str, str],
    before: Earlier | None,
) -> Notice:
    if before is None:
        return Notice(result.standing, number, *days, state, list(made_from.items()))
    revisions, titles = _revisions(result, before)
    return Notice(
        result.standing,
        number,
        *days,
        state,
        list(made_from.items()),
        before.number,
        revisions,
        titles,
        result.decisions,
        _changed_kinds(before.facts["made_from"], made_from),
    )


def _revisions(result: Round, before: Earlier) -> tuple[list[Revision], dict[str, str]]:
    then, old_titles = read_public(before.standing, before.scores)
    standing = result.standing
    now, titles = read_public(public_standing_csv(standing), public_scores_csv(standing))
    marks = [_mark_of(one) for one in result.decisions]
    known = {mark["sha256"] for mark in before.facts["decisions"]}
    here = {mark["sha256"] for mark in marks}
    new = [
        Act(mark["act"], mark["unit"], at)
        for at, mark in enumerate(marks)
        if mark["sha256"] not in known
    ]
    gone = [
        Act(mark["act"], mark["unit"])
        for mark in before.facts["decisions"]
        if mark["sha256"] not in here
    ]
    parents = {unit.code: unit.parent for unit in result.scheme.units if unit.kind == "person"}
    return find_revisions(then, now, new, gone, parents), old_titles | titles


def _changed_kinds(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return which kinds of sources changed: scheme, returns, inputs."""
    changed = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    kinds = (_kind(name) for name in changed)
    return list(dict.fromkeys(kind for kind in kinds if kind))


def _kind(name: str) -> str:
    first, _, rest = name.partition("/")
    return "scheme" if first in {"scheme", "scheme.xlsx"} else _KINDS.get(rest, "")
