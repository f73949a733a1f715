"""Running the HTTP applications of a ledger and of a witness: the only place of the package that knows a server."""

import asyncio
import gc
import importlib
import logging
import signal
import socket
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import typer
import uvicorn

from ledger.proof.witness import Witness
from ledger.service.ledger import Ledger

PATIENCE = 5
"""Seconds that a stopping server waits for answers under way; a reader that sleeps may never take the rest of his."""

YOUNG = 50_000
"""Objects between two looks for garbage: in the middle of an answer, which makes some ten thousand, there is none."""


class _Announced(uvicorn.Server):
    """Says where it serves once it does (with port 0: where the system put it), and ends streams before it stops."""

    def __init__(self, config: uvicorn.Config, end_streams: Callable[[], None]) -> None:
        super().__init__(config)
        self._end_streams = end_streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await asyncio.to_thread(self._end_streams)
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets or ():
            host, port = listening.getsockname()[:2]
            typer.echo(f"serving on http://{f'[{host}]' if ':' in host else host}:{port}")


def bind(host: str, port: int) -> socket.socket:
    """The address to serve on, taken now; OSError if it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=2048)
    # asyncio sets this only on sockets it makes itself; without it every answer waits 40 ms for a delayed ACK
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def serve(ledger: Ledger, listening: socket.socket, root_path: str = "") -> None:
    """Serve until interrupted, under ``root_path`` of a proxy that takes it off every request.

    The application is named, not imported: ``ledger`` knows no HTTP.
    """
    application = _loaded("api.app").create_app(ledger=ledger)
    _log_requests()
    _run(application, listening, ledger.tail.close, root_path)


def serve_witness(witness: Witness, listening: socket.socket) -> None:
    """Serve a witness until interrupted; requests are not logged."""
    _run(_loaded("api.witness").create_app(witness), listening, lambda: None)


def _loaded(module: str) -> ModuleType:
    """A module of the applications, loaded and from then on run with few looks for garbage: loading makes none."""
    gc.set_threshold(YOUNG)
    return importlib.import_module(module)


def _run(
    application: Callable[..., Any], listening: socket.socket, end_streams: Callable[[], None], root_path: str = ""
) -> None:
    config = uvicorn.Config(
        application,
        access_log=False,
        log_level="warning",
        server_header=False,
        root_path=root_path,
        timeout_graceful_shutdown=PATIENCE,
    )
    gc.collect()
    gc.freeze()  # the program itself is no garbage: without this some answer waits for a look through all of it
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # handed on by the server; what is open is to be closed
    _Announced(config, end_streams).run(sockets=[listening])


def _log_requests() -> None:
    """One JSON object a request on standard error: no path, which holds cadre ids, and no token; the signer's too."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    for name in ("ledger.http", "ledger.signing"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(logging.INFO)
        logger.propagate = False
    # the server would print an unexpected error with its message, which may hold anything; the application says where
    logging.getLogger("uvicorn.error").addFilter(lambda record: record.exc_info is None)
