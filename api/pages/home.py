"""Home: what needs doing, for each role what it may do of it."""

from fastapi.responses import Response

from api.dependencies import LedgerDep
from api.pages.own import mine
from api.pages.routing import Pages, ShownDep, VisitorDep, permitted
from api.pages.submissions import returned
from ledger import periods
from ledger.projections.moment import Row
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger
from ledger.service.view import Page

router = Pages()
FIRST = Page(limit=8)
UNITS = Page(limit=100)


@router.page("/")
def home(caller: VisitorDep, ledger: LedgerDep, shown: ShownDep) -> Response:
    """What waits: rounds to seal, duties, forms to fill in or to review, results to acknowledge."""
    me = ledger.queries.me(caller)
    found: Row = {
        "rounds": permitted(ledger.sheets.to_seal, caller, FIRST.limit),
        "overdue": permitted(ledger.worklists.duties, caller, FIRST, state="overdue"),
        "due": permitted(ledger.worklists.duties, caller, FIRST, state="due"),
        "submissions": None,
        "forms": _forms(ledger, caller, me["date"]) if me["role"] == "clerk" else None,
        "own": _own(ledger, caller) if me["cadre"] is not None else None,
    }
    if "scores" in me["reads"]:
        found["submissions"] = permitted(ledger.worklists.submissions, caller, FIRST, state="pending")
    lists = [found[name] or {"items": []} for name in ("overdue", "due", "submissions")]
    people = {item["cadre"] for each in lists for item in each["items"]}
    names = ledger.queries.names(caller, people) if people else {}
    return shown("home", {**found, "people": names, "scope": [*(me["units"] or ()), *(me["groups"] or ())]})


def _forms(ledger: Ledger, caller: Caller, today: str) -> Row:
    """How last month's forms stand: units in scope, those that sent something, and items that came back."""
    month = periods.previous(today[:7])
    units = ledger.sheets.forms(caller, month, UNITS)["items"]
    sent = [[form for person in unit["people"] for form in person["submissions"]] for unit in units]
    back = [item for forms in sent for item in returned(forms)]
    return {"period": month, "units": len(units), "sent": sum(map(bool, sent)), "returned": len(back)}


def _own(ledger: Ledger, caller: Caller) -> Row | None:
    """The last results of who is a cadre himself, and how much waits to be acknowledged."""
    found = permitted(mine, caller, ledger)
    if found is None:
        return None
    return {"cadre": found["cadre"], "last_results": found["last_results"], "waiting": len(found["waiting"])}
