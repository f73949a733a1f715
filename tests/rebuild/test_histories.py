"""Views made anew are those written live: on random histories, with appends meanwhile, by one process or two."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.backends import NewAddress
from tests.cli.running import Shell
from tests.properties.histories import History, Op, Played, World, all_ops, histories
from tests.rebuild.office import Later, Told
from tests.rebuild.views import check_live, differences, live, rebuilt, rows_of

quick = settings(
    max_examples=max(1, int(os.environ.get("LEDGER_TEST_EXAMPLES", "16")) // 5),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@quick
@given(history=histories, percent=st.integers(0, 100))
def test_views_made_anew_are_those_written_live(new_address: NewAddress, history: History, percent: int) -> None:
    """Part of the history is played while they are made; then they are made once more with nothing going on."""
    note(str(history))
    world, played, ops = World(new_address()), Played(), list(all_ops(history))
    later = ops[len(ops) * percent // 100 :]
    with world.open() as ledger:
        world.enter(ledger)

        def play(some: list[Op]) -> None:
            while some:
                for command in world.commands(some.pop(0)):
                    played.take(command, command.submit(ledger))

        play(ops[: len(ops) - len(later)])
        rebuilt(world.address, report=lambda done, of: play(later))
        assert rows_of(world.address, 1) == rows_of(world.address, 0)
        play(later)
        before = rows_of(world.address)
        assert rebuilt(world.address) == ledger.queries.ready()
    assert rows_of(world.address) == before
    assert differences(world.address) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_the_command_makes_them_anew_and_agrees(told: Told, tmp_path: Path, workers: int) -> None:
    shell, before = Shell(tmp_path), rows_of(told.address)
    options = ("--workers", str(workers), "--database", told.address)
    ran = shell("rebuild", *options)
    with Later(told) as office:
        position = office.ledger.queries.ready()
    assert (ran.code, ran.out, ran.err) == (0, f"the views were made anew up to position {position}\n", "")
    assert (live(told.address), rows_of(told.address)) == (1, before)
    checked = shell("rebuild", "--check", *options)
    assert (checked.code, checked.out, checked.err) == (0, "all rows agree\n", "")
    check_live(told.address)


def test_a_ledger_without_events_has_empty_views(address: str) -> None:
    assert rebuilt(address) == 0
    assert not any(rows_of(address).values())
    assert differences(address) == []


def test_what_was_appended_live_after_a_switch_is_written_to_the_new_views(told: Told) -> None:
    with Later(told) as office:
        office.work()
        old = rows_of(told.address)
        rebuilt(told.address)
        for _ in range(24):
            office.work()
        assert rows_of(told.address, 0) == old
        assert rows_of(told.address) != old
    check_live(told.address)
