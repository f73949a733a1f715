"""Servers whose log is kept, and clients for readers."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.http.serving import Desk, Server


@contextmanager
def logged(database: str | Path, tokens: dict[str, str], log: Path, **environment: str) -> Iterator[Desk]:
    """A server whose standard error goes to a file, and clients by the names of their tokens."""
    prefix = ("sh", "-c", f'exec "$@" 2>>{log}', "sh")
    with Server(database, *prefix, **environment) as server, ExitStack() as stack:
        yield Desk(server, {name: stack.enter_context(server.client(token)) for name, token in tokens.items()})
