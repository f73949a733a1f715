"""One rebuild at a time, and what happens to the one that was killed."""

from contextlib import closing
from pathlib import Path

import psutil
import pytest

from ledger.recording.computing import SHARE
from ledger.recording.opening import open_database
from ledger.recording.rebuilding import RebuildUnderway, drop_leftovers
from tests.backends import raw
from tests.cli.running import Shell
from tests.rebuild.office import Told
from tests.rebuild.processes import ended, halted, process
from tests.rebuild.views import check_live, differences, generations, live, rebuilt, rows_of


def leave_a_ghost(address: str) -> None:
    """A row in the views that are being made, that only what drops them takes away."""
    with raw(address) as connection:
        connection.execute("INSERT INTO roster_1 (key, cadre, body) VALUES ('ghost', 'an', '{}')")


def test_a_second_rebuild_is_refused_until_the_first_is_gone(told: Told, tmp_path: Path) -> None:
    before = rows_of(told.address)
    with halted(told.address) as first:
        with pytest.raises(RebuildUnderway):
            rebuilt(told.address)
        line = Shell(tmp_path).fails(1, "rebuild", "--database", told.address)
        assert line.startswith("rebuild-underway: ")
        assert differences(told.address) == []
        leave_a_ghost(told.address)
        with closing(open_database(told.address)) as database:
            drop_leftovers(database)
        assert (live(told.address), generations(told.address)) == (0, {0, 1})
        first.kill()
        first.wait(30)
    assert len(rows_of(told.address, 1)["roster"]) == SHARE + 1
    assert (rows_of(told.address), differences(told.address)) == (before, [])
    rebuilt(told.address)
    assert (live(told.address), rows_of(told.address)) == (1, before)


def test_what_a_killed_one_left_is_dropped(told: Told) -> None:
    with halted(told.address) as killed:
        killed.kill()
        killed.wait(30)
    assert generations(told.address) == {0, 1}
    with closing(open_database(told.address)) as database:
        drop_leftovers(database)
    assert generations(told.address) == {0}
    check_live(told.address)


def test_the_first_goes_on_and_ends_well(told: Told) -> None:
    with halted(told.address) as first:
        with pytest.raises(RebuildUnderway):
            rebuilt(told.address)
        ended(first)
    assert live(told.address) == 1
    check_live(told.address)


def test_the_processes_that_compute_end_with_a_killed_one(told: Told) -> None:
    with process("ledger", "rebuild", "--workers", "2", "--database", told.address) as killed:
        workers: list[psutil.Process] = []
        while len(workers) < 2 and killed.poll() is None:
            children = psutil.Process(killed.pid).children()
            workers = [child for child in children if "--multiprocessing-fork" in child.cmdline()]
        assert len(workers) == 2
        killed.kill()
        killed.wait(30)
    _, alive = psutil.wait_procs(workers, timeout=30)
    assert alive == []
    rebuilt(told.address)
    check_live(told.address)
