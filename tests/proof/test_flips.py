"""Bits of a ledger's file flipped one at a time: what changes anything that is proven is reported, nothing crashes."""

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random

from ledger.errors import Unavailable
from tests.proof.live import Live, checked

FLIPS = int(os.environ.get("LEDGER_TEST_FLIPS", "150"))
VIEWS = ("roster", "monthly", "quarterly", "annual", "duties", "submissions", "rounds")
PROVEN = {
    "events": "*",
    "tiles": "*",
    "head": "*",
    "checkpoints": "number, size, note, vkeys",
    **dict.fromkeys(VIEWS, "*"),
}
UNREADABLE = (sqlite3.Error, UnicodeDecodeError)
"""The latter where even the driver's message about it cannot be read."""
Contents = dict[str, list[tuple[object, ...]]]


def contents(file: Path) -> Contents | None:
    """Every row of what is proven, read by a plain reader past all indexes; None where it can no longer read them."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as connection:
            connection.text_factory = bytes
            found = {
                table: connection.execute(f"SELECT {columns} FROM {table} NOT INDEXED")
                for table, columns in PROVEN.items()
            }
            return {table: sorted(rows, key=repr) for table, rows in found.items()}
    except UNREADABLE:
        return None


def definitions(file: Path) -> list[tuple[object, ...]] | None:
    """What the tables and indexes are called and made of."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as connection:
            return connection.execute("SELECT name, sql FROM sqlite_schema").fetchall()
    except UNREADABLE:
        return None


def whole(file: Path) -> bool:
    """Whether SQLite itself finds nothing wrong, in its indexes and free pages either."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as connection:
            return [*connection.execute("PRAGMA integrity_check")] == [("ok",)]
    except UNREADABLE:
        return False


def flipped(octets: bytes, random: Random) -> bytes:
    bit = random.randrange(8 * len(octets))
    changed = bytearray(octets)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def verdict(live: Live) -> str:
    """``sound``, ``unsound``, or ``unreadable`` where it could not run."""
    try:
        return "sound" if checked(live.address, live.unremembered).report.sound else "unsound"
    except Unavailable:
        return "unreadable"


def test_a_flipped_bit_is_reported_if_it_changes_anything(live: Live, tmp_path: Path) -> None:
    """And what changes nothing is not; exit 2, could not run, is a report too.

    Whether the name of a table, index or column matters depends on who asks for it: it must be answered, no more.
    """
    kept = Path(live.address.removeprefix("sqlite:///"))
    octets, random = kept.read_bytes(), Random(6)
    before, defined = contents(kept), definitions(kept)
    outcomes = {"sound": 0, "unsound": 0, "unreadable": 0}
    for flip in range(FLIPS):
        file = tmp_path / f"{flip}.db"  # each its own: SQLite's files beside it are not to be mixed up
        file.write_bytes(flipped(octets, random))
        after, sane, named = contents(file), whole(file), definitions(file) == defined
        said = verdict(replace(live, address=f"sqlite:///{file}"))
        outcomes[said] += 1
        assert not named or (said == "sound") == (after == before and sane), flip
        for left in tmp_path.glob(f"{flip}.db*"):
            left.unlink()
    assert before is not None
    assert min(outcomes.values()) > 0, outcomes
