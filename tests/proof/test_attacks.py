"""Attacks on a log, each as far as its attacker can go, and the check and position by which it is caught.

He edits entries and leaves the hashes; or makes every index, version, chain and tile anew; or signs the result, and
then only what is kept in other hands or what the log says about itself gives him away.
"""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.proof.keys import Signer
from ledger.proof.tiles import WIDTH, entry_bundles_of, write_entries
from tests.proof.bundles import LOG, STRANGER, WITNESSES, Line, Log, verified
from tests.proof.conftest import Played

Forged = Callable[[], Path]
Attack = Callable[[list[Line], int], list[Line]]
CONTENTS, NOTES, CONSISTENCY, WITNESS, ORDER, CHAINS, SEALS, RECEIPTS = range(1, 9)


def alter_a_payload(lines: list[Line], at: int) -> list[Line]:
    return [*lines[:at], lines[at].saying('"points":"', '"points":"1'), *lines[at + 1 :]]


def edit_an_actor(lines: list[Line], at: int) -> list[Line]:
    return [*lines[:at], lines[at].saying('"actor":"organiser"', '"actor":"reviewer"'), *lines[at + 1 :]]


def backdate(lines: list[Line], at: int) -> list[Line]:
    """To before the event before it."""
    return [*lines[:at], replace(lines[at], recorded_at=earlier(lines[at - 1])), *lines[at + 1 :]]


def backdate_a_little(lines: list[Line], at: int) -> list[Line]:
    """To after the event before it, so that the order holds."""
    between = datetime.fromisoformat(lines[at].recorded_at) - timedelta(seconds=1)
    assert between > datetime.fromisoformat(lines[at - 1].recorded_at)
    return [*lines[:at], replace(lines[at], recorded_at=stamp(between)), *lines[at + 1 :]]


def swap_two(lines: list[Line], at: int) -> list[Line]:
    """The events of two positions, each at the time of the other."""
    first, second = lines[at], lines[at + 1]
    moved = replace(second, recorded_at=first.recorded_at), replace(first, recorded_at=second.recorded_at)
    return [*lines[:at], *moved, *lines[at + 2 :]]


def delete_in_the_middle(lines: list[Line], at: int) -> list[Line]:
    return [*lines[:at], *lines[at + 1 :]]


def delete_the_tail(lines: list[Line], at: int) -> list[Line]:
    return lines[:at]


def insert(lines: list[Line], at: int) -> list[Line]:
    before = lines[at - 1]
    moment = datetime.fromisoformat(before.recorded_at) + timedelta(microseconds=1)
    made = replace(lines[at], index=at, recorded_at=stamp(moment))
    assert made.recorded_at < lines[at].recorded_at
    return [*lines[:at], made, *lines[at:]]


def renumber(lines: list[Line], at: int) -> list[Line]:
    return [*lines[:at], *(replace(line, index=line.index + 1) for line in lines[at:])]


def edit_a_seal(lines: list[Line], at: int) -> list[Line]:
    return [*lines[:at], lines[at].saying(lines[at].data["results"], "0" * 64), *lines[at + 1 :]]


def edit_a_graded_result(lines: list[Line], at: int) -> list[Line]:
    return [*lines[:at], lines[at].saying('"grade":"', '"grade":"x'), *lines[at + 1 :]]


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def earlier(line: Line) -> str:
    return stamp(datetime.fromisoformat(line.recorded_at) - timedelta(microseconds=1))


WANTED: dict[Attack, str] = {
    edit_a_seal: "sealed",
    edit_a_graded_result: "month_graded",
    backdate_a_little: "sealed",
    insert: "sealed",
}


def attacked(played: Played, attack: Attack) -> tuple[int, list[Line]]:
    """The index of the event in the second half that is attacked, and the lines after the attack."""
    lines = played.log.lines
    types = WANTED.get(attack, "scored")
    at = next(i for i in range(played.half + 3, len(lines)) if lines[i].type == lines[i + 1].type == "scored")
    if attack in WANTED:
        at = next(i for i in range(at, len(lines)) if lines[i].type == types)
    if attack in (backdate_a_little, insert):
        at += 1  # the first event after a seal is days later
    return at, attack(list(lines), at)


