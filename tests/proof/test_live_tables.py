"""What stands beside the events in the database, edited there: rows, columns, hashes, views, head, checkpoints."""

from dataclasses import replace
from pathlib import Path

import pytest

from ledger.proof.key_files import create_key
from ledger.service.verifying import Given
from tests.backends import postgres_only
from tests.cli.running import Shell
from tests.proof.attacks import documented, table
from tests.proof.bundles import STRANGER, VKEY
from tests.proof.live import Live, administer, checked, newest, publish_alone, signed

DOCUMENTED = table("### What stands beside the events")
AT = 160
"""A position of the second quarter at which a cadre's score stands."""
COLUMN, HASH = (6, AT), (1, AT)
STATEMENTS: dict[str, dict[str, tuple[int, int | None]]] = {
    "edit the column id": {f"UPDATE events SET id = 'x' WHERE position = {AT}": COLUMN},
    "edit the column cadre": {
        f"UPDATE events SET cadre = 'c17' WHERE position = {AT}": COLUMN,
        f"UPDATE events SET cadre = NULL WHERE position = {AT}": COLUMN,
    },
    "edit the column period": {
        f"UPDATE events SET period = '2024-01' WHERE position = {AT}": COLUMN,
        f"UPDATE events SET period = NULL WHERE position = {AT}": COLUMN,
    },
    "edit a leaf": {
        f"UPDATE events SET leaf = prev WHERE position = {AT}": HASH,
        f"UPDATE events SET leaf = 'x' WHERE position = {AT}": HASH,
        "UPDATE events SET leaf = prev WHERE position = 300": (1, 300),
    },
    "edit a tile": {
        "UPDATE tiles SET hashes = root": (1, 1),
        "UPDATE tiles SET root = substr(hashes, 1, 32)": (1, 1),
        "UPDATE tiles SET idx = 1": (1, None),
    },
    "edit a view": {
        "UPDATE monthly SET body = replace(body, '2025-05', '2025-04') WHERE cadre = 'c07'": (7, None),
        "UPDATE quarterly SET grp = 'other'": (7, None),
        "DELETE FROM duties": (7, None),
        "UPDATE monthly SET points = points + 1": (7, None),
        "INSERT INTO roster (key, cadre, body) VALUES ('x', 'x', '{}')": (7, None),
        "UPDATE rounds SET body = '{}'": (7, None),
    },
    "edit the head": {
        "UPDATE head SET frontier = (SELECT substr(root, 1, 1) FROM tiles)": (1, None),
        "UPDATE head SET size = size + 256": (1, 304),
        "DELETE FROM head": (1, None),
    },
    "edit the head's time": {"UPDATE head SET recorded_at = '2025-01-01T00:00:00.000000Z'": (5, 303)},
    "edit the head's views": {"UPDATE head SET views_generation = 9": (7, None)},
    "edit a checkpoint": {
        "UPDATE checkpoints SET note = vkeys WHERE number = 1": (2, None),
        "UPDATE checkpoints SET size = 7 WHERE number = 2": (2, None),
        "UPDATE checkpoints SET vkeys = note WHERE number = 1": (2, None),
        "UPDATE checkpoints SET number = 9 WHERE number = 1": (2, None),
        "DELETE FROM checkpoints WHERE number = 1": (2, None),
    },
}


@pytest.mark.parametrize(
    ("attack", "statement"), [(attack, statement) for attack, made in STATEMENTS.items() for statement in made]
)
def test_it_is_told(live: Live, tmp_path: Path, attack: str, statement: str) -> None:
    copy = live.copy(tmp_path / "copy")
    administer(copy.address, statement)
    verdict = checked(copy.address, copy.unremembered)
    assert documented(DOCUMENTED[attack][0], live=True) <= verdict.checks
    assert STATEMENTS[attack][statement] in verdict.found, verdict.found


def test_the_document_has_every_attack_and_no_other() -> None:
    others = {"add an event after the head", "remove all checkpoints", "sign with another key"}
    assert set(DOCUMENTED) == {*STATEMENTS, *others}


