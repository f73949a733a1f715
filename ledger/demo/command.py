"""``ledger demo``: plays the sample district into a ledger of its own and serves it on this machine only."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console

from ledger.demo.principals import first_of_each_role
from ledger.demo.story import play
from ledger.errors import Unavailable
from ledger.service.ledger import Ledger, local_caller
from ledger.serving import bind, serve

HOST = "127.0.0.1"


def run(port: int, keep: Path | None) -> None:
    """Play the story, print a token and a link for each role, serve. Unavailable if the file is there."""
    if keep is not None and keep.exists():
        raise Unavailable(reason=f"{keep} exists already")
    with bind(HOST, port) as listening, _place(keep) as path:
        tokens = _played(path)
        with Ledger(path) as ledger:
            ledger.origins.create_key(local_caller("sample", "introduction")).result()
            ledger.start_signing()
            _introduce(ledger, tokens, f"http://{HOST}:{listening.getsockname()[1]}")
            serve(ledger, listening)


@contextmanager
def _place(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        yield keep
        return
    folder = Path(tempfile.mkdtemp(prefix="ledger-demo-"))
    try:
        yield folder / "sample.db"
    finally:
        shutil.rmtree(folder)


def _played(path: Path) -> Mapping[str, str]:
    console = Console(stderr=True)
    if not console.is_terminal:
        return play(path)
    with console.status("playing 24 months of the sample district") as status:
        return play(path, lambda month: status.update(f"playing {month}"))


def _introduce(ledger: Ledger, tokens: Mapping[str, str], address: str) -> None:
    typer.echo("示例区：样本数据，人物、分数与分组均为虚构。Sample data: persons, scores and groups are invented.")
    typer.echo("One token for each role (Authorization: Bearer …); they end with this ledger:")
    for role, token in tokens.items():
        typer.echo(f"  {role:<11} {token}")
    typer.echo("一次性登录链接，每个角色一个，24 小时内有效。One link for each role to sign in once, within 24 hours:")
    admin = local_caller("sample", "introduction")
    for role, name in first_of_each_role().items():
        typer.echo(f"  {role:<11} {address}/sign-in/{ledger.sign_ins.link(admin, name).result()}")
