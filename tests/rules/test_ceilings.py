"""The ceilings of a year's grade (rules.md section 4)."""

import pytest

from tests.office import Office

YEAR = "2025"
G, F, A, P = 95, 85, 70, 50
"""Points of a good, fairly good, average and poor quarter."""


def year(office: Office, *quarters: int, evaluation: int = 100) -> None:
    """an's year; grades of quarters are their bands', his evaluation carries his points beyond every ceiling."""
    office.adopt(good_quota="1", annual={"routine_weight": "0"})
    office.register("an")
    away: list[int | str | None] = [None, None, None]
    office.play_year("town", YEAR, an=[*quarters, *[away] * (4 - len(quarters))])
    office.score("an", YEAR, evaluation)


@pytest.mark.parametrize(
    ("quarters", "reasons", "grade"),
    [
        ((G, G, G, G), [], "excellent"),
        ((G, G, F, F), [], "excellent"),
        ((G, F, F, F), ["too_few_good_quarters"], "competent"),
        ((G, F, F), ["too_few_good_quarters"], "competent"),
        ((G, F), [], "excellent"),
        ((G, G, G, A), ["quarter_below_fairly_good"], "competent"),
        ((G, G, G, P), ["quarter_below_fairly_good"], "competent"),
        ((G, G, A, P), ["quarter_below_fairly_good"], "competent"),
        (
            (G, A, A, P),
            ["mostly_average_or_poor", "quarter_below_fairly_good", "too_few_good_quarters"],
            "basically_competent",
        ),
        ((F, F, A, A), ["quarter_below_fairly_good", "too_few_good_quarters"], "competent"),
        (
            (A, P),
            ["mostly_average_or_poor", "quarter_below_fairly_good", "too_few_good_quarters"],
            "basically_competent",
        ),
        (
            (P, P, P),
            ["all_quarters_poor", "mostly_average_or_poor", "quarter_below_fairly_good", "too_few_good_quarters"],
            "incompetent",
        ),
    ],
)
def test_ceilings_by_quarters(office: Office, quarters: tuple[int, ...], reasons: list[str], grade: str) -> None:
    year(office, *quarters)
    office.seal("town", YEAR)
    assert office.see("an", YEAR, "reasons", "grade", "band") == (reasons, grade, "excellent")


def test_every_ceiling_that_applies_is_a_reason_binding_or_not(office: Office) -> None:
    year(office, G, F, F, A, evaluation=65)
    office.seal("town", YEAR)
    assert office.see("an", YEAR, "band", "grade", "reasons") == (
        "basically_competent",
        "basically_competent",
        ["quarter_below_fairly_good", "too_few_good_quarters"],
    )


def test_reasons_name_the_events_they_rest_on(office: Office) -> None:
    year(office, G, G, G, A)
    admonition = office.admonish("an", decided_on="2025-12-31")
    office.seal("town", YEAR)
    quarters = [event["id"] for event in office.events("an", "quarter_graded")]
    (result,) = office.events("an", "year_graded")
    assert result["data"]["reasons"] == [
        {"code": "admonished", "events": [admonition]},
        {"code": "quarter_below_fairly_good", "events": [quarters[3]]},
    ]


@pytest.mark.parametrize(
    ("decided_on", "grade"),
    [
        ("2024-12-31", "excellent"),
        ("2025-01-01", "competent"),
        ("2025-12-31", "competent"),
        ("2026-01-01", "excellent"),
    ],
)
def test_an_admonition_decided_within_the_year_is_a_ceiling(office: Office, decided_on: str, grade: str) -> None:
    year(office, G, G, G, G)
    office.admonish("an", decided_on=decided_on)
    office.seal("town", YEAR)
    assert office.see("an", YEAR, "grade") == grade


def test_an_annulled_admonition_is_none(office: Office) -> None:
    year(office, G, G, G, G)
    office.annul("an", office.admonish("an", decided_on="2025-07-01"))
    office.seal("town", YEAR)
    assert office.see("an", YEAR, "grade", "reasons") == ("excellent", [])


def test_quarter_grades_count_after_decision(office: Office) -> None:
    office.adopt(good_quota="1", annual={"routine_weight": "0"})
    office.register("an")
    for number in range(1, 5):
        quarter = f"2025-Q{number}"
        office.play_months("town", [f"2025-{3 * number - n:02}" for n in (2, 1, 0)], an=A)
        office.seal("town", quarter, an="good")
    office.score("an", YEAR, 100)
    office.seal("town", YEAR)
    assert office.see("an", YEAR, "grade", "reasons") == ("excellent", [])


def test_the_lowest_ceiling_binds(office: Office) -> None:
    year(office, A, A, A, G)
    office.admonish("an", decided_on="2025-07-01")
    office.seal("town", YEAR)
    assert office.see("an", YEAR, "grade") == "basically_competent"
    assert "admonished" in office.see("an", YEAR, "reasons")
