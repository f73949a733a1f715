"""What there is to do: submissions to review, duties, and who asks."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from api.dependencies import CallerDep, LedgerDep, PageDep, Text, WhenDep
from api.documents import Duties, Me, Submissions
from api.openapi import reads
from ledger.assessment.duties import Kind, State

router = APIRouter(prefix="/v1", tags=["work"])


@router.get("/me", responses=reads(Me))
def me(caller: CallerDep, ledger: LedgerDep, when: WhenDep) -> dict[str, Any]:
    """The principal, its role, scope and allowed actions."""
    return ledger.queries.me(caller, when=when)


@router.get("/submissions", responses=reads(Submissions))
def submissions(
    caller: CallerDep,
    ledger: LedgerDep,
    when: WhenDep,
    page: PageDep,
    state: Literal["pending", "reviewed", "withdrawn"] | None = None,
    group: Text = None,
    unit: Text = None,
    category: Text = None,
    period: Text = None,
) -> dict[str, Any]:
    """Submitted forms with their verdicts."""
    return ledger.worklists.submissions(
        caller, page, when, state=state, group=group, unit=unit, category=category, period=period
    )


@router.get("/duties", responses=reads(Duties))
def duties(
    caller: CallerDep,
    ledger: LedgerDep,
    when: WhenDep,
    page: PageDep,
    state: State | None = None,
    kind: Kind | None = None,
    group: Text = None,
    unit: Text = None,
    cadre: Annotated[str | None, Query(max_length=200)] = None,
) -> dict[str, Any]:
    """Talks, criticisms and decisions that are due, overdue, done or withdrawn."""
    return ledger.worklists.duties(caller, page, when, state=state, kind=kind, group=group, unit=unit, cadre=cadre)
