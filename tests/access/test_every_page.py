"""Every page, opened by every role inside and outside its scope and by nobody, against the table; twins alike."""

from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from tests.access.asking import PLACES, asked
from tests.access.conftest import Marked
from tests.access.table import OPEN, PAGES, PRINCIPALS, statuses
from tests.pages.visits import signed_in, window

Windows = dict[str, httpx.Client]
GETS = [page for page in PAGES if page.startswith("GET ")]
POSTS = [page for page in PAGES if page.startswith("POST ")]
NO_EVENT = {"inside": "", "outside": ""}
DONE = 303


@pytest.fixture(scope="module")
def windows(marked: Marked) -> Iterator[Windows]:
    """A window of each role, in which refusals are told as problem documents."""
    with ExitStack() as stack:
        address = marked.desk.server.address
        opened = {
            role: stack.enter_context(signed_in(address, marked.tokens[principal]))
            for role, principal in PRINCIPALS.items()
        }
        for client in opened.values():
            client.headers["Accept"] = "*/*"
        yield opened


def form(page: str, place: str) -> dict[str, str]:
    """What a form of a page sends, all of it as it should be."""
    cadre, _ = PLACES[place]
    return {"POST /consultation": {"cadre": cadre, "purpose": "audit", "matter": "试"}}[page]


@pytest.mark.parametrize("place", ["inside", "outside"])
@pytest.mark.parametrize("page", GETS)
def test_each_role_opens_what_the_table_says(marked: Marked, windows: Windows, page: str, place: str) -> None:
    before = marked.desk.position
    path = asked(page, place, NO_EVENT).path
    wanted = {role: pair[place == "outside"] for role, pair in statuses(PAGES[page]).items()}
    for address in (path, f"{path}.json"):
        assert {role: client.get(address).status_code for role, client in windows.items()} == wanted
    assert marked.desk.position == before


@pytest.mark.parametrize("place", ["inside", "outside"])
@pytest.mark.parametrize("page", POSTS)
def test_a_form_is_refused_to_whom_the_table_says(marked: Marked, windows: Windows, page: str, place: str) -> None:
    """Whoever may send it is not asked here: it would be recorded."""
    before = marked.desk.position
    path = asked(page, place, NO_EVENT).path
    wanted = {role: pair[place == "outside"] for role, pair in statuses(PAGES[page]).items()}
    refused = {role: status for role, status in wanted.items() if status != DONE}
    found = {role: windows[role].post(path, data=form(page, place)).status_code for role in refused}
    assert found == refused
    assert marked.desk.position == before


@pytest.mark.parametrize("page", PAGES)
def test_nobody_is_led_to_sign_in_and_told_nothing(marked: Marked, page: str) -> None:
    request = asked(page, "inside", NO_EVENT)
    with window(marked.desk.server.address) as nobody:
        nobody.cookies.set("ledger_session", "nonsense")
        answer = nobody.request(request.method, request.path, data=None if page in GETS else form(page, "inside"))
        if page in GETS:
            assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/sign-in")
            assert nobody.get(f"{request.path}.json").status_code == 401
        else:
            assert answer.status_code == 401
        nobody.headers["Authorization"] = f"Bearer {marked.tokens['organiser']}"
        assert nobody.get(request.path).status_code in (303, 405)


@pytest.mark.parametrize("page", [*POSTS, *OPEN])
def test_no_form_is_taken_from_elsewhere(marked: Marked, windows: Windows, page: str) -> None:
    before = marked.desk.position
    path = asked(page, "inside", NO_EVENT).path
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    found = {client.post(path, data={}, headers=elsewhere).status_code for client in windows.values()}
    assert found == {403}
    assert marked.desk.position == before
