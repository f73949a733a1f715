"""One valid request for every route, about a cadre and a group."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.access.marked import AN, UNITS, WANG, mark
from tests.http.serving import ndjson
from tests.office import scheme

PLACES = {"inside": (AN, "town"), "outside": (WANG, "law")}
FORM = {"type": "submitted", "period": "2025-12", "items": [{"category": "项目", "title": "试"}]}
Events = dict[str, dict[str, Any]]
"""An event of each type, such as the cadre inside can have."""


@dataclass(frozen=True)
class Asked:
    """A request; ``body`` as JSON, or ``lines`` of a bulk."""

    method: str
    path: str
    body: Any = None
    lines: list[Any] = field(default_factory=list)

    def send(self, client: httpx.Client) -> int:
        """The status it is answered with; of a bulk that of its line, of a stream that of its beginning."""
        query = {"dry_run": "true"} if self.method == "POST" else {}
        headers = {"Content-Type": "application/x-ndjson" if self.lines else "application/json"}
        content = ndjson(self.lines) if self.lines else None
        request = client.build_request(
            self.method, self.path, params=query, json=self.body, content=content, headers=headers
        )
        answer = client.send(request, stream=True)
        try:
            if answer.status_code != 200 or self.path.endswith("/stream") or not self.lines:
                return answer.status_code
            answer.read()
            return _of_the_line(answer.text.splitlines()[0])
        finally:
            answer.close()


def _of_the_line(line: str) -> int:
    outcome = httpx.Response(200, text=line).json()
    return int(outcome["problem"]["status"]) if outcome["status"] == "rejected" else 200


def asked(route: str, place: str, events: dict[str, str]) -> Asked:
    """The request of a route; ``events``: the id of one inside and of one outside."""
    cadre, group = PLACES[place]
    method, _, template = route.partition(" ")
    period = "2025-Q1" if template.endswith("reopen") else "2025-12" if method == "POST" else "2025-01"
    named = {
        "cadre": cadre, "group": group, "period": period, "year": "2025" if method == "GET" else "2027",
        "id": events[place], "principal": "clerk", "code": "forbidden", "name": "style.css",
        "kind": "feedback", "about": "2025-Q1",
    }  # fmt: skip
    named["path"] = "000.p/1" if "entries" in template else "0/000.p/1"
    return Asked(method, template.replace(":path", "").format(**named), *_sent(route, cadre, group))


def _sent(route: str, cadre: str, group: str) -> tuple[Any, list[Any]]:
    fresh = {"cadre": "fresh", "name": "名", "unit": "办", "post": "员", "group": group, "since": "2026-01"}
    bodies: dict[str, Any] = {
        "POST /v1/cadres": fresh,
        "POST /v1/cadres/{cadre}/events": FORM,
        "POST /v1/groups/{group}/schemes/{year}": scheme(),
        "POST /v1/groups/{group}/periods/{period}/seal": {},
        "POST /v1/groups/{group}/periods/{period}/reopen": {"reason": "试"},
        "POST /v1/consultations": {"cadres": [cadre], "purpose": "audit", "matter": "试"},
        "POST /v1/access": {"name": "fresh", "role": "auditor"},
        "POST /v1/access/{principal}/revocation": {"reason": "试"},
    }
    return bodies.get(route), [{"cadre": cadre, **FORM}] if route == "POST /v1/events" else []


def of_each_type(history: list[dict[str, Any]], group: str) -> Events:
    """An event of each type that the cadre of this history can have."""

    def last(type_: str) -> str:
        return str([event["id"] for event in history if event["type"] == type_][-1])

    noticed = {"on": "2026-02-01", "method": "paper"}
    decided = {"decided_on": "2026-02-01", "grounds": "试", "heard": "试"}
    held = {"held_on": "2026-02-01", "summary": "试", "period": "2025-Q1"}
    score = last("scored")
    return {
        "registered": {"name": "名", "unit": "办", "post": "员", "group": group, "since": "2026-01"},
        "posted": {"unit": UNITS[AN], "post": mark("post_an"), "group": group, "since": "2026-03"},
        "departed": {"since": "2026-11", "reason": "retired"},
        "submitted": {**FORM},
        "withdrawn": {"submission": last("submitted"), "reason": "试"},
        "reviewed": {
            "submission": last("submitted"),
            "verdicts": [{"item": 0, "outcome": "refused", "reason": "试"}],
        },
        "scored": {"period": "2025-12", "indicator": "work", "points": "1"},
        "score_corrected": {"score": score, "points": "1", "reason": "试"},
        "observed": {"period": "2025-12", "channel": "frontline", "finding": "试"},
        "excused": {"period": "2025-12", "reason": "leave"},
        "annulled": {"event": score, "reason": "试"},
        "talk_held": {**held, "purpose": "feedback"},
        "acknowledged": {"event": last("talk_held"), **noticed},
        "criticised": held,
        "admonished": {"form": "talk", "approved_by": "会", **decided},
        "admonition_waived": {"period": "2025-Q2", "reason": "试"},
        "admonition_reviewed": {
            "admonition": last("admonished"), "reviewed_on": "2026-02-01", "finding": "试", "closed": True,
        },
        "adjustment_decided": {"period": "2025-Q1", "outcome": "retained", "verified": "试", **decided},
        "appeal_lodged": {"period": "2025-Q2", "revision": 1, "grounds": "试"},
        "appeal_decided": {"appeal": last("appeal_lodged"), "outcome": "upheld", "reason": "试"},
    }  # fmt: skip
