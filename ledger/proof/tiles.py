"""Tiles (c2sp.org/tlog-tiles): a log's hashes and entries as files that never change.

``tile/<L>/<N>[.p/<W>]`` holds W hashes (256 where it is full) of subtrees of 256**L leaves, and
``tile/entries/<N>[.p/<W>]`` the entries of W leaves, each after its length as a big-endian uint16.
N is written in groups of three digits, all but the last after an ``x``: 1234067 is ``x001/x234/067``.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from ledger.proof.encoding import MOST, BadForm
from ledger.proof.proofs import HashAt, root_at
from ledger.proof.tree import subtree_root

WIDTH, HEIGHT, MOST_LEVEL = 256, 8, 63
MOST_ENTRY = 65_535
_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile; ``level`` is None for a bundle of entries."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        digits = f"{self.index:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        numbered = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{'entries' if self.level is None else self.level}/{numbered}{partial}"

    @classmethod
    def parse(cls, path: str) -> Self:
        """BadForm for anything but the one path of a tile."""
        found = _PATH.fullmatch(path)
        if found is None:
            raise BadForm("not the path of a tile")
        level, numbered, width = found.groups()
        tile = cls(
            None if level == "entries" else int(level),
            int(numbered.replace("x", "").replace("/", "")) if len(numbered) < 40 else MOST + 1,
            WIDTH if width is None else int(width),
        )
        if tile.path != path or tile.index > MOST or (tile.level or 0) > MOST_LEVEL or (width and tile.width >= WIDTH):
            raise BadForm("not the path of a tile")
        return tile

    def inside(self, size: int) -> bool:
        """Whether a log of this size has the tile, or the full tile that it is the beginning of."""
        return self.index * WIDTH + self.width <= size >> HEIGHT * (self.level or 0)


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile of hashes of a log, level by level."""
    level = 0
    while size:
        yield from _row(level, size)
        level, size = level + 1, size >> HEIGHT


def entry_bundles_of(size: int) -> Iterator[Tile]:
    """Every bundle of entries of a log."""
    return _row(None, size)


def _row(level: int | None, hashes: int) -> Iterator[Tile]:
    full, rest = divmod(hashes, WIDTH)
    yield from (Tile(level, index) for index in range(full))
    if rest:
        yield Tile(level, full, rest)


def read_tile(tile: Tile, octets: bytes) -> list[bytes]:
    """The hashes of a tile; BadForm unless there are as many as its width."""
    if len(octets) != 32 * tile.width:
        raise BadForm(f"a tile of {tile.width} hashes has {32 * tile.width} bytes, not {len(octets)}")
    return [octets[at : at + 32] for at in range(0, len(octets), 32)]


def read_entries(tile: Tile, octets: bytes) -> list[bytes]:
    """The entries of a bundle; BadForm unless there are exactly as many as its width."""
    entries: list[bytes] = []
    at = 0
    while at + 2 <= len(octets) and len(entries) <= tile.width:
        end = at + 2 + int.from_bytes(octets[at : at + 2], "big")
        entries.append(octets[at + 2 : end])
        at = end
    if at != len(octets) or len(entries) != tile.width:
        raise BadForm(f"not a bundle of {tile.width} entries")
    return entries


def write_entries(entries: Sequence[bytes]) -> bytes:
    if any(len(entry) > MOST_ENTRY for entry in entries):
        raise BadForm(f"an entry has at most {MOST_ENTRY} bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def hashes_of(size: int, fetch: Callable[[Tile], bytes]) -> HashAt:
    """What proofs are made from, by the tiles of a log of this size; BadForm for what is not in it."""

    def hash_at(level: int, index: int) -> bytes:
        if level < 0 or index < 0 or index + 1 > size >> level:
            raise BadForm("no full subtree of the log")
        row, inner = divmod(level, HEIGHT)
        number, offset = divmod(index << inner, WIDTH)
        width = min(WIDTH, (size >> HEIGHT * row) - number * WIDTH)
        hashes = read_tile(tile := Tile(row, number, width), fetch(tile))
        return subtree_root(hashes[offset : offset + (1 << inner)])

    return hash_at


def root_of(size: int, fetch: Callable[[Tile], bytes]) -> bytes:
    """The root of a log by its tiles of hashes, without looking at what they stand for."""
    return root_at(size, hashes_of(size, fetch))
