"""Founding, serving and showing a ledger."""

from pathlib import Path
from typing import Annotated

import typer

from ledger.aggregates.founding import Founded
from ledger.cli.console import Database, granting, opened, told
from ledger.service.inputs import validate
from ledger.settings import Settings, default_origin

app = typer.Typer()
Port = Annotated[int, typer.Option(min=0, max=65535, help="the port to listen on; 0 for any free one")]


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
        receipt = ledger.found(granting(), validate(Founded, wanted)).result()
        typer.echo(f"founded {wanted['origin']} at position {receipt.position}")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="the address to listen on")] = "127.0.0.1",
    port: Port = 8000,
    root_path: Annotated[
        str | None, typer.Option(help="the path under which a proxy shows the server and which it takes off")
    ] = None,
    database: Database = None,
) -> None:
    """Serve the ledger over HTTP."""
    from ledger.serving import bind
    from ledger.serving import serve as run

    with told():
        settings = Settings() if root_path is None else Settings(root_path=root_path)
    with opened(database) as ledger, bind(host, port) as listening:
        ledger.tidy()
        ledger.start_signing()
        run(ledger, listening, settings.root_path)


@app.command()
def demo(
    port: Port = 8000,
    keep: Annotated[Path | None, typer.Option(help="keep the sample ledger in this file")] = None,
) -> None:
    """Play a sample district of 24 months and serve it on this machine."""
    from ledger.demo.command import run

    with told():
        run(port, keep)
