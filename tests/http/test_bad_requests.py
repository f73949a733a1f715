"""Requests that are wrong before or beside their fields: size, encoding, JSON, headers, queries, paths, methods."""

import json
import re
import socket
from collections.abc import Iterator

import httpx
import pytest

from tests.http.serving import Desk, flaws_of, problem_of

MARKER = "Zq7marker"
EVENTS = "/v1/cadres/an/events"
OBSERVED = {"type": "observed", "period": "2025-03", "channel": "frontline", "finding": "了解"}
HAN = re.compile(r"[\u4e00-\u9fff]")
LIMIT = 64 * 1024


@pytest.fixture(autouse=True)
def nothing_stored(desk: Desk) -> Iterator[None]:
    before = desk.position
    yield
    assert desk.position == before


def post(
    desk: Desk, body: bytes | Iterator[bytes], path: str = EVENTS, media_type: str = "application/json"
) -> httpx.Response:
    return desk.organiser.post(path, content=body, headers={"Content-Type": media_type})


def raw(header: str | bytes) -> bytes:
    return header if isinstance(header, bytes) else header.encode()


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, problem_of(answer)["code"]) == (status, code)
    assert MARKER not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b"", b" ", b"{", b'{"type": "scored"', b'{"type": "scored",}', b"{'type': 'scored'}", b"type=scored", b"<a/>",
        b'{"type": "%s\n"}' % MARKER.encode(), b'{"type": "scored"} {}', b'\xef\xbb\xbf{"type": "scored"}',
        b'{"finding": "\xff\xfe"}', b'{"finding": "\xed\xa0\x80"}', b'{"finding": "\xc0\xaf"}',
        '{"type": "scored"}'.encode("utf-16"), b'{"type": "scored", "type": "%s"}' % MARKER.encode(),
        b'{"type": "submitted", "items": [{"title": "a", "title": "%s"}]}' % MARKER.encode(),
        b"[" * 60_000, b'{"a":' * 10_000, b'{"type": "scored", "finding": ' + b"[" * 40 + b"]" * 40 + b"}",
    ],
    ids=lambda body: ascii(body[:30]),
)  # fmt: skip
def test_what_is_no_json_of_a_decent_depth_is_malformed(desk: Desk, body: bytes) -> None:
    refused(post(desk, body), 400, "malformed")


@pytest.mark.parametrize("body", [[], [OBSERVED], MARKER, 5, None, True], ids=ascii)
@pytest.mark.parametrize(
    "path", [EVENTS, "/v1/cadres", "/v1/groups/town/periods/2025-01/seal", "/v1/groups/town/schemes/2025"]
)
def test_a_body_is_an_object(desk: Desk, path: str, body: object) -> None:
    answer = post(desk, json.dumps(body).encode(), path)
    assert flaws_of(answer) == [("", "object")]
    assert MARKER not in answer.text


def test_a_body_of_64_kib_is_read_and_one_byte_more_is_not(desk: Desk) -> None:
    text = json.dumps(OBSERVED).encode()
    assert post(desk, text.ljust(LIMIT), f"{EVENTS}?dry_run=true").status_code == 200
    refused(post(desk, text.ljust(LIMIT + 1)), 413, "too-large")


def test_a_body_without_a_length_is_cut_off_at_64_kib(desk: Desk) -> None:
    text = json.dumps(OBSERVED).encode()
    assert post(desk, iter([text, b" " * (LIMIT - len(text))]), f"{EVENTS}?dry_run=true").status_code == 200
    refused(post(desk, iter([text, b" " * (LIMIT - len(text)), b" "])), 413, "too-large")


def test_a_body_that_declares_too_much_is_refused_before_it_comes(desk: Desk) -> None:
    host, port = desk.server.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(f"POST {EVENTS} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {10**12}\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def test_an_event_that_fits_but_whose_entry_in_the_ledger_would_not_is_refused(desk: Desk) -> None:
    item = {"category": "项目", "title": "事项", "detail": "a" * 8000}
    event = {"type": "submitted", "period": "2025-03", "items": [*[item] * 8, {**item, "detail": "b"}]}
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    filled = text.replace(b'"b"', b'"%s"' % (b"b" * (1 + LIMIT - len(text))))
    assert len(filled) == LIMIT
    assert post(desk, text, f"{EVENTS}?dry_run=true").status_code == 200
    refused(post(desk, filled), 413, "too-large")


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/x-ndjson", "application/x-www-form-urlencoded", "json", "multipart/form-data"],
)
def test_another_media_type_is_unsupported(desk: Desk, media_type: str) -> None:
    refused(post(desk, json.dumps(OBSERVED).encode(), media_type=media_type), 415, "unsupported-media-type")


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", ""])
def test_a_bulk_is_ndjson(desk: Desk, media_type: str) -> None:
    refused(post(desk, b"{}", "/v1/events", media_type), 415, "unsupported-media-type")


