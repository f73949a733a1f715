"""The command line (api.md, "Command line"): ``ledger`` and ``python -m ledger``."""

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, Any, get_args
from uuid import uuid4

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress
from typer.exceptions import TyperException

from ledger import chronicle
from ledger.aggregates.access import Granted, Role
from ledger.aggregates.founding import Founded
from ledger.errors import Refusal, Unauthenticated, Unavailable
from ledger.policy import Actor
from ledger.recording import copying
from ledger.recording.opening import check_there, open_database
from ledger.service.appending import Line
from ledger.service.credentials import Caller
from ledger.service.inputs import validate
from ledger.service.ledger import Ledger, local_caller
from ledger.service.view import Page
from ledger.settings import Settings, default_origin, local_user
from ledger.texts import Language, problem_text, rule_text

app = typer.Typer(add_completion=False, help="The cadre assessment ledger.")
access = typer.Typer(help="Who may use the ledger.")
app.add_typer(access, name="access")

Database = Annotated[str | None, typer.Option("--database", help="sqlite:///path/to/file.db", envvar="LEDGER_DATABASE")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="the port to listen on; 0 for any free one")]
COULD_NOT_RUN = 2


@contextmanager
def opened(database: str | None, *, create: bool = True) -> Iterator[Ledger]:
    """The ledger at an address. ``create`` False: Unavailable where there is none."""
    with told():
        address = database or Settings().database
        if not create:
            check_there(address)
        with Ledger(address) as ledger:
            yield ledger


@contextmanager
def told() -> Iterator[None]:
    """Every refusal ends as one plain line and an exit code."""
    try:
        yield
    except Refusal as refusal:
        _fail(_plain(refusal), COULD_NOT_RUN if isinstance(refusal, Unavailable | Unauthenticated) else 1)
    except ValidationError as error:
        names = ", ".join(f"LEDGER_{'_'.join(map(str, e['loc']))}".upper() for e in error.errors())
        _fail(f"these settings are not valid: {names}", COULD_NOT_RUN)
    except (OSError, sqlite3.Error) as error:
        _fail(str(error), COULD_NOT_RUN)


def _plain(refusal: Refusal, language: Language = "en") -> str:
    _, detail = problem_text(refusal.code, language, refusal.facts)
    errors = "; ".join(
        f"{e.pointer or '/'}: {rule_text(e.code, language, dict(e.limits))}" for e in getattr(refusal, "errors", ())
    )
    reason = refusal.facts.get("reason")
    return " ".join(filter(None, (f"{refusal.code}: {detail}", errors, f"({reason})" if reason else None)))


def _fail(line: str, code: int) -> None:
    typer.echo(" ".join(line.split()), err=True)
    raise typer.Exit(code)


def _caller() -> Caller:
    """The principal of LEDGER_TOKEN."""
    token = Settings().token
    if token is None:
        raise Unauthenticated()
    return Caller(str(uuid4()), token=token.get_secret_value())


def _granting() -> Caller:
    """The principal of LEDGER_TOKEN, or the local user, who may found and grant."""
    return _caller() if Settings().token is not None else local_caller(local_user(), str(uuid4()))


def _reading() -> Caller:
    """The principal of LEDGER_TOKEN; without one whoever can read the file, as its organiser."""
    if Settings().token is not None:
        return _caller()
    return Caller(str(uuid4()), local=Actor(f"local:{local_user()}", "organiser"))


@app.command()
def create(
    origin: Annotated[
        str | None, typer.Option(help="names the log to the world, by convention a host and path")
    ] = None,
    time_zone: Annotated[str, typer.Option(help="decides where days and months begin")] = "Asia/Shanghai",
    name: Annotated[str, typer.Option(help="the ledger's name for people")] = "考核台账",
    database: Database = None,
) -> None:
    """Found a ledger: its origin and time zone are fixed for good."""
    with opened(database) as ledger:
        wanted = {"origin": origin or default_origin(), "name": name, "time_zone": time_zone}
        receipt = ledger.found(_granting(), validate(Founded, wanted)).result()
        typer.echo(f"founded {wanted['origin']} at position {receipt.position}")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="the address to listen on")] = "127.0.0.1",
    port: Port = 8000,
    database: Database = None,
) -> None:
    """Serve the ledger over HTTP."""
    from ledger.serving import bind
    from ledger.serving import serve as run

    with opened(database) as ledger, bind(host, port) as listening:
        run(ledger, listening)


@app.command()
def demo(
    port: Port = 8000,
    keep: Annotated[Path | None, typer.Option(help="keep the sample ledger in this file")] = None,
) -> None:
    """Play a sample district of 24 months and serve it on this machine."""
    from ledger.demo.command import run

    with told():
        run(port, keep)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="NDJSON: one event a line, with its cadre; - for standard input")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="check everything, store nothing")] = False,
    database: Database = None,
) -> None:
    """Append events from a file, as the principal of LEDGER_TOKEN."""
    with opened(database) as ledger:
        caller = _caller()
        ledger.queries.me(caller)
        counts = {"recorded": 0, "duplicate": 0, "rejected": 0}
        for outcome in ledger.appending.append_lines(caller, _lines(file), dry_run=dry_run):
            counts[outcome.status] += 1
            _tell(outcome)
        typer.echo(f"{counts['recorded']} recorded, {counts['duplicate']} duplicates, {counts['rejected']} rejected")
        if counts["rejected"]:
            raise typer.Exit(1)


