"""Who may use the ledger."""

from typing import Annotated, get_args

import typer

from ledger.aggregates.access import Granted, Role
from ledger.cli.console import Database, granting, opened
from ledger.service.inputs import validate

app = typer.Typer(help="Who may use the ledger.")


@app.command("grant")
def grant(
    name: Annotated[str, typer.Argument(help="the principal's name")],
    role: Annotated[str, typer.Option(help=", ".join(get_args(Role)))],
    unit: Annotated[list[str] | None, typer.Option(help="a unit in scope; may be repeated")] = None,
    group: Annotated[list[str] | None, typer.Option(help="a group in scope; may be repeated")] = None,
    indicator: Annotated[list[str] | None, typer.Option(help="an indicator in scope; may be repeated")] = None,
    cadre: Annotated[str | None, typer.Option(help="the cadre that the principal is")] = None,
    expires: Annotated[str | None, typer.Option(help="the last day, as 2026-12-31")] = None,
    issuer: Annotated[str | None, typer.Option(help="the identity provider that knows the principal")] = None,
    subject: Annotated[str | None, typer.Option(help="the principal's subject there; no token is made")] = None,
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
        "identity": {"issuer": issuer, "subject": subject} if issuer or subject else None,
    }
    with opened(database) as ledger:
        granted = ledger.principals.grant(granting(), validate(Granted, wanted)).result()
        if granted.token:
            typer.echo(f"granted {granted.principal} the role {role}; the token is shown only here:", err=True)
            typer.echo(granted.token)
        else:
            typer.echo(f"granted {granted.principal} the role {role} to the subject of {issuer}", err=True)


@app.command("link")
def link(name: Annotated[str, typer.Argument(help="the principal's name")], database: Database = None) -> None:
    """Make a link that signs a principal in once within 24 hours; its path is alone on the last line."""
    with opened(database, create=False) as ledger:
        code = ledger.sign_ins.link(granting(), name).result()
        typer.echo(f"for {name}, once, after the address of the server:", err=True)
        typer.echo(f"/sign-in/{code}")


@app.command("revoke")
def revoke(
    name: Annotated[str, typer.Argument(help="the principal's name")],
    reason: Annotated[str, typer.Option(help="why the access ends")] = "revoked on the command line",
    database: Database = None,
) -> None:
    """End a principal's access at once."""
    with opened(database, create=False) as ledger:
        ledger.principals.revoke(granting(), name, reason).result()
        typer.echo(f"revoked {name}")


@app.command("list")
def list_(database: Database = None) -> None:
    """List the principals with access, their roles and scopes."""
    with opened(database, create=False) as ledger:
        for item in ledger.queries.access(granting())["items"]:
            scope = [f"{key}={','.join(value)}" for key in ("units", "groups", "indicators") if (value := item[key])]
            only = [f"{key}={item[key]}" for key in ("cadre", "expires") if item[key]]
            typer.echo("\t".join((item["name"], item["role"], *scope, *only)))
