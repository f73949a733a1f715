"""Dry runs: all checks, nothing stored, and the writer's caches as if they had never been."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from ledger.aggregates.access import Granted
from ledger.aggregates.envelope import Proposed
from ledger.aggregates.refusals import PeriodSealed
from ledger.aggregates.round import Reopened
from ledger.aggregates.scheme import Scheme
from ledger.errors import Refusal
from ledger.recording.session import Session
from ledger.service.desk import Desk
from ledger.service.effects import Effects
from ledger.service.identifiers import new_id
from ledger.service.inputs import read_event, validate
from ledger.service.ledger import Ledger, local_caller
from ledger.service.view import Page
from tests.backends import NewAddress
from tests.office import Office, scheme
from tests.properties.recompute import check
from tests.recording.inside import contents, submit

CADRES = ("c1", "c2", "c3")
PERIODS = ("2025-01", "2025-02", "2025-03", "2025-Q1", "2025")


@pytest.fixture
def office(address: str) -> Iterator[Office]:
    """A quarter that can be sealed, in two groups."""
    with Office(address) as found:
        found.adopt("town")
        found.adopt("city")
        found.staff("town", *CADRES)
        found.staff("city", "d1", "d2", "d3")
        for group, cadres in (("town", CADRES), ("city", ("d1", "d2", "d3"))):
            found.play_months(group, PERIODS[:3], **dict(zip(cadres, (95, 85, 50), strict=True)))
        yield found


def answers(ledger: Ledger, office: Office) -> dict[str, Any]:
    """What a ledger says of everybody, without the position."""
    queries, caller = ledger.queries, office.callers["second"]
    people = [item["cadre"] for item in queries.cadres(caller, Page())["items"]]
    return {
        "records": {cadre: queries.record(caller, cadre) for cadre in people},
        "standings": {
            f"{group}/{period}": queries.standings(caller, group, period)
            for group in ("town", "city")
            for period in PERIODS
        },
        "groups": queries.groups(caller),
    }


def dry(office: Office, cadre: str, type_: str, **fields: Any) -> None:
    _, data = read_event({"type": type_, **fields})
    office.ledger.appending.try_append(office.callers["organiser"], cadre, data).result()


def dry_grant(office: Office) -> None:
    """There is no dry run of a grant; this is what one would be."""

    def work(session: Session) -> None:
        for name in ("organiser", "newcomer"):
            data = Granted(name=name, role="auditor", key_hash="0" * 64)
            session.append(Proposed(f"00000000-0000-4000-8000-{len(name):012}", f"access:{name}", data, "t", "c"))

    submit(office.ledger, work, keep=False).result()


def dry_adopt(office: Office, group: str, year: str = "2025") -> None:
    wanted = validate(Scheme, scheme(good_quota="1"))
    office.ledger.rounds.adopt(office.callers["organiser"], group, year, wanted, dry_run=True).result()


DRY: dict[str, Callable[[Office], object]] = {
    "seal": lambda office: office.ledger.rounds.preview(office.callers["organiser"], "town", "2025-Q1", {}).result(),
    "reopen": lambda office: office.ledger.rounds.reopen(
        office.callers["organiser"], "town", "2025-02", Reopened(reason="试"), dry_run=True
    ).result(),
    "adopt": lambda office: dry_adopt(office, "town"),
    "adopt first of a group": lambda office: dry_adopt(office, "village"),
    "adopt first of a year": lambda office: dry_adopt(office, "town", "2024"),
    "register": lambda office: dry(
        office, "ghost", "registered", name="鬼", unit="一", post="长", group="town", since="2025-05"
    ),
    "post": lambda office: dry(office, "c1", "posted", unit="二", post="长", group="city", since="2025-04"),
    "depart": lambda office: dry(office, "c1", "departed", since="2025-05", reason="retired"),
    "score": lambda office: dry(office, "c1", "scored", period="2025-04", indicator="work", points=60),
    "submit": lambda office: dry(
        office, "c1", "submitted", period="2025-04", items=[{"category": "项目", "title": "一"}]
    ),
    "admonish": lambda office: dry(
        office,
        "c3",
        "admonished",
        form="talk",
        decided_on="2025-04-08",
        grounds="事由",
        approved_by="部务会",
        heard="接受",
    ),
    "grant": dry_grant,
    "lines": lambda office: list(
        office.ledger.appending.append_lines(
            office.callers["organiser"],
            [
                json.dumps(
                    {"cadre": cadre, "type": "scored", "period": "2025-04", "indicator": "work", "points": 9}
                ).encode()
                for cadre in ("c1", "c2", "nobody")
            ],
            dry_run=True,
        )
    ),
}


def real(office: Office) -> None:
    """The same things done for real, and more that rests on them."""
    office.on("2025-04-09")
    office.register("ghost", since="2025-05")
    office.adopt("town", good_quota="1")
    office.adopt("village")
    office.seal("town", "2025-Q1")
    office.seal("city", "2025-Q1")
    office.talk("c1", "2025-Q1")
    office.score("c1", "2025-04", 60)
    office.post("c1", "city", "2025-05")
    office.depart("c2", "2025-05")
    office.admonish("c3")
    office.grant("newcomer", "auditor")
    office.reopen("town", "2025-02")
    office.seal("town", "2025-02")
    office.seal("town", "2025-Q1")


@pytest.mark.parametrize("name", DRY)
def test_a_dry_run_stores_nothing_and_leaves_no_trace(office: Office, address: str, name: str) -> None:
    before, said = contents(address), answers(office.ledger, office)
    for _ in range(2):
        DRY[name](office)
        assert contents(address) == before
        assert answers(office.ledger, office) == said
    real(office)
    check(address)
    with Ledger(address, clock=lambda: office.now) as fresh:
        assert answers(fresh, office) == answers(office.ledger, office)


def test_all_dry_runs_one_after_the_other(office: Office, address: str) -> None:
    before = contents(address)
    for _ in range(2):
        for run in DRY.values():
            run(office)
    assert contents(address) == before
    real(office)
    for run in list(DRY.values()):
        with suppress(Refusal):  # some have been done meanwhile
            run(office)
    check(address)
    with Ledger(address, clock=lambda: office.now) as fresh:
        assert answers(fresh, office) == answers(office.ledger, office)


def test_an_admonition_that_was_only_tried_is_no_ceiling(address: str) -> None:
    with Office(address) as office:
        office.adopt(good_quota="1", ranking={"minimum": 1})
        office.staff("town", *CADRES)
        office.play_year("town", "2025", **{cadre: [99] * 4 for cadre in CADRES})
        for cadre in CADRES:
            office.score(cadre, "2025", 95)
        DRY["admonish"](office)
        office.seal("town", "2025")
        assert office.see("c3", "2025", "reasons") == office.see("c1", "2025", "reasons")


def test_a_dry_run_on_an_empty_ledger_founds_nothing(new_address: NewAddress) -> None:
    with Ledger(new_address()) as ledger:
        caller = local_caller("test", "grant")
        granting = ledger.principals.grant(caller, Granted(name="a", role="organiser")).result()
        assert granting.receipt.position == 2
    empty = new_address()
    with Ledger(empty) as ledger:
        before = contents(empty)

        def found(session: Session) -> int:
            Desk(session, local_caller("test", "x"), ledger.defaults).found()
            return int(session.position)

        assert submit(ledger, found, keep=False).result() == 1
        assert contents(empty) == before
        assert ledger.queries.ready() == 0
        assert submit(ledger, found).result() == 1
        check(empty)


def test_a_preview_answers_what_the_seal_then_records(office: Office) -> None:
    preview = office.ledger.rounds.preview(office.callers["organiser"], "town", "2025-Q1", {}).result()
    outcome = office.seal("town", "2025-Q1")
    assert outcome.revision == preview.revision
    assert [{**row, "state": ""} for row in outcome.rows] == [{**row, "state": ""} for row in preview.rows]
    assert outcome.receipt.position == preview.receipt.position


def test_a_preview_of_what_was_sealed_under_the_same_id_answers_as_the_seal_did(office: Office) -> None:
    caller, round_, id_ = office.callers["organiser"], ("town", "2025-Q1"), new_id()
    sealed = office.ledger.rounds.seal(caller, *round_, {}, id_=id_).result()
    again = office.ledger.rounds.preview(caller, *round_, {}, id_=id_).result()
    assert (again.replayed, again.receipt, again.rows) == (True, sealed.receipt, sealed.rows)
    assert (again.moved, again.effects) == ([], Effects())
    with pytest.raises(PeriodSealed):
        office.ledger.rounds.preview(caller, *round_, {}).result()
