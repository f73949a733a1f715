"""``as_of`` and ``at`` over HTTP: which moments there are, what they speak for, and what is refused."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ledger.recording.reader import When
from tests.http.serving import Desk, flaws_of, problem_of
from tests.http.test_paging import feed
from tests.office import Office

VIEWS = (
    "/v1/me", "/v1/cadres", "/v1/cadres/an", "/v1/cadres/an/events", "/v1/cadres/an/record",
    "/v1/cadres/an/periods/2025-02", "/v1/cadres/an/periods/2025-Q1", "/v1/cadres/an/periods/2025",
    "/v1/groups", "/v1/groups/town/schemes/2025", "/v1/groups/town/periods/2025-02", "/v1/groups/town/periods/2025-Q1",
    "/v1/groups/town/periods/2025", "/v1/groups/town/periods/2025-02/progress", "/v1/submissions", "/v1/duties",
)  # fmt: skip
EMPTY = ("/v1/cadres", "/v1/groups", "/v1/submissions", "/v1/duties")
LONG_AGO = "2020-01-01T00:00:00+08:00"


def ask(desk: Desk, path: str, **query: Any) -> dict[str, Any]:
    answer = desk.organiser.get(path, params=query)
    assert answer.status_code == 200, (path, query, answer.text)
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("path", VIEWS)
def test_every_view_answers_for_a_time_and_for_a_position(story: Desk, path: str) -> None:
    by_position = ask(story, path, at=150)
    recorded_at = feed(story.organiser, after=149, limit=1)[0]["recorded_at"]
    by_time = ask(story, path, as_of=recorded_at)
    assert by_time == by_position
    assert by_time["position"] == 150
    assert by_time["date"] == recorded_at[:10]


@pytest.mark.parametrize("path", VIEWS)
def test_a_moment_ago_is_told_like_now(story: Desk, path: str) -> None:
    """Where nothing was appended since, apart from the date around midnight."""
    ago = ask(story, path, as_of=(datetime.now(UTC) - timedelta(seconds=2)).isoformat())
    now = ask(story, path)
    assert now.pop("date") >= ago.pop("date")
    assert now == ago
    assert now["position"] == story.position


@pytest.mark.parametrize("path", VIEWS)
def test_both_at_once_are_refused(story: Desk, path: str) -> None:
    answer = story.organiser.get(path, params={"at": 5, "as_of": LONG_AGO})
    assert flaws_of(answer) == [("/at", "one_of_two")]


@pytest.mark.parametrize("path", VIEWS)
def test_a_position_beyond_the_head_is_refused(story: Desk, path: str) -> None:
    head = story.position
    assert ask(story, path, at=head)["position"] == head
    for at in (head + 1, 2**53):
        assert flaws_of(story.organiser.get(path, params={"at": at})) == [("/at", "beyond_head")]


@pytest.mark.parametrize("at", ["0", "-1", "x", "1.5", "", str(2**53 + 1), "9" * 400])
def test_what_is_no_position_is_refused(story: Desk, at: str) -> None:
    ((pointer, _),) = flaws_of(story.organiser.get("/v1/cadres", params={"at": at}))
    assert pointer == "/at"


@pytest.mark.parametrize("path", VIEWS)
def test_less_than_a_second_ago_and_the_future_are_too_recent(story: Desk, path: str) -> None:
    for later in (timedelta(seconds=-0.5), timedelta(seconds=30), timedelta(days=400)):
        answer = story.organiser.get(path, params={"as_of": (datetime.now(UTC) + later).isoformat()})
        assert (answer.status_code, problem_of(answer)["code"]) == (422, "as-of-too-recent")


@pytest.mark.parametrize(
    "as_of",
    [
        "2025-03-01T00:00:00",
        "2025-03-01",
        "yesterday",
        "",
        "2025-02-30T00:00:00Z",
        "2025-03-01T25:00:00Z",
        "1700000000",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_what_is_no_time_with_offset_is_refused(story: Desk, as_of: str) -> None:
    assert flaws_of(story.organiser.get("/v1/cadres", params={"as_of": as_of})) == [("/as_of", "moment")]


def test_a_plus_must_be_encoded(story: Desk) -> None:
    """In a query a bare ``+`` is a blank."""
    assert flaws_of(story.organiser.get("/v1/cadres?as_of=2025-06-30T12:00:00+08:00")) == [("/as_of", "moment")]
    for encoded in ("2025-06-30T12:00:00%2B08:00", "2025-06-30T04:00:00Z", "2025-06-29T18:00:00-10:00"):
        answer = story.organiser.get(f"/v1/cadres?as_of={encoded}")
        assert (answer.status_code, answer.json()["date"]) == (200, "2025-06-30")


@pytest.mark.parametrize(
    ("as_of", "date"),
    [
        ("2025-06-30T15:59:59Z", "2025-06-30"),
        ("2025-06-30T16:00:00Z", "2025-07-01"),
        ("2025-06-30T23:30:00Z", "2025-07-01"),
        ("2025-07-01T00:30:00+14:00", "2025-06-30"),
        ("2025-06-30T23:30:00.000001-10:00", "2025-07-01"),
    ],
)
def test_the_date_is_that_of_the_ledgers_time_zone(story: Desk, as_of: str, date: str) -> None:
    for path in VIEWS:
        assert ask(story, path, as_of=as_of)["date"] == date


def test_a_position_speaks_for_its_events_day_in_the_ledgers_time_zone(address: str) -> None:
    with Office(address) as office:
        office.now = datetime(2025, 6, 30, 23, 30, tzinfo=UTC)
        office.register("an", "town")
        head = office.ledger.queries.ready()
        office.now += timedelta(days=30)
        answer = office.ledger.queries.cadre(office.callers["second"], "an", When(at=head))
        assert (answer["position"], answer["date"]) == (head, "2025-07-01")


def test_before_the_first_event_there_is_nothing(story: Desk) -> None:
    echo = {"position": 0, "date": "2020-01-01"}
    for path in EMPTY:
        assert ask(story, path, as_of=LONG_AGO) == {"items": [], "next": None, **echo}
    assert echo.items() <= ask(story, "/v1/me", as_of=LONG_AGO).items()
    for path in set(VIEWS) - {*EMPTY, "/v1/me"}:
        answer = story.organiser.get(path, params={"as_of": LONG_AGO})
        code = "unknown-cadre" if "/cadres/" in path else "unknown-group"
        assert (answer.status_code, problem_of(answer)["code"]) == (404, code), path


def test_a_cadre_is_unknown_until_he_was_registered(story: Desk) -> None:
    registered = next(event for event in feed(story.organiser) if event["stream"] == "cadre:xu")
    first = registered["position"]
    assert ask(story, "/v1/cadres/xu", at=first)["version"] == 1
    for path in ("", "/record", "/events", "/periods/2025-01"):
        answer = story.organiser.get(f"/v1/cadres/xu{path}", params={"at": first - 1})
        assert (answer.status_code, problem_of(answer)["code"]) == (404, "unknown-cadre")
    before, then = (ask(story, "/v1/cadres", at=at)["items"] for at in (first - 1, first))
    assert [item for item in then if item["cadre"] != "xu"] == before
    assert len(then) == len(before) + 1


def test_a_group_is_unknown_until_it_was_named(story: Desk) -> None:
    adopted = next(event for event in feed(story.organiser) if event["stream"] == "scheme:law:2025")
    answer = story.organiser.get("/v1/groups/law/schemes/2025", params={"at": adopted["position"] - 1})
    assert (answer.status_code, problem_of(answer)["code"]) == (404, "unknown-group")
    assert ask(story, "/v1/groups/law/schemes/2025", at=adopted["position"])["versions"] == 1


def test_a_past_page_goes_on_from_its_cursor(story: Desk) -> None:
    """The pages of one moment are one list, whatever was appended since."""
    for path in ("/v1/cadres", "/v1/duties", "/v1/submissions", "/v1/cadres/ding/events"):
        whole = ask(story, path, at=170, limit=500)["items"]
        found: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            page = ask(story, path, at=170, limit=2, cursor=cursor)
            found += page["items"]
            cursor = page["next"]
        assert found == whole


def test_the_feed_has_no_past(story: Desk) -> None:
    """It is the past: its routes take neither parameter, and one given changes nothing."""
    described = story.organiser.get("/openapi.json").json()["paths"]
    for path in ("/v1/events", "/v1/events/{id}", "/v1/events/stream"):
        names = {parameter["name"] for parameter in described[path]["get"].get("parameters", ())}
        assert {"at", "as_of"}.isdisjoint(names)
    whole = feed(story.organiser)
    for query in ("at=5", f"as_of={LONG_AGO}"):
        answer = story.organiser.get(f"/v1/events?{query}")
        assert (answer.status_code, answer.text) == (200, story.organiser.get("/v1/events").text)
        assert story.organiser.get(f"/v1/events/{whole[-1]['id']}?{query}").json() == whole[-1]


def views_described(desk: Desk) -> Iterator[tuple[str, set[str]]]:
    for path, methods in desk.organiser.get("/openapi.json").json()["paths"].items():
        if path.startswith("/v1/") and "get" in methods and not path.startswith("/v1/events"):
            yield path, {parameter["name"] for parameter in methods["get"].get("parameters", ())}


def test_every_view_says_that_it_takes_a_moment(story: Desk) -> None:
    described = dict(views_described(story))
    assert len(described) > 10
    for path, names in described.items():
        wanted = {"since", "until"} if path.endswith("/changes") else {"at", "as_of"}
        assert wanted <= names, path
