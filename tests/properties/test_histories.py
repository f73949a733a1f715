"""Laws of every history: rebuild equals live, a retry adds nothing, two clients agree, refusals leave no trace.

``LEDGER_TEST_EXAMPLES`` sets how many histories each law is tried on.
"""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, note, settings

from ledger.errors import Refusal
from ledger.service.ledger import Ledger
from tests.properties.histories import CADRES, Command, History, Played, World, all_ops, histories, receipts, replayed
from tests.properties.recompute import check, stored_views

quick = settings(
    max_examples=int(os.environ.get("LEDGER_TEST_EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@contextmanager
def a_world(history: History) -> Iterator[World]:
    note(str(history))
    with tempfile.TemporaryDirectory() as folder:
        yield World(Path(folder) / "ledger.db")


def head(path: Path) -> tuple[Any, ...]:
    with closing(sqlite3.connect(path)) as connection:
        found: tuple[Any, ...] = connection.execute("SELECT * FROM head").fetchone()
        return found


def retry_all(played: Played, ledger: Ledger, path: Path) -> None:
    """Every accepted command again: the first receipt, and nothing added."""
    before = head(path)
    for command, first in played.accepted:
        outcome = command.submit(ledger).result()
        assert (receipts(outcome), replayed(outcome)) == (first, True), command.name
    assert head(path) == before


@quick
@given(histories)
def test_stored_views_equal_those_computed_from_all_events(history: History) -> None:
    """Live, seen by a ledger that did nothing else, and from scratch."""
    with a_world(history) as world, world.open() as ledger:
        world.enter(ledger)
        played = Played()
        for op in all_ops(history):
            for command in world.commands(op):
                played.take(command, command.submit(ledger))
        check(world.path)


@quick
@given(histories)
def test_a_retry_adds_nothing_and_gives_the_first_receipt(history: History) -> None:
    """At once, at the end, and by a ledger opened later."""
    with a_world(history) as world:
        played = Played()
        with world.open() as ledger:
            world.enter(ledger)
            for op in all_ops(history):
                for command in world.commands(op):
                    known = len(played.accepted)
                    played.take(command, command.submit(ledger))
                    retry_all(Played(played.accepted[known:]), ledger, world.path)
            retry_all(played, ledger, world.path)
        with world.open() as later:
            retry_all(played, later, world.path)
        check(world.path)


@quick
@given(histories)
def test_two_clients_make_one_dense_history(history: History) -> None:
    """Each command goes to one of two ledgers on the file, waited for or not."""
    with a_world(history) as world, world.open() as first, world.open() as second:
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
        check(world.path)
        retry_all(played, second, world.path)
        retry_all(played, first, world.path)


@quick
@given(histories)
def test_refusals_and_dry_runs_leave_the_file_unchanged(history: History) -> None:
    """SQLite itself says whether another connection changed the file; afterwards all caches are right."""
    with a_world(history) as world, world.open() as ledger, closing(sqlite3.connect(world.path)) as watcher:
        world.enter(ledger)

        def changes() -> int:
            (version,) = watcher.execute("PRAGMA data_version").fetchone()
            return int(version)

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
        check(world.path)
        with closing(sqlite3.connect(world.path)) as connection:
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
