"""Checks of parameters: every key is heard, every value is of the kind that its rule declares."""

from __future__ import annotations

from collections.abc import Mapping

from assessor.i18n import Either
from assessor.problems import Place, Problem, error
from assessor.scheme.check_people import cell
from assessor.scheme.model import Scheme
from assessor.scheme.rulebook import (
    CONVERSION_SPECS,
    FORM_PARAMETERS,
    PARAMETER_KEYS,
    PARAMETER_WORDS,
    RULE_SPECS,
    Kind,
    Parameter,
    RuleSpec,
)
from assessor.scheme.spelling import near
from assessor.scheme.values import parse_amount


def parameters_make_sense(scheme: Scheme) -> list[Problem]:
    """A node hears its parameters, each holds what its rule asks for, and none is missing."""
    problems = []
    for node in scheme.nodes:
        spec = RULE_SPECS.get(node.rule)
        if spec is None or (node.at and "parameters" in node.at.unread):
            continue
        place = cell(node.at, "parameters")
        heard = {key: spec.parameter(key) for key in node.parameters}
        own = scheme.form.get(node.source.form) if node.source else None
        options = [o.option for o in scheme.options.get(own.options if own else "", ())]
        problems += _parameters(scheme, node.parameters, heard, place, node.title, options)
        problems += _missing(spec.parameters, node.parameters, place, node.title)
        problems += _none_of(spec, node.parameters, place, node.title)
    return problems


def conversions_make_sense(scheme: Scheme) -> list[Problem]:
    """A criterion that converts what is written has a rule, and its parameters are of that rule."""
    problems = []
    for row in scheme.criteria:
        if row.at and {"rule", "parameters"} & row.at.unread:
            continue
        place = cell(row.at, "parameters")
        spec = CONVERSION_SPECS.get(row.rule)
        known = list(spec.parameters) if spec else []
        if row.entry == "level":
            known.append(Parameter("options", Kind.OPTION_SET, required=True))
        heard = {key: next((p for p in known if p.key == key), None) for key in row.parameters}
        problems += _parameters(scheme, row.parameters, heard, place, row.title, [])
        problems += _missing(known, row.parameters, place, row.title)
        problems += _none_of(spec, row.parameters, place, row.title) if spec else []
    return problems


def form_parameters_make_sense(scheme: Scheme) -> list[Problem]:
    """A form hears few parameters, and only where papers are read one by one."""
    problems = []
    for form in scheme.forms:
        known = FORM_PARAMETERS if form.layout in {"vote", "votes"} else ()
        heard = {key: next((p for p in known if p.key == key), None) for key in form.parameters}
        place = cell(form.at, "parameters")
        problems += _parameters(scheme, form.parameters, heard, place, form.title, [])
    return problems


def _parameters(
    scheme: Scheme,
    given: Mapping[str, str],
    heard: Mapping[str, Parameter | None],
    place: Place,
    title: str,
    options: list[str],
) -> list[Problem]:
    problems = []
    for key, value in given.items():
        parameter = heard[key]
        if parameter is None:
            facts = {"node": title, "key": name_of(key)}
            problems.append(error("parameter_unheard", place, **facts))
        else:
            problems += _value(scheme, parameter, value, place, options)
    return problems


def _missing(
    known: list[Parameter] | tuple[Parameter, ...],
    given: Mapping[str, str],
    place: Place,
    title: str,
) -> list[Problem]:
    return [
        error("parameter_missing", place, node=title, key=name_of(parameter.key))
        for parameter in known
        if parameter.required and parameter.key not in given
    ]


def _none_of(spec: RuleSpec, given: Mapping[str, str], place: Place, title: str) -> list[Problem]:
    """Return an error where a rule has none of the parameters that give it a meaning."""
    if not spec.any_of or not given.keys().isdisjoint(spec.any_of):
        return []
    keys = [name_of(key) for key in spec.any_of]
    return [error("parameter_none_of", place, node=title, keys=keys)]


def name_of(key: str) -> Either:
    """Return the name of a parameter in both languages."""
    return Either(PARAMETER_KEYS[key], key)


def _value(
    scheme: Scheme, parameter: Parameter, value: str, place: Place, options: list[str]
) -> list[Problem]:
    """Return what is wrong with the value of a parameter."""
    facts: dict[str, object] = {"key": name_of(parameter.key), "value": value}
    if parameter.kind is Kind.WORD:
        if value in parameter.words:
            return []
        words = [Either(PARAMETER_WORDS[word], word) for word in parameter.words]
        return [error("parameter_word", place, known=words, **facts)]
    known = _names(scheme, parameter.kind, options)
    if known is None:
        amount = parse_amount(value, parameter.kind)
        return [error(amount.code, place, **facts)] if amount is not None else []
    names = value.replace("，", ",").replace("、", ",").split(",")
    asked = [name.strip() for name in names] if parameter.kind is Kind.OPTIONS else [value]
    return [
        error("parameter_name", place, name=name, guess=near(name, known) or "—", **facts)
        for name in asked
        if name not in known
    ]


def _names(scheme: Scheme, kind: Kind, options: list[str]) -> list[str] | None:
    """Return what a parameter may name, None where it holds a number."""
    names = {
        Kind.LADDER: scheme.ladders,
        Kind.OPTION_SET: scheme.options,
        Kind.NODE: scheme.node,
        Kind.FORM: scheme.form,
        Kind.OPTIONS: options,
    }.get(kind)
    return None if names is None else list(names)


PARAMETER_CHECKS = (
    parameters_make_sense,
    conversions_make_sense,
    form_parameters_make_sense,
)
