"""What is read: every answer has exactly the fields of the contract, on every surface the same rows."""

import json
import re
from statistics import median
from typing import Any

import httpx
import pytest

from api.problems import STATUS
from tests.http.serving import Desk
from tests.http.story import TOWN

SPEAKS = {"position", "date"}
LISTED = {"items", "next", *SPEAKS}
ROSTER = {"cadre", "name", "refs", "unit", "post", "group", "since", "departed"}
MONTH = {
    "period", "group", "unit", "state", "points", "grade", "excused", "missing", "late", "not_graded", "revision",
    "scheme_version",
}  # fmt: skip
YEAR = {
    "period", "group", "state", "points", "band", "computed_grade", "grade", "decision", "reasons", "rank", "of",
    "not_graded", "quarters", "revision", "scheme_version",
}  # fmt: skip
QUARTER = (YEAR - {"quarters"}) | {"last", "last_shared", "last_place_run", "not_ranked", "months"}
DUTY = {"cadre", "kind", "period", "state", "due_on", "opened_by", "answered_by"}
ENVELOPE = {
    "id", "stream", "version", "position", "type", "schema", "recorded_at", "actor", "correlation_id", "causation_id",
    "data",
}  # fmt: skip
RECORD = {
    "postings", "months", "quarters", "years", "talks", "criticisms", "admonitions", "adjustments", "appeals", "duties",
}  # fmt: skip
ROWS = {"2025-02": MONTH, "2025-Q1": QUARTER, "2025": YEAR}


def read(client: httpx.Client, path: str, **query: Any) -> dict[str, Any]:
    answer = client.get(path, params=query)
    assert answer.status_code == 200, (path, answer.text)
    assert answer.headers["Content-Type"] == "application/json"
    found: dict[str, Any] = answer.json()
    return found


def get(story: Desk, path: str, **query: Any) -> dict[str, Any]:
    """An answer that the organiser reads; it says for which position and date it speaks."""
    found = read(story.organiser, path, **query)
    assert found["position"] == story.position
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", found["date"])
    return found


def test_the_roster(story: Desk) -> None:
    found = get(story, "/v1/cadres")
    assert found.keys() == LISTED
    assert {frozenset(item) for item in found["items"]} == {frozenset(ROSTER)}
    assert [item["cadre"] for item in found["items"]] == ["an", "bo", "cai", "ding", "wang", "xu"]
    assert found["next"] is None


@pytest.mark.parametrize(
    ("query", "cadres"),
    [
        ({"group": "town"}, ["an", "bo", "cai", "ding", "xu"]),
        ({"unit": "政法委"}, ["wang"]),
        ({"q": "an"}, ["an", "wang"]),
        ({"q": "an", "group": "law"}, ["wang"]),
        ({"ref": "hr:1"}, []),
        ({"group": "nowhere"}, []),
    ],
)
def test_the_roster_is_searched(story: Desk, query: dict[str, str], cadres: list[str]) -> None:
    assert [item["cadre"] for item in get(story, "/v1/cadres", **query)["items"]] == cadres


def test_a_cadre_with_version_and_last_results(story: Desk) -> None:
    answer = story.organiser.get("/v1/cadres/an")
    found = answer.json()
    assert found.keys() == {*ROSTER, *SPEAKS, "version", "last_results", "allowed_actions"}
    assert answer.headers["ETag"] == f'"{found["version"]}"'
    assert {kind: row.keys() for kind, row in found["last_results"].items()} == {
        "month": MONTH,
        "quarter": QUARTER,
        "year": YEAR,
    }
    assert {kind: row["period"] for kind, row in found["last_results"].items()} == {
        "month": "2025-12",
        "quarter": "2025-Q4",
        "year": "2025",
    }
    assert "scored" in found["allowed_actions"]


@pytest.mark.parametrize("period", ROWS)
def test_a_period_reads_the_same_on_every_surface(story: Desk, period: str) -> None:
    """In the cadre's period, the group's standings and the record."""
    alone = get(story, f"/v1/cadres/an/periods/{period}")
    assert alone.keys() - {"explanation", "allowed_actions"} == {"cadre", *ROWS[period], *SPEAKS}
    row = {name: alone[name] for name in ROWS[period]}
    standings = get(story, f"/v1/groups/town/periods/{period}")
    whole = {"group", "period", "state", "revision", "quota", "rows", "allowed_actions", *SPEAKS}
    assert standings.keys() == whole
    assert standings["rows"][0] == {"cadre": "an", "name": "an", **row}
    order = ["an", "cai", "ding", "bo"] if period == "2025-02" else ["an", "bo", "cai", "ding"]
    assert [entry["cadre"] for entry in standings["rows"]] == order
    record = get(story, "/v1/cadres/an/record")
    assert row in [*record["months"], *record["quarters"], *record["years"]]
    assert (standings["quota"] is None) == (period == "2025-02")
    if standings["quota"] is not None:
        assert standings["quota"].keys() == {"places", "used", "by_decision"}


