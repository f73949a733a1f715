"""Everything that a principal of the marked story can get an answer to: views, lists, feed, stream, refusals."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import httpx

from ledger import periods
from ledger.aggregates.envelope import BY_NAME
from tests.access.marked import AN, BO, WANG, mark
from tests.http.serving import ndjson

PEOPLE = (AN, BO, WANG, "nobody")
MONTHS = ("2025-01", "2025-03", "2025-06", "2025-12")
PERIODS = (*MONTHS, "2025-Q1", "2025-Q3", "2025")
MANY = {"limit": "500"}
ENGLISH = {"Accept-Language": "en"}
NO_ID = "00000000-0000-4000-8000-000000000000"


def reach(client: httpx.Client, consultation: str | None, head: int) -> list[str]:
    """The texts of all answers."""
    opened = {"consultation": consultation} if consultation is not None else {}
    found = [_asked(client, path, query) for path, query in _views(opened)]
    found += [_asked(client, path, {**query, "at": str(head)}) for path, query in _views(opened) if _of_a_moment(path)]
    found += [_asked(client, path, query, ENGLISH) for path, query in _explained(opened)]
    found += [_asked(client, path, {}, language) for path in _plain() for language in (ENGLISH, {})]
    ids = [json.loads(line)["id"] for line in client.get("/v1/events").text.splitlines() if line.startswith('{"id"')]
    found.append(_stream(client, len(ids)))
    found += [_asked(client, f"/v1/events/{id_}", {}) for id_ in (*ids[::9], *ids[-9:], NO_ID)]
    found += [_asked(client, f"/v1/events/{id_}/proof", {}) for id_ in (*ids[:2], NO_ID)]
    found += [_refused(client, path, body, {}) for path, body in _commands()]
    found += [_refused(client, path, body, ENGLISH) for path, body in _commands() if "/periods/" in path]
    lines = [{"cadre": cadre, **event} for cadre in PEOPLE for event in _events()]
    bulk = {"Content-Type": "application/x-ndjson"}
    found.append(client.post("/v1/events?dry_run=true", content=ndjson(lines), headers=bulk).text)
    return found


def _of_a_moment(path: str) -> bool:
    return not path.startswith("/v1/events") and not path.endswith("/changes")


def _views(opened: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    for path in ("/v1/me", "/v1/cadres", "/v1/groups", "/v1/submissions", "/v1/duties", "/v1/access"):
        yield path, {} if path in ("/v1/me", "/v1/groups", "/v1/access") else MANY
    yield "/v1/events", {}
    for cadre in PEOPLE:
        yield f"/v1/cadres/{cadre}", opened
        yield f"/v1/cadres/{cadre}/record", opened
        yield f"/v1/cadres/{cadre}/events", {**opened, **MANY}
        yield f"/v1/cadres/{cadre}/changes", {**opened, **MANY}
        yield from ((f"/v1/cadres/{cadre}/periods/{period}", opened) for period in PERIODS)
        yield "/v1/cadres", {"q": cadre}
        yield "/v1/duties", {"cadre": cadre, **MANY}
    yield "/v1/cadres", {"ref": f"hr:{mark('ref_bo')}"}
    for group in ("town", "law", "nowhere"):
        yield f"/v1/groups/{group}/schemes/2025", {}
        for period in PERIODS:
            yield f"/v1/groups/{group}/periods/{period}", {}
            yield f"/v1/groups/{group}/periods/{period}/progress", {}


def _explained(opened: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    return ((path, query) for path, query in _views(opened) if f"/v1/cadres/{AN}/periods/" in path)


def _plain() -> Iterator[str]:
    yield from ("/livez", "/readyz", "/metrics", "/nothing", f"/v1/{AN}", "/v1/cadres/x/periods/never")
    yield from ("/log/checkpoint", "/log/vkey", "/log/tile/0/000.p/1", "/log/tile/0/000", "/log/tile/data/000")
    yield from ("/problems/forbidden", "/problems/own-record", "/problems/unknown-cadre")


def _asked(client: httpx.Client, path: str, query: dict[str, str], headers: dict[str, str] | None = None) -> str:
    answer = client.get(path, params=query, headers=headers)
    assert answer.status_code < 500, (path, answer.text)
    return _told(answer)


def _stream(client: httpx.Client, events: int) -> str:
    """What the stream has sent once it has sent as many events as there are to see."""
    with client.stream("GET", "/v1/events/stream?after=0") as answer:
        if answer.status_code != 200:
            return str(answer.read(), "utf-8")
        told = (line for line in answer.iter_lines() if line.startswith("data:"))
        return "\n".join(islice(told, events))


def _refused(client: httpx.Client, path: str, body: Any, language: dict[str, str]) -> str:
    """What a dry run tells, refused or not."""
    answer = client.post(path, json=body, params={"dry_run": "true"}, headers=language)
    assert answer.status_code < 500, (path, body, answer.text)
    return _told(answer)


def _told(answer: httpx.Response) -> str:
    """An answer with its headers, and whom it was asked about (by number: his mark would be found)."""
    about = next((number for number, cadre in enumerate(PEOPLE) if f"/{cadre}" in answer.url.path), "nobody")
    return f"{answer.status_code} {dict(answer.headers)} {answer.text}\nasked about {about} "


def _commands() -> Iterator[tuple[str, Any]]:
    """Of ``AN`` every event; of others some (the bulk has them all) that are not refused because an id is taken."""
    for cadre in PEOPLE:
        some = _events() if cadre == AN else islice(_events(), 1, 4)
        yield from ((f"/v1/cadres/{cadre}/events", event) for event in some)
        posting = {"name": "名", "unit": "办", "post": "员", "group": "town", "since": "2026-01"}
        yield "/v1/cadres", {"cadre": cadre, **posting}
        yield "/v1/consultations", {"cadres": [cadre], "purpose": "audit", "matter": "试"}
    for group in ("town", "law", "nowhere"):
        for period in ("2025-01", "2025-12", "2025-Q1", "2025-Q4", "2025"):
            yield f"/v1/groups/{group}/periods/{period}/seal", {}
        yield f"/v1/groups/{group}/periods/2025-Q1/reopen", {"reason": "试"}
        yield f"/v1/groups/{group}/schemes/2025", {"title": "试"}
    yield "/v1/access", {"name": "new", "role": "auditor"}
    yield f"/v1/access/{mark('who_left')}/revocation", {"reason": "试"}


def _events() -> Iterator[dict[str, Any]]:
    """One of each type: some would be recorded, most are refused for some reason."""
    about = {"period": "2025-12", "reason": "试", "points": "1.00", "indicator": "work", "finding": "试"}
    acts = {"held_on": "2026-01-06", "decided_on": "2026-01-06", "summary": "试", "grounds": "试", "heard": "试"}
    plain = {**about, **acts, "event": NO_ID, "score": NO_ID, "submission": NO_ID, "admonition": NO_ID, "appeal": NO_ID}
    more: dict[str, dict[str, Any]] = {
        "registered": {"name": "名", "unit": "办", "post": "员", "group": "town", "since": "2026-01"},
        "posted": {"unit": "办", "post": "员", "group": "town", "since": "2025-11"},
        "departed": {"since": "2026-12", "reason": "retired"},
        "submitted": {"items": [{"category": "项目", "title": "试"}]},
        "reviewed": {"verdicts": [{"item": 0, "outcome": "returned", "reason": "试"}]},
        "observed": {"channel": "frontline"},
        "excused": {"reason": "leave"},
        "talk_held": {"purpose": "feedback"},
        "acknowledged": {"on": "2026-01-06", "method": "paper"},
        "admonished": {"form": "talk", "approved_by": "会"},
        "admonition_reviewed": {"reviewed_on": "2026-01-06", "closed": True},
        "adjustment_decided": {"outcome": "retained", "verified": "试"},
        "appeal_lodged": {"revision": 1},
        "appeal_decided": {"outcome": "upheld"},
    }
    for name, type_ in BY_NAME.items():
        if type_.appendable:
            fields = {field: plain[field] for field in type_.data.model_fields if field in plain}
            yield {"type": name, **fields, **more.get(name, {})}
    yield {"type": "scored", "period": "2025-01", "indicator": "work", "points": "1"}
    yield {"type": "excused", "period": periods.next_month("2025-12"), "reason": "other"}
