"""Who reads what: out of scope is like what does not exist, what a role may not do is forbidden."""

from typing import Any

import httpx
import pytest

from tests.http.serving import Desk, problem_of
from tests.http.story import SECRET

PATHS = (
    "/v1/cadres", "/v1/cadres/an", "/v1/cadres/wang", "/v1/cadres/an/events", "/v1/cadres/an/record",
    "/v1/cadres/an/periods/2025-02", "/v1/cadres/an/periods/2025-Q1", "/v1/groups", "/v1/groups/town/schemes/2025",
    "/v1/groups/town/periods/2025-02", "/v1/groups/town/periods/2025-Q1", "/v1/groups/law/periods/2025-02",
    "/v1/groups/town/periods/2025-02/progress", "/v1/submissions", "/v1/duties", "/v1/events",
)  # fmt: skip
READS = {
    "organiser": "200 200 200 200 200 200 200 200 200 200 200 200 200 200 200 200",
    "town_organiser": "200 200 404 200 200 200 200 200 200 200 200 404 200 200 200 200",
    "town_reviewer": "200 200 404 200 200 200 403 200 200 200 403 404 200 200 403 403",
    "clerk": "200 200 404 200 403 403 403 200 200 403 403 403 403 200 403 403",
    "auditor": "200 200 200 403 403 403 403 200 200 200 200 200 403 403 200 200",
    "committee": "200 200 200 403 403 403 403 200 200 403 403 403 403 403 403 403",
    "admin": "403 403 403 403 403 403 403 403 403 403 403 403 403 403 403 403",
    "expired": " ".join(["401"] * 16),
    "revoked": " ".join(["401"] * 16),
}


@pytest.mark.parametrize("principal", READS)
def test_each_role_reads_its_part(story: Desk, principal: str) -> None:
    wanted = dict(zip(PATHS, map(int, READS[principal].split()), strict=True))
    assert {path: story[principal].get(path).status_code for path in PATHS} == wanted


@pytest.mark.parametrize(
    ("principal", "path", "code"),
    [
        ("town_organiser", "/v1/cadres/wang", "unknown-cadre"),
        ("town_organiser", "/v1/cadres/wang/record", "unknown-cadre"),
        ("town_organiser", "/v1/cadres/wang/events", "unknown-cadre"),
        ("town_organiser", "/v1/cadres/wang/periods/2025-02", "unknown-cadre"),
        ("town_organiser", "/v1/groups/law/schemes/2025", "unknown-group"),
        ("town_organiser", "/v1/groups/law/periods/2025-Q1", "unknown-group"),
        ("town_organiser", "/v1/groups/law/periods/2025-Q1/progress", "unknown-group"),
        ("clerk", "/v1/cadres/bo", "unknown-cadre"),
        ("clerk", "/v1/cadres/bo/events", "unknown-cadre"),
        ("auditor", "/v1/cadres/an/record", "consultation-required"),
        ("auditor", "/v1/cadres/an/events", "consultation-required"),
        ("auditor", "/v1/cadres/an/periods/2025-Q1", "consultation-required"),
        ("auditor", "/v1/cadres/nobody/record", "unknown-cadre"),
    ],
)
def test_out_of_scope_reads_like_what_does_not_exist(story: Desk, principal: str, path: str, code: str) -> None:
    answer = story[principal].get(path)
    assert problem_of(answer)["code"] == code
    if code.startswith("unknown"):
        nothing = path.replace("wang", "nobody").replace("/bo", "/nobody").replace("/law/", "/nowhere/")
        assert story[principal].get(nothing).json() == answer.json()


def test_an_organiser_of_one_group_writes_only_there(story: Desk) -> None:
    client = story["town_organiser"]
    asked: list[tuple[str, dict[str, Any]]] = [
        ("/v1/cadres/wang/events", {"type": "excused", "period": "2025-04", "reason": "leave"}),
        ("/v1/groups/law/periods/2025-04/seal", {}),
        ("/v1/groups/law/periods/2025-Q1/reopen", {"reason": "更正"}),
        (
            "/v1/cadres",
            {"cadre": "new", "name": "新", "unit": "法院", "post": "院长", "group": "law", "since": "2026-01"},
        ),
    ]
    for path, body in asked:
        assert client.post(path, json=body, params={"dry_run": "true"}).status_code == 404, path


def test_an_organiser_of_one_group_sees_of_a_newcomer_what_is_of_that_group(story: Desk) -> None:
    """xu came from law: the rows of the months there belong to law."""
    assert [item["group"] for item in story["town_organiser"].get("/v1/groups").json()["items"]] == ["town"]
    for principal in ("town_organiser", "town_reviewer"):
        client = story[principal]
        record = client.get("/v1/cadres/xu/record").json()
        rows = [*record["months"], *record["quarters"], *record["years"]]
        assert {row["group"] for row in rows} <= {"town"}
        assert client.get("/v1/cadres/xu/periods/2025-02").status_code == 404
        last = client.get("/v1/cadres/xu").json()["last_results"]
        assert {row["group"] for row in last.values() if row is not None} <= {"town"}


def walk(value: Any) -> list[tuple[str, Any]]:
    """Every name with its value anywhere in an answer."""
    if isinstance(value, dict):
        return [pair for name, inner in value.items() for pair in ((name, inner), *walk(inner))]
    return [pair for inner in value for pair in walk(inner)] if isinstance(value, list) else []