def put(folder: Path, log: Log, size: int, *, hashes: bool) -> None:
    """Bundles of entries under the names that a log of that size has; with the tiles of hashes made anew or left."""
    if hashes:
        log.write_tiles(folder)
    for tile in entry_bundles_of(size):
        start, end = tile.index * WIDTH, (tile.index + 1) * WIDTH
        octets = write_entries([line.to_bytes() for line in log.lines[start : min(end, size)]])
        (folder / tile.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / tile.path).write_bytes(octets)


ROUGH: dict[Attack, list[tuple[int, int]]] = {
    alter_a_payload: [(CONTENTS, 0)],
    edit_an_actor: [(CONTENTS, 0)],
    backdate: [(CONTENTS, 0), (ORDER, 0)],
    backdate_a_little: [(CONTENTS, 0)],
    swap_two: [(CONTENTS, 0), (ORDER, 0), (CONTENTS, 1), (ORDER, 1)],
    delete_in_the_middle: [(CONTENTS, 0), (ORDER, 0)],
    delete_the_tail: [(CONTENTS, 0)],
    insert: [(CONTENTS, 0), (ORDER, 1)],
    renumber: [(CONTENTS, 0), (ORDER, 0)],
    edit_a_seal: [(CONTENTS, 0), (SEALS, 0)],
    edit_a_graded_result: [(CONTENTS, 0)],
}
"""What each attack gives away where the hashes are left: check, and how far after the attacked event."""
each = pytest.mark.parametrize("attack", ROUGH, ids=lambda attack: attack.__name__)


@each
def test_entries_edited_under_their_hashes(played: Played, forged: Forged, attack: Attack) -> None:
    at, lines = attacked(played, attack)
    folder = forged()
    put(folder, Log(lines), len(played.log.lines), hashes=False)
    verdict = verified(folder)
    assert verdict.code == 1
    assert verdict.found[0] == (CONTENTS, at + 1)
    assert set(verdict.found) >= {(check, at + 1 + more) for check, more in ROUGH[attack]}


@each
def test_every_hash_made_anew_under_the_signed_root(played: Played, forged: Forged, attack: Attack) -> None:
    """Without a hash of the old entry left, the position is the first after what an earlier checkpoint covers."""
    at, lines = attacked(played, attack)
    log = Log(lines) if attack is renumber else Log(lines).rechained()
    size, folder = len(played.log.lines), forged()
    put(folder, log, size, hashes=True)
    verdict = verified(folder)
    assert verdict.code == 1
    assert verdict.found[0] == (CONTENTS, len(lines) + 1 if len(lines) < size else played.half + 1)
    assert set(verdict.found) >= told_by_itself(attack, at, lines)


def told_by_itself(attack: Attack, at: int, lines: list[Line]) -> set[tuple[int, int]]:
    """What remains wrong however well the hashes are made."""
    seal = next((index for index in range(at, len(lines)) if lines[index].type == "sealed"), 0)
    found = {backdate: (ORDER, at + 1), renumber: (ORDER, at + 1), edit_a_seal: (SEALS, at + 1)}
    found[edit_a_graded_result] = (SEALS, seal + 1)
    return {found[attack]} if attack in found else set()


@each
def test_every_hash_made_anew_without_an_earlier_checkpoint(played: Played, forged: Forged, attack: Attack) -> None:
    _, lines = attacked(played, attack)
    folder = forged()
    shutil.rmtree(folder / "checkpoints")
    put(folder, Log(lines).rechained() if attack is not renumber else Log(lines), len(played.log.lines), hashes=True)
    verdict = verified(folder)
    assert verdict.code == 1
    fewer = len(lines) < len(played.log.lines)
    assert verdict.found[0] == (CONTENTS, len(lines) + 1 if fewer else 1)


def resigned(folder: Path, log: Log, *by: Signer) -> Path:
    """As if it had always been so."""
    log.write_tiles(folder)
    (folder / "checkpoint").write_bytes(log.checkpoint(by=by or [LOG], at=5))
    return folder


