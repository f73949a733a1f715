"""Consultations: who opens whose record is recorded first; then this principal reads it for eight hours."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from ledger.recording.reader import NOW, When
from ledger.service.consultations import Consultation, ConsultationInput, event_id
from ledger.service.credentials import Caller
from ledger.service.inputs import validate
from ledger.service.view import Page
from tests.access.conftest import Marked
from tests.access.marked import AN, BO, WANG
from tests.backends import NewAddress, sqlite_only
from tests.http.serving import Desk, problem_of
from tests.office import Office, refused

BODY: dict[str, Any] = {"cadres": [AN, BO], "purpose": "promotion", "matter": "拟提拔"}
READS: dict[str, Callable[[Office, Caller, str, When], object]] = {
    "record": lambda office, by, cadre, when: office.ledger.queries.record(by, cadre, when),
    "history": lambda office, by, cadre, when: office.ledger.feed.history(by, cadre, Page(), when=when),
    "month": lambda office, by, cadre, when: office.ledger.queries.period(by, cadre, "2025-01", when),
    "quarter": lambda office, by, cadre, when: office.ledger.queries.period(by, cadre, "2025-Q1", when),
    "changes": lambda office, by, cadre, when: office.ledger.changes.between(by, cadre, Page(), None, when),
}


def number(name: str) -> str:
    """A client's own id."""
    return str(uuid5(NAMESPACE_URL, name))


def test_it_is_recorded_on_every_cadre_and_open_for_eight_hours(marked: Marked) -> None:
    desk = marked.desk
    before = desk.position
    answer = desk["auditor"].post("/v1/consultations", json=BODY)
    found = answer.json()
    assert answer.status_code == 201
    assert [receipt["stream"] for receipt in found["receipts"]] == [f"consultations:{AN}", f"consultations:{BO}"]
    assert [receipt["position"] for receipt in found["receipts"]] == [before + 1, before + 2]
    assert found["receipts"][0]["id"] == found["consultation"]
    began, ends = (datetime.fromisoformat(at) for at in (found["receipts"][0]["recorded_at"], found["expires_at"]))
    assert ends - began == timedelta(hours=8)
    event = desk.organiser.get(f"/v1/events/{found['receipts'][1]['id']}").json()
    assert (event["type"], event["actor"]) == ("consulted", "auditor")
    assert event["data"] == {**BODY, "position": before}


