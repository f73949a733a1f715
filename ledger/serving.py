"""Running the HTTP application on an open ledger: the only place of the package that knows a server."""

import importlib
import socket

import typer
import uvicorn

from ledger.service.ledger import Ledger


class _Announced(uvicorn.Server):
    """Says where it serves once it does; with port 0 that is where the system put it."""

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


def serve(ledger: Ledger, listening: socket.socket) -> None:
    """Serve until interrupted. The application is named, not imported: ``ledger`` knows no HTTP."""
    application = importlib.import_module("api.app").create_app(ledger=ledger)
    config = uvicorn.Config(application, access_log=False, log_level="warning", server_header=False)
    _Announced(config).run(sockets=[listening])
