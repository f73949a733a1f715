"""How often may be asked: so many requests a client address, and far fewer with tokens that do not hold."""

import time
from collections import OrderedDict
from threading import Lock

from ledger.errors import TooManyRequests
from ledger.service.credentials import key_hash

REMEMBERED = 10_000


class Buckets:
    """A bucket for each key, filled at ``rate`` a second up to ``most``; keys long unused are forgotten."""

    def __init__(self, rate: float, most: float) -> None:
        self._rate = rate
        self._most = most
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def level(self, key: str) -> float:
        """How much is left."""
        now = time.monotonic()
        left, at = self._levels.get(key, (self._most, now))
        return min(self._most, left + (now - at) * self._rate)

    def take(self, key: str) -> bool:
        """Take one; False if there is none left."""
        with self._lock:
            left = self.level(key)
            enough = left >= 1
            self._levels[key] = (left - 1 if enough else left, time.monotonic())
            self._levels.move_to_end(key)
            if len(self._levels) > REMEMBERED:
                self._levels.popitem(last=False)
        return enough

    def wait(self, key: str) -> int:
        """Seconds until there is one again."""
        return max(1, round((1 - self.level(key)) / self._rate + 0.5))


class Guesses:
    """Slows whoever tries tokens: after some that did not hold, an address waits before it may try another.

    A token that held before is never made to wait, so that one client behind a proxy cannot lock out the others.
    """

    def __init__(self, rate: float, most: float) -> None:
        self._failures = Buckets(rate, most)
        self._good: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def check(self, address: str, token: str) -> None:
        """TooManyRequests for a token not known to hold, from an address that has failed too often."""
        if key_hash(token) not in self._good and self._failures.level(address) < 1:
            raise TooManyRequests(retry_after=self._failures.wait(address))

    def failed(self, address: str, token: str) -> None:
        self._failures.take(address)
        with self._lock:
            self._good.pop(key_hash(token), None)

    def held(self, token: str) -> None:
        with self._lock:
            self._good[key_hash(token)] = None
            self._good.move_to_end(key_hash(token))
            if len(self._good) > REMEMBERED:
                self._good.popitem(last=False)
