"""What changed between two moments: field, was, now, by which event, who, why."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest

from tests.backends import NewAddress
from tests.http.serving import Desk, flaws_of, problem_of, served
from tests.http.test_paging import feed
from tests.office import Office
from tests.properties.replaying import check_record

PEOPLE = ("an", "bo", "cai", "ding", "wang", "xu")
FIELDS = {
    "part", "period", "of", "field", "was", "now",
    "event", "stream", "type", "position", "recorded_at", "actor", "why",
}  # fmt: skip


def changes(client: httpx.Client, cadre: str, **query: Any) -> list[dict[str, Any]]:
    """All changes, in pages as long as they get unless ``limit`` says otherwise."""
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = client.get(f"/v1/cadres/{cadre}/changes", params={"limit": 500, **query, "cursor": cursor})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        cursor = page["next"]
    return found


def briefly(change: dict[str, Any]) -> tuple[Any, ...]:
    return change["part"], change["period"], change["field"], change["was"], change["now"]


def of_his(client: httpx.Client, cadre: str, path: str, **query: Any) -> list[dict[str, Any]]:
    items = client.get(path, params={"limit": 500, **query}).json()["items"]
    return [item for item in items if item.get("cadre", cadre) == cadre]


@pytest.mark.parametrize("cadre", PEOPLE)
def test_all_changes_in_order_make_the_record(story: Desk, cadre: str) -> None:
    client = story.organiser
    record = client.get(f"/v1/cadres/{cadre}/record").json()
    events = of_his(client, cadre, f"/v1/cadres/{cadre}/events")
    check_record(changes(client, cadre), record, of_his(client, cadre, "/v1/submissions"), events)


@pytest.mark.parametrize("cadre", PEOPLE)
def test_the_changes_until_a_moment_make_the_record_of_it(story: Desk, cadre: str) -> None:
    client = story.organiser
    registered = of_his(client, cadre, f"/v1/cadres/{cadre}/events", limit=1)[0]["position"]
    for at in range(registered, story.position, 53):
        record = client.get(f"/v1/cadres/{cadre}/record", params={"at": at}).json()
        forms = of_his(client, cadre, "/v1/submissions", at=at)
        events = of_his(client, cadre, f"/v1/cadres/{cadre}/events", at=at)
        check_record(changes(client, cadre, until=at), record, forms, events)


def test_every_change_names_its_event_and_who_and_why(story: Desk) -> None:
    by_id = {event["id"]: event for event in feed(story.organiser)}
    whole = changes(story.organiser, "an")
    assert len(whole) > 100
    for change in whole:
        assert change.keys() == FIELDS
        assert change["was"] != change["now"]
        event = by_id[change["event"]]
        for name in ("stream", "type", "position", "recorded_at", "actor"):
            assert change[name] == event[name]
        assert change["why"] is None or change["why"] in event["data"].values()
    whys = {change["type"]: change["why"] for change in whole if change["why"]}
    assert whys["observed"] == "现场了解"
    assert whys["annulled"] == "撤销"
    assert whys["talk_held"] == "谈话"


@pytest.mark.parametrize(("since", "until"), [(0, 60), (60, 120), (61, 62), (100, 195), (150, 150)])
def test_changes_are_those_of_the_events_between(story: Desk, since: int, until: int) -> None:
    for cadre in ("an", "ding"):
        whole = changes(story.organiser, cadre, until=until)
        between = changes(story.organiser, cadre, since=since, until=until)
        assert between == [change for change in whole if since < change["position"] <= until]
        positions = [change["position"] for change in whole]
        assert positions == sorted(positions)


def test_a_time_means_the_last_event_until_then(story: Desk) -> None:
    whole = feed(story.organiser)
    since, until = whole[69], whole[169]
    by_position = changes(story.organiser, "ding", since=70, until=170)
    assert by_position
    for times in (
        {"since": since["recorded_at"], "until": until["recorded_at"]},
        {"since": 70, "until": until["recorded_at"]},
        {"since": since["recorded_at"], "until": 170},
    ):
        assert changes(story.organiser, "ding", **times) == by_position
    answer = story.organiser.get("/v1/cadres/ding/changes", params={"since": since["recorded_at"], "until": 170})
    echo = {"cadre": "ding", "since": 70, "position": 170, "date": until["recorded_at"][:10]}
    assert echo.items() <= answer.json().items()


@pytest.mark.parametrize("limit", [1, 2, 7, 50])
def test_pages_end_with_whole_events_and_are_together_everything(story: Desk, limit: int) -> None:
    whole = changes(story.organiser, "ding", since=30)
    pages: list[list[dict[str, Any]]] = []
    cursor: str | None = ""
    while cursor is not None:
        query: dict[str, str | int] = {"since": 30, "limit": limit, "cursor": cursor}
        page = story.organiser.get("/v1/cadres/ding/changes", params=query).json()
        assert page["since"] == 30
        pages.append(page["items"])
        cursor = page["next"]
    assert [change for page in pages for change in page] == whole
    ends = [(before[-1]["event"], after[0]["event"]) for before, after in pairwise(pages)]
    assert all(last != first for last, first in ends)
    assert all(len(page) >= limit for page in pages[:-1])
    assert len(pages) > 1


@pytest.mark.parametrize(
    ("query", "flaw"),
    [
        ({"since": 60, "until": 59}, ("/since", "after_until")),
        ({"since": "2025-05-02T00:00:00+08:00", "until": 40}, ("/since", "after_until")),
        ({"since": "2025-05-02T00:00:00Z", "until": "2025-05-01T23:59:59Z"}, ("/since", "after_until")),
        ({"since": 2**40}, ("/since", "beyond_head")),
        ({"until": 2**40}, ("/until", "beyond_head")),
        ({"since": "2025-05-02"}, ("/since", "moment")),
        ({"until": "2025-05-02T00:00:00"}, ("/until", "moment")),
        ({"until": "yesterday"}, ("/until", "moment")),
        ({"until": "-1"}, ("/until", "moment")),
        ({"cursor": "x"}, ("/cursor", "int_type")),
        ({"limit": 501}, ("/limit", "less_than_equal")),
    ],
)
def test_moments_that_make_no_sense_are_refused(story: Desk, query: dict[str, Any], flaw: tuple[str, str]) -> None:
    assert flaws_of(story.organiser.get("/v1/cadres/ding/changes", params=query)) == [flaw]


@pytest.mark.parametrize("name", ["since", "until"])
def test_what_has_not_come_yet_is_refused(story: Desk, name: str) -> None:
    soon = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    answer = story.organiser.get("/v1/cadres/ding/changes", params={name: soon})
    assert answer.status_code == 422
    assert problem_of(answer)["code"] in ("as-of-too-recent", "invalid")


@pytest.mark.parametrize(
    ("principal", "cadre", "code"),
    [
        ("organiser", "nobody", "unknown-cadre"),
        ("town_organiser", "wang", "unknown-cadre"),
        ("auditor", "an", "consultation-required"),
        ("committee", "an", "consultation-required"),
        ("admin", "an", "forbidden"),
        ("clerk", "an", "forbidden"),
        ("revoked", "an", "unauthenticated"),
    ],
)
def test_changes_are_for_those_who_may_read_the_history(story: Desk, principal: str, cadre: str, code: str) -> None:
    assert problem_of(story[principal].get(f"/v1/cadres/{cadre}/changes"))["code"] == code


def test_changes_show_no_more_than_the_record(story: Desk) -> None:
    """A reviewer sees months of the group; under investigation reads other."""
    seen = changes(story["town_reviewer"], "bo")
    assert {change["part"] for change in seen} <= {"postings", "submissions", "months"}
    assert {change["now"] for change in seen if change["field"] == "excused"} == {"other"}
    whole = changes(story.organiser, "bo")
    assert {change["now"] for change in whole if change["field"] == "excused"} == {"under_investigation"}
    record = story["town_organiser"].get("/v1/cadres/xu/record").json()
    rows = {(change["part"], change["period"]) for change in changes(story["town_organiser"], "xu")}
    assert {period for part, period in rows if part == "months"} <= {row["period"] for row in record["months"]}


def test_a_month_reopened_elsewhere_shows_where_it_outdates_his_quarter(new_address: NewAddress) -> None:
    """bo's January is the county's; what becomes of it may change the places of the town's first quarter."""
    database = new_address()
    with Office(database) as office:
        for group in ("town", "county"):
            office.adopt(group, ranking={"minimum": 2})
        office.staff("town", "an", "cai")
        office.staff("county", "bo", "ding")
        office.post("bo", "town", "2025-02")
        office.play_months("county", ("2025-01",), bo=80, ding=70)
        office.play_months("town", ("2025-01",), an=90, cai=70)
        office.play_months("town", ("2025-02", "2025-03"), an=90, cai=70, bo=80)
        office.seal("town", "2025-Q1")
        before = office.ledger.queries.ready()
        office.reopen("county", "2025-01")
        office.grant("town", "organiser", groups=["town"])
        tokens = {name: str(office.callers[name].token) for name in ("organiser", "town")}
    with served(database, tokens) as desk:
        (change,) = changes(desk.organiser, "an", since=before)
        assert briefly(change) == ("quarters", "2025-Q1", "state", "sealed", "outdated")
        assert (change["type"], change["position"]) == ("reopened", before + 1)
        assert (change["stream"], change["actor"], change["why"]) == ("round:county:2025-01", "organiser", "更正")
        (seen,) = changes(desk["town"], "an", since=before)
        assert (briefly(seen), seen["position"]) == (briefly(change), before + 1)
        assert {"round:county:2025-01", "更正"}.isdisjoint(seen.values()), "the event is out of scope"
        (month, quarter) = changes(desk.organiser, "bo", since=before)
        assert briefly(month) == ("months", "2025-01", "state", "sealed", "reopened")
        assert briefly(quarter) == ("quarters", "2025-Q1", "state", "sealed", "outdated")
