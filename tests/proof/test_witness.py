"""A witness, over real HTTP: what it answers to what (c2sp.org/tlog-witness), and that it never cosigns two trees."""

import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.proof.checkpoint import Checkpoint
from ledger.proof.keys import COSIGNATURE, ED25519, Signer
from ledger.proof.note import Note
from ledger.proof.tlog_witness import AddCheckpoint, checkpoint_path
from ledger.proof.witness import AnotherSize, Witness
from tests.cli.running import Shell
from tests.proof.test_malformed import broken
from tests.proof.witnessing import SIZE, Log, WitnessServer

FRESH = [Log() for _ in range(60)]
STRANGER = Log()
FUZZED = Log()


@pytest.fixture(scope="module")
def witness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WitnessServer]:
    with WitnessServer(tmp_path_factory.mktemp("witness") / "w", [*FRESH, FUZZED]) as server:
        assert server.add(FUZZED.request(0, 7)).status_code == 200
        yield server


@pytest.fixture
def log() -> Log:
    """A log that the witness knows and has never seen."""
    return FRESH.pop()


def test_a_log_that_grows_is_cosigned(witness: WitnessServer, log: Log) -> None:
    old = 0
    for size in (0, 1, 1, 2, 7, 8, 9, 31, SIZE, SIZE):
        before = int(time.time())
        answer = witness.add(log.request(old, size))
        moment = witness.cosigned(log.note(size), answer).moment
        assert moment is not None
        assert before <= moment <= time.time()
        assert answer.text.startswith(f"— {witness.name} ")
        last = witness.last(log)
        assert last.note.text == log.note(size).text
        assert last.note.to_bytes() == log.note(size).to_bytes() + answer.content
        old = size


Asked = Callable[[Log], bytes]
AT_SEVEN: dict[str, tuple[Asked, int]] = {
    "no request": (lambda log: b"", 400),
    "no empty line": (lambda log: b"old 7\n", 400),
    "no old size": (lambda log: log.request(7, 9).partition(b"\n")[2], 400),
    "old size with a zero before": (lambda log: log.request(7, 9).replace(b"old 7", b"old 07"), 400),
    "old size below zero": (lambda log: log.request(7, 9).replace(b"old 7", b"old -7"), 400),
    "not base64": (lambda log: log.request(7, 9).replace(b"=\n", b"\n", 1), 400),
    "a hash too short": (lambda log: log.request(7, 9).replace(b"old 7\n", b"old 7\nAAAA\n"), 400),
    "64 hashes": (lambda log: log.asking(7, log.note(9), [bytes(32)] * 64), 400),
    "no signature": (lambda log: b"old 7\n\n" + log.checkpoint(7).text.encode() + b"\n", 400),
    "old size larger than the checkpoint's": (lambda log: log.asking(7, log.note(6), []), 400),
    "signed by a stranger": (lambda log: log.asking(7, _by(log, STRANGER.signer), log.prove(7, 9)), 403),
    "signed by another key of its name": (lambda log: log.asking(7, _by(log, _other(log)), log.prove(7, 9)), 403),
    "a signature of another text": (lambda log: log.asking(7, _wrong(log), log.prove(7, 9)), 403),
    "a right signature and a wrong one": (
        lambda log: log.asking(7, log.note(9).joined(_wrong(log).signatures), log.prove(7, 9)),
        403,
    ),
    "an unknown log": (lambda log: STRANGER.request(0, 5), 404),
    "an unknown log, from a larger size": (lambda log: STRANGER.asking(7, STRANGER.note(5), []), 404),
    "no proof": (lambda log: log.asking(7, log.note(9), []), 422),
    "the proof of another size": (lambda log: log.asking(7, log.note(9), log.prove(6, 9)), 422),
    "a proof too long": (lambda log: log.asking(7, log.note(9), [*log.prove(7, 9), bytes(32)]), 422),
    "a proof where the size is the same": (lambda log: log.asking(7, log.note(7), [bytes(32)]), 422),
    "a fork": (lambda log: log.forked_at(6).request(7, 9), 422),
    "another root of the same size": (lambda log: log.forked_at(6).request(7, 7), 422),
}


def _by(log: Log, signer: Signer) -> Note:
    return log.checkpoint(9).note().signed(signer)


def _other(log: Log) -> Signer:
    return Signer(log.origin, ED25519, b"o" * 32)