@pytest.mark.parametrize(
    "version",
    ["12", '"x"', 'W/"1"', '"1", "2"', "", '""', '"-1"', '"1.0"', '"99999999999"', f'"{MARKER}"', b'"\xb2"'],
    ids=ascii,
)
def test_if_match_takes_one_version_in_quotes(desk: Desk, version: str | bytes) -> None:
    answer = desk.organiser.post(EVENTS, json=OBSERVED, headers=[(b"If-Match", raw(version))])
    assert flaws_of(answer) == [("/If-Match", "entity_tag")]
    assert MARKER not in answer.text


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("/v1/cadres?limit=0", "/limit"),
        ("/v1/cadres?limit=9999", "/limit"),
        ("/v1/cadres?limit=", "/limit"),
        ("/v1/duties?limit=1.5", "/limit"),
        ("/v1/duties?state=late", "/state"),
        ("/v1/duties?kind=talk", "/kind"),
        ("/v1/submissions?state=new", "/state"),
        ("/v1/submissions?limit=501", "/limit"),
        ("/v1/events?limit=10001", "/limit"),
        ("/v1/events?after=-1", "/after"),
        (f"/v1/events?after={10**30}", "/after"),
        (f"{EVENTS}?after=x", "/after"),
        (f"{EVENTS}?cursor=x", "/cursor"),
        (f"{EVENTS}?cursor=%C2%B2", "/cursor"),
        (f"{EVENTS}?cursor={'9' * 100}", "/cursor"),
        (f"/v1/cadres?cursor={'a' * 201}", "/cursor"),
        (f"/v1/cadres?q={'a' * 201}", "/q"),
        ("/v1/groups/town/schemes/2025?version=0", "/version"),
        ("/v1/groups/town/schemes/2025?version=new", "/version"),
        ("/v1/groups/town/schemes/2025-01", "/year"),
        ("/v1/groups/town/schemes/1800", "/year"),
        ("/v1/groups/town/periods/2025-Q5", "/period"),
        ("/v1/groups/town/periods/2025-13", "/period"),
        ("/v1/groups/town/periods/2025-00/progress", "/period"),
        ("/v1/groups/town/periods/2025-02-30", "/period"),
        ("/v1/cadres/an/periods/2025-03%0A", "/period"),
        ("/v1/cadres/an/periods/%D9%A2%D9%A0%D9%A2%D9%A5", "/period"),
        (f"/v1/cadres/{'a' * 201}", "/cadre"),
    ],
)  # fmt: skip
def test_parameters_are_checked_and_named(desk: Desk, path: str, pointer: str) -> None:
    ((found, _),) = flaws_of(desk.organiser.get(path))
    assert found == pointer


@pytest.mark.parametrize("query", ["dry_run=maybe", "dry_run=2", "dry_run="])
def test_dry_run_is_yes_or_no_and_nothing_is_stored_in_doubt(desk: Desk, query: str) -> None:
    assert flaws_of(desk.organiser.post(f"{EVENTS}?{query}", json=OBSERVED)) == [("/dry_run", "bool_parsing")]
    answer = desk.organiser.post(
        f"/v1/events?{query.replace('dry_run', 'atomic')}",
        content=b"{}",
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert flaws_of(answer) == [("/atomic", "bool_parsing")]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/nothing", "not-found"), ("/v1/", "not-found"), ("/v1", "not-found"), ("/v1/me/", "not-found"),
        ("/v1/cadres/a%2Fb", "not-found"), ("/v1/../etc/passwd", "not-found"), ("/problems/nothing", "not-found"),
        ("/v1/cadres/an%0A", "unknown-cadre"), ("/v1/cadres/a%00", "unknown-cadre"),
        ("/v1/cadres/%ED%A0%80", "unknown-cadre"),
        (f"/v1/cadres/{'a' * 65}", "unknown-cadre"), ("/v1/cadres/nobody/record", "unknown-cadre"),
        ("/v1/groups/nowhere/periods/2025-01", "unknown-group"), ("/v1/groups/a%0A/schemes/2025", "unknown-group"),
        (f"/v1/events/{MARKER}", "unknown-event"), ("/v1/groups/town/schemes/2031", "not-found"),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(desk: Desk, path: str, code: str) -> None:
    refused(desk.organiser.get(path), 404, code)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/cadres?q=%00", "/v1/cadres?group=%00", "/v1/cadres?unit=%00", "/v1/cadres?cursor=%00",
        "/v1/duties?cadre=%00", "/v1/duties?group=%00", "/v1/duties?unit=%00", "/v1/duties?cursor=a%00",
        "/v1/submissions?group=%00", "/v1/submissions?period=%00", "/v1/submissions?cursor=2/%00", f"{EVENTS}?type=%00",
        "/v1/cadres/%00/record", "/v1/cadres/%00/events", "/v1/cadres/%00/periods/2025-01",
        "/v1/cadres/%00/periods/2025-Q1", "/v1/cadres/%00/periods/2025", "/v1/events/%00",
        "/v1/groups/%00/periods/2025-01", "/v1/groups/%00/periods/2025-01/progress", "/v1/groups/%00/schemes/2025",
    ],
)  # fmt: skip
def test_a_text_that_no_database_need_be_able_to_hold_is_no_failure_of_the_server(desk: Desk, path: str) -> None:
    """PostgreSQL has no texts with NUL."""
    assert desk.organiser.get(path).status_code in (200, 404, 422)


