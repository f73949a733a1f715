"""Rows of the views computed from the events, some cadres at a time, by one process or several."""

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import closing, contextmanager
from datetime import date
from itertools import islice
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TypeVar

from ledger.projections.moment import Moment, moment
from ledger.projections.views import ViewRow, cadre_rows
from ledger.recording.database import Connection
from ledger.recording.opening import open_database
from ledger.recording.reader import Reading
from ledger.recording.structure import Structure
from ledger.recording.tables import follow

SHARE = 10
"""So many cadres are computed at once, and written in one transaction; a process holds the state of one of them."""
Share = Sequence[str]
T = TypeVar("T")


def reading_at(connection: Connection, structure: Structure, position: int) -> Reading:
    """A reading at a position, whose structure is brought up to it. No row depends on the date."""
    follow(connection, structure, position)
    return Reading(connection, structure, position, date.min)


def moment_of(reading: Reading) -> Moment:
    """The moment of a reading with nothing from the stored views: the states of rounds too are made of the events."""
    return moment(reading.registers, reading.position, reading.date)


class Computer:
    """One process's connection, and the small histories up to where it has read."""

    def __init__(self, address: str) -> None:
        self.database = open_database(address)
        self.structure = Structure()

    def close(self) -> None:
        self.database.close()

    def rows(self, connection: Connection, cadres: Share, position: int) -> Iterator[ViewRow]:
        """Every row of these cadres at a position."""
        reading = reading_at(connection, self.structure, position)
        now = moment_of(reading)
        for cadre in cadres:
            state = reading.cadre(cadre)
            if state is not None:
                yield from cadre_rows(now, state)
                reading.forget(cadre)


_computer: Computer | None = None
"""That of a worker process."""


def _start(address: str) -> None:
    global _computer
    gc.disable()
    Thread(target=_end_with_parent, daemon=True).start()
    _computer = Computer(address)


def _end_with_parent() -> None:
    """A worker of a process that was killed would wait for work for ever, and hold its connection."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _work(task: Callable[[Computer, Share], T], share: Share) -> T:
    assert _computer is not None
    return task(_computer, share)


def shared_out(
    address: str, cadres: Sequence[str], task: Callable[[Computer, Share], T], workers: int
) -> Iterator[tuple[Share, T]]:
    """Each share of the cadres with what the task makes of it, as they are done; in this process if alone."""
    shares = [cadres[start : start + SHARE] for start in range(0, len(cadres), SHARE)]
    if workers == 1:
        with _uncollected(), closing(Computer(address)) as computer:
            yield from ((share, task(computer, share)) for share in shares)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), _start, (address,)) as pool:
        yield from _gathered(pool, task, shares, 2 * workers)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the cyclic garbage collector: states are let go of by count, and it would look at them all the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _gathered(
    pool: ProcessPoolExecutor, task: Callable[[Computer, Share], T], shares: list[Share], most: int
) -> Iterator[tuple[Share, T]]:
    """Only so many shares are under way at once, so that what is made does not pile up."""
    waiting = iter(shares)
    under_way: dict[Future[T], Share] = {pool.submit(_work, task, share): share for share in islice(waiting, most)}
    while under_way:
        done, _ = wait(under_way, return_when=FIRST_COMPLETED)
        for future in done:
            share = under_way.pop(future)
            under_way.update((pool.submit(_work, task, more), more) for more in islice(waiting, 1))
            yield share, future.result()
