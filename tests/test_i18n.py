"""Both languages say everything, with the same blanks; nothing hostile gets into a sentence."""

from __future__ import annotations

import ast
import datetime as dt
import re
import string
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

import assessor
from assessor.i18n import LANGUAGES, Catalog, Term, catalog, visible
from assessor.outputs.wording import counts_text
from assessor.problems import Place, error
from assessor.scheme import columns
from assessor.scheme.load import load_scheme
from assessor.scheme.plan import EntryRule, Kind
from assessor.scheme.plans import make_plans

PACKAGE = Path(assessor.__file__).parent
TEMPLATES = PACKAGE.parent / "templates"


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            assert isinstance(value, str), prefix + key
            yield prefix + key, value


TEXTS = {
    language: dict(
        pair
        for path in sorted((PACKAGE / "locale" / language).glob("*.toml"))
        for pair in _flat(tomllib.loads(path.read_text("utf-8")))
    )
    for language in LANGUAGES
}
"""Every text as it stands in the locale files, blanks unfilled, by language and dotted key."""
PROBLEMS = {key.split(".")[1] for key in TEXTS["zh"] if key.startswith("problem.")}
"""Every code that the Chinese catalog words."""


def _blanks(text: str) -> set[tuple[str, str]]:
    """Return the blanks of a text: what goes in, and how it is written."""
    return {(name, how or "") for _, name, how, _ in string.Formatter().parse(text) if name}


# -- what the program says -----------------------------------------------------------------------

SOURCES = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
}
MAKERS = dict.fromkeys(("error", "warning", "note", "Problem", "Finding", "Bad", "report"), 0)
MAKERS |= dict.fromkeys(("Refused", "Unreadable", "workspace_error", "Failed"), 0)
MAKERS |= {"Slip": 0, "_told": 0, "Number": 1, "refused": 1}
"""What takes the code of a problem, and as which of its arguments."""


def _called(call: ast.Call) -> str:
    made = call.func
    return made.id if isinstance(made, ast.Name) else getattr(made, "attr", "")


def _constants(value: ast.expr | None) -> set[str]:
    """Return the texts that an expression may be, itself or as one part of a pair; of a look-up,
    what it falls back on."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
        return {value.value}
    if isinstance(value, ast.IfExp):
        return _constants(value.body) | _constants(value.orelse)
    if isinstance(value, ast.Tuple):
        return set[str]().union(*map(_constants, value.elts))
    if isinstance(value, ast.Call) and _called(value) == "get":
        return set[str]().union(*map(_constants, value.args[1:]))
    return set()


def _alternatives(tree: ast.Module) -> Iterator[set[str]]:
    """Yield texts that stand for one another: arms of an if, values of a mapping, what a function
    gives back, what a loop goes over."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            ends = [n for n in ast.walk(node) if isinstance(n, ast.Return | ast.Yield)]
            yield set[str]().union(*(_constants(end.value) for end in ends))
        elif isinstance(node, ast.Dict):
            yield set[str]().union(*map(_constants, node.values))
        elif isinstance(node, ast.IfExp):
            yield _constants(node)
        elif isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple):
            rows = [row.elts for row in node.iter.elts if isinstance(row, ast.Tuple)]
            for column in zip(*rows, strict=False):
                yield set[str]().union(*map(_constants, column))