def test_what_is_sent_again_is_answered_again(marked: Marked) -> None:
    sent = {**BODY, "id": number("again")}
    first = marked.desk["committee"].post("/v1/consultations", json=sent)
    before = marked.desk.position
    again = marked.desk["committee"].post("/v1/consultations", json=sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert "Idempotent-Replay" not in first.headers
    assert again.headers["Idempotent-Replay"] == "true"
    assert again.json() == first.json()
    assert marked.desk.position == before


OTHERS: list[tuple[str, dict[str, Any]]] = [
    ("committee", {"matter": "别的事"}),
    ("committee", {"purpose": "audit"}),
    ("committee", {"cadres": [AN]}),
    ("committee", {"cadres": [BO, AN]}),
    ("auditor", {}),
]


@pytest.mark.parametrize(("by", "other"), OTHERS)
def test_an_id_stands_for_one_consultation_of_one_principal(marked: Marked, by: str, other: dict[str, Any]) -> None:
    sent = {**BODY, "id": number("one")}
    marked.desk["committee"].post("/v1/consultations", json=sent)
    before = marked.desk.position
    answer = marked.desk[by].post("/v1/consultations", json={**sent, **other})
    assert (answer.status_code, problem_of(answer)["code"]) == (409, "id-reused")
    assert marked.desk.position == before


def test_the_id_of_another_event_is_taken(marked: Marked) -> None:
    """Also where it would become that of a later cadre's event."""
    later = number("later")
    for id_ in (event_id(later, BO), marked.opened["auditor"]):
        body = {"cadres": [AN], "purpose": "audit", "matter": "先", "id": id_}
        marked.desk["committee"].post("/v1/consultations", json=body)
    before = marked.desk.position
    for id_ in (later, marked.opened["auditor"]):
        answer = marked.desk["committee"].post("/v1/consultations", json={**BODY, "id": id_})
        assert (answer.status_code, problem_of(answer)["code"]) == (409, "id-reused")
    assert marked.desk.position == before


REFUSED: list[tuple[str, list[str], int, str]] = [
    ("committee", [AN, WANG], 404, "unknown-cadre"),
    ("auditor", [WANG], 404, "unknown-cadre"),
    ("committee", [AN, "nobody"], 404, "unknown-cadre"),
    ("committee", [AN, AN], 422, "invalid"),
    ("committee", [], 422, "invalid"),
    *((who, [AN], 403, "forbidden") for who in ("clerk", "reviewer", "supervisor", "town", "organiser", "admin")),
    ("cadre", [AN], 403, "forbidden"),
    ("kin", [AN], 403, "forbidden"),
]


@pytest.mark.parametrize(("who", "cadres", "status", "code"), REFUSED)
@pytest.mark.parametrize("dry_run", ["false", "true"])
def test_what_may_not_be_opened_leaves_no_trace(
    marked: Marked, who: str, cadres: list[str], status: int, code: str, dry_run: str
) -> None:
    before = marked.desk.position
    answer = marked.desk[who].post("/v1/consultations", json={**BODY, "cadres": cadres}, params={"dry_run": dry_run})
    assert (answer.status_code, problem_of(answer)["code"]) == (status, code)
    assert marked.desk.position == before


def test_a_dry_run_stores_nothing_and_opens_nothing(marked: Marked) -> None:
    before = marked.desk.position
    sent = {**BODY, "id": number("dry")}
    answer = marked.desk["committee"].post("/v1/consultations", json=sent, params={"dry_run": "true"})
    assert (answer.status_code, answer.json()) == (200, {"dry_run": True})
    assert marked.desk.position == before
    query = {"consultation": sent["id"]}
    assert marked.desk["committee"].get(f"/v1/cadres/{AN}/record", params=query).status_code == 403


@pytest.mark.parametrize("who", ["committee", "auditor"])
def test_with_it_the_record_is_read_and_reading_writes_nothing(marked: Marked, who: str) -> None:
    desk, before = marked.desk, marked.desk.position
    for path in ("record", "events", "periods/2025-01", "periods/2025-Q1", "changes"):
        for moment in ({}, {"at": str(before)}, {"at": "160"}, {"as_of": "2026-01-05T00:00:00+08:00"}):
            if path == "changes" and moment:
                continue
            url, opened = f"/v1/cadres/{AN}/{path}", {**moment, "consultation": marked.opened[who]}
            assert desk[who].get(url, params=opened).status_code == 200, (path, moment)
            answer = desk[who].get(url, params=moment)
            assert (answer.status_code, problem_of(answer)["code"]) == (403, "consultation-required")
    assert desk.position == before


def status(desk: Desk, who: str, cadre: str, consultation: str) -> int:
    return desk[who].get(f"/v1/cadres/{cadre}/record", params={"consultation": consultation}).status_code


def test_it_opens_only_whom_it_names_to_who_opened_it(marked: Marked) -> None:
    desk, opened = marked.desk, marked.opened
    assert status(desk, "committee", AN, opened["committee"].upper()) == 200
    assert status(desk, "committee", BO, opened["committee"]) == 403
    assert status(desk, "committee", WANG, opened["committee"]) == 404
    assert status(desk, "committee", AN, opened["auditor"]) == 403
    assert status(desk, "inspector", AN, opened["auditor"]) == 403
    assert status(desk, "clerk", AN, opened["committee"]) == 403
    scored = desk.organiser.get(f"/v1/cadres/{AN}/events?type=scored&limit=1").json()["items"][0]["id"]
    for none in ("", "x", number("never"), scored):
        assert status(desk, "committee", AN, none) == 403


def test_last_results_are_shown_only_under_it(marked: Marked) -> None:
    path = f"/v1/cadres/{AN}"
    closed = marked.desk["committee"].get(path).json()["last_results"]
    opened = marked.desk["committee"].get(path, params={"consultation": marked.opened["committee"]}).json()
    assert not any(closed.values())
    assert all(opened["last_results"][kind] for kind in ("month", "quarter"))


@pytest.fixture(scope="module")
def office(new_address: NewAddress) -> Iterator[Office]:
    """Two cadres with a sealed quarter each, a committee, an auditor, and one of the committee who is a cadre."""
    with Office(new_address()) as office:
        office.adopt()
        office.staff("town", "an", "bo")
        office.play("town", "2025-Q1", an=80, bo=70)
        for name in ("committee", "auditor"):
            office.grant(name, name)
        office.grant("self", "committee", cadre="an")
        office.grant("an", "cadre", cadre="an")
        yield office


def opened(office: Office, who: str, *cadres: str) -> Caller:
    """Who has opened these records, reading under it."""
    wanted = validate(ConsultationInput, {"cadres": list(cadres), "purpose": "award", "matter": "评优"})
    made: Consultation = office.ledger.consultations.open(office.callers[who], wanted).result()
    return replace(office.callers[who], consultation=made.consultation)


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("who", ["committee", "auditor"])
def test_it_ends_after_eight_hours(office: Office, who: str, read: str) -> None:
    caller, began = opened(office, who, "an"), office.now
    past = When(at=office.ledger.queries.ready() - 3)
    for when in (NOW, past):
        office.now = began
        READS[read](office, caller, "an", when)
        office.now = began + timedelta(hours=8, seconds=-1)
        READS[read](office, caller, "an", when)
        for later in (timedelta(hours=8, seconds=1), timedelta(days=30)):
            office.now = began + later
            with refused("consultation-required"):
                READS[read](office, caller, "an", when)


@pytest.mark.parametrize("read", READS)
def test_the_past_before_it_is_open_too_and_nobody_else(office: Office, read: str) -> None:
    """The scope is that of now, for past moments too."""
    caller = opened(office, "committee", "an")
    first = When(at=office.ledger.queries.ready() - 1)
    for when in (NOW, first):
        READS[read](office, caller, "an", when)
        with refused("consultation-required"):
            READS[read](office, caller, "bo", when)
        with refused("consultation-required"):
            READS[read](office, replace(office.callers["auditor"], consultation=caller.consultation), "an", when)


def test_nobody_opens_his_own_record_and_reads_it_without(office: Office) -> None:
    with refused("own-record"):
        opened(office, "self", "bo", "an")
    record = office.ledger.queries.record(office.callers["self"], "an")
    assert record["months"]
    opened(office, "self", "bo")


def test_the_cadre_sees_it_nowhere(office: Office) -> None:
    """Neither an event nor a version of his stream: all he reads is what it was."""
    cadre = office.callers["an"]

    def seen() -> list[object]:
        queries, page = office.ledger.queries, Page(limit=500)
        return [
            {**queries.record(cadre, "an"), "position": 0},
            {**queries.cadre(cadre, "an"), "position": 0},
            office.ledger.feed.history(cadre, "an", page)["items"],
            office.ledger.changes.between(cadre, "an", page, None)["items"],
            office.ledger.worklists.duties(cadre, page)["items"],
            [step for step, _ in office.ledger.changes.chronicle(cadre, "an")],
        ]

    before = seen()
    opened(office, "auditor", "an", "bo")
    assert seen() == before
    assert "consulted" not in str(before)


def test_a_revoked_principal_reads_no_more_under_it(office: Office) -> None:
    office.grant("gone", "committee")
    office.grant("admin", "admin")
    caller = opened(office, "gone", "an")
    office.ledger.principals.revoke(office.callers["admin"], "gone", "调离").result()
    with refused("unauthenticated"):
        office.ledger.queries.record(caller, "an")
    with refused("unauthenticated"):
        opened(office, "gone", "an")


@sqlite_only
def test_who_sealed_or_scored_does_not_decide_the_appeal(new_address: NewAddress) -> None:
    with Office(new_address()) as office:
        for name in ("scorer", "sealer"):
            office.grant(name, "organiser")
        office.adopt()
        office.staff("town", "an")
        office.after("2025-01")
        office.score("an", "2025-01", 80, by="scorer")
        office.seal("town", "2025-01", by="sealer")
        appeal = office.appeal("an", "2025-01")
        for who in ("scorer", "sealer"):
            with refused("forbidden"):
                office.decide_appeal("an", appeal, by=who)
        office.decide_appeal("an", appeal, by="second")
