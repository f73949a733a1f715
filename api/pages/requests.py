"""What a page's request says besides its parameters: language, own address, and whether it came from a page of ours."""

from urllib.parse import urlencode, urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse

from api.problems import language_of
from ledger.errors import Forbidden
from ledger.texts import LANGUAGES, Language

LANGUAGE_COOKIE = "lang"
TWIN = ".json"
_YEAR = 365 * 24 * 3600


class SeeOther(Exception):
    """The answer is at another address of ours."""

    def __init__(self, path: str, cookies: dict[str, str] | None = None) -> None:
        super().__init__(path)
        self.path = path
        self.cookies = cookies or {}

    def answer(self, request: Request) -> RedirectResponse:
        response = RedirectResponse(self.path, 303)
        for name, value in self.cookies.items():
            response.set_cookie(name, value, _YEAR, path=home_of(request), samesite="lax", secure=is_secure(request))
        return response


def page_language(request: Request) -> Language:
    """The language chosen on a page, else the one that the browser prefers."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return next((language for language in LANGUAGES if language == chosen), language_of(request))


def choose_language(request: Request) -> None:
    """``?lang=`` is kept in a cookie, and the page shown at the address without it."""
    chosen = request.query_params.get("lang")
    if request.method == "GET" and chosen in LANGUAGES:
        raise SeeOther(own_address(request, without="lang"), {LANGUAGE_COOKIE: chosen})


def check_origin(request: Request) -> None:
    """Forbidden for an unsafe method that a page of ours did not ask for, as far as the browser says who did."""
    if request.method in ("GET", "HEAD"):
        return
    site = request.headers.get("sec-fetch-site")
    if site is None:
        origin, own = urlsplit(request.headers.get("origin", "")), request.url
        site = "same-origin" if (origin.scheme, origin.netloc) == (own.scheme, own.netloc) else "unknown"
    if site != "same-origin":
        raise Forbidden()


def page_at(path: str) -> str:
    """Where the page of a path is, with a slash where it would be taken for a twin."""
    return f"{path}/" if path.endswith(TWIN) else path


def twin_at(path: str) -> str:
    """Where the data of a page are."""
    return f"{path.rstrip('/') or '/'}{TWIN}"


def is_twin(request: Request) -> bool:
    """Is the page asked for as JSON?"""
    return path_of(request).endswith(TWIN)


def is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


def home_of(request: Request) -> str:
    """The path of the home page as the browser sees it."""
    return f"{request.scope.get('root_path', '')}/"


def absolute(request: Request, path: str) -> str:
    """The whole address of a path of ours, for another site to come back to."""
    return f"{request.url.scheme}://{request.url.netloc}{request.scope.get('root_path', '')}{path}"


def path_of(request: Request) -> str:
    """The path that was asked for, without the part that a proxy takes off."""
    path: str = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    return path or "/"


def own_address(request: Request, without: str = "") -> str:
    """Path and query of a request, as a ``Location`` of ours names them (the proxy's part is put before it later)."""
    path = path_of(request)
    query = [(name, value) for name, value in request.query_params.multi_items() if name != without]
    return f"{path}?{urlencode(query)}" if query else path


def done(request: Request, what: str, path: str | None = None) -> RedirectResponse:
    """On to a path of ours or the same page, which says what was done (label ``done_…``)."""
    here = path or own_address(request, without="done")
    return SeeOther(f"{here}{'&' if '?' in here else '?'}{urlencode({'done': what})}").answer(request)


def own_path(text: str) -> str:
    """An address to go on to, if it is one of ours; the home page otherwise."""
    ours = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable() and " " not in text
    return text if ours else "/"
