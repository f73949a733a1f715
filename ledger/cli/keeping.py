"""Keeping a ledger: copies, backups, and the views made anew."""

import os
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from ledger import progress
from ledger.cli.console import COULD_NOT_RUN, Database, fail, told
from ledger.recording import copying
from ledger.recording.opening import check_served, check_there, open_database
from ledger.settings import Settings

app = typer.Typer()


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
        fail(f"{file} exists already", COULD_NOT_RUN)
    _copy(database or Settings().database, f"sqlite:///{file}")


def _copy(source: str, target: str) -> None:
    with told(), closing(open_database(source)) as reading:
        check_served(reading)  # before there is anything of the target
        with closing(open_database(target)) as writing, progress.shown("events") as report:
            head = copying.copy(reading, writing, report)
    typer.echo(f"{head.size} events, root {head.frontier.root().hex()}")


@app.command()
def rebuild(
    check: Annotated[bool, typer.Option("--check", help="compare with the live views and change nothing")] = False,
    workers: Annotated[int, typer.Option(min=1, max=64, help="processes that compute")] = os.cpu_count() or 1,
    database: Database = None,
) -> None:
    """Make the views anew from the events, while the ledger is served."""
    from ledger.recording import comparing, rebuilding

    address = database or Settings().database
    with told(), progress.shown("events") as report:
        check_there(address)
        if not check:
            position = rebuilding.rebuild(address, workers, report)
            typer.echo(f"the views were made anew up to position {position}")
            return
        differences = 0
        for found in comparing.compare(address, workers, report):
            typer.echo(f"{found.view} {found.key}: {found.what}")
            differences += 1
    typer.echo(f"{differences} rows differ from what the events make of them" if differences else "all rows agree")
    if differences:
        raise typer.Exit(1)
