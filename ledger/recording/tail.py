"""One watcher a process tells everybody who follows the ledger that it may have grown, whoever appended."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ledger.recording.database import Database

Ring = Callable[[], None]


class Tail:
    """Starts to watch when somebody follows first. What has grown, each reads from his own position."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rings: set[Ring] = set()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def closed(self) -> bool:
        return self._stopped.is_set()

    @contextmanager
    def followed(self, ring: Ring) -> Iterator[None]:
        """Ring, from a thread of ours, whenever the ledger may have grown, and when it closes."""
        with self._lock:
            self._rings.add(ring)
            if self._thread is None and not self.closed:
                self._thread = threading.Thread(target=self._watch, name="ledger-tail", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._rings.discard(ring)

    def _watch(self) -> None:
        for _ in self._database.growth(self._stopped):
            self._ring()

    def _ring(self) -> None:
        with self._lock:
            rings = list(self._rings)
        for ring in rings:
            ring()

    def close(self) -> None:
        """Let everybody who follows know that there will be no more."""
        self._stopped.set()
        self._ring()
        if self._thread is not None:
            self._thread.join()
