"""Sealing rounds: one with its preview and decisions, all that are ready of a period at once; and reopening."""

from fastapi import Request
from fastapi.responses import Response

from api import problems
from api.answers import previewed
from api.dependencies import GroupPath, LedgerDep, PeriodPath
from api.pages.batches import Batch, joined
from api.pages.forms import EMPTY, Form, FormDep, asked, asked_again
from api.pages.requests import done
from api.pages.routing import Pages, ShownDep, VisitorDep
from ledger import periods
from ledger.aggregates.round import Reopened
from ledger.errors import Invalid, Refusal
from ledger.projections.moment import Row
from ledger.service.credentials import Caller
from ledger.service.inputs import take_id, validate
from ledger.service.ledger import Ledger
from ledger.service.sealing import SealInput

router = Pages()
GRADES = {
    "month": [],
    "quarter": ["good", "fairly_good", "average", "poor"],
    "year": ["excellent", "competent", "basically_competent", "incompetent"],
}
"""What may be decided of a period, by its kind."""


@router.page("/groups/{group}/periods/{period}/seal")
def preview(group: GroupPath, period: PeriodPath, caller: VisitorDep, ledger: LedgerDep, shown: ShownDep) -> Response:
    """What a seal would record now, or what keeps it from being sealed; what it would lead to is asked by the form."""
    found, drafted, document = _round(ledger, caller, group, period), None, None
    try:
        drafted = ledger.drafts.seal(caller, group, period)
    except Refusal as refusal:
        if problems.STATUS[refusal.code] != 409:
            raise
        document = problems.problem(refusal, shown.language)
    return shown("seal", {**found, "preview": drafted, "input": _filled(found), "problem": document})


@router.post("/groups/{group}/periods/{period}/seal")
def seal(
    request: Request,
    group: GroupPath,
    period: PeriodPath,
    form: FormDep,
    caller: VisitorDep,
    ledger: LedgerDep,
    shown: ShownDep,
) -> Response:
    """Seal with the decisions of the form; or show first what they would lead to."""
    found = _round(ledger, caller, group, period)
    body = _body(form)
    if form.text("act") == "preview":
        data, refusal = _previewed(ledger, caller, found, body)
        return asked(shown, "seal", data, form, refusal)
    try:
        id_, decisions = take_id(form.filled("id")), validate(SealInput, {"decisions": body}).decisions
        ledger.rounds.seal(caller, group, period, decisions, id_=id_).result()
    except Refusal as refusal:
        data, _ = _previewed(ledger, caller, found, body)
        return asked(shown, "seal", data, form, refusal)
    return done(request, "sealed", f"/groups/{group}/periods/{period}")


@router.page("/groups/{group}/periods/{period}/reopening")
def reopening(group: GroupPath, period: PeriodPath, caller: VisitorDep, ledger: LedgerDep, shown: ShownDep) -> Response:
    """The form that reopens a round."""
    return asked(shown, "reopening", _round(ledger, caller, group, period))


@router.post("/groups/{group}/periods/{period}/reopening")
def reopen(
    request: Request,
    group: GroupPath,
    period: PeriodPath,
    form: FormDep,
    caller: VisitorDep,
    ledger: LedgerDep,
    shown: ShownDep,
) -> Response:
    """Reopen a round, with a reason."""
    try:
        id_, data = take_id(form.filled("id")), validate(Reopened, form.filled("reason"))
        ledger.rounds.reopen(caller, group, period, data, id_=id_).result()
    except Refusal as refusal:
        return asked(shown, "reopening", _round(ledger, caller, group, period), form, refusal)
    return done(request, "reopened", f"/groups/{group}/periods/{period}")


@router.page("/periods/{period}")
def rounds(period: PeriodPath, caller: VisitorDep, ledger: LedgerDep, shown: ShownDep) -> Response:
    """How near each group's round of a period is to its seal."""
    return asked_again(shown, "rounds", _rounds(ledger, caller, period), EMPTY, None)


@router.post("/periods/{period}")
def seal_all(
    request: Request, period: PeriodPath, form: FormDep, caller: VisitorDep, ledger: LedgerDep, shown: ShownDep
) -> Response:
    """Seal the groups that were ticked, each on its own."""
    batch, refused = Batch(form), []
    for group in form.all("group"):
        try:
            ledger.rounds.seal(caller, group, period, {}, id_=batch.id_of(group)).result()
        except Refusal as refusal:
            refused.append((group, (), refusal))
    problem = joined(refused, shown.language)
    if problem is not None:
        return asked_again(shown, "rounds", _rounds(ledger, caller, period), form, problem)
    return done(request, "sealed" if form.all("group") else "nothing_filled")


def _rounds(ledger: Ledger, caller: Caller, period: str) -> Row:
    found = ledger.sheets.rounds(caller, period)
    return {**found, "before": periods.previous(period), "after": periods.following(period)}


def _round(ledger: Ledger, caller: Caller, group: str, period: str) -> Row:
    """The round, and the decisions of the revision that stands, which the next one repeats or drops."""
    return {
        **ledger.drafts.round(caller, group, period),
        "name": ledger.queries.group_names(caller)[group],
        "indicators": ledger.sheets.indicators(caller, group),
        "grades": GRADES[periods.kind(period) or ""],
    }


def _standing(found: Row) -> Row:
    return {one["cadre"]: {"grade": one["grade"], "reason": one["reason"]} for one in found["decided"]}


def _filled(found: Row) -> Row:
    """The fields of the form with the decisions that stand."""
    return {f"decisions/{one['cadre']}/{name}": one[name] for one in found["decided"] for name in ("grade", "reason")}


def _body(form: Form) -> Row:
    """The decisions of a form; one that stands (``standing``) and has no grade now is dropped."""
    found: Row = dict.fromkeys(form.all("standing"))
    for name in form.fields:
        match name.split("/"):
            case ["decisions", cadre, "grade"]:
                decision = {key: form.text(f"decisions/{cadre}/{key}") for key in ("grade", "reason")}
                if decision["grade"] is not None:
                    found[cadre] = {key: text for key, text in decision.items() if text is not None}
    return found


def _previewed(ledger: Ledger, caller: Caller, found: Row, decisions: Row) -> tuple[Row, Refusal | None]:
    """The round with its preview, and why it was refused; without the decisions if they are why.

    Refusals of who may not seal at all go on.
    """
    try:
        return {**found, "preview": _preview(ledger, caller, found, decisions)}, None
    except Invalid as refusal:
        dropped = dict.fromkeys(_standing(found))
        if decisions == dropped:
            return {**found, "preview": None}, refusal
        return _previewed(ledger, caller, found, dropped)[0], refusal
    except Refusal as refusal:
        if problems.STATUS[refusal.code] != 409:
            raise
        return {**found, "preview": None}, refusal


def _preview(ledger: Ledger, caller: Caller, found: Row, decisions: Row) -> Row:
    wanted = validate(SealInput, {"decisions": decisions}).decisions
    return previewed(ledger.rounds.preview(caller, found["group"], found["period"], wanted).result())
