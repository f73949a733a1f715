"""Writing a log as the files of c2sp.org/tlog-tiles, entry by entry; memory holds one tile a level."""

from pathlib import Path

from ledger.proof.encoding import BadForm
from ledger.proof.tiles import HEIGHT, MOST_LEVEL, WIDTH, Tile, write_entries
from ledger.proof.tree import Frontier, subtree_root


class LogFiles:
    """The tiles under a directory; what is not full yet is written by ``close``."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.size = 0
        self._entries: list[bytes] = []
        self._levels: list[list[bytes]] = [[]]

    def append(self, entry: bytes, leaf: bytes) -> None:
        """Take the next entry and its leaf hash, as they are given."""
        self._entries.append(entry)
        self.size += 1
        if len(self._entries) == WIDTH:
            self._write(Tile(None, self.size // WIDTH - 1), write_entries(self._entries))
            self._entries = []
        self._add(0, leaf)

    def close(self) -> None:
        """Write the partial tiles."""
        if self._entries:
            self._write(Tile(None, self.size // WIDTH, len(self._entries)), write_entries(self._entries))
        for level, hashes in enumerate(self._levels):
            if hashes:
                self._write(Tile(level, self._index(level), len(hashes)), b"".join(hashes))

    def root(self) -> bytes:
        """The root over the leaf hashes so far."""
        frontier = Frontier()
        for level in reversed(self._levels):
            frontier = Frontier(frontier.size << HEIGHT, frontier.hashes)
            for hash_ in level:
                frontier = frontier.append(hash_)
        return frontier.root()

    def _add(self, level: int, hash_: bytes) -> None:
        row = self._levels[level]
        row.append(hash_)
        if len(row) == WIDTH:
            if level == MOST_LEVEL:
                raise BadForm("the log is too large")
            self._write(Tile(level, self._index(level) - 1), b"".join(row))
            if level + 1 == len(self._levels):
                self._levels.append([])
            self._levels[level] = []
            self._add(level + 1, subtree_root(row))

    def _index(self, level: int) -> int:
        return (self.size >> HEIGHT * level) // WIDTH

    def _write(self, tile: Tile, octets: bytes) -> None:
        path = self.directory / tile.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(octets)
