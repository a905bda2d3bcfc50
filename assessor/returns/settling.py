"""Which of the forms that claim one copy counts: the newest, the one that people chose, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from assessor.problems import Place, error, warning
from assessor.returns.collection import Accepted, Claim, Collection, Fate, of_copy
from assessor.returns.differences import MOST, differences
from assessor.scheme.copies import Copy, CopyKey
from assessor.scheme.decisions import Decision
from assessor.scheme.model import Scheme
from assessor.scheme.secrecy import is_secret


def settle(
    scheme: Scheme,
    collection: Collection,
    copy: Copy,
    claims: list[Claim],
    decisions: Sequence[Decision],
    fates: dict[str, Fate],
) -> None:
    """Find the one form that counts among those that claim a copy."""
    key = copy.key
    # Of two alike the one counts of which less is to be said (its stamp is there), then the one
    # without a suffix: 表.xlsx before 表(1).xlsx.
    claims.sort(key=lambda claim: (len(claim[1].problems), len(claim[0].file), claim[0].file))
    newest = max(form.serial for _, form in claims)
    chosen = _chosen(collection, key, claims, decisions)
    rivals = [claim for claim in claims if claim[1].serial == newest]
    distinct = [chosen] if chosen is not None else _distinct(rivals)
    for claim in claims:
        twin = next((one for one in distinct if _alike(one, claim)), distinct[0])
        if claim is twin:
            _note_fate(fates, claim, Fate("accepted"))
        elif claim[1].serial == twin[1].serial and _alike(twin, claim):
            same = claim[0].sha256 == twin[0].sha256
            reason = "file_duplicate" if same else "file_same_content"
            _note_fate(fates, claim, Fate("duplicate", reason, twin[0].file))
        else:
            reason = "decided" if chosen is not None else "newer_serial"
            _note_fate(fates, claim, Fate("superseded", reason, distinct[0][0].file))
            if claim[1].serial > twin[1].serial and not key.paper:
                newer = warning("decision_older_file", _place(claim), file=twin[0].file)
                collection.problems.append(of_copy(newer, key))
    if len(distinct) > 1:
        _conflict(scheme, collection, copy, distinct, fates)
    else:
        _accept(collection, key, distinct[0])


def _distinct(claims: Sequence[Claim]) -> list[Claim]:
    """Return one claim for each content."""
    found: list[Claim] = []
    for claim in claims:
        if not any(_alike(other, claim) for other in found):
            found.append(claim)
    return found


def _alike(one: Claim, other: Claim) -> bool:
    return one is other or one[1].same_content(other[1])


_STRENGTH = ("ignored", "superseded", "duplicate", "accepted", "conflict")
"""A file of several forms has the strongest disposition of its forms."""


def _note_fate(fates: dict[str, Fate], claim: Claim, fate: Fate) -> None:
    file = claim[0].file
    known = fates.get(file, Fate("ignored"))
    if _STRENGTH.index(fate.disposition) > _STRENGTH.index(known.disposition):
        fates[file] = fate


def _chosen(
    collection: Collection, key: CopyKey, claims: Sequence[Claim], decisions: Sequence[Decision]
) -> Claim | None:
    """Return the form that people chose; none, and an error, where it is not clear which."""
    hits = named(key, claims, decisions)
    if len(_distinct(hits)) < 2:
        return hits[0] if hits else None
    decision = [d for d in decisions if d.act == "accept_file" and concerns(d, key)][-1]
    facts = {"file": decision.to, "files": [str(_place(claim)) for claim in hits]}
    problem = error("decision_file_ambiguous", decision.at.cell("to"), **facts)
    collection.problems.append(replace(problem, unit=key.unit))
    return None


def named(key: CopyKey, claims: Sequence[Claim], decisions: Sequence[Decision]) -> list[Claim]:
    """Return the claims that decisions name: by the whole path, else by the file's own name."""
    hits: list[Claim] = []
    for decision in decisions:
        if decision.act != "accept_file" or not concerns(decision, key):
            continue
        exact = [claim for claim in claims if claim[0].file == decision.to]
        hits += exact or [claim for claim in claims if is_file(decision.to, claim[0].file)]
    return hits


def concerns(decision: Decision, key: CopyKey) -> bool:
    """Say whether a decision is about the form of a copy."""
    source = decision.source
    return (
        source.form == key.form
        and source.period in ("", key.period)
        and decision.unit in ("", key.unit)
    )


def _accept(collection: Collection, key: CopyKey, claim: Claim) -> None:
    file, form = claim
    collection.accepted[key] = Accepted(file.file, form)
    collection.sheets[key] = (collection.accepted[key],)
    collection.problems += [of_copy(problem, key) for problem in form.problems]


def _conflict(
    scheme: Scheme,
    collection: Collection,
    copy: Copy,
    rivals: Sequence[Claim],
    fates: dict[str, Fate],
) -> None:
    """Two different forms for one copy: both are listed, nobody guesses."""
    key = copy.key
    collection.held.add(key)
    collection.sheets[key] = tuple(Accepted(file.file, form) for file, form in rivals)
    files = [claim[0].file for claim in rivals]
    first = rivals[0][1]
    for claim in rivals:
        other = next((file for file in files if file != claim[0].file), claim[0].file)
        _note_fate(fates, claim, Fate("conflict", "file_conflict", other))
    if key.paper:
        # The files must be named here, so neither the number nor a difference may be.
        problem = error("paper_conflict", Place(rivals[0][0].file), files=files, code=key.form)
        collection.problems.append(replace(problem, unit=key.unit, nobody=True))
        return
    secret = is_secret(scheme, scheme.form[key.form])
    policy = scheme.settings.policies.duplicates
    for claim in rivals[1:]:
        found = differences(copy, first, claim[1], secret)
        facts = {
            "first": _label(rivals[0], claim),
            "second": _label(claim, rivals[0]),
            "code": f"{key.form}@{key.period}" if key.period else key.form,
            "differences": found[:MOST],
            "count": len(found),
        }
        code = "file_conflict_resend" if policy == "refuse" else "file_conflict"
        problem = error(code, _place(claim), **facts)
        collection.problems.append(of_copy(problem, key))


def _place(claim: Claim) -> Place:
    return Place(claim[0].file, claim[1].sheet)


def _label(claim: Claim, other: Claim) -> str:
    """Return what one of two is called: its file, or its sheet too where both stand in one file."""
    return str(_place(claim)) if claim[0].file == other[0].file else claim[0].file


def is_file(wanted: str, file: str) -> bool:
    """Say whether people who wrote down a file may have meant this one: path, name or stem."""
    path = PurePosixPath(file)
    return wanted in {file, path.name, path.stem}
