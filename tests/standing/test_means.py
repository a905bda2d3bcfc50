"""Means of every node by class, worked by hand from a table of scores."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from assessor.standing.means import find_means
from assessor.standing.stand import stand
from tests.standing.builders import scores_of, standing_scheme

TOTALS = """
    unit | total | target | ballot | person
    V01  | 95    | 95     | 90     |
    V02  | 91    | 90     |        |
    V03  | 92    | 80     | 80     |
    O01  | 85    | 85     | 75     |
    S01  |       |        |        | 95
    """


def test_means_leave_out_who_has_no_score_and_classes_stand_apart() -> None:
    scheme = standing_scheme()
    means = {one.node.code: one for one in find_means(stand(scheme, scores_of(scheme, TOTALS)))}
    total, ballot = means["total"], means["ballot"]
    assert total.whole.mean == Fraction(95 + 91 + 92 + 85, 4)
    assert (total.whole.count, total.whole.best, total.whole.worst) == (4, Decimal(95), Decimal(85))
    assert total.of_class["村"].mean == Fraction(95 + 91 + 92, 3)
    assert total.of_class["机关"].mean == 85
    assert ballot.whole.count == 3
    assert ballot.whole.rate == Fraction(90 + 80 + 75, 300)
    assert list(means["person"].of_class) == ["书记"]
    assert total.points == (Decimal(100),)


def test_where_nobody_has_a_score_there_is_no_mean() -> None:
    scheme = standing_scheme()
    open_ = "unit | total\nV01 | missing\nV02 | awaiting"
    assert find_means(stand(scheme, scores_of(scheme, open_))) == []
