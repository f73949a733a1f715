"""One act in a process of its own, pinned to some cores; timed there, its memory watched from outside.

A PostgreSQL server is pinned to the same ones, for it does part of the work; its memory is not in these figures.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from ledger.proof import verify
from ledger.proof.stored_log import StoredLog
from ledger.recording.opening import open_database
from ledger.recording.rebuilding import rebuild
from ledger.recording.tables import read_head
from tests.backends import is_sqlite, raw
from tests.benchmarks import library
from tests.benchmarks.measure import timed

ROOT = Path(__file__).parents[2]
LOOK_SECONDS = 0.1
_IN_ORDER = """SELECT stream, version, position, type, schema, recorded_at, cadre, period, state FROM events
    ORDER BY stream, version"""
_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Ran:
    """``peak``: the highest resident sizes (VmHWM) of all its processes, added up, in bytes."""

    seconds: float
    events: int
    peak: int

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds


def cores() -> list[int]:
    return sorted(os.sched_getaffinity(0))


@contextmanager
def pinned(address: str, number: int) -> Iterator[None]:
    """This process, and the server that it asks, on so many cores; the server has them all back at the end."""
    every = cores()
    os.sched_setaffinity(0, every[:number])
    servers = _servers(address)
    _pin(servers, every[:number])
    try:
        yield
    finally:
        _pin(servers, every)


def _servers(address: str) -> list[psutil.Process]:
    """The processes of a PostgreSQL server on this machine: the one that the others, new ones too, come from, first."""
    if is_sqlite(address):
        return []
    with raw(address) as connection:
        (pid,) = connection.execute("SELECT pg_backend_pid()").fetchone()
        first = psutil.Process(psutil.Process(pid).ppid())
        return [first, *first.children()]


def _pin(processes: Iterable[psutil.Process], those: list[int]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.cpu_affinity(those)


def alone(act: str, address: str, number: int) -> Ran:
    """Run an act on so many cores."""
    command = [sys.executable, "-m", __name__, act, address, str(number)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        peaks: dict[int, int] = {}
        while True:
            _look(process.pid, peaks)
            with suppress(subprocess.TimeoutExpired):
                out, _ = process.communicate(timeout=LOOK_SECONDS)
                break
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    seconds, events = json.loads(out)
    return Ran(seconds, events, sum(peaks.values()))


def _look(pid: int, peaks: dict[int, int]) -> None:
    """Note the highest resident size so far of a process and its children: each's last word counts."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            with suppress(OSError):
                found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{one.pid}/status").read_text())
                if found is not None:
                    peaks[one.pid] = 1024 * int(found[1])


def _read(address: str, _: int) -> tuple[float, int]:
    """Fetch all events in the order of streams and drop them."""
    events = 0

    def read() -> None:
        nonlocal events
        with raw(address) as connection:
            if is_sqlite(address):
                for _ in connection.execute(_IN_ORDER):
                    events += 1
                return
            connection.execute("BEGIN")
            connection.execute(f"DECLARE rows NO SCROLL CURSOR FOR {_IN_ORDER}")
            while page := connection.execute(f"FETCH {_PAGE} FROM rows").fetchall():
                events += len(page)

    return timed(read), events


def _rebuild(address: str, workers: int) -> tuple[float, int]:
    events = 0

    def work() -> None:
        nonlocal events
        events = rebuild(address, workers, lambda done, of: None)

    return timed(work), events


def _library(address: str, _: int) -> tuple[float, int]:
    rows = library.first_rows(address)
    application = library.filled(rows)
    with library.kept(address) as (view, env):
        return timed(lambda: library.fold(application, len(rows), view, env)), len(rows)


def _library_in_memory(address: str, _: int) -> tuple[float, int]:
    rows = library.first_rows(address)
    application = library.filled(rows)
    return timed(lambda: library.fold(application, len(rows), library.InMemory, {})), len(rows)


def _verify(address: str, _: int) -> tuple[float, int]:
    """Checks 1 to 6 of the stored log, without any evidence but itself."""
    report = verify.Report()
    with closing(open_database(address)) as database, database.read() as connection:
        size = read_head(connection).size
        evidence = verify.Evidence(None, [], [], [], None, [], size)
        source = StoredLog(connection, database.errors, report)
        seconds = timed(lambda: verify.verify(source, evidence, verify.Limits(0), report))
    assert report.sound, report.ordered()
    return seconds, size


ACTS: Mapping[str, Callable[[str, int], tuple[float, int]]] = {
    "read": _read,
    "rebuild": _rebuild,
    "library": _library,
    "library in memory": _library_in_memory,
    "verify": _verify,
}
"""Each on an address and so many cores: seconds and events."""

if __name__ == "__main__":
    _, act, address, number = sys.argv
    with pinned(address, int(number)):
        print(json.dumps(ACTS[act](address, int(number))))
