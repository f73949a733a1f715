"""The command line (api.md, "Command line"): ``ledger`` and ``python -m ledger``."""

import sys

import typer
from typer.exceptions import TyperException

from ledger.cli import access, events, founding, keeping, keys, verify, witness
from ledger.cli.console import COULD_NOT_RUN

app = typer.Typer(add_completion=False, help="The cadre assessment ledger.")
for commands in (founding.app, events.app, keeping.app, verify.app, witness.app, keys.declaring):
    app.add_typer(commands)
app.add_typer(access.app, name="access")
app.add_typer(keys.app, name="keys")


def main() -> None:
    """Run the command line; usage errors exit with 2, as everything that could not run."""
    try:
        code = app(standalone_mode=False)
    except TyperException as error:
        typer.echo(" ".join(f"{error}; try --help".replace(".;", ";").split()), err=True)
        code = COULD_NOT_RUN
    sys.exit(code)
