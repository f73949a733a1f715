"""All pages, in one list: a new page is a module with a router here, a template, and its labels."""

from fastapi import FastAPI, Request
from fastapi.responses import Response

from api import problems
from api.pages import (
    access,
    cadres,
    compare,
    consultation,
    duties,
    errors,
    groups,
    history,
    home,
    own,
    provider,
    review,
    roster_acts,
    schemes,
    scores,
    sealing,
    sign_in,
    static,
    submissions,
    verify,
)
from api.pages.requests import SeeOther

ROUTERS = (
    home.router,
    provider.router,
    sign_in.router,
    consultation.router,
    cadres.router,
    history.router,
    compare.router,
    duties.router,
    own.router,
    groups.router,
    submissions.router,
    review.router,
    scores.router,
    sealing.router,
    roster_acts.router,
    schemes.router,
    access.router,
    verify.router,
    static.router,
)


def install(app: FastAPI) -> None:
    """Add the pages to the application; refusals are told as pages where a browser asks for one."""

    async def see_other(request: Request, elsewhere: Exception) -> Response:
        assert isinstance(elsewhere, SeeOther)
        return elsewhere.answer(request)

    problems.install(app, errors.answer)
    app.add_exception_handler(SeeOther, see_other)
    for router in ROUTERS:
        app.include_router(router)