def _wrong(log: Log) -> Note:
    return Note(log.note(9).text, log.note(8).signatures)


@pytest.mark.parametrize("case", AT_SEVEN)
def test_what_is_not_to_be_cosigned_is_refused_and_changes_nothing(witness: WitnessServer, case: str, log: Log) -> None:
    asked, status = AT_SEVEN[case]
    witness.cosigned(log.note(7), witness.add(log.request(0, 7)))
    before = witness.last(log)
    answer = witness.add(asked(log))
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/plain; charset=utf-8")
    assert witness.last(log) == before
    witness.cosigned(log.note(9), witness.add(log.request(7, 9)))


@pytest.mark.parametrize(("old", "size"), [(0, 9), (6, 9), (8, 9), (0, 7), (0, 5), (5, 6), (0, 0)])
def test_from_another_size_the_size_is_answered(witness: WitnessServer, log: Log, old: int, size: int) -> None:
    witness.cosigned(log.note(7), witness.add(log.request(0, 7)))
    answer = witness.add(log.request(old, size))
    assert (answer.status_code, answer.content) == (409, b"7\n")
    assert answer.headers["Content-Type"] == "text/x.tlog.size"


def test_a_log_never_seen_begins_at_zero(witness: WitnessServer, log: Log) -> None:
    assert witness.add(log.request(3, 7)).content == b"0\n"
    assert witness.add(log.asking(0, log.note(7), [bytes(32)])).status_code == 422
    rootless = Checkpoint(log.origin, 0, bytes(32)).note().signed(log.signer)
    assert witness.add(log.asking(0, rootless, [])).status_code == 422
    assert httpx.get(f"{witness.address}/{checkpoint_path(log.origin)}").status_code == 404
    witness.cosigned(log.note(0), witness.add(log.request(0, 0)))


def test_signatures_of_others_are_passed_over_and_not_kept(witness: WitnessServer, log: Log) -> None:
    cosigner = Signer("witness.example/other", COSIGNATURE, bytes(32))
    note = _by(log, STRANGER.signer).signed(cosigner, moment=1).joined(log.note(9).signatures * 2)
    witness.cosigned(note, witness.add(log.asking(0, note, [])))
    assert [made.name for made in witness.last(log).note.signatures] == [log.origin, witness.name]


def test_extension_lines_are_cosigned_as_they_are(witness: WitnessServer, log: Log) -> None:
    extended = Log(log.leaves, log.origin, ("one more line",))
    witness.cosigned(extended.note(9), witness.add(extended.request(0, 9)))
    assert witness.last(log).checkpoint == extended.checkpoint(9)


def test_paths_methods_and_large_requests(witness: WitnessServer, log: Log) -> None:
    with httpx.Client(base_url=witness.address) as client:
        assert client.get("/vkey").text == f"{witness.verifier.vkey}\n"
        assert client.get("/add-checkpoint").status_code == 405
        assert client.post(f"/{checkpoint_path(log.origin)}").status_code == 405
        for path in ("/", "/checkpoint", "/x/checkpoint", "/%00/checkpoint", "/%ff/checkpoint"):
            assert client.get(path).status_code == 404
        assert client.post("/add-checkpoint", content=bytes(70_000)).status_code == 413
        assert client.post("/add-checkpoint", content=iter([bytes(70_000)])).status_code == 413


def test_of_many_trees_at_once_one_is_cosigned(tmp_path: Path, log: Log) -> None:
    """At every size logs of one key and one past ask at the same moment, two servers of one state."""
    leaves: tuple[bytes, ...] = ()
    with WitnessServer(tmp_path / "w", [log]) as one, WitnessServer(tmp_path / "w", [log]) as two:
        for size in range(1, 41):
            forks = [Log([*leaves, bytes([number]) * 32], log.origin) for number in range(8)]
            requests = [fork.request(size - 1, size) for fork in forks]
            together = Barrier(len(forks))

            def ask(number: int, requests: list[bytes] = requests, together: Barrier = together) -> int:
                with httpx.Client(timeout=60) as client:
                    url = f"{(one, two)[number % 2].address}/add-checkpoint"
                    together.wait(30)
                    return client.post(url, content=requests[number]).status_code

            with ThreadPoolExecutor(len(forks)) as pool:
                answers = list(pool.map(ask, range(len(forks))))
            assert sorted(answers) == [200, *[409] * 7]
            won = forks[answers.index(200)]
            assert one.last(log).checkpoint == two.last(log).checkpoint == won.checkpoint(size)
            leaves = won.leaves


