"""Appending in bulk: one answer a line, in order, each line decided on its own, or all together."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.http.serving import Desk, granted, ndjson, problem_of, served
from tests.office import scheme

NDJSON = {"Content-Type": "application/x-ndjson"}
LIMIT = 64 * 1024
MARKER = "Zq7marker"


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return count()


@pytest.fixture
def cadre(desk: Desk, numbers: Iterator[int]) -> str:
    """A cadre of the test's own."""
    return desk.register(f"bulk{next(numbers)}")


def observed(cadre: str, **more: Any) -> dict[str, Any]:
    return {"cadre": cadre, "type": "observed", "period": "2025-03", "channel": "frontline", "finding": "了解", **more}


def post(client: httpx.Client, body: bytes | Iterator[bytes], **query: str) -> list[dict[str, Any]]:
    """The lines of the answer; each but the last has the number and status of a line."""
    answer = client.post("/v1/events", content=body, headers=NDJSON, params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert MARKER not in answer.text
    lines: list[dict[str, Any]] = [json.loads(line) for line in answer.text.splitlines()]
    counts = lines[-1]
    statuses = [line["status"] for line in lines[:-1]]
    assert counts == {
        "recorded": statuses.count("recorded"),
        "duplicates": statuses.count("duplicate"),
        "rejected": statuses.count("rejected"),
    }
    for line in lines[:-1]:
        assert line.keys() - {"receipt", "problem"} == {"line", "status"}
        assert ("receipt" in line) == (line["status"] != "rejected")
    return lines[:-1]


def told(lines: list[dict[str, Any]]) -> list[tuple[int, str, str | None]]:
    """Number, status and problem of each line."""
    return [(line["line"], line["status"], line.get("problem", {}).get("code")) for line in lines]


def test_every_line_is_answered_in_order_with_its_own_outcome(desk: Desk, cadre: str) -> None:
    long = json.dumps(observed(cadre, more=MARKER)).encode().ljust(LIMIT + 1)
    lines = [
        json.dumps(observed(cadre)).encode(),
        b"",
        b'{"type": "%s"' % MARKER.encode(),
        json.dumps(observed(cadre, points=MARKER)).encode(),
        b"  \t ",
        b'{"cadre": "an", "finding": "\xff"}',
        long,
        json.dumps(observed("nobody")).encode(),
        json.dumps(observed(f"../{MARKER}")).encode(),
        json.dumps({**observed(cadre), "type": "month_graded"}).encode(),
        b"[1]",
        json.dumps(observed(cadre), ensure_ascii=False).encode() + b"\r",
        json.dumps(observed(cadre)).encode(),
    ]
    before = desk.position
    found = post(desk.organiser, b"\n".join(lines))
    assert told(found) == [
        (1, "recorded", None),
        (3, "rejected", "malformed"),
        (4, "rejected", "invalid"),
        (6, "rejected", "malformed"),
        (7, "rejected", "too-large"),
        (8, "rejected", "unknown-cadre"),
        (9, "rejected", "invalid"),
        (10, "rejected", "not-appendable"),
        (11, "rejected", "invalid"),
        (12, "recorded", None),
        (13, "recorded", None),
    ]
    assert [line["receipt"]["version"] for line in found if "receipt" in line] == [2, 3, 4]
    assert found[2]["problem"]["errors"][0]["pointer"] == "/points"
    assert desk.position == before + 3


def test_a_line_of_64_kib_is_read_and_one_byte_more_is_not(desk: Desk, cadre: str) -> None:
    text = json.dumps(observed(cadre)).encode()
    body = b"\n".join((text.ljust(LIMIT), text.ljust(LIMIT) + b"\r", text.ljust(LIMIT + 1), b"x" * 200_000, text))
    assert told(post(desk.organiser, body)) == [
        (1, "recorded", None),
        (2, "recorded", None),
        (3, "rejected", "too-large"),
        (4, "rejected", "too-large"),
        (5, "recorded", None),
    ]


def test_an_empty_body_has_no_lines(desk: Desk) -> None:
    assert post(desk.organiser, b"") == []
    assert post(desk.organiser, b"\n\r\n \n") == []


def test_the_same_lines_again_are_duplicates_with_the_first_receipts(desk: Desk, cadre: str) -> None:
    events = [observed(cadre, id=str(uuid4()), finding=f"第{n}次") for n in range(3)]
    first = post(desk.organiser, ndjson(events))
    before = desk.position
    again = post(desk.organiser, ndjson(events))
    assert [line["status"] for line in again] == ["duplicate"] * 3
    assert [line["receipt"] for line in again] == [line["receipt"] for line in first]
    within = post(
        desk.organiser, ndjson([fresh := observed(cadre, id=str(uuid4())), fresh, {**fresh, "finding": "别"}])
    )
    assert told(within) == [(1, "recorded", None), (2, "duplicate", None), (3, "rejected", "id-reused")]
    assert desk.position == before + 1


def test_a_line_may_register_a_cadre_that_later_lines_are_about(desk: Desk) -> None:
    posting = {
        "type": "registered",
        "name": "新",
        "unit": "一街道",
        "post": "主任",
        "group": "town",
        "since": "2025-01",
    }
    new = {"cadre": "bulk-new", **posting}
    found = post(desk.organiser, ndjson([observed("bulk-new"), new, observed("bulk-new"), new, {**new, "position": 1}]))
    assert told(found) == [
        (1, "rejected", "unknown-cadre"),
        (2, "recorded", None),
        (3, "recorded", None),
        (4, "rejected", "already-registered"),
        (5, "rejected", "invalid"),
    ]


def test_a_line_lacking_its_cadre_says_so(desk: Desk) -> None:
    (line,) = post(desk.organiser, b'{"type": "observed"}')
    assert [(error["pointer"], error["code"]) for error in line["problem"]["errors"]] == [("/cadre", "missing")]


def test_every_line_is_authorised_on_its_own(desk: Desk, cadre: str) -> None:
    desk.register("bulk-two", unit="二街道")
    form = {"type": "submitted", "period": "2025-03", "items": [{"category": "项目", "title": "事项"}]}
    lines = ndjson(
        [{**form, "cadre": cadre}, observed(cadre), {**form, "cadre": "bulk-two"}, {**form, "cadre": "nobody"}]
    )
    assert told(post(desk["clerk"], lines)) == [
        (1, "recorded", None),
        (2, "rejected", "forbidden"),
        (3, "rejected", "unknown-cadre"),
        (4, "rejected", "unknown-cadre"),
    ]


def test_problems_of_lines_are_in_the_language_asked_for(desk: Desk) -> None:
    details = []
    for language in ("zh", "en"):
        answer = desk.organiser.post("/v1/events", content=b"{", headers={**NDJSON, "Accept-Language": language})
        details.append(json.loads(answer.text.splitlines()[0])["problem"]["detail"])
    assert details[0] != details[1]
    assert details[1].isascii()


def test_atomic_is_all(desk: Desk, cadre: str) -> None:
    events = [observed(cadre, id=str(uuid4())) for _ in range(450)]
    before = desk.position
    assert {line["status"] for line in post(desk.organiser, ndjson(events), atomic="true")} == {"recorded"}
    assert desk.position == before + 450
    assert {line["status"] for line in post(desk.organiser, ndjson(events), atomic="true")} == {"duplicate"}
    assert desk.position == before + 450


def test_atomic_is_nothing_where_one_line_is_refused(desk: Desk, cadre: str) -> None:
    id_ = str(uuid4())
    before = desk.position
    found = post(
        desk.organiser, ndjson([observed(cadre, id=id_), observed(cadre, points="x"), observed(cadre)]), atomic="true"
    )
    assert [line["status"] for line in found] == ["rejected"] * 3
    assert [line.get("problem", {}).get("code") for line in found] == [None, "invalid", None]
    assert desk.position == before
    assert desk.organiser.get(f"/v1/cadres/{cadre}").json()["version"] == 1
    assert told(post(desk.organiser, ndjson([observed(cadre, id=id_)]), atomic="true")) == [(1, "recorded", None)]


def test_atomic_takes_ten_thousand_lines_and_no_more(desk: Desk) -> None:
    before = desk.position
    assert len(post(desk.organiser, b"[]\n" * 10_000, atomic="true")) == 10_000
    answer = desk.organiser.post("/v1/events", content=b"[]\n" * 10_001, headers=NDJSON, params={"atomic": "true"})
    assert (answer.status_code, problem_of(answer)["code"]) == (413, "too-large")
    assert desk.position == before


def test_a_bulk_larger_than_the_server_allows_is_refused_whole(address: str) -> None:
    tokens = {"organiser": granted(address, "organiser", "organiser")}
    with served(address, tokens, LEDGER_MAX_BULK="2000") as small:
        assert small.organiser.post("/v1/groups/town/schemes/2025", json=scheme()).status_code == 201
        small.register("an")
        before, line = small.position, ndjson([observed("an")])
        fits = line * (2000 // len(line))
        bodies: list[bytes | Iterator[bytes]] = [fits.ljust(2001), iter([fits, b" " * (2001 - len(fits))])]
        for body in bodies:
            answer = small.organiser.post("/v1/events", content=body, headers=NDJSON)
            assert (answer.status_code, problem_of(answer)["code"]) == (413, "too-large")
        assert small.position == before
        assert {found["status"] for found in post(small.organiser, fits.ljust(2000))} == {"recorded"}
