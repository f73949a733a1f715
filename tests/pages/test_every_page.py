"""Every page of the table: without barriers, errors or strangers, and without JavaScript too."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from tests.pages.browsing import Visitor
from tests.pages.conftest import SignedIn
from tests.pages.table import CASES, Case

LANGUAGES = int(os.environ.get("LEDGER_TEST_LANGUAGES", "1"))
"""1: each page in one language, by turns; 2: in both."""
_IN_TURN = (("zh", "en"), ("en", "zh"))
_LOOKED_AT = [(case, language) for number, case in enumerate(CASES) for language in _IN_TURN[number % 2][:LANGUAGES]]


@pytest.fixture(scope="module")
def window(signed_in: SignedIn) -> Iterator[Callable[[str, str, bool], Visitor]]:
    """The one window of a role in a language, with JavaScript or without: these pages are only looked at."""
    with ExitStack() as stack:
        yield cache(lambda role, language, script: stack.enter_context(signed_in(role, language, script=script)))


@pytest.mark.parametrize(
    ("case", "language"), _LOOKED_AT, ids=[f"{case.name}-{language}" for case, language in _LOOKED_AT]
)
def test_a_page_is_whole_and_the_same_without_javascript(
    window: Callable[[str, str, bool], Visitor], case: Case, language: str
) -> None:
    visitor, plain = window(case.role, language, True), window(case.role, language, False)
    visitor.page.goto("about:blank")  # so that nothing of the page before is still to come
    visitor.said.clear()
    visitor.loaded.clear()
    visitor.open(case.path)
    visitor.check(case.name)
    plain.open(case.path)
    assert visitor.page.inner_text("main") == plain.page.inner_text("main")
