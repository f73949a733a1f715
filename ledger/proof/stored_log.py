"""The log of a live database, as the verifier reads it: entries made of the stored rows, tiles as they are kept.

What stands beside an entry in its row (id, cadre, period) is held against what the entry says: reading goes by it.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import zip_longest

from ledger.proof import verify
from ledger.proof.tiles import HEIGHT, MOST_ENTRY, WIDTH, Tile
from ledger.recording import log
from ledger.recording.database import Connection

REFERRING = {
    "withdrawn": "submission",
    "reviewed": "submission",
    "score_corrected": "score",
    "annulled": "event",
    "acknowledged": "event",
    "admonition_reviewed": "admonition",
    "appeal_decided": "appeal",
}
"""Types whose period is that of the event they refer to, and the field that names it."""


_COLUMNS = "position, stream, version, type, schema, recorded_at, prev, state, id, cadre, period, leaf"
Columns = tuple[int, str, int, str, int, str, str, bytes, str, str | None, str | None, str]


class StoredLog:
    """The log up to a size (``verify.Source``). Findings about what it is not asked for go into the report."""

    def __init__(self, connection: Connection, errors: tuple[type[Exception], ...], report: verify.Report) -> None:
        """``errors``: what the connection raises where the database cannot be read."""
        self._connection = connection
        self._errors: tuple[type[Exception], ...] = (*errors, ValueError, TypeError, AttributeError)  # of any content
        self._report = report
        self._origin = ""
        self._leaves: list[str] = []

    def tile(self, kind: str, index: int, width: int) -> bytes | None:
        """The bytes of a tile, fewer where rows are missing or unreadable. Entries are asked for in order."""
        if kind != "entries":
            return self._hashes(Tile(int(kind), index, width))
        first = index * WIDTH
        self._leaves = []
        try:
            return self._bundle(first, first + width)
        except self._errors:
            self._leaves = []
            return b"".join(self._readable(first, first + width))

    def _bundle(self, after: int, to: int) -> bytes:
        between = f"SELECT {_COLUMNS} FROM events WHERE position > ? AND position <= ? ORDER BY position"
        rows: list[Columns] = list(self._connection.execute(between, (after, to)))
        octets = b"".join(self._entries(rows, after))
        self._check_columns(rows)
        self._leaves += [row[11] for row in rows]
        return octets

    def _readable(self, after: int, to: int) -> Iterator[bytes]:
        """The entries before the first that cannot be read."""
        with suppress(*self._errors):
            for position in range(after, to):
                yield self._bundle(position, position + 1)

    def _hashes(self, tile: Tile) -> bytes | None:
        """A tile, held against what it is made of: the leaves beside the events just read, the roots of tiles below."""
        assert tile.level is not None
        try:
            octets = log.read_tile(self._connection, tile)
            below = self._leaves if tile.level == 0 else self._roots(tile)
        except self._errors:
            return None
        if octets.hex() != "".join(below):
            self._check_below(tile, octets, below)
        return octets

    def _roots(self, tile: Tile) -> list[str]:
        assert tile.level is not None
        found = log.hashes_below(self._connection, tile.level, tile.index, tile.width)
        return [root.hex() for root in found]

    def _check_below(self, tile: Tile, octets: bytes, below: Sequence[str]) -> None:
        assert tile.level is not None
        kept = [octets[at : at + 32].hex() for at in range(0, len(octets), 32)]
        for at, (above, beside) in enumerate(zip_longest(kept, below, fillvalue=""), tile.index * WIDTH):
            if above != beside:
                what = "the leaf beside the event" if tile.level == 0 else f"the root of the tile {tile.level - 1}/{at}"
                self._report.fail(verify.CONTENTS, (at << HEIGHT * tile.level) + 1, what, above, beside)

    def check_kept(self, size: int) -> None:
        """The kept tiles of every level are the first ones, and full."""
        found = self._connection.execute("SELECT level, MIN(idx), MAX(idx), COUNT(*) FROM tiles GROUP BY level")
        for level, first, last, count in found:
            full = size >> HEIGHT * (level + 1) if 0 <= level < 8 else 0
            if (first, last) != (0, count - 1) or count > full:
                kept = f"{count} between {first} and {last}"
                self._report.fail(verify.CONTENTS, None, f"the tiles of level {level}", f"the first of {full}", kept)

    def _entries(self, rows: Iterable[Columns], first: int) -> Iterator[bytes]:
        """Each after its length, up to the first position that is missing."""
        for place, row in enumerate(rows, first + 1):
            position, stream, version, type_, schema, recorded_at, prev, state = row[:8]
            if stream == "ledger" and type_ in log.OF_ORIGIN:
                self._origin = _origin(state)
            head = f"{self._origin}\n{place - 1}\n{stream}\n{version}\n{type_}\n{schema}\n{recorded_at}\n{prev}\n"
            entry = head.encode("utf-8", "replace") + state
            if position != place or len(entry) > MOST_ENTRY:
                return
            yield len(entry).to_bytes(2, "big") + entry

    def _check_columns(self, rows: Sequence[Columns]) -> None:
        told = [_told(row) for row in rows]
        referred = self._periods([said for row, said in zip(rows, told, strict=True) if row[3] in REFERRING])
        for (position, stream, _, type_, _, _, _, state, id_, cadre, period, _), said in zip(rows, told, strict=True):
            if not state.startswith(b'{"id":"%s",' % id_.encode()):
                self._fail(position, "id", "that of its state", id_)
            if cadre != (stream[6:] if stream.startswith("cadre:") else None):
                self._fail(position, "cadre", f"that of {stream}", cadre)
            if period != ((referred.get(said) if type_ in REFERRING else said) or None):
                self._fail(position, "period", said, period)

    def _periods(self, ids: Sequence[str]) -> dict[str, str | None]:
        if not ids:
            return {}
        marks = ", ".join("?" * len(ids))
        return dict(iter(self._connection.execute(f"SELECT id, period FROM events WHERE id IN ({marks})", ids)))

    def _fail(self, position: int, column: str, expected: object, found: object) -> None:
        self._report.fail(verify.CHAINS, position, f"the column {column} of the event", expected, found)


def _told(row: Columns) -> str:
    """The period that an event states itself, or the id of the event whose period is its own."""
    stream, type_, state = row[1], row[3], row[7]
    if type_ in REFERRING:
        field = REFERRING[type_].encode()
    elif stream.startswith("round:"):
        return stream.rpartition(":")[2]
    else:
        field = b"period"
    mark = b'"%s":"' % field  # no text can hold these bytes: its quotes are escaped
    at = state.find(mark) + len(mark)
    return state[at : state.index(b'"', at)].decode("utf-8", "replace") if at >= len(mark) else ""


def _origin(state: bytes) -> str:
    """Empty where the state is no event's: a finding of another check."""
    try:
        return str(json.loads(state)["data"]["origin"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
