"""My record: what a cadre has to acknowledge, his results, appeals and forms."""

from collections.abc import Iterator

from fastapi import Request
from fastapi.responses import Response

from api.dependencies import LedgerDep
from api.pages.forms import EMPTY, Form, FormDep, asked
from api.pages.records import trimmed
from api.pages.requests import done
from api.pages.routing import Pages, ShownDep, VisitorDep
from ledger.errors import Invalid, NotFound, Refusal
from ledger.projections.moment import Row
from ledger.service.credentials import Caller
from ledger.service.inputs import read_event
from ledger.service.ledger import Ledger
from ledger.service.view import Page

router = Pages()
ALL = Page(limit=10_000)
LAST_FORMS = 12
_ACTS = ("admonitions", "adjustments", "criticisms", "talks")
_GRADED = ("quarter_graded", "year_graded")
_RESULT = ("period", "grade", "points", "rank", "of", "not_graded")


@router.page("/own")
def own(caller: VisitorDep, ledger: LedgerDep, shown: ShownDep) -> Response:
    """The record of who is signed in, if it is a cadre's."""
    return asked(shown, "own", mine(caller, ledger), EMPTY)


@router.post("/own")
def act(request: Request, form: FormDep, caller: VisitorDep, ledger: LedgerDep, shown: ShownDep) -> Response:
    """Acknowledge something, or appeal against a result."""
    found = mine(caller, ledger)
    try:
        id_, data = read_event({**_event(form, found["date"]), **form.filled("id")})
        ledger.appending.append(caller, found["cadre"], data, id_=id_).result()
    except Refusal as refusal:
        return asked(shown, "own", found, form, refusal)
    return done(request, "appealed" if form.text("type") == "appeal_lodged" else "acknowledged")


def _event(form: Form, today: str) -> Row:
    """The event as the interface takes it."""
    match form.text("type"):
        case "acknowledged":
            return {"type": "acknowledged", "on": today, "method": "online", **form.filled("event", "comment")}
        case "appeal_lodged":
            period, _, revision = (form.text("result") or "").partition("/")
            number = {"revision": int(revision)} if revision.isascii() and revision.isdigit() else {}
            return {"type": "appeal_lodged", "period": period, **number, **form.filled("grounds")}
    raise Invalid.at("/type", "unknown_type")


def mine(caller: Caller, ledger: Ledger) -> Row:
    """Who it is, the record, what waits to be acknowledged, and the forms; NotFound for who is no cadre."""
    cadre = ledger.queries.me(caller)["cadre"]
    if cadre is None:
        raise NotFound()
    events = ledger.feed.history(caller, cadre, ALL)["items"]
    ((person, whole),) = ledger.queries.dossiers(caller, [cadre])
    record = trimmed(whole)
    return {
        **person,
        "names": ledger.queries.group_names(caller),
        "record": record,
        "waiting": sorted(_waiting(record, events), key=lambda item: str(item["recorded_at"]), reverse=True),
        "forms": _forms(events)[-LAST_FORMS:][::-1],
    }


def _waiting(record: Row, events: list[Row]) -> Iterator[Row]:
    """What nobody acknowledged: the last result of each quarter and year, and the acts that stand."""
    known = {event["data"]["event"] for event in events if event["type"] == "acknowledged"}
    results = {(event["type"], event["data"]["period"]): event for event in events if event["type"] in _GRADED}
    for result in results.values():
        if result["id"] not in known:
            told = {name: result["data"].get(name) for name in _RESULT}
            yield {"event": result["id"], "kind": result["type"], "recorded_at": result["recorded_at"], **told}
    for part in _ACTS:
        for found in record[part]:
            if found["annulled_by"] is None and not found["acknowledged"]:
                told = {"period": found["period"], "told": found.get("summary") or found.get("grounds")}
                yield {"event": found["event"], "kind": part, "recorded_at": found["recorded_at"], **told}


def _forms(events: list[Row]) -> list[Row]:
    """The forms in order, each item with its last verdict."""
    forms: dict[str, Row] = {}
    for event in events:
        data = event["data"]
        if event["type"] == "submitted":
            items = [{"title": item["title"], "category": item["category"], "verdict": None} for item in data["items"]]
            said = {"recorded_at": event["recorded_at"], "period": data["period"], "items": items, "withdrawn": False}
            forms[event["id"]] = {"submission": event["id"], **said}
        elif event["type"] == "withdrawn":
            forms[data["submission"]]["withdrawn"] = True
        elif event["type"] == "reviewed":
            for verdict in data["verdicts"]:
                forms[data["submission"]]["items"][verdict["item"]]["verdict"] = verdict
    return list(forms.values())
