"""Every page of the table: without barriers, errors or strangers, without JavaScript too; its twin holds its data."""

import os

import pytest

from tests.pages.conftest import SignedIn
from tests.pages.table import CASES, Case

LANGUAGES = int(os.environ.get("LEDGER_TEST_LANGUAGES", "1"))
"""1: each page in one language, by turns; 2: in both."""
_IN_TURN = (("zh", "en"), ("en", "zh"))
_LOOKED_AT = [(case, language) for number, case in enumerate(CASES) for language in _IN_TURN[number % 2][:LANGUAGES]]


@pytest.mark.parametrize(
    ("case", "language"), _LOOKED_AT, ids=[f"{case.name}-{language}" for case, language in _LOOKED_AT]
)
def test_a_page_is_whole_and_the_same_without_javascript(signed_in: SignedIn, case: Case, language: str) -> None:
    with signed_in(case.role, language) as visitor, signed_in(case.role, language, script=False) as plain:
        visitor.open(case.path)
        visitor.check(case.name)
        plain.open(case.path)
        assert visitor.page.inner_text("main") == plain.page.inner_text("main")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_twin_is_at_the_same_address(signed_in: SignedIn, case: Case) -> None:
    with signed_in(case.role) as visitor:
        path, mark, query = case.path.partition("?")
        answer = visitor.page.request.get(f"{visitor.address}{path}.json{mark}{query}")
        assert answer.status == 200
        assert answer.headers["content-type"] == "application/json"
        assert isinstance(answer.json(), dict)
