"""Laws of every history: rebuild equals live, a retry adds nothing, two clients agree, refusals leave no trace.

``LEDGER_TEST_EXAMPLES`` sets how many histories each law is tried on.
"""

import os
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from hypothesis import HealthCheck, given, note, settings

from ledger.errors import Refusal
from ledger.recording.database import Database
from ledger.service.ledger import Ledger
from tests.backends import NewAddress, discard, is_sqlite, raw
from tests.properties.histories import CADRES, Command, History, Played, World, all_ops, histories, receipts, replayed
from tests.properties.recompute import check, stored_views
from tests.recording.inside import TABLES, application, opened

quick = settings(
    max_examples=int(os.environ.get("LEDGER_TEST_EXAMPLES", "16")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
CHANGES = {
    True: "PRAGMA data_version",
    False: "SELECT "
    + ", ".join(f"(SELECT (count(*), max(xmin::text::bigint))::text FROM {table})" for table in TABLES),
}
"""Where SQLite (True) and PostgreSQL show that another connection has changed a row."""


@contextmanager
def a_world(new_address: NewAddress, history: History) -> Iterator[World]:
    note(str(history))
    world = World(new_address())
    yield world
    discard(world.address)


def head(database: Database) -> tuple[Any, ...]:
    with database.read() as connection:
        found: tuple[Any, ...] = connection.execute("SELECT * FROM head").fetchone()
        return found


def retry_all(played: Played, ledger: Ledger) -> None:
    """Every accepted command again: the first receipt, and nothing added."""
    before = head(application(ledger).database)
    for command, first in played.accepted:
        outcome = command.submit(ledger).result()
        assert (receipts(outcome), replayed(outcome)) == (first, True), command.name
    assert head(application(ledger).database) == before


@quick
@given(history=histories)
def test_stored_views_equal_those_computed_from_all_events(new_address: NewAddress, history: History) -> None:
    """Live, seen by a ledger that did nothing else, and from scratch."""
    with a_world(new_address, history) as world, world.open() as ledger:
        world.enter(ledger)
        played = Played()
        for op in all_ops(history):
            for command in world.commands(op):
                played.take(command, command.submit(ledger))
        check(world.address)


@quick
@given(history=histories)
def test_a_retry_adds_nothing_and_gives_the_first_receipt(new_address: NewAddress, history: History) -> None:
    """At once, at the end, and by a ledger opened later."""
    with a_world(new_address, history) as world:
        played = Played()
        with world.open() as ledger:
            world.enter(ledger)
            for op in all_ops(history):
                for command in world.commands(op):
                    known = len(played.accepted)
                    played.take(command, command.submit(ledger))
                    retry_all(Played(played.accepted[known:]), ledger)
            retry_all(played, ledger)
        with world.open() as later:
            retry_all(played, later)
        check(world.address)


@quick
@given(history=histories)
def test_two_clients_make_one_dense_history(new_address: NewAddress, history: History) -> None:
    """Each command goes to one of two ledgers on the database, waited for or not."""
    with a_world(new_address, history) as world, world.open() as first, world.open() as second:
        world.enter(first)
        played = Played()
        waiting: list[tuple[Command, Future[Any]]] = []
        for op in all_ops(history):
            for command in world.commands(op):
                future = command.submit((first, second)[op.client])
                waiting.append((command, future))
            if op.wait:
                while waiting:
                    played.take(*waiting.pop(0))
        while waiting:
            played.take(*waiting.pop(0))
        positions = [receipt.position for _, made in played.accepted for receipt in made]
        assert len(set(positions)) == len(positions)
        check(world.address)
        retry_all(played, second)
        retry_all(played, first)


@quick
@given(history=histories)
def test_refusals_and_dry_runs_leave_the_database_unchanged(new_address: NewAddress, history: History) -> None:
    """The database itself says whether another connection changed it; afterwards all caches are right."""
    with a_world(new_address, history) as world, world.open() as ledger, raw(world.address) as watcher:
        world.enter(ledger)

        def changes() -> Any:
            return watcher.execute(CHANGES[is_sqlite(world.address)]).fetchone()

        for op in all_ops(history):
            for command in world.commands(op):
                before = changes()
                answer = None
                if op.dry:
                    answer = attempt(command.dry, ledger)
                    assert changes() == before, command.name
                outcome = attempt(command.submit, ledger)
                stored = not isinstance(outcome, Refusal) and receipts(outcome) != []
                assert (changes() != before) == stored, command.name
                if answer is not None:
                    assert refusal_of(answer) == refusal_of(outcome), command.name
        check(world.address)
        with opened(world.address) as connection:
            live = stored_views(connection)
        assert set(live["roster"]) <= set(CADRES)


def attempt(work: Any, ledger: Ledger) -> Any:
    """The outcome of a command, or its refusal."""
    try:
        return work(ledger).result()
    except Refusal as refusal:
        return refusal


def refusal_of(outcome: Any) -> str | None:
    """What a dry run and the command itself must agree on."""
    return repr((type(outcome), outcome.facts)) if isinstance(outcome, Refusal) else None
