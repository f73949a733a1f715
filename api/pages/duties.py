"""Duties, and the sheet on which one is prepared, printed and recorded."""

from typing import Annotated, Any, NamedTuple

from fastapi import Path, Query, Request
from fastapi.responses import Response

from api.dependencies import CadrePath, LedgerDep, PageDep, Text, WhenDep
from api.pages.forms import Form, FormDep, asked
from api.pages.lost import lost_points, told
from api.pages.requests import done
from api.pages.routing import Pages, ShownDep, VisitorDep
from ledger.assessment.duties import Kind, State
from ledger.errors import Invalid, NotFound, Refusal
from ledger.projections.moment import Row
from ledger.service.credentials import Caller
from ledger.service.inputs import read_event, validate_field
from ledger.service.ledger import Ledger
from ledger.service.view import Page
from ledger.texts import Language

router = Pages()
SHEET = "/cadres/{cadre}/duties/{kind}/{about}"
OF_ONE = Page(limit=500)
KindPath = Annotated[Kind, Path()]
AboutPath = Annotated[str, Path(max_length=40)]


class Field(NamedTuple):
    """A field of a form: its pointer in the event's data, and how it is asked for (day, line, text or choice)."""

    name: str
    how: str
    required: bool = True
    codes: tuple[str, ...] = ()
    vocabulary: str = ""


_HELD_BY = Field("held_by/0/name", "line", False), Field("held_by/0/post", "line", False)
_BASIS = tuple(Field(f"basis/{name}", "line", False) for name in ("issued_by", "document", "number"))
_OUTCOMES = ("reassigned", "rank_transfer", "demoted", "removed", "resigned", "retained")
FORMS: dict[str, tuple[Field, ...]] = {
    "talk_held": (
        Field("held_on", "day"),
        *_HELD_BY,
        Field("place", "line", False),
        Field("summary", "text"),
        *(Field(name, "text", False) for name in ("strengths", "improvements", "response")),
    ),
    "criticised": (Field("held_on", "day"), *_HELD_BY, Field("summary", "text"), Field("response", "text", False)),
    "admonished": (
        Field("form", "choice", codes=("talk", "written"), vocabulary="admonition_form"),
        Field("decided_on", "day"),
        Field("grounds", "text"),
        Field("heard", "text"),
        Field("approved_by", "line"),
        *_BASIS,
    ),
    "admonition_waived": (Field("reason", "text"),),
    "adjustment_decided": (
        Field("outcome", "choice", codes=_OUTCOMES, vocabulary="adjustment"),
        Field("decided_on", "day"),
        *(Field(name, "text") for name in ("grounds", "verified", "heard")),
        *_BASIS,
    ),
    "admonition_reviewed": (
        Field("reviewed_on", "day"),
        Field("finding", "text"),
        Field("closed", "choice", codes=("true", "false"), vocabulary="answer"),
    ),
}
"""What is asked for to record an event."""
ANSWERS: dict[Kind, tuple[str, ...]] = {
    "feedback": ("talk_held",),
    "reminder_talk": ("talk_held",),
    "criticism": ("criticised",),
    "consider_admonition": ("admonished", "admonition_waived"),
    "adjustment_case": ("adjustment_decided",),
    "admonition_review": ("admonition_reviewed",),
}
"""The events that answer a duty."""
_PURPOSE = {"feedback": "feedback", "reminder_talk": "reminder"}
_ACTS = ("talks", "criticisms", "admonitions", "waivers", "adjustments")


