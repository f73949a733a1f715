"""Verifying a ledger, and taking it away as a bundle that others can verify."""

import os
from pathlib import Path
from typing import Annotated

import typer
from typer import Context
from typer.core import TyperCommand

from ledger import progress
from ledger.cli.console import Database, told
from ledger.recording.opening import check_there
from ledger.settings import Settings, signing_files

app = typer.Typer()
_SEVERAL = ("--since", "--receipt")


class _Spread(TyperCommand):
    """Takes ``--since A B`` for ``--since A --since B``, as the verifier of a bundle does."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:  # type: ignore[override]  # its own Context
        spread: list[str] = []
        option = ""
        for arg in args:
            if arg.startswith("-"):
                option = arg
            elif option in _SEVERAL and spread[-1] != option:
                spread.append(option)
            spread.append(arg)
        return super().parse_args(ctx, spread)


@app.command(cls=_Spread)
def verify(
    since: Annotated[list[Path] | None, typer.Option(help="a checkpoint kept elsewhere; may be repeated")] = None,
    receipt: Annotated[list[Path] | None, typer.Option(help="a tlog-proof of an event; may be repeated")] = None,
    vkey: Annotated[Path | None, typer.Option(help="the log's keys from elsewhere, one a line")] = None,
    max_age: Annotated[int | None, typer.Option(help="how many seconds old the newest quorum may be")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="processes that replay")] = os.cpu_count() or 1,
    json: Annotated[bool, typer.Option("--json", help="the same as JSON")] = False,
    database: Database = None,
) -> None:
    """Show that nothing was altered, moved, backdated or cut; exit 0 sound, 1 unsound, 2 could not run."""
    from ledger.service.verifying import Given, verify_ledger

    settings = Settings()
    address = database or settings.database
    with told(), progress.shown("entries") as report:
        check_there(address)
        given = Given(since or (), receipt or (), vkey, max_age)
        found = verify_ledger(address, signing_files(settings, address), given, workers, report)
    typer.echo(found.as_json() if json else "\n".join(found.as_text()))
    if not found.sound:
        raise typer.Exit(1)
