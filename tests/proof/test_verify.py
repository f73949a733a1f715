"""verify.py on sound bundles: what it says, what it is given, and when it cannot run."""

import ast
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.proof import verify
from ledger.proof.keys import ED25519, Signer
from tests.proof.bundles import LOG, ORIGIN, POLICY, STRANGER, VKEY, WITNESSES, Log, verified
from tests.proof.conftest import Played

Forged = Callable[[], Path]


def test_a_sound_bundle(played: Played) -> None:
    verdict = verified(played.bundle)
    assert (verdict.code, verdict.err) == (0, "")
    said = verdict.said
    assert (said["sound"], said["origin"], said["events"]) == (True, ORIGIN, len(played.log.lines))
    assert said["findings"] == []
    assert verdict.states == ["ok"] * 7 + ["not checked"]
    assert "the bundle's own policy and vkey" in said["notices"][0]


def test_everything_given_from_elsewhere(played: Played, tmp_path: Path) -> None:
    checkpoint = (played.bundle / "checkpoint").read_bytes()
    vkey, policy, since, first, second = (tmp_path / name for name in ("vkey", "policy", "since", "r1", "r2"))
    vkey.write_bytes(VKEY)
    policy.write_bytes(POLICY)
    since.write_bytes(played.log.checkpoint(played.half))
    first.write_bytes(played.log.receipt(played.bundle, 1, checkpoint))
    second.write_bytes(played.log.receipt(played.bundle, len(played.log.lines), checkpoint))
    arguments = ("--vkey", vkey, "--policy", policy, "--since", since, "--receipt", first, second)
    verdict = verified(played.bundle, *arguments)
    assert (verdict.code, verdict.err) == (0, "")
    assert verdict.states == ["ok"] * 8
    assert verdict.said["notices"] == []


def test_it_says_in_words_what_it_checked(played: Played) -> None:
    verdict = verified(played.bundle, json_=False)
    lines = verdict.out.splitlines()
    assert [line.split()[:3] for line in lines[:7]] == [
        [str(number), name, "ok"] for number, name in enumerate(verify.CHECKS[:7], start=1)
    ]
    assert lines[-1] == "sound"
    assert f"{len(played.log.lines)} entries" in lines[0]
    assert verdict.code == 0


