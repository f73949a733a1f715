"""What the page of a seal shows before it is sealed is what the seal would record."""

import pytest

from ledger import periods
from ledger.projections.moment import Row
from tests.office import Office, Played

POINTS: dict[str, Played] = {"an": 95, "bo": 85, "ci": 85, "di": 55}


@pytest.fixture
def town(office: Office) -> Office:
    office.adopt()
    office.staff("town", *POINTS, "ed")
    return office


def check(office: Office, period: str) -> list[Row]:
    """The draft and a dry run agree in everything that the draft tells."""
    caller = office.callers["organiser"]
    drafted = office.ledger.drafts.seal(caller, "town", period)
    dry = office.ledger.rounds.preview(caller, "town", period, {}).result()
    assert (drafted["revision"], drafted["not_assessed"]) == (dry.revision, dry.not_assessed)
    rows: list[Row] = drafted["rows"]
    told = rows[0].keys()
    assert rows == [{name: row.get(name, [] if name == "reasons" else None) for name in told} for row in dry.rows]
    return rows


def test_of_a_month_that_somebody_has_left(town: Office) -> None:
    town.play_months("town", ["2025-01"], **POINTS, ed=[None])
    town.reopen("town", "2025-01")
    town.depart("ed", "2025-01")
    assert [row["not_graded"] for row in check(town, "2025-01")] == [None, None, None, None, "not_assessed"]


def test_of_a_quarter_with_two_equal_and_one_always_excused(town: Office) -> None:
    town.play_months("town", periods.months_of("2025-Q1"), **POINTS, ed=[None] * 3)
    assert [row["rank"] for row in check(town, "2025-Q1")] == [1, 2, 2, 4]


def test_of_a_year_with_an_admonition(town: Office) -> None:
    for quarter in periods.quarters_of("2025"):
        town.play("town", quarter, **POINTS, ed=75)
    for cadre in (*POINTS, "ed"):
        town.score(cadre, "2025", 90)
    town.admonish("an", decided_on="2025-05-06")
    town.after("2025")
    reasons = {row["cadre"]: row["reasons"] for row in check(town, "2025")}
    assert {cadre for cadre, codes in reasons.items() if "admonished" in codes} == {"an"}
