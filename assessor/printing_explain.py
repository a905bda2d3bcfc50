"""How an explanation looks in the terminal: an indented tree, cells as compact tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace

from assessor.explaining.asking import PARTS
from assessor.explaining.records import Cell, Story, Telling
from assessor.i18n import Catalog, visible
from assessor.printing import print_json, print_table, print_text

_INDENT = "  "


def print_story(story: Story, words: Catalog, as_json: bool) -> None:
    """Print how a unit came by its score, or by a node of it."""
    if as_json:
        print_json(asdict(story))
        return
    _print_head(story, words)
    for one in story.nodes:
        print_text("")
        _Printer(words, cells=not story.whole).show(one, 0, one.path)
    _print_troubles(story, words)
    if story.open:
        print_text(words.text("explain.next_open"))
    elif story.whole:
        deep = (t.code for t in _every(story.nodes) if t.children or t.cells)
        example = next(deep, "").removesuffix(".-")
        if example:  # a score that rests on other units alone has no cells of its own
            print_text("")
            print_text(words.text("explain.next", unit=story.unit_code, node=example))


def _print_head(story: Story, words: Catalog) -> None:
    facts = {"name": story.unit, "code": story.unit_code, "unit_class": story.unit_class}
    print_text(words.text("explain.title", **facts))
    print_text(visible(f"{story.scheme} {story.round}"))
    if not story.score:
        print_text(words.text("explain.standing.no_total", state=story.state))
        return
    print_text(words.text("explain.standing.total", value=story.score, state=story.state))
    if story.whole:
        for line in story.standing:
            print_text(f"{_INDENT}{line}")


def _every(tellings: Sequence[Telling]) -> Iterator[Telling]:
    """Yield tellings, those furthest down first."""
    for one in tellings:
        yield from _every(one.children)
        yield one


def _whole(one: Telling) -> Telling:
    """Return a rubric without sections with what its only part says: the two are the same."""
    part = one.children[0] if len(one.children) == 1 else one
    if part.rule != "section" or part.code != f"{one.code}.-" or part.title != one.title:
        return one
    return replace(
        one,
        rule=part.rule,
        how=part.how,
        formula=part.formula,
        cells=part.cells,
        children=part.children,
    )


@dataclass
class _Printer:
    """Prints tellings; remembers which file and sheet it named last."""

    words: Catalog
    cells: bool
    """Whether cells are shown, or only nodes down to sections."""
    places: tuple[str, ...] = field(default=())

    def say(self, key: str, **facts: object) -> str:
        return self.words.text(f"explain.{key}", **facts)

    def show(self, one: Telling, depth: int, path: Sequence[str] = ()) -> None:
        """Print a node, what was computed, what is to be said, its cells, and what is below it."""
        one = _whole(one)
        margin = _INDENT * depth
        above = self.say("path", path=" › ".join(path)) if path else ""
        print_text(margin + above + self._head(one))
        inner = margin + _INDENT
        if one.rule in PARTS:
            self._parts([one], len(inner))
            return
        brief = one.rule == "section" and not self.cells
        if one.formula and not brief:
            print_text(inner + self.say("computed", how=one.how, formula=one.formula))
        elif one.value and not brief:
            print_text(inner + one.how)
        for remark in one.remarks:
            print_text(f"{inner}· {remark}")
        if self.cells:
            self._own_cells(one, len(inner))
            self._parts([child for child in one.children if child.rule in PARTS], len(inner))
        for child in one.children:
            if child.rule not in PARTS:
                self.show(child, depth + 1)

    def _head(self, one: Telling) -> str:
        shown = self.say("node", title=one.title, code=one.code)
        if one.value:
            key = "value_of" if one.points else "value"
            shown += self.say(key, value=one.value, points=one.points)
        elif one.rule != "condition":
            shown += one.state
        if one.contribution:
            facts = {"weight": one.weight, "value": one.value, "contribution": one.contribution}
            shown += self.say("weighs", **facts)
        elif one.weight:
            shown += self.say("weight", weight=one.weight)
        return shown + (self.say("informative") if one.informative else "")

    def _own_cells(self, one: Telling, indent: int) -> None:
        """Print the entries of a node itself in a line: votes, a number."""
        if not one.cells:
            return
        self._place(one.cells, indent)
        comma = self.words.text("list.comma")
        print_text(" " * indent + comma.join(self._entry(cell) for cell in one.cells))
        self._messages(one.cells, indent)

    def _entry(self, cell: Cell) -> str:
        entry = self.say("entry", what=cell.title or cell.by, raw=self._raw(cell))
        shown = self.say("placed", entry=entry, cell=cell.cell) if cell.cell else entry
        if cell.second is None:
            return shown
        raw = cell.second.raw or self.say("empty")
        return f"{shown} / {self.say('placed', entry=raw, cell=cell.second.cell)}"

    def _parts(self, parts: Sequence[Telling], indent: int) -> None:
        """Print criteria (or bonus items, or conditions) as a table, a row an entry."""
        if not parts:
            return
        cells = [cell for part in parts for cell in part.cells]
        self._place(cells, indent)
        keys = ("code", "criterion", "points", "earned", "by", "raw", "cell", "said")
        rows = [row for part in parts for row in self._rows(part)]
        several = len({(cell.form, cell.by) for cell in cells}) > 1
        empty = {at for at in range(len(keys)) if not any(row[at] for row in rows)}
        kept = [at for at in range(len(keys)) if at not in empty and (several or keys[at] != "by")]
        heads = [self.say(keys[at]) for at in kept]
        print_table([[row[at] for at in kept] for row in rows], heads, indent)
        self._messages(cells, indent)

    def _rows(self, part: Telling) -> Iterator[list[str]]:
        """Yield the rows of a criterion: what each filler wrote, then how it counts."""
        value = part.value or ("" if part.rule == "condition" else part.state)
        texts = [part.formula, *(remark.rstrip("。.") for remark in part.remarks)]
        said = self.words.text("list.semicolon").join(text for text in texts if text)
        first = [part.code, part.title, part.points, value]
        fillers = list(dict.fromkeys(cell.by for cell in part.cells)) or [""]
        for by in fillers:
            mine = [cell for cell in part.cells if cell.by == by]
            raw = " ".join(
                self.say("entry", what=cell.title, raw=self._raw(cell))
                if cell.title
                else self._raw(cell)
                for cell in mine
            )
            where = " ".join(cell.cell for cell in mine)
            yield [*first, by, raw, where, said]
            first, said = [""] * len(first), ""

    def _raw(self, cell: Cell) -> str:
        if cell.raw or cell.file:
            return cell.raw or self.say("empty")
        return cell.value or self.words.text(f"status.{cell.status}")

    def _place(self, cells: Sequence[Cell], indent: int) -> None:
        """Print in which files and sheets the cells stand, unless it has just been said."""
        lines = dict.fromkeys(
            self.say("place", place=f"{cell.file} › {cell.sheet}", by=cell.by)
            for cell in cells
            if cell.file
        )
        seconds = ((cell.second, cell.by) for cell in cells if cell.second is not None)
        lines |= dict.fromkeys(
            self.say("place", place=f"{second.file} › {second.sheet}", by=by)
            for second, by in seconds
        )
        if tuple(lines) == self.places:
            return
        self.places = tuple(lines)
        for line in lines:
            print_text(" " * indent + line)

    def _messages(self, cells: Sequence[Cell], indent: int) -> None:
        for cell in cells:
            if cell.message:
                place = f"{cell.sheet}!{cell.cell}"
                line = self.say("remark.trouble", place=place, message=cell.message)
                print_text(f"{' ' * indent}! {line}")
                print_text(f"{' ' * indent}  → {cell.cure}")


def _print_troubles(story: Story, words: Catalog) -> None:
    """Print the open errors of the unit; those of a node stand beside its cells already."""
    if not story.troubles or not story.whole:
        return
    print_text("")
    print_text(words.text("explain.problems"))
    for trouble in story.troubles:
        place = " › ".join(part for part in (trouble.file, trouble.sheet) if part)
        where = f"{place}!{trouble.cell}" if trouble.cell else place
        head = words.text("explain.remark.trouble", place=where, message=trouble.message)
        print_text(f"{_INDENT}{head if where else trouble.message}")
        print_text(f"{_INDENT}  → {trouble.cure}")
