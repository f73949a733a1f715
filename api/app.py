"""The application: routes over one ledger, opened when it starts and closed when it ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import openapi
from api.code_flow import CodeFlow
from api.edge import Edge
from api.identity import IdentityProvider
from api.limits import Guesses
from api.metrics import Measured, Metrics
from api.pages import site
from api.routes import access, cadres, events, groups, log, operations, work
from ledger.service.ledger import Ledger
from ledger.settings import Settings, signing_files

_DESCRIPTION = (
    "An event-sourced ledger in which an office assesses its leading cadres month by month. "
    "Every event is immutable; every figure can be replayed."
)


class Rooted:
    """Middleware for a server behind a proxy that takes a path off: ``Location`` names it again."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def name(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("location", "").startswith("/"):
                    headers["location"] = scope["root_path"] + headers["location"]
            await send(message)

        await self.app(scope, receive, name if scope.get("root_path") else send)


def _provider(settings: Settings) -> IdentityProvider | None:
    if settings.oidc_issuer is None:
        return None
    return IdentityProvider(settings.oidc_issuer, settings.oidc_audience or "cadre-ledger")


def _code_flow(settings: Settings, provider: IdentityProvider | None) -> CodeFlow | None:
    if provider is None or settings.oidc_client_id is None:
        return None
    return CodeFlow(provider, settings.oidc_client_id, settings.oidc_client_secret_file)


def create_app(settings: Settings | None = None, ledger: Ledger | None = None) -> FastAPI:
    """An application of its own; with a ledger given, that one is served and not closed."""
    settings = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.ledger = ledger or Ledger(settings.database, signing=signing_files(settings, settings.database))
        try:
            yield
        finally:
            if ledger is None:
                app.state.ledger.close()

    app = FastAPI(
        title="Cadre assessment ledger",
        description=_DESCRIPTION,
        version=version("cadre-ledger"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.settings = settings
    app.state.metrics = Metrics()
    app.state.provider = provider = _provider(settings)
    app.state.code_flow = _code_flow(settings, provider)
    app.state.guesses = Guesses(rate=1, most=settings.guesses)
    app.add_middleware(Edge, settings=settings, guesses=app.state.guesses)
    app.add_middleware(Rooted)
    app.add_middleware(Measured, metrics=app.state.metrics)
    openapi.install(app)
    for router in (
        access.router,
        cadres.router,
        events.router,
        groups.router,
        log.router,
        work.router,
        operations.router,
    ):
        app.include_router(router)
    site.install(app)
    return app