def reach(client: httpx.Client) -> list[Any]:
    """Everything of people that a principal can read."""
    answers = [
        client.get(path, params={"limit": 500})
        for path in ("/v1/cadres", "/v1/submissions", "/v1/duties", "/v1/events")
    ]
    for cadre in ("an", "bo", "cai", "ding", "wang", "xu"):
        paths = (
            "",
            "/record",
            "/events",
            *(f"/periods/{period}" for period in ("2025-02", "2025-04", "2025-Q1", "2025")),
        )
        answers += [client.get(f"/v1/cadres/{cadre}{path}") for path in paths]
    for group in ("town", "law"):
        answers += [client.get(f"/v1/groups/{group}/periods/{period}") for period in ("2025-02", "2025-Q1", "2025")]
    return [
        answer.json()
        for answer in answers
        if answer.status_code == 200 and answer.headers["Content-Type"] == "application/json"
    ]


@pytest.mark.parametrize("principal", ["clerk", "law_clerk"])
def test_clerks_never_see_points_grades_or_excuses(story: Desk, principal: str) -> None:
    found = [pair for answer in reach(story[principal]) for pair in walk(answer)]
    assert found
    hidden = {"points", "grade", "computed_grade", "band", "rank", "excused", "breakdown", "note"}
    assert [(name, value) for name, value in found if name in hidden and value is not None] == []
    assert {value for name, value in found if name == "type"} <= {"submitted", "withdrawn", "reviewed"}


def test_clerks_see_the_submissions_and_verdicts_of_their_units(story: Desk) -> None:
    (form,) = story["clerk"].get("/v1/submissions").json()["items"]
    assert (form["cadre"], [item["verdict"]["outcome"] for item in form["items"]]) == ("an", ["accepted", "returned"])
    assert form["items"][1]["verdict"]["reason"] == "不符"
    history = story["clerk"].get("/v1/cadres/an/events").json()["items"]
    assert [event["type"] for event in history] == ["submitted", "reviewed"]


def test_clerks_see_no_points_or_excuses_in_what_a_dry_run_would_change(desk: Desk) -> None:
    cadre = desk.register("clerks")
    desk.append(cadre, type="scored", period="2025-03", indicator="work", points="77.00")
    desk.append(cadre, type="excused", period="2025-04", reason="under_investigation")
    form = {"type": "submitted", "period": "2025-03", "items": [{"category": "项目", "title": "事项"}]}
    submission = desk.append(cadre, by="clerk", **form)["id"]
    for event in (
        form,
        {**form, "period": "2025-04"},
        {"type": "withdrawn", "submission": submission, "reason": "误报"},
    ):
        answer = desk["clerk"].post(f"/v1/cadres/{cadre}/events", json=event, params={"dry_run": "true"})
        assert answer.status_code == 200
        found = walk(answer.json())
        hidden = ("points", "grade", "excused")
        assert [(name, value) for name, value in found if name in hidden and value is not None] == []


def test_reviewers_see_months_of_their_groups_and_nothing_made_of_them(story: Desk) -> None:
    record = story["town_reviewer"].get("/v1/cadres/an/record").json()
    assert len(record["months"]) >= 12
    assert (record["quarters"], record["years"], record["duties"]) == ([], [], [])
    assert not any(record.get(name) for name in ("talks", "criticisms", "admonitions", "adjustments", "appeals"))
    types = {event["type"] for event in story["town_reviewer"].get("/v1/cadres/ding/events?limit=500").json()["items"]}
    assert types == {"scored", "month_graded"}
    assert [item["cadre"] for item in story["town_reviewer"].get("/v1/submissions").json()["items"]] == ["an"]


@pytest.mark.parametrize("principal", ["reviewer", "town_reviewer", "supervisor"])
def test_an_investigation_reads_other_to_who_need_not_know(story: Desk, principal: str) -> None:
    answers = reach(story[principal])
    excuses = [value for answer in answers for name, value in walk(answer) if name == "excused" and value is not None]
    assert set(excuses) == {"other"}
    assert SECRET not in str(answers)
    assert "under_investigation" not in str(answers)


@pytest.mark.parametrize("principal", ["organiser", "town_organiser"])
def test_organisers_see_the_investigation(story: Desk, principal: str) -> None:
    assert story[principal].get("/v1/cadres/bo/periods/2025-02").json()["excused"] == "under_investigation"
    (event,) = story[principal].get("/v1/cadres/bo/events?type=excused").json()["items"]
    assert (event["data"]["reason"], event["data"]["note"]) == ("under_investigation", SECRET)


def test_auditors_see_it_in_the_standings_and_append_nothing(story: Desk) -> None:
    rows = story["auditor"].get("/v1/groups/town/periods/2025-02").json()["rows"]
    assert [row["excused"] for row in rows if row["cadre"] == "bo"] == ["under_investigation"]
    event = {"type": "excused", "period": "2026-01", "reason": "leave"}
    assert problem_of(story["auditor"].post("/v1/cadres/an/events", json=event))["code"] == "forbidden"
    assert (
        problem_of(story["auditor"].post("/v1/groups/town/periods/2025-02/reopen", json={"reason": "看"}))["code"]
        == "forbidden"
    )
    assert story["auditor"].get("/v1/cadres/an").json()["last_results"] in (
        {},
        {"month": None, "quarter": None, "year": None},
    )


def test_a_reviewer_with_named_indicators_scores_only_those(desk: Desk) -> None:
    cadre = desk.register("named")
    desk.append(cadre, by="reviewer", type="scored", period="2025-03", indicator="work", points="80")
    rated = {"type": "scored", "period": "2025-03", "indicator": "rated", "rater": "peer", "points": "40"}
    assert problem_of(desk["reviewer"].post(f"/v1/cadres/{cadre}/events", json=rated))["code"] == "forbidden"
