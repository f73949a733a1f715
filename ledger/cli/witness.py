"""Running a witness of logs."""

from pathlib import Path
from typing import Annotated

import typer

from ledger.cli.console import COULD_NOT_RUN, fail, told
from ledger.cli.founding import Port
from ledger.proof.encoding import BadForm
from ledger.proof.key_files import create_key, read_signers
from ledger.proof.keys import COSIGNATURE, Signer, Verifier
from ledger.proof.note import read_vkeys
from ledger.proof.witness import Witness

app = typer.Typer()


@app.command()
def witness(
    key: Annotated[Path, typer.Option(help="the file of the witness's own key")],
    state: Annotated[Path, typer.Option(help="the file that keeps what was cosigned; never bring back an old one")],
    log: Annotated[list[Path], typer.Option(help="a file of a log's vkeys, one a line; may be repeated")],
    name: Annotated[str | None, typer.Option(help="makes the key under this name, if there is no file yet")] = None,
    host: Annotated[str, typer.Option(help="the address to listen on")] = "127.0.0.1",
    port: Port = 8100,
) -> None:
    """Cosign the checkpoints of logs as long as they only grow; prints its line for a policy."""
    from ledger.serving import bind, serve_witness

    with told():
        try:
            signer, logs = _signer(key, name), [vkey for file in log for vkey in _vkeys(file)]
            opened = Witness(signer, logs, state)
        except BadForm as error:
            fail(str(error), COULD_NOT_RUN)
        with opened, bind(host, port) as listening:
            typer.echo(f"witness {signer.name} {opened.vkey}")
            serve_witness(opened, listening)


def _signer(file: Path, name: str | None) -> Signer:
    if name is not None and not file.exists():
        create_key(file, Signer.generate(name, COSIGNATURE))
    signers = read_signers(file)
    if len(signers) != 1:
        raise BadForm(f"{file} holds more than the one key of a witness")
    return signers[0]


def _vkeys(file: Path) -> tuple[Verifier, ...]:
    try:
        return read_vkeys(file.read_bytes())
    except BadForm as error:
        raise BadForm(f"{file}: {error}") from error
