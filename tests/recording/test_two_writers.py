"""Two ledgers open on one database, as in two processes: each sees what the other appended, whatever it was."""

from collections.abc import Iterator
from typing import Any

import pytest

from ledger.aggregates.access import Granted
from ledger.errors import Unauthenticated
from ledger.recording.codec import StoredRow
from ledger.service.credentials import Caller
from ledger.service.inputs import read_event
from ledger.service.ledger import Ledger, local_caller
from tests.office import Office, refused
from tests.properties.recompute import check
from tests.recording.inside import contents, stored


class Pair:
    """An office whose people use one ledger or the other."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.office = Office(address)
        self.first = self.office.ledger
        self.second = Ledger(address, clock=lambda: self.office.now)

    def on_first(self) -> Office:
        self.office.ledger = self.first
        return self.office

    def on_second(self) -> Office:
        self.office.ledger = self.second
        return self.office

    def close(self) -> None:
        self.first.close()
        self.second.close()


@pytest.fixture
def pair(address: str) -> Iterator[Pair]:
    found = Pair(address)
    found.on_first().adopt("town")
    found.on_second().adopt("city")
    for cadre in ("c1", "c2", "c3"):
        found.on_first().register(cadre, "town")
    for cadre in ("d1", "d2", "d3"):
        found.on_second().register(cadre, "city")
    yield found
    check(found.address)
    found.close()


def play(pair: Pair, month: str) -> None:
    """A month of the town, scored through the one and sealed through the other."""
    pair.office.after(month)
    for cadre, points in (("c1", 95), ("c2", 85), ("c3", 50)):
        pair.on_first().score(cadre, month, points)
    pair.on_second().seal("town", month)


def rows_of(pair: Pair, stream: str) -> list[StoredRow]:
    return [row for row in stored(pair.address) if row.originator_id == stream]


def test_versions_and_positions_go_on_across_both(pair: Pair) -> None:
    for number in range(6):
        (pair.on_first() if number % 2 else pair.on_second()).talk("c1", "2025-01")
    assert [row.originator_version for row in rows_of(pair, "cadre:c1")] == list(range(1, 8))


def test_a_score_by_one_is_known_to_the_other(pair: Pair) -> None:
    score = pair.on_first().score("c1", "2025-01", 80)
    with refused("already-scored"):
        pair.on_second().score("c1", "2025-01", 70)
    pair.on_second().correct("c1", score, 81)
    pair.on_first().annul("c1", score)
    with refused("invalid", "annulled"):
        pair.on_second().correct("c1", score, 82)


def test_a_seal_by_one_holds_for_the_other(pair: Pair) -> None:
    play(pair, "2025-01")
    for office in (pair.on_first(), pair.on_second(), pair.on_first()):
        with refused("period-sealed"):
            office.score("c1", "2025-01", 1, by="second")
        with refused("period-sealed"):
            office.seal("town", "2025-01")
        with refused("period-sealed"):
            office.post("c1", "city", "2025-01")


def test_a_fact_by_one_is_in_the_seal_of_the_other(pair: Pair) -> None:
    pair.office.after("2025-01")
    for cadre in ("c1", "c2", "c3"):
        pair.on_first().score(cadre, "2025-01", 60)
    pair.on_second().observe("c1", "2025-01", 3)
    pair.on_first().observe("c1", "2025-01", "1.5")
    pair.on_second().seal("town", "2025-01")
    assert pair.on_first().see("c1", "2025-01", "points", "state") == ("64.50", "sealed")
    pair.on_first().reopen("town", "2025-01")
    pair.on_second().observe("c1", "2025-01", -2)
    pair.on_first().seal("town", "2025-01")
    assert pair.on_second().see("c1", "2025-01", "points", "revision") == ("62.50", 2)


def test_a_posting_by_one_makes_a_member_for_the_other(pair: Pair) -> None:
    pair.on_first().post("c1", "city", "2025-02")
    play_all = (("c1", "city"), ("c2", "town"), ("c3", "town"), ("d1", "city"), ("d2", "city"), ("d3", "city"))
    pair.office.after("2025-02")
    for cadre, _ in play_all:
        pair.on_second().score(cadre, "2025-02", 70)
    assert [row["cadre"] for row in pair.on_second().seal("city", "2025-02").rows] == ["c1", "d1", "d2", "d3"]
    assert [row["cadre"] for row in pair.on_first().seal("town", "2025-02").rows] == ["c2", "c3"]
    with refused("period-sealed"):
        pair.on_first().post("c1", "town", "2025-02")
    pair.on_second().depart("d1", "2025-03")
    with refused("departed"):
        pair.on_first().score("d1", "2025-03", 5)


def test_quarters_and_duties_go_on_across_both(pair: Pair) -> None:
    for month in ("2025-01", "2025-02", "2025-03"):
        play(pair, month)
    pair.on_first().seal("town", "2025-Q1")
    assert pair.on_second().waiting("c3") == {"feedback", "criticism", "consider_admonition"}
    pair.on_second().criticise("c3", "2025-Q1")
    pair.on_first().talk("c3", "2025-Q1")
    assert pair.on_second().waiting("c3") == {"consider_admonition"}
    pair.on_second().reopen("town", "2025-01")
    assert pair.on_first().state("town", "2025-Q1") == "outdated"
    pair.on_first().seal("town", "2025-01")
    pair.on_second().seal("town", "2025-Q1")
    assert pair.on_first().see("c3", "2025-Q1", "revision", "state") == (2, "sealed")


def test_a_scheme_by_one_is_in_force_for_the_other(pair: Pair) -> None:
    assert pair.on_first().adopt("town", bands={"good": "99", "fairly_good": "98", "average": "97"}) == 2
    pair.on_second().score("c1", "2025-01", 96)
    assert pair.on_second().see("c1", "2025-01", "grade", "scheme_version") == ("poor", 2)
    assert pair.on_second().adopt("town") == 3
    assert pair.on_first().see("c1", "2025-01", "grade", "scheme_version") == ("good", 3)


def test_access_revoked_by_one_is_gone_for_the_other(pair: Pair) -> None:
    caller = pair.office.callers["second"]
    pair.on_second().talk("c1", "2025-01", by="second")
    pair.first.principals.revoke(local_caller("test", "x"), "second", "离任").result()
    with pytest.raises(Unauthenticated):
        pair.on_second().talk("c1", "2025-01", by="second")
    with pytest.raises(Unauthenticated):
        pair.second.queries.me(caller)


def test_access_granted_anew_by_one_ends_the_old_token_for_the_other(pair: Pair) -> None:
    old = pair.office.callers["second"]
    grant = pair.first.principals.grant(local_caller("test", "x"), Granted(name="second", role="reviewer")).result()
    with pytest.raises(Unauthenticated):
        pair.second.queries.me(old)
    assert pair.second.queries.me(Caller("x", token=grant.token))["role"] == "reviewer"
    pair.office.callers["second"] = Caller("x", token=grant.token)
    with refused("forbidden"):
        pair.on_second().adopt(by="second")
    pair.on_second().score("c1", "2025-01", 50, by="second")


def test_what_one_took_back_never_was_for_the_other(pair: Pair) -> None:
    before = contents(pair.address)
    given: dict[str, Any] = {"unit": "二", "post": "长", "group": "city", "since": "2025-01"}
    _, data = read_event({"type": "posted", **given})
    pair.first.appending.try_append(pair.office.callers["organiser"], "c1", data).result()
    assert contents(pair.address) == before
    pair.on_second().post("c2", "city", "2025-01")
    pair.on_first().talk("c2", "2025-01")
    pair.on_first().post("c2", "town", "2025-01")
    play(pair, "2025-01")


def test_both_answer_alike_in_the_end(pair: Pair) -> None:
    for month in ("2025-01", "2025-02", "2025-03"):
        play(pair, month)
    pair.on_second().seal("town", "2025-Q1")
    pair.on_first().admonish("c3")
    for cadre in ("c1", "c2", "c3"):
        assert pair.on_first().record(cadre) == pair.on_second().record(cadre)
    for period in ("2025-01", "2025-Q1", "2025"):
        assert pair.on_first().standings("town", period) == pair.on_second().standings("town", period)


def test_what_one_remembers_of_a_round_gives_way_to_what_the_other_did(pair: Pair) -> None:
    for month in ("2025-01", "2025-02", "2025-03"):
        play(pair, month)
    pair.on_first().seal("town", "2025-Q1")
    for _ in range(2):
        pair.on_first().reopen("town", "2025-01")
        assert pair.on_second().see("c1", "2025-Q1", "state") == "outdated"
        check(pair.address)
        pair.on_second().seal("town", "2025-01")
        pair.on_second().seal("town", "2025-Q1")
        assert pair.on_first().see("c1", "2025-Q1", "state") == "sealed"
