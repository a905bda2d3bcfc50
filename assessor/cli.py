"""The command line: arguments in, words out, exit status. Everything else is the workflow's."""

import contextlib
import datetime as dt
import os
import sys
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from assessor import __version__
from assessor.i18n import LANGUAGES, Catalog, catalog, choose_language
from assessor.problems import AssessorError, MachineError, Place, Severity, error

DONE, OPEN, REFUSED, FAULT, INTERRUPTED = 0, 1, 2, 3, 130


class MailKind(StrEnum):
    """What can be sent."""

    FORMS = "forms"
    CORRECTIONS = "corrections"
    RESULTS = "results"
    REMINDERS = "reminders"


def main(arguments: list[str] | None = None) -> None:
    """Run the command line in the language that was asked for."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    asked = _take_language(given)
    words = catalog(choose_language(asked))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console may not be able to say everything
            stream.reconfigure(errors="replace")
    if asked is not None and asked[:2].lower() not in LANGUAGES:
        given = ["--lang", asked]
    sys.exit(_run(build_app(words), given, words))


def _take_language(arguments: list[str]) -> str | None:
    """Take ``--lang`` out of the arguments, wherever it stands: help speaks it too."""
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            language = arguments[position + 1]
            del arguments[position : position + 2]
            return language
        if argument.startswith("--lang="):
            del arguments[position]
            return argument.partition("=")[2]
    return None


def _run(app: typer.Typer, arguments: list[str], words: Catalog) -> int:
    from assessor.printing import print_problems, print_text

    try:
        result = app(arguments, prog_name="assessor", standalone_mode=False)
    except AssessorError as refusal:
        serious = [p for p in refusal.problems if p.severity is not Severity.NOTE]
        print_problems(serious, words)
        machine = isinstance(refusal, MachineError)
        print_text(words.text("cli.fault" if machine else "cli.refused"), stderr=True)
        return refusal.exit_status
    except (KeyboardInterrupt, typer.Abort):
        print_text(words.text("cli.interrupted"), stderr=True)
        return INTERRUPTED
    except typer.Exit as end:
        return end.exit_code
    except Exception as fault:
        return _unexpected(fault, words)
    return result if isinstance(result, int) else DONE


def _unexpected(fault: Exception, words: Catalog) -> int:
    """Say a usage error as typer words it; anything else is a fault of ours."""
    from assessor.printing import print_text

    show = getattr(fault, "show", None)
    if callable(show):
        show()
        return REFUSED
    if os.environ.get("ASSESSOR_DEBUG"):
        raise fault
    code = "disk" if isinstance(fault, OSError) else "program"
    problem = error(code, Place(), reason=f"{type(fault).__name__}: {fault}")
    print_text(words.message(problem), stderr=True)
    print_text(words.cure(problem), stderr=True)
    return FAULT


def build_app(words: Catalog) -> typer.Typer:
    """Return the commands with their help in one language."""
    text = words.text
    app = typer.Typer(
        help=text("cli.help"),
        epilog=text("cli.epilog"),
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    def command(name: str) -> Callable[..., object]:
        return app.command(name, help=text(f"cli.{name}.help"), epilog=text(f"cli.{name}.example"))

    workspace_option = typer.Option("--workspace", "-w", help=text("cli.option.workspace"))
    json_option = typer.Option("--json", help=text("cli.option.json"))
    workers_option = typer.Option("--workers", min=1, metavar="N", help=text("cli.option.workers"))
    as_of_option = typer.Option("--as-of", metavar="DATE", help=text("cli.option.as_of"))

    @app.callback(invoke_without_command=True)
    def _callback(
        context: typer.Context,
        version: Annotated[
            bool, typer.Option("--version", help=text("cli.option.version"))
        ] = False,
        lang: Annotated[
            str | None, typer.Option("--lang", metavar="zh|en", help=text("cli.option.lang"))
        ] = None,
    ) -> int:
        if lang is not None:
            raise AssessorError(error("language_unknown", Place(), value=lang))
        if version:
            typer.echo(f"assessor {__version__}")
            raise typer.Exit
        if context.invoked_subcommand is None:
            typer.echo(context.get_help())
        return DONE

    @command("new")
    def _new(
        name: Annotated[
            str | None, typer.Argument(show_default=False, help=text("cli.new.name"))
        ] = None,
        folder: Annotated[
            Path | None, typer.Argument(show_default=False, help=text("cli.new.folder"))
        ] = None,
        last: Annotated[
            Path | None, typer.Option("--from", metavar="LASTYEAR", help=text("cli.new.from"))
        ] = None,
        listing: Annotated[bool, typer.Option("--list", help=text("cli.new.list"))] = False,
        as_json: Annotated[bool, json_option] = False,
    ) -> int:
        from assessor import printing, starting

        if last is not None and not listing:
            from assessor import printing_years, renewal

            printing_years.print_renewed(renewal.renew(last, name, folder), words, as_json)
            return DONE
        if listing or name is None:
            printing.print_templates(starting.templates(), words, as_json)
            return DONE if listing else REFUSED
        workspace = starting.new_workspace(name, folder or Path(name))
        printing.print_new(workspace, words, as_json)
        return DONE

    @command("check")
    def _check(
        path: Annotated[
            Path, typer.Argument(show_default=False, help=text("cli.check.path"))
        ] = Path(),
        workspace: Annotated[Path | None, workspace_option] = None,
        as_json: Annotated[bool, json_option] = False,
    ) -> int:
        from assessor import printing
        from assessor.problems import has_errors
        from assessor.scheme.load import load_scheme

        scheme, problems = load_scheme(_scheme_path(path, workspace))
        printing.print_check(scheme, problems, words, as_json)
        return REFUSED if has_errors(problems) else DONE

    @command("forms")
    def _forms(
        path: Annotated[
            Path, typer.Argument(show_default=False, help=text("cli.option.path"))
        ] = Path(),
        workspace: Annotated[Path | None, workspace_option] = None,
        as_json: Annotated[bool, json_option] = False,
    ) -> int:
        from assessor import issuing, printing
        from assessor.workspace import find_workspace

        where = find_workspace(workspace, path)
        with where.locked(), printing.progress(text("cli.forms.progress")) as tick:
            issued = issuing.issue(where, tick)
        printing.print_forms(where, issued, words, as_json)
        return DONE

    @command("collect")
    def _collect(
        returns: Annotated[
            Path | None, typer.Argument(show_default=False, help=text("cli.collect.returns"))
        ] = None,
        workspace: Annotated[Path | None, workspace_option] = None,
        out: Annotated[Path | None, typer.Option("--out", help=text("cli.collect.out"))] = None,
        as_of: Annotated[str | None, as_of_option] = None,
        workers: Annotated[int | None, workers_option] = None,
        _no_cache: Annotated[
            bool, typer.Option("--no-cache", help=text("cli.collect.no_cache"))
        ] = False,
        wishes: Annotated[
            list[str] | None,
            typer.Option(
                "--what-if",
                metavar="FILE|KEY:NAME=VALUE",
                show_default=False,
                help=text("cli.collect.what_if"),
            ),
        ] = None,
        full_audit: Annotated[
            bool, typer.Option("--full-audit", help=text("cli.collect.full_audit"))
        ] = False,
        as_json: Annotated[bool, json_option] = False,
    ) -> int:
        from assessor import printing, rounds, workflow
        from assessor.workspace import find_workspace

        where = find_workspace(workspace, returns or Path())
        folder = returns or where.returns
        if folder.resolve() == where.root.resolve():
            folder = where.returns
        day = _day(as_of)
        if wishes:
            from assessor import printing_what_if
            from assessor.what_if import what_if

            with printing.progress(text("cli.collect.progress")) as tick:
                result = rounds.read_round(where, folder, day, workers, tick)
            printing_what_if.print_what_if(what_if(where, result, wishes), words, as_json)
            return DONE if result.complete else OPEN
        with where.locked(), printing.progress(text("cli.collect.progress")) as tick:
            collected = workflow.collect(where, folder, out, day, workers, tick, full_audit)
        printing.print_collect(collected, words, as_json)
        return DONE if collected.round.complete else OPEN

    @command("status")
    def _status(
        path: Annotated[
            Path, typer.Argument(show_default=False, help=text("cli.option.path"))
        ] = Path(),
        workspace: Annotated[Path | None, workspace_option] = None,
        as_of: Annotated[str | None, as_of_option] = None,
        workers: Annotated[int | None, workers_option] = None,
        as_json: Annotated[bool, json_option] = False,
    ) -> int:
        from assessor import printing, printing_mail, rounds
        from assessor.mail.ledger import Ledger
        from assessor.workspace import find_workspace

        where = find_workspace(workspace, path)
        with printing.progress(text("cli.collect.progress")) as tick:
            result = rounds.read_round(where, where.returns, _day(as_of), workers, tick)
        ledger = Ledger(where.hidden)
        printing.print_status(result, words, as_json, ledger)
        if not as_json:
            printing_mail.print_mail_status(result, ledger, words)
            from assessor import printing_fetch
            from assessor.mail.received import Received

            printing_fetch.print_returned(result, Received(where.hidden), words)
        return DONE if result.complete else OPEN

    @command("explain")
    def _explain(
        unit: Annotated[str, typer.Argument(show_default=False, help=text("cli.explain.unit"))],
        node: Annotated[
            str, typer.Argument(show_default=False, help=text("cli.explain.node"))
        ] = "",
        workspace: Annotated[Path | None, workspace_option] = None,
        as_of: Annotated[str | None, as_of_option] = None,
        workers: Annotated[int | None, workers_option] = None,
        as_json: Annotated[bool, json_option] = False,
    ) -> int:
        from assessor import printing, printing_explain, rounds
        from assessor.explaining.story import tell
        from assessor.workspace import find_workspace

        where = find_workspace(workspace, Path())
        with printing.progress(text("cli.collect.progress")) as tick:
            result = rounds.read_round(where, where.returns, _day(as_of), workers, tick)
        story = tell(result, unit, node, words)
        printing_explain.print_story(story, words, as_json)
        return OPEN if story.open else DONE

    @command("rehearse")
    def _rehearse(
        path: Annotated[
            Path, typer.Argument(show_default=False, help=text("cli.option.path"))
        ] = Path(),
        workspace: Annotated[Path | None, workspace_option] = None,
        into: Annotated[Path | None, typer.Option("--into", help=text("cli.rehearse.into"))] = None,
        units: Annotated[
            int | None, typer.Option("--units", min=1, metavar="N", help=text("cli.rehearse.units"))
        ] = None,
        seed: Annotated[
            int, typer.Option("--seed", metavar="N", help=text("cli.rehearse.seed"))
        ] = 1,
        mess: Annotated[bool, typer.Option("--mess", help=text("cli.rehearse.mess"))] = False,
        missing: Annotated[
            int, typer.Option("--missing", min=0, metavar="N", help=text("cli.rehearse.missing"))
        ] = 0,
        workers: Annotated[int | None, workers_option] = None,
        as_json: Annotated[bool, json_option] = False,
    ) -> int:
        from assessor import printing, rehearsal
        from assessor.workspace import find_workspace

        where = find_workspace(workspace, path)
        with printing.progress(text("cli.rehearse.progress")) as tick:
            made = rehearsal.rehearse(where, into, units, seed, mess, missing, workers, tick)
        printing.print_rehearse(made, words, as_json)
        return DONE

    @command("compare")
    def _compare(
        last: Annotated[Path, typer.Argument(show_default=False, help=text("cli.compare.last"))],
        this: Annotated[Path, typer.Argument(show_default=False, help=text("cli.compare.this"))],
        out: Annotated[Path | None, typer.Option("--out", help=text("cli.compare.out"))] = None,
        size: Annotated[
            int, typer.Option("--last", min=1, metavar="N", help=text("cli.compare.size"))
        ] = 5,
        as_json: Annotated[bool, json_option] = False,
    ) -> int:
        from assessor import comparing, printing_years

        printing_years.print_compared(
            comparing.compare_rounds(last, this, out, size), words, as_json
        )
        return DONE

    @command("publish")
    def _publish(
        path: Annotated[
            Path, typer.Argument(show_default=False, help=text("cli.option.path"))
        ] = Path(),
        begins: Annotated[
            str | None,
            typer.Option(
                "--from", metavar="DATE", show_default=False, help=text("cli.publish.from")
            ),
        ] = None,
        until: Annotated[
            str | None, typer.Option("--until", metavar="DATE", help=text("cli.publish.until"))
        ] = None,
        days: Annotated[
            int | None, typer.Option("--days", min=1, metavar="N", help=text("cli.publish.days"))
        ] = None,
        interim: Annotated[
            bool, typer.Option("--interim", help=text("cli.publish.interim"))
        ] = False,
        workspace: Annotated[Path | None, workspace_option] = None,
        as_of: Annotated[str | None, as_of_option] = None,
        workers: Annotated[int | None, workers_option] = None,
        as_json: Annotated[bool, json_option] = False,
    ) -> int:
        from assessor import printing, printing_publish, publishing
        from assessor.workspace import find_workspace

        where = find_workspace(workspace, path)
        first = _day(begins)
        if first is None:
            raise AssessorError(error("publish_from", Place()))
        with where.locked(), printing.progress(text("cli.collect.progress")) as tick:
            done = publishing.publish(
                where, first, _day(until), days, interim, _day(as_of), workers, tick
            )
        printing_publish.print_published(done, words, as_json)
        return DONE if done.round.complete else OPEN

    @command("send")
    def _send(
        kind: Annotated[
            MailKind,
            typer.Argument(
                show_default=False, metavar="|".join(MailKind), help=text("cli.send.kind")
            ),
        ],
        path: Annotated[
            Path, typer.Argument(show_default=False, help=text("cli.option.path"))
        ] = Path(),
        workspace: Annotated[Path | None, workspace_option] = None,
        yes: Annotated[bool, typer.Option("--yes", help=text("cli.send.yes"))] = False,
        unit: Annotated[
            str, typer.Option("--unit", metavar="CODE", help=text("cli.send.unit"))
        ] = "",
        limit: Annotated[
            int | None, typer.Option("--limit", min=1, metavar="N", help=text("cli.send.limit"))
        ] = None,
        test_to: Annotated[
            str, typer.Option("--test-to", metavar="ADDRESS", help=text("cli.send.test_to"))
        ] = "",
        resolve: Annotated[
            tuple[str, str] | None,
            typer.Option("--resolve", metavar="N sent|again", help=text("cli.send.resolve")),
        ] = None,
        as_of: Annotated[
            str | None, typer.Option("--as-of", metavar="DATE", help=text("cli.send.as_of"))
        ] = None,
        workers: Annotated[int | None, workers_option] = None,
        as_json: Annotated[bool, json_option] = False,
    ) -> int:
        from assessor import posting, printing, printing_mail
        from assessor.workspace import find_workspace

        where = find_workspace(workspace, path)
        asked = posting.Asked(kind.value, unit, limit, test_to, _day(as_of), workers)
        if resolve is not None:
            with where.locked():
                resolved = posting.resolve(where, *resolve)
            printing_mail.print_resolved(resolved, words, as_json)
            return DONE
        with where.locked(), printing.progress(text("cli.send.progress")) as tick:
            password = partial(_mail_password, words)
            posted = posting.send(where, asked, yes, password, tick)
        printing_mail.print_posted(posted, words, as_json)
        return OPEN if posted.open else DONE

    @command("fetch")
    def _fetch(
        path: Annotated[
            Path, typer.Argument(show_default=False, help=text("cli.option.path"))
        ] = Path(),
        workspace: Annotated[Path | None, workspace_option] = None,
        source: Annotated[
            Path | None, typer.Option("--from", metavar="FOLDER", help=text("cli.fetch.from"))
        ] = None,
        folder: Annotated[
            str, typer.Option("--folder", metavar="NAME", help=text("cli.fetch.folder"))
        ] = "",
        since: Annotated[
            str | None, typer.Option("--since", metavar="DATE", help=text("cli.fetch.since"))
        ] = None,
        limit: Annotated[
            int | None, typer.Option("--limit", min=1, metavar="N", help=text("cli.fetch.limit"))
        ] = None,
        receipt: Annotated[bool, typer.Option("--receipt", help=text("cli.fetch.receipt"))] = False,
        workers: Annotated[int | None, workers_option] = None,
        as_json: Annotated[bool, json_option] = False,
    ) -> int:
        from assessor import fetching, printing, printing_fetch, receipting
        from assessor.workspace import find_workspace

        where = find_workspace(workspace, path)
        asked = fetching.Asked(folder, _day(since), limit, source)
        receipts = None
        with where.locked():
            with printing.progress(text("cli.fetch.progress")) as tick:
                fetched = fetching.fetch(where, asked, partial(_mail_password, words), tick)
            if receipt:
                with printing.progress(text("cli.collect.progress")) as tick:
                    receipts = receipting.make_receipts(where, workers, tick)
        printing_fetch.print_fetched(where, fetched, receipts, words, as_json)
        if fetched.stopped:
            return FAULT
        return OPEN if fetched.open else DONE

    return app


def _mail_password(words: Catalog, user: str) -> str:
    """Return the password of a mail account: from the environment, the keyring, or who sits here.

    It is never read from a file of the workspace.
    """
    if found := os.environ.get("ASSESSOR_MAIL_PASSWORD"):
        return found
    with contextlib.suppress(Exception):  # no keyring, or one that is locked or broken
        import keyring

        if found := keyring.get_password("assessor", user):
            return str(found)
    if not sys.stdin.isatty():
        raise AssessorError(error("mail_no_password", Place(), user=user))
    return str(typer.prompt(words.text("cli.send.password", user=user), hide_input=True, err=True))


def _scheme_path(path: Path, workspace: Path | None) -> Path:
    """Return the scheme to check: a workbook, a folder of tables, or that of a workspace."""
    from assessor.workspace import find_workspace, is_workspace

    if not path.exists():
        raise AssessorError(error("path_missing", Place(str(path))))
    if workspace is None and path.is_file():
        return path
    if workspace is None and (path / "settings.csv").is_file() and not is_workspace(path):
        return path
    return find_workspace(workspace, path).scheme


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as fault:
        raise AssessorError(error("bad_date", Place(), value=text)) from fault
