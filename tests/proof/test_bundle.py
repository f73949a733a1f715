"""Bundles are written from either database, entry by entry as stored, and prove themselves."""

from contextlib import closing
from pathlib import Path

import pytest

from ledger.errors import Unavailable
from ledger.proof import verify
from ledger.proof.bundle import Evidence, Missing, write_bundle
from ledger.proof.checkpoint import Checkpoint
from ledger.proof.tiles import entry_bundles_of, tiles_of
from ledger.recording.opening import open_database
from ledger.recording.tables import read_head, select_rows
from tests.backends import is_sqlite, raw
from tests.proof.bundles import LOG, ORIGIN, POLICY, VKEY, Log, play, verified, written


def signed(size: int, root: bytes) -> bytes:
    return Checkpoint(ORIGIN, size, root).note().signed(LOG).to_bytes()


def bundle(address: str, folder: Path, size: int | None = None) -> int:
    """Of the ledger as it is, or as if that many events had been signed."""
    with closing(open_database(address)) as database, database.read() as connection:
        head = read_head(connection)
        checkpoint = signed(head.size if size is None else size, head.frontier.root())
        return write_bundle(connection, folder, Evidence(checkpoint, VKEY))


@pytest.fixture
def worked(address: str) -> str:
    play(address)
    return address


def test_a_bundle_holds_the_whole_ledger_and_proves_itself(worked: str, tmp_path: Path) -> None:
    folder = tmp_path / "bundle"

    def evidence(log: Log) -> Evidence:
        earlier = [log.checkpoint(7), log.checkpoint(7, at=600), log.checkpoint(260)]
        return Evidence(log.checkpoint(), VKEY, None, earlier)

    log = written(worked, folder, evidence)
    with closing(open_database(worked)) as database, database.read() as connection:
        rows = list(select_rows(connection, "1 = 1 ORDER BY position"))
        assert [line.to_bytes() for line in log.lines] == [row.entry(ORIGIN) for row in rows]
        assert [leaf.hex() for leaf in log.leaves] == [row.leaf for row in rows]
    size = len(rows)
    assert size > 256
    tiles = {tile.path for tile in [*tiles_of(size), *entry_bundles_of(size)]}
    beside = {"checkpoint", "checkpoints/7", "checkpoints/7.2", "checkpoints/260", "vkey", "verify.py"}
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == tiles | beside
    assert (folder / "verify.py").read_bytes() == Path(verify.__file__).read_bytes()
    verdict = verified(folder)
    assert (verdict.code, verdict.said["events"]) == (0, size)


def test_a_bundle_ends_where_its_checkpoint_ends(worked: str, tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    assert bundle(worked, folder, 100) == 100
    assert verified(folder).found == [(verify.CONTENTS, 1)]  # the root is that of a larger log
    (folder / "checkpoint").write_bytes(Log.read(folder).checkpoint())
    assert verified(folder).code == 0


def test_an_empty_log(address: str, tmp_path: Path) -> None:
    bundle(address, tmp_path / "bundle")
    verdict = verified(tmp_path / "bundle")
    assert (verdict.code, verdict.said["events"]) == (0, 0)


def test_a_bundle_is_written_beside_nothing(worked: str, tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(POLICY)
    with pytest.raises(Unavailable):
        bundle(worked, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_a_ledger_shorter_than_its_checkpoint_gives_no_bundle(worked: str, tmp_path: Path) -> None:
    with closing(open_database(worked)) as database, database.read() as connection:
        size = read_head(connection).size
    with pytest.raises(Missing) as caught:
        bundle(worked, tmp_path / "bundle", size + 1)
    assert caught.value.facts == {"position": size + 1}
    assert not (tmp_path / "bundle" / "checkpoint").exists()


def test_an_event_deleted_from_the_table_gives_no_bundle(worked: str, tmp_path: Path) -> None:
    administer(worked, "DELETE FROM events WHERE position = 42")
    with pytest.raises(Missing) as caught:
        bundle(worked, tmp_path / "bundle")
    assert caught.value.facts == {"position": 42}


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE events SET recorded_at = '2024-01-01T00:00:00.000000Z' WHERE position = 42", [(1, 42), (5, 42)]),
        ("UPDATE events SET type = 'observed' WHERE position = 42", [(1, 42)]),
        ("UPDATE events SET stream = 'cadre:x', version = 1 WHERE position = 42", [(1, 42)]),
        ("UPDATE events SET version = 99 WHERE position = 42", [(1, 42), (6, 42)]),
    ],
)
def test_what_an_administrator_edits_in_the_table_is_found(
    worked: str, tmp_path: Path, statement: str, found: list[tuple[int, int]]
) -> None:
    administer(worked, statement)
    bundle(worked, tmp_path / "bundle")
    verdict = verified(tmp_path / "bundle")
    assert verdict.code == 1
    assert verdict.found[0] == (1, 42)
    assert set(verdict.found) >= set(found)


def administer(address: str, statement: str) -> None:
    """Past the ledger, as who owns the tables may."""
    with raw(address) as connection:
        if is_sqlite(address):
            for (name,) in list(connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
                connection.execute(f"DROP TRIGGER {name}")
        else:
            connection.execute("ALTER TABLE events DISABLE TRIGGER ALL")
        connection.execute(statement)
