"""The log's keys and origin: what an operator does so that the ledger can be proved."""

from datetime import date
from typing import Annotated

import typer

from ledger.cli.console import COULD_NOT_RUN, Database, fail, granting, opened
from ledger.proof.key_files import read_signers
from ledger.service.origins import Declaration
from ledger.settings import local_user

app = typer.Typer(help="The keys that the log is signed with.")
declaring = typer.Typer()


@app.command()
def create(database: Database = None) -> None:
    """Make the log's key, named after its origin; the vkey to hand out is alone on the last line."""
    with opened(database) as ledger:
        signer = ledger.origins.create_key(granting()).result()
        typer.echo(f"the key is in {ledger.origins.keys}; keep a copy out of reach of who keeps the database", err=True)
        typer.echo(signer.verifier.vkey)


@app.command()
def show(database: Database = None) -> None:
    """Print the vkeys of the key file, one a line."""
    with opened(database, create=False) as ledger:
        for signer in read_signers(ledger.origins.keys):
            typer.echo(signer.verifier.vkey)


@app.command()
def change(
    until: Annotated[str, typer.Option(help="the last day on which the old key signs too, as 2026-12-31")],
    database: Database = None,
) -> None:
    """Announce a new key in the log and sign with both until a day; the new vkey is alone on the last line."""
    try:
        last = date.fromisoformat(until)
    except ValueError:
        fail("--until is a day such as 2026-12-31", COULD_NOT_RUN)
    with opened(database, create=False) as ledger:
        typer.echo(ledger.origins.change_key(granting(), last).result().verifier.vkey)


@declaring.command("declare-origin")
def declare_origin(
    origin: Annotated[str, typer.Option(help="the new origin: a name that the log never had")],
    why: Annotated[str, typer.Option(help="how the loss came about; everybody will read it")],
    who: Annotated[str | None, typer.Option(help="who declares it")] = None,
    database: Database = None,
) -> None:
    """Go on after a loss: what was signed and is not there any more is declared lost, under a new origin."""
    with opened(database, create=False) as ledger:
        wanted = Declaration(origin, who or local_user(), why)
        receipt = ledger.origins.declare(granting(), wanted).result()
        typer.echo(f"{origin} was declared at position {receipt.position}; hand out its vkey: ledger keys show")
