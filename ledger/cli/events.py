"""Events in and out: import, export, and a history as a person reads it."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from ledger import chronicle, progress
from ledger.cli.console import COULD_NOT_RUN, Database, fail, opened, plain, reading, token_bearer
from ledger.recording.reader import When
from ledger.service.appending import Line
from ledger.service.inputs import moment_of

app = typer.Typer()


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="NDJSON: one event a line, with its cadre; - for standard input")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="check everything, store nothing")] = False,
    database: Database = None,
) -> None:
    """Append events from a file, as the principal of LEDGER_TOKEN."""
    with opened(database) as ledger:
        caller = token_bearer()
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
        typer.echo(f"line {outcome.line}: {plain(outcome.refusal)}", err=True)


def _lines(file: Path) -> Iterator[bytes]:
    """The file's lines; with a progress bar on a terminal, none in a pipe."""
    if str(file) == "-":
        yield from sys.stdin.buffer
        return
    done, size = 0, file.stat().st_size
    with file.open("rb") as stream, progress.shown(file.name) as report:
        for line in stream:
            yield line
            done += len(line)
            report(done, size)


@app.command()
def export(
    bundle: Annotated[
        Path | None, typer.Option(help="write files that prove themselves into this empty directory instead")
    ] = None,
    cadre: Annotated[str | None, typer.Option(help="of a bundle: this cadre's events only")] = None,
    database: Database = None,
) -> None:
    """Write the whole ledger as JSON Lines to standard output, or an audit bundle."""
    if cadre is not None and bundle is None:
        fail("--cadre goes with --bundle", COULD_NOT_RUN)
    with opened(database, create=False) as ledger:
        if bundle is not None:
            count, size = ledger.export_bundle(reading(), bundle, cadre)
            typer.echo(f"{count} events of a log of {size}; verify them with: python {bundle / 'verify.py'} {bundle}")
            if later := ledger.queries.position() - size:
                typer.echo(f"not in it, for nobody has signed them yet: {later} events", err=True)
            return
        for event in ledger.feed.ledger(reading()):
            sys.stdout.write(json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n")


@app.command()
def replay(
    cadre: Annotated[str, typer.Argument(help="the cadre's id")],
    as_of: Annotated[str | None, typer.Option(help="up to a time with offset, as 2025-03-31T18:00:00+08:00")] = None,
    at: Annotated[int | None, typer.Option(min=1, help="up to a position")] = None,
    language: Annotated[str, typer.Option(help="zh or en")] = "zh",
    database: Database = None,
) -> None:
    """Tell a cadre's history as a person reads it, with what each event changed."""
    if language not in ("zh", "en"):
        fail("--language is zh or en", COULD_NOT_RUN)
    with opened(database, create=False) as ledger:
        caller = reading()
        when = When(as_of=moment_of(as_of, "/as_of") if as_of is not None else None, at=at)
        record = ledger.queries.record(caller, cadre, when)
        steps = ledger.changes.chronicle(caller, cadre, when)
        for line in chronicle.tell(record, steps, "en" if language == "en" else "zh"):
            typer.echo(line)