def test_an_excused_month_and_an_open_one_are_null_not_zero(story: Desk) -> None:
    excused = get(story, "/v1/cadres/bo/periods/2025-02")
    assert (excused["state"], excused["excused"], excused["points"], excused["grade"]) == (
        "sealed",
        "under_investigation",
        None,
        None,
    )
    waiting = get(story, "/v1/cadres/wang/periods/2025-04")
    assert (waiting["state"], waiting["points"], waiting["missing"], waiting["revision"]) == (
        "not_ready",
        None,
        ["work", "unreviewed"],
        None,
    )
    provisional = get(story, "/v1/cadres/wang/periods/2025-Q2")
    assert (provisional["state"], provisional["points"], provisional["grade"], provisional["rank"]) == (
        "open",
        None,
        None,
        None,
    )


def test_the_whole_record(story: Desk) -> None:
    found = get(story, "/v1/cadres/ding/record")
    assert found.keys() - {"waivers"} == {"cadre", "name", "version", *RECORD, *SPEAKS}
    assert {frozenset(row) for row in found["months"]} == {frozenset(MONTH)}
    assert {frozenset(row) for row in found["quarters"]} == {frozenset(QUARTER)}
    assert {frozenset(row) for row in found["years"]} == {frozenset(YEAR)}
    assert {frozenset(duty) for duty in found["duties"]} == {frozenset(DUTY)}
    assert found["months"][0]["period"] == "2025-01"
    assert found["months"][-1]["period"] == found["date"][:7]
    assert [len(found[name]) for name in ("criticisms", "admonitions", "adjustments", "appeals")] == [1, 1, 1, 1]
    assert found["admonitions"][0]["window"].keys() >= {"from", "until"}
    assert found["appeals"][0]["decision"]["outcome"] == "dismissed"
    talks = get(story, "/v1/cadres/an/record")["talks"]
    assert talks[0]["acknowledged"][0]["method"] == "paper"


def test_the_history_of_a_cadre(story: Desk) -> None:
    found = get(story, "/v1/cadres/an/events", limit=500)
    assert found.keys() == LISTED
    assert {frozenset(event) for event in found["items"]} == {frozenset(ENVELOPE)}
    assert [event["version"] for event in found["items"]] == list(range(1, len(found["items"]) + 1))
    assert {event["stream"] for event in found["items"]} == {"cadre:an"}
    later = get(story, "/v1/cadres/an/events", limit=500, after=5)
    assert later["items"] == found["items"][5:]
    scored = get(story, "/v1/cadres/an/events", type="scored")
    assert scored["items"] == [event for event in found["items"] if event["type"] == "scored"]
    assert get(story, "/v1/cadres/an/events", type="nothing")["items"] == []


def test_groups_and_their_schemes(story: Desk) -> None:
    found = get(story, "/v1/groups")
    assert found.keys() == LISTED
    assert found["items"] == [
        {"group": "law", "name": None, "schemes": [{"year": "2025", "version": 1}], "members": 1},
        {"group": "town", "name": "街道组", "schemes": [{"year": "2025", "version": 2}], "members": 5},
    ]
    newest, first = (get(story, "/v1/groups/town/schemes/2025", **query) for query in ({}, {"version": 1}))
    assert newest.keys() == {"group", "year", "version", "versions", "scheme", "event", "recorded_at", "actor", *SPEAKS}
    assert (newest["version"], newest["scheme"]["title"]) == (2, "第二稿")
    assert (first["version"], first["versions"], first["scheme"]["title"]) == (1, 2, "方案")
    assert story.organiser.get("/v1/groups/town/schemes/2025?version=3").status_code == 404
    assert story.organiser.get("/v1/groups/town/schemes/2024").status_code == 404


def test_progress_says_who_lacks_what(story: Desk) -> None:
    found = get(story, "/v1/groups/law/periods/2025-04/progress")
    assert found.keys() == {"group", "period", "state", "ready", "members", "by_cadre", "by_scorer", *SPEAKS}
    assert (found["state"], found["ready"], found["members"]) == ("open", False, 2)
    assert found["by_cadre"] == [
        {"cadre": "wang", "name": "wang", "missing": ["work", "unreviewed"]},
        {"cadre": "xu", "name": "xu", "missing": ["work"]},
    ]


