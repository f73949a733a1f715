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


_COLUMNS = "position, stream, version, type, schema, recorded_at, prev, state, id, cadre, period"
Columns = tuple[int, str, int, str, int, str, str, bytes, str, str | None, str | None]


class StoredLog:
    """The log up to a size (``verify.Source``). Findings about what it is not asked for go into the report."""

    def __init__(self, connection: Connection, errors: tuple[type[Exception], ...], report: verify.Report) -> None:
        """``errors``: what the connection raises where the database cannot be read."""
        self._connection = connection
        self._errors = errors
        self._report = report
        self._origin = ""

    def tile(self, kind: str, index: int, width: int) -> bytes | None:
        """The bytes of a tile, fewer where rows are missing or unreadable. Entries are asked for in order."""
        if kind != "entries":
            return self._hashes(Tile(int(kind), index, width))
        first = index * WIDTH
        try:
            rows = self._rows(first, first + width)
        except self._errors:
            rows = list(self._readable(first, first + width))
        self._check_columns(rows)
        return b"".join(self._entries(rows, first))

    def _rows(self, after: int, to: int) -> list[Columns]:
        between = f"SELECT {_COLUMNS} FROM events WHERE position > ? AND position <= ? ORDER BY position"
        return list(self._connection.execute(between, (after, to)))

    def _readable(self, after: int, to: int) -> Iterator[Columns]:
        """The rows before the first that cannot be read."""
        with suppress(*self._errors):
            for position in range(after, to):
                yield from self._rows(position, position + 1)

    def _hashes(self, tile: Tile) -> bytes | None:
        """A kept tile, held against what it was made of: the leaves beside the events, the roots of the tiles below."""
        assert tile.level is not None
        try:
            octets = log.read_tile(self._connection, tile)
            below = log.hashes_below(self._connection, tile.level, tile.index, tile.width)
        except (*self._errors, ValueError):  # not hexadecimal
            return None
        if octets != b"".join(below):
            self._check_below(tile, octets, below)
        return octets

    def _check_below(self, tile: Tile, octets: bytes, below: Sequence[bytes]) -> None:
        assert tile.level is not None
        kept = [octets[at : at + 32] for at in range(0, len(octets), 32)]
        for at, (above, beside) in enumerate(zip_longest(kept, below, fillvalue=b""), tile.index * WIDTH):
            if above != beside:
                what = "the leaf beside the event" if tile.level == 0 else f"the root of the tile {tile.level - 1}/{at}"
                position = (at << HEIGHT * tile.level) + 1
                self._report.fail(verify.CONTENTS, position, what, above.hex(), beside.hex())

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
        for (position, stream, _, type_, _, _, _, state, id_, cadre, period), said in zip(rows, told, strict=True):
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
    _, found, rest = state.partition(b'"%s":"' % field)  # no text can hold these bytes: its quotes are escaped
    return rest.partition(b'"')[0].decode("utf-8", "replace") if found else ""


def _origin(state: bytes) -> str:
    """Empty where the state is no event's: a finding of another check."""
    try:
        return str(json.loads(state)["data"]["origin"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
