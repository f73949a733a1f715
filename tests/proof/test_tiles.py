"""Tiles: their paths, which of them a log has, and a whole published log read and written."""

import base64
import hashlib
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.proof.checkpoint import Checkpoint
from ledger.proof.encoding import BadForm
from ledger.proof.log_files import LogFiles
from ledger.proof.proofs import check_consistency, check_inclusion, prove_consistency, prove_inclusion
from ledger.proof.tiles import (
    MOST_ENTRY,
    WIDTH,
    Tile,
    entry_bundles_of,
    hashes_of,
    read_entries,
    read_tile,
    root_of,
    tiles_of,
    write_entries,
)
from ledger.proof.tree import EMPTY_ROOT, leaf_hash
from tests.proof.reference import Defined
from tests.proof.vectors import LOG

FILES = {path: base64.b64decode(octets) for path, octets in LOG["files_base64"].items()}
ENTRIES = [text.encode() for text in LOG["entries_utf8"]]


def _root(note: str) -> bytes:
    return Checkpoint.parse(note.partition("\n\n")[0] + "\n").root


ROOTS = {int(size): _root(note) for size, note in LOG["checkpoints_by_size"].items()}


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1_234_067), "tile/0/x001/x234/067"),
        (Tile(63, 999, 1), "tile/63/999.p/1"),
        (Tile(1, 1_000, 255), "tile/1/x001/000.p/255"),
        (Tile(None, 273, 112), "tile/entries/273.p/112"),
        (Tile(None, 2**63 - 1), "tile/entries/x009/x223/x372/x036/x854/x775/807"),
    ],
)
def test_paths(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert Tile.parse(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/x000/001",
        "tile/0/x001/x234",
        "tile/0/001/067",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000/",
        "/tile/0/000",
        "tile/entries/000\n",
        "tile/entry/000",
        "tile/0/０００",
        "tile/0/x009/x223/x372/x036/x854/x775/808",
        "tile/0/" + "x001/" * 1000 + "001",
        "tile/0/../000",
    ],
)
def test_other_paths_are_refused(path: str) -> None:
    with pytest.raises(BadForm):
        Tile.parse(path)


@given(st.integers(0, 2**63 - 1), st.integers(1, WIDTH), st.none() | st.integers(0, 63))
def test_a_path_is_read_as_it_is_written(index: int, width: int, level: int | None) -> None:
    tile = Tile(level, index, width)
    assert Tile.parse(tile.path) == tile


def test_the_tiles_of_the_specifications_example() -> None:
    counted: dict[tuple[int | None, int], int] = {}
    for tile in [*tiles_of(70_000), *entry_bundles_of(70_000)]:
        counted[tile.level, tile.width] = counted.get((tile.level, tile.width), 0) + 1
    assert counted == {
        (0, 256): 273,
        (0, 112): 1,
        (1, 256): 1,
        (1, 17): 1,
        (2, 1): 1,
        (None, 256): 273,
        (None, 112): 1,
    }
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == list(entry_bundles_of(0)) == []


@settings(deadline=None)
@given(st.integers(0, 200_000))
@example(65_536)
def test_a_log_has_its_tiles_and_no_larger_ones(size: int) -> None:
    for tile in [*tiles_of(size), *entry_bundles_of(size)]:
        assert tile.inside(size)
        assert not Tile(tile.level, tile.index + 1, tile.width).inside(size) or tile.width == WIDTH
        if tile.width < WIDTH:
            assert not Tile(tile.level, tile.index, tile.width + 1).inside(size)


def test_the_published_log_is_read_whole() -> None:
    for size, root in ROOTS.items():
        fetch = {tile.path: FILES[tile.path] for tile in [*tiles_of(size), *entry_bundles_of(size)]}
        entries = [entry for tile in entry_bundles_of(size) for entry in read_entries(tile, fetch[tile.path])]
        leaves = [leaf for tile in tiles_of(size) for leaf in read_tile(tile, fetch[tile.path])]
        assert entries == ENTRIES[:size]
        assert leaves == [leaf_hash(entry) for entry in entries]
        assert root_of(size, lambda tile: fetch[tile.path]) == root  # noqa: B023


