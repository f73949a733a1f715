"""Asking witnesses: real ones, some of which are down or have seen more, and ones that lie, stall or talk nonsense."""

import socket
from collections.abc import Iterator

import pytest

from ledger.proof.checkpoint import SignedCheckpoint
from ledger.proof.cosigning import Answers, Cosigners
from ledger.proof.encoding import BadForm
from ledger.proof.policy import Policy
from tests.proof.liars import LIAR, LIES, lying, stalling
from tests.proof.witnessing import SIZE, Log, WitnessServer, policy, witnesses

FRESH = [Log() for _ in range(60)]
SHORT = 0.5


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[WitnessServer]]:
    with witnesses(tmp_path_factory.mktemp("witnesses"), 3, FRESH) as servers:
        yield servers


@pytest.fixture
def log() -> Log:
    """A log that the witnesses know and have never seen."""
    return FRESH.pop()


def of(servers: list[WitnessServer], *liar: str) -> Policy:
    """A policy of real witnesses, and of the liar at his URL."""
    return policy([*((server.verifier, server.address) for server in servers), *((LIAR.verifier, url) for url in liar)])


def ask(cosigners: Cosigners, log: Log, size: int) -> Answers:
    """What a log asks; the cosignatures that it takes hold."""
    return cosigners.ask(log.note(size), log.checkpoint(size), lambda old: log.prove(old, size), [log.verifier])


def check(answers: Answers, asked: Policy, log: Log, size: int) -> None:
    """The cosignatures hold, and are a quorum."""
    signed = SignedCheckpoint(log.checkpoint(size), log.note(size).joined(answers.signatures))
    assert len(asked.verify(signed, [log.verifier])) == len(answers.signatures)


def test_three_witnesses_cosign_as_a_log_grows(three: list[WitnessServer], log: Log) -> None:
    asked = of(three)
    cosigners = Cosigners(asked)
    for size in (0, 1, 5, 5, 8, SIZE):
        answers = ask(cosigners, log, size)
        assert dict(answers.outcomes) == dict.fromkeys(("w0", "w1", "w2"), "cosigned")
        assert answers.contradiction is None
        assert len(answers.signatures) == 3
        check(answers, asked, log, size)


def test_who_does_not_know_the_sizes_asks_again(three: list[WitnessServer], log: Log) -> None:
    """After a start; and the witnesses need not stand at the same size."""
    ask(Cosigners(of(three[:1])), log, 5)
    ask(Cosigners(of(three[:2])), log, 8)
    answers = ask(Cosigners(of(three)), log, 13)
    assert set(answers.outcomes.values()) == {"cosigned"}


def test_a_witness_that_began_anew_is_asked_again_from_there(three: list[WitnessServer], log: Log) -> None:
    cosigners = Cosigners(of(three))
    ask(cosigners, log, 13)
    other = FRESH.pop()  # to the cosigners the same as if the witnesses had lost what they knew
    assert set(ask(cosigners, other, 9).outcomes.values()) == {"cosigned"}
    assert set(ask(cosigners, other, 20).outcomes.values()) == {"cosigned"}


def test_with_one_of_three_down_there_is_a_quorum(three: list[WitnessServer], log: Log) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    asked = of(three[:2], address)
    answers = ask(Cosigners(asked), log, 5)
    assert dict(answers.outcomes) == {"w0": "cosigned", "w1": "cosigned", "w2": "unreachable"}
    check(answers, asked, log, 5)


def test_a_witness_that_does_not_know_the_log_refuses(three: list[WitnessServer]) -> None:
    answers = ask(Cosigners(of(three[:1])), Log(), 5)
    assert (dict(answers.outcomes), answers.signatures) == ({"w0": "refused(404)"}, ())


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("size", [5, 7, 9])
def test_a_log_that_was_rewritten_is_contradicted(three: list[WitnessServer], log: Log, size: int, known: bool) -> None:
    """Whether the log still knows what size the witnesses stand at, or not."""
    cosigners = Cosigners(of(three))
    seen = ask(cosigners, log, 7)
    answers = ask(cosigners if known else Cosigners(of(three)), log.forked_at(3), size)
    assert set(answers.outcomes.values()) == {"contradicts"}
    assert answers.contradiction is not None
    assert answers.contradiction.checkpoint == log.checkpoint(7)
    assert answers.contradiction.note.signatures[-1] in seen.signatures


def test_a_log_that_was_rolled_back_is_contradicted_by_who_has_seen_most(three: list[WitnessServer], log: Log) -> None:
    ask(Cosigners(of(three[:1])), log, 7)
    ask(Cosigners(of(three[1:2])), log, 9)
    answers = ask(Cosigners(of(three)), log, 6)
    assert dict(answers.outcomes) == {"w0": "contradicts", "w1": "contradicts", "w2": "cosigned"}
    assert answers.contradiction is not None
    assert answers.contradiction.checkpoint == log.checkpoint(9)


@pytest.mark.parametrize("case", LIES)
def test_what_one_witness_says_is_believed_as_far_as_keys_prove_it(
    three: list[WitnessServer], log: Log, case: str
) -> None:
    lie, outcome = LIES[case]
    with lying(log, lie) as (address, requests):
        asked = of(three[:2], address)
        answers = ask(Cosigners(asked), log, 5)
    assert dict(answers.outcomes) == {"w0": "cosigned", "w1": "cosigned", "w2": outcome}
    assert (answers.contradiction is not None) == (outcome == "contradicts")
    assert requests[0] == "POST /prefix/add-checkpoint"
    assert len(requests) <= 3
    check(answers, asked, log, 5)


def test_who_hangs_is_not_waited_for_and_not_asked_twice_at_once(log: Log) -> None:
    with stalling(b"H") as (address, taken):
        cosigners = Cosigners(of([], address), patience=SHORT)
        for size in (5, 6, 7):
            assert dict(ask(cosigners, log, size).outcomes) == {"w0": "unreachable"}
        assert len(taken) == 1


def test_who_says_nothing_is_asked_again(log: Log) -> None:
    with stalling(b"") as (address, taken):
        cosigners = Cosigners(of([], address), patience=SHORT)
        while len(taken) < 2:
            assert dict(ask(cosigners, log, 5).outcomes) == {"w0": "unreachable"}


def test_what_goes_wrong_in_the_proof_is_raised(three: list[WitnessServer], log: Log) -> None:
    def lost(old: int) -> list[bytes]:
        raise LookupError(old)

    with pytest.raises(LookupError):
        Cosigners(of(three)).ask(log.note(5), log.checkpoint(5), lost, [log.verifier])


def test_witnesses_without_a_url_are_not_asked(log: Log) -> None:
    asked = Policy.parse(f"witness w {LIAR.verifier.vkey}\nquorum none\n".encode())
    assert ask(Cosigners(asked), log, 5) == Answers((), None, {})


@pytest.mark.parametrize("url", ["w.example", "ftp://w.example", "file:///w", "http://", "http://w:99999", "http://["])
def test_a_url_that_no_witness_has_is_refused(url: str) -> None:
    with pytest.raises(BadForm):
        Cosigners(of([], url))
