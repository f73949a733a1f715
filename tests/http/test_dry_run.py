"""Dry runs: every check, every effect, and nothing stored."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.http.serving import Desk, flaws_of, ndjson, problem_of
from tests.office import scheme

NDJSON = {"Content-Type": "application/x-ndjson"}
DRY = {"dry_run": "true"}
EFFECTS = {"rows", "opened", "withdrawn", "answered"}
MONTHS = ("2025-01", "2025-02", "2025-03")


@pytest.fixture(scope="module")
def trial(desk: Desk) -> Desk:
    """A group ``trial`` of four whose first quarter can be sealed; ding has by far the fewest points."""
    assert desk.organiser.post("/v1/groups/trial/schemes/2025", json=scheme()).status_code == 201
    for cadre, points in {"t1": "95", "t2": "85", "t3": "70", "t4": "50"}.items():
        desk.register(cadre, group="trial")
        for month in MONTHS:
            desk.append(cadre, type="scored", period=month, indicator="work", points=points)
    for month in MONTHS:
        assert desk.organiser.post(f"/v1/groups/trial/periods/{month}/seal", json={}).status_code == 201
    return desk


@pytest.fixture(autouse=True)
def nothing_stored(trial: Desk) -> Iterator[None]:
    before, views = trial.position, trial.organiser.get("/v1/groups/trial/periods/2025-Q1").json()
    yield
    assert trial.position == before
    assert trial.organiser.get("/v1/groups/trial/periods/2025-Q1").json() == views


def tried(desk: Desk, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = desk.organiser.post(path, params=DRY, json=body)
    assert answer.status_code == 200, answer.text
    assert {"ETag", "Location", "Idempotent-Replay"}.isdisjoint(answer.headers)
    shown: dict[str, Any] = answer.json()
    assert shown.pop("dry_run") is True
    return shown


def test_an_append_shows_the_row_that_would_change(trial: Desk) -> None:
    shown = tried(
        trial, "/v1/cadres/t1/events", {"type": "scored", "period": "2025-04", "indicator": "work", "points": "88"}
    )
    effects = shown["effects"]
    assert effects.keys() == EFFECTS
    (row,) = effects["rows"]
    assert (row["cadre"], row["period"], row["points"], row["state"]) == ("t1", "2025-04", "88.00", "open")
    assert trial.organiser.get("/v1/cadres/t1/periods/2025-04").json()["points"] is None


def test_an_act_shows_the_duties_that_would_open(trial: Desk) -> None:
    admonished = {
        "form": "talk",
        "decided_on": "2025-05-01",
        "grounds": "事由",
        "approved_by": "部务会",
        "heard": "接受",
    }
    effects = tried(trial, "/v1/cadres/t4/events", {"type": "admonished", **admonished})["effects"]
    assert [(duty["kind"], duty["cadre"]) for duty in effects["opened"]] == [("admonition_review", "t4")]
    assert trial.organiser.get("/v1/duties", params={"cadre": "t4"}).json()["items"] == []


def test_what_would_be_refused_is_refused(trial: Desk) -> None:
    path = "/v1/cadres/t1/events"
    scored = {"type": "scored", "period": "2025-01", "indicator": "work", "points": "88"}
    assert flaws_of(trial.organiser.post(path, params=DRY, json={**scored, "points": "x"})) == [("/points", "points")]
    for body, code in ((scored, "period-sealed"), ({**scored, "period": "2031-01"}, "period-not-begun")):
        assert problem_of(trial.organiser.post(path, params=DRY, json=body))["code"] == code
    stale = trial.organiser.post(path, params=DRY, json={**scored, "period": "2025-05"}, headers={"If-Match": '"1"'})
    assert problem_of(stale)["code"] == "stale"
    assert problem_of(trial["clerk"].post(path, params=DRY, json=scored))["code"] == "forbidden"


def test_an_id_that_was_only_tried_is_free(trial: Desk) -> None:
    event = {"id": str(uuid4()), "type": "scored", "period": "2025-06", "indicator": "work", "points": "88"}
    for points in ("88", "89"):
        tried(trial, "/v1/cadres/t1/events", {**event, "points": points})


def test_a_registration_is_tried(trial: Desk) -> None:
    posting = {"cadre": "tried", "name": "试", "unit": "一街道", "post": "主任", "group": "trial", "since": "2025-08"}
    assert tried(trial, "/v1/cadres", posting)["effects"].keys() == EFFECTS
    assert problem_of(trial.organiser.get("/v1/cadres/tried"))["code"] == "unknown-cadre"
    assert (
        problem_of(trial.organiser.post("/v1/cadres", params=DRY, json={**posting, "cadre": "t1"}))["code"]
        == "already-registered"
    )


def test_a_scheme_is_tried(trial: Desk) -> None:
    assert tried(trial, "/v1/groups/trial/schemes/2025", scheme(title="第二稿"))["scheme_version"] == 2
    assert tried(trial, "/v1/groups/tried/schemes/2025", scheme())["scheme_version"] == 1
    assert trial.organiser.get("/v1/groups/trial/schemes/2025").json()["versions"] == 1
    assert problem_of(trial.organiser.get("/v1/groups/tried/schemes/2025"))["code"] == "unknown-group"


def test_the_preview_of_a_first_seal_has_rows_and_duties_and_nobody_moved(trial: Desk) -> None:
    shown = tried(trial, "/v1/groups/trial/periods/2025-Q1/seal", {})
    assert shown.keys() == {"revision", "rows", "not_assessed", "moved", "duties"}
    assert (shown["revision"], shown["not_assessed"], shown["moved"]) == (1, [], [])
    assert [(row["cadre"], row["grade"], row["rank"]) for row in shown["rows"]] == [
        ("t1", "good", 1),
        ("t2", "fairly_good", 2),
        ("t3", "average", 3),
        ("t4", "poor", 4),
    ]
    assert shown["duties"].keys() == {"opened", "withdrawn"}
    opened = sorted((duty["cadre"], duty["kind"]) for duty in shown["duties"]["opened"])
    assert opened == [
        ("t1", "feedback"), ("t2", "feedback"), ("t3", "feedback"), ("t3", "reminder_talk"),
        ("t4", "consider_admonition"), ("t4", "criticism"), ("t4", "feedback"),
    ]  # fmt: skip
    assert shown["duties"]["withdrawn"] == []


def test_the_preview_takes_decisions(trial: Desk) -> None:
    decided = {"decisions": {"t2": {"grade": "good", "reason": "研究决定"}}}
    rows = tried(trial, "/v1/groups/trial/periods/2025-Q1/seal", decided)["rows"]
    (row,) = (row for row in rows if row["cadre"] == "t2")
    assert (row["computed_grade"], row["grade"], row["decision"]["actor"]) == ("fairly_good", "good", "organiser")
    dropped = trial.organiser.post(
        "/v1/groups/trial/periods/2025-Q1/seal", params=DRY, json={"decisions": {"t2": None}}
    )
    assert flaws_of(dropped) == [("/decisions/t2", "nothing_to_drop")]


def test_a_reopening_is_tried(trial: Desk) -> None:
    tried(trial, "/v1/groups/trial/periods/2025-01/reopen", {"reason": "更正"})
    assert trial.organiser.get("/v1/groups/trial/periods/2025-01").json()["state"] == "sealed"
    answer = trial.organiser.post("/v1/groups/trial/periods/2025-04/reopen", params=DRY, json={"reason": "更正"})
    assert problem_of(answer)["code"] == "period-not-sealed"


@pytest.mark.parametrize("atomic", ["false", "true"])
def test_a_bulk_is_tried_line_by_line(trial: Desk, atomic: str) -> None:
    scored = {"cadre": "t1", "type": "scored", "period": "2025-07", "indicator": "work", "points": "88"}
    lines = ndjson([scored, scored, {**scored, "cadre": "t2"}])
    answer = trial.organiser.post("/v1/events", params={**DRY, "atomic": atomic}, content=lines, headers=NDJSON)
    assert answer.status_code == 200
    first, second, third, _ = answer.text.splitlines()
    assert '"code":"already-scored"' in second
    if atomic == "false":
        assert '"status":"recorded"' in first
        assert '"status":"recorded"' in third
    else:
        assert '"status":"rejected"' in first
        assert '"status":"rejected"' in third


def test_the_preview_of_a_later_revision_says_who_moved_and_which_duties_turn(desk: Desk, again: Desk) -> None:
    shown = tried(again, "/v1/groups/moved/periods/2025-Q1/seal", {})
    assert shown["revision"] == 2
    assert [(moved["cadre"], moved["was"], moved["now"]) for moved in shown["moved"]] == [
        (
            "m1",
            {"points": "50.00", "grade": "poor", "rank": None, "last": False},
            {"points": "90.00", "grade": "good", "rank": None, "last": False},
        )
    ]
    assert [duty["kind"] for duty in shown["duties"]["opened"]] == ["feedback"]
    assert sorted(duty["kind"] for duty in shown["duties"]["withdrawn"]) == [
        "consider_admonition",
        "criticism",
        "feedback",
    ]


@pytest.fixture(scope="module")
def again(desk: Desk, trial: Desk) -> Desk:
    """A group ``moved`` of one whose sealed quarter has become outdated by a corrected month."""
    organiser = desk.organiser
    assert organiser.post("/v1/groups/moved/schemes/2025", json=scheme()).status_code == 201
    desk.register("m1", group="moved")
    scored = [desk.append("m1", type="scored", period=month, indicator="work", points="50")["id"] for month in MONTHS]
    for period in (*MONTHS, "2025-Q1"):
        assert organiser.post(f"/v1/groups/moved/periods/{period}/seal", json={}).status_code == 201
    for month, score in zip(MONTHS, scored, strict=True):
        assert organiser.post(f"/v1/groups/moved/periods/{month}/reopen", json={"reason": "更正"}).status_code == 201
        desk.append("m1", type="score_corrected", score=score, points="90", reason="误录")
        assert organiser.post(f"/v1/groups/moved/periods/{month}/seal", json={}).status_code == 201
    return desk
