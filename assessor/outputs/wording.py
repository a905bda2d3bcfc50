"""Results in words: ties, states, reasons. Shared by the outputs, as their style is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assessor.i18n import Catalog
from assessor.problems import Problem, Severity, has_errors
from assessor.returns.collect import FileFate
from assessor.scheme.model import Scheme
from assessor.standing.ranking import Tie
from assessor.standing.stand import Standing, UnitStanding


def tie_text(tie: Tie | None, scheme: Scheme, words: Catalog) -> str:
    """Say how a tie was broken, or that it was not."""
    if tie is None:
        return ""
    if tie.shared:
        return words.text("rank.shared")
    title = scheme.node[tie.node].title if tie.node in scheme.node else tie.node
    return words.text("rank.higher" if tie.higher else "rank.lower", node=title)


def rank_text(rank: int | None, shared: bool, words: Catalog) -> str:
    """Say a rank as people read it: 第8名(并列)."""
    if rank is None:
        return words.text("rank.none")
    return words.text("rank.tied" if shared else "rank.plain", rank=rank)


def state_text(standing: Standing, problems: Sequence[Problem], words: Catalog) -> str:
    """Say whether everything is in and no error is open."""
    final = standing.settled and not has_errors(problems)
    return words.text("state.settled" if final else "state.interim")


def brief(mine: UnitStanding, words: Catalog) -> str:
    """Say score, grade and rank of a unit in one line."""
    place = rank_text(mine.rank, shared=False, words=words) if mine.rank else ""
    return " ".join(part for part in (str(mine.score), mine.grade, place) if part)


def status_text(mine: UnitStanding, words: Catalog) -> str:
    """Say how far one unit is."""
    return words.text(f"status.{mine.status.word}")


def reason_text(fate: FileFate, words: Catalog) -> str:
    """Say why a file has its disposition, in a few words."""
    if fate.problem is not None:
        return words.message(fate.problem)
    return words.text(f"reason.{fate.reason}") if fate.reason else ""


def counts_text(problems: Sequence[Problem], words: Catalog) -> str:
    """Say how many errors, warnings and notes there are."""
    count = Counter(problem.severity for problem in problems)
    return words.text(
        "problems.counts",
        errors=count[Severity.ERROR],
        warnings=count[Severity.WARNING],
        notes=count[Severity.NOTE],
    )
