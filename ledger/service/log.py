"""The log as it is published: checkpoints, keys, tiles, and proofs of single events."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger.aggregates.refusals import UnknownCadre
from ledger.errors import LogDiverged, NotFound, Unavailable
from ledger.policy import check_whole
from ledger.proof.bundle import Evidence, write_bundle, write_excerpt
from ledger.proof.encoding import BadForm
from ledger.proof.tiles import WIDTH, Tile, read_entries, read_tile
from ledger.proof.tlog_proof import TlogProof
from ledger.recording import log
from ledger.recording.database import Connection, Database
from ledger.service.credentials import Caller
from ledger.service.queries import Queries


@dataclass(frozen=True, slots=True)
class TileBytes:
    """A tile; ``full`` ones never change."""

    octets: bytes
    full: bool


class Log:
    """What anybody may read of the log; only its entries and proofs of single events are asked of the policy.

    Nothing beyond the newest published checkpoint; NotFound for all of it before the first.
    """

    def __init__(self, database: Database, queries: Queries) -> None:
        self._database = database
        self._queries = queries

    def checkpoint(self) -> log.Published:
        with self._database.read() as connection:
            return _newest(connection)

    def tile(self, path: str) -> TileBytes:
        """A tile of hashes, by its path after ``tile/``; NotFound for anything else."""
        with self._database.read() as connection:
            tile = _published(connection, path)
            if tile.level is None:
                raise NotFound()
            return _whole(tile, log.read_tile(connection, tile))

    def entries(self, caller: Caller, path: str) -> TileBytes:
        """A bundle of entries, for auditors of the whole ledger."""
        with self._queries.view(caller) as view:
            check_whole(view.actor, "entries")
            connection = view.reading.connection
            tile = _published(connection, f"entries/{path}")
            return _whole(tile, log.read_entries(connection, tile))

    def export(self, caller: Caller, directory: Path, policy: bytes | None, cadre: str | None) -> tuple[int, int]:
        """Write a bundle; how many events it has, and the size of the log. Unavailable before the first checkpoint.

        Without a ``policy`` it brings one that asks for no witness.
        """
        with self._queries.view(caller) as view:
            check_whole(view.actor, "ledger")
            connection = view.reading.connection
            published = list(log.checkpoints(connection))
            if not published:
                raise Unavailable(reason="no checkpoint was published: ledger keys create, then ledger serve")
            *earlier, newest = published
            vkeys = log.vkeys_of(published)
            policy = policy if policy is not None else _unwitnessed(vkeys)
            evidence = Evidence(newest.note, "".join(vkeys).encode(), policy, [made.note for made in earlier])
            if cadre is None:
                return write_bundle(connection, directory, evidence), newest.size
            if view.reading.registers.name(cadre) is None:
                raise UnknownCadre()
            with _covered():
                return write_excerpt(connection, directory, evidence, cadre), newest.size

    def proof(self, position: int) -> bytes | None:
        """The proof that the event at a position stands in the log; None until a published checkpoint covers it."""
        with self._database.read() as connection:
            return proof_at(connection, position)


def proof_at(connection: Connection, position: int) -> bytes | None:
    """As ``Log.proof``, in a reading that is there."""
    newest = log.newest_checkpoint(connection)
    if newest is None or newest.size < position:
        return None
    with _covered():
        return TlogProof.make(position - 1, newest.note, log.hash_at(connection, newest.size)).to_bytes()


def _unwitnessed(vkeys: Iterable[str]) -> bytes:
    """The policy of a ledger that has none: its own keys, and no witness."""
    return ("".join(f"log {vkey}" for vkey in vkeys) + "quorum none\n").encode()


@contextmanager
def _covered() -> Iterator[None]:
    """LogDiverged where what is read lacks events that a checkpoint covers."""
    try:
        yield
    except BadForm as error:
        raise LogDiverged(reason="events that a checkpoint covers are missing") from error


def _whole(tile: Tile, octets: bytes) -> TileBytes:
    read = read_entries if tile.level is None else read_tile
    with _covered():
        read(tile, octets)
    return TileBytes(octets, tile.width == WIDTH)


def _newest(connection: Connection) -> log.Published:
    newest = log.newest_checkpoint(connection)
    if newest is None:
        raise NotFound()
    return newest


def _published(connection: Connection, path: str) -> Tile:
    try:
        tile = Tile.parse(f"tile/{path}")
    except BadForm as error:
        raise NotFound() from error
    if not tile.inside(_newest(connection).size):
        raise NotFound()
    return tile
