"""The checks of the ledger, run beside its service: one run at a time, in a process of its own, its outcome kept."""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Lock, Thread
from typing import Any

from ledger.policy import check_whole
from ledger.projections.moment import Row
from ledger.proof.verify import Report
from ledger.recording.session import Clock, timestamp
from ledger.service.credentials import Caller
from ledger.service.queries import Queries
from ledger.service.verifying import Given, verify_ledger
from ledger.settings import SigningFiles

NICE = 10
"""The checks wait for whoever uses the ledger."""
_STATES = {"ok": "held", "FAILED": "failed", "not checked": "not_checked"}


class Checking:
    """Runs all checks for auditors and organisers of the whole ledger. What they find is kept until the next run."""

    def __init__(self, queries: Queries, address: str, files: SigningFiles, clock: Clock) -> None:
        self._queries, self._address, self._files, self._clock = queries, address, files, clock
        self._lock = Lock()
        self._run: Row | None = None
        self._follower: Thread | None = None
        self._end: Callable[[], None] = lambda: None

    def latest(self, caller: Caller) -> Row | None:
        """The run under way, or the last one: how far it is (``done`` of ``of`` events), or what was found."""
        self._check(caller)
        return self._run

    def start(self, caller: Caller) -> None:
        """Begin a run, unless one is under way."""
        position = self._check(caller)
        with self._lock:
            if self._follower is not None and self._follower.is_alive():
                return
            begun = {"state": "running", "position": position, "began_at": timestamp(self._clock())}
            self._run = _seen(begun, {})
            context = get_context("spawn")
            answers, told = context.Pipe(duplex=False)
            process = context.Process(target=_verify, args=(self._address, self._files, told))
            process.start()
            told.close()
            self._end = process.terminate
            self._follower = Thread(target=self._follow, args=(begun, answers, process.join), name="checking")
            self._follower.start()

    def _follow(self, begun: Row, answers: "Connection[Any, Any]", ended: Callable[[], None]) -> None:
        found: Row = {}
        with suppress(EOFError, OSError):
            while True:
                found = answers.recv()
                self._run = _seen(begun, found)
        answers.close()
        ended()
        if "state" not in found:
            found = {"state": "could_not_run"}
        self._run = _seen(begun, {**found, "ended_at": timestamp(self._clock())})

    def _check(self, caller: Caller) -> int:
        with self._queries.view(caller) as view:
            check_whole(view.actor, "ledger")
            return view.reading.head

    def close(self) -> None:
        """Break off what is under way."""
        with self._lock:
            self._end()
            if self._follower is not None:
                self._follower.join()


def _seen(begun: Row, found: Mapping[str, Any]) -> Row:
    empty: Row = {"done": 0, "of": 0, "ended_at": None, "checks": [], "findings": [], "found": 0, "notices": []}
    return {**empty, **begun, **found}


def _verify(address: str, files: SigningFiles, told: "Connection[Any, Any]") -> None:
    """In the process of a run; without a last word where the checks could not be run."""
    os.nice(NICE)
    with told:
        report = verify_ledger(address, files, Given(), 1, lambda done, of, _: told.send({"done": done, "of": of or 0}))
        told.send(_outcome(report))


def _outcome(report: Report) -> Row:
    found = json.loads(report.as_json())
    checks = [{**check, "state": _STATES[check["state"]]} for check in found["checks"]]
    kept = {name: found[name] for name in ("findings", "found", "notices")}
    return {"state": "sound" if report.sound else "unsound", "checks": checks, **kept}
