"""Every route of the application, documented or not."""

from collections.abc import Iterable, Iterator

from starlette.routing import BaseRoute, Route

from api.app import create_app


def routes() -> Iterator[tuple[str, Route]]:
    """Each method with its route; a mount or socket has no place in this interface."""
    for route in leaves(create_app().routes):
        assert isinstance(route, Route), route
        for method in sorted(route.methods or ()):
            if method != "HEAD":
                yield method, route


def leaves(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """The routes themselves, those of included routers too."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is None:
            yield route
        else:
            yield from leaves(included.routes)