def _made(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Yield every code that is handed to a maker of problems, and the call."""
    for node in ast.walk(tree):
        position = MAKERS.get(_called(node)) if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Call) and position is not None and len(node.args) > position:
            for code in _constants(node.args[position]):
                yield code, node


def _raised(tree: ast.Module) -> set[str]:
    """Return the codes handed to a maker, and those that stand in the company of a known one."""
    company = [group for group in _alternatives(tree) if group & PROBLEMS]
    return {code for code, _ in _made(tree)}.union(*company)


RAISED = set[str]().union(*map(_raised, SOURCES.values()))


def _asked(tree: ast.Module) -> Iterator[str]:
    """Yield every key that is asked for as a whole."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in {"text", "Term"} and node.args:
            yield from _constants(node.args[0])


def test_codes_of_problems_are_found_wherever_they_stand() -> None:
    source = """
def made(which, found):
    error("a_call", place)
    Problem("a_tally" if which else "b_tally", Severity.ERROR)
    Number(value, "a_note")
    Unreadable(_REASONS.get(found, "a_book"))
    for key, code in (("title", "a_text"), ("points", "b_text")):
        yield key, "a_hang"

_REASONS = {"zip": "a_zip", "formula": (note, "a_formula")}
"""
    tree = ast.parse(source)
    handed = {code for code, _ in _made(tree)}
    assert handed == {"a_call", "a_tally", "b_tally", "a_note", "a_book"}
    groups = [group for group in _alternatives(tree) if group]
    assert {"a_tally", "b_tally"} in groups
    assert {"a_text", "b_text"} in groups
    assert {"a_hang"} in groups
    assert {"a_zip", "a_formula"} in groups


def test_every_problem_that_can_be_raised_says_what_is_wrong_and_how_to_cure_it() -> None:
    assert len(RAISED) > 100
    wanted = {f"problem.{code}.{part}" for code in RAISED for part in ("message", "cure")}
    missing = {language: wanted - set(TEXTS[language]) for language in LANGUAGES}
    assert missing == {language: set() for language in LANGUAGES}


def test_no_problem_text_is_unused() -> None:
    assert not PROBLEMS - RAISED


@pytest.mark.parametrize("name", SOURCES)
def test_every_blank_of_a_problem_is_filled_where_it_is_raised(name: str) -> None:
    tree = SOURCES[name]
    looked_into = {node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    unfilled = {}
    for code, call in _made(tree):
        given = {keyword.arg for keyword in call.keywords}
        if _called(call) not in {"error", "warning", "note"} or None in given:
            continue  # what **facts hold is not seen here
        texts = [TEXTS["zh"].get(f"problem.{code}.{part}", "") for part in ("message", "cure")]
        blanks = {blank for text in texts for blank, _ in _blanks(text)}
        if not blanks <= given and call not in looked_into:
            unfilled[code] = blanks - given
    assert unfilled == {}


def test_every_text_that_the_program_asks_for_exists() -> None:
    asked = {key for tree in SOURCES.values() for key in _asked(tree)}
    assert len(asked) > 50
    assert {key for key in asked if key not in TEXTS["zh"]} == set()


def test_every_reason_why_a_file_was_not_taken_has_words_and_is_used() -> None:
    places = {"Found": 2, "Fate": 1}
    rooms = [tree for name, tree in SOURCES.items() if name.startswith("returns/")]
    nodes = [node for tree in rooms for node in ast.walk(tree)]
    calls = [node for node in nodes if isinstance(node, ast.Call) and _called(node) in places]
    given = [call.args[places[_called(call)] :][:1] for call in calls]
    reasons = set[str]().union(*(_constants(part) for parts in given for part in parts))
    worded = {key.split(".")[1] for key in TEXTS["zh"] if key.startswith("reason.")}
    assert reasons
    assert reasons <= worded
    assert worded <= {node.value for node in nodes if isinstance(node, ast.Constant)}


def test_every_column_of_every_table_has_a_comment_and_no_other_has() -> None:
    tables = [table for table in vars(columns).values() if isinstance(table, columns.Table)]
    known = {f"column.{table.key}.{column.key}" for table in tables for column in table.columns}
    assert len(tables) == 16
    for language in LANGUAGES:
        assert {key for key in TEXTS[language] if key.startswith("column.")} == known


# -- both languages ------------------------------------------------------------------------------


def test_both_languages_have_the_same_keys() -> None:
    assert sorted(TEXTS["zh"].keys() ^ TEXTS["en"].keys()) == []


def test_every_text_has_the_same_blanks_in_both_languages() -> None:
    pairs = [(key, zh, TEXTS["en"].get(key, "")) for key, zh in TEXTS["zh"].items()]
    assert [pair for pair in pairs if _blanks(pair[1]) != _blanks(pair[2])] == []


def test_no_text_is_empty() -> None:
    assert [(la, key) for la in LANGUAGES for key, text in TEXTS[la].items() if not text] == []


def test_no_english_text_contains_chinese() -> None:
    chinese = re.compile("[\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")
    assert {key: text for key, text in TEXTS["en"].items() if chinese.search(text)} == {}


def test_every_chinese_message_and_cure_is_chinese() -> None:
    said = {key: text for key, text in TEXTS["zh"].items() if key.startswith(("problem.", "cli."))}
    bare = [key for key, text in said.items() if not re.search("[\u4e00-\u9fff]", text)]
    assert bare == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_line_that_names_the_unit_begins_with_the_label_that_the_reader_looks_for(
    language: str,
) -> None:
    words = catalog(language)
    label = words.text("form.unit")
    assert words.text("form.unit_is", unit="东村(V01)").startswith(label)
    assert words.text("form.unit_is", unit="东村(V01)").endswith("东村(V01)")
    assert not words.text("form.rater_is", unit="").startswith(label)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", sorted(path.parent for path in TEMPLATES.glob("*/forms.csv")))
def test_the_columns_of_a_table_on_a_form_have_different_headers(
    template: Path, language: str
) -> None:
    scheme, _ = load_scheme(template)
    spoken = replace(scheme, settings=replace(scheme.settings, language=language))
    for plan in make_plans(spoken).values():
        for table in plan.tables:
            titles = ["".join(column.title.split()).lower() for column in table.columns]
            assert len(set(titles)) == len(titles), plan.form
        labels = [entry.label for entry in plan.foot]
        assert len(set(labels)) == len(labels), plan.form


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("group", ["problems", "turnout", "cli.status"])
def test_the_headers_of_a_list_are_different_texts(group: str, language: str) -> None:
    inside = [k for k in TEXTS[language] if k.startswith(f"{group}.") and "next" not in k]
    said = [TEXTS[language][key] for key in inside]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_inside_formulas_have_no_quotation_marks_and_one_count(language: str) -> None:
    texts = TEXTS[language]
    for key in ("form.papers_done", "form.to_go", "form.not_checked", "form.all_done"):
        assert '"' not in texts[key]
        assert "§" not in texts[key]
    assert texts["form.papers_done"].count("{count}") == 1
    assert texts["form.to_go"].count("{count}") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_excel_takes_the_hints_of_the_longest_entry_rule(language: str) -> None:
    words = catalog(language)
    longest = EntryRule(Kind.DEDUCTION, Decimal("1000.25"), Decimal("0.125"), may_not_apply=True)
    phrase = longest.phrase(words)
    assert len(words.text("form.input_title")) <= 32
    assert len(words.text("form.error_title")) <= 32
    assert len(phrase) <= 255
    assert len(words.text("form.error_message", phrase=phrase)) <= 225


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_sheets_keep_all_their_characters(language: str) -> None:
    named = ("overview", "overall", "of_class", "scores", "missing")
    keys = [f"ranking.{name}" for name in named] + ["problems.sheet", "form.instructions"]
    for key in (*keys, "form.rehearsal", "form.teller_1", "form.teller_2"):
        assert not set(TEXTS[language][key]) & set("[]:*?/\\'"), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_that_quotes_another_quotes_it_word_for_word(language: str) -> None:
    texts = TEXTS[language]
    for key in ("instruction.blank_none", "form.not_checked"):
        assert f"“{texts['form.checked']}”" in texts[key]
    assert f"“{texts['ranking.tie']}”" in texts["note.ties"]
    for status in ("awaiting", "missing", "not_applicable", "not_due"):
        assert f"“{texts[f'status.{status}']}”" in texts["note.markers"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_numbers_and_ticks_are_what_excel_and_the_reader_know(language: str) -> None:
    texts = TEXTS[language]
    assert {"&P", "&N"} <= set(re.findall("&.", texts["form.page"]))
    assert texts["rule.tick"] == "√"
    assert "√" in texts["form.checked_hint"]
    assert "/" in texts["rule.may_not_apply"]


# -- a catalog -----------------------------------------------------------------------------------

SAID = {
    "greeting": "To {name}.",
    "many": "{names}",
    "day": "{day:%Y-%m-%d}",
    "points": "{points} of {most}",
    "nothing": "nothing",
    "fruit.apple": "apple",
    "rule.points": "0 to {maximum}",
    "rule.step": ", steps of {step}",
    "rule.may_not_apply": " or /",
    "problem.entry_step.message": "{name}: {value}?",
    "problem.entry_step.cure": "Enter {rule}.",
}
ENGLISH, CHINESE = Catalog("en", SAID), Catalog("zh", SAID)


def test_a_text_has_its_blanks_filled() -> None:
    assert ENGLISH.text("greeting", name="东村") == "To 东村."
    assert ENGLISH.text("day", day=dt.date(2026, 12, 5)) == "2026-12-05"
    assert ENGLISH.text("points", points=Decimal("2.50"), most=10) == "2.50 of 10"
    assert ENGLISH.text("nothing", name="spare") == "nothing"


def test_a_text_or_a_fact_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="farewell"):
        ENGLISH.text("farewell")
    with pytest.raises(KeyError, match="name"):
        ENGLISH.text("greeting")


def test_a_catalog_knows_its_keys() -> None:
    assert "greeting" in ENGLISH
    assert "farewell" not in ENGLISH
    assert ENGLISH.keys() == set(SAID)


def test_a_term_is_said_in_the_language_of_its_sentence() -> None:
    assert ENGLISH.text("greeting", name=Term("fruit.apple")) == "To apple."
    spoken = Catalog("zh", {**SAID, "fruit.apple": "苹果"})
    assert spoken.text("greeting", name=Term("fruit.apple")) == "To 苹果."


def test_a_term_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"fruit\.pear"):
        ENGLISH.text("greeting", name=Term("fruit.pear"))


def test_a_text_that_only_looks_like_a_key_is_left_alone() -> None:
    assert ENGLISH.text("greeting", name="fruit.apple") == "To fruit.apple."


@pytest.mark.parametrize("make", [list, tuple])
def test_a_list_is_joined_by_the_comma_of_the_language(make: type) -> None:
    names = make(["东村", Term("fruit.apple"), 3, "a\nb"])
    assert ENGLISH.text("many", names=names) == "东村, apple, 3, a\\nb"
    assert CHINESE.text("many", names=names) == "东村、apple、3、a\\nb"


def test_a_list_of_none_says_nothing() -> None:
    assert ENGLISH.text("many", names=[]) == ""


def test_an_entry_rule_words_itself() -> None:
    rule = EntryRule(Kind.POINTS, Decimal(20), Decimal("0.5"), may_not_apply=True)
    assert ENGLISH.text("greeting", name=rule) == "To 0 to 20, steps of 0.5 or /."


def test_a_problem_is_said_as_message_and_cure() -> None:
    rule = EntryRule(Kind.POINTS, Decimal(20))
    problem = error("entry_step", Place("a.xlsx", "自评", "C5"), name="1.1", value="7", rule=rule)
    assert ENGLISH.message(problem) == "1.1: 7?"
    assert ENGLISH.cure(problem) == "Enter 0 to 20."


def test_braces_in_a_fact_are_only_braces() -> None:
    assert ENGLISH.text("greeting", name="{most} {0.__class__}") == "To {most} {0.__class__}."


HOSTILE = [
    ("a\nb", r"a\nb"),
    ("a\r\n\tb", r"a\r\n\tb"),
    ("\x00", r"\x00"),
    ("\x1b[31m", r"\x1b[31m"),
    ("\x85", r"\x85"),
    ("V01\u202exslx.", r"V01\u202exslx."),
    ("\u2066x\u2069", r"\u2066x\u2069"),
    ("\u200f\u200e\u061c", r"\u200f\u200e\u061c"),
    ("\u200b\u2060\ufeff\u00ad", r"\u200b\u2060\ufeff\xad"),
    ("\u2028\u2029", r"\u2028\u2029"),
    ("\ue000", r"\ue000"),
    ("\U000e0041", r"\U000e0041"),
    ("\udcff.xlsx", r"\udcff.xlsx"),
]


@pytest.mark.parametrize(("text", "shown"), HOSTILE, ids=[ascii(text) for text, _ in HOSTILE])
def test_control_and_direction_characters_are_shown_not_used(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert ENGLISH.text("greeting", name=text) == f"To {shown}."
    assert CHINESE.text("many", names=[text, text]) == f"{shown}、{shown}"
    hidden = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert not {unicodedata.category(char) for char in shown} & hidden


@pytest.mark.parametrize(
    "text",
    ["", "东村", "é ü", "三\u3000村\u00a0", "💡", "=HYPERLINK(1)", "a\\nb", "שלום", "１２．５"],
)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert visible(text) == text
    assert ENGLISH.text("greeting", name=text) == f"To {text}."


def test_the_counts_of_a_scheme_speak_of_no_score() -> None:
    assert counts_text([], catalog("zh"), scored=False) == (
        "错误 0 条（必须改正） · 警告 0 条（请核对） · 提示 0 条"
    )
    assert "counted" not in counts_text([], catalog("en"), scored=False)
