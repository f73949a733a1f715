"""The texts of a problem document and of the page that explains its code (api.md, Codes)."""

from collections.abc import Mapping

from ledger.texts.access import ACCESS
from ledger.texts.assessment import ASSESSMENT
from ledger.texts.requests import REQUESTS
from ledger.texts.wording import Language, Problem, fill, said

PROBLEMS: Mapping[str, Problem] = {**ACCESS, **REQUESTS, **ASSESSMENT}

CODES: tuple[str, ...] = tuple(PROBLEMS)
"""Every code there is a page for."""


def problem_text(code: str, language: Language, facts: Mapping[str, object]) -> tuple[str, str]:
    """Title and detail of a problem with this code (KeyError if it is none of CODES), whatever facts there are."""
    problem = PROBLEMS[code]
    return said(problem.title, language), fill(problem.detail, language, facts)


def explanation(code: str, language: Language) -> str:
    """What a code means and what to do about it; KeyError if it is none of CODES."""
    return said(PROBLEMS[code].explanation, language)
