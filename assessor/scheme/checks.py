"""Every check of a scheme: a tuple of small named functions, all of which run."""

from __future__ import annotations

from collections.abc import Callable

from assessor.problems import Problem
from assessor.scheme.check_amounts import AMOUNT_CHECKS
from assessor.scheme.check_ballots import BALLOT_CHECKS
from assessor.scheme.check_effects import EFFECT_CHECKS
from assessor.scheme.check_inputs import INPUT_CHECKS
from assessor.scheme.check_ladders import LADDER_CHECKS
from assessor.scheme.check_layouts import LAYOUT_CHECKS
from assessor.scheme.check_limits import LIMIT_CHECKS
from assessor.scheme.check_marks import MARK_CHECKS
from assessor.scheme.check_names import NAME_CHECKS
from assessor.scheme.check_not_applicable import NOT_APPLICABLE_CHECKS
from assessor.scheme.check_order import ORDER_CHECKS
from assessor.scheme.check_parameters import PARAMETER_CHECKS
from assessor.scheme.check_people import PEOPLE_CHECKS
from assessor.scheme.check_raters import RATER_CHECKS
from assessor.scheme.check_reach import REACH_CHECKS
from assessor.scheme.check_rounds import ROUND_CHECKS
from assessor.scheme.check_rubrics import RUBRIC_CHECKS
from assessor.scheme.check_scores import SCORE_CHECKS
from assessor.scheme.check_standing import STANDING_CHECKS
from assessor.scheme.model import Scheme

CHECKS: tuple[Callable[[Scheme], list[Problem]], ...] = (
    *PEOPLE_CHECKS,
    *RUBRIC_CHECKS,
    *LAYOUT_CHECKS,
    *BALLOT_CHECKS,
    *SCORE_CHECKS,
    *NOT_APPLICABLE_CHECKS,
    *LIMIT_CHECKS,
    *STANDING_CHECKS,
    *ORDER_CHECKS,
    *PARAMETER_CHECKS,
    *INPUT_CHECKS,
    *LADDER_CHECKS,
    *AMOUNT_CHECKS,
    *MARK_CHECKS,
    *NAME_CHECKS,
    *RATER_CHECKS,
    *ROUND_CHECKS,
    *REACH_CHECKS,
    *EFFECT_CHECKS,
)


def check_scheme(scheme: Scheme) -> list[Problem]:
    """Return every problem of a scheme in one pass."""
    return [problem for check in CHECKS for problem in check(scheme)]
