"""What the page of a seal shows before it is sealed is what the seal would record."""

import pytest

from ledger.projections.moment import Row
from tests.office import Office

QUARTERS = ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4")


@pytest.fixture
def town(office: Office) -> Office:
    """One is excused in the whole first quarter, two are equal, one has gone after the second."""
    office.adopt()
    office.staff("town", "an", "bo", "ci", "di", "ed")
    return office


def play(office: Office, *quarters: str, seal: bool) -> None:
    for quarter in quarters:
        away = None if quarter == QUARTERS[0] else 75
        office.play_months("town", _months(quarter), an=95, bo=85, ci=85, di=55, ed=[away, away, away])
        if seal:
            office.seal("town", quarter)


def _months(quarter: str) -> list[str]:
    first = 3 * int(quarter[-1]) - 2
    return [f"2025-{month:02}" for month in range(first, first + 3)]


def check(office: Office, period: str) -> list[Row]:
    """The draft and a dry run agree in everything that the draft tells."""
    caller = office.callers["organiser"]
    drafted = office.ledger.drafts.seal(caller, "town", period)
    dry = office.ledger.rounds.preview(caller, "town", period, {}).result()
    assert (drafted["revision"], drafted["not_assessed"]) == (dry.revision, dry.not_assessed)
    assert drafted["rows"] == [
        {name: row.get(name, [] if name == "reasons" else None) for name in drafted["rows"][0]} for row in dry.rows
    ]
    rows: list[Row] = drafted["rows"]
    return rows


def test_of_a_month(town: Office) -> None:
    town.play_months("town", ["2025-01"], an=95, bo=85, ci=85, di=55, ed=[None])
    town.reopen("town", "2025-01")
    town.depart("ed", "2025-01")
    assert [row["not_graded"] for row in check(town, "2025-01")] == [None, None, None, None, "not_assessed"]


def test_of_a_quarter(town: Office) -> None:
    play(town, QUARTERS[0], seal=False)
    assert [row["rank"] for row in check(town, QUARTERS[0])] == [1, 2, 2, 4]


def test_of_a_year(town: Office) -> None:
    play(town, *QUARTERS, seal=True)
    for cadre, points in {"an": 95, "bo": 85, "ci": 75, "di": 55, "ed": 90}.items():
        town.score(cadre, "2025", points)
        town.admonish("di", decided_on="2025-05-06")
    town.after("2025")
    assert [row["computed_grade"] is not None for row in check(town, "2025")] == [True] * 5
