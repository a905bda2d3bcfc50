"""What a reader must know of a workspace; it travels to the worker processes once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assessor.scheme.copies import CopyKey, FormNumber, Packet, due_copies
from assessor.scheme.issued import Issued
from assessor.scheme.model import Scheme
from assessor.scheme.plan import FormPlan
from assessor.scheme.policies import USUAL, Policies
from assessor.scheme.stamp import StampedForm


@dataclass(frozen=True)
class Context:
    """What a reader must know of the workspace."""

    scheme: str
    round: str
    language: str
    key: bytes
    plans: Mapping[tuple[str, str], FormPlan]
    classes: Mapping[str, str]
    """Unit class by unit code."""
    stems: Mapping[str, CopyKey]
    """Copy by visible form number, without serial and version."""
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What a unit is or was called, by its code."""
    raters: Mapping[str, str] = field(default_factory=dict)
    """Name of a rater by code."""
    issued: Issued = field(default_factory=Issued)
    stamped_only: bool = False
    """Whether a form without a stamp of this workspace is refused."""
    rehearsal: bool = False
    policies: Policies = USUAL
    """What the scheme makes of forms that a careful and a lenient office take differently."""

    def plan(self, key: CopyKey) -> FormPlan | None:
        """Return the present plan of a copy; None where form or unit are not of this scheme."""
        return self.plans.get((key.form, self.classes.get(key.unit, "") if key.unit else ""))

    def editions(self, form: StampedForm, present: FormPlan) -> tuple[FormPlan, ...]:
        """Return the plans that a form may have been issued by, the likeliest first.

        A stamp of ours names the very plan; a number names all that ask for the same.
        """
        same = [plan for plan in (present,) if plan.version == form.version]
        kept = [p for p in self.issued.plans.get(form.version, ()) if p.form == form.key.form]
        found = [*same, *(plan for plan in kept if plan.digest != present.digest)]
        return tuple(sorted(found, key=lambda plan: plan.digest != form.digest))

    def is_issued(self, number: FormNumber) -> bool:
        """Say whether a form was ever issued under a serial, as far as it is recorded."""
        return number.serial <= self.issued.serials.get(number.stem, 1)


def context_of(
    scheme: Scheme,
    packets: Sequence[Packet],
    plans: Mapping[tuple[str, str], FormPlan],
    key: bytes,
    issued: Issued | None = None,
) -> Context:
    """Return what the readers of a round must know."""
    settings = scheme.settings
    return Context(
        scheme=settings.code,
        round=settings.round,
        language=settings.language,
        key=key,
        plans=plans,
        classes={unit.code: unit.unit_class for unit in scheme.units},
        stems={copy.stem: copy.key for _, copy in due_copies(packets)},
        names={unit.code: (unit.name, *unit.former_names) for unit in scheme.units},
        raters={rater.code: rater.name for rater in scheme.raters},
        issued=issued or Issued(),
        stamped_only=settings.stamped_only,
        rehearsal=settings.rehearsal,
        policies=settings.policies,
    )
