"""The queue of submitted items that wait for a verdict, by category and unit."""

import re
from typing import Annotated, TypedDict

from fastapi import Depends, Request
from fastapi.responses import Response

from api.dependencies import LedgerDep, PageDep, Text
from api.pages.batches import Batch
from api.pages.forms import EMPTY, Form, FormDep, asked_again
from api.pages.requests import done
from api.pages.routing import Pages, ShownDep, VisitorDep
from ledger.errors import Malformed
from ledger.projections.moment import Row
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger
from ledger.service.view import Page

router = Pages()
MOST = 25
"""Forms on a page."""
_ITEM = re.compile(r"([^/]+)/([^/]+)/(\d{1,2})", re.ASCII)
_OF_FORM = ("submission", "cadre", "unit", "group", "period", "recorded_at", "late", "replaces")


class Sought(TypedDict):
    """What the queue is narrowed down to."""

    category: str | None
    unit: str | None
    group: str | None
    period: str | None


def sought_of(category: Text = None, unit: Text = None, group: Text = None, period: Text = None) -> Sought:
    """A filter left empty narrows nothing."""
    return {"category": category or None, "unit": unit or None, "group": group or None, "period": period or None}


SoughtDep = Annotated[Sought, Depends(sought_of)]


@router.page("/review")
def review(caller: VisitorDep, ledger: LedgerDep, shown: ShownDep, page: PageDep, sought: SoughtDep) -> Response:
    """What waits for a verdict, narrowed down as the query says."""
    return asked_again(shown, "review", _queue(ledger, caller, page, sought), EMPTY, None)


@router.post("/review")
def give_verdicts(
    request: Request,
    form: FormDep,
    caller: VisitorDep,
    ledger: LedgerDep,
    shown: ShownDep,
    page: PageDep,
    sought: SoughtDep,
) -> Response:
    """Record the verdicts that were given, form by form; those refused are shown again."""
    batch = Batch(form)
    for (cadre, submission), items in _decided(form).items():
        places = [f"{submission}/{item}" for item in items]
        verdicts = [_verdict(form, place, item) for place, item in zip(places, items, strict=True)]
        batch.add(submission, cadre, "reviewed", {"submission": submission, "verdicts": verdicts}, places)
    problem = batch.problem(ledger.appending.append_lines(caller, batch.lines), shown.language)
    if problem is None:
        return done(request, "reviewed" if batch.lines else "nothing_filled")
    return asked_again(shown, "review", _queue(ledger, caller, page, sought), form, problem)


def _queue(ledger: Ledger, caller: Caller, page: Page, sought: Sought) -> Row:
    """The items without a verdict, by category, unit and person."""
    found = ledger.worklists.submissions(caller, Page(page.cursor, min(page.limit, MOST)), state="pending", **sought)
    items = [
        {**item, **{name: form[name] for name in _OF_FORM}, "item": index}
        for form in found["items"]
        for index, item in enumerate(form["items"])
        if item["verdict"] is None and sought["category"] in (None, item["category"])
    ]
    order = sorted(items, key=lambda item: (item["category"], item["unit"] or "", item["cadre"], item["recorded_at"]))
    people = ledger.queries.names(caller, {item["cadre"] for item in order})
    groups = ledger.queries.group_names(caller)
    return {**found, "items": order, "sought": sought, "people": people, "names": groups}


def _decided(form: Form) -> dict[tuple[str, str], list[int]]:
    """By cadre and form the items with a verdict; points alone accept."""
    found: dict[tuple[str, str], list[int]] = {}
    for named_item in form.all("item"):
        cadre, submission, item = _named(named_item)
        if form.filled(f"{submission}/{item}/outcome", f"{submission}/{item}/points"):
            found.setdefault((cadre, submission), []).append(int(item))
    return found


def _named(item: str) -> tuple[str, str, str]:
    """Cadre, form and index of an item; Malformed if it names none."""
    matched = _ITEM.fullmatch(item)
    if matched is None:
        raise Malformed(reason="form")
    return matched[1], matched[2], matched[3]


def _verdict(form: Form, place: str, item: int) -> Row:
    given = {name: form.text(f"{place}/{name}") for name in ("outcome", "points", "reason")}
    verdict = {"item": item, **given, "outcome": given["outcome"] or "accepted"}
    return {name: value for name, value in verdict.items() if value is not None}
