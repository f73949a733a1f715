"""Forms as browsers send them, and forms shown again with what was wrong."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from fastapi.responses import Response

from api.bodies import limited
from api.pages.rendering import Shown
from api.problems import UnsupportedMediaType, problem
from ledger.errors import Malformed, Refusal
from ledger.projections.moment import Row

_MEDIA_TYPE = "application/x-www-form-urlencoded"
MAX_FORM = 1024 * 1024
"""A form may hold many events, and writes a Chinese character as nine bytes."""


class Form:
    """What was filled in; ``fields`` by name, several of one name as a list."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._pairs = pairs

    def text(self, name: str) -> str | None:
        """The text of a field, without space around it; None where nothing is filled in."""
        return next((value.strip() or None for found, value in self._pairs if found == name), None)

    def has(self, name: str) -> bool:
        """Is there such a field, filled in or not?"""
        return any(found == name for found, _ in self._pairs)

    def all(self, name: str) -> list[str]:
        return [value for found, value in self._pairs if found == name and value]

    def filled(self, *names: str) -> Row:
        """The texts of these fields as a body has them: without those where nothing is filled in."""
        found = {name: self.text(name) for name in names}
        return {name: text for name, text in found.items() if text is not None}

    @property
    def fields(self) -> dict[str, str]:
        """The first text of each field in the order of the form, to show it again."""
        found: dict[str, str] = {}
        for name, text in self._pairs:
            found.setdefault(name, text)
        return found


async def form_of(request: Request) -> Form:
    """The form of a request; 413 and 415 as any body, Malformed if it is no text."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _MEDIA_TYPE:
        raise UnsupportedMediaType(expected=_MEDIA_TYPE)
    body = bytearray()
    async for chunk in limited(request, MAX_FORM):
        body += chunk
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
        return Form([(name, value.replace("\r\n", "\n")) for name, value in pairs])
    except (UnicodeDecodeError, ValueError):
        raise Malformed(reason="form") from None


FormDep = Annotated[Form, Depends(form_of)]
EMPTY = Form([])


def asked(shown: Shown, name: str, data: Row, form: Form = EMPTY, refusal: Refusal | None = None) -> Response:
    """A page with a form: as first shown, or again with what was filled in and why it was refused."""
    return asked_again(shown, name, data, form, problem(refusal, shown.language) if refusal is not None else None)


def asked_again(shown: Shown, name: str, data: Row, form: Form, document: Row | None) -> Response:
    """The same, with the problem as a document."""
    whole = {**data, "input": form.fields, "problem": document}
    return shown(name, whole, document["status"] if document is not None else 200)