def unwitnessed(folder: Path, log: Log, *by: Signer) -> Path:
    """Signed as if it had always been so, and nobody ever saw another."""
    resigned(folder, log, *by)
    (folder / "policy").unlink()
    shutil.rmtree(folder / "checkpoints")
    return folder


@each
def test_signed_again_with_the_key_of_the_log(played: Played, forged: Forged, attack: Attack, tmp_path: Path) -> None:
    at, lines = attacked(played, attack)
    log = Log(lines) if attack is renumber else Log(lines).rechained()
    folder, itself = resigned(forged(), log), told_by_itself(attack, at, lines)
    assert set(verified(folder).found) >= itself | {(WITNESS, None)}
    (folder / "policy").unlink()
    alone = verified(folder)
    assert (alone.code, set(alone.found) >= itself) == (1 if itself else 0, True)  # what no check can show
    since, receipt = tmp_path / "since", tmp_path / "receipt"
    since.write_bytes((played.bundle / "checkpoint").read_bytes())
    receipt.write_bytes(played.log.receipt(played.bundle, at + 1, since.read_bytes()))
    first = len(lines) + 1 if len(lines) < len(played.log.lines) else played.half + 1
    assert (CONSISTENCY, first) in verified(folder, "--since", since).found
    assert {(RECEIPTS, first), (RECEIPTS, at + 1)} <= set(verified(folder, "--receipt", receipt).found)


def test_an_older_signed_state_in_place_of_the_newest(played: Played, forged: Forged, tmp_path: Path) -> None:
    folder, half = forged(), played.half
    Log(played.log.lines[:half]).write_tiles(folder)
    (folder / "checkpoint").write_bytes(played.log.checkpoint(half, at=5, witnesses=WITNESSES))
    since, receipt = tmp_path / "since", tmp_path / "receipt"
    since.write_bytes((played.bundle / "checkpoint").read_bytes())
    receipt.write_bytes(played.log.receipt(played.bundle, half + 9, since.read_bytes()))
    assert verified(folder).code == 0  # what no check can show
    assert verified(folder, "--max-age", "3600").found == [(WITNESS, None)]
    assert verified(folder, "--since", since).found == [(CONSISTENCY, half + 1)]
    assert verified(folder, "--receipt", receipt).found == [(RECEIPTS, half + 1), (RECEIPTS, half + 9)]
    (folder / "checkpoints" / "newer").write_bytes(since.read_bytes())
    assert verified(folder).found == [(CONSISTENCY, half + 1)]


def test_signed_by_another_key(played: Played, forged: Forged, tmp_path: Path) -> None:
    folder = resigned(forged(), played.log, STRANGER)
    (folder / "policy").unlink()
    assert verified(folder).found == [(NOTES, None)]
    (folder / "vkey").write_text(f"{STRANGER.verifier.vkey}\n")
    shutil.rmtree(folder / "checkpoints")
    assert verified(folder).code == 0  # forged throughout: it only agrees with itself, and says so
    assert "the bundle's own vkey" in verified(folder).said["notices"][0]
    own = tmp_path / "vkey"
    own.write_text(f"{LOG.verifier.vkey}\n")
    assert verified(folder, "--vkey", own).found == [(NOTES, None)]


def test_an_edited_checkpoint(played: Played, forged: Forged) -> None:
    folder = forged()
    octets = (folder / "checkpoint").read_bytes()
    (folder / "checkpoint").write_bytes(octets.replace(b"\n", b"\r\n"))
    assert verified(folder).found == [(NOTES, None)]
    smaller = b"\n%d\n" % (len(played.log.lines) - 1)
    (folder / "checkpoint").write_bytes(octets.replace(b"\n%d\n" % len(played.log.lines), smaller))
    assert (NOTES, None) in verified(folder).found


def test_two_views_of_the_log(played: Played, forged: Forged) -> None:
    at, lines = attacked(played, alter_a_payload)
    folder = forged()
    (folder / "checkpoints" / "shown-to-another").write_bytes(Log(lines).rechained().checkpoint())
    assert verified(folder).found == [(CONSISTENCY, played.half + 1)]
    assert played.half < at


