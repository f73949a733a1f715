"""Points are read as decimal text: what is no such text is refused, and none of it ever passes through a float."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest

from tests.http.serving import Desk, flaws_of, ndjson, problem_of

SCORED = '{"type": "scored", "period": "2025-03", "indicator": "work", "points": %s}'
INVALID = (
    "9.130", '"9.130"', "0.001", "1e-400", "1e-3", "1e400", "-1e400", "1E+12", "1234567", '"1234567"', "9" * 60,
    "true", "false", "null", "[9]", "{}", '""', '"nine"', '" 9"', '"9 "', '"9.1\\n"', '"+9"', '"9."', '".9"', '"1e1"',
    '"0x9"', '"９"', '"9,5"', '"NaN"', '"Infinity"', '"1_0"', '"--1"',
)  # fmt: skip
MALFORMED = ("NaN", "Infinity", "-Infinity", "9.", ".5", "09", "+9", "0x9", "1e", "9" * 5000, "0." + "0" * 100 + "1")
EXPONENTS = ("1e9999999999999999999", "-1e9999999999999999999", "1e-9999999999999999999", "1e1000000000000000000")


def scored(desk: Desk, points: str, cadre: str = "an") -> httpx.Response:
    path = f"/v1/cadres/{cadre}/events"
    return desk.organiser.post(path, content=SCORED % points, headers={"Content-Type": "application/json"})


@pytest.fixture
def nothing_stored(desk: Desk) -> Iterator[None]:
    before = desk.position
    yield
    assert desk.position == before


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize("points", INVALID, ids=lambda points: points[:20])
def test_what_is_no_decimal_of_two_places_is_invalid(desk: Desk, points: str) -> None:
    assert flaws_of(scored(desk, points)) == [("/points", "points")]


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize("points", MALFORMED, ids=lambda points: points[:20])
def test_what_is_no_json_number_is_malformed(desk: Desk, points: str) -> None:
    answer = scored(desk, points)
    assert (answer.status_code, problem_of(answer)["code"]) == (400, "malformed")


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize("points", EXPONENTS)
def test_an_exponent_beyond_any_decimal_is_refused(desk: Desk, points: str) -> None:
    """Also in places where no number belongs, and in a line of a bulk."""
    assert problem_of(scored(desk, points))["code"] in ("malformed", "invalid")
    answer = desk.organiser.post(
        "/v1/events",
        content=b'{"cadre": "an", ' + (SCORED % points).encode()[1:],
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert answer.status_code == 200
    assert '"status":"rejected"' in answer.text


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize("points", ["-0.01", "100.01", '"100.01"', "999999.99", "-1"])
def test_points_out_of_the_indicators_range_name_the_range(desk: Desk, points: str) -> None:
    answer = scored(desk, points)
    problem = problem_of(answer)
    assert (answer.status_code, problem["code"]) == (422, "points-out-of-range")
    assert (problem["least"], problem["most"]) == ("0.00", "100.00")


@pytest.mark.parametrize(
    ("points", "stored"),
    [
        ("9.13", "9.13"),
        ('"9.13"', "9.13"),
        ("9.1", "9.10"),
        ("9", "9.00"),
        ("1e1", "10.00"),
        ("0.07", "0.07"),
        ('"007"', "7.00"),
        ("-0", "0.00"),
        ("100", "100.00"),
    ],
)
def test_numbers_and_texts_of_one_value_store_the_same(
    desk: Desk, points: str, stored: str, numbers: Iterator[int]
) -> None:
    cadre = desk.register(f"points{next(numbers)}")
    answer = scored(desk, points, cadre)
    assert answer.status_code == 201, answer.text
    event = desk.organiser.get(answer.headers["Location"]).json()
    assert event["data"]["points"] == stored


def test_a_number_and_its_text_are_one_request(desk: Desk) -> None:
    cadre, id_ = desk.register("pointstwice"), "0198c0de-1111-7000-8000-000000000001"
    event = {"id": id_, "cadre": cadre, "type": "scored", "period": "2025-03", "indicator": "work"}
    given: list[dict[str, Any]] = [{**event, "points": "9.13"}, {**event, "points": 9.13}, {**event, "points": "9.10"}]
    answer = desk.organiser.post("/v1/events", content=ndjson(given), headers={"Content-Type": "application/x-ndjson"})
    assert [line[:30] for line in answer.text.splitlines()[:3]] == [
        '{"line":1,"status":"recorded",',
        '{"line":2,"status":"duplicate"',
        '{"line":3,"status":"rejected",',
    ]


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return count()