def _tell(outcome: Line) -> None:
    if outcome.refusal is not None:
        typer.echo(f"line {outcome.line}: {_plain(outcome.refusal)}", err=True)


def _lines(file: Path) -> Iterator[bytes]:
    """The file's lines; with a progress bar on a terminal, none in a pipe."""
    if str(file) == "-":
        yield from sys.stdin.buffer
        return
    console = Console(stderr=True)
    with file.open("rb") as stream, Progress(console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(file.name, total=file.stat().st_size)
        for line in stream:
            yield line
            progress.advance(task, len(line))


@app.command()
def export(database: Database = None) -> None:
    """Write the whole ledger as JSON Lines to standard output."""
    with opened(database, create=False) as ledger:
        for event in ledger.feed.ledger(_reading()):
            sys.stdout.write(json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n")


@app.command()
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="the address of the ledger to copy")],
    target: Annotated[str, typer.Argument(metavar="TO", help="the address to copy it to: empty, or begun before")],
) -> None:
    """Copy a ledger to another database, bytes unchanged; begin again where it was broken off."""
    _copy(source, target)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="the file to make: an SQLite ledger that can be served or copied back")],
    database: Database = None,
) -> None:
    """Make a consistent copy of the ledger in a file, while it is served."""
    if file.exists():
        _fail(f"{file} exists already", COULD_NOT_RUN)
    _copy(database or Settings().database, f"sqlite:///{file}")


def _copy(source: str, target: str) -> None:
    console = Console(stderr=True)
    with (
        told(),
        closing(open_database(source)) as reading,
        closing(open_database(target)) as writing,
        Progress(console=console, disable=not console.is_terminal) as progress,
    ):
        task = progress.add_task("events", total=None)
        head = copying.copy(reading, writing, lambda at, of: progress.update(task, completed=at, total=of))
    typer.echo(f"{head.size} events, root {head.frontier.root().hex()}")


@app.command()
def replay(
    cadre: Annotated[str, typer.Argument(help="the cadre's id")],
    language: Annotated[str, typer.Option(help="zh or en")] = "zh",
    database: Database = None,
) -> None:
    """Tell a cadre's history as a person reads it."""
    if language not in ("zh", "en"):
        _fail("--language is zh or en", COULD_NOT_RUN)
    with opened(database, create=False) as ledger:
        caller = _reading()
        record = ledger.queries.record(caller, cadre)
        for line in chronicle.tell(record, _history(ledger, caller, cadre), "en" if language == "en" else "zh"):
            typer.echo(line)


def _history(ledger: Ledger, caller: Caller, cadre: str) -> Iterator[dict[str, Any]]:
    after: int | None = 0
    while after is not None:
        page = ledger.feed.history(caller, cadre, Page(limit=500), after)
        yield from page["items"]
        after = page["next"]


@access.command("grant")
def grant(
    name: Annotated[str, typer.Argument(help="the principal's name")],
    role: Annotated[str, typer.Option(help=", ".join(get_args(Role)))],
    unit: Annotated[list[str] | None, typer.Option(help="a unit in scope; may be repeated")] = None,
    group: Annotated[list[str] | None, typer.Option(help="a group in scope; may be repeated")] = None,
    indicator: Annotated[list[str] | None, typer.Option(help="an indicator in scope; may be repeated")] = None,
    cadre: Annotated[str | None, typer.Option(help="the cadre that the principal is")] = None,
    expires: Annotated[str | None, typer.Option(help="the last day, as 2026-12-31")] = None,
    database: Database = None,
) -> None:
    """Grant access; the new token is alone on the last line and shown only here."""
    wanted = {
        "name": name,
        "role": role,
        "units": unit or None,
        "groups": group or None,
        "indicators": indicator or None,
        "cadre": cadre,
        "expires": expires,
    }
    with opened(database) as ledger:
        granted = ledger.principals.grant(_granting(), validate(Granted, wanted)).result()
        typer.echo(f"granted {granted.principal} the role {role}; the token is shown only here:", err=True)
        typer.echo(granted.token)


@access.command("revoke")
def revoke(
    name: Annotated[str, typer.Argument(help="the principal's name")],
    reason: Annotated[str, typer.Option(help="why the access ends")] = "revoked on the command line",
    database: Database = None,
) -> None:
    """End a principal's access at once."""
    with opened(database, create=False) as ledger:
        ledger.principals.revoke(_granting(), name, reason).result()
        typer.echo(f"revoked {name}")


@access.command("list")
def list_(database: Database = None) -> None:
    """List the principals with access, their roles and scopes."""
    with opened(database, create=False) as ledger:
        for item in ledger.queries.access(_granting())["items"]:
            scope = [f"{key}={','.join(value)}" for key in ("units", "groups", "indicators") if (value := item[key])]
            only = [f"{key}={item[key]}" for key in ("cadre", "expires") if item[key]]
            typer.echo("\t".join((item["name"], item["role"], *scope, *only)))


def main() -> None:
    """Run the command line; usage errors exit with 2, as everything that could not run."""
    try:
        code = app(standalone_mode=False)
    except TyperException as error:
        typer.echo(" ".join(f"{error}; try --help".replace(".;", ";").split()), err=True)
        code = COULD_NOT_RUN
    sys.exit(code)
