"""Whoever tries tokens learns nothing from how long an answer takes: neither who has access nor who had."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter_ns

import pytest

from ledger.errors import Unauthenticated
from ledger.recording.structure import Structure
from ledger.service.credentials import Caller, authenticate, key_hash
from tests.office import Office

TRIES = 10_000
MOST = 0.05
"""The medians of the kinds may differ by this part of the smallest."""
ROUNDS = 5
"""One round within it is enough: noise comes and goes, a difference in what is done does not."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with Office(tmp_path_factory.mktemp("timing") / "ledger.db") as office:
        office.grant("admin", "admin")
        for number in range(200):
            office.grant(f"holder{number}", "auditor")
        office.grant("gone", "auditor")
        office.grant("late", "auditor", expires="2020-01-01")
        office.ledger.principals.revoke(office.callers["admin"], "gone", "调离").result()
        yield office


def tries(office: Office) -> dict[str, Caller]:
    """Tokens of the same length that do not hold, each for a reason of its own."""

    def altered(name: str) -> str:
        token = str(office.callers[name].token)
        return token[:-1] + ("0" if token[-1] != "0" else "1")

    tokens = {
        "unknown": "lk_0123456789ab_" + 64 * "a",
        "revoked": str(office.callers["gone"].token),
        "revoked and wrong": altered("gone"),
        "wrong at the end": altered("holder7"),
        "wrong from the start": str(office.callers["holder7"].token)[:16] + 64 * "0",
        "expired and wrong": altered("late"),
    }
    assert len({len(token) for token in tokens.values()}) == 1
    return {name: Caller("timing", token=token) for name, token in tokens.items()}


def one(structure: Structure, caller: Caller, office: Office) -> int:
    began = perf_counter_ns()
    try:
        authenticate(structure, caller, office.now)
    except Unauthenticated:
        return perf_counter_ns() - began
    raise AssertionError("it held")


def medians(office: Office, kinds: dict[str, Caller]) -> dict[str, float]:
    """The median nanoseconds of each kind, tried in turn."""
    with office.ledger.queries.view(office.callers["second"]) as view:
        structure = view.reading.structure
        taken: dict[str, list[int]] = {name: [] for name in kinds}
        for _ in range(TRIES):
            for name, caller in kinds.items():
                taken[name].append(one(structure, caller, office))
    return {name: median(times) for name, times in taken.items()}


def spread(found: dict[str, float]) -> float:
    return max(found.values()) / min(found.values()) - 1


def test_unknown_revoked_and_wrong_tokens_take_the_same_time(office: Office) -> None:
    rounds = []
    for _ in range(ROUNDS):
        rounds.append(medians(office, tries(office)))
        if spread(rounds[-1]) < MOST:
            return
    raise AssertionError([{name: round(ns) for name, ns in found.items()} for found in rounds])


def test_a_difference_would_be_seen(office: Office) -> None:
    """A token twice as long takes longer to hash: by more than is let pass."""
    longer = Caller("timing", token="lk_0123456789ab_" + 2000 * "a")
    plain = tries(office)["unknown"]
    assert spread(medians(office, {"plain": plain, "longer": longer})) > MOST


def test_the_refusals_are_alike(office: Office) -> None:
    told = []
    with office.ledger.queries.view(office.callers["second"]) as view:
        for caller in (*tries(office).values(), Caller("timing"), Caller("timing", token="")):
            with pytest.raises(Unauthenticated) as caught:
                authenticate(view.reading.structure, caller, office.now)
            told.append((str(caught.value), caught.value.facts))
    assert all(first == second for first, second in pairwise(told))


def test_no_file_of_the_ledger_holds_a_token(tmp_path: Path) -> None:
    """Its hash is kept, and nothing else of it."""
    with Office(tmp_path / "ledger.db") as office:
        tokens = [str(caller.token) for caller in office.callers.values()]
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for token in tokens:
        assert token.rpartition("_")[2].encode() not in kept
        assert key_hash(token).encode() in kept