def test_submissions_and_their_filters(story: Desk) -> None:
    found = get(story, "/v1/submissions")
    keys = {"submission", "cadre", "period", "group", "unit", "state", "recorded_at", "late", "replaces", "items"}
    assert {frozenset(item) for item in found["items"]} == {frozenset(keys)}
    reviewed, pending = found["items"]
    assert [item["verdict"] and item["verdict"]["outcome"] for item in reviewed["items"]] == ["accepted", "returned"]
    assert reviewed["items"][0]["verdict"]["points"] == "1.50"
    for query in (
        {"state": "pending"},
        {"group": "law"},
        {"unit": "政法委"},
        {"period": "2025-04"},
        {"category": "项目", "group": "law"},
    ):
        assert get(story, "/v1/submissions", **query)["items"] == [pending]
    assert get(story, "/v1/submissions", category="别的")["items"] == []


def test_duties_and_their_filters(story: Desk) -> None:
    everything = get(story, "/v1/duties", limit=500)["items"]
    assert {frozenset(duty) for duty in everything} == {frozenset(DUTY)}
    for name, value in (("state", "done"), ("kind", "criticism"), ("cadre", "ding"), ("kind", "adjustment_case")):
        wanted = [duty for duty in everything if duty[name] == value]
        assert wanted
        assert get(story, "/v1/duties", limit=500, **{name: value})["items"] == wanted
    assert get(story, "/v1/duties", limit=500, group="law")["items"] == [
        duty for duty in everything if duty["cadre"] == "wang"
    ]
    assert get(story, "/v1/duties", limit=500, unit="二街道")["items"] == [
        duty for duty in everything if duty["cadre"] in ("bo", "ding")
    ]


def test_me(story: Desk) -> None:
    found = get(story, "/v1/me")
    scope = {"principal", "role", "units", "groups", "indicators", "cadre"}
    assert found.keys() == {*scope, "ledger", "reads", "allowed_actions", *SPEAKS}
    assert found["ledger"] == {"name": "考核台账", "origin": found["ledger"]["origin"], "time_zone": "Asia/Shanghai"}
    assert {"roster", "standings", "ledger"} <= set(found["reads"])
    reviewer = read(story["town_reviewer"], "/v1/me")
    assert (reviewer["role"], reviewer["groups"], reviewer["indicators"]) == ("reviewer", ["town"], ["work"])
    assert reviewer["allowed_actions"] == ["annulled", "observed", "reviewed", "score_corrected", "scored"]
    admin = read(story["admin"], "/v1/me")
    assert (admin["allowed_actions"], admin["reads"]) == ([], ["access"])


def test_operations_need_no_token(story: Desk) -> None:
    with story.server.client(None) as anybody:
        assert anybody.get("/livez").text == "ok"
        assert anybody.get("/readyz").json() == {"status": "ok", "position": story.position}
        metrics = anybody.get("/metrics")
        assert metrics.headers["Content-Type"].startswith("text/plain; version=")
        assert f"ledger_position {story.position}.0" in metrics.text
        assert 'route="/v1/cadres/{cadre}"' in metrics.text
        assert not any(f'/{cadre}"' in metrics.text or f"/{cadre}/" in metrics.text for cadre in TOWN)
        for line in metrics.text.splitlines():
            assert re.fullmatch(r"# (HELP|TYPE) .+|[a-z_]+(\{[^{}]*(\{\w+\}[^{}]*)*\})? [\d.e+-]+(Inf)?", line), line


def test_answers_on_a_kept_connection_are_not_held_back(story: Desk) -> None:
    """Head and body are two writes: without TCP_NODELAY the second waits 40 ms for the first to be acknowledged."""
    with story.server.client(None) as anybody:
        seconds = [anybody.get("/livez").elapsed.total_seconds() for _ in range(31)]
    assert median(seconds) < 0.035


def test_the_interface_describes_itself_without_the_internet(story: Desk) -> None:
    with story.server.client(None) as anybody:
        document = anybody.get("/openapi.json").json()
        page = anybody.get("/docs")
    assert document["openapi"].startswith("3.")
    assert json.dumps(document).count('"$ref": "#/components/schemas/Problem"') > 0
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert not re.search(r"(?:https?:)?//[a-z0-9]|<script|<link|@import", page.text, re.IGNORECASE)
    for path in document["paths"]:
        assert path in page.text


@pytest.mark.parametrize("code", STATUS)
def test_every_problem_has_its_page_in_both_languages(story: Desk, code: str) -> None:
    pages = [
        story.organiser.get(f"/problems/{code}", headers={"Accept-Language": language}) for language in ("zh", "en")
    ]
    for page, language in zip(pages, ("zh", "en"), strict=True):
        assert page.status_code == 200
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert f'lang="{language}' in page.text
        assert f"{STATUS[code]}" in page.text
        assert code in page.text
    assert pages[0].text != pages[1].text
