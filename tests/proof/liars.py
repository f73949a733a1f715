"""Witnesses that lie, talk nonsense or stall."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ledger.proof.keys import COSIGNATURE, Signer
from ledger.proof.note import Note
from ledger.proof.tlog_witness import AddCheckpoint
from tests.proof.witnessing import Log

LIAR = Signer("witness.example/liar", COSIGNATURE, b"w" * 32)
STRANGER = Signer("witness.example/stranger", COSIGNATURE, b"s" * 32)

Answer = tuple[int, dict[str, str], bytes]
Lie = Callable[[Log, str, bytes], Answer]
"""Answers a request for a cosignature (and one of the last checkpoint, with an empty body) of a log."""


@contextmanager
def lying(log: Log, lie: Lie) -> Iterator[tuple[str, list[str]]]:
    """The address of a liar, and the requests that come to him."""
    asked: list[str] = []

    class Liar(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(f"{self.command} {self.path}")
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            status, headers, content = lie(log, self.path, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Liar) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/prefix/", asked
        server.shutdown()
        thread.join()


def _signs(signer: Signer, *, text: str | None = None) -> Lie:
    def lie(log: Log, path: str, body: bytes) -> Answer:
        note = Note(text or AddCheckpoint.parse(body).signed.note.text).signed(signer, moment=1)
        return 200, {}, str(note.signatures[0]).encode()

    return lie


def _shows(status: int, size: bytes, seen: Callable[[Log], bytes]) -> Lie:
    return lambda log, path, body: (status, {}, size) if body else (200, {}, seen(log))


def _forged(log: Log) -> bytes:
    """A longer log that the log's key never signed."""
    return Log(log.leaves, log.origin).checkpoint(30).note().signed(STRANGER, moment=1).to_bytes()


LIES: dict[str, tuple[Lie, str]] = {
    "the truth": (_signs(LIAR), "cosigned"),
    "the key of another": (_signs(STRANGER), "invalid"),
    "a cosignature of another text": (_signs(LIAR, text="a\n1\nb\n"), "invalid"),
    "nothing": (lambda *_: (200, {}, b""), "invalid"),
    "bytes": (lambda *_: (200, {}, b"\xff\0"), "invalid"),
    "two texts": (lambda *_: (200, {}, b"\n\n\xe2\x80\x94 a aaaaaaaa\n"), "invalid"),
    "too much": (lambda *_: (200, {}, b"x" * 70_000), "invalid"),
    "less than it says": (lambda *_: (200, {"Content-Length": "9"}, b"x"), "invalid"),
    "a redirect": (lambda *_: (307, {"Location": "http://127.0.0.1:1/"}, b""), "refused(307)"),
    "an error": (lambda *_: (500, {}, b"Internal Server Error"), "refused(500)"),
    "no size": (lambda *_: (409, {}, b"many\n"), "invalid"),
    "a size below zero": (lambda *_: (409, {}, b"-1\n"), "invalid"),
    "the same size again": (lambda *_: (409, {}, b"3\n"), "refused(409)"),
    "larger, and shows nothing": (lambda *_: (409, {}, b"30\n"), "refused(409)"),
    "larger, and shows what nobody signed": (_shows(409, b"30\n", _forged), "refused(409)"),
    "larger, and shows what is no checkpoint": (_shows(409, b"30\n", lambda log: b"30\n"), "refused(409)"),
    "larger, and shows what is smaller": (_shows(409, b"30\n", lambda log: log.note(3).to_bytes()), "refused(409)"),
    "larger, and shows another log": (_shows(409, b"30\n", lambda log: Log().note(9).to_bytes()), "refused(409)"),
    "larger, and that is so": (_shows(409, b"30\n", lambda log: log.note(30).to_bytes()), "contradicts"),
    "inconsistent, and shows what is not": (
        _shows(422, b"", lambda log: log.note(5).to_bytes()),
        "refused(422)",
    ),
    "inconsistent, and that is so": (_shows(422, b"", lambda log: log.forked_at(1).note(3).to_bytes()), "contradicts"),
}


@contextmanager
def stalling(says: bytes) -> Iterator[tuple[str, list[socket.socket]]]:
    """Who takes connections, says this on each again and again, and never comes to an end; and the connections."""
    taken: list[socket.socket] = []
    enough = threading.Event()

    def stall(listening: socket.socket) -> None:
        while not enough.wait(0.1):
            with suppress(BlockingIOError):
                taken.append(listening.accept()[0])
            for connection in taken:
                with suppress(ConnectionError):
                    connection.send(says)

    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        listening.setblocking(False)
        thread = threading.Thread(target=stall, args=(listening,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", taken
        finally:
            enough.set()
            thread.join()
            for connection in taken:
                connection.close()
