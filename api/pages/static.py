"""The style sheet, the script and the icon, at addresses that change with what is in them."""

from hashlib import sha256
from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import Response

from ledger.errors import NotFound

router = APIRouter(include_in_schema=False)
_TYPES = {"style.css": "text/css", "ledger.js": "text/javascript", "icon.svg": "image/svg+xml"}
_FILES = {name: files("api.pages").joinpath("static", name).read_bytes() for name in _TYPES}
_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}


def address(name: str) -> tuple[str, str]:
    """Path and version of a file; KeyError if there is none."""
    return f"/static/{name}", sha256(_FILES[name]).hexdigest()[:12]


@router.get("/static/{name}")
async def file(name: str) -> Response:
    """What pages load besides themselves."""
    if name not in _FILES:
        raise NotFound()
    return Response(_FILES[name], headers=_FOR_GOOD, media_type=f"{_TYPES[name]}; charset=utf-8")