def test_a_view_is_named_by_its_row(live: Live, tmp_path: Path) -> None:
    copy = live.copy(tmp_path / "copy")
    administer(copy.address, "UPDATE monthly SET body = '{}' WHERE cadre = 'c07' AND period = '2025-05'")
    verdict = checked(copy.address, copy.files)
    assert verdict.found == [(7, None)]
    assert {"monthly", "c07"} <= set(verdict.told.replace("/", " ").split())


def test_an_event_after_the_head(live: Live, tmp_path: Path) -> None:
    copy = live.copy(tmp_path / "copy")
    columns = "type, schema, recorded_at, cadre, period, prev, leaf, state"
    administer(
        copy.address,
        f"""INSERT INTO events (position, id, stream, version, {columns})
        SELECT 304, 'x', stream, 999, {columns} FROM events WHERE position = {AT}""",
    )
    verdict = checked(copy.address, copy.unremembered)
    assert documented(DOCUMENTED["add an event after the head"][0], live=True) <= verdict.checks
    assert (5, 304) in verdict.found


def test_no_checkpoint_is_left(live: Live, tmp_path: Path) -> None:
    copy = live.copy(tmp_path / "copy")
    administer(copy.address, "DELETE FROM checkpoints")
    assert any("nobody has signed" in notice for notice in checked(copy.address, copy.files).report.notices)
    (tmp_path / "policy").write_text("quorum none\n")
    verdict = checked(copy.address, replace(copy.files, policy=tmp_path / "policy"))
    assert verdict.checks == documented(DOCUMENTED["remove all checkpoints"][0], live=True)


def test_another_key_in_the_place_of_the_logs(live: Live, tmp_path: Path) -> None:
    """In the database and beside it; a vkey from elsewhere shows it."""
    copy = live.copy(tmp_path / "copy")
    vkey, key = tmp_path / "vkey", tmp_path / "other.key"
    vkey.write_bytes(VKEY)
    create_key(key, STRANGER)
    publish_alone(copy.address, live.log, live.log.checkpoint(by=[STRANGER]))
    administer(copy.address, "UPDATE checkpoints SET vkeys = ?", f"{STRANGER.verifier.vkey}\n".encode())
    files = replace(copy.files, keys=key)
    assert checked(copy.address, files).found == []
    verdict = checked(copy.address, files, Given(vkeys=vkey))
    assert verdict.checks == documented(DOCUMENTED["sign with another key"][0], live=True)


def test_the_command_says_so_and_ends_with_its_code(live: Live, tmp_path: Path) -> None:
    copy = live.copy(tmp_path / "copy")
    shell = Shell(tmp_path / "copy")
    sound = shell("verify", "--workers", "1")
    assert (sound.code, sound.out.splitlines()[-1]) == (0, "sound"), sound
    administer(copy.address, f"UPDATE events SET period = NULL WHERE position = {AT}")
    unsound = shell("verify", "--workers", "2")
    assert unsound.code == 1
    assert f"UNSOUND 6 chains, position {AT}: the column period" in unsound.out
    (tmp_path / "since").write_bytes(newest(live.address))
    assert shell("verify", "--since", str(tmp_path / "since"), str(tmp_path / "gone"), "--workers", "1").code == 2
    (keys := tmp_path / "copy" / "ledger.db.key").touch(0o600)
    assert "does not hold signer keys" in shell.fails(2, "verify")
    keys.unlink()
    (tmp_path / "copy" / "ledger.db").write_bytes(b"no database" * 999)
    line = shell.fails(2, "verify")
    assert "not a database" in line


@postgres_only
@pytest.mark.parametrize("attack", ["edit the column period", "edit a leaf", "edit a view", "edit the head's time"])
def test_the_same_on_the_other_database(address: str, tmp_path: Path, attack: str) -> None:
    live = signed(address, tmp_path)
    statement, told = next(iter(STATEMENTS[attack].items()))
    administer(address, statement)
    assert told in checked(address, live.unremembered).found
