"""Every page, opened by every role inside and outside its scope and by nobody, against the table; twins alike."""

from collections.abc import Iterator
from contextlib import ExitStack
from uuid import uuid4

import httpx
import pytest

from tests.access.asking import PLACES, asked
from tests.access.conftest import Marked
from tests.access.reach import NO_ID
from tests.access.table import FILES, OPEN, PAGES, PRINCIPALS, statuses
from tests.pages.visits import signed_in, window

Windows = dict[str, httpx.Client]
GETS = [page for page in PAGES if page.startswith("GET ")]
POSTS = [page for page in PAGES if page.startswith("POST ")]
NO_EVENT = {"inside": "", "outside": ""}
DONE = (200, 303)


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
    cadre, group = PLACES[place]
    fields = {
        "POST /consultation": {"cadre": cadre, "purpose": "audit", "matter": "试"},
        "POST /cadres/{cadre}/duties/{kind}/{about}": {"type": "talk_held", "held_on": "2026-01-06", "summary": "试"},
        "POST /own": {"type": "appeal_lodged", "result": "2025-Q1/1", "grounds": "试"},
        "POST /periods/{period}/submissions": {f"{cadre}/0/category": "项目", f"{cadre}/0/title": "试"},
        "POST /review": {"item": f"{cadre}/{NO_ID}/0", f"{NO_ID}/0/points": "1"},
        "POST /groups/{group}/periods/{period}/scores": {"act": "scores", f"new/{cadre}/work//points": "1"},
        "POST /groups/{group}/periods/{period}/seal": {"act": "seal"},
        "POST /groups/{group}/periods/{period}/reopening": {"reason": "试"},
        "POST /periods/{period}": {"group": group},
        "POST /registration": {**_posting(group), "cadre": "fresh", "name": "名"},
        "POST /cadres/{cadre}/postings": {"act": "posted"}
        | {f"posted/{name}": text for name, text in _posting(group).items()},
        "POST /groups/{group}/schemes/{year}/adoption": _scheme(),
        "POST /verify": {},
        "POST /access": {"act": "granted", "name": "fresh", "role": "auditor"},
    }
    return {"id": str(uuid4()), **fields[page]}


def _posting(group: str) -> dict[str, str]:
    return {"unit": "办", "post": "员", "group": group, "since": "2026-03"}


def _scheme() -> dict[str, str]:
    indicator = {"code": "work", "kind": "specific", "name": "工作", "max": "100"}
    bands = {"good": "90", "fairly_good": "80", "average": "60"}
    annual = {"excellent": "88", "competent": "70", "basically_competent": "60"}
    return {
        "act": "adopted",
        "title": "方案",
        **{f"indicators/0/{name}": text for name, text in indicator.items()},
        **{f"bands/{name}": text for name, text in bands.items()},
        "annual/routine_weight": "1",
        **{f"annual/bands/{name}": text for name, text in annual.items()},
    }


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
@pytest.mark.parametrize("file", FILES)
def test_each_role_takes_away_what_the_table_says(marked: Marked, windows: Windows, file: str, place: str) -> None:
    cadre, _ = PLACES[place]
    events = marked.desk.organiser.get(f"/v1/cadres/{cadre}/events", params={"limit": 1}).json()["items"]
    path = asked(file, place, {place: events[0]["id"]}).path
    wanted = {role: pair[place == "outside"] for role, pair in statuses(FILES[file]).items()}
    assert {role: client.get(path).status_code for role, client in windows.items()} == wanted


@pytest.mark.parametrize("place", ["inside", "outside"])
@pytest.mark.parametrize("page", POSTS)
def test_a_form_is_refused_to_whom_the_table_says(marked: Marked, windows: Windows, page: str, place: str) -> None:
    """Whoever may send it is not asked here: it would be recorded."""
    before = marked.desk.position
    path = asked(page, place, NO_EVENT).path
    wanted = {role: pair[place == "outside"] for role, pair in statuses(PAGES[page]).items()}
    refused = {role: status for role, status in wanted.items() if status not in DONE}
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
