"""Home: what needs doing, for each role what it may see of it."""

from fastapi.responses import Response

from api.dependencies import LedgerDep
from api.pages.routing import Pages, ShownDep, VisitorDep, permitted
from ledger.projections.moment import Row
from ledger.service.view import Page

router = Pages()
FIRST = Page(limit=8)


@router.page("/")
def home(caller: VisitorDep, ledger: LedgerDep, shown: ShownDep) -> Response:
    """What waits: duties, submissions, rounds to seal."""
    me = ledger.queries.me(caller)
    own = me["cadre"]
    rounds = permitted(ledger.worklists.rounds, caller)
    to_seal = [row for row in rounds["items"] if "seal" in row["allowed_actions"]] if rounds is not None else []
    return shown(
        "home",
        {
            "scope": [*(me["units"] or ()), *(me["groups"] or ())],
            "overdue": permitted(ledger.worklists.duties, caller, FIRST, state="overdue"),
            "due": permitted(ledger.worklists.duties, caller, FIRST, state="due"),
            "submissions": permitted(ledger.worklists.submissions, caller, FIRST, state="pending"),
            "rounds": _by_period(to_seal),
            "own": permitted(ledger.queries.cadre, caller, own) if own is not None else None,
        },
    )


def _by_period(rounds: list[Row]) -> list[Row]:
    """Rounds put together by their period, in the order in which the periods came."""
    periods = dict.fromkeys(row["period"] for row in rounds)
    return [{"period": period, "rounds": [row for row in rounds if row["period"] == period]} for period in periods]
