"""The field types that events are made of: checked text, periods, days, ids and exact figures.

All are JSON's own types, so that stored bytes, input and schema agree. Errors carry a code of our own
(``points``, ``month``, …); the input is never part of them.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Self, cast
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from ledger import periods
from ledger.points import MOST_GIVEN, decimal_text, format_points, parse_points

CADRE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
CODE_PATTERN = r"^[a-z][a-z0-9_]{0,47}$"
PRINCIPAL_PATTERN = r"^\w[\w.:@-]{0,63}$"
SHA256_PATTERN = r"^[0-9a-f]{64}$"


class Fields(BaseModel):
    """Base of all models of the contract: frozen, strict, unknown fields refused."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    @classmethod
    def made(cls, **fields: Any) -> Self:
        """Build from values that the ledger computed itself (points as hundredths), without reading them as input."""
        return cast(Self, cls.model_construct(None, **fields))


def _refuse(code: str) -> PydanticCustomError:
    return PydanticCustomError(code, "{rule}", {"rule": code})


def checked(code: str, holds: Callable[[str], bool]) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not holds(value):
            raise _refuse(code)
        return value

    return check


@dataclass(frozen=True)
class Matching:
    """Text that matches a pattern whole; the error carries the code, never the text."""

    code: str
    pattern: str

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        compiled = re.compile(self.pattern)
        check = checked(self.code, lambda value: compiled.fullmatch(value) is not None)
        return core_schema.no_info_after_validator_function(check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "pattern": self.pattern}


def _is_day(value: str) -> bool:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return False
    return value == day.isoformat() and 1900 <= day.year < 2200


def _is_plain(text: str) -> bool:
    """Text that can be stored and shown: no control character but line feed and tab, no lone surrogate."""
    return all(unicodedata.category(c) not in ("Cc", "Cs") or c in "\n\t" for c in text)


def _is_line(text: str) -> bool:
    return _is_plain(text) and "\n" not in text and text.strip() != ""


def _is_text(text: str) -> bool:
    return _is_plain(text) and text.strip() != ""


def _uuid(value: str) -> str:
    try:
        identifier = UUID(value)
    except ValueError:
        raise _refuse("uuid") from None
    if str(identifier) != value.lower():
        raise _refuse("uuid")
    return str(identifier)


def _points(value: object) -> int:
    try:
        return parse_points(value)
    except ValueError:
        raise _refuse("points") from None


def _given_points(value: object) -> int:
    hundredths = _points(value)
    if abs(hundredths) >= 100 * MOST_GIVEN:
        raise _refuse("points")
    return hundredths


def _decimal(value: object) -> str:
    try:
        return decimal_text(value)
    except ValueError:
        raise _refuse("decimal") from None


CadreId = Annotated[str, Matching("cadre", CADRE_PATTERN)]
Code = Annotated[str, Matching("code", CODE_PATTERN)]
Principal = Annotated[str, Matching("principal", PRINCIPAL_PATTERN)]
Sha256 = Annotated[str, Matching("sha256", SHA256_PATTERN)]
Month = Annotated[str, Matching("month", periods.MONTH_PATTERN)]
Quarter = Annotated[str, Matching("quarter", periods.QUARTER_PATTERN)]
Year = Annotated[str, Matching("year", periods.YEAR_PATTERN)]
MonthOrYear = Annotated[str, Matching("month_or_year", f"(?:{periods.MONTH_PATTERN})|(?:{periods.YEAR_PATTERN})")]
Period = Annotated[
    str, Matching("period", f"(?:{periods.MONTH_PATTERN})|(?:{periods.QUARTER_PATTERN})|(?:{periods.YEAR_PATTERN})")
]

EventId = Annotated[str, AfterValidator(_uuid), WithJsonSchema({"type": "string", "format": "uuid"})]
Day = Annotated[str, AfterValidator(checked("day", _is_day)), WithJsonSchema({"type": "string", "format": "date"})]
Moment = Annotated[str, Matching("moment", r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")]
"""A time in UTC of fixed width, as ``recorded_at`` is, so that it orders as text."""

Line = Annotated[str, Field(max_length=200), AfterValidator(checked("line", _is_line))]
"""A name or title: one line, 1 to 200 characters."""
Text = Annotated[str, Field(max_length=8000), AfterValidator(checked("text", _is_text))]
"""A reason or summary: 1 to 8,000 characters, line feeds allowed."""

Points = Annotated[
    int,
    BeforeValidator(_given_points),
    PlainSerializer(format_points, return_type=str),
    WithJsonSchema({"type": ["string", "number"], "pattern": r"^-?\d{1,6}(\.\d{1,2})?$"}),
]
"""Hundredths of a point; in JSON a decimal with at most two places."""

Total = Annotated[
    int,
    BeforeValidator(_points),
    PlainSerializer(format_points, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,9}\.\d\d$"}),
]
"""Points that the ledger computed."""

Decimal = Annotated[
    str,
    BeforeValidator(_decimal),
    WithJsonSchema({"type": ["string", "number"], "pattern": r"^-?\d{1,9}(\.\d{1,9})?$"}),
]
"""An exact decimal, kept as the text that was given."""


def _figure(value: object) -> str:
    text = _decimal(value)
    _given_points(text)
    return text


Figure = Annotated[
    str,
    BeforeValidator(_figure),
    WithJsonSchema({"type": ["string", "number"], "pattern": r"^-?\d{1,6}(\.\d{1,2})?$"}),
]
"""Points in a scheme, kept as the text that was given (a scheme reads back as it was adopted)."""


class Person(Fields):
    """Who held a talk: not a principal but a name and post, as on the paper."""

    name: Line
    post: Line


class Evidence(Fields):
    """A document behind an item, named by the hash of its bytes; ``size`` in bytes."""

    name: Line
    sha256: Sha256
    size: int = Field(ge=0, le=2**53)
    media_type: Line


class Basis(Fields):
    """The paper or meeting behind an act."""

    document: Line | None = None
    number: Line | None = None
    issued_by: Line
    decided_on: Day | None = None
