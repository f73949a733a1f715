"""The month's forms of key work: unit by unit, everybody of a unit in one go."""

from fastapi import Request
from fastapi.responses import Response

from api.dependencies import LedgerDep, PageDep, PeriodPath, Text
from api.pages.batches import Batch
from api.pages.forms import EMPTY, Form, FormDep, asked_again
from api.pages.requests import done
from api.pages.routing import Pages, ShownDep, VisitorDep
from ledger import periods
from ledger.errors import NotFound
from ledger.projections.moment import Row

router = Pages()
FIELDS = ("category", "title", "detail", "done_on", "place")
BLANK = 5
"""So many new items a form takes of one person at a time."""


@router.page("/periods/{period}/submissions")
def month(
    period: PeriodPath, caller: VisitorDep, ledger: LedgerDep, shown: ShownDep, page: PageDep, unit: Text = None
) -> Response:
    """The units in scope; or the form of the one that was asked for, or that is the only one."""
    sheet = ledger.sheets.forms(caller, period, page, unit)
    return asked_again(shown, "submissions", _shown(sheet, ledger.queries.group_names(caller)), EMPTY, None)


@router.post("/periods/{period}/submissions")
def submit(
    request: Request,
    period: PeriodPath,
    form: FormDep,
    caller: VisitorDep,
    ledger: LedgerDep,
    shown: ShownDep,
    page: PageDep,
    unit: Text = None,
) -> Response:
    """Submit what is filled in, all of it or nothing; or withdraw a form."""
    sheet = _shown(ledger.sheets.forms(caller, period, page, unit), ledger.queries.group_names(caller))
    batch, withdrawn = Batch(form), form.text("withdraw")
    for person in (person for item in sheet["items"] for person in item["people"]):
        if withdrawn is None:
            _fill(batch, form, period, person)
        elif any(submission["submission"] == withdrawn for submission in person["submissions"]):
            back = {"submission": withdrawn, "reason": form.text(f"{withdrawn}/reason")}
            batch.add(withdrawn, person["cadre"], "withdrawn", back)
    if withdrawn is not None and not batch.lines:
        raise NotFound()
    problem = batch.problem(ledger.appending.append_atomically(caller, batch.lines), shown.language)
    if problem is not None:
        return asked_again(shown, "submissions", sheet, form, problem)
    return done(request, "withdrawn" if withdrawn else "submitted" if batch.lines else "nothing_submitted")


def _fill(batch: Batch, form: Form, period: str, person: Row) -> None:
    """Add what was filled in for a person: new items in one form, and a form for each item sent again."""
    cadre = person["cadre"]
    filled = [place for place in (f"{cadre}/{n}" for n in range(BLANK)) if _item(form, place)]
    if filled:
        new = {"period": period, "items": [_item(form, place) for place in filled]}
        batch.add(cadre, cadre, "submitted", new, filled)
    for returned in person["returned"]:
        place = f"{returned['submission']}/{returned['item']}"
        if form.text(f"{place}/again"):
            replaces = {"submission": returned["submission"], "item": returned["item"]}
            again = {"period": period, "items": [_item(form, place)], "replaces": replaces}
            batch.add(place, cadre, "submitted", again, [place])


def _item(form: Form, place: str) -> Row:
    found = {name: form.text(f"{place}/{name}") for name in FIELDS}
    return {name: text for name, text in found.items() if text is not None}


def _shown(sheet: Row, names: dict[str, str]) -> Row:
    """The sheet with what each person has to send again, and which categories there are already."""
    people = [person for item in sheet["items"] for person in item["people"]]
    for person in people:
        person["returned"] = returned(person["submissions"])
    categories = {item["category"] for p in people for form in p["submissions"] for item in form["items"]}
    month = sheet["period"]
    return {
        **sheet,
        "names": names,
        "before": periods.previous(month),
        "after": periods.following(month),
        "blank": BLANK,
        "categories": sorted(categories),
    }


def returned(submissions: list[Row]) -> list[Row]:
    """The returned items that nothing stands for yet."""
    standing = [form["replaces"] for form in submissions if form["replaces"] and form["state"] != "withdrawn"]
    return [
        {**item, "submission": form["submission"], "item": index}
        for form in submissions
        for index, item in enumerate(form["items"])
        if item["verdict"] is not None
        and item["verdict"]["outcome"] == "returned"
        and {"submission": form["submission"], "item": index} not in standing
    ]
