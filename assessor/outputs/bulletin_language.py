"""The small language of a bulletin's template: values, conditions, loops over rows. Nothing else.

It is Jinja's, cut down before it runs: no calls, no arithmetic, no assignments, no imports, no
attributes but the names of facts. What is left ends, because loops only go over rows, and rows
take fuel.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jinja2 import nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.runtime import LoopContext, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from assessor.i18n import visible
from assessor.outputs.bulletin_names import FACTS, Name, Rows
from assessor.scheme.spelling import near

LOOP = ("index", "first", "last", "length")
"""What may be asked of a loop: which row it is, whether the first or the last, of how many."""
FILTERS = ("length", "count")
TESTS = ("odd", "even")

_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.For,
    nodes.If,
    nodes.Name,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Slice,
    nodes.Const,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.CondExpr,
    nodes.Concat,
    nodes.Filter,
    nodes.Test,
    nodes.List,
    nodes.Tuple,
)
_NONE = str.maketrans("", "", "\ufffe\uffff")


@dataclass(frozen=True, slots=True)
class Slip:
    """Something wrong in a template: a code, facts, and the line it stands in."""

    code: str
    line: int
    facts: Mapping[str, object]


class Language(ImmutableSandboxedEnvironment):
    """Jinja's sandbox with almost everything taken out of it."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, finalize=_shown)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.tests = {name: self.tests[name] for name in TESTS}

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401
        """Return a fact of a record, or which row of a loop it is; there are no attributes."""
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in LOOP:
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ANN401
        """Return a fact of a record by its name, a row by its number, or some rows."""
        if isinstance(obj, Rows) and isinstance(argument, slice):
            return obj[argument]
        if isinstance(obj, Rows) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj.rows[argument]
        return self.getattr(obj, argument if isinstance(argument, str) else "")

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ANN401, ARG002
        """Return False: a template calls nothing."""
        return False


def _shown(value: object) -> object:
    """Return a value as it is printed: numbers as they are written, no control characters."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Markup):
        return value
    if isinstance(value, bool | Rows | dict):
        return ""
    return visible(str(value)).translate(_NONE)


def slips_of(source: str, language: Language) -> list[Slip]:
    """Return everything that is wrong in a template, as far as it can be parsed."""
    try:
        tree = language.parse(source)
    except TemplateSyntaxError as fault:
        return [Slip(_syntax_code(fault), fault.lineno, {"reason": fault.message or ""})]
    except RecursionError:  # thousands of brackets in one another
        return [Slip("bulletin_not_allowed", 0, {})]
    return list(_Checker().check(tree, {}))


def _syntax_code(fault: TemplateSyntaxError) -> str:
    told = fault.message or ""
    strange = any(text in told for text in ("unknown tag", "No filter named", "No test named"))
    return "bulletin_not_allowed" if strange else "bulletin_syntax"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an expression stands for: a list of rows, one row, or (without names) a value."""

    names: Sequence[Name] = ()
    many: bool = False


Scope = Mapping[str, Meaning]
"""What loops have given names to."""
_VALUE = Meaning()
_LOOP = Meaning(tuple(Name(name, name) for name in LOOP))


class _Checker:
    """Walks a template with what every name in it means, and tells every slip."""

    def check(self, node: nodes.Node, scope: Scope) -> Iterator[Slip]:
        """Yield the slips of a node and of all below it."""
        if not isinstance(node, _ALLOWED) or not _known(node):
            yield Slip("bulletin_not_allowed", node.lineno, {})
        elif isinstance(node, nodes.For):
            yield from self._loop(node, scope)
        elif isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
            meant = self._meant(node, scope)
            if isinstance(meant, Slip):
                yield meant
        else:
            for child in node.iter_child_nodes():
                yield from self.check(child, scope)
                if isinstance(node, nodes.Output):
                    yield from self._printed(child, scope)

    def _printed(self, node: nodes.Node, scope: Scope) -> Iterator[Slip]:
        """Yield a slip where a list or a row is to be printed as if it were a value."""
        if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
            meant = self._meant(node, scope)
            if isinstance(meant, Meaning) and meant.names:
                yield Slip("bulletin_not_a_value", node.lineno, {})

    def _loop(self, node: nodes.For, scope: Scope) -> Iterator[Slip]:
        target, rows = node.target, node.iter
        if not isinstance(target, nodes.Name) or node.recursive:
            yield Slip("bulletin_not_allowed", node.lineno, {})
            return
        plain = isinstance(rows, nodes.Name | nodes.Getattr | nodes.Getitem)
        meant = self._meant(rows, scope) if plain else _VALUE
        if isinstance(meant, Slip):
            yield meant
            return
        if not meant.many:
            yield Slip("bulletin_no_rows", node.lineno, {})
            return
        inner = {**scope, target.name: Meaning(meant.names), "loop": _LOOP}
        if node.test is not None:
            yield from self.check(node.test, inner)
        for child in node.body:
            yield from self.check(child, inner)
        for child in node.else_:
            yield from self.check(child, scope)

    def _meant(self, node: nodes.Node, scope: Scope) -> Meaning | Slip:
        """Return what an expression stands for; or the slip in it."""
        if isinstance(node, nodes.Name):
            return scope.get(node.name) or self._found(node.name, FACTS, node.lineno, tuple(scope))
        if isinstance(node, nodes.Getattr):
            above = self._meant(node.node, scope)
            return above if isinstance(above, Slip) else self._of(above, node.attr, node.lineno)
        if isinstance(node, nodes.Getitem):
            above = self._meant(node.node, scope)
            return above if isinstance(above, Slip) else self._item(above, node)
        return Slip("bulletin_not_allowed", node.lineno, {})

    def _item(self, above: Meaning, node: nodes.Getitem) -> Meaning | Slip:
        """Return what stands in square brackets: a name, the number of a row, or a stretch."""
        argument = node.arg
        if isinstance(argument, nodes.Const) and isinstance(argument.value, str):
            return self._of(above, argument.value, node.lineno)
        if not above.many:
            return Slip("bulletin_no_rows", node.lineno, {})
        if isinstance(argument, nodes.Const):
            return Meaning(above.names)
        inside = argument.iter_child_nodes() if isinstance(argument, nodes.Slice) else [argument]
        if all(_is_number(part) for part in inside):
            return above if isinstance(argument, nodes.Slice) else Meaning(above.names)
        return Slip("bulletin_not_allowed", node.lineno, {})

    def _of(self, above: Meaning, name: str, line: int) -> Meaning | Slip:
        if above.many or not above.names:
            return Slip("bulletin_not_a_row", line, {"name": name})
        return self._found(name, above.names, line)

    def _found(
        self, name: str, names: Sequence[Name], line: int, more: Sequence[str] = ()
    ) -> Meaning | Slip:
        found = next((one for one in names if name in one.both), None)
        if found is not None:
            return Meaning(found.rows, many=bool(found.rows))
        known = [*more, *(one for each in names for one in each.both)]
        guess = near(name, known)
        facts = {"name": name, **({"guess": guess} if guess else {})}
        return Slip("bulletin_name_near" if guess else "bulletin_name", line, facts)


def _known(node: nodes.Node) -> bool:
    """Say whether a filter or a test is one of the few."""
    if isinstance(node, nodes.Filter):
        return node.name in FILTERS
    return not isinstance(node, nodes.Test) or node.name in TESTS


def _is_number(node: nodes.Node) -> bool:
    inside = node.node if isinstance(node, nodes.Neg) else node
    return isinstance(inside, nodes.Const) and isinstance(inside.value, int)