def appended(played: Played, recorded_at: datetime) -> Log:
    """The log with one event more, of that time."""
    last = played.log.lines[-1]
    more = replace(last, index=len(played.log.lines), type="observed", recorded_at=stamp(recorded_at))
    return Log([*played.log.lines, more]).rechained()


@pytest.mark.parametrize(("seconds", "found"), [(-61, 1), (-59, 0), (10, 0)])
def test_an_event_backdated_behind_a_cosigned_checkpoint(
    played: Played, forged: Forged, seconds: int, found: int
) -> None:
    """The log that witnesses saw a day after its last event did not hold it."""
    cosigned = 86_400
    moment = datetime.fromisoformat(played.log.lines[-1].recorded_at)
    log = appended(played, moment.replace(microsecond=0) + timedelta(seconds=cosigned + seconds))
    folder = forged()
    kept = played.log.checkpoint(at=cosigned, witnesses=WITNESSES[:1])
    (folder / "checkpoints" / "kept").write_bytes(kept)
    log.write_tiles(folder)
    (folder / "checkpoint").write_bytes(log.checkpoint(at=5, witnesses=WITNESSES))
    assert verified(folder).found == [(ORDER, len(log.lines))] * found


def test_an_event_dated_after_the_cosignature_that_covers_it(played: Played, forged: Forged) -> None:
    folder = forged()
    (folder / "checkpoint").write_bytes(played.log.checkpoint(at=-61, witnesses=WITNESSES))
    assert verified(folder).found == [(ORDER, len(played.log.lines))]
    assert verified(folder, "--tolerance", "120").code == 0


def test_a_chain_of_a_stream_that_was_cut(played: Played, forged: Forged) -> None:
    """An event taken out of its stream, with all hashes of the tree but not its chain made anew, and signed."""
    at, lines = attacked(played, delete_in_the_middle)
    renumbered = [replace(line, index=index) for index, line in enumerate(lines)]
    folder = resigned(forged(), Log(renumbered))
    (folder / "policy").unlink()
    stream = played.log.lines[at].stream
    after = next(line.index + 1 for line in renumbered[at:] if line.stream == stream)
    assert (CHAINS, after) in verified(folder).found


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
    at, lines = attacked(played, alter_a_payload)
    lines[at] = replace(lines[at], origin="assessment.example.gov/another")
    folder = unwitnessed(forged(), Log(lines).rechained())
    assert verified(folder).found == [(NOTES, at + 1)]


@pytest.mark.parametrize(("stream", "found"), [("ledger", {(ORDER, 0), (NOTES, 1)}), ("cadre:c01", set())])
def test_a_ledger_is_founded_once(played: Played, forged: Forged, stream: str, found: set[tuple[int, int]]) -> None:
    """And only on its own stream does an event say so."""
    at, lines = attacked(played, alter_a_payload)
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
    at, _ = attacked(played, alter_a_payload)
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


def test_a_checkpoint_of_another_origin(played: Played, forged: Forged) -> None:
    other = Signer("assessment.example.gov/another", LOG.type, LOG.seed)
    folder = unwitnessed(forged(), played.log)
    renamed = Log([*played.log.lines[:-1], replace(played.log.lines[-1], origin=other.name)], played.log.leaves)
    (folder / "checkpoint").write_bytes(renamed.checkpoint(by=[other]))
    (folder / "vkey").write_text(f"{other.verifier.vkey}\n")
    assert verified(folder).found == [(NOTES, None)]


def test_a_key_under_another_name_does_not_sign_for_the_log(played: Played, forged: Forged) -> None:
    other = Signer("assessment.example.gov/another", LOG.type, LOG.seed)
    folder = unwitnessed(forged(), played.log, other)
    (folder / "vkey").write_text(f"{LOG.verifier.vkey}\n{other.verifier.vkey}\n")
    assert verified(folder).found == [(NOTES, None)]


def test_bytes_after_the_entries_of_a_bundle(forged: Forged) -> None:
    folder = forged()
    with (folder / "tile" / "entries" / "000").open("ab") as opened:
        opened.write(b"\0\0")
    assert verified(folder).found == [(CONTENTS, 257)]
