"""Bodies that break a rule of form: refused by field and rule, without a word of the value, and nothing is stored."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.http.serving import Desk, flaws_of, problem_of
from tests.office import indicator, scheme

MARKER = "Zq7marker"
"""Stands in what is sent, never in what is answered."""
ID = "0198c0de-0000-7000-8000-000000000001"

VALID: dict[str, dict[str, Any]] = {
    "posted": {"unit": "二街道", "post": "主任", "group": "town", "since": "2025-06"},
    "departed": {"since": "2025-06", "reason": "retired"},
    "submitted": {"period": "2025-03", "items": [{"category": "项目", "title": "事项"}]},
    "reviewed": {"submission": ID, "verdicts": [{"item": 0, "outcome": "accepted", "points": "1"}]},
    "scored": {"period": "2025-03", "indicator": "work", "points": "9"},
    "observed": {"period": "2025-03", "channel": "frontline", "finding": "了解"},
    "excused": {"period": "2025-03", "reason": "leave"},
    "annulled": {"event": ID, "reason": "误录"},
    "talk_held": {"period": "2025-Q1", "purpose": "feedback", "held_on": "2025-04-10", "summary": "谈话"},
    "admonition_reviewed": {"admonition": ID, "reviewed_on": "2025-10-10", "finding": "已改进", "closed": True},
    "appeal_lodged": {"period": "2025-Q1", "revision": 1, "grounds": "有异议"},
}
ITEM = {"category": "项目", "title": "事项"}
FILE = {"name": "照片", "sha256": "0" * 64, "size": 1, "media_type": "image/jpeg"}

Flaw = tuple[str, dict[str, Any], str, str]
WRONG_TYPES: list[Flaw] = [
    ("scored", {"period": 202503}, "/period", "string"),
    ("scored", {"indicator": ["work", MARKER]}, "/indicator", "string"),
    ("observed", {"finding": {MARKER: MARKER}}, "/finding", "string"),
    ("observed", {"finding": None}, "/finding", "string"),
    ("submitted", {"items": {"0": MARKER}}, "/items", "list_type"),
    ("submitted", {"items": MARKER}, "/items", "list_type"),
    ("submitted", {"items": [ITEM, MARKER]}, "/items/1", "model_type"),
    ("submitted", {"items": [{**ITEM, "title": 5}]}, "/items/0/title", "string"),
    ("submitted", {"items": [{"title": MARKER}]}, "/items/0/category", "missing"),
    ("submitted", {"items": [{**ITEM, "evidence": [{**FILE, "size": "1"}]}]}, "/items/0/evidence/0/size", "int_type"),
    (
        "submitted",
        {"items": [{**ITEM, "evidence": [{**FILE, "size": 10**20}]}]},
        "/items/0/evidence/0/size",
        "less_than_equal",
    ),
    (
        "submitted",
        {"items": [{**ITEM, "evidence": [{**FILE, "sha256": MARKER}]}]},
        "/items/0/evidence/0/sha256",
        "sha256",
    ),
    ("submitted", {"replaces": MARKER}, "/replaces", "model_type"),
    ("reviewed", {"verdicts": [{"item": "0", "outcome": "accepted", "points": "1"}]}, "/verdicts/0/item", "int_type"),
    ("reviewed", {"verdicts": [{"item": True, "outcome": "accepted", "points": "1"}]}, "/verdicts/0/item", "int_type"),
    ("reviewed", {"verdicts": [{"item": 0.0, "outcome": "accepted", "points": "1"}]}, "/verdicts/0/item", "int_type"),
    ("reviewed", {"verdicts": [{"item": -1, "outcome": "accepted"}]}, "/verdicts/0/item", "greater_than_equal"),
    ("admonition_reviewed", {"closed": "yes"}, "/closed", "bool_type"),
    ("admonition_reviewed", {"closed": 1}, "/closed", "bool_type"),
    ("appeal_lodged", {"revision": 0}, "/revision", "greater_than_equal"),
    ("appeal_lodged", {"revision": 10**30}, "/revision", "less_than_equal"),
]
WRONG_TEXTS: list[Flaw] = [
    ("departed", {"reason": MARKER}, "/reason", "not_one_of"),
    ("observed", {"channel": "Frontline"}, "/channel", "not_one_of"),
    ("posted", {"unit": f"{MARKER}\n二"}, "/unit", "line"),
    ("posted", {"unit": f"{MARKER}\x00"}, "/unit", "line"),
    ("posted", {"unit": " \t "}, "/unit", "line"),
    ("posted", {"unit": MARKER * 30}, "/unit", "string_too_long"),
    ("posted", {"unit": f"{MARKER}\ud800"}, "/unit", "string_unicode"),
    ("posted", {"group": f"Town{MARKER}"}, "/group", "code"),
    ("posted", {"group": "town\n"}, "/group", "code"),
    ("observed", {"finding": f"{MARKER}\x1b[2J"}, "/finding", "text"),
    ("observed", {"finding": ""}, "/finding", "text"),
    ("observed", {"finding": "长" * 8001}, "/finding", "string_too_long"),
    ("scored", {"scorer": f"{MARKER} or 1=1"}, "/scorer", "principal"),
    ("annulled", {"event": MARKER}, "/event", "uuid"),
    ("annulled", {"event": ID.replace("-", "")}, "/event", "uuid"),
    ("annulled", {"event": f"{{{ID}}}"}, "/event", "uuid"),
    ("submitted", {"items": []}, "/items", "too_short"),
    ("submitted", {"items": [ITEM] * 101}, "/items", "too_long"),
]
WRONG_DATES: list[Flaw] = [
    *(
        ("scored", {"period": period}, "/period", "month_or_year")
        for period in ("2025-13", "2025-00", "2025-Q5", "2025-Q1", "2025-02-30", "2025-3", "2025-03\n", "２０２５-03")
    ),
    *(
        ("talk_held", {"period": period}, "/period", "period")
        for period in ("2025-13", "2025-Q0", "2025-Q5", "2025-q1", "2025-Q1\n", "2025-01-01", "25", MARKER)
    ),
    *(
        ("talk_held", {"held_on": day}, "/held_on", "day")
        for day in ("2025-02-30", "2025-2-3", "20250203", "2025-W05-1", "2025-02-03T00:00", "1800-01-01", "2025-02-03 ")
    ),
    ("posted", {"since": "2025-Q1"}, "/since", "month"),
    ("excused", {"period": "2025"}, "/period", "month"),
]  # fmt: skip
FORGED = (
    "actor",
    "version",
    "position",
    "recorded_at",
    "stream",
    "schema",
    "correlation_id",
    "causation_id",
    "data",
    "cadre",
    "leaf",
    "prev",
)
OF_THEIR_OWN = (
    "founded",
    "granted",
    "revoked",
    "adopted",
    "sealed",
    "reopened",
    "month_graded",
    "quarter_graded",
    "year_graded",
)


@pytest.fixture(autouse=True)
def nothing_stored(desk: Desk) -> Iterator[None]:
    before = desk.position
    yield
    assert desk.position == before


def sent(desk: Desk, body: Any, path: str = "/v1/cadres/an/events") -> list[tuple[str, str]]:
    """The flaws that are found in a body; the marker in it must not come back."""
    answer = desk.organiser.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert MARKER not in answer.text
    return flaws_of(answer)


def named(flaw: Flaw) -> str:
    return ascii(f"{flaw[0]} {flaw[1]}")[:60]


@pytest.mark.parametrize("flaw", [*WRONG_TYPES, *WRONG_TEXTS, *WRONG_DATES], ids=named)
def test_a_field_that_breaks_a_rule_is_named_with_the_rule(desk: Desk, flaw: Flaw) -> None:
    type_, wrong, pointer, rule = flaw
    assert sent(desk, {"type": type_, **VALID[type_], **wrong}) == [(pointer, rule)]


def test_every_flaw_is_named_at_once(desk: Desk) -> None:
    body = {"type": "observed", "period": "2025-13", "channel": MARKER, "points": MARKER, "more": MARKER}
    assert sorted(sent(desk, body)) == [
        ("/channel", "not_one_of"),
        ("/finding", "missing"),
        ("/more", "unknown_field"),
        ("/period", "month"),
        ("/points", "points"),
    ]


@pytest.mark.parametrize("field", FORGED)
def test_what_the_ledger_itself_writes_cannot_be_sent(desk: Desk, field: str) -> None:
    assert sent(desk, {"type": "scored", **VALID["scored"], field: MARKER}) == [(f"/{field}", "unknown_field")]


def test_unknown_fields_are_refused_inside_too_with_their_names_escaped(desk: Desk) -> None:
    body = {"type": "submitted", "period": "2025-03", "items": [{**ITEM, "a/b~c": MARKER}]}
    assert sent(desk, body) == [("/items/0/a~1b~0c", "unknown_field")]
    assert sent(desk, {"type": "scored", **VALID["scored"], "\x00": MARKER}) == [("/\x00", "unknown_field")]
    assert [rule for _, rule in sent(desk, {"type": "scored", **VALID["scored"], "\ud800": MARKER})] == [
        "string_unicode"
    ]


@pytest.mark.parametrize("type_", OF_THEIR_OWN)
def test_what_has_a_command_of_its_own_is_not_appendable(desk: Desk, type_: str) -> None:
    answer = desk.organiser.post("/v1/cadres/an/events", json={"type": type_, "period": MARKER})
    assert (answer.status_code, problem_of(answer)["code"]) == (422, "not-appendable")
    assert MARKER not in answer.text


@pytest.mark.parametrize(
    "type_",
    [MARKER, "Scored", "ledger.aggregates.cadre_events:Scored", "", 5, True, ["scored"], {"a": 1}, "\ud800"],
    ids=ascii,
)
def test_an_unknown_type_is_refused(desk: Desk, type_: Any) -> None:
    assert sent(desk, {"type": type_, **VALID["scored"]}) == [("/type", "unknown_type")]


def test_the_type_is_required(desk: Desk) -> None:
    assert sent(desk, VALID["scored"]) == [("/type", "missing")]
    assert sent(desk, {**VALID["scored"], "type": None}) == [("/type", "missing")]


@pytest.mark.parametrize("id_", [MARKER, 5, [], ID.replace("-", ""), f"urn:uuid:{ID}", f"{ID}\n", "\ud800"], ids=ascii)
def test_an_id_is_a_uuid(desk: Desk, id_: Any) -> None:
    ((pointer, rule),) = sent(desk, {"type": "scored", **VALID["scored"], "id": id_})
    assert pointer == "/id"
    assert rule in ("uuid", "string", "string_unicode")


@pytest.mark.parametrize(
    "cadre", ["a/b", "a\nb", "an\n", "a" * 65, "", "-a", ".", "安", f"a {MARKER}", "a\x00", 5, None, ["an"]], ids=ascii
)
def test_a_cadre_id_is_plain_and_short(desk: Desk, cadre: Any) -> None:
    body = {"cadre": cadre, "name": MARKER, "unit": "一街道", "post": "主任", "group": "town", "since": "2025-01"}
    ((pointer, rule),) = sent(desk, body, "/v1/cadres")
    assert pointer == "/cadre"
    assert rule == ("cadre" if isinstance(cadre, str) else "string")


def test_a_registration_says_what_it_lacks(desk: Desk) -> None:
    assert sorted(sent(desk, {"cadre": "new", "name": MARKER}, "/v1/cadres")) == [
        (f"/{field}", "missing") for field in ("group", "post", "since", "unit")
    ]
    assert sent(desk, {"name": MARKER}, "/v1/cadres") == [("/cadre", "missing")]
    registration = {"cadre": "new", "name": "新", "unit": "一街道", "post": "主任", "group": "town", "since": "2025-01"}
    assert sent(desk, {**registration, "type": "registered"}, "/v1/cadres") == [("/type", "unknown_field")]
    assert sent(desk, {**registration, "refs": {"HR 1": MARKER}}, "/v1/cadres") == [("/refs/HR 1/[key]", "code")]


@pytest.mark.parametrize(
    ("wrong", "pointer", "rule"),
    [
        ({"title": ""}, "/title", "line"),
        ({"more": MARKER}, "/more", "unknown_field"),
        ({"indicators": []}, "/indicators", "too_short"),
        ({"indicators": [indicator("work", kind=MARKER)]}, "/indicators/0/kind", "not_one_of"),
        ({"indicators": [{**indicator("work"), "max": True}]}, "/indicators/0/max", "decimal"),
        ({"indicators": [indicator("work", 0)]}, "/indicators/0/max", "not_positive"),
        ({"good_quota": "1.01"}, "/good_quota", "outside"),
        ({"good_quota": MARKER}, "/good_quota", "decimal"),
        ({"ranking": {"minimum": 0}}, "/ranking/minimum", "greater_than_equal"),
        ({"bands": {"good": "60", "fairly_good": "60", "average": "50"}}, "/bands/fairly_good", "not_falling"),
        ({"reason": " "}, "/reason", "text"),
        ({"id": MARKER}, "/id", "uuid"),
    ],
    ids=ascii,
)  # fmt: skip
def test_a_scheme_that_breaks_a_rule_is_refused(desk: Desk, wrong: dict[str, Any], pointer: str, rule: str) -> None:
    assert sent(desk, {**scheme(), **wrong}, "/v1/groups/fresh/schemes/2025") == [(pointer, rule)]


@pytest.mark.parametrize(
    ("path", "body", "pointer", "rule"),
    [
        ("seal", {"decisions": [MARKER]}, "/decisions", "dict_type"),
        ("seal", {"decisions": {"an": MARKER}}, "/decisions/an", "model_type"),
        ("seal", {"decisions": {"an": {"grade": MARKER, "reason": "定"}}}, "/decisions/an/grade", "not_one_of"),
        ("seal", {"decisions": {"an": {"grade": "good"}}}, "/decisions/an/reason", "missing"),
        ("seal", {"decisions": {"a b": None}}, "/decisions/a b/[key]", "cadre"),
        ("seal", {"force": MARKER}, "/force", "unknown_field"),
        ("seal", {"id": MARKER}, "/id", "uuid"),
        ("reopen", {}, "/reason", "missing"),
        ("reopen", {"reason": "\x07"}, "/reason", "text"),
    ],
)
def test_seals_and_reopenings_are_checked(desk: Desk, path: str, body: Any, pointer: str, rule: str) -> None:
    assert sent(desk, body, f"/v1/groups/town/periods/2025-Q1/{path}") == [(pointer, rule)]
