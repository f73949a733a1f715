"""People who move, come back and leave, rounds reopened, schemes adopted anew: after each step all views are noted."""

from collections.abc import Iterator

from tests.asof import questions as ask
from tests.asof.noting import Notes
from tests.asof.questions import Question
from tests.backends import is_sqlite
from tests.office import Office

CADRES = ("an", "bo", "cai", "ding")
GROUPS = ("town", "county")
Q1 = "2025-Q1"
PERIODS = ("2025-01", "2025-02", "2025-03", "2025-04", Q1, "2025-Q2", "2025")


def every_question() -> Iterator[Question]:
    yield from (*ask.of_everybody(whole=True), ask.duties(state="withdrawn"))
    for group in GROUPS:
        yield from ask.of_group(group, PERIODS, PERIODS)
    for cadre in CADRES:
        yield from ask.of_cadre(cadre, PERIODS)


def test_every_step_of_a_restless_spring_is_told_as_it_was(address: str) -> None:
    with Office(address) as office:
        share = 1 if is_sqlite(address) else 6
        notes = Notes(office.ledger, office.callers["second"], list(every_question()), share)
        for _ in spring(office):
            notes.take()
        office.on("2025-09-01")
        notes.check()
        assert len(notes.heads) > 35


def spring(office: Office) -> Iterator[None]:
    """Each yield is a moment to note."""
    for group in GROUPS:
        office.adopt(group, ranking={"minimum": 2})
        yield
    for cadre in CADRES:
        office.register(cadre, "county" if cadre == "ding" else "town")
        yield
    office.play_months("town", ("2025-01",), an=90, bo=80, cai=55)
    yield
    office.play_months("county", ("2025-01",), ding=70)
    yield
    yield from moves(office)
    for month in ("2025-02", "2025-03"):
        office.play_months("town", (month,), an=90, bo=80)
        yield
        office.play_months("county", (month,), cai=55, ding=70)
        yield
    for group in ("county", "town"):
        office.seal(group, Q1)
        yield
    office.talk("an", Q1)
    yield
    yield from mends(office)
    yield from departures(office)


def moves(office: Office) -> Iterator[None]:
    """cai goes to the county, comes back by an annulment, and goes again; an is to follow and stays after all."""
    office.on("2025-02-10")
    score = office.score("cai", "2025-02", 20)
    yield
    posting = office.post("cai", "county", "2025-02", unit="二街道")
    yield
    office.annul("cai", posting)
    yield
    office.annul("cai", score)
    yield
    office.post("cai", "county", "2025-02", unit="三街道")
    yield
    coming = office.post("an", "county", "2025-03")
    yield
    form = office.submit("an", "2025-02", items=2)
    yield
    office.review("an", form, 2, "returned")
    yield
    office.annul("an", coming)
    yield


def mends(office: Office) -> Iterator[None]:
    """January of the town and the first quarter of both again, under what is adopted meanwhile."""
    office.on("2025-04-18")
    office.adopt("town", bands={"good": "85", "fairly_good": "75", "average": "60"}, ranking={"minimum": 3})
    yield
    office.reopen("town", "2025-01")
    yield
    office.observe("bo", "2025-01", 2)
    yield
    (score,) = (event["id"] for event in office.events("an", "scored") if event["data"]["period"] == "2025-01")
    office.correct("an", score, 70)
    yield
    office.seal("town", "2025-01")
    yield
    office.reopen("county", Q1)
    yield
    office.seal("county", Q1, ding="good")
    yield
    office.seal("town", Q1)
    yield
    office.criticise("cai", Q1)
    yield


def departures(office: Office) -> Iterator[None]:
    """ding leaves with duties undone, is back by an annulment, and leaves for good; bo is excused."""
    office.on("2025-05-10")
    leaving = office.depart("ding", "2025-05")
    yield
    office.annul("ding", leaving)
    yield
    office.depart("ding", "2025-05", "dismissed")
    yield
    excuse = office.excuse("bo", "2025-04")
    yield
    office.annul("bo", excuse)
    yield
    admonition = office.admonish("cai", Q1)
    yield
    office.annul("cai", admonition)
    yield
    office.post("ding", "town", "2025-06")
    yield
