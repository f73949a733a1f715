"""The log that the events are: its tiles, kept as it grows, and the checkpoints of it that were published."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ledger.proof.proofs import HashAt
from ledger.proof.tiles import HEIGHT, WIDTH, Tile, hashes_of, write_entries
from ledger.proof.tree import subtree_root
from ledger.recording.codec import StoredRow
from ledger.recording.database import Connection
from ledger.recording.tables import select_rows

PAGE = 1_024
OF_ORIGIN = ("founded", "origin_declared")


def keep_tiles(connection: Connection, size: int) -> None:
    """Keep the full tiles of a log of this size that are not kept yet; as far as its rows are there."""
    level, full = 0, size >> HEIGHT
    while full:
        (first,) = connection.execute(
            "SELECT COALESCE(MAX(idx) + 1, 0) FROM tiles WHERE level = ?", (level,)
        ).fetchone()
        for index in range(first, full):
            hashes = hashes_below(connection, level, index, WIDTH)
            if len(hashes) != WIDTH:
                return
            connection.execute(
                "INSERT INTO tiles (level, idx, hashes, root) VALUES (?, ?, ?, ?)",
                (level, index, b"".join(hashes), subtree_root(hashes)),
            )
        level, full = level + 1, full >> HEIGHT


def hashes_below(connection: Connection, level: int, index: int, width: int) -> list[bytes]:
    """The hashes of a tile, from the events or from the tiles below, whether it is kept or not."""
    span = (index * WIDTH, index * WIDTH + width)
    if level == 0:
        found = connection.execute(
            "SELECT leaf FROM events WHERE position > ? AND position <= ? ORDER BY position", span
        )
        return [bytes.fromhex(leaf) for (leaf,) in found]
    found = connection.execute(
        "SELECT root FROM tiles WHERE level = ? AND idx >= ? AND idx < ? ORDER BY idx", (level - 1, *span)
    )
    return [bytes(root) for (root,) in found]


def read_tile(connection: Connection, tile: Tile) -> bytes:
    """The bytes of a tile of hashes that lies inside the log."""
    if tile.level is None:
        raise ValueError("entries are read with read_entries")
    if tile.width == WIDTH:
        kept = connection.execute(
            "SELECT hashes FROM tiles WHERE level = ? AND idx = ?", (tile.level, tile.index)
        ).fetchone()
        if kept is not None:
            return bytes(kept[0])
    return b"".join(hashes_below(connection, tile.level, tile.index, tile.width))


def read_entries(connection: Connection, tile: Tile) -> bytes:
    """A bundle of entries that lies inside the log."""
    first = tile.index * WIDTH
    rows = select_rows(connection, "position > ? AND position <= ? ORDER BY position", first, first + tile.width)
    return write_entries([row.entry(origin) for row, origin in with_origins(rows, origin_before(connection, first))])


def hash_at(connection: Connection, size: int) -> HashAt:
    """What proofs about a log of this size are made from; reads each tile once."""
    return hashes_of(size, lru_cache(maxsize=None)(lambda tile: read_tile(connection, tile)))


def origin_before(connection: Connection, index: int) -> str:
    """The origin in force before the entry of an index; empty before the founding."""
    row = next(
        select_rows(
            connection,
            f"stream = 'ledger' AND type IN {OF_ORIGIN} AND position <= ? ORDER BY position DESC LIMIT 1",
            index,
        ),
        None,
    )
    return _stated(row) if row is not None else ""


def origins(connection: Connection, size: int) -> list[str]:
    """The origins of a log of this size, in order."""
    rows = select_rows(
        connection, f"stream = 'ledger' AND type IN {OF_ORIGIN} AND position <= ? ORDER BY position", size
    )
    return [_stated(row) for row in rows]


def sealed_after(connection: Connection, position: int) -> bool:
    found = connection.execute("SELECT 1 FROM events WHERE type = 'sealed' AND position > ? LIMIT 1", (position,))
    return found.fetchone() is not None


def with_origins(rows: Iterable[StoredRow], origin: str = "") -> Iterator[tuple[StoredRow, str]]:
    """Rows in order, each with the origin in force, first the one before them; who states one stands under it."""
    for row in rows:
        if row.topic in OF_ORIGIN and row.originator_id == "ledger":
            origin = _stated(row)
        yield row, origin


def _stated(row: StoredRow) -> str:
    return str(json.loads(row.state)["data"]["origin"])


def rows_between(connection: Connection, after: int, to: int) -> Iterator[StoredRow]:
    """Events after a position up to another, in order and in pages; ends early where one page is missing."""
    while after < to:
        page = list(
            select_rows(connection, "position > ? AND position <= ? ORDER BY position LIMIT ?", after, to, PAGE)
        )
        yield from page
        after = page[-1].position if page else to


@dataclass(frozen=True, slots=True)
class Published:
    """A checkpoint as it was published: the signed note, and the vkeys (one a line) that it was signed with."""

    number: int
    size: int
    note: bytes
    vkeys: bytes
    made_at: str


_COLUMNS = "number, size, note, vkeys, made_at"


def publish(connection: Connection, size: int, note: bytes, vkeys: bytes, made_at: str) -> None:
    connection.execute(
        f"INSERT INTO checkpoints ({_COLUMNS}) SELECT COALESCE(MAX(number), 0) + 1, ?, ?, ?, ? FROM checkpoints",
        (size, note, vkeys, made_at),
    )


def newest_checkpoint(connection: Connection) -> Published | None:
    return next(checkpoints(connection, newest_first=True), None)


def checkpoints(connection: Connection, *, newest_first: bool = False) -> Iterator[Published]:
    """All that were published, in order."""
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM checkpoints ORDER BY number {'DESC' if newest_first else 'ASC'}"
    )
    for number, size, note, vkeys, made_at in found:
        yield Published(number, size, bytes(note), bytes(vkeys), made_at)


def vkeys_of(published: Iterable[Published]) -> list[str]:
    """The vkeys that checkpoints were signed with, each once, as lines."""
    lines = (line for made in published for line in made.vkeys.decode("utf-8", "replace").splitlines(keepends=True))
    return list(dict.fromkeys(lines))


def checkpoints_before(connection: Connection, number: int | None, limit: int) -> list[Published]:
    """So many of those published before one of a number, or of all, the newest first."""
    where, given = ("WHERE number < ?", (number,)) if number is not None else ("", ())
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM checkpoints {where} ORDER BY number DESC LIMIT ?", (*given, limit)
    )
    return [Published(number, size, bytes(note), bytes(vkeys), at) for number, size, note, vkeys, at in found]


def copy_checkpoints(reading: Connection, writing: Connection) -> None:
    """Replace the checkpoints by those of another database."""
    writing.execute("DELETE FROM checkpoints")
    writing.executemany(
        f"INSERT INTO checkpoints ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)",
        [(made.number, made.size, made.note, made.vkeys, made.made_at) for made in checkpoints(reading)],
    )


def read_divergence(connection: Connection) -> str | None:
    """Why nothing may be appended or signed; None where nothing contradicts the ledger."""
    found = connection.execute("SELECT reason FROM divergence").fetchone()
    return str(found[0]) if found is not None else None


def mark_divergence(connection: Connection, reason: str | None) -> None:
    connection.execute("DELETE FROM divergence")
    if reason is not None:
        connection.execute("INSERT INTO divergence (one, reason) VALUES (1, ?)", (reason,))
