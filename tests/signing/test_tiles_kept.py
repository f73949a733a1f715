"""Full tiles are kept as the log grows, made later for a ledger that has none, and go the way of their events."""

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from ledger.proof.log_files import LogFiles
from ledger.proof.tiles import WIDTH, tiles_of
from ledger.recording.log import keep_tiles, read_tile
from ledger.recording.opening import open_database
from tests.backends import raw
from tests.http.serving import Server, ndjson
from tests.office import Office, refused
from tests.signing.signed import Kept
from tests.signing.signed import position as head

Row = tuple[int, int, bytes, bytes]


def tiles(address: str) -> list[Row]:
    with raw(address) as connection:
        found = connection.execute("SELECT level, idx, hashes, root FROM tiles ORDER BY level, idx").fetchall()
    return [(level, index, bytes(hashes), bytes(root)) for level, index, hashes, root in found]


def fill(office: Office, size: int) -> None:
    """Append until the ledger has this size."""
    while head(office.ledger) < size:
        office.talk("an", "2025-01")


def talk(cadre: str = "an") -> dict[str, object]:
    held = {"held_on": "2025-01-01", "purpose": "feedback", "summary": "谈话"}
    return {"cadre": cadre, "type": "talk_held", "period": "2025-01", **held}


def test_the_tile_is_kept_with_the_event_that_fills_it(kept: Kept) -> None:
    with kept.office(signing=False) as office:
        fill(office, WIDTH - 1)
        assert tiles(kept.address) == []
        fill(office, WIDTH)
        ((level, index, hashes, _),) = tiles(kept.address)
        assert (level, index, len(hashes)) == (0, 0, 32 * WIDTH)
        fill(office, 2 * WIDTH + 1)
    assert [row[:2] for row in tiles(kept.address)] == [(0, 0), (0, 1)]


def test_dry_runs_and_what_is_rolled_back_leave_none(kept: Kept) -> None:
    with kept.office(signing=False) as office:
        fill(office, WIDTH - 1)
        caller = office.callers["organiser"]
        lines = ndjson([talk(), talk()]).splitlines(keepends=True)
        spoiled = ndjson([talk(), talk(), talk("nobody")]).splitlines(keepends=True)
        assert [line.status for line in office.ledger.appending.append_lines(caller, lines, dry_run=True)]
        outcomes = office.ledger.appending.append_atomically(caller, spoiled)
        assert outcomes[-1].refusal is not None
        with refused("unknown-cadre"):
            office.talk("nobody", "2025-01")
        assert head(office.ledger) == WIDTH - 1
        assert tiles(kept.address) == []
        assert len(office.ledger.appending.append_atomically(caller, lines)) == 2
        assert [row[:2] for row in tiles(kept.address)] == [(0, 0)]


def test_serving_a_ledger_without_tiles_makes_them(kept: Kept) -> None:
    with kept.office(signing=False) as office:
        fill(office, 2 * WIDTH + 10)
    made = tiles(kept.address)
    assert len(made) == 2
    for removed in ("idx >= 0", "idx = 1"):
        with raw(kept.address) as connection:
            connection.execute(f"DELETE FROM tiles WHERE {removed}")
        assert tiles(kept.address) != made
        with Server(kept.address):
            pass
        assert tiles(kept.address) == made


def test_a_copy_has_the_same_tiles_and_checkpoints(kept: Kept) -> None:
    with kept.office() as office:
        fill(office, WIDTH + 10)
    copy = f"sqlite:///{kept.back_up()}"
    assert tiles(copy) == tiles(kept.address) != []
    assert Kept(copy, kept.folder).published() == kept.published() != []


def test_a_log_without_kept_tiles_is_served_all_the_same(kept: Kept) -> None:
    with kept.office(signing=False) as office:
        fill(office, WIDTH + 10)
    ((_, _, hashes, _),) = tiles(kept.address)
    with raw(kept.address) as connection:
        connection.execute("DELETE FROM tiles")
    with closing(open_database(kept.address)) as database, database.read() as connection:
        first, *_ = tiles_of(WIDTH + 10)
        assert read_tile(connection, first) == hashes


@pytest.mark.parametrize("steps", [(WIDTH**2 + WIDTH + 3,), (WIDTH, WIDTH**2 - 1, WIDTH**2, WIDTH**2 + WIDTH + 3)])
def test_the_levels_above_are_kept_as_log_files_write_them(steps: tuple[int, ...], tmp_path: Path) -> None:
    """At once or step by step, on tables of nothing but leaves."""
    leaves = [sha256(b"%d" % index).digest() for index in range(steps[-1])]
    files = LogFiles(tmp_path)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE events (position INTEGER PRIMARY KEY, leaf TEXT)")
        connection.execute("CREATE TABLE tiles (level, idx, hashes, root, PRIMARY KEY (level, idx))")
        rows = [(position, leaf.hex()) for position, leaf in enumerate(leaves, 1)]
        connection.executemany("INSERT INTO events VALUES (?, ?)", rows)
        for size in steps:
            keep_tiles(connection, size)
        for leaf in leaves:
            files.append(b"", leaf)
        files.close()
        for tile in tiles_of(steps[-1]):
            assert read_tile(connection, tile) == (tmp_path / tile.path).read_bytes()
        (kept,) = connection.execute("SELECT COUNT(*) FROM tiles").fetchone()
        assert kept == WIDTH + 1 + 1
