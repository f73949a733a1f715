"""Refusals: what the ledger answers when it does not do what was asked.

Each carries a stable ``code``; ``facts`` fill the texts of the catalogue and go into the problem document, so they
never hold what the caller sent nor personal data beyond cadre ids.
"""

from dataclasses import dataclass
from typing import Any, ClassVar


class Refusal(Exception):
    """Base of all refusals; also used for a code that needs no class of its own."""

    code: ClassVar[str] = "invalid"

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code)
        self.facts = facts

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code} ({details})" if details else self.code


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with the input: where (RFC 6901 pointer), by which rule, with the rule's own figures."""

    pointer: str
    code: str
    limits: tuple[tuple[str, str], ...] = ()


class Invalid(Refusal):
    """The input breaks a rule of form or sense; ``errors`` names each field and rule."""

    code = "invalid"

    def __init__(self, *errors: FieldError, **facts: Any) -> None:
        super().__init__(**facts)
        self.errors = errors

    @classmethod
    def at(cls, pointer: str, code: str, **limits: object) -> "Invalid":
        return cls(FieldError(pointer, code, tuple((name, str(value)) for name, value in limits.items())))

    def __str__(self) -> str:
        return "invalid (" + "; ".join(f"{e.pointer or '/'}: {e.code}" for e in self.errors) + ")"


class Malformed(Refusal):
    code = "malformed"


class Unauthenticated(Refusal):
    code = "unauthenticated"


class TooManyRequests(Refusal):
    """``retry_after``: seconds to wait."""

    code = "too-many-requests"


class Forbidden(Refusal):
    code = "forbidden"


class NotFound(Refusal):
    code = "not-found"


class TooLarge(Refusal):
    code = "too-large"


class Unavailable(Refusal):
    """The ledger cannot answer now; trying again later may help."""

    code = "unavailable"


class LogDiverged(Refusal):
    """What was signed or witnessed contradicts the ledger: it was restored or rewritten. ``reason`` says how."""

    code = "log-diverged"


class ClockBehind(Refusal):
    """The clock stands more than five seconds before the last recorded moment."""

    code = "clock"