def test_a_cadre_that_does_not_exist_takes_no_events(desk: Desk) -> None:
    for cadre in ("nobody", "a%0Ab", "a" * 65, "%E5%AE%89"):
        refused(desk.organiser.post(f"/v1/cadres/{cadre}/events", json=OBSERVED), 404, "unknown-cadre")
    refused(desk.organiser.post("/v1/cadres/a%2Fb/events", json=OBSERVED), 404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/cadres", {"GET", "POST"}), ("DELETE", "/v1/cadres/an", {"GET"}),
        ("PATCH", EVENTS, {"GET", "POST"}),
        ("DELETE", "/v1/events", {"GET", "POST"}), ("POST", "/v1/me", {"GET"}), ("POST", "/livez", {"GET"}),
        ("DELETE", "/v1/groups/town/schemes/2025", {"GET", "POST"}), ("OPTIONS", "/v1/duties", {"GET"}),
        ("GET", "/v1/groups/town/periods/2025-01/seal", {"POST"}), ("TRACE", EVENTS, {"GET", "POST"}),
        ("PUT", f"/v1/events/{MARKER}", {"GET"}), ("BREW", "/v1/cadres", {"GET", "POST"}),
    ],
)  # fmt: skip
def test_another_method_is_not_allowed_and_allow_lists_all_that_are(
    desk: Desk, method: str, path: str, allowed: set[str]
) -> None:
    answer = desk.organiser.request(method, path)
    refused(answer, 405, "method-not-allowed")
    assert set(answer.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize(
    "authorization",
    [
        "", "Bearer", "Basic b3I6YQ==", "Bearer a b", "Bearer lk__", f"Bearer lk_{MARKER}", MARKER,
        f"Bearer lk_{MARKER}_{'0' * 64}", "Bearer " + "a" * 5000, b"Bearer lk_\xff_\xfe",
    ],
    ids=lambda given: ascii(given[:20]),
)  # fmt: skip
def test_without_a_token_that_holds_nothing_is_answered(desk: Desk, authorization: str | bytes) -> None:
    with httpx.Client(base_url=desk.server.address, headers=[(b"Authorization", raw(authorization))]) as client:
        answers = [client.get(path) for path in ("/v1/me", "/v1/cadres", "/v1/events", "/v1/duties", "/v1/cadres/an")]
        answers.append(client.post(EVENTS, json=OBSERVED))
        answers.append(client.post("/v1/events", content=b"{}", headers={"Content-Type": "application/x-ndjson"}))
    for answer in answers:
        refused(answer, 401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_token_of_another_secret_or_with_more_behind_it_does_not_hold(desk: Desk) -> None:
    token = desk.organiser.headers["Authorization"]
    for wrong in (token[:-1], token + "0", token[:-1] + ("0" if token[-1] != "0" else "1"), token.upper()):
        refused(httpx.get(f"{desk.server.address}/v1/me", headers={"Authorization": wrong}), 401, "unauthenticated")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "zh-CN"), ("zh", "zh-CN"), ("fr", "zh-CN"), ("*", "zh-CN"), ("en;q=0.5, zh;q=0.9", "zh-CN"),
        ("en;q=", "zh-CN"), (MARKER, "zh-CN"), ("en", "en"), ("en-GB,en;q=0.8", "en"), ("zh;q=0.1, EN", "en"),
    ],
)  # fmt: skip
def test_texts_are_chinese_unless_english_is_preferred(desk: Desk, accepted: str | None, language: str) -> None:
    headers = {"Accept-Language": accepted} if accepted is not None else {}
    for answer in (
        desk.organiser.post(EVENTS, json={**OBSERVED, "period": "2025-13", "more": 1, "points": True}, headers=headers),
        desk.organiser.get("/nothing", headers=headers),
        desk.organiser.put("/v1/cadres", headers=headers),
    ):
        problem = problem_of(answer)
        assert answer.headers["Content-Language"] == language
        texts = [problem["title"], problem["detail"], *(error["message"] for error in problem.get("errors", ()))]
        assert {HAN.search(text) is not None for text in texts} == {language == "zh-CN"}
