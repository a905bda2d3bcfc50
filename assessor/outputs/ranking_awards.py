"""The awards of ranking.xlsx: slots, awards and money that add up, and who gets them."""

from __future__ import annotations

from assessor.decimals import digits_of
from assessor.i18n import Catalog
from assessor.outputs.results_table import Head, Rank, Table, Value, unit_heads
from assessor.scheme.model import Award
from assessor.standing.awards import Named, sums
from assessor.standing.stand import Standing, UnitStanding


def award_tables(standing: Standing, words: Catalog) -> list[Table]:
    """Return the sheet of awards and the list of who gets them; none where there are no awards."""
    if not standing.awards:
        return []
    return [_awards(standing, words), _winners(standing, words)]


def _money(standing: Standing, words: Catalog) -> list[Head]:
    """Return the head of a column of money, where any award has some."""
    amounts = [named.award.money for named in standing.awards if named.award.money is not None]
    if not amounts:
        return []
    digits = max(digits_of(amount) for amount in amounts)
    return [Head(words.text("ranking.money"), str(digits), 14)]


def _awards(standing: Standing, words: Catalog) -> Table:
    money = _money(standing, words)
    whole = sums(standing.awards)
    more = whole.more > 0
    heads = [
        Head(words.text("ranking.award")),
        Head(words.text("ranking.award_of"), "center", 18),
        Head(words.text("ranking.award_by"), "center", 12),
        Head(words.text("ranking.slots"), "0", 10),
        *([Head(words.text("ranking.more"), "0", 10)] if more else []),
        Head(words.text("ranking.given"), "0", 10),
        Head(words.text("ranking.left"), "0", 10),
        *money,
        *(Head(words.text("ranking.money_sum"), head.kind, 16) for head in money),
        Head(words.text("ranking.notes"), "text", 50),
    ]
    rows = [_award_row(standing, named, more, bool(money), words) for named in standing.awards]
    beyond: list[Value] = [whole.more] if more else []
    paid: list[Value] = ["", whole.money] if money else []
    total = words.text("ranking.sum")
    foot = [total, "", "", whole.slots, *beyond, whole.given, whole.left, *paid, ""]
    return Table(words.text("ranking.awards_sheet"), heads, rows, frozen=1, foot=foot)


def _award_row(
    standing: Standing, named: Named, more: bool, money: bool, words: Catalog
) -> list[Value]:
    award = named.award
    row: list[Value] = [
        award.title,
        _whose(award, words),
        words.text(f"ranking.by_{award.by}"),
        named.slots,
        *([named.more] if more else []),
        len(named.units),
        named.left,
    ]
    if money:
        row += [award.money, named.money]
    note = ""
    if named.tied:
        names = [standing.scheme.units[unit].name for unit in named.tied]
        note = words.text("ranking.award_waits", units=names)
    return [*row, note]


def _whose(award: Award, words: Catalog) -> str:
    return award.unit_class or words.text(f"kind.{award.kind}")


def _winners(standing: Standing, words: Catalog) -> Table:
    money = _money(standing, words)
    ranked = standing.scheme.settings.ranking != "none"
    heads = [
        Head(words.text("ranking.award")),
        *([Head(words.text("ranking.rank"), "center", 14)] if ranked else []),
        *unit_heads(words),
        Head(words.text("ranking.class"), "center", 16),
        Head(words.text("ranking.score"), str(standing.scheme.settings.digits)),
        Head(words.text("ranking.grade"), "center"),
        *money,
    ]
    mine = {one.unit: one for one in standing.units}
    rows = [
        _winner_row(standing, named, unit, mine.get(unit), bool(money))
        for named in standing.awards
        for unit in named.units
    ]
    blank: list[Value] = [""] * (len(heads) - 2)
    paid = sums(standing.awards).money
    foot: list[Value] = [words.text("ranking.sum"), *blank, paid] if money else []
    empty = words.text("ranking.no_winners")
    return Table(words.text("ranking.winners"), heads, rows, frozen=1, empty=empty, foot=foot)


def _winner_row(
    standing: Standing, named: Named, winner: int, mine: UnitStanding | None, money: bool
) -> list[Value]:
    """Return the row of one winner; who is not appraised himself has neither rank nor score."""
    unit = standing.scheme.units[winner]
    ranked = standing.scheme.settings.ranking != "none"
    return [
        named.award.title,
        *([_place(named, mine)] if ranked else []),
        unit.code,
        unit.name,
        unit.unit_class,
        mine.score if mine else None,
        mine.final_grade if mine else "",
        *([named.award.money] if money else []),
    ]


def _place(named: Named, mine: UnitStanding | None) -> Rank:
    """Return the rank by which the award goes: in the class where it is of a class."""
    if mine is None:
        return Rank(None, False)
    if mine.class_rank is not None and (named.award.unit_class or mine.rank is None):
        return Rank(mine.class_rank, bool(mine.class_tie and mine.class_tie.shared))
    return Rank(mine.rank, bool(mine.tie and mine.tie.shared))
