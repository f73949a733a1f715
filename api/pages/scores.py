"""The scores of a group's month or year as a grid, and what was observed or excused."""

from collections.abc import Callable, Mapping

from fastapi import Request
from fastapi.responses import Response

from api.dependencies import GroupPath, LedgerDep, PageDep, PeriodPath, Text
from api.pages.batches import Batch
from api.pages.forms import EMPTY, Form, FormDep, asked, asked_again
from api.pages.requests import done
from api.pages.routing import Pages, ShownDep, VisitorDep
from ledger import periods
from ledger.errors import Invalid, Malformed
from ledger.projections.moment import Row
from ledger.service.credentials import Caller
from ledger.service.ledger import Ledger
from ledger.service.view import Page

router = Pages()
MOST = 30
"""People on a page."""
Filled = Callable[[Batch, Form, str, str | None], str]
"""Adds the events of a form about a period, scored by somebody; answers what will have been done."""


@router.page("/groups/{group}/periods/{period}/scores")
def scores(
    group: GroupPath,
    period: PeriodPath,
    caller: VisitorDep,
    ledger: LedgerDep,
    shown: ShownDep,
    page: PageDep,
    scorer: Text = None,
) -> Response:
    """People by indicators: what a scorer has given, and where it is still to be entered."""
    return asked_again(shown, "scores", _sheet(ledger, caller, group, period, page, scorer), EMPTY, None)


@router.post("/groups/{group}/periods/{period}/scores")
def enter(
    request: Request,
    group: GroupPath,
    period: PeriodPath,
    form: FormDep,
    caller: VisitorDep,
    ledger: LedgerDep,
    shown: ShownDep,
    page: PageDep,
    scorer: Text = None,
) -> Response:
    """Record what was filled in or changed; each cell is decided on its own, and told of on its own."""
    batch = Batch(form)
    try:
        what = _filled(form)(batch, form, period, scorer or None)
    except Invalid as refusal:
        return asked(shown, "scores", _sheet(ledger, caller, group, period, page, scorer), form, refusal)
    problem = batch.problem(ledger.appending.append_lines(caller, batch.lines), shown.language)
    if problem is not None:
        return asked_again(shown, "scores", _sheet(ledger, caller, group, period, page, scorer), form, problem)
    return done(request, what if batch.lines else "nothing_filled")


def _sheet(ledger: Ledger, caller: Caller, group: str, period: str, page: Page, scorer: str | None) -> Row:
    found = ledger.sheets.scores(caller, group, period, Page(page.cursor, min(page.limit, MOST)), scorer or None)
    others = {other["scorer"] for row in found["items"] for cell in row["cells"] for other in cell["others"]}
    around = {"before": periods.previous(period), "after": periods.following(period)}
    return {**found, **around, "scorers": sorted(others | {found["scorer"]})}


def _filled(form: Form) -> Filled:
    try:
        return _FILLED[form.text("act") or ""]
    except KeyError:
        raise Malformed(reason="form") from None


def _grid(batch: Batch, form: Form, period: str, scorer: str | None) -> str:
    """``new/cadre/indicator/rater``: a cell filled in; ``was/cadre/score/points``: one that held a score, changed."""
    for name, text in form.fields.items():
        match name.split("/"):
            case ["new", cadre, indicator, rater, "points"] if text.strip():
                given = {"period": period, "indicator": indicator, "rater": rater or None, "scorer": scorer}
                batch.add(name.removesuffix("/points"), cadre, "scored", {**given, "points": text.strip()})
            case ["was", cadre, score, was, "points"] if text.strip() != was:
                if form.text("reason") is None:
                    raise Invalid.at("/reason", "missing")
                given = {"score": score, "points": text.strip(), "reason": form.text("reason")}
                batch.add(name.removesuffix("/points"), cadre, "score_corrected", given)
    return "scored"


def _observed(batch: Batch, form: Form, period: str, scorer: str | None) -> str:
    return _one(batch, form, period, "observed", ("channel", "finding", "points", "observed_on", "place", "method"))


def _excused(batch: Batch, form: Form, period: str, scorer: str | None) -> str:
    return _one(batch, form, period, "excused", ("reason", "note"))


def _one(batch: Batch, form: Form, period: str, type_: str, names: tuple[str, ...]) -> str:
    fields = {name: form.text(f"{type_}/{name}") for name in names}
    batch.add(type_, form.text(f"{type_}/cadre") or "", type_, {"period": period, **fields})
    return type_


def _annulled(batch: Batch, form: Form, period: str, scorer: str | None) -> str:
    event = form.text("event") or ""
    batch.add(event, form.text("cadre") or "", "annulled", {"event": event, "reason": form.text(f"{event}/reason")})
    return "annulled"


_FILLED: Mapping[str, Filled] = {"scores": _grid, "observed": _observed, "excused": _excused, "annulled": _annulled}
