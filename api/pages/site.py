"""All pages, in one list: a new page is a module with a router here, a template, and its labels."""

from fastapi import FastAPI, Request
from fastapi.responses import Response

from api import problems
from api.pages import cadres, consultation, errors, groups, home, sign_in, static
from api.pages.requests import SeeOther

ROUTERS = (
    home.router,
    sign_in.router,
    consultation.router,
    cadres.router,
    groups.router,
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
