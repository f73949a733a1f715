"""Replay: a cadre's record at any moment of its history, and two moments of it side by side."""

from datetime import date, datetime, time
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Query, Request
from fastapi.responses import Response

from api.dependencies import CadrePath, LedgerDep, PageDep, Text, WhenDep, numbered, when_named
from api.pages.records import dossier, in_charts
from api.pages.requests import SeeOther, path_of
from api.pages.routing import Pages, ShownDep, VisitorDep, permitted
from ledger.chronicle import is_effect, told
from ledger.errors import Invalid, NotFound
from ledger.projections.moment import Row
from ledger.recording.reader import NOW, When
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger
from ledger.service.view import Page
from ledger.texts import Language

router = Pages()
BY_ONE_EVENT = Page(limit=200)
AT_ONCE = 25
"""So many changes, and the rest of an event's, are on a page."""
_TOLD = ("position", "recorded_at", "type", "actor")
_COMPARED = ("state", "points", "grade", "rank", "of", "group", "excused", "not_graded")
_PARTS = ("years", "quarters", "months")


@router.page("/cadres/{cadre}/history")
def history(
    request: Request,
    cadre: CadrePath,
    caller: VisitorDep,
    ledger: LedgerDep,
    shown: ShownDep,
    when: WhenDep,
    step: Annotated[int | None, Query(ge=1, le=10**9)] = None,
    on: Text = None,
) -> Response:
    """The record at a moment: ``step`` goes to the n-th event, ``on`` to the end of a day."""
    course = ledger.feed.course(caller, cadre, when)
    if on or step is not None:
        raise _moved(request, _end_of(caller, ledger, on) if on else _step(course["positions"], step or 1))
    if course["number"] == 0 and course["positions"]:
        raise _moved(request, {"at": course["positions"][0]})
    found, record = dossier(caller, ledger, cadre, when)
    groups = ledger.queries.group_names(caller, when)
    return shown(
        "history",
        {
            **found,
            **_course(course, shown.language, {**groups, **ledger.sheets.indicators(caller)}),
            **in_charts(caller, ledger, record, when),
            "names": groups,
            "changes": _changes(caller, ledger, cadre, course["last"]),
        },
    )


def _moved(request: Request, moment: Row) -> SeeOther:
    """To the page at another moment, under the same consultation."""
    consultation = request.query_params.get("consultation")
    query = {**moment, "consultation": consultation} if consultation is not None else moment
    return SeeOther(path_of(request) + (f"?{urlencode(query)}" if query else ""))


def _step(positions: list[int], step: int) -> Row:
    """The moment of the n-th event; the last is how things stand now."""
    return {"at": positions[step - 1]} if step < len(positions) else {}


def _end_of(caller: Caller, ledger: Ledger, day: str) -> Row:
    """The last second of a day in the ledger's time zone; now for today and later."""
    me = ledger.queries.me(caller)
    ends = datetime.combine(_day(day, "/on"), time(23, 59, 59), ZoneInfo(me["ledger"]["time_zone"]))
    return {} if ends.date().isoformat() >= me["date"] else {"as_of": ends.isoformat()}


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid.at(where, "day") from None


def _course(course: Row, language: Language, names: dict[str, str]) -> Row:
    """Where the moment stands: ``step`` of ``steps``, the events before it, and the positions on either side."""
    positions, number = course["positions"], course["number"]
    return {
        "step": number,
        "steps": len(positions),
        "previous": positions[number - 2] if number > 1 else None,
        "following": positions[number] if number < len(positions) else None,
        "last": [
            {**{name: event[name] for name in _TOLD}, "told": told({**event, "actor": None}, language, names)}
            for event in course["last"]
        ],
    }


def _changes(caller: Caller, ledger: Ledger, cadre: str, last: list[Row]) -> list[Row] | None:
    """What the last event changed of months, quarters, years and duties; None where the role may not ask."""
    if not last:
        return None
    position = last[0]["position"]
    since = When(at=position - 1) if position > 1 else None
    found = permitted(ledger.changes.between, caller, cadre, BY_ONE_EVENT, since, When(at=position))
    return [item for item in found["items"] if is_effect(item["part"], item["field"])] if found is not None else None


@router.page("/cadres/{cadre}/changes")
def changes(
    cadre: CadrePath,
    caller: VisitorDep,
    ledger: LedgerDep,
    shown: ShownDep,
    page: PageDep,
    since: Text = None,
    until: Text = None,
) -> Response:
    """Two moments side by side, each a day, a time with offset or a position, and what changed by which event."""
    begin, end = _moment(caller, ledger, since, "/since"), _moment(caller, ledger, until, "/until") or NOW
    made = ledger.changes.between(caller, cadre, numbered(Page(page.cursor, min(page.limit, AT_ONCE))), begin, end)
    return shown(
        "changes",
        {
            **made,
            "name": ledger.queries.cadre(caller, cadre)["name"],
            "items": [item for item in made["items"] if is_effect(item["part"], item["field"])],
            "sought": {"since": since, "until": until},
            "compared": _compared(_record(caller, ledger, cadre, begin), _record(caller, ledger, cadre, end)),
        },
    )


def _moment(caller: Caller, ledger: Ledger, text: str | None, where: str) -> When | None:
    if not text:
        return None
    if len(text) == 10 and text[4] == text[7] == "-":
        _day(text, where)
        ends = _end_of(caller, ledger, text)
        return when_named(ends["as_of"], where) if ends else NOW
    return when_named(text, where)


def _record(caller: Caller, ledger: Ledger, cadre: str, when: When | None) -> Row:
    """The record at a moment; empty before there was one."""
    try:
        return ledger.queries.record(caller, cadre, when) if when is not None else {}
    except NotFound:
        return {}


def _compared(before: Row, after: Row) -> list[Row]:
    """The periods whose result is otherwise at the second moment than at the first, with both."""
    found = []
    for part in _PARTS:
        was, now = ({row["period"]: _result(row) for row in record.get(part, ())} for record in (before, after))
        for period in sorted({*was, *now}, reverse=True):
            then, later = was.get(period), now.get(period)
            if then != later and (_known(then) or _known(later)):
                found.append({"part": part, "period": period, "was": then, "now": later})
    return found


def _result(row: Row) -> Row:
    return {name: row.get(name) for name in _COMPARED}


def _known(result: Row | None) -> bool:
    return result is not None and any(result[name] is not None for name in ("points", "excused", "not_graded"))