def test_it_imports_the_standard_library_and_cryptography_only() -> None:
    tree = ast.parse(Path(verify.__file__).read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            found.add(str(node.module).partition(".")[0])
    assert "cryptography" in found
    assert found - {"cryptography"} <= sys.stdlib_module_names


@pytest.mark.parametrize(
    "break_",
    [
        lambda folder: (folder / "checkpoint").unlink(),
        lambda folder: (folder / "vkey").write_bytes(b"no key\n"),
        lambda folder: [(folder / name).unlink() for name in ("vkey", "policy")],
    ],
)
def test_what_is_missing_is_not_taken_for_unsound(forged: Forged, break_: Callable[[Path], object]) -> None:
    folder = forged()
    break_(folder)
    verdict = verified(folder)
    assert (verdict.code, verdict.out) == (2, "")
    assert verdict.err.startswith("could not run: ")


@pytest.mark.parametrize("option", ["--vkey", "--policy", "--since", "--receipt"])
def test_what_is_given_must_be_readable(played: Played, tmp_path: Path, option: str) -> None:
    bad = tmp_path / "bad"
    assert verified(played.bundle, option, bad).code == 2
    bad.write_bytes(b"bad\n")
    verdict = verified(played.bundle, option, bad)
    assert verdict.code == 2
    assert str(bad) in verdict.err


def test_arguments_that_are_none(played: Played, tmp_path: Path) -> None:
    assert verified(played.bundle, "--unknown").code == 2
    assert verified(played.bundle, "--max-age", "soon").code == 2
    (tmp_path / "verify.py").write_bytes((played.bundle / "verify.py").read_bytes())
    assert verified(tmp_path).code == 2


def test_a_bundle_without_policy_has_no_witnesses_checked(forged: Forged) -> None:
    folder = forged()
    (folder / "policy").unlink()
    verdict = verified(folder)
    assert verdict.code == 0
    assert verdict.states[3] == "not checked"


def test_the_keys_given_count_and_not_the_bundles_own(played: Played, tmp_path: Path) -> None:
    vkey = tmp_path / "vkey"
    vkey.write_text(f"{STRANGER.verifier.vkey}\n")
    verdict = verified(played.bundle, "--vkey", vkey)
    assert verdict.code == 1
    assert {check for check, _ in verdict.found} == {2}


def test_a_quorum_is_wanted_and_not_too_old(played: Played, forged: Forged) -> None:
    assert verified(played.bundle, "--max-age", "60").found == [(4, None)]
    assert verified(played.bundle, "--max-age", str(10**9)).code == 0
    for witnesses in ([], WITNESSES[:1]):
        folder = forged()
        (folder / "checkpoint").write_bytes(played.log.checkpoint(at=5, witnesses=witnesses))
        assert verified(folder).found == [(4, None)]
    folder = forged()
    (folder / "checkpoint").write_bytes(played.log.checkpoint(at=10**9, witnesses=WITNESSES))
    assert (4, None) in verified(folder).found


def test_the_newest_checkpoint_may_be_cosigned_long_after_its_last_event(played: Played, forged: Forged) -> None:
    folder = forged()
    (folder / "checkpoint").write_bytes(played.log.checkpoint(at=10_000_000, witnesses=WITNESSES))
    assert verified(folder).code == 0


def ledger_event(log: Log, type_: str, origin: str, /, **data: object) -> Log:
    """The log with an event more on the stream ``ledger``, under the origin that is in force from there on."""
    last = log.lines[-1]
    state = json.dumps(
        {"id": "x", "salt": "", "actor": "local", "correlation_id": None, "data": data}, separators=(",", ":")
    )
    later = f"2026-01-01T00:00:00.{len(log.lines):06d}Z"
    made = type(last)(origin, len(log.lines), "ledger", 0, type_, 1, later, "", state.encode())
    return Log([*log.lines, made]).rechained()


NEXT = Signer(ORIGIN, ED25519, b"n" * 32)


@pytest.fixture
def changed(played: Played) -> Log:
    """The log goes on under a new key, announced in it."""
    log = ledger_event(played.log, "key_changed", ORIGIN, vkey=NEXT.verifier.vkey, until="2026-01-01T00:00:01.000000Z")
    return ledger_event(log, "observed", ORIGIN, note="later")


def publish(folder: Path, log: Log, checkpoint: bytes, *earlier: bytes) -> None:
    log.write_tiles(folder)
    (folder / "policy").unlink()
    (folder / "checkpoint").write_bytes(checkpoint)
    for number, note in enumerate(earlier):
        (folder / "checkpoints" / f"more-{number}").write_bytes(note)


def test_a_key_announced_under_a_trusted_one_is_trusted(changed: Log, forged: Forged) -> None:
    folder = forged()
    publish(folder, changed, changed.checkpoint(by=[NEXT]))
    assert verified(folder).found == [(2, None)]  # nothing that the old key signed covers the announcement
    folder = forged()
    publish(folder, changed, changed.checkpoint(by=[NEXT]), changed.checkpoint(len(changed.lines) - 1, by=[LOG, NEXT]))
    assert verified(folder).code == 0
    folder = forged()
    publish(folder, changed, changed.checkpoint(by=[NEXT]), changed.checkpoint(len(changed.lines) - 1, by=[NEXT]))
    assert verified(folder).code == 1


def test_an_old_key_alone_does_not_sign_what_is_later_than_its_last_day(changed: Log, forged: Forged) -> None:
    folder = forged()
    publish(folder, changed, changed.checkpoint(by=[LOG]))
    assert verified(folder).code == 0
    late = Log(
        [
            *changed.lines[:-1],
            type(changed.lines[0])(**{**vars(changed.lines[-1]), "recorded_at": "2026-02-01T00:00:00.000000Z"}),
        ]
    )
    late = late.rechained()
    folder = forged()
    publish(folder, late, late.checkpoint(by=[LOG]))
    assert verified(folder).found == [(2, None)]
    folder = forged()
    publish(folder, late, late.checkpoint(by=[LOG, NEXT]))
    assert verified(folder).code == 0


OTHER = "assessment.example.gov/district-2"
RESTORED = Signer(OTHER, ED25519, b"r" * 32)


def restored(played: Played, common: int | None = None, root: str | None = None, old: str = ORIGIN) -> Log:
    """The log restored from a backup of its first half, and declared so."""
    log = Log(played.log.lines[: played.half])
    state = log.checkpoint().decode().split("\n")[2]
    size = len(log.lines) if common is None else common
    data = {"origin": OTHER, "old_origin": old, "common_size": size, "common_root": root or state, "lost": 200}
    return ledger_event(log, "origin_declared", OTHER, **data, who="组织部", why="硬盘损坏")


def republish(folder: Path, log: Log, keys: str) -> None:
    publish(folder, log, log.checkpoint(by=[RESTORED]))
    (folder / "vkey").write_text(keys)


BOTH = f"{LOG.verifier.vkey}\n{RESTORED.verifier.vkey}\n"


def test_a_declared_loss_is_told_and_earlier_checkpoints_of_the_old_origin_still_count(
    played: Played, forged: Forged
) -> None:
    folder = forged()
    republish(folder, restored(played), BOTH)
    verdict = verified(folder)
    assert verdict.found == []
    assert any("declares a new origin" in notice and "硬盘损坏" in notice for notice in verdict.said["notices"])
    lost = folder / "checkpoints" / "lost"
    lost.write_bytes(played.log.checkpoint())
    verdict = verified(folder)
    assert verdict.code == 0
    assert any("checkpoints/lost" in notice for notice in verdict.said["notices"])
    lost.write_bytes(
        Log(
            [line.saying("organiser", "organizer") if line.index == 5 else line for line in played.log.lines]
        ).checkpoint(played.half)
    )
    assert verified(folder).found == [(3, 2)]


def test_a_declared_loss_does_not_excuse_what_an_auditor_holds(played: Played, forged: Forged, tmp_path: Path) -> None:
    folder = forged()
    republish(folder, restored(played), BOTH)
    since, receipt = tmp_path / "since", tmp_path / "receipt"
    since.write_bytes(played.log.checkpoint())
    receipt.write_bytes(played.log.receipt(played.bundle, played.half + 5, played.log.checkpoint()))
    assert verified(folder, "--since", since).found == [(3, played.half + 1)]
    assert set(verified(folder, "--receipt", receipt).found) >= {(8, played.half + 1)}


@pytest.mark.parametrize(
    ("log", "check"),
    [
        (lambda played: restored(played, root="A" * 43 + "="), 3),
        (lambda played: restored(played, common=1), 3),
        (lambda played: restored(played, common=10**6), 3),
        (lambda played: restored(played, old="example.com/other"), 2),
    ],
)
def test_a_declaration_must_be_true(played: Played, forged: Forged, log: Callable[[Played], Log], check: int) -> None:
    folder, made = forged(), log(played)
    republish(folder, made, BOTH)
    for kept in (folder / "checkpoints").iterdir():
        kept.unlink()
    assert verified(folder).found == [(check, len(made.lines))]


def test_a_new_origin_needs_a_key_of_its_own(played: Played, forged: Forged) -> None:
    folder = forged()
    republish(folder, restored(played), f"{LOG.verifier.vkey}\n")
    assert verified(folder).found == [(2, None)]