def test_proofs_by_the_tiles_of_the_published_log() -> None:
    size = len(ENTRIES)
    hash_at = hashes_of(size, lambda tile: FILES[tile.path])
    for index, entry in enumerate(ENTRIES):
        check_inclusion(index, size, leaf_hash(entry), prove_inclusion(index, size, hash_at), ROOTS[size])
    for old in range(size + 1):
        check_consistency(old, size, ROOTS[old], ROOTS[size], prove_consistency(old, size, hash_at))


def test_the_published_log_is_written_as_it_is_published(tmp_path: Path) -> None:
    for size, root in ROOTS.items():
        files = LogFiles(tmp_path / str(size))
        for entry in ENTRIES[:size]:
            files.append(entry, leaf_hash(entry))
        assert files.root() == root
        files.close()
        written = {str(path.relative_to(files.directory)) for path in files.directory.rglob("*") if path.is_file()}
        assert written == {tile.path for tile in [*tiles_of(size), *entry_bundles_of(size)]}
        assert all((files.directory / path).read_bytes() == FILES[path] for path in written)


LARGE = Defined([hashlib.sha256(b"%d" % number).digest() for number in range(65_536 + 700)])


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of three levels."""
    files = LogFiles(tmp_path_factory.mktemp("large"))
    for leaf in LARGE.leaves:
        files.append(b"", leaf)
    assert files.root() == LARGE.mth(0, len(LARGE.leaves))
    files.close()
    return files.directory


def test_a_log_of_three_levels_has_the_tiles_of_its_size(large: Path) -> None:
    size = len(LARGE.leaves)
    paths = {tile.path for tile in [*tiles_of(size), *entry_bundles_of(size)]}
    assert {str(path.relative_to(large)) for path in large.rglob("*") if path.is_file()} == paths
    assert root_of(size, lambda tile: (large / tile.path).read_bytes()) == LARGE.mth(0, size)


@settings(deadline=None)
@given(st.data())
def test_every_subtree_of_three_levels_is_read_by_the_tiles(large: Path, data: st.DataObject) -> None:
    size = len(LARGE.leaves)
    level = data.draw(st.integers(0, size.bit_length() - 1))
    index = data.draw(st.integers(0, (size >> level) - 1))
    hash_at = hashes_of(size, lambda tile: (large / tile.path).read_bytes())
    assert hash_at(level, index) == LARGE.mth(index << level, (index + 1) << level)
    for beyond in ((level, size >> level), (-1, 0), (0, -1), (64, 0)):
        with pytest.raises(BadForm):
            hash_at(*beyond)


def test_the_empty_log_has_no_tiles() -> None:
    assert root_of(0, lambda tile: FILES[tile.path]) == EMPTY_ROOT


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=WIDTH))
def test_entries_are_read_as_they_are_written(entries: list[bytes]) -> None:
    tile = Tile(None, 0, len(entries))
    octets = write_entries(entries)
    assert read_entries(tile, octets) == entries
    for other in (octets + b"\0", octets + b"\0\0", octets[:-1], octets + b"\0\1"):
        with pytest.raises(BadForm):
            read_entries(tile, other)


def test_the_largest_entry() -> None:
    largest = b"x" * MOST_ENTRY
    assert read_entries(Tile(None, 0, 1), write_entries([largest])) == [largest]
    with pytest.raises(BadForm):
        write_entries([largest + b"x"])


@given(st.integers(1, WIDTH), st.integers(0, 32 * WIDTH + 1))
def test_a_tile_has_the_bytes_of_its_width(width: int, length: int) -> None:
    if length == 32 * width:
        assert len(read_tile(Tile(0, 0, width), bytes(length))) == width
    else:
        with pytest.raises(BadForm):
            read_tile(Tile(0, 0, width), bytes(length))
