"""Entries, seals, chains and files of a bundle that are not what they should be, under whatever signature."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger.proof.tiles import write_entries
from tests.proof.attacks import (
    CHAINS,
    CONTENTS,
    NOTES,
    ORDER,
    SEALS,
    alter_a_payload,
    attacked,
)
from tests.proof.bundles import Log, resigned, unwitnessed, verified
from tests.proof.conftest import Played

Forged = Callable[[], Path]


@pytest.mark.parametrize("change", ["unsealed", "order", "round", "lost"])
def test_graded_results_without_their_seal(played: Played, forged: Forged, change: str) -> None:
    lines = list(played.log.lines)
    seal = played.log.position("sealed", 5) - 1
    if change == "unsealed":
        del lines[seal]
    elif change == "order":
        lines[seal - 1], lines[seal - 2] = lines[seal - 2], lines[seal - 1]
    elif change == "round":
        lines[seal] = replace(lines[seal], stream="round:village:2025-05")
    else:
        del lines[seal - 1]
    moments = sorted(line.recorded_at for line in lines)
    log = Log([replace(line, recorded_at=at) for line, at in zip(lines, moments, strict=True)]).rechained()
    folder = resigned(forged(), log)
    (folder / "policy").unlink()
    first = next(i for i in range(seal, 0, -1) if lines[i - 1].type != "month_graded")
    position = {"unsealed": first + 1, "order": seal, "round": first + 1, "lost": seal}[change]
    assert verified(folder).found[0] == (SEALS, position)


@pytest.mark.parametrize(
    ("path", "position"),
    [("tile/entries/000", 1), ("tile/0/000", 1), ("tile/entries/001.p/*", 257), ("tile/1/000.p/1", 1)],
)
@pytest.mark.parametrize("octets", [None, b"", b"\xff\xff"])
def test_a_file_that_is_not_there_or_is_no_tile(forged: Forged, path: str, position: int, octets: bytes | None) -> None:
    folder = forged()
    (found,) = folder.glob(path)
    found.unlink()
    if octets is not None:
        found.write_bytes(octets)
    assert verified(folder).found[0] == (CONTENTS, position)


def test_a_stored_hash_that_is_edited(forged: Forged) -> None:
    folder = forged()
    tile = folder / "tile" / "0" / "000"
    octets = bytearray(tile.read_bytes())
    octets[32 * 41] ^= 1
    tile.write_bytes(octets)
    assert verified(folder).found == [(CONTENTS, 42)]


@pytest.mark.parametrize("state", [b"", b"{}", b'{"data":1}', b'{"id":"","data":' + b"[" * 60_000, b"\xff", b"\n" * 9])
def test_a_state_that_is_none(played: Played, forged: Forged, state: bytes) -> None:
    at = played.log.position("sealed", 5) - 1
    lines = [replace(line, state=state) if line.index == at else line for line in played.log.lines]
    folder = resigned(forged(), Log(lines).rechained())
    (folder / "policy").unlink()
    assert (SEALS, at + 1) in verified(folder).found


def test_an_entry_that_is_none(played: Played, forged: Forged) -> None:
    folder = forged()
    entries = [line.to_bytes() for line in played.log.lines[:256]]
    entries[99] = b"no lines \x1b[2J"
    (folder / "tile" / "entries" / "000").write_bytes(write_entries(entries))
    verdict = verified(folder, json_=False)
    assert verdict.code == 1
    assert "position 100" in verdict.out
    assert "\x1b" not in verdict.out


def test_an_entry_under_another_origin(played: Played, forged: Forged) -> None:
    at, lines = attacked(played.log, played.half, alter_a_payload)
    lines[at] = replace(lines[at], origin="assessment.example.gov/another")
    folder = unwitnessed(forged(), Log(lines).rechained())
    assert verified(folder).found == [(NOTES, at + 1)]


@pytest.mark.parametrize(("stream", "found"), [("ledger", {(ORDER, 0), (NOTES, 1)}), ("cadre:c01", set())])
def test_a_ledger_is_founded_once(played: Played, forged: Forged, stream: str, found: set[tuple[int, int]]) -> None:
    """And only on its own stream does an event say so."""
    at, lines = attacked(played.log, played.half, alter_a_payload)
    state = lines[0].saying(lines[0].data["origin"], "other").state
    lines[at] = replace(
        lines[at], stream=stream, type="founded", state=state, origin="other" if found else lines[at].origin
    )
    folder = unwitnessed(forged(), Log(lines).rechained())
    told = {(check, position) for check, position in verified(folder).found if position is not None}
    assert told >= {(check, at + 1 + more) for check, more in found}
    assert bool(told) == bool(found)


@pytest.mark.parametrize("change", [{"version": 99}, {"prev": "0" * 64}, {"prev": "ab" * 32}])
def test_a_version_or_prev_that_is_another(played: Played, forged: Forged, change: dict[str, Any]) -> None:
    at, _ = attacked(played.log, played.half, alter_a_payload)
    log = Log([*played.log.lines[:at], replace(played.log.lines[at], **change), *played.log.lines[at + 1 :]])
    found = verified(unwitnessed(forged(), log)).found
    assert found[0] == (CHAINS, at + 1)
    assert {check for check, _ in found} == {CHAINS}


def test_a_result_of_another_round_among_those_of_a_seal(played: Played, forged: Forged) -> None:
    """With the digest of the seal made to fit."""
    lines = list(played.log.lines)
    seal = played.log.position("sealed", 5) - 1
    lines[seal - 2] = lines[seal - 2].saying('"period":"2025-05"', '"period":"2025-04"')
    first = next(i for i in range(seal, 0, -1) if lines[i - 1].type != "month_graded")
    data = [line.state.partition(b',"data":')[2][:-1] for line in lines[first:seal]]
    fitting = hashlib.sha256(b"\n".join(data)).hexdigest()
    lines[seal] = lines[seal].saying(lines[seal].data["results"], fitting)
    found = verified(unwitnessed(forged(), Log(lines).rechained())).found
    assert found == [(SEALS, seal - 1)]


def test_a_log_that_ends_amid_a_seal(played: Played, forged: Forged) -> None:
    lines = played.log.lines
    seal = played.log.position("sealed", 5) - 1
    first = next(i for i in range(seal, 0, -1) if lines[i - 1].type != "month_graded")
    assert verified(unwitnessed(forged(), Log(lines[: seal - 1]))).found == [(SEALS, first + 1)]


def test_bytes_after_the_entries_of_a_bundle(forged: Forged) -> None:
    folder = forged()
    with (folder / "tile" / "entries" / "000").open("ab") as opened:
        opened.write(b"\0\0")
    assert verified(folder).found == [(CONTENTS, 257)]
