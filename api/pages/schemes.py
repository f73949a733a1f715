"""Schemes: what is in force, its versions and what they changed, and the form that adopts the next one."""

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from api.dependencies import GroupPath, LedgerDep, WhenDep, YearPath
from api.pages import scheme_form
from api.pages.forms import Form, FormDep, asked
from api.pages.requests import SeeOther
from api.pages.routing import Pages, ShownDep, VisitorDep, permitted
from ledger import periods
from ledger.aggregates.scheme import Scheme
from ledger.aggregates.values import Code, Text
from ledger.errors import Refusal
from ledger.projections.moment import Row
from ledger.service.credentials import Caller
from ledger.service.inputs import take_id, validate, validate_field
from ledger.service.ledger import Ledger

router = Pages()
VersionQuery = Annotated[int | None, Query(ge=1, le=2**31)]


@router.page("/groups/{group}/schemes/{year}")
def scheme(
    group: GroupPath,
    year: YearPath,
    caller: VisitorDep,
    ledger: LedgerDep,
    shown: ShownDep,
    when: WhenDep,
    version: VersionQuery = None,
    against: VersionQuery = None,
) -> Response:
    """A version of a scheme, and what differs from another one, by default from the version before."""
    found = ledger.queries.scheme(caller, group, year, version, when)
    other = against or found["version"] - 1
    earlier = ledger.queries.scheme(caller, group, year, other, when) if other and other != found["version"] else None
    names = ledger.queries.group_names(caller, when)
    return shown(
        "scheme",
        {
            **found,
            **scheme_form.filled(found["scheme"], blanks=0),
            "name": names.get(group, group),
            "before": periods.previous(year),
            "after": periods.following(year),
            "against": earlier["version"] if earlier is not None else None,
            "differences": scheme_form.differences(earlier["scheme"], found["scheme"]) if earlier is not None else [],
            "may_adopt": permitted(ledger.drafts.scheme, caller, group, year) is not None,
        },
    )


@router.page("/groups/{group}/schemes/{year}/adoption")
def adoption(group: GroupPath, year: YearPath, caller: VisitorDep, ledger: LedgerDep, shown: ShownDep) -> Response:
    """The form, beginning with the newest scheme there is."""
    draft = _draft(caller, ledger, group, year)
    return asked(shown, "adoption", _data(draft, draft["scheme"]))


@router.post("/groups/{group}/schemes/{year}/adoption")
def adopt(
    request: Request,
    group: GroupPath,
    year: YearPath,
    form: FormDep,
    caller: VisitorDep,
    ledger: LedgerDep,
    shown: ShownDep,
) -> Response:
    """Check what was filled in and show what it changes, or adopt it."""
    draft = _draft(caller, ledger, group, year)
    body, dry_run = scheme_form.read(form), form.text("act") != "adopted"
    try:
        version = _adopted(caller, ledger, draft, body, form, dry_run)
    except Refusal as refusal:
        return asked(shown, "adoption", _data(draft, body), form, refusal)
    if dry_run:
        return asked(shown, "adoption", _data(draft, body, version), form)
    return SeeOther(f"/groups/{group}/schemes/{year}?done=adopted").answer(request)


def _adopted(caller: Caller, ledger: Ledger, draft: Row, body: Row, form: Form, dry_run: bool) -> int:
    """Adopt, or only check; the version it is."""
    group, year = validate_field(Code, draft["group"], "/group"), draft["year"]
    id_ = take_id(form.filled("id"))
    reason = validate_field(Text | None, form.text("reason"), "/reason")
    wanted = validate(Scheme, body)
    adopting = ledger.rounds.adopt(caller, group, year, wanted, reason=reason, id_=id_, dry_run=dry_run)
    _, version = adopting.result()
    return version


def _draft(caller: Caller, ledger: Ledger, group: str, year: str) -> Row:
    """What the scheme starts from, with its months in this year."""
    draft = ledger.drafts.scheme(caller, group, year)
    scheme = scheme_form.moved_to(year, draft["scheme"]) if draft["scheme"] is not None else None
    names = ledger.queries.group_names(caller)
    return {**draft, "scheme": scheme, "name": names.get(group, group)}


def _data(draft: Row, body: Row | None, version: int | None = None) -> Row:
    """``version``: that which it would become, where it was checked and holds."""
    changed = scheme_form.differences(draft["scheme"], body) if draft["scheme"] is not None and body is not None else []
    return {**draft, **scheme_form.filled(body), "version": version, "differences": changed}
