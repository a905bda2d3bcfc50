"""What the command line says before it does anything: help, version, wrong usage, languages."""

from __future__ import annotations

import locale
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from assessor import __version__
from assessor.cli import main
from assessor.i18n import LANGUAGES, catalog

COMMANDS = (
    "new", "check", "forms", "collect", "status", "explain", "rehearse", "compare",
    "publish", "send", "fetch",
)  # fmt: skip
IN_A_WORKSPACE = tuple(
    command for command in COMMANDS if command not in {"new", "compare", "explain", "send"}
)
ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def english_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Run in an empty folder of a system that is neither Chinese nor asked for a language."""
    for name in ("ASSESSOR_LANG", "ASSESSOR_DEBUG", "LC_ALL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(list(arguments))
    assert isinstance(end.value.code, int)
    return end.value.code


def _said(text: str) -> str:
    """Return a text without the line breaks of the terminal."""
    return " ".join(text.split())


def _spoken(text: str) -> str:
    """Return a text without any white space: Chinese may be broken anywhere."""
    return "".join(text.split())


# -- help ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(
    command: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = catalog(language)
    assert _run("--lang", language, command, "--help") == 0
    out, err = capsys.readouterr()
    assert _spoken(words.text(f"cli.{command}.help")) in _spoken(out)
    assert _spoken(words.text(f"cli.{command}.example")) in _spoken(out)
    assert f"assessor {command}" in words.text(f"cli.{command}.example")
    assert err == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS)
def test_an_example_uses_only_options_that_the_command_has(
    command: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    example = catalog(language).text(f"cli.{command}.example")
    assert _run("--lang", language, command, "-h") == 0
    out = capsys.readouterr().out
    listed = out.replace(example, "")
    for option in re.findall(r"--[a-z-]+", example):
        assert option in listed


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_and_argument_is_explained(
    command: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("--lang", language, command, "--help") == 0
    lines = capsys.readouterr().out.splitlines()
    options = [line for line in lines if re.match(r"  -", line)]
    assert options
    bare = [
        line
        for line, after in zip(lines, [*lines[1:], ""], strict=True)
        if line in options
        and not re.search(r"\S  +\S", line.strip())
        and not after.startswith(" " * 10)
    ]
    assert bare == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_of_the_program_lists_every_command(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = catalog(language)
    assert _run("--lang", language, "--help") == 0
    out = capsys.readouterr().out
    assert _spoken(words.text("cli.help")) in _spoken(out)
    assert _spoken(words.text("cli.epilog")) in _spoken(out)
    for command in COMMANDS:
        assert re.search(rf"^  {command}\b", out, re.MULTILINE)


def test_every_command_of_the_program_is_known_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("--lang", "en", "--help") == 0
    _, _, listed = capsys.readouterr().out.partition("Commands:")
    found = re.findall(r"^  ([a-z]+)\b", listed, re.MULTILINE)
    assert set(found) == set(COMMANDS)


def test_help_writes_nothing(tmp_path: Path) -> None:
    for command in COMMANDS:
        _run(command, "--help")
    assert list(tmp_path.iterdir()) == []


# -- language ------------------------------------------------------------------------------------

HELP_IN = {language: _spoken(catalog(language).text("cli.check.help")) for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "arguments",
    [
        ("--lang", "{}", "check", "--help"),
        ("check", "--lang", "{}", "--help"),
        ("check", "--help", "--lang", "{}"),
        ("--lang={}", "check", "--help"),
        ("check", "--lang={}", "--help"),
    ],
    ids=" ".join,
)
def test_the_language_may_be_asked_for_before_and_after_the_command(
    arguments: tuple[str, ...], language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    other = next(name for name in LANGUAGES if name != language)
    assert _run(*(part.format(language) for part in arguments)) == 0
    out = _spoken(capsys.readouterr().out)
    assert HELP_IN[language] in out
    assert HELP_IN[other] not in out


@pytest.mark.parametrize(
    ("asked", "variable", "all_", "lang", "language"),
    [
        ("en", "zh", "zh_CN.UTF-8", "zh_CN.UTF-8", "en"),
        ("zh", "en", "en_US.UTF-8", "en_US.UTF-8", "zh"),
        ("", "zh", "en_US.UTF-8", "en_US.UTF-8", "zh"),
        ("", "en", "zh_CN.UTF-8", "zh_CN.UTF-8", "en"),
        ("", "", "zh_CN.UTF-8", "en_US.UTF-8", "zh"),
        ("", "", "", "zh_CN.UTF-8", "zh"),
        ("", "", "", "zh_TW", "zh"),
        ("", "", "", "de_DE.UTF-8", "en"),
        ("", "", "", "C", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_else_of_assessor_lang_else_of_the_system(
    asked: str,
    variable: str,
    all_: str,
    lang: str,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ASSESSOR_LANG", variable)
    monkeypatch.setenv("LC_ALL", all_)
    monkeypatch.setenv("LANG", lang)
    assert _run(*(["--lang", asked] if asked else []), "check", "--help") == 0
    assert HELP_IN[language] in _spoken(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("system", "language"),
    [("Chinese (Simplified)_China", "zh"), ("English_United States", "en"), (None, "en")],
)
def test_a_chinese_windows_speaks_chinese(
    system: str | None,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("LANG")
    monkeypatch.setattr(locale, "getlocale", lambda: (system, "936"))
    assert _run("check", "--help") == 0
    assert HELP_IN[language] in _spoken(capsys.readouterr().out)


# -- version and wrong usage ---------------------------------------------------------------------


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("--version") == 0
    assert capsys.readouterr() == (f"assessor {__version__}\n", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ("colect",),
        ("--colour",),
        *((command, "--colour") for command in COMMANDS),
        ("check", "one", "two"),
        ("collect", "--workers", "0"),
        ("collect", "--workers", "many"),
        ("collect", "--out"),
        ("rehearse", "--units", "0"),
        ("rehearse", "--missing", "-1"),
        ("rehearse", "--seed", "x"),
        ("explain",),
        ("compare",),
        ("compare", "2026"),
        ("compare", "2026", "2027", "--last", "0"),
        ("send",),
        ("send", "letters"),
        ("send", "forms", "--limit", "0"),
        ("send", "forms", "--resolve", "1"),
        ("check", "--lang"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_refused(
    arguments: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.strip()
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_a_mistyped_option_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("collect", "--as-off", "2026-12-20") == 2
    assert "--as-of" in capsys.readouterr().err


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    status = _run("--lang", "en")
    out, err = capsys.readouterr()
    assert status in {0, 2}
    assert _spoken(catalog("en").text("cli.help")) in _spoken(out + err)


# -- a workspace that is not there ---------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", IN_A_WORKSPACE)
def test_a_workspace_that_is_not_there_is_refused_with_a_cure(
    command: str, language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = catalog(language)
    missing = tmp_path / "nowhere"
    assert _run(command, "--workspace", str(missing), "--lang", language) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert str(missing) in err
    assert _spoken(words.text("problem.workspace_missing.message")) in _spoken(err)
    assert _spoken(words.text("problem.workspace_missing.cure")) in _spoken(err)
    assert words.text("cli.refused") in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", IN_A_WORKSPACE)
def test_a_path_outside_every_workspace_is_refused(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    assert _run(command, "empty", "--lang", "en") == 2
    err = capsys.readouterr().err
    assert catalog("en").text("problem.workspace_missing.message") in err
    assert list(tmp_path.rglob("*")) == [tmp_path / "empty"]


def test_a_ready_made_scheme_that_is_not_there_is_refused_with_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("new", "township-responsability", "here", "--lang", "en") == 2
    err = capsys.readouterr().err
    facts = {"name": "township-responsability", "guess": "township-responsibility"}
    assert catalog("en").text("problem.template_unknown.message", **facts) in err
    assert list(tmp_path.iterdir()) == []


# -- as people call it ---------------------------------------------------------------------------


def _called(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = "import sys; from assessor.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_the_program_ends_with_its_status_and_no_traceback(tmp_path: Path) -> None:
    helped = _called(tmp_path, "collect", "--help", "--lang", "zh")
    assert (helped.returncode, helped.stderr) == (0, "")
    assert _spoken(catalog("zh").text("cli.collect.example")) in _spoken(helped.stdout)
    refused = _called(tmp_path, "--lang", "en", "collect", "returns")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert catalog("en").text("problem.workspace_missing.cure") in _said(refused.stderr)
    assert "Traceback" not in refused.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows consoles speak Unicode to Python")
def test_a_terminal_that_cannot_write_chinese_does_not_stop_the_program(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from assessor.cli import main; main(['check', '--lang', 'zh'])"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        encoding="ascii",
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
