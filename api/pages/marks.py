"""The small signs that tables repeat by the hundred: each made once in a language, never told by colour alone."""

from functools import cache, partial
from typing import Any

from markupsafe import Markup

from ledger.texts import Language
from ledger.texts.labels import label, word

_STATES = {"sealed": "✓", "open": "○", "not_ready": "…", "reopened": "↺", "outdated": "!"}
_DUTY_STATES = {"due": "○", "overdue": "!", "done": "✓", "withdrawn": "–"}
_STATE = Markup('<span class="state {}">{} {}</span>')
_GRADE = Markup('<span class="grade {}">{}</span>')
_POINTS = Markup('<span class="points">{}</span>')


@cache
def _state(language: Language, code: str) -> Markup:
    return _STATE.format(code, _STATES[code], label("state", code, language))


@cache
def _duty_state(language: Language, code: str) -> Markup:
    return _STATE.format(code, _DUTY_STATES[code], label("duty_state", code, language))


@cache
def _grade(language: Language, code: str | None) -> Markup:
    return _GRADE.format(code, word("grade", code, language)) if code else Markup("–")


def _points(figure: str | None) -> Markup:
    return _POINTS.format(figure or "–")


def marks(language: Language) -> dict[str, Any]:
    """The signs by the names that templates call them by."""
    return {
        "state": partial(_state, language),
        "duty_state": partial(_duty_state, language),
        "grade": partial(_grade, language),
        "points": _points,
    }