@router.page("/duties")
def duties(
    caller: VisitorDep,
    ledger: LedgerDep,
    shown: ShownDep,
    when: WhenDep,
    page: PageDep,
    state: Text = None,
    kind: Text = None,
    group: Text = None,
    unit: Text = None,
    cadre: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """What is overdue and due, or of one state; filtered as over the interface."""
    wanted = {
        "kind": _one_of(Kind, kind, "/kind"),
        "group": group or None,
        "unit": unit or None,
        "cadre": cadre or None,
    }
    chosen = _one_of(State, state, "/state")
    states = (chosen,) if chosen is not None else ("overdue", "due")
    lists = [{"state": one, **ledger.worklists.duties(caller, page, when, state=one, **wanted)} for one in states]
    people = {item["cadre"] for found in lists for item in found["items"]}
    return shown(
        "duties",
        {
            "lists": lists,
            "people": ledger.queries.names(caller, people, when),
            "names": ledger.queries.group_names(caller, when),
            "sought": {"state": chosen, **wanted},
            "position": lists[0]["position"],
            "date": lists[0]["date"],
        },
    )


def _one_of(codes: Any, text: str | None, where: str) -> str | None:
    """A code of a list; None where all were chosen."""
    return str(validate_field(codes, text, where)) if text else None


@router.page(SHEET)
def sheet(
    cadre: CadrePath, kind: KindPath, about: AboutPath, caller: VisitorDep, ledger: LedgerDep, shown: ShownDep
) -> Response:
    """What a duty rests on, where points were lost, and the form that records what was done."""
    found = _sheet(caller, ledger, cadre, kind, about, shown.language)
    today = [(field.name, found["date"]) for name in found["forms"] for field in FORMS[name] if field.how == "day"]
    return asked(shown, "duty", found, Form([*today, ("improvements", told(found["lost"], shown.language))]))


@router.post(SHEET)
def record(
    request: Request,
    form: FormDep,
    cadre: CadrePath,
    kind: KindPath,
    about: AboutPath,
    caller: VisitorDep,
    ledger: LedgerDep,
    shown: ShownDep,
) -> Response:
    """Record the event that answers a duty."""
    found = _sheet(caller, ledger, cadre, kind, about, shown.language)
    try:
        id_, data = read_event(_event(form, kind, about))
        ledger.appending.append(caller, cadre, data, id_=id_).result()
    except Refusal as refusal:
        return asked(shown, "duty", found, form, refusal)
    return done(request, "recorded")


def _event(form: Form, kind: Kind, about: str) -> Row:
    """The event as the interface takes it; Invalid for one that does not answer such a duty."""
    name = form.text("type")
    if name not in ANSWERS[kind]:
        raise Invalid.at("/type", "unknown_type")
    event: Row = {"type": name, **form.filled("id")}
    event |= {"admonition": about} if kind == "admonition_review" else {"period": about}
    if kind in _PURPOSE:
        event["purpose"] = _PURPOSE[kind]
    for field in FORMS[name]:
        _put(event, field.name, form.text(field.name))
    return event


def _put(event: Row, name: str, text: str | None) -> None:
    """Set one field: of a person who held a talk, of the paper behind an act, or of the event itself."""
    if text is None:
        return
    whole, _, part = name.partition("/")
    if whole == "held_by":
        event.setdefault(whole, [{}])[0][part.removeprefix("0/")] = text
    elif whole == "basis":
        event.setdefault(whole, {})[part] = text
    else:
        event[whole] = text == "true" if whole == "closed" else text


def _sheet(caller: Caller, ledger: Ledger, cadre: str, kind: Kind, about: str, language: Language) -> Row:
    """A duty, named by its period or admonition; NotFound if there is none."""
    known = ledger.worklists.duties(caller, OF_ONE, kind=kind, cadre=cadre)
    duty = next((item for item in reversed(known["items"]) if about in (item["period"], item["opened_by"])), None)
    if duty is None:
        raise NotFound()
    record = ledger.queries.record(caller, cadre)
    person = ledger.queries.cadre(caller, cadre)
    result = ledger.queries.period(caller, cadre, duty["period"], language=language) if duty["period"] else None
    actions = (result or person)["allowed_actions"] if duty["state"] in ("due", "overdue") else []
    return {
        **{name: person[name] for name in ("cadre", "name", "unit", "post", "group", "departed", "position", "date")},
        "names": ledger.queries.group_names(caller),
        "duty": duty,
        "result": {name: value for name, value in result.items() if name != "explanation"} if result else None,
        "lost": lost_points(caller, ledger, cadre, result["months"], language) if result else [],
        "admonition": next((act for act in record["admonitions"] if act["event"] == duty["opened_by"]), None),
        "answer": _answer(record, duty["answered_by"]),
        "forms": {name: [field._asdict() for field in FORMS[name]] for name in ANSWERS[kind] if name in actions},
    }


def _answer(record: Row, event: str | None) -> Row | None:
    """The act that answered a duty."""
    acts = (act for part in _ACTS for act in record[part])
    return next((act for act in acts if event is not None and act["event"] == event), None)
