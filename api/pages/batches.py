"""Several events in one form: what is sent again with the form is a retry, and each refusal is told at its field."""

import json
from collections.abc import Iterable, Sequence
from uuid import UUID, uuid5

from api.pages.forms import Form
from api.problems import problem
from ledger.aggregates.values import EventId
from ledger.errors import Refusal
from ledger.projections.moment import Row
from ledger.service.appending import Line
from ledger.service.inputs import validate_field
from ledger.texts import Language
from ledger.texts.pages import PAGES
from ledger.texts.wording import fill


class Batch:
    """The events of a form as lines of an append.

    Each is about a part of the form, whose name begins those of its fields: ``{part}/{field}``, or where the event has
    a list, ``{place}/{field}`` with a place for each entry. Ids follow from that of the form and the part.
    """

    def __init__(self, form: Form) -> None:
        self._id = UUID(validate_field(EventId, form.text("id"), "/id"))
        self._parts: list[tuple[str, Sequence[str]]] = []
        self.lines: list[bytes] = []

    def id_of(self, part: str) -> str:
        return str(uuid5(self._id, part))

    def add(self, part: str, cadre: str, type_: str, fields: Row, places: Sequence[str] = ()) -> None:
        """One event about a part of the form; fields that are None are left out."""
        known = {name: value for name, value in fields.items() if value is not None}
        event = {"id": self.id_of(part), "cadre": cadre, "type": type_, **known}
        self._parts.append((part, places))
        self.lines.append(json.dumps(event, ensure_ascii=False).encode())

    def problem(self, outcomes: Iterable[Line], language: Language) -> Row | None:
        """All refusals of the lines as one problem document whose pointers name fields of the form; None for none."""
        return joined(((*self._parts[one.line - 1], one.refusal) for one in outcomes if one.refusal), language)


def joined(refused: Iterable[tuple[str, Sequence[str], Refusal]], language: Language) -> Row | None:
    """Refusals of parts of a form, with the places in each, as one problem document; None for none."""
    documents = [(part, places, problem(refusal, language)) for part, places, refusal in refused]
    if not documents:
        return None
    errors = [
        {**error, "pointer": f"/{_field(part, places, error['pointer'])}"}
        for part, places, document in documents
        for error in document.get("errors") or [_whole(document)]
    ]
    title = fill(PAGES["refused_parts"], language, {"count": len(documents)})
    return {**documents[0][2], "title": title, "detail": "", "errors": errors}


def _whole(document: Row) -> Row:
    return {"pointer": "", "code": document["code"], "message": document["detail"]}


def _field(part: str, places: Sequence[str], pointer: str) -> str:
    """The field that an error in an event is about; the part itself where it is about none."""
    match pointer.split("/"):
        case ["", _, index, name] if places:
            return f"{places[int(index)]}/{name}"
        case ["", name]:
            return f"{part}/{name}"
    return part