def test_threads_that_change_between_any_two_steps_get_one_tree_cosigned(tmp_path: Path, log: Log) -> None:
    """Comparing and storing are one step: threads are made to change as often as they can."""
    leaves: tuple[bytes, ...] = ()
    before = sys.getswitchinterval()
    signer = Signer.generate("w", COSIGNATURE)
    with Witness(signer, [log.verifier], tmp_path / "state") as witness, ThreadPoolExecutor(8) as pool:
        together = Barrier(8)

        def ask(request: bytes) -> bool:
            together.wait(30)
            try:
                return bool(witness.add_checkpoint(request))
            except AnotherSize:
                return False

        sys.setswitchinterval(1e-6)
        try:
            for size in range(1, 101):
                forks = [Log([*leaves, bytes([number]) * 32], log.origin) for number in range(8)]
                answers = list(pool.map(ask, [fork.request(size - 1, size) for fork in forks]))
                assert answers.count(True) == 1
                leaves = forks[answers.index(True)].leaves
        finally:
            sys.setswitchinterval(before)


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_whatever_bytes_come_it_answers_and_cosigns_only_its_log(witness: WitnessServer, data: st.DataObject) -> None:
    seeds = [FUZZED.forked_at(6).request(7, 9), FUZZED.request(0, 7), FUZZED.request(7, 7), STRANGER.request(7, 9)]
    body = data.draw(st.sampled_from(seeds).flatmap(broken) | st.binary(max_size=200))
    answer = witness.add(body)
    assert answer.status_code in (200, 400, 403, 404, 409, 422)
    if answer.status_code == 200:  # what was broken was a signature of nobody's, or nothing
        note = AddCheckpoint.parse(body).signed.note
        assert note.text == FUZZED.note(7).text
        witness.cosigned(note, answer)
    assert witness.last(FUZZED).checkpoint == FUZZED.checkpoint(7)


def test_without_its_state_it_cosigns_nothing(tmp_path: Path, log: Log) -> None:
    with WitnessServer(tmp_path / "w", [log]) as server:
        server.cosigned(log.note(7), server.add(log.request(0, 7)))
        with closing(sqlite3.connect(server.state)) as connection:
            connection.execute("ALTER TABLE latest RENAME TO lost")
        answer = server.add(log.request(7, 9))
        assert (answer.status_code, answer.text) == (503, "the state of the witness cannot be kept now\n")
        with closing(sqlite3.connect(server.state)) as connection:
            connection.execute("ALTER TABLE lost RENAME TO latest")
        assert server.last(log).checkpoint == log.checkpoint(7)


def test_what_it_cannot_start_with_is_said_in_a_line(tmp_path: Path, log: Log) -> None:
    run, key, logs, bad = Shell(tmp_path), tmp_path / "key", tmp_path / "logs", tmp_path / "bad"
    logs.write_text(f"{log.verifier.vkey}\n")
    bad.write_text("no key\n")
    key.write_text(f"{log.signer.skey}\n")
    key.chmod(0o644)
    command = ["witness", "--key", "key", "--log", "logs", "--port", "0", "--state"]
    assert "open to group or others" in run.fails(2, *command, "state")
    key.chmod(0o600)
    assert run.fails(2, *command, "state") == "a witness signs with a key of type 0x04"
    key.write_text(f"{Signer.generate('w', COSIGNATURE).skey}\n" * 2)
    assert run.fails(2, *command, "state") == "key holds more than the one key of a witness"
    key.write_text(f"{Signer.generate('w', COSIGNATURE).skey}\n")
    assert "the state of the witness" in run.fails(2, *command, "logs")
    assert run.fails(2, *command, "state", "--log", "bad").startswith("bad: ")
    logs.write_text(f"{Signer('w', COSIGNATURE, bytes(32)).verifier.vkey}\n")
    assert run.fails(2, *command, "state") == "a log signs with a key of type 0x01"
    key.unlink()
    assert "No such file" in run.fails(2, *command, "state")
    assert run.fails(2, *command, "state", "--name", "a name") == "a key name is not empty and has neither spaces nor +"
    assert not key.exists()
